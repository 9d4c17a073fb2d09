"""One checkpoint of each day, kept beside the tiles: by it a date is proved, and not only said.

    daily/2026-11-28        the first checkpoint that was published on that day of the witnesses, as a note

An entry whose index is below the size of a day's checkpoint was entered by then: the witnesses say so, not the writer. A
day's checkpoint of another tree than the log's is refused.
"""

from __future__ import annotations

import datetime as dt

from safeconduct.core.log import merkle, notes, tiles
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Believed, Policy, believed
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook.faults import Lacking
from safeconduct.logbook.served import DAILY, Served

_FURTHEST = 400


def kept_at(of: str) -> str:
    """Where the checkpoint of a day lies."""
    return f"{DAILY}/{of}"


class Days:
    """By which day an entry is proved to have been in a log: of each day at most one checkpoint is looked at, once."""

    def __init__(self, served: Served, policy: Policy, latest: Believed) -> None:
        """The days of the log that is served, whose latest checkpoint is believed."""
        self._served, self._policy, self._latest = served, policy, latest
        self._sizes: dict[str, int] = {}

    def entered_on(self, index: int, said: str) -> str:
        """The first such day, looking from the day on that the entry gives itself; that day where no witness ever gave one.

        Attack: an entry that gives itself a day to come. It stands in the tree today, and is judged by what is in force today.
        """
        last = self._latest.day
        if last is None:
            return said
        first = dt.date.fromisoformat(said)
        for nth in range(_FURTHEST):
            one = (first + dt.timedelta(days=nth)).isoformat()
            if one >= last:
                break
            if self._size(one) > index:
                return one
        return last

    def _size(self, of: str) -> int:
        if of not in self._sizes:
            self._sizes[of] = self._verified(of)
        return self._sizes[of]

    def _verified(self, of: str) -> int:
        """The size of the day's checkpoint, if it is of this log; 0 where there is none."""
        try:
            found = believed(notes.read(self._served.daily(of)), self._policy)
            if isinstance(found, Refused) or found.day != of:
                return 0
            size, tree = found.checkpoint.size, self._latest.checkpoint
            held = merkle.edge(size, tiles.tiled(tree.size, self._served.tile)).root if size <= tree.size else b""
        except (Lacking, Malformed):
            return 0
        return size if held == found.checkpoint.root else 0
