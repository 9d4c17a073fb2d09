"""By what two requests are near-identical: what they give of the person, taken two by two.

The number alone; the birth date with the building; any two words of the name with the building, or with the birth date.
So a request that changes one of these, to feel its way, is still counted with those before it. Spellings, order, marks
and middle names make no difference. How often is too often is for the broker's policy, and what is stored is sealed
under its key.
"""

from __future__ import annotations

import re
from itertools import combinations

from safeconduct.core.matching import Sought

_MOST_WORDS = 6
_DOUBLED = re.compile(r"(.)\1+")
_NEW_YEAR = "-01-01"

Identifier = tuple[str, ...]


def identifiers(sought: Sought) -> tuple[Identifier, ...]:
    """What the request gives, two by two; the same for every request that gives the same."""
    names = [" ".join(pair) for pair in combinations(_words(sought), 2)]
    building = sought.place.building if sought.place else None
    born = sought.birth_date
    found: list[Identifier] = [("number", sought.number)] if sought.number else []
    if building and born and not born.endswith(_NEW_YEAR):
        found.append(("birth date and building", born, building))
    found += [("name and building", name, building) for name in names if building]
    found += [("name and birth date", name, born) for name in names if born]
    return tuple(found)


def _words(sought: Sought) -> list[str]:
    """The words of the name, the longest ones, without doubled letters, in one order."""
    words = {_DOUBLED.sub(r"\1", word) for word in (*sought.name.given, *sought.name.family) if len(word) > 1}
    return sorted(sorted(words, key=lambda word: (-len(word), word))[:_MOST_WORDS])
