"""Spark beside DuckDB, row by row: `safeconduct bench spark [PERSONS]`; it needs the extra `spark` and a Java.

The requests of 2025, 1.28 million, are ruled on by both engines; then every one of them is searched for by both in a town of ten
million (or as many as are named). Every row of the one is compared with the other's, and both times are told.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from match import PERSONS, ROWS, RULED, made, timed
from safeconduct import preflight, shelf
from safeconduct.bulk import engines, facts
from safeconduct.bulk.engine import engine, rows_of
from safeconduct.bulk.facts import Run
from safeconduct.bulk.lowering import Lowered, lower
from safeconduct.bulk.register import Register
from safeconduct.bulk.source import Source

ON = date(2025, 8, 1).toordinal()


@contextmanager
def begun(name: str, folder: Path) -> Iterator[tuple[engines.Engine, duckdb.DuckDBPyConnection]]:
    """An engine, and DuckDB beside it, in a folder of their own."""
    scratch = folder / f"by-{name}"
    scratch.mkdir(exist_ok=True)
    with engine(scratch, "700MB") as connection, engines.begun(name, scratch) as by:
        yield by, connection


def found(source: Source, folder: Path) -> Path:
    """The file of facts."""
    (folder / "scratch").mkdir()
    thresholds = shelf.tripwires(preflight.opened().pack, None)
    run = Run(shelf.DEFAULT, None, ON, thresholds.policy.offence, b"0" * 32)
    with engine(folder / "scratch") as connection:
        facts.write(source, run, folder, connection, lambda *_: None)
    return folder / "facts.parquet"


def ruled(name: str, file: Path, lowered: Lowered, folder: Path) -> tuple[float, Path]:
    """How long an engine takes over the law, and the file of its rulings."""
    to = folder / f"ruled-{name}.parquet"
    with begun(name, folder) as (by, connection):
        seconds = timed(lambda: by.rule(file, lowered, connection))
        connection.execute(f"COPY (FROM ruled) TO '{to}'")
    return seconds, to


def searched(name: str, source: Source, people: Register, folder: Path) -> tuple[float, Path]:
    """How long an engine takes over the search, its load included, and the file of what it came to."""
    to = folder / f"searched-{name}.parquet"
    with begun(name, folder) as (by, connection):
        connection.execute(RULED.format(rows=ROWS))
        seconds = timed(lambda: by.search(source, people, connection))
        connection.execute(f"COPY (FROM searched) TO '{to}'")
    return seconds, to


def compared(what: str, ours: tuple[float, Path], sparks: tuple[float, Path]) -> None:
    """Print how many rows there are and how many differ."""
    one, other = rows_of(ours[1]), rows_of(sparks[1])
    apart = (
        f"SELECT count(*) FROM ((FROM {one} EXCEPT ALL FROM {other}) UNION ALL (FROM {other} EXCEPT ALL FROM {one}))"
    )
    with duckdb.connect() as connection:
        [(rows,)], [(differ,)] = (
            connection.execute(query).fetchall() for query in (f"SELECT count(*) FROM {one}", apart)
        )
    print(f"{what}: {rows:,} rows, {differ} differ; DuckDB {ours[0]:.1f} s, Spark {sparks[0]:.1f} s", flush=True)


def main() -> None:
    """Print the figures."""
    if lacking := engines.lacking(engines.SPARK):
        print(f"Spark: {lacking}")
        return
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else PERSONS
    folder = Path(tempfile.gettempdir()) / "safeconduct-bench"
    folder.mkdir(exist_ok=True)
    source, people = made(folder, persons)
    lowered = lower(preflight.opened().under(ON, None).law)
    both = (engines.DUCKDB, engines.SPARK)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        begun_at = time.perf_counter()
        file = found(source, Path(scratch))
        print(f"read and found in {time.perf_counter() - begun_at:.1f} s", flush=True)
        compared("the law", *(ruled(name, file, lowered, Path(scratch)) for name in both))
        said = f"the search in {persons:,} persons, load included"
        compared(said, *(searched(name, source, people, Path(scratch)) for name in both))


if __name__ == "__main__":
    main()
