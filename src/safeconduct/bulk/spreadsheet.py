"""A file of requests as a spreadsheet (.xlsx): the columns of the CSV form on its first sheet, read with fastexcel.

A workbook is a zip file, and one that claims little can hold more than a machine has. So its parts are unpacked once,
held to a size, and thrown away, and it is read by a process of its own that may take so much memory and no more.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import re
import resource
import zipfile
from collections.abc import Collection, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa

from safeconduct.bulk.source import STRETCH, Source, header
from safeconduct.bulk.stretches import Rows, Stretch, Table
from safeconduct.shelf import Misplaced

_MOST_UNPACKED = 2_000_000_000
_MOST_MEMORY = 6_000_000_000
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]00:00:00(?:\.0+)?")
_MEND = "save the sheet as CSV in UTF-8"


def opened(path: Path, paths: Collection[str]) -> Source:
    """The spreadsheet `path`.

    Raises:
        Misplaced: it is damaged, no workbook, or unpacks to more than a workbook holds.
    """
    _held_to_size(path)
    sheet = _sheet(path)
    wanted, notes = header(path, [name.strip() for name in sheet.schema.names], paths)
    rows = sheet.rename_columns([name.strip() for name in sheet.schema.names]).select(wanted)
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
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError):
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

    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheet = fastexcel.read_excel(path).load_sheet(0, dtypes="string")
        batch = sheet.to_arrow()
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
        yield Table(Rows(pa.RecordBatch.from_arrays(texts, names=batch.schema.names), numbers))
        begun += len(batch)


def _texts(column: pa.Array) -> pa.Array:
    """A column as texts; a day that the sheet keeps as a moment at midnight is a day."""
    said = (
        _MIDNIGHT.sub(r"\1", cell) if cell and len(cell) > len("2025-06-27") else cell for cell in column.to_pylist()
    )
    return pa.array(said, pa.string())
