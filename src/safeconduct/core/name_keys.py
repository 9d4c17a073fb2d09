"""Keys of names by which columns are narrowed: two names that `same_name` takes for one person's share some.

The keys only block; what they bring together is compared by `same_name` itself. A word has a key for itself without
what spellings differ in, one for each group of spellings and of short forms, and one for each way of leaving out a
letter, so that words with one letter otherwise meet.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from safeconduct.core.name_spellings import SHORT_FORMS, SPELLINGS
from safeconduct.core.same_name import SHORTEST_MISTYPED, Name, folded


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the given words and of the family words; the same where nobody said which are which.

    `open` is a name with a word of one letter: it may meet any.
    """

    given: tuple[int, ...]
    family: tuple[int, ...]
    open: bool


@lru_cache(maxsize=1 << 16)
def keys(name: Name) -> Keys:
    """The keys of a name, numbers of 32 bits."""
    is_open = any(len(word) == 1 for word in (*name.given, *name.family))
    given = _of(name.given)
    return Keys(given, given if name.unparted else _of(name.family), is_open)


def meet(one: Keys, other: Keys) -> bool:
    """Whether two names may be one person's, as far as their keys tell."""
    straight = not set(one.given).isdisjoint(other.given) and not set(one.family).isdisjoint(other.family)
    swapped = not set(one.given).isdisjoint(other.family) and not set(one.family).isdisjoint(other.given)
    return straight or swapped or one.open or other.open


def _of(words: tuple[str, ...]) -> tuple[int, ...]:
    together = [("".join(words[begin:end])) for begin in range(len(words)) for end in range(begin + 1, len(words) + 1)]
    return tuple(sorted({key for word in together for key in _of_word(word)}))


@lru_cache(maxsize=1 << 16)
def _of_word(word: str) -> tuple[int, ...]:
    return tuple(zlib.crc32(text.encode()) for text in _texts(word))


def _texts(word: str) -> Iterator[str]:
    yield folded(word)
    yield from (f"={group}" for group in SPELLINGS.get(word, ()))
    yield from (f"~{group}" for group in SHORT_FORMS.get(word, ()))
    if len(word) >= SHORTEST_MISTYPED - 1:
        yield f"-{word}"
    if len(word) >= SHORTEST_MISTYPED:
        yield from (f"-{word[:at]}{word[at + 1 :]}" for at in range(len(word)))
