"""A case and the gate as they stand in the journal, read within the transaction of whoever decides.

The gate is folded once in a process, and of later events only the new ones are read. Of a case the whole stream is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from safeconduct.core.case.case import Case, fold
from safeconduct.core.case.events import Event
from safeconduct.core.gate.events import Controlled
from safeconduct.core.gate.gate import Fold, Gate
from safeconduct.journal import events
from safeconduct.journal.events import GATE, Row, Unread
from safeconduct.journal.journal import Journal


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case, and the position at which it was received; 0 where it was not."""

    case: Case
    received: int
    happened: tuple[Event, ...] = ()


def case(at: Journal, case_id: str) -> Loaded:
    """The case of that id; a new one where nothing was received.

    Raises:
        Unread, OutOfOrder: the journal is damaged or forged.
    """
    rows = at.read(case_id) if case_id != GATE else []
    happened = tuple(_without_gaps(rows, 0))
    return Loaded(fold(case_id, happened), rows[0].position if rows else 0, happened)


def _without_gaps(rows: Sequence[Row], since: int) -> Iterator[Any]:
    """The events of a stream, of which none may be lacking."""
    for nth, row in enumerate(rows, since):
        if row.version != nth:
            raise Unread(row, f"{nth} of the stream is lacking before it")
        yield events.read(row)


@dataclass(slots=True)
class GateOf:
    """The gate of a journal, kept up to date as it is asked for."""

    name: str
    folded: Fold = field(default_factory=Fold)
    controlled: dict[int, Controlled] = field(default_factory=dict)
    """What was set or ended, each with its signatures, by the number of its event."""
    proved: set[int] = field(default_factory=set)
    """The numbers of those that were proved already."""
    _last: tuple[int, dt.date, Gate] | None = field(default=None, repr=False)

    def at(self, journal: Journal, now: dt.datetime) -> Gate:
        """The gate as it stands now.

        Raises:
            Unread: the journal is damaged or forged.
        """
        for event in _without_gaps(journal.read(GATE, self.folded.version), self.folded.version):
            if isinstance(event, Controlled):
                self.controlled[self.folded.version] = event
            self.folded.add(event)
        if self._last is None or self._last[:2] != (self.folded.version, now.date()):
            self._last = (self.folded.version, now.date(), self.folded.at(self.name, now))
        gate = self._last[2]
        return gate if gate.now == now else _at(gate, now)


def _at(gate: Gate, now: dt.datetime) -> Gate:
    return Gate(gate.name, now, gate.standing, gate.persons, gate.duty, gate.proposals, gate.stops)
