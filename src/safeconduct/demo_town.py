"""Where the demo happens: a town of its own, made anew each time and begun two weeks ago, with broker and sealer as processes.

DIR/desk/     the town: the desk, which is this process, its journal, its log, everybody's keys

Its clock is behind until it is put on, so that the days in which a decision cools pass while nobody waits.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from safeconduct.desk import settings, town
from safeconduct.desk.desk import Desk
from safeconduct.logbook import settings as logs
from safeconduct.sealer.settings import FILE as SEALER
from safeconduct.shelf import Misplaced
from safeconduct.town import clock as clocks

FOLDER = "desk"
AGO = dt.timedelta(days=14)
"""Longer than an answer waits, whatever holidays there are."""
PROGRAM = (sys.executable, "-c", "from safeconduct.cli import main; main()")
_PATIENCE = 60.0
_TICK_MS = 20
Clock = Callable[[], dt.datetime]


@contextmanager
def begun(folder: Path, clock: Clock) -> Iterator[Desk]:
    """The desk of a new town in `folder`, two weeks ago; its broker and its sealer run.

    Raises:
        Misplaced: the folder cannot be used, or one of the two does not begin.
    """
    place = folder / FOLDER
    cleared(place, settings.FILE)
    town.make(place, clock() - AGO)
    clocks.put_on(place, -AGO)
    with (place / "broker.toml").open("a", encoding="utf-8") as file:
        file.write(f"tick_ms = {_TICK_MS}\n")
    told = settings.settings(place / settings.FILE)
    policy = logs.settings(told.log).policy
    with ExitStack() as running:
        words = ("--register", place / "register.parquet", "--config", place / "broker.toml")
        running.enter_context(_serving("broker", told.broker, words))
        if told.sealer:
            running.enter_context(_serving("sealer", told.sealer, ("--config", place / SEALER)))
        yield Desk(told, clocks.clock(place, policy))


def cleared(place: Path, sign: str) -> None:
    """Take away what an earlier demo left there, which is known by a file of that name in it.

    Raises:
        Misplaced: something else is there.
    """
    if place.is_dir() and not place.is_symlink() and (place / sign).exists():
        shutil.rmtree(place)
    if os.path.lexists(place):
        raise Misplaced(place, "is there, and no demo left it", "name another folder with --dir")


@contextmanager
def _serving(what: str, socket: Path, words: Sequence[str | Path]) -> Iterator[None]:
    """The town's broker or sealer, as a process of its own."""
    command = [*PROGRAM, what, "serve", "--socket", str(socket), *map(str, words)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603  # our own command
        try:
            until = time.monotonic() + _PATIENCE
            while not socket.exists():
                if process.poll() is not None or time.monotonic() > until:
                    raise Misplaced(socket, "is not served", f"see `safeconduct {what} serve`")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def called(*words: str | Path) -> str:
    """What a command of the program prints, in a process of its own; on its standard error where it is not done."""
    done = subprocess.run([*PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    return (done.stdout or done.stderr).strip()
