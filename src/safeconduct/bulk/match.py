"""The match of a file of requests against a synthetic register: for each row one record, several, or none.

    rows that the law permits → what is compared of them
    persons of a building that some row asks about → what is compared of them                        `load`
    rows for which a person of the building agrees in birth date or number → pairs that names allow  `pair`
        → `core.matching.decide` on the pairs of each row                                            `decide`

Only rows that the law permits are searched, and nothing of the register leaves but the count. SQL blocks and narrows;
whether a person is the one sought is decided by the function that decides for one request.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import duckdb
import pyarrow as pa

from safeconduct.bulk import compared
from safeconduct.bulk.cores import spread
from safeconduct.bulk.engine import rows_of
from safeconduct.bulk.register import COLUMNS, Register
from safeconduct.bulk.source import STRETCH, Source
from safeconduct.bulk.stretches import Stretch
from safeconduct.core.name_keys import NEAR


def search(source: Source, register: Register, connection: duckdb.DuckDBPyConnection) -> None:
    """Search for each row of `ruled` that is permitted: fills the table `searched` (row, match).

    Raises:
        ValueError: the register is not synthetic. Nobody is ever looked for in bulk on another.
    """
    load(source, register, connection)
    pair(connection)
    decide(connection)


def load(source: Source, register: Register, connection: duckdb.DuckDBPyConnection) -> None:
    """Leave the tables `asked` and `persons`: what is compared of the rows, and of who lives in their buildings.

    Raises:
        ValueError: the register is not synthetic.
    """
    if not register.synthetic:
        raise ValueError("a register that is not synthetic is not searched in bulk")
    rows = connection.execute("SELECT row FROM ruled WHERE outcome = 'permit' ORDER BY row").fetchall()
    permitted = [row for (row,) in rows]
    batches = spread(compared.of_requests, None, _permitted(source, permitted))
    _table("asked", compared.ASKED, batches, connection)
    narrowed = connection.sql(_NARROWED.format(register=rows_of(register.path))).to_arrow_reader(STRETCH)
    _table("persons", compared.PERSONS, spread(compared.of_persons, None, list(narrowed)), connection)


def _table(
    name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], connection: duckdb.DuckDBPyConnection
) -> None:
    connection.register("batches", pa.RecordBatchReader.from_batches(schema, batches))
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM batches")
    connection.unregister("batches")


def _permitted(source: Source, rows: Sequence[int]) -> Iterator[tuple[Stretch, pa.Array]]:
    """The stretches in which permitted rows lie, each with their numbers."""
    for stretch in source.stretches():
        own = rows[bisect_left(rows, stretch.span.start) : bisect_left(rows, stretch.span.stop)]
        if own:
            yield stretch, pa.array(own, pa.int64())


# Persons whose postal code and first figures are those of a building asked about, where somebody there, so far as that can be
# told before an address is read, has the birth date or the number asked for.
_NARROWED = f"""
    WITH homes AS (
        SELECT person_id, postal_code AS code, regexp_extract(street, '[0-9]+') AS digits, birth_date, number FROM {{register}}
        UNION ALL
        SELECT person_id, earlier_postal_code, regexp_extract(earlier_street, '[0-9]+'), birth_date, number
        FROM {{register}} WHERE earlier_street IS NOT NULL
    ), sought AS (
        SELECT DISTINCT code, unnest(digits) AS digits, try_cast(born AS DATE) AS born, number FROM asked WHERE key IS NOT NULL
    ), supported AS (
        SELECT homes.code, homes.digits FROM homes JOIN sought
            ON homes.code = sought.code AND homes.digits = sought.digits AND homes.birth_date = sought.born
        UNION
        SELECT homes.code, homes.digits FROM homes JOIN sought
            ON homes.code = sought.code AND homes.digits = sought.digits AND replace(homes.number, '-', '') = sought.number
    )
    SELECT {", ".join(COLUMNS)} FROM {{register}}
    WHERE (postal_code, regexp_extract(street, '[0-9]+')) IN (FROM supported)
       OR (earlier_postal_code, regexp_extract(earlier_street, '[0-9]+')) IN (FROM supported)
"""


def pair(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave the table `pairs` (row, person): for rows that some person supports, those whose names may be the one sought."""
    connection.execute(_HOMES)
    connection.execute(_SUPPORTED)
    connection.execute(_MATES)
    connection.execute(_PAIRS)


