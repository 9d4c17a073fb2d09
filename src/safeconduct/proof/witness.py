"""A real request of what z3 found.

A model of z3 is made a request that can be written: of combinations that requests can show, as near to a worked case as the
formula lets it be, so that a reader sees at once what is odd about it. A model for which no such request is found is no
witness, and it is no proof either. That the request is what it is said to be shows when it is ruled on, in `ruled`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import z3

from safeconduct.core.days import iso
from safeconduct.core.expression import Kind, Value
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.rules import AUTHORITY
from safeconduct.proof.claims import SECOND, Other
from safeconduct.proof.documents import (
    Combinations,
    Fill,
    Group,
    Look,
    Shown,
    can_be_shown,
    combinations,
    day_of,
    groups,
    items_of,
    put,
    shown_by,
    taken,
)
from safeconduct.proof.symbols import AT, DAY, TRUE, Formula, Symbols, asked, both, contrary, truth_named

PATIENCE = 10_000
"""Milliseconds that the solver may take over one question."""
_TEN_YEARS = 3653


class Undecided(Exception):
    """The solver gave up, or what it found is no request that can be written: nothing is proved, and nothing found."""


Drawn = dict[tuple[tuple[str, ...], tuple[int, ...]], Combinations]
"""What requests can show, by the fields looked at and the days where it turns on these."""


@dataclass(frozen=True, slots=True)
class Base:
    """A worked case that is permitted, near which witnesses are made.

    `named` is how the case is called, `facts` are what each look finds in it, `given` is what of later steps would let it
    pass review.
    """

    named: str
    document: Mapping[str, Any]
    on: int
    facts: tuple[Mapping[str, Value], ...]
    given: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Found:
    """A request that z3 found, or a pair; the day of the law for each look; the model in which they are so."""

    model: Formula
    days: tuple[int, ...]
    document: Mapping[str, Any]
    second: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds requests of which formulas are true.

    `items` are those that can be asked for, `days` those of the law to try; `readings` gives for a day what the facts that
    readings establish are, at best; `always` is what holds of every request.
    """

    looks: tuple[Look, ...]
    items: tuple[str, ...]
    documents: tuple[Fill, ...]
    bases: tuple[Base, ...]
    days: tuple[int, ...]
    readings: Mapping[int, Mapping[str, bool | None]]
    always: Formula
    solver: Formula = field(default_factory=z3.Solver)
    groups: list[Group] = field(default_factory=list)
    drawn: Drawn = field(default_factory=dict)
    guards: dict[tuple[object, ...], Formula] = field(default_factory=dict)
    wishes: dict[tuple[object, ...], dict[str, Formula]] = field(default_factory=dict)
    shown: dict[tuple[object, ...], list[Shown | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let the solver know what always holds."""
        self.solver.set("timeout", PATIENCE)
        self.solver.add(self.always)

    def refuted(self, formula: Formula, second: Other | None = None) -> bool:
        """Whether no request whatever makes `formula` true.

        Raises:
            Undecided: the solver gave up.
        """
        self.solver.push()
        try:
            self.solver.add(formula, *([second.of(self.always)] if second else []))
            return self._model() is None
        finally:
            self.solver.pop()

    def find(self, formula: Formula, second: Other | None = None, *, near: bool = True) -> Found | None:
        """A request that can be written and makes `formula` true; None where no request whatever does.

        It is as `near` to a worked case as may be, which takes time, or as it comes.

        Raises:
            Undecided: the solver gave up, or no request of which its model speaks could be written.
        """
        if self.refuted(formula, second):
            return None
        base = self._base(formula, second) if near or not self.bases else self.bases[0]
        for on in dict.fromkeys((base.on, *self.days)):
            found = self._near(base, on, formula, second, near=near)
            if found is not None:
                return found
        raise Undecided("z3 speaks of a request that could not be written")

    def _model(self, *assumed: Formula) -> Formula | None:
        answer = self.solver.check(*assumed)
        if answer == z3.unknown:
            raise Undecided("the solver gave up")
        return self.solver.model() if answer == z3.sat else None

    def _base(self, formula: Formula, second: Other | None) -> Base:
        """The first base that names an authority under which the formula may be true, or else the first."""
        named = self.looks[0].how.pack.facts[AUTHORITY]
        for base in self.bases:
            if not self.refuted(
                both((formula, self.looks[0].symbols.is_(named, base.facts[0].get(AUTHORITY)))), second
            ):
                return base
        return self.bases[0] if self.bases else Base("", {}, self.days[0], ({},) * len(self.looks), {})

    def _near(self, base: Base, on: int, formula: Formula, second: Other | None, *, near: bool) -> Found | None:
        """A request of the day `on` that makes `formula` true, as near to `base` as may be, or as it comes."""
        must = [self._guard(on, None), *([self._guard(on, second)] if second else [])]
        wishes = {**self._wishes(base, on, None), **(self._wishes(base, on, second) if second else {})} if near else {}
        self.solver.push()
        try:
            self.solver.add(formula)
            model = self._model(*must)
            if model is None:
                return None
            if near:
                model = self._as_wished(must, wishes)
        finally:
            self.solver.pop()
        first = self._document(base, on, model, None)
        return Found(model, self._days(on), first, self._document(base, on, model, second) if second else None)

    def _as_wished(self, must: list[Formula], wishes: dict[str, Formula]) -> Formula:
        """A model of what must be so in which as many wishes hold as can.

        Of wishes that clash the last is given up; then those given up in vain are taken back.
        """
        wanted, given_up = dict(wishes), dict[str, Formula]()
        while (model := self._model(*must, *wanted.values())) is None:
            core = {one.decl().name() for one in self.solver.unsat_core()}
            last = next(name for name in reversed(wanted) if name in core)
            given_up[last] = wanted.pop(last)
        for name, wish in reversed(given_up.items()):
            better = self._model(*must, *wanted.values(), wish)
            if better is not None:
                wanted[name], model = wish, better
        return model

    def _days(self, on: int) -> tuple[int, ...]:
        """The day of the law for each look: `on`, or the day to which the look is bound."""
        return tuple(day_of(look, on) for look in self.looks)

    def _guard(self, on: int, second: Other | None) -> Formula:
        """A literal that binds the request, or the second of a pair, to the day `on` and to what requests can show then."""
        key = (on, second.apart if second else None)
        if key not in self.guards:
            self.guards[key] = guard = truth_named(f"guard {len(self.guards)}")
            shown = [
                can_be_shown(one, self._seen(second), self.items, _marks(second)) for one in self._combinations(on)
            ]
            axioms = second.of(self.always) if second else TRUE
            self.solver.add(z3.Implies(guard, both((on == DAY, axioms, *shown))))
        return self.guards[key]

    def _seen(self, second: Other | None) -> tuple[Look, ...]:
        return tuple(replace(look, symbols=second.symbols) for look in self.looks) if second else self.looks

    def _combinations(self, on: int) -> Iterator[Combinations]:
        days = self._days(on)
        if not self.groups:
            self.groups.extend(groups(self.looks))
        for group in self.groups:
            key = (group.paths, () if group.undated else days)
            if key not in self.drawn:
                self.drawn[key] = combinations(group, self.looks, self.documents, days)
            yield self.drawn[key]

    def _wishes(self, base: Base, on: int, second: Other | None) -> dict[str, Formula]:
        """What a witness should be like, dearest first, each with its name: ask for the same, and say the same."""
        key = (base.named, on, second.apart if second else None)
        if key not in self.wishes:
            wished = list(self._wished(base, on, second))
            names = [f"wish {len(self.wishes)}.{number}" for number in range(len(wished))]
            self.wishes[key] = {name: truth_named(name) for name in names}
            self.solver.add(*map(z3.Implies, self.wishes[key].values(), wished))
        return self.wishes[key]

    def _wished(self, base: Base, on: int, second: Other | None) -> Iterator[Formula]:
        wanted = items_of(base.document)
        for item in self.items:
            one = asked(f"{item}{_marks(second)[1]}")
            yield one if item in wanted else contrary(one)
        yield from (contrary(AT[step]) for step in (Step.SEARCH, Step.REVIEW))
        read = self.readings.get(on, {})
        for look, facts in zip(self._seen(second), base.facts, strict=True):
            known = {**facts, **base.given, **read}
            stated = [fact for fact in look.how.pack.facts.values() if second is None or fact.name in second.apart]
            for fact in sorted(stated, key=_dearness):
                yield look.symbols.is_(fact, known.get(fact.name))
            yield from (_lately(look.symbols, fact, on) for fact in stated if fact.sort.kind is Kind.DAY)

    def _shown(self, base: Base, on: int) -> list[Shown | None]:
        """What `base` shows on the day `on`, group by group."""
        key = (base.named, on)
        if key not in self.shown:
            days = self._days(on)
            self.shown[key] = [shown_by(base.document, one, self.looks, days) for one in self._combinations(on)]
        return self.shown[key]

    def _document(self, base: Base, on: int, model: Formula, second: Other | None) -> dict[str, Any]:
        """The request of which `model` speaks, written as `base` is but for what is otherwise."""
        document = copy.deepcopy(dict(base.document))
        looks = self._seen(second)
        for one, shown in zip(self._combinations(on), self._shown(base, on), strict=True):
            wanted = taken(one, looks, model, self.items, _marks(second))
            for path, value in sorted(one.ways[wanted][0].items()) if wanted != shown else ():
                put(document, path, value)
        for look in looks:
            for fact in look.facts:
                if fact.finding == "value" and fact.sort.kind in (Kind.DAY, Kind.COUNT):
                    _number(document, fact, look.symbols.value(fact, model))
        document["request_id"] = "P-1" if second is None else "P-2"
        return document


def _marks(second: Other | None) -> tuple[str, str]:
    return ("", "") if second is None else (SECOND, SECOND if second.items else "")


def _dearness(fact: Fact) -> tuple[bool, bool]:
    """Readings are the dearest, and days the first to be given up: to move one is the least change."""
    return fact.established_by is not EstablishedBy.READING, fact.sort.kind is Kind.DAY


def _lately(symbols: Symbols, fact: Fact, on: int) -> Formula:
    """That a day lies in the ten years before the day of the law: a reader expects no other."""
    number = symbols.number_of(fact.name)
    return z3.Implies(number.known, z3.And(number.is_ <= on, number.is_ > on - _TEN_YEARS))


def _number(document: dict[str, Any], fact: Fact, value: Value) -> None:
    if isinstance(value, int):
        put(document, fact.path, iso(value) if fact.sort.kind is Kind.DAY else value)
