"""Whom a request is about and by what it is counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core import subject
from safeconduct.core.identifiers import identifiers

ADDRESS = "418 Juniper St Apt 7, Aurora, IL 60505"


def request(**said: object) -> dict[str, object]:
    return {"subject": said}


def counted(**said: object) -> set[tuple[str, ...]]:
    return set(identifiers(subject.sought(request(**said))))


def test_an_address_that_would_not_deliver_is_no_ground_for_a_search() -> None:
    assert subject.sought(request(address=ADDRESS)).place is not None
    for short in ("Failed to Provide 60505", "Juniper St, Aurora, IL 60505", "Cook County Jail, Chicago, IL 60608", ""):
        assert subject.sought(request(address=short, tin="912-40-1234")).place is None


def test_who_asks_is_the_signatory_and_every_officer_that_has_a_name() -> None:
    asked = {"asker": {"name": "A"}, "officers": [{"name": "B"}, 1, {"name": None}, {"name": "C"}]}
    assert subject.askers(asked) == ("A", "B", "C")
    assert subject.askers({"asker": None, "officers": None}) == ()


def test_the_items_asked_for_are_those_that_are_texts() -> None:
    assert subject.items({"items": ["name", "tin"]}) == {"name", "tin"}
    assert subject.items({"items": None}) == subject.items({}) == frozenset()


@pytest.mark.parametrize(
    "other",
    [
        "Lopez Garcia, Maria",
        "MARIA LOPEZ GARCIA",
        "María López-García",
        "Maria Elena Lopez Garcia",
        "Maria Lopez",
        "Maria Lopez Garcia Jr",
    ],
)
def test_one_name_in_other_words_is_counted_together(other: str) -> None:
    assert counted(name="Maria Lopez Garcia", address=ADDRESS) & counted(name=other, address=ADDRESS)


@pytest.mark.parametrize("other", ["Juan Lopez Garcia", "Maria Rivera", "Garcia Lopez, Juan"])
def test_another_of_the_house_is_not(other: str) -> None:
    assert not counted(name="Maria Lopez Garcia", address=ADDRESS) & counted(name=other, address=ADDRESS)


def test_the_first_of_january_and_a_number_that_stands_for_none_tell_nobody_apart() -> None:
    assert not counted(birth_date="1984-01-01", address=ADDRESS)
    assert not counted(tin="123-45-6789", address=ADDRESS)
    assert counted(birth_date="1984-03-09", address=ADDRESS)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=40))
def test_whatever_a_request_says_it_is_counted_in_a_bounded_number_of_ways(name: str, born: str, address: str) -> None:
    assert len(counted(name=name, birth_date=born, address=address, tin=name)) <= 50
