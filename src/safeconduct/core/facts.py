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
from dataclasses import dataclass
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
    finding. `samples` gives for each member of a choice a text that means it.
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


@dataclass(frozen=True, slots=True)
class Item:
    """What can be asked for: its kind in the words of the statute's definitions, and its source."""

    name: str
    kind: str
    source: str
    meaning: str
    cites: str


_KEYS = {"kind", "meaning", "path", "finding", "members", "shown_by", "established_by", "step"}
SETTINGS = {"table", "states", "field", "asking", "within", "grounds", "of", "purpose", "given", "family", "most"}
_STEPS = {step.name.lower(): step for step in Step}
_BOUND = {"item", "order"}
_KEPT = frozenset(keyword.kwlist)


@dataclass(frozen=True, slots=True)
class Declarations:
    """What facts.toml declares: the facts by name, and the fields that a request may hold although no fact reads them.

    `always` are expressions that are false of no request whatever.
    """

    facts: Mapping[str, Fact]
    carried: tuple[str, ...]
    always: tuple[str, ...]


def facts(file: str, text: str) -> Declarations:
    """The facts declared in `text` (TOML), and `carried` and `always` at its top.

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
    found = {d.heading[1:-1]: _fact(d) for d in _declarations(file, text, tables)}
    return Declarations(found, tuple(carried), whole.texts("always", ()))


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
    if step is Step.REQUEST and established_by is not EstablishedBy.READING and not path:
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
    """The facts that no request states because a rule marked `each` settles them, item by item or order by order."""
    truth = Sort(Kind.TRUTH)
    return {
        "item.name": Sort(Kind.CHOICE, tuple(declared_items)),
        "item.kind": Sort(Kind.CHOICE, tuple(dict.fromkeys(item.kind for item in declared_items.values()))),
        "item.source": Sort(Kind.CHOICE, tuple(dict.fromkeys(item.source for item in declared_items.values()))),
        "item.reached": truth,
        "order.bars.disclose": truth,
        "order.demands.notice": truth,
    }
