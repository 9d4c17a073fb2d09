"""The world around a case, small: people with keys, a gate, a toy law, a clock, a register of one; and a desk without any disk.

The desk here does what the real one does and no more: it asks the core, keeps the events, and does a command once. Its law is a
rule over a toy request, so that a whole life takes milliseconds: `says` is what the law comes to on the request alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from safeconduct.core.case import ceilings, commands, hand_over, handle, passage, receipt
from safeconduct.core.case.case import DECISION, LOOK, RELEASE, Case, apply, card_digest, ruling_digest
from safeconduct.core.case.events import Compared, EntryMade, Event, Logged, Looked, Matched, Reason, Ruled, Value
from safeconduct.core.case.life import State
from safeconduct.core.case.now import Law, Now, Request
from safeconduct.core.case.passage import Step as Owed
from safeconduct.core.expression import Kind, Sort
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.gate import commands as gate_commands
from safeconduct.core.gate import events as gate_events
from safeconduct.core.gate import gate as gates
from safeconduct.core.gate import persons, stops
from safeconduct.core.gate.commands import BeginDuty, EndDuty, SetControl, name
from safeconduct.core.gate.events import Anchored, Controlled
from safeconduct.core.gate.gate import Fold, Gate, Signed
from safeconduct.core.gate.persons import Named, Role
from safeconduct.core.gate.policy import Policy, lowered, policy
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.log import controls
from safeconduct.core.log.controls import Control
from safeconduct.core.log.refusals import Refused as No
from safeconduct.keys.files import certificate

GATE = "gate.example/log"
FOUNDED = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
MONDAY = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
ANSWER_ON = "2026-12-07"
"""The fifth working day from MONDAY."""
DAY = dt.timedelta(days=1)
DIGEST = "sha256:" + "0" * 64
PACKAGE = "sha256:" + "5" * 64
"""The digest of what is sealed."""
STAFF = (
    Named("lund", "Alma Lund", "disclosure", (Role.REVIEWER,)),
    Named("okoro", "Bright Okoro", "disclosure", (Role.REVIEWER,)),
    Named("weiss", "Clara Weiss", "disclosure", (Role.REVIEWER,)),
    Named("sato", "Daiki Sato", "disclosure", (Role.REVIEWER, Role.PROTECTED_REVIEWER)),
    Named("lund2", "LUND, Álma", "appeals", (Role.REVIEWER, Role.PROTECTED_REVIEWER)),
    Named("novak", "Filip Novak", "counsel", (Role.COUNSEL,)),
    Named("haddad", "Ghada Haddad", "litigation", (Role.COUNSEL, Role.REVIEWER)),
    Named("roy", "Indira Roy", "inspector general", (Role.INSPECTOR,)),
    Named("berg", "Tomas Berg", "administration", (Role.ADMINISTRATOR,)),
    Named("rivera", "J. Rivera", "DHS", (Role.OFFICER,)),
    Named("head", "A. Head", "DHS", (Role.OFFICER,)),
    Named("stone", "Otto Stone", "DHS", (Role.OFFICER,)),
    Named("rivera2", "Rivera J", "disclosure", (Role.REVIEWER,)),
)
"""The people. One reviewer has a second id, one asker is a reviewer besides, one counsel is one too."""
ON_DUTY = ("lund", "okoro", "weiss", "sato", "novak")
REQUEST: Mapping[str, Any] = {
    "request_id": "R-1",
    "asker": {"agency": "DHS", "name": "A. Head"},
    "officers": [{"name": "J. Rivera", "agency": "DHS", "personally_and_directly_engaged": True}],
    "agreement": "treasury-dhs",
    "purpose": "criminal_investigation",
    "offence": ["8 USC 1"],
    "reason": "Subject was served with a final order on 1 October 2024 and declined to depart in case 871.",
    "subject": {"name": "Maria Lopez", "birth_date": "1984-03-02", "tin": "912-40-1234"},
    "says": "permit",
    "emergency": False,
}
POLICY = """\
dated = 2026-11-29
answer_after = 5
counsel_after = 1
cool_off_hours = 24
cure_days = 30
hold_days = 30
preserve_days = 90
use_days = 90
acknowledge_days = 2
destroy_days = 14
decisions_a_day = 20
emergencies_a_day = 2
planted_one_in = 50
emergencies = ["e"]
[facts]
match = "register.match"
called_back = "review.called_back"
"""
ITEMS = ("address", "name", "telephone")
GOOD: Mapping[str, Value] = {"review.needed": True}
TOKEN = "t" * 64


def request(**changed: object) -> dict[str, Any]:
    """The request, some of it changed."""
    return {**deepcopy(dict(REQUEST)), **changed}


@cache
def key_of(person: str) -> ec.EllipticCurvePrivateKey:
    """A person's key; the same in every run."""
    return ec.derive_private_key(int.from_bytes(person.encode(), "big") + 2, ec.SECP256R1())


