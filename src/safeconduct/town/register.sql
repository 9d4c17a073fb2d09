-- The register, person by person, in the order of their ids.
CREATE TEMP TABLE persons AS SELECT range AS person_id FROM range(getvariable('persons')::BIGINT);
CREATE TEMP TABLE place_at_home AS SELECT row_number() OVER () - 1 AS key, * FROM living;

CREATE TEMP VIEW register AS
WITH living_together AS (
  SELECT person_id, person_id - person_id % 12 AS block, role, heir,
         person_id - person_id % 12 + head AS household,
         person_id - person_id % 12 + mother AS mother,
         if(role = 'L', person_id, household) AS kin
  FROM persons
  LEFT JOIN place_at_home ON key = draw(person_id // 12, 'way of living', getvariable('ways')) * 12 + person_id % 12
),
kindred AS (
  SELECT living_together.*, folk, doubles, itin,
         CASE WHEN heir THEN if(role = 'S', 1, if(role IN ('H', 'J'), 0, draw(person_id, 'gender', 2)))
              WHEN role = 'S' THEN 1 - draw(household, 'gender', 2)
              WHEN role IN ('H', 'K') THEN draw(household, 'gender', 2)
              ELSE draw(person_id, 'gender', 2) END AS gender,
         if(role IN ('J', 'K'), household, person_id) AS namesake,
         if(role = 'J', household, person_id) AS middle_of,
         if(role = 'S' AND (doubles > 500 OR draw(person_id, 'keeps the name', 100) < 20), person_id, kin) AS family_of,
         -- Most movers came from outside the town's present homes, some from a home where others live now.
         CASE WHEN draw(kin, 'moved', 100) < 35
              THEN if(draw(kin, 'within the town', 100) < 30, draw(kin, 'whence', getvariable('persons')), kin + 1099511627776) END AS earlier,
         dwelling(household) AS kind, dwelling(earlier) AS earlier_kind,
         spot(household, kind) AS spot, spot(earlier, earlier_kind) AS earlier_spot,
         8030 + draw(kin, 'age', 22000) AS head_age
  FROM living_together
  LEFT JOIN folks ON folks.key = draw(kin, 'folk', 1000)
),
aged AS (
  SELECT *,
         if(draw(kin, 'itin', 1000) < itin AND NOT (role IN ('C', 'T', 'J') AND draw(person_id, 'citizen', 2) = 0), 'ITIN', 'SSN') AS number_kind,
         greatest(200 + draw(person_id, 'infancy', 300), CASE role
           WHEN 'S' THEN head_age - 1800 + draw(person_id, 'age', 3600)
           WHEN 'C' THEN head_age - 7300 - draw(person_id, 'age', 5500)
           WHEN 'T' THEN head_age - 7300 - draw(person_id - 1, 'age', 5500)
           WHEN 'J' THEN head_age - 7300 - draw(person_id, 'age', 5500)
           WHEN 'K' THEN head_age - 1100 + draw(person_id, 'age', 2200)
           WHEN 'B' THEN head_age - 4000 + draw(person_id, 'age', 8000)
           WHEN 'P' THEN least(35000, head_age + 7000 + draw(person_id, 'age', 4000))
           ELSE head_age END) AS age
  FROM kindred
)
SELECT person_id,
       given.name AS given_name,
       middle.name AS middle_name,
       if(draw(person_id, 'double', 1000) < doubles,
          family.name || if(draw(kin, 'hyphen', 100) < 15 OR doubles < 500, '-', ' ') || second.name, family.name) AS family_name,
       CASE WHEN role = 'J' THEN ['JR', 'JR', 'JR', 'JR', 'JR', 'JR', 'JR', 'JR', 'II', 'III'][1 + draw(person_id, 'suffix', 10)]
            WHEN role = 'H' AND heir AND draw(person_id, 'senior', 2) = 0 THEN 'SR' END AS suffix,
       if(draw(person_id, 'first of January', 100) < if(number_kind = 'ITIN', 8, 0),
          date_trunc('year', DATE '2025-01-01' - age::INTEGER), DATE '2025-01-01' - age::INTEGER)::DATE AS birth_date,
       -- One in two thousand goes by the number of somebody else.
       number_at(if(draw(person_id, 'stolen number', 2000) = 0, draw(person_id, 'whose number', getvariable('persons')), person_id), number_kind) AS number,
       number_kind,
       delivery_line(household, kind, spot, street.before, street.name) AS street,
       place.city, place.state, place.postal_code,
       delivery_line(earlier, earlier_kind, earlier_spot, earlier_street.before, earlier_street.name) AS earlier_street,
       earlier_place.city AS earlier_city, earlier_place.state AS earlier_state, earlier_place.postal_code AS earlier_postal_code,
       draw(person_id, 'deceased', 1000) < if(age > 27000, 60, 6) AS deceased,
       household
FROM aged
LEFT JOIN given ON given.key = (folk * 2 + gender) * 4096 + draw(namesake, 'given', 4096)
LEFT JOIN given AS middle ON middle.key = CASE WHEN draw(middle_of, 'has a middle name', 100) < 45
                                               THEN (folk * 2 + gender) * 4096 + draw(middle_of, 'middle', 4096) END
LEFT JOIN family ON family.key = folk * 16384 + draw(family_of, 'family', 16384)
LEFT JOIN family AS second ON second.key = folk * 16384 + if(mother IS NULL, draw(family_of, 'second', 16384), draw(mother, 'family', 16384))
LEFT JOIN street ON street.key = street_key(spot, kind)
LEFT JOIN place ON place.key = place_key(spot, kind)
LEFT JOIN street AS earlier_street ON earlier_street.key = if(earlier IS NULL, NULL, street_key(earlier_spot, earlier_kind))
LEFT JOIN place AS earlier_place ON earlier_place.key = if(earlier IS NULL, NULL, place_key(earlier_spot, earlier_kind));
