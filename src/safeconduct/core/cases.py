"""Worked cases: requests that a pack must rule on as its authors say.

    [base.complete]
    request_id = "W-01"
    …

    [[case]]
    case = "W-03"
    says = "an address that says it was not provided, with a postal code"
    on = 2025-08-01
    base = "complete"
    with = { "subject.address" = "Failed to Provide 90001" }
    outcome = "incomplete"
    cites = "26 USC 6103(i)(2)(B)(i)"

A case is a base request with some fields changed (`with`), made absent (`null`) or left out (`without`). TOML knows no
null, hence the list. A case ruled on at a later `step` says what was `found` by then; `found` holds these facts to their
kinds. This module makes the requests and says in what a ruling differs from what was expected.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from safeconduct.core.expression import Value
from safeconduct.core.facts import Step
from safeconduct.core.found import found
from safeconduct.core.law import Ruling
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import Outcome
from safeconduct.core.tables import Declared, table


@dataclass(frozen=True, slots=True)
class Case:
    """A request, the day of the law (proleptic ordinal), and what must come of it.

    It is ruled on at `step`, with the facts `found` by then beside those of the request.
    """

    name: str
    says: str
    on: int
    reading: str | None
    step: Step
    request: Mapping[str, object]
    found: Mapping[str, Value]
    outcome: Outcome
    cites: str
    items: Mapping[str, bool]


FOUND = "witnesses.toml"
FILES = ("cases.toml", FOUND)
"""The files of worked cases: those that the pack's authors wrote, and those that a prover found. Bases are shared."""
_KEYS = {
    "case", "says", "on", "base", "with", "null", "without", "reading", "step", "found", "outcome", "cites", "items",
}  # fmt: skip
_SORTS: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("with", "items"), (dict, '{ "a.field" = … }')),
    **dict.fromkeys(("null", "without"), (list, '["a.field", …]')),
}
_OUTCOMES = {outcome.name.lower(): outcome for outcome in Outcome}
_STEPS = {step.name.lower(): step for step in Step}


@dataclass(frozen=True, slots=True)
class _Base:
    """A request on which cases rest, and the facts found that go with it."""

    request: Mapping[str, Any]
    found: Mapping[str, Value]


def cases(pack: Pack) -> tuple[Case, ...]:
    """The worked cases of `pack`; none where it has no file of them.

    Raises:
        PackFault: a case is malformed.
    """
    files = [_file(name, pack.files[name]) for name in FILES if name in pack.files]
    bases: dict[str, _Base] = {}
    for file in files:
        for name, keys in file.keys.get("base", {}).items():
            if name in bases:
                raise file.fault(f"has the base {name}, which another file has too", "rename one of them", name)
            bases[name] = _base(Declared(file.file, file.text, f"the base {name}", f"[base.{name}]", keys), pack)
    listed = [
        Declared(file.file, file.text, *_headed(keys), keys) for file in files for keys in file.keys.get("case", ())
    ]
    _named_once(listed)
    return tuple(_case(one, bases, pack) for one in listed)


def _file(name: str, text: str) -> Declared:
    """A file of cases, held to its form."""
    whole = Declared(name, text, "the file of cases", "", table(name, text))
    bases, listed = whole.keys.get("base", {}), whole.keys.get("case", [])
    if not isinstance(bases, dict) or not all(isinstance(base, dict) for base in bases.values()):
        raise whole.fault("has a base that is no request", "head it [base.name]", "base")
    if not isinstance(listed, list) or not all(isinstance(keys, dict) for keys in listed):
        raise whole.fault("has a case that is no table", "head each with [[case]]", "case")
    return whole


def _headed(keys: Mapping[str, Any]) -> tuple[str, str]:
    return f"the case {keys.get('case', '?')}", f'"{keys.get("case", "?")}"'


def _named_once(listed: list[Declared]) -> None:
    """Hold the cases of all files to names of their own."""
    names = Counter(one.string("case") for one in listed)
    for one in reversed(listed):
        if names[one.string("case")] > 1:
            raise one.fault("is there twice", "rename one of the two")


def _base(base: Declared, pack: Pack) -> _Base:
    request = {key: value for key, value in base.keys.items() if key != "found"}
    return _Base(request, found(base, pack.facts, Step.REVIEW))


def _case(case: Declared, bases: Mapping[str, _Base], pack: Pack) -> Case:
    case.only(_KEYS)
    for key, (sort, form) in _SORTS.items():
        if key in case.keys and not isinstance(case.keys[key], sort):
            raise case.fault(f"has a `{key}` of another form", f"write it as {form}")
    base = bases[case.one_of("base", bases)]
    step = _STEPS[case.one_of("step", _STEPS)] if "step" in case.keys else Step.REQUEST
    without = {str(name) for name in case.keys.get("without", ())}
    known = {name: value for name, value in base.found.items() if pack.facts[name].step <= step and name not in without}
    return Case(
        name=case.string("case"),
        says=case.string("says"),
        on=case.day("on"),
        reading=case.one_of("reading", pack.readings) if "reading" in case.keys else None,
        step=step,
        request=_request(case.string("case"), base, case.keys),
        found=known | found(case, pack.facts, step),
        outcome=_OUTCOMES[case.one_of("outcome", _OUTCOMES)],
        cites=case.string("cites", ""),
        items=dict(case.keys.get("items", {})),
    )


def _request(name: str, base: _Base, keys: Mapping[str, Any]) -> dict[str, object]:
    request = copy.deepcopy(dict(base.request))
    request["request_id"] = name
    for path in (*base.request.get("null", ()), *keys.get("null", ())):
        _put(request, str(path), None)
    for path, value in keys.get("with", {}).items():
        _put(request, path, value)
    for path in map(str, keys.get("without", ())):
        if path not in base.found:
            *above, last = path.split(".")
            _at(request, above).pop(last, None)
    request.pop("null", None)
    return request


def _put(request: dict[str, Any], path: str, value: object) -> None:
    *above, last = path.split(".")
    _at(request, above)[last] = value


def _at(request: dict[str, Any], path: list[str]) -> dict[str, Any]:
    for word in path:
        if not isinstance(request.get(word), dict):
            request[word] = {}
        request = request[word]
    return request


def differences(case: Case, ruling: Ruling) -> Iterator[str]:
    """In what `ruling` differs from what `case` expects; nothing where it agrees."""
    if ruling.outcome is not case.outcome:
        yield f"the outcome is {ruling.outcome.name.lower()}, not {case.outcome.name.lower()}"
    bearing = [c.rule.cites for c in ruling.conclusions if c.bears]
    if case.cites and case.cites not in bearing:
        yield f"no rule of {case.cites} bears on it, only {', '.join(bearing) or 'none'}"
    for item, may in case.items.items():
        said = next((ruled.may_disclose for ruled in ruling.items if ruled.item == item), None)
        if said is not may:
            yield f"{item} may {'' if said else 'not '}be disclosed"
