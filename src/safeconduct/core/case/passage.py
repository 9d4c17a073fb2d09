"""What the gate does between people's acts, and what it still owes a case.

`owed` names the next step of the machine; the desk takes it, and asks again. Every step that goes on asks the law and the stops of
now once more, so that an order entered between any two steps prevents what follows. Nothing here is a judgement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from safeconduct.core import names, subject
from safeconduct.core.case import hand_over, life, review
from safeconduct.core.case.case import DECISION, FIRST, SECOND, Case
from safeconduct.core.case.events import (
    Answered,
    CoolingBegan,
    Decided,
    Drawn,
    Event,
    FactDrawn,
    Hold,
    Looked,
    LookLapsed,
    LookPermitted,
    Matched,
)
from safeconduct.core.case.life import ENDS, State
from safeconduct.core.case.now import Now
from safeconduct.core.gate import lot
from safeconduct.core.log.refusals import Refused as No
from safeconduct.core.permit import HOLDS


class Step(StrEnum):
    """What the machine owes a case."""

    RULE_ANEW = "rule_anew"
    DRAW = "draw"
    PERMIT = "permit"
    ENTER = "enter"
    LOOK = "look"
    LAPSE = "lapse"
    FIND_NOTHING = "find_nothing"
    MAKE_ENTRY = "make_entry"
    COOL = "cool"
    SEAL = "seal"
    LAPSE_SEAL = "lapse_seal"
    OVERDUE = "overdue"
    ANSWER = "answer"
    LAPSE_CURE = "lapse_cure"
    LET_THROUGH = "let_through"


_AWAITS_A_DRAW = {State.RULED: FIRST, State.FIRST_DECIDED: SECOND}


def owed(case: Case, now: Now) -> Step | None:
    """The next step of the machine; None where a person is to act, or nothing is left."""
    if case.entry is not None:
        return Step.LAPSE if _has_lapsed(case, now) else Step.ENTER
    if case.state in ENDS:
        return Step.MAKE_ENTRY if _is_to_be_logged(case) else None
    if _answer_is_due(case, now):
        return Step.ANSWER
    return _OWED[case.state](case, now) if case.state in _OWED else None


def _is_to_be_logged(case: Case) -> bool:
    """A refusal is entered like a grant, and so is the end of what was to be released; a planted request is no request."""
    if case.state in {State.PLANTED, State.DESTROYED}:
        return False
    return case.entered(DECISION) is None or case.release_entered


def _answer_is_due(case: Case, now: Now) -> bool:
    """On its day every request that passed is answered, whatever became of it; one that is to be released is not."""
    waits = "answered" in life.AFTER[case.state]
    return waits and case.answer_on != "" and now.at.date().isoformat() >= case.answer_on


def _law_has_changed(case: Case, now: Now) -> bool:
    if case.ruled is None or case.request is None or review.hindered(case, now):
        return False
    ruling = review.ruled_now(case, now)
    return not isinstance(ruling, No) and ruling.outcome != "permit"


def _has_lapsed(case: Case, now: Now) -> bool:
    """A permit is good for fifteen minutes, and its entry has to be in the log before."""
    if case.permit is None or case.state not in {State.LOOK_PERMITTED, State.LOOK_LOGGED}:
        return False
    body = case.permit.permit["permit"]
    issued = dt.datetime.fromisoformat(str(body["issued_at"])) if isinstance(body, dict) else now.at
    return now.at >= issued + HOLDS


def _of_ruled(case: Case, now: Now) -> Step:
    """What the law permitted goes on if it still does."""
    if _law_has_changed(case, now):
        return Step.RULE_ANEW
    return Step.DRAW if case.through and case.state is State.RULED else Step.LET_THROUGH


def _of_recalled(case: Case, now: Now) -> Step | None:
    return Step.OVERDUE if hand_over.overdue(case, now) else None


_OWED: Mapping[State, Callable[[Case, Now], Step | None]] = {
    State.RULED: _of_ruled,
    State.INCOMPLETE: lambda case, now: Step.LAPSE_CURE if now.at.date().isoformat() > case.sent_back_until else None,
    State.HELD: lambda case, now: _of_ruled(case, now) if case.held and case.held.hold is Hold.CEILING else None,
    State.FIRST_REVIEW: lambda case, now: Step.RULE_ANEW if _law_has_changed(case, now) else None,
    State.PASSED: lambda *_: Step.PERMIT,
    State.LOOK_PERMITTED: lambda case, now: Step.LAPSE if _has_lapsed(case, now) else Step.MAKE_ENTRY,
    State.LOOK_LOGGED: lambda case, now: Step.LAPSE if _has_lapsed(case, now) else Step.LOOK,
    State.LOOKED: lambda *_: Step.FIND_NOTHING,
    State.FIRST_DECIDED: lambda *_: Step.DRAW,
    State.SECOND_REVIEW: lambda case, _: Step.DRAW if case.fact is None else None,
    State.DECIDED: lambda case, _: Step.MAKE_ENTRY if case.decided and case.decided.release else None,
    State.LOGGED: lambda case, _: Step.COOL if case.decided and case.decided.release else None,
    State.PICKED_UP: lambda case, now: Step.LAPSE_SEAL if hand_over.has_lapsed(case, now) else Step.SEAL,
    State.SEALED: lambda *_: Step.MAKE_ENTRY,
    State.ENTERED: lambda case, now: Step.LAPSE_SEAL if hand_over.has_lapsed(case, now) else None,
    State.RECALLED: _of_recalled,
    State.ACKNOWLEDGED: _of_recalled,
    State.QUARANTINED: _of_recalled,
}
"""A decision that releases nothing is entered on the day of the answer, like every other: when it was entered would tell why."""


# Drawing


def draw(case: Case, now: Now) -> Sequence[Event] | No:
    """Draw the reviewer who is next, by the first anchor that covers the case."""
    if now.anchor is None:
        return No("the case does not stand in the log yet")
    if case.state is State.SECOND_REVIEW and case.fact is None:
        return drawn_fact(case, lot.seed(now.anchor[1].note.encode()), now)
    place = _AWAITS_A_DRAW.get(case.state)
    if place is None or (case.state is State.RULED and not case.through):
        return No("nobody is to be drawn")
    if case.state is State.RULED and (held := (case.drawn or {}).get(FIRST)):
        return [Drawn(now.at, FIRST, held.person, held.among, held.anchor, held.passed_over, "ruled anew")]
    return drawn(case, place, (), "", now)


def drawn(case: Case, place: str, passed_over: Sequence[str], why: str, now: Now) -> Sequence[Event] | No:
    """The first in the order of lots who is on duty, has not been passed over, and may judge the case."""
    if now.anchor is None:
        return No("the case does not stand in the log yet")
    nth, anchor = now.anchor
    role = review.role_of(case, place)
    among = tuple(one for one in anchor.duty if (person := now.gate.persons.get(one)) and person.holds((role,)))
    on_duty = set(now.gate.on_duty((role,)))
    ordered = lot.order(among or sorted(on_duty), lot.seed(anchor.note.encode()), case.id, place)
    absent = [one for one in ordered if one not in on_duty]
    fit = (
        one
        for one in ordered
        if one in on_duty and one not in passed_over and review.unfit(case, now.gate.persons[one], place, now) is None
    )
    found = next(fit, None)
    if found is None:
        return No(f"nobody on duty is left to be the {place} reviewer: somebody of the role `{role}` must go on duty")
    return [Drawn(now.at, place, found, ordered, nth, (*absent, *passed_over), why)]


def drawn_fact(case: Case, seed: bytes, now: Now) -> Sequence[Event] | No:
    """The stated fact that is to be checked against its document, by lot among those that the request states."""
    stated = now.law.stated(case.request or {})
    if not stated:
        return No("the request states nothing that a document could show")
    fact = lot.one_of(stated, seed, case.id, "fact")
    return [FactDrawn(now.at, fact, now.law.facts[fact].shown_by)]


# The look


def may_permit(case: Case, now: Now) -> No | None:
    """Why no look is permitted yet: who asks has not denied kinship, too many emergencies, a stop, or the law of now."""
    if case.state is not State.PASSED:
        return No("the request has not passed its first review")
    lacking = _undenied(case, now)
    if lacking:
        return No(f"{lacking} of officers and signatory have not signed that the person is no kin of theirs")
    if why := review.in_time(case, now):
        return why
    if case.emergency and now.emergencies_today >= now.policy.emergencies_a_day:
        return No("there have been as many emergencies today as the policy lets pass")
    return review.permitted_now(case, now)


def _undenied(case: Case, now: Now) -> int:
    """How many of those who ask have not signed, for this very request."""
    signed = [now.gate.persons[one].natural for one in case.kin_denied if one in now.gate.persons]
    asking = {frozenset(names.words(asker)) for asker in subject.askers(case.request or {})}
    return sum(one not in signed for one in asking) if asking else 1


def may_look(case: Case, now: Now) -> No | None:
    """Why a look that was permitted, and stands in the log, is not made: a stop, an order of a court, the law of now."""
    if case.state is not State.LOOK_LOGGED or case.permit is None or _has_lapsed(case, now):
        return No("no look stands in the log, or its permit ran out")
    return review.in_time(case, now) or review.permitted_now(case, now)


def permitted(permit: Mapping[str, object], now: Now) -> Sequence[Event]:
    """The look is permitted; its entry is to be made."""
    return [LookPermitted(now.at, permit)]


def looked(look: Looked, matched: Matched) -> Sequence[Event]:
    """What the broker answered: a card only where one record was found."""
    return [look, matched] if look.found == "one" else [look]


def look_lapsed(why: str, now: Now) -> Sequence[Event]:
    """The permit ran out, or was used and its answer lost."""
    return [LookLapsed(now.at, why)]


def found_nothing(now: Now) -> Sequence[Event]:
    """Nobody, several, or withheld: there is nothing to decide, and nothing is released."""
    return [Decided(now.at, False, (), ("the gate",))]


# After the decision


def cool(case: Case, now: Now) -> Sequence[Event] | No:
    """A release that stands in the log cools; the law of now is asked once more, on what each of the two found, and the stops."""
    if case.state is not State.LOGGED or case.decided is None or not case.decided.release:
        return No("there is no release that stands in the log")
    if why := review.in_time(case, now):
        return why
    for one in (case.first, case.second):
        if one is None or not one.release:
            return No("two have not decided to release")
        if why := review.allowed(case, one.findings, case.decided.items, now):
            return why
    hours = 0 if case.emergency else now.policy.cool_off_hours
    return [CoolingBegan(now.at, now.at + dt.timedelta(hours=hours))]


def answer(now: Now) -> Sequence[Event]:
    """The day of the answer has come, and nothing is released."""
    return [Answered(now.at)]
