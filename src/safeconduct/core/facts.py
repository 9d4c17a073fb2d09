"""What rules may turn on: the facts and the items of information that a pack declares.

    [removal_order.final_on]
    kind = "day"
    meaning = "the day on which the order became final under administrative processes"
    path = "removal_order.final_on"
    established_by = "asker"
    step = "request"

A fact is a typed scalar; unknown is no value of it, absent is an ordinary one. An item is what can be asked for, with its
kind and the source from which the custodian had it. Reading their values from a request is `intake`'s concern.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import Any

from safeconduct.core.expression import Kind, Sort
from safeconduct.core.tables import Declared, table


class EstablishedBy(StrEnum):
    """Who can establish a fact."""

    ASKER = "asker"
    AGREEMENT = "agreement"
    COURT = "court"
    CUSTODIAN = "custodian"
    REGISTER = "register"
    REVIEWER = "reviewer"
    READING = "reading"


class Step(IntEnum):
    """When a fact becomes known, in order: on the request, by the search of the register, at review."""

    REQUEST = 0
    SEARCH = 1
    REVIEW = 2


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as declared. `path` is where it stands in a request, dots between; "" for a fact of a later step.

    `finding` names how it is read, "value" where it simply stands there; `settings` are the words that belong to that
    finding. `samples` gives for each member of a choice a text that means it. `item` is set on a fact declared
    `each = "item"`, which is one fact for every item that can be asked for.
    """

    name: str
    sort: Sort
    meaning: str
    path: str
    finding: str
    settings: Mapping[str, str | Mapping[str, str]]
    samples: Mapping[str, str]
    shown_by: str
    established_by: EstablishedBy
    step: Step
    item: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What can be asked for: its kind in the words of the statute's definitions, and its source."""

    name: str
    kind: str
    source: str
    meaning: str
    cites: str


_KEYS = {"kind", "meaning", "path", "finding", "members", "shown_by", "established_by", "step", "each"}
SETTINGS = {
    "table", "states", "agencies", "field", "asking", "within", "grounds", "of", "purpose", "given", "family", "most", "asked",
}  # fmt: skip
_UNSTATED = {EstablishedBy.READING, EstablishedBy.CUSTODIAN}
_STEPS = {step.name.lower(): step for step in Step}
VERBS = ("disclose", "inspect", "use", "copy", "act_upon")
"""What an order of a court may bar."""
_BOUND = {"item", "order", "law"}
LAW_ON = "law.on"
"""The day of the law, which every rule may name: no request states it."""
_KEPT = frozenset(keyword.kwlist)


@dataclass(frozen=True, slots=True)
class Declarations:
    """What facts.toml declares: the facts by name, and the fields that a request may hold although no fact reads them.

    `of_each_item` are those declared once for every item; in `facts` each stands for every item, as `name[item]`.
    `always` are expressions that are false of no request whatever.
    """

    facts: Mapping[str, Fact]
    of_each_item: Mapping[str, Fact]
    carried: tuple[str, ...]
    always: tuple[str, ...]


def facts(file: str, text: str, declared_items: Mapping[str, Item]) -> Declarations:
    """The facts declared in `text` (TOML), and `carried` and `always` at its top; `declared_items` can be asked for.

    Raises:
        PackFault: the text is no TOML, or a declaration is malformed.
    """
    tables = table(file, text)
    top = {key: value for key, value in tables.items() if not isinstance(value, dict)}
    whole = Declared(file, text, "the file of facts", "", top)
    whole.only(("carried", "always"))
    carried = top.get("carried", [])
    if not isinstance(carried, list) or not all(isinstance(field, str) for field in carried):
        raise whole.fault("carries what is no list of fields", 'write carried = ["one.field", …]', "carried")
    found = {d.heading[1:-1]: (_fact(d), _of_each_item(d)) for d in _declarations(file, text, tables)}
    each = {name: fact for name, (fact, of_each_item) in found.items() if of_each_item}
    own = {name: fact for name, (fact, of_each_item) in found.items() if not of_each_item}
    of_items = {of_item(name, item): _made_of(fact, item) for name, fact in each.items() for item in declared_items}
    return Declarations(own | of_items, each, tuple(carried), whole.texts("always", ()))


def of_item(name: str, item: str) -> str:
    """The name of the fact that one declared `each = "item"` is for `item`."""
    return f"{name}[{item}]"


def _made_of(fact: Fact, item: str) -> Fact:
    return replace(fact, name=of_item(fact.name, item), meaning=fact.meaning.replace("{item}", item), item=item)


def _of_each_item(d: Declared) -> bool:
    if "each" not in d.keys:
        return False
    d.one_of("each", ["item"])
    if d.string("kind") != Kind.TRUTH:
        raise d.fault("is of each item and no truth", 'write kind = "truth"', "kind")
    return True


