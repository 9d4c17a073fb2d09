"""A synthetic register, and nothing else: the only one that is ever searched in bulk.

A register is synthetic where every person has a number and every number lies in a range never issued to anybody. On any
other nothing is searched: such requests go one by one, at the desk.

    person_id, given_name, middle_name, family_name, suffix, birth_date, number, deceased, street, city, state,
    postal_code, earlier_…
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from safeconduct.bulk.engine import rows_of
from safeconduct.bulk.source import readable
from safeconduct.shelf import Misplaced
from safeconduct.town.numbers import never_issued_sql

_PLACE = ("street", "city", "state", "postal_code")
COLUMNS = (
    "person_id", "given_name", "middle_name", "family_name", "suffix", "birth_date", "number", "deceased",
    *_PLACE, *(f"earlier_{c}" for c in _PLACE),
)  # fmt: skip

_TEXT = ("string", "large_string")
_TYPES = {"person_id": ("int64", "int32"), "birth_date": ("date32[day]",), "deceased": ("bool",)}
_MEND = "name a register that `safeconduct town` has made"


@dataclass(frozen=True, slots=True)
class Register:
    """A register, as found: how many persons it has, and whether none of them exists."""

    path: Path
    persons: int
    synthetic: bool


def opened(path: Path, connection: duckdb.DuckDBPyConnection) -> Register:
    """The register in the Parquet file `path`; the first number that may be somebody's ends the look at its numbers.

    Raises:
        Misplaced: it is no Parquet file, or lacks a column of its type.
    """
    if set("*?[") & set(str(path)):
        raise Misplaced(path, "has a name that stands for several files", "name it without *, ? and [")
    try:
        with readable(path):
            file = parquet.ParquetFile(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise Misplaced(path, "is no whole Parquet file", _MEND) from None
    types = {field.name: str(field.type) for field in file.schema_arrow}
    if types.get("number") not in _TEXT or _issued(path, connection):
        return Register(path, file.metadata.num_rows, synthetic=False)
    for name in COLUMNS:
        if types.get(name) not in _TYPES.get(name, _TEXT):
            raise Misplaced(path, f"has no column `{name}` of the type {_TYPES.get(name, _TEXT)[0]}", _MEND)
    return Register(path, file.metadata.num_rows, synthetic=True)


def _issued(path: Path, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether somebody in the register has no number, or one that may have been issued."""
    query = f"SELECT 1 FROM {rows_of(path)} WHERE NOT {never_issued_sql('number')} LIMIT 1"
    with whole(path):
        return bool(connection.execute(query).fetchall())


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """Looks into the register `path`, the columns of which are known.

    Raises:
        Misplaced: it is damaged.
    """
    try:
        yield
    except duckdb.OperationalError:  # of the disk or the memory
        raise
    except duckdb.Error:
        raise Misplaced(path, "cannot be read: it is damaged", _MEND) from None
