"""A second, slow and obvious ruling, to compare the program's own with. It imports nothing of the program.

It reads a pack and its orders from their files and rules on facts as the documents say: README.md of the pack ("How to
read a rule"), design.md and contract.md. No rule is prepared, folded or shared out: each is read anew from its words,
for each request. What a malformed pack is worth is left to the program: this reads well-formed ones only.
"""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

Value = bool | int | str | None
Truth = bool | None
Facts = Mapping[str, Value]

STEPS = ("request", "search", "review")
VERBS = ("disclose", "inspect", "use", "copy", "act_upon")
OUTCOMES = ("permit", "incomplete", "hold", "refuse", "stayed")
ANSWERS: Mapping[str, Truth] = {"yes": True, "no": False, "undecided": None}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as declared; `members` of a choice only."""

    kind: str
    members: tuple[str, ...]
    established_by: str
    step: str


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule as written: expressions are text still. `scope` without a member is any authority; `governs` is "" but for agreements.

    `windows` holds pairs of days, from and until, either None where the page gives none; the rule runs where all do.
    """

    id: str
    layer: str
    scope: frozenset[str]
    each: str
    when: str
    needs: str
    governs: str
    otherwise: str
    unknown: str
    windows: tuple[tuple[int | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a court: `scope` is the expression that is true of the requests it binds.

    `data` are the items it bears on, none for all. From the day `yields_on` it gives way to the order `yields_to`, if any.
    """

    name: str
    scope: str
    bars: frozenset[str]
    notice: bool
    data: frozenset[str]
    yields_to: str
    yields_on: int
    window: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A pack and the orders beside it. `in_force` gives days and names of readings.

    Packs, and rules, are told apart by what they are and not by what they say: which rules run on a day, and to what step each
    belongs, is kept for the pack it was found of, and a pack that is read again, as where a mistake is planted, has its own.
    `facts` holds what is declared, and a fact that is declared `each = "item"` for every item besides, as `name[item]`.
    """

    facts: Mapping[str, Fact]
    of_each_item: frozenset[str]
    items: Mapping[str, Mapping[str, str]]
    rules: tuple[Rule, ...]
    orders: tuple[Order, ...]
    readings: Mapping[str, Mapping[str, Truth]]
    in_force: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one rule: its layer, its verdict, and its consequence, "" where it has none."""

    layer: str
    verdict: str
    consequence: str


@dataclass(frozen=True, slots=True)
class ItemRuling:
    """What became of one item asked for."""

    outcome: str
    may_disclose: bool
    findings: Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The outcome; the findings on the request, by rule; and what became of each item asked for."""

    outcome: str
    findings: Mapping[str, Finding]
    items: Mapping[str, ItemRuling]


# Reading the pack


def files(folder: Path) -> dict[str, str]:
    """The texts of a pack's folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".md", ".toml"}
    }


def pack(texts: Mapping[str, str]) -> Pack:
    """The pack that `texts` hold."""
    fronts = [front(text) for path, text in texts.items() if path.endswith(".md")]
    governing = {page["agreement"]: page for page in fronts if "governs" in page}
    items = {str(name): keys for name, keys in _toml(texts["items.toml"]).items()}
    declared = dict(_declared(_toml(texts["facts.toml"])))
    of_each_item = frozenset(name for name, (_, each) in declared.items() if each)
    facts = {name: fact for name, (fact, each) in declared.items() if not each}
    return Pack(
        facts=facts | {f"{name}[{item}]": declared[name][0] for name in sorted(of_each_item) for item in items},
        of_each_item=of_each_item,
        items=items,
        rules=tuple(rule for path, text in texts.items() if has_rules(path) for rule in _rules(text)),
        orders=tuple(
            _order(Path(path).stem, text, governing) for path, text in texts.items() if path.startswith("orders/")
        ),
        readings={front(text)["reading"]: _answers(text) for path, text in texts.items() if _is_reading(path)},
        in_force=tuple(
            (entry["from"].toordinal(), entry["reading"])
            for entry in _toml(texts["readings/in-force.toml"])["in_force"]
        ),
    )


def has_rules(path: str) -> bool:
    return path.endswith(".md") and path != "README.md" and (path.startswith("agreements/") or "/" not in path)


@functools.cache
def _toml(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def _is_reading(path: str) -> bool:
    return path.startswith("readings/") and path.endswith(".md")


def _declared(tables: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, tuple[Fact, bool]]]:
    """Each fact by its name, and whether it is declared for each item."""
    for key, inner in tables.items():
        if isinstance(inner, dict) and "step" in inner:
            members = tuple(inner.get("members", ()))
            fact = Fact(inner["kind"], members, inner["established_by"], inner["step"])
            yield above + key, (fact, inner.get("each") == "item")
        elif isinstance(inner, dict):
            yield from _declared(inner, f"{above}{key}.")


def front(text: str) -> dict[str, str]:
    return _pairs(text.split("---\n")[1]) if text.startswith("---\n") else {}


def _pairs(block: str) -> dict[str, str]:
    """Lines `key: value`; an indented line goes on with the value before it."""
    one_line_each = re.sub(r"\n[ \t]+", " ", block)
    return {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in one_line_each.splitlines())
    }


def blocks(text: str, kind: str) -> list[tuple[str, dict[str, str]]]:
    found = re.findall(rf"^```{kind}[ \t]*([^\n]*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [(name.strip(), _pairs(block)) for name, block in found]


def _rules(text: str) -> Iterator[Rule]:
    page = front(text)
    for name, keys in blocks(text, "rule"):
        scope = keys.get("scope", page["scope"])
        yield Rule(
            id=name,
            layer=page["layer"],
            scope=frozenset() if scope == "any" else frozenset(scope.split()),
            each=keys.get("each", ""),
            when=keys.get("when", "True"),
            needs=keys["needs"],
            governs=page.get("governs", ""),
            otherwise=keys["otherwise"],
            unknown=keys.get("unknown", "incomplete"),
            windows=_windows(keys, page),
        )


def _windows(keys: Mapping[str, str], page: Mapping[str, str]) -> tuple[tuple[int | None, int | None], ...]:
    """When a rule runs: its own days, or else its page's; on an agreement's page never outside the agreement's."""
    days = (_day(keys.get("from", page.get("from"))), _day(keys.get("until", page.get("until"))))
    agreement = (_day(page.get("from")), _day(page.get("until")))
    return (days, agreement) if "governs" in page else (days,)


def _day(text: str | None) -> int | None:
    return None if text is None else date.fromisoformat(text).toordinal()


def _order(name: str, text: str, governing: Mapping[str, Mapping[str, str]]) -> Order:
    keys = _toml(text)
    until = keys["until"].toordinal() if "until" in keys else None
    record = keys.get("set_aside", {"because_of": "", "on": date.max})
    return Order(
        name=name,
        scope=keys["scope"] if "scope" in keys else governing[keys["agreement"]]["governs"],
        bars=frozenset(keys["verbs"]),
        notice=keys["kind"] == "notice_before_release",
        data=frozenset(keys.get("data", ())),
        yields_to=record["because_of"],
        yields_on=record["on"].toordinal(),
        window=(keys["from"].toordinal(), until),
    )


def _answers(text: str) -> dict[str, Truth]:
    [(_, pairs)] = blocks(text, "reading")
    return {name: ANSWERS[answer] for name, answer in pairs.items()}


# Ruling on a request


def rule(pack: Pack, facts: Facts, asked: Iterable[str] | None, step: str, day: int) -> Ruling:
    """The ruling on `facts` for the items `asked`, at `step`, by the law of `day` (proleptic ordinal).

    A fact that is missing or None is unknown. Of two readings in force on the day the stricter rules.
    """
    known = {**known_at(pack, facts, step), "law.on": day}
    return strictest([_rule(pack, {**known, **reading}, asked, step, day) for reading in readings_on(pack, day)])


def _rule(pack: Pack, known: Facts, asked: Iterable[str] | None, step: str, day: int) -> Ruling:
    """The ruling under one reading, whose values are among the facts known."""
    own = _findings(pack, _own(pack, known, day), known, step)
    by_item = {item: _findings(pack, _of_item(pack, item, known, day), known, step) for item in asked or ()}
    outcome = heaviest(finding.consequence for finding in own.values())
    item_outcomes = {
        item: heaviest(finding.consequence for finding in found.values()) for item, found in by_item.items()
    }
    outcome = heaviest([outcome, best(item_outcomes.values())])
    items = {
        item: ItemRuling(item_outcomes[item], may_disclose(outcome, item_outcomes[item]), found)
        for item, found in by_item.items()
    }
    if none_is_left(item_outcomes.values()):
        left = best(item_outcomes.values())
        own |= {
            name: finding
            for item, found in by_item.items()
            if item_outcomes[item] == left
            for name, finding in found.items()
            if finding.consequence
        }
    return Ruling(outcome, own, items)


def fails_nobody(pack: Pack, name: str, day: int) -> bool:
    """Whether the rule `name` can by the law of `day` fail nobody, by item, order and reading alone: it need not be listed."""
    return all(_fails_nobody(pack, name, day, reading) for reading in readings_on(pack, day))


def _fails_nobody(pack: Pack, name: str, day: int, reading: Facts) -> bool:
    case = name.removesuffix("]").partition("[")[2].rpartition(", ")[2]
    reading = {**reading, "law.on": day}
    cases = _of_item(pack, case, reading, day) if case in pack.items else _own(pack, reading, day)
    return any(
        each == name
        and (when(rule, {**reading, **settled}) is False or truth(rule.needs, {**reading, **settled}) is True)
        for rule, each, settled in cases
    )


def _own(pack: Pack, known: Facts, day: int) -> Iterator[tuple[Rule, str, Facts]]:
    """The rules on the request itself: each with its name, and the facts settled for it."""
    for rule in running(pack, day):
        if rule.each == "":
            yield rule, rule.id, {}
        for order in orders_on(pack, day) if rule.each == "order" else ():
            if not order.data:
                yield rule, f"{rule.id}[{order.name}]", order_facts(order, known)


def _of_item(pack: Pack, item: str, known: Facts, day: int) -> Iterator[tuple[Rule, str, Facts]]:
    """The rules on one item, as `_own` gives those on the request."""
    settled = {**item_facts(pack, item, known), "item.reached": is_reached(pack, item, known, day)}
    for rule in running(pack, day):
        if rule.each == "item":
            yield rule, f"{rule.id}[{item}]", settled
        for order in orders_on(pack, day) if rule.each == "order" else ():
            if item in order.data:
                yield rule, f"{rule.id}[{order.name}, {item}]", order_facts(order, known)


def _findings(pack: Pack, cases: Iterable[tuple[Rule, str, Facts]], known: Facts, step: str) -> dict[str, Finding]:
    return {
        name: finding(
            rule, {**known, **settled} if settled else known, STEPS.index(step_of(pack, rule)) > STEPS.index(step)
        )
        for rule, name, settled in cases
        if belongs(rule, known)
    }


# The parts, one sentence of the documents each


def known_at(pack: Pack, facts: Facts, step: str) -> dict[str, Value]:
    """A fact of a later step than the one ruled at is unknown."""
    return {name: value for name, value in facts.items() if STEPS.index(pack.facts[name].step) <= STEPS.index(step)}


def readings_on(pack: Pack, day: int) -> list[Mapping[str, Value]]:
    """The values that the readings in force on `day` give to the contested words: the latest to have begun, one or more.

    Before the first begins they are unknown: no request settles them.
    """
    begun = [since for since, _ in pack.in_force if since <= day]
    contested = [name for name, fact in pack.facts.items() if fact.established_by == "reading"]
    latest = [pack.readings[name] for since, name in pack.in_force if begun and since == max(begun)]
    return [*latest] or [dict.fromkeys(contested)]


def runs_on(window: tuple[int | None, int | None], day: int) -> bool:
    """From is in, until is out."""
    since, until = window
    return (since is None or since <= day) and (until is None or day < until)


@functools.lru_cache(maxsize=256)
def orders_on(pack: Pack, day: int) -> tuple[Order, ...]:
    """The orders in force on `day` that have not given way to another then in force."""
    in_force = {order.name: order for order in pack.orders if runs_on(order.window, day)}
    return tuple(order for order in in_force.values() if order.yields_to not in in_force or day < order.yields_on)


@functools.lru_cache(maxsize=256)
def running(pack: Pack, day: int) -> tuple[Rule, ...]:
    """The rules in force on `day`."""
    return tuple(rule for rule in pack.rules if all(runs_on(window, day) for window in rule.windows))


def belongs(rule: Rule, known: Facts) -> bool:
    """A rule is put to a request that names one of its authorities; a rule for any authority to every request."""
    return not rule.scope or known.get("authority.clause") in rule.scope


def when(rule: Rule, facts: Facts) -> Truth:
    """Whether a rule applies: on an agreement's page only to what the agreement governs."""
    return both(truth(rule.governs, facts) if rule.governs else True, truth(rule.when, facts))


@functools.lru_cache(maxsize=2048)
def step_of(pack: Pack, rule: Rule) -> str:
    """A rule belongs to the latest step of the declared facts that it is written in."""
    written = names(rule.when) | names(rule.needs)
    of_items = {name: pack.facts[f"{name}[{next(iter(pack.items))}]"] for name in pack.of_each_item}
    steps = [STEPS.index(fact.step) for name, fact in {**pack.facts, **of_items}.items() if name in written]
    return STEPS[max(steps, default=0)]


def finding(rule: Rule, facts: Facts, later: bool) -> Finding:  # noqa: FBT001 - the rule is of a later step, or not
    """The verdict on a rule, and what follows from it."""
    found = verdict(when(rule, facts), truth(rule.needs, facts), later)
    return Finding(rule.layer, found, consequence(rule, found))


def verdict(applies: Truth, needed: Truth, later: bool) -> str:  # noqa: FBT001 - as above
    """What does not apply is not asked; what is so is met; what applies and is not so fails; the rest is not known, or not yet."""
    if applies is False:
        return "not_applicable"
    if needed is True:
        return "met"
    if applies is True and needed is False:
        return "not_met"
    return "open" if later else "unknown"


def consequence(rule: Rule, verdict: str) -> str:
    """Only what fails or is unknown has one."""
    return {"not_met": rule.otherwise, "unknown": rule.unknown}.get(verdict, "")


def heaviest(outcomes: Iterable[str]) -> str:
    """The weightiest of `outcomes`; `permit` of none."""
    return max((outcome or "permit" for outcome in outcomes), key=OUTCOMES.index, default="permit")


def strictest(rulings: list[Ruling]) -> Ruling:
    """Of several rulings on a request the one with the weightiest outcome, of equals the first."""
    return max(rulings, key=lambda ruling: OUTCOMES.index(ruling.outcome))


def best(outcomes: Iterable[str]) -> str:
    """The lightest of `outcomes`; `incomplete` of none: who asks for nothing is given nothing."""
    return min(outcomes, key=OUTCOMES.index, default="incomplete")


def may_disclose(outcome: str, of_item: str) -> bool:
    """An item may be disclosed where nothing stands against it nor against the request."""
    return outcome == of_item == "permit"


def none_is_left(outcomes: Iterable[str]) -> bool:
    """Where no item is left, what keeps them out is told of the request."""
    return "permit" not in outcomes


def item_facts(pack: Pack, item: str, known: Facts) -> dict[str, Value]:
    """What a rule on an item may turn on, beside the request's facts: what the item is, and the facts that are its own."""
    own = {name: known.get(f"{name}[{item}]") for name in pack.of_each_item}
    of_it = pack.items[item]
    return {**own, "item.name": item, "item.kind": of_it["kind"], "item.source": of_it["source"]}


def is_reached(pack: Pack, item: str, known: Facts, day: int) -> Truth:
    """Whether some clause of the statute opens the item: a rule on items with authorities of its own that applies to it."""
    facts = {**known, **item_facts(pack, item, known)}
    reached: Truth = False
    for rule in running(pack, day):
        if rule.layer == "statute" and rule.each == "item" and rule.scope:
            named = among(known.get("authority.clause"), rule.scope)
            reached = either(reached, both(named, when(rule, facts)))
    return reached


def order_facts(order: Order, known: Facts) -> dict[str, Value]:
    """What an order does to a request: where it cannot be told whether it binds it, unknown."""
    binds = truth(order.scope, known)
    bars = {f"order.bars.{verb}": verb in order.bars and binds for verb in VERBS}
    return {**bars, "order.demands.notice": order.notice and binds}


# Expressions, by Kleene's three values


def both(left: Truth, right: Truth) -> Truth:
    """False if either is; unknown if either is and none is false."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Truth, right: Truth) -> Truth:
    """True if either is; unknown if either is and none is true."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def contrary(truth: Truth) -> Truth:
    """The contrary of unknown is unknown."""
    return None if truth is None else not truth


def among(value: Value, members: Iterable[Value]) -> Truth:
    """Whether `value` is one of `members`; of an unknown one it is unknown."""
    return None if value is None else value in members


def truth(expression: str, facts: Facts) -> Truth:
    """The truth of `expression` on `facts`."""
    return _truth(_tree(expression), facts)


@functools.cache
def names(expression: str) -> frozenset[str]:
    """The facts, or parts of their names, that `expression` is written in."""
    return frozenset(_dotted(node) for node in ast.walk(_tree(expression)) if isinstance(node, ast.Attribute))


@functools.cache
def _tree(expression: str) -> ast.expr:
    return ast.parse(f"({expression})", mode="eval").body


@functools.cache
def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    assert isinstance(node, ast.Name)
    return node.id


def _value(node: ast.expr, facts: Facts) -> Value:
    match node:
        case ast.Constant(value=bool() | int() as value):
            return value
        case ast.Name(id=member):
            return member
        case ast.Attribute():
            return facts.get(_dotted(node))
        case ast.BoolOp(op=ast.And(), values=parts):
            return functools.reduce(both, (_truth(part, facts) for part in parts))
        case ast.BoolOp(op=ast.Or(), values=parts):
            return functools.reduce(either, (_truth(part, facts) for part in parts))
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return contrary(_truth(part, facts))
        case ast.BinOp(op=ast.Sub(), left=left, right=right):
            return _difference(_value(left, facts), _value(right, facts))
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Set(elts=members)]):
            return among(_value(left, facts), [_value(member, facts) for member in members])
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return compared(_value(left, facts), sign, _value(right, facts))
    raise TypeError(f"`{ast.unparse(node)}` is no expression of a rule")


def _truth(node: ast.expr, facts: Facts) -> Truth:
    found = _value(node, facts)
    assert found is None or isinstance(found, bool)
    return found


def _difference(left: Value, right: Value) -> Value:
    return left - right if isinstance(left, int) and isinstance(right, int) else None


def compared(left: Value, sign: ast.cmpop, right: Value) -> Truth:
    """A comparison; unknown where either side is."""
    if left is None or right is None:
        return None
    if isinstance(sign, ast.Eq):
        return left == right
    if isinstance(sign, ast.NotEq):
        return left != right
    assert isinstance(left, int)
    assert isinstance(right, int)
    match sign:
        case ast.Lt():
            return left < right
        case ast.LtE():
            return left <= right
        case ast.Gt():
            return left > right
        case ast.GtE():
            return left >= right
    raise TypeError("no such comparison")
