"""A policy of tripwires, read and applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeconduct import shelf
from safeconduct.core.days import day
from safeconduct.core.faults import PackFault
from safeconduct.core.tripwires import (
    SHARES,
    Counted,
    Figure,
    offence_is_known,
    placeholder_is_known,
    policy,
    tripped,
    weigh,
)  # fmt: skip

TEXT = (Path(shelf.__file__).parent / "packs" / shelf.DEFAULT / shelf.TRIPWIRES).read_text(encoding="utf-8")
POLICY = policy("tripwires.toml", TEXT)


def figures(**found: Counted) -> dict[Figure, Counted]:
    return {figure: found.get(str(figure), Counted(0, 0, None)) for figure in Figure}


def test_the_shipped_policy_has_a_threshold_for_every_figure() -> None:
    assert [each.figure for each in POLICY.thresholds] == list(Figure)
    assert (POLICY.dated, POLICY.from_rows) == (day("2026-11-25"), 20)
    assert all(0 <= each.over <= 1 for each in POLICY.thresholds if each.figure in SHARES)
    assert POLICY.thresholds[0].cites == "policy:placeholders"


@pytest.mark.parametrize(
    ("rows", "figure", "standing_for", "trips"),
    [
        (20, 0.11, 3, 1),
        (19, 1.0, 19, 0),
        (20, 0.10, 3, 0),
        (20, 0.11, 2, 0),
        (10**6, 0.1000001, 10**5, 1),
    ],
)
def test_a_figure_trips_over_its_threshold_in_enough_rows_of_enough(
    rows: int, figure: float, standing_for: int, trips: int
) -> None:
    weighed = weigh(POLICY, rows, figures(identical_reasons=Counted(figure, standing_for, 1)))
    assert [str(each.threshold.figure) for each in weighed if each.tripped] == ["identical_reasons"] * trips
    assert tripped(weighed) is bool(trips)


@pytest.mark.parametrize("over", ["-0.1", "1.5", "nan", "inf", "-inf", "true", '"0.1"', "[]", "2026-01-01"])
def test_a_share_is_between_nothing_and_all(over: str) -> None:
    with pytest.raises(
        PackFault, match="`identical_reasons` has an `over` that is none; write a share between 0 and 1"
    ):
        policy("p.toml", TEXT.replace("over = 0.10", f"over = {over}"))


@pytest.mark.parametrize("over", ["-1", "nan", "inf", "false"])
def test_a_number_of_persons_is_a_number(over: str) -> None:
    with pytest.raises(PackFault, match="`persons_per_officer` has an `over` that is none; write a number of persons"):
        policy("p.toml", TEXT.replace("over = 15", f"over = {over}"))


def test_the_policy_is_held_to_the_pack() -> None:
    placeholder_is_known(POLICY, "p.toml", {"address.grade": ("placeholder", "empty", "partial")})
    offence_is_known(POLICY, "p.toml", {"offence"})
    with pytest.raises(PackFault, match="is no value of a fact of the pack; write values of x"):
        placeholder_is_known(POLICY, "p.toml", {"x": ("placeholder",)})
    with pytest.raises(
        PackFault, match="`offence` in `one_offence` is no field at which anything looks; write one of a, b"
    ):
        offence_is_known(POLICY, "p.toml", {"b", "a"})
