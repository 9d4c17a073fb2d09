"""Worked cases: read from TOML, and told from what a ruling says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safeconduct.core.cases import Case, cases
from safeconduct.core.faults import PackFault
from safeconduct.core.rulepack import Pack

CASE = """\
[base.one]
made_on = "2025-06-27"
null = ["warrant"]

[base.one.subject]
name = "Maria Lopez"
address = "90001"

[[case]]
case = "C-1"
says = "changed, made absent, left out"
on = 2025-08-01
base = "one"
with = { "subject.address" = "12 Elm St", "asker.office" = "delegate" }
null = ["agreement"]
without = ["made_on"]
outcome = "hold"
"""

MISTAKES = {
    "an outcome that there is not": (
        'outcome = "hold"',
        'outcome = "denied"',
        "gives the outcome `denied`, which there is not",
    ),
    "no day": ("on = 2025-08-01", 'on = "2025-08-01"', "has no day in `on`"),
    "a base that there is not": ('base = "one"', 'base = "two"', "gives the base `two`, which there is not"),
    "a key misspelt": ("without =", "witout =", "has the key `witout`, which does not belong there; write `without`"),
    "a reading that the pack lacks": (
        'base = "one"',
        'base = "one"\nreading = "mine"',
        "gives the reading `mine`, which there is not",
    ),
    "changes that are no table": (
        'with = { "subject.address" = "12 Elm St", "asker.office" = "delegate" }',
        'with = "x"',
        "has a `with` of another form",
    ),
    "fields that are no list": ('without = ["made_on"]', "without = 3", "has a `without` of another form"),
}


def read(text: str, pack: Pack) -> tuple[Case, ...]:
    return cases(replace(pack, files={"cases.toml": text}))


def test_a_case_is_its_base_with_fields_changed_made_absent_or_left_out(pack: Pack) -> None:
    (case,) = read(CASE, pack)
    assert case.request == {
        "request_id": "C-1",
        "subject": {"name": "Maria Lopez", "address": "12 Elm St"},
        "asker": {"office": "delegate"},
        "agreement": None,
        "warrant": None,
    }


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_malformed_case_is_refused_by_its_name(mistake: str, pack: Pack) -> None:
    good, bad, message = MISTAKES[mistake]
    with pytest.raises(PackFault) as fault:
        read(CASE.replace(good, bad), pack)
    assert str(fault.value).startswith(f"cases.toml:10: the case C-1 {message}")


@pytest.mark.parametrize(
    "text", ['case = "x"', "case = [1]", "base = 3", "base = { one = 3 }", CASE + CASE[CASE.index("[[case]]") :]]
)
def test_a_file_that_holds_no_cases_or_two_of_a_name_is_refused(text: str, pack: Pack) -> None:
    with pytest.raises(PackFault):
        read(text, pack)


def test_a_pack_without_cases_has_none(pack: Pack) -> None:
    assert cases(replace(pack, files={})) == ()
