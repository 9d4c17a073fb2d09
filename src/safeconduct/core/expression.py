"""Expressions over facts: their tree, and its value in Kleene's three.

A rule concludes from facts by an expression: facts, whole numbers, members of a choice, `and or not`, comparisons, and
the days between two days. This module is that tree. It values it over facts, settles some of its facts beforehand, and
names the facts on which it rests. How the tree is read from a page is `grammar`'s concern; rules and packs are unknown
here. Every other engine (SQL, z3) is a function of the same tree.

Truths are `True`, `False` and `None` for unknown: S. C. Kleene, Introduction to Metamathematics (1952), § 64. Days are
proleptic ordinals.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a fact may be: a truth, a whole number, a day, or one of a closed list."""

    TRUTH = "truth"
    COUNT = "count"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Sort:
    """The type of a fact. `members` lists the values of a choice and is empty for the other kinds."""

    kind: Kind
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """A fact, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A truth or a whole number written out, or what a settled fact became."""

    value: bool | int


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days from `since` to `to`, days each."""

    to: Ref | Constant
    since: Ref | Constant


@dataclass(frozen=True, slots=True)
class Among:
    """Whether a choice is one of `members`."""

    fact: Ref
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compare:
    """Two numbers, or two days, side by side; `sign` is one of `SIGNS`."""

    left: Term
    sign: str
    right: Term


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    of: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them."""

    of: tuple[Node, ...]


Term = Ref | Constant | Days
Node = Ref | Constant | Among | Compare | Not | And | Or
Value = bool | int | str | None
Facts = Mapping[str, Value]

_NONE: Mapping[str, Any] = {}
TRUE, FALSE = Constant(value=True), Constant(value=False)
SIGNS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def value(node: Node, facts: Facts) -> bool | None:
    """The truth of `node` over `facts`. A fact that is missing or `None` is unknown."""
    match node:
        case Among(Ref(name), members):
            choice = facts.get(name)
            return None if choice is None else choice in members
        case Ref(name):
            return facts.get(name)  # type: ignore[return-value]  # the grammar lets only truths stand alone
        case And(of):
            return _every(of, facts)
        case Not(of):
            return contrary(value(of, facts))
        case Or(of):
            return _some(of, facts)
        case Compare(left, sign, right):
            a, b = _number(left, facts), _number(right, facts)
            return None if a is None or b is None else SIGNS[sign](a, b)
        case Constant(constant):
            return bool(constant)


def _every(of: tuple[Node, ...], facts: Facts) -> bool | None:
    """`every` of their truths; rulings ask nothing as often."""
    unknown = False
    for part in of:
        truth = value(part, facts)
        if truth is False:
            return False
        unknown |= truth is None
    return None if unknown else True


def _some(of: tuple[Node, ...], facts: Facts) -> bool | None:
    """Kleene's disjunction of their truths."""
    unknown = False
    for part in of:
        truth = value(part, facts)
        if truth:
            return True
        unknown |= truth is None
    return None if unknown else False


def every(truths: Iterable[bool | None]) -> bool | None:
    """Kleene's conjunction: false if one is false, else unknown if one is unknown, else true."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown |= truth is None
    return None if unknown else True


def contrary(truth: bool | None) -> bool | None:  # noqa: FBT001  # a truth value is its subject
    """Kleene's negation."""
    return None if truth is None else not truth


def _number(term: Term, facts: Facts) -> int | None:
    match term:
        case Constant(constant):
            return constant
        case Ref(name):
            return facts.get(name)  # type: ignore[return-value]  # the grammar lets only numbers and days be compared
        case Days(to, since):
            a, b = _number(to, facts), _number(since, facts)
            return None if a is None or b is None else a - b


def facts_of(node: Node | Term) -> frozenset[str]:
    """The names of the facts on which `node` rests."""
    match node:
        case Ref(name):
            return frozenset({name})
        case Constant():
            return frozenset()
        case Among(fact, _) | Not(fact):
            return facts_of(fact)
        case Days(a, b) | Compare(a, _, b):
            return facts_of(a) | facts_of(b)
        case And(of) | Or(of):
            return frozenset().union(*(facts_of(part) for part in of))


def settle(
    node: Node,
    members: Mapping[str, str] = _NONE,
    truths: Mapping[str, Node] = _NONE,
    days: Mapping[str, int] = _NONE,
) -> Node:
    """`node` with some facts settled: choices by members, truths by other expressions, days by days; constants folded."""
    match node:
        case Ref(name) if name in truths:
            return truths[name]
        case Among(Ref(name), among) if name in members:
            return Constant(members[name] in among)
        case Not(of):
            return negation(settle(of, members, truths, days))
        case And(of):
            return conjunction(*(settle(part, members, truths, days) for part in of))
        case Or(of):
            return disjunction(*(settle(part, members, truths, days) for part in of))
        case Compare(left, sign, right):
            return Compare(_settled(left, days), sign, _settled(right, days))
        case _:
            return node


def _settled(term: Term, days: Mapping[str, int]) -> Term:
    match term:
        case Days(to, since):
            return Days(_settled_day(to, days), _settled_day(since, days))
        case Ref() | Constant():
            return _settled_day(term, days)


def _settled_day(term: Ref | Constant, days: Mapping[str, int]) -> Ref | Constant:
    return Constant(days[term.name]) if isinstance(term, Ref) and term.name in days else term


def negation(part: Node) -> Node:
    """The contrary of `part`, folded."""
    return Constant(not part.value) if isinstance(part, Constant) else Not(part)


def conjunction(*parts: Node) -> Node:
    """All of `parts`, folded: the true ones dropped, false if one is false."""
    if FALSE in parts:
        return FALSE
    rest = tuple(part for part in parts if part != TRUE)
    return And(rest) if len(rest) > 1 else rest[0] if rest else TRUE


def disjunction(*parts: Node) -> Node:
    """At least one of `parts`, folded: the false ones dropped, true if one is true."""
    if TRUE in parts:
        return TRUE
    rest = tuple(part for part in parts if part != FALSE)
    return Or(rest) if len(rest) > 1 else rest[0] if rest else FALSE
