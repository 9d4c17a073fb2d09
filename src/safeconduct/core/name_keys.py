"""Keys of names by which columns are narrowed: two names that `same_name` takes for one person's meet.

The keys only block; what they bring together is compared by `same_name` itself. A word has a key for itself without
what spellings differ in, and one for each group of spellings and of short forms; the keys of a part of a name are bits of
one whole number, and parts that share a bit may share a word. Words with one letter otherwise share no key; but then the
other part of the name does, and the words with which the parts begin are made of nearly the same letters.

Everything is a signed whole number, so that every engine compares it alike, and in one instruction.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from safeconduct.core.name_spellings import SHORT_FORMS, SPELLINGS
from safeconduct.core.same_name import Name, folded, of_given, of_use

_PARTINGS = 2
_BITS = 63
"""Bits of a positive number of 64."""
_LETTERS = 26
NEAR = 2
"""Of two words with one letter otherwise, or with two letters exchanged, no more letters than this are in one of them alone."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the given words and of the family words; the same where nobody said which are which.

    `given_begins` and `family_begins` are the letters of the words with which these parts may begin. `open` is a name with
    a word of one letter, or one that could be parted in too many places: it may meet any.
    """

    given: int
    family: int
    given_begins: int
    family_begins: tuple[int, ...]
    open: bool


@lru_cache(maxsize=1 << 16)
def keys(name: Name) -> Keys:
    """The keys of a name: two numbers of 63 bits, and letters in numbers of 31."""
    given, family = of_given(name.given), of_use(name.family)
    begins = name.given[1:] if name.unparted else family[:1]
    is_open = any(len(word) == 1 for word in (*name.given, *name.family)) or len(begins) > _PARTINGS
    own = _of(name.given)
    begin = tuple(map(_letters, begins[:_PARTINGS]))
    return Keys(own, own if name.unparted else _of(name.family), _letters(given[0]) if given else 0, begin, is_open)


def meet(one: Keys, other: Keys) -> bool:
    """Whether two names may be one person's, as far as their keys tell. `bulk.match` says the same in SQL."""
    given, family = one.given & other.given, one.family & other.family
    return bool(
        one.open
        or other.open
        or (given and (family or any(_near(a, b) for a in one.family_begins for b in other.family_begins)))
        or (family and _near(one.given_begins, other.given_begins))
        or (one.given & other.family and one.family & other.given)
    )


def _near(one: int, other: int) -> bool:
    return (one ^ other).bit_count() <= NEAR


def _of(words: tuple[str, ...]) -> int:
    """The bits of every run of the words, which may be written together."""
    runs = ("".join(words[begin:end]) for begin in range(len(words)) for end in range(begin + 1, len(words) + 1))
    found = 0
    for run in runs:
        found |= _of_run(run)
    return found


@lru_cache(maxsize=1 << 16)
def _of_run(run: str) -> int:
    found = 0
    for text in _texts(run):
        found |= 1 << zlib.crc32(text.encode()) % _BITS
    return found


def _texts(word: str) -> Iterator[str]:
    yield folded(word)
    yield from (f"={group}" for group in SPELLINGS.get(word, ()))
    yield from (f"~{group}" for group in SHORT_FORMS.get(word, ()))


@lru_cache(maxsize=1 << 16)
def _letters(word: str) -> int:
    """Which letters a word has, whatever their order; figures share the five bits that are left."""
    found = 0
    for char in word:
        found |= 1 << (ord(char) - ord("a") if char.isalpha() else _LETTERS + int(char) % 5)
    return found
