"""A backup of the journal, sealed to certificates as it is written: nothing of it lies anywhere unsealed.

    safeconduct journal backup v1, line feed · parts, each its length (8 bytes) and CMS AuthEnvelopedData of

    {"backup": "…32 figures…", "part": 0, "rows": [[position, stream, version, kind, shape, command, body], …]}
    {"backup": "…32 figures…", "part": 1, "commands": [[id, digest of what it said, stream], …]}

The last part has neither, and tells how many events there were, and the root over them: a part that is gone, or from elsewhere, is
told. Anybody may seal to a certificate: that what is restored is the journal that was, and none that was forged, tells the audit.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db.utils import DatabaseError

from safeconduct.core import canonical, documents
from safeconduct.core.case.case import OutOfOrder
from safeconduct.core.log.refusals import Refused
from safeconduct.envelope import recipient, seal
from safeconduct.journal import anchors, journal, projections
from safeconduct.journal.events import Row, Unread
from safeconduct.journal.journal import reading, writing
from safeconduct.keys import recipient as opener
from safeconduct.shelf import Misplaced

_FIRST = b"safeconduct journal backup v1\n"
_ROWS = 2_000
_LONGEST = 1 << 30


def write(out: Path, to: Sequence[Path]) -> int:
    """Write a backup of everything that is committed now to the file `out`, sealed to certificates; how many events it holds.

    It is there as a whole and on the disk when this has ended, or not at all.

    Raises:
        Misplaced: the file is there, or cannot be written; a certificate or the journal cannot be used.
    """
    recipients = [recipient(path) for path in to]
    with writing(alone=True):
        through = journal.last()  # and nobody is about to commit an event before it
    name, many = secrets.token_hex(16), 0
    try:
        with _whole(out) as file, reading():
            file.write(_FIRST)
            for nth, part in enumerate(_said(through)):
                many += len(part.get("rows", ()))
                _put(file, seal(canonical.written({"backup": name, "part": nth, **part}), *recipients))
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(out, what, "name a file that is not there yet") from None
    return many


@contextmanager
def _whole(out: Path) -> Iterator[BinaryIO]:
    """A file that takes its place when it is whole and on the disk."""
    if out.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    made = out.with_name(f".{out.name}-{secrets.token_hex(4)}")
    try:
        with made.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(made, out)  # where a rename would replace what came there meanwhile
    finally:
        made.unlink(missing_ok=True)


def _said(through: int) -> Iterator[dict[str, Any]]:
    """What the parts say."""
    many = 0
    for rows in _batches(map(astuple, journal.every(0, through))):
        many += len(rows)
        yield {"rows": rows}
    yield from ({"commands": commands} for commands in _batches(journal.commands(through)))
    yield {"events": many, "root": anchors.root(0, through).root}


def _batches(found: Iterable[Sequence[object]]) -> Iterator[list[list[object]]]:
    left = iter(found)
    while held := [list(one) for one in islice(left, _ROWS)]:
        yield held


def _put(file: BinaryIO, sealed: bytes) -> None:
    file.write(len(sealed).to_bytes(8, "big") + sealed)


def restore(file: Path, key: Path) -> int:
    """Restore a backup into the journal in use, which is empty: all of it, or nothing; how many events.

    Raises:
        Misplaced: the journal is not empty or cannot be used, the key does not open the backup, or it is damaged.
    """
    try:
        with writing(alone=True):
            if journal.last():
                raise Misplaced("the journal", "is not empty", "restore into a new one")
            return _restored(file, key)
    except (DatabaseError, Unread, OutOfOrder, TypeError, ValueError):  # what no journal of ours held
        raise _damaged(file) from None


def _restored(file: Path, key: Path) -> int:
    many, told = 0, dict[str, Any]()
    for nth, part in enumerate(_parts(file, key)):
        if part.get("part") != nth or part.get("backup") != told.get("backup", part.get("backup")) or "root" in told:
            raise _damaged(file)
        told = part
        journal.put_back([Row(*row) for row in part.get("rows", ())])
        journal.put_commands_back(
            [(str(one), str(said), str(stream)) for one, said, stream in part.get("commands", ())]
        )
        many += len(part.get("rows", ()))
    if told.get("events") != many or anchors.root(0, journal.last()).root != told.get("root"):
        raise _damaged(file)
    projections.rebuild()
    return many


def _damaged(file: Path) -> Misplaced:
    return Misplaced(file, "is damaged, cut short, or no backup", "use another")


def _parts(file: Path, key: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open("rb") as opened:
            if opened.read(len(_FIRST)) != _FIRST:
                raise Misplaced(file, "is no backup of a journal", "name one")
            while head := opened.read(8):
                length = int.from_bytes(head, "big")
                sealed = opened.read(length) if length <= _LONGEST else b""
                if len(head) < 8 or len(sealed) < length:
                    raise _damaged(file)
                yield _opened(sealed, file, key)
    except OSError as fault:
        raise Misplaced(file, f"cannot be read: {(fault.strerror or 'an error').lower()}", "name a backup") from None


def _opened(sealed: bytes, file: Path, key: Path) -> dict[str, Any]:
    said = opener.opened(sealed, key)
    if isinstance(said, Refused):
        raise Misplaced(
            file, "does not open with this key, or is damaged", "name the key of a certificate it was sealed to"
        )
    try:
        document = documents.read(said.decode())
    except (documents.NoDocument, UnicodeDecodeError):
        document = None
    if not isinstance(document, dict):
        raise _damaged(file)
    return document
