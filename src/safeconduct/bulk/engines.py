"""The engines on which a file is ruled on and searched: DuckDB on this machine, and Spark where that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb

from safeconduct.bulk import match, rulings, spark_session
from safeconduct.bulk.lowering import Lowered
from safeconduct.bulk.register import Register
from safeconduct.bulk.source import Source
from safeconduct.core.documents import printable

DUCKDB, SPARK = "duckdb", "spark"


class Engine(Protocol):
    """What rules on a file of facts, and searches for those of its rows that are permitted."""

    @property
    def name(self) -> str:
        """By which it is asked for."""

    def rule(self, facts: Path, lowered: Lowered, connection: duckdb.DuckDBPyConnection) -> None:
        """As `rulings.rule`."""

    def search(self, source: Source, register: Register, connection: duckdb.DuckDBPyConnection) -> None:
        """As `match.search`: on a register that is not synthetic it raises."""


class _DuckDB:
    name = DUCKDB
    rule = staticmethod(rulings.rule)
    search = staticmethod(match.search)


def lacking(name: str) -> str:
    """Why the engine `name` cannot be had here, and what to do; "" where it can."""
    if name == SPARK:
        return spark_session.lacking()
    return "" if name == DUCKDB else f"{printable(name)} is no engine; leave it out, or write {DUCKDB} or {SPARK}"


@contextmanager
def begun(name: str, scratch: Path) -> Iterator[Engine]:
    """The engine `name`, which writes what does not fit to the folder `scratch`."""
    if name == DUCKDB:
        yield _DuckDB()
        return
    from safeconduct.bulk.spark import Spark  # noqa: PLC0415  # takes long to import, and is an extra

    with spark_session.session(scratch) as session:
        yield Spark(session, scratch)
