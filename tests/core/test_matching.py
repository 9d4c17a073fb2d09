"""The keys by which a request and a record are compared."""

from __future__ import annotations

import pytest

from safeconduct.core import addresses
from safeconduct.core.matching import address_key, birth_key, name_key, number_key


def test_a_name_is_its_words_in_any_order_and_case() -> None:
    assert name_key("Maria Lopez Garcia", "", "") == name_key("LOPEZ GARCIA, Maria", "", "")
    assert name_key("someone else", "Maria", "Lopez") == name_key("Maria Lopez", "", "")
    assert name_key("Maria Lopez", "Maria", "") == name_key("Maria Lopez", "", "")
    assert name_key("Maria Lopez", "", "") != name_key("Mario Lopez", "", "")


@pytest.mark.parametrize("alone", ["", "Maria", "  ", "-"])
def test_one_word_is_no_name_to_compare_by(alone: str) -> None:
    assert name_key(alone, "", "") is None


def key(address: str) -> str | None:
    return address_key(addresses.grade(address).parts)


@pytest.mark.parametrize(
    "other",
    [
        "418 JUNIPER STREET APT 7, AURORA, IL 60505",
        "418 Juniper St #7, Aurora, Illinois 60505-1234",
        "418 Juniper St Unit 7, Aurora IL 60505",
    ],
)
def test_an_address_is_its_place_unit_and_postal_code(other: str) -> None:
    assert key(other) == key("418 Juniper St Apt 7, Aurora, IL 60505") is not None


@pytest.mark.parametrize(
    "other",
    [
        "418 Juniper St Apt 8, Aurora, IL 60505",
        "418 Juniper St, Aurora, IL 60505",
        "418 Juniper St Apt 7, Aurora, IL 60506",
        "419 Juniper St Apt 7, Aurora, IL 60505",
        "418 N Juniper St Apt 7, Aurora, IL 60505",
    ],
)
def test_another_unit_number_or_direction_is_another_address(other: str) -> None:
    assert key(other) != key("418 Juniper St Apt 7, Aurora, IL 60505")


def test_no_place_or_no_postal_code_is_no_address_to_compare_by() -> None:
    assert address_key({"number": "418", "street": "JUNIPER ST"}) is None
    assert address_key({"postal_code": "60505", "city": "AURORA"}) is None


def test_a_number_is_its_nine_figures() -> None:
    assert number_key("912-40-1234") == number_key(" 912.40 1234") == "912401234"
    for none in ("", "912-40-123", "912-40-12345", "none", "٩١٢٤٠١٢٣٤"):
        assert number_key(none) is None


def test_the_first_of_january_is_no_birth_date() -> None:
    assert birth_key("1984-03-02") == "1984-03-02"
    assert birth_key("1984-01-01") is None
