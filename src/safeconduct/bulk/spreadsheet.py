"""A file of requests as a spreadsheet (.xlsx): the columns of the CSV form on the first sheet that a reader sees.

A workbook is a zip file, and one that claims little can hold more than a machine has. So its parts are unpacked once,
held to a size, and thrown away, and it is read (with fastexcel) by a process of its own that may take so much memory and
no more. A row without any text is passed over, and counted.
"""

from __future__ import annotations

import contextlib
import lzma
import multiprocessing
import os
import re
import resource
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from functools import reduce
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.bulk.source import STRETCH, Source, header
from safeconduct.bulk.stretches import Rows, Stretch, Table, no_rows
from safeconduct.shelf import Misplaced

_MOST_UNPACKED = 2_000_000_000
_MOST_MEMORY = 3_000_000_000
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00:00(?:\.0+)?")
_MEND = "save the sheet as CSV in UTF-8"
_NO_ZIP = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, ValueError, OSError,
)  # fmt: skip
"""What a damaged zip file is told by."""


def opened(path: Path, paths: Collection[str]) -> Source:
    """The spreadsheet `path`.

    Raises:
        Misplaced: it is damaged, no workbook, or unpacks to more than a workbook holds.
    """
    _held_to_size(path)
    sheet = _sheet(path)
    names = [(column[0].as_py() or "").strip() for column in sheet.columns if len(column)]
    wanted, notes = header(path, names, paths)
    rows = sheet.slice(1).select([names.index(name) for name in wanted]).rename_columns(wanted)
    return Source(path, "xlsx", notes, lambda: _stretches(rows))


def _held_to_size(path: Path) -> None:
    size = 0
    try:
        with zipfile.ZipFile(path) as workbook:
            for part in workbook.infolist():
                with workbook.open(part) as file:
                    while piece := file.read(1 << 20):
                        size += len(piece)
                        if size > _MOST_UNPACKED:
                            what = f"unpacks to more than {_MOST_UNPACKED:,} bytes"
                            raise Misplaced(path, what, _MEND)
    except _NO_ZIP:
        raise Misplaced(path, "is no whole .xlsx workbook", _MEND) from None


def _sheet(path: Path) -> pa.Table:
    """The first sheet, all cells as texts, read by a process of its own."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    reader = multiprocessing.get_context("spawn").Process(target=_read, args=(path, theirs), daemon=True)
    reader.start()
    theirs.close()
    with contextlib.suppress(EOFError):
        stream = ours.recv_bytes()
        reader.join()
        if stream:
            return pa.ipc.open_stream(stream).read_all()
    reader.join()
    raise Misplaced(path, "is no workbook that can be read, or takes more memory than a sheet may", _MEND)


def _read(path: Path, to: Connection) -> None:
    """Read the first sheet and send it as an Arrow stream; nothing where it cannot be read."""
    import fastexcel  # noqa: PLC0415  # in the process that is held to a size

    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what it says as it fails is for its makers
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        workbook = fastexcel.read_excel(path)
        sheets = (workbook.load_sheet(name, header_row=None, dtypes="string") for name in workbook.sheet_names)
        batch = next(sheet for sheet in sheets if sheet.visible == "visible" and sheet.height).to_arrow()
    except StopIteration:
        batch = pa.RecordBatch.from_pylist([], pa.schema([]))
    except (fastexcel.FastExcelError, pa.ArrowException, MemoryError):
        to.send_bytes(b"")
        return
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write(batch)
    to.send_bytes(sink.getvalue().to_pybytes())


def _stretches(rows: pa.Table) -> Iterator[Stretch]:
    begun = 1
    for batch in rows.to_batches(STRETCH):
        texts = [_texts(batch.column(name)) for name in batch.schema.names]
        numbers = pa.array(range(begun, begun + len(batch)), pa.int64())
        told = reduce(pc.or_, map(pc.is_valid, texts))
        columns = pa.RecordBatch.from_arrays(texts, names=batch.schema.names)
        yield Table(Rows(columns.filter(told), numbers.filter(told)))
        begun += len(batch)
    if begun == 1:
        yield no_rows(rows.column_names)


def _texts(column: pa.Array) -> pa.Array:
    """A column as texts; a day that the sheet keeps as a moment at midnight is a day."""
    said = (
        _MIDNIGHT.sub(r"\1", cell) if cell and len(cell) > len("2025-06-27") else cell for cell in column.to_pylist()
    )
    return pa.array(said, pa.string())
