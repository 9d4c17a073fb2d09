"""The names of the deck: who bears which, how often, in which spellings, and which are hard to tell from one another.

They are the town's. A name *is* the set of its spellings there, and that is all the deck knows of names: whether two words
may be one name is never asked of the matcher, whose tables are what is tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import OSA

from safeconduct.evaluation.prevalence import short_forms
from safeconduct.town.drawing import toml

Spellings = frozenset[str]
_FLAT = 12
_GIVEN, _HEAD, _TAIL, _ALL = 4096, 9830, 6554, 16384
_FEW_DOUBLES = 20
_NEAREST = 2


class Word(NamedTuple):
    """A name as somebody writes it; `plain` without accents, case and signs; and every way to spell it."""

    text: str
    plain: str
    name: Spellings


@dataclass(frozen=True, slots=True)
class Origin:
    """Where names come from: its label, its shares in thousandths, and its names, each as often as it is frequent.

    `near` has, for a given name, others of the origin that a slip of the pen or of the ear would make of it.
    """

    label: str
    share: int
    itin: int
    doubles: int
    given: tuple[tuple[Word, ...], tuple[Word, ...]]
    family: tuple[Word, ...]
    near: Mapping[Spellings, tuple[Word, ...]]


def plain(text: str) -> str:
    """The letters of a name, without accents and case."""
    return "".join(filter(str.isalnum, anyascii(text).lower()))


def same(one: Word, other: Word) -> bool:
    """Whether two words may be one name, by the deck's own truth.

    They are the same as typed, or spellings of one name, or an initial of it.
    """
    a, b = one.plain, other.plain
    if a == b or one.name is other.name or a in other.name or b in one.name:
        return True
    return 1 in (len(a), len(b)) and a[0] == b[0]


def same_given(one: Word, other: Word) -> bool:
    """As `same`, or one of them a short form of the other's name."""
    return same(one, other) or other.plain in _short(one.name) or one.plain in _short(other.name)


@cache
def _short(name: Spellings) -> Spellings:
    """The short forms of a name in any of its spellings."""
    return frozenset(plain(form) for spelling in name for form in short_forms().get(spelling, ()))


@cache
def origins() -> tuple[Origin, ...]:
    """The origins of the town's names, in its order."""
    return tuple(_origin(label, group) for label, group in toml("names.toml").items())


def _origin(label: str, group: Mapping[str, Any]) -> Origin:
    male, female, family = (_named(group[kind].split()) for kind in ("male", "female", "family"))
    tail = _named([stem + end for stem in group.get("stems", "").split() for end in group.get("ends", "").split()])
    surnames = (*_slots(family, _HEAD), *_evenly(tail, _TAIL)) if tail else _slots(family, _ALL)
    given = _slots(male, _GIVEN), _slots(female, _GIVEN)
    doubles = group.get("doubles", _FEW_DOUBLES)
    return Origin(label, group["share"], group["itin"], doubles, given, surnames, _near([*male, *female]))


def _named(listed: Sequence[str]) -> list[tuple[Word, ...]]:
    """Each name with its spellings; a stroke parts them."""
    found = []
    for texts in (name.split("/") for name in listed):
        name = frozenset(map(plain, texts))
        found.append(tuple(Word(text, plain(text), name) for text in texts))
    return found


def _slots(names: Sequence[tuple[Word, ...]], slots: int) -> tuple[Word, ...]:
    """Names in slots, as in `town/drawing.sql`: frequencies fall off as 1 / (rank + flat)."""
    ratio = (len(names) + _FLAT) / _FLAT
    ranks = (min(int(_FLAT * ratio ** ((slot + 0.5) / slots) - _FLAT), len(names) - 1) for slot in range(slots))
    return tuple(names[rank][slot % len(names[rank])] for slot, rank in enumerate(ranks))


def _evenly(names: Sequence[tuple[Word, ...]], slots: int) -> tuple[Word, ...]:
    return tuple(names[slot % len(names)][0] for slot in range(slots))


def _near(names: Sequence[tuple[Word, ...]]) -> Mapping[Spellings, tuple[Word, ...]]:
    """For each name the others that are near: two letters otherwise at most, or the same beginning."""
    words = [word for spellings in names for word in spellings]
    return {
        spellings[0].name: near
        for spellings in names
        if (near := tuple(word for word in words if any(_is_near(one, word) for one in spellings)))
    }


def _is_near(one: Word, other: Word) -> bool:
    if same_given(one, other):
        return False
    return OSA.distance(one.plain, other.plain) <= _NEAREST or one.plain[:4] == other.plain[:4]


def spelt_otherwise(word: Word, at: float) -> Word:
    """Another spelling of the name, the one at `at` of their row; itself where it has one alone."""
    others = _others(word)
    return others[int(at * len(others))] if others else word


@cache
def _others(word: Word) -> tuple[Word, ...]:
    texts = _texts().get(word.name, {})
    return tuple(Word(text, plain_, word.name) for text, plain_ in texts.items() if text != word.text)


@cache
def _texts() -> Mapping[Spellings, Mapping[str, str]]:
    """The spellings of every name as they are written."""
    found: dict[Spellings, dict[str, str]] = {}
    for origin in origins():
        for word in {*origin.given[0], *origin.given[1], *origin.family}:
            found.setdefault(word.name, {})[word.text] = word.plain
    return {name: dict(sorted(texts.items())) for name, texts in found.items()}
