"""What a labelled sample came to, for people and as JSON: counts and bounds, and nothing of a row."""

from __future__ import annotations

from collections.abc import Iterator

from safeconduct.evaluation.sample import (
    NOBODY,
    NOBODY_ABSENT,
    OUTCOMES,
    RIGHT,
    WRONG,
    WRONG_ABSENT,
    Sampled,
)
from safeconduct.evaluation.suppression import ALL, FEWEST

_BOUNDS = ((WRONG, (RIGHT, NOBODY)), (WRONG_ABSENT, (NOBODY_ABSENT,)))


def as_document(sampled: Sampled) -> dict[str, object]:
    """The counts, ready for JSON; a text for a count that is not told."""
    return {
        "ruling": sampled.ruling,
        "fewest": FEWEST,
        "counts": [
            {"origin": origin, "outcome": outcome, "cases": count if isinstance(count, int) else str(count)}
            for (origin, outcome), count in sampled.counts.items()
        ],
        "upper_bounds": [
            {"outcome": outcome, "upper_bound": sampled.wrong_at_most(outcome, beside)} for outcome, beside in _BOUNDS
        ],
    }


def page(sampled: Sampled) -> str:
    """The same for people, in Markdown."""
    return "\n".join([*_head(sampled), *_table(sampled), *_bounds(sampled)])


def _head(sampled: Sampled) -> Iterator[str]:
    yield "# A labelled sample, decided"
    yield ""
    yield f"Allowed: {sampled.ruling}"
    yield ""
    yield (
        f"A count under {FEWEST} is not told, nor any from which it could be computed. The origin of a name is a label that"
        " came with the sample; nothing infers it."
    )
    yield ""


def _table(sampled: Sampled) -> Iterator[str]:
    columns = (*OUTCOMES, ALL)
    yield f"| origin | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    for origin in dict.fromkeys(row for row, _ in sampled.counts):
        told = (sampled.counts[origin, column] for column in columns)
        yield f"| {origin} | {' | '.join(f'{count:,}' if isinstance(count, int) else count for count in told)} |"
    yield ""


def _bounds(sampled: Sampled) -> Iterator[str]:
    for outcome, beside in _BOUNDS:
        bound = sampled.wrong_at_most(outcome, beside)
        said = "held back" if bound is None else f"at most {bound:.2g} a case"
        yield f"- {outcome}: {said} (exact, one-sided, 95 %; fewer than {FEWEST} taken as {FEWEST - 1})"
