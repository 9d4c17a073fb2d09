"""Worked cases: read from TOML, and told from what a ruling says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safeconduct import preflight, shelf
from safeconduct.core.cases import cases
from safeconduct.core.faults import PackFault

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
    "changes that are no table": (
        'with = { "subject.address" = "12 Elm St", "asker.office" = "delegate" }',
        'with = "x"',
        "has a `with` of another form",
    ),
    "fields that are no list": ('without = ["made_on"]', "without = 3", "has a `without` of another form"),
}


def test_a_case_is_its_base_with_fields_changed_made_absent_or_left_out() -> None:
    (case,) = cases("cases.toml", CASE)
    assert case.request == {
        "request_id": "C-1",
        "subject": {"name": "Maria Lopez", "address": "12 Elm St"},
        "asker": {"office": "delegate"},
        "agreement": None,
        "warrant": None,
    }


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_malformed_case_is_refused_by_its_name(mistake: str) -> None:
    good, bad, message = MISTAKES[mistake]
    with pytest.raises(PackFault) as fault:
        cases("cases.toml", CASE.replace(good, bad))
    assert str(fault.value).startswith(f"cases.toml:10: the case C-1 {message}")


@pytest.mark.parametrize(
    "text", ['case = "x"', "case = [1]", "base = 3", "base = { one = 3 }", CASE + CASE[CASE.index("[[case]]") :]]
)
def test_a_file_that_holds_no_cases_or_two_of_a_name_is_refused(text: str) -> None:
    with pytest.raises(PackFault):
        cases("cases.toml", text)


def test_a_case_that_names_a_reading_which_the_pack_lacks_is_refused() -> None:
    pack = shelf.pack()
    spoilt = {**pack.files, "cases.toml": CASE.replace('base = "one"', 'base = "one"\nreading = "mine"')}
    with pytest.raises(PackFault, match="the case C-1 names a reading that the pack lacks"):
        preflight.worked(replace(pack, files=spoilt))
