"""What was found of a worked case after its request: facts of later steps, and those that the custodian knows.

    step = "review"
    found = { "register.match" = "one", "review.impairment" = false, "custodian.received_on" = 2025-08-01 }

A request states facts at their paths. These have no path there: the register, a reviewer, a court or the custodian makes
them. Each is held to its kind, and to the step at which the case is ruled on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from safeconduct.core.expression import Kind, Value
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.faults import instead
from safeconduct.core.tables import Declared


def found(of: Declared, facts: Mapping[str, Fact], step: Step) -> dict[str, Value]:
    """The facts at `found` of a case or a base that is ruled on at `step`.

    Raises:
        PackFault: one is no fact of the pack, is not found but stated or settled, comes later, or is of another kind.
    """
    given = of.keys.get("found", {})
    if not isinstance(given, dict):
        raise of.fault("has a `found` of another form", 'write it as { "a.fact" = … }')
    return {name: _value(of, _fact(of, name, facts, step), said) for name, said in given.items()}


def _fact(of: Declared, name: str, facts: Mapping[str, Fact], step: Step) -> Fact:
    there = {fact.name for fact in facts.values() if _is_found(fact)}
    fact = facts.get(name)
    if fact is None:
        raise of.fault(f"finds `{name}`, which is no fact of the pack", instead(name, there))
    if fact.established_by is EstablishedBy.READING:
        raise of.fault(f"finds `{name}`, which a reading settles", 'name the reading: reading = "…"')
    if not _is_found(fact):
        raise of.fault(
            f"finds `{name}`, which the request states", f'change the request: with = {{ "{fact.path}" = … }}'
        )
    if fact.step > step:
        known = fact.step.name.lower()
        what = f"finds `{name}`, which is known at the {known}, and is ruled on at the {step.name.lower()}"
        raise of.fault(what, f'write step = "{known}", or leave the fact out')
    return fact


def _is_found(fact: Fact) -> bool:
    return fact.established_by is not EstablishedBy.READING and (fact.step > Step.REQUEST or not fact.path)


def _value(of: Declared, fact: Fact, said: object) -> Value:
    match fact.sort.kind:
        case Kind.TRUTH if isinstance(said, bool):
            return said
        case Kind.COUNT if isinstance(said, int) and not isinstance(said, bool) and said >= 0:
            return said
        case Kind.DAY if isinstance(said, dt.date) and not isinstance(said, dt.datetime):
            return said.toordinal()
        case Kind.CHOICE if isinstance(said, str) and said in fact.sort.members:
            return said
    raise of.fault(f"finds `{fact.name}` to be what it never is", f"write {_may_be(fact)}")


def _may_be(fact: Fact) -> str:
    match fact.sort.kind:
        case Kind.TRUTH:
            return "true or false"
        case Kind.COUNT:
            return "a whole number, nought or more"
        case Kind.DAY:
            return "a day, as in 2025-08-01, without quotation marks"
        case Kind.CHOICE:
            return f"one of {', '.join(fact.sort.members)}"
