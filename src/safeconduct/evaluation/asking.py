"""The requests of the deck: what is asked about a person, as somebody would write it, and what it means by the deck's truth."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from safeconduct.core.matching import Sought
from safeconduct.core.places import Place
from safeconduct.core.same_name import Name, read
from safeconduct.evaluation.people import BUILDINGS, DAYS, Chance, Person
from safeconduct.evaluation.prevalence import Carried, short_forms
from safeconduct.evaluation.words import Word, plain, spelt_otherwise

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Written(Enum):
    """How the name stands: in its two fields; in each other's; or whole in one, so that nobody can say how it parts."""

    PARTED = 0
    EXCHANGED = 1
    WHOLE = 2


class Request(NamedTuple):
    """What a request carries, each name with the name that is meant; `sought` is what the matcher sees of it."""

    given: Word
    middle: Word | None
    families: tuple[Word, ...]
    suffix: str
    born: str
    number: str
    place: Place
    written: Written
    sought: Sought


def request(chance: Chance, about: Person, home: Place, carried: Carried) -> Request:
    """A request about a person, at one of their homes."""
    draw = chance.random.random
    given, middle = _given(chance, about, carried)
    families = _families(chance, about, carried)
    if draw() < carried.respelt:
        given = spelt_otherwise(given, draw())
    if draw() < carried.respelt:
        families = (spelt_otherwise(families[0], draw()), *families[1:])
    born = DAYS[about.born] if about.born is not None and draw() < carried.birth_date else ""
    number = about.number if draw() < carried.number else ""
    if draw() < carried.mistyped:
        given, families, born, number = _mistyped(chance, given, families, born, number)
    suffix = about.suffix if about.suffix and draw() < carried.suffix else ""
    place = home if not home.unit or draw() < carried.unit else BUILDINGS[home.building][0]
    name, written = _written(chance, carried, ((given, middle) if middle else (given,), families), suffix)
    sought = Sought(name, place, born or None, number or None)
    return Request(given, middle, families, suffix, born, number, place, written, sought)


def _given(chance: Chance, about: Person, carried: Carried) -> tuple[Word, Word | None]:
    """The given name and the middle name as the request gives them."""
    given, middle, at = about.given, about.middle, chance.random.random()
    if middle:
        if at < carried.by_middle:
            return middle, None
        at = chance.random.random()
        if at < carried.middle_initial:
            middle = Word(middle.text[0], middle.plain[0], middle.name)
        elif at > carried.middle_initial + carried.middle:
            middle = None
        at = chance.random.random()
    if at > 1 - carried.initial:
        return Word(given.text[0], given.plain[0], given.name), middle
    if at < carried.short and (forms := short_forms().get(given.plain)):
        short = chance.pick(forms)
        return Word(short, plain(short), given.name), middle
    return given, middle


def _families(chance: Chance, about: Person, carried: Carried) -> tuple[Word, ...]:
    families = about.families
    if len(families) < 2:
        return families
    at = chance.random.random()
    if at < carried.first_alone:
        return families[:1]
    if at < carried.first_alone + carried.second_alone:
        return families[1:]
    return families[::-1] if at < carried.first_alone + carried.second_alone + carried.reversed else families


def _mistyped(
    chance: Chance, given: Word, families: tuple[Word, ...], born: str, number: str
) -> tuple[Word, tuple[Word, ...], str, str]:
    """One of the four with a mistake in it."""
    at = chance.random.random()
    if at < 0.35:
        return _slipped(chance, given), families, born, number
    if at < 0.7:
        return given, (_slipped(chance, families[0]), *families[1:]), born, number
    if at < 0.85 and born:
        return given, families, _another_day(chance, born), number
    return given, families, born, _another_figure(chance, number) if number else number


def _slipped(chance: Chance, word: Word) -> Word:
    """A word with a letter otherwise, left out, doubled, or changed with the next."""
    text = word.text
    at = int(chance.random.random() * len(text))
    kind = int(chance.random.random() * 4)
    here, behind = text[at], text[at + 1 :]
    put = (chance.pick(_LETTERS), "", here * 2, behind[:1] + here)[kind]
    wrong = text[:at] + put + (behind[1:] if kind == 3 else behind)
    return Word(wrong, letters, word.name) if (letters := plain(wrong)) else word


def _another_day(chance: Chance, born: str) -> str:
    """Day and month exchanged where that is a day, or else another day of the month, or another year."""
    year, month, day = born.split("-")
    kind = chance.random.random()
    if kind < 0.4 and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if kind < 0.7:
        return f"{year}-{month}-{1 + int(chance.random.random() * 28):02d}"
    return f"{int(year) + chance.pick((-10, -1, 1, 10))}-{month}-{day if (month, day) != ('02', '29') else '28'}"


def _another_figure(chance: Chance, number: str) -> str:
    at = 1 + int(chance.random.random() * 8)
    return number[:at] + chance.pick("0123456789") + number[at + 1 :]


def _written(
    chance: Chance, carried: Carried, names: tuple[tuple[Word, ...], tuple[Word, ...]], suffix: str
) -> tuple[Name, Written]:
    """Given names and surnames as they stand in the fields of a request, read; and how they stand there."""
    given, families = names
    before = f"{given[0].text} {given[1].text}" if len(given) > 1 else given[0].text
    behind = families[0].text if len(families) < 2 else f"{families[0].text}{chance.pick('  -')}{families[1].text}"
    at = chance.random.random()
    if at < carried.exchanged:
        return read("", behind, f"{before} {suffix}" if suffix else before), Written.EXCHANGED
    if at < carried.exchanged + carried.unparted / 3:
        return read(f"{behind.upper()} {suffix}, {before}" if suffix else f"{behind.upper()}, {before}"), Written.PARTED
    if at < carried.exchanged + carried.unparted:
        return read(f"{before} {behind} {suffix}" if suffix else f"{before} {behind}"), Written.WHOLE
    return read("", before, f"{behind} {suffix}" if suffix else behind), Written.PARTED
