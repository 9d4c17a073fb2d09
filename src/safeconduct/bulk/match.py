"""The match of a file of requests against a synthetic register: for each row one record, several, or none.

    rows that the law permits → what they say; those whose number, or birth date and postal code, somebody has
        → what is compared of them
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
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from safeconduct.bulk import compared
from safeconduct.bulk.blocking import HOMES, NARROWER, PAIRED, narrowed, worth
from safeconduct.bulk.cores import Cores
from safeconduct.bulk.engine import rows_of
from safeconduct.bulk.register import COLUMNS, Register
from safeconduct.bulk.source import STRETCH, Source
from safeconduct.bulk.stretches import Stretch


def search(source: Source, register: Register, connection: duckdb.DuckDBPyConnection) -> None:
    """Search for each row of `ruled` that is permitted: fills the table `searched` (row, match).

    Raises:
        ValueError: the register is not synthetic. Nobody is ever looked for in bulk on another.
    """
    with Cores() as cores:
        load(source, register, connection, cores)
        pair(connection)
        decide(connection, cores)


def load(
    source: Source, register: Register, connection: duckdb.DuckDBPyConnection, cores: Cores, *, every: bool = False
) -> None:
    """Leave the tables `asked` and `persons`: what is compared of the rows, and of who lives in their buildings.

    Of `every` row, or of those alone that somebody supports: the others come to nothing, and only take their time.

    Raises:
        ValueError: the register is not synthetic.
    """
    if not register.synthetic:
        raise ValueError("a register that is not synthetic is not searched in bulk")
    _table("said", compared.SAID, said(source, connection, cores), connection)
    with _table_of("worth", "FROM said" if every else worth(rows_of(register.path)), connection):
        read = cores.spread(compared.of_requests, None, _piecemeal("worth", compared.SAID.names, connection))
        _table("asked", compared.ASKED, read, connection)
    connection.execute("DROP TABLE said")
    with _table_of("narrowed", narrowed(rows_of(register.path)), connection):
        read = cores.spread(compared.of_persons, None, _piecemeal("narrowed", COLUMNS, connection))
        _table("persons", compared.PERSONS, read, connection)


def said(source: Source, connection: duckdb.DuckDBPyConnection, cores: Cores) -> Iterator[pa.RecordBatch]:
    """What the rows of `ruled` that are permitted say of their subjects."""
    rows = connection.sql("SELECT row FROM ruled WHERE outcome = 'permit' ORDER BY row").to_arrow_table()
    permitted = rows.column("row").combine_chunks().cast(pa.int64())
    return cores.spread(compared.of_rows, None, _permitted(source, permitted))


@contextmanager
def _table_of(name: str, query: str, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What a query comes to, as a table, for as long as it is read."""
    connection.execute(f"CREATE TEMP TABLE {name} AS {query}")
    yield
    connection.execute(f"DROP TABLE {name}")


def _table(
    name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], connection: duckdb.DuckDBPyConnection
) -> None:
    """Batches one by one as a table, so that DuckDB holds them, in memory or out of it, and nobody else."""
    empty = schema.empty_table()
    connection.register("batch", empty)
    connection.execute(f"CREATE TEMP TABLE {name} AS FROM batch")
    for batch in batches:
        connection.register("batch", pa.Table.from_batches([batch]))
        connection.execute(f"INSERT INTO {name} FROM batch")
    connection.unregister("batch")


def _piecemeal(table: str, columns: Sequence[str], connection: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    [(rows,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    for begin in range(0, rows, STRETCH):
        some = f"SELECT {', '.join(columns)} FROM {table} WHERE rowid >= {begin} AND rowid < {begin + STRETCH}"
        yield from connection.sql(some).to_arrow_table().combine_chunks().to_batches()


def _permitted(source: Source, rows: pa.Array) -> Iterator[tuple[Stretch, pa.Array]]:
    """The stretches in which permitted rows lie, each with their numbers."""
    numbers = rows.to_numpy()
    for stretch in source.stretches():
        begin, end = bisect_left(numbers, stretch.span.start), bisect_left(numbers, stretch.span.stop)
        if begin < end:
            yield stretch, pa.array(numbers[begin:end])


def pair(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave the table `pairs` (row, person): for rows that some person supports, those whose names may be the one sought."""
    connection.execute(f"CREATE TEMP VIEW homes AS {HOMES}")
    for name, query in NARROWER:
        connection.execute(f"CREATE TEMP TABLE {name} AS {query}")


_FEW = 50_000
"""Pairs that are sooner decided here than sent to processes that have yet to begin."""
_TOGETHER = 4096


def decide(connection: duckdb.DuckDBPyConnection, cores: Cores) -> None:
    """Fill the table `searched`: what the pairs of each row come to, and `none` for rows without any."""
    [(many,)] = connection.execute("SELECT count(*) FROM pairs").fetchall()
    elsewhere = cores.begun or many > _FEW
    pairs = compared.whole(connection.sql(f"{PAIRED} ORDER BY row, person").to_arrow_reader(_TOGETHER))
    found = cores.spread(compared.decided, None, pairs) if elsewhere else map(compared.decided(None), pairs)
    connection.register("decisions", pa.RecordBatchReader.from_batches(compared.DECIDED, list(found)))
    tell("decisions", connection)
    connection.unregister("decisions")


def tell(decisions: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the table `searched` by the rows (row, match) of `decisions`; a permitted row of which they say nothing found nobody."""
    connection.execute(
        "INSERT INTO searched SELECT r.row, coalesce(d.match, 'none')"
        f" FROM ruled r LEFT JOIN {decisions} d ON d.row = r.row WHERE r.outcome = 'permit'"
    )
