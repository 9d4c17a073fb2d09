"""The people of the deck, drawn by seed: who they are, who they live with, and what a register has of them.

Nobody in it exists. A person here is as the register has them: what it has not is None, "" or ().
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import NamedTuple, TypeVar

from safeconduct.core.matching import OnFile
from safeconduct.core.places import Place
from safeconduct.core.same_name import Name, read
from safeconduct.evaluation.words import Origin, Word, origins

Thing = TypeVar("Thing")
_FIRST, _LAST = dt.date(1925, 1, 1), dt.date(2007, 12, 31)
DAYS = tuple((_FIRST + dt.timedelta(days)).isoformat() for days in range((_LAST - _FIRST).days + 1))
NEW_YEARS = tuple(at - dt.date.fromisoformat(day).timetuple().tm_yday + 1 for at, day in enumerate(DAYS))
"""The days on which people are born, and of each the 1 January of its year."""
YEAR = 365
_OLDEST, _YOUNGEST = 10 * YEAR, len(DAYS) - 1
_UNITS = ("", *map(str, range(1, 97)))
HERE, BEFORE, ELSEWHERE = (
    tuple(Place(building, unit) for unit in _UNITS)
    for building in ("418 JUNIPER ST|60505", "77 OAK AVE|60506", "9 HARBOR LN|04101")
)
"""Three buildings and their units: where the person asked about lives, where they lived before, and another."""
BUILDINGS = {homes[0].building: homes for homes in (HERE, BEFORE, ELSEWHERE)}


@dataclass(frozen=True, slots=True)
class Chance:
    """What is drawn, all of it from one seed."""

    random: Random

    def of(self, share: float) -> bool:
        """True in `share` of the draws."""
        return self.random.random() < share

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of the things."""
        return things[int(self.random.random() * len(things))]


class Person(NamedTuple):
    """A person as a register has them. A named tuple: hundreds of millions are made, and it takes a third of the time."""

    origin: int
    sex: int
    given: Word
    middle: Word | None
    families: tuple[Word, ...]
    suffix: str
    born: int | None
    number: str
    home: Place
    earlier: Place | None
    deceased: bool


@cache
def _shares() -> tuple[int, ...]:
    return tuple(at for at, origin in enumerate(origins()) for _ in range(origin.share))


def person(chance: Chance, homes: Sequence[Place], before: Sequence[Place], origin: int | None = None) -> Person:
    """Somebody who lives in a building of these `homes`, and in a third of cases lived in one of `before`."""
    draw = chance.random.random
    at = chance.pick(_shares()) if origin is None else origin
    names = origins()[at]
    sex = draw() < 0.5
    families = surnames(chance, names)
    born = _OLDEST + int(draw() * (_YOUNGEST - _OLDEST))
    if draw() * 1000 < names.itin and draw() < 0.5:
        born = NEW_YEARS[born]
    return Person(
        at, sex, chance.pick(names.given[sex]), chance.pick(names.given[sex]) if draw() < 0.45 else None,
        families, "", born, number(chance), dwelling(chance, homes), dwelling(chance, before) if draw() < 0.35 else None, False,
    )  # fmt: skip


def surnames(chance: Chance, names: Origin) -> tuple[Word, ...]:
    """One surname, or two as often as the origin's people bear them."""
    first = chance.pick(names.family)
    return (first, chance.pick(names.family)) if chance.random.random() * 1000 < names.doubles else (first,)


def number(chance: Chance) -> str:
    """A number that nobody holds: none that is issued begins with 0 or ends a block of noughts."""
    return f"9{int(chance.random.random() * 100_000_000):08d}"


def dwelling(chance: Chance, homes: Sequence[Place]) -> Place:
    """A home in a building of these: in half the cases a house, else one of its units."""
    return homes[0] if chance.random.random() < 0.5 else homes[1 + int(chance.random.random() * 96)]


def aged(chance: Chance, born: int | None, least: float, most: float) -> int:
    """A birth date so many years after `born`, before it where they are negative."""
    middle = born if born is not None else _OLDEST
    day = middle + int((least + chance.random.random() * (most - least)) * YEAR)
    return min(max(day, 0), _YOUNGEST)


def on_file(one: Person) -> OnFile:
    """The record of a person, as a register would give it."""
    given = _read(one.given.text) if one.middle is None else _read(one.given.text) + _read(one.middle.text)
    first, *second = one.families
    family = _read(first.text) + _read(second[0].text) if second else _read(first.text)
    born = DAYS[one.born] if one.born is not None else None
    earlier = (one.earlier,) if one.earlier else ()
    return OnFile(Name(given, family, one.suffix), one.home, earlier, born, one.number or None, one.deceased)


@cache
def _read(name: str) -> tuple[str, ...]:
    """A name as `same_name` reads it; what a whole name reads as is its names' readings in a row."""
    return read("", name, name).given
