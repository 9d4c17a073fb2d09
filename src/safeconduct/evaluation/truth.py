"""What is true of a trial by the deck itself: whether another agrees in all that a request carries, and what it allows.

Nothing here asks the matcher or its tables. Names are the same by the deck's own names or as typed; units, dates, numbers
and suffixes as they stand. What a register does not say is no difference.
"""

from __future__ import annotations

from collections.abc import Iterable

from safeconduct.core.places import Place
from safeconduct.evaluation.asking import Request, Written
from safeconduct.evaluation.people import DAYS, Person
from safeconduct.evaluation.words import Word, same, same_given

_NEW_YEAR = "-01-01"


def names_agree(asked: Request, one: Person) -> bool:
    """Whether every name that the request carries is theirs, however its words may be parted."""
    given = (asked.given, asked.middle) if asked.middle else (asked.given,)
    if _names_agree(given, asked.families, one):
        return True
    if asked.written is Written.PARTED or not any(same_given(word, one.given) for word in (*given, *asked.families)):
        return False
    if asked.written is Written.EXCHANGED:
        return _names_agree(asked.families, given, one)
    words = (*given, *asked.families)
    halves = [(words[:at], words[at:]) for at in range(1, len(words))]
    return any(_names_agree(a, b, one) or _names_agree(b, a, one) for a, b in halves)


def _names_agree(given: tuple[Word, ...], families: tuple[Word, ...], one: Person) -> bool:
    first, *middle = given
    if not same_given(first, one.given) or not _surnames_agree(families, one.families):
        return False
    return one.middle is None or all(same_given(word, one.middle) for word in middle)


def _surnames_agree(asked: tuple[Word, ...], theirs: tuple[Word, ...]) -> bool:
    """Whether each surname asked is theirs; or theirs, fewer on file, are the first of those asked."""
    if all(any(same(one, other) for other in theirs) for one in asked):
        return True
    return len(theirs) < len(asked) and all(map(same, asked, theirs))


def agrees(asked: Request, one: Person) -> bool:
    """Whether somebody agrees in every attribute that the request carries."""
    if asked.born and one.born is not None and not same_day(asked.born, DAYS[one.born]):
        return False
    if asked.number and one.number and one.number != asked.number:
        return False
    if asked.suffix and one.suffix and one.suffix != asked.suffix:
        return False
    return at_place(asked.place, one) and names_agree(asked, one)


def same_day(one: str, other: str) -> bool:
    """Whether two birth dates agree; 1 January is what is written where only the year is known, and says the year alone."""
    if one.endswith(_NEW_YEAR) or other.endswith(_NEW_YEAR):
        return one[:4] == other[:4]
    return one == other


def at_place(asked: Place, one: Person) -> bool:
    """Whether they live or lived in the building, in the unit if both say which."""
    return _is_at(asked, one.home) or (one.earlier is not None and _is_at(asked, one.earlier))


def _is_at(asked: Place, home: Place) -> bool:
    return home.building == asked.building and (home.unit == asked.unit or not home.unit or not asked.unit)


def in_building(asked: Place, one: Person) -> bool:
    """Whether they live or lived in the building."""
    return one.home.building == asked.building or (one.earlier is not None and one.earlier.building == asked.building)


def allowed(asked: Request, true: Person, others: Iterable[Person]) -> bool:
    """Whether the gates of the decision allow the right person to be found at all, on what request and file say.

    The address is known to the file, a full second factor agrees on both sides, nothing contradicts, they are not
    deceased, and nobody else in the building is of the name that the request gives.
    """
    if true.deceased or not at_place(asked.place, true) or not _factors(asked, true):
        return False
    if asked.suffix and true.suffix and asked.suffix != true.suffix:
        return False
    return not any(in_building(asked.place, one) and names_agree(asked, one) for one in others)


def _factors(asked: Request, true: Person) -> bool:
    """Whether the birth date or the number agrees, in full, and neither contradicts."""
    born = DAYS[true.born] if true.born is not None else ""
    if asked.number and true.number and asked.number != true.number:
        return False
    if not asked.born or not born:
        return bool(asked.number and true.number)
    full = not (asked.born.endswith(_NEW_YEAR) or born.endswith(_NEW_YEAR))
    return same_day(asked.born, born) and (full or bool(asked.number and true.number))
