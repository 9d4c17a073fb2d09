"""The date in law: the witnesses' median time of the newest checkpoint, if it is within five minutes of the clock here.

Where it is not, nothing is decided: either the witnesses have not spoken for too long, or this machine's clock is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from safeconduct.core.log import notes
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Believed, believed
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import Settings
from safeconduct.shelf import Misplaced

WITHIN = dt.timedelta(minutes=5)
Clock = Callable[[], dt.datetime]


@dataclass(slots=True)
class Dated:
    """The date in law, of a log; a checkpoint that was verified once is not verified again."""

    told: Settings
    clock: Clock
    _seen: tuple[bytes, Believed] | None = field(default=None, repr=False)

    def newest(self) -> Believed | Refused:
        """The newest checkpoint that the log's policy believes."""
        try:
            said = Folder(self.told.log).checkpoint()
            if self._seen is not None and self._seen[0] == said:
                return self._seen[1]
            found = believed(notes.read(said), self.told.policy)
        except (Misplaced, Malformed) as fault:
            return Refused(str(fault))
        if not isinstance(found, Refused):
            self._seen = (said, found)
        return found

    def now(self) -> dt.datetime | Refused:
        """The date in law, to the second."""
        found = self.newest()
        if isinstance(found, Refused):
            return Refused(f"there is no date in law: {found.why}")
        if found.time is None:
            return Refused("there is no date in law: no witness has cosigned")
        at = dt.datetime.fromtimestamp(found.time, dt.UTC)
        if abs(self.clock() - at) > WITHIN:
            return Refused(
                "the witnesses' time is more than five minutes from the clock here; see that the log ticks, and set the clock"
            )
        return at
