"""No count under eleven is told, nor can be computed from what is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.evaluation.suppression import ALL, BESIDE, FEWER, told

tables = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), st.sampled_from([0, 1, 10, 11, 12, 40, 500]), min_size=1
)


def test_counts_of_eleven_and_more_are_told_with_their_sums() -> None:
    found = told({("a", "x"): 11, ("a", "y"): 20, ("b", "x"): 30, ("b", "y"): 40})
    assert found["a", "x"] == 11
    assert found[ALL, "y"] == 60
    assert found[ALL, ALL] == 101


def test_beside_a_small_count_the_sum_of_its_row_is_held_back_so_that_it_does_not_follow() -> None:
    found = told({("a", "right"): 900, ("a", "wrong"): 3, ("a", "nobody"): 70})
    assert found["a", "wrong"] is FEWER
    assert found["a", ALL] is BESIDE
    assert found[ALL, ALL] is BESIDE
    assert (found["a", "right"], found["a", "nobody"]) == (900, 70)


def test_in_a_column_another_origin_is_held_back_or_the_sum() -> None:
    found = told({("a", "x"): 900, ("b", "x"): 700, ("c", "x"): 3, ("a", "y"): 900, ("b", "y"): 700, ("c", "y"): 800})
    assert found["c", "x"] is FEWER
    assert found["b", "x"] is BESIDE
    assert found["a", "x"] == 900


def test_one_small_origin_cannot_be_computed_from_the_whole() -> None:
    found = told({("a", "x"): 500, ("b", "x"): 400, ("c", "x"): 5})
    assert found["c", "x"] is FEWER
    assert isinstance(found["b", "x"], str) or isinstance(found[ALL, "x"], str)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_no_small_count_is_told_whatever_the_table(counts: dict[tuple[str, str], int]) -> None:
    found = told(counts)
    assert not [cell for cell, count in found.items() if isinstance(count, int) and count < 11]


@settings(max_examples=60, deadline=None)
@given(tables)
def test_no_line_lacks_exactly_one_count(counts: dict[tuple[str, str], int]) -> None:
    found = told(counts)
    for at in (0, 1):
        for name in {cell[at] for cell in found}:
            line = [count for cell, count in found.items() if cell[at] == name]
            small = sum(count is FEWER for count in line)
            assert not small or sum(isinstance(count, str) for count in line) >= 2, (name, line)


@pytest.mark.parametrize("count", [0, 1, 10])
def test_nought_is_told_no_more_than_ten(count: int) -> None:
    assert told({("a", "x"): count})["a", "x"] is FEWER
