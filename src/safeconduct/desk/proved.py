"""That who signed may sign, proved from the log and not from the journal: somebody may have written into the journal.

A role and a key are believed if the control that set them stands in the log, opened to its statement, under a checkpoint that the
witnesses cosigned, and the key since seven days by their dates. The signature is then verified once more, over what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from safeconduct.core import canonical, documents
from safeconduct.core.gate import commands, persons
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.gate import Fold, Gate
from safeconduct.core.gate.persons import Person
from safeconduct.core.log import controls
from safeconduct.core.log.bodies import STATEMENT
from safeconduct.core.log.commitments import Opening, commitment
from safeconduct.core.log.controls import Control, Entered
from safeconduct.core.log.entries import read as read_entry
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import verify
from safeconduct.logbook.daily import Days
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import Settings


@dataclass(frozen=True, slots=True)
class Notary:
    """The log as it is served, and the gate's events, of which nothing is believed that does not stand in the log."""

    told: Settings
    folded: Fold
    gate: Gate
    proved: dict[str, Person | Refused] = field(default_factory=dict, repr=False)
    """The persons of this moment's log, each proved once."""

    def refusal(self, signature: Signature, said: Mapping[str, object]) -> Refused | None:
        """Why a signature is not proved to be a person's over a command that says at least this; None where it is."""
        document = signature.said
        if not isinstance(document, dict) or any(document.get(name) != value for name, value in said.items()):
            return Refused("what was signed is not what is to be done")
        person = self._person(signature.person)
        if isinstance(person, Refused):
            return person
        signed = commands.KIND + canonical.written({**document, "gate": self.gate.name})
        return persons.refusal(person, signed, signature.signature, self.gate.now)

    def _person(self, name: str) -> Person | Refused:
        if name not in self.proved:
            self.proved[name] = self._proved(name)
        return self.proved[name]

    def _proved(self, name: str) -> Person | Refused:
        """The person, by a role and a key that stand in the log."""
        entered: dict[tuple[str, str], Entered] = {}
        for subject in ("role", "key"):
            found = self._standing(subject, name)
            if isinstance(found, Refused):
                return found
            entered[subject, name] = found
        people = persons.persons(controls.Standing(entered))
        return people.get(name) or Refused(f"{name} is named to no role in the log")

    def _standing(self, subject: str, name: str) -> Entered | Refused:
        said = self.gate.standing.in_force.get((subject, name))
        brought = self.folded.controls.get(said.index) if said else None
        if said is None or brought is None:
            return Refused(f"no {subject} of {name} stands in the log")
        made, indices = brought
        whole = self._whole(made.entries, made.opened, indices)
        if isinstance(whole, Refused):
            return whole
        control, day = whole
        held = [control] if control.subject == subject else controls.parts_of(control)
        found = next((one for one in held if (one.subject, one.name) == (subject, name)), None)
        if found is None or found.content != said.control.content:
            return Refused(f"the {subject} of {name} in the journal is not the one in the log")
        return Entered(indices[-1], day, found)

    def _whole(
        self, entries: Sequence[bytes], opened: Sequence[object], indices: Sequence[int]
    ) -> tuple[Control, str] | Refused:
        """The control that those entries state, and the day by which the last of them is proved to have been in the log."""
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

    def _stated(self, entry: bytes, opening: object, index: int) -> Control | Refused:
        found = verify.prove(Folder(self.told.log), self.told.policy, index)
        if isinstance(found, Refused):
            return found
        salt, value = getattr(opening, "salt", b""), getattr(opening, "value", b"")
        if found[0] != entry:
            return Refused("an entry in the journal is not the one in the log")
        try:
            said = read_entry(entry)
            if commitment(STATEMENT, Opening(salt, value)) != said.commitments[STATEMENT]:
                return Refused("a control in the journal is not what was committed to in the log")
            return controls.read(documents.read(value.decode()))
        except (Malformed, documents.NoDocument, ValueError):
            return Refused("a control in the journal cannot be read")

    def _days(self) -> Days | Refused:
        found = verify.checkpoint(Folder(self.told.log), self.told.policy)
        if isinstance(found, Refused):
            return found
        return Days(Folder(self.told.log), self.told.policy, found.under)
