"""Two laws compared: a request on which they rule differently, and whether the second permits what the first does not.

A law is a pack, or a pack on one day, or under one reading. Facts are one and the same on both sides where both find them
in the same way; where a table, a declaration or the day makes them be found otherwise, each side has its own, and only a
request that both can read tells them apart. What cannot be told so is undecided, and undecided counts as widening.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import z3

from safeconduct import preflight, shelf
from safeconduct.core import law
from safeconduct.core.cases import Case, cases
from safeconduct.core.days import day
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.readings import NO_READING, Reading
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import Outcome
from safeconduct.preflight import Opened
from safeconduct.proof.apart import apart, beside
from safeconduct.proof.documents import Look, look
from safeconduct.proof.encoding import Encoded, encode
from safeconduct.proof.ground import finder_of
from safeconduct.proof.ruled import Disagreement, Told, ruled
from safeconduct.proof.symbols import AT, DAY, KNOWN, Formula, Symbols, Truth, both, contrary, either, holds
from safeconduct.proof.witness import Finder, Found, Undecided

_SIDE = re.compile(r"(?P<pack>.+?)(?:@(?P<on>[0-9-]{8,10}))?(?:~(?P<reading>[^/~@]+))?")
MARK = " (of the second law)"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two laws: a pack with its orders, bound to a day or to a reading or free of both."""

    said: str
    opened: Opened
    on: int | None
    reading: str | None


@dataclass(frozen=True, slots=True)
class Rulings:
    """One request and what either law says of it."""

    a: Told
    b: Told


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a comparison: a request on which they differ, one that only the second permits, what is not decided.

    `unseen` names what differs and is not law over facts: how facts are found.
    """

    a: Side
    b: Side
    differ: Rulings | None
    widens: Rulings | None
    undecided: bool
    unseen: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the two rule alike on every request."""
        return self.differ is None and not self.undecided


@dataclass(frozen=True, slots=True)
class Lawful:
    """A side in z3: one encoding for each reading that may be in force at once, of which the stricter rules."""

    side: Side
    under: tuple[Encoded, ...]

    def at_least(self, outcome: Outcome) -> Formula:
        """Whether the outcome weighs at least as much as `outcome`."""
        return either(of.at_least(outcome) for of in self.under)

    def may(self, item: str) -> Formula:
        """Whether `item` may be disclosed. Of rulings that weigh alike the first counts, as in `law.stricter`."""
        if item not in self.side.opened.pack.items:
            return z3.BoolVal(False)
        return both((contrary(self.at_least(Outcome.INCOMPLETE)), self.under[0].may(item)))


def side(said: str) -> Side:
    """The law that is called `said`: `PACK`, `PACK@YYYY-MM-DD`, `PACK~reading`, or both.

    Raises:
        Misplaced: there is no such pack, day or reading.
        PackFault: the pack or an order is malformed.
    """
    parts = None if (Path(said) / "README.md").is_file() else _SIDE.fullmatch(said)
    pack, written, reading = (parts["pack"], parts["on"], parts["reading"]) if parts else (said, None, None)
    on = day(written) if written else None
    if written and on is None:
        raise shelf.Misplaced(said, "has no date of the calendar behind @", "write PACK@YYYY-MM-DD")
    opened = preflight.opened(pack)
    if reading and reading not in opened.pack.readings:
        known = ", ".join(sorted(opened.pack.readings))
        raise shelf.Misplaced(said, "names a reading that the pack has not", f"write one of {known} behind ~")
    return Side(said, opened, on, reading)


def diff(a: Side, b: Side) -> Difference:
    """Where the laws `a` and `b` differ, and whether `b` widens.

    Raises:
        Disagreement: the prover and the law say otherwise of one request.
    """
    here, there = a.opened.pack, b.opened.pack
    otherwise = apart(here, there, (a.on, b.on))
    first = lawful(a, Symbols(a.opened.pack.facts, _day(a)))
    second = lawful(b, Symbols(b.opened.pack.facts, _day(b), apart=frozenset(otherwise), mark=MARK))
    finder = _finder(first, second, frozenset(otherwise))
    switches = {str(on): on for of in (*first.under, *second.under) for on in of.switches.values()}
    whole = both(switches.values())
    differ, in_doubt = _first(finder, (first, second), both((whole, _differ(first, second))))
    widens, in_doubt_too = (
        _first(finder, (first, second), both((whole, _widens(first, second)))) if differ else (None, in_doubt)
    )
    known = beside(here, there)
    unseen = (*dict.fromkeys(otherwise.values()), *known)
    undecided = widens is None and (in_doubt or in_doubt_too or bool(known))
    return Difference(a, b, differ, widens, undecided, unseen)


def _day(of: Side) -> Formula:
    return DAY if of.on is None else z3.IntVal(of.on)


