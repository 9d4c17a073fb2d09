"""What the asker may read from the search on: a function of the ruling on the request and of the clock.

    before the first review has passed it     told in full, with its cure (a ruling is no secret of a person's)
    from then until D                         under review until D
    from D on                                 released, or not released

D is fixed when the first review passes the request, whether or not a look follows. Nothing of the match comes in here:
nobody, several, withheld and refused after the look are all *not released*, on the same day, in a letter of the same
length. What does come in is whether two persons have decided to release, and that is not looked at before D; in an emergency it is
told as soon as it is so, and everything else on D all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core import working_days
from safeconduct.core.days import iso
from safeconduct.core.rules import Outcome


class State(StrEnum):
    """In what state the asker sees the request."""

    TOLD = "told"
    UNDER_REVIEW = "under_review"
    RELEASED = "released"
    NOT_RELEASED = "not_released"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The policy: how many working days lie between the first review and the answer; in an emergency a release is told at once."""

    working_days: int = 5
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the asker can read: the state, the day D (None before the first review), and the letter, if there is one."""

    state: State
    day: int | None
    letter: str


_LETTERS = {
    State.RELEASED: "The request has been decided. What the law allows of it is released and can be fetched, once, by the "
    "officers named in it.",
    State.NOT_RELEASED: "The request has been decided. Nothing is released. For what reason is not told: it would tell "
    "whether there is a record.",
}
_LENGTH = max(map(len, _LETTERS.values())) + 1


def asker_sees(outcome: Outcome, passed_on: int | None, now: int, policy: Waiting, *, decided: bool) -> Seen:
    """What the asker sees on the day `now` of a request that the first review passed on the day `passed_on`.

    `decided` is whether two persons have decided to release; nothing else of what happened since is asked for.
    """
    if outcome is not Outcome.PERMIT or passed_on is None:
        return Seen(State.TOLD, None, "")
    day = working_days.after(passed_on, policy.working_days)
    if now < day and not (policy.at_once and decided):
        return Seen(State.UNDER_REVIEW, day, "")
    state = State.RELEASED if decided else State.NOT_RELEASED
    return Seen(state, day, f"{iso(day)}\n\n{_LETTERS[state].ljust(_LENGTH)}\n")
