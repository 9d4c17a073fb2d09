"""DuckDB, held to a size and to a folder, and Parquet written in groups of rows that it can read on every core."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa
from pyarrow import parquet
from sqlglot import exp

from safeconduct.bulk.cores import CORES

GROUP = 122_880
"""Rows a group: DuckDB gives a group to a core."""


@contextmanager
def engine(scratch: Path, memory: str = "1GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that takes so much memory, and writes what does not fit to the folder `scratch`."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": CORES,
        "temp_directory": str(scratch),
        "disabled_optimizers": "in_clause",  # it takes longer over the lists of a law than the law does over a million rows
    }
    with duckdb.connect(config=settings) as connection:
        yield connection


def text(said: object) -> str:
    """A text or a path as SQL."""
    return exp.Literal.string(str(said)).sql(dialect="duckdb")


def rows_of(path: Path) -> str:
    """The rows of the one Parquet file `path` as SQL: its name is no pattern, and its folders' names are no columns."""
    literal = re.sub(r"([*?[])", r"[\1]", str(path))
    return f"read_parquet({text(literal)}, hive_partitioning = false)"


class Sink:
    """A Parquet file that batches are written to; the first says which columns it has, or `schema`, be there none."""

    def __init__(self, path: Path, schema: pa.Schema | None = None) -> None:
        self._path = path
        self._schema = schema
        self._writer: parquet.ParquetWriter | None = None
        self._held: list[pa.RecordBatch] = []
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch, sooner or later."""
        self._held.append(batch)
        self.rows += len(batch)
        if sum(map(len, self._held)) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        table = pa.Table.from_batches(self._held, self._schema)
        if self._writer is None:
            self._writer = parquet.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table, row_group_size=GROUP)
        self._held = []

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if fault is None and (self._held or (self._schema is not None and self._writer is None)):
                self._flush()
        finally:
            if self._writer is not None:
                self._writer.close()
