"""A file of requests as CSV (RFC 4180): comma, semicolon, tab or bar; UTF-8 or Windows-1252; quoted newlines.

    request_id,made_on,subject.address,…
    R-0001,2025-06-27,"12 Elm St Apt 4, Springfield, IL 62704",…

A row with too few or too many cells is rejected and the rows around it go on. A quotation mark that never closes would
swallow the rows behind it, so it stops the file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from safeconduct.bulk.source import ID, STRETCH, Source, header, readable
from safeconduct.bulk.stretches import WHOLE, Rejected, Rows, Stretch, Table, no_rows
from safeconduct.shelf import Misplaced

_DELIMITERS = ",;\t|"
_BLOCK = 1 << 24
_LONGEST_LINE = 1 << 22
_PIECE = 1 << 20


def opened(path: Path, paths: Collection[str]) -> Source:
    """The CSV file `path`.

    Raises:
        Misplaced: it is neither UTF-8 nor Windows-1252, holds a line without end, or its header is wrong.
    """
    with readable(path):
        encoding, odd = _encoding(path)
        first = _beginning(path, encoding)
    delimiter, names = _header(first)
    wanted, notes = header(path, names, paths)
    if encoding == "cp1252":
        notes = (f"line {odd} is not UTF-8: the file is read as Windows-1252", *notes)
    if "\n" not in first and "\r" not in first:
        return Source(path, "csv", notes, lambda: iter([no_rows(wanted)]))
    return Source(path, "csv", notes, lambda: _stretches(path, encoding, delimiter, names, wanted))


def _encoding(path: Path) -> tuple[str, int]:
    """How the file is encoded, and the line that is not UTF-8."""
    try:
        _decoded(path, "utf-8")
    except UnicodeDecodeError as fault:
        odd = fault.start
        try:
            _decoded(path, "cp1252")
        except UnicodeDecodeError as neither:
            what = f"line {neither.start} is neither UTF-8 nor Windows-1252"
            raise Misplaced(path, what, "save the file as CSV in UTF-8") from None
        return "cp1252", odd
    return "utf-8", 0


def _decoded(path: Path, encoding: str) -> None:
    """Decode the file once, piece by piece, and hold its lines to a length.

    Raises:
        UnicodeDecodeError: with the number of the line as its `start`.
        Misplaced: a line has no end, or the file holds NUL bytes.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    begun, length = 0, 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            try:
                if not piece.isascii() or decoder.getstate()[0]:
                    decoder.decode(piece)
            except UnicodeDecodeError as fault:
                fault.start = _line(path, begun + len(piece) - len(fault.object) + fault.start)
                raise
            if b"\0" in piece:
                what = f"line {_line(path, begun + piece.index(0))} holds NUL bytes, which no text has"
                raise Misplaced(path, what, "save the file as CSV in UTF-8")
            ends = piece.rfind(b"\n")
            begun, length = begun + len(piece), length + len(piece) if ends < 0 else len(piece) - ends - 1
            if length > _LONGEST_LINE:
                what = f"line {_line(path, begun)} is longer than {_LONGEST_LINE:,} bytes"
                raise Misplaced(path, what, "write one request a line")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        fault.start = _line(path, begun)
        raise


def _line(path: Path, place: int) -> int:
    """The line in which the byte at `place` stands."""
    line = 1
    with path.open("rb") as file:
        while place > 0 and (piece := file.read(min(_PIECE, place))):
            line, place = line + piece.count(b"\n"), place - len(piece)
    return line


def _beginning(path: Path, encoding: str) -> str:
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
        return file.read(_LONGEST_LINE)


def _header(text: str) -> tuple[str, list[str]]:
    """The delimiter, which is the one that makes most of the first row, and the names of the columns."""
    split = {delimiter: _first_row(text, delimiter) for delimiter in _DELIMITERS}
    best = max(split, key=lambda delimiter: (ID in split[delimiter], len(split[delimiter])))
    return best, split[best]


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])]
    except csv.Error:  # a cell too long for the name of a column
        return []


def _stretches(
    path: Path, encoding: str, delimiter: str, names: Sequence[str], wanted: Sequence[str]
) -> Iterator[Stretch]:
    odd: list[arrow_csv.InvalidRow] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "skip"

    begun = 1
    try:
        with readable(path), arrow_csv.open_csv(path, *_options(encoding, delimiter, names, wanted, skip)) as reader:
            for batch in reader:
                numbers = _numbers(begun, len(batch), {row.number - 1 for row in odd})
                yield from _pieces(batch, numbers)
                begun = numbers[-1].as_py() + 1 if len(numbers) else begun
    except pa.ArrowInvalid:
        what = f"cannot be read as CSV somewhere behind row {begun - 1}"
        raise Misplaced(path, what, "look there for a quotation mark that is opened and not closed") from None
    if odd or begun == 1:
        yield no_rows(wanted, tuple(_rejected(row, path) for row in odd))


def _options(
    encoding: str,
    delimiter: str,
    names: Sequence[str],
    wanted: Sequence[str],
    skip: Callable[[arrow_csv.InvalidRow], str],
) -> tuple[object, object, object]:
    return (
        arrow_csv.ReadOptions(
            block_size=_BLOCK, use_threads=False, encoding=encoding, column_names=names, skip_rows_after_names=1
        ),
        arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted, strings_can_be_null=False
        ),
    )


def _pieces(batch: pa.RecordBatch, numbers: pa.Array) -> Iterator[Stretch]:
    for at in range(0, len(batch), STRETCH):
        yield Table(Rows(batch.slice(at, STRETCH), numbers.slice(at, STRETCH)))


def _rejected(row: arrow_csv.InvalidRow, path: Path) -> Rejected:
    """Why a row is none: it has too few or too many cells.

    Raises:
        Misplaced: a quotation mark in it never closes; whatever stands behind it has been swallowed.
    """
    if row.text.count('"') % 2:
        raise Misplaced(path, f"row {row.number - 1} opens a quotation mark that never closes", "close it")
    lines = row.text.count("\n") + 1
    over = f" and goes over {lines} lines, so a quotation mark may stand open" if lines > 1 else ""
    what = f"has {row.actual_columns} cells where the header has {row.expected_columns}{over}"
    return Rejected(row.number - 1, WHOLE, f"{what}; put a cell that holds the delimiter between quotation marks")


def _numbers(begin: int, length: int, odd: Collection[int]) -> pa.Array:
    """The numbers of `length` rows from `begin`, those of `odd` rows passed over."""
    numbers = range(begin, begin + length + len(odd))
    return pa.array([number for number in numbers if number not in odd][:length] if odd else numbers, pa.int64())
