"""The strata of the deck: who is asked about, and who else is on file in that building to be taken for them.

Each stratum is one way in which a right-looking answer is the wrong person. They are drawn harder than life where only
that tries a rule: a stranger with the same birthday, a sister of nearly the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from safeconduct.core.places import Place
from safeconduct.evaluation.asking import Request, request
from safeconduct.evaluation.people import (
    BEFORE,
    BUILDINGS,
    ELSEWHERE,
    HERE,
    NEW_YEARS,
    Chance,
    Person,
    aged,
    dwelling,
    number,
    person,
    surnames,
)
from safeconduct.evaluation.prevalence import Carried, held
from safeconduct.evaluation.words import Word, origins, spelt_otherwise


class Trial(NamedTuple):
    """Who is asked about, as the file has them; the request; and the others on file."""

    true: Person
    asked: Request
    others: tuple[Person, ...]


Draw = Callable[[Chance, Carried], Trial]


def _trial(
    chance: Chance, true: Person, carried: Carried, others: Sequence[Person], home: Place | None = None
) -> Trial:
    """A trial on what the file has of each."""
    asked = request(chance, true, home or true.home, carried)
    return Trial(_filed(chance, true), asked, tuple(_filed(chance, one) for one in others))


def _filed(chance: Chance, one: Person) -> Person:
    """A person as the file has them: now and then it lacks something, or spells the name otherwise."""
    draw, has = chance.random.random, held()
    born = one.born if draw() < has.birth_date else None
    families = one.families if len(one.families) < 2 or draw() < has.second_surname else one.families[:1]
    home = one.home if draw() < has.unit else BUILDINGS[one.home.building][0]
    return Person(
        one.origin, one.sex, one.given, one.middle if draw() < has.middle else None, families, one.suffix, born,
        one.number if draw() < has.number else "", home, one.earlier, draw() < has.deceased,
    )  # fmt: skip


# Others, made from whom is asked about.


def _namesake(chance: Chance, true: Person) -> Person:
    """Of the same name by birth or by chance: cousins of an age in one of ten cases."""
    home = true.home if chance.of(0.5) else dwelling(chance, BUILDINGS[true.home.building])
    given, families = true.given, true.families
    if chance.of(0.15):
        given = spelt_otherwise(given, chance.random.random())
        families = (spelt_otherwise(families[0], chance.random.random()), *families[1:])
    middle = true.middle if chance.of(0.2) else _middle(chance, true.origin, true.sex)
    born = aged(chance, true.born, -3, 3) if chance.of(0.1) else _any_day(chance)
    return Person(true.origin, true.sex, given, middle, families, "", born, number(chance), home, None, False)


def _any_day(chance: Chance) -> int:
    """Any birth date."""
    return aged(chance, 0, 10, 82)


def _middle(chance: Chance, origin: int, sex: int) -> Word | None:
    return chance.pick(origins()[origin].given[sex]) if chance.of(0.45) else None


def _another_given(chance: Chance, true: Person, sex: int) -> Word:
    """A given name that is another: in one of five cases one near to it."""
    names = origins()[true.origin]
    near = names.near.get(true.given.name) if chance.of(0.2) else None
    word = chance.pick(near or names.given[sex])
    while word.name is true.given.name:
        word = chance.pick(names.given[sex])
    return word


def _relative(chance: Chance, true: Person) -> Person:
    """Of the family: a child, a parent, a brother or sister, wife or husband."""
    sex = int(chance.of(0.5))
    ages = chance.pick(((18, 40), (-40, -18), (-8, 8), (-6, 6)))
    first, *rest = true.families
    mothers = rest if chance.of(0.6) else surnames(chance, origins()[true.origin])[1:]
    home = true.home if chance.of(0.9) else dwelling(chance, BUILDINGS[true.home.building])
    return Person(
        true.origin, sex, _another_given(chance, true, sex), _middle(chance, true.origin, sex), (first, *mothers), "",
        aged(chance, true.born, *ages), number(chance), home, true.earlier if chance.of(0.7) else None, False,
    )  # fmt: skip


def _twin(chance: Chance, true: Person) -> Person:
    """A twin: another given name, or in one of two hundred cases the same first one and another second."""
    one = _relative(chance, true)
    given, middle = one.given, one.middle
    if true.middle and chance.of(0.005):
        given, middle = true.given, _another_given(chance, true._replace(given=true.middle), true.sex)
    near = f"{true.number[:8]}{(int(true.number[8]) + 1) % 10}"  # numbers applied for on one day
    return one._replace(given=given, middle=middle, families=true.families, born=true.born, number=near, home=true.home)


def _stranger(chance: Chance, true: Person) -> Person:
    """A stranger in the building; a few have a like name, a few the same birthday and then another name."""
    one = person(chance, BUILDINGS[true.home.building], ELSEWHERE, true.origin if chance.of(0.7) else None)
    if chance.of(0.1):
        one = one._replace(families=true.families)
    if chance.of(0.1):
        given = true.given if chance.of(0.5) else _another_given(chance, true, one.sex)
        one = one._replace(given=given, origin=true.origin)
    if chance.of(0.05) and one.given.name is not true.given.name:
        one = one._replace(born=true.born)
    return one


def _some(chance: Chance, make: Callable[[Chance, Person], Person], true: Person) -> list[Person]:
    return [make(chance, true) for _ in range(chance.pick((1, 1, 1, 1, 2, 3)))]


# The strata.


def _namesakes(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    return _trial(chance, true, carried, [_namesake(chance, true)])


def _relatives(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    return _trial(chance, true, carried, _some(chance, _relative, true))


def _twins(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    return _trial(chance, true, carried, [_twin(chance, true)])


def _juniors(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    younger = chance.of(0.5)
    suffixes = [chance.pick(("JR", "JR", "JR", "II", "III", "")), chance.pick(("SR", "", ""))]
    own, others = suffixes if younger else suffixes[::-1]
    true = true._replace(suffix=own)
    middle = true.middle if chance.of(0.8) else _middle(chance, true.origin, true.sex)
    born = aged(chance, true.born, -38, -18) if younger else aged(chance, true.born, 18, 38)
    held_by = true.number if chance.of(0.005) else number(chance)
    return _trial(chance, true, carried, [true._replace(suffix=others, middle=middle, born=born, number=held_by)])


def _same_building(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    return _trial(chance, true, carried, _some(chance, _stranger, true))


def _shared_numbers(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    kind = chance.random.random()
    make = _twin if kind < 0.05 else _namesake if kind < 0.25 else _relative
    other = make(chance, true)._replace(number=true.number, home=true.home)
    return _trial(chance, true, carried, [other])


def _recycled_numbers(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    make = _namesake if chance.of(0.2) else _stranger
    return _trial(chance, true, carried, [make(chance, true)._replace(number=true.number)])


def _movers(chance: Chance, carried: Carried) -> Trial:
    """The request gives the earlier home; its new tenants, and perhaps one of the family who stayed."""
    true = person(chance, HERE, BEFORE)
    earlier = true.earlier or dwelling(chance, BEFORE)
    true = true._replace(earlier=earlier)
    kind = chance.random.random()
    make = _namesake if kind < 0.1 else _relative if kind < 0.4 else _stranger
    there = make(chance, true)._replace(home=earlier, earlier=None)
    return _trial(chance, true, carried, [there], earlier)


def _surnames(chance: Chance, carried: Carried) -> Trial:
    """Two surnames, and a cousin with one of them in one place or the other, who may bear the same given name."""
    true = person(chance, HERE, BEFORE, 1 if chance.of(0.8) else None)
    first, second = (
        true.families if len(true.families) > 1 else (true.families[0], chance.pick(origins()[true.origin].family))
    )
    true = true._replace(families=(first, second))
    other = chance.pick(origins()[true.origin].family)
    borne = chance.pick(((first, other), (other, second), (second, other), (other, first), (second, first), (second,)))
    cousin = _relative(chance, true)._replace(families=borne)
    if chance.of(0.4):
        cousin = cousin._replace(given=true.given)
    elif chance.of(0.2):
        cousin = cousin._replace(born=true.born)
    return _trial(chance, true, carried, [cousin])


def _transliterations(chance: Chance, carried: Carried) -> Trial:
    """A name of several spellings; somebody of the home bears another name near to it, and may be a twin."""
    true = person(chance, HERE, BEFORE, chance.pick((1, 2, 3, 4, 5, 6)))
    names = origins()[true.origin]
    near = names.near.get(true.given.name)
    other = (_twin if chance.of(0.4) else _relative)(chance, true)
    if near and chance.of(0.7):
        other = other._replace(given=chance.pick(near))
    return _trial(chance, true, carried, [other])


def _new_year(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    true = true._replace(born=NEW_YEARS[true.born or 0])
    kind = chance.random.random()
    make = _namesake if kind < 0.1 else _twin if kind < 0.3 else _relative
    other = make(chance, true)
    born = aged(chance, true.born, -3, 3) if kind < 0.1 else other.born
    return _trial(chance, true, carried, [other._replace(born=NEW_YEARS[born or 0])])


def _typing_errors(chance: Chance, carried: Carried) -> Trial:
    true = person(chance, HERE, BEFORE)
    others = [_twin(chance, true)] if chance.of(0.3) else _some(chance, _relative, true)
    return _trial(chance, true, carried, others)


def _stale_addresses(chance: Chance, carried: Carried) -> Trial:
    """The request gives a home that the file does not have; one of the family, a namesake or a stranger lives or lived there."""
    true = person(chance, HERE, BEFORE)
    asked_at = dwelling(chance, ELSEWHERE)
    kind = chance.random.random()
    make = _namesake if kind < 0.1 else _relative if kind < 0.6 else _stranger
    there = make(chance, true)
    there = there._replace(home=asked_at) if chance.of(0.6) else there._replace(earlier=asked_at)
    return _trial(chance, true, carried, [there], asked_at)


STRATA: Mapping[str, Draw] = {
    "namesakes": _namesakes,
    "relatives": _relatives,
    "twins": _twins,
    "juniors": _juniors,
    "same_building": _same_building,
    "shared_numbers": _shared_numbers,
    "recycled_numbers": _recycled_numbers,
    "movers": _movers,
    "surnames": _surnames,
    "transliterations": _transliterations,
    "new_year": _new_year,
    "typing_errors": _typing_errors,
    "stale_addresses": _stale_addresses,
}
"""Each stratum's draw, by the name under which `deck.toml` states its share."""
