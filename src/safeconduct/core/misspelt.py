"""Words that are nearly those by which an address falls short: "Unkonwn", "Homless", "Detentoin", "Failedtoprovide".

A word is taken for another if one letter is left out, put in, otherwise, or exchanged with the next; and for a phrase if it holds
that phrase written as one. Short words are spared, and those that are one letter from a name: Andress is no address. What
follows from such a word is asked of the word that was meant, by `shortcomings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz.distance import OSA

from safeconduct.core import lesser_addresses as lesser
from safeconduct.core.publication28 import KINDS

_ALONE, _OF_PHRASE, _INSTITUTION, _AS_ONE = 7, 6, 8, 7
"""Letters that it has at the least: a word that says all by itself, one of a phrase, an institution, a phrase written as one."""


def _words(phrases: Iterable[str], alone: int, of_phrase: int) -> Iterator[str]:
    for phrase in phrases:
        words = phrase.split()
        shortest = of_phrase if len(words) > 1 else alone
        yield from (word for word in words if len(word) >= shortest and word.isalpha() and word not in KINDS)


def _shortened(word: str) -> Iterator[str]:
    """The word, and all that it is without one of its letters: two words one slip apart have one of these in common."""
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _indexed(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, one in pairs:
        found[key] = (*found.get(key, ()), one)
    return found


_MEANT = {
    *_words(lesser.PLACEHOLDERS, _ALONE, _OF_PHRASE),
    *_words((one for one in lesser.INSTITUTIONS if " " not in one), _INSTITUTION, _INSTITUTION),
} - lesser.NEAR_NAMES
_BY_SHORT = _indexed((short, word) for word in sorted(_MEANT) for short in _shortened(word))
_PHRASES = (*(one for one in lesser.PLACEHOLDERS if " " in one), *sorted(lesser.NEVER_IN_NAMES))
_BY_BEGINNING = _indexed(
    (one[:_AS_ONE], phrase) for phrase in _PHRASES if len(one := phrase.replace(" ", "")) >= _AS_ONE
)


def meant(word: str) -> str:
    """The word, or the phrase, that is meant by a word that no list knows; "" where none is."""
    near = (other for short in _shortened(word) for other in _BY_SHORT.get(short, ()))
    found = next((one for one in near if one[0] == word[0] and OSA.distance(one, word, score_cutoff=1) == 1), "")
    return found or next(_held(word), "")


def _held(word: str) -> Iterator[str]:
    """The phrases that are written in the word as one, and the words that no name holds."""
    for at in range(len(word) - _AS_ONE + 1):
        phrases = _BY_BEGINNING.get(word[at : at + _AS_ONE], ())
        yield from (phrase for phrase in phrases if word.startswith(phrase.replace(" ", ""), at))
