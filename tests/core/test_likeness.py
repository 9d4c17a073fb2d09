"""What makes rows alike: keys without what a copyist would vary."""

from __future__ import annotations

import pytest

from safeconduct.core import likeness
from safeconduct.core.fields import At


def at(**fields: object) -> At:
    return At(fields, 739_464)


def template(reason: object, *name: str) -> str | None:
    return likeness.template(at(reason=reason), name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ordered removed on 3 March 2024; to be served.", "Ordered removed on 12 June 2023; to be served."),
        ("The order against Maria Lopez is final.", "The order  against\nJosé da Silva is final.".replace("da ", "")),
        ("Case HSI-24-00871 is open, and he fled.", "Case XX-25-1 is open, and he fled."),
    ],
)
def test_reasons_that_differ_in_names_dates_and_numbers_have_one_template(one: str, other: str) -> None:
    assert template(one) == template(other) is not None
    assert likeness.reason(at(reason=one)) != likeness.reason(at(reason=other))


def test_the_persons_own_name_is_no_part_of_the_template_however_it_is_written() -> None:
    assert template("the order against lopez is final", "lopez") == template("the order against kim is final", "kim")
    assert template("the order against lopez is final") != template("the order against kim is final")


def test_reasons_in_other_words_have_other_templates() -> None:
    assert template("He was served and fled.") != template("She declined to depart.")


def test_a_reason_that_says_nothing_has_no_key() -> None:
    for nothing in (None, "  ", 7, ["a"]):
        assert template(nothing) is None
        assert likeness.reason(at(reason=nothing)) is None


def test_a_long_reason_has_the_same_key_as_ever() -> None:
    assert template("he was served " * 1_000) == template("he was served 7 " * 1_000)


def test_an_officer_is_known_by_name_alone() -> None:
    one = likeness.officers(
        at(officers=[{"name": "Rivera, J.", "agency": "ICE"}, {"name": "J. RIVERA", "agency": "DHS"}])
    )
    assert one == likeness.officers(at(officers=[{"name": "J. Rivera"}, "x", {"name": 7}, {"name": " "}, {}]))
    assert len(one) == 1
    assert likeness.officers(at(officers={"name": "J. Rivera"})) == []


def test_an_offence_is_its_citations_in_no_order() -> None:
    assert likeness.offence(at(offence="8 USC 1326"), "offence") == likeness.offence(
        at(offence=["8 usc  1326"]), "offence"
    )
    assert likeness.offence(at(offence=["a", "b"]), "offence") == likeness.offence(
        at(offence=["b", "a", "a"]), "offence"
    )
    for nothing in (None, "", [7], 7):
        assert likeness.offence(at(offence=nothing), "offence") is None


def person(**subject: object) -> tuple[str | None, str | None]:
    asked = at(subject=subject)
    return likeness.number(asked), likeness.person(asked, likeness.name(asked))


def test_a_person_is_known_by_number_and_by_name_with_birth_date_or_address() -> None:
    assert person(tin="912-40-1234")[0] == person(tin="912 401234")[0] is not None
    names = [{"name": "Maria Lopez"}, {"name": "LOPEZ, Maria"}, {"given_name": "Maria", "family_name": "Lopez"}]
    assert len({person(**name, birth_date="1984-03-02")[1] for name in names}) == 1
    assert (
        person(name="Maria Lopez", birth_date="1984-03-02")[1] != person(name="Maria Lopez", birth_date="1984-03-03")[1]
    )
    assert person(name="M. L", address="1 Elm  St")[1] == person(name="M. L", address="1 ELM St")[1] is not None
    nothings: list[dict[str, object]] = [
        {},
        {"name": "Maria Lopez"},
        {"birth_date": "1984-03-02"},
        {"name": 7, "address": 7, "tin": 7},
    ]
    for nothing in nothings:
        assert person(**nothing) == (None, None)
