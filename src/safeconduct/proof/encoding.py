"""The law in z3: every rule of a pack, on every day, at every step, under every order of a court.

A rule stands on the days between which it is in force, an order likewise; so the law of no one day is taken, and what is
proved here is proved of them all. What a rule concludes is as in `docs/truth-table.md`; what conclusions come to is as
in `law.weigh`. Every rule has a switch, so that it can be taken out of the law without encoding it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import z3

from safeconduct.core import expression, law
from safeconduct.core.expression import Among, Node, Ref
from safeconduct.core.facts import Item
from safeconduct.core.law import Law, opens
from safeconduct.core.orders import Kind, Order
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY, Outcome, Rule
from safeconduct.proof.symbols import (
    AT,
    FALSE,
    TRUE,
    Formula,
    Symbols,
    Truth,
    asked,
    both,
    contrary,
    either,
    truth_named,
)


@dataclass(frozen=True, slots=True)
class Concluded:
    """One rule as it is applied: to the request, to one item, or for one order. `of` is the rule as the pack has it.

    `not_met` and `unknown` are the verdicts from which something follows; both imply that the rule stands and applies.
    """

    of: str
    rule: Rule
    item: str
    not_met: Formula
    unknown: Formula

    def bears(self, least: Outcome = Outcome.INCOMPLETE) -> Formula:
        """Whether what follows weighs at least as much as `least`."""
        failed = self.not_met if self.rule.otherwise >= least else FALSE
        untold = self.unknown if self.rule.unknown >= least else FALSE
        return either((failed, untold))


@dataclass(frozen=True, slots=True)
class Encoded:
    """A law in z3: what every rule concludes, what bars every order, and what it all comes to."""

    pack: Pack
    orders: tuple[Order, ...]
    symbols: Symbols
    own: tuple[Concluded, ...]
    of_items: Mapping[str, tuple[Concluded, ...]]
    reached: Mapping[str, Truth]
    switches: Mapping[str, Formula]
    own_at_least: Mapping[Outcome, Formula]
    item_at_least: Mapping[str, Mapping[Outcome, Formula]]
    on_days: dict[int, Law] = field(default_factory=dict)

    def as_of(self, on: int) -> Law:
        """The law of the day `on`, as it is applied.

        Raises:
            PackFault: the pack is none under which anything is ruled on that day.
        """
        if on not in self.on_days:
            self.on_days[on] = law.as_of(self.pack, self.orders, on)
        return self.on_days[on]

    def may(self, item: str) -> Formula:
        """Whether `item` may be disclosed: asked for, and nothing speaks against it or the request."""
        speaks = (self.own_at_least[Outcome.INCOMPLETE], self.item_at_least[item][Outcome.INCOMPLETE])
        return both((asked(item), *(contrary(each) for each in speaks)))

    @property
    def permitted(self) -> Formula:
        """Whether the request is permitted: an item may be disclosed."""
        return either(self.may(item) for item in self.pack.items)

    def at_least(self, outcome: Outcome) -> Formula:
        """Whether the request's outcome weighs at least as much as `outcome`."""
        items = self.pack.items
        wanted = either(asked(item) for item in items)
        each = both(z3.Implies(asked(item), self.item_at_least[item][outcome]) for item in items)
        best = z3.If(wanted, each, outcome <= Outcome.INCOMPLETE)
        return either((self.own_at_least[outcome], best))

    def concluded(self) -> Iterator[Concluded]:
        """Every rule as it is applied."""
        yield from self.own
        for item in self.pack.items:
            yield from self.of_items[item]

    def axioms(self) -> Iterator[Formula]:
        """What holds of every request: of the symbols, and what the pack says always holds between facts."""
        yield from self.symbols.axioms()
        yield from (contrary(self.symbols.lower(always).no) for always in self.pack.always)


def encode(pack: Pack, orders: Iterable[Order], symbols: Symbols | None = None) -> Encoded:
    """The law of `pack` under `orders`; readings are free unless `symbols` settle them."""
    symbols = symbols or Symbols(pack.facts)
    standing = tuple(orders)
    switches = {rule.id: truth_named(f"the pack has {rule.id}") for rule in pack.rules}
    stand = {rule.id: both((switches[rule.id], in_force(rule, symbols.day))) for rule in pack.rules}
    known = replace(symbols, settled={**symbols.settled, **{_stands(n): Truth(s, z3.Not(s)) for n, s in stand.items()}})
    own = tuple(
        _concluded(rule, of, known, both((stand[of.id], in_force(order, known.day) if order else TRUE)))
        for of in pack.rules
        if of.each != "item"
        for rule, order in _of_orders(of, standing)
    )
    openings = {item.name: _reach(item, pack) for item in pack.items.values()}
    of_items = {
        item.name: tuple(
            _concluded(rule, of, known, stand[of.id])
            for of in pack.rules
            for rule in _of_item(item, of, openings, pack)
        )
        for item in pack.items.values()
    }
    return Encoded(
        pack=pack,
        orders=standing,
        symbols=known,
        own=own,
        of_items=of_items,
        reached={item: known.lower(reach) for item, reach in openings.items()},
        switches=switches,
        own_at_least=_at_least(own),
        item_at_least={item: _at_least(concluded) for item, concluded in of_items.items()},
    )


