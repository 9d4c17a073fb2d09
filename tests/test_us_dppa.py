"""The second custodian: motor-vehicle records under 18 USC 2721, a pack and no code."""

from __future__ import annotations

import copy
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import reference
from filed import Command, Json, ndjson
from ruled_in_bulk import by_program, by_reference
from safeconduct import preflight, shelf
from safeconduct.core import law
from safeconduct.core.cases import Case
from safeconduct.core.days import day, iso
from safeconduct.core.expression import Kind, Value
from safeconduct.core.facts import Fact, Step
from safeconduct.core.intake import Unreadable
from safeconduct.core.law import Ruling
from safeconduct.core.rules import Outcome
from safeconduct.preflight import Opened, Preflight

PACK = "us_dppa"
Tried = list[tuple[Case, list[str]]]
ROOT = Path(__file__).parent.parent
ON = day("2025-08-01") or 0
PARAGRAPHS = ["b", *(f"b{number}" for number in range(1, 15))]
HIGHLY_RESTRICTED = ["photograph", "social_security_number", "medical_or_disability_information"]
WITHOUT_CONSENT = {"b1", "b4", "b6", "b9"}
"""The uses for which (a)(2) asks no consent."""


@pytest.fixture(scope="module")
def opened() -> Opened:
    return preflight.opened(PACK)


@pytest.fixture(scope="module")
def tried(opened: Opened) -> Tried:
    return [(each.case, each.differences) for each in preflight.worked(opened)]


@cache
def under(on: int) -> Preflight:
    return preflight.opened(PACK).under(on)


def ruled(request: object, on: int = ON) -> tuple[str, Ruling]:
    """The clause that a request names, as a fact, and the ruling on it."""
    checked = preflight.check(request, under(on))
    assert not isinstance(checked, Unreadable), checked
    return str(checked.request.facts["authority.clause"]), checked.ruling


def test_its_worked_cases_come_out(tried: Tried) -> None:
    assert len(tried) >= 100
    assert [(case.name, wrong) for case, wrong in tried if wrong] == []


def test_every_paragraph_has_a_case_that_is_refused_and_one_that_is_not(tried: Tried) -> None:
    came_to = defaultdict(set)
    for case, _ in tried:
        clause, ruling = ruled(case.request, case.on)
        came_to[clause].add(ruling.outcome)
    for clause in PARAGRAPHS:
        assert Outcome.REFUSE in came_to[clause], clause
        assert came_to[clause] & {Outcome.PERMIT, Outcome.HOLD}, clause


def test_every_rule_that_a_request_can_fail_bears_in_some_case(tried: Tried, opened: Opened) -> None:
    bearing = {
        conclusion.rule.id.partition("[")[0]
        for case, _ in tried
        for _, ruling in [ruled(case.request, case.on)]
        for conclusion in (*ruling.conclusions, *(c for item in ruling.items for c in item.conclusions))
        if conclusion.bears
    }
    of_orders = {rule.id for rule in opened.pack.rules if rule.each == "order"}
    at_request = {rule.id for rule in opened.pack.rules if rule.step == 0} - of_orders
    assert sorted(at_request - bearing) == []


def test_what_the_deck_of_cases_comes_to_in_a_file_is_what_it_comes_to_one_by_one(
    tried: Tried, screen: Command, tmp_path: Path
) -> None:
    by_day: dict[int, list[Case]] = defaultdict(list)
    for case, _ in tried:
        by_day[case.on].append(case)
    compared = 0
    for number, (on, on_that_day) in enumerate(sorted(by_day.items())):
        said = screen(
            ndjson(case.request for case in on_that_day), "--pack", PACK, out=tmp_path / f"out{number}", on=iso(on)
        )
        assert said.rejected == []
        for case, told in zip(on_that_day, said.rulings, strict=True):
            _, ruling = ruled(case.request, case.on)
            permitted = {item.item for item in ruling.items if item.may_disclose}
            assert (told["outcome"], set(told["items_permitted"])) == (ruling.outcome.name.lower(), permitted), (
                case.name
            )
            compared += 1
    assert compared == len(tried)


def test_check_rules_under_it_and_says_what_it_does_not_hold(tried: Tried) -> None:
    case = next(case for case, _ in tried if case.outcome is Outcome.PERMIT)
    checked = preflight.check(case.request, under(case.on))
    assert not isinstance(checked, Unreadable)
    assert "the law of the State that keeps the record" in checked.under.law.pack.caution
    open_rules = {c.rule.id for c in checked.ruling.conclusions if c.verdict == "open"}
    assert "policy.state_law" in open_rules


# Highly restricted personal information, (a)(2)


def sensitive(tried: Tried, **consent: object) -> Iterator[Json]:
    """Every worked case, asking for highly restricted information, with this consent or none."""
    for case, _ in tried:
        request = copy.deepcopy(dict(case.request))
        yield request | {"items": HIGHLY_RESTRICTED, "consent": consent or None}


def test_no_highly_restricted_item_leaves_without_consent_but_under_four_paragraphs(tried: Tried) -> None:
    permitted = set()
    for request in sensitive(tried):
        clause, ruling = ruled(request)
        permitted |= {clause for item in ruling.items if item.may_disclose}
    assert permitted == WITHOUT_CONSENT


