"""The journal, audited against the log: whether any event was changed, left out or put between, and whether every life kept to the table.

    roots      every anchor in the log is computed again from the journal, and they follow one another without a gap
    streams    every case folds, and so does the gate
    entries    every entry that the journal says stands in the log does, at its index
    signatures every signed act in a case was signed by a key that was in force in the log

Read with the key of an office to which the log's bodies are sealed. Events after the last anchor are counted, and not proved yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from safeconduct.core.case.case import Case, OutOfOrder, apply
from safeconduct.core.case.events import EntryMade, Logged
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
    wrong = [*_roots(roots), *_entries(leaves)]
    many, cases = 0, 0
    notary = _notary(desk)
    if isinstance(notary, Refused):
        return Audited(len(roots), 0, 0, 0, (*wrong, notary.why))
    wrong += _governed(notary)
    for _, rows in groupby(journal.by_stream(), lambda row: row.stream):
        told, ruined = _stream(rows, notary)
        many, cases = many + told, cases + 1
        wrong += ruined
    covered = roots[-1].through
    unproved = sum(1 for _ in journal.every(covered))
    return Audited(len(roots), many, cases - 1, unproved, tuple(wrong))


def _read(desk: Desk, under: Believed, key: Path) -> tuple[dict[bytes, int], list[Root]]:
    """The leaf of every entry that is something, with its index; and the anchors, in their order."""
    leaves: dict[bytes, int] = {}
    roots: list[Root] = []
    office = Office(desk.log.state, key, desk.log.decoys)
    for one in reading.read(Folder(desk.log.log), under, desk.log.policy, office):
        if one.is_decoy:
            continue
        leaves[one.leaf] = one.index
        entered = reading.entered(one)
        root = _anchor(entered) if entered else None
        if root:
            roots.append(root)
    return leaves, roots


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


def _entries(leaves: dict[bytes, int]) -> Iterator[str]:
    """What the journal says stands in the log, and does not."""
    made: dict[str, EntryMade] = {}
    for row in journal.of_kinds(("entry_made", "logged"), 0):
        try:
            event = events.read(row)
        except Unread:
            continue
        if isinstance(event, EntryMade):
            made[row.stream] = event
        elif isinstance(event, Logged):
            entry = made.get(row.stream)
            if entry is None or leaves.get(merkle.leaf(entry.entry)) != event.index:
                yield f"{row.stream}: its {event.kind} is said to be entry {event.index} of the log, and is not"


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


def _stream(rows: Iterable[Row], notary: Notary) -> tuple[int, list[str]]:
    """How many events a stream has, and what is wrong with it."""
    many, wrong, case = 0, [], None
    for row in rows:
        many += 1
        if row.version != many - 1:
            wrong.append(f"{row.stream}: event {many - 1} is not there")
            break
        try:
            event = events.read(row)
            if row.stream != GATE:
                case = apply(case or Case(row.stream), event)
                why = notary.of_event(event, case, then=True)
                wrong += [f"{row.stream}: event {row.version} ({row.kind}): {why.why}"] if why else []
        except (Unread, OutOfOrder) as fault:
            wrong.append(str(fault))
            break
    return many, wrong
