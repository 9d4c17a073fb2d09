"""The forms of words that cite a code, by their letters alone: "Pa.C.S." and "PA CS" are one form.

Each table lays claim to its words; here they are held to citing one code each. Where they stand in a text, and what
stands around them, is for `citations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, chain

from safeconduct.core.tables import Declared


class Role(StrEnum):
    """What a form of words does in a citation."""

    FEDERAL = "federal"
    ACT = "act"
    NAME = "name"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Form:
    """Words that cite `code`; `title` is their spelling in the table. `shape` and `behind` as in state_codes.toml."""

    code: str
    title: str
    role: Role
    shape: str = ""
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Forms of words by their letters alone, and every beginning of one, so that a search knows when to stop."""

    forms: Mapping[str, Form]
    beginnings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that a table gives to `form`: they stand at `key` of `at`."""

    form: Form
    words: tuple[str, ...]
    at: Declared
    key: str


_OTHER = re.compile(r"[^a-z]+")


def words(forms: Mapping[str, Form]) -> Words:
    """The `forms`, ready for a search."""
    return Words(forms, frozenset(chain.from_iterable(accumulate(said[:-1]) for said in forms)))


def settled(claims: Iterable[Claim]) -> Words:
    """The words of all `claims`.

    Raises:
        PackFault: words hold no letters, or cite two codes.
    """
    forms: dict[str, Form] = {}
    for claim in claims:
        for said in claim.words:
            _settle(claim, said, forms)
    return words(forms)


def _settle(claim: Claim, said: str, forms: dict[str, Form]) -> None:
    key = letters(said)
    if not key:
        what = f"lists `{said}`, which holds no letters"
        raise claim.at.fault(what, "write the words that cite", claim.key, f'"{said}"')
    other = forms.setdefault(key, claim.form)
    if other is not claim.form:
        what = f"lists `{said}`, which already cites {other.code}"
        raise claim.at.fault(what, "keep it in one place", claim.key, f'"{said}"')


def letters(said: str) -> str:
    """The letters of `said` and nothing else, small."""
    return _OTHER.sub("", said.lower())
