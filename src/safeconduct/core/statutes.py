"""The tables of statutes: which words cite which code, and what kind of statute each section is.

    { at = "8 USC 1253", kind = "criminal" }        8 USC 1253(a)(1)  →  criminal
    { at = "8 USC 1253(c)", kind = "civil" }        8 USC 1253(c)(2)  →  civil

The two tables of a pack, federal and states', are put together here and asked for the kind of a section. How they are
written is for `statutes_table` and `state_codes_table`; how words, numbers and marks make a citation is for
`citations`; whether a kind permits, holds or refuses is for the pack's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from safeconduct.core.code_forms import Words, settled
from safeconduct.core.sections import Number, Place, Subdivisions, ordered
from safeconduct.core.state_codes_table import states as states_in
from safeconduct.core.statutes_table import Act, Entry
from safeconduct.core.statutes_table import federal as federal_in

Table: TypeAlias = tuple[str, str]
"""A table of a pack: the name of its file, and its text (TOML)."""


class Kind(StrEnum):
    """What a text designates, weakest first. Only the last is a federal criminal statute without more."""

    STATE = "state"
    CIVIL = "civil"
    TAX = "tax"
    UNRECOGNISED = "unrecognised"
    UNLISTED = "unlisted"
    CRIMINAL = "criminal"


Span: TypeAlias = tuple[Number, Number, Kind]
"""The first and the last section of a range, and what kind all of them are."""

KINDS = tuple(Kind)
_FEDERAL = (Kind.CIVIL, Kind.TAX, Kind.UNLISTED, Kind.CRIMINAL)


@dataclass(frozen=True, slots=True, eq=False)
class Statutes:
    """The two tables, ready for look-up: `places` and `spans` of the United States Code, `codes` for all others.

    `spans` are the ranges of each title, the narrowest first; parts of a `closed` place have entries of their own or
    none. A value is equal to itself alone, so that it can stand for its tables where readings are remembered.
    """

    forms: Words
    subjects: Words
    acts: Mapping[str, Act]
    codes: Mapping[str, Kind]
    places: Mapping[Place, Kind]
    closed: frozenset[Place]
    spans: Mapping[str, Sequence[Span]]

    def kind(self, code: str, title: str, section: str, subdivisions: Subdivisions) -> Kind:
        """The kind of a section: subdivision before section, before the narrowest range, before title; else unlisted."""
        if code != "USC":
            return self.codes.get(code, Kind.UNLISTED)
        section, parts = section.lower(), tuple(part.lower() for part in subdivisions)
        for depth in range(len(parts), -1, -1):
            if listed := self.places.get((title, section, parts[:depth])):
                within = depth < len(parts) and (title, section, parts[:depth]) in self.closed
                return Kind.UNLISTED if within else listed
        number = ordered(section)
        around = (listed for low, high, listed in self.spans.get(title, ()) if low <= number <= high)
        return next(around, None) or self.places.get((title, "", ()), Kind.UNLISTED)


def statutes(federal: Table, states: Table) -> Statutes:
    """The tables of federal statutes and of the states' codes, checked, ready for look-up.

    Raises:
        PackFault: a table is malformed; the fault names the line and what to change.
    """
    ours, theirs = federal_in(*federal, _FEDERAL), states_in(*states)
    places = {
        (title, first, parts): each for each in ours.entries for title, first, last, parts in [each.reach] if not last
    }
    return Statutes(
        forms=settled([*ours.claims, *theirs.claims]),
        subjects=theirs.subjects,
        acts={act.name: act for act in ours.acts},
        codes={name: Kind(kind) for name, kind in ours.kinds.items()} | dict.fromkeys(theirs.codes, Kind.STATE),
        places={place: Kind(each.kind) for place, each in places.items()},
        closed=frozenset(place for place, each in places.items() if each.closed),
        spans=_spans(ours.entries),
    )


def _spans(entries: Iterable[Entry]) -> dict[str, list[Span]]:
    """The ranges of each title, the narrowest first."""
    spans: dict[str, list[Span]] = {}
    for each in entries:
        title, first, last, _ = each.reach
        if last:
            spans.setdefault(title, []).append((ordered(first), ordered(last), Kind(each.kind)))
    return {title: sorted(ranges, key=lambda span: span[1][0] - span[0][0]) for title, ranges in spans.items()}
