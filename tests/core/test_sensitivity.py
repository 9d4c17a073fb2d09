"""Under which other readings a ruling would differ: outcome, items, the rules that make it so, and nothing of later steps."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from safeconduct import preflight
from safeconduct.core import law
from safeconduct.core.days import day
from safeconduct.core.facts import Step
from safeconduct.core.intake import Request, read
from safeconduct.core.law import Verdict
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import Outcome
from safeconduct.core.sensitivity import Otherwise, sensitivity
from safeconduct.preflight import Checked

OPEN = ("ddc-2025-11-21", "dmass-2026-02-05", "ddc-2026-02-26")
IDENTITY = "i2.C.identity[mailing_address]"


def otherwise(document: Mapping[str, object], on: str, reading: str | None = None) -> dict[str, Otherwise]:
    ordinal = day(on)
    assert ordinal is not None
    checked = preflight.check(document, preflight.opened().under(ordinal, reading))
    assert isinstance(checked, Checked)
    return {other.reading.name: other for other in checked.otherwise}


def because(other: Otherwise) -> list[tuple[str, Verdict]]:
    return [(conclusion.rule.id, conclusion.verdict) for conclusion in other.because]


@pytest.fixture
def of_justice(complete: dict[str, object]) -> dict[str, object]:
    """A complete request of the Department of Justice for a bare address."""
    return complete | {
        "agreement": None, "asker": {"agency": "DOJ", "office": "us_attorney", "delegation": None}, "offence": "18 USC 1343",
        "officers": [{"name": "L. Brandt", "agency": "FBI", "personally_and_directly_engaged": True}], "removal_order": None,
    }  # fmt: skip


def test_a_bare_address_before_the_memorandum_is_refused_and_under_other_readings_given_or_held(
    of_justice: dict[str, object],
) -> None:
    of_justice["made_on"] = "2025-02-27"
    others = otherwise(of_justice, "2025-03-01")
    assert {name: (other.outcome, other.items) for name, other in others.items()} == {
        **dict.fromkeys(("memorandum-2025-04-07", "ddc-2025-05-12", "centro-2026-02-24"), (Outcome.PERMIT, ("mailing_address",))),
        **dict.fromkeys(OPEN, (Outcome.HOLD, ())),
    }  # fmt: skip
    assert because(others["memorandum-2025-04-07"]) == [(IDENTITY, Verdict.MET)]
    assert because(others["dmass-2026-02-05"]) == [(IDENTITY, Verdict.UNKNOWN)]


def test_a_bare_address_under_the_memorandum_would_be_refused_by_the_reading_before_it(
    complete: dict[str, object],
) -> None:
    others = otherwise(complete, "2025-08-01")
    assert {name: other.outcome for name, other in others.items()} == {
        "identity-not-by-itself": Outcome.REFUSE,
        **dict.fromkeys(OPEN, Outcome.HOLD),
    }
    assert because(others["identity-not-by-itself"]) == [(IDENTITY, Verdict.NOT_MET)]


def test_they_come_by_date(complete: dict[str, object]) -> None:
    assert list(otherwise(complete, "2025-08-01")) == ["identity-not-by-itself", *OPEN]


def test_the_head_of_a_component_is_held_under_all_and_only_what_else_differs_is_told(
    complete: dict[str, object],
) -> None:
    officers = [{"name": "T. Okafor", "agency": "ICE", "personally_and_directly_engaged": True}]
    complete |= {"asker": {"agency": "ICE", "office": "component_head", "delegation": None}, "officers": officers}
    others = otherwise(complete, "2025-08-01")
    assert {name: other.outcome for name, other in others.items()} == {"identity-not-by-itself": Outcome.REFUSE}
    assert because(others["identity-not-by-itself"]) == [(IDENTITY, Verdict.NOT_MET)]


def test_where_an_order_bars_no_reading_differs(complete: dict[str, object]) -> None:
    assert otherwise(complete, "2026-03-10") == {}


def test_where_no_rule_of_the_clause_turns_on_a_reading_none_differs(complete: dict[str, object]) -> None:
    assert otherwise(complete | {"authority": "26 USC 6103(i)(4)"}, "2025-08-01") == {}


def test_of_one_outcome_the_items_may_differ(of_justice: dict[str, object], pack: Pack) -> None:
    """As where one item is permitted in any case and another turns on the reading."""
    of_justice |= {"items": ["mailing_address", "wages_from_employer"], "made_on": "2025-02-27"}
    ordinal = day("2025-03-01") or 0
    opened = preflight.opened()
    request = read(of_justice, opened.intake, ordinal)
    assert isinstance(request, Request)
    facts = {**request.facts, "items.other_return_information": 0}
    under = law.as_of(pack, (), ordinal)
    given = law.rule(under, facts, request.items)
    others = {other.reading.name: other for other in sensitivity(given, under, facts, request.items)}
    assert given.outcome is Outcome.PERMIT
    assert others["memorandum-2025-04-07"].outcome is Outcome.PERMIT
    assert others["memorandum-2025-04-07"].items == ("mailing_address", "wages_from_employer")
    assert not {*OPEN} & others.keys()


def test_the_reading_chosen_is_compared_with_the_one_in_force(complete: dict[str, object]) -> None:
    others = otherwise(complete, "2025-08-01", "identity-not-by-itself")
    assert others["memorandum-2025-04-07"].outcome is Outcome.PERMIT
    assert "identity-not-by-itself" not in others


def test_a_reading_that_differs_only_at_a_later_step_is_told_at_that_step(of_justice: dict[str, object]) -> None:
    of_justice["items"] = ["wages_from_employer"]
    opened = preflight.opened()
    ordinal = day("2025-08-01") or 0
    request = read(of_justice, opened.intake, ordinal)
    assert isinstance(request, Request)
    under = opened.under(ordinal).law
    facts = {**request.facts, "register.match": "one", "register.address_agrees": False}
    told = {}
    for step in (Step.REQUEST, Step.SEARCH):
        given = law.rule(under, facts, request.items, step)
        told[step] = sensitivity(given, under, facts, request.items, step)
    assert told[Step.REQUEST] == ()
    [other] = told[Step.SEARCH]
    assert (other.reading.name, other.outcome) == ("ddc-2026-02-26", Outcome.REFUSE)
    assert because(other) == [("i2.B.i.confirmed", Verdict.NOT_MET)]
