"""What must hold of every possible request, as formulas whose models would break it.

A claim is broken by one request, or by a pair: two requests that agree in some facts and differ in others, on one day, at
one step, under one reading. Of the second request of a pair the symbols are marked. The sentences of the claims of every
pack stand in `core.invariants`, beside those that a pack states of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import z3

from safeconduct.core import expression, law
from safeconduct.core.expression import FALSE as NEVER
from safeconduct.core.expression import Kind, Node
from safeconduct.core.facts import EstablishedBy, Fact
from safeconduct.core.invariants import OF_EVERY_PACK, Control, Invariant, Invariants
from safeconduct.core.rules import Outcome
from safeconduct.proof.encoding import Concluded, Encoded, barred, bars, in_force, own_facts, settled_members
from safeconduct.proof.symbols import AT, FALSE, TRUE, Formula, Symbols, Truth, asked, both, contrary, either

SECOND = " (of the second request)"


@dataclass(frozen=True, slots=True)
class Other:
    """The second request of a pair: its symbols, and how formulas over the first become formulas over it.

    `apart` are the facts in which it may differ; `items` is whether it may in what it asks for.
    """

    symbols: Symbols
    apart: frozenset[str]
    items: bool
    instead: tuple[tuple[Formula, Formula], ...]

    def of(self, formula: Formula) -> Formula:
        """The same of the second request."""
        return z3.substitute(formula, *self.instead) if self.instead else formula


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: `broken` has no model where it holds. `other` is the second request of a pair.

    `control` is the change to the pack by which it must cease to hold; `without` are the rules that the program itself takes
    out for that. It is `idle` where nothing in the pack could break it.
    """

    name: str
    says: str
    broken: Formula
    other: Other | None = None
    control: Control | None = None
    without: frozenset[str] = frozenset()

    @property
    def idle(self) -> bool:
        """Whether the claim speaks of nothing that is there."""
        return bool(z3.is_false(self.broken))


def claims(of: Encoded, stated: Invariants) -> Iterator[Claim]:
    """Everything that must hold of the law `of`, but that no rule is idle."""
    yield from (_stated(of, one) for one in stated.stated)
    yield _barred(of)
    yield _bar_holds(of, stated)
    yield _agreement_left_out(of, stated)
    yield _telling_more(of, stated)
    yield _silence_refuses(of)


def other(of: Encoded, apart: Iterable[str], *, items: bool = False) -> Other:
    """A second request that may differ in the facts named, and with `items` in what it asks for."""
    second = replace(of.symbols, apart=frozenset(apart), mark=SECOND, lowered={}, said={})
    instead = [
        pair
        for name in sorted(second.apart)
        for pair in zip(of.symbols.atoms(of.symbols.facts[name]), second.atoms(second.facts[name]), strict=True)
    ]
    if items:
        instead += [(asked(item), asked(f"{item}{SECOND}")) for item in of.pack.items]
    return Other(second, second.apart, items, tuple(instead))


def _stated(of: Encoded, one: Invariant) -> Claim:
    if one.each:
        broken = either(both((of.may(item), _spoken(of, one, item))) for item in of.pack.items)
    else:
        broken = both((of.permitted, _spoken(of, one)))
    return Claim(one.name, one.says, broken, control=one.control)


def _spoken(of: Encoded, one: Invariant, item: str = "") -> Formula:
    """That what is permitted is what the invariant forbids."""
    never, only, when = (_lowered(of, node, item) for node in (one.never, one.only, one.when))
    untold = either(_untold(of, of.pack.facts[name]) for name in one.elements)
    return either((never.yes, both((when.yes, either((contrary(only.yes), untold))))))


def _lowered(of: Encoded, node: Node, item: str) -> Truth:
    if not item:
        return of.symbols.lower(node)
    one = of.pack.items[item]
    return of.symbols.lower(expression.settle(node, settled_members(one), own_facts(one, of.pack)))


def _untold(of: Encoded, fact: Fact) -> Formula:
    """That a fact is unknown although its step has come."""
    return both((AT[fact.step], of.symbols.unknown(fact)))


def _barred(of: Encoded) -> Claim:
    stays = frozenset(rule.id for rule in of.pack.rules if law.stays_what_is_barred(rule))
    return _of_every("barred", _closed(of, of.may), without=stays)


def _closed(of: Encoded, may: Callable[[str], Formula]) -> Formula:
    """That an order in force bars an item, or may, and that it `may` be disclosed."""
    return either(
        both((in_force(order, of.symbols.day), contrary(of.symbols.lower(bars(order)).no), either(map(may, barred(order, of.pack)))))
        for order in of.orders
        if bars(order) != NEVER
    )  # fmt: skip