def _declarations(file: str, text: str, tables: Mapping[str, Any]) -> Iterator[Declared]:
    """The tables of a file, however deep: `[removal_order.final_on]` declares what is headed so."""
    for name, keys in _tables(tables, ""):
        yield Declared(file, text, f"`{name}`", f"[{name}]", keys)


def _tables(tables: Mapping[str, Any], above: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, inner in tables.items():
        if not isinstance(inner, dict):
            continue
        name = f"{above}.{key}" if above else key
        if (above and "kind" in inner) or not any(isinstance(value, dict) for value in inner.values()):
            yield name, inner
        else:
            yield from _tables(inner, name)


def _fact(d: Declared) -> Fact:
    name = _well_named(d)
    d.only(_KEYS | SETTINGS)
    kind = Kind(d.one_of("kind", list(Kind)))
    samples = _samples(d, kind)
    established_by = EstablishedBy(d.one_of("established_by", list(EstablishedBy)))
    step = _STEPS[d.one_of("step", list(_STEPS))]
    if established_by is EstablishedBy.READING and step is not Step.REQUEST:
        raise d.fault("is settled by a reading and known at a later step", 'write step = "request": the day settles it')
    if established_by is EstablishedBy.READING and kind is not Kind.TRUTH:
        raise d.fault(
            "is settled by a reading and is no truth", 'write kind = "truth": a reading says yes, no or undecided'
        )
    path = d.string("path", "")
    if step is Step.REQUEST and established_by not in _UNSTATED and not path:
        raise d.fault("is known from the request and has no `path`", 'add path = "…", where in the request it stands')
    return Fact(
        name=name,
        sort=Sort(kind, tuple(samples)),
        meaning=d.string("meaning"),
        path=path,
        finding=d.string("finding", "value"),
        settings={key: value for key, value in d.keys.items() if key in SETTINGS},
        samples=samples,
        shown_by=d.string("shown_by", ""),
        established_by=established_by,
        step=step,
    )


def _well_named(d: Declared) -> str:
    words = d.heading[1:-1].split(".")
    for word in words:
        if word in _KEPT:
            what = f"has the word `{word}` in its name, which Python keeps for itself: no rule could speak of it"
            raise d.fault(what, "choose another word")
    if len(words) < 2 or not all(word.isidentifier() for word in words):
        raise d.fault(
            "is no name for a fact", "write words of letters, digits and _ with a dot between, as in asker.office"
        )
    if words[0] in _BOUND:
        raise d.fault(
            f"has a name that begins with `{words[0]}.`, which rules marked `each` settle", "choose another word"
        )
    return ".".join(words)


def _samples(d: Declared, kind: Kind) -> dict[str, str]:
    members = d.keys.get("members", {})
    if kind is not Kind.CHOICE:
        if members:
            raise d.fault(f"is a {kind} and has members", "drop them, or make it a choice")
        return {}
    if not isinstance(members, dict) or not members:
        raise d.fault("is a choice without members", 'add members = { member = "a text that means it" }')
    for member, sample in members.items():
        if not member.isidentifier() or member in _KEPT or not isinstance(sample, str):
            raise d.fault(
                f"has the member `{member}`, which no rule could name", "write a plain word, and its sample as text"
            )
    return members


def items(file: str, text: str) -> dict[str, Item]:
    """The items declared in `text` (TOML), by name.

    Raises:
        PackFault: the text is no TOML, or a declaration is malformed.
    """
    return {d.heading[1:-1]: _item(d) for d in _declarations(file, text, table(file, text))}


def _item(d: Declared) -> Item:
    name = d.heading[1:-1]
    if not name.isidentifier():
        raise d.fault("is no name for an item", "write one word of letters, digits and _")
    d.only(("kind", "source", "meaning", "cites"))
    return Item(name, d.string("kind"), d.string("source"), d.string("meaning"), d.string("cites"))


def bound(declared_items: Mapping[str, Item]) -> dict[str, Sort]:
    """The facts that no request states: the day of the law, and what a rule marked `each` settles, item by item or order by order."""
    truth = Sort(Kind.TRUTH)
    return {
        LAW_ON: Sort(Kind.DAY),
        "item.name": Sort(Kind.CHOICE, tuple(declared_items)),
        "item.kind": Sort(Kind.CHOICE, tuple(dict.fromkeys(item.kind for item in declared_items.values()))),
        "item.source": Sort(Kind.CHOICE, tuple(dict.fromkeys(item.source for item in declared_items.values()))),
        "item.reached": truth,
        **{f"order.bars.{verb}": truth for verb in VERBS},
        "order.demands.notice": truth,
    }