@cache
def certificate_of(person: str) -> str:
    """A person's certificate."""
    return certificate(key_of(person), person, FOUNDED - DAY).decode()


def _fact(named: str, by: EstablishedBy, step: Step, kind: Kind = Kind.TRUTH, members: tuple[str, ...] = ()) -> Fact:
    return Fact(named, Sort(kind, members), "", "", "value", {}, {}, f"the document on {named}", by, step)


FACTS = {
    one.name: one
    for one in (
        _fact("review.needed", EstablishedBy.REVIEWER, Step.REVIEW),
        _fact("review.how", EstablishedBy.REVIEWER, Step.REVIEW, Kind.CHOICE, ("well", "badly")),
        _fact("review.many", EstablishedBy.REVIEWER, Step.REVIEW, Kind.COUNT),
        _fact("review.called_back", EstablishedBy.REVIEWER, Step.REVIEW),
        _fact("custodian.barred", EstablishedBy.CUSTODIAN, Step.REVIEW),
        _fact("register.match", EstablishedBy.REGISTER, Step.SEARCH, Kind.CHOICE, ("one", "none")),
        _fact("order.final_on", EstablishedBy.ASKER, Step.REQUEST, Kind.DAY),
        _fact("order.ground", EstablishedBy.ASKER, Step.REQUEST),
    )
}


def outcome(of: Request, found: Mapping[str, Value], step: Step, orders: Mapping[str, str]) -> str:
    """What the toy law comes to: an order stays all; at review it takes a need, one match, and no bar."""
    if orders:
        return "stayed"
    if of.get("says") != "permit" or step is Step.REQUEST:
        return str(of.get("says"))
    permits = found.get("review.needed") is True and found.get("register.match") == "one"
    return "permit" if permits and found.get("custodian.barred") is not True else "refuse"


def law(orders: Mapping[str, str], *, in_force: bool = True) -> Law:
    """The toy law, with the orders of courts that were entered."""

    def rule(of: Request, found: Mapping[str, Value], step: Step) -> Ruled | No:
        if of.get("says") == "unreadable":
            return No("the request cannot be read")
        said = outcome(of, found, step, orders)
        reasons = (Reason(f"toy.{said}", f"toy law, {said}", "it means", "it is cured by"),)
        items = ("address", "name") if said == "permit" else ()
        return Ruled(FOUNDED, said, reasons, items, "p", "o", "e", "r", "2026-11-30", of.get("emergency") is True)

    return Law(rule, FACTS, lambda _: ("order.final_on", "order.ground"), lambda _: frozenset(), in_force=in_force)


def founding(staff: Sequence[Named] = STAFF, by: Sequence[tuple[str, str]] = ()) -> Controlled:
    """The founding: everybody's roles and keys, by two of two offices."""
    parts = [("pack", "toy", DIGEST), ("engine", "safeconduct", DIGEST)]
    for one in staff:
        parts += [("role", one.person, persons.written(one)), ("key", one.person, certificate_of(one.person))]
        parts += [("recipient", one.person, certificate_of(one.person))] if Role.OFFICER in one.roles else []
    who = tuple(controls.Person(*one) for one in by or (("Filip Novak", "counsel"), ("Tomas Berg", "administration")))
    content = controls.founding(parts)
    said = Control(
        controls.FOUNDING, "gate", "set", content, controls.digest_of(content), who, FOUNDED.date().isoformat()
    )
    return Controlled(FOUNDED, said, ())


def sign(command: object, key: str = "", at: str = GATE) -> Signed:
    """A command, signed by whoever gives it; or with another's key, or for another gate."""
    by = key or str(getattr(command, "by", ""))
    return Signed(command, key_of(by).sign(gate_commands.signed_bytes(command, at), ec.ECDSA(SHA256())))


