"""A case: what the events of one request come to. The fold holds every event to the table of `life`.

Events go in, a case comes out; what is to be done with it is for the modules that handle commands and for `owed`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from safeconduct.core import canonical, records
from safeconduct.core.case import events, life
from safeconduct.core.case.events import (
    Decided,
    Drawn,
    EntryMade,
    Established,
    Event,
    FactDrawn,
    FirstDecided,
    FirstPassed,
    Held,
    Hold,
    Logged,
    Looked,
    LookPermitted,
    LookRenewed,
    Matched,
    PickedUp,
    Reason,
    Recalled,
    Ruled,
    Sealed,
    SecondDecided,
    Value,
)
from safeconduct.core.case.life import State
from safeconduct.core.gate.commands import name

FIRST, SECOND = "first", "second"
"""The places of the two reviewers."""
LOOK, DECISION, RELEASE = "look", "decision", "release"
"""The kinds of entry that a case brings to the log."""


class OutOfOrder(Exception):
    """An event stands where the table does not let it follow: the journal is not the desk's. Its keeper must act."""


@dataclass(frozen=True)
class Case:
    """A request in its life. What has not come yet is None or empty.

    Without slots: with every event a case is copied, and a dictionary is copied at once.
    """

    id: str
    state: State = State.NEW
    version: int = 0
    request: Mapping[str, object] | None = None
    digest: str = ""
    received_at: dt.datetime | None = None
    by: str = ""
    token: str = ""
    resubmits: str | None = None
    answers: Mapping[str, str] | None = None
    tripped: bool = False
    duplicates: tuple[str, ...] = ()
    """Cases in which the same is asked of the same person."""
    ruled: Ruled | None = None
    through: bool = False
    """Whether the request's turn has come, below every ceiling."""
    held: Held | None = None
    cleared: frozenset[Hold] = frozenset()
    sent_back_until: str = ""
    refused: tuple[Reason, ...] | None = None
    drawn: Mapping[str, Drawn] | None = None
    acted: Mapping[str, str] | None = None
    """Who has judged, and in which place; one whose decision was disputed has acted for good."""
    kin_denied: frozenset[str] = frozenset()
    asked: str = ""
    called_back: bool | None = None
    passed: FirstPassed | LookRenewed | None = None
    answer_on: str = ""
    passed_on: int | None = None
    """The day on which the first review passed the request (ordinal), whatever came after."""
    permit: LookPermitted | None = None
    entry: EntryMade | None = None
    """What is on its way to the log."""
    logged: tuple[Logged, ...] = ()
    release_entered: bool = False
    """Whether the newest entry of a decision says that it releases; an end without a release is then entered as well."""
    looked: Looked | None = None
    matched: Matched | None = None
    first: FirstDecided | None = None
    second: SecondDecided | None = None
    fact: FactDrawn | None = None
    fact_agrees: bool | None = None
    disputed: bool = False
    sent_on: bool = False
    decided: Decided | None = None
    cooling_until: dt.datetime | None = None
    picked_up: PickedUp | None = None
    sealed: Sealed | None = None
    recalled: Recalled | None = None
    overdue: frozenset[str] = frozenset()
    established: Mapping[str, Value] | None = None
    establishing: tuple[Established, ...] = ()
    """Who established what, in their order."""
    counsel_reviewed: bool = False
    answered: bool = False

    @property
    def emergency(self) -> bool:
        """Whether the request is one in which the cool-off falls away."""
        return self.ruled is not None and self.ruled.emergency

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can come of it."""
        return self.state in life.ENDS

    def person(self, place: str) -> str:
        """Who was drawn for a place; "" where nobody is yet."""
        found = (self.drawn or {}).get(place)
        return found.person if found else ""

    def entered(self, kind: str) -> Logged | None:
        """The entry of that kind that stands in the log; the newest."""
        return next((one for one in reversed(self.logged) if one.kind == kind), None)


def digest(of: object) -> str:
    """The digest of a record, or of a request, by which a signature names it."""
    said = canonical.digest(of if isinstance(of, Mapping) else records.document(of))
    return said if isinstance(said, str) else ""


def ruling_digest(ruled: Ruled) -> str:
    """The digest of a ruling, without its time."""
    return digest({name: value for name, value in records.document(ruled).items() if name != "at"})


def card_digest(matched: Matched) -> str:
    """The digest of a card."""
    return digest({"card": records.document(matched)["card"]})


def apply(case: Case, event: Event) -> Case:
    """The case after one event more.

    Raises:
        OutOfOrder: the table does not let it follow.
    """
    state = life.after(case.state, name(type(event)))
    if state is None:
        raise OutOfOrder(f"{case.id}: `{name(type(event))}` does not follow in the state `{case.state}`")
    changing: _Changes = _CHANGES.get(type(event), _nothing)
    return _changed(case, {"state": state, "version": case.version + 1, **changing(case, event)})


def _changed(case: Case, changes: Mapping[str, object]) -> Case:
    """The same as `replace`, which asks every field: it took a quarter of a fold."""
    after = object.__new__(Case)
    vars(after).update(vars(case))
    vars(after).update(changes)
    return after


def fold(case_id: str, happened: Iterable[Event]) -> Case:
    """The case that those events come to.

    Raises:
        OutOfOrder: they do not follow one another.
    """
    case = Case(case_id)
    for event in happened:
        case = apply(case, event)
    return case


_Changes = Callable[[Case, Any], dict[str, Any]]


def _nothing(_: Case, __: object) -> dict[str, Any]:
    return {}


def _received(_: Case, e: events.Received) -> dict[str, Any]:
    return {"request": e.request, "digest": e.digest, "received_at": e.at, "by": e.by, "token": e.token,
            "resubmits": e.resubmits, "answers": e.answers, "tripped": e.tripped}  # fmt: skip


def _completed(_: Case, e: events.Completed) -> dict[str, Any]:
    """What was judged and signed of the old request is of the old one."""
    return {"request": e.request, "digest": e.digest, "ruled": None, "kin_denied": frozenset(), "asked": "", "held": None,
            "cleared": frozenset(), "through": False, "drawn": None, "called_back": None}  # fmt: skip


def _hold_ended(case: Case, _: events.HoldEnded) -> dict[str, Any]:
    return {"held": None, "cleared": case.cleared | {case.held.hold} if case.held else case.cleared}


def _extended(case: Case, e: events.HoldExtended) -> dict[str, Any]:
    return {"held": replace(case.held, until=e.until) if case.held else None}


def _drawn(case: Case, e: Drawn) -> dict[str, Any]:
    """What another second reviewer compared with a document is for the new one to compare."""
    agrees = None if e.place == SECOND else case.fact_agrees
    return {"drawn": {**(case.drawn or {}), e.place: e}, "fact_agrees": agrees}


def _passed(case: Case, e: FirstPassed) -> dict[str, Any]:
    return {
        "passed": e,
        "answer_on": case.answer_on or e.answer_on,
        "passed_on": case.passed_on or e.at.date().toordinal(),
        "acted": _acts(case, e.by, FIRST),
    }


def _acts(case: Case, person: str, place: str) -> dict[str, str]:
    return {**(case.acted or {}), person: place}


def _entry_made(case: Case, e: EntryMade) -> dict[str, Any]:
    if e.kind != DECISION:
        return {"entry": e}
    return {"entry": e, "release_entered": bool(case.decided and case.decided.release and not case.has_ended)}


def _reversed(case: Case, _: events.Reversed) -> dict[str, Any]:
    return {"decided": _nothing_decided(case), "cooling_until": None}


def _nothing_decided(case: Case) -> Decided | None:
    return replace(case.decided, release=False, items=(), confirmed=()) if case.decided else None


def _seal_lapsed(case: Case, _: events.SealLapsed) -> dict[str, Any]:
    """What was sealed is entered as released, and was not handed over: it is released no more. What was not can be asked for again."""
    if case.sealed is None:
        return {"picked_up": None}
    return {"decided": _nothing_decided(case), "picked_up": None, "sealed": None}


def _logged(case: Case, e: Logged) -> dict[str, Any]:
    return {"entry": None, "logged": (*case.logged, e)}


def _sent_on(case: Case, e: events.SentOn) -> dict[str, Any]:
    disputed = {person: "disputed" if place == SECOND else place for person, place in (case.acted or {}).items()}
    return {"second": None, "fact": None, "fact_agrees": None, "sent_on": True, "acted": {**disputed, e.by: "counsel"}}


_CHANGES: Mapping[type, _Changes] = {
    events.Received: _received,
    events.Completed: _completed,
    events.Ruled: lambda _, e: {"ruled": e, "held": None},
    events.SentBack: lambda _, e: {"sent_back_until": e.until, "refused": e.reasons},
    events.Held: lambda _, e: {"held": e},
    events.HoldEnded: _hold_ended,
    events.HoldExtended: _extended,
    events.LetThrough: lambda _, __: {"through": True, "held": None},
    events.Refused: lambda _, e: {"refused": e.reasons},
    events.Drawn: _drawn,
    events.KinDenied: lambda case, e: {"kin_denied": case.kin_denied | {e.by}},
    events.ClarificationAsked: lambda _, e: {"asked": e.says},
    events.ClarificationGiven: lambda _, __: {"asked": ""},
    events.CalledBack: lambda _, e: {"called_back": e.bears_out},
    events.FirstPassed: _passed,
    events.LookRenewed: lambda _, e: {"passed": e},
    events.LookPermitted: lambda _, e: {"permit": e},
    events.EntryMade: _entry_made,
    events.Logged: _logged,
    events.LookLapsed: lambda _, __: {"permit": None, "entry": None},
    events.Looked: lambda _, e: {"looked": e},
    events.Matched: lambda _, e: {"matched": e},
    events.FirstDecided: lambda case, e: {"first": e, "acted": _acts(case, e.by, FIRST)},
    events.FactDrawn: lambda _, e: {"fact": e, "fact_agrees": None},
    events.FactChecked: lambda _, e: {"fact_agrees": e.agrees},
    events.SecondDecided: lambda case, e: {"second": e, "acted": _acts(case, e.by, SECOND)},
    events.Escalated: lambda _, __: {"disputed": True},
    events.SentOn: _sent_on,
    events.Decided: lambda _, e: {"decided": e},
    events.Reversed: _reversed,
    events.CoolingBegan: lambda _, e: {"cooling_until": e.until},
    events.PickedUp: lambda _, e: {"picked_up": e},
    events.Sealed: lambda _, e: {"sealed": e},
    events.SealLapsed: _seal_lapsed,
    events.Recalled: lambda _, e: {"recalled": e},
    events.Overdue: lambda case, e: {"overdue": case.overdue | {e.what}},
    events.Duplicated: lambda case, e: {"duplicates": (*case.duplicates, e.other)},
    events.Answered: lambda _, __: {"answered": True},
    events.CounselReviewed: lambda _, __: {"counsel_reviewed": True},
    events.Established: lambda case, e: {"established": {**(case.established or {}), **e.facts},
                                         "establishing": (*case.establishing, e)},
}  # fmt: skip
