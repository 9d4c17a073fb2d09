"""Who a request is about: exactly one record, on evidence that two persons can weigh, or nobody.

The address comes first: a request whose address could not reach anybody is never searched for, whatever number it carries.
Of those who live or lived in the building that it names, one alone may bear a name like the one given; and that one is
found only if name and address agree, a second factor agrees (the full birth date, or the number), and nothing contradicts.
A birth date of 1 January is what registers write where only the year is known, and counts as the year alone. A name on a
weak ground needs both factors. Anything else is nobody.

An earlier address tells who somebody is; it does not unlock a newer one, and the card says that it was an earlier one.
Whose records are put before `decide` is the broker's concern, and `bulk.match`'s for synthetic registers; what may be
released is the law's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from safeconduct.core.addresses import Grade, Graded
from safeconduct.core.places import Place, place
from safeconduct.core.same_name import Alike, Name, Strength, compare

_FIGURES = re.compile(r"[0-9]{9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NEW_YEAR = "-01-01"
_NOBODYS = frozenset({*(figure * 9 for figure in "0123456789"), "123456789", "987654321", "078051120", "219099999"})
"""Numbers that stand for none, or that were printed in advertisements and borne by thousands."""


class Found(StrEnum):
    """How many records are the one asked for."""

    ONE = "one"
    NONE = "none"
    SEVERAL = "several"


class Said(StrEnum):
    """What a comparison came to."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a request is about. `place` is None where its address is no ground for a search."""

    name: Name
    place: Place | None
    birth_date: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class OnFile:
    """One person of a register: names, where they live, where they lived, and what else tells them from others."""

    name: Name
    place: Place | None
    earlier: tuple[Place, ...] = ()
    birth_date: str | None = None
    number: str | None = None
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the card: what was compared, what it came to, and how. It repeats nothing of the request or record."""

    what: str
    said: Said
    how: str = ""


Card = tuple[Compared, ...]
"""The evidence: name, address, birth date, number, suffix, deceased, each as it was compared."""


@dataclass(frozen=True, slots=True)
class Match:
    """How many records are the one sought; which of those put before `decide`; why, for those inside; and the card."""

    found: Found
    record: int | None
    why: str
    card: Card = ()


def sought(name: Name, address: Graded, born: str = "", figures: str = "") -> Sought:
    """Whom a request asks for. The gate comes first: an address that could not reach anybody is no ground for a search."""
    reaches = address.grade in (Grade.DELIVERABLE, Grade.DELIVERABLE_UNIT)
    return Sought(name, place(address.parts) if reaches else None, birth_date(born), number(figures))


def number(written: str) -> str | None:
    """The nine figures of a number; None where it has not nine, or stands for none."""
    figures = re.sub(r"[\s.-]", "", written)
    return figures if _FIGURES.fullmatch(figures) and figures not in _NOBODYS else None


def birth_date(written: str) -> str | None:
    """A birth date as YYYY-MM-DD; None where it is none."""
    return written if _DAY.fullmatch(written) else None


def decide(sought: Sought, records: Sequence[OnFile]) -> Match:
    """Which of `records` is the one sought: exactly one, or nobody.

    The records are at least all that live or lived in the building sought; others do no harm. `SEVERAL` is said where one
    could be the one sought and another bears such a name there, `NONE` where nobody could.
    """
    if sought.place is None:
        return _NO_GROUND
    alike = [(at, found) for at, one in enumerate(records) if (found := _alike(sought, sought.place, one))]
    if not alike:
        return _NOBODY
    at, (card, lack) = alike[0]
    if lack and all(lack for _, (_, lack) in alike):
        return Match(Found.NONE, None, lack, card)
    return _MORE_THAN_ONE if len(alike) > 1 else Match(Found.ONE, at, "", card)


_NO_GROUND = Match(Found.NONE, None, "the address is no ground for a search")
_NOBODY = Match(Found.NONE, None, "nobody of such a name at the address")
_MORE_THAN_ONE = Match(Found.SEVERAL, None, "more than one person of such a name at the address")


def _alike(sought: Sought, place: Place, one: OnFile) -> tuple[Card, str] | None:
    """The card of a record of such a name at the address, and what keeps it from being the one sought."""
    homes = _homes(place.building, one)
    name = compare(sought.name, one.name) if homes else None
    if name is None:
        return None
    card = _card(sought, place, one, homes, name)
    return card, _lack(name, card)


def _homes(building: str, one: OnFile) -> list[Place]:
    """The homes of a record in the building sought, the present one first."""
    here = [one.place] if one.place and one.place.building == building else []
    return here + [home for home in one.earlier if home.building == building] if one.earlier else here


def _lack(name: Alike, card: Card) -> str:
    """What keeps a record from being the one sought; "" where nothing does."""
    differs = Said.DIFFERS
    for line in card:
        if line.said is differs:
            return f"{line.what} differs"
    _, _, born, number, suffix, _ = card
    same_birth, same_number = born.said is Said.AGREES, number.said is Said.AGREES
    if not (same_birth or same_number):
        return "neither the full birth date nor the number agrees"
    if name.strength is Strength.WEAK and not (same_birth and same_number):
        return "a name on a weak ground needs both the birth date and the number"
    if suffix.said is Said.NOT_COMPARED and not same_birth:
        return "a suffix on one side alone needs the full birth date"
    return ""


# The card. Its lines repeat nothing of the request or the record, so that there are few, and each is made once.


def _card(sought: Sought, place: Place, one: OnFile, homes: Sequence[Place], name: Alike) -> Card:
    return (
        _named(name),
        _address(place, one, homes),
        _born(sought.birth_date, one.birth_date),
        _numbered(sought.number, one.number),
        _suffixed(sought.name.suffix, one.name.suffix),
        _DECEASED if one.deceased else _LIVING,
    )


_DECEASED = Compared("deceased", Said.DIFFERS, "the record says so")
_LIVING = Compared("deceased", Said.AGREES)


@lru_cache(maxsize=1 << 10)
def _named(name: Alike) -> Compared:
    return Compared("name", Said.AGREES, "; ".join((name.strength.name.lower(), *name.grounds)))


_OTHER_UNIT = Compared("address", Said.DIFFERS, "another unit of the building")
_HOME = {
    (same_unit, current): Compared(
        "address",
        Said.AGREES,
        f"{'the present one' if current else 'an earlier one'}{'' if same_unit else '; one side gives no unit'}",
    )
    for same_unit in (True, False)
    for current in (True, False)
}


def _address(sought: Place, one: OnFile, homes: Sequence[Place]) -> Compared:
    """The best of the homes in the building: a unit that differs is another home."""
    unit = sought.unit
    same = [(home.unit == unit, home == one.place) for home in homes if home.unit == unit or not unit or not home.unit]
    return _HOME[max(same)] if same else _OTHER_UNIT


_BIRTH, _NUMBER, _SUFFIX = "birth date", "number", "suffix"
_NOT_GIVEN, _NOT_ON_FILE = (
    {what: Compared(what, Said.NOT_COMPARED, how) for what in (_BIRTH, _NUMBER, _SUFFIX)}
    for how in ("not given", "not on file")
)
_SAME, _OTHER = (
    {what: Compared(what, said) for what in (_BIRTH, _NUMBER, _SUFFIX)} for said in (Said.AGREES, Said.DIFFERS)
)
_SAME_YEAR = Compared(_BIRTH, Said.NOT_COMPARED, "1 January counts as the year alone, and the year agrees")
_OTHER_YEAR = Compared(_BIRTH, Said.DIFFERS, "the year")
_NO_SUFFIX = Compared(_SUFFIX, Said.AGREES, "none on either side")


def _born(sought: str | None, held: str | None) -> Compared:
    if not sought or not held:
        return (_NOT_ON_FILE if sought else _NOT_GIVEN)[_BIRTH]
    if sought.endswith(_NEW_YEAR) or held.endswith(_NEW_YEAR):
        return _SAME_YEAR if sought[:4] == held[:4] else _OTHER_YEAR
    return (_SAME if sought == held else _OTHER)[_BIRTH]


def _numbered(sought: str | None, held: str | None) -> Compared:
    if not sought or not held:
        return (_NOT_ON_FILE if sought else _NOT_GIVEN)[_NUMBER]
    return (_SAME if sought == held else _OTHER)[_NUMBER]


def _suffixed(sought: str, held: str) -> Compared:
    if sought == held:
        return _SAME[_SUFFIX] if sought else _NO_SUFFIX
    if sought and held:
        return _OTHER[_SUFFIX]
    return (_NOT_ON_FILE if sought else _NOT_GIVEN)[_SUFFIX]
