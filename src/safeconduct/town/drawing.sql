-- Chance. The outer hash matters: DuckDB joins the hashes of several values so that the low bits of one draw give away
-- those of another.
CREATE TEMP MACRO draw(thing, salt, n) AS (hash(hash(thing::BIGINT, salt, getvariable('seed'))) % n::UBIGINT)::BIGINT;
-- Another order of the numbers below `n`, each of which comes once: the factor is a prime.
CREATE TEMP MACRO scattered(nth, n, salt) AS (nth::BIGINT * 2654435761 + draw(0, salt, n)) % n;
-- Which of `n` words stands at `slot` of `slots`: frequencies fall off as 1 / (rank + flat).
CREATE TEMP MACRO rank_at(slot, slots, n, flat) AS floor(flat * pow((n + flat) / flat, (slot + 0.5) / slots) - flat)::BIGINT;
CREATE TEMP MACRO pick(words, thing, salt) AS words[1 + draw(thing, salt, len(words))];
CREATE TEMP MACRO spelling(names, slot) AS names[1 + slot % len(names)];

-- Words in slots, as often as they are frequent; keys are dense, so that a join is a look into an array.
CREATE TEMP TABLE folks AS
SELECT row_number() OVER (ORDER BY folk) - 1 AS key, folk, itin, doubles FROM folk, range(share);

CREATE TEMP TABLE lists AS
SELECT folk, kind, "of", CASE kind WHEN 'tail' THEN 6554 WHEN 'family' THEN if(tail, 9830, 16384) ELSE 4096 END AS slots
FROM (SELECT *, bool_or(kind = 'tail') OVER (PARTITION BY folk) AS tail FROM spellings) GROUP BY ALL;

CREATE TEMP TABLE given AS
SELECT (folk * 2 + (kind = 'female')::BIGINT) * 4096 + slot AS key, spelling(names, slot) AS name
FROM (SELECT *, unnest(range(slots)) AS slot FROM lists WHERE kind IN ('male', 'female')) AS lists
JOIN spellings USING (folk, kind) WHERE rank = rank_at(slot, slots, lists."of", 12);

CREATE TEMP TABLE family AS
SELECT folk * 16384 + if(kind = 'tail', 9830 + slot, slot) AS key, spelling(names, slot) AS name
FROM (SELECT *, unnest(range(slots)) AS slot FROM lists WHERE kind IN ('family', 'tail')) AS lists
JOIN spellings USING (folk, kind) WHERE rank = if(kind = 'tail', slot % lists."of", rank_at(slot, slots, lists."of", 12));

-- How else a name is spelt.
CREATE TEMP TABLE respelt AS
SELECT names[nth] AS name, min(names[1 + nth % len(names)]) AS other
FROM (SELECT names, unnest(range(1, len(names) + 1)) AS nth FROM spellings WHERE len(names) > 1)
GROUP BY ALL;

CREATE TEMP TABLE street AS
SELECT first + slot AS key, before,
       CASE WHEN kind = 'street' AND draw(slot, 'directed', 100) < 20 THEN ['N ', 'S ', 'E ', 'W '][1 + draw(slot, 'direction', 4)] ELSE '' END
       || name
       || CASE WHEN kind = 'street' THEN [' ST', ' ST', ' ST', ' AVE', ' AVE', ' RD', ' RD', ' DR', ' DR', ' LN', ' CT', ' PL', ' BLVD', ' WAY', ' CIR', ' TER'][1 + draw(slot, 'suffix', 16)] ELSE '' END AS name
FROM (SELECT *, unnest(range(slots)) AS slot FROM (VALUES ('street', 0, 16384), ('calle', 16384, 256)) AS kinds (kind, first, slots)) AS kinds
JOIN (SELECT kind, max("of") AS many FROM roads GROUP BY kind) USING (kind)
JOIN roads USING (kind) WHERE rank = rank_at(slot, slots, many, if(kind = 'street', 12, 40));

CREATE TEMP TABLE place AS
SELECT first + slot AS key, city, state, postal_code
FROM (SELECT *, unnest(range(slots)) AS slot
      FROM (VALUES ('general', 0, 16384), ('puerto_rico', 16384, 256), ('military', 16640, 256)) AS kinds (kind, first, slots)) AS kinds
JOIN (SELECT kind, max("of") AS many FROM towns GROUP BY kind) USING (kind)
JOIN towns USING (kind) WHERE rank = rank_at(slot, slots, many, 400);

