"""Whether an institution stands at a street address, as far as `institutions_table` knows.

Number and name of the street must agree, and the city or its postal code; directions and suffixes may be left out or
mistaken, for a jail that is missed is worse than a neighbour asked for his unit.
"""

from __future__ import annotations

import re
from functools import cache

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
    found = _by_number().get(number.replace("-", ""))
    if not found:
        return False
    name = _name(street)
    return any(
        name == _name(known_street.upper())
        and state == known_state
        and (
            city == known_city.upper()
            or code == known_code
            or code in cities_of(state).get(known_city.upper(), "").split()
        )
        for known_street, known_city, known_state, known_code in found
    )


@cache
def _by_number() -> dict[str, list[tuple[str, str, str, str]]]:
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for line in INSTITUTIONS_BY_STREET.strip().splitlines():
        number, street, city, state, code, _ = line.split("|")
        found.setdefault(number.replace("-", ""), []).append((street, city, state, code))
    return found


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
    return " ".join(words[start:end])
