"""The words of a reason, clause by clause, without case, accents and points.

What hides words from every list is undone here where it can be, and seen where it cannot: accents, hyphens or blanks
between letters, letters of another script. What the words say is for others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_LONGEST, _OVERLAP = 120, 40
_CLAUSE = re.compile(r"[.;:!?\n\u2013\u2014]+(?:\s|$)|\s[-\u2013\u2014]+\s|\u2014")
_WORD = re.compile(r"[a-z0-9]+")
_LETTERS = re.compile(r"[^\W\d_]{2,60}")
_HYPHENED = re.compile(r"-(?<=[a-z]-)(?=[a-z])")
_SPACED = re.compile(r"\b[a-z](?: [a-z]){3,20}\b")
_MAY_BE_SPACED = re.compile(r" [a-z] [a-z] ").search
_POINT_OF_INITIAL = re.compile(r"\.(?<=\b[a-z]\.)(?=[a-z\s,)]|$)")

# All that is neither word nor end of a clause becomes a blank.
_WORDS_AND_LINES = bytes(
    place if place < 0x80 and (chr(place).isalnum() or place == 0x0A) else 0x20 for place in range(0x100)
)


def clauses(text: str) -> list[list[str]]:
    """The clauses of a plain text, each its words in order."""
    if text.isascii() and text.isprintable() and "--" not in text:
        for sign in ".;:!?":
            if sign in text:
                text = text.replace(f"{sign} ", "\n")
        lines = text.replace(" - ", "\n").encode().translate(_WORDS_AND_LINES).decode().split("\n")
        words = [line.split() for line in lines]
    else:
        words = [_WORD.findall(clause) for clause in _CLAUSE.split(text)]
    return words if len(text) < 2 * _LONGEST else [part for clause in words for part in _parts(clause)]


def joined(text: str) -> str:
    """The text with words put together that hyphens or blanks take apart: `de-port`, `d e p o r t`; "" where none are."""
    whole = _HYPHENED.sub("", text) if "-" in text else text
    if _MAY_BE_SPACED(f" {whole} "):
        whole = _SPACED.sub(lambda letters: letters[0].replace(" ", ""), whole)
    return "" if whole == text else whole


def mixes_scripts(text: str) -> bool:
    """Whether a word holds letters of two scripts: a Cyrillic е in `dеport` hides the word from every list."""
    if text.isascii():
        return False
    return any(not word.isascii() and _is_mixed(word) for word in _LETTERS.findall(text))


@lru_cache(maxsize=1 << 13)
def _is_mixed(word: str) -> bool:
    return len({unicodedata.name(char, "").split(" ")[0] for char in word}) > 1


def plain(text: str) -> str:
    """The text without case and accents, and without the points of initials: `U.S.C.` becomes `usc`."""
    said = text.casefold()
    if not said.isascii():
        said = unicodedata.normalize("NFKD", said).replace("\u2019", "'")
        said = "".join(filter(_is_kept, said))
    if "'" in said:
        said = said.replace("won't", "will not").replace("can't", "can not").replace("n't", " not").replace("'s", " ")
    return _POINT_OF_INITIAL.sub("", said)


@lru_cache(maxsize=1 << 10)
def _is_kept(char: str) -> bool:
    return unicodedata.category(char)[0] not in "MC" or char == "\n"


def _parts(clause: list[str]) -> Iterator[list[str]]:
    """The clause; one without end in parts that overlap by more than a phrase, so that its cost stays linear."""
    for start in range(0, max(1, len(clause) - _OVERLAP), _LONGEST - _OVERLAP):
        yield clause[start : start + _LONGEST]
