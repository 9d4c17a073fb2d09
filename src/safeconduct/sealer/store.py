"""The sealer's own folder: how far it has read the log, what it has sealed and not handed over yet, the direct stops that it has seen.

    seen                 the size and the root of the newest tree that was read: so that no older one is believed after a start
    packages/<n>.p7m     a package, by the index of its decision: for fifteen minutes, for whoever lost the connection; then destroyed
    stops/<id>.json      direct stops and liftings: taking the file away from where it was put lifts nothing

Made once, and never by starting: one mislaid would be one that has seen nothing.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from safeconduct.core.case.hand_over import HOLDS
from safeconduct.core.log.lines import Malformed, based, decimal, hash_of
from safeconduct.core.log.merkle import EMPTY
from safeconduct.logbook import disk
from safeconduct.shelf import Misplaced, text_of

_SEEN, _PACKAGES, _STOPS, _LOCK = "seen", "packages", "stops", "lock"
_LONGEST_STOP = 20_000
_MOST_STOPS = 10_000
_ID = re.compile(r"[0-9a-f]{32}\.json")


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest tree that was read: its size and its root."""

    size: int
    root: bytes


def make(folder: Path) -> None:
    """Make the folder, which is not there yet.

    Raises:
        Misplaced: it is there, or cannot be made.
    """
    try:
        folder.mkdir(mode=0o700)
        for part in (_PACKAGES, _STOPS):
            (folder / part).mkdir(mode=0o700)
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(folder, what, "a sealer's store is made once; name a folder that is not there yet") from None
    disk.replace(folder / _SEEN, _written(Seen(0, EMPTY)))


def _written(seen: Seen) -> bytes:
    return f"{seen.size}\n{based(seen.root)}\n".encode()


@dataclass(slots=True)
class Store:
    """The folder, for one sealer at a time."""

    folder: Path
    seen: Seen = field(init=False)
    _lock: int = field(init=False)

    def __post_init__(self) -> None:
        """Take it up.

        Raises:
            Misplaced: it is not there, is damaged, or another sealer has it.
        """
        try:
            self._lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Misplaced(self.folder, "is in use by another sealer", "end that one first") from None
        except OSError as fault:
            what = f"cannot be used: {(fault.strerror or 'an error').lower()}"
            raise Misplaced(self.folder, what, "name the sealer's store, as it was made") from None
        self.seen = _read(self.folder / _SEEN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def remember(self, seen: Seen) -> None:
        """Remember the newest tree; it is on the disk when this has ended."""
        if seen != self.seen:
            disk.replace(self.folder / _SEEN, _written(seen))
            self.seen = seen

    # Packages

    def keep(self, decision: int, package: bytes, now: dt.datetime) -> None:
        """Keep what was sealed of a decision until it is handed over."""
        disk.replace(self._at(decision), package)
        os.utime(self._at(decision), (now.timestamp(), now.timestamp()))

    def package(self, decision: int) -> bytes | None:
        """What was sealed of a decision and is kept yet."""
        try:
            return self._at(decision).read_bytes()
        except FileNotFoundError:
            return None

    def _at(self, decision: int) -> Path:
        return self.folder / _PACKAGES / f"{decision}.p7m"

    def destroy_what_lapsed(self, now: dt.datetime) -> None:
        """Destroy what has been kept for longer than it may be."""
        for path in (self.folder / _PACKAGES).iterdir():
            age = now.timestamp() - path.stat().st_mtime
            if age >= HOLDS.total_seconds() or path.suffix != ".p7m":
                path.unlink()

    # Stops

    def take_stops(self, inbox: Path) -> Mapping[str, str]:
        """The direct stops and liftings, as they are written, by their names: those that were seen, and those that are new."""
        for path in _put_there(inbox) if inbox.is_dir() else []:
            kept = self.folder / _STOPS / path.name
            if not kept.exists():
                disk.replace(kept, text_of(path, _LONGEST_STOP).encode())
        return {path.name: text_of(path, _LONGEST_STOP) for path in _put_there(self.folder / _STOPS)}


def _put_there(folder: Path) -> list[Path]:
    """The files of stops in a folder, in the order of their names.

    Raises:
        Misplaced: there are more than are read. Attack: one is hidden behind ten thousand others.
    """
    there = sorted(path for path in folder.iterdir() if _ID.fullmatch(path.name))
    if len(there) > _MOST_STOPS:
        raise Misplaced(folder, f"holds more than {_MOST_STOPS:,} stops", "take away those that are none")
    return there


def _read(path: Path) -> Seen:
    try:
        size, root = text_of(path, 1_000).splitlines()
        return Seen(decimal(size, "the size"), hash_of(root, "the root"))
    except (ValueError, Malformed):
        raise Misplaced(
            path, "is damaged", "find out what happened to it; a store that forgot is not to be trusted"
        ) from None
