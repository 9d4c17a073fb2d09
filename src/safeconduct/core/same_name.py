"""Whether two names may be one person's: how strongly, and on what grounds a reviewer reads.

A name is read as given words, family words and a suffix. Accents, case, hyphens, apostrophes and particles make no
difference; scripts other than Latin are written in Latin letters. What does is graded, and the weakest ground counts:

    exact   the same words, or the same written together
    close   another spelling of one name; a second surname that one side leaves out; a name given before the family's
    weak    a short form, an initial, a slip of the pen, a given name that no list knows to be spelt so, the second surname alone

Two weak grounds are none, and a name given before the family's is a weak one too where it is spelt otherwise. Two middle names that differ, and two second surnames that differ, are those of two persons; so
are a given name and another's middle name.
A name close to another is no evidence by itself: `matching` says what must stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import product

from anyascii import anyascii
from rapidfuzz.distance import OSA

from safeconduct.core.name_spellings import IN_FULL, OF_GIVEN, SHORT_FORMS, SPELLINGS

Groups = Mapping[str, frozenset[int]]
_LONGEST = 400
_PARTICLES = frozenset(
    "de la las los del dos da das do di du des der den von zu van ten ter le el al bin ibn bint abu umm st san santa y e".split()
)
_ALSO_GIVEN = frozenset("bin di do du le van".split())
"""Particles that are names as well: Lei Bin Han, Nguyen Van Minh."""
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
_BESIDE = _TITLES | _SUFFIXES.keys()
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
_SPELT_SO = frozenset(_SPELT.grounds)
_DOUBLED = Alike(Strength.WEAK, ("a letter is doubled",))
_I_FOR_Y = Alike(Strength.WEAK, ("it ends in i and not in y",))
"""Of a given name that no list knows so: "ammy" is a slip for Tammy as well, and her twin may be Amy; "mari" for Marie, and hers Mary."""
_ONE_MORE = Alike(Strength.WEAK, ("a third given name, or a surname, that the other side lacks",))
_SHORT = Alike(Strength.WEAK, ("a short form of the name",))
_MISTYPED = Alike(Strength.WEAK, ("one letter is otherwise",))
_SECOND_ALONE = "one side gives the second surname alone"
_LEFT_OUT = "one side leaves out the second surname"


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
    if _BESIDE.isdisjoint(words):
        return words
    return tuple(word for word in words if word not in _BESIDE)


def compare(one: Name, other: Name) -> Alike | None:
    """How `one` and `other` may be one person's name; None where they are those of two."""
    parted = not (one.unparted or other.unparted)
    pairs = [(one, other)] if parted else list(product(_partings(one), _partings(other)))
    straight = (
        _whole(one.given, one.family, other) if parted else _best([_straight(one, a, other, b) for a, b in pairs])
    )
    if straight and straight.strength is not Strength.WEAK:
        return straight
    if any(_families(a.family, b.family) for a, b in pairs):  # the family name stands in its place
        return straight
    swapped = _best([_whole(a.family, a.given, b) for a, b in pairs if a.family])
    if (
        swapped
        and swapped.strength is not Strength.WEAK
        and not (_LEFT_OUT in swapped.grounds and _initialled(one, other))
    ):
        spelt = not _SPELT_SO.isdisjoint(swapped.grounds)
        strength = Strength.WEAK if spelt else Strength.CLOSE  # Mohammad Mahmoud may be no Mahmood Mohamed
        return Alike(strength, (*swapped.grounds, "given name and family name stand the other way round"))
    return straight


def _initialled(*names: Name) -> bool:
    """Whether one of the names has an initial, which is no surname that the other leaves out."""
    return any(len(word) == 1 for name in names for word in name.given[1:])


def _best(found: Sequence[Alike | None]) -> Alike | None:
    ones = [one for one in found if one]
    if len(ones) < 2:
        return ones[0] if ones else None
    return max(ones, key=lambda one: (one.strength, -len(one.grounds)))


def _partings(name: Name) -> Sequence[Name]:
    """Where the family name may begin."""
    if not name.unparted:
        return (name,)
    return [Name(name.given[:at], name.given[at:]) for at in range(1, len(name.given))]


def _straight(one: Name, a: Name, other: Name, b: Name) -> Alike | None:
    """How `a` and `b`, as `one` and `other` may be parted, agree.

    Where nobody said how many surnames there are, a middle name would pass for a first surname that the other leaves out, and
    Bin or Van, which are names as well, for a particle.
    """
    if _passes_over(one, a, b) or _passes_over(other, b, a):
        return None
    alike = _whole(a.given, a.family, b)
    if alike and (_has_one_more(one, a, b) or _has_one_more(other, b, a)):
        alike = _together(alike, _ONE_MORE)
    if alike is None or _SECOND_ALONE not in alike.grounds:
        return alike
    longer = one if len(a.family) > len(b.family) else other
    return None if longer.unparted else alike


def _passes_over(name: Name, parted: Name, other: Name) -> bool:
    """Whether what may be a name is read as a particle that the other does not have, where the other has a middle name in its place."""
    first = parted.family[0] if name.unparted and parted.family else ""
    return first in _ALSO_GIVEN and first not in other.family and len(other.given) > len(parted.given)


def _has_one_more(name: Name, parted: Name, other: Name) -> bool:
    """Whether a third given name that the other side lacks may be a first surname: Edwin Julio Garza Garcia."""
    return name.unparted and len(parted.given) > max(2, len(other.given))


def _whole(given: tuple[str, ...], family: tuple[str, ...], other: Name) -> Alike | None:
    families = _SAME if family == other.family else _families(family, other.family)
    givens = _givens(given, other.given) if families else None
    return _together(givens, families) if givens and families else None


