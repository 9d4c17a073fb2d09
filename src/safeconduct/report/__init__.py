"""Reports on files of requests and on packs, as pages that a person would rather look at than read.

`page` is what `screen` leaves beside summary.json; `demo_page` sets the exchange of 2025 beside what Safeconduct makes
of it; `pack_page` is a pack, for those who answer for it. Each is one file of HTML, with charts drawn by Altair and
rendered here: no script, no network, nothing outside. They read nothing but what they are given, write nothing, and know
no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from safeconduct.core.coverage import Coverage
    from safeconduct.preflight import Opened, Worked
    from safeconduct.report.summary import Counterfactual, Summary, Today


def page(summary: Mapping[str, object] | Sequence[Mapping[str, object]]) -> str:
    """The page of a summary, or one page of several."""
    from safeconduct.report import screened  # noqa: PLC0415  # Altair is slow to import: only who builds a page waits

    if isinstance(summary, Mapping):
        return screened.one(cast("Summary", summary))
    return screened.several(cast("Sequence[Summary]", summary))


def demo_page(
    replay: Mapping[str, object],
    honest: Mapping[str, object],
    counterfactual: Mapping[str, object],
    today: Mapping[str, object],
) -> str:
    """The page of the demo: what the script of 2025 would have let go, beside what Safeconduct makes of the same file."""
    from safeconduct.report import replayed  # noqa: PLC0415  # as above

    summaries = cast("Summary", replay), cast("Summary", honest)
    return replayed.page(*summaries, cast("Counterfactual", counterfactual), cast("Today", today))


def pack_page(opened: Opened, worked: Sequence[Worked], covered: Sequence[Coverage], on: int) -> str:
    """The page of a pack, with its worked cases and how they cover its rules, as it stands on the day `on`."""
    from safeconduct.report import pack  # noqa: PLC0415  # as above, for what reads Markdown

    return pack.page(opened, worked, covered, on)
