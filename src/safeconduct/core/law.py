"""The law applied to one request: what it allows, clause by clause, and what is still open.

A conclusion is one rule's verdict over the facts; a ruling is all conclusions and the heaviest consequence among them.
*Bar outranks permit, silence refuses, the answer names its rules.* Facts come from `intake`, rules from `rulepack`,
orders from `orders`; the date, the reading and the step are the caller's. Nothing here knows a clause, an agency or a
court: those stand in the pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from safeconduct.core import expression
from safeconduct.core.expression import Facts, Node, Value
from safeconduct.core.facts import LAW_ON, EstablishedBy, Item, Step, of_item
from safeconduct.core.faults import PackFault
from safeconduct.core.orders import Order, binding
from safeconduct.core.readings import NO_READING, Reading
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY, Layer, Outcome, Rule


class Verdict(StrEnum):
    """What a rule says of a request. `OPEN` turns on a fact of a later step: listed, not weighed."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One rule's verdict, what follows from it, and the facts it rests on; `applies` is the truth of its `when`."""

    rule: Rule
    applies: bool | None
    verdict: Verdict
    consequence: Outcome
    facts: Mapping[str, Value]

    @property
    def bears(self) -> bool:
        """Whether anything but a permit follows from it."""
        return self.consequence is not Outcome.PERMIT


