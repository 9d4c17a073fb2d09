"""Taxable periods, items that an order covers, and the day of the law in a rule."""

from __future__ import annotations

import pytest

from findings_alone import finding_of, found, wrong
from safeconduct.core.cases import cases
from safeconduct.core.days import day
from safeconduct.core.facts import Step, facts, items
from safeconduct.core.faults import PackFault
from safeconduct.core.rulepack import Pack, load
from safeconduct.core.rules import Outcome
from safeconduct.preflight import Checked, Preflight, check, opened

WITHIN = """
kind = "choice"
path = "order.periods"
finding = "periods_within"
asked = "periods"
members = { within = "2022", beyond = "2019", unlimited = "2021", all = "all", none = "" }
"""


@pytest.mark.parametrize(
    ("covered", "asked", "said"),
    [
        (["2022", "2023"], ["2022"], "within"),
        (["2022"], ["2022Q1", "2022Q4"], "within"),
        (["2022Q1", "2022Q2", "2022Q3", "2022Q4"], ["2022"], "within"),
        (["2022Q1", "2022Q2", "2022Q3"], ["2022"], "beyond"),
        (["2022Q1"], ["2022Q2"], "beyond"),
        (["2022"], ["2022", "2023"], "beyond"),
        (["2022"], [2022], "within"),
        (["2022"], [], "unlimited"),
        (["2022"], None, "unlimited"),
        (["2022"], ["all"], "unlimited"),
        (["all"], ["2022"], "all"),
        (["2022", "all"], ["2019"], "all"),
        ([], ["2022"], "none"),
        (None, ["2022"], "none"),
    ],
)
def test_periods_lie_within_those_of_an_order_quarter_by_quarter(
    covered: object, asked: object, said: str, pack: Pack
) -> None:
    assert found(finding_of(WITHIN, {}, pack), {"order": {"periods": covered}, "periods": asked}) == said


def test_what_is_left_out_on_either_side_is_unknown(pack: Pack) -> None:
    find = finding_of(WITHIN, {}, pack)
    assert found(find, {"order": {}, "periods": ["2022"]}) is None
    assert found(find, {"order": {"periods": ["2022"]}}) is None


@pytest.mark.parametrize("asked", [["UNKNOWN"], ["2022", "2022-2023"]])
def test_a_period_asked_for_that_is_none_cannot_be_told_to_lie_within(asked: list[str], pack: Pack) -> None:
    assert found(finding_of(WITHIN, {}, pack), {"order": {"periods": ["2022"]}, "periods": asked}) is None


def test_a_period_asked_for_that_is_none_makes_what_is_permitted_incomplete_under_every_clause(
    august: Preflight,
) -> None:
    permitted = [
        one
        for one in cases(august.opened.pack)
        if (one.outcome, one.step, one.reading) == (Outcome.PERMIT, Step.REQUEST, None)
    ]
    assert len({one.request["authority"] for one in permitted}) > 12
    for one in permitted:
        checked = check({**one.request, "taxable_periods": ["UNKNOWN"]}, august.opened.under(one.on))
        assert isinstance(checked, Checked)
        assert checked.ruling.outcome is Outcome.INCOMPLETE, one.name


def test_a_period_that_is_none_cannot_be_read(pack: Pack) -> None:
    assert wrong(finding_of(WITHIN, {}, pack), {"order": {"periods": ["the spring"]}, "periods": ["2022"]}) == (
        "order.periods[0] is no taxable period"
    )


# A fact for each item

ITEMS = """
[return]
kind = "returns"
source = "return"
meaning = "the return"
cites = "1"

[tin]
kind = "identity"
source = "return"
meaning = "the number"
cites = "2"
"""
EACH = """
[paper.covers]
kind = "truth"
meaning = "the order covers the item {item}"
path = "order.items"
finding = "covers"
established_by = "asker"
step = "request"
each = "item"
"""


def test_a_fact_of_each_item_is_one_fact_for_every_item() -> None:
    declared = facts("facts.toml", EACH, items("items.toml", ITEMS))
    assert declared.facts.keys() == {"paper.covers[return]", "paper.covers[tin]"}
    assert declared.facts["paper.covers[tin]"].meaning == "the order covers the item tin"
    assert declared.of_each_item.keys() == {"paper.covers"}


def test_a_fact_of_each_item_must_be_a_truth() -> None:
    with pytest.raises(PackFault, match="is of each item and no truth"):
        facts("facts.toml", EACH.replace('"truth"', '"count"'), items("items.toml", ITEMS))


def test_a_rule_that_names_such_a_fact_must_be_applied_to_each_item(files: dict[str, str]) -> None:
    files["i-1.md"] = files["i-1.md"].replace(
        "each:      item\nneeds:     court_order.covers", "needs:     court_order.covers"
    )
    with pytest.raises(PackFault, match="add `each: item`"):
        load(files)


@pytest.mark.parametrize(("listed", "said"), [(["tin"], True), (["return"], False), ([], False), (None, False)])
def test_an_order_covers_what_it_lists(listed: object, said: bool, august: Preflight) -> None:  # noqa: FBT001
    find = august.opened.intake.findings["court_order.covers[tin]"]
    assert found(find, {"court_order": {"covers_items": listed}}) is said


def test_what_an_order_covers_is_unknown_where_it_is_left_out(august: Preflight) -> None:
    assert found(august.opened.intake.findings["court_order.covers[tin]"], {"court_order": {}}) is None


# The day of the law


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2025-06-01", Outcome.REFUSE), ("2025-06-02", Outcome.PERMIT), ("2025-12-01", Outcome.PERMIT),
        ("2025-12-02", Outcome.REFUSE),
    ],
)  # fmt: skip
def test_an_order_stands_from_its_day_until_before_its_end(on: str, outcome: Outcome) -> None:
    shelved = opened()
    case = next(one for one in cases(shelved.pack) if one.name == "I1-01")
    checked = check(case.request, shelved.under(day(on) or 0))
    assert isinstance(checked, Checked)
    assert checked.ruling.outcome is outcome
