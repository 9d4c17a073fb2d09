"""The town's desk at the town's log: something is entered, the witnesses cosign, and what proves it comes back.

It writes as `logbook` does and begins a writer for each entry, which a custodian's desk, with a writer that runs, does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from safeconduct.core.log import disclosures
from safeconduct.core.log.disclosures import Disclosure
from safeconduct.core.log.entries import InForce
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook.entering import Made, Said, filling, made
from safeconduct.logbook.faults import DiskFailed, Stopped
from safeconduct.logbook.settings import settings
from safeconduct.logbook.writer import Logbook, Unwitnessed
from safeconduct.town import log

Clock = Callable[[], dt.datetime]


def entered(path: Path, said: Said, in_force: InForce, group: str, clock: Clock) -> dict[str, object] | Refused:
    """Enter it in the town's log whose settings are in the file `path`; a disclosure that opens the group, as JSON.

    Raises:
        Misplaced: the log cannot be used.
    """
    told = settings(path)
    try:
        one = made(said, in_force, told, clock())
        filled = filling(told.decoys, in_force, told.authorities, told.entry_bytes)
        with Logbook(told, clock, filled, log.transport(path.parent, clock)) as writer:
            return _shown(writer, one, group)
    except (ValueError, DiskFailed, Stopped) as fault:
        return Refused(str(fault))


def _shown(writer: Logbook, one: Made, group: str) -> dict[str, object] | Refused:
    [number] = writer.append([one.entry])
    published = writer.publish()
    if isinstance(published, Unwitnessed):
        return Refused(f"no checkpoint holds it yet: {published.why}")
    return disclosures.written(Disclosure(one.entry, {group: one.openings[group]}, writer.prove(writer.index(number))))
