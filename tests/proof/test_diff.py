"""Two laws compared: the request on which they differ is found, a widening is one, and what cannot be seen is not denied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from random_requests import BOTH_IN_FORCE, laid_out
from safeconduct.core.days import day
from safeconduct.core.rules import Outcome
from safeconduct.proof.diff import Difference, diff, side
from safeconduct.shelf import Misplaced

US = "us_irc_6103"


def compared(a: object, b: object) -> Difference:
    return diff(side(str(a)), side(str(b)))


def outcomes(found: Difference) -> tuple[Outcome, Outcome]:
    assert found.differ is not None
    return found.differ.a.ruling.outcome, found.differ.b.ruling.outcome


def test_the_request_of_exactly_ninety_days_is_found(changed: Callable[..., Path]) -> None:
    found = compared(US, changed("offences.md", "> 90", ">= 90"))
    assert outcomes(found) == (Outcome.REFUSE, Outcome.PERMIT)
    assert found.widens == found.differ
    assert found.differ is not None
    document = found.differ.a.document
    made_on, final_on = day(document["made_on"]), day(document["removal_order"]["final_on"])
    assert made_on is not None
    assert final_on is not None
    assert made_on - final_on == 90


def test_the_other_way_round_the_same_change_narrows(changed: Callable[..., Path]) -> None:
    found = compared(changed("offences.md", "> 90", ">= 90"), US)
    assert outcomes(found) == (Outcome.PERMIT, Outcome.REFUSE)
    assert found.widens is None
    assert not found.undecided


def test_a_pack_does_not_differ_from_itself_nor_where_words_alone_are_others(changed: Callable[..., Path]) -> None:
    for b in (US, changed("i-2.md", "Make the request in writing.", "Put it on paper.")):
        found = compared(US, b)
        assert found.same
        assert (found.differ, found.widens, found.unseen) == (None, None, ())


def test_a_rule_taken_out_widens(changed: Callable[..., Path]) -> None:
    rule = "```rule i2.B.writing\nneeds:     request.in_writing\notherwise: incomplete\nmeans:     The request is not in writing.\ncure:      Make the request in writing.\n```\n"
    found = compared(US, changed("i-2.md", rule, ""))
    assert outcomes(found) == (Outcome.INCOMPLETE, Outcome.PERMIT)
    assert found.widens is not None
    assert found.widens.a.document.get("in_writing") is not True


def test_a_rule_of_a_later_step_is_found_there_with_what_is_given(changed: Callable[..., Path]) -> None:
    found = compared(
        US,
        changed(
            "i-6.md",
            "needs:     not review.impairment\notherwise: refuse",
            "needs:     not review.impairment\notherwise: hold",
        ),
    )
    assert outcomes(found) == (Outcome.REFUSE, Outcome.HOLD)
    assert found.differ is not None
    assert found.differ.a.given["review.impairment"] is True
    assert found.widens is None


def test_the_day_before_the_memorandum_and_the_day_itself_differ_and_the_later_widens() -> None:
    found = compared(f"{US}@2025-04-06", f"{US}@2025-04-07")
    assert found.differ is not None
    assert [found.differ.a.on, found.differ.b.on] == [day("2025-04-06"), day("2025-04-07")]
    assert found.widens is not None
    assert outcomes(found)[1] is Outcome.PERMIT


def test_from_one_day_to_the_next_an_order_of_a_court_runs_out_or_begins() -> None:
    found = compared(f"{US}@2025-08-01", f"{US}@2025-08-02")
    assert found.differ is not None
    assert found.differ.a.document["court_order"]["expires_on"] == "2025-08-02"
    assert found.widens is not None
    assert found.widens.b.document["court_order"]["issued_on"] == "2025-08-02"


def test_an_order_narrows_and_a_quarter_that_has_begun_widens() -> None:
    assert outcomes(compared(f"{US}@2025-11-20", f"{US}@2025-11-21")) == (Outcome.PERMIT, Outcome.STAYED)
    widens = compared(f"{US}@2025-08-01", f"{US}@2025-12-01").widens
    assert widens is not None
    assert widens.a.document["taxable_periods"] == "2025Q4"


def test_readings_differ_and_the_one_widens_the_other() -> None:
    strict, wide = f"{US}~identity-not-by-itself", f"{US}~memorandum-2025-04-07"
    assert compared(strict, wide).widens is not None
    assert compared(wide, strict).widens is None
    assert outcomes(compared(wide, strict)) == (Outcome.PERMIT, Outcome.REFUSE)


def test_of_two_readings_in_force_at_once_the_stricter_is_compared(tmp_path: Path) -> None:
    both = laid_out({**BOTH_IN_FORCE}, tmp_path)
    found = compared(f"{both}~memorandum-2025-04-07", both)
    assert found.differ is not None
    assert found.widens is None


def test_a_table_that_differs_is_not_seen_and_counts_as_widening(changed: Callable[..., Path]) -> None:
    found = compared(US, changed("tables/reasons.toml", "relevant", "irrelevant"))
    assert not found.same
    assert found.undecided
    assert found.unseen == ("tables/reasons.toml differs",)


def test_a_declaration_that_differs_is_not_seen_but_where_a_request_shows_it(changed: Callable[..., Path]) -> None:
    found = compared(US, changed("facts.toml", 'finding = "periods"\nmost = "20"', 'finding = "periods"\nmost = "1"'))
    assert found.unseen == ("facts.toml declares `periods.kind` otherwise",)
    assert outcomes(found) == (Outcome.PERMIT, Outcome.HOLD)


def test_tripwires_that_differ_are_undecided(changed: Callable[..., Path]) -> None:
    found = compared(US, changed("tripwires.toml", "", "\n# looser\n"))
    assert (found.undecided, found.unseen) == (True, ("tripwires.toml differs",))


def test_what_is_said_of_a_law_is_a_pack_a_day_a_reading_or_both() -> None:
    one = side(f"{US}@2025-08-01~memorandum-2025-04-07")
    assert (one.opened.pack.name, one.on, one.reading) == (US, day("2025-08-01"), "memorandum-2025-04-07")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (f"{US}@2025-13-01", "has no date of the calendar behind @; write PACK@YYYY-MM-DD"),
        (f"{US}~mine", "names a reading that the pack has not; write one of centro-2026-02-24"),
        ("no_pack@2025-08-01", "no_pack: is no pack; name a folder"),
    ],
)
def test_a_law_that_there_is_not_is_said_to_be_none(said: str, wrong: str) -> None:
    with pytest.raises(Misplaced) as fault:
        side(said)
    assert wrong in str(fault.value)
