"""Findings over a whole file, on every core: from a file of requests to `facts.parquet`.

The file is read in stretches by this process; others make each into rows, find, and send the columns back, in the order
of the file. Beside the facts, which hold no name, come keys by which rows are alike, for the tripwires: seals under a
secret that is drawn for the run and forgotten with it. Two rows of one id are both rejected: which is meant nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from safeconduct import preflight
from safeconduct.bulk.alike import alike
from safeconduct.bulk.columns import Columns
from safeconduct.bulk.cores import spread
from safeconduct.bulk.engine import Sink, rows_of, text
from safeconduct.bulk.looks import looks
from safeconduct.bulk.results import SCRATCH
from safeconduct.bulk.source import Source
from safeconduct.bulk.stretches import Rejected, Stretch, reason
from safeconduct.core import intake

Tell = Callable[[str, int], None]
"""Tells whoever waits what has been done: of what, how many."""


@dataclass(frozen=True, slots=True)
class Run:
    """What every process of a run must know: the pack, the orders, the day of the law, and what rows are compared by."""

    pack: str
    orders: Path | None
    on: int
    offence: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a stretch: facts of the rows that can be read, keys of all rows, and what was rejected."""

    facts: pa.RecordBatch
    keys: pa.RecordBatch
    rejected: tuple[Rejected, ...]
    unread: frozenset[str] = field(default_factory=frozenset)


def found(source: Source, run: Run) -> Iterator[Found]:
    """What is found in a file, stretch by stretch, in order.

    Raises:
        Misplaced: the file turns out not to be readable as a whole.
    """
    yield from spread(finder, run, source.stretches())


def finder(run: Run) -> Callable[[Stretch], Found]:
    """What looks at one stretch after another."""
    opened = preflight.opened(run.pack, run.orders)
    shapes = intake.shapes(opened.intake.pack)
    facts, keys = looks(opened.intake), alike(run.offence, run.secret)
    columns = Columns((*facts, *keys), run.on)
    names_of_facts, names_of_keys = ([name for look in of for name in look.names] for of in (facts, keys))
    names_of_keys.append("request_id")

    def find(stretch: Stretch) -> Found:
        rows = stretch.rows
        seen = columns.see(rows.columns, rows.numbers, lambda path: stretch.reader(path, shapes))
        rejected = (Rejected(number, wrong.field, reason(wrong)) for number, wrong in seen.told())
        found, compared = seen.of(names_of_facts, readable=True), seen.of(names_of_keys, readable=False)
        return Found(found, compared, (*rows.rejected, *rejected), rows.unread)

    return find


def write(source: Source, run: Run, folder: Path, connection: duckdb.DuckDBPyConnection, tell: Tell) -> frozenset[str]:
    """Find over a file: write facts.parquet in `folder` and fill the table `rejected`; the fields that nothing reads.

    Leaves the views `facts` and `keys`, the keys of the same rows.

    Raises:
        Misplaced: the file turns out not to be readable as a whole.
    """
    facts, keys = folder / "facts.parquet", folder / SCRATCH / "keys.parquet"
    connection.execute("CREATE TEMP TABLE rejected (row BIGINT, field VARCHAR, reason VARCHAR)")
    unread: set[str] = set()
    with Sink(facts) as known, Sink(keys) as compared:
        for one in found(source, run):
            known.write(one.facts)
            compared.write(one.keys)
            _reject(one.rejected, connection)
            unread |= one.unread
            tell("rows read", known.rows)
    _reject_doubles(facts, keys, connection)
    connection.execute(f"CREATE TEMP VIEW facts AS FROM {rows_of(facts)}")
    connection.execute(f"CREATE TEMP VIEW keys AS FROM {rows_of(keys)} SEMI JOIN facts USING (row)")
    return frozenset(unread)


def held(source: Source, run: Run, connection: duckdb.DuckDBPyConnection) -> int:
    """Find over a file in memory alone, which does for one that comes to the desk; how many rows can be ruled on.

    Leaves the views `facts` and `keys`, as `write` does.

    Raises:
        Misplaced: the file turns out not to be readable as a whole.
    """
    every = list(found(source, run))
    for name, batches in (("every_fact", [one.facts for one in every]), ("every_key", [one.keys for one in every])):
        connection.register(name, pa.Table.from_batches(batches))
    doubled = "FROM every_key WHERE request_id IS NOT NULL QUALIFY count(*) OVER (PARTITION BY request_id) > 1"
    connection.execute(f"CREATE TEMP VIEW facts AS FROM every_fact ANTI JOIN (SELECT row {doubled}) USING (row)")
    connection.execute("CREATE TEMP VIEW keys AS FROM every_key SEMI JOIN facts USING (row)")
    [(rows,)] = connection.execute("SELECT count(*) FROM facts").fetchall()
    return int(rows)


def _reject(rows: Sequence[Rejected], connection: duckdb.DuckDBPyConnection) -> None:
    if rows:
        columns = {name: [getattr(row, name) for row in rows] for name in ("row", "field", "reason")}
        connection.register("rows", pa.table(columns))
        connection.execute("INSERT INTO rejected FROM rows")
        connection.unregister("rows")


def _reject_doubles(facts: Path, keys: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Reject every row whose id another row has too, be that other one rejected for another reason."""
    connection.execute(
        "CREATE TEMP TABLE doubled AS SELECT row, min(row) OVER (PARTITION BY request_id) AS first, max(row) OVER"
        f" (PARTITION BY request_id) AS last FROM {rows_of(keys)} WHERE request_id IS NOT NULL"
        " QUALIFY first < last"
    )
    connection.execute(
        "INSERT INTO rejected SELECT row, 'request_id', format('is that of row {} too; give every request an id of its own',"
        " CASE WHEN row = first THEN last ELSE first END) FROM doubled"
    )
    if connection.execute("SELECT 1 FROM doubled LIMIT 1").fetchall():
        once = facts.with_suffix(".once")
        connection.execute(
            f"COPY (FROM {rows_of(facts)} ANTI JOIN doubled USING (row)) TO {text(once)}"
            " (FORMAT parquet, COMPRESSION zstd)"
        )
        once.replace(facts)
