"""What the last writer left on the disk, read again from there: the tree, the checkpoint that is served, entries ahead.

    tree    {"root": "<base64>", "size": 20852163, "taken": 1204}     what the tiles hold, whole, and how many of the entries
            that were ever taken are in it; on the disk before it was signed
    ahead   entries that were taken since

Tiles beyond the tree may be half there, and are written again. A checkpoint beyond the tree, or one of another tree than the
tiles', is damage: somebody put old files beside new ones.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core import canonical, documents
from safeconduct.core.log import growth, merkle, notes, tiles
from safeconduct.core.log.growth import Front
from safeconduct.core.log.lines import Malformed, based, hash_of
from safeconduct.core.log.notes import Note
from safeconduct.core.log.policy import Believed, believed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.tiles import ENTRIES, HEIGHT, WIDTH
from safeconduct.logbook import ahead, disk
from safeconduct.logbook.faults import Lacking
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import Settings
from safeconduct.shelf import Misplaced, text_of

CHECKPOINT, AHEAD, TREE, LOCK = "checkpoint", "ahead", "tree", "lock"
_RESTORE = "restore the whole of the newest backup, the log's folder and the writer's together"


class InUse(Misplaced):
    """Another writer has the log."""


@dataclass(frozen=True, slots=True)
class Left:
    """Where the last writer left off: what the tiles hold, what is served, and what was taken and is not in the tiles."""

    front: Front
    taken: int
    published: tuple[Note, Believed] | None
    pending: list[bytes]


def make(log: Path, state: Path) -> None:
    """Make the folders of a log that has no entries yet.

    Raises:
        Misplaced: one of them is there, or cannot be made.
    """
    try:
        log.mkdir(parents=True)
        state.mkdir(mode=0o700, parents=True)
        (state / LOCK).touch(0o600)
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(
            fault.filename or log, what, "a log is made once; name folders that are not there yet"
        ) from None
    disk.replace(state / TREE, tree(growth.NOTHING, 0))
    ahead.Ahead(state / AHEAD, 0).close()
    with disk.written_to("the log's folder"):
        disk.sync_folder(log.parent)
        disk.sync_folder(state.parent)


def locked(state: Path) -> int:
    """The lock of the one writer, as an open file.

    Raises:
        InUse: another writer has it.
        Misplaced: there is none to be had.
    """
    try:
        lock = os.open(state / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        raise Misplaced(state, "is no writer's folder", "name the one that `safeconduct log init` made") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise InUse(state, "is in use by another writer", "end that one first") from None
    return lock


def left(told: Settings) -> Left:
    """What the last writer left.

    Raises:
        Misplaced: something of it is not there, or damaged.
    """
    served = Folder(told.log)
    size, root, taken = _tree(told.state / TREE)
    front = _front(size, served)
    if front.root != root:
        raise Misplaced(told.log, "holds tiles of another tree than the writer's", _RESTORE)
    first, entries = ahead.left(told.state / AHEAD)
    begin = taken - first
    if not 0 <= begin <= len(entries):
        raise Misplaced(told.state, "lacks entries between its tree and those written ahead of it", _RESTORE)
    return Left(front, taken, _published(told, front, served), entries[begin:])


def tree(front: Front, taken: int) -> bytes:
    """The file of the tree."""
    return canonical.written({"root": based(front.root), "size": front.size, "taken": taken}) + b"\n"


def _tree(path: Path) -> tuple[int, bytes, int]:
    with suppress(documents.NoDocument, Malformed, KeyError, TypeError, ValueError):
        said = documents.read(text_of(path, 1_000))
        if isinstance(said, dict) and isinstance(said["size"], int) and isinstance(said["taken"], int):
            return said["size"], hash_of(str(said["root"]), "the root"), said["taken"]
    raise Misplaced(path, "does not say what the tree is", _RESTORE)


def _front(size: int, served: Folder) -> Front:
    rows: list[tuple[bytes, ...]] = [()] * tiles.levels(size)
    bundle: tuple[bytes, ...] = ()
    try:
        for tile in growth.partial(size):
            content = served.tile(tile)
            if tile.level == ENTRIES:
                bundle = tuple(tiles.entries(tile, content))
            else:
                rows[tile.level] = tuple(tiles.hashes(tile, content))
    except (Lacking, Malformed) as fault:
        raise Misplaced(served.path, f"is damaged: {fault}", _RESTORE) from None
    return Front(size, bundle, tuple(rows))


def _published(told: Settings, front: Front, served: Folder) -> tuple[Note, Believed] | None:
    if not (told.log / CHECKPOINT).exists():
        return None
    try:
        note = notes.read(served.checkpoint())
    except Malformed as fault:
        raise Misplaced(told.log, f"has a checkpoint that is none: {fault}", _RESTORE) from None
    found = believed(note, told.policy)
    if isinstance(found, Refused):
        mend = "name the policy under which it was published, and change it by `safeconduct log policy`"
        raise Misplaced(told.log, f"has a checkpoint that the policy does not believe: {found.why}", mend)
    _is_of(found, front, served)
    return note, found


def _is_of(found: Believed, front: Front, served: Folder) -> None:
    size, root = found.checkpoint.size, found.checkpoint.root
    if size > front.size:
        raise Misplaced(served.path, "has a checkpoint of more entries than the writer's tree has", _RESTORE)
    try:
        held = merkle.edge(size, tiles.tiled(front.size, served.tile)).root
    except (Lacking, Malformed) as fault:
        raise Misplaced(served.path, f"is damaged: {fault}", _RESTORE) from None
    if held != root:
        raise Misplaced(served.path, "has a checkpoint of another tree than its tiles'", _RESTORE)


def take_away_outgrown(log: Path, size: int) -> None:
    """Take away partial tiles beside which the full one lies; a fault leaves them, and does no harm."""
    for level in (ENTRIES, *range(tiles.levels(size))):
        last = (size >> (HEIGHT * max(level, 0))) // WIDTH - 1
        while last >= 0:
            partial = (log / tiles.Tile(level, last).path).with_suffix(".p")
            if not os.path.isdir(partial):  # noqa: PTH112  # unlike Path.is_dir it takes every fault for a no
                break
            shutil.rmtree(partial, ignore_errors=True)
            last -= 1