def test_with_express_consent_it_leaves_under_others_too(tried: Tried) -> None:
    consent = {
        "form": "written",
        "obtained_by": "requester",
        "signed_on": "2025-01-02",
        "covers_items": HIGHLY_RESTRICTED,
    }
    permitted = set()
    for request in sensitive(tried, **consent):
        clause, ruling = ruled(request)
        permitted |= {clause for item in ruling.items if item.may_disclose}
    assert {"b", "b2", "b3", "b5", "b7", "b8", "b10", "b13"} | WITHOUT_CONSENT <= permitted


@pytest.mark.parametrize("form", ["oral", "implied", "electronic_unsigned"])
def test_a_consent_that_is_not_express_opens_nothing_more(form: str, tried: Tried) -> None:
    consent = {"form": form, "obtained_by": "requester", "signed_on": "2025-01-02", "covers_items": HIGHLY_RESTRICTED}
    for request in sensitive(tried, **consent):
        clause, ruling = ruled(request)
        assert clause in WITHOUT_CONSENT or not any(item.may_disclose for item in ruling.items)


# Silence, unknowns, orders


@pytest.mark.parametrize("authority", ["18 USC 2721", "18 USC 2721(c)", "18 USC 2722", "26 USC 6103(i)(2)", None])
def test_where_no_permissible_use_is_named_every_case_is_refused(authority: str | None, tried: Tried) -> None:
    for case, _ in tried:
        _, ruling = ruled({**case.request, "authority": authority})
        assert ruling.outcome is Outcome.REFUSE, case.name


def test_leaving_out_a_field_never_opens_what_is_shut(tried: Tried) -> None:
    optional = {"request_id"}
    for case, _ in tried:
        _, whole = ruled(case.request)
        for field in set(case.request) - optional:
            _, less = ruled({key: said for key, said in case.request.items() if key != field})
            opens = less.outcome is Outcome.PERMIT and whole.outcome is not Outcome.PERMIT
            assert not opens, (case.name, field)


def test_no_order_of_a_court_is_known_to_it(opened: Opened) -> None:
    assert opened.orders == ()


# The reference, which shares no code with the program


def varied(tried: Tried, count: int) -> Iterator[tuple[Case, dict[str, Value], Step]]:
    """Worked cases as facts, up to three of them changed or left out and those of later steps drawn; seeded."""
    dice = random.Random(2721)  # noqa: S311  # nothing secret
    facts = under(ON).law.pack.facts
    later = [fact.name for fact in facts.values() if fact.step is not Step.REQUEST]
    for _ in range(count):
        case, step = dice.choice(tried)[0], dice.choice(list(Step))
        checked = preflight.check(case.request, under(case.on))
        assert not isinstance(checked, Unreadable)
        drawn = {
            name: facts[name].sort.members[0] if facts[name].sort.members else "tripped" not in name for name in later
        }
        changed = dice.sample(sorted(facts), dice.randrange(4))
        yield case, {**checked.request.facts, **drawn, **{name: drawn_of(facts[name], dice) for name in changed}}, step


def drawn_of(fact: Fact, dice: random.Random) -> Value:
    among: dict[Kind, list[Value]] = {
        Kind.TRUTH: [True, False], Kind.COUNT: [0, 1], Kind.DAY: [ON - 1, ON, ON + 1], Kind.CHOICE: list(fact.sort.members),
    }  # fmt: skip
    return dice.choice([None, *among[fact.sort.kind]])


def test_the_reference_rules_as_the_program_does(tried: Tried) -> None:
    files = reference.files(Path(shelf.__file__).parent / "packs" / PACK)
    slow = reference.pack({name: text for name, text in files.items() if not name.startswith("orders/")})
    came_to = set()
    for case, facts, step in varied(tried, 600):
        items = [item for item in under(ON).law.pack.items if item in str(case.request.get("items"))]
        program = by_program(law.rule(under(case.on).law, facts, items, step))
        assert program == by_reference(reference.rule(slow, facts, items, step.name.lower(), case.on)), (
            case.name,
            facts,
        )
        came_to.add(program.outcome)
    assert came_to == {"permit", "incomplete", "hold", "refuse"}


# What a reason asks for


@pytest.mark.parametrize(
    ("reason", "held"),
    [
        ("We want to solicit the driver as a client.", True),
        ("To offer our services to the victims.", True),
        ("We will use it to sell insurance to the owners.", True),
        ("I want to find my ex husband.", True),
        (
            "The driver struck our insured on 3 May 2025 at the bridge in Salem; the address is needed in claim 25-118.",
            False,
        ),
        ("Our client was struck by the driver on 3 May 2025.", False),
        ("The ex husband of the insured drove the car on 3 May 2025.", False),
    ],
)
def test_a_reason_that_asks_for_another_use_is_held(
    reason: str,
    held: bool,  # noqa: FBT001  # a column of the table
    tried: Tried,
) -> None:
    claim = next(case.request for case, _ in tried if case.says == "a claim")
    _, ruling = ruled({**claim, "reason": reason})
    assert ruling.outcome is (Outcome.HOLD if held else Outcome.PERMIT)


# A pack, not code


def test_no_code_names_it() -> None:
    named = [
        path.name
        for folder in ("src", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"dppa|\b2721\b|\b2725\b", path.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_it_ships_with_all_that_it_needs() -> None:
    assert PACK in shelf.shipped()
    assert shelf.tripwires(shelf.pack(PACK)).file == "tripwires.toml"


def test_no_worked_case_names_what_nothing_reads(tried: Tried) -> None:
    for case, _ in tried:
        checked = preflight.check(json.loads(json.dumps(case.request)), under(case.on))
        assert not isinstance(checked, Unreadable)
        assert dict(checked.request.unread) == {}, case.name
