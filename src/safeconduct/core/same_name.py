"""Whether two names may be one person's: how strongly, and on what grounds a reviewer reads.

A name is read as given words, family words and a suffix. Accents, case, hyphens, apostrophes and particles make no
difference; scripts other than Latin are written in Latin letters. What does is graded, and the weakest ground counts:

    exact   the same words, or the same written together
    close   another spelling of one name; a second surname that one side leaves out; a name given before the family's
    weak    a short form, an initial, one letter otherwise, the second surname alone, a middle name for the first

Two weak grounds are none. Two middle names that differ, and two second surnames that differ, are those of two persons.
A name close to another is no evidence by itself: `matching` says what must stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

from safeconduct.core.name_spellings import SHORT_FORMS, SPELLINGS

_LONGEST = 400
_PARTICLES = frozenset(
    "de la las los del dos da das do di du des der den von zu van ten ter le el al bin ibn bint abu umm st san santa y e".split()
)
_SUFFIXES = {
    "jr": "JR",
    "junior": "JR",
    "sr": "SR",
    "senior": "SR",
    "ii": "II",
    "2nd": "II",
    "iii": "III",
    "3rd": "III",
    "iv": "IV",
    "4th": "IV",
}
_TITLES = frozenset("mr mrs ms miss dr prof rev hon sra srta esq phd md".split())
_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = str.maketrans("", "", "'`\u00b4\u2018\u2019\u02bc\u02bb")
_SHORTEST_MISTYPED = 5


class Strength(IntEnum):
    """How strongly two names agree."""

    WEAK = 1
    CLOSE = 2
    EXACT = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name as read: its given words, its family words, and its suffix, "" where there is none.

    `unparted` is whether only the whole name was given, so that nobody said where the family name begins; all its words
    then stand under `given`.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    suffix: str = ""
    unparted: bool = False


@dataclass(frozen=True, slots=True)
class Alike:
    """That two names may be one person's: how strongly, and the grounds on which they are not simply the same."""

    strength: Strength
    grounds: tuple[str, ...] = ()


_SAME = Alike(Strength.EXACT)
_SPELT = Alike(Strength.CLOSE, ("another spelling of one name",))


@lru_cache(maxsize=1 << 16)
def read(full: str, given: str = "", family: str = "") -> Name:
    """A name as a request or a register gives it; any of the three may be empty.

    The two parts count where both are given, and the whole name then only for a suffix that they leave out.
    """
    whole = _words(full)
    parts = _words(given), _words(family)
    suffix = next((_SUFFIXES[word] for word in (*parts[1], *parts[0], *whole[1:]) if word in _SUFFIXES), "")
    if all(map(_borne, parts)):
        return Name(_borne(parts[0]), _borne(parts[1]), suffix)
    before, _, behind = map(_words, full.partition(","))
    if before and _without_suffix(behind):
        return Name(_borne(behind), _borne(before), suffix)
    return Name(_borne(whole), (), suffix, unparted=True)


def _words(text: str) -> tuple[str, ...]:
    plain = text if text.isascii() else anyascii(text[:_LONGEST])
    return tuple(_WORD.findall(plain[:_LONGEST].lower().translate(_APOSTROPHES)))