def in_force(what: Rule | Order, day: Formula) -> Formula:
    """Whether a rule or an order is in force on `day`."""
    since = TRUE if what.since is None else day >= what.since
    return both((since, TRUE if what.until is None else day < what.until))


def bars(order: Order) -> Node:
    """The requests of which an order bars the disclosure."""
    return order.scope if "disclose" in order.verbs else expression.FALSE


def barred(order: Order, pack: Pack) -> tuple[str, ...]:
    """The items that an order bars: those that it names, or all."""
    return tuple(getattr(order, "data", ())) or tuple(pack.items)


def _at_least(concluded: tuple[Concluded, ...]) -> dict[Outcome, Formula]:
    weights = [outcome for outcome in Outcome if outcome is not Outcome.PERMIT]
    return {least: either(one.bears(least) for one in concluded) for least in weights}


def _stands(rule: str) -> str:
    return f"{rule} stands"


def _of_orders(rule: Rule, orders: tuple[Order, ...]) -> Iterator[tuple[Rule, Order | None]]:
    """A rule marked `each: order` becomes one rule for every order, as in `law`; any other stays itself."""
    if rule.each != "order":
        yield rule, None
        return
    for order in orders:
        demands = order.scope if order.kind is Kind.NOTICE_BEFORE_RELEASE else expression.FALSE
        truths = {"order.bars.disclose": bars(order), "order.demands.notice": demands}
        when, needs = (expression.settle(node, truths=truths) for node in (rule.when, rule.needs))
        yield replace(rule, id=f"{rule.id}[{order.name}]", when=when, needs=needs), order


def own_facts(item: Item, pack: Pack) -> dict[str, Node]:
    """The facts declared for each item, as this item's own."""
    own = f"[{item.name}]"
    return {name.removesuffix(own): Ref(name) for name in pack.facts if name.endswith(own)}


def settled_members(item: Item) -> dict[str, str]:
    """What is settled once a rule has been made one item's own."""
    return {"item.name": item.name, "item.kind": item.kind, "item.source": item.source}


def _reach(item: Item, pack: Pack) -> Node:
    """Whether a clause of the statute that stands opens the item to the authority named."""
    opening = (rule for rule in pack.rules if opens(rule))
    return expression.disjunction(
        *(
            expression.conjunction(
                Ref(_stands(rule.id)),
                Among(Ref(AUTHORITY), rule.scope),
                expression.settle(rule.when, settled_members(item), own_facts(item, pack)),
            )
            for rule in opening
        )
    )


def _of_item(item: Item, rule: Rule, openings: Mapping[str, Node], pack: Pack) -> Iterator[Rule]:
    """A rule marked `each: item` as this item's own, where it can apply to it."""
    if rule.each != "item":
        return
    truths = {**own_facts(item, pack), "item.reached": openings[item.name]}
    when, needs = (expression.settle(node, settled_members(item), truths) for node in (rule.when, rule.needs))
    if when != expression.FALSE:
        yield replace(rule, id=f"{rule.id}[{item.name}]", when=when, needs=needs, item=item.name)


def _concluded(rule: Rule, of: Rule, symbols: Symbols, stands: Formula) -> Concluded:
    """The verdicts of a rule from which something follows: it stands, it belongs to the clause named, and it fails or cannot be told."""
    applies, holds = symbols.lower(rule.when), symbols.lower(rule.needs)
    scope = symbols.lower(Among(Ref(AUTHORITY), rule.scope)).yes if rule.scope else TRUE
    not_met = both((stands, scope, applies.yes, holds.no))
    may_apply, may_hold = contrary(applies.no), contrary(holds.yes)
    told = contrary(both((applies.yes, holds.no)))
    return Concluded(of.id, rule, rule.item, not_met, both((stands, scope, AT[rule.step], may_apply, may_hold, told)))
