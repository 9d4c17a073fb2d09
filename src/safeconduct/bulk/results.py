"""A folder of results: whole or not there.

What is written is made in a hidden folder beside its place and moved in when it is whole; a fault in the middle leaves the
place as it was. Where the folder is there already, its earlier results are replaced one by one, the summary last, which
names what it belongs to.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from safeconduct.shelf import Misplaced

SCRATCH = "scratch"
"""The folder within, for what is thrown away when the results are whole."""
_MEND = "name another folder, or make room"


@contextmanager
def folder(out: Path) -> Iterator[Path]:
    """A folder to write in, which becomes `out` when all has been written.

    Raises:
        Misplaced: it cannot be made or written.
    """
    made: Path | None = None
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
    except (duckdb.OutOfMemoryException, MemoryError):
        raise Misplaced(out, "needs more memory than there is", "screen a shorter file") from None


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
    for path in sorted(made.iterdir(), key=lambda path: path.name == "summary.json"):
        os.replace(path, out / path.name)  # noqa: PTH105  # says that what is there is replaced
