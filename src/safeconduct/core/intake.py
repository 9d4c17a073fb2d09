"""A request: who asks what about whom, and why; read from JSON into facts.

One request concerns one person. Its shape is the envelope that every pack shares, and whatever else the pack's facts
point to. A field left out is unknown; `null` is absent, which is known. This module reads a request, makes its findings
and says what cannot be read, field by field; what follows in law it leaves to `law`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from safeconduct.core.cells import Shape
from safeconduct.core.expression import Value
from safeconduct.core.facts import Fact, Step
from safeconduct.core.fields import At, Found, Missing, Wrong, nearest
from safeconduct.core.findings import PATHS, finding, shape
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY
from safeconduct.core.sought import Finding

ENVELOPE = (
    "request_id", "made_on", "in_writing", "authority", "agreement", "asker", "officers", "purpose", "reason", "items",
    "subject",
)  # fmt: skip
_LONGEST_ID = 200
_DEEPEST = 6

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be read: its facts (None for unknown), what was seen, and what it asks for.

    `items` is None where the request leaves them out. `named` gives what the request says at a fact's path, for the
    authority and the facts that a rule cites. `unread` are fields that nothing reads, with the field that may have been meant.
    """

    id: str
    items: tuple[str, ...] | None
    facts: Mapping[str, Value]
    notes: Mapping[str, str]
    named: Mapping[str, str]
    unread: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A request that cannot be read, and everything that is wrong with it."""

    wrongs: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Intake:
    """How requests are read under one pack: a finding for every fact that a request can show, and the facts rules cite."""

    pack: Pack
    findings: Mapping[str, Finding]
    cited: frozenset[str]
    parents: tuple[str, ...]
    known: frozenset[Path]


def shapes(pack: Pack) -> dict[str, Shape]:
    """The shape of what stands at each path at which a finding looks, for formats whose cells are texts."""
    found: dict[str, Shape] = {"items": Shape.TEXTS, "officers": Shape.OBJECTS}
    for fact in pack.facts.values():
        shaped = shape(fact) if fact.path and fact.step is Step.REQUEST else None
        if shaped is not None:
            found[fact.path] = max(shaped, found.get(fact.path, shaped))
    return found


def intake(pack: Pack) -> Intake:
    """How requests are read under `pack`.

    Raises:
        PackFault: a fact's finding, its settings or its table is missing or malformed.
    """
    shown = {name: fact for name, fact in pack.facts.items() if fact.step is Step.REQUEST and fact.path}
    cited = {rule.cites for rule in pack.rules} & shown.keys()
    findings = {name: finding(fact, pack) for name, fact in shown.items()}
    return Intake(pack, findings, frozenset(cited | {AUTHORITY}), parents(pack), known(pack))


def read(document: object, how: Intake, on: int) -> Request | Unreadable:
    """The request in `document` (parsed JSON), its findings made under the law of the day `on` (proleptic ordinal)."""
    if not isinstance(document, dict):
        return Unreadable((Wrong("request", "is no object", "write one request between braces"),))
    at = At(document, on)
    found = {name: find(at) for name, find in how.findings.items()}
    items, wrong_items = items_asked(at, how.pack)
    wrongs = (
        *wrong_id(at),
        *(wrong for parent in how.parents for wrong in wrong_object(at, parent)),
        *wrong_items,
        *(one for one in found.values() if isinstance(one, Wrong)),
    )
    if wrongs:
        return Unreadable(first_of_each_field(wrongs))
    good = {name: one for name, one in found.items() if isinstance(one, Found)}
    return Request(
        id=str(at.look("request_id")),
        items=items,
        facts={name: one.value for name, one in good.items()},
        notes={name: one.note for name, one in good.items() if one.note},
        named={name: _named(how.pack.facts[name], good[name].value, at) for name in how.cited},
        unread=dict(_unread(document, how.known)),
    )


def first_of_each_field(wrongs: Iterable[Wrong]) -> tuple[Wrong, ...]:
    """Of what is wrong with a request the first of every field: the rest often follows from it."""
    first: dict[str, Wrong] = {}
    for wrong in wrongs:
        first.setdefault(wrong.field, wrong)
    return tuple(first.values())


def wrong_id(at: At) -> Iterator[Wrong]:
    """What is wrong with the request's id."""
    said = at.look("request_id")
    if not isinstance(said, str) or len(said) > _LONGEST_ID or not said.isprintable():
        mend = f"give the request a name of your own, one line of at most {_LONGEST_ID} characters that can be printed"
        yield Wrong("request_id", "is left out or no such text", mend)


