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
        return Match(Found.NONE, None, "the address is no ground for a search")
    there = [(at, one) for at, one in enumerate(records) if _homes(sought.place, one)]
    alike = [(at, one, name) for at, one in there if (name := compare(sought.name, one.name))]
    if not alike:
        return Match(Found.NONE, None, "nobody of such a name at the address")
    cards = [_card(sought, sought.place, one, name) for _, one, name in alike]
    lacks = [_lack(name, card) for (_, _, name), card in zip(alike, cards, strict=True)]
    if all(lacks):
        return Match(Found.NONE, None, lacks[0], cards[0])
    if len(alike) > 1:
        return Match(Found.SEVERAL, None, "more than one person of such a name at the address")
    return Match(Found.ONE, alike[0][0], "", cards[0])


def _homes(sought: Place, one: OnFile) -> list[Place]:
    """The homes of a record in the building sought, the present one first."""
    return [home for home in (one.place, *one.earlier) if home and home.building == sought.building]


def _lack(name: Alike, card: Card) -> str:
    """What keeps a record from being the one sought; "" where nothing does."""
    said = {line.what: line.said for line in card}
    for line in card:
        if line.said is Said.DIFFERS:
            return f"{line.what} differs"
    factors = [said[factor] is Said.AGREES for factor in (_BIRTH, _NUMBER)]
    if not any(factors):
        return "neither the full birth date nor the number agrees"
    if name.strength is Strength.WEAK and not all(factors):
        return "a name on a weak ground needs both the birth date and the number"
    if said[_SUFFIX] is Said.NOT_COMPARED and not factors[0]:
        return "a suffix on one side alone needs the full birth date"
    return ""


_NAME, _ADDRESS, _BIRTH, _NUMBER, _SUFFIX, _DECEASED = (
    "name", "address", "birth date", "number", "suffix", "deceased",
)  # fmt: skip


def _card(sought: Sought, place: Place, one: OnFile, name: Alike) -> Card:
    return (
        Compared(_NAME, Said.AGREES, "; ".join((name.strength.name.lower(), *name.grounds))),
        _address(place, one),
        _born(sought.birth_date, one.birth_date),
        _numbered(sought.number, one.number),
        _suffixed(sought.name.suffix, one.name.suffix),
        Compared(
            _DECEASED, Said.DIFFERS if one.deceased else Said.AGREES, "the record says so" if one.deceased else ""
        ),
    )


def _address(sought: Place, one: OnFile) -> Compared:
    """The best of the homes in the building: a unit that differs is another home."""
    unit = sought.unit
    homes = [(home == one.place, home.unit) for home in _homes(sought, one)]
    same = [(current, other) for current, other in homes if unit == other or not unit or not other]
    if not same:
        return Compared(_ADDRESS, Said.DIFFERS, "another unit of the building")
    current, other = max(same, key=lambda home: (home[1] == unit, home[0]))
    how = ["the present one" if current else "an earlier one", *([] if other == unit else ["one side gives no unit"])]
    return Compared(_ADDRESS, Said.AGREES, "; ".join(how))


def _born(sought: str | None, held: str | None) -> Compared:
    if not sought or not held:
        return Compared(_BIRTH, Said.NOT_COMPARED, "not given" if not sought else "not on file")
    if sought.endswith(_NEW_YEAR) or held.endswith(_NEW_YEAR):
        same = sought[:4] == held[:4]
        how = "1 January counts as the year alone, and the year agrees" if same else "the year"
        return Compared(_BIRTH, Said.NOT_COMPARED if same else Said.DIFFERS, how)
    return Compared(_BIRTH, Said.AGREES if sought == held else Said.DIFFERS)


def _numbered(sought: str | None, held: str | None) -> Compared:
    if not sought or not held:
        return Compared(_NUMBER, Said.NOT_COMPARED, "not given" if not sought else "not on file")
    return Compared(_NUMBER, Said.AGREES if sought == held else Said.DIFFERS)


def _suffixed(sought: str, held: str) -> Compared:
    if sought == held:
        return Compared(_SUFFIX, Said.AGREES, "" if sought else "none on either side")
    if sought and held:
        return Compared(_SUFFIX, Said.DIFFERS)
    return Compared(_SUFFIX, Said.NOT_COMPARED, "not on file" if sought else "not given")
