"""How often a thing may happen that was seen so many times: upper bounds at 95 %, one-sided.

Of one stratum the bound is exact (Clopper and Pearson, 1934). Of a weighted sum over strata none is; that of Fay and
Feuer (1997) takes the exact bound of a Poisson count to sums, and is the exact one where the weights are equal or
nothing was seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from scipy.stats import beta, chi2

CONFIDENCE = 0.95


def upper(seen: int, trials: int) -> float:
    """The largest share that is not ruled out by seeing it `seen` times in `trials`; 1 where there were none."""
    if seen >= trials:
        return 1.0
    return float(beta.ppf(CONFIDENCE, seen + 1, trials - seen))


def lower(seen: int, trials: int) -> float:
    """The smallest share that is not ruled out."""
    return float(beta.ppf(1 - CONFIDENCE, seen, trials - seen + 1)) if seen else 0.0


Part = tuple[float, int, int]
"""A stratum's weight, how often the thing was seen in it, and in how many trials."""


def weighted(parts: Sequence[Part]) -> float:
    """The sum over the strata of weight times share."""
    return sum(weight * seen / trials for weight, seen, trials in parts if trials)


def weighted_upper(parts: Sequence[Part]) -> float:
    """The upper bound of that sum."""
    total, variance = weighted(parts), _variance(parts)
    most = max((weight / trials if trials else 1.0 for weight, _, trials in parts), default=0.0)
    if not most:
        return 0.0
    total, variance = total + most, variance + most**2
    return float(chi2.ppf(CONFIDENCE, 2 * total**2 / variance) * variance / (2 * total))


def weighted_lower(parts: Sequence[Part]) -> float:
    """The lower bound of that sum."""
    total, variance = weighted(parts), _variance(parts)
    if not total:
        return 0.0
    return float(chi2.ppf(1 - CONFIDENCE, 2 * total**2 / variance) * variance / (2 * total))


def _variance(parts: Sequence[Part]) -> float:
    return sum((weight / trials) ** 2 * seen for weight, seen, trials in parts if trials)
