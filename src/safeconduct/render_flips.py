"""Past decisions ruled on again, for people and as JSON: counts each way, what would be opened, an invented example.

It prints nothing and reads nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from safeconduct import render_proof
from safeconduct.bulk.flips import FEWEST, Flips
from safeconduct.core.days import iso
from safeconduct.core.law import Law
from safeconduct.proof.diff import Difference
from safeconduct.render import word

FEWER = f"fewer than {FEWEST}, or held back beside such a count"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: the two laws, the counts, and what can be told of every possible request."""

    before: Law
    after: Law
    flips: Flips
    difference: Difference

    @property
    def widens(self) -> bool:
        """Whether a request that was not permitted may be: one of the file, one invented, or undecided."""
        return self.flips.any_towards_permit or self.difference.widens is not None or self.difference.undecided


def as_document(replayed: Replayed) -> dict[str, object]:
    """The counts, ready for JSON; `null` for a count held back."""
    flips = replayed.flips
    return {
        "before": _law(replayed.before),
        "after": _law(replayed.after),
        "rows": flips.rows,
        "fewest": FEWEST,
        "outcomes": [
            {"before": word(b), "after": word(a), "rows": count} for (b, a), count in sorted(flips.outcomes.items())
        ],
        "exposes": [{"item": item, "rows": count} for item, count in sorted(flips.exposed.items())],
        "widens": replayed.widens,
        "undecided": replayed.difference.undecided,
        "example": render_proof.difference_as_document(replayed.difference)["difference"],
        "widening_example": render_proof.difference_as_document(replayed.difference)["widening"],
    }


def _law(law: Law) -> dict[str, object]:
    return {
        "pack": law.pack.name,
        "pack_digest": law.pack.digest,
        "law_on": iso(law.on),
        "reading": [reading.name for reading in law.readings],
    }


def page(replayed: Replayed) -> str:
    """The same for people, in Markdown."""
    return "\n".join([*_head(replayed), *_outcomes(replayed.flips), *_opened(replayed), *_example(replayed)])


def _head(replayed: Replayed) -> Iterator[str]:
    yield f"# {'WIDENS' if replayed.widens else 'DOES NOT WIDEN'}"
    yield ""
    yield f"{replayed.flips.rows:,} past decisions, ruled on by {_said(replayed.before)} and by {_said(replayed.after)}."
    yield ""


def _said(law: Law) -> str:
    readings = " and ".join(reading.name for reading in law.readings)
    return f"{law.pack.name} {law.pack.revision} of {iso(law.on)} on the reading {readings}"


def _outcomes(flips: Flips) -> Iterator[str]:
    yield "| before | after | rows |"
    yield "|---|---|---|"
    for (before, after), count in sorted(flips.outcomes.items()):
        flip = "" if before is after else " ←"
        yield f"| {word(before)} | {word(after)}{flip} | {FEWER if count is None else f'{count:,}'} |"
    yield ""


def _opened(replayed: Replayed) -> Iterator[str]:
    if replayed.flips.exposed:
        yield "It would open:"
        yield ""
        for item, count in sorted(replayed.flips.exposed.items()):
            yield f"- **{item}**: {FEWER if count is None else f'{count:,} rows'}"
        yield ""


def _example(replayed: Replayed) -> Iterator[str]:
    found = replayed.difference.widens or replayed.difference.differ
    if replayed.difference.undecided:
        yield "What of all possible requests becomes otherwise is undecided; undecided counts as widening."
        yield ""
    if found is not None:
        yield "An invented request on which the two differ:"
        yield ""
        yield f"- before: **{word(found.a.ruling.outcome)}**; after: **{word(found.b.ruling.outcome)}**"
        yield f"- `{json.dumps(found.a.document, ensure_ascii=False)}`"
        yield ""
