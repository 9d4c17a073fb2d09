"""Taxable periods: whether they are named one by one, and whether those asked for lie within those of an order.

    2023      a year
    2023Q2    a quarter of it
    all       none in particular

Where periods are asked for, a text that is none of these cannot be told: unknown. In an order it cannot be read.
What follows from periods that are missing, too many or beyond an order is law and stands in the pack.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from safeconduct.core.facts import Fact
from safeconduct.core.fields import ABSENT, LEFT_OUT, At, Found, Missing, Wrong
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import UNKNOWN, Finding, fault, missing, setting

Period = re.Match[str]
Read = Period | str | None
"""A year or a quarter, a text that is neither, or None for one that says all."""

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
        named = _named(read)
        if None in read or len({period[0] for period in named}) > int(most):
            return Found("all")
        if _unreadable(read) is not None:
            return Found(None, "a text there is no taxable period")
        begun = [_begins(period) <= at.on for period in named]
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
        if isinstance(covered, list) and (odd := _unreadable(covered)) is not None:
            mend = 'write a year ("2023"), a quarter ("2023Q2"), or "all"'
            return Wrong(f"{fact.path}[{odd}]", "is no taxable period", mend)
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
        if _unreadable(asked) is not None:
            return UNKNOWN
        beyond = _quarters(asked) - _quarters(covered)
        return Found("beyond", "a period asked for is not among them") if beyond else Found("within")

    return find


def _read(path: str, at: At) -> list[Read] | Missing | Wrong:
    """The texts at `path` as periods."""
    listed = at.texts(path, also=int)
    if not isinstance(listed, list):
        return listed
    return [None if _ALL_PERIODS.match(text) else _PERIOD.fullmatch(text.upper()) or text for text in listed]


def _unreadable(read: Sequence[Read]) -> int | None:
    """The place of the first text that is no period."""
    return next((place for place, period in enumerate(read) if isinstance(period, str)), None)


def _named(read: Iterable[Read]) -> list[Period]:
    """The years and quarters."""
    return [period for period in read if isinstance(period, re.Match)]


def _quarters(read: Iterable[Read]) -> set[tuple[str, str]]:
    """The quarters of years and of quarters."""
    return {(period[1], quarter) for period in _named(read) for quarter in (period[2] or _QUARTERS)}


def _begins(period: Period) -> int:
    """The first day of a year or of a quarter (proleptic ordinal)."""
    return dt.date(int(period[1]), 3 * int(period[2] or 1) - 2, 1).toordinal()