@cache
def _policy(text: str) -> Policy:
    return policy(text)


@dataclass
class World:
    """A desk without a disk. Every event of every case is in `cases`, those of the gate in `governed`."""

    policy: str = POLICY
    staff: Sequence[Named] = STAFF
    duty: Sequence[str] = ON_DUTY
    at: dt.datetime = MONDAY
    finds: str = "one"
    route: str = "plain"
    card: tuple[Compared, ...] = (Compared("name", "agrees", "exactly"),)
    in_force: bool = True
    note: str = "note"
    """What the witnesses sign; the lots are of it."""
    governed: list[gate_events.Event] = field(default_factory=list)
    cases: dict[str, list[Event]] = field(default_factory=dict)
    anchors: dict[str, tuple[int, Anchored]] = field(default_factory=dict)
    numbered: int = 0
    decisions: dict[str, int] = field(default_factory=dict)
    emergencies: int = 0
    _folded: tuple[Fold, int] = field(default_factory=lambda: (Fold(), 0))
    _gate: tuple[tuple[int, dt.date], Gate] | None = None
    _held: dict[str, Case] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Found the gate, and put people on duty."""
        self.governed.append(founding(self.staff))
        self.governed += [gate_events.DutyBegan(FOUNDED + DAY, person, person) for person in self.duty]

    # What is there

    @property
    def gate(self) -> Gate:
        """The gate as it stands now."""
        folded, many = self._folded
        for event in self.governed[many:]:
            folded.add(event)
        self._folded = (folded, len(self.governed))
        of = (len(self.governed), self.at.date())
        if self._gate is None or self._gate[0] != of:
            self._gate = (of, folded.at(GATE, self.at))
        return replace(self._gate[1], now=self.at)

    def case(self, case_id: str = "c1") -> Case:
        """A case as it stands now."""
        return self._held.get(case_id) or Case(case_id)

    def state(self, case_id: str = "c1") -> State:
        """The state of a case."""
        return self.case(case_id).state

    def kinds(self, case_id: str = "c1") -> list[str]:
        """The names of everything that happened to a case."""
        return [name(type(event)) for event in self.cases.get(case_id, [])]

    def id(self) -> str:
        """A new id of a command."""
        self.numbered += 1
        return f"id-{self.numbered}"

    def now(self, case_id: str = "c1", of: Request | None = None, **changed: Any) -> Now:  # noqa: ANN401  # fields of Now
        """The moment, as a case is weighed in it."""
        gate, case = self.gate, self.case(case_id)
        about = of if of is not None else case.request or {}
        said = _policy(self.policy)
        said = replace(said, ceilings=lowered(said, gate.standing))
        now = Now(
            at=self.at,
            gate=gate,
            policy=said,
            law=law(gate.orders, in_force=self.in_force),
            counts=self.counts(case_id, about, said),
            earlier=self.case(case.resubmits) if case.resubmits else None,
            anchor=self.anchors.get(case_id),
            decisions_today=dict(self.decisions),
            emergencies_today=self.emergencies,
        )
        return replace(now, **changed)

    def counts(self, case_id: str, about: Request, said: Policy) -> ceilings.Counts:
        """How many were let through by the same keys, and on which of them requests that were received before wait."""
        mine, order = ceilings.keys(about), list(self.cases)
        before = order[: order.index(case_id)] if case_id in order else order
        through = [
            (event.at, ceilings.keys(self.case(one).request or {}))
            for one, events in self.cases.items()
            for event in events
            if name(type(event)) == "let_through"
        ]
        within = {
            (of, key, one.days): sum((self.at - at).days < one.days and (of, key) in keys for at, keys in through)
            for one in said.ceilings
            for of, key in mine
        }
        held = [self.case(one).held for one in before if self.state(one) is State.HELD]
        waiting = {key for one in held if one for key in one.keys}
        return ceilings.Counts(within, frozenset((of, key) for of, key in mine if f"{of}:{key}" in waiting))

    # What is done

    def add(self, case_id: str, happened: Sequence[Event] | No) -> Sequence[Event] | No:
        """Keep what happened to a case."""
        if isinstance(happened, No):
            return happened
        case = self.case(case_id)
        for event in happened:
            before, case = case, apply(case, event)
            self._count(event, before)
        if happened:
            self.cases.setdefault(case_id, []).extend(happened)
            self._held[case_id] = case
        return happened

    def _count(self, event: Event, case: Case) -> None:
        what = name(type(event))
        if what in {"first_passed", "first_decided", "second_decided"}:
            by = str(getattr(event, "by", ""))
            self.decisions[by] = self.decisions.get(by, 0) + 1
        if what == "look_permitted" and case.emergency:
            self.emergencies += 1

    def receive(
        self,
        said: Request | None = None,
        case_id: str = "c1",
        by: str = "asker",
        token: str = TOKEN,
        **more: Any,  # noqa: ANN401
    ) -> Sequence[Event] | No:
        """Take a request in, and let it stand in the log."""
        of = said if said is not None else request()
        known = {one: more.pop(one) for one in ("resubmits", "answers") if one in more}
        command = commands.Receive(self.id(), by, "api", of, token, **known)
        happened = self.add(case_id, handle.of_asker(self.case(case_id), command, self.now(case_id, of, **more)))
        if not isinstance(happened, No):
            self.anchor(case_id)
        return happened

    def anchor(self, case_id: str) -> None:
        """Let an anchor over a case stand in the log."""
        nth = len(self.anchors)
        anchored = Anchored(0, nth, "", nth, f"{self.note} {nth}", tuple(sorted(self.gate.duty)))
        self.anchors.setdefault(case_id, (nth, anchored))

    def ask(self, command: commands.OfAsker, **changed: Any) -> Sequence[Event] | No:  # noqa: ANN401
        """What an asker does to a case."""
        case_id = str(getattr(command, "case", ""))
        of = command.request if isinstance(command, commands.Complete) else None
        return self.add(case_id, handle.of_asker(self.case(case_id), command, self.now(case_id, of, **changed)))

    def tell(self, command: object, key: str = "", **changed: Any) -> Sequence[Event] | No:  # noqa: ANN401
        """A command, signed."""
        return self.give(sign(command, key), **changed)

    def give(self, signed: Signed, **changed: Any) -> Sequence[Event] | No:  # noqa: ANN401
        """A signed command to a case."""
        case_id = str(getattr(signed.command, "case", ""))
        return self.add(case_id, handle.signed(self.case(case_id), signed, self.now(case_id, **changed)))

    def govern(self, command: object, key: str = "", reviewed: object = None) -> Sequence[gate_events.Event] | No:
        """A command to the gate, signed."""
        happened = gates.handle(sign(command, key), self.gate, reviewed)
        if not isinstance(happened, No):
            self.governed += happened
        return happened

    def set(
        self, subject: str, named: str, content: str, by: str, act: str = "set", *, on: str = ""
    ) -> Sequence[gate_events.Event] | No:
        """Set or end what governs the gate."""
        day = on or self.at.date().isoformat()
        return self.govern(SetControl(self.id(), by, subject, named, act, content, day))

    def stop(self, target: Target, of: str = "", named: str = "a stop", by: str = "roy") -> None:
        """Stop."""
        content = stops.written(Stop(target, of, "why"))
        assert not isinstance(self.set("stop", named, content, by), No)

    def order(self, named: str = "an order") -> None:
        """Enter an order of a court."""
        assert not isinstance(self.set("order", named, "nobody is told anything", "novak"), No)

    def off_duty(self, person: str) -> None:
        """Put somebody off duty."""
        assert not isinstance(self.govern(EndDuty(self.id(), "berg", person)), No)

    def on_duty(self, person: str) -> None:
        """Put somebody on duty."""
        assert not isinstance(self.govern(BeginDuty(self.id(), "berg", person)), No)

    # What the machine does

    def step(self, case_id: str = "c1") -> Sequence[Event] | No:
        """What the machine owes a case now, once."""
        case, now = self.case(case_id), self.now(case_id)
        return self.take(passage.owed(case, now), case_id)

    def take(self, step: Owed | None, case_id: str = "c1") -> Sequence[Event] | No:
        """A step of the machine."""
        case, now = self.case(case_id), self.now(case_id)
        if step is Owed.LOOK:
            return passage.may_look(case, now) or self.add(case_id, self.looked(now))
        happened: Sequence[Event] | No = self.taken(step, case, now)
        return self.add(case_id, handle.checked(case, happened, now))

    def taken(  # noqa: C901, PLR0912  # one line for each step
        self, step: Owed | None, case: Case, now: Now
    ) -> Sequence[Event] | No:
        """What happens by a step of the machine."""
        match step:
            case Owed.RULE_ANEW:
                return receipt.ruled_anew(case, now)
            case Owed.LET_THROUGH:
                return receipt.let_through(case, now)
            case Owed.LAPSE_CURE:
                return receipt.lapsed(case, now)
            case Owed.DRAW:
                return passage.draw(case, now)
            case Owed.PERMIT:
                issued = self.at.strftime("%Y-%m-%dT%H:%M:%SZ")
                return passage.may_permit(case, now) or passage.permitted({"permit": {"issued_at": issued}}, now)
            case Owed.LAPSE:
                return passage.look_lapsed("it ran out", now)
            case Owed.FIND_NOTHING:
                return passage.found_nothing(now)
            case Owed.COOL:
                return passage.cool(case, now)
            case Owed.ANSWER:
                return passage.answer(now)
            case Owed.SEAL:
                return hand_over.still_allowed(case, now) or hand_over.sealed(PACKAGE, now.in_days(90), now)
            case Owed.LAPSE_SEAL:
                return hand_over.seal_lapsed("it was not handed over in time", now)
            case Owed.OVERDUE:
                return hand_over.became_overdue(case, now)
            case Owed.MAKE_ENTRY:
                kind = {State.LOOK_PERMITTED: LOOK, State.SEALED: RELEASE}.get(case.state, DECISION)
                return [EntryMade(now.at, kind, json.dumps([case.id, kind, case.version]).encode(), {}, 0)]
            case Owed.ENTER if case.entry:
                return [Logged(now.at, case.entry.kind, 1, {})]
        return []

    def looked(self, now: Now) -> Sequence[Event]:
        """What the broker answers."""
        matched = Matched(now.at, self.card, self.route, b"sealed")
        return passage.looked(Looked(now.at, self.finds, 1), matched)

    def advance(self, case_id: str = "c1") -> str:
        """Every step that is owed; why it went no further, "" where nothing keeps it."""
        for _ in range(30):
            happened = self.step(case_id)
            if isinstance(happened, No):
                return happened.why
            if not happened:
                return ""
        raise AssertionError("the machine does not come to rest")

    # An honest life

    def deny_kin(self, by: str, case_id: str = "c1") -> Sequence[Event] | No:
        """An asker denies kinship."""
        return self.tell(commands.DenyKin(self.id(), by, case_id, self.case(case_id).digest))

    def pass_first(self, case_id: str = "c1", by: str = "", **changed: Any) -> Sequence[Event] | No:  # noqa: ANN401
        """The first reviewer passes the request, or renews the look."""
        case = self.case(case_id)
        kind = commands.RenewLook if case.state is State.LAPSED else commands.PassFirst
        ruling = ruling_digest(case.ruled) if case.ruled else ""
        return self.tell(kind(self.id(), by or case.person("first"), case_id, case.digest, ruling), **changed)

    def claim(self, case_id: str = "c1", by: str = "") -> Sequence[Event] | No:
        """The first reviewer claims."""
        return self.tell(commands.Claim(self.id(), by or self.case(case_id).person("first"), case_id))

    def decide(
        self,
        place: str,
        case_id: str = "c1",
        by: str = "",
        *,
        release: bool = True,
        items: tuple[str, ...] = ("address", "name"),
        findings: Mapping[str, Value] = GOOD,
        **other: Any,  # noqa: ANN401
    ) -> Sequence[Event] | No:
        """A reviewer decides after the card."""
        case = self.case(case_id)
        kind = commands.DecideFirst if place == "first" else commands.DecideSecond
        said: dict[str, Any] = {
            "id": self.id(),
            "by": by or case.person(place),
            "case": case_id,
            "request": case.digest,
            "card": card_digest(case.matched) if case.matched else "",
            "release": release,
            "items": items,
            "findings": findings,
            "why": "because",
        }
        return self.tell(kind(**{**said, **other}))

    def check(self, case_id: str = "c1", by: str = "", *, agrees: bool = True) -> Sequence[Event] | No:
        """The second reviewer compares the fact that was drawn with its document."""
        case = self.case(case_id)
        drawn = case.fact.fact if case.fact else ""
        return self.tell(commands.CheckFact(self.id(), by or case.person("second"), case_id, drawn, agrees, DIGEST))

    def settle(
        self, case_id: str = "c1", by: str = "novak", *, send_on: bool = True, why: str = "why"
    ) -> Sequence[Event] | No:
        """Counsel settles a dispute."""
        return self.tell(commands.SettleDispute(self.id(), by, case_id, send_on, why))

    def pick_up(self, case_id: str = "c1", by: str = "rivera", key: str = "", **changed: str) -> Sequence[Event] | No:
        """An officer picks up what is released."""
        certificate = persons.fingerprint(certificate_of(by))
        said = {
            "id": self.id(),
            "by": by,
            "case": case_id,
            "request": self.case(case_id).digest,
            "certificate": certificate,
        }
        return self.tell(commands.PickUp(**{**said, **changed}), key)

    def hand_over(self, case_id: str = "c1") -> Sequence[Event] | No:
        """What was sealed is handed over."""
        case, now = self.case(case_id), self.now(case_id)
        why = hand_over.may_hand_over(case, now)
        return why or self.add(case_id, handle.checked(case, hand_over.released(case, now), now))

    def to_answer(self, case_id: str = "c1") -> World:
        """Lead a case honestly to the day of its answer, on which it may be picked up."""
        self.to(State.COOLING, case_id)
        self.at = dt.datetime.fromisoformat(f"{self.case(case_id).answer_on}T13:00:00+00:00")
        return self

    def to_released(self, case_id: str = "c1") -> World:
        """Lead a case honestly to where an officer has it."""
        self.to_answer(case_id)
        for taken in (
            self.pick_up(case_id),
            self.step(case_id),
            self.step(case_id),
            self.step(case_id),
            self.hand_over(case_id),
        ):
            assert not isinstance(taken, No), taken.why
        assert self.state(case_id) is State.RELEASED
        return self

    def to(self, state: State, case_id: str = "c1", of: Request | None = None) -> World:
        """Lead a case honestly to a state."""
        for nth, (event, step) in enumerate(LIFE):
            if self.state(case_id) is state:
                return self
            if self.kinds(case_id).count(event) > [one for one, _ in LIFE[:nth]].count(event):
                continue
            happened = step(self, case_id) if nth else self.receive(of, case_id)
            assert not isinstance(happened, No), happened.why
        assert self.state(case_id) is state, self.state(case_id)
        return self

    def to_second(self, case_id: str = "c1", of: Request | None = None) -> World:
        """Lead a case honestly to where the second reviewer checks a fact."""
        self.to(State.SECOND_REVIEW, case_id, of)
        assert not isinstance(self.step(case_id), No)
        return self


Taken = Callable[[World, str], "Sequence[Event] | No"]
_machine: Taken = World.step
LIFE: tuple[tuple[str, Taken], ...] = (
    ("received", lambda world, case: world.receive(case_id=case)),
    ("drawn", _machine),
    ("kin_denied", lambda world, case: world.deny_kin("rivera", case)),
    ("kin_denied", lambda world, case: world.deny_kin("head", case)),
    ("first_passed", World.pass_first),
    ("look_permitted", _machine),
    ("entry_made", _machine),
    ("logged", _machine),
    ("looked", _machine),
    ("claimed", World.claim),
    ("first_decided", lambda world, case: world.decide("first", case)),
    ("drawn", _machine),
    ("fact_drawn", _machine),
    ("fact_checked", World.check),
    ("second_decided", lambda world, case: world.decide("second", case)),
    ("entry_made", _machine),
    ("logged", _machine),
    ("cooling_began", _machine),
)
"""The steps of a complete and honest life, each with the event that it begins with."""


def why(answer: Sequence[Any] | No | None) -> str:
    """Why nothing happened; "" where something did."""
    return answer.why if isinstance(answer, No) else ""


def happened(answer: Sequence[Any] | No) -> list[str]:
    """The names of what happened."""
    assert not isinstance(answer, No), answer.why
    return [name(type(event)) for event in answer]
