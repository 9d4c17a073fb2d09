"""What proofs and comparisons stand on: worked cases to make witnesses like, and the days from which the law is another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import z3

from safeconduct.core import law
from safeconduct.core.cases import Case, cases
from safeconduct.core.expression import Value
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.intake import Request, read
from safeconduct.core.orders import Order
from safeconduct.core.rulepack import Agreement
from safeconduct.core.rules import AUTHORITY, Outcome, Rule
from safeconduct.preflight import Opened
from safeconduct.proof.documents import Look, day_of, look
from safeconduct.proof.encoding import Encoded
from safeconduct.proof.symbols import AT, Formula, both
from safeconduct.proof.witness import Base, Drawn, Finder


def finder(opened: Opened, of: Encoded, drawn: Drawn | None = None) -> Finder:
    """How requests are found for the law `of`; what requests can show is taken from `drawn` where that is given."""
    worked = cases(opened.pack)
    looks = (look(opened.intake, of.symbols),)
    return finder_of(looks, worked, (opened,), (of,), {} if drawn is None else drawn)


def finder_of(
    looks: tuple[Look, ...],
    worked: tuple[Case, ...],
    sides: tuple[Opened, ...],
    laws: tuple[Encoded, ...],
    drawn: Drawn,
) -> Finder:
    """How requests are found for several `laws` at once; witnesses are made like cases that the first would permit."""
    bound = sorted({look.symbols.day.as_long() for look in looks if z3.is_int_value(look.symbols.day)})
    free = any(not z3.is_int_value(look.symbols.day) for look in looks)
    days = turning_days(*sides) if free else tuple(bound[:1])
    always = both(axiom for of in laws for axiom in of.axioms())
    bases = tuple(_bases(worked, looks, laws[0], always, None if free else days[0]))
    read = {on: reading_on(sides[0], on) for on in (*days, *(base.on for base in bases))}
    items = tuple(name for name in sides[0].pack.items if all(name in side.pack.items for side in sides))
    return Finder(looks, items, tuple(case.request for case in worked), bases, days, read, always, drawn=drawn)


def turning_days(*sides: Opened) -> tuple[int, ...]:
    """The days from which the law is another, and the day before all of them."""
    turns: set[int] = set()
    for side in sides:
        dated: tuple[Rule | Order | Agreement, ...] = (*side.pack.rules, *side.orders, *side.pack.agreements.values())
        turns |= {day for one in dated for day in (one.since, one.until) if day}
        turns |= {entry.since for entry in side.pack.readings_in_force}
    return (*sorted(turns, reverse=True), max(1, min(turns, default=2) - 1))


def reading_on(opened: Opened, on: int) -> Mapping[str, bool | None]:
    """What the reading in force on the day `on` says."""
    return law.readings_in_force(opened.pack, on)[0].values


def _bases(
    worked: Iterable[Case], looks: tuple[Look, ...], of: Encoded, always: Formula, bound: int | None
) -> Iterator[Base]:
    """The first worked case that is permitted under each authority."""
    named: set[Value] = set()
    for case in worked:
        if case.outcome is not Outcome.PERMIT:
            continue
        on = bound or case.on
        requests = [read(case.request, one.how, day_of(one, on)) for one in looks]
        facts = tuple(request.facts for request in requests if isinstance(request, Request))
        if len(facts) < len(looks) or facts[0].get(AUTHORITY) in named:
            continue
        named.add(facts[0].get(AUTHORITY))
        yield Base(case.name, case.request, on, facts, given(of, facts[0], always))


def given(of: Encoded, facts: Mapping[str, Value], always: Formula) -> dict[str, Value]:
    """What of later steps would let a request with these facts pass review; nothing where none would."""
    solver = z3.Solver()
    solver.add(always, *of.switches.values(), AT[Step.REVIEW], of.permitted)
    declared = of.symbols.facts
    solver.add(*(of.symbols.is_(declared[name], value) for name, value in facts.items()))
    if solver.check() != z3.sat:
        return {}
    model = solver.model()
    unstated = (
        fact
        for name, fact in declared.items()
        if name not in facts and fact.established_by is not EstablishedBy.READING
    )
    return {fact.name: of.symbols.value(fact, model) for fact in unstated}
