-- Whom each request is about, and what it says of the person. Variables: rows, register, persons, sloppy.
CREATE TEMP TABLE stratum_of AS
SELECT row_number() OVER (ORDER BY nth) - 1 AS key, how, known, near, numbered FROM strata, range(share);

-- Known persons come first among the scattered numbers, so that none comes twice.
CREATE TEMP TABLE drawn AS
SELECT row AS row_id, stratum_of.* EXCLUDE (key),
       if(known OR near, scattered(nth % getvariable('persons'), getvariable('persons'), 'persons'), NULL) AS person_id
FROM (SELECT range AS row, scattered(range, getvariable('rows'), 'rows') AS nth FROM range(getvariable('rows')::BIGINT))
LEFT JOIN stratum_of ON stratum_of.key = nth * 10000 // getvariable('rows');

CREATE TEMP TABLE met AS
SELECT row_id, register.* FROM read_parquet(getvariable('register')) AS register JOIN drawn USING (person_id);

CREATE TEMP MACRO spelt_out(line) AS
replace(replace(replace(replace(line, ' ST', ' STREET'), ' AVE', ' AVENUE'), ' RD', ' ROAD'), ' APT ', ' #');
CREATE TEMP MACRO one_line(street, city, state, code, manner) AS
CASE manner WHEN 0 THEN street || ', ' || city || ', ' || state || ' ' || code
            WHEN 1 THEN regexp_replace(street, ' (APT|UNIT|STE) ', ', \1 ') || ', ' || city || ', ' || state || ' ' || code
            WHEN 2 THEN street || ' ' || city || ' ' || state || ' ' || code
            WHEN 3 THEN lower(street || ', ' || city) || ', ' || state || ' ' || code
            WHEN 4 THEN spelt_out(street) || ', ' || city || ', ' || state || ' ' || code
            ELSE street || ', ' || city || ', ' || state || '  ' || code || '-' || lpad(draw(length(street), 'add-on', 9999)::VARCHAR, 4, '0') END;

CREATE TEMP VIEW told AS
WITH strange AS (
  SELECT drawn.*, met.* EXCLUDE (row_id, person_id, number), met.number AS met_number,
         folk, doubles, row_id + 2199023255552 AS home, dwelling(home) AS kind, spot(home, kind) AS spot,
         how IN ('relative_at_address', 'namesake_at_address', 'namesake_in_building', 'right_address', 'other_spelling', 'one_surname') AS at_address,
         starts_with(how, 'namesake') AS namesake,
         draw(row_id, 'number given', 1000) < numbered AS number_given,
         getvariable('sloppy') AS sloppy
  FROM drawn LEFT JOIN met USING (row_id)
  -- Those of whom the exchange of 2025 asked bore Hispanic names for the most part.
  LEFT JOIN folks ON folks.key = if(getvariable('sloppy'), 400 + draw(row_id, 'folk', 500), draw(row_id, 'folk', 1000))
),
named AS (
  SELECT strange.*,
         coalesce(if(known OR namesake, if(how = 'other_spelling' OR (sloppy AND draw(row_id, 'misspelt', 100) < 6), respelt.other, NULL), NULL),
                  if(known OR namesake, given_name, NULL), given.name) AS given,
         CASE WHEN NOT (known OR namesake OR how = 'relative_at_address')
                THEN if(draw(row_id, 'two surnames', 1000) < doubles AND doubles > 500, family.name || ' ' || second.name, family.name)
              WHEN how = 'one_surname' OR (sloppy AND draw(row_id, 'one surname', 100) < 20) THEN regexp_extract(family_name, '^[^ -]+')
              ELSE family_name END AS surname,
         delivery_line(home, kind, spot, street.before, street.name) AS strange_street,
         place.city AS strange_city, place.state AS strange_state, place.postal_code AS strange_code
  FROM strange
  LEFT JOIN given ON given.key = (folk * 2 + draw(row_id, 'gender', 2)) * 4096 + draw(row_id, 'given', 4096)
  LEFT JOIN family ON family.key = folk * 16384 + draw(row_id, 'family', 16384)
  LEFT JOIN family AS second ON second.key = folk * 16384 + draw(row_id, 'second', 16384)
  LEFT JOIN street ON street.key = street_key(spot, kind)
  LEFT JOIN place ON place.key = place_key(spot, kind)
  LEFT JOIN respelt ON respelt.name = given_name
),
addressed AS (
  SELECT *,
         how = 'placeholder' OR (sloppy AND NOT known AND NOT at_address AND draw(row_id, 'insufficient', 100) < 36) AS insufficient,
         CASE WHEN at_address THEN 'current' WHEN how = 'earlier_address' AND earlier_street IS NOT NULL THEN 'earlier' ELSE 'strange' END AS whose,
         draw(row_id, 'manner', if(sloppy, 6, 2)) AS manner
  FROM named
)
SELECT row_id, if(known, person_id, NULL) AS person_id, given, surname,
       if(how = 'earlier_address' AND whose = 'strange', 'unknown_address', how) AS how,
       given || coalesce(' ' || if(known AND draw(row_id, 'middle', 2) = 0, middle_name, NULL), '') || ' ' || surname
         || coalesce(' ' || if(known AND draw(row_id, 'suffix', 100) < 80, suffix, NULL), '') AS full_name,
       CASE WHEN draw(row_id, 'birth date given', 100) < if(sloppy, 60, if(number_given, 70, 100))
            THEN CASE WHEN known THEN birth_date
                      WHEN namesake THEN birth_date + (if(draw(row_id, 'older', 2) = 0, 1, -1) * (1 + draw(row_id, 'apart', if(draw(row_id, 'near in age', 2) = 0, 1000, 12000))))::INTEGER
                      ELSE DATE '2025-01-01' - (7000 + draw(row_id, 'age', 19000))::INTEGER END END::DATE AS birth_date,
       CASE WHEN number_given THEN if(known OR how = 'foreign_number', met_number, number_at(getvariable('persons') + row_id, 'ITIN')) END AS number,
       CASE WHEN insufficient THEN
              replace(replace(replace(pick(getvariable('insufficient'), row_id, 'placeholder'), '{city}', strange_city), '{state}', strange_state), '{code}', strange_code)
            WHEN whose = 'current' THEN one_line(if(how = 'namesake_in_building',
              regexp_replace(regexp_replace(street, ' (APT|UNIT|STE) .*', ''), '$', ' APT ' || (600 + draw(row_id, 'next door', 300))), street), city, state, postal_code, manner)
            WHEN whose = 'earlier' THEN one_line(earlier_street, earlier_city, earlier_state, earlier_postal_code, manner)
            ELSE one_line(strange_street, strange_city, strange_state, strange_code, manner) END AS address,
       strange_city, strange_state, strange_code
FROM addressed;

