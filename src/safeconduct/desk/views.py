"""A case as each may see it: the asker, whoever judges it, and whoever does not.

From the pass of the first review on the asker sees one state until the day of the answer (`core.answer`). The second reviewer sees
nothing of the first's decision before having decided. Nobody at the desk sees the record: the card says what agrees, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from safeconduct.core.answer import Seen, State, Waiting, asker_sees
from safeconduct.core.case.case import FIRST, SECOND, Case
from safeconduct.core.case.events import Reason
from safeconduct.core.case.life import AWAITED
from safeconduct.core.case.life import State as Stands
from safeconduct.core.case.now import Now
from safeconduct.core.case.review import EMERGENCY_ANSWER, known
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.gate.policy import Policy
from safeconduct.core.rules import Outcome


@dataclass(frozen=True, slots=True)
class ForAsker:
    """What the asker reads: before the first review passed everything with its cure, from then on the answer's state alone."""

    seen: Seen
    stands: str
    reasons: tuple[Reason, ...] = ()
    due: str = ""
    question: str = ""
    hold: str = ""


def for_asker(case: Case, today: int, policy: Policy) -> ForAsker:
    """What the asker reads of a case on a day."""
    passed_on = case.passed_on
    after = EMERGENCY_ANSWER if case.emergency else policy.answer_after
    seen = asker_sees(
        Outcome.PERMIT if passed_on is not None else Outcome.HOLD,
        passed_on,
        today,
        Waiting(after, at_once=case.emergency),
        decided=case.state in AWAITED,
    )
    if case.state is Stands.WITHDRAWN:
        return ForAsker(Seen(State.TOLD, None, ""), "withdrawn")
    if seen.state is not State.TOLD:
        return ForAsker(seen, str(seen.state))
    held = case.held if case.state is Stands.HELD else None
    return ForAsker(
        seen,
        str(case.state),
        reasons=case.refused or (case.ruled.reasons if case.ruled else ()),
        due=case.sent_back_until if case.state is Stands.INCOMPLETE else held.until if held else "",
        question=case.asked,
        hold=held.why if held else "",
    )


@dataclass(frozen=True, slots=True)
class ForReviewer:
    """What whoever judges a case reads beside the request: the card, what is to be found, and a decision of their own."""

    place: str
    stands: str
    card: tuple[str, ...]
    to_find: tuple[tuple[str, str], ...]
    to_establish: tuple[tuple[str, str], ...]
    fact: str
    own: str


def for_reviewer(case: Case, person: str, now: Now) -> ForReviewer:
    """What a person who was drawn reads of a case."""
    place = FIRST if case.person(FIRST) == person else SECOND if case.person(SECOND) == person else ""
    mine = case.first if place == FIRST else case.second if place == SECOND else None
    card = (
        tuple(f"{one.what}: {one.said}{f' ({one.how})' if one.how else ''}" for one in case.matched.card)
        if case.matched
        else ()
    )
    return ForReviewer(
        place,
        str(case.state),
        card if place else (),
        tuple(wanted(case, now, EstablishedBy.REVIEWER)) if card and place else (),
        tuple(wanted(case, now, EstablishedBy.CUSTODIAN)) if card and place else (),
        f"{case.fact.fact}, shown by {case.fact.shown_by}" if case.fact and place == SECOND else "",
        "" if mine is None else "release" if mine.release else "no release",
    )


def wanted(case: Case, now: Now, by: EstablishedBy) -> Iterator[tuple[str, str]]:
    """The facts without which the law does not allow a release, and who could say so: name and meaning."""
    there, bearing = known(case, now), now.law.bearing(case.request or {})
    for name, fact in now.law.facts.items():
        if _is_found_by(fact, by) and name in bearing and name not in {*there, *now.policy.facts.values()}:
            yield name, fact.meaning


def _is_found_by(fact: Fact, by: EstablishedBy) -> bool:
    return fact.established_by is by and fact.step is Step.REVIEW
