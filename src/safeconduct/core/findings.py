"""Findings of fact: the closed library of ways in which a request's text becomes typed facts.

A finding is a fact that needs looking inside a text or a list. Each is made once, at the edge, by one function, and says
in a sentence what it saw. Every pack draws on this one library and brings its own tables; what follows from a finding is
law and stands in the pack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from safeconduct.core import addresses, agencies, names, reasons, standing, stated, wording
from safeconduct.core.expression import Kind
from safeconduct.core.facts import Fact
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import Finding, fault
from safeconduct.core.statutes import KINDS


def finding(fact: Fact, pack: Pack) -> Finding:
    """How `fact` is found in a request, from the library and the tables of `pack`.

    Raises:
        PackFault: there is no such finding, or a setting or table of it is missing or malformed.
    """
    if fact.finding not in _LIBRARY:
        raise fault(
            fact,
            pack,
            f"is found by `{fact.finding}`, which there is not",
            f"write one of {', '.join(sorted(_LIBRARY))}",
        )
    kind = _KIND_OF.get(fact.finding)
    if kind and fact.sort.kind is not kind:
        raise fault(fact, pack, f"is found by `{fact.finding}`, which makes a {kind}", f'write kind = "{kind}"')
    wanting = sorted(_MEMBERS_OF.get(fact.finding, frozenset()) - set(fact.sort.members))
    if wanting:
        raise fault(
            fact, pack, f"is found by `{fact.finding}` and lacks the member `{wanting[0]}`", "add it, with its sample"
        )
    return _LIBRARY[fact.finding](fact, pack)


_LIBRARY: Mapping[str, Callable[[Fact, Pack], Finding]] = {
    "value": stated.value,
    "given": stated.given,
    "stated": stated.stated,
    "component": standing.component,
    "any_component": standing.any_component,
    "count": stated.count,
    "count_nameless": stated.count_nameless,
    "count_kind": stated.count_kind,
    "every": stated.every_one,
    "periods": stated.periods,
    "standing": standing.standing,
    "department": standing.department,
    "agency_of_each": standing.agency_of_each,
    "agreement": standing.agreement,
    "clause": wording.clause,
    "statute_kind": wording.statute_kind,
    "cites": wording.cites,
    "ground": wording.ground,
    "reason_kind": wording.reason_kind,
    "name_grade": wording.name_grade,
    "address_grade": wording.address_grade,
}
_KIND_OF: Mapping[str, Kind] = {
    **dict.fromkeys(("given", "stated", "component", "any_component", "every", "cites"), Kind.TRUTH),
    **dict.fromkeys(("count", "count_nameless", "count_kind"), Kind.COUNT),
    **dict.fromkeys(("periods", "standing", "department", "agency_of_each", "agreement", "clause"), Kind.CHOICE),
    **dict.fromkeys(("statute_kind", "ground", "reason_kind", "name_grade", "address_grade"), Kind.CHOICE),
}
_MEMBERS_OF: Mapping[str, frozenset[str]] = {
    "periods": frozenset({"specified", "all", "none"}),
    "standing": frozenset({*agencies.STANDINGS, "unlisted", "none"}),
    "department": frozenset({"other", "none"}),
    "agency_of_each": frozenset({"asking", "department", "unlisted", "other", "nobody"}),
    "agreement": frozenset({"none", "in_force", "not_in_force", "unknown"}),
    "clause": frozenset({"none", "other", "elsewhere"}),
    "statute_kind": frozenset({*KINDS, "none"}),
    "ground": frozenset({"other", "none"}),
    "reason_kind": frozenset(reasons.Kind),
    "name_grade": frozenset(names.NameGrade),
    "address_grade": frozenset(addresses.Grade),
}
