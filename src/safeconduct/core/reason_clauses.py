"""The words of a reason, clause by clause, without case, accents and points.

What hides words from every list is undone here where it can be, and seen where it cannot: accents, hyphens or blanks
between letters, letters of another script. What the words say is for others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LONGEST, _OVERLAP = 120, 40
_CLAUSE = re.compile(r"[.;:!?\n\u2013\u2014]+(?:\s|$)|\s[-\u2013\u2014]+\s|\u2014")
_WORD = re.compile(r"[a-z0-9]+")
_LETTERS = re.compile(r"[^\W\d_]{2,60}")
_HYPHENED = re.compile(r"(?<=[a-z])-(?=[a-z])")
_SPACED = re.compile(r"\b[a-z](?: [a-z]){3,20}\b")


def clauses(text: str) -> list[list[str]]:
    """The clauses of a plain text, each its words in order."""
    return [part for clause in _CLAUSE.split(text) for part in _parts(_WORD.findall(clause))]


def joined(text: str) -> str:
    """The text with words put together that hyphens or blanks take apart: `de-port`, `d e p o r t`; "" where none are."""
    whole = _SPACED.sub(lambda letters: letters[0].replace(" ", ""), _HYPHENED.sub("", text))
    return "" if whole == text else whole


def mixes_scripts(text: str) -> bool:
    """Whether a word holds letters of two scripts: a Cyrillic е in `dеport` hides the word from every list."""
    if text.isascii():
        return False
    return any(len({unicodedata.name(char, "").split(" ")[0] for char in word}) > 1 for word in _LETTERS.findall(text))


def plain(text: str) -> str:
    """The text without case and accents, and without the points of initials: `U.S.C.` becomes `usc`."""
    said = text.casefold()
    if not said.isascii():
        said = unicodedata.normalize("NFKD", said).replace("\u2019", "'")
        said = "".join(char for char in said if unicodedata.category(char)[0] not in "MC" or char == "\n")
    said = said.replace("won't", "will not").replace("can't", "can not").replace("n't", " not").replace("'s", " ")
    return re.sub(r"\b([a-z])\.(?=[a-z\s,)]|$)", r"\1", said)


def _parts(clause: list[str]) -> Iterator[list[str]]:
    """The clause; one without end in parts that overlap by more than a phrase, so that its cost stays linear."""
    for start in range(0, max(1, len(clause) - _OVERLAP), _LONGEST - _OVERLAP):
        yield clause[start : start + _LONGEST]
