"""What the desk brings to the log: entries of cases, controls, and anchors over the journal; and what comes back with its proof.

    made     the entry's bytes are put into the journal before they are put into the log
    entered  they stand in a tree that the witnesses cosigned: the index, and the disclosure

Between the two anything may fail: the same bytes are looked for in the log before they are appended again, so that nothing is lost
and nothing is there twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.case.case import DECISION, LOOK, RELEASE, Case
from safeconduct.core.case.events import EntryMade, Logged
from safeconduct.core.gate.events import Opened as Opening
from safeconduct.core.gate.persons import Person
from safeconduct.core.log import disclosures, releases, uses
from safeconduct.core.log.bodies import STATEMENT
from safeconduct.core.log.controls import Control, Signed
from safeconduct.core.log.disclosures import Disclosure
from safeconduct.core.log.refusals import Refused
from safeconduct.desk.said import said_of
from safeconduct.logbook import entering, keeping, verify
from safeconduct.logbook.keeping import Kept
from safeconduct.logbook.served import Folder
from safeconduct.logbook.writer import Unwitnessed
from safeconduct.preflight import Opened

GROUPS = {LOOK: (uses.GROUP, "reviewers"), DECISION: ("ruling", "request"), RELEASE: (releases.PACKAGE,)}
"""Which groups of an entry are kept open, to be shown to the broker, the sealer, or the officer."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands, with the checkpoint that holds it."""

    index: int
    note: str


@dataclass(frozen=True, slots=True)
class Log:
    """The log, opened for one tick."""

    at: Kept
    now: dt.datetime

    @property
    def size(self) -> int:
        """How many entries the tree has, or will have at the next tick at the least."""
        return self.at.writer.size

    def control(self, one: Control, signed: Sequence[Signed] = ()) -> tuple[tuple[bytes, ...], tuple[Opening, ...]]:
        """The entries of a control, and what opens the statement of each; their bodies are on the disk."""
        said = entering.control(one, signed)
        made = [entering.made(each, self.at.in_force, self.at.told, self.now) for each in said]
        opened = tuple(Opening(each.openings[STATEMENT].salt, each.openings[STATEMENT].value) for each in made)
        return tuple(each.entry for each in made), opened

    def of_case(self, case: Case, kind: str, law: Opened, persons: Mapping[str, Person]) -> EntryMade | Refused:
        """The entry of a look, of a decision, or of a release."""
        said = said_of(case, kind, law, self.at.told, persons)
        if isinstance(said, Refused):
            return said
        made = entering.made(said, self.at.in_force, self.at.told, self.now)
        opened = disclosures.openings_written({group: made.openings[group] for group in GROUPS[kind]})
        return EntryMade(self.now, kind, made.entry, opened, self.size)

    def brought(self, entries: Sequence[tuple[bytes, int]]) -> dict[bytes, Place] | Refused:
        """Bring entries to the log, each that is not there since so many entries; where each stands once it is published."""
        if any(since < self.size for _, since in entries) or self.at.writer.size != _published(self.at):
            found = self.at.writer.publish()  # what a crash left ahead comes into the tree, where it can be found
            if isinstance(found, Unwitnessed):  # it may be ahead still, and would be appended a second time
                return Refused(f"the log is not published: {found.why}")
        there = self._found(entries)
        lacking = [entry for entry, _ in entries if entry not in there]
        numbers = self.at.writer.append(lacking) if lacking else range(0)
        published = self.at.writer.publish()
        if isinstance(published, Unwitnessed):
            return Refused(f"the log is not published: {published.why}")
        there |= {entry: self.at.writer.index(number) for entry, number in zip(lacking, numbers, strict=True)}
        note = (self.at.told.log / "checkpoint").read_text(encoding="utf-8")
        return {entry: Place(index, note) for entry, index in there.items()}

    def _found(self, entries: Sequence[tuple[bytes, int]]) -> dict[bytes, int]:
        """Which of the entries stand in the tree already."""
        size, wanted = _published(self.at), {entry for entry, _ in entries}
        since = min((since for _, since in entries), default=size)
        served = Folder(self.at.told.log)
        found = ((index, verify.entry(served, index, size)) for index in range(min(since, size), size))
        return {entry: index for index, entry in found if entry in wanted}

    def logged(self, made: EntryMade, place: Place, now: dt.datetime) -> Logged:
        """That an entry of a case stands in the log, with what is shown of it."""
        openings = disclosures.openings_in(made.opened)
        shown = disclosures.written(Disclosure(made.entry, openings, self.at.writer.prove(place.index)))
        return Logged(now, made.kind, place.index, shown)


def _published(at: Kept) -> int:
    return at.writer.published.checkpoint.size if at.writer.published else 0


@contextmanager
def log(config: Path, law: Opened, clock: keeping.Clock) -> Iterator[Log]:
    """The log, for one tick.

    Raises:
        Misplaced, Stopped, DiskFailed: it cannot be used.
    """
    with keeping.kept(config, clock, law) as at:
        yield Log(at, clock())
