"""A file of requests as Parquet: the columns of the CSV form, as texts or as truths, dates, whole numbers and lists.

A null is a cell left out; a text `none` is null. A list or an object is written as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from safeconduct.bulk.source import STRETCH, Source, header
from safeconduct.bulk.stretches import Rows, Stretch, Table
from safeconduct.shelf import Misplaced

_MEND = "make the file anew"


def opened(path: Path, paths: Collection[str]) -> Source:
    """The Parquet file `path`.

    Raises:
        Misplaced: it is damaged, or a column is of a type that no cell has.
    """
    try:
        schema = parquet.read_schema(path)
    except (pa.ArrowException, OSError):
        raise Misplaced(path, "is no whole Parquet file", _MEND) from None
    wanted, notes = header(path, schema.names, paths)
    for name in wanted:
        if not _plain(schema.field(name).type):
            what = f"has the column `{name}` of the type {schema.field(name).type}, which no field of a request has"
            raise Misplaced(path, what, "write it as a text")
    return Source(path, "parquet", notes, lambda: _stretches(path, wanted))


def _plain(kind: pa.DataType) -> bool:
    plain = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_date, _is_text, _is_inner, pa.types.is_null)
    return any(is_so(kind) for is_so in plain)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_inner(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_struct(kind))


def _stretches(path: Path, wanted: Sequence[str]) -> Iterator[Stretch]:
    begun = 1
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(STRETCH, columns=list(wanted)):
                texts = [_texts(batch.column(name)) for name in wanted]
                numbers = pa.array(range(begun, begun + len(batch)), pa.int64())
                yield Table(Rows(pa.RecordBatch.from_arrays(texts, names=list(wanted)), numbers))
                begun += len(batch)
    except (pa.ArrowException, OSError):
        raise Misplaced(path, f"cannot be read behind row {begun - 1}: it is damaged", _MEND) from None


def _texts(column: pa.Array) -> pa.Array:
    """A column as texts: truths as true and false, dates as YYYY-MM-DD, lists and objects as JSON."""
    if _is_inner(column.type):
        said = (json.dumps(_bare(value), default=str) if value is not None else None for value in column.to_pylist())
        return pa.array(said, pa.string())
    return pc.cast(column, pa.string())


def _bare(value: object) -> object:
    """A value without the nulls that Parquet gives every field of an object that is left out."""
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if inner is not None}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value
