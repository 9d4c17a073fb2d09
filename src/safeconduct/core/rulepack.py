"""A rule pack: the statute as the gate applies it, parsed and checked.

A pack is a folder of Markdown pages in which a clause is quoted and its rule stands beneath, with the facts, the items,
the readings and the agreements that belong to it. This module makes one value of it all and refuses a pack that is
malformed, saying file, line, what is wrong and what to change. It reads no disk: it is given the files' texts.
Concluding from the rules is `law`'s concern, finding the facts is `intake`'s, the orders of courts are `orders`'.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from safeconduct.core import expression, grammar, page
from safeconduct.core.expression import Node, Sort
from safeconduct.core.facts import Fact, Item, bound, facts, items
from safeconduct.core.faults import PackFault
from safeconduct.core.page import Page
from safeconduct.core.readings import Reading, ReadingInForce, in_force, reading
from safeconduct.core.rules import AUTHORITY, Layer, Rule, RuleReader, layer
from safeconduct.core.tables import line_of


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement between authorities: when it is in force, and which requests it governs, named or not."""

    name: str
    title: str
    since: int
    until: int | None
    governs: Node

    def stands_on(self, day: int) -> bool:
        """Whether the agreement is in force on `day`."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that loads. `caution` is what every ruling under it tells its reader about the text.

    Rules marked `each: item` name the facts `of_each_item`; in `facts` these stand for every item, as `name[item]`.
    `always` are statements between facts that are false of no request: the findings make them so, and proofs rest on them.
    """

    name: str
    title: str
    revision: str
    caution: str
    digest: str
    facts: Mapping[str, Fact]
    of_each_item: Mapping[str, Fact]
    carried: tuple[str, ...]
    always: tuple[Node, ...]
    items: Mapping[str, Item]
    rules: tuple[Rule, ...]
    agreements: Mapping[str, Agreement]
    readings: Mapping[str, Reading]
    readings_in_force: tuple[ReadingInForce, ...]
    pages: tuple[Page, ...]
    files: Mapping[str, str]


def load(files: Mapping[str, str]) -> Pack:
    """The pack whose files, by their path within it, hold these texts. Files under `orders/` are no part of it.

    Raises:
        PackFault: a file is missing or malformed.
    """
    own = {name: text for name, text in sorted(files.items()) if not name.startswith("orders/")}
    front = page.read("README.md", _file(own, "README.md"))
    front.only(_FRONT)
    _no_rules_in(own)
    things = items("items.toml", _file(own, "items.toml"))
    stated = facts("facts.toml", _file(own, "facts.toml"), things)
    declared = stated.facts
    if AUTHORITY not in declared:
        raise PackFault(
            "facts.toml",
            1,
            f"the pack declares no `{AUTHORITY}`",
            f"declare [{AUTHORITY}], the clauses that a request can name",
        )
    nameable = {**stated.of_each_item, **{name: fact for name, fact in declared.items() if not fact.item}}
    reader = RuleReader(
        nameable,
        frozenset(stated.of_each_item),
        {fact.name: fact.sort for fact in nameable.values()} | bound(things),
        _statute_text(own),
    )
    pages = _pages(own)
    agreements = _agreements(pages, reader)
    readings = _readings(own, declared, reader)
    return Pack(
        name=front.need("pack").text,
        title=front.need("title").text,
        revision=front.need("revision").text,
        caution=front.need("caution").text,
        digest=digest(own),
        facts=declared,
        of_each_item=stated.of_each_item,
        carried=stated.carried,
        always=_always(stated.always, own["facts.toml"], declared),
        items=things,
        rules=_distinct(rule for of in pages for rule in reader.rules(of, _governs(of, agreements))),
        agreements=agreements,
        readings=readings,
        readings_in_force=in_force("readings/in-force.toml", _file(own, "readings/in-force.toml"), readings),
        pages=pages,
        files=own,
    )


_FRONT = {"pack", "title", "custodian", "revision", "caution"}
_FRONT_OF_RULES = {"source", "scope", "layer", "verified", "from", "until"}
_FRONT_OF_AGREEMENT = _FRONT_OF_RULES | {"agreement", "title", "parties", "signed", "governs"}


