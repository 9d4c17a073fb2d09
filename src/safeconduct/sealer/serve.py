"""The sealer's one socket, with one call: a bundle in a line, a reply in a line (`bundle`, `reply`). One call at a time is served.

Two at once are one after the other, so of two calls about one decision the second finds what the first has done. Only the desk's account
may call. Where the accounts of desk and sealer are one, it says at its start that the boundary is for show.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safeconduct import sockets
from safeconduct.core.faults import PackFault
from safeconduct.core.log.refusals import Refused
from safeconduct.keys import fips
from safeconduct.laws import Laws
from safeconduct.logbook.faults import DiskFailed
from safeconduct.sealer import bundle, reply
from safeconduct.sealer.reply import Reply
from safeconduct.sealer.seal import Sealer, refused, release_of
from safeconduct.sealer.settings import Settings
from safeconduct.sealer.store import Store
from safeconduct.sealer.watched import Watched
from safeconduct.shelf import Misplaced
from safeconduct.sockets import Attending, listening

_EVERY = 5.0
"""Seconds between two looks for what has lapsed."""
_FAULT = "this is a fault of the sealer; nothing was handed over"
Clock = Callable[[], dt.datetime]


def serve(place: Path, told: Settings, clock: Clock, ready: Callable[[str], None]) -> None:
    """Serve at the socket `place` until this process is ended.

    Raises:
        Misplaced: the store, the socket, or the cryptographic module that is asked for cannot be used.
    """
    if told.fips:
        fips.required()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what was opened stays in no image of this process
    with opened(told) as sealer, listening(place, told.desk_uid) as listener:
        ready(f"sealing for {told.origin} at {place}{_boundary(told)}")
        alone = threading.Lock()
        threading.Thread(target=destroying, args=(sealer, clock, alone), daemon=True).start()
        attending(listener, sealer, clock, alone).attend()


def _boundary(told: Settings) -> str:
    show = "; desk and sealer run on one account: the boundary between them is for show"
    not_evidence = "" if told.policy.evidence else "; the policy of its log says that it is not evidence"
    return (show if told.desk_uid == os.geteuid() else "") + not_evidence


@contextmanager
def opened(told: Settings) -> Iterator[Sealer]:
    """A sealer of these settings.

    Raises:
        Misplaced: its store cannot be used.
    """
    with Store(told.store) as store:
        yield Sealer(told, store, Watched(told, store), Laws(told.packs))


def destroying(sealer: Sealer, clock: Clock, alone: threading.Lock) -> None:
    """Destroy what was sealed and has lapsed, for as long as this process runs: also where nobody calls any more."""
    while True:
        with alone, suppress(OSError, Misplaced):
            sealer.store.destroy_what_lapsed(clock())
        time.sleep(_EVERY)


def attending(listener: socket.socket, sealer: Sealer, clock: Clock, alone: threading.Lock) -> Attending:
    """Attends to the desk: each call on a thread, one at a time."""

    def answer(line: bytes) -> bytes:
        with alone:
            return reply.written(_answered(line, sealer, clock))

    return Attending(listener, sealer.told.desk_uid, bundle.LONGEST, answer)


def _answered(line: bytes, sealer: Sealer, clock: Clock) -> Reply:
    try:
        said = bundle.read(sockets.read(line, bundle.LONGEST))
        return refused(said.why) if isinstance(said, Refused) else release_of(said, sealer, clock())
    except (Misplaced, PackFault, DiskFailed) as fault:
        return refused(f"the sealer cannot go on: {fault}")
    except Exception as fault:  # noqa: BLE001  # whatever it is: its words may quote a record
        print(f"safeconduct: a call failed: {type(fault).__name__}", file=sys.stderr)  # noqa: T201  # a process has no other mouth
        return refused(_FAULT)
