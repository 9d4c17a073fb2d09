"""One pick-up from the officer's word to the package: the desk's steps, one after the other, and the wait for the log between them.

A log that has a tick publishes at its tick, whoever picks up: a checkpoint of its own would tell when something was released. A
town's has none and publishes at once. What was sealed and got lost on the way is handed over again within a few minutes.
"""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

from safeconduct.core.case.life import State
from safeconduct.core.gate.gate import Signed
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import loaded, ticking
from safeconduct.desk.desk import Desk
from safeconduct.desk.handing import HandedOver
from safeconduct.journal.journal import reading
from safeconduct.shelf import Misplaced

_TICKS, _PAUSE = 3, 0.5
_WAITS = frozenset({State.PICKED_UP, State.SEALED})


def picked_up(desk: Desk, signed: Signed) -> HandedOver | Refused:
    """Have it sealed, entered and handed over; or why it was not.

    Raises:
        Misplaced, Stopped, DiskFailed, Unread, OutOfOrder: the log or the journal cannot be used.
    """
    case_id = str(getattr(signed.command, "case", ""))
    if _state(case_id) in {*_WAITS, State.ENTERED, State.RELEASED}:
        why = desk.is_theirs(signed)
    else:
        done = desk.tell(signed)
        why = done if isinstance(done, Refused) else None
    if why := why or _entered(desk, case_id):
        return why
    return desk.hand_over(signed)


def _entered(desk: Desk, case_id: str) -> Refused | None:
    """Bring the release to the log, or wait until whoever ticks has brought it there; why it is not there."""
    until = time.monotonic() + _TICKS * max(desk.log.tick_s, 1)
    while (state := _state(case_id)) in _WAITS:
        advanced = desk.advance(case_id)
        if advanced.waits and state is State.PICKED_UP:
            return Refused(advanced.waits)
        if not desk.log.tick_s:
            ticked = ticking.enter(desk)
            if isinstance(ticked, Refused):
                return ticked
        elif time.monotonic() > until:
            return Refused("the log has not ticked: see that `safeconduct desk run` runs, and pick up once more")
        else:
            time.sleep(_PAUSE)
    return None


def _state(case_id: str) -> State:
    with reading() as at:
        return loaded.case(at, case_id).case.state


def is_free(out: Path) -> None:
    """Make sure, before anything is sealed, that it can be put there.

    Raises:
        Misplaced: it cannot.
    """
    for path in (out, proof_of(out)):
        if path.exists() or not path.parent.is_dir():
            raise Misplaced(path, "is there already, or in no folder", "name a file that is not there yet")


def proof_of(out: Path) -> Path:
    """Where the proof lies of the package in a file: beside it."""
    return out.with_suffix(".proof.json")


def put(out: Path, had: HandedOver) -> list[Path]:
    """Put the package in the file `out`, and the proof of its release beside it.

    Raises:
        Misplaced: it cannot be put there; it can be picked up again for some minutes.
    """
    proof = json.dumps(had.proof, ensure_ascii=False, indent=2).encode() + b"\n"
    try:
        for path, content in ((proof_of(out), proof), (out, had.package)):
            _put(path, content)
    except OSError as fault:
        what = f"cannot be written: {(fault.strerror or os.strerror(errno.EIO)).lower()}"
        raise Misplaced(out, what, "pick up once more within fifteen minutes, into another file") from None
    return [out, proof_of(out)]


def _put(path: Path, content: bytes) -> None:
    made = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        with made.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(made, path)
    finally:
        made.unlink(missing_ok=True)
