"""Keys of names by which columns are narrowed: two names that `same_name` takes for one person's meet.

The keys only block; what they bring together is compared by `same_name` itself. A word has a key for itself without
what spellings differ in, and one for each group of spellings and of short forms. Words with one letter otherwise share no
key; but then the other part of the name does, and the words with which the parts begin are nearly the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from safeconduct.core.name_spellings import SHORT_FORMS, SPELLINGS
from safeconduct.core.same_name import Name, folded, of_given, of_use

_PARTINGS = 2
NEAR = 2
"""Words with one letter otherwise, or two letters exchanged, are no further apart than this (Levenshtein)."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the given words and of the family words; the same where nobody said which are which.

    `given_begins` and `family_begins` are the words with which these parts may begin. `open` is a name with a word of one
    letter, or one that could be parted in too many places: it may meet any.
    """

    given: tuple[int, ...]
    family: tuple[int, ...]
    given_begins: str
    family_begins: tuple[str, ...]
    open: bool


@lru_cache(maxsize=1 << 16)
def keys(name: Name) -> Keys:
    """The keys of a name, numbers of 32 bits."""
    given, family = of_given(name.given), of_use(name.family)
    begins = name.given[1:] if name.unparted else family[:1]
    is_open = any(len(word) == 1 for word in (*name.given, *name.family)) or len(begins) > _PARTINGS
    own = _of(name.given)
    return Keys(own, own if name.unparted else _of(name.family), given[0] if given else "", begins[:_PARTINGS], is_open)


def meet(one: Keys, other: Keys) -> bool:
    """Whether two names may be one person's, as far as their keys tell."""
    given, family = _share(one.given, other.given), _share(one.family, other.family)
    return (
        one.open
        or other.open
        or (given and (family or any(_near(a, b) for a in one.family_begins for b in other.family_begins)))
        or (family and _near(one.given_begins, other.given_begins))
        or (_share(one.given, other.family) and _share(one.family, other.given))
    )


def _share(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return not set(one).isdisjoint(other)


def _near(one: str, other: str) -> bool:
    return Levenshtein.distance(one, other) <= NEAR


def _of(words: tuple[str, ...]) -> tuple[int, ...]:
    runs = ["".join(words[begin:end]) for begin in range(len(words)) for end in range(begin + 1, len(words) + 1)]
    return tuple(sorted({zlib.crc32(text.encode()) for word in runs for text in _texts(word)}))


def _texts(word: str) -> Iterator[str]:
    yield folded(word)
    yield from (f"={group}" for group in SPELLINGS.get(word, ()))
    yield from (f"~{group}" for group in SHORT_FORMS.get(word, ()))
