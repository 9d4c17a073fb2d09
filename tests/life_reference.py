"""The life of a request a second time, slowly and plainly, from the text of what was wanted; nothing of `core/case` is used here.

A `Reference` is told of every event of a case as it happens, with what the world was like then, and says what is wrong with it:
that the event may not follow, or that something lacks which it takes. It knows persons by the words of their names, and nothing
of how the program finds out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

_TABLE = """
new             received>received
received        ruled>ruled
ruled           ruled>ruled held>held sent_back>incomplete refused>refused let_through>ruled drawn>first_review withdrawn>withdrawn
incomplete      completed>received refused>refused withdrawn>withdrawn
held            hold_ended>received ruled>ruled let_through>ruled hold_extended>held completed>received refused>refused withdrawn>withdrawn
first_review    drawn>first_review ruled>ruled held>held first_passed>passed refused>refused completed>received withdrawn>withdrawn
passed          look_permitted>look_permitted answered>not_released withdrawn>withdrawn
look_permitted  logged>look_logged look_lapsed>lapsed answered>not_released withdrawn>withdrawn
look_logged     looked>looked look_lapsed>lapsed answered>not_released withdrawn>withdrawn
lapsed          look_renewed>passed drawn>lapsed answered>not_released withdrawn>withdrawn
looked          matched>matched decided>decided answered>not_released withdrawn>withdrawn
matched         claimed>claimed drawn>matched answered>not_released withdrawn>withdrawn
claimed         first_decided>first_decided drawn>matched answered>not_released withdrawn>withdrawn
first_decided   drawn>second_review answered>not_released withdrawn>withdrawn
second_review   second_decided>second_decided drawn>second_review answered>not_released withdrawn>withdrawn
second_decided  decided>decided escalated>escalated answered>not_released withdrawn>withdrawn
escalated       sent_on>first_decided decided>decided answered>not_released withdrawn>withdrawn
decided         logged>logged answered>not_released withdrawn>withdrawn
logged          logged>logged cooling_began>cooling answered>not_released withdrawn>withdrawn
cooling         picked_up>picked_up reversed>logged withdrawn>withdrawn
picked_up       sealed>sealed seal_lapsed>cooling reversed>logged withdrawn>withdrawn
sealed          logged>entered seal_lapsed>logged reversed>logged withdrawn>withdrawn
entered         released>released seal_lapsed>logged reversed>logged withdrawn>withdrawn
released        opened>opened recalled>recalled destroyed>destroyed
opened          recalled>recalled destroyed>destroyed
recalled        opened>recalled acknowledged>acknowledged quarantined>quarantined overdue>recalled destroyed>destroyed
acknowledged    opened>acknowledged quarantined>quarantined overdue>acknowledged destroyed>destroyed
quarantined     opened>quarantined overdue>quarantined destroyed>destroyed
destroyed
refused
not_released
withdrawn
planted
"""
TABLE: dict[str, dict[str, str]] = {
    words[0]: dict(word.split(">") for word in words[1:])
    for words in (line.split() for line in _TABLE.strip().splitlines())
}
ENDS = {"refused", "not_released", "withdrawn", "planted", "destroyed"}
HANDED_OVER = {"released", "opened", "acknowledged", "recalled", "quarantined"}
AT_PICK_UP = {"picked_up", "sealed", "released"}
"""What the law of that moment has to permit, on the day of the answer and later."""
QUARTER = dt.timedelta(minutes=15)
NEVER_REMOVED = {"objected", "instructed", "corrected", "stopped", "lifted", "preserved", "entry_made", "established",
                 "counsel_reviewed", "duplicated"}  # fmt: skip
BEFORE_THE_LOOK = {"clarification_asked", "clarification_given", "kin_denied", "called_back"}
NOT_YET_LOOKED = {"received", "ruled", "incomplete", "held", "first_review", "passed", "lapsed"}
NO_NEARER = {"received", "completed", "ruled", "held", "hold_extended", "sent_back", "logged", "answered", "withdrawn", "refused",
             "reversed", "look_lapsed", "planted_ended", "looked", "matched", "seal_lapsed", "opened", "recalled",
             "acknowledged", "quarantined", "overdue", "destroyed"}  # fmt: skip
"""What may happen although something is stopped; `looked` and `matched` because the broker had looked already."""
NEARER = {"let_through", "drawn", "first_passed", "look_renewed", "look_permitted", "claimed", "first_decided", "fact_drawn",
          "fact_checked", "second_decided", "sent_on", "cooling_began"}  # fmt: skip
"""What the law of that moment has to permit."""


def after(state: str, event: str) -> str | None:
    """The state after an event; None where it may not follow."""
    if event in TABLE[state]:
        return TABLE[state][event]
    if state == "new":
        return None
    if event == "planted_ended":
        return None if state in ENDS | HANDED_OVER else "planted"
    may = event in NEVER_REMOVED
    may = may or (event in BEFORE_THE_LOOK and state in NOT_YET_LOOKED)
    may = may or (event in {"fact_drawn", "fact_checked"} and state == "second_review")
    may = may or (event == "logged" and state in ENDS)
    return state if may else None


def words(name: str) -> frozenset[str]:
    """A name's words, plainly: small, without accents, points and commas."""
    plain = name.lower().replace("á", "a").replace(".", " ").replace(",", " ")
    return frozenset(plain.split())


