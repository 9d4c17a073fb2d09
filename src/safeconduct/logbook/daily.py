"""One checkpoint of each day, kept beside the tiles: by it a date is proved, and not only said.

    daily/2026-11-28        the first checkpoint that was published on that day of the witnesses, as a note

An entry whose index is below the size of a day's checkpoint was entered by then: the witnesses say so, not the writer. A
day's checkpoint of another tree than the log's is refused.
"""

from __future__ import annotations

import datetime as dt

from safeconduct.core.log import merkle, notes, tiles
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Believed, Policy, Refused, believed
from safeconduct.logbook.served import Lacking, Served

FOLDER = "daily"
_FURTHEST = 400


def day(under: Believed) -> str | None:
    """The day of a checkpoint by its witnesses (UTC); None where it has none."""
    try:
        return dt.datetime.fromtimestamp(under.time, dt.UTC).date().isoformat() if under.time is not None else None
    except (OverflowError, ValueError):  # a time that no calendar has
        return None


def kept_at(of: str) -> str:
    """Where the checkpoint of a day lies."""
    return f"{FOLDER}/{of}"


def entered_on(served: Served, policy: Policy, latest: Believed, index: int, said: str) -> str | None:
    """The first day by which an entry is proved to have been in, looking from the day on that it gives itself.

    None where the witnesses gave the log no time at all.
    """
    first, last = dt.date.fromisoformat(said), day(latest)
    if last is None:
        return None
    for nth in range(_FURTHEST):
        one = (first + dt.timedelta(days=nth)).isoformat()
        if one >= last:
            break
        if _holds(served, policy, latest, one, index):
            return one
    return last


def _holds(served: Served, policy: Policy, latest: Believed, of: str, index: int) -> bool:
    """Whether the checkpoint of a day is of this log and has more entries than that."""
    try:
        note = notes.read(served.daily(of))
    except (Lacking, Malformed):
        return False
    found = believed(note, policy)
    if isinstance(found, Refused) or found.checkpoint.size <= index or day(found) != of:
        return False
    size, tree = found.checkpoint.size, latest.checkpoint
    try:
        held = merkle.edge(size, tiles.tiled(tree.size, served.tile)).root if size <= tree.size else b""
    except (Lacking, Malformed):
        return False
    return held == found.checkpoint.root