_HOMES = """
    CREATE TEMP TABLE homes AS
    SELECT id AS person, key, born, number FROM persons WHERE key IS NOT NULL
    UNION ALL
    SELECT id, earlier_key, born, number FROM persons WHERE earlier_key IS NOT NULL AND earlier_key IS DISTINCT FROM key
"""

_SUPPORTED = """
    CREATE TEMP TABLE supported AS
    SELECT a.id AS row, a.key FROM asked a JOIN homes h ON a.key = h.key AND a.born = h.born
    UNION
    SELECT a.id, a.key FROM asked a JOIN homes h ON a.key = h.key AND a.number = h.number
"""

_LARGE = 100
"""Homes in a building, from which on its people are not put to a row one by one, but only those who share a key of a name."""

_MATES = f"""
    CREATE TEMP TABLE mates AS
    WITH sizes AS (SELECT key, count(*) >= {_LARGE} AS large FROM homes GROUP BY key),
    sought AS (SELECT s.row, s.key, z.large, a.open, list_concat(a.given_keys, a.family_keys) AS words
               FROM supported s JOIN asked a ON a.id = s.row JOIN sizes z ON z.key = s.key),
    large AS (SELECT h.key, p.id AS person, p.open, unnest(list_concat(p.given_keys, p.family_keys)) AS word
              FROM homes h JOIN persons p ON p.id = h.person
              WHERE h.key IN (SELECT key FROM sought WHERE large))
    SELECT s.row, h.person FROM sought s JOIN homes h ON h.key = s.key WHERE NOT s.large OR s.open
    UNION
    SELECT s.row, l.person FROM (SELECT row, key, unnest(words) AS word FROM sought WHERE large) s JOIN large l USING (key, word)
    UNION
    SELECT s.row, l.person FROM sought s JOIN large l ON l.key = s.key WHERE s.large AND l.open
"""

_NEAR = " OR ".join(
    f"levenshtein(a.{mine}, p.{theirs}) <= {NEAR}"
    for mine in ("family_begins", "or_begins")
    for theirs in ("family_begins", "or_begins")
)
_PAIRS = f"""
    CREATE TEMP TABLE pairs AS
    SELECT m.row, m.person
    FROM mates m JOIN asked a ON a.id = m.row JOIN persons p ON p.id = m.person
    WHERE a.open OR p.open
       OR (list_has_any(a.given_keys, p.given_keys) AND (list_has_any(a.family_keys, p.family_keys) OR {_NEAR}))
       OR (levenshtein(a.given_begins, p.given_begins) <= {NEAR} AND list_has_any(a.family_keys, p.family_keys))
       OR (list_has_any(a.given_keys, p.family_keys) AND list_has_any(a.family_keys, p.given_keys))
"""
_FEW = 100_000
"""Pairs that are sooner decided here than sent to other processes."""


def decide(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the table `searched`: what the pairs of each row come to, and `none` for rows without any."""
    [(many,)] = connection.execute("SELECT count(*) FROM pairs").fetchall()
    rows = _whole_rows(connection)
    found = map(compared.decided(None), rows) if many <= _FEW else spread(compared.decided, None, rows)
    schema = pa.schema([("row", pa.int64()), ("match", pa.string())])
    connection.register("decisions", pa.RecordBatchReader.from_batches(schema, list(found)))
    connection.execute(
        "INSERT INTO searched SELECT a.id, coalesce(d.match, 'none') FROM asked a LEFT JOIN decisions d ON d.row = a.id"
    )
    connection.unregister("decisions")


def _whole_rows(connection: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    """The pairs in batches, none of which parts those of a row."""
    reader: pa.RecordBatchReader = connection.sql(
        f"SELECT pairs.row, {compared.PAIRED} FROM pairs JOIN asked a ON a.id = pairs.row JOIN persons p ON p.id = pairs.person"
        " ORDER BY pairs.row, p.id"
    ).to_arrow_reader(STRETCH)
    left: pa.RecordBatch | None = None
    for batch in reader:
        whole = batch if left is None else pa.concat_batches([left, batch])
        last = whole.column("row")[-1].as_py()
        at = bisect_left(whole.column("row").to_pylist(), last)
        if at:
            yield whole.slice(0, at)
        left = whole.slice(at)
    if left is not None:
        yield left
