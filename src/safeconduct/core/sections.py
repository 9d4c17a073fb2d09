"""How the sections of a code are numbered: titles, sections, subdivisions, and how sections sort."""

from __future__ import annotations

import re
from typing import TypeAlias

Subdivisions: TypeAlias = tuple[str, ...]
"""("a", "1", "A") for (a)(1)(A)."""

Number: TypeAlias = tuple[int, str]
"""A section as it sorts; see `ordered`."""

Place: TypeAlias = tuple[str, str, Subdivisions]
"""Title, section, subdivisions; the section is "" for the whole title."""


def is_title(number: str) -> bool:
    """Whether `number` is a title of the United States Code, of which there are 54; the regulations have fifty."""
    return number.isascii() and number.isdecimal() and 1 <= int(number) <= 54


def ordered(section: str) -> Number:
    """A section as it sorts: 1320a-7b behind 1320a, before 1320b. What is no number sorts below all."""
    digits = re.match(r"[0-9]{1,9}", section)
    return (int(digits[0]), section[digits.end() :].lower()) if digits else (-1, section)
