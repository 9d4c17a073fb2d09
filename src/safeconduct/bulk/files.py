"""A file of requests, opened: its format is found by what it holds, its rows come stretch by stretch in their order.

CSV in UTF-8 or Windows-1252, Parquet, NDJSON, .xlsx. A file that cannot be read as a whole stops with one message, a
`Misplaced` for whoever called; a row that cannot be read is rejected and the others go on. Of a file of any length no
more is held than the stretches at hand; a spreadsheet, which is never long, is held whole.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from safeconduct.bulk import delimited, lines, parquet, spreadsheet
from safeconduct.bulk.source import BEGINNING, Source, readable
from safeconduct.shelf import Misplaced

_PARQUET, _ZIP, _OLE = (b"PAR1", b"PARE"), (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def opened(path: Path, paths: Collection[str]) -> Source:
    """The file of requests `path`; `paths` are those at which something looks.

    Raises:
        Misplaced: it is no such file, or cannot be read as one.
    """
    begins = _beginning(path)
    if begins.startswith(_PARQUET):
        return parquet.opened(path, paths)
    if begins.startswith(_ZIP):
        return spreadsheet.opened(path, paths)
    if begins.startswith(_OLE):
        raise Misplaced(path, "is a workbook of the old kind, or one with a password", "save it as .xlsx or CSV")
    if begins.startswith(_UTF_16):
        raise Misplaced(path, "is UTF-16", "save the file as CSV in UTF-8")
    if begins.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return lines.opened(path, paths)
    return delimited.opened(path, paths)


def _beginning(path: Path) -> bytes:
    with readable(path):
        if path.exists() and not path.is_file():
            raise Misplaced(path, "is a folder or a device", "name one file of requests")
        with path.open("rb") as file:
            begins = file.read(BEGINNING)
    if not begins.strip():
        mend = "write a first row that names the columns, and a request a row"
        raise Misplaced(path, "is empty, or begins with blanks alone", mend)
    return begins
