"""A journal that is behind the log: somebody restored an older one. It is stopped, and made good again from the log.

Every entry of the log since the last anchor is nothing (the decoy of its index), or the journal made it; one that is neither was made
by a journal that knew more. Then everything is stopped, by the desk itself, before anything else is done. `rebuild` reads with an
office's key what governs the gate, and as whom looks were made; what the lost cases were cannot be read from the log, by design.
Lifting the stop takes two persons of two offices, and the digest of their report.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safeconduct.core import canonical
from safeconduct.core.case import ceilings, signed
from safeconduct.core.days import day as day_of
from safeconduct.core.gate import gate as gates
from safeconduct.core.gate.events import Controlled, Entered, EntriesMade, Opened, What
from safeconduct.core.log import checkpoints, controls, decoys, merkle, notes
from safeconduct.core.log.bodies import SALT_OF_STATEMENT
from safeconduct.core.log.controls import Control
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.lines import unbased
from safeconduct.core.log.policy import Believed
from safeconduct.journal import events, journal
from safeconduct.journal.events import GATE
from safeconduct.journal.journal import writing
from safeconduct.journal.models import Tally
from safeconduct.journal.projections import OF_THE_LOG
from safeconduct.logbook import reading, verify
from safeconduct.logbook.reading import Office, Read
from safeconduct.logbook.served import Folder
from safeconduct.shelf import Misplaced

if TYPE_CHECKING:
    from safeconduct.desk.desk import Desk
    from safeconduct.desk.entering import Log


def stop_if_behind(desk: Desk, at: Log) -> bool:
    """Stop everything if the log holds what the journal does not know; whether it does."""
    strangers = unknown(desk, at)
    if not strangers:
        return False
    with writing(alone=True) as here:
        gate = desk.gate_of.at(here, at.now)
        if gates.BEHIND not in (gate.stops or {}):
            here.append(GATE, desk.gate_of.folded.version, [gates.stopped_behind(at.now)])
    return True


def unknown(desk: Desk, at: Log) -> list[int]:
    """The indices of entries, since the last anchor's checkpoint, that are neither nothing nor the journal's."""
    with writing() as here:
        desk.gate_of.at(here, at.now)
    anchors = desk.gate_of.folded.anchors
    since = _size(anchors[-1].note) if anchors else 0
    known = set(_known(anchors[-2].through if len(anchors) > 1 else 0))
    published = at.at.writer.published
    size = published.checkpoint.size if published else 0
    found = reading.raw(Folder(desk.log.log), min(since, size), size)
    return [index for index, entry in found if merkle.leaf(entry) not in known and not _is_nothing(index, entry, desk)]


def _size(note: str) -> int:
    """The size of the tree that a checkpoint's note tells."""
    return checkpoints.read(notes.read(note.encode()).text).size


def _is_nothing(index: int, entry: bytes, desk: Desk) -> bool:
    return decoys.is_decoy(entry, lambda what: desk.log.decoys.drawn(index, what))


def _known(after: int) -> Iterator[bytes]:
    """The leaf of every entry that the journal made after a position."""
    for row in journal.of_kinds(("entry_made", "entries_made"), after):
        event = events.read(row)
        yield from map(merkle.leaf, event.entries if isinstance(event, EntriesMade) else [event.entry])


# Made good again


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was brought back from the log: controls, and looks that count towards ceilings."""

    controls: int
    looks: int


def rebuild(desk: Desk, key: Path) -> Rebuilt:
    """Bring back what governs the gate from the log, and count the looks that were made; read with an office's key.

    Raises:
        Misplaced: the key reads nothing, or the log cannot be read.
    """
    found = verify.checkpoint(Folder(desk.log.log), desk.log.policy)
    under = getattr(found, "under", None)
    if not isinstance(under, Believed):
        raise Misplaced(desk.log.log, "does not verify", "restore the newest log first")
    office = Office(desk.log.state, key, desk.log.decoys)
    reads = list(reading.read(Folder(desk.log.log), under, desk.log.policy, office))
    if not any(one.body for one in reads):
        raise Misplaced(key, "reads no entry of the log", "name the key of an office to which bodies are sealed")
    with writing(alone=True) as here:
        desk.gate_of.at(here, desk.clock())
        known = set(_known(0))
        lost = [one for one in reads if one.body is not None and one.leaf not in known]
        brought = list(_controls(lost, desk, under.checkpoint.size))
        if brought:
            here.append(GATE, desk.gate_of.folded.version, brought)
        counted = set(Tally.objects.filter(case__startswith=OF_THE_LOG).values_list("case", flat=True))
        looks = [one for one in lost if one.entry.kind is Kind.LOOK and _case_of(one) not in counted]
        Tally.objects.bulk_create(tally for look in looks for tally in _tallies(look))
    return Rebuilt(sum(isinstance(one, Controlled) for one in brought), len(looks))


def _controls(lost: Sequence[Read], desk: Desk, size: int) -> Iterator[Controlled | EntriesMade | Entered]:
    """The events of controls that were lost, each with its entries and where they stand."""
    parts: list[Read] = []
    version = desk.gate_of.folded.version
    for one in lost:
        entered = reading.entered(one)
        if entered is None or entered.control.subject in {controls.JOURNAL, controls.ORDERS_AND_STOPS}:
            continue
        parts.append(one)
        if entered.control.part[0] == entered.control.part[1]:
            whole = controls.joined([each for each in map(reading.entered, parts) if each])
            if whole is not None:
                yield from _of_control(whole, parts, (version, size), desk)
                version += 3
            parts = []


def _of_control(
    whole: Control, parts: Sequence[Read], at_: tuple[int, int], desk: Desk
) -> Iterator[Controlled | EntriesMade | Entered]:
    served, now = Folder(desk.log.log), desk.clock().replace(microsecond=0)
    version, size = at_
    at = dt.datetime.fromisoformat(parts[-1].on).replace(tzinfo=dt.UTC)
    entered = reading.entered(parts[-1])
    signatures = signed.as_kept(whole, entered.signatures if entered else ())
    yield Controlled(at, whole, signatures, {"rebuilt": parts[-1].index})
    entries = tuple(verify.entry(served, one.index, size) for one in parts)
    opened = tuple(_opened(one) for one in parts)
    yield EntriesMade(now, What.CONTROL, version, entries, opened, parts[0].index)
    yield Entered(now, What.CONTROL, version, tuple(one.index for one in parts))


def _opened(one: Read) -> Opened:
    """What opens the statement of a control, of its body: offices read the one, others are shown the other, and both are one."""
    body = dict(one.body or {})
    salt = unbased(str(body.pop(SALT_OF_STATEMENT, "")), "a salt")
    return Opened(salt, canonical.written(body))


def _tallies(look: Read) -> Iterator[Tally]:
    """As whose a look counts that the journal has lost."""
    day = day_of(look.on) or 0
    for of, key in ceilings.of_body(look.body or {}):
        yield Tally(of=str(of), key=key, day=day, case=_case_of(look))


def _case_of(look: Read) -> str:
    return f"{OF_THE_LOG}{look.index}"