def _together(*found: Alike) -> Alike | None:
    """Several grounds as one: the weakest counts, and two weak ones are none."""
    found = tuple(one for one in found if one is not _SAME)
    if len(found) < 2:
        return found[0] if found else _SAME
    if sum(one.strength is Strength.WEAK for one in found) > 1:
        return None
    return Alike(min(one.strength for one in found), tuple(dict.fromkeys(why for one in found for why in one.grounds)))


def _written_together(one: tuple[str, ...], other: tuple[str, ...], groups: Groups) -> Alike | None:
    """Whether the words are the same, or are once they are written as one."""
    if one == other:
        return _SAME
    a, b = "".join(one), "".join(other)
    return _SAME if a == b else _SPELT if _share(groups, a, b) else None


def of_use(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without particles. The last word is a name; one of a single letter joins two surnames, or is an initial."""
    if _PARTICLES.isdisjoint(words):
        return words
    *before, last = words
    return (*(word for at, word in enumerate(before) if word not in _PARTICLES or (not at and len(word) == 1)), last)


@lru_cache(maxsize=1 << 16)
def _families(one: tuple[str, ...], other: tuple[str, ...]) -> Alike | None:
    if alike := _written_together(one, other, SPELLINGS):
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
        return _together(first, Alike(Strength.CLOSE, (_LEFT_OUT,)))
    last = _in_order(a, b[-len(a) :]) if all(len(word) > 1 for word in b[: -len(a)]) else None
    if last and last.strength is not Strength.WEAK:
        return Alike(Strength.WEAK, (*last.grounds, _SECOND_ALONE))
    return None


@lru_cache(maxsize=1 << 16)
def _givens(one: tuple[str, ...], other: tuple[str, ...]) -> Alike | None:
    together = _written_together(one, other, OF_GIVEN)
    if together and all(len(word) > 1 for word in (*one, *other)):
        return together
    a, b = sorted((of_given(one), of_given(other)), key=len)
    found = [_given(a[0], b[0]), *_middles(a, b)] if a else [None]
    return _together(*(each for each in found if each)) if all(found) else None


def of_given(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without particles; the first and the last are names, and one of a single letter is an initial."""
    if _PARTICLES.isdisjoint(words):
        return words
    end = len(words) - 1
    return tuple(word for at, word in enumerate(words) if word not in _PARTICLES or at in (0, end) or len(word) == 1)


def _given(one: str, other: str) -> Alike | None:
    """How two given names may be one.

    Children of a house bear names one letter apart, and may be of one birth: only two letters exchanged within are a slip.
    """
    if found := _spelt(one, other, of_given=True):
        return found
    if _short_of(one, other) or _short_of(other, one):
        return _SHORT
    return _MISTYPED if _is_mistyped(one, other) and _exchanged(one, other) else None


def _short_of(one: str, other: str) -> bool:
    """Whether `one` is a short form of `other`: two of one name may be those of a brother and a sister."""
    groups = IN_FULL.get(other)
    return groups is not None and not groups.isdisjoint(SHORT_FORMS.get(one, ()))


def _exchanged(one: str, other: str) -> bool:
    """Whether two neighbouring letters stand the other way round, neither of them the first nor the last."""
    return len(one) == len(other) and sorted(one) == sorted(other) and one[-1] == other[-1] and one[0] == other[0]


def _middles(these: tuple[str, ...], those: tuple[str, ...]) -> Iterator[Alike | None]:
    """How each middle name may be one of the other side's, no two of them the same one; its own place comes first.

    Where that side has more of them there is no other place: Jun Hao may be a brother of Jun Tzu-hao.
    """
    free = list(range(1, len(those)))
    for at in range(1, len(these)):
        places = free if len(these) == len(those) else [at]
        found = [(alike, to == at, -to) for to in places if (alike := _middle(these[at], those[to], own=to == at))]
        best = max(found, key=lambda one: (one[0].strength, -len(one[0].grounds), *one[1:]), default=None)
        if best:
            free.remove(-best[2])
        yield best[0] if best else None


def _middle(one: str, other: str, *, own: bool) -> Alike | None:
    """How two middle names may be one; an initial says as much as is asked, in its own place."""
    if own and _initial(one, other):
        return _SAME
    return _given(one, other) if len(one) > 1 < len(other) else None


def _initial(one: str, other: str) -> bool:
    return one[0] == other[0] and 1 in (len(one), len(other))


def _word(one: str, other: str) -> Alike | None:
    """How two words may be one surname."""
    return _spelt(one, other, of_given=False) or (_MISTYPED if _is_mistyped(one, other) else None)


@lru_cache(maxsize=1 << 17)
def _spelt(one: str, other: str, *, of_given: bool) -> Alike | None:
    """Whether two words are one name as it is spelt, or one is the initial of the other."""
    if one == other:
        return _SAME
    if _share(OF_GIVEN if of_given else SPELLINGS, one, other):
        return _SPELT
    if folded(one) == folded(other) and OSA.distance(one, other, score_cutoff=1) <= 1:
        return (_I_FOR_Y if len(one) == len(other) else _DOUBLED) if of_given else _SPELT
    return Alike(Strength.WEAK, ("an initial alone",)) if _initial(one, other) else None


def _is_mistyped(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _SHORTEST_MISTYPED and OSA.distance(one, other, score_cutoff=1) <= 1


def _share(groups: Groups, one: str, other: str) -> bool:
    own = groups.get(one)
    return own is not None and not own.isdisjoint(groups.get(other, ()))


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
