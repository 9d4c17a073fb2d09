"""Under which other readings a ruling would differ, and by which rules.

Contested words are read in more than one way, by the authority and by courts; one reading is in force. This module rules
on the same request, of the same day and at the same step, under each of the pack's others and tells those that come to
something else. What a reading changes at a later step alone is not told here. How a ruling comes about is `law`'s concern.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from safeconduct.core import law
from safeconduct.core.expression import Facts
from safeconduct.core.facts import Step
from safeconduct.core.law import Conclusion, Law, Ruling
from safeconduct.core.readings import Reading
from safeconduct.core.rules import Outcome


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What a request would come to under another reading: outcome, items that may be disclosed, and what makes it so.

    `because` holds the conclusions under that reading from which something else follows.
    """

    reading: Reading
    outcome: Outcome
    items: tuple[str, ...]
    because: tuple[Conclusion, ...]


def sensitivity(
    given: Ruling, under: Law, facts: Facts, items: Iterable[str] | None, step: Step = Step.REQUEST
) -> tuple[Otherwise, ...]:
    """The pack's other readings under which the ruling `given` on the request would be another, by date.

    `under` is the law by which it was given; `facts`, `items` and `step` are those of the request.
    """
    asked = tuple(items or ())
    others = sorted(
        (reading for reading in under.pack.readings.values() if reading.name != given.reading.name),
        key=lambda reading: (reading.dated, reading.name),
    )
    rulings = (law.rule(replace(under, readings=(reading,)), facts, asked, step) for reading in others)
    return tuple(_otherwise(given, ruling) for ruling in rulings if _comes_to(ruling) != _comes_to(given))


def _comes_to(ruling: Ruling) -> tuple[Outcome, tuple[str, ...]]:
    return ruling.outcome, tuple(item.item for item in ruling.items if item.may_disclose)


def _otherwise(given: Ruling, other: Ruling) -> Otherwise:
    before = {conclusion.rule.id: conclusion.consequence for conclusion in _all(given)}
    after = {conclusion.rule.id: conclusion for conclusion in _all(other)}
    because = (conclusion for name, conclusion in after.items() if before.get(name) is not conclusion.consequence)
    return Otherwise(other.reading, *_comes_to(other), because=tuple(because))


def _all(ruling: Ruling) -> Iterator[Conclusion]:
    yield from ruling.conclusions
    yield from (conclusion for item in ruling.items for conclusion in item.conclusions)
