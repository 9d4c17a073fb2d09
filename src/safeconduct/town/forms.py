"""The three forms of a file of requests: CSV, one JSON object a line, Parquet.

All hold the same fields. In CSV and Parquet they are columns of text with dots in their names, lists parted by
semicolons, `none` for what is known not to exist, nothing for what is left out. What the fields say is for `requests`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

_LISTS = frozenset(("items", "taxable_periods"))
_TRUTHS = frozenset(("in_writing", "final", "stayed", "relief_pending", "judicial_review"))
_WAYS = {
    ".csv": "COPY (FROM requests) TO $path (FORMAT csv, HEADER)",
    ".parquet": "COPY (FROM requests) TO $path (FORMAT parquet, COMPRESSION zstd)",
    ".ndjson": "COPY (FROM lines) TO $path (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')",
}
SUFFIXES = tuple(_WAYS)


def write(town: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the view `requests` of `town` to `path`, in the form that its suffix names."""
    if path.suffix == ".ndjson":
        line = _object("", town.table("requests").columns)
        town.execute(f"CREATE TEMP VIEW lines AS SELECT {line} AS line FROM requests")  # noqa: S608  # our own columns
    town.execute(_WAYS[path.suffix], {"path": str(path)})


def _object(prefix: str, columns: Iterable[str]) -> str:
    """SQL for the JSON object of the columns whose names begin with `prefix`; a field left out is not in it."""
    inside = [column for column in columns if column.startswith(prefix)]
    heads = dict.fromkeys(column.removeprefix(prefix).partition(".")[0] for column in inside)
    members = ", ".join(_member(f"{prefix}{head}", head, inside) for head in heads)
    return f"'{{' || concat_ws(', ', {members}) || '}}'"


def _member(path: str, name: str, columns: list[str]) -> str:
    if path in columns:
        return f'CASE WHEN "{path}" IS NOT NULL THEN \'"{name}": \' || {_value(path, name)} END'
    given = ", ".join(f'"{column}"' for column in columns if column.startswith(f"{path}."))
    return f"CASE WHEN coalesce({given}) IS NOT NULL THEN '\"{name}\": ' || {_object(f'{path}.', columns)} END"


def _value(path: str, name: str) -> str:
    if name in _LISTS:
        value = f"to_json(string_split(\"{path}\", ';'))"
    else:
        value = f'"{path}"' if name in _TRUTHS or name == "officers" else f'to_json("{path}")'
    return f"CASE WHEN \"{path}\" = 'none' THEN 'null' ELSE {value}::VARCHAR END"
