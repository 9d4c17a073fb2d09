-- The file that honest agencies send: many officers, each with a few cases, each case with a reason of its own.
CREATE TEMP MACRO request_id(row_id) AS 'H-' || lpad((row_id + 1)::VARCHAR, 9, '0');
CREATE TEMP MACRO word(blank, row_id) AS pick(getvariable('blanks')[blank], row_id, blank);
CREATE TEMP MACRO filled(line, blank, said) AS replace(line, '{' || blank || '}', said);
CREATE TEMP MACRO filled_either(line, blank, said) AS replace(filled(line, blank, said), '{' || upper(blank[1]) || blank[2:] || '}', upper(said[1]) || said[2:]);
CREATE TEMP MACRO day_of(row_id, salt, first, days) AS strftime(DATE '2023-01-01' + (first + draw(row_id, salt, days))::INTEGER, '%-d %B %Y');
CREATE TEMP MACRO sum_of(row_id, salt) AS '$' || format('{:,}', 400 + draw(row_id, salt, [9000, 90000, 900000][1 + draw(row_id, salt || ' size', 3)]));
CREATE TEMP MACRO docket(row_id, salt) AS
CASE draw(row_id, salt || ' style', 4)
  WHEN 0 THEN (1 + draw(row_id, 'division', 8)) || ':' || (24 + draw(row_id, 'year', 2)) || '-cr-' || lpad(draw(row_id, salt, 99999)::VARCHAR, 5, '0')
  WHEN 1 THEN (24 + draw(row_id, 'year', 2)) || '-MJ-' || lpad(draw(row_id, salt, 9999)::VARCHAR, 4, '0')
  WHEN 2 THEN 'CI-' || (24 + draw(row_id, 'year', 2)) || '-' || lpad(draw(row_id, salt, 99999)::VARCHAR, 5, '0')
  ELSE 'case ' || (2024 + draw(row_id, 'year', 2)) || '-' || lpad(draw(row_id, salt, 999999)::VARCHAR, 6, '0') END;
CREATE TEMP MACRO with_facts(line, row_id) AS
filled(filled(filled(filled(filled(filled(filled(filled(filled(filled_either(filled(line, 'date4', day_of(row_id, 'date4', 915, 45)),
  'count', (3 + draw(row_id, 'count', 60))::VARCHAR),
  'date', day_of(row_id, 'date', 0, 600)), 'date2', day_of(row_id, 'date2', 600, 200)), 'date3', day_of(row_id, 'date3', 800, 88)),
  'amount', sum_of(row_id, 'amount')), 'amount2', sum_of(row_id, 'amount2')), 'docket', docket(row_id, 'docket')), 'docket2', docket(row_id, 'docket2')),
  'time', (1 + draw(row_id, 'hour', 12)) || ':' || lpad(draw(row_id, 'minute', 60)::VARCHAR, 2, '0') || [' am', ' pm'][1 + draw(row_id, 'half', 2)]),
  'city', pick(getvariable('cities'), row_id, 'city'));
CREATE TEMP MACRO with_words(line, row_id) AS
filled_either(filled_either(filled_either(filled_either(filled_either(filled_either(filled(filled(filled(filled(line,
  'city2', pick(getvariable('cities'), row_id, 'city2')), 'business', word('business', row_id)), 'drug', word('drug', row_id)), 'mark', word('mark', row_id)),
  'device', word('device', row_id)), 'vehicle', word('vehicle', row_id)), 'document', word('document', row_id)),
  'bank', word('bank', row_id)), 'relative', word('relative', row_id)), 'role', word('role', row_id));
CREATE TEMP MACRO spelled(line, row_id) AS filled_either(with_words(with_facts(line, row_id), row_id), 'role2', word('role2', row_id));

CREATE TEMP TABLE asker_of AS
SELECT row_number() OVER (ORDER BY nth) - 1 AS key, askers.* EXCLUDE (nth, share) FROM askers, range(share);

