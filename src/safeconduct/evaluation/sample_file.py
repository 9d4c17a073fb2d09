"""A labelled sample, as a custodian drew it into a file of its own: CSV or Parquet, a record beside a request a row.

    case,request.name,request.address,request.birth_date,record.name,record.address,record.birth_date,label,origin
    1,Maria Lopez,"418 Juniper St Apt 7, Aurora, IL 60505",1984-03-02,Maria Lopez Garcia,…,1984-03-02,same,hispanic

    request. and record.   name, or given_name and family_name; address; birth_date (YYYY-MM-DD); number (nine figures)
    record. alone          earlier_address; deceased (true, false)
    label                  `same` where the record is of the person asked about, `other` where it is not
    case                   may be left out; rows of one case are one request, and records of the building it names
    origin                 may be left out; of the name, as whoever drew the sample says; nothing infers it

Rows that stand without a case are cases of their own. What is wrong is told by row and field, and never by what stands
there. Nothing here opens a register.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from safeconduct.core import addresses, matching, places
from safeconduct.core.days import day
from safeconduct.core.documents import printable
from safeconduct.core.matching import OnFile, Sought
from safeconduct.core.same_name import read
from safeconduct.shelf import Misplaced, text_of

MOST_ROWS = 50_000
_LONGEST = 100_000_000
_SIDES = ("request", "record")
_NAMES = ("name", "given_name", "family_name")
_OF_BOTH = (*_NAMES, "address", "birth_date", "number")
_OF_RECORDS = ("earlier_address", "deceased")
_OTHERS = ("label", "case", "origin")
COLUMNS = (
    *(f"{side}.{field}" for side in _SIDES for field in _OF_BOTH),
    *(f"record.{field}" for field in _OF_RECORDS),
    *_OTHERS,
)
_TRUTHS = {"": False, "false": False, "true": True}
_ORIGIN = re.compile(r"[a-z][a-z _-]{0,30}")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A request, the records put beside it, which of them is the person asked about, and the origin of the name."""

    sought: Sought
    records: tuple[OnFile, ...]
    same: int | None
    origin: str


def cases(path: Path) -> list[Case]:
    """The cases of the sample in the file `path`.

    Raises:
        Misplaced: it cannot be read, is too long, or a row of it cannot be understood.
    """
    grouped: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(_rows(path), 1):
        if number > MOST_ROWS:
            raise Misplaced(path, f"has more than {MOST_ROWS:,} rows", "draw a smaller sample")
        _checked(path, number, row)
        grouped.setdefault(row["case"] or f"row {number}", []).append((number, row))
    if not grouped:
        raise Misplaced(path, "has no rows", "put a request and a record in each row")
    return [_case(path, rows) for rows in grouped.values()]


def _rows(path: Path) -> Iterator[Row]:
    """The rows, each with every column; "" where there is nothing."""
    table = _parquet(path) if _is_parquet(path) else _csv(path)
    header = next(table, [])
    _known(path, header)
    for row in table:
        yield {**dict.fromkeys(COLUMNS, ""), **dict(zip(header, row, strict=True))}


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError as fault:
        what = f"cannot be read: {(fault.strerror or 'no such file').lower()}"
        raise Misplaced(path, what, "name a file that can") from None


def _csv(path: Path) -> Iterator[Sequence[str]]:
    csv.field_size_limit(_LONGEST)
    rows = csv.reader(io.StringIO(text_of(path, _LONGEST), newline=""), strict=True)
    width = None
    try:
        for row in filter(None, rows):
            width = width or len(row)
            if len(row) != width:
                what = f"line {rows.line_num} ends a row of {len(row)} cells, and the header has {width}"
                raise Misplaced(path, what, "put a text that holds commas between quotation marks")
            yield [cell.strip() for cell in row]
    except csv.Error:
        raise Misplaced(path, f"line {rows.line_num} is no CSV", "mend the quotation marks there") from None