def _bar_holds(of: Encoded, stated: Invariants) -> Claim:
    free = {
        name
        for name, fact in of.pack.facts.items()
        if fact.established_by is EstablishedBy.ASKER and name not in stated.fixed
    }
    second = other(of, free)
    broken = _closed(of, lambda item: second.of(of.may(item)))
    return _of_every("bar_holds", broken, second, stated.controls.get("bar_holds"))


def _agreement_left_out(of: Encoded, stated: Invariants) -> Claim:
    named = [fact for fact in of.pack.facts.values() if fact.finding == "agreement"]
    second = other(of, [fact.name for fact in named])
    silent = both(of.symbols.is_(fact, "none") for fact in named)
    naming = both(second.symbols.is_(fact, "in_force") for fact in named)
    more = either(both((of.may(item), contrary(second.of(of.may(item))))) for item in of.pack.items)
    broken = both((silent, naming, more)) if named else FALSE
    return _of_every("agreement_left_out", broken, second, stated.controls.get("agreement_left_out"))


def _telling_more(of: Encoded, stated: Invariants) -> Claim:
    second = other(of, of.pack.facts, items=True)
    kept = [_kept(of.symbols, second.symbols, fact) for fact in of.pack.facts.values()]
    here = [asked(item) for item in of.pack.items]
    there = [second.of(one) for one in here]
    kept.append(either((contrary(either(here)), both(a == b for a, b in zip(here, there, strict=True)))))
    refused = both((of.at_least(Outcome.REFUSE), contrary(of.at_least(Outcome.STAYED))))
    barred_then = both((of.permitted, second.of(of.at_least(Outcome.REFUSE))))
    opened_then = both((refused, second.of(of.permitted)))
    broken = both((*kept, either((barred_then, opened_then))))
    return _of_every("telling_more", broken, second, stated.controls.get("telling_more"))


def _kept(first: Symbols, second: Symbols, fact: Fact) -> Formula:
    """That what the first request tells of a fact the second tells too."""
    pairs = list(zip(first.atoms(fact), second.atoms(fact), strict=True))
    if fact.sort.kind in (Kind.COUNT, Kind.DAY):
        (known, known_too), (is_, is_too) = pairs
        return z3.Implies(known, z3.And(known_too, is_ == is_too))
    return both(z3.Implies(one, two) for one, two in pairs)


def _silence_refuses(of: Encoded) -> Claim:
    refuses = frozenset(rule.id for rule in of.pack.rules if law.refuses_what_is_not_reached(rule))
    shut = either(
        both((asked(item), either((both((of.reached[item].no, contrary(of.item_at_least[item][Outcome.REFUSE]))), both((contrary(of.reached[item].yes), of.may(item)))))))
        for item in of.pack.items
    )  # fmt: skip
    return _of_every("silence_refuses", either((shut, *_unnamed(of))), without=refuses)


def _unnamed(of: Encoded) -> Iterator[Formula]:
    """That a request is refused or stayed and no rule bears on it, or on an item asked for, with that weight."""
    for outcome in (Outcome.REFUSE, Outcome.STAYED):
        named = (both((asked(one.item) if one.item else TRUE, one.bears(outcome))) for one in of.concluded())
        yield both((of.at_least(outcome), contrary(either(named))))


def _of_every(
    name: str,
    broken: Formula,
    second: Other | None = None,
    control: Control | None = None,
    without: frozenset[str] = frozenset(),
) -> Claim:
    return Claim(name, OF_EVERY_PACK[name], broken, second, control, without)


def alone(of: Encoded, rule: str) -> Formula:
    """That `rule` bears on a request with its weight, and no other rule of its layer as heavily on the same request or item."""
    return either(_alone(group, rule) for group in (of.own, *of.of_items.values()))


def _alone(group: tuple[Concluded, ...], rule: str) -> Formula:
    mine = [one for one in group if one.of == rule]
    if not mine:
        return FALSE
    others = [one for one in group if one.of != rule and one.rule.layer is mine[0].rule.layer]
    wanted = asked(mine[0].item) if mine[0].item else TRUE
    weight = mine[0].rule.otherwise
    return both((wanted, either(one.not_met for one in mine), contrary(either(one.bears(weight) for one in others))))


def comes_to(of: Encoded, rule: str, verdict: law.Verdict) -> Formula:
    """That `rule` is not met, or cannot be told, of a request or of an item asked for; that it is met is not encoded."""
    said = {law.Verdict.NOT_MET: lambda one: one.not_met, law.Verdict.UNKNOWN: lambda one: one.unknown}.get(verdict)
    mine = (one for one in of.concluded() if one.of == rule)
    return either(both((asked(one.item) if one.item else TRUE, said(one))) for one in mine) if said else FALSE
