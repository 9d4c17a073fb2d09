"""That who signed may sign, proved from the log and not from the journal: somebody may have written into the journal.

A role and a key are believed if the control that set them stands in the log, opened to its statement, under a checkpoint that the
witnesses cosigned, and the key since seven days by their dates. The signature is then verified once more, over what it says. So it
is asked of everything that was signed in a case, and of every control that let more pass than before; what each signature must say
is for `signed`. What nobody signs (a draw, a turn that came) is proved by nothing here: the anchors hold it, and the audit tells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from safeconduct.core import documents, names, records, subject
from safeconduct.core.case import commands as of_cases
from safeconduct.core.case import signed
from safeconduct.core.case.case import DECISION, Case, apply
from safeconduct.core.case.events import Event
from safeconduct.core.gate import commands, persons
from safeconduct.core.gate.events import Controlled, EntriesMade, Opened, Signature, What
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.persons import Person
from safeconduct.core.log import controls, disclosures, sets
from safeconduct.core.log.bodies import STATEMENT
from safeconduct.core.log.commitments import Opening, commitment
from safeconduct.core.log.controls import FOUNDING, Control, Entered, Standing
from safeconduct.core.log.entries import Kind, Outcome
from safeconduct.core.log.entries import read as read_entry
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.orders import seal as order_digest
from safeconduct.desk.loaded import GateOf
from safeconduct.journal import anchors
from safeconduct.logbook import verify
from safeconduct.logbook.daily import Days
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import Settings

_MAY = {commands.name(kind): roles for kind, roles in of_cases.MAY.items()}
_RULING = "ruling"


@dataclass(frozen=True, slots=True)
class Notary:
    """The log as it is served, and the gate's events, of which nothing is believed that does not stand in the log."""

    told: Settings
    of: GateOf
    gate: Gate
    _known: dict[tuple[str, int | str | None], Person | Refused] = field(default_factory=dict, repr=False)
    _wholes: dict[tuple[int, ...], tuple[Control, str] | Refused] = field(default_factory=dict, repr=False)
    """Controls that were proved, by where they stand: the founding is asked for with every person."""

    # Cases

    def of_case(self, case_id: str, happened: Iterable[Event]) -> Refused | None:
        """Why what was signed in a case is not proved, or what governs the gate; None where all of it is."""
        if unproved := self.of_the_gate():
            return unproved
        case = Case(case_id)
        for event in happened:
            case = apply(case, event)
            if why := self.of_event(event, case):
                return Refused(f"event {case.version - 1}, {commands.name(type(event))}: {why.why}")
        return None

    def of_event(self, event: Event, case: Case, *, then: bool = False) -> Refused | None:
        """Why an event, after which a case is that, is not what was signed, by whom it is said to be; None where it is.

        With `then` it is asked who could sign on the event's own day, as an audit does; else who can today.
        """
        must, signature = signed.of_event(event, case), getattr(event, "signature", None)
        if must is None:
            return (
                self._refusal(signature, {"case": case.id}, *self._when(event, then=True))
                if then and signature
                else None
            )
        if signature is None:
            return Refused("nobody signed it")
        if signature.person != getattr(event, "by", ""):
            return Refused("what was signed is not what is to be done")
        said = {"command": must.command, "case": case.id, "by": signature.person, "id": signature.command, **must.says}
        before, at = self._when(event, then=then)
        if why := self._refusal(signature, said, before, at):
            return why
        person = self._proved(signature.person, before)
        if isinstance(person, Refused):
            return person
        return None if person.holds(_MAY[must.command]) else Refused(f"{person.person} is in no role to do it")

    def _when(self, event: Event, *, then: bool) -> tuple[str | None, dt.datetime]:
        at = min(event.at, self.gate.now)
        return (at.date().isoformat(), at) if then else (None, self.gate.now)

    def of_release(self, case: Case) -> Refused | None:
        """Why a release is not what two persons signed, or not what stands in the log; None where it is both."""
        first, second, decided = case.first, case.second, case.decided
        if first is None or second is None or decided is None or not (first.release and second.release):
            return Refused("two have not decided to release")
        if not set(decided.items) <= set(first.items) & set(second.items):
            return Refused("more is to be released than both decided")
        people = [self._proved(one.signature.person) for one in (first, second)]
        natural = [one.natural for one in people if isinstance(one, Person)]
        asking = [frozenset(names.words(asker)) for asker in subject.askers(case.request or {})]
        if len(set(natural)) < 2 or any(one in asking for one in natural):
            return Refused("it takes two natural persons, none of whom asks")
        return self._stands(case)

    def _stands(self, case: Case) -> Refused | None:
        """Why the decision is not what stands in the log."""
        logged = case.entered(DECISION)
        if logged is None or case.decided is None:
            return Refused("the decision does not stand in the log")
        try:
            disclosure = disclosures.read(logged.shown)
        except Malformed as fault:
            return Refused(f"the proof that the decision stands in the log cannot be read: {fault}")
        shown = disclosures.verified(disclosure, self.told.policy)
        if isinstance(shown, Refused):
            return Refused(f"the decision does not stand in the log: {shown.why}")
        if shown.entry.kind is not Kind.DECISION or shown.entry.outcome is not Outcome.RELEASED:
            return Refused("what stands in the log is no release")
        try:
            ruling = documents.read(shown.values.get(_RULING, b"").decode())
        except (documents.NoDocument, UnicodeDecodeError):
            return Refused("the decision that stands in the log is not opened")
        decisions = [records.document(one) for one in (case.first, case.second) if one]
        said = {"case": case.id, "decisions": decisions, "items": list(case.decided.items)}
        if not isinstance(ruling, dict) or any(ruling.get(name) != value for name, value in said.items()):
            return Refused("the decision in the journal is not the one in the log")
        found = verify.prove(Folder(self.told.log), self.told.policy, shown.index)
        if isinstance(found, Refused) or found[0] != disclosure.entry:
            return Refused("the decision does not stand in the log as it is served")
        return None

    def _refusal(
        self, signature: Signature, said: Mapping[str, object], before: int | str | None, at: dt.datetime
    ) -> Refused | None:
        person = self._proved(signature.person, before)
        return person if isinstance(person, Refused) else signed.refusal(signature, said, person, self.gate.name, at)

    # What governs the gate

    def of_the_gate(self) -> Refused | None:
        """Why something by which more may pass than before is not proved; None where all of it is."""
        for version in self.of.controlled:
            if version in self.of.proved:
                continue
            why = self.of_control(version, stands=True)
            if why:
                return Refused(f"control {version} of the journal is not proved: {why.why}")
            self.of.proved.add(version)
        return None

    def of_control(self, version: int, *, stands: bool = False) -> Refused | None:
        """Why a control was not signed by those whose names it bears; None where it was, or narrows.

        With `stands` that of the founding, or of one brought back from the log, has to stand in the log: nobody signed it.
        """
        event = self.of.controlled[version]
        control, before = event.control, self._in_force(version, event.at)
        if control.subject == FOUNDING:
            return self._founded(version, stands=stands)
        replaced = before.in_force.get((control.subject, control.name))
        if not controls.widens(control, replaced.control if replaced else None):
            return None
        if event.reviewed is not None and not event.signatures:
            return self._in_log(version) if stands else Refused("nobody signed it")
        if len(event.signatures) != len(control.by):
            return Refused("it is not signed by those whose names it bears")
        for nth, signature in enumerate(event.signatures):
            if why := self._signed(event, nth, signature, version):
                return why
        return None

    def _founded(self, version: int, *, stands: bool) -> Refused | None:
        if version != 0:
            return Refused("a founding comes first")
        return self._in_log(version) if stands else None

    def _signed(self, event: Controlled, nth: int, signature: Signature, version: int) -> Refused | None:
        at = min(event.at, self.gate.now)
        if why := self._refusal(signature, signed.of_control(event, nth), version, at):
            return why
        person, named = self._proved(signature.person, version), event.control.by[nth]
        if isinstance(person, Refused):
            return person
        return None if (person.name, person.office) == (named.person, named.office) else Refused("another signed it")

    def of_entries(self, made: EntriesMade) -> Refused | None:
        """Why entries that the journal holds are not to be brought to the log: they are not of what they are said to be of."""
        stated = [self._opens(entry, one) for entry, one in zip(made.entries, made.opened, strict=True)]
        parts = [Entered(nth, "", one) for nth, one in enumerate(stated) if isinstance(one, Control)]
        control = controls.joined(parts) if len(parts) == len(stated) else None
        if control is None:
            return Refused("an entry is not of what it is said to be of")
        if made.what is What.ANCHOR:
            told = anchors.read(control.content) if control.subject == controls.JOURNAL else None
            is_root = told is not None and (told.after, told.through, told.root) == (made.after, made.of, made.root)
            return None if is_root and told == anchors.root(made.after, made.of) else Refused("that is no root")
        if made.what is What.SET:
            return self._is_set(made, control)
        event = self.of.controlled.get(made.of)
        if event is None or event.control != control:
            return Refused("an entry is of another control than the journal's")
        return self.of_control(made.of)

    def _is_set(self, made: EntriesMade, control: Control) -> Refused | None:
        """Why a set does not name the orders and stops that stood when it was made; a stop too many narrows."""
        said, then = sets.read(control), self._in_force(made.of, made.at)
        orders = {name: one.control.content for (what, name), one in then.in_force.items() if what == "order"}
        stood = {name for what, name in then.in_force if what == "stop"}
        if said is None or said.at != made.at or not stood <= set(said.stops):
            return Refused("the set of orders and stops is not what stood")
        return None if said.orders_digest == order_digest(orders) else Refused("the set is of other orders")

    # Who is who, by the log

    def _proved(self, name: str, before: int | str | None = None) -> Person | Refused:
        """The person, by a role and a key that stand in the log; as of before a control (its number), or of a day, if one is named."""
        if (name, before) not in self._known:
            self._known[name, before] = self._found(name, before)
        return self._known[name, before]

    def _found(self, name: str, before: int | str | None) -> Person | Refused:
        entered: dict[tuple[str, str], Entered] = {}
        standing = self._standing_then(before)
        for what in ("role", "key"):
            found = self._standing(what, name, standing)
            if isinstance(found, Refused):
                return found
            entered[what, name] = found
        people = persons.persons(Standing(entered))
        return people.get(name) or Refused(f"{name} is named to no role in the log")

    def _standing_then(self, before: int | str | None) -> Standing:
        if before is None:
            return self.gate.standing
        if isinstance(before, int):
            return self._in_force(before, self.of.controlled[before].at)
        return controls.standing((one for one in self.of.folded.entered if one.entered_on <= before), before)

    def _in_force(self, before: int, at: dt.datetime) -> Standing:
        """What was in force before a control."""
        entered = (one for one in self.of.folded.entered if one.index < before)
        return controls.standing(entered, at.date().isoformat())

    def _standing(self, what: str, name: str, standing: Standing) -> Entered | Refused:
        said = standing.in_force.get((what, name))
        brought = self.of.folded.controls.get(said.index) if said else None
        if said is None or brought is None:
            return Refused(f"no {what} of {name} stands in the log")
        made, indices = brought
        whole = self._whole(made.entries, made.opened, indices)
        if isinstance(whole, Refused):
            return whole
        control, day = whole
        held = [control] if control.subject == what else controls.parts_of(control)
        found = next((one for one in held if (one.subject, one.name) == (what, name)), None)
        if found is None or found.content != said.control.content:
            return Refused(f"the {what} of {name} in the journal is not the one in the log")
        return Entered(indices[-1], day, found)

    def _in_log(self, version: int) -> Refused | None:
        """Why a control does not stand in the log as it stands in the journal; None where it does."""
        brought = self.of.folded.controls.get(version)
        if brought is None:
            return Refused("it does not stand in the log")
        made, indices = brought
        whole = self._whole(made.entries, made.opened, indices)
        if isinstance(whole, Refused):
            return whole
        return None if whole[0] == self.of.controlled[version].control else Refused("another stands in the log")

    def _whole(
        self, entries: Sequence[bytes], opened: Sequence[Opened], indices: tuple[int, ...]
    ) -> tuple[Control, str] | Refused:
        """The control that those entries state, and the day by which the last of them is proved to have been in the log."""
        if indices not in self._wholes:
            self._wholes[indices] = self._proved_whole(entries, opened, indices)
        return self._wholes[indices]

    def _proved_whole(
        self, entries: Sequence[bytes], opened: Sequence[Opened], indices: tuple[int, ...]
    ) -> tuple[Control, str] | Refused:
        parts: list[Entered] = []
        days = self._days()
        if isinstance(days, Refused):
            return days
        for entry, opening, index in zip(entries, opened, indices, strict=True):
            stated = self._stated(entry, opening, index)
            if isinstance(stated, Refused):
                return stated
            parts.append(Entered(index, days.entered_on(index, read_entry(entry).day), stated))
        control = controls.joined(parts)
        if control is None:
            return Refused("parts of a control are lacking in the log")
        return control, max(part.entered_on for part in parts)

    def _stated(self, entry: bytes, opening: Opened, index: int) -> Control | Refused:
        found = verify.prove(Folder(self.told.log), self.told.policy, index)
        if isinstance(found, Refused):
            return found
        if found[0] != entry:
            return Refused("an entry in the journal is not the one in the log")
        return self._opens(entry, opening)

    @staticmethod
    def _opens(entry: bytes, opening: Opened) -> Control | Refused:
        """The control that an entry commits to, as it is opened."""
        try:
            said = read_entry(entry)
            if commitment(STATEMENT, Opening(opening.salt, opening.value)) != said.commitments[STATEMENT]:
                return Refused("a control in the journal is not what was committed to in the log")
            return controls.read(documents.read(opening.value.decode()))
        except (Malformed, documents.NoDocument, ValueError):
            return Refused("a control in the journal cannot be read")

    def _days(self) -> Days | Refused:
        found = verify.checkpoint(Folder(self.told.log), self.told.policy)
        if isinstance(found, Refused):
            return found
        return Days(Folder(self.told.log), self.told.policy, found.under)
