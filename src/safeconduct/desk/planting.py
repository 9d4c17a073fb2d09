"""Requests that the inspector plants: bad ones, about nobody, which only the inspector's key can tell from others.

How many there are, how many are due, and what share of them the first reviewers approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.case.case import Case, fold
from safeconduct.core.case.events import FirstPassed, PlantedEnded, Received
from safeconduct.core.case.life import State
from safeconduct.core.case.remarks import token_of
from safeconduct.journal import events, journal
from safeconduct.journal.events import GATE, Row
from safeconduct.keys import person as keys

_JUDGED = frozenset(State) - {State.NEW, State.RECEIVED, State.RULED, State.INCOMPLETE, State.HELD, State.FIRST_REVIEW}


@dataclass(frozen=True, slots=True)
class Planted:
    """How many requests were planted of how many received, how many more are due, how many were judged and approved."""

    received: int
    planted: int
    one_in: int
    due: int
    judged: int
    approved: int
    to_be_ended: tuple[str, ...]


def planted(key: Path, one_in: int) -> Planted:
    """What the inspector's key tells of the journal's requests.

    Raises:
        Misplaced: the key cannot be used.
    """
    received, mine = 0, []
    for rows in (list(rows) for stream, rows in journal.streams() if stream != GATE):
        received += 1
        if _is_planted(rows, key):
            mine.append(rows)
    due = max(0, -(-(received - len(mine)) // one_in) - len(mine))
    folded = [fold(rows[0].stream, map(events.read, rows)) for rows in mine]
    judged = [(case, rows) for case, rows in zip(folded, mine, strict=True) if _is_judged(case, rows)]
    approved = sum(any(row.kind == "first_passed" for row in rows) for _, rows in judged)
    to_be_ended = tuple(case.id for case, _ in judged if not case.has_ended)
    return Planted(received, len(mine), one_in, due, len(judged), approved, to_be_ended)


def _is_planted(rows: list[Row], key: Path) -> bool:
    received = events.read(rows[0])
    return isinstance(received, Received) and token_of(keys.planted(key, received.digest)) == received.token


def _is_judged(case: Case, rows: list[Row]) -> bool:
    """Whether a first reviewer has judged it; what the law refused no person did."""
    happened = [events.read(row) for row in rows]
    by_person = any(isinstance(one, FirstPassed | PlantedEnded) for one in happened)
    return by_person or (case.state in _JUDGED and any(getattr(one, "signature", None) for one in happened))
