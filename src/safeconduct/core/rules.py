"""A rule: what a clause needs of a request, and what follows where it is not so.

    ```rule i2.B.i.address
    needs:     address.grade in {deliverable, deliverable_unit}
    otherwise: incomplete
    means:     The request does not set forth an address of the taxpayer.
    cure:      Give the full street address at which the taxpayer can be identified.
    ```

There is one kind of rule. A bar is a rule with a wide scope whose failure outranks. This module reads the rules of a page
and holds each to what it owes its readers; a fault names file, line and cure. Concluding from rules is `law`'s concern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from safeconduct.core import expression, grammar
from safeconduct.core.expression import Node, Sort
from safeconduct.core.facts import LAW_ON, EstablishedBy, Fact, Step
from safeconduct.core.faults import PackFault, instead
from safeconduct.core.page import Block, Clause, Entry, Page

AUTHORITY = "authority.clause"
"""The fact that says which clause a request names: the scope of a rule is a set of its values."""


class Outcome(IntEnum):
    """What a ruling comes to, in order of weight: the heaviest one reached prevails."""

    PERMIT = 0
    INCOMPLETE = 1
    HOLD = 2
    REFUSE = 3
    STAYED = 4


class Layer(StrEnum):
    """Whose rule it is: the law's, an agreement's, or the custodian's own policy."""

    STATUTE = "statute"
    AGREEMENT = "agreement"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `scope` holds the clauses it belongs to, and is empty for a rule that belongs to all.

    `since` and `until` are proleptic ordinals, half-open. `each` is "item" or "order" for a rule that is applied to
    every item asked for or every order in force, else "". `item` is set once the rule has been made one item's own.
    """

    id: str
    cites: str
    title: str
    layer: Layer
    scope: frozenset[str]
    when: Node
    needs: Node
    otherwise: Outcome
    unknown: Outcome
    means: str
    cure: str
    since: int | None
    until: int | None
    step: Step
    each: str
    verified: bool
    file: str
    line: int
    item: str = ""
    facts: frozenset[str] = field(init=False, repr=False, compare=False)
    """The names of the facts on which the rule rests."""
    named: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The same in the order of the alphabet."""

    def __post_init__(self) -> None:
        facts = expression.facts_of(self.when) | expression.facts_of(self.needs)
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "named", tuple(sorted(facts)))

    def stands_on(self, day: int) -> bool:
        """Whether the rule is in force on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


def layer(page: Page) -> Layer:
    """Whose rules stand on `page`.

    Raises:
        PackFault: the page does not say, or names no layer.
    """
    entry = page.need("layer")
    if entry.text not in list(Layer):
        raise PackFault(page.file, entry.line, f"`{entry.text}` is no layer", f"write one of {', '.join(Layer)}")
    return Layer(entry.text)


KEYS = {
    "when", "needs", "otherwise", "unknown", "means", "cure", "from", "until", "scope", "cites", "each", "verified",
}  # fmt: skip
_FEWEST_WORDS = 3
_NEEDED = ("needs", "otherwise", "means")
_EACH = ("item", "order")
_OUTCOMES = {outcome.name.lower(): outcome for outcome in Outcome if outcome is not Outcome.PERMIT}
_STATUTE = re.compile(r"[0-9]+ USC")
_CITED = re.compile(r"[0-9]+ USC [0-9]+[a-z0-9-]*(?:\([A-Za-z0-9]+\))*")
_CLAUSE = 3  # `### clause · title`: what stands above are titles of the page


@dataclass(frozen=True, slots=True)
class RuleReader:
    """Reads rules, knowing the pack's facts, the sorts of all that an expression may name, and the statute's text.

    Those of the facts that are declared for each item are named in `of_each_item`.
    """

    facts: Mapping[str, Fact]
    of_each_item: frozenset[str]
    sorts: Mapping[str, Sort]
    statute: str

    def rules(self, page: Page, governs: Node = expression.TRUE) -> Iterator[Rule]:
        """The rules of `page`; on an agreement's page each applies only to requests that the agreement `governs`.

        Raises:
            PackFault: a rule or a quotation is not as it should be.
        """
        for clause in page.clauses:
            self.quoted(page.file, clause.quotes)
            for block in clause.blocks:
                yield self._rule(page, clause, block, governs)

    def quoted(self, file: str, quotes: Iterable[Entry]) -> None:
        """Hold every quotation to the statute's text.

        Raises:
            PackFault: a quotation is not in it, word for word.
        """
        for quote in quotes:
            if len(quote.text.split()) < _FEWEST_WORDS:
                what = f"the quotation “{quote.text}” is too short to be one"
                raise PackFault(file, quote.line, what, "quote the clause, not a word of it")
            if quote.text not in self.statute:
                begins = " ".join(quote.text.split()[:8])
                mend = "quote word for word what stands in text/, or say it in your own words without the >"
                raise PackFault(file, quote.line, f"the quotation “{begins} …” is not in the statute's text", mend)

    def expression(self, file: str, entry: Entry) -> Node:
        """The expression at `entry`.

        Raises:
            PackFault: it is none.
        """
        try:
            return grammar.read(entry.text, self.sorts)
        except grammar.ExpressionFault as fault:
            raise PackFault(file, entry.line_at(fault.offset), fault.what, fault.mend) from None

    def _rule(self, page: Page, clause: Clause, block: Block, governs: Node) -> Rule:
        _well_formed(page.file, clause, block)
        keys = block.entries
        page.runs({**page.front, **keys})
        when = self.expression(page.file, keys["when"]) if "when" in keys else expression.TRUE
        needs = self.expression(page.file, keys["needs"])
        whose = layer(page)
        rule = Rule(
            id=block.name,
            cites=_cites(page, clause, keys),
            title=clause.title or clause.ref,
            layer=whose,
            scope=self._scope(page.file, keys.get("scope") or page.need("scope")),
            when=expression.conjunction(governs, when),
            needs=needs,
            otherwise=_outcome(page.file, keys["otherwise"]),
            unknown=_outcome(page.file, keys["unknown"]) if "unknown" in keys else Outcome.INCOMPLETE,
            means=keys["means"].text,
            cure=keys["cure"].text if "cure" in keys else "",
            since=page.date("from", keys) or page.date("from"),
            until=page.date("until", keys) or page.date("until"),
            step=max((self.facts[name].step for name in self._declared(when, needs)), default=Step.REQUEST),
            each=keys["each"].text if "each" in keys else "",
            verified=_verified(page, keys, whose),
            file=page.file,
            line=block.line,
        )
        self._owes(rule, clause, block)
        return rule

    def _declared(self, *nodes: Node) -> frozenset[str]:
        return frozenset[str]().union(*map(expression.facts_of, nodes)) & self.facts.keys()

    def _scope(self, file: str, entry: Entry) -> frozenset[str]:
        words = entry.text.split()
        if words == ["any"]:
            return frozenset()
        known = self.facts[AUTHORITY].sort.members
        for word in words or [""]:
            if word not in known:
                mend = f"write `any`, or one or more of {', '.join(known)}"
                raise PackFault(file, entry.line, f"the scope `{word}` is no clause that a request can name", mend)
        return frozenset(words)

    def _owes(self, rule: Rule, clause: Clause, block: Block) -> None:
        """Hold the rule to what it owes its readers: an outcome where a fact is unknown, a cure, a quotation."""
        keys, file, declared = block.entries, rule.file, self._declared(rule.when, rule.needs)
        if rule.needs == expression.TRUE:
            raise PackFault(file, keys["needs"].line, "the rule can never fail", "take it out, or say what it needs")
        settled = {name: name.split(".")[0] for name in rule.facts - self.facts.keys() - {LAW_ON}}
        settled |= dict.fromkeys(rule.facts & self.of_each_item, "item")
        for name, kind in sorted(settled.items()):
            if kind != rule.each:
                what = f"the rule speaks of `{name}` and is not applied to each {kind}"
                raise PackFault(file, block.line, what, f"add `each: {kind}`")
        others = sorted(name for name in declared if self.facts[name].established_by is not EstablishedBy.ASKER)
        if others and "unknown" not in keys:
            what = (
                f"`{others[0]}` is not the asker's to give, and the rule does not say what follows where it is unknown"
            )
            raise PackFault(file, block.line, what, "add `unknown: hold`, or another outcome")
        reached = {rule.otherwise, rule.unknown} if declared else {rule.otherwise}
        if Outcome.INCOMPLETE in reached and not rule.cure:
            what = "the rule can make a request incomplete and names no cure"
            raise PackFault(file, block.line, what, "add `cure: …`, what the asker should supply")
        if not rule.verified and max(reached) > Outcome.HOLD:
            what = "a term whose text is not confirmed may hold a request but never refuse it"
            raise PackFault(
                file, block.line, what, "write `otherwise: hold`, or confirm the text and write `verified: true`"
            )
        if _STATUTE.match(rule.cites) and "cites" not in keys and not clause.quotes:
            what = f"`{clause.ref}` has a rule and does not quote its clause"
            raise PackFault(file, clause.line, what, "quote the clause above the rule, each line behind a >")


def _well_formed(file: str, clause: Clause, block: Block) -> None:
    if block.kind != "rule" or not block.name:
        mend = "open it with ```rule and the rule's id, as in ```rule i2.A.federal"
        raise PackFault(file, block.line, f"the block `{block.kind}` is no rule with a name", mend)
    if clause.depth < _CLAUSE:
        what = f"the rule `{block.name}` stands under no clause"
        raise PackFault(file, block.line, what, "put a heading `### clause · title` above it")
    for key, entry in block.entries.items():
        if key not in KEYS:
            raise PackFault(file, entry.line, f"`{key}` is no key of a rule", instead(key, KEYS))
        if key == "each" and entry.text not in _EACH:
            what = f"`each: {entry.text}` is nothing that a rule can be applied to"
            raise PackFault(file, entry.line, what, "write `each: item` or `each: order`")
    for key in _NEEDED:
        if key not in block.entries or not block.entries[key].text:
            raise PackFault(file, block.line, f"the rule `{block.name}` has no `{key}`", f"add a line `{key}: …`")


def _cites(page: Page, clause: Clause, keys: Mapping[str, Entry]) -> str:
    if "cites" in keys:
        return keys["cites"].text
    source = page.need("source").text
    joined = "" if clause.ref.startswith("(") or source.endswith(":") else " "
    cites = f"{source}{joined}{clause.ref}"
    if _STATUTE.match(cites) and not _CITED.fullmatch(cites):
        what = f"`{clause.ref}` is no clause of {source}: the clause is glued to its title or is written otherwise"
        raise PackFault(page.file, clause.line, what, "write `### (a)(1) · title`, a blank on both sides of the dot")
    return cites


def _outcome(file: str, entry: Entry) -> Outcome:
    if entry.text not in _OUTCOMES:
        mend = f"write one of {', '.join(_OUTCOMES)}"
        raise PackFault(file, entry.line, f"`{entry.text}` is nothing that can follow", mend)
    return _OUTCOMES[entry.text]


def _verified(page: Page, keys: Mapping[str, Entry], whose: Layer) -> bool:
    entry = keys.get("verified") or page.front.get("verified")
    if entry is None:
        if whose is Layer.AGREEMENT:
            what = "a page of an agreement does not say whether its text is confirmed"
            raise PackFault(page.file, 1, what, "add `verified: true` or `verified: false`")
        return True
    if entry.text not in {"true", "false"}:
        what = f"`verified: {entry.text}` is neither true nor false"
        raise PackFault(page.file, entry.line, what, "write `verified: true` or `verified: false`")
    return entry.text == "true"
