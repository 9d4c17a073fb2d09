"""An address as words, each with its kind: `418 N Juniper St, Apt 7` has the shape `newt,un`.

Words are in capitals, without accents, points, apostrophes or quotes; every break of a line or a clause is a comma.
The kinds are those of `publication28`, and two for words by which an address may fall short: `i`, an institution,
and `x`, anything else of `lesser_addresses`. A sign that no address has, a full-width digit or a direction mark makes
a word of kind `X`: such a text is not guessed at.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

from safeconduct.core import lesser_addresses as lesser
from safeconduct.core.misspelt import meant
from safeconduct.core.publication28 import KINDS, SPELLINGS, kind_of_figures, kind_of_letters, split_of

FOREIGN_LETTER, NO_LETTER = "\x01", "\x00"

_TIDY = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,#"
_TO_RESPELL = re.compile(r"[JA]|ab|aan|[gs]xw|wq|gn(?!\Z)|ae[rq]|i#?n").search

_BREAKS = str.maketrans(
    dict.fromkeys(";\n\r|()[]•", ",") | dict.fromkeys('\t_":!%·…', " ") | dict.fromkeys("'`", "") | {"@": "&"}
)
_SYMBOLS = str.maketrans(
    {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "№": "#"}
    | dict.fromkeys("‘’ʻʼ´“”«»ºª°¿¡", "")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u00a0\u2009\u202f", " ")
)
_LABEL = re.compile(
    r"\A\s*(?:(?:HOME|MAILING|STREET|RESIDENTIAL|PHYSICAL|CURRENT) )?(?:ADDRESS|ADDR|RESIDENCE|HOME|RES|LKA|DIRECCION|DOMICILIO|CASA)\s*:"
)
_UNFILLED = re.compile(r"_{2,}")  # a blank of a form
_ABBREVIATION = re.compile(r"(?<=\b[A-Z])\.(?=[A-Z]\b)")
_POINT = re.compile(r"(?<![0-9])\.|\.(?![0-9])")
_LOOSE_DASH = re.compile(r"(?<![A-Z0-9])[-/]+|[-/]+(?![A-Z0-9])")
_HYPHEN = re.compile(r"(?<=[A-Z]{2})-(?=[A-Z]{2})")
_WORD = re.compile(r"[A-Z0-9]+(?:[./-][A-Z0-9]+)*|[^ ]")

_KINDS: dict[str, str] = (
    dict.fromkeys(lesser.NO_NAMES | lesser.DOUBTFUL_NAMES, "x")
    | dict.fromkeys(lesser.clues((*lesser.PLACEHOLDERS, *lesser.SPOTS, *lesser.COUNTRIES, *lesser.BESIDE), KINDS), "x")
    | dict.fromkeys(lesser.clues(lesser.INSTITUTIONS, KINDS), "i")
    | KINDS
)


def read(text: str) -> tuple[list[str], str]:
    """The words of an address and their shape, one letter a word. Linear in the text."""
    text = text.upper()
    if text.isascii() and not text.encode().translate(None, _TIDY):
        words = text.replace(",", " , ").replace("#", " # ").split()
    else:
        words = _WORD.findall(_tidied(text))
    shape = _shape(words)
    if _is_to_respell(shape):
        words = _respelled(words)
        shape = _shape(words).replace("A", "w")
    return words, shape


def _tidied(text: str) -> str:
    if not text.isascii():
        text = "".join(map(_latin, text.translate(_SYMBOLS))).upper()
    text = _UNFILLED.sub(" BLANK ", _LABEL.sub("", text)).translate(_BREAKS)
    text = _POINT.sub(" ", _ABBREVIATION.sub("", text))
    return _HYPHEN.sub(" ", _LOOSE_DASH.sub(",", text.replace(" /", "/").replace("/ ", "/")))


def _latin(letter: str) -> str:
    """A letter of the Latin alphabet without its marks; full-width, other and invisible ones are no letters here."""
    if (
        letter.isascii()
        or "\u00c0" <= letter <= "\u024f"
        or "\u0300" <= letter <= "\u036f"
        or "\u1e00" <= letter <= "\u1eff"
    ):
        return anyascii(letter)
    return FOREIGN_LETTER if letter.isalpha() and not "\uff00" <= letter <= "\uffef" else NO_LETTER


def _shape(words: list[str]) -> str:
    return "".join(
        ["n" if word.isdecimal() and word[0] > "0" and len(word) < 7 else _kind(word) for word in words]  # few repeat
    )


@lru_cache(maxsize=1 << 14)
def _kind(word: str) -> str:
    if known := _KINDS.get(word):
        return known
    if not word.isalpha():
        return kind_of_figures(word) if word[0].isalnum() else "X"
    if lesser.is_filler(word):
        return "x"
    nearly = meant(word)
    return _KINDS.get(nearly, "x") if nearly else kind_of_letters(word)


def as_meant(word: str) -> str:
    """The word, or where no list knows it the one that is meant by it; it may be a phrase."""
    return word if word in _KINDS or not word.isalpha() else meant(word) or word


@lru_cache(maxsize=1 << 13)
def _is_to_respell(shape: str) -> bool:
    return bool(_TO_RESPELL(shape))


def _respelled(words: list[str]) -> list[str]:
    text = " ".join(map(split_of, words))
    for spelling, word in SPELLINGS:
        text = spelling.sub(word, text)
    return text.split()
