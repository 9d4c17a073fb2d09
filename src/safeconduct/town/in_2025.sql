-- The file as the exchange of 2025 is described: one asker, one officer, one offence and one reason on every row.
CREATE TEMP MACRO request_id(row_id) AS 'D-' || lpad((row_id + 1)::VARCHAR, 9, '0');
CREATE TEMP VIEW requests AS
SELECT request_id(row_id) AS request_id, getvariable('today') AS made_on, 'true' AS in_writing,
       '26 USC 6103(i)(2)' AS authority, getvariable('world').agreement AS agreement,
       getvariable('world').agency AS "asker.agency", getvariable('world').office AS "asker.office",
       getvariable('world').name AS "asker.name", 'none' AS "asker.delegation",
       getvariable('world').officers AS officers, 'criminal_investigation' AS purpose,
       getvariable('world').offence AS offence, getvariable('world').reason AS reason,
       '2022;2023' AS taxable_periods, 'mailing_address' AS items,
       full_name AS "subject.name", given AS "subject.given_name", surname AS "subject.family_name",
       birth_date::VARCHAR AS "subject.birth_date", number AS "subject.tin", nullif(address, '') AS "subject.address",
       (getvariable('today')::DATE - (95 + draw(row_id, 'order', 5000))::INTEGER)::DATE::VARCHAR AS "removal_order.final_on",
       'true' AS "removal_order.final", pick(getvariable('grounds'), row_id, 'ground') AS "removal_order.ground",
       'false' AS "removal_order.stayed", 'false' AS "removal_order.relief_pending", 'false' AS "removal_order.judicial_review", 'none' AS "removal_order.court_final_on",
       'none' AS court_order, 'none' AS warrant, 'none' AS emergency
FROM told;
