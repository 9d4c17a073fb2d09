"""The demo's log: the two refusals among its requests entered, verified, proved; then one bit turned, and an older copy shown.

It lies in the demo's folder (`log/`, `policy.txt`) and goes on where the last run left it. Its witnesses are called in this
very process, and its policy says that it is no evidence.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from safeconduct import preflight
from safeconduct.core import canonical
from safeconduct.core.cases import Case, cases
from safeconduct.core.intake import Unreadable
from safeconduct.core.log import commitments, tiles
from safeconduct.core.log.entries import Kind, Outcome
from safeconduct.core.log.notes import Note
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import audit, entering, keeping, making, monitor, orders_and_stops, render, verify
from safeconduct.logbook.entering import Said
from safeconduct.logbook.faults import Stopped
from safeconduct.logbook.keeping import Kept
from safeconduct.logbook.monitor import Watch
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import FILE, Settings, settings
from safeconduct.logbook.writer import Logbook
from safeconduct.town import log as town

_REFUSED = ("W-02", "W-40")
Clock = Callable[[], dt.datetime]


def run(folder: Path, clock: Clock) -> Iterator[str]:
    """Pages, in Markdown: what was entered, what a stranger can verify of it, and three attempts on it.

    Raises:
        Misplaced: the folder cannot be used.
    """
    if not (folder / FILE).exists():
        town.make(folder, clock(), making.authorities(), step=8)
        with keeping.kept(folder / FILE, clock) as at:
            at.publish()
    with keeping.kept(folder / FILE, clock) as at:
        taken, _ = at.enter(
            [*entering.control(orders_and_stops.control(at.told.state, at.opened, clock())), *_refusals(at)]
        )
        older = _copied(folder)
        at.publish()
        places = at.indices(taken)
    yield _told(folder, places)
    try:
        yield "\n".join(_attempts(folder, older, clock))
    finally:
        shutil.rmtree(older)


def _refusals(at: Kept) -> Iterator[Said]:
    """The refusals among the demo's requests, as entries: what is said of a person is committed to, and stands nowhere."""
    worked = {case.name: case for case in cases(at.opened.pack)}
    for name in _REFUSED:
        yield _refusal(worked[name], at.opened)


def _refusal(case: Case, opened: preflight.Opened) -> Said:
    request: Mapping[str, object] = case.request
    checked = preflight.check(request, opened.under(case.on))
    if isinstance(checked, Unreadable):
        raise TypeError(f"the worked case {case.name} cannot be read")
    ruling = canonical.written({"outcome": checked.ruling.outcome.name.lower(), "case": case.name})
    asker: Any = request["asker"]
    officers: Any = request["officers"]
    body = {
        "agency": asker["agency"], "agreements": [], "officers": [one["name"] for one in officers], "signatory": asker["name"],
        "look": None, "reviewers": [],
        "decision": f"sha256:{commitments.commitment('ruling', commitments.Opening(b'demo'.ljust(32), ruling)).hex()}",
    }  # fmt: skip
    values = {"request": canonical.written(request), "ruling": ruling}
    return Said(Kind.DECISION, body, values, str(request["authority"]), Outcome.NOT_RELEASED)


def _copied(folder: Path) -> Path:
    """A copy of all that the writer has, before this tick: the older backup."""
    older = Path(tempfile.mkdtemp(dir=folder, prefix=".older-"))
    for name in ("log", "logbook"):
        shutil.copytree(folder / name, older / name)
    return older


def _told(folder: Path, taken: Sequence[int]) -> str:
    told = settings(folder / FILE)
    found = verify.verify(Folder(told.log), told.policy)
    if isinstance(found, Refused):
        raise TypeError(f"the demo's own log does not verify: {found.why}")
    lines = "\n".join(f"    {line}" for line in render.believed(found.under, told.policy))
    return (
        f"What was decided is entered in a log that says nothing of anyone: entries {', '.join(map(str, taken))} are the orders of "
        "courts in force and two of the refusals above, the others of this tick are nothing, and an outsider cannot tell which.\n\n"
        f"{lines}\n\nAnybody can check it, with this program or with tools that share no code with it:\n\n"
        f"    safeconduct log audit {told.log}\n    safeconduct log prove {taken[-1]} {told.log} --out refusal\n"
        f"    safeconduct log kit kit {told.log} && cd kit && python3 verify.py log log --policy policy.txt\n"
    )


def _attempts(folder: Path, older: Path, clock: Clock) -> Iterator[str]:
    told = settings(folder / FILE)
    now = verify.checkpoint(Folder(told.log), told.policy)
    size, note = (0, None) if isinstance(now, Refused) else (now.under.checkpoint.size, now.note)
    yield f"- One bit of one entry is turned in a copy: *{_bent(folder, told, size)}*."
    yield f"- Somebody who was here before is shown an older copy: *{_shown_again(older, told, note, clock)}*."
    yield f"- The writer is started on an older backup: *{_restored(folder, older, clock)}*."


def _bent(folder: Path, told: Settings, size: int) -> str:
    with tempfile.TemporaryDirectory(dir=folder) as copy:
        bent = shutil.copytree(told.log, Path(copy) / "log")
        bundle = bent / next(tiles.every(size)).path
        content = bytearray(bundle.read_bytes())
        content[300] ^= 1
        bundle.write_bytes(content)
        found = audit.audit(str(bent), told.policy, lambda *_: None)
    return f"not verified: {found.why}" if isinstance(found, Refused) else "verified, which must not be"


def _shown_again(older: Path, told: Settings, note: Note | None, clock: Clock) -> str:
    seen = monitor.look(Watch(Folder(older / "log"), told.policy, {}), note, clock())
    return "; ".join(f"{alarm.what}: {alarm.why}" for alarm in seen.alarms) or "nothing is found, which must not be"


def _restored(folder: Path, older: Path, clock: Clock) -> str:
    """The settings and keys of the demo beside the older backup; the witnesses are where they were."""
    told = settings(folder / FILE)
    restored = replace(told, log=older / "log", state=older / "logbook")
    try:
        with Logbook(restored, clock, None, town.transport(folder, clock)):
            return "it starts, which must not be"
    except Stopped as stopped:
        return str(stopped)
