"""The deck: every stratum's trials decided, on all cores, and what they come to for the whole stream of requests.

Two things are told of the stream of requests, each stratum weighted by its stated share: how many requests in a million
come to a wrong person, those whom nobody could tell from the right one among them; and how many of those that the
evidence allows come to the right one, by the origin of names too. An origin is the label with which a name was drawn:
nothing infers it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from safeconduct.bulk.cores import spread
from safeconduct.evaluation import bounds
from safeconduct.evaluation.prevalence import Stated, stated
from safeconduct.evaluation.trials import Batch, Tally, tally
from safeconduct.evaluation.words import origins

MOST_WRONG = 1e-6
ENOUGH = 3_000_000
"""Trials a stratum from which on the bound can be as low as what is asked."""
LEAST_RECALL = 0.9
MOST_BELOW = 0.05
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Stratum:
    """What a stratum's trials came to: `upper_bound` is of the wrong among the distinguishable."""

    stated: Stated
    tally: Tally

    @property
    def wrong(self) -> int:
        """Decisions for a person who differs from the request."""
        return sum(self.tally.wrong)

    @property
    def upper_bound(self) -> float:
        """Of the wrong, per distinguishable trial."""
        return bounds.upper(self.wrong, self.tally.trials)

    @property
    def recall(self) -> float:
        """The share found of the right persons on file."""
        return self.tally.right.total() / self.tally.drawn

    @property
    def ceiling(self) -> float:
        """The share that the gates allow."""
        return self.tally.allowed.total() / self.tally.drawn


@dataclass(frozen=True, slots=True)
class Recall:
    """Right persons found, as shares of those on file: as many as were found, and as many as the gates allow."""

    recall: float
    ceiling: float

    @property
    def of_ceiling(self) -> float:
        """The share found of those allowed."""
        return self.recall / self.ceiling if self.ceiling else 1.0


@dataclass(frozen=True, slots=True)
class Deck:
    """What the strata came to: all of them, or where `in_part` those alone that were asked for, which say nothing of the whole."""

    trials: int
    seed: int
    strata: tuple[Stratum, ...]
    in_part: bool = False

    @property
    def wrong(self) -> int:
        """Decisions for a person who differs from the request, in all strata."""
        return sum(one.wrong for one in self.strata)

    @property
    def wrong_per_request(self) -> float:
        """Of all requests, those that come to another than the right person, indistinguishable ones included."""
        return bounds.weighted(self._parts())

    @property
    def wrong_upper(self) -> float:
        """The upper bound of that."""
        return bounds.weighted_upper(self._parts())

    @property
    def too_often(self) -> bool:
        """Whether more than one request in a million comes to a wrong person: surely, or perhaps after enough trials."""
        return bounds.weighted_lower(self._parts()) > MOST_WRONG or (
            self.trials >= ENOUGH and self.wrong_upper > MOST_WRONG
        )

    def _parts(self) -> list[bounds.Part]:
        return [
            (share, one.tally.wrong[at] + one.tally.taken[at], one.tally.drawn)
            for one in self.strata
            for at, share in enumerate((one.stated.absent, one.stated.on_file))
        ]

    @property
    def whole(self) -> Recall:
        """For the whole stream."""
        return self._recall([at for at, _ in enumerate(origins())])

    @property
    def origins(self) -> Mapping[str, Recall]:
        """By the origin of the names."""
        return {one.label: self._recall([at]) for at, one in enumerate(origins())}

    def _recall(self, of: Sequence[int]) -> Recall:
        """Of names of some origins."""
        on_file, right, allowed = (
            sum(one.stated.on_file * sum(counts[at] for at in of) / one.tally.drawn for one, counts in counted)
            for counted in (
                [(one, one.tally.on_file) for one in self.strata],
                [(one, one.tally.right) for one in self.strata],
                [(one, one.tally.allowed) for one in self.strata],
            )
        )
        return Recall(right / on_file, allowed / on_file) if on_file else Recall(0.0, 0.0)

    @property
    def served_worse(self) -> list[str]:
        """The origins whose share found of those allowed is far below the whole."""
        return [label for label, one in self.origins.items() if one.of_ceiling < self.whole.of_ceiling - MOST_BELOW]

    @property
    def good(self) -> bool:
        """Whether nobody distinguishable was taken for another, and of the whole as many were found as must be."""
        if self.in_part:
            return not self.wrong
        return not (self.wrong or self.too_often or self.served_worse) and self.whole.of_ceiling >= LEAST_RECALL


def run(
    trials: int, seed: int, tell: Callable[[str, int], None] = lambda _, __: None, of: Collection[str] = ()
) -> Deck:
    """Draw and decide so many distinguishable trials of every stratum, or of some: the same for the same seed on any machine."""
    counted = {name: Tally() for name in stated() if name in (of or stated())}
    batches = [one for one in _batches(trials, seed) if one.stratum in counted]
    for batch, found in zip(batches, spread(_worker, None, batches), strict=True):
        counted[batch.stratum].add(found)
        wrong = ", ".join(f"{sum(one.wrong)} in {name}" for name, one in counted.items() if any(one.wrong))
        tell(f"trials decided; wrong: {wrong or 'none'}", sum(one.drawn for one in counted.values()))
    strata = tuple(Stratum(stated()[name], found) for name, found in counted.items())
    return Deck(trials, seed, strata, in_part=len(counted) < len(stated()))


def _batches(trials: int, seed: int) -> Iterator[Batch]:
    for nth, begin in enumerate(range(0, trials, _BATCH)):
        for name in stated():
            yield Batch(name, seed, nth, min(_BATCH, trials - begin))


def _worker(_: None) -> Callable[[Batch], Tally]:
    return tally
