"""Whether somebody who asks bears a surname of the household on the opened record.

The household is whoever lives where the person lives, and where the request says the person lives; a unit that one side
leaves out is no other home. A word shared is enough, and where an asker gave only a whole name its given names count too:
the case then goes to another reviewer, and nothing is refused by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeconduct.core.matching import OnFile
from safeconduct.core.name_spellings import SPELLINGS
from safeconduct.core.places import Place
from safeconduct.core.same_name import Name, read

_PARTICLES = frozenset("de la las los del da das do dos di du des der den van von el al bin ibn".split())


def household(opened: OnFile, sought: Place, read_beside: Sequence[OnFile]) -> tuple[OnFile, ...]:
    """The person on the opened record, and those read beside it who live in the same home or in the one sought."""
    homes = [home for home in (opened.place, sought) if home is not None]
    return (opened, *(one for one in read_beside if any(_is_one_home(home, one.place) for home in homes)))


def _is_one_home(one: Place, other: Place | None) -> bool:
    return (
        other is not None
        and one.building == other.building
        and (one.unit == other.unit or not one.unit or not other.unit)
    )


def shares_surname(askers: Iterable[str], living: Iterable[OnFile]) -> bool:
    """Whether a name of one of `askers` holds a surname of one of those `living` there."""
    theirs = frozenset().union(*(_surnames(one.name) for one in living))
    return any(not theirs.isdisjoint(_surnames(read(asker))) for asker in askers)


def _surnames(name: Name) -> frozenset[object]:
    """The surnames as words, written as one, and as the names they are spellings of."""
    words = [word for word in (name.given if name.unparted else name.family) if word not in _PARTICLES]
    borne = {*words, "".join(words)} - {""}
    return frozenset(borne | {group for word in borne for group in SPELLINGS.get(word, ())})
