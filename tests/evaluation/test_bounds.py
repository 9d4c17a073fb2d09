"""The bounds against figures that others have published, and against one another."""

from __future__ import annotations

import pytest

from safeconduct.evaluation import bounds


@pytest.mark.parametrize(
    ("seen", "trials", "upper"),
    [
        (0, 20, 0.1391),  # 1 - 0.05 ** (1 / 20)
        (0, 5_000, 5.99e-4),  # the rule of three
        (4, 263, 0.0344),  # Agresti and Coull (1998): the upper end of the two-sided 90 % interval
        (1, 10, 0.3942),  # Clopper and Pearson's chart
        (10, 10, 1.0),
    ],
)
def test_an_upper_bound_is_that_of_clopper_and_pearson(seen: int, trials: int, upper: float) -> None:
    assert bounds.upper(seen, trials) == pytest.approx(upper, rel=2e-3)


@pytest.mark.parametrize(("wrong", "trials"), [(0, 3.00e6), (1, 4.74e6), (2, 6.30e6), (5, 10.51e6)])
def test_one_in_a_million_is_shown_by_so_many_trials(wrong: int, trials: float) -> None:
    assert bounds.upper(wrong, round(trials * 1.001)) <= 1e-6 < bounds.upper(wrong, round(trials * 0.995))


def test_nothing_tried_rules_nothing_out() -> None:
    assert bounds.upper(0, 0) == 1.0
    assert bounds.lower(0, 0) == 0.0


def test_a_lower_bound_is_the_upper_one_of_what_was_not_seen() -> None:
    assert bounds.lower(3, 40) == pytest.approx(1 - bounds.upper(37, 40))


def test_of_equal_weights_the_bound_is_the_exact_one_of_a_poisson_count() -> None:
    parts = [(0.5, 2, 1_000), (0.5, 3, 1_000)]
    assert bounds.weighted_upper(parts) == pytest.approx(0.5 * 10.513 / 1_000, rel=1e-4)  # 5 seen: at most 10.513
    assert bounds.weighted_lower(parts) == pytest.approx(0.5 * 1.970 / 1_000, rel=1e-3)  # and at least 1.970


def test_where_nothing_was_seen_the_heaviest_stratum_bounds_the_sum() -> None:
    assert bounds.weighted_upper([(0.3, 0, 1_000), (0.1, 0, 1_000)]) == pytest.approx(0.3 * 2.9957 / 1_000, rel=1e-4)
    assert bounds.weighted_lower([(0.3, 0, 1_000)]) == 0.0


def test_a_stratum_that_was_not_tried_rules_nothing_out() -> None:
    assert bounds.weighted_upper([(0.3, 0, 0), (0.1, 0, 1_000)]) > 0.5
