"""Findings of fact: the closed library of ways in which a request's text becomes typed facts.

A finding is a fact that needs looking inside a text or a list. Each is made once, at the edge, by one function, and says
in a sentence what it saw. Every pack draws on this one library and brings its own tables; what follows from a finding is
law and stands in the pack.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from safeconduct.core import addresses, agencies, names, reasons, standing, stated, wording
from safeconduct.core.expression import Kind
from safeconduct.core.facts import Fact
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import Finding, fault
from safeconduct.core.statutes import KINDS


@dataclass(frozen=True, slots=True)
class Way:
    """A way of finding: the kind of fact that it makes, the settings it takes, and the members that it may find."""

    make: Callable[[Fact, Pack], Finding]
    kind: Kind | None
    settings: tuple[str, ...] = ()
    members: Collection[str] = ()


def finding(fact: Fact, pack: Pack) -> Finding:
    """How `fact` is found in a request, from the library and the tables of `pack`.

    Raises:
        PackFault: there is no such way, the fact is not of its kind, or a setting or table is missing, strange or malformed.
    """
    way = LIBRARY.get(fact.finding)
    by = f"is found by `{fact.finding}`"
    if way is None:
        raise fault(fact, pack, f"{by}, which there is not", f"write one of {', '.join(sorted(LIBRARY))}")
    if way.kind and fact.sort.kind is not way.kind:
        raise fault(fact, pack, f"{by}, which makes a {way.kind}", f'write kind = "{way.kind}"')
    for member in sorted(set(way.members) - set(fact.sort.members)):
        raise fault(fact, pack, f"{by} and lacks the member `{member}`", "add it, with its sample")
    for key in sorted(set(fact.settings) - set(way.settings)):
        takes = f"keep to {', '.join(way.settings)}" if way.settings else "take it out"
        raise fault(fact, pack, f"{by}, which has no use for `{key}`", takes)
    return way.make(fact, pack)


LIBRARY: Mapping[str, Way] = {
    "value": Way(stated.value, None),
    "given": Way(stated.given, Kind.TRUTH),
    "stated": Way(stated.stated, Kind.TRUTH),
    "every": Way(stated.every_one, Kind.TRUTH, ("field",)),
    "count": Way(stated.count, Kind.COUNT),
    "count_nameless": Way(stated.count_nameless, Kind.COUNT, ("field",)),
    "count_kind": Way(stated.count_kind, Kind.COUNT, ("of",)),
    "periods": Way(stated.periods, Kind.CHOICE, ("most",), ("specified", "all", "none")),
    "standing": Way(standing.standing, Kind.CHOICE, ("table",), (*agencies.STANDINGS, "unlisted", "none")),
    "department": Way(standing.department, Kind.CHOICE, ("table",), ("other", "none")),
    "component": Way(standing.component, Kind.TRUTH, ("table",)),
    "any_component": Way(standing.any_component, Kind.TRUTH, ("table", "field")),
    "agency_of_each": Way(
        standing.agency_of_each,
        Kind.CHOICE,
        ("table", "field", "asking"),
        ("asking", "department", "unlisted", "other", "nobody"),
    ),
    "agreement": Way(standing.agreement, Kind.CHOICE, (), ("none", "in_force", "not_in_force", "unknown")),
    "clause": Way(wording.clause, Kind.CHOICE, ("table", "states"), ("none", "other", "elsewhere")),
    "statute_kind": Way(wording.statute_kind, Kind.CHOICE, ("table", "states"), (*KINDS, "none")),
    "cites": Way(wording.cites, Kind.TRUTH, ("table", "states", "within")),
    "ground": Way(wording.ground, Kind.CHOICE, ("table", "states", "grounds"), ("other", "none")),
    "reason_kind": Way(wording.reason_kind, Kind.CHOICE, ("table", "purpose"), tuple(reasons.Kind)),
    "name_grade": Way(wording.name_grade, Kind.CHOICE, ("given", "family"), tuple(names.NameGrade)),
    "address_grade": Way(wording.address_grade, Kind.CHOICE, (), tuple(addresses.Grade)),
}
PATHS = ("asking", "purpose", "given", "family")
"""The settings that are paths of a request."""