@dataclass(frozen=True, slots=True)
class ItemRuling:
    """What the law allows of one item asked for."""

    item: str
    outcome: Outcome
    may_disclose: bool
    conclusions: tuple[Conclusion, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The ruling on one request: its outcome, and every conclusion and item behind it."""

    outcome: Outcome
    reading: Reading
    conclusions: tuple[Conclusion, ...]
    items: tuple[ItemRuling, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """The law of one day: the rules in force, orders included, and the readings under which it is applied.

    `orders` are those in force, a refusal to bar and one that is set aside among them; the rules hold those that bind.
    """

    pack: Pack
    orders: tuple[Order, ...]
    on: int
    readings: tuple[Reading, ...]
    rules: tuple[Rule, ...]
    item_rules: Mapping[str, tuple[Rule, ...]]


def as_of(pack: Pack, orders: Iterable[Order], on: int, reading: str | None = None) -> Law:
    """The law of the day `on` (proleptic ordinal), under the reading named or else the one in force that day.

    Raises:
        PackFault: no rule in force refuses what no clause reaches, or none carries out an order in force.
    """
    standing = tuple(order for order in orders if order.stands_on(on))
    binds = binding(standing, on)
    rules = [rule for rule in pack.rules if rule.stands_on(on)]
    _silence_refuses(pack, rules)
    _carried_out(binds, rules)
    rules = [_on_the_day(rule, on) for rule in rules]
    each_item = [rule for rule in rules if rule.each == "item"]
    each_order = [rule for rule in rules if rule.each == "order"]
    return Law(
        pack=pack,
        orders=standing,
        on=on,
        readings=(pack.readings[reading],) if reading else readings_in_force(pack, on),
        rules=tuple(own for rule in rules if rule.each != "item" for own in _of_orders(rule, binds)),
        item_rules={
            name: (*_of_item(item, each_item, pack), *_of_data(item, each_order, binds))
            for name, item in pack.items.items()
        },
    )


def _on_the_day(rule: Rule, on: int) -> Rule:
    """A rule that names the day of the law, with that day."""
    if LAW_ON not in rule.facts:
        return rule
    when, needs = (expression.settle(node, days={LAW_ON: on}) for node in (rule.when, rule.needs))
    return replace(rule, when=when, needs=needs)


def _silence_refuses(pack: Pack, rules: Iterable[Rule]) -> None:
    """Hold the pack to the default: a rule must refuse every item that no clause of the statute reaches."""
    if not any(refuses_what_is_not_reached(rule) for rule in rules):
        what = "no rule of the pack in force refuses what no clause reaches: silence would permit"
        mend = "let a rule `each: item` of the scope `any` need `item.reached`, or else refuse"
        raise PackFault(pack.pages[0].file if pack.pages else "README.md", 1, what, mend)


def refuses_what_is_not_reached(rule: Rule) -> bool:
    """Whether `rule` refuses every item that no clause reaches."""
    for_all = rule.each == "item" and not rule.scope and rule.when == expression.TRUE
    fails = expression.settle(rule.needs, truths={"item.reached": expression.FALSE}) == expression.FALSE
    return for_all and fails and rule.otherwise is Outcome.REFUSE


def _carried_out(orders: Iterable[Order], rules: Iterable[Rule]) -> None:
    """Hold the pack to the orders: a rule must stay every request for which an order bars the disclosure."""
    if any(stays_what_is_barred(rule) for rule in rules):
        return
    for order in orders:
        if "disclose" in order.verbs:
            what = "the order is in force and no rule of the pack in force carries it out"
            mend = "let a rule `each: order` of the scope `any` stay whatever has `order.bars.disclose`"
            raise PackFault(f"orders/{order.name}.toml", 1, what, mend)


def stays_what_is_barred(rule: Rule) -> bool:
    """Whether `rule` stays every request for which an order bars the disclosure."""
    barred = {"order.bars.disclose": expression.TRUE}
    applies = rule.each == "order" and not rule.scope and expression.settle(rule.when, truths=barred) == expression.TRUE
    fails = expression.settle(rule.needs, truths=barred) == expression.FALSE
    return applies and fails and rule.otherwise is rule.unknown is Outcome.STAYED


def readings_in_force(pack: Pack, on: int) -> tuple[Reading, ...]:
    """The readings of `pack` that rule on the day `on`; more than one where they began on one day."""
    begun = [entry for entry in pack.readings_in_force if entry.since <= on]
    return tuple(pack.readings[entry.name] for entry in begun if entry.since == begun[-1].since) or (NO_READING,)


def _of_orders(rule: Rule, orders: tuple[Order, ...]) -> Iterator[Rule]:
    """A rule marked `each: order` becomes one rule for every order that binds; any other stays itself.

    An order with data of its own binds those items and not the request: see `_of_data`.
    """
    if rule.each != "order":
        yield rule
        return
    for order in orders:
        if not order.data:
            yield from _of_order(rule, order, f"[{order.name}]")


def _of_data(item: Item, rules: Iterable[Rule], orders: Iterable[Order]) -> Iterator[Rule]:
    """The rules marked `each: order` made this item's own, for every order that names it among its data."""
    for rule in rules:
        for order in orders:
            if item.name in order.data:
                of_item = _of_order(rule, order, f"[{order.name}, {item.name}]")
                yield from (replace(own, item=item.name) for own in of_item)


def _of_order(rule: Rule, order: Order, of: str) -> Iterator[Rule]:
    """A rule marked `each: order` made the order's own; none where it can never apply or never fail."""
    when, needs = expression.settle(rule.when, truths=order.truths), expression.settle(rule.needs, truths=order.truths)
    if when != expression.FALSE and needs != expression.TRUE:
        yield replace(rule, id=f"{rule.id}{of}", cites=order.cites, title=order.says, when=when, needs=needs)


def _of_item(item: Item, rules: list[Rule], pack: Pack) -> Iterator[Rule]:
    """The rules marked `each: item` made this item's own; those that can never apply to it are dropped."""
    members = {"item.name": item.name, "item.kind": item.kind, "item.source": item.source}
    truths: dict[str, Node] = {name: expression.Ref(of_item(name, item.name)) for name in pack.of_each_item}
    reached = expression.disjunction(*(_reach(rule, members, truths) for rule in rules if opens(rule)))
    truths["item.reached"] = reached
    for rule in rules:
        when, needs = expression.settle(rule.when, members, truths), expression.settle(rule.needs, members, truths)
        if when != expression.FALSE:
            yield replace(rule, id=f"{rule.id}[{item.name}]", when=when, needs=needs, item=item.name)


def opens(rule: Rule) -> bool:
    """Only a clause of the statute reaches an item; an agreement or a policy narrows what the law allows."""
    return rule.each == "item" and rule.layer is Layer.STATUTE and bool(rule.scope)


def _reach(rule: Rule, members: Mapping[str, str], truths: Mapping[str, Node]) -> Node:
    named = expression.Among(expression.Ref(AUTHORITY), rule.scope)
    return expression.conjunction(named, expression.settle(rule.when, members, truths))


def rule(law: Law, facts: Facts, items: Iterable[str] | None, step: Step = Step.REQUEST) -> Ruling:
    """The ruling on a request of which `facts` are known and `items` are asked for (None: left out).

    Where more than one reading is in force, the stricter ruling.
    """
    asked = tuple(dict.fromkeys(items or ()))
    return stricter(_under(reading, law, facts, asked, step) for reading in law.readings)


def stricter(rulings: Iterable[Ruling]) -> Ruling:
    """Of rulings under several readings the one with the heaviest outcome; of equals the first."""
    return max(rulings, key=lambda ruling: ruling.outcome)


def _under(reading: Reading, law: Law, facts: Facts, asked: tuple[str, ...], step: Step) -> Ruling:
    known = _known_at(step, law.pack, {**facts, **answers(reading, law.pack)})
    own = _conclude(law.rules, known, step)
    return weigh(reading, own, {item: _conclude(law.item_rules[item], known, step) for item in asked})


def answers(reading: Reading, pack: Pack) -> dict[str, bool | None]:
    """What `reading` says of every fact that a reading establishes; None where it leaves one undecided."""
    read = (fact.name for fact in pack.facts.values() if fact.established_by is EstablishedBy.READING)
    return {name: reading.values.get(name) for name in read}


def _known_at(step: Step, pack: Pack, facts: Facts) -> Facts:
    """Of the facts given, those that are known by `step`."""
    return {name: value for name, value in facts.items() if pack.facts[name].step <= step}


def weigh(reading: Reading, own: tuple[Conclusion, ...], of_items: Mapping[str, tuple[Conclusion, ...]]) -> Ruling:
    """The ruling that conclusions come to: the request's own, and those on each item asked for.

    Items that cannot be had are refused one by one, and the request stands for the rest: it is worth no more than its
    best item, and nothing at all where it asks for none.
    """
    items = [_item(item, conclusions) for item, conclusions in of_items.items()]
    best = min((item.outcome for item in items), default=Outcome.INCOMPLETE)
    outcome = max(heaviest(own), best)
    if best is not Outcome.PERMIT:
        left = [item for item in items if item.outcome is best]
        own += tuple(c for item in left for c in item.conclusions if c.bears)
    if outcome is not Outcome.PERMIT:
        items = [replace(item, may_disclose=False) if item.may_disclose else item for item in items]
    return Ruling(outcome, reading, own, tuple(items))


def _item(item: str, conclusions: tuple[Conclusion, ...]) -> ItemRuling:
    outcome = heaviest(conclusions)
    return ItemRuling(item, outcome, outcome is Outcome.PERMIT, conclusions)


def _conclude(rules: Iterable[Rule], facts: Facts, step: Step) -> tuple[Conclusion, ...]:
    authority = facts.get(AUTHORITY)
    return tuple(conclude(rule, facts, step) for rule in rules if not rule.scope or authority in rule.scope)


def conclude(rule: Rule, facts: Facts, step: Step) -> Conclusion:
    """What `rule` says of a request of which `facts` are known at `step`."""
    applies = expression.value(rule.when, facts)
    verdict = _verdict(rule, facts, step, applies=applies)
    rests_on = {name: facts.get(name) for name in rule.named}
    return Conclusion(rule, applies, verdict, consequence(rule, verdict), rests_on)


def consequence(rule: Rule, verdict: Verdict) -> Outcome:
    """What follows from a verdict of `rule`: a permit, unless the rule failed or could not be told."""
    if verdict is Verdict.NOT_MET:
        return rule.otherwise
    return rule.unknown if verdict is Verdict.UNKNOWN else Outcome.PERMIT


def _verdict(rule: Rule, facts: Facts, step: Step, *, applies: bool | None) -> Verdict:
    if applies is False:
        return Verdict.NOT_APPLICABLE
    holds = expression.value(rule.needs, facts)
    if holds is True:
        return Verdict.MET
    if holds is False and applies is True:
        return Verdict.NOT_MET
    return Verdict.OPEN if rule.step > step else Verdict.UNKNOWN


def heaviest(conclusions: Iterable[Conclusion]) -> Outcome:
    """Bar outranks permit: the heaviest consequence reached, permit where there is none."""
    return max((conclusion.consequence for conclusion in conclusions), default=Outcome.PERMIT)
