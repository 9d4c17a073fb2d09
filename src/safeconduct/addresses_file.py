"""A CSV file with a column of addresses.

Reads the one column and leaves the others alone. A row whose cells do not fit the header is not guessed at: a comma
inside an address that is not quoted would otherwise cut the address short.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from safeconduct.shelf import Misplaced, text_of

_LONGEST = 200_000_000
_COLUMN = "address"


def addresses(path: Path) -> list[str]:
    """The addresses in the file, in the order of its rows.

    Raises:
        Misplaced: the file cannot be read, has no column `address`, or has a row that does not fit its header.
    """
    csv.field_size_limit(_LONGEST)
    rows = csv.reader(io.StringIO(text_of(path, _LONGEST), newline=""), strict=True)
    try:
        header = next(rows, [])
        if header.count(_COLUMN) != 1:
            what = f"has {'no' if _COLUMN not in header else 'more than one'} column `{_COLUMN}`"
            raise Misplaced(path, what, f"write a first row that names the columns, one of them `{_COLUMN}`")
        at = header.index(_COLUMN)
        return [_cell(path, rows.line_num, row or [""], len(header), at) for row in rows]
    except csv.Error as fault:
        raise Misplaced(path, f"line {rows.line_num} is no CSV: {fault}", "mend the quotation marks there") from None


def _cell(path: Path, line: int, row: list[str], width: int, at: int) -> str:
    if len(row) != width:
        mend = "put an address that holds commas between quotation marks"
        raise Misplaced(path, f"line {line} ends a row of {len(row)} cells, and the header has {width}", mend)
    return row[at]
