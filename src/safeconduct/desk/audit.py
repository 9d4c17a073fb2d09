"""The journal, audited against the log: whether any event was changed, left out or put between, and whether every life kept to the table.

    roots      every anchor in the log is computed again from the journal, and they follow one another without a gap
    streams    every case folds, and so does the gate
    entries    every entry that the journal says stands in the log does, at its index
    signatures every signed act in a case was signed by a key that was in force in the log

Read with the key of an office to which the log's bodies are sealed. Events after the last anchor are counted, and not proved yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from safeconduct.core.case.case import Case, OutOfOrder, apply
from safeconduct.core.case.events import EntryMade, Event, Logged
from safeconduct.core.log import merkle
from safeconduct.core.log.controls import JOURNAL, Entered
from safeconduct.core.log.policy import Believed
from safeconduct.core.log.refusals import Refused
from safeconduct.desk.loaded import GateOf
from safeconduct.desk.proved import Notary
from safeconduct.journal import anchors, events, journal
from safeconduct.journal.anchors import Root
from safeconduct.journal.events import GATE, Row, Unread
from safeconduct.logbook import reading, verify
from safeconduct.logbook.reading import Office
from safeconduct.logbook.served import Folder

if TYPE_CHECKING:
    from safeconduct.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Audited:
    """What was audited: how many anchors, events, cases; events that no anchor covers yet; and everything that is wrong."""

    anchors: int
    events: int
    cases: int
    unproved: int
    wrong: tuple[str, ...]


def audit(desk: Desk, key: Path) -> Audited | Refused:
    """Audit the journal of a desk against its log.

    Raises:
        Misplaced: the key or the log cannot be used.
    """
    found = verify.verify(Folder(desk.log.log), desk.log.policy)
    if isinstance(found, Refused):
        return found
    leaves, roots = _read(desk, found.under, key)
    if not roots:
        return Refused(
            "no anchor of the journal is read with this key: name that of an office to which bodies are sealed"
        )
    wrong = [*_roots(roots)]
    many, cases = 0, 0
    notary = _notary(desk)
    if isinstance(notary, Refused):
        return Audited(len(roots), 0, 0, 0, (*wrong, notary.why))
    wrong += _governed(notary)
    for stream, rows in journal.streams():
        reads = _gate if stream == GATE else _Stream(Case(stream), notary, leaves).read
        told, ruined = reads(rows)
        many, cases = many + told, cases + (stream != GATE)
        wrong += ruined
    return Audited(len(roots), many, cases, journal.many(roots[-1].through), tuple(wrong))


def _read(desk: Desk, under: Believed, key: Path) -> tuple[Leaves, list[Root]]:
    """The leaf of every entry that is something; and the anchors, in their order."""
    leaves, roots = Leaves(), list[Root]()
    office = Office(desk.log.state, key, desk.log.decoys)
    for one in reading.read(Folder(desk.log.log), under, desk.log.policy, office):
        leaves.add(None if one.is_decoy else one.leaf)
        entered = None if one.is_decoy else reading.entered(one)
        root = _anchor(entered) if entered else None
        if root:
            roots.append(root)
    return leaves, roots


@dataclass(frozen=True, slots=True)
class Leaves:
    """The leaves of a log's entries one after the other: 32 bytes an entry, and none but zeros where it is nothing."""

    held: bytearray = field(default_factory=bytearray)

    def add(self, leaf: bytes | None) -> None:
        """The leaf of the next entry; None where it is nothing."""
        self.held.extend(leaf or bytes(merkle.HASH))

    def at(self, index: int) -> bytes:
        """The leaf at an index; no leaf where there is none."""
        return bytes(self.held[merkle.HASH * index : merkle.HASH * (index + 1)]) if index >= 0 else b""


def _anchor(entered: Entered) -> Root | None:
    return anchors.read(entered.control.content) if entered.control.subject == JOURNAL else None


def _roots(roots: Sequence[Root]) -> Iterator[str]:
    """What is wrong with the journal under its anchors."""
    after = 0
    for one in roots:
        if one.after != after:
            yield f"the anchor up to event {one.through} begins after event {one.after}, and the one before ended at {after}"
        if anchors.root(one.after, one.through) != one:
            yield f"events {one.after + 1} to {one.through} are not those that were anchored: changed, left out, or put between"
        after = one.through


def _notary(desk: Desk) -> Notary | Refused:
    """Who believes nothing that does not stand in the log; why there is none, where the gate's own events are damaged."""
    gate_of = GateOf(desk.log.origin)
    try:
        with journal.reading() as at:
            return Notary(desk.log, gate_of, gate_of.at(at, desk.clock()))
    except Unread as fault:
        return Refused(str(fault))


def _governed(notary: Notary) -> Iterator[str]:
    """The controls of the journal that were not signed by those whose names they bear."""
    for version in notary.of.controlled:
        if why := notary.of_control(version, stands=True):
            yield f"{GATE}: control {version}: {why.why}"


def _gate(rows: Iterable[Row]) -> tuple[int, list[str]]:
    """How many events the gate has, and what is wrong with them."""
    many = 0
    for many, row in enumerate(rows, 1):
        try:
            _in_place(row, many - 1)
            events.read(row)
        except (_Gap, Unread) as fault:
            return many, [str(fault)]
    return many, []


class _Gap(Exception):
    """An event is not there."""


def _in_place(row: Row, version: int) -> None:
    if row.version != version:
        raise _Gap(f"{row.stream}: event {version} is not there")


@dataclass(slots=True)
class _Stream:
    """A case as its events are read, the leaf of the entry that is on its way to the log, and what was found wrong."""

    case: Case
    notary: Notary
    leaves: Leaves
    made: bytes = b""
    kind: str = ""
    wrong: list[str] = field(default_factory=list)

    def read(self, rows: Iterable[Row]) -> tuple[int, list[str]]:
        """How many events there are, and what is wrong with them."""
        many = 0
        for many, row in enumerate(rows, 1):
            try:
                _in_place(row, many - 1)
                event = events.read(row)
                self.case = apply(self.case, event)
            except (_Gap, Unread, OutOfOrder) as fault:
                self.wrong.append(str(fault))
                break
            self.wrong += self._signed(row, event)
            self.wrong += self._entered(event)
        return many, self.wrong

    def _signed(self, row: Row, event: Event) -> Iterator[str]:
        """What is wrong with the signature of an event that has to have one, or has one."""
        if why := self.notary.of_event(event, self.case, then=True):
            yield f"{row.stream}: event {row.version} ({row.kind}): {why.why}"

    def _entered(self, event: Event) -> Iterator[str]:
        """What the case says stands in the log, and does not."""
        if isinstance(event, EntryMade):
            self.made, self.kind = merkle.leaf(event.entry), event.kind
        elif isinstance(event, Logged):
            if not self.made or self.kind != event.kind or self.leaves.at(event.index) != self.made:
                yield f"{self.case.id}: its {event.kind} is said to be entry {event.index} of the log, and is not"
            self.made = b""
