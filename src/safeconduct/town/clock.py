"""A town's clock, which can be put on: days pass in a town in which nobody waits.

DIR/town-clock      so many seconds the clock is before, or behind, the one of this machine

It is read only where the policy of the log says of itself that it is no evidence; elsewhere the clock is this machine's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from safeconduct.core.log.policy import Policy
from safeconduct.shelf import Misplaced, text_of

FILE = "town-clock"
_LONGEST = 40
Clock = Callable[[], dt.datetime]


def clock(folder: Path, policy: Policy | None) -> Clock:
    """The clock of whoever has their settings in `folder` and believes that policy."""
    if policy is None or policy.evidence:
        return lambda: dt.datetime.now(dt.UTC)
    return lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=_ahead(folder))


def _ahead(folder: Path) -> int:
    path = folder / FILE
    if not path.is_file():
        return 0
    said = text_of(path, _LONGEST).strip()
    if not said.removeprefix("-").isdecimal():
        raise Misplaced(path, "is no number of seconds", "take it away, or write one")
    return int(said)


def put_on(folder: Path, by: dt.timedelta) -> None:
    """Put the town's clock on; it is whole at every moment."""
    made = (folder / FILE).with_suffix(".new")
    made.write_text(f"{_ahead(folder) + int(by.total_seconds())}\n", encoding="utf-8")
    made.replace(folder / FILE)
