"""Taxable periods: whether they are named one by one, and whether those asked for lie within those of an order.

    2023      a year
    2023Q2    a quarter of it
    all       none in particular

What follows from periods that are missing, too many or beyond an order is law and stands in the pack.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from safeconduct.core.facts import Fact
from safeconduct.core.fields import ABSENT, LEFT_OUT, At, Found, Missing, Wrong
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import UNKNOWN, Finding, fault, missing, setting

Period = re.Match[str]

_PERIOD = re.compile(r"((?:19|20)[0-9]{2})(?:-?Q([1-4]))?")
_ALL_PERIODS = re.compile(r"(?:all|any|every)\b", re.IGNORECASE)
_QUARTERS = ("1", "2", "3", "4")


def periods(fact: Fact, pack: Pack) -> Finding:
    """Whether taxable periods are specified, all (said so, or more than `most`), or none (or not begun)."""
    most = setting(fact, pack, "most")
    if not most.isdecimal():
        raise fault(fact, pack, "has a `most` that is no whole number", 'write most = "20"')

    def find(at: At) -> Found | Wrong:
        read = _read(fact.path, at)
        if not isinstance(read, list):
            return read if isinstance(read, Wrong) else missing(fact, read)
        if None in read or len({period[0] for period in read if period}) > int(most):
            return Found("all")
        begun = [_begins(period) <= at.on for period in read if period]
        return Found("specified" if begun and all(begun) else "none", "" if all(begun) else "a period has not begun")

    return find


def periods_within(fact: Fact, pack: Pack) -> Finding:
    """Whether the periods at `asked` lie within those at the path: `within` or `beyond` them.

    `unlimited` where none in particular is asked for; `all` where the path names none in particular, `none` where it
    names none at all.
    """
    asked_path = setting(fact, pack, "asked")

    def find(at: At) -> Found | Wrong:
        covered, asked = _read(fact.path, at), _read(asked_path, at)
        if isinstance(covered, Wrong):
            return covered
        if covered is ABSENT or not covered:
            return Found("none")
        if isinstance(covered, Missing):
            return UNKNOWN
        if None in covered:
            return Found("all")
        if isinstance(asked, Wrong) or asked is LEFT_OUT:  # the finding of the periods asked for says what is wrong
            return UNKNOWN
        if isinstance(asked, Missing) or not asked or None in asked:
            return Found("unlimited")
        beyond = _quarters(asked) - _quarters(covered)
        return Found("beyond", "a period asked for is not among them") if beyond else Found("within")

    return find


def _read(path: str, at: At) -> list[Period | None] | Missing | Wrong:
    """The periods at `path`; None for one that says all."""
    listed = at.texts(path, also=int)
    if not isinstance(listed, list):
        return listed
    read = [None if _ALL_PERIODS.match(period) else _PERIOD.fullmatch(period.upper()) or period for period in listed]
    for number, period in enumerate(read):
        if isinstance(period, str):
            mend = 'write a year ("2023"), a quarter ("2023Q2"), or "all"'
            return Wrong(f"{path}[{number}]", "is no taxable period", mend)
    return [period for period in read if not isinstance(period, str)]


def _quarters(periods: Iterable[Period | None]) -> set[tuple[str, str]]:
    """The quarters of years and of quarters."""
    named = [period for period in periods if period]
    return {(period[1], quarter) for period in named for quarter in (period[2] or _QUARTERS)}


def _begins(period: Period) -> int:
    """The first day of a year or of a quarter (proleptic ordinal)."""
    return dt.date(int(period[1]), 3 * int(period[2] or 1) - 2, 1).toordinal()