CREATE TEMP VIEW requests AS
WITH cased AS (
  SELECT told.*, scattered(row_id, getvariable('rows'), 'officers') // 7 AS officer, kind_of_case.* EXCLUDE (kind), asker_of.* EXCLUDE (key),
         scattered(officer, len(getvariable('officer_given')) * 26 * len(getvariable('officer_family')), 'officer') AS called,
         getvariable('today')::DATE - draw(row_id, 'made on', 20)::INTEGER AS made,
         draw(row_id, 'slip', 1000) AS slip, kind = 'removal' AS on_order
  FROM told
  LEFT JOIN asker_of ON asker_of.key = draw(scattered(row_id, getvariable('rows'), 'officers') // 7, 'asker', (SELECT count(*) FROM asker_of))
  LEFT JOIN kind_of_case USING (kind)
),
signed AS (
  SELECT *,
         getvariable('officer_given')[1 + called % len(getvariable('officer_given'))] || ' '
           || chr((65 + called // len(getvariable('officer_given')) % 26)::INTEGER) || '. '
           || getvariable('officer_family')[1 + called // (len(getvariable('officer_given')) * 26)] AS officer_name,
         filled(filled(filled(filled(pick(getvariable('orders'), row_id, 'order of sentences'),
           'opening', pick(openings, row_id, 'opening')), 'event', pick(events, row_id, 'event')),
           'evidence', pick(getvariable('evidence'), row_id, 'evidence')), 'need', pick(getvariable('need'), row_id, 'need')) AS sentences
  FROM cased
)
SELECT request_id(row_id) AS request_id, made::VARCHAR AS made_on, if(slip BETWEEN 48 AND 50, 'false', 'true') AS in_writing,
       '26 USC 6103(i)(2)' AS authority, coalesce(agreement, 'none') AS agreement,
       agency AS "asker.agency", if(slip BETWEEN 44 AND 47, 'component_head', office) AS "asker.office", name AS "asker.name", 'none' AS "asker.delegation",
       to_json([{name: officer_name, title: title, agency: if(slip BETWEEN 20 AND 25, getvariable('slips').other_agency, officers),
                 personally_and_directly_engaged: true, attested_on: (made - (1 + draw(row_id, 'attested', 15))::INTEGER)::VARCHAR}])::VARCHAR AS officers,
       ['criminal_investigation', 'criminal_investigation', 'criminal_proceeding_preparation', 'grand_jury'][1 + draw(row_id, 'purpose', 4)] AS purpose,
       if(slip BETWEEN 26 AND 31, getvariable('slips').civil_statute, pick(offences, row_id, 'offence')) AS offence,
       if(slip BETWEEN 32 AND 37, getvariable('slips').reason, spelled(sentences, row_id)) AS reason,
       CASE WHEN slip < 8 THEN NULL WHEN slip BETWEEN 38 AND 43 THEN 'all'
            ELSE array_to_string(range(2021 + draw(row_id, 'first year', 2), 2023 + draw(row_id, 'last year', 3)), ';') END AS taxable_periods,
       'mailing_address' AS items,
       full_name AS "subject.name", given AS "subject.given_name", surname AS "subject.family_name",
       birth_date::VARCHAR AS "subject.birth_date", number AS "subject.tin",
       CASE WHEN slip BETWEEN 8 AND 15 THEN strange_city || ', ' || strange_state || ' ' || strange_code
            WHEN slip BETWEEN 16 AND 19 THEN 'Unknown, ' || strange_city || ', ' || strange_state ELSE nullif(address, '') END AS "subject.address",
       if(on_order, (made - (120 + draw(row_id, 'order', 1500))::INTEGER)::VARCHAR, NULL) AS "removal_order.final_on",
       if(on_order, 'true', NULL) AS "removal_order.final", if(on_order, pick(getvariable('grounds'), row_id, 'ground'), NULL) AS "removal_order.ground",
       if(on_order, 'false', NULL) AS "removal_order.stayed", if(on_order, if(draw(row_id, 'relief', 100) < 2, 'true', 'false'), NULL) AS "removal_order.relief_pending",
       if(on_order, 'false', NULL) AS "removal_order.judicial_review",
       if(on_order, 'none', NULL) AS "removal_order.court_final_on"
FROM signed;