-- Where a household lives. Households near one another share buildings; some share the address of an institution.
CREATE TEMP MACRO dwelling(home) AS
CASE WHEN draw(home, 'dwelling', 1000) < 12 THEN 'institution'
     WHEN draw(home, 'dwelling', 1000) < 260 THEN 'apartment'
     WHEN draw(home, 'dwelling', 1000) < 300 THEN 'tower'
     WHEN draw(home, 'dwelling', 1000) < 340 THEN 'box'
     WHEN draw(home, 'dwelling', 1000) < 365 THEN 'route'
     WHEN draw(home, 'dwelling', 1000) < 372 THEN 'military'
     WHEN draw(home, 'dwelling', 1000) < 386 THEN 'urbanization'
     ELSE 'house' END;
CREATE TEMP MACRO spot(home, kind) AS
CASE kind WHEN 'institution' THEN -1 - draw(home, 'institution', greatest(4, getvariable('persons') // 4000))
          WHEN 'apartment' THEN -1000000000000 - home // 96
          WHEN 'tower' THEN -2000000000000 - home // 4800
          ELSE home END;
CREATE TEMP MACRO place_key(spot, kind) AS
CASE kind WHEN 'urbanization' THEN 16384 + draw(spot, 'place', 256)
          WHEN 'military' THEN 16640 + draw(spot, 'place', 256)
          ELSE draw(spot, 'place', 16384) END;
CREATE TEMP MACRO street_key(spot, kind) AS
CASE kind WHEN 'urbanization' THEN 16384 + draw(spot, 'street', 256) ELSE draw(spot, 'street', 16384) END;
CREATE TEMP MACRO house_number(spot) AS
1 + draw(spot, 'house', [99, 999, 999, 4999, 12999][1 + draw(spot, 'length of the house number', 5)]);
CREATE TEMP MACRO unit(spot, within) AS
CASE draw(spot, 'units', 3) WHEN 0 THEN ' APT ' || (within + 1)
                            WHEN 1 THEN ' APT ' || (within // 6 + 1) || chr((65 + within % 6)::INTEGER)
                            ELSE ' UNIT ' || (100 * (within // 8 + 1) + within % 8 + 1) END;
CREATE TEMP MACRO suite(spot) AS
CASE draw(spot, 'institution', 3) WHEN 0 THEN ' BLDG ' || chr((65 + draw(spot, 'building', 8))::INTEGER)
                                  WHEN 1 THEN '' ELSE ' STE ' || (1 + draw(spot, 'suite', 400)) END;
CREATE TEMP MACRO delivery_line(home, kind, spot, before, name) AS
CASE kind WHEN 'box' THEN 'PO BOX ' || (1 + draw(home, 'box', 9999))
          WHEN 'route' THEN ['RR ', 'RR ', 'HC '][1 + draw(home, 'rural', 3)] || (1 + draw(home, 'route', 9)) || ' BOX ' || (1 + draw(home, 'box', 999))
          WHEN 'military' THEN ['PSC ', 'UNIT '][1 + draw(home, 'military', 2)] || (1 + draw(home, 'route', 999)) || ' BOX ' || (1 + draw(home, 'box', 9999))
          ELSE before || house_number(spot) || ' ' || name
               || CASE kind WHEN 'apartment' THEN unit(spot, home % 96) WHEN 'tower' THEN unit(spot, home % 4800)
                            WHEN 'institution' THEN suite(spot) ELSE '' END
          END;

-- The number of the person at `place` in the register, whatever the seed: files of requests give numbers that nobody holds.
CREATE TEMP MACRO itin_at(slot) AS
(900 + slot // 539946) || '-'
|| lpad(CASE WHEN slot // 9999 % 54 < 49 THEN 1 + slot // 9999 % 54 WHEN slot // 9999 % 54 < 53 THEN 17 + slot // 9999 % 54 ELSE 89 END::VARCHAR, 2, '0')
|| '-' || lpad((1 + slot % 9999)::VARCHAR, 4, '0');
CREATE TEMP MACRO ssn_at(slot) AS
CASE WHEN slot // 9999 < 200 THEN ['000', '666'][1 + slot // 9999 % 2] || '-' || lpad((slot // 19998)::VARCHAR, 2, '0')
     ELSE lpad((slot // 9999 - 199 + (slot // 9999 >= 865)::BIGINT)::VARCHAR, 3, '0') || '-00' END
|| '-' || lpad((1 + slot % 9999)::VARCHAR, 4, '0');
CREATE TEMP MACRO number_at(place, kind) AS
CASE WHEN kind = 'SSN' AND place < getvariable('ssns')
     THEN ssn_at(place * 2654435761 % getvariable('ssns'))
     ELSE itin_at(place * 2654435761 % getvariable('itins')) END;

-- From here on a join looks up, for the rows on its left, what stands on its right: so the rows keep their order.
SET disabled_optimizers = 'join_order,build_side_probe_side';
