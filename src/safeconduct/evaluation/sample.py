"""A labelled sample decided: counts and bounds, none of a cell under eleven, and never a row.

Whoever runs it says who allowed it, and when; the page repeats that. What is printed is all that anybody learns, so the
exit status too rests on what is printed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.days import day
from safeconduct.core.documents import printable
from safeconduct.core.matching import decide
from safeconduct.evaluation import bounds
from safeconduct.evaluation.sample_file import Case, cases
from safeconduct.evaluation.suppression import ALL, FEWER, FEWEST, Cell, Told, told
from safeconduct.shelf import Misplaced, text_of

RIGHT, WRONG, NOBODY, WRONG_ABSENT, NOBODY_ABSENT = OUTCOMES = (
    "on file, the right person",
    "on file, a wrong person",
    "on file, nobody",
    "absent, a wrong person",
    "absent, nobody",
)
_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LONGEST_RULING = 2_000


@dataclass(frozen=True, slots=True)
class Sampled:
    """What a sample came to: the ruling that allowed the run, and the counts by origin and outcome as they may be told."""

    ruling: str
    counts: Mapping[Cell, Told]

    def wrong_at_most(self, outcome: str, beside: Iterable[str]) -> float | None:
        """The upper bound of wrong persons a case of one kind, whose outcomes are `beside`; None where it is held back.

        Of fewer than eleven it is as of ten, of cases that are not all told as of as many as are.
        """
        wrong = self.counts[ALL, outcome]
        seen = FEWEST - 1 if wrong is FEWER else wrong
        if not isinstance(seen, int):
            return None
        others = [count for one in beside if isinstance(count := self.counts[ALL, one], int)]
        return bounds.upper(seen, seen + sum(others))

    @property
    def good(self) -> bool:
        """Whether no wrong persons are told."""
        return not any(isinstance(self.counts[ALL, outcome], int) for outcome in (WRONG, WRONG_ABSENT))


def sampled(path: Path, ruling: str) -> Sampled:
    """Decide the sample in the file `path`, which the `ruling` allows: a text, or the file that holds it.

    Raises:
        Misplaced: the sample or the ruling cannot be used.
    """
    allowed = _ruling(ruling)
    counts = Counter((case.origin, _outcome(case)) for case in cases(path))
    origins = sorted({origin for origin, _ in counts})
    return Sampled(allowed, told({(origin, one): counts[origin, one] for origin in origins for one in OUTCOMES}))


def _outcome(case: Case) -> str:
    found = decide(case.sought, case.records).record
    if case.same is None:
        return NOBODY_ABSENT if found is None else WRONG_ABSENT
    return NOBODY if found is None else RIGHT if found == case.same else WRONG


def _ruling(given: str) -> str:
    """The words of the ruling: who allowed the run, and on what day."""
    is_file = len(given) < 256 and "\n" not in given and Path(given).is_file()
    text = printable(" ".join((text_of(Path(given), _LONGEST_RULING) if is_file else given).split()))
    dated = [found for found in _DATE.findall(text) if day(found) is not None]
    if not dated or not _WORD.search(_DATE.sub("", text)) or len(text) > _LONGEST_RULING:
        what = "does not say who allowed this run, and on what day"
        raise Misplaced("--ruling", what, 'write as in "allowed by the privacy officer, A. Keller, 2026-11-02"')
    return text
