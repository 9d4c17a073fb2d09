"""The gate as it stands: who may act, what is stopped, what a court has ordered, what is in force; and what becomes of a command to it.

The fold of the gate's events, and pure functions that answer a command with events or with a reason. Controls are folded by the
log's own function, so that a gate that is rebuilt from the log is the same gate. When this is called, and under which lock, is
for the desk; how a case goes on is for `case`.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from safeconduct.core import documents
from safeconduct.core.days import day as day_of
from safeconduct.core.gate import commands, events, persons, recipients, stops
from safeconduct.core.gate.commands import Approve, BeginDuty, Dismiss, EndDuty, SetControl
from safeconduct.core.gate.events import (
    Anchored,
    Controlled,
    Dismissed,
    DutyBegan,
    DutyEnded,
    EntriesMade,
    Event,
    Proposed,
    Signature,
    What,
)
from safeconduct.core.gate.persons import Person, Role
from safeconduct.core.gate.stops import Stop
from safeconduct.core.log import controls, sets
from safeconduct.core.log.controls import Control, Entered, Standing
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.sets import Set

BEHIND = "the journal is behind the log"
"""The name of the stop of everything that is set where the log holds what the journal does not know."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A command with its signature; nobody has verified it yet."""

    command: object
    signature: bytes


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate on a day: its name (the log's), what is in force, who may act, who is on duty, what is proposed."""

    name: str
    now: dt.datetime
    standing: Standing
    persons: Mapping[str, Person]
    duty: frozenset[str] = frozenset()
    proposals: Mapping[str, Proposed] | None = None
    stops: Mapping[str, Stop] | None = None

    @property
    def on(self) -> int:
        """The day in law, as an ordinal."""
        return self.now.date().toordinal()

    @property
    def orders(self) -> dict[str, str]:
        """The orders of courts that were entered and not ended, by name, as they are written."""
        return {name: one.control.content for (what, name), one in self.standing.in_force.items() if what == "order"}

    def set_to(self, subject: str, name: str) -> str | None:
        """The content of what is in force under a subject and a name; None where nothing is."""
        entered = self.standing.in_force.get((subject, name))
        return entered.control.content if entered else None

    def bearing(self, request: Mapping[str, object]) -> list[str]:
        """The stops that bear on a request."""
        return stops.bearing(self.stops or {}, request)

    def on_duty(self, roles: Iterable[Role]) -> list[str]:
        """Who is on duty in one of those roles, with a key that may be used today."""
        wanted = frozenset(roles)
        found = (self.persons[person] for person in sorted(self.duty) if person in self.persons)
        return [
            one.person for one in found if one.holds(wanted) and one.key_from is not None and one.key_from <= self.on
        ]


@dataclass(slots=True)
class Fold:
    """The gate's events as they are folded one after the other; `at` makes the gate of them.

    `made` are entries on their way to the log, by what they are of; `controls` and `anchors` what stands there.
    """

    entered: list[Entered] = field(default_factory=list)
    duty: set[str] = field(default_factory=set)
    proposals: dict[str, Proposed] = field(default_factory=dict)
    version: int = 0
    unmade: dict[int, Control] = field(default_factory=dict)
    """Controls of which no entry is made yet, by the number of their event."""
    made: dict[tuple[What, int], EntriesMade] = field(default_factory=dict)
    controls: dict[int, tuple[EntriesMade, tuple[int, ...]]] = field(default_factory=dict)
    anchors: list[Anchored] = field(default_factory=list)
    set_made: EntriesMade | None = None
    """The newest set of orders and stops that stands in the log."""
    times: dict[int, dt.datetime] = field(default_factory=dict)
    """When each control was set or ended, by the number of its event."""

    def add(self, event: Event) -> None:
        """One event more."""
        match event:
            case Controlled():
                self._controlled(event)
            case Proposed():
                self.proposals[event.signature.command] = event
            case Dismissed():
                self.proposals.pop(event.proposal, None)
            case DutyBegan():
                self.duty.add(event.person)
            case DutyEnded():
                self.duty.discard(event.person)
            case EntriesMade():
                self.made[event.what, event.of] = event
                self.unmade.pop(event.of if event.what is What.CONTROL else -1, None)
            case events.Entered():
                self._stands(event)
        self.version += 1

    def _controlled(self, event: Controlled) -> None:
        self.entered.append(Entered(self.version, event.at.date().isoformat(), event.control))
        self.unmade[self.version] = event.control
        self.times[self.version] = event.at
        for signature in event.signatures:
            self.proposals.pop(signature.command, None)

    def _stands(self, event: events.Entered) -> None:
        made = self.made.pop((event.what, event.of))
        if event.what is What.CONTROL:
            self.controls[event.of] = (made, event.indices)
        elif event.what is What.SET:
            self.set_made = made
        else:
            anchor = Anchored(made.after, made.of, made.root, event.indices[0], event.note, made.duty)
            self.anchors.append(anchor)

    def at(self, name: str, now: dt.datetime) -> Gate:
        """The gate of that name at a time of the witnesses."""
        standing = controls.standing(self.entered, now.date().isoformat())
        people, stopped = persons.persons(standing), stops.standing(standing)
        return Gate(name, now, standing, people, frozenset(self.duty), dict(self.proposals), stopped)

    @property
    def newest_set(self) -> Set | None:
        """What the newest set of orders and stops says that stands in the log; None where there is none."""
        control = stated(self.set_made) if self.set_made else None
        return sets.read(control) if control else None

    def stop_before(self, name: str) -> str:
        """The content of the stop of that name as it was set last; "" where it never was."""
        controls_of_it = (one.control for one in reversed(self.entered) if one.control.subject == "stop")
        return next((one.content for one in controls_of_it if one.name == name and one.act == "set"), "")

    def covering(self, position: int) -> tuple[int, Anchored] | None:
        """The first anchor that covers a position of the journal, and its number; None while none does."""
        nth = bisect_left(self.anchors, position, key=lambda anchor: anchor.through)
        return (nth, self.anchors[nth]) if nth < len(self.anchors) else None


def stated(made: EntriesMade) -> Control | None:
    """The control that entries state, as they are opened; None where they state none."""
    try:
        parts = [controls.read(documents.read(one.value.decode())) for one in made.opened]
    except (Malformed, documents.NoDocument, UnicodeDecodeError):
        return None
    return controls.joined([Entered(nth, "", part) for nth, part in enumerate(parts)])


def fold(happened: Iterable[Event], name: str, now: dt.datetime) -> Gate:
    """The gate that those events come to."""
    folded = Fold()
    for event in happened:
        folded.add(event)
    return folded.at(name, now)


# Who acts


def authenticated(signed: Signed, gate: Gate, may: Mapping[type, frozenset[Role]]) -> Person | Refused:
    """The person whose command that is: known, in a role that may give it, and signed with a key in force."""
    by: object = getattr(signed.command, "by", None)
    person = gate.persons.get(by) if isinstance(by, str) else None
    if person is None:
        return Refused("whoever commands this is named to no role")
    if not person.holds(may.get(type(signed.command), frozenset())):
        roles = ", ".join(sorted(may.get(type(signed.command), frozenset()))) or "nobody"
        return Refused(f"{commands.name(type(signed.command))} is for: {roles}")
    said = commands.signed_bytes(signed.command, gate.name)
    return persons.refusal(person, said, signed.signature, gate.now) or person


def signature(signed: Signed) -> Signature:
    """A signature as an event keeps it, with all that it was over."""
    command = signed.command
    return Signature(
        str(getattr(command, "by", "")),
        str(getattr(command, "id", "")),
        commands.written(command, ""),
        signed.signature,
    )


# What becomes of a command


def handle(signed: Signed, gate: Gate, reviewed: object = None) -> Sequence[Event] | Refused:
    """What happens by a command to the gate; or why nothing does. `reviewed` is what a change of the pack was held to."""
    person = authenticated(signed, gate, commands.MAY)
    if isinstance(person, Refused):
        return person
    match signed.command:
        case SetControl() as command:
            return _set(command, signed, person, gate, reviewed)
        case Approve() as command:
            return _approve(command, signed, person, gate)
        case Dismiss() as command if command.proposal in (gate.proposals or {}):
            return [Dismissed(gate.now, command.proposal, person.person, command.why)]
        case BeginDuty() as command:
            return _begin(command, person, gate)
        case EndDuty() as command if command.person in gate.duty:
            return [DutyEnded(gate.now, command.person, person.person)]
    return Refused("there is nothing of that kind to be done")


def _set(
    command: SetControl, signed: Signed, person: Person, gate: Gate, reviewed: object
) -> Sequence[Event] | Refused:
    if not person.holds(commands.SETS.get(command.subject, frozenset())):
        return Refused(f"`{command.subject}` is not set or ended by {person.person}'s roles")
    control = _control(command, person)
    if isinstance(control, Refused):
        return control
    why = ill_formed(control) or _ended_before(control, gate)
    if why:
        return Refused(why)
    if control.effective_on > gate.now.date().isoformat() and not _widens(control, gate):
        return Refused("what narrows has effect at once: leave the day out")
    if controls.refusal(control, gate.now.date().isoformat(), _before(control, gate)) is None:
        return [Controlled(gate.now, control, (signature(signed),), reviewed)]
    lacking = _refused_with_two(control, gate)
    return lacking or [Proposed(gate.now, control, signature(signed), reviewed)]


def _control(command: SetControl, person: Person) -> Control | Refused:
    by = (controls.Person(person.name, person.office),)
    digest = controls.digest_of(command.content)
    said = Control(command.subject, command.name, command.act, command.content, digest, by, command.effective_on)
    try:
        return controls.read(controls.written(said))
    except Malformed as fault:
        return Refused(str(fault))


def ill_formed(control: Control) -> str:
    """Why the content of a control says nothing of its subject; "" where it does."""
    if control.act == "ended":
        return ""
    if control.subject == "role":
        said = persons.named(control.content)
        return "" if said and said.person == control.name else "that names nobody to a role"
    if control.subject == "key":
        key = persons.public_key(control.content)
        return key.why if isinstance(key, Refused) else ""
    if control.subject == recipients.SUBJECT:
        return recipients.ill_formed(control.content)
    if control.subject == "ceiling":
        return "" if control.content.isascii() and control.content.isdecimal() else "a ceiling is a whole number"
    return ""


def _ended_before(control: Control, gate: Gate) -> str:
    stands = (control.subject, control.name) in gate.standing.in_force
    return f"no {control.subject} `{control.name}` stands" if control.act == "ended" and not stands else ""


def _before(control: Control, gate: Gate) -> Control | None:
    entered = gate.standing.in_force.get((control.subject, control.name))
    return entered.control if entered else None


def _widens(control: Control, gate: Gate) -> bool:
    return controls.widens(control, _before(control, gate))


def _refused_with_two(control: Control, gate: Gate) -> Refused | None:
    """Why it would have no effect even if a second person of another office approved it today."""
    two = (*control.by, controls.Person("\x00", "\x00"))
    return controls.refusal(replace(control, by=two), gate.now.date().isoformat(), _before(control, gate))


def _approve(command: Approve, signed: Signed, person: Person, gate: Gate) -> Sequence[Event] | Refused:
    proposed = (gate.proposals or {}).get(command.proposal)
    if proposed is None:
        return Refused("nothing of that name is proposed")
    if command.digest != commands.proposal_digest(proposed.control):
        return Refused("what is approved is not what was proposed")
    first = gate.persons.get(proposed.signature.person)
    if first is None or first.person == person.person or persons.are_one(person, [first]):
        return Refused("it takes two persons: whoever proposed it cannot approve it, and must still be named to a role")
    if not first.holds(commands.SETS.get(proposed.control.subject, frozenset())):
        return Refused(f"{first.person}, who proposed it, could not propose it any more")
    control = replace(proposed.control, by=(*proposed.control.by, controls.Person(person.name, person.office)))
    why = controls.refusal(control, gate.now.date().isoformat(), _before(control, gate))
    if why:
        return why
    return [Controlled(gate.now, control, (proposed.signature, signature(signed)), proposed.reviewed)]


def _begin(command: BeginDuty, by: Person, gate: Gate) -> Sequence[Event] | Refused:
    person = gate.persons.get(command.person)
    if person is None or command.person in gate.duty or person.roles == {Role.OFFICER}:
        return Refused("whoever goes on duty is named to a role of the custodian's, and not on duty yet")
    return [DutyBegan(gate.now, command.person, by.person)]


def marked(signed: Sequence[Signed], gate: Gate) -> tuple[str, ...] | Refused:
    """The names of the two who set or clear one mark; or why it is none of two persons of two offices, or not of one mark."""
    people = [authenticated(one, gate, commands.MAY) for one in signed]
    held = [one for one in people if isinstance(one, Person)]
    why = next((one for one in people if isinstance(one, Refused)), None)
    if why:
        return why
    said = {(one.command.person, one.command.present) for one in signed if isinstance(one.command, commands.MarkPerson)}
    two = controls.two_of_two_offices([controls.Person(one.name, one.office) for one in held])
    if two or len(signed) != 2 or len(said) != 1:
        return two or Refused("two persons sign one and the same mark")
    return tuple(one.name for one in held)


def stopped_behind(now: dt.datetime) -> Controlled:
    """The stop of everything that is set by the desk itself, where the log holds what its journal does not know."""
    content = stops.written(Stop(stops.Target.EVERYTHING, "", BEHIND))
    by = (controls.Person("the desk", "desk"),)
    on = now.date().isoformat()
    return Controlled(now, Control("stop", BEHIND, "set", content, controls.digest_of(content), by, on), ())


def entered_on(control: Control) -> int:
    """The day from which a control has effect, as an ordinal."""
    return day_of(control.effective_on) or 0


KINDS = events.KINDS
