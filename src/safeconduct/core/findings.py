"""Findings of fact: the closed library of ways in which a request's text becomes typed facts.

A finding is a fact that needs looking inside a text or a list. Each is made once, at the edge, by one function, and says
in a sentence what it saw. Every pack draws on this one library and brings its own tables; what follows from a finding is
law and stands in the pack.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from safeconduct.core import addresses, bearing, lookup, names, periods, reasons, standing, stated, wording
from safeconduct.core.cells import Shape
from safeconduct.core.expression import Kind
from safeconduct.core.facts import Fact
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import Finding, fault, owes
from safeconduct.core.statutes import KINDS


@dataclass(frozen=True, slots=True)
class Way:
    """A way of finding: the kind of fact it makes, the settings it takes, and the members that it may find.

    Members that a table gives are owed besides: a way that draws on one holds the fact to them itself. `shape` is that of what it looks at; a way without one looks only whether something stands there.
    """

    make: Callable[[Fact, Pack], Finding]
    kind: Kind | None
    shape: Shape | None = Shape.TEXT
    settings: tuple[str, ...] = ()
    members: Collection[str] = ()


def shape(fact: Fact) -> Shape | None:
    """The shape of what stands at the path of `fact`, as its finding expects it."""
    way = LIBRARY[fact.finding]
    return _OF_KIND[fact.sort.kind] if way.make is stated.value else way.shape


_OF_KIND = {Kind.TRUTH: Shape.TRUTH, Kind.COUNT: Shape.NUMBER, Kind.DAY: Shape.TEXT, Kind.CHOICE: Shape.TEXT}


def looks_at(fact: Fact) -> tuple[str, ...]:
    """The paths of a request at which the finding of `fact` looks."""
    return (fact.path, *(path for key in PATHS if isinstance(path := fact.settings.get(key), str)))


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
    owes(fact, pack, way.members)
    for key in sorted(set(fact.settings) - set(way.settings)):
        takes = f"keep to {', '.join(way.settings)}" if way.settings else "take it out"
        raise fault(fact, pack, f"{by}, which has no use for `{key}`", takes)
    return way.make(fact, pack)


LIBRARY: Mapping[str, Way] = {
    "value": Way(stated.value, None),
    "given": Way(stated.given, Kind.TRUTH, None),
    "stated": Way(stated.stated, Kind.TRUTH, None),
    "every": Way(stated.every_one, Kind.TRUTH, Shape.OBJECTS, ("field",)),
    "count": Way(stated.count, Kind.COUNT, Shape.TEXTS),
    "count_nameless": Way(stated.count_nameless, Kind.COUNT, Shape.OBJECTS, ("field",)),
    "count_kind": Way(stated.count_kind, Kind.COUNT, Shape.TEXTS, ("of",)),
    "covers": Way(stated.covers, Kind.TRUTH, Shape.TEXTS),
    "periods": Way(periods.periods, Kind.CHOICE, Shape.TEXTS, ("most",), ("specified", "all", "none")),
    "periods_within": Way(
        periods.periods_within,
        Kind.CHOICE,
        Shape.TEXTS,
        ("asked",),
        ("within", "beyond", "unlimited", "all", "none"),
    ),
    "standing": Way(standing.standing, Kind.CHOICE, Shape.TEXT, ("table",), ("unlisted", "none")),
    "department": Way(standing.department, Kind.CHOICE, Shape.TEXT, ("table",), ("other", "none")),
    "component": Way(standing.component, Kind.TRUTH, Shape.TEXT, ("table",)),
    "any_component": Way(standing.any_component, Kind.TRUTH, Shape.OBJECTS, ("table", "field")),
    "agency_of_each": Way(
        standing.agency_of_each,
        Kind.CHOICE,
        Shape.OBJECTS,
        ("table", "field", "asking"),
        ("asking", "department", "unlisted", "other", "nobody"),
    ),
    "agency_is": Way(bearing.agency_is, Kind.TRUTH, Shape.TEXT, ("table", "of")),
    "agency_within": Way(bearing.agency_within, Kind.TRUTH, Shape.TEXT, ("table", "of")),
    "every_agency_is": Way(bearing.every_agency_is, Kind.TRUTH, Shape.OBJECTS, ("table", "field", "of")),
    "standing_of_each": Way(
        bearing.standing_of_each, Kind.CHOICE, Shape.OBJECTS, ("table", "field", "of"), ("unlisted", "nobody")
    ),
    "listed": Way(lookup.listed, Kind.CHOICE, Shape.TEXT, ("table",), ("unlisted", "none")),
    "administers": Way(
        lookup.administers,
        Kind.CHOICE,
        Shape.TEXT,
        ("table", "agencies", "asking"),
        ("listed", "above", "standing", "other", "unlisted", "none"),
    ),
    "agreement": Way(standing.agreement, Kind.CHOICE, Shape.TEXTS, (), ("none", "in_force", "not_in_force", "unknown")),
    "clause": Way(wording.clause, Kind.CHOICE, Shape.TEXT, ("table", "states"), ("none", "other", "elsewhere")),
    "statute_kind": Way(wording.statute_kind, Kind.CHOICE, Shape.TEXTS, ("table", "states"), (*KINDS, "none")),
    "cites": Way(wording.cites, Kind.TRUTH, Shape.TEXTS, ("table", "states", "within")),
    "ground": Way(wording.ground, Kind.CHOICE, Shape.TEXTS, ("table", "states", "grounds"), ("other", "none")),
    "reason_kind": Way(wording.reason_kind, Kind.CHOICE, Shape.TEXT, ("table", "purpose"), tuple(reasons.Kind)),
    "name_grade": Way(wording.name_grade, Kind.CHOICE, Shape.TEXT, ("given", "family"), tuple(names.NameGrade)),
    "address_grade": Way(wording.address_grade, Kind.CHOICE, Shape.TEXT, (), tuple(addresses.Grade)),
}
PATHS = ("asking", "purpose", "given", "family", "asked")
"""The settings that are paths of a request."""
