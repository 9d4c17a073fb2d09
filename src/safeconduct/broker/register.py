"""A register, opened to be read and nothing else: who lives or lived about the building that is sought.

A Parquet or CSV file is read by DuckDB, which can reach no other file; PostgreSQL in sessions that are read only, by an
account that may not write. Every value goes in as a parameter. Nothing here reads a register as a whole but the question
whether it is synthetic; until the log's issue lands no other is looked into.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb

from safeconduct.broker.records import COLUMNS, NEEDED, WELCOME, Record, record
from safeconduct.broker.unread import Unread, not_synthetic
from safeconduct.core.places import Place
from safeconduct.shelf import Misplaced
from safeconduct.town.numbers import never_issued, never_issued_sql

_MEND = "name a register as Parquet or CSV, or a PostgreSQL address"
_URI = re.compile(r"postgres(?:ql)?://")


class Rows(Protocol):
    """Where the rows of a register are: a file, or a database."""

    def near(self, code: str, figures: str) -> Sequence[Sequence[object]]:
        """The rows, of `COLUMNS`, of those who live or lived in the postal code, in a house of such figures."""

    def close(self) -> None:
        """Let go of it."""


class Register:
    """An opened register."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def about(self, sought: Place) -> list[Record]:
        """The records of at least all who live or lived in the building of `sought`.

        Raises:
            Unread: it cannot be read, or has come to hold somebody who may exist.
        """
        front, _, code = sought.building.rpartition("|")
        first = front.split()[0]
        found = [record(row) for row in self._rows.near(code, first if first.isdecimal() else "")]
        if not all(never_issued(one.number) for one in found):
            raise Unread("the register is no longer synthetic")
        return found

    def close(self) -> None:
        """Let go of the register."""
        self._rows.close()


@contextmanager
def opened(name: str, table: str) -> Iterator[Register]:
    """The synthetic register `name`: a file, or the address of a database in which it is the table `table`.

    Raises:
        Misplaced: it is none, cannot be read, lacks a column, may be written by this account, or is not synthetic.
    """
    register = Register(_rows_in(name, table) if _URI.match(name) else _File(Path(name)))
    try:
        yield register
    finally:
        register.close()


def _rows_in(address: str, table: str) -> Rows:
    from safeconduct.broker.postgres import Postgres  # noqa: PLC0415  # slow to import, and most registers are files

    return Postgres(address, table)


def _text(said: object) -> str:
    """A text or a path as SQL."""
    return "'" + str(said).replace("'", "''") + "'"


class _File:
    """A register in a Parquet or CSV file. The engine writes nothing to the disk, not even what its memory is too small for."""

    def __init__(self, path: Path) -> None:
        if not path.is_file() or set("*?[") & set(str(path)):
            raise Misplaced(path, "is no file that can be read", _MEND)
        self._connection = duckdb.connect(config={"memory_limit": "1GB", "threads": 2, "temp_directory": ""})
        try:
            self._confine(path)
            rows, names = _rows(path, self._connection)
            self._near = _near(rows, _columns(path, names))
            self._hold_to_synthetic(path, rows)
        except duckdb.Error:
            self.close()
            raise Misplaced(path, "cannot be read: it is no whole Parquet or CSV file", _MEND) from None
        except Misplaced:
            self.close()
            raise

    def _confine(self, path: Path) -> None:
        """From here on the connection reaches this file and no other, and nothing can set it free."""
        self._connection.execute(f"SET allowed_paths = [{_text(path)}]")
        for setting in ("enable_external_access = false", "lock_configuration = true"):
            self._connection.execute(f"SET {setting}")

    def _hold_to_synthetic(self, path: Path, rows: str) -> None:
        query = f"SELECT 1 FROM {rows} WHERE NOT {never_issued_sql('number')} LIMIT 1"
        if self._connection.execute(query).fetchall():
            raise not_synthetic(path)

    def near(self, code: str, figures: str) -> Sequence[Sequence[object]]:
        try:
            return self._connection.execute(self._near, {"code": code, "figures": figures}).fetchall()
        except duckdb.Error:
            raise Unread("the register cannot be read") from None

    def close(self) -> None:
        self._connection.close()


def _rows(path: Path, connection: duckdb.DuckDBPyConnection) -> tuple[str, Sequence[str]]:
    """The rows of the file as SQL, and the names of its columns."""
    literal = _text(path)
    if path.suffix == ".csv":
        names = _header(path)
        columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in names)
        form = "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', strict_mode = true"
        return f"read_csv({literal}, columns = {{{columns}}}, {form})", names
    rows = f"read_parquet({literal}, hive_partitioning = false)"
    described = connection.execute(f"SELECT * FROM {rows} LIMIT 0").description or []
    return rows, [column[0] for column in described]


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file), [])
    except (UnicodeDecodeError, csv.Error):
        names = []
    if not names or len(set(names)) < len(names):
        raise Misplaced(path, "has no first row that names each column once", _MEND)
    return names


def _columns(path: Path, names: Sequence[str]) -> str:
    """The columns that are read, as texts, in the order of `COLUMNS`."""
    lacking = next((name for name in NEEDED if name not in names), "")
    if lacking:
        raise Misplaced(path, f"has no column `{lacking}`", f"a register has {', '.join(NEEDED)}")
    return ", ".join("NULL" if name in WELCOME and name not in names else f'"{name}"::VARCHAR' for name in COLUMNS)


def _near(rows: str, columns: str) -> str:
    """Those who live in the code, and those who lived there; of them those in whose street stand the figures.

    A street that holds other signs than ASCII is left to the match. The codes are compared as ranges, by which the engine
    passes over what a file that is in their order has elsewhere.
    """
    lives, lived = _at(""), _at("earlier_")
    both = f"SELECT {columns} FROM {rows} WHERE {lives} UNION ALL SELECT {columns} FROM {rows} WHERE {lived}"
    return f"{both} AND NOT coalesce({lives}, false)"


def _at(which: str) -> str:
    street, code = f"coalesce({which}street::VARCHAR, '')", f"{which}postal_code::VARCHAR"
    here = f"{code} >= $code AND {code} < $code || ':'"
    return f"({here} AND (contains({street}, $figures) OR strlen({street}) <> length({street})))"
