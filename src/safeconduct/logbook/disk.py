"""What is put on a disk so that it stays there: every write of the log's goes through here.

A disk that does not take what is written, or does not say that it has it, ends the writer: after a failed fsync nobody can
say what is on it, and asking again would be answered from memory. What was acknowledged before is there; the next start
reads it again from the disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from safeconduct.logbook.faults import DiskFailed

_AT_ONCE, _IN_TURN = 8, 4
"""Of few files it takes longer to begin the threads than to wait for the disk."""


@contextmanager
def written_to(what: str) -> Iterator[None]:
    """Make of every fault of the disk in the block a `DiskFailed`."""
    try:
        yield
    except OSError as fault:
        why = (fault.strerror or "an error").lower()
        raise DiskFailed(f"{what} could not be written: {why}; make room or mend the disk, then start again") from fault


def write(file: int, *parts: bytes) -> None:
    """Write all of the parts at the file's place."""
    whole = b"".join(parts) if len(parts) > 1 else parts[0]
    left = memoryview(whole)
    while left:
        left = left[os.write(file, left) :]


def put(path: Path, content: bytes) -> None:
    """Put `content` in the file `path`, on the disk, in place of what is there. Half of it may be there after a crash."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        write(file, content)
        os.fsync(file)
    finally:
        os.close(file)


def put_all(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Put files in `folder`, by their paths in it, with whatever folders they lie in; all of it is on the disk when this has ended.

    Raises:
        DiskFailed: one could not be.
    """
    with written_to("the log's folder"):
        placed = [(folder / path, content) for path, content in files]
        made = _made(folder, {path.parent for path, _ in placed})
        if len(placed) + len(made) <= _IN_TURN:
            for one in placed:
                put(*one)
            for each in made:
                sync_folder(each)
            return
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            list(threads.map(lambda one: put(*one), placed))
            list(threads.map(sync_folder, made))


def _made(folder: Path, wanted: set[Path]) -> set[Path]:
    """Make the folders that are wanted. They, and all that they lie in: whose lists of names must be put on the disk.

    Also those that were there: who made them may have been killed before it came to that.
    """
    for one in wanted:
        one.mkdir(parents=True, exist_ok=True)
    return {folder, *(above for one in wanted for above in (one, *one.parents) if above.is_relative_to(folder))}


def replace(path: Path, content: bytes) -> None:
    """Put `content` in the file `path` as a whole: after a crash there is what was there before, or this.

    Raises:
        DiskFailed: it could not be.
    """
    with written_to(path.name):
        made = path.with_name(f".{path.name}.new")
        put(made, content)
        made.rename(path)
        sync_folder(path.parent)


def put_whole(folder: Path, path: str, content: bytes) -> None:
    """Put a file in `folder`, by its path in it, with whatever folders it lies in: as a whole, as `replace` does.

    Raises:
        DiskFailed: it could not be.
    """
    with written_to(path):
        for made in _made(folder, {(folder / path).parent}):
            sync_folder(made)
    replace(folder / path, content)


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names on the disk."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
