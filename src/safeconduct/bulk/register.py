"""A synthetic register, and nothing else: the only one that is ever searched in bulk.

A register is synthetic where every person has a number and every number lies in a range never issued to anybody. On any
other nothing is searched: such requests go one by one, at the desk.

    person_id, given_name, family_name, suffix, birth_date, number, street, city, state, postal_code, earlier_…
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from safeconduct.shelf import Misplaced
from safeconduct.town.numbers import never_issued_sql

_PLACE = ("street", "city", "state", "postal_code")
COLUMNS = ("person_id", "given_name", "family_name", "birth_date", "number", *_PLACE, *(f"earlier_{c}" for c in _PLACE))


@dataclass(frozen=True, slots=True)
class Register:
    """A register, as found: how many persons it has, and whether none of them exists."""

    path: Path
    persons: int
    synthetic: bool


def opened(path: Path, connection: duckdb.DuckDBPyConnection) -> Register:
    """The register in the Parquet file `path`; the first number that may be somebody's ends the look at its numbers.

    Raises:
        Misplaced: it is no Parquet file, or lacks a column.
    """
    try:
        file = parquet.ParquetFile(path)
    except FileNotFoundError:
        raise Misplaced(path, "cannot be read: no such file", "name a register") from None
    except (pa.ArrowException, OSError):
        raise Misplaced(path, "is no whole Parquet file", "name a register that `safeconduct town` has made") from None
    names = file.schema_arrow.names
    if "number" not in names:
        return Register(path, file.metadata.num_rows, synthetic=False)
    issued = connection.execute(
        f"SELECT 1 FROM read_parquet($path) WHERE NOT {never_issued_sql('number')} LIMIT 1", {"path": str(path)}
    ).fetchall()
    lacking = [name for name in COLUMNS if name not in names]
    if not issued and lacking:
        raise Misplaced(path, f"has no column `{lacking[0]}`", "name a register that `safeconduct town` has made")
    return Register(path, file.metadata.num_rows, synthetic=not issued)
