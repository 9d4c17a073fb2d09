"""Witnesses kept as worked cases: requests on which a rule alone bears, is not met or cannot be told, in the form of cases.toml.

A case is ruled on at its step, by a reading of the pack and with what must be found beside the request; a witness that rests
on a reading which is none of the pack's cannot be kept so, and a comment says which.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from safeconduct.core.days import iso
from safeconduct.core.expression import Kind
from safeconduct.core.facts import Step
from safeconduct.core.law import Verdict
from safeconduct.proof.prove import Proved
from safeconduct.proof.ruled import Told

_SAYS = {Verdict.NOT_MET: "is not met", Verdict.UNKNOWN: "cannot be told", Verdict.MET: "is met"}


def as_cases(proved: Proved) -> str:
    """The requests found for the rules of a pack, as TOML."""
    alone = {(rule, "alone bears"): told for proof in proved.proofs for rule, told in proof.reached.items()}
    besides = {(rule, _SAYS[verdict]): told for (rule, verdict), told in proved.besides.items()}
    reached = {**alone, **besides}
    pack = proved.opened.pack
    days = {name for name, fact in pack.facts.items() if fact.sort.kind is Kind.DAY}
    kept = {shown: told for shown, told in reached.items() if _can_be_kept(told, set(pack.readings))}
    lines = [
        f"# Requests found by `safeconduct law prove {pack.name} --keep`: on each of them one rule alone bears, among those of",
        "# its layer, or a rule comes to what no other case shows. Made, not written; nobody in them exists.",
        "",
    ]
    for number, (shown, told) in enumerate(kept.items(), 1):
        lines += _case(f"P-{number:03}", shown, told, days)
    left = [f"{rule} {what}" for rule, what in reached if (rule, what) not in kept]
    if left:
        lines += [
            "# Not kept, for they rest on what a reading that is none of the pack's would say, or on a list that holds null:"
        ]
        lines += [f"# {what}" for what in left]
    return "\n".join(lines) + "\n"


def _can_be_kept(told: Told, readings: set[str]) -> bool:
    return told.ruling.reading.name in readings and not _odd(told.document)


def _odd(document: object) -> bool:
    """Whether a list holds null, for which TOML has no word."""
    if isinstance(document, list):
        return any(one is None or _odd(one) or (isinstance(one, dict) and None in one.values()) for one in document)
    return any(_odd(inner) for inner in document.values()) if isinstance(document, dict) else False


def _case(name: str, shown: tuple[str, str], told: Told, days: Collection[str]) -> Iterator[str]:
    nulls = list(_nulls(told.document, ""))
    yield f"[base.{name}]"
    yield from (
        f"{key} = {_toml(value)}" for key, value in told.document.items() if value is not None and key != "null"
    )
    if nulls:
        yield f"null = {_toml(nulls)}"
    yield ""
    yield "[[case]]"
    yield f'case = "{name}"'
    yield f"says = {_toml(' '.join(shown))}"
    yield f"on = {iso(told.on)}"
    yield f'base = "{name}"'
    yield f'reading = "{told.ruling.reading.name}"'
    if told.step is not Step.REQUEST:
        yield f'step = "{told.step.name.lower()}"'
    if found := dict(_found(told, days)):
        yield f"found = {{ {', '.join(f'{json.dumps(fact)} = {value}' for fact, value in found.items())} }}"
    yield f'outcome = "{told.ruling.outcome.name.lower()}"'
    cites = [c.rule.cites for c in told.ruling.conclusions if c.bears and c.rule.id.partition("[")[0] == shown[0]]
    yield from [f"cites = {_toml(cites[0])}"] if cites else []
    yield f"items = {_toml({item.item: item.may_disclose for item in told.ruling.items})}"
    yield ""


def _found(told: Told, days: Collection[str]) -> Iterator[tuple[str, str]]:
    """What must be found beside the request: that on which a rule rests that has been put to it."""
    put = (*told.ruling.conclusions, *(c for item in told.ruling.items for c in item.conclusions))
    turned_on = frozenset[str]().union(*(one.rule.facts for one in put))
    for name, value in told.given.items():
        if name in turned_on:
            yield name, iso(value) if name in days and isinstance(value, int) else _toml(value)


def _nulls(document: Mapping[str, Any], above: str) -> Iterator[str]:
    for key, value in document.items():
        if value is None:
            yield f"{above}{key}"
        elif isinstance(value, dict):
            yield from _nulls(value, f"{above}{key}.")


def _toml(value: object) -> str:
    """A JSON value in TOML: its texts, numbers and truths are JSON's own."""
    if isinstance(value, dict):
        inner = (f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items() if one is not None)
        return "{ " + ", ".join(inner) + " }" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False)
