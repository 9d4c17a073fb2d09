"""Whether an institution stands at a street address, as far as `institutions_table` knows.

Number and name of the street must agree, and the city or its postal code; directions and suffixes may be left out or
mistaken, for a jail that is missed is worse than a neighbour asked for his unit.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from safeconduct.core.institutions_table import INSTITUTIONS_BY_STREET
from safeconduct.core.postal_codes import cities_of
from safeconduct.core.publication28 import KINDS

_ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        "FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH".split(), start=1
    )
}
_DIRECTIONS, _SUFFIXES = "eD", "tvrSs"
_FIGURES = re.compile(r"[0-9]+")


def stands_at(number: str, street: str, city: str, state: str, code: str) -> bool:
    """Whether an institution of the table has this street address, in capitals, of which city or code may be empty."""
    return any(
        state == known.state
        and _name(street) == _name(known.street)
        and (city == known.city or code == known.code or code in cities_of(state).get(known.city, "").split())
        for known in _BY_NUMBER.get(number, ())
    )


class _Known(NamedTuple):
    """A line of the table without its number and its name."""

    street: str
    city: str
    state: str
    code: str


def _by_number() -> dict[str, list[_Known]]:
    """The lines of the table by their number, with and without its hyphen."""
    found: dict[str, list[_Known]] = {}
    for line in INSTITUTIONS_BY_STREET.strip().upper().splitlines():
        number, *known, _ = line.split("|")
        for written in {number, number.replace("-", "")}:
            found.setdefault(written, []).append(_Known(*known))
    return found


_BY_NUMBER = _by_number()
NUMBERS = frozenset(_BY_NUMBER)
"""The house numbers at which an institution may stand, for a first look."""


def _name(street: str) -> str:
    """The name alone: the figures of a numbered street (SW 12th St, State Hwy 67), else the words within directions and suffix."""
    words = [_ORDINALS.get(word, word) for word in street.split()]
    if figures := _FIGURES.search(" ".join(words)):
        return figures[0]
    kinds = [KINDS.get(word, "w") for word in words]
    start, end = 0, len(words)
    while end > 1 and kinds[end - 1] in _DIRECTIONS:
        end -= 1
    if end > 1 and kinds[end - 1] in _SUFFIXES:
        end -= 1
    while start < end - 1 and kinds[start] in _DIRECTIONS:
        start += 1
    return "".join(words[start:end])  # Pine Hill or Pinehill
