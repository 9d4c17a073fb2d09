"""Texts that others wrote, so that they can be set: in the fonts that are there, on one line, and in the order in which they are read.

A letter in PDF/UA may hold no character that its fonts do not have; Typst refuses it. So a character of another script or a picture
stands as its number, `[U+1F600]`; controls of writing direction, which could show a text otherwise than it is, are taken out; every
run of blanks is one. A word longer than a line may be broken anywhere, and a text longer than any letter needs is cut. Nothing of a text is
ever read as markup: it goes to Typst as data.
"""

from __future__ import annotations

import unicodedata

_LETTERS = (
    (0x20, 0x7E), (0xA1, 0x377), (0x386, 0x386), (0x388, 0x38A), (0x38E, 0x3A1), (0x3A3, 0x482), (0x48A, 0x4FF), (0x5D0, 0x5EA),
    (0x621, 0x63A), (0x641, 0x64A), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x2037), (0x20A0, 0x20BF), (0x2153, 0x2184),
    (0x2190, 0x2199),
)  # fmt: skip
"""What every font set that the letters name has: Latin, Greek, Cyrillic, Hebrew, Arabic, punctuation, currencies; a test sets each."""
_MOST_MARKS = 3
"""How many marks may stand on one letter: more would be drawn across the lines above."""

_LONGEST_WORD = 28
_LONGEST, _LONGEST_NAME = 20_000, 300
_BREAK = "\N{ZERO WIDTH SPACE}"


def legible(text: str) -> str:
    """The text as it can be set."""
    return _legible(text, _LONGEST)


def legible_name(text: str) -> str:
    """A name, or an id, as it can be set."""
    return _legible(text, _LONGEST_NAME)


def _legible(text: str, longest: int) -> str:
    said = _in_letters(text if len(text) <= longest else f"{text[:longest]} […]")
    return " ".join(map(_broken, said.split()))


def _broken(word: str) -> str:
    """A word with the places at which it may be broken, where it is too long for a line."""
    return _BREAK.join(word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD))


def _in_letters(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(_set(char))
    return "".join(kept)


def _set(char: str) -> str:
    if char.isspace() or unicodedata.category(char) == "Cc":
        return " "
    if unicodedata.category(char) == "Cf":
        return ""
    return char if any(first <= ord(char) <= last for first, last in _LETTERS) else f"[U+{ord(char):04X}]"
