"""The SQL by which the match of a file is narrowed: whose records are read, who supports a row, which pairs names allow.

One text for every engine, in DuckDB's dialect; sqlglot writes it in another's. It compares whole numbers, dates and texts for
being equal, and nothing else. It only narrows: what it leaves, `core.matching.decide` decides. That a register is synthetic
has been asked by whoever runs it. Of the tables of `compared`:

    said, a register → rows that somebody supports          `worth`
    asked, a register → the persons that are read          `narrowed`
    persons → homes, one row for each of a person's homes   HOMES, a view
    asked, homes → placed, rows of a building that is known PLACED
    placed, homes → supported, the rows worth a look        SUPPORTED
    placed, homes, supported → pairs of a row and a person  PAIRS
    asked, persons, pairs → what is compared of each pair   PAIRED
"""

from __future__ import annotations

from safeconduct.bulk import compared
from safeconduct.bulk.register import COLUMNS
from safeconduct.core.name_keys import NEAR


def worth(register: str) -> str:
    """The rows of `said` that are read: somebody of `register`, given as SQL, has the number asked for, or the birth date and a postal code.

    Five figures in a row are taken for a postal code here, lest a row be lost whose address names it elsewhere; where it has letters
    that only its reader can tell, the row is read.
    """
    return f"""
        WITH homes AS (
            SELECT postal_code AS code, birth_date FROM {register}
            UNION ALL
            SELECT earlier_postal_code, birth_date FROM {register} WHERE earlier_street IS NOT NULL
        ), sought AS (
            SELECT id, unnest(codes) AS code, try_cast(born AS DATE) AS born FROM said WHERE born IS NOT NULL
        ), supported AS (
            SELECT sought.id FROM sought JOIN homes ON homes.code = sought.code AND homes.birth_date = sought.born
            UNION
            SELECT said.id FROM said JOIN {register} AS people ON replace(people.number, '-', '') = said.number
        )
        SELECT said.* FROM said WHERE codes IS NULL OR id IN (SELECT id FROM supported)
    """


def narrowed(register: str) -> str:
    """Who of `register` is read, given as SQL: persons whose postal code and first figures are those of a building asked about.

    Somebody there, so far as that can be told before an address is read, has the birth date or the number asked for.
    """
    return f"""
        WITH homes AS (
            SELECT person_id, postal_code AS code, regexp_extract(street, '[0-9]+') AS digits, birth_date, number FROM {register}
            UNION ALL
            SELECT person_id, earlier_postal_code, regexp_extract(earlier_street, '[0-9]+'), birth_date, number
            FROM {register} WHERE earlier_street IS NOT NULL
        ), sought AS (
            SELECT DISTINCT code, unnest(digits) AS digits, try_cast(born AS DATE) AS born, number FROM asked
        ), supported AS (
            SELECT homes.code, homes.digits FROM homes JOIN sought
                ON homes.code = sought.code AND homes.digits = sought.digits AND homes.birth_date = sought.born
            UNION
            SELECT homes.code, homes.digits FROM homes JOIN sought
                ON homes.code = sought.code AND homes.digits = sought.digits AND replace(homes.number, '-', '') = sought.number
        )
        SELECT {", ".join(COLUMNS)} FROM {register}
        WHERE (postal_code, regexp_extract(street, '[0-9]+')) IN (FROM supported)
           OR (earlier_postal_code, regexp_extract(earlier_street, '[0-9]+')) IN (FROM supported)
    """


_NAME = "given_keys, family_keys, given_begins, family_begins, or_begins, open"
HOMES = f"""
    SELECT id AS person, key, born, number, {_NAME} FROM persons WHERE key IS NOT NULL
    UNION ALL
    SELECT id, earlier_key, born, number, {_NAME} FROM persons
    WHERE earlier_key IS NOT NULL AND earlier_key IS DISTINCT FROM key
"""

PLACED = f"SELECT id, key, born, number, {_NAME} FROM asked WHERE key IN (SELECT key FROM homes)"

# `name_keys.meet`
_NEAR = " OR ".join(
    f"bit_count(xor(a.{mine}, h.{theirs})) <= {NEAR}"
    for mine in ("family_begins", "or_begins")
    for theirs in ("family_begins", "or_begins")
)
_MEET = f"""(
    a.open OR h.open
    OR (a.given_keys & h.given_keys <> 0 AND (a.family_keys & h.family_keys <> 0 OR {_NEAR}))
    OR (a.family_keys & h.family_keys <> 0 AND bit_count(xor(a.given_begins, h.given_begins)) <= {NEAR})
    OR (a.given_keys & h.family_keys <> 0 AND a.family_keys & h.given_keys <> 0)
)"""

SUPPORTED = f"""
    SELECT a.id AS row FROM placed a JOIN homes h ON a.key = h.key AND a.born = h.born WHERE {_MEET}
    UNION
    SELECT a.id FROM placed a JOIN homes h ON a.key = h.key AND a.number = h.number WHERE {_MEET}
"""

PAIRS = f"""
    SELECT a.id AS row, h.person
    FROM (SELECT * FROM placed SEMI JOIN supported ON placed.id = supported.row) a JOIN homes h ON a.key = h.key
    WHERE {_MEET}
"""

NARROWER = (("placed", PLACED), ("supported", SUPPORTED), ("pairs", PAIRS))
"""The tables in their order, each narrower than the one before."""

PAIRED = f"""
    SELECT pairs.row, pairs.person, {compared.PAIRED}
    FROM pairs JOIN asked a ON a.id = pairs.row JOIN persons p ON p.id = pairs.person
"""
