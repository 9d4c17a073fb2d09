"""What governs the gate, to whoever believes of the log only what was signed: the sealer.

Whoever keeps the log can enter what he likes, under any names. So a control that narrows has effect as it stands, and at once; one
by which more may pass, today or on the day that it gives, has it only where everybody whose name it bears signed it, by a key that
stood in the log before. Everything begins with one founding, whose digest the reader was told when it was set up. A signature serves
once: an old lifting, entered again, lifts nothing. On which day an entry was in the log is proved elsewhere (`logbook.daily`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from safeconduct.core.gate import commands, persons, stops
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.persons import CUSTODIANS, Person
from safeconduct.core.log import controls, sets
from safeconduct.core.log.controls import FOUNDING, Control, Entered, Standing
from safeconduct.core.log.sets import Set

_NOON = dt.time(12, tzinfo=dt.UTC)


@dataclass(slots=True)
class Believed:
    """The controls of a log as they are read, one after the other; `founding` is the digest of the one that is believed."""

    gate: str
    founding: str
    entered: list[Entered] = field(default_factory=list)
    newest_set: tuple[int, Set] | None = None
    """The newest set of orders and stops, and its index."""
    unbelieved: list[int] = field(default_factory=list)
    """The indices of controls that would let more pass and were not signed by those whose names they bear."""
    _parts: list[Entered] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _of: dict[str, list[Entered]] = field(default_factory=lambda: defaultdict(list))
    """What is believed, by the name that it has beside its subject, and all of people: the rest bears on no later control."""

    def add(self, one: Entered) -> None:
        """The next control; of one in parts the next part."""
        nth, of = one.control.part
        self._parts = [*(self._parts if nth > 1 else []), one]
        if nth < of:
            return
        whole = controls.joined(self._parts)
        if whole is not None:
            self._take(Entered(one.index, one.entered_on, whole, one.signatures))
        self._parts = []

    def _take(self, one: Entered) -> None:
        said = sets.read(one.control)
        if said is not None:
            self.newest_set = (one.index, said)
        elif one.control.subject in controls.RECORDS:
            return
        elif (believed := self._believed(one)) is not None:
            self.entered.append(believed)
            for under in _bears_on(one.control):
                self._of[under].append(believed)
            self._used |= {signed.command for signed in one.signatures}
        else:
            self.unbelieved.append(one.index)

    def _believed(self, one: Entered) -> Entered | None:
        """A control as it is believed: of what narrows the effect is at once; None where it is not."""
        if one.control.subject == FOUNDING:
            return one if one.control.digest == self.founding and self._is_first(one.control) else None
        replaced = self._standing(_own(one.control), one).in_force.get((one.control.subject, one.control.name))
        if _narrows(one.control, replaced.control if replaced else None):
            return replace(one, control=replace(one.control, effective_on=one.entered_on))
        return one if self._is_signed(one, self._standing(_PEOPLE, one)) else None

    def _standing(self, under: str, one: Entered) -> Standing:
        """What was in force when a control was entered, of that part alone."""
        believed = sorted([*self._of[FOUNDING], *self._of[under]], key=lambda each: each.index)
        return controls.standing(believed, one.entered_on)

    def _is_first(self, founded: Control) -> bool:
        """Whether no founding stands before this one, and nothing that it sets itself.

        Attack: an order of its name that bars nothing, entered before it, in whose place it would not come.
        """
        there = {(one.control.subject, one.control.name) for one in self.entered}
        parts = {(part.subject, part.name) for part in controls.parts_of(founded)}
        return not there & parts and all(subject != FOUNDING for subject, _ in there)

    def _is_signed(self, one: Entered, before: Standing) -> bool:
        control, signed = one.control, one.signatures
        if not signed or len(signed) != len(control.by) or any(each.command in self._used for each in signed):
            return False
        people = persons.persons(before)
        naturals = {people[each.person].natural for each in signed if each.person in people}
        return len(naturals) == len(signed) and all(self._signed_by(one, nth, people) for nth in range(len(signed)))

    def _signed_by(self, one: Entered, nth: int, people: Mapping[str, Person]) -> bool:
        """Whether the nth of those whose names a control bears signed it, and could set it, or approve what another set."""
        named, signed = one.control.by[nth], one.signatures[nth]
        person = people.get(signed.person)
        if person is None or (person.name, person.office) != (named.person, named.office):
            return False
        may = commands.SETS.get(one.control.subject, frozenset()) if nth == 0 else CUSTODIANS
        said = commands.signed_bytes(commands.acts(one.control, one.signatures)[nth], self.gate)
        at = dt.datetime.combine(dt.date.fromisoformat(one.entered_on), _NOON)
        return person.holds(may) and persons.refusal(person, said, signed.signature, at) is None

    def before(self, index: int, on: str) -> Standing:
        """What was in force on a day, of what was entered before an entry of the log."""
        return controls.standing((one for one in self.entered if one.index < index), on)

    def at(self, now: dt.datetime) -> Gate:
        """The gate at a time of the witnesses."""
        standing = controls.standing(self.entered, now.date().isoformat())
        return Gate(self.gate, now, standing, persons.persons(standing), stops=stops.standing(standing))


_PEOPLE = "people"


def _own(control: Control) -> str:
    return f"{control.subject} {control.name}"


def _bears_on(control: Control) -> Iterator[str]:
    """Under what a control is found again."""
    yield FOUNDING if control.subject == FOUNDING else _own(control)
    if control.subject in {"role", "key"}:
        yield _PEOPLE


def _narrows(control: Control, replaced: Control | None) -> bool:
    """Whether it lets no more pass, whatever else is in force on whichever day.

    Attack: a key that is about to be replaced, entered once more while it stands yet, from the day on on which the other comes in its
    place. Today it changes nothing; on that day it would bring the old one back. So what admits narrows only by being ended.
    """
    by_being_there = control.subject in controls.NARROWS | controls.BOUNDS
    return (control.act == "ended" or by_being_there) and not controls.widens(control, replaced)
