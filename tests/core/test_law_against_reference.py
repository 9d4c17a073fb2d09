"""The program's law against `tests/reference.py`, the slow and obvious ruling: they must agree on whatever facts.

A comparison is worth what it would catch; so mistakes are planted, in the words of the pack on one side only, in the
reference's mechanics and in the program's, and each must be found. Last come Kleene's tables, written out by hand. The
law in SQL is held to the same requests in `tests/bulk/test_rulings_agree.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import reference
from mistaken_words import PAGES, TABLES, in_a_page, in_a_table, needs_no_fact
from random_requests import (
    DECIDED,
    FIRST,
    PACK,
    SHIPPED,
    WOULD_PASS,
    Facts,
    Reference,
    Request,
    Sample,
    Truth,
    Value,
    differences,
    first_difference,
    laid_out,
    program,
)
from read_once import read_once
from safeconduct.core import expression, grammar, law
from safeconduct.core.facts import Step
from safeconduct.core.faults import PackFault
from safeconduct.core.rules import Outcome

# They agree


def test_program_and_reference_agree_on_every_rule_of_every_request(shipped: Sample) -> None:
    assert shipped.first_difference() is None


def test_they_agree_too_where_readings_decide_every_contested_word(sides_taken: Sample) -> None:
    assert sides_taken.first_difference() is None


def test_they_agree_too_where_two_readings_are_in_force_and_the_stricter_rules(both_readings: Sample) -> None:
    assert both_readings.first_difference() is None
    answers = {tuple(ruling.reading.values.values()) for ruling in both_readings.rulings if ruling.reading.values}
    assert len(answers) == 2


def test_they_agree_too_where_orders_bear_on_some_items_alone_and_one_has_given_way(parted_orders: Sample) -> None:
    assert parted_orders.first_difference() is None
    told = [told for ruling in parted_orders.rulings for item in ruling.items for told in item.conclusions]
    on_items = {(told.rule.id, str(told.verdict)) for told in told if told.rule.each == "order"}
    stop = "order.disclose[ddc-2025-11-21, mailing_address]"
    assert {(stop, verdict) for verdict in ("not_met", "unknown", "not_applicable")} <= on_items
    assert ("order.notice[ddc-2025-09-notice, mailing_address]", "open") in on_items
    frozen = {
        request.day
        for request, ruling in parted_orders.near()
        if any(own.rule.id == "order.disclose[dmass-2026-02-05]" for own in ruling.conclusions)
    }
    days = {request.day for request in parted_orders.requests}
    gives_way = {day for day in days if date(2026, 3, 1).toordinal() <= day < date(2026, 3, 20).toordinal()}
    assert gives_way
    assert frozen == {day for day in days if day >= date(2026, 2, 5).toordinal()} - gives_way


def test_the_requests_reach_every_outcome_verdict_step_and_both_sides_of_every_rule(
    shipped: Sample, sides_taken: Sample
) -> None:
    outcomes = Counter(ruling.outcome for ruling in shipped.rulings)
    assert set(outcomes) == set(Outcome)
    assert min(outcomes.values()) > 100
    assert all(_permitted_at(step, shipped) > 20 for step in Step)
    reached = _reached(sides_taken)
    assert {verdict for _, verdict in reached} == set(law.Verdict)
    sides = {(rule.id, side) for rule in PACK.rules for side in ("met", "not_met")}
    never_met = {(rule.id, "met") for rule in PACK.rules if rule.needs == "False"}
    assert sides - reached == never_met
    unknowable = {rule.id for rule in PACK.rules if needs_no_fact(rule)}
    assert {rule.id for rule in PACK.rules} - {name for name, verdict in reached if verdict == "unknown"} == unknowable


def test_the_requests_come_to_what_the_agreement_excepts_from_every_side(sides_taken: Sample) -> None:
    of_the_inspector = {"authority.clause": "i2", "asker.department": "DHS", "asker.office": "inspector_general"}
    sides = {
        request.facts.get("asker.component")
        for request in sides_taken.requests
        if of_the_inspector.items() <= request.facts.items()
    }
    assert sides == {True, False, None}


def _permitted_at(step: Step, sample: Sample) -> int:
    pairs = zip(sample.requests, sample.rulings, strict=True)
    return sum(request.step is step and ruling.outcome is Outcome.PERMIT for request, ruling in pairs)


def _reached(sample: Sample) -> set[tuple[str, str]]:
    own = [told for ruling in sample.rulings for told in ruling.conclusions]
    of_items = [told for ruling in sample.rulings for item in ruling.items for told in item.conclusions]
    return {(told.rule.id.partition("[")[0], str(told.verdict)) for told in own + of_items}


# Mistakes in the words of the pack: each is found when it stands on one side only, and by the requests round the rules
# that it touches.


@pytest.fixture(scope="module")
def _read_once() -> Iterator[None]:
    """The pack is read some thousand times, each time with one file changed."""
    with read_once():
        yield


@pytest.mark.usefixtures("_read_once")
@pytest.mark.parametrize("file", [*PAGES, *TABLES])
def test_a_mistake_in_the_words_of_one_side_is_found_and_in_both_they_agree(
    file: str, sides_taken: Sample, tmp_path: Path
) -> None:
    slow = Reference(reference.pack(DECIDED))
    laid_out(DECIDED, tmp_path)
    planted = [
        mistake
        for mistake in (in_a_page if file in PAGES else in_a_table)(file, DECIDED[file])
        if mistake.text != DECIDED[file]
    ]
    assert planted
    missed, tried = [], 0
    for index, mistake in enumerate(planted):
        wrong = Reference(reference.pack(mistake.words))
        near = sides_taken.near(mistake.rules)
        found = first_difference(near, wrong)
        if found is None:
            missed.append(mistake.says)
        elif index % 2 == 0 or mistake.key not in {"needs", "when"}:
            shown = [found[0], *(request for request, _ in near)]
            tried += planted_in_the_program(laid_out({file: mistake.text}, tmp_path), shown, slow, wrong, mistake.says)
    assert missed == []
    assert tried > 0


def planted_in_the_program(folder: Path, near: list[Request], slow: Reference, wrong: Reference, says: str) -> bool:
    """The mistake in the program alone is found; where both have it they agree. False where the program refuses it, as it must some."""
    same_day = [request for request in near if request.day == near[0].day][:6]
    try:
        ours = program(folder)
        alike = not any(differences(ours.ruling(request), wrong, request) for request in same_day)
        found = any(differences(ours.ruling(request), slow, request) for request in near)
    except PackFault:
        return False
    assert found, says
    assert alike, says
    return True


# Mistakes in the mechanics


def _verdict_where(
    applies: Mapping[Truth, Truth], needed: Mapping[Truth, Truth]
) -> Callable[[Truth, Truth, bool], str]:
    right = reference.verdict
    return lambda one, other, later: right(applies.get(one, one), needed.get(other, other), later)


def _consequence_of(taken: Mapping[str, str]) -> Callable[[reference.Rule, str], str]:
    right = reference.consequence
    return lambda rule, verdict: right(rule, taken.get(verdict, verdict))


def _swapped(one: str, other: str) -> tuple[str, ...]:
    return tuple({one: other, other: one}.get(outcome, outcome) for outcome in reference.OUTCOMES)


def _unknown_as(truth: Truth, right: Callable[..., Truth]) -> Callable[..., Truth]:
    """`right`, where what it finds unknown is taken for `truth`."""
    return lambda *of: truth if right(*of) is None else right(*of)


def _binding(order: reference.Order, known: Facts) -> dict[str, Value]:
    """What the order does, where an order binds only what is known to fall within it."""
    return {name: value or False for name, value in RIGHT_ORDER_FACTS(order, known).items()}


RIGHT_ORDER_FACTS = reference.order_facts
IN_THE_REFERENCE: Mapping[str, tuple[str, object]] = {
    "an unknown need is taken to fail": ("verdict", _verdict_where({}, {None: False})),
    "an unknown need is taken to be met": ("verdict", _verdict_where({}, {None: True})),
    "what may apply is taken to apply": ("verdict", _verdict_where({None: True}, {})),
    "what may apply is taken not to": ("verdict", _verdict_where({None: False}, {})),
    "what does not apply is asked": ("verdict", _verdict_where({False: True}, {})),
    "what is open is weighed": ("consequence", _consequence_of({"open": "unknown"})),
    "what is unknown is taken to fail": ("consequence", _consequence_of({"unknown": "not_met"})),
    "what fails is taken as unknown": ("consequence", _consequence_of({"not_met": "unknown"})),
    "the lightest prevails": ("heaviest", lambda outcomes: reference.best(outcome or "permit" for outcome in outcomes)),
    "the worst item counts": ("best", reference.heaviest),
    "no item counts": ("best", lambda _: "permit"),
    "refuse outranks stayed": ("OUTCOMES", _swapped("refuse", "stayed")),
    "hold outranks refuse": ("OUTCOMES", _swapped("hold", "refuse")),
    "incomplete outranks hold": ("OUTCOMES", _swapped("incomplete", "hold")),
    "permit outranks incomplete": ("OUTCOMES", _swapped("permit", "incomplete")),
    "later facts are known before": ("known_at", lambda _, facts, __: dict(facts)),
    "a rule belongs to the first step": ("step_of", lambda *_: "request"),
    "from is out": ("runs_on", lambda window, day: (window[0] or 0) < day and (window[1] is None or day < window[1])),
    "until is in": ("runs_on", lambda window, day: (window[0] or 0) <= day and (window[1] is None or day <= window[1])),
    "dates do not count": ("runs_on", lambda *_: True),
    "the first reading stays": ("readings_on", lambda pack, _: [pack.readings[min(pack.in_force)[1]]]),
    "no reading rules": ("readings_on", lambda *_: [{}]),
    "every rule belongs": ("belongs", lambda *_: True),
    "only rules for any authority belong": ("belongs", lambda rule, _: not rule.scope),
    "a request without authority has all": (
        "belongs",
        lambda rule, known: known.get("authority.clause") in {None, *rule.scope},
    ),
    "an agreement governs all": ("when", lambda rule, facts: reference.truth(rule.when, facts)),
    "everything is reached": ("is_reached", lambda *_: True),
    "nothing is reached": ("is_reached", lambda *_: False),
    "doubt about reach is a no": ("is_reached", _unknown_as(False, reference.is_reached)),
    "doubt about an order's scope is a no": ("order_facts", _binding),
    "an item is disclosed by itself": ("may_disclose", lambda _, of_item: of_item == "permit"),
    "an item is disclosed with the request": ("may_disclose", lambda outcome, _: outcome == "permit"),
    "items' rules are never told of the request": ("none_is_left", lambda _: False),
    "and: unknown is false": ("both", _unknown_as(False, reference.both)),
    "and: unknown is true": ("both", _unknown_as(True, reference.both)),
    "or: unknown is false": ("either", _unknown_as(False, reference.either)),
    "or: unknown is true": ("either", _unknown_as(True, reference.either)),
    "not: unknown is true": ("contrary", _unknown_as(True, reference.contrary)),
    "not: unknown is false": ("contrary", _unknown_as(False, reference.contrary)),
    "in: unknown is false": ("among", _unknown_as(False, reference.among)),
    "a comparison with unknown is false": ("compared", _unknown_as(False, reference.compared)),
    "a comparison with unknown is true": ("compared", _unknown_as(True, reference.compared)),
}


@pytest.mark.parametrize("mistake", IN_THE_REFERENCE)
def test_a_mistake_in_the_mechanics_of_the_reference_is_found(
    mistake: str, sides_taken: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, *IN_THE_REFERENCE[mistake])
    assert first_difference(sides_taken.near(), Reference(reference.pack(DECIDED))) is not None


OF_TWO_READINGS: Mapping[str, tuple[object, str, object]] = {
    "the milder rules, in the reference": (
        reference,
        "strictest",
        lambda rulings: min(rulings, key=lambda one: reference.OUTCOMES.index(one.outcome)),
    ),
    "the last to be named rules, in the reference": (reference, "strictest", lambda rulings: rulings[-1]),
    "the milder rules, in the program": (law, "stricter", lambda rulings: min(rulings, key=lambda one: one.outcome)),
    "the first to be named rules, in the program": (law, "stricter", next),
}


@pytest.mark.parametrize("mistake", OF_TWO_READINGS)
def test_a_mistake_between_two_readings_is_found(
    mistake: str, both_readings: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, name, wrong = OF_TWO_READINGS[mistake]
    monkeypatch.setattr(side, name, wrong)
    ours, slow = program(both_readings.folder), both_readings.slow
    assert any(differences(ours.ruling(request), slow, request) for request in both_readings.requests)


LAW = dict(vars(law))


def _turned(turned: Mapping[law.Verdict, law.Verdict]) -> tuple[str, object]:
    return "_verdict", lambda *of, applies: turned.get(found := LAW["_verdict"](*of, applies=applies), found)


IN_THE_PROGRAM: Mapping[str, tuple[str, object]] = {
    "unknown is taken to fail": _turned({law.Verdict.UNKNOWN: law.Verdict.NOT_MET}),
    "unknown is taken to be met": _turned({law.Verdict.UNKNOWN: law.Verdict.MET}),
    "open is weighed": _turned({law.Verdict.OPEN: law.Verdict.UNKNOWN}),
    "what does not apply fails": _turned({law.Verdict.NOT_APPLICABLE: law.Verdict.NOT_MET}),
    "what fails is not yet open to judgement": _turned({law.Verdict.NOT_MET: law.Verdict.OPEN}),
    "the lightest prevails": (
        "heaviest",
        lambda told: min((one.consequence for one in told), default=Outcome.PERMIT),
    ),
    "nothing weighs": ("heaviest", lambda _: Outcome.PERMIT),
    "later facts are known before": ("_known_at", lambda _, __, facts: facts),
    "no order binds": ("_of_orders", lambda *_: ()),
    "the reading of the day before rules": (
        "readings_in_force",
        lambda pack, on: LAW["readings_in_force"](pack, on - 1),
    ),
    "every item passes": (
        "_item",
        lambda *of: replace(LAW["_item"](*of), outcome=Outcome.PERMIT),
    ),
}


@pytest.mark.parametrize("mistake", IN_THE_PROGRAM)
def test_a_mistake_in_the_mechanics_of_the_program_is_found(
    mistake: str, sides_taken: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law, *IN_THE_PROGRAM[mistake])
    ours = program(sides_taken.folder)
    slow = Reference(reference.pack(DECIDED))
    assert any(differences(ours.ruling(request), slow, request) for request in sides_taken.requests)


def test_a_rule_out_of_force_opens_no_item(tmp_path: Path) -> None:
    lapsed = SHIPPED["other.md"].replace("```rule other.counsel\n", "```rule other.counsel\nuntil: 2025-06-01\n")
    ours = program(laid_out({**SHIPPED, "other.md": lapsed}, tmp_path))
    slow = Reference(reference.pack({**SHIPPED, "other.md": lapsed}))
    facts = {name: value for name, value in WOULD_PASS.items() if PACK.facts[name].kind != "day"}
    request = Request(
        "", {**facts, "authority.clause": "other"}, ("return",), Step.REVIEW, date(2025, 7, 1).toordinal()
    )
    assert slow.ruling(request).outcome == "refuse"
    assert differences(ours.ruling(request), slow, request) == []


def test_no_request_settles_a_contested_word_before_the_first_reading(sides_taken: Sample) -> None:
    day = FIRST.toordinal() - 1
    facts = {**WOULD_PASS, "reading.identity_by_itself": True}
    request = Request("", facts, ("mailing_address",), Step.REVIEW, day)
    slow = Reference(reference.pack(DECIDED))
    assert slow.ruling(request).items["mailing_address"].outcome == "hold"
    assert differences(program(sides_taken.folder).ruling(request), slow, request) == []


# Kleene's tables


T, F, U = True, False, None
BOTH = ((T, T, T), (T, F, F), (T, U, U), (F, T, F), (F, F, F), (F, U, F), (U, T, U), (U, F, F), (U, U, U))
EITHER = ((T, T, T), (T, F, T), (T, U, T), (F, T, T), (F, F, F), (F, U, U), (U, T, T), (U, F, U), (U, U, U))
COMPARED = (
    ("a.count > 2", 3, T), ("a.count > 2", 2, F), ("a.count > 2", U, U), ("a.count >= 2", 2, T), ("a.count >= 2", 1, F),
    ("a.count < 2", 1, T), ("a.count < 2", 2, F), ("a.count <= 2", 2, T), ("a.count <= 2", 3, F), ("a.count <= 2", U, U),
    ("a.count == 0", 0, T), ("a.count == 0", 1, F), ("a.count == 0", U, U), ("a.count != 0", 1, T), ("a.count != 0", 0, F),
    ("a.count != 0", U, U),
    ("a.word == red", "red", T), ("a.word == red", "blue", F), ("a.word == red", U, U),
    ("a.word != red", "blue", T), ("a.word != red", "red", F), ("a.word != red", U, U),
    ("a.word in {red, none}", "red", T), ("a.word in {red, none}", "none", T), ("a.word in {red, none}", "blue", F),
    ("a.word in {red, none}", U, U), ("a.word in {red, blue, none}", U, U),
    ("not a.word in {red, none}", "blue", T), ("not a.word in {red, none}", "red", F), ("not a.word in {red, none}", U, U),
    ("a.truth", T, T), ("a.truth", F, F), ("a.truth", U, U),
    ("not a.truth", T, F), ("not a.truth", F, T), ("not a.truth", U, U), ("not not a.truth", U, U),
)  # fmt: skip
DAYS = ((191, 100, T), (190, 100, F), (100, 191, F), (191, U, U), (U, 100, U), (U, U, U))
SORTS = {
    "a.truth": expression.Sort(expression.Kind.TRUTH),
    "b.truth": expression.Sort(expression.Kind.TRUTH),
    "a.count": expression.Sort(expression.Kind.COUNT),
    "a.day": expression.Sort(expression.Kind.DAY),
    "b.day": expression.Sort(expression.Kind.DAY),
    "a.word": expression.Sort(expression.Kind.CHOICE, ("red", "blue", "none")),
}


def truths(written: str, facts: Mapping[str, Value]) -> set[Truth]:
    """What the program and the reference make of an expression, an unknown fact being None or left out."""
    node = grammar.read(written, SORTS)
    known = {name: value for name, value in facts.items() if value is not None}
    return {
        expression.value(node, facts),
        expression.value(node, known),
        reference.truth(written, facts),
        reference.truth(written, known),
    }


@pytest.mark.parametrize(("left", "right", "truth"), BOTH)
def test_and_is_kleenes(left: Truth, right: Truth, truth: Truth) -> None:
    assert truths("a.truth and b.truth", {"a.truth": left, "b.truth": right}) == {truth}


@pytest.mark.parametrize(("left", "right", "truth"), EITHER)
def test_or_is_kleenes(left: Truth, right: Truth, truth: Truth) -> None:
    assert truths("a.truth or b.truth", {"a.truth": left, "b.truth": right}) == {truth}


@pytest.mark.parametrize(("written", "value", "truth"), COMPARED)
def test_a_comparison_with_an_unknown_fact_is_unknown(written: str, value: Value, truth: Truth) -> None:
    fact = written.removeprefix("not ").removeprefix("not ").split(" ")[0]
    assert truths(written, {fact: value}) == {truth}


@pytest.mark.parametrize(("to", "since", "truth"), DAYS)
def test_days_between_two_days_are_unknown_where_either_is(to: int | None, since: int | None, truth: Truth) -> None:
    assert truths("a.day - b.day > 90", {"a.day": to, "b.day": since}) == {truth}


@pytest.mark.parametrize(
    ("written", "truth"),
    [
        ("a.truth and not a.truth", U),
        ("a.truth or not a.truth", U),
        ("b.truth or a.truth and not b.truth", T),
        ("not b.truth and (a.truth or not a.truth)", F),
        ("not (a.truth and b.truth)", U),
        ("not (a.truth or b.truth)", F),
        ("False and a.truth", F),
        ("True or a.truth", T),
        ("True and a.truth", U),
        ("False or a.truth", U),
    ],
)
def test_parts_that_are_known_decide_the_whole_only_where_kleenes_tables_say_so(written: str, truth: Truth) -> None:
    assert truths(written, {"a.truth": U, "b.truth": T}) == {truth}
