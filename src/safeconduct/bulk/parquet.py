"""A file of requests as Parquet: the columns of the CSV form, as texts or as truths, dates, whole numbers and lists.

A null is a cell left out; a text `none` is null. A list or an object is written as JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from safeconduct.bulk.source import STRETCH, Source, header, readable
from safeconduct.bulk.stretches import TOO_LONG, WHOLE, Rejected, Rows, Stretch, Table, no_rows
from safeconduct.core.documents import printable
from safeconduct.shelf import Misplaced

_MEND = "make the file anew"
_END = 8
_LONGEST_FOOTER = 1 << 25
_MOST = 1 << 24


def opened(path: Path, paths: Collection[str]) -> Source:
    """The Parquet file `path`.

    Raises:
        Misplaced: it is damaged, or a column is of a type that no cell has.
    """
    _held_to_size(path)
    try:
        schema = parquet.read_schema(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise Misplaced(path, "is no whole Parquet file", _MEND) from None
    wanted, notes = header(path, schema.names, paths)
    for name in wanted:
        if not _plain(schema.field(name).type):
            of_type = printable(str(schema.field(name).type))
            what = f"has the column `{name}` of the type {of_type}, which no cell has"
            raise Misplaced(path, what, "write it as a text, or the fields of an object as columns of their own")
    return Source(path, "parquet", notes, lambda: _stretches(path, wanted))


def _held_to_size(path: Path) -> None:
    """Hold the file to its form, and what is read at once to a size: it ends with the length of its footer."""
    with readable(path), path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - _END, 0))
        length, magic = int.from_bytes(file.read(4), "little"), file.read(4)
    if magic == b"PARE":
        raise Misplaced(path, "is encrypted", "write it without a key")
    if magic != b"PAR1" or length > min(size, _LONGEST_FOOTER):
        raise Misplaced(path, "is no whole Parquet file", _MEND)


def _plain(kind: pa.DataType) -> bool:
    plain = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_date, _is_text, _is_inner, pa.types.is_null)
    return any(is_so(kind) for is_so in plain)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_inner(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _stretches(path: Path, wanted: Sequence[str]) -> Iterator[Stretch]:
    done = 0
    try:
        with readable(path), parquet.ParquetFile(path) as file:
            leaves = [file.schema.column(number).path for number in range(len(file.schema))]
        with readable(path), parquet.ParquetFile(path, read_dictionary=leaves) as file:
            for batch in file.iter_batches(STRETCH, columns=list(wanted)):
                for part in _parts(batch):
                    yield _stretch(part, wanted, done + 1)
                    done += len(part)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise Misplaced(path, f"cannot be read behind row {done}: it is damaged", _MEND) from None
    if not done:
        yield no_rows(wanted)


def _parts(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in parts that can be held: a text that a file keeps once may stand in every row."""
    if len(batch) > 1 and _size(batch) > _MOST:
        half = len(batch) // 2
        yield from _parts(batch.slice(0, half))
        yield from _parts(batch.slice(half))
    else:
        yield batch


def _size(batch: pa.RecordBatch) -> int:
    return sum(map(_unfolded, batch.columns))


def _unfolded(column: pa.Array) -> int:
    """The bytes of a column, each text counted where it stands."""
    if pa.types.is_dictionary(column.type):
        lengths = pc.binary_length(column.dictionary).take(column.indices)
        return pc.sum(lengths).as_py() or 0
    if pa.types.is_struct(column.type):
        return sum(map(_unfolded, column.flatten()))
    return _unfolded(column.flatten()) if _is_inner(column.type) else int(column.nbytes)


def _stretch(part: pa.RecordBatch, wanted: Sequence[str], first: int) -> Table:
    if _size(part) > _MOST:
        return no_rows(wanted, (Rejected(first, WHOLE, TOO_LONG),))
    texts = [_texts(part.column(name)) for name in wanted]
    numbers = pa.array(range(first, first + len(part)), pa.int64())
    return Table(Rows(pa.RecordBatch.from_arrays(texts, names=list(wanted)), numbers))


def _texts(column: pa.Array) -> pa.Array:
    """A column as texts: truths as true and false, dates as YYYY-MM-DD, lists and objects as JSON."""
    if _is_inner(column.type):
        said = (json.dumps(_bare(value), default=str) if value is not None else None for value in column.to_pylist())
        return pa.array(said, pa.string())
    texts = pc.cast(column, pa.string())
    texts.validate(full=True)
    return texts


def _bare(value: object) -> object:
    """A value without the nulls that Parquet gives every field of an object that is left out."""
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if inner is not None}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value
