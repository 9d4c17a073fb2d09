"""Whether somebody who asks bears a surname of the household on the opened record.

The household is whoever lives where the person lives, and where the request says the person lives. A word shared is
enough, given names of the asker included where only a whole name was given: the case then goes to another reviewer, and
nothing is refused by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeconduct.core.matching import OnFile
from safeconduct.core.name_spellings import SPELLINGS
from safeconduct.core.places import Place
from safeconduct.core.same_name import Name, read

_SHORTEST = 2


def household(opened: OnFile, sought: Place, read_beside: Sequence[OnFile]) -> tuple[OnFile, ...]:
    """The person on the opened record, and those read beside it who live in the same home or in the one sought."""
    homes = {home for home in (opened.place, sought) if home is not None}
    return (opened, *(one for one in read_beside if one.place in homes))


def shares_surname(askers: Iterable[str], living: Iterable[OnFile]) -> bool:
    """Whether a name of one of `askers` holds a surname of one of those `living` there."""
    theirs = frozenset().union(*(_surnames(one.name) for one in living))
    return any(not theirs.isdisjoint(_surnames(read(asker))) for asker in askers)


def _surnames(name: Name) -> frozenset[object]:
    """The surnames as words, and as the names they are spellings of."""
    words = [word for word in (name.given if name.unparted else name.family) if len(word) >= _SHORTEST]
    spelt = (group for word in (*words, "".join(words)) for group in SPELLINGS.get(word, ()))
    return frozenset((*words, "".join(words), *spelt)) if words else frozenset()