def _borne(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without suffix and title, unless nothing else is there."""
    return _without_suffix(words) or words


def _without_suffix(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _SUFFIXES and word not in _TITLES)


def compare(one: Name, other: Name) -> Alike | None:
    """How `one` and `other` may be one person's name; None where they are those of two."""
    straight = _best(_whole(a, b) for a in _partings(one) for b in _partings(other))
    if straight and straight.strength is not Strength.WEAK:
        return straight
    swapped = _best(_whole(Name(a.family, a.given), b) for a in _partings(one) for b in _partings(other) if a.family)
    if swapped and swapped.strength is not Strength.WEAK:
        return Alike(Strength.CLOSE, (*swapped.grounds, "given name and family name stand the other way round"))
    return straight


def _best(found: Iterator[Alike | None]) -> Alike | None:
    return max((one for one in found if one), key=lambda one: (one.strength, -len(one.grounds)), default=None)


def _partings(name: Name) -> Iterator[Name]:
    """Where the family name may begin."""
    if not name.unparted:
        yield name
        return
    for at in range(1, len(name.given)):
        yield Name(name.given[:at], name.given[at:])


def _whole(one: Name, other: Name) -> Alike | None:
    family = _families(one.family, other.family)
    given = _givens(one.given, other.given) if family else None
    return _together(given, family) if given and family else None


def _together(*found: Alike) -> Alike | None:
    """Several grounds as one: the weakest counts, and two weak ones are none."""
    if sum(one.strength is Strength.WEAK for one in found) > 1:
        return None
    return Alike(min(one.strength for one in found), tuple(dict.fromkeys(why for one in found for why in one.grounds)))


def _written_together(one: tuple[str, ...], other: tuple[str, ...]) -> Alike | None:
    """Whether the words are the same, or are once they are written as one."""
    if one == other:
        return _SAME
    a, b = "".join(one), "".join(other)
    return _SAME if a == b else _SPELT if _share(SPELLINGS, a, b) else None


def of_use(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words that tell persons apart: without particles, unless nothing else is there."""
    return tuple(word for word in words if word not in _PARTICLES) or words


@lru_cache(maxsize=1 << 16)
def _families(one: tuple[str, ...], other: tuple[str, ...]) -> Alike | None:
    if alike := _written_together(one, other):
        return alike
    a, b = sorted((of_use(one), of_use(other)), key=len)
    if not a:
        return None
    if len(a) == len(b):
        return _in_order(a, b) or (_reordered(a, b) if len(a) > 1 else None)
    return _one_surname(a, b)


def _in_order(a: tuple[str, ...], b: tuple[str, ...]) -> Alike | None:
    found = [_word(x, y) for x, y in zip(a, b, strict=True)]
    return _together(*(one for one in found if one)) if all(found) else None


def _reordered(a: tuple[str, ...], b: tuple[str, ...]) -> Alike | None:
    found = _in_order(a, b[::-1])
    if found is None or found.strength is Strength.WEAK:
        return None
    return Alike(Strength.CLOSE, (*found.grounds, "the surnames stand in another order"))


def _one_surname(a: tuple[str, ...], b: tuple[str, ...]) -> Alike | None:
    """`a` has fewer surnames than `b`: the first ones will do, the last ones are a weak ground."""
    first = _in_order(a, b[: len(a)])
    if first:
        return _together(first, Alike(Strength.CLOSE, ("one side leaves out the second surname",)))
    last = _in_order(a, b[-len(a) :])
    if last and last.strength is not Strength.WEAK:
        return Alike(Strength.WEAK, (*last.grounds, "one side gives the second surname alone"))
    return None


@lru_cache(maxsize=1 << 16)
def _givens(one: tuple[str, ...], other: tuple[str, ...]) -> Alike | None:
    if alike := _written_together(one, other):
        return alike
    a, b = sorted((of_use(one), of_use(other)), key=len)
    if not a:
        return None
    first = _word(a[0], b[0])
    if first:
        return first if _middles_agree(a[1:], b[1:]) else None
    if len(a) == 1 and any(_word(a[0], word) is _SAME for word in b[1:]):
        return Alike(Strength.WEAK, ("one side gives a middle name alone",))
    return None


def _middles_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether every middle name of the side that gives fewer may be one of the other's."""
    return all(any(_initial(x, y) or _word(x, y) for y in b) for x in a)


def _initial(one: str, other: str) -> bool:
    return one[0] == other[0] and 1 in (len(one), len(other))


@lru_cache(maxsize=1 << 17)
def _word(one: str, other: str) -> Alike | None:
    """How two words may be one name."""
    if one == other:
        return _SAME
    if _share(SPELLINGS, one, other) or folded(one) == folded(other):
        return _SPELT
    if _initial(one, other):
        return Alike(Strength.WEAK, ("an initial alone",))
    if _share(SHORT_FORMS, one, other):
        return Alike(Strength.WEAK, ("a short form of the name",))
    if min(len(one), len(other)) >= _SHORTEST_MISTYPED and OSA.distance(one, other, score_cutoff=1) <= 1:
        return Alike(Strength.WEAK, ("one letter is otherwise",))
    return None


def _share(groups: Mapping[str, frozenset[int]], one: str, other: str) -> bool:
    return not groups.get(one, frozenset()).isdisjoint(groups.get(other, frozenset()))


_FOLDS = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        ("ph", "f"),
        ("ck", "k"),
        ("(?:ii|iy|yi|yy|ij)(?=$)", "i"),
        ("y(?=$)", "i"),
        (r"([^aeiou])\1", r"\1"),
    )
)


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """A word without what spellings of one name differ in most: doubled letters, ph for f, y for i at the end."""
    for pattern, instead in _FOLDS:
        word = pattern.sub(instead, word)
    return word
