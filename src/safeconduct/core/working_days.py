"""Working days of the federal government: not Saturday, not Sunday, no legal public holiday (5 USC 6103).

A holiday that falls on a Saturday is kept on the Friday before, one on a Sunday on the Monday after (5 USC 6103(b);
Executive Order 11582). Days are proleptic ordinals.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

_SATURDAY, _SUNDAY = 5, 6
_FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
_NTH_MONDAY = ((1, 3), (2, 3), (9, 1), (10, 2))
_THURSDAY = 3


def is_working(day: int) -> bool:
    """Whether the day is one on which the government works."""
    date = dt.date.fromordinal(day)
    return date.weekday() < _SATURDAY and day not in _holidays(date.year)


def after(day: int, working_days: int) -> int:
    """The so many-th working day after `day`."""
    while working_days:
        day += 1
        working_days -= is_working(day)
    return day


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[int]:
    """The holidays kept in `year`; New Year's Day of the next year may be kept on its last day."""
    fixed = [dt.date(year, month, day) for month, day in _FIXED] + [dt.date(year + 1, 1, 1)]
    mondays = [_nth(year, month, 0, nth) for month, nth in _NTH_MONDAY]
    memorial = max(_nth(year, 5, 0, nth) for nth in (4, 5) if _nth(year, 5, 0, nth).month == 5)
    thanksgiving = _nth(year, 11, _THURSDAY, 4)
    return frozenset({*map(_kept, fixed), *(day.toordinal() for day in (*mondays, memorial, thanksgiving))})


def _kept(date: dt.date) -> int:
    return date.toordinal() + {_SATURDAY: -1, _SUNDAY: 1}.get(date.weekday(), 0)


def _nth(year: int, month: int, weekday: int, nth: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
