"""What was done, in figures that anybody may read: looks and releases by agency, entered in the log, none under eleven told.

    {"from": "2026-11-01", "looks": {"DHS": 41, "all": "held back", "others": "fewer than 11"}, "releases": {…}, "until": "2026-12-01"}

Entries themselves name no agency, and most of them are nothing; so this is how the public counts. The inspector, who can read
the bodies, can count again. Whether other figures of the same entries would give away a small one is for whoever chooses the days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from safeconduct.core import canonical
from safeconduct.core.log import controls
from safeconduct.core.log.controls import Control, Person
from safeconduct.evaluation.suppression import FEWEST, Told, told
from safeconduct.logbook import reading
from safeconduct.logbook.reading import Read, Tally

_KINDS, _OTHERS = ("looks", "releases"), "others"


def figures(reads: Sequence[Read], since: str, until: str, by: tuple[Person, ...], now: dt.datetime) -> Control:
    """The figures of the entries of a day and later, up to another, as a control to be entered."""
    within = [one for one in reads if one.on < until]
    table = _told(reading.tally(within, "agency", since))
    content = canonical.written({"from": since, "until": until, **table}).decode()
    today = now.astimezone(dt.UTC).date().isoformat()
    return Control("figures", f"{since} to {until}", "set", content, controls.digest_of(content), by, today)


def _told(counted: Tally) -> dict[str, Mapping[str, Told]]:
    """An agency that asked for fewer than eleven looks is not named: its figures are among those of the others."""
    named = {agency for agency, count in counted.looks.items() if count >= FEWEST}
    counts: dict[tuple[str, str], int] = {}
    for kind, of in zip(_KINDS, (counted.looks, counted.releases), strict=True):
        for agency, count in of.items():
            cell = (agency if agency in named else _OTHERS, kind)
            counts[cell] = counts.get(cell, 0) + count
    table = told(counts) if counts else {}
    return {kind: {row: table[row, column] for row, column in table if column == kind} for kind in _KINDS}
