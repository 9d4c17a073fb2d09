"""A pack for people: each clause with its rules in words, the items, the facts, the readings.

Counsel reads the pages themselves; this is the same law as the program has understood it, so that the two can be held
side by side. It prints nothing and reads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from safeconduct.core.coverage import WANTED, Coverage, place
from safeconduct.core.days import iso
from safeconduct.core.expression import Among, And, Compare, Constant, Days, Node, Not, Or, Ref, Term
from safeconduct.core.facts import Fact, Item
from safeconduct.core.law import Verdict
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import Layer, Rule
from safeconduct.render import spoken, word


def page(pack: Pack) -> str:
    """The pack as one page for counsel, in Markdown: clauses quoted, rules in words, facts, items, readings."""
    return "\n".join([*_title(pack), *_clauses(pack), *_things(pack), *_facts(pack), *_readings(pack)])


def _title(pack: Pack) -> Iterator[str]:
    yield f"# {pack.title}"
    yield ""
    yield f"Pack {pack.name}, revision {pack.revision}, {pack.digest}"
    yield ""


def _clauses(pack: Pack) -> Iterator[str]:
    written = {place(rule): rule for rule in pack.rules}
    for of in pack.pages:
        for clause in of.clauses:
            rules = [written[of.file, block.line] for block in clause.blocks]
            if rules:
                yield f"## {rules[0].cites} · {rules[0].title}"
                yield ""
                yield from (f"> {quote.text}\n" for quote in clause.quotes)
                for rule in rules:
                    yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    mark = "" if rule.verified else " · UNCONFIRMED"
    layer = "" if rule.layer is Layer.STATUTE else f" · {rule.layer}"
    yield f"**{rule.id}**{layer}{mark}"
    yield ""
    if rule.each:
        yield f"- applied to each {rule.each}"
    if rule.when != Constant(value=True):
        yield f"- when {words(rule.when)}"
    yield f"- it must be so that {words(rule.needs)}"
    yield f"- otherwise **{word(rule.otherwise)}**: {rule.means}"
    if rule.facts:
        yield f"- if that cannot be told: **{word(rule.unknown)}**"
    if rule.cure:
        yield f"- cure: {rule.cure}"
    yield ""


def words(node: Node, pack: Pack | None = None) -> str:
    """An expression in words: its facts by what they mean where a `pack` is given to say it, else by their names."""
    match node:
        case Ref(name):
            return _named(name, pack)
        case Among(Ref(name), members):
            return f"{_named(name, pack)} is {_one_of(name, members, pack)}"
        case Not(Ref(name)):
            return f"it is not so that {_named(name, pack)}" if pack else f"not {name}"
        case Not(Among(Ref(name), members)):
            return f"{_named(name, pack)} is not {_one_of(name, members, pack)}"
        case Not(of):
            return f"not ({words(of, pack)})"
        case And(of):
            return " and ".join(_grouped(part, pack) for part in of)
        case Or(of):
            return " or ".join(_grouped(part, pack) for part in of)
        case Compare(left, sign, right):
            return f"{_term(left, pack)} {_SIGNS[sign]} {_term(right, pack)}"
        case Constant(constant):
            return "nothing more is asked" if constant else "counsel decides: the pack does not rule on it"


_SIGNS = {"==": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"}
_BOUND = {
    "law.on": "the day of the law",
    "item.name": "the item asked for",
    "item.kind": "the kind of the item",
    "item.source": "the source of the item",
    "item.reached": "a clause of the statute, under the authority named, reaches the item",
    "order.bars.disclose": "the order bars the disclosure",
    "order.demands.notice": "the order demands notice before a release",
}


def _named(name: str, pack: Pack | None) -> str:
    if pack is None:
        return name
    fact = pack.facts.get(name) or pack.of_each_item.get(name)
    return fact.meaning.replace(" {item}", "") if fact else _BOUND[name]


def _one_of(name: str, members: frozenset[str], pack: Pack | None) -> str:
    *most, last = (_member(name, member, pack) for member in sorted(members))
    return f"{', '.join(most)} or {last}" if most else last


def _member(name: str, member: str, pack: Pack | None) -> str:
    if pack is None:
        return member
    return choice(member, pack.facts[name]) if name in pack.facts else _spaced(member)


def choice(member: str, fact: Fact) -> str:
    """A member of a choice in plain words; a clause by its citation, where the member stands for one."""
    named = _NO_CLAUSE.get(member) if fact.finding == "clause" else None
    return named or spoken(member, fact)


_NO_CLAUSE = {
    "none": "no provision but the statute at large",
    "other": "another provision of the same title",
    "elsewhere": "a provision of another title",
}


def _grouped(node: Node, pack: Pack | None) -> str:
    return f"({words(node, pack)})" if isinstance(node, And | Or) else words(node, pack)


def _term(term: Term, pack: Pack | None) -> str:
    match term:
        case Days(to, since):
            return f"the number of days from {_term(since, pack)} to {_term(to, pack)}"
        case Ref(name):
            return _named(name, pack)
        case Constant(constant):
            return str(constant)


def _things(pack: Pack) -> Iterator[str]:
    yield "## What can be asked for"
    yield ""
    yield from (
        f"- **{item.name}**: {item.meaning}; {_spaced(item.kind)}, from the {item.source} ({item.cites})"
        for item in pack.items.values()
    )
    yield ""


def _spaced(text: str) -> str:
    return text.replace("_", " ")


def _facts(pack: Pack) -> Iterator[str]:
    yield "## The facts on which the rules turn"
    yield ""
    for fact in pack.facts.values():
        where = f", at `{fact.path}`" if fact.path else ""
        yield f"- **{fact.name}** ({fact.sort.kind}): {fact.meaning}. Established by the {fact.established_by}, known at the {fact.step.name.lower()}{where}."
    yield ""


def _readings(pack: Pack) -> Iterator[str]:
    yield "## Readings"
    yield ""
    for reading in pack.readings.values():
        yield f"- **{reading.name}**: {reading.title}. {reading.author}, {reading.office}, {reading.dated}{'' if reading.verified else ' (UNCONFIRMED)'}"
    for entry in pack.readings_in_force:
        yield f"- From {iso(entry.since)} the reading {entry.name} is in force."
    yield ""


def as_document(pack: Pack, covered: Iterable[Coverage]) -> dict[str, object]:
    """The pack, and how its worked cases cover its rules, ready for JSON."""
    return {
        "pack": pack.name,
        "title": pack.title,
        "revision": pack.revision,
        "digest": pack.digest,
        "rules": [_rule_document(of) for of in covered],
        "items": [_item_document(item) for item in pack.items.values()],
        "facts": [_fact_document(fact) for fact in pack.facts.values()],
        "readings": [{"reading": r.name, "title": r.title, "values": dict(r.values)} for r in pack.readings.values()],
        "readings_in_force": [{"from": iso(e.since), "reading": e.name} for e in pack.readings_in_force],
        "agreements": [
            {
                "agreement": a.name,
                "title": a.title,
                "from": iso(a.since),
                "until": _day(a.until),
                "governs": words(a.governs),
            }
            for a in pack.agreements.values()
        ],
    }


def _rule_document(of: Coverage) -> Mapping[str, object]:
    rule = of.rule
    return {
        "rule": rule.id, "cites": rule.cites, "title": rule.title, "layer": str(rule.layer), "scope": sorted(rule.scope),
        "each": rule.each or None, "when": words(rule.when), "needs": words(rule.needs), "otherwise": word(rule.otherwise),
        "unknown": word(rule.unknown), "means": rule.means, "cure": rule.cure or None, "verified": rule.verified,
        "from": _day(rule.since), "until": _day(rule.until), "file": rule.file, "line": rule.line, "cases": _cases_document(of),
    }  # fmt: skip


def _cases_document(of: Coverage) -> Mapping[str, object]:
    counted = {str(each): len(of.cases[each]) for each in (Verdict.OPEN, Verdict.NOT_APPLICABLE)}
    told = {said: list(of.cases[verdict]) for verdict, said in WANTED.items()}
    return {**told, **counted, "lacking": [WANTED[verdict] for verdict in of.lacking]}


def _item_document(item: Item) -> Mapping[str, object]:
    return {"item": item.name, "kind": item.kind, "source": item.source, "meaning": item.meaning, "cites": item.cites}


def _fact_document(fact: Fact) -> Mapping[str, object]:
    return {
        "fact": fact.name, "kind": str(fact.sort.kind), "members": list(fact.sort.members), "meaning": fact.meaning,
        "path": fact.path or None, "finding": fact.finding, "established_by": str(fact.established_by),
        "step": fact.step.name.lower(), "shown_by": fact.shown_by or None,
    }  # fmt: skip


def _day(ordinal: int | None) -> str | None:
    return None if ordinal is None else iso(ordinal)


def exercised(covered: Iterable[Coverage]) -> Iterator[str]:
    """How many rules the worked cases make true, false and unknown, and the rules that lack a case, a line each."""
    covered = list(covered)
    for verdict, said in WANTED.items():
        can = [of for of in covered if verdict in of.possible]
        yield f"{sum(bool(of.cases[verdict]) for of in can)} of the {len(can)} rules that can be {said} are so in a case"
    for of in covered:
        if of.lacking:
            yield f"{'lacks a case':>15}  {of.rule.id}  {', '.join(WANTED[verdict] for verdict in of.lacking)}"


def summary(pack: Pack) -> str:
    """The pack in a line: how much of everything it holds."""
    return f"{len(pack.rules)} rules, {len(pack.facts)} facts, {len(pack.items)} items, {len(pack.readings)} readings, {len(pack.agreements)} agreement(s)"
