"""Numbers of taxpayers that were never issued to anybody, and how the town's persons come by theirs.

A number has the form 900-40-1234. Never issued, as social security numbers or as ITINs, are: the areas 000 and 666; the
areas 900 to 999 with a group of 00 to 49, 66 to 69 or 89; the group 00; the serial 0000. Group 93 is left out: adoption
numbers are issued in it. Whether a register holds none but such numbers is for its reader to ask, with `never_issued_sql`.
"""

from __future__ import annotations

import re

NEVER_ISSUED = (
    "(?:000|666)-[0-9]{2}-[0-9]{4}"
    "|9[0-9]{2}-(?:[0-4][0-9]|6[6-9]|89)-[0-9]{4}"
    "|[0-9]{3}-00-[0-9]{4}"
    "|[0-9]{3}-[0-9]{2}-0000"
)
"""A number that was never issued, as an expression that Python, DuckDB and PostgreSQL read alike."""
_NOBODYS = re.compile(NEVER_ISSUED)

CAPACITY_ITIN = 100 * 54 * 9_999
"""Numbers that look like an ITIN: 100 areas, 54 groups, serials from 0001. Each of so many persons has one to itself."""

CAPACITY_SSN = (2 * 100 + 898) * 9_999
"""Numbers that look like a social security number: two areas with every group, all other areas with group 00."""


def never_issued(number: str) -> bool:
    """Whether `number` lies in a range of which no number was ever issued."""
    return _NOBODYS.fullmatch(number) is not None


def never_issued_sql(column: str) -> str:
    """The same as a predicate of DuckDB on a column of text; false where there is no number."""
    name = column.replace('"', '""')
    return f"coalesce(regexp_full_match(\"{name}\", '{NEVER_ISSUED}'), false)"
