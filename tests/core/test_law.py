"""The mechanics of a ruling: verdicts, steps, weights, items, orders, readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from random_requests import WOULD_PASS
from safeconduct import preflight, shelf
from safeconduct.core import law
from safeconduct.core.conflicts import SetAside
from safeconduct.core.days import day
from safeconduct.core.expression import Value
from safeconduct.core.facts import Step
from safeconduct.core.faults import PackFault
from safeconduct.core.intake import Request, read
from safeconduct.core.law import Law, Ruling, Verdict, conclude
from safeconduct.core.readings import ReadingInForce
from safeconduct.core.rulepack import Pack, load
from safeconduct.core.rules import Layer, Outcome, Rule
from safeconduct.preflight import Preflight


def on(date: str) -> int:
    ordinal = day(date)
    assert ordinal is not None
    return ordinal


def facts_of(document: Mapping[str, object], under: Preflight) -> dict[str, Value]:
    request = read(document, under.opened.intake, under.law.on)
    assert isinstance(request, Request)
    return dict(request.facts)


def the(rule: str, of: Law | Ruling) -> Rule:
    rules = of.rules if isinstance(of, Law) else [conclusion.rule for conclusion in of.conclusions]
    return next(one for one in rules if one.id == rule)


def verdict(ruling: Ruling, rule: str) -> Verdict:
    return next(conclusion.verdict for conclusion in ruling.conclusions if conclusion.rule.id == rule)


REVIEWED: dict[str, Value] = {
    "custodian.received_on": on("2025-06-30"), "register.match": "one", "register.address_agrees": True,
    "custodian.officer_named_for_many": False, "custodian.receiver_confined": True, "review.impairment": False, "review.elements_shown": True, "review.willfulness_shown": True, "review.removal_order_seen": True,
    "review.office_verified": True, "review.agreement_terms_read": True, "review.engagement_found": True,
    "review.use_confined": True, "review.reason_specific": True, "safeguards.in_order": True, "batch.tripped": False,
}  # fmt: skip


# The truth table of docs/truth-table.md, verdict by verdict


@pytest.mark.parametrize(
    ("when", "needs", "step", "expected", "consequence"),
    [
        (True, True, Step.REQUEST, Verdict.MET, Outcome.PERMIT),
        (True, False, Step.REQUEST, Verdict.NOT_MET, Outcome.REFUSE),
        (True, None, Step.REQUEST, Verdict.UNKNOWN, Outcome.INCOMPLETE),
        (False, True, Step.REQUEST, Verdict.NOT_APPLICABLE, Outcome.PERMIT),
        (False, False, Step.REQUEST, Verdict.NOT_APPLICABLE, Outcome.PERMIT),
        (False, None, Step.REQUEST, Verdict.NOT_APPLICABLE, Outcome.PERMIT),
        (None, True, Step.REQUEST, Verdict.MET, Outcome.PERMIT),
        (None, False, Step.REQUEST, Verdict.UNKNOWN, Outcome.INCOMPLETE),
        (None, None, Step.REQUEST, Verdict.UNKNOWN, Outcome.INCOMPLETE),
        (True, True, Step.REVIEW, Verdict.MET, Outcome.PERMIT),
        (True, False, Step.REVIEW, Verdict.NOT_MET, Outcome.REFUSE),
        (True, None, Step.REVIEW, Verdict.OPEN, Outcome.PERMIT),
        (False, None, Step.REVIEW, Verdict.NOT_APPLICABLE, Outcome.PERMIT),
        (None, False, Step.REVIEW, Verdict.OPEN, Outcome.PERMIT),
        (None, None, Step.REVIEW, Verdict.OPEN, Outcome.PERMIT),
    ],
)
def test_the_verdict_of_a_rule_and_what_follows(
    *, when: bool | None, needs: bool | None, step: Step, expected: Verdict, consequence: Outcome, august: Preflight
) -> None:
    model = the("1253.final", august.law)
    rule = replace(model, step=step, when=the("1253.order", august.law).when, unknown=Outcome.INCOMPLETE)
    facts: dict[str, Value] = {"offence.failure_to_depart": when, "removal_order.final": needs}
    concluded = conclude(rule, facts, Step.REQUEST)
    assert (concluded.verdict, concluded.consequence) == (expected, consequence)


def test_the_weights_of_the_outcomes_are_those_of_the_contract() -> None:
    assert [outcome.name for outcome in sorted(Outcome, reverse=True)] == [
        "STAYED",
        "REFUSE",
        "HOLD",
        "INCOMPLETE",
        "PERMIT",
    ]


# Steps


def test_what_turns_on_a_later_step_is_listed_and_not_weighed(complete: dict[str, object], august: Preflight) -> None:
    ruling = law.rule(august.law, facts_of(complete, august), ["mailing_address"])
    assert ruling.outcome is Outcome.PERMIT
    assert verdict(ruling, "i6.impairment") is Verdict.OPEN
    assert verdict(ruling, "i2.B.i.identifies") is Verdict.OPEN


def test_a_fact_of_a_later_step_does_not_count_before_it(complete: dict[str, object], august: Preflight) -> None:
    facts = facts_of(complete, august) | REVIEWED | {"review.impairment": True}
    assert law.rule(august.law, facts, ["mailing_address"], Step.SEARCH).outcome is Outcome.PERMIT
    assert law.rule(august.law, facts, ["mailing_address"], Step.REVIEW).outcome is Outcome.REFUSE


def test_at_review_what_no_reviewer_has_settled_holds(complete: dict[str, object], august: Preflight) -> None:
    facts = facts_of(complete, august)
    assert law.rule(august.law, facts | REVIEWED, ["mailing_address"], Step.REVIEW).outcome is Outcome.PERMIT
    for name in REVIEWED:
        unsettled = {**facts, **REVIEWED, name: None}
        expected = Outcome.INCOMPLETE if name == "custodian.received_on" else Outcome.HOLD
        assert law.rule(august.law, unsettled, ["mailing_address"], Step.REVIEW).outcome is expected, name


def test_a_request_that_bears_a_day_after_that_of_its_receipt_is_incomplete(
    complete: dict[str, object], august: Preflight
) -> None:
    complete["made_on"] = "2026-01-01"
    facts = facts_of(complete, august) | REVIEWED
    assert law.rule(august.law, facts, ["mailing_address"], Step.SEARCH).outcome is Outcome.PERMIT
    assert law.rule(august.law, facts, ["mailing_address"], Step.REVIEW).outcome is Outcome.INCOMPLETE


def test_nobody_and_several_are_refused_alike(complete: dict[str, object], august: Preflight) -> None:
    facts = facts_of(complete, august) | REVIEWED
    rulings = [
        law.rule(august.law, {**facts, "register.match": m}, ["mailing_address"], Step.SEARCH)
        for m in ("none", "several")
    ]
    assert [ruling.outcome for ruling in rulings] == [Outcome.REFUSE, Outcome.REFUSE]


# Silence


def test_silence_refuses_every_item(august: Preflight, pack: Pack) -> None:
    for item in pack.items:
        ruling = law.rule(august.law, {"authority.clause": "none", "items.listed": 1}, [item])
        assert ruling.outcome is Outcome.REFUSE
        assert not ruling.items[0].may_disclose


def test_a_request_of_which_nothing_is_known_is_never_permitted(august: Preflight, pack: Pack) -> None:
    for clause in (None, *pack.facts["authority.clause"].sort.members):
        assert law.rule(august.law, {"authority.clause": clause}, None).outcome is not Outcome.PERMIT
        assert law.rule(august.law, {"authority.clause": clause}, ["mailing_address"]).outcome is not Outcome.PERMIT


def test_a_clause_whose_rules_are_taken_out_of_the_pack_permits_nothing(
    files: dict[str, str], complete: dict[str, object]
) -> None:
    del files["i-2.md"]
    bare = load(files)
    august = preflight.opened().under(on("2025-08-01"))
    ruling = law.rule(law.as_of(bare, (), on("2025-08-01")), facts_of(complete, august), ["mailing_address"])
    assert ruling.outcome is Outcome.REFUSE


def test_every_single_fact_left_unknown_keeps_a_complete_request_from_a_permit_or_does_not_bear_on_it(
    complete: dict[str, object], august: Preflight
) -> None:
    facts = facts_of(complete, august)
    applied = (*august.law.rules, *august.law.item_rules["mailing_address"])
    turned_on = frozenset().union(*(rule.facts for rule in applied if not rule.scope or "i2" in rule.scope))
    harmless = {
        name
        for name in facts.keys() & turned_on
        if law.rule(august.law, {**facts, name: None}, ["mailing_address"]).outcome is Outcome.PERMIT
    }
    assert harmless == {
        "asker.component",  # likewise: it bears on whom the agreement governs
        "asker.office_stated",  # never unknown in a request that was read
        "officers.any_component",  # no rule of this pack turns on it
        "asker.department",  # what the agreement would add is met; an agency that the table lacks is held in any case
        "offence.departure_period",  # what it would add is met
        "offence.failure_to_depart",  # likewise
        "interest.relation",  # only under (e) does it open an item
        "items.other_return_information",  # the reading in force reaches identity by itself
        "removal_order.court_final_on",  # judicial review was not had
    }


def test_an_item_is_reached_only_by_a_clause_of_the_statute(pack: Pack) -> None:
    reaching = {rule.id for rule in pack.rules if law.opens(rule)}
    assert {"i2.A.information", "i2.C.identity"} <= reaching
    assert "treasury-dhs.items" not in reaching


def test_a_rule_out_of_force_opens_no_item(files: dict[str, str]) -> None:
    files["other.md"] = files["other.md"].replace("each:      item", "each:      item\nfrom:      2025-12-01")
    later = load(files)
    facts: dict[str, Value] = {"authority.clause": "other", "items.listed": 1}
    before, after = law.as_of(later, (), on("2025-10-10")), law.as_of(later, (), on("2025-12-01"))
    assert law.rule(before, facts, ["return"]).outcome is Outcome.REFUSE
    assert law.rule(after, facts, ["return"]).outcome is Outcome.HOLD


# Items


def test_a_refused_item_does_not_take_the_others_with_it(complete: dict[str, object], august: Preflight) -> None:
    ruling = law.rule(august.law, facts_of(complete, august), ["tin", "mailing_address", "return"])
    assert ruling.outcome is Outcome.PERMIT
    assert {item.item: item.may_disclose for item in ruling.items} == {
        "tin": False,
        "mailing_address": True,
        "return": False,
    }
    assert not [c for c in ruling.conclusions if c.rule.item], (
        "a finding on one item does not stand among the request's own"
    )


def test_where_no_item_is_left_a_finding_says_what_keeps_them_out(
    complete: dict[str, object], august: Preflight
) -> None:
    ruling = law.rule(august.law, facts_of(complete, august), ["tin", "return"])
    assert ruling.outcome is Outcome.REFUSE
    kept_out = {c.rule.id for c in ruling.conclusions if c.rule.item}
    assert kept_out == {"treasury-dhs.items[tin]", "treasury-dhs.items[return]", "i2.A.information[return]"}


def test_a_finding_never_outweighs_the_outcome(complete: dict[str, object], august: Preflight) -> None:
    facts = facts_of(complete, august) | {"asker.standing": "unlisted", "asker.department": None}
    ruling = law.rule(august.law, facts, ["wages_from_employer", "transcript"])
    assert ruling.outcome is Outcome.HOLD
    assert max(conclusion.consequence for conclusion in ruling.conclusions) is Outcome.HOLD


def test_no_item_may_be_disclosed_where_the_request_itself_is_not_permitted(
    complete: dict[str, object], august: Preflight
) -> None:
    complete["reason"] = ""
    ruling = law.rule(august.law, facts_of(complete, august), ["mailing_address"])
    assert (ruling.items[0].outcome, ruling.items[0].may_disclose) == (Outcome.PERMIT, False)


def test_an_item_asked_twice_is_ruled_on_once(complete: dict[str, object], august: Preflight) -> None:
    ruling = law.rule(august.law, facts_of(complete, august), ["mailing_address", "mailing_address"])
    assert [item.item for item in ruling.items] == ["mailing_address"]


# Orders of courts and dates


@pytest.mark.parametrize(
    ("date", "outcome"),
    [
        ("2025-11-20", Outcome.PERMIT),
        ("2025-11-21", Outcome.STAYED),
        ("2026-02-05", Outcome.STAYED),
        ("2026-11-24", Outcome.STAYED),
    ],
)
def test_an_order_binds_from_its_own_day(date: str, outcome: Outcome, complete: dict[str, object]) -> None:
    under = preflight.opened().under(on(date))
    assert law.rule(under.law, facts_of(complete, under), ["mailing_address"]).outcome is outcome


@pytest.mark.parametrize(
    "change",
    [
        {"agreement": None}, {"agreement": "treasury-dhs-2019-01-01"}, {"asker": None}, {"purpose": "other"}, {"officers": []},
        {"offence": "18 USC 1343", "removal_order": None}, {"items": ["tin"]}, {"in_writing": False}, {"reason": None},
    ],
)  # fmt: skip
def test_nothing_that_the_asker_says_or_leaves_out_lifts_the_stay(
    change: dict[str, object], complete: dict[str, object]
) -> None:
    under = preflight.opened().under(on("2026-03-10"))
    complete |= change
    if change == {"asker": None}:  # no agency at all is no agency of the Department
        return
    assert law.rule(under.law, facts_of(complete, under), ["mailing_address"]).outcome is Outcome.STAYED


@pytest.mark.parametrize("field", ["asker", "authority"])
def test_where_the_scope_of_an_order_cannot_be_told_the_order_binds(field: str, complete: dict[str, object]) -> None:
    under = preflight.opened().under(on("2026-03-10"))
    del complete[field]
    assert law.rule(under.law, facts_of(complete, under), ["mailing_address"]).outcome is Outcome.STAYED


def test_an_agency_that_the_table_lacks_may_be_a_component_and_is_bound(complete: dict[str, object]) -> None:
    under = preflight.opened().under(on("2026-03-10"))
    complete["asker"] = {"agency": "Office of Something Within", "office": "component_head"}
    assert law.rule(under.law, facts_of(complete, under), ["mailing_address"]).outcome is Outcome.STAYED


def test_an_order_that_demands_notice_bars_no_look(complete: dict[str, object]) -> None:
    under = preflight.opened().under(on("2025-10-01"))
    ruling = law.rule(under.law, facts_of(complete, under), ["mailing_address"])
    assert ruling.outcome is Outcome.PERMIT
    assert verdict(ruling, "order.notice[ddc-2025-09-notice]") is Verdict.OPEN
    facts = facts_of(complete, under) | REVIEWED
    assert law.rule(under.law, facts, ["mailing_address"], Step.REVIEW).outcome is Outcome.HOLD


@pytest.mark.parametrize(
    ("asked", "outcome", "may"),
    [
        (["mailing_address"], Outcome.STAYED, []),
        (["mailing_address", "wages_from_employer"], Outcome.PERMIT, ["wages_from_employer"]),
        (["wages_from_employer"], Outcome.PERMIT, ["wages_from_employer"]),
        (["mailing_address", "return"], Outcome.REFUSE, []),
        ([], Outcome.INCOMPLETE, []),
    ],
)
def test_an_order_with_data_bars_those_items_and_no_others(
    asked: list[str], outcome: Outcome, may: list[str], pack: Pack
) -> None:
    limited = [replace(order, data=("mailing_address",)) for order in shelf.court_orders(pack, shelf.DEFAULT)[0]]
    bare = replace(pack, rules=tuple(rule for rule in pack.rules if rule.layer is not Layer.AGREEMENT))
    facts = {name: value for name, value in WOULD_PASS.items() if pack.facts[name].step is Step.REQUEST}
    facts |= {name: on("2026-03-10") - value for name, value in facts.items() if name.endswith("_on")}  # type: ignore[operator]
    ruling = law.rule(law.as_of(bare, limited, on("2026-03-10")), facts, asked)
    assert (ruling.outcome, [item.item for item in ruling.items if item.may_disclose]) == (outcome, may)


def test_a_stayed_item_names_the_order_that_bars_it(pack: Pack, complete: dict[str, object], august: Preflight) -> None:
    limited = [replace(order, data=("mailing_address",)) for order in shelf.court_orders(pack, shelf.DEFAULT)[0]]
    ruling = law.rule(law.as_of(pack, limited, on("2026-03-10")), facts_of(complete, august), ["mailing_address"])
    barring = {conclusion.rule.id: conclusion.rule for conclusion in ruling.conclusions if conclusion.bears}
    assert set(barring) == {
        "order.disclose[ddc-2025-11-21, mailing_address]",
        "order.disclose[dmass-2026-02-05, mailing_address]",
    }
    assert {rule.item for rule in barring.values()} == {"mailing_address"}


def test_an_order_that_bears_on_data_demands_notice_for_them_at_review(
    pack: Pack, complete: dict[str, object], august: Preflight
) -> None:
    [notice, *_] = shelf.court_orders(pack, shelf.DEFAULT)[0]
    facts = facts_of(complete, august) | REVIEWED
    for data, outcome in ((("mailing_address",), Outcome.HOLD), (("tin",), Outcome.PERMIT)):
        under = law.as_of(pack, [replace(notice, data=data)], on("2025-10-01"))
        assert law.rule(under, facts, ["mailing_address"], Step.REVIEW).outcome is outcome


@pytest.mark.parametrize("verb", ["inspect", "use", "copy", "act_upon"])
def test_a_rule_may_speak_of_whatever_an_order_bars(
    verb: str, files: dict[str, str], complete: dict[str, object], august: Preflight
) -> None:
    files["orders.md"] += (
        f"\n```rule order.other\neach: order\ncites: order\nwhen: order.bars.{verb}\nneeds: False\notherwise: hold\n"
        "unknown: hold\nmeans: Barred.\n```\n"
    )
    loaded = load(files)
    under = law.as_of(loaded, shelf.court_orders(loaded, shelf.DEFAULT)[0], on("2026-03-10"))
    ruling = law.rule(under, facts_of(complete, august), ["mailing_address"])
    assert {c.rule.id for c in ruling.conclusions if c.bears and "other" in c.rule.id} == {
        "order.other[dmass-2026-02-05]"
    }


def test_a_refusal_to_bar_lifts_nothing_until_counsel_sets_the_bars_aside(
    pack: Pack, complete: dict[str, object], august: Preflight
) -> None:
    orders, _ = shelf.court_orders(pack, shelf.DEFAULT)
    record = SetAside(on("2026-12-01"), "dcc-2026-02-24", "The appeal was decided.", ("A, X", "B, Y"))
    set_aside = [replace(order, set_aside=record) if "disclose" in order.verbs else order for order in orders]
    facts = facts_of(complete, august)
    for date, outcome in (("2026-11-30", Outcome.STAYED), ("2026-12-01", Outcome.PERMIT)):
        under = law.as_of(pack, set_aside, on(date))
        assert law.rule(under, facts, ["mailing_address"]).outcome is outcome
        assert [order.name for order in under.orders] == [order.name for order in orders]
    one = [replace(order, set_aside=record) if order.name == "dmass-2026-02-05" else order for order in orders]
    assert law.rule(law.as_of(pack, one, on("2026-12-01")), facts, ["mailing_address"]).outcome is Outcome.STAYED


def test_until_is_exclusive(pack: Pack, complete: dict[str, object], august: Preflight) -> None:
    orders, _ = shelf.court_orders(pack, shelf.DEFAULT)
    lifted = [replace(order, until=on("2026-06-01")) for order in orders]
    facts = facts_of(complete, august)
    last, after = law.as_of(pack, lifted, on("2026-05-31")), law.as_of(pack, lifted, on("2026-06-01"))
    assert law.rule(last, facts, ["mailing_address"]).outcome is Outcome.STAYED
    assert law.rule(after, facts, ["mailing_address"]).outcome is Outcome.PERMIT


def test_an_agreement_binds_from_the_day_on_which_it_begins(pack: Pack) -> None:
    before, first = law.as_of(pack, (), on("2025-04-06")), law.as_of(pack, (), on("2025-04-07"))
    assert "treasury-dhs.statutes" not in {rule.id for rule in before.rules}
    assert "treasury-dhs.statutes" in {rule.id for rule in first.rules}


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("needs:     False", "needs:     order.bars.disclose or not order.bars.disclose"),
        ("when:      order.bars.disclose", "when:      order.demands.notice"),
        ("needs:     False", "needs:     False\nfrom:      2030-01-01"),
        (
            "needs:     False\notherwise: stayed",
            "needs:     False\notherwise: hold",
        ),
        (
            "needs:     False\notherwise: stayed\nunknown:   stayed",
            "needs:     False\notherwise: stayed\nunknown:   hold",
        ),
        ("scope: any", "scope: i1"),
    ],
)
def test_an_order_that_no_rule_carries_out_stops_the_pack(good: str, bad: str, files: dict[str, str]) -> None:
    assert good in files["orders.md"]
    files["orders.md"] = files["orders.md"].replace(good, bad)
    orders, _ = shelf.court_orders(load(files), shelf.DEFAULT)
    with pytest.raises(
        PackFault, match=r"orders/ddc-2025-11-21\.toml:1: the order is in force and no rule of the pack"
    ):
        law.as_of(load(files), orders, on("2026-03-10"))


@pytest.mark.parametrize(
    "bad",
    [
        "needs:     item.name != tin",
        "needs:     item.reached\nwhen:      request.in_writing",
        "needs:     item.reached\nscope:     i2",
    ],
)
def test_a_pack_in_which_silence_would_permit_is_stopped(bad: str, files: dict[str, str]) -> None:
    files["a.md"] = files["a.md"].replace("needs:     item.reached", bad)
    with pytest.raises(
        PackFault, match="no rule of the pack in force refuses what no clause reaches: silence would permit"
    ):
        law.as_of(load(files), (), on("2025-08-01"))


def test_who_asks_for_nothing_is_given_nothing(complete: dict[str, object], august: Preflight) -> None:
    facts = facts_of(complete, august)
    assert law.rule(august.law, facts, ()).outcome is Outcome.INCOMPLETE
    assert law.rule(august.law, facts, None).outcome is Outcome.INCOMPLETE


def test_a_pack_without_the_page_of_orders_is_stopped_by_an_order(files: dict[str, str], pack: Pack) -> None:
    del files["orders.md"]
    orders, _ = shelf.court_orders(pack, shelf.DEFAULT)
    with pytest.raises(PackFault):
        law.as_of(load(files), orders, on("2026-03-10"))


# Readings


def test_the_reading_in_force_changes_on_its_day(pack: Pack) -> None:
    assert [r.name for r in law.as_of(pack, (), on("2025-04-06")).readings] == ["identity-not-by-itself"]
    assert [r.name for r in law.as_of(pack, (), on("2025-04-07")).readings] == ["memorandum-2025-04-07"]


def test_before_the_first_reading_what_turns_on_one_is_held(
    complete: dict[str, object], august: Preflight, pack: Pack
) -> None:
    facts = facts_of(complete, august) | {"agreement.claim": "none"}
    ruling = law.rule(law.as_of(pack, (), on("1970-01-01")), facts, ["mailing_address"])
    assert (ruling.outcome, ruling.reading.name) == (Outcome.HOLD, "none")


def test_where_two_readings_are_in_force_the_stricter_rules(
    pack: Pack, august: Preflight, complete: dict[str, object]
) -> None:
    since = on("2025-04-07")
    both = replace(
        pack,
        readings_in_force=(
            ReadingInForce(since, "memorandum-2025-04-07"),
            ReadingInForce(since, "identity-not-by-itself"),
        ),
    )
    ruling = law.rule(law.as_of(both, (), on("2025-08-01")), facts_of(complete, august), ["mailing_address"])
    assert (ruling.outcome, ruling.reading.name) == (Outcome.REFUSE, "identity-not-by-itself")


# Readings that turn on a later step: what agrees is met under each, what does not is refused by a yes and held where it is open


@pytest.mark.parametrize(
    ("fact", "good", "step", "decided"),
    [
        ("register.address_agrees", True, Step.SEARCH, {"ddc-2026-02-26"}),
        ("custodian.officer_named_for_many", False, Step.REVIEW, {"ddc-2025-11-21", "dmass-2026-02-05"}),
        ("custodian.receiver_confined", True, Step.REVIEW, {"dmass-2026-02-05"}),
    ],
)
def test_what_agrees_is_met_under_every_reading_and_what_does_not_is_refused_or_held(
    fact: str, *, good: bool, step: Step, decided: set[str], complete: dict[str, object], august: Preflight, pack: Pack
) -> None:
    facts = facts_of(complete, august) | REVIEWED | {"items.other_return_information": 1}
    for name in pack.readings:
        under = law.as_of(pack, (), on("2025-08-01"), name)
        outcomes = [
            law.rule(under, {**facts, fact: value}, ["mailing_address"], step).outcome
            for value in (good, not good, None)
        ]
        against = Outcome.REFUSE if name in decided else Outcome.HOLD
        assert outcomes == [Outcome.PERMIT, against, Outcome.HOLD], name
    before = law.as_of(pack, (), on("2025-08-01"), min(decided))
    assert law.rule(before, {**facts, fact: not good}, ["mailing_address"]).outcome is Outcome.PERMIT


def test_under_a_reading_that_says_no_such_a_rule_asks_nothing(
    files: dict[str, str], complete: dict[str, object], august: Preflight
) -> None:
    page = "readings/memorandum-2025-04-07.md"
    files[page] = files[page].replace("address_must_be_confirmed: undecided", "address_must_be_confirmed: no")
    facts = facts_of(complete, august) | REVIEWED | {"register.address_agrees": False}
    under = law.as_of(load(files), (), on("2025-08-01"))
    assert law.rule(under, facts, ["mailing_address"], Step.REVIEW).outcome is Outcome.PERMIT