def parents(pack: Pack) -> tuple[str, ...]:
    """The fields of a request that hold others."""
    return tuple(dict.fromkeys(fact.path.split(".")[0] for fact in pack.facts.values() if "." in fact.path))


def wrong_object(at: At, parent: str) -> Iterator[Wrong]:
    """A field that should hold others and holds something else: what is in it would otherwise pass for left out."""
    if not isinstance(at.look(parent), dict | Missing):
        yield Wrong(parent, "is no object", "write its fields between braces, or null where there is none")


def items_asked(at: At, pack: Pack) -> tuple[tuple[str, ...] | None, tuple[Wrong, ...]]:
    """The items that a request asks for (None: left out), or what is wrong with them."""
    raw = at.look("items")
    if isinstance(raw, Missing):
        return (None if raw is Missing.LEFT_OUT else ()), ()
    if not isinstance(raw, list):
        return None, (Wrong("items", "is no list", "write it between square brackets"),)
    wrongs = tuple(
        Wrong(f"items[{n}]", "is no item that can be asked for", nearest(item, pack.items))
        for n, item in enumerate(raw)
        if not _is_item(item, pack)
    )
    return tuple(dict.fromkeys(raw)) if not wrongs else None, wrongs


def _is_item(item: object, pack: Pack) -> bool:
    return isinstance(item, str) and item in pack.items


def _named(fact: Fact, value: Value, at: At) -> str:
    """What the request names at a fact's path: a clause of the pack's in the pack's words, all else in the asker's."""
    of_the_pack = fact.name == AUTHORITY and value not in {"other", "elsewhere", None}
    return fact.samples[str(value)] if of_the_pack else _said(at.look(fact.path))


def _said(raw: object) -> str:
    return "".join(char for char in raw if char.isprintable()).strip()[:80] if isinstance(raw, str) else ""


def _unread(document: Mapping[str, object], paths: frozenset[Path]) -> Iterator[tuple[str, str]]:
    """Fields that nothing reads: a word misspelt is a field left out, and its writer should hear of it."""
    words = {".".join(path): path for path in paths}
    for path in dict.fromkeys(_fields(document, ())):
        if path not in paths:
            near = difflib.get_close_matches(".".join(path), words, n=1, cutoff=0.75)
            yield ".".join(path), near[0] if near else ""


def _fields(value: object, above: Path) -> Iterator[Path]:
    """The paths of all fields within `value`; those of a list's objects are the list's own."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*above, key)
            if len(above) < _DEEPEST:
                yield from _fields(inner, (*above, key))
    elif isinstance(value, list):
        for one in value:
            yield from _fields(one, above)


def known(pack: Pack) -> frozenset[Path]:
    """The paths that a fact, a setting of a fact or a carried field stands for, and all above them."""
    facts = [fact for fact in pack.facts.values() if fact.path]
    settings = [text for fact in facts for key, text in fact.settings.items() if key in PATHS and isinstance(text, str)]
    inner = [f"{fact.path}.{text}" for fact in facts if isinstance(text := fact.settings.get("field"), str)]
    named = [path.split(".") for path in (*ENVELOPE, *pack.carried, *(fact.path for fact in facts), *settings, *inner)]
    return frozenset(tuple(path[:depth]) for path in named for depth in range(1, len(path) + 1))