def _parquet(path: Path) -> Iterator[Sequence[str]]:
    try:
        file = parquet.ParquetFile(path)
        if file.metadata.num_rows > MOST_ROWS:
            raise Misplaced(path, f"has more than {MOST_ROWS:,} rows", "draw a smaller sample")
        table = file.read()
        columns = [column.cast(pa.string()).to_pylist() for column in table.columns]
    except (pa.ArrowException, OSError):
        what = "cannot be read as Parquet with columns of texts, dates and truth values"
        raise Misplaced(path, what, "write it again, every column as text") from None
    yield table.column_names
    yield from ([(cell or "").strip() for cell in row] for row in zip(*columns, strict=True))


def _known(path: Path, header: Sequence[str]) -> None:
    """Hold the header to the columns that are read: a word misspelt is a field left out in every row."""
    odd = next((at for at, name in enumerate(header, 1) if name not in COLUMNS or header.index(name) != at - 1), None)
    if odd is not None:
        what = f"column {odd}, {printable(header[odd - 1][:40])}, is unknown or stands twice"
        raise Misplaced(path, what, f"name the columns {', '.join(COLUMNS)}")
    for column in ("label", "request.address", "record.address"):
        if column not in header:
            raise Misplaced(path, f"has no column `{column}`", "add it")


def _checked(path: Path, number: int, row: Row) -> None:
    """Hold a row to what its fields may say."""
    for side in _SIDES:
        if not row[f"{side}.name"] and not (row[f"{side}.given_name"] and row[f"{side}.family_name"]):
            raise _wrong(path, number, f"{side}.name", "is empty", "give the name, or its two parts")
        if row[f"{side}.birth_date"] and day(row[f"{side}.birth_date"]) is None:
            raise _wrong(path, number, f"{side}.birth_date", "is no date", "write YYYY-MM-DD, or leave it empty")
        if row[f"{side}.number"] and matching.number(row[f"{side}.number"]) is None:
            raise _wrong(path, number, f"{side}.number", "has not nine figures", "mend it, or leave it empty")
    if row["label"] not in {"same", "other"}:
        raise _wrong(path, number, "label", "is neither `same` nor `other`", "write one of them")
    if row["record.deceased"].lower() not in _TRUTHS:
        raise _wrong(path, number, "record.deceased", "is neither true nor false", "write one of them")
    if row["origin"] and not _ORIGIN.fullmatch(row["origin"]):
        raise _wrong(path, number, "origin", "is no label of small letters", "write one, or leave it empty")


def _wrong(path: Path, number: int, field: str, what: str, mend: str) -> Misplaced:
    return Misplaced(path, f"row {number}: `{field}` {what}", mend)


def _case(path: Path, rows: Sequence[tuple[int, Row]]) -> Case:
    (_, first), same = rows[0], [at for at, (_, row) in enumerate(rows) if row["label"] == "same"]
    for number, row in rows:
        odd = next((name for name in (*_of_request(), "origin") if row[name] != first[name]), None)
        if odd:
            raise _wrong(path, number, odd, "is not as in the case's first row", "give one request a case")
    if len(same) > 1:
        raise _wrong(path, rows[same[1]][0], "label", "is `same` once more in its case", "let one record be the person")
    records = tuple(_on_file(row) for _, row in rows)
    return Case(_sought(first), records, same[0] if same else None, first["origin"] or "not given")


def _of_request() -> Iterator[str]:
    return (f"request.{field}" for field in _OF_BOTH)


def _sought(row: Row) -> Sought:
    name = read(*(row[f"request.{field}"] for field in _NAMES))
    graded = addresses.grade(row["request.address"])
    return matching.sought(name, graded, row["request.birth_date"], row["request.number"])


def _on_file(row: Row) -> OnFile:
    home, earlier = (
        places.place(addresses.grade(row[f"record.{field}"]).parts) for field in ("address", "earlier_address")
    )
    return OnFile(
        read(*(row[f"record.{field}"] for field in _NAMES)),
        home,
        (earlier,) if earlier else (),
        matching.birth_date(row["record.birth_date"]),
        matching.number(row["record.number"]),
        _TRUTHS[row["record.deceased"].lower()],
    )