def digest(request: Mapping[str, Any]) -> str:
    """The digest of a request."""
    form = json.dumps(request, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{sha256(form.encode()).hexdigest()}"


def fifth_working_day(day: dt.date, many: int = 5) -> str:
    """The so many-th working day after a day; no holiday lies in the days of the test but Christmas and New Year."""
    holidays = {(12, 25), (1, 1)}
    while many:
        day += dt.timedelta(days=1)
        many -= day.weekday() < 5 and (day.month, day.day) not in holidays
    return day.isoformat()


@dataclass
class World:
    """What the world is like at a moment: what is stopped and ordered, who is who."""

    at: dt.datetime
    stopped: bool
    permits: bool
    """Whether the law permits the request by itself, with the orders of courts that stand."""
    duty: frozenset[str]
    roles: Mapping[str, frozenset[str]]
    names: Mapping[str, str]
    decisions: Mapping[str, int]
    most_decisions: int
    roster: Sequence[str]
    """Who was on duty when the case was entered."""


@dataclass
class Reference:
    """A case, as the reference knows it."""

    state: str = "new"
    request: dict[str, Any] = field(default_factory=dict)
    came: list[tuple[str, Any]] = field(default_factory=list)
    denied: set[frozenset[str]] = field(default_factory=set)
    drawn: dict[str, str] = field(default_factory=dict)
    acted: dict[str, set[frozenset[str]]] = field(default_factory=dict)
    is_asked: bool = False
    called_back: bool = False
    emergency: bool = False
    token: str = ""
    answer_on: str = ""
    is_logged: set[str] = field(default_factory=set)
    first: Any = None
    second: Any = None
    fact: str = ""
    fact_agrees: bool = False
    protected: bool = False
    sent_on: int = 0
    barred: bool = False
    released: tuple[str, ...] | None = None
    cooled_at: dt.datetime | None = None
    holder: str = ""
    begun: dt.datetime | None = None
    package: str = ""
    recalled: Any = None
    warned: set[str] = field(default_factory=set)
    was_let_through: bool = False
    said: list[str] = field(default_factory=list)
    """What was objected, instructed, corrected and so on: it only grows."""

    def tell(self, kind: str, event: Any, world: World) -> list[str]:  # noqa: ANN401  # an event
        """What is wrong with an event."""
        wrong = self._lacks(kind, event, world)
        found = after(self.state, kind)
        if found is None:
            return [f"`{kind}` may not follow in `{self.state}`"]
        before, self.state = self.state, found
        self._note(kind, event, world)
        self.came.append((kind, event))
        return [f"`{kind}` in `{before}`: {one}" for one in wrong]

    # What each takes

    def _lacks(self, kind: str, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong: list[str] = []
        if world.stopped and kind not in NO_NEARER | NEVER_REMOVED:
            wrong.append("it is stopped")
        if kind in NEARER | AT_PICK_UP and not world.permits:
            wrong.append("the law of now does not permit it")
        late = self.answer_on and world.at.date().isoformat() >= self.answer_on
        if late and kind in NEARER:
            wrong.append("the day of the answer has come")
        check = getattr(self, f"_{kind}", None)
        return wrong + (check(event, world) if check else [])

    def _askers(self) -> set[frozenset[str]]:
        names = [self.request["asker"]["name"], *(one["name"] for one in self.request["officers"])]
        return {words(name) for name in names}

    def _judges(self, person: str, place: str, world: World, role: str = "reviewer") -> list[str]:
        """What keeps a person from acting in a place."""
        natural, wrong = words(world.names.get(person, "")), []
        if any(natural <= one or one <= natural for one in self._askers()):
            wrong.append("an asker judges")
        if any(natural in acted for where, acted in self.acted.items() if where != place):
            wrong.append("one natural person acts twice")
        if person not in world.duty:
            wrong.append("whoever judges is not on duty")
        if role not in world.roles.get(person, ()):
            wrong.append(f"whoever judges is no {role}")
        return wrong

    def _role(self, place: str) -> str:
        return "protected_reviewer" if place == "second" and self.protected else "reviewer"

    def _in_place(self, event: Any, place: str, world: World) -> list[str]:  # noqa: ANN401
        wrong = [] if self.drawn.get(place) == event.by else ["whoever judges was not drawn"]
        return wrong + self._judges(event.by, place, world, self._role(place))

    def _decided_today(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        return ["too many decisions today"] if world.decisions.get(event.by, 0) >= world.most_decisions else []

    def _drawn(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = [] if self.was_let_through else ["a request is drawn for whose turn has not come"]
        if event.why == "ruled anew":
            return wrong
        wrong += self._judges(event.person, event.place, world, self._role(event.place))
        there = [one for one in world.roster if self._role(event.place) in world.roles.get(one, ())]
        return wrong if not there or event.person in there else [*wrong, "whoever is drawn was not on the roster"]

    def _kin_denied(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = [] if words(world.names[event.by]) in self._askers() else ["somebody else denies kinship"]
        return wrong if event.signature.said["request"] == digest(self.request) else [*wrong, "it is another request's"]

    def _first_passed(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = self._in_place(event, "first", world) + self._decided_today(event, world)
        wrong += ["a question is open"] if self.is_asked else []
        wrong += ["nobody called back"] if self.emergency and not self.called_back else []
        wrong += [] if event.signature.said["request"] == digest(self.request) else ["it is another request's"]
        return wrong

    def _look_renewed(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        return self._in_place(event, "first", world)

    def _look_permitted(self, _: Any, __: World) -> list[str]:  # noqa: ANN401
        return [] if self.denied >= self._askers() else ["not all who ask have denied kinship"]

    def _looked(self, _: Any, __: World) -> list[str]:  # noqa: ANN401
        return [] if "look" in self.is_logged else ["the look does not stand in the log"]

    def _claimed(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        return self._in_place(event, "first", world)

    def _first_decided(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        return self._in_place(event, "first", world) + self._decided_today(event, world) + self._found(event)

    def _second_decided(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = self._in_place(event, "second", world) + self._decided_today(event, world) + self._found(event)
        return wrong if not event.release or self.fact_agrees else [*wrong, "the fact was not checked, or differs"]

    def _fact_checked(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = self._in_place(event, "second", world)
        return wrong if event.fact == self.fact else [*wrong, "another fact was drawn"]

    def _found(self, event: Any) -> list[str]:  # noqa: ANN401
        """The toy law at review, on what a reviewer found."""
        if not event.release:
            return []
        wrong = (
            [] if event.findings.get("review.needed") is True and not self.barred else ["the law does not permit it"]
        )
        return (
            wrong if event.items and set(event.items) <= {"address", "name"} else [*wrong, "an item that none reaches"]
        )

    def _escalated(self, _: Any, __: World) -> list[str]:  # noqa: ANN401
        return ["counsel is asked twice"] if self.sent_on else []

    def _sent_on(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = ["a dispute is sent on twice"] if self.sent_on else []
        wrong += [] if "counsel" in world.roles.get(event.by, ()) else ["no counsel sends on"]
        wrong += [] if self.first is not None and self.first.release else ["the first releases nothing"]
        natural = words(world.names.get(event.by, ""))
        return wrong + (["a reviewer settles it"] if any(natural in acted for acted in self.acted.values()) else [])

    def _decided(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        if not event.release:
            return []
        two = (self.first, self.second)
        if not all(one is not None and one.release for one in two):
            return ["two have not decided to release"]
        persons = {words(world.names[one.by]) for one in two}
        wrong = [] if len(persons) == 2 else ["the two are one"]
        both = set(self.first.items) & set(self.second.items)
        return wrong if set(event.items) == both and both else [*wrong, "it is not what both release"]

    def _cooling_began(self, _: Any, __: World) -> list[str]:  # noqa: ANN401
        wrong = [] if {"look", "decision"} <= self.is_logged else ["look or decision does not stand in the log"]
        wrong += [] if self.denied >= self._askers() else ["not all who ask have denied kinship"]
        wrong += [] if self.fact_agrees else ["the fact was not checked"]
        wrong += [] if self.released else ["nothing is to be released"]
        return wrong + (["the law bars it"] if self.barred else [])

    def _answered(self, _: Any, world: World) -> list[str]:  # noqa: ANN401
        return [] if self.answer_on and world.at.date().isoformat() >= self.answer_on else ["its day has not come"]

    def _planted_ended(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        made = sha256(b"safeconduct planted v1\n" + event.preimage.encode()).hexdigest()
        wrong = [] if made == self.token else ["the token was not made of it"]
        return wrong if "inspector" in world.roles.get(event.by, ()) else [*wrong, "no inspector ends it"]

    def _reversed(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        may = event.by in self.drawn.values() or "counsel" in world.roles.get(event.by, ())
        return [] if may else ["somebody else reverses it"]

    def _picked_up(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = [] if self.released else ["nothing is to be released"]
        wrong += [] if words(world.names[event.by]) in self._askers() else ["whoever picks it up does not ask"]
        wrong += [] if "officer" in world.roles.get(event.by, ()) else ["whoever picks it up is no officer"]
        wrong += [] if event.signature.said["request"] == digest(self.request) else ["it is another request's"]
        wrong += [] if event.signature.said["certificate"] == event.certificate else ["it is to another certificate"]
        wrong += [] if self.cooled_at and world.at >= self.cooled_at else ["it has not cooled"]
        due = self.emergency or (self.answer_on and world.at.date().isoformat() >= self.answer_on)
        wrong += [] if due else ["its day has not come"]
        return wrong + (["the law bars it"] if self.barred else [])

    def _sealed(self, _: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = ["the law bars it"] if self.barred else []
        return wrong + ([] if self.begun and world.at < self.begun + QUARTER else ["whoever picked it up has gone"])

    def _released(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        wrong = [] if "release" in self.is_logged else ["it does not stand in the log that it is released"]
        wrong += [] if self.begun and world.at < self.begun + QUARTER else ["what was sealed has lapsed"]
        wrong += [] if event.package == self.package else ["it is another package"]
        return wrong + (["the law bars it"] if self.barred else [])

    def _seal_lapsed(self, _: Any, world: World) -> list[str]:  # noqa: ANN401
        return [] if self.begun and world.at >= self.begun + QUARTER else ["it may still be handed over"]

    def _opened(self, event: Any, _: World) -> list[str]:  # noqa: ANN401
        return self._of_holder(event) + ([] if event.package == self.package else ["it is another package"])

    def _of_holder(self, event: Any, *_: Any) -> list[str]:  # noqa: ANN401
        return [] if event.by == self.holder else ["somebody else has it"]

    _acknowledged = _quarantined = _destroyed = _of_holder

    def _recalled(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        may = {"reviewer", "protected_reviewer", "counsel", "inspector"} & world.roles.get(event.by, frozenset())
        wrong = [] if may else ["whoever recalls it may not"]
        natural = words(world.names[event.by])
        wrong += ["an asker recalls it"] if any(natural <= one or one <= natural for one in self._askers()) else []
        wrong += [] if event.acknowledge_by == fifth_working_day(world.at.date(), 2) else ["two working days"]
        later = (world.at.date() + dt.timedelta(days=14)).isoformat()
        return (
            wrong + ([] if event.destroy_by == later else ["fourteen days"]) + ([] if event.why.strip() else ["no why"])
        )

    def _overdue(self, event: Any, world: World) -> list[str]:  # noqa: ANN401
        by = {"acknowledge": self.recalled.acknowledge_by, "destroy": self.recalled.destroy_by}[event.what]
        wrong = [] if world.at.date().isoformat() > by else ["its day has not passed"]
        wrong += ["it was told before"] if event.what in self.warned else []
        done = event.what == "acknowledge" and self.state != "recalled"
        return [*wrong, "it was acknowledged"] if done else wrong

    # What is remembered

    def _note(self, kind: str, event: Any, world: World) -> None:  # noqa: ANN401, C901, PLR0912, PLR0915  # one line for each
        match kind:
            case "received":
                self.request, self.token = dict(event.request), event.token
                self.emergency = event.request["emergency"]
            case "completed":
                self.request, self.denied, self.drawn = dict(event.request), set(), {}
                self.is_asked, self.called_back, self.was_let_through = False, False, False
                self.emergency = event.request["emergency"]
            case "let_through":
                self.was_let_through = True
            case "drawn":
                self.drawn[event.place] = event.person
                self.fact_agrees = self.fact_agrees and event.place == "first"
            case "kin_denied":
                self.denied.add(words(world.names[event.by]))
            case "clarification_asked" | "clarification_given":
                self.is_asked = kind == "clarification_asked"
            case "called_back":
                self.called_back = event.bears_out
            case "first_passed":
                self.answer_on = self.answer_on or fifth_working_day(world.at.date(), 1 if self.emergency else 5)
                self._acts("first", event, world)
            case "logged":
                self.is_logged.add(event.kind)
            case "look_lapsed":
                self.is_logged.discard("look")
            case "matched":
                self.protected = event.route == "protected"
            case "first_decided":
                self.first = event
                self._acts("first", event, world)
            case "second_decided":
                self.second = event
                self._acts("second", event, world)
            case "fact_drawn":
                self.fact, self.fact_agrees = event.fact, False
            case "fact_checked":
                self.fact_agrees = event.agrees
            case "sent_on":
                self.acted.setdefault("disputed", set()).update(self.acted.pop("second", set()))
                self._acts("counsel", event, world)
                self.sent_on, self.second, self.fact, self.fact_agrees = self.sent_on + 1, None, "", False
            case "established":
                self.barred = event.facts.get("custodian.barred", self.barred) is True
            case "decided":
                self.released = event.items if event.release else None
            case "cooling_began":
                self.cooled_at = world.at + dt.timedelta(hours=0 if self.emergency else 24)
            case "picked_up":
                self.holder, self.begun = event.by, world.at
            case "sealed":
                self.begun, self.package = world.at, event.package
            case "seal_lapsed":
                self.released = self.released if not self.package else None
                self.holder, self.begun, self.package = "", None, ""
                self.is_logged.discard("release")
            case "recalled":
                self.recalled = event
            case "overdue":
                self.warned.add(event.what)
            case "reversed":
                self.released = None
        if kind in NEVER_REMOVED:
            self.said.append(kind)

    def _acts(self, place: str, event: Any, world: World) -> None:  # noqa: ANN401
        self.acted.setdefault(place, set()).add(words(world.names[event.by]))
