"""Names that name a person, and words that stand for a name nobody knows."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.names import NameGrade, grade


@pytest.mark.parametrize(
    "full",
    [
        "Maria Lopez Garcia",
        "M. Lopez",
        "Lopez, M.",
        "Lopez Garcia, Maria",
        "LOPEZ GARCIA MARIA",
        "María José Peña Nieto",
        "Seán O'Brien",
        "Anne-Marie Lopez",
        "Juan de la Cruz",
        "Robert Smith Jr",
        "John Smith III",
        "Nguyễn Thị Hoa",
        "Иван Петров",
        "Μαρία Παπαδοπούλου",
        "محمد علي",
        "प्रिया शर्मा",
        "王小明",
        "王 明",
        "김철수",
        "Jennifer Null",
        "Peter Test",
        "Anna Nobody",
        "Jennifer Doe",
        "Na Li",
        "Ben Carson",
        "Wesley Person",
        "Xxavier Exxon",
    ],
)
def test_two_words_of_a_name_are_full(full: str) -> None:
    assert grade(full, "", "") is NameGrade.FULL


@pytest.mark.parametrize(
    "full",
    [
        "Maria",
        "Lopez",
        "Lopez Jr",
        "Mr. Lopez",
        "de la Cruz",
        "van der Berg",
        "M.",
        "M. L.",
        "O'Brien",
        "Lopez-Garcia",
        "प्रिया",
        "Dr. St. John",
    ],
)
def test_one_word_is_single_whatever_goes_with_it(full: str) -> None:
    assert grade(full, "", "") is NameGrade.SINGLE


@pytest.mark.parametrize(
    "full",
    [
        "UNKNOWN",
        "Unknown Unknown",
        "Maria Unknown",
        "Unknown, Maria",
        "N/A",
        "n / a",
        "NA NA",
        "Maria N/A",
        "FNU LNU",
        "LNU, FNU",
        "FNU Singh",
        "Singh LNU",
        "John Doe",
        "JANE DOE",
        "Doe, John",
        "John Doe 3",
        "XXX",
        "XXX XXXX",
        "X X",
        "Maria XXX",
        "No Name Given",
        "Name Unknown",
        "Not Provided",
        "Test",
        "Test Test",
        "Null",
        "null null",
        "Nobody",
        "Desconocido",
        "Nombre Desconocido",
        "12345",
        "000-00",
        "First Last",
        "Failed to Provide",
        "To be determined",
        "Subject",
        "Fulano de Tal",
        "The Ibarra family",
    ],
)
def test_words_for_an_unknown_name_are_a_placeholder(full: str) -> None:
    assert grade(full, "", "") is NameGrade.PLACEHOLDER


@pytest.mark.parametrize(
    "full",
    ["Rosa Ibarra Pena / Julio Mendez", "Rosa Ibarra/ Julio Mendez", "Rosa Ibarra y otros", "Rosa Ibarra y otras"],
)
def test_a_stroke_between_names_and_words_for_others_are_several_persons(full: str) -> None:
    assert grade(full, "", "") is NameGrade.SEVERAL
    assert grade("Garcia/Lopez Maria", "", "") is grade("José Ortega y Gasset", "", "") is NameGrade.FULL


@pytest.mark.parametrize("full", ["", "   ", "-", "...", "?", "\u00a0"])
def test_nothing_said_is_empty(full: str) -> None:
    assert grade(full, "", "") is NameGrade.EMPTY
    assert grade("", full, full) is NameGrade.EMPTY


@pytest.mark.parametrize(
    ("full", "first", "last", "expected"),
    [
        ("", "Maria", "Lopez", NameGrade.FULL),
        ("", "M", "Lopez", NameGrade.FULL),
        ("", "M", "L", NameGrade.SINGLE),
        ("", "Maria", "", NameGrade.SINGLE),
        ("", "", "Lopez Garcia", NameGrade.FULL),
        ("Maria", "Maria", "Lopez", NameGrade.FULL),
        ("Maria Lopez", "", "", NameGrade.FULL),
        ("Maria Lopez", "Maria", "Unknown", NameGrade.PLACEHOLDER),
        ("", "FNU", "Singh", NameGrade.PLACEHOLDER),
        ("", "Maria", "N/A", NameGrade.PLACEHOLDER),
        ("", "None", "Lopez", NameGrade.PLACEHOLDER),
        ("", "John", "Doe", NameGrade.PLACEHOLDER),
        ("", "Jennifer", "Null", NameGrade.FULL),
        ("", "Anna", "Test", NameGrade.FULL),
        ("", "Test", "Test", NameGrade.PLACEHOLDER),
        ("", "Le", "Hoa", NameGrade.FULL),
        ("", "Van", "Morris", NameGrade.FULL),
        ("", "Lopez", "Jr", NameGrade.SINGLE),
        ("", "", "de la Cruz", NameGrade.SINGLE),
        ("", "123", "456", NameGrade.PLACEHOLDER),
    ],
)
def test_the_parts_are_read_beside_the_full_name(full: str, first: str, last: str, expected: NameGrade) -> None:
    assert grade(full, first, last) is expected


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_any_text_has_a_grade_and_case_does_not_change_it(full: str, first: str, last: str) -> None:
    assert grade(full, first, last) is grade(f"  {full} ", first, last)


def test_a_hostile_name_costs_no_more_than_a_long_one() -> None:
    start = time.perf_counter()
    grade("john " * 200_000, "no name " * 200_000, "a" * 2_000_000)
    assert time.perf_counter() - start < 1
