"""The grade of an address: does it say where a person receives mail, as 26 USC 6103(i)(2)(B)(i) asks?

An address is read as words (`address_words`), its end as the `last_line`, what stands before as the `delivery_line`.
Words by which it falls short of an address (`lesser_addresses`) are then looked for, and last it is asked whether the
two lines are enough: a delivery line that Publication 28 would deliver to, and a last line that settles the place.
Number, street and postal code are enough without city and state, for the code determines both; so are number, street,
city and state without a code if the table of codes knows the city. In doubt the grade is the lower one: a refusal costs
the asker a correction, a placeholder taken for an address is a breach of the law.

An institution, a place of confinement or shelter, needs its building or unit beside its street address. One that is
given by its street address alone, without its name, reads like any street unless `institutions` knows it; nor is it
proved that a house stands at the number. Only a delivery-point file, or the custodian's own register, can tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from safeconduct.core import lesser_addresses as lesser
from safeconduct.core.address_words import FOREIGN_LETTER, as_meant, read
from safeconduct.core.delivery_line import (
    NO_BOX_NUMBER,
    NO_NUMBER,
    ONLY_IN_PUERTO_RICO,
    STRAY_NUMBER,
    ZEROS,
    DeliveryLine,
    delivery_line,
)
from safeconduct.core.institutions import NUMBERS, stands_at
from safeconduct.core.last_line import LastLine, is_elsewhere, lack_of, last_line
from safeconduct.core.publication28 import COUNTED, KINDS, MILITARY_STATES, TENS
from safeconduct.core.shortcomings import (
    country_of,
    holds_placeholder,
    institutions,
    is_abroad,
    is_denied,
    is_foreign_city,
    is_placeholder,
    is_spot,
    says_nothing,
)


class Grade(StrEnum):
    """How well an address identifies a place; only the first two satisfy (i)(2)(B)(i)."""

    DELIVERABLE = "deliverable"
    DELIVERABLE_UNIT = "deliverable_unit"
    INSTITUTION = "institution"
    GENERAL_DELIVERY = "general_delivery"
    FOREIGN = "foreign"
    PARTIAL = "partial"
    PLACEHOLDER = "placeholder"
    EMPTY = "empty"


class Graded(NamedTuple):
    """A grade; the parts that were read, in capitals; and why, one sentence for the officer who wrote the address.

    Parts are among number, street, unit, box, route, military, kilometre, number_last, condominium, urbanization,
    institution, city, state, postal_code, country. The reason repeats nothing of the address.
    """

    grade: Grade
    parts: Mapping[str, str]
    reason: str


LONGEST = 300  # characters; a line of Publication 28 has 40, an address five lines
MOST_WORDS = 48

_DELIVERABLE = "The delivery line and the last line are complete."
_DELIVERABLE_UNIT = "An institution, with its building or unit and its street address."
_NO_UNIT = "This is an institution: write its building or unit as well as its street address."
_NO_STREET = "This is an institution with a building or unit: write its full street address too."
_GENERAL_DELIVERY = "General delivery is a counter of a post office, not a place at which the person can be identified."
_FOREIGN = "This is an address in another country."
_SPOT = "A spot is described, or the address is doubted: write its number and street alone."
_PLACEHOLDER = (
    "Words stand in place of an address, or beside it: write number, street, city, state and postal code alone."
)
_NOTHING = "No address was written."
_TOO_LONG = "This is longer than any address: write the address alone."
_UNREADABLE = "This holds signs that no address has: write it in plain letters and figures."
_NOT_MILITARY = "Military mail needs its unit and box, and the state AA, AE or AP with its postal code."
_TWO_CITIES = "A city is written that is not the postal code's: write one city alone, with its state and postal code."
_NOT_PUERTO_RICO = "Only Puerto Rico has addresses of this form: write number, street, city, state and postal code."


def grade(text: str) -> Graded:
    """Grade an address as it was written. Any text has a grade and a reason; the time is linear in the text."""
    if len(text) > LONGEST and len(text := text.strip()) > LONGEST:
        return Graded(Grade.PARTIAL, {}, _TOO_LONG)
    words, shape = read(text)
    looks = _looks(shape)
    if looks == "unreadable" or len(words) > MOST_WORDS:
        return _unread(words, shape)
    last = last_line(words, shape)
    line = delivery_line(shape[: last.start])
    graded = _fallen_short(words, shape, last, line) if looks == "suspect" else None
    return graded or _sufficient(words, last, line)


_SUSPECT = re.compile(r"[xiIG]|(?:\A|,)[waosegDi]{1,5}[ud],").search


@lru_cache(maxsize=1 << 13)
def _looks(shape: str) -> str:
    if "X" in shape or not shape.strip(",#&"):
        return "unreadable"
    return "suspect" if _SUSPECT(shape) else "plain"


def _unread(words: list[str], shape: str) -> Graded:
    text = "".join(words)
    ours, theirs = sum(map(str.isalnum, text)), text.count(FOREIGN_LETTER)
    if theirs > ours:
        return Graded(Grade.FOREIGN, {}, "This is not written in Latin letters, as an address in the United States is.")
    if not ours + theirs:
        return Graded(Grade.EMPTY, {}, _NOTHING)
    if holds_placeholder(words):
        return Graded(Grade.PLACEHOLDER, {}, _PLACEHOLDER)
    return Graded(Grade.PARTIAL, {}, _UNREADABLE if "X" in shape else _TOO_LONG)


def _sufficient(words: list[str], last: LastLine, line: DeliveryLine) -> Graded:
    parts = _parts(words, last, line)
    between = "" if line.is_plain and last.state not in MILITARY_STATES else _lack_between(words, last, line)
    lack = line.lack or between or lack_of(last, trailing=line.trailing)
    if not (lack or last.codes) and is_foreign_city(last.city):
        lack = _TWO_CITIES
    if not lack and line.trailing:
        lack = _lack_behind(words, last, line)
    if not lack:
        return _deliverable(parts, last)
    if lack == ZEROS or says_nothing(words[: last.start] or words):
        return Graded(Grade.PLACEHOLDER, parts, _PLACEHOLDER)
    return Graded(Grade.FOREIGN, parts, _FOREIGN) if is_abroad(words, last) else Graded(Grade.PARTIAL, parts, lack)


def _deliverable(parts: dict[str, str], last: LastLine) -> Graded:
    """The grade of an address that is complete: where an institution is known to stand, its building or unit is asked for."""
    number, street = parts.get("number", ""), parts.get("street", "")
    if street in lesser.NO_STREETS:
        return Graded(Grade.PLACEHOLDER, parts, _PLACEHOLDER)
    if number not in NUMBERS or not stands_at(number, street, last.city, last.state, last.code):
        return Graded(Grade.DELIVERABLE, parts, _DELIVERABLE)
    if lesser.HOUSING_UNITS.isdisjoint(parts.get("unit", "").split()):
        return Graded(Grade.INSTITUTION, parts, _NO_UNIT)
    return Graded(Grade.DELIVERABLE_UNIT, parts, _DELIVERABLE_UNIT)


def _parts(words: list[str], last: LastLine, line: DeliveryLine) -> dict[str, str]:
    parts: dict[str, str] = {}
    for name, start, end in line.parts:
        text = words[start] if end - start == 1 else " ".join(words[start:end])
        parts[name] = f"{parts[name]} {text}" if name in parts else text
    if last.city:
        parts["city"] = last.city
    if last.stated:
        parts["state"] = last.stated
    if last.code:
        parts["postal_code"] = last.code
    return parts


def _lack_between(words: list[str], last: LastLine, line: DeliveryLine) -> str:
    """What the shape alone, or either line alone, cannot tell."""
    if line.counted >= 0 and _counts(words, line.counted):
        return NO_NUMBER
    is_military = line.delivery == "military"
    if is_military != (last.state in MILITARY_STATES) or (is_military and not last.code):
        return _NOT_MILITARY
    if any(name == "box" and words[end - 1] == "X" for name, _, end in line.parts):
        return NO_BOX_NUMBER
    if line.delivery in ONLY_IN_PUERTO_RICO and last.state != "PR":
        return _NOT_PUERTO_RICO
    return ""


def _lack_behind(words: list[str], last: LastLine, line: DeliveryLine) -> str:
    """Whether what stands between street and last line is another city: "12 Elm St, Houston, Dallas TX 75201"."""
    behind = max(end for _, _, end in line.parts)
    ends = {last.start: last.start + len(last.city.split())}  # "East" of "East Chicago", which Illinois has not
    left = [(start, end) for start, end in line.left_over if start >= behind]
    places = (" ".join(words[start:to]) for start, end in left for to in (end, ends.get(end, end)))
    return _TWO_CITIES if any(is_elsewhere(last, place) for place in places) else ""


def _counts(words: list[str], place: int) -> bool:
    """Whether a number word belongs to the street's name: "Two Rivers Rd", but "One Main St", "Twenty One Elm St"."""
    number, name, *others = words[place : place + 4]
    if name in COUNTED:
        return place == 0 or KINDS.get(words[place - 1]) != "k"
    if KINDS.get(name) == "o":
        return number in TENS
    of_name = [name, *(word for word, after in pairwise(others) if KINDS.get(after, "w") in "Stvr")]
    return number != "ONE" and any(word.endswith("S") and not word.endswith("SS") for word in of_name)


