"""A file of requests as NDJSON: one object a line, UTF-8.

    {"request_id": "R-0001", "made_on": "2025-06-27", "subject": {"address": "12 Elm St Apt 4, …"}, …}

A line that is no such object is rejected and the lines around it go on; one longer than a request can be is passed over
without being held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from safeconduct.bulk.source import BEGINNING, ID, STRETCH, Source, readable
from safeconduct.bulk.stretches import Lines, Stretch
from safeconduct.shelf import LONGEST_REQUEST, Misplaced

_BYTES = 1 << 23


def opened(path: Path, paths: Collection[str]) -> Source:
    """The NDJSON file `path`.

    Raises:
        Misplaced: it begins with a list, or with an object that goes over several lines.
    """
    with readable(path), path.open("rb") as file:
        begins = file.read(BEGINNING).lstrip(b"\xef\xbb\xbf \t\r\n")
    if begins.startswith(b"["):
        raise Misplaced(path, "is a list of JSON", "write one request a line, without brackets around them all")
    if begins.partition(b"\n")[0].strip() == b"{":
        raise Misplaced(path, "begins with a request that goes over several lines", "write one request a line")
    return Source(path, "ndjson", (), lambda: _stretches(path, frozenset(paths) | {ID}))


def _stretches(path: Path, paths: frozenset[str]) -> Iterator[Stretch]:
    first, held, size = 1, list[bytes | None](), 0
    with readable(path), path.open("rb", buffering=LONGEST_REQUEST) as file:
        for line in _lines(file):
            held.append(line)
            size += len(line or b"")
            if size > _BYTES or len(held) >= STRETCH:
                yield Lines(first, tuple(held), paths)
                first, held, size = first + len(held), [], 0
    yield Lines(first, tuple(held), paths)


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a file; None for one that is longer than a request can be."""
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    while line := file.readline(LONGEST_REQUEST + 1):
        if len(line) <= LONGEST_REQUEST or line.endswith(b"\n"):
            yield line
            continue
        while (rest := file.readline(LONGEST_REQUEST)) and not rest.endswith(b"\n"):
            pass
        yield None
