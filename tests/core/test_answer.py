"""Working days, against the calendar that the Office of Personnel Management publishes; and the day of the answer."""

from __future__ import annotations

import datetime as dt

import pytest

from safeconduct.core.working_days import after, is_working

HOLIDAYS = {
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
}


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_holidays_are_those_that_are_published(year: int) -> None:
    first, days = dt.date(year, 1, 1).toordinal(), 365
    off = [dt.date.fromordinal(day) for day in range(first, first + days) if not is_working(day)]
    assert [f"{day:%m-%d}" for day in off if day.weekday() < 5] == HOLIDAYS[year].split()


@pytest.mark.parametrize(
    ("passed", "answered"),
    [
        ("2026-11-30", "2026-12-07"),
        ("2026-11-25", "2026-12-03"),  # Thanksgiving lies between
        ("2026-12-18", "2026-12-28"),  # Christmas Day
        ("2026-11-28", "2026-12-04"),  # passed on a Saturday
    ],
)
def test_the_answer_comes_on_the_fifth_working_day(passed: str, answered: str) -> None:
    assert dt.date.fromordinal(after(dt.date.fromisoformat(passed).toordinal(), 5)).isoformat() == answered
