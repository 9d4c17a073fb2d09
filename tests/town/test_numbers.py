"""Numbers that were never issued: the ranges, in Python and in SQL alike, and the numbers of the town within them."""

from __future__ import annotations

import duckdb
import pytest

from safeconduct.town.drawing import drawing
from safeconduct.town.numbers import CAPACITY_ITIN, CAPACITY_SSN, never_issued, never_issued_sql


@pytest.mark.parametrize(
    "number",
    [
        "000-12-3456", "666-12-3456", "912-40-1234", "900-01-0001", "999-49-9999", "912-66-1234", "912-69-1234",
        "912-89-1234", "912-00-1234", "123-00-4567", "123-45-0000", "912-70-0000",
    ],
)  # fmt: skip
def test_a_number_of_these_ranges_was_never_issued(number: str) -> None:
    assert never_issued(number)


@pytest.mark.parametrize(
    "number",
    [
        "123-45-6789", "665-01-0001", "667-01-0001", "899-99-9999", "912-50-1234", "912-65-1234", "912-70-1234",
        "912-88-1234", "912-90-1234", "912-93-1234", "912-99-1234",
    ],
)  # fmt: skip
def test_a_number_of_any_other_range_may_be_somebodys(number: str) -> None:
    assert not never_issued(number)


@pytest.mark.parametrize(
    "number", ["", "912401234", "912-40-123", " 912-40-1234", "912-40-1234\n", "９12-40-1234", "x"]
)
def test_what_is_no_number_is_no_number_never_issued(number: str) -> None:
    assert not never_issued(number)


def test_the_predicate_in_sql_agrees_with_the_one_in_python() -> None:
    middles = [f"{group:02}" for group in range(100)]
    areas = [f"{area:03}" for area in (0, 1, 665, 666, 667, 899, 900, 950, 999)]
    numbers = [f"{area}-{middle}-{int(area + middle) * 7919 % 10_000:04}" for area in areas for middle in middles]
    numbers += [f"{area}-{middle}-0000" for area in areas for middle in middles]
    numbers += ["", "912401234", "912-40-1234\n", "912-40-1234 ", "９12-40-1234"]
    found = duckdb.execute(
        f"SELECT n, {never_issued_sql('n')} FROM (SELECT unnest($numbers) AS n)",  # noqa: S608  # what is tested
        {"numbers": numbers},
    ).fetchall()
    assert len(found) == len(numbers)
    assert [number for number, never in found if never != never_issued(number)] == []


def test_a_row_without_a_number_does_not_pass() -> None:
    [(passes,)] = duckdb.execute(
        f"SELECT {never_issued_sql('n')} FROM (SELECT NULL::VARCHAR AS n)"  # noqa: S608  # what is tested
    ).fetchall()
    assert passes is False


def test_a_column_is_quoted() -> None:
    [(passes,)] = duckdb.execute(
        f"""SELECT {never_issued_sql('a "b')} FROM (SELECT '912-40-1234' AS "a ""b")"""  # noqa: S608  # what is tested
    ).fetchall()
    assert passes is True


@pytest.mark.parametrize(("kind", "capacity"), [("itin_at", CAPACITY_ITIN), ("ssn_at", CAPACITY_SSN)])
def test_every_slot_of_a_range_is_a_number_never_issued_and_no_other_slots(kind: str, capacity: int) -> None:
    step = capacity // 5_000
    with drawing(1_000, "numbers") as town:
        found = town.execute(
            f"SELECT {kind}(slot) "  # noqa: S608  # one of two macros
            "FROM (SELECT unnest(range(0, $capacity, $step)) AS slot UNION ALL SELECT $capacity - 1)",
            {"capacity": capacity, "step": step},
        ).fetchall()
    numbers = [number for (number,) in found]
    assert all(map(never_issued, numbers))
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("kind", ["ITIN", "SSN"])
def test_persons_a_register_apart_have_each_a_number_of_their_own(kind: str) -> None:
    with drawing(1_000, "numbers") as town:
        places = town.execute("SELECT unnest(range(0, 10900000, 2000))").fetchall()
        found = town.execute(
            "SELECT count(DISTINCT number_at(place, $kind)) FROM (SELECT unnest($places) AS place)",
            {"kind": kind, "places": [place for (place,) in places]},
        ).fetchall()
    assert found == [(len(places),)]