def lawful(of: Side, symbols: Symbols) -> Lawful:
    """The law of a side in z3, its facts being `symbols`."""
    pack = of.opened.pack
    asked_of = [fact.name for fact in pack.facts.values() if fact.established_by is EstablishedBy.READING]
    most = 1 if of.reading else max(len(readings) for _, _, readings in _eras(pack))
    return Lawful(of, tuple(_under(of, symbols, place, asked_of) for place in range(most)))


def _under(of: Side, symbols: Symbols, place: int, asked_of: list[str]) -> Encoded:
    """The law under the reading at a `place` among those in force together."""
    settled = {name: _answer(of, symbols.day, name, place) for name in asked_of}
    return encode(of.opened.pack, of.opened.orders, replace(symbols, settled=settled, lowered={}, said={}))


def _answer(of: Side, on: Formula, name: str, place: int) -> Truth:
    """What the reading chosen, or else the one in force on the day `on`, says of a fact."""
    pack = of.opened.pack
    if of.reading:
        return KNOWN[pack.readings[of.reading].values.get(name)]
    if of.on is not None:
        readings = law.readings_in_force(pack, of.on)
        return KNOWN[readings[min(place, len(readings) - 1)].values.get(name)]
    said = [
        (both((on >= since, on < until)), r[min(place, len(r) - 1)].values.get(name)) for since, until, r in _eras(pack)
    ]
    return Truth(either(era for era, yes in said if yes is True), either(era for era, yes in said if yes is False))


def _eras(pack: Pack) -> list[tuple[int, int, tuple[Reading, ...]]]:
    """From when until when which readings are in force."""
    begin = sorted({0, *(entry.since for entry in pack.readings_in_force)})
    ends = [*begin[1:], 10**7]
    return [
        (since, until, law.readings_in_force(pack, since) if since else (NO_READING,))
        for since, until in zip(begin, ends, strict=True)
    ]


def _finder(first: Lawful, second: Lawful, otherwise: frozenset[str]) -> Finder:
    """Requests are read on both sides, the second looking only for what it finds otherwise or alone."""
    one, two = (look(each.side.opened.intake, each.under[0].symbols) for each in (first, second))
    own = tuple(fact for fact in two.facts if fact.name in otherwise or fact.name not in one.how.pack.facts)
    looks = (one, Look(two.how, own, two.symbols))
    sides = (first.side.opened, second.side.opened)
    return finder_of(looks, tuple(_worked(*sides)), sides, (*first.under, *second.under), {})


def _worked(a: Opened, b: Opened) -> Iterator[Case]:
    seen: list[Mapping[str, Any]] = []
    for case in (*cases(a.pack), *cases(b.pack)):
        if case.request not in seen:
            seen.append(case.request)
            yield case


def _differ(a: Lawful, b: Lawful) -> Formula:
    items = dict.fromkeys((*a.side.opened.pack.items, *b.side.opened.pack.items))
    outcomes = (z3.Xor(a.at_least(one), b.at_least(one)) for one in Outcome if one is not Outcome.PERMIT)
    return either((*outcomes, *(z3.Xor(a.may(item), b.may(item)) for item in items)))


def _widens(a: Lawful, b: Lawful) -> Formula:
    return either(both((b.may(item), contrary(a.may(item)))) for item in b.side.opened.pack.items)


def _first(finder: Finder, laws: tuple[Lawful, Lawful], formula: Formula) -> tuple[Rulings | None, bool]:
    """The first request, step by step, of which `formula` is true; and whether there may be one that was not found."""
    in_doubt = False
    for step in Step:
        come = (AT[one] if one <= step else contrary(AT[one]) for one in Step)
        try:
            found = finder.find(both((formula, *come)))
        except Undecided:
            in_doubt = True
            continue
        if found is not None:
            return _ruled(found, laws), False
    return None, in_doubt


def _ruled(found: Found, laws: tuple[Lawful, Lawful]) -> Rulings:
    a, b = (_told(found, of, on) for of, on in zip(laws, found.days, strict=True))
    return Rulings(a, b)


def _told(found: Found, of: Lawful, on: int) -> Told:
    """What the law says of the request found, which must be what z3 says."""
    opened, symbols = of.side.opened, of.under[0].symbols
    taken = law.as_of(opened.pack, opened.orders, on, of.side.reading)
    one = ruled(taken, opened.intake, found.model, symbols, found.document)
    weights = (outcome for outcome in Outcome if outcome and holds(found.model, of.at_least(outcome)))
    if max(weights, default=Outcome.PERMIT) is not one.ruling.outcome:
        raise Disagreement(f"the outcome is {one.ruling.outcome.name.lower()}")
    may = {item.item for item in one.ruling.items if item.may_disclose}
    if {item for item in opened.pack.items if holds(found.model, of.may(item))} != may:
        raise Disagreement("other items may be disclosed")
    return one
