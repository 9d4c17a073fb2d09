"""What proofs and comparisons stand on: worked cases to make witnesses like, and the days from which the law is another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import z3

from safeconduct.core import law
from safeconduct.core.cases import Case, cases
from safeconduct.core.expression import Value
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.intake import Request, Unreadable, read
from safeconduct.core.rules import AUTHORITY, Outcome
from safeconduct.preflight import Opened
from safeconduct.proof.documents import Look, look
from safeconduct.proof.encoding import Encoded
from safeconduct.proof.symbols import AT, both
from safeconduct.proof.witness import Base, Drawn, Finder


def finder(opened: Opened, of: Encoded, drawn: Drawn | None = None) -> Finder:
    """How requests are found for the law `of`; what requests can show is taken from `drawn` where that is given."""
    looks = (look(opened.intake, of.symbols),)
    worked = cases(opened.pack)
    days = turning_days(opened)
    always = both(of.axioms())
    bases = tuple(_bases(worked, looks, of, always))
    readings = {on: reading_on(opened, on) for on in (*days, *(base.on for base in bases))}
    documents = tuple(case.request for case in worked)
    return Finder(looks, tuple(opened.pack.items), documents, bases, days, readings, always, drawn={} if drawn is None else drawn)


def turning_days(*sides: Opened) -> tuple[int, ...]:
    """The days from which the law is another, and the day before all of them."""
    turns: set[int] = set()
    for side in sides:
        for one in (*side.pack.rules, *side.orders, *side.pack.agreements.values()):
            turns |= {day for day in (one.since, one.until) if day}
        turns |= {entry.since for entry in side.pack.readings_in_force}
    return (*sorted(turns, reverse=True), max(1, min(turns, default=2) - 1))


def reading_on(opened: Opened, on: int) -> Mapping[str, bool | None]:
    """What the reading in force on the day `on` says."""
    return law.readings_in_force(opened.pack, on)[0].values


def _bases(worked: Iterable[Case], looks: tuple[Look, ...], of: Encoded, always: object) -> Iterator[Base]:
    """The first worked case that is permitted under each authority."""
    named: set[Value] = set()
    for case in worked:
        if case.outcome is not Outcome.PERMIT:
            continue
        requests = [read(case.request, look.how, case.on) for look in looks]
        facts = tuple(request.facts for request in requests if isinstance(request, Request))
        if len(facts) < len(looks) or facts[0].get(AUTHORITY) in named:
            continue
        named.add(facts[0].get(AUTHORITY))
        yield Base(case.name, case.request, case.on, facts, given(of, facts[0], always))


def given(of: Encoded, facts: Mapping[str, Value], always: object) -> dict[str, Value]:
    """What of later steps would let a request with these facts pass review; nothing where none would."""
    solver = z3.Solver()
    solver.add(always, *of.switches.values(), AT[Step.REVIEW], of.permitted)
    declared = of.symbols.facts
    solver.add(*(of.symbols.is_(declared[name], value) for name, value in facts.items()))
    if solver.check() != z3.sat:
        return {}
    model = solver.model()
    unstated = (
        fact for name, fact in declared.items() if name not in facts and fact.established_by is not EstablishedBy.READING
    )
    return {fact.name: of.symbols.value(fact, model) for fact in unstated}
