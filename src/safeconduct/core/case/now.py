"""What a command is weighed against beside the case itself: the date in law, the gate, the policy, the law, and what was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from safeconduct.core import working_days
from safeconduct.core.case.case import Case
from safeconduct.core.case.ceilings import NONE, Counts
from safeconduct.core.case.events import Ruled, Value
from safeconduct.core.days import iso
from safeconduct.core.facts import Fact, Step
from safeconduct.core.gate.events import Anchored
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.policy import Policy
from safeconduct.core.log.refusals import Refused

Request = Mapping[str, object]
Rule = Callable[[Request, Mapping[str, Value], Step], Ruled | Refused]
"""The law of now: the ruling on a request, with what was found of it, at a step; or why the request cannot be read."""


@dataclass(frozen=True, slots=True)
class Law:
    """The law as it is applied now, and the pack's facts by name; `stated` names the facts that a request itself states, `bearing` those on which its ruling at review rests."""

    rule: Rule
    facts: Mapping[str, Fact]
    stated: Callable[[Request], tuple[str, ...]]
    bearing: Callable[[Request], frozenset[str]]
    reaches: Callable[[Request, str], tuple[str, ...]] = lambda *_: ()
    """The clauses by which an item of a request is reached, as they are cited; none where no clause reaches it."""
    in_force: bool = True
    """Whether pack and engine are those that the log says are in force. Where they are not, nothing is decided."""


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of a command. `at` is the witnesses' median time, which is the date in law."""

    at: dt.datetime
    gate: Gate
    policy: Policy
    law: Law
    counts: Counts = NONE
    earlier: Case | None = None
    """A refused case of the same agency about the same person, or the one that is resubmitted."""
    alike: tuple[str, ...] = ()
    """Open cases of the same agency about the same person."""
    confirmed: bool = False
    """Whether something of this person was confirmed to the same agency before, in what counts as the same matter."""
    anchor: tuple[int, Anchored] | None = None
    """The first anchor in the log that covers the case's receipt, and its number: by it reviewers are drawn."""
    decisions_today: Mapping[str, int] | None = None
    emergencies_today: int = 0
    tripped: bool = False
    named_for_many: bool = False

    @property
    def today(self) -> int:
        """The day in law, as an ordinal."""
        return self.at.date().toordinal()

    def in_days(self, days: int) -> str:
        """The day so many days from today."""
        return iso(self.today + days)

    def in_working_days(self, days: int) -> str:
        """The so many-th working day from today."""
        return iso(working_days.after(self.today, days))
