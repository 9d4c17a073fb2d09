"""Who a request is about: one record on evidence, or nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safeconduct.core import addresses, same_name
from safeconduct.core.matching import Found, Match, OnFile, Said, Sought, birth_date, decide, number, sought
from safeconduct.core.places import Place, place

HOME, OTHER_UNIT, ELSEWHERE = (
    Place("418 JUNIPER ST|60505", "7"),
    Place("418 JUNIPER ST|60505", "8"),
    Place("9 ELM ST|60431"),
)
MARIA = OnFile(same_name.read("", "Maria", "Lopez Garcia"), HOME, (), "1984-03-02", "912401234")
ASKED = Sought(MARIA.name, HOME, MARIA.birth_date, MARIA.number)
NAMESAKE = replace(MARIA, birth_date="1990-07-07", number="912409999")


def named(given: str, family: str) -> same_name.Name:
    return same_name.read("", given, family)


def why(match: Match) -> str:
    assert match.found is not Found.ONE
    return match.why


def line(match: Match, what: str) -> tuple[Said, str]:
    return next((one.said, one.how) for one in match.card if one.what == what)


# The gate comes first


@pytest.mark.parametrize(
    "address",
    ["Failed to Provide 90001", "Don't Care 12345", "Aurora, IL 60505", "", "Kane County Jail, Geneva, IL 60134"],
)
def test_a_number_never_stands_in_for_the_address(address: str) -> None:
    graded = addresses.grade(address)
    asked = sought(MARIA.name, graded, "1984-03-02", "912-40-1234")
    assert asked.place is None
    assert why(decide(asked, [MARIA])) == "the address is no ground for a search"


def test_an_address_that_could_reach_somebody_is_a_ground_for_a_search() -> None:
    asked = sought(MARIA.name, addresses.grade("418 Juniper Street #7, Aurora, IL 60505"), "1984-03-02")
    assert asked.place == HOME
    assert decide(asked, [MARIA]).found is Found.ONE


# A second factor


@pytest.mark.parametrize(
    ("born", "figures", "found"),
    [
        ("1984-03-02", "912401234", Found.ONE),
        ("1984-03-02", None, Found.ONE),
        (None, "912401234", Found.ONE),
        (None, None, Found.NONE),
        ("1984-03-03", None, Found.NONE),
        ("1984-03-03", "912401234", Found.NONE),
        ("1984-03-02", "912401235", Found.NONE),
    ],
)
def test_name_and_address_need_a_second_factor_and_nothing_that_contradicts(
    born: str | None, figures: str | None, found: Found
) -> None:
    assert decide(replace(ASKED, birth_date=born, number=figures), [MARIA]).found is found


@pytest.mark.parametrize("both", [True, False])
def test_the_first_of_january_counts_as_the_year_alone(both: bool) -> None:  # noqa: FBT001  # on both sides, or on one
    held = replace(MARIA, birth_date="1984-01-01" if both else "1984-03-02")
    asked = replace(ASKED, birth_date="1984-01-01", number=None)
    assert why(decide(asked, [held])) == "neither the full birth date nor the number agrees"
    assert decide(replace(asked, number=MARIA.number), [held]).found is Found.ONE
    assert why(decide(replace(asked, birth_date="1985-01-01", number=MARIA.number), [held])) == "birth date differs"


def test_a_name_on_a_weak_ground_needs_both_factors() -> None:
    asked = replace(ASKED, name=named("M", "Lopez Garcia"))
    assert decide(asked, [MARIA]).found is Found.ONE
    for one in (replace(asked, number=None), replace(asked, birth_date=None)):
        assert "both" in why(decide(one, [MARIA]))


def test_a_suffix_on_one_side_alone_needs_the_full_birth_date() -> None:
    asked = replace(ASKED, name=replace(MARIA.name, suffix="JR"))
    assert decide(asked, [MARIA]).found is Found.ONE
    assert "suffix" in why(decide(replace(asked, birth_date=None), [MARIA]))
    senior = replace(MARIA, name=replace(MARIA.name, suffix="SR"))
    assert why(decide(asked, [senior])) == "suffix differs"


def test_the_dead_are_nobody() -> None:
    assert why(decide(ASKED, [replace(MARIA, deceased=True)])) == "deceased differs"


# One person of such a name in the building


def test_two_of_such_a_name_in_the_building_are_nobody_whatever_the_birth_date() -> None:
    assert decide(ASKED, [MARIA, NAMESAKE]).found is Found.SEVERAL
    assert decide(ASKED, [MARIA, replace(NAMESAKE, place=OTHER_UNIT)]).found is Found.SEVERAL
    assert decide(ASKED, [MARIA, replace(NAMESAKE, place=ELSEWHERE, earlier=(HOME,))]).found is Found.SEVERAL


def test_a_namesake_elsewhere_is_not_in_the_way() -> None:
    assert decide(ASKED, [replace(NAMESAKE, place=ELSEWHERE), MARIA]) == replace(decide(ASKED, [MARIA]), record=1)


def test_a_relative_of_another_name_is_not_in_the_way() -> None:
    assert decide(ASKED, [replace(NAMESAKE, name=named("Rosa", "Lopez Garcia")), MARIA]).record == 1


def test_where_nobody_of_the_name_could_be_the_one_it_is_none_not_several() -> None:
    assert decide(replace(ASKED, birth_date="1960-05-05", number=None), [MARIA, NAMESAKE]).found is Found.NONE


def test_a_twin_of_another_name_is_nobody() -> None:
    twin = replace(MARIA, name=named("Mariana", "Lopez Garcia"), number="912409998")
    assert decide(replace(ASKED, number=None), [twin]).found is Found.NONE


# Where they live, and lived


def test_another_unit_is_another_home_and_a_unit_left_out_is_not() -> None:
    assert why(decide(ASKED, [replace(MARIA, place=OTHER_UNIT)])) == "address differs"
    match = decide(replace(ASKED, place=replace(HOME, unit="")), [MARIA])
    assert match.found is Found.ONE
    assert line(match, "address") == (Said.AGREES, "the present one; one side gives no unit")


def test_an_earlier_address_identifies_and_the_card_says_that_it_was_one() -> None:
    moved = replace(MARIA, place=ELSEWHERE, earlier=(HOME,))
    match = decide(ASKED, [moved])
    assert match.found is Found.ONE
    assert line(match, "address") == (Said.AGREES, "an earlier one")


def test_nobody_is_found_at_an_address_where_they_never_lived() -> None:
    assert why(decide(replace(ASKED, place=ELSEWHERE), [MARIA])) == "nobody of such a name at the address"


# The card


def test_the_card_says_what_agreed_how_strongly_what_differed_and_what_was_not_compared() -> None:
    asked = Sought(named("Maria", "Lopez"), HOME, "1984-03-02", None)
    match = decide(asked, [MARIA])
    assert {one.what for one in match.card} == {"name", "address", "birth date", "number", "suffix", "deceased"}
    assert line(match, "name") == (Said.AGREES, "close; one side leaves out the second surname")
    assert line(match, "number") == (Said.NOT_COMPARED, "not given")
    assert line(decide(asked, [replace(MARIA, number=None)]), "number")[1] == "not given"
    assert line(decide(replace(asked, birth_date="1984-03-01"), [MARIA]), "birth date") == (Said.DIFFERS, "")


def test_the_card_repeats_nothing_of_the_request_or_the_record() -> None:
    said = repr(decide(ASKED, [MARIA]).card).lower()
    assert not any(value in said for value in ("maria", "lopez", "1984", "912401234", "juniper", "60505"))


# What is read


def test_a_number_is_its_nine_figures_and_not_one_that_stands_for_none() -> None:
    assert number("912-40-1234") == number(" 912.40 1234") == "912401234"
    for none in ("", "912-40-123", "912-40-12345", "none", "٩١٢٤٠١٢٣٤", "000-00-0000", "123-45-6789", "999999999"):
        assert number(none) is None


def test_a_birth_date_is_a_day() -> None:
    assert birth_date("1984-03-02") == "1984-03-02"
    for none in ("", "1984", "1984-03", "2 March 1984"):
        assert birth_date(none) is None


@pytest.mark.parametrize(
    "other",
    [
        "418 JUNIPER STREET APT 7, AURORA, IL 60505",
        "418 Juniper St #7, Aurora, Illinois 60505-1234",
        "418 Juniper St Unit 7, Aurora IL 60505",
    ],
)
def test_a_place_is_its_building_unit_and_postal_code(other: str) -> None:
    assert place(addresses.grade(other).parts) == HOME


@pytest.mark.parametrize(
    "other",
    [
        "418 Juniper St Apt 7, Aurora, IL 60506",
        "419 Juniper St Apt 7, Aurora, IL 60505",
        "418 N Juniper St Apt 7, Aurora, IL 60505",
    ],
)
def test_another_code_number_or_direction_is_another_building(other: str) -> None:
    at = place(addresses.grade(other).parts)
    assert at
    assert at.building != HOME.building


def test_no_street_or_no_postal_code_is_no_place() -> None:
    assert place({"number": "418", "street": "JUNIPER ST"}) is None
    assert place({"postal_code": "60505", "city": "AURORA"}) is None
