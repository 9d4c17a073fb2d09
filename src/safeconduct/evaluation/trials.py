"""Trials of a stratum put before the decision, and counted.

Each trial is decided twice: with the person asked about absent from the file, so that anybody found is wrong; and with them
on it beside the others. Batches are drawn by seed, stratum and place, so that a run is the same on any number of cores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from safeconduct.core.matching import Match, OnFile, Sought, decide
from safeconduct.evaluation.people import Chance, on_file
from safeconduct.evaluation.prevalence import stated
from safeconduct.evaluation.strata import STRATA, Trial
from safeconduct.evaluation.truth import agrees, allowed

Decide = Callable[[Sought, Sequence[OnFile]], Match]
_SPARSEST = 20
"""A batch ends when it holds so many times the trials that were wanted, lest a stratum without distinguishable ones go on."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Which trials: so many distinguishable ones of a stratum, the `nth` such batch of a seed."""

    stratum: str
    seed: int
    nth: int
    trials: int


@dataclass(slots=True)
class Tally:
    """The counts of some trials of one stratum.

    `trials` are distinguishable ones, and `wrong` those that came to a person who differs from the request, or to one of
    two who each would have been found. `taken` are those found who agree in all that it carries: no decision could have
    told. Both with the right person absent, and on file. The counts by origin are of trials with them on file: all, those allowed, those right.
    """

    trials: int = 0
    indistinguishable: int = 0
    wrong: list[int] = field(default_factory=lambda: [0, 0])
    taken: list[int] = field(default_factory=lambda: [0, 0])
    on_file: Counter[int] = field(default_factory=Counter)
    allowed: Counter[int] = field(default_factory=Counter)
    right: Counter[int] = field(default_factory=Counter)

    @property
    def drawn(self) -> int:
        """All trials."""
        return self.trials + self.indistinguishable

    def add(self, other: Tally) -> None:
        """Count those of another."""
        self.trials += other.trials
        self.indistinguishable += other.indistinguishable
        for at in (0, 1):
            self.wrong[at] += other.wrong[at]
            self.taken[at] += other.taken[at]
        for own, theirs in ((self.on_file, other.on_file), (self.allowed, other.allowed), (self.right, other.right)):
            own.update(theirs)


def tally(batch: Batch, by: Decide = decide) -> Tally:
    """The counts of a batch, decided `by` the match or by another that is tried in its place."""
    chance = Chance(Random(f"{batch.seed} {batch.stratum} {batch.nth}"))  # noqa: S311  # a deck is drawn again by its seed
    draw, carried, counted = STRATA[batch.stratum], stated()[batch.stratum].carried, Tally()
    while counted.trials < batch.trials and counted.drawn < batch.trials * _SPARSEST:
        _count(counted, draw(chance, carried), chance, by)
    return counted


def _count(counted: Tally, trial: Trial, chance: Chance, by: Decide) -> None:
    true, asked, others = trial
    indistinguishable = [agrees(asked, one) for one in others]
    if any(indistinguishable):
        counted.indistinguishable += 1
    else:
        counted.trials += 1
    records = [on_file(one) for one in others]
    found = by(asked.sought, records).record
    if found is not None:
        (counted.taken if indistinguishable[found] else counted.wrong)[0] += 1
    first = chance.random.random() < 0.5
    mine = on_file(true)
    found = by(asked.sought, [mine, *records] if first else [*records, mine]).record
    counted.on_file[true.origin] += 1
    counted.allowed[true.origin] += allowed(asked, true, others)
    if found is None:
        return
    if found == (0 if first else len(others)):
        counted.right[true.origin] += 1
    else:
        picked = by(asked.sought, [mine]).record is not None  # one of two, each of whom would have been found alone
        (counted.taken if indistinguishable[found - first] and not picked else counted.wrong)[1] += 1
