"""What every format of a file of requests has in common: its stretches, and the header of a table.

A table names its columns by the paths of a request, one of them `request_id`. A column that nothing looks at is passed
over, and its reader hears of it: a word misspelt is a field left out in every row.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from safeconduct.bulk.stretches import Stretch
from safeconduct.core.documents import printable
from safeconduct.shelf import Misplaced

ID = "request_id"
STRETCH = 1 << 15
"""Rows a stretch, about."""
BEGINNING = 1 << 12
"""Bytes by which the format of a file is told."""
_MOST = 20


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file: its format, what its reader should hear of it, and its rows, stretch by stretch."""

    path: Path
    form: str
    notes: tuple[str, ...]
    stretches: Callable[[], Iterator[Stretch]]


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Reads of the file `path`, be it taken away in the middle.

    Raises:
        Misplaced: it cannot be read.
    """
    try:
        yield
    except OSError as fault:
        if fault.errno is None:  # what was read is at fault, and its reader knows better
            raise
        what = f"cannot be read: {(fault.strerror or 'no such file').lower()}"
        raise Misplaced(path, what, "name a file that can") from None


def header(path: Path, names: Sequence[str], paths: Collection[str]) -> tuple[list[str], tuple[str, ...]]:
    """Of the columns of a table those at which something looks, and notes on the others.

    Raises:
        Misplaced: there is no column `request_id`, or one that is read stands twice.
    """
    if ID not in names:
        near = difflib.get_close_matches(ID, names, n=1, cutoff=0.6)
        meant = f"; is `{printable(near[0])}` meant?" if near else ""
        mend = f"write a first row that names the columns by the fields of a request, one of them `{ID}`{meant}"
        raise Misplaced(path, f"has no column `{ID}`", mend)
    twice = sorted(name for name, count in Counter(names).items() if count > 1 and name in paths)
    if twice:
        raise Misplaced(path, f"has the column `{printable(twice[0])}` twice", "keep one of the two")
    unread = list(dict.fromkeys(name for name in names if name not in paths))
    return [name for name in names if name in paths], tuple(unread_field(name, paths) for name in unread[:_MOST])


def unread_field(name: str, paths: Collection[str]) -> str:
    """What a reader should hear of a field that nothing reads."""
    if not name:
        return "nothing reads a field without a name"
    near = difflib.get_close_matches(name, paths, n=1, cutoff=0.75)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"nothing reads the field `{printable(name)}`{hint}"
