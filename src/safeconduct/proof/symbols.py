"""Facts as symbols of z3, and the tree over facts lowered to them.

A truth is two Booleans, whether it is true and whether it is false, never both; neither is unknown. A choice is one
Boolean a member, at most one of them true. A count or a day is a Boolean, whether it is known, and an integer. So the law
is propositional but for numbers, and z3 is quick with it. The day of the law and the step are symbols too: one proof
covers all of them.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import z3

from safeconduct.core.expression import Among, And, Compare, Constant, Days, Kind, Node, Not, Or, Ref, Term, Value
from safeconduct.core.facts import Fact, Step

Formula = Any
"""An expression of z3, which is untyped."""

LAW_ON = "law.on"
"""The day of the law, which any rule may name."""
FIRST_DAY, LAST_DAY = 1, dt.date.max.toordinal()

SIGNS: Mapping[str, Callable[[Formula, Formula], Formula]] = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth in Kleene's logic: whether it is true and whether it is false; unknown is neither."""

    yes: Formula
    no: Formula


@dataclass(frozen=True, slots=True)
class Number:
    """A count or a day: whether it is known, and which it is."""

    known: Formula
    is_: Formula


TRUE, FALSE = z3.BoolVal(True), z3.BoolVal(False)
KNOWN: Mapping[bool | None, Truth] = {True: Truth(TRUE, FALSE), False: Truth(FALSE, TRUE), None: Truth(FALSE, FALSE)}


def both(parts: Iterable[Formula]) -> Formula:
    """All of `parts`, the true ones dropped."""
    return _joined(parts, TRUE, FALSE, z3.Z3_mk_and)


def either(parts: Iterable[Formula]) -> Formula:
    """At least one of `parts`, the false ones dropped."""
    return _joined(parts, FALSE, TRUE, z3.Z3_mk_or)


def _joined(parts: Iterable[Formula], idle: Formula, decisive: Formula, make: Callable[..., Any]) -> Formula:
    """`parts` joined; z3's own `And` and `Or` look at the sort of each, which is slow."""
    some = [part for part in parts if part is not idle]
    if any(part is decisive for part in some):
        return decisive
    if len(some) < 2:
        return some[0] if some else idle
    return z3.BoolRef(
        make(_CONTEXT.ref(), len(some), (z3.Ast * len(some))(*(part.as_ast() for part in some))), _CONTEXT
    )


def contrary(part: Formula) -> Formula:
    """The contrary of `part`."""
    if part is TRUE or part is FALSE:
        return FALSE if part is TRUE else TRUE
    return z3.BoolRef(z3.Z3_mk_not(_CONTEXT.ref(), part.as_ast()), _CONTEXT)


_CONTEXT = z3.main_ctx()
truth_named = functools.cache(z3.Bool)
"""The Boolean of a name: z3 makes it anew at every call, which is slow."""
number_named = functools.cache(z3.Int)
DAY = number_named(LAW_ON)
AT = {Step.REQUEST: TRUE, Step.SEARCH: truth_named("step.search"), Step.REVIEW: truth_named("step.review")}
"""Whether a step has come."""


def asked(item: str) -> Formula:
    """Whether the request asks for `item`."""
    return truth_named(f"asked.{item}")


