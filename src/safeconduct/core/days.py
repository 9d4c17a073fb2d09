"""Whole days, as numbers: the proleptic ordinal of the Gregorian calendar, so that no engine's own dates are used."""

from __future__ import annotations

import datetime as dt
import re

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str) -> int | None:
    """The ordinal of an ISO 8601 calendar date written YYYY-MM-DD; None where `text` is none."""
    try:
        return dt.date.fromisoformat(text).toordinal() if _WRITTEN.fullmatch(text) else None
    except ValueError:
        return None


def iso(day: int) -> str:
    """The date of an ordinal, written YYYY-MM-DD."""
    return dt.date.fromordinal(day).isoformat()
