"""Coverage: how often the worked cases of a pack make each of its rules true, false and unknown.

A rule is true of a case that meets it, false of one that does not, unknown where it cannot be told at the case's step.
Rules made one item's or one order's own count for the rule they come from, once a case and verdict. Not every rule can be
all three, and what it can be is read off its expressions alone, each part valued by itself: a constant is what it is; a
fact that a reading settles is what some reading says, or unknown; the clause that is named is known where the rule's scope
has been passed; all else may be anything. So what is held to be impossible is so, and some of what is asked for may be
impossible too, for reasons that no single part shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import product

from safeconduct.core import expression
from safeconduct.core.expression import Among, And, Constant, Node, Not, Or, Ref
from safeconduct.core.facts import EstablishedBy
from safeconduct.core.law import Conclusion, Ruling, Verdict
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY, Rule

Truth = bool | None
Place = tuple[str, int]

WANTED = {Verdict.MET: "true", Verdict.NOT_MET: "false", Verdict.UNKNOWN: "unknown"}
"""The verdicts of which every rule should have a case, and what a rule then is."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one rule: the cases of each verdict, by name, and the verdicts of `WANTED` that it can come to at all."""

    rule: Rule
    cases: Mapping[Verdict, tuple[str, ...]]
    possible: frozenset[Verdict]

    @property
    def lacking(self) -> tuple[Verdict, ...]:
        """The verdicts that it can come to and that no case brings about."""
        return tuple(verdict for verdict in WANTED if verdict in self.possible and not self.cases[verdict])


def place(rule: Rule) -> Place:
    """Where a rule is written: what is made of it for an item or an order keeps that."""
    return rule.file, rule.line


def coverage(pack: Pack, rulings: Iterable[tuple[str, Ruling]]) -> tuple[Coverage, ...]:
    """The coverage of every rule of `pack` by the rulings on its cases, each with its case's name."""
    seen: dict[tuple[Place, Verdict], dict[str, None]] = {}
    for case, ruling in rulings:
        for conclusion in _conclusions(ruling):
            seen.setdefault((place(conclusion.rule), conclusion.verdict), {})[case] = None
    return tuple(
        Coverage(rule, {each: tuple(seen.get((place(rule), each), ())) for each in Verdict}, _possible(rule, pack))
        for rule in pack.rules
    )


def _conclusions(ruling: Ruling) -> Iterator[Conclusion]:
    yield from ruling.conclusions
    yield from (conclusion for item in ruling.items for conclusion in item.conclusions)


# What a rule can come to


def _possible(rule: Rule, pack: Pack) -> frozenset[Verdict]:
    forms = list(_forms(rule, pack))
    return frozenset(
        verdict
        for when, needs in forms
        for applies, holds in product(_truths(when, rule, pack), _truths(needs, rule, pack))
        if (verdict := _verdict(applies=applies, holds=holds))
    )


def _forms(rule: Rule, pack: Pack) -> Iterator[tuple[Node, Node]]:
    """When a rule applies and what it needs; of one applied to each item, for every item."""
    if rule.each != "item":
        yield rule.when, rule.needs
        return
    for item in pack.items.values():
        members = {"item.name": item.name, "item.kind": item.kind, "item.source": item.source}
        yield expression.settle(rule.when, members), expression.settle(rule.needs, members)


def _verdict(*, applies: Truth, holds: Truth) -> Verdict | None:
    """By docs/truth-table.md, at a step at which all is known that can be."""
    if applies is False:
        return None
    if holds is True:
        return Verdict.MET
    return Verdict.NOT_MET if applies is True and holds is False else Verdict.UNKNOWN


def _truths(node: Node, rule: Rule, pack: Pack) -> frozenset[Truth]:
    """The truths that `node` may have; more than it has in fact where its parts hang together."""
    match node:
        case Constant(constant):
            return frozenset({bool(constant)})
        case Among(Ref(name), members) if name == AUTHORITY and rule.scope:
            return frozenset(clause in members for clause in rule.scope)
        case Ref(name) if name in pack.facts and pack.facts[name].established_by is EstablishedBy.READING:
            return frozenset({None, *(reading.values.get(name) for reading in pack.readings.values())})
        case Not(of):
            return frozenset(map(expression.contrary, _truths(of, rule, pack)))
        case And(of):
            return _every(_truths(part, rule, pack) for part in of)
        case Or(of):
            contrary = _every(frozenset(map(expression.contrary, _truths(part, rule, pack))) for part in of)
            return frozenset(map(expression.contrary, contrary))
        case _:
            return frozenset({True, False, None})


def _every(parts: Iterable[frozenset[Truth]]) -> frozenset[Truth]:
    return reduce(lambda one, other: frozenset(map(expression.every, product(one, other))), parts)