@dataclass(frozen=True, slots=True)
class Symbols:
    """The symbols of a pack's facts.

    `day` is that of the law. `settled` are truths that stand for facts and for names that are none of the pack's; `mark`
    keeps the facts named in `apart` from those of another law that go by the same name.
    """

    facts: Mapping[str, Fact]
    day: Formula = DAY
    settled: Mapping[str, Truth] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()
    mark: str = ""
    lowered: dict[Node, Truth] = field(default_factory=dict)
    said: dict[tuple[str, Value], Formula] = field(default_factory=dict)

    def name(self, fact: str) -> str:
        """What a fact's symbols are called."""
        return f"{fact}{self.mark}" if fact in self.apart else fact

    def truth_of(self, fact: str) -> Truth:
        """A fact that is a truth, as the request has it, be its step come or not."""
        name = self.name(fact)
        return Truth(truth_named(f"{name} is true"), truth_named(f"{name} is false"))

    def member_of(self, fact: str, member: str) -> Formula:
        """Whether a choice is `member`."""
        return truth_named(f"{self.name(fact)} is {member}")

    def number_of(self, fact: str) -> Number:
        """A count or a day."""
        name = self.name(fact)
        return Number(truth_named(f"{name} is known"), number_named(name))

    def is_(self, fact: Fact, value: Value) -> Formula:
        """That a fact has a value; `None` is unknown."""
        key = (fact.name, value if value is None else f"{value!r}")
        if key not in self.said:
            self.said[key] = self._is(fact, value)
        return self.said[key]

    def _is(self, fact: Fact, value: Value) -> Formula:
        match fact.sort.kind:
            case Kind.TRUTH:
                truth = self.truth_of(fact.name)
                return truth.yes if value is True else truth.no if value is False else self.unknown(fact)
            case Kind.CHOICE:
                return self.unknown(fact) if value is None else self.member_of(fact.name, str(value))
            case _:
                number = self.number_of(fact.name)
                return z3.Not(number.known) if value is None else z3.And(number.known, number.is_ == value)

    def unknown(self, fact: Fact) -> Formula:
        """That a fact is unknown."""
        match fact.sort.kind:
            case Kind.TRUTH:
                truth = self.truth_of(fact.name)
                return z3.Not(z3.Or(truth.yes, truth.no))
            case Kind.CHOICE:
                return z3.Not(z3.Or([self.member_of(fact.name, member) for member in fact.sort.members]))
            case _:
                return z3.Not(self.number_of(fact.name).known)

    def value(self, fact: Fact, model: Formula) -> Value:
        """The value of a fact in a model."""
        match fact.sort.kind:
            case Kind.TRUTH:
                truth = self.truth_of(fact.name)
                return True if holds(model, truth.yes) else False if holds(model, truth.no) else None
            case Kind.CHOICE:
                members = fact.sort.members
                return next((one for one in members if holds(model, self.member_of(fact.name, one))), None)
            case _:
                number = self.number_of(fact.name)
                known = holds(model, number.known)
                return int(model.eval(number.is_, model_completion=True).as_long()) if known else None

    def atoms(self, fact: Fact) -> Iterator[Formula]:
        """The symbols of a fact."""
        match fact.sort.kind:
            case Kind.TRUTH:
                truth = self.truth_of(fact.name)
                yield from (truth.yes, truth.no)
            case Kind.CHOICE:
                yield from (self.member_of(fact.name, member) for member in fact.sort.members)
            case _:
                number = self.number_of(fact.name)
                yield from (number.known, number.is_)

    def axioms(self) -> Iterator[Formula]:
        """What holds of the symbols whatever a request says: no fact has two values, a day is one of the calendar."""
        yield z3.Implies(AT[Step.REVIEW], AT[Step.SEARCH])
        yield z3.And(self.day >= FIRST_DAY, self.day <= LAST_DAY)
        for fact in self.facts.values():
            atoms = list(self.atoms(fact))
            match fact.sort.kind:
                case Kind.COUNT:
                    yield atoms[1] >= 0
                case Kind.DAY:
                    yield z3.And(atoms[1] >= FIRST_DAY, atoms[1] <= LAST_DAY)
                case _ if len(atoms) > 1:
                    yield z3.AtMost(*atoms, 1)

    def lower(self, node: Node) -> Truth:
        """The truth of `node`; facts of a step that has not come are unknown."""
        found = self.lowered.get(node)
        if found is None:
            found = self.lowered[node] = self._lower(node)
        return found

    def _lower(self, node: Node) -> Truth:
        match node:
            case Ref(name):
                return self.settled[name] if name in self.settled else self._come(name, self.truth_of(name))
            case Among(Ref(name), members):
                return self._among(name, members)
            case Not(of):
                truth = self.lower(of)
                return Truth(truth.no, truth.yes)
            case And(of):
                truths = [self.lower(part) for part in of]
                return Truth(both(truth.yes for truth in truths), either(truth.no for truth in truths))
            case Or(of):
                truths = [self.lower(part) for part in of]
                return Truth(either(truth.yes for truth in truths), both(truth.no for truth in truths))
            case Compare(left, sign, right):
                return self._compare(self._number(left), sign, self._number(right))
            case Constant(constant):
                return KNOWN[bool(constant)]

    def _come(self, fact: str, truth: Truth) -> Truth:
        step = AT[self.facts[fact].step]
        return Truth(both((step, truth.yes)), both((step, truth.no)))

    def _among(self, fact: str, members: frozenset[str]) -> Truth:
        every = self.facts[fact].sort.members
        among = [self.member_of(fact, member) for member in every if member in members]
        others = [self.member_of(fact, member) for member in every if member not in members]
        return self._come(fact, Truth(either(among), either(others)))

    def _compare(self, left: Number, sign: str, right: Number) -> Truth:
        known, holds = both((left.known, right.known)), SIGNS[sign](left.is_, right.is_)
        return Truth(both((known, holds)), both((known, z3.Not(holds))))

    def _number(self, term: Term) -> Number:
        match term:
            case Constant(number):
                return Number(TRUE, z3.IntVal(int(number)))
            case Ref(name) if name == LAW_ON:
                return Number(TRUE, self.day)
            case Ref(name):
                found = self.number_of(name)
                return Number(both((AT[self.facts[name].step], found.known)), found.is_)
            case Days(to, since):
                later, earlier = self._number(to), self._number(since)
                return Number(both((later.known, earlier.known)), later.is_ - earlier.is_)


def holds(model: Formula, formula: Formula) -> bool:
    """Whether `formula` is true in `model`; z3's own `eval` wraps what it finds for Python, which is slow."""
    context, found = _CONTEXT.ref(), (z3.Ast * 1)()
    z3.Z3_model_eval(context, model.model, formula.as_ast(), True, found)
    return bool(z3.Z3_get_bool_value(context, found[0]) == z3.Z3_L_TRUE)
