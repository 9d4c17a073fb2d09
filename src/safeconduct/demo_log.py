"""The demo's log: what the desk has entered, verified by whoever likes; then one bit turned, and an older copy shown.

What anybody may fetch of it lies in the demo's folder (`log/`, `policy.txt`). Its witnesses are called in the desk's own process, and
its policy says that it is no evidence.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from safeconduct.core.log import tiles
from safeconduct.core.log.notes import Note
from safeconduct.core.log.refusals import Refused
from safeconduct.demo_town import cleared
from safeconduct.desk.desk import Desk
from safeconduct.logbook import audit, monitor, render, verify
from safeconduct.logbook.faults import Stopped
from safeconduct.logbook.monitor import Watch
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import Settings
from safeconduct.logbook.writer import Logbook
from safeconduct.town import log as town

LOG, STATE, POLICY = "log", "logbook", town.POLICY
_CHECKPOINT = "checkpoint"


@contextmanager
def older(desk: Desk) -> Iterator[Path]:
    """A copy of all that the log's writer has now: the older backup of later."""
    with tempfile.TemporaryDirectory(prefix="safeconduct-older-") as folder:
        for name in (LOG, STATE):
            shutil.copytree(desk.told.log.parent / name, Path(folder) / name)
        yield Path(folder)


def told(desk: Desk, folder: Path, entries: Sequence[int]) -> str:
    """What a stranger can verify of it; `entries` are a look, its decision and its release."""
    log, policy = folder / LOG, folder / POLICY
    cleared(log, _CHECKPOINT)
    shutil.copytree(desk.log.log, log)
    shutil.copyfile(desk.told.log.parent / POLICY, policy)
    found = verify.verify(Folder(log), desk.log.policy)
    if isinstance(found, Refused):
        raise TypeError(f"the demo's own log does not verify: {found.why}")
    lines = "\n".join(f"    {line}" for line in render.believed(found.under, desk.log.policy))
    return (
        f"All of it stands in a log that says nothing of anyone: entries {', '.join(map(str, entries))} are the look, the decision and the "
        "release of above, others are controls, or that nothing was released, or nothing at all, and an outsider cannot tell which.\n\n"
        f"{lines}\n\nAnybody can check it, with this program or with tools that share no code with it:\n\n"
        f"    safeconduct log audit {log}\n    safeconduct log prove {entries[-1]} {log} --out release\n"
        f"    safeconduct log kit kit {log} && cd kit && python3 verify.py log log --policy policy.txt\n"
    )


def attempts(desk: Desk, before: Path) -> Iterator[str]:
    """Three attempts on it, and what becomes of each."""
    now = verify.checkpoint(Folder(desk.log.log), desk.log.policy)
    size, note = (0, None) if isinstance(now, Refused) else (now.under.checkpoint.size, now.note)
    yield f"- One bit of one entry is turned in a copy: *{_bent(desk.log, size)}*."
    yield f"- Somebody who was here before is shown an older copy: *{_shown_again(before, desk, note)}*."
    yield f"- The writer is started on an older backup: *{_restored(before, desk)}*.\n"


def _bent(told: Settings, size: int) -> str:
    with tempfile.TemporaryDirectory() as copy:
        bent = shutil.copytree(told.log, Path(copy) / LOG)
        bundle = bent / next(tiles.every(size)).path
        content = bytearray(bundle.read_bytes())
        content[300] ^= 1
        bundle.write_bytes(content)
        found = audit.audit(str(bent), told.policy, lambda *_: None)
    return f"not verified: {found.why}" if isinstance(found, Refused) else "verified, which must not be"


def _shown_again(before: Path, desk: Desk, note: Note | None) -> str:
    seen = monitor.look(Watch(Folder(before / LOG), desk.log.policy, {}), note, desk.clock())
    return "; ".join(f"{alarm.what}: {alarm.why}" for alarm in seen.alarms) or "nothing is found, which must not be"


def _restored(before: Path, desk: Desk) -> str:
    """The settings and keys of the town beside the older backup; the witnesses are where they were."""
    restored = replace(desk.log, log=before / LOG, state=before / STATE)
    try:
        with Logbook(restored, desk.clock, None, town.transport(desk.told.log.parent, desk.clock)):
            return "it starts, which must not be"
    except Stopped as stopped:
        return str(stopped)