def _fallen_short(words: list[str], shape: str, last: LastLine, line: DeliveryLine) -> Graded | None:
    said = [as_meant(word) if kind in "xi" else word for word, kind in zip(words, shape, strict=True)]
    clues = [part for word, kind in zip(said, shape, strict=True) if kind in "xi" for part in word.split()]
    if is_placeholder(said, clues, line) or is_denied(said, last):
        return Graded(Grade.PLACEHOLDER, {}, _PLACEHOLDER)
    if country := country_of(words, clues, last):
        return Graded(Grade.FOREIGN, {"country": country}, _FOREIGN)
    if "G" in shape:
        return Graded(Grade.GENERAL_DELIVERY, _parts(words, last, line), _GENERAL_DELIVERY)
    if found := institutions(said, shape, line):
        return _institution_graded(words, shape, last, found)
    before = words[: last.start]
    if clues and is_spot(before if last.codes else words, shape) and not (line.lack and says_nothing(before)):
        return Graded(Grade.PARTIAL, _parts(words, last, line), _SPOT)
    return None


def _institution_graded(words: list[str], shape: str, last: LastLine, found: list[slice]) -> Graded:
    line = delivery_line(_beside(words, shape[: last.start], found))
    parts = {"institution": " ".join(words[found[0]]), **_parts(words, last, line)}
    if not any(name == "unit" and not lesser.HOUSING_UNITS.isdisjoint(words[a:b]) for name, a, b in line.parts):
        return Graded(Grade.INSTITUTION, parts, _NO_UNIT)
    if line.delivery != "house" or line.lack not in {"", STRAY_NUMBER} or lack_of(last, trailing=False):
        return Graded(Grade.INSTITUTION, parts, _NO_STREET)
    return Graded(Grade.DELIVERABLE_UNIT, parts, _DELIVERABLE_UNIT)


def _beside(words: list[str], shape: str, found: list[slice]) -> str:
    """The shape without the institution, whose name may hold any words (Fourth Avenue Jail), and with its spoken letters."""
    rest = list(shape)
    for place in found:
        rest[place] = "," * (place.stop - place.start) if shape[place] != "I" else "I"
    for i, (word, after) in enumerate(pairwise(words[: len(rest)])):
        if word in lesser.HOUSING_UNITS and after in lesser.SPOKEN_LETTERS:
            rest[i + 1] = "a"
        elif word in lesser.SPOKEN_LETTERS and after in lesser.HOUSING_UNITS:
            rest[i : i + 2] = f"{shape[i + 1]}a"
    return "".join(rest)
