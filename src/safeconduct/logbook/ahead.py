r"""Entries that were taken and are not in the tree yet: a file that is written ahead of it.

    safeconduct ahead v1\n       then the number of the first entry (8 bytes), then frames:
    length (4 bytes) · SHA-256 of what follows (32) · number of the frame's first entry (8) · its entries, as in a bundle

Entries are numbered as they are taken; at which index one stands is drawn at the tick.

A frame is on the disk before its entries are acknowledged, and the next one is written after that. So what is torn can only
be the last frame, which nobody was told of, and it is dropped; a bad frame with a good one behind it is damage, and stops.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from safeconduct.core.log import tiles
from safeconduct.logbook import disk
from safeconduct.shelf import Misplaced

_FIRST = b"safeconduct ahead v1\n"
_NUMBER, _LENGTH, _DIGEST = 8, 4, 32
_HEAD = _LENGTH + _DIGEST


class Ahead:
    """The file, opened to be written by the one writer."""

    def __init__(self, path: Path, begin: int, entries: Sequence[bytes] = ()) -> None:
        """Begin a file in place of what is there: its first entry has the number `begin`, and those entries are in it already.

        Raises:
            DiskFailed: it cannot be written.
        """
        already = b"".join(_framed(begin, entries)) if entries else b""
        disk.replace(path, _FIRST + begin.to_bytes(_NUMBER, "big") + already)
        self._path, self._next = path, begin + len(entries)
        with disk.written_to(path.name):
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def append(self, entries: Sequence[bytes]) -> range:
        """Append entries; they are on the disk when this has ended. Their numbers.

        Raises:
            DiskFailed: they are not, and this file takes no more.
        """
        with disk.written_to(self._path.name):
            disk.write(self._file, *_framed(self._next, entries))
            os.fdatasync(self._file)
        taken = range(self._next, self._next + len(entries))
        self._next = taken.stop
        return taken

    def close(self) -> None:
        """Close the file; once, as its number may be another file's afterwards. All that is in it is on the disk already."""
        file, self._file = self._file, -1
        if file >= 0:
            with suppress(OSError):
                os.close(file)


def _framed(number: int, entries: Sequence[bytes]) -> tuple[bytes, bytes, bytes]:
    """A frame of entries, the first of which has that number."""
    body = number.to_bytes(_NUMBER, "big") + tiles.bundled(entries)
    return len(body).to_bytes(_LENGTH, "big"), sha256(body).digest(), body


def left(path: Path) -> tuple[int, list[bytes]]:
    """What a file holds that an earlier writer left: the number of the first entry, and the entries.

    Raises:
        Misplaced: it is none, or damaged before its end.
    """
    try:
        said = path.read_bytes()
    except OSError as fault:
        what = f"cannot be read: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(path, what, "restore it; entries that were taken may be in it") from None
    begin = len(_FIRST) + _NUMBER
    if not said.startswith(_FIRST) or len(said) < begin:
        raise Misplaced(path, "is no file of entries written ahead", "restore it; entries that were taken may be in it")
    first = int.from_bytes(said[len(_FIRST) : begin], "big")
    entries: list[bytes] = []
    while (frame := _frame(said, begin, first + len(entries))) is not None:
        begin, more = frame
        entries += more
    if _good_stands(said, begin, first + len(entries)):
        raise Misplaced(path, "is damaged in its middle", "restore it; entries that were acknowledged are in it")
    return first, entries


def _frame(said: bytes, begin: int, index: int) -> tuple[int, list[bytes]] | None:
    """The entries of the frame at `begin`, and where it ends; None where no whole frame with that index is."""
    body = _body(said, begin)
    if body is None or int.from_bytes(body[:_NUMBER], "big") != index:
        return None
    entries, at = [], _NUMBER
    while at < len(body):
        length = int.from_bytes(body[at : at + 2], "big")
        entries.append(body[at + 2 : at + 2 + length])
        at += 2 + length
    return begin + _HEAD + len(body), entries


def _body(said: bytes, begin: int) -> bytes | None:
    length = int.from_bytes(said[begin : begin + _LENGTH], "big")
    body = said[begin + _HEAD : begin + _HEAD + length]
    whole = length > _NUMBER and len(body) == length
    return body if whole and said[begin + _LENGTH : begin + _HEAD] == sha256(body).digest() else None


def _good_stands(said: bytes, begin: int, index: int) -> bool:
    """Whether a whole frame stands anywhere from `begin` on, of an index that may follow: no length on the way is believed."""
    least, most = index.to_bytes(_NUMBER, "big"), (index + len(said)).to_bytes(_NUMBER, "big")
    shared = next(least[:n] for n in range(_NUMBER, -1, -1) if least[:n] == most[:n])
    at = said.find(shared, begin + _HEAD)
    while at >= 0:
        if least <= said[at : at + _NUMBER] <= most and _body(said, at - _HEAD) is not None:
            return True
        at = said.find(shared, at + 1)
    return False
