"""Entries that are nothing, by which a tick is filled up: to whoever lacks the secret they are like any other.

Kind, authority, outcome and every commitment follow from 32 bytes that are drawn for each use from the secret. So whoever
has it, the inspector, can say of every entry whether it is nothing, and an entry that is something cannot be passed off as
nothing: it would have to be the very one that is drawn for its index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from safeconduct.core.log import entries
from safeconduct.core.log.entries import GROUPS, HAS_AUTHORITY, OUTCOMES, Entry, InForce, Kind

T = TypeVar("T")
Drawn = Callable[[str], bytes]
"""32 bytes for one use."""
_KINDS = (Kind.LOOK, Kind.LOOK, Kind.DECISION, Kind.DECISION, Kind.RELEASE, Kind.NOTICE, Kind.CONTROL)
"""As often as each is drawn: a look has a decision, and about one in two a release."""


def decoy(drawn: Drawn, day: str, in_force: InForce, authorities: Sequence[str], length: int) -> bytes:
    """The entry that is nothing which is drawn for an index, on a day, under what is in force."""
    kind = _one_of(_KINDS, drawn("kind"))
    outcomes = sorted(OUTCOMES.get(kind, frozenset()))
    entry = Entry(
        kind,
        _one_of(authorities, drawn("authority")) if kind in HAS_AUTHORITY else None,
        _one_of(outcomes, drawn("outcome")) if outcomes else None,
        day,
        in_force,
        {group: drawn(f"commitment {group}") for group in GROUPS},
        drawn("body"),
    )
    return entries.written(entry, length)


def is_decoy(entry: bytes, drawn: Drawn) -> bool:
    """Whether an entry is the one that is nothing which is drawn for its index, whatever authorities there were to choose from.

    Raises:
        Malformed: it is no entry.
    """
    read = entries.read(entry)
    return decoy(drawn, read.day, read.in_force, [read.authority or "-"], len(entry)) == entry


def _one_of(choices: Sequence[T], drawn: bytes) -> T:
    return choices[int.from_bytes(drawn[:8], "big") % len(choices)]