def digest(files: Mapping[str, str]) -> str:
    """`sha256:` over the files in the order of their names, each as name, length in bytes and text (UTF-8)."""
    seal = hashlib.sha256()
    for name, text in sorted(files.items()):
        body = text.encode()
        seal.update(f"{name}\0{len(body)}\0".encode() + body)
    return f"sha256:{seal.hexdigest()}"


def _file(files: Mapping[str, str], name: str) -> str:
    if name not in files:
        raise PackFault(name, 1, "the pack has no such file", f"add {name}")
    return files[name]


def _no_rules_in(files: Mapping[str, str]) -> None:
    """A rule that stands where no rule is read would be law to its reader and nothing to the program."""
    for name, text in files.items():
        if not _holds_rules(name) and "```rule" in text:
            line = text[: text.index("```rule")].count("\n") + 1
            raise PackFault(
                name, line, "a rule stands where none is read", "move it to a page of its own beside README.md"
            )


def _always(said: Iterable[str], text: str, declared: Mapping[str, Fact]) -> tuple[Node, ...]:
    sorts = {fact.name: fact.sort for fact in declared.values()}
    return tuple(_statement(one, line_of(text, one), sorts) for one in said)


def _statement(said: str, line: int, sorts: Mapping[str, Sort]) -> Node:
    try:
        return grammar.read(said, sorts)
    except grammar.ExpressionFault as fault:
        raise PackFault(
            "facts.toml", line, f"a statement that always holds cannot be read: {fault.what}", fault.mend
        ) from None


def _pages(files: Mapping[str, str]) -> tuple[Page, ...]:
    """The pages that hold rules: the statute's, then those of agreements, then the custodian's own policy."""
    pages = [page.read(name, text) for name, text in files.items() if _holds_rules(name)]
    for of in pages:
        of.only(_FRONT_OF_AGREEMENT if "agreement" in of.front else _FRONT_OF_RULES)
    return tuple(sorted(pages, key=lambda of: list(Layer).index(layer(of))))


def _holds_rules(name: str) -> bool:
    return name.endswith(".md") and name != "README.md" and not name.startswith(("text/", "readings/"))


def _statute_text(files: Mapping[str, str]) -> str:
    return "\n".join(" ".join(text.split()) for name, text in files.items() if name.startswith("text/"))


def _readings(files: Mapping[str, str], declared: Mapping[str, Fact], reader: RuleReader) -> dict[str, Reading]:
    names = [name for name in files if name.startswith("readings/") and name.endswith(".md")]
    readings: dict[str, Reading] = {}
    for name in names:
        one = reading(page.read(name, files[name]), declared, reader.quoted)
        if one.name in readings:
            raise PackFault(name, 1, f"there is a second reading `{one.name}`", "rename it, or take the other out")
        readings[one.name] = one
    for one in readings.values():
        if one.replaces not in {*readings, "nothing"}:
            what = f"the reading replaces `{one.replaces}`, which the pack lacks"
            raise PackFault(one.file, 1, what, f"name one of {', '.join(sorted(readings))}, or write `nothing`")
    return readings


def _agreements(pages: Iterable[Page], reader: RuleReader) -> dict[str, Agreement]:
    agreements: dict[str, Agreement] = {}
    for of in pages:
        if "agreement" in of.front:
            one = _agreement(of, reader)
            if one.name in agreements:
                raise PackFault(
                    of.file, 1, f"there is a second agreement `{one.name}`", "rename it, or take the other out"
                )
            agreements[one.name] = one
    return agreements


def _agreement(of: Page, reader: RuleReader) -> Agreement:
    of.need("from")
    of.runs(of.front)
    governs = reader.expression(of.file, of.need("governs"))
    if isinstance(governs, expression.Constant):
        raise PackFault(
            of.file, of.need("governs").line, "the agreement governs all requests or none", "say which it governs"
        )
    return Agreement(
        name=of.need("agreement").text,
        title=of.need("title").text,
        since=of.date("from") or 0,
        until=of.date("until"),
        governs=governs,
    )


def _governs(of: Page, agreements: Mapping[str, Agreement]) -> Node:
    return agreements[of.front["agreement"].text].governs if "agreement" in of.front else expression.TRUE


def _distinct(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    seen: dict[str, Rule] = {}
    for rule in rules:
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            what = f"there is a second rule `{rule.id}`"
            raise PackFault(rule.file, rule.line, what, f"rename it; the first stands in {first.file}:{first.line}")
    return tuple(seen.values())
