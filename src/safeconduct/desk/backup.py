"""A backup of the journal, sealed to certificates as it is written: nothing of it lies anywhere unsealed.

    safeconduct journal backup v1, line feed · parts, each its length (8 bytes) and CMS AuthEnvelopedData of

    {"backup": "…32 figures…", "part": 0, "rows": [[position, stream, version, kind, shape, command, body], …]}

The last part has no rows and tells how many there were, and the root over them: a part that is gone, or from elsewhere, is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from safeconduct.core import canonical, documents
from safeconduct.envelope import recipient, seal
from safeconduct.journal import anchors, journal, projections
from safeconduct.journal.events import Row
from safeconduct.journal.journal import writing
from safeconduct.keys import recipient as opener
from safeconduct.shelf import Misplaced

_FIRST = b"safeconduct journal backup v1\n"
_ROWS = 2_000
_LONGEST = 1 << 30
_DAMAGED = "is damaged, cut short, or no backup"


def write(out: Path, to: Sequence[Path]) -> int:
    """Write a backup of everything that is committed now to the file `out`, sealed to certificates; how many events it holds.

    Raises:
        Misplaced: the file is there, or cannot be written; a certificate cannot be used.
    """
    recipients = [recipient(path) for path in to]
    through, name = journal.last(), secrets.token_hex(16)
    try:
        with out.open("xb") as file:
            file.write(_FIRST)
            many = nth = 0
            rows = journal.every(0, through)
            while held := list(islice(rows, _ROWS)):
                _put(file, seal(_part(name, nth, held), *recipients))
                many, nth = many + len(held), nth + 1
            root = anchors.root(0, through)
            _put(
                file,
                seal(canonical.written({"backup": name, "part": nth, "events": many, "root": root.root}), *recipients),
            )
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(out, what, "name a file that is not there yet") from None
    return many


def _part(name: str, nth: int, rows: Sequence[Row]) -> bytes:
    return canonical.written({"backup": name, "part": nth, "rows": [list(astuple(row)) for row in rows]})


def _put(file: BinaryIO, sealed: bytes) -> None:
    file.write(len(sealed).to_bytes(8, "big") + sealed)


def restore(file: Path, key: Path) -> int:
    """Restore a backup into the journal in use, which is empty: all of it, or nothing; how many events.

    Raises:
        Misplaced: the journal is not empty, the key does not open the backup, or it is damaged.
    """
    with writing(alone=True):
        if journal.last():
            raise Misplaced("the journal", "is not empty", "restore into a new one")
        many, told = 0, None
        for nth, part in enumerate(_parts(file, key)):
            rows = part.get("rows")
            if part.get("part") != nth or (told and part.get("backup") != told.get("backup")):
                raise Misplaced(file, _DAMAGED, "use another")
            told = part
            if isinstance(rows, list):
                journal.put_back([Row(*row) for row in rows])
                many += len(rows)
        if told is None or told.get("events") != many or anchors.root(0, journal.last()).root != told.get("root"):
            raise Misplaced(file, _DAMAGED, "use another")
        projections.rebuild()
    return many


def _parts(file: Path, key: Path) -> Iterator[dict[str, object]]:
    try:
        with file.open("rb") as opened:
            if opened.read(len(_FIRST)) != _FIRST:
                raise Misplaced(file, "is no backup of a journal", "name one")
            while head := opened.read(8):
                length = int.from_bytes(head, "big")
                sealed = opened.read(length) if length <= _LONGEST else b""
                yield _opened(sealed, file, key)
    except OSError as fault:
        raise Misplaced(file, f"cannot be read: {(fault.strerror or 'an error').lower()}", "name a backup") from None


def _opened(sealed: bytes, file: Path, key: Path) -> dict[str, object]:
    said = opener.opened(sealed, key)
    if said is None:
        raise Misplaced(
            file, "does not open with this key, or is damaged", "name the key of a certificate it was sealed to"
        )
    try:
        document = documents.read(said.decode())
    except (documents.NoDocument, UnicodeDecodeError):
        document = None
    if not isinstance(document, dict):
        raise Misplaced(file, _DAMAGED, "use another")
    return document
