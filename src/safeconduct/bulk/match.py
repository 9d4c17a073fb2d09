"""The match of a file of requests against a synthetic register: for each row one record, several, or none.

    rows that the law permits → what is compared of them
    persons of a building that some row asks about → what is compared of them                        `load`
    rows for which a person of the building, of a name that may be the one given, agrees in birth date or number
        → pairs of them and of whoever else in the building may bear such a name                     `pair`
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
from safeconduct.bulk.cores import Cores
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
    with Cores() as cores:
        load(source, register, connection, cores)
        pair(connection)
        decide(connection, cores)


def load(source: Source, register: Register, connection: duckdb.DuckDBPyConnection, cores: Cores) -> None:
    """Leave the tables `asked` and `persons`: what is compared of the rows, and of who lives in their buildings.

    Raises:
        ValueError: the register is not synthetic.
    """
    if not register.synthetic:
        raise ValueError("a register that is not synthetic is not searched in bulk")
    rows = connection.execute("SELECT row FROM ruled WHERE outcome = 'permit' ORDER BY row").fetchall()
    permitted = [row for (row,) in rows]
    batches = cores.spread(compared.of_requests, None, _permitted(source, permitted))
    _table("asked", compared.ASKED, batches, connection)
    narrowed = connection.sql(_NARROWED.format(register=rows_of(register.path))).to_arrow_reader(STRETCH)
    _table("persons", compared.PERSONS, cores.spread(compared.of_persons, None, list(narrowed)), connection)


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
    connection.execute(_PAIRS)


_NAME = "given_keys, family_keys, given_begins, family_begins, or_begins, open"
_HOMES = f"""
    CREATE TEMP TABLE homes AS
    SELECT id AS person, key, born, number, {_NAME} FROM persons WHERE key IS NOT NULL
    UNION ALL
    SELECT id, earlier_key, born, number, {_NAME} FROM persons
    WHERE earlier_key IS NOT NULL AND earlier_key IS DISTINCT FROM key
"""

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

_SUPPORTED = f"""
    CREATE TEMP TABLE supported AS
    SELECT a.id AS row FROM asked a JOIN homes h ON a.key = h.key AND a.born = h.born WHERE {_MEET}
    UNION
    SELECT a.id FROM asked a JOIN homes h ON a.key = h.key AND a.number = h.number WHERE {_MEET}
"""

_PAIRS = f"""
    CREATE TEMP TABLE pairs AS
    SELECT a.id AS row, h.person
    FROM (SELECT * FROM asked SEMI JOIN supported ON asked.id = supported.row) a JOIN homes h ON a.key = h.key
    WHERE {_MEET}
"""
_FEW = 50_000
"""Pairs that are sooner decided here than sent to processes that have yet to begin."""
_TOGETHER = 4096


def decide(connection: duckdb.DuckDBPyConnection, cores: Cores) -> None:
    """Fill the table `searched`: what the pairs of each row come to, and `none` for rows without any."""
    [(many,)] = connection.execute("SELECT count(*) FROM pairs").fetchall()
    elsewhere = cores.begun or many > _FEW
    rows = _whole_rows(connection)
    found = cores.spread(compared.decided, None, rows) if elsewhere else map(compared.decided(None), rows)
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
    ).to_arrow_reader(_TOGETHER)
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
