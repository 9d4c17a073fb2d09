"""What makes rows of a file alike: keys by which one officer, one reason, one offence, one person is counted.

In 2025 one officer was named, one reason written and one offence cited for 1.28 million people. Each key is the text of a
row without what a copyist would vary: the order of a name's words; of a reason's template case, blanks, names, dates and
numbers. Whether rows are too much alike is for `tripwires`. Keys are personal: they are counted and thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from safeconduct.core import names
from safeconduct.core.fields import At

_MONTHS = frozenset(
    "january february march april june july august september october november december jan feb mar apr jun jul aug sep"
    " sept oct nov dec enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
)


SHORT = 2_000
"""Longer texts are not remembered: what an asker sends must not fill the memory."""


def reason(at: At) -> str | None:
    """The reason given."""
    said = at.look("reason")
    return said.strip() if isinstance(said, str) else None


def template(at: At, name: Sequence[str]) -> str | None:
    """The reason given without names, dates and numbers: its words in small letters, but for those of the person's `name`."""
    said = at.look("reason")
    if not isinstance(said, str):
        return None
    words, small = _remembered(said) if len(said) <= SHORT else _small(said)
    if small.isdisjoint(name):
        return words or None
    return " ".join(word for word in words.split() if word not in name) or None


def _small(reason: str) -> tuple[str, frozenset[str]]:
    """The words of a reason that bear no capital and no figure, months left out: in order, and as a set.

    Where most words bear capitals, capitals tell no names, and the words are taken as if none did.
    """
    words = _words(reason)
    if 2 * len(words) < reason.count(" "):
        words = _words(reason.casefold())
    small = frozenset(words)
    if not _MONTHS.isdisjoint(small):
        words = [word for word in words if word not in _MONTHS]
    return " ".join(words), small


def _words(reason: str) -> list[str]:
    if reason.isascii():
        return [word for word in reason.encode().translate(_PLAIN).decode().split() if word.islower()]
    return _WORD.findall(reason)


_remembered = lru_cache(maxsize=1 << 10)(_small)
_WORD = re.compile(r"\b[^\W\d_A-Z]+\b")
_PLAIN = bytes(
    char if chr(char).isalpha() and char < 128 else ord("X") if chr(char).isdigit() else 32 for char in range(256)
)


def officers(at: At) -> list[str]:
    """The officers named, by their names alone: one who is named for two agencies is one officer."""
    listed = at.look("officers")
    named = [one.get("name") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return sorted({" ".join(sorted(words)) for name in named if isinstance(name, str) and (words := names.words(name))})


def offence(at: At, path: str) -> str | None:
    """The statute or statutes that stand at `path`."""
    said = at.look(path)
    cited = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return ";".join(sorted({re.sub(r"\s+", "", one.casefold()) for one in cited if isinstance(one, str)})) or None


def name(at: At) -> list[str]:
    """The words of the name of the person asked about, in the order of the alphabet."""
    return sorted({word for path in _NAMES if isinstance(said := at.look(path), str) for word in names.words(said)})


_NAMES = ("subject.name", "subject.given_name", "subject.family_name")


def number(at: At) -> str | None:
    """The person asked about, by number."""
    said = at.look("subject.tin")
    return re.sub(r"\W", "", said) or None if isinstance(said, str) else None


def person(at: At, name: Sequence[str]) -> str | None:
    """The person asked about, by `name` and birth date, or where no birth date is given by name and address."""
    born, lives = at.look("subject.birth_date"), at.look("subject.address")
    beside = born if isinstance(born, str) else " ".join(lives.casefold().split()) if isinstance(lives, str) else None
    return f"{' '.join(name)}|{beside}" if name and beside else None
