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
null, hence the list. This module makes the requests and says in what a ruling differs from what was expected.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from safeconduct.core.law import Ruling
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import Outcome
from safeconduct.core.tables import Declared, table


@dataclass(frozen=True, slots=True)
class Case:
    """A request, the day of the law (proleptic ordinal), and what must come of it."""

    name: str
    says: str
    on: int
    reading: str | None
    request: Mapping[str, object]
    outcome: Outcome
    cites: str
    items: Mapping[str, bool]


_FILE = "cases.toml"
_KEYS = {"case", "says", "on", "base", "with", "null", "without", "reading", "outcome", "cites", "items"}
_SORTS: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("with", "items"), (dict, '{ "a.field" = … }')),
    **dict.fromkeys(("null", "without"), (list, '["a.field", …]')),
}
_OUTCOMES = {outcome.name.lower(): outcome for outcome in Outcome}


def cases(pack: Pack) -> tuple[Case, ...]:
    """The worked cases of `pack`; none where it has no cases.toml.

    Raises:
        PackFault: a case is malformed.
    """
    text = pack.files.get(_FILE, "")
    tables = table(_FILE, text)
    whole = Declared(_FILE, text, "the file of cases", "", tables)
    bases, listed = tables.get("base", {}), tables.get("case", [])
    if not isinstance(bases, dict) or not all(isinstance(base, dict) for base in bases.values()):
        raise whole.fault("has a base that is no request", "head it [base.name]", "base")
    if not isinstance(listed, list) or not all(isinstance(keys, dict) for keys in listed):
        raise whole.fault("has a case that is no table", "head each with [[case]]", "case")
    read = [_case(Declared(_FILE, text, *_headed(keys), keys), bases, pack) for keys in listed]
    twice = next((case.name for case in read if sum(other.name == case.name for other in read) > 1), None)
    if twice:
        raise whole.fault(f"has two cases {twice}", "rename one of them", "case")
    return tuple(read)


def _headed(keys: Mapping[str, Any]) -> tuple[str, str]:
    return f"the case {keys.get('case', '?')}", f'"{keys.get("case", "?")}"'


def _case(case: Declared, bases: Mapping[str, Any], pack: Pack) -> Case:
    case.only(_KEYS)
    for key, (sort, form) in _SORTS.items():
        if key in case.keys and not isinstance(case.keys[key], sort):
            raise case.fault(f"has a `{key}` of another form", f"write it as {form}")
    return Case(
        name=case.string("case"),
        says=case.string("says"),
        on=case.day("on"),
        reading=case.one_of("reading", pack.readings) if "reading" in case.keys else None,
        request=_request(case.string("case"), bases[case.one_of("base", bases)], case.keys),
        outcome=_OUTCOMES[case.one_of("outcome", _OUTCOMES)],
        cites=case.string("cites", ""),
        items=dict(case.keys.get("items", {})),
    )


def _request(name: str, base: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, object]:
    request = copy.deepcopy(dict(base))
    request["request_id"] = name
    for path in (*base.get("null", ()), *keys.get("null", ())):
        _put(request, str(path), None)
    for path, value in keys.get("with", {}).items():
        _put(request, path, value)
    for path in keys.get("without", ()):
        *above, last = str(path).split(".")
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
