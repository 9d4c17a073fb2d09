"""A folder of results: whole or not there.

What is written is made in a hidden folder beside its place and moved in when it is whole; a fault in the middle leaves the
place as it was. Where the folder is there already, its earlier results are replaced one by one, the summary last, which
names what it belongs to.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from safeconduct.shelf import Misplaced

SCRATCH = "scratch"
"""The folder within, for what is thrown away when the results are whole."""
NAMES = ("facts.parquet", "rulings.parquet", "rejected.csv", "summary.json", "report.html")
"""The results, as they are named."""
_MEND = "name another folder, or make room"
_AGAIN = "screen a shorter file, or make room for it"


@contextmanager
def folder(out: Path) -> Iterator[Path]:
    """A folder to write in, which becomes `out` when all has been written.

    Raises:
        Misplaced: it cannot be made or written.
    """
    made: Path | None = None
    above = [folder for folder in out.absolute().parents if not folder.exists()]
    try:
        with written(out):
            made = _beside(out)
            (made / SCRATCH).mkdir()
            yield made
            shutil.rmtree(made / SCRATCH)
            _move(made, out)
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        with contextlib.suppress(OSError):  # those that hold something stay
            for folder in above:
                folder.rmdir()


@contextmanager
def written(out: Path) -> Iterator[None]:
    """What is written within goes to `out`.

    Raises:
        Misplaced: it cannot be written.
    """
    try:
        yield
    except OSError as fault:
        raise Misplaced(out, f"cannot be written: {(fault.strerror or 'an error').lower()}", _MEND) from None
    except (duckdb.IOException, pa.ArrowException):
        raise Misplaced(out, "cannot be written: no room, or it is taken away", _MEND) from None
    except BrokenProcessPool:
        raise Misplaced(out, "is not made: a process of the run was ended, mostly for want of memory", _AGAIN) from None
    except (duckdb.OutOfMemoryException, MemoryError):
        raise Misplaced(out, "needs more memory than there is", _AGAIN) from None


def _beside(out: Path) -> Path:
    """A hidden folder on the same disk as `out`, for its owner's eyes alone."""
    if out.is_dir():
        return Path(tempfile.mkdtemp(prefix=".screening-", dir=out))
    if out.exists() or out.is_symlink():
        raise Misplaced(out, "is no folder", "name a folder with --out")
    out.parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))


def _move(made: Path, out: Path) -> None:
    if not out.is_dir():
        made.rename(out)
        return
    taken = next((name for name in NAMES if (out / name).is_dir()), None)
    if taken:
        raise Misplaced(out / taken, "is a folder, and a result is to stand there", "name another folder with --out")
    with _alone(out):
        for path in sorted(made.iterdir(), key=lambda path: path.name == "summary.json"):
            os.replace(path, out / path.name)  # noqa: PTH105  # says that what is there is replaced


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """While this lasts no other run moves its results into the folder."""
    held = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def spared(out: Path, files: Iterable[Path | None]) -> None:
    """Hold the folder `out` to the files that are read: none of them lies where a result would be written.

    Raises:
        Misplaced: one does.
    """
    there = [out / name for name in NAMES if (out / name).exists()]
    for path in files:
        if path and path.exists() and any(path.samefile(result) for result in there):
            raise Misplaced(path, "lies where a result would be written", "name another folder with --out")
