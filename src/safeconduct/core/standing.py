"""Where an agency stands: findings that rest on what the custodian keeps, the table of agencies and the agreements.

How an agency is found by its name is `agencies`' concern; what marks it bears, `bearing`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from safeconduct.core import agencies
from safeconduct.core.expression import contrary, every
from safeconduct.core.facts import Fact
from safeconduct.core.fields import ABSENT, LEFT_OUT, At, Found, Missing, Wrong
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import UNKNOWN, Finding, field_of_each, missing, no_text, owes, setting, table_of

_agencies = lru_cache(maxsize=8)(agencies.agencies)  # several facts rest on one table; it is read once


def agencies_of(fact: Fact, pack: Pack, key: str = "table") -> agencies.Agencies:
    """The table of agencies that the setting `key` names.

    Raises:
        PackFault: the pack has it not, or it is malformed.
    """
    return _agencies(*table_of(fact, pack, key))


def standing(fact: Fact, pack: Pack) -> Finding:
    """What the table of agencies says of the agency at the path: one of its standings, `unlisted`, or `none`."""
    owes(fact, pack, agencies_of(fact, pack).standings)
    return _of_agency(fact, pack, lambda agency: agency.standing, unlisted="unlisted")


def department(fact: Fact, pack: Pack) -> Finding:
    """The department of the agency at the path, `other` where the fact has no such member; unknown for an unlisted one."""
    members = fact.sort.members
    return _of_agency(
        fact, pack, lambda agency: agency.department if agency.department in members else "other", unlisted=None
    )


def _of_agency(fact: Fact, pack: Pack, say: Callable[[agencies.Agency], str], unlisted: str | None) -> Finding:
    table = agencies_of(fact, pack)

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if not isinstance(raw, str):
            return missing(fact, raw) if isinstance(raw, Missing) else no_text(fact)
        agency = agencies.find(raw, table, at.on)
        if agency is None:
            return Found(unlisted, "the custodian's table does not list the agency")
        return Found(say(agency), f"the custodian's table lists it as {agency.name}")

    return find


def component(fact: Fact, pack: Pack) -> Finding:
    """Whether the agency at the path is a component of a department; unknown for an unlisted one."""
    table = agencies_of(fact, pack)

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return UNKNOWN if raw is LEFT_OUT else Found(value=False)
        return Found(_is_component(raw, table, at.on)) if isinstance(raw, str) else no_text(fact)

    return find


def _is_component(name: str, table: agencies.Agencies, on: int) -> bool | None:
    agency = agencies.find(name, table, on)
    return None if agency is None else agency.is_component


def any_component(fact: Fact, pack: Pack) -> Finding:
    """Whether one of those listed is of a component of a department; Kleene over those unlisted or left out."""
    table, key = agencies_of(fact, pack), setting(fact, pack, "field")

    def find(at: At) -> Found | Wrong:
        said = field_of_each(fact.path, key, at)
        if not isinstance(said, list):
            return said if isinstance(said, Wrong) else UNKNOWN if said is LEFT_OUT else Found(value=False)
        components = [None if name is None else _is_component(name, table, at.on) for name in said]
        return Found(contrary(every(contrary(component) for component in components)))

    return find


def agency_of_each(fact: Fact, pack: Pack) -> Finding:
    """Whether those listed are of the agency at `asking`: the weakest of them counts; `nobody` where none is listed."""
    table = agencies_of(fact, pack)
    key, asking_path = setting(fact, pack, "field"), setting(fact, pack, "asking")

    def find(at: At) -> Found | Wrong:
        said, asking = field_of_each(fact.path, key, at), at.look(asking_path)
        if isinstance(said, Wrong):
            return said
        if said is ABSENT or not said:
            return Found("nobody")
        if isinstance(said, Missing) or not isinstance(asking, str):
            return UNKNOWN
        words = [None if name is None else _beside(name, asking, table, at.on) for name in said]
        weakest = next((word for word in ("other", None, "unlisted", "department") if word in words), "asking")
        return Found(weakest, "" if weakest == "asking" else f"{fact.path}[{words.index(weakest)}].{key}")

    return find


def _beside(officers: str, asking: str, table: agencies.Agencies, on: int) -> str:
    """An officer's agency: the asking one or a component of it, another of its department, another, or unlisted."""
    if officers.strip().casefold() == asking.strip().casefold():
        return "asking"
    theirs, ours = agencies.find(officers, table, on), agencies.find(asking, table, on)
    if theirs is None or ours is None:
        return "unlisted"
    if agencies.within(theirs, ours):
        return "asking"
    return "department" if theirs.department == ours.department else "other"


def agreement(fact: Fact, pack: Pack) -> Finding:
    """What the custodian knows of the agreement named. A request that leaves it out names none."""

    def find(at: At) -> Found | Wrong:
        texts = at.texts(fact.path)
        if isinstance(texts, Wrong):
            return texts
        if isinstance(texts, Missing) or not texts:  # a request that leaves the agreement out names none
            return Found("none")
        known = [pack.agreements.get(text) for text in texts]
        if None in known:
            return Found("unknown")
        return Found("in_force" if all(one and one.stands_on(at.on) for one in known) else "not_in_force")

    return find
