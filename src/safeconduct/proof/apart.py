"""Which facts two laws find otherwise in one and the same request, and why.

What a request shows is found by code and tables, and z3 sees neither. Where a declaration, a table, an agreement's days or
the day of the law differ, a fact that goes by one name on both sides is two. Whether the day matters to a finding is known
of some: the days written in its table, those of the agreements, the beginnings of quarters. Of others it is supposed.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator

from safeconduct.core.facts import Fact
from safeconduct.core.rulepack import Pack
from safeconduct.proof.documents import dated

_BESIDE = ("tripwires.toml",)
_QUARTERS = (1, 4, 7, 10)


def apart(here: Pack, there: Pack, days: tuple[int | None, int | None]) -> dict[str, str]:
    """The facts of both packs that are found otherwise, each with the reason; `days` are those to which either is bound."""
    shared = [name for name in here.facts if name in there.facts]
    reasons = {name: next(_reasons(name, here, there, days), "") for name in shared}
    return {name: why for name, why in reasons.items() if why}


def beside(here: Pack, there: Pack) -> tuple[str, ...]:
    """What differs and is neither a rule nor how a request's facts are found."""
    files = tuple(f"{file} differs" for file in _BESIDE if here.files.get(file) != there.files.get(file))
    items = sorted(set(here.items) ^ set(there.items))
    return (*files, *(f"`{name}` can be asked for under one of them only" for name in items))


def _reasons(name: str, here: Pack, there: Pack, days: tuple[int | None, int | None]) -> Iterator[str]:
    one, two = here.facts[name], there.facts[name]
    if _declared(one) != _declared(two):
        yield f"facts.toml declares `{name}` otherwise"
    for table in _tables(one):
        if here.files.get(table) != there.files.get(table):
            yield f"{table} differs"
    if one.finding == "agreement" and _terms(here) != _terms(there):
        yield "the agreements run otherwise"
    if one.finding == "count_kind" and _kinds(here) != _kinds(there):
        yield "items.toml differs"
    if dated(one) and one.path and days[0] != days[1] and _may_turn(one, here, days):
        yield f"`{name}` may turn on the day of the law"


def _declared(fact: Fact) -> tuple[object, ...]:
    return fact.sort, fact.path, fact.finding, fact.settings, fact.samples


def _tables(fact: Fact) -> list[str]:
    return [text for text in fact.settings.values() if isinstance(text, str) and text.startswith("tables/")]


def _terms(pack: Pack) -> dict[str, tuple[int, int | None]]:
    return {name: (agreement.since, agreement.until) for name, agreement in pack.agreements.items()}


def _kinds(pack: Pack) -> dict[str, str]:
    return {name: item.kind for name, item in pack.items.items()}


def _may_turn(fact: Fact, pack: Pack, days: tuple[int | None, int | None]) -> bool:
    """Whether `fact` may be found otherwise on the one day than on the other."""
    one, two = days
    if one is None or two is None:
        return True
    first, last = min(one, two), max(one, two)
    turns = _turns(fact, pack, first, last)
    return turns is None or any(first < turn <= last for turn in turns)


def _turns(fact: Fact, pack: Pack, first: int, last: int) -> list[int] | None:
    """The days on which it may turn how `fact` is found; None where nobody knows."""
    if fact.finding == "agreement":
        return [day for since, until in _terms(pack).values() for day in (since, until) if day]
    if fact.finding == "periods":
        years = range(dt.date.fromordinal(first).year, dt.date.fromordinal(last).year + 1)
        return [dt.date(year, month, 1).toordinal() for year in years for month in _QUARTERS]
    tables = _tables(fact)
    return [day for table in tables for day in _days_in(tomllib.loads(pack.files[table]))] if tables else None


def _days_in(value: object) -> Iterator[int]:
    """Every day that is written in a table."""
    if isinstance(value, dt.date):
        yield value.toordinal()
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _days_in(inner)
