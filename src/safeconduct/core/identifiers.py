"""By what two requests are near-identical: what they give of the person, taken two by two.

The number alone; the birth date with the building; a given name and a surname with the building, or with the birth date.
So a request that changes one of these, to feel its way, is still counted with those before it. Order, marks, doubled
letters, middle names and a surname left out make no difference, and brothers with the same two surnames are not one.
How often is too often is for the broker's policy, and what is stored is sealed under its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from safeconduct.core.matching import Sought
from safeconduct.core.same_name import Name

_MOST_PAIRS = 24
_DOUBLED = re.compile(r"(.)\1+")
_NEW_YEAR = "-01-01"

Identifier = tuple[str, ...]


def identifiers(sought: Sought) -> tuple[Identifier, ...]:
    """What the request gives, two by two; the same for every request that gives the same."""
    pairs = _pairs(sought.name)
    building = sought.place.building if sought.place else None
    born = sought.birth_date
    found: list[Identifier] = [("number", sought.number)] if sought.number else []
    if building and born and not born.endswith(_NEW_YEAR):
        found.append(("birth date and building", born, building))
    found += [("name and building", pair, building) for pair in pairs if building]
    found += [("name and birth date", pair, born) for pair in pairs if born]
    return tuple(found)


def _pairs(name: Name) -> list[str]:
    """A given word beside a surname, in the order of the alphabet: which is which may be the wrong way round.

    Where nobody said which are the surnames, the first word stands for the given ones.
    """
    given, family = (name.given[:1], name.given[1:]) if name.unparted else (name.given, name.family)
    return sorted({" ".join(sorted((one, other))) for one in _plain(given) for other in _plain(family)})[:_MOST_PAIRS]


def _plain(words: Iterable[str]) -> list[str]:
    return [_DOUBLED.sub(r"\1", word) for word in words]
