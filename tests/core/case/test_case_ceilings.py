"""Ceilings over a day, a month and a year: above one, requests wait in the order of receipt, and only those that it is about."""

from __future__ import annotations

from typing import Any

import pytest

from cases import DAY, World, happened, request, why
from safeconduct.core.case import ceilings, commands
from safeconduct.core.case.ceilings import Counts
from safeconduct.core.case.events import Hold
from safeconduct.core.case.life import State
from safeconduct.core.gate.policy import Ceiling, Counted


def world(of: str = "officer", days: int = 30, most: int = 1, more: str = "") -> World:
    return World(policy=f'{World.policy}[[ceiling]]\nof = "{of}"\ndays = {days}\nmost = {most}\n{more}')


def asked(nth: int, officer: str = "J. Rivera", **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    said = {
        "request_id": f"R-{nth}",
        "officers": [{"name": officer, "agency": "DHS"}],
        "reason": f"a reason {'x' * nth} apart",
    }
    return request(**{**said, **changed})


def take(at: World, nth: int, officer: str = "J. Rivera", **changed: Any) -> State:  # noqa: ANN401
    at.receive(asked(nth, officer, **changed), f"c{nth}")
    return at.state(f"c{nth}")


@pytest.mark.parametrize("days", [1, 30, 365])
def test_above_a_ceiling_a_request_waits_and_goes_on_when_the_days_are_over(days: int) -> None:
    at = world(days=days)
    assert [take(at, 1), take(at, 2)] == [State.RULED, State.HELD]
    at.at += (days - 1) * DAY
    at.advance("c2")
    assert at.state("c2") is State.HELD
    at.at += DAY
    assert happened(at.step("c2")) == ["let_through"]
    assert at.state("c2") is State.RULED


@pytest.mark.parametrize(
    ("of", "changed"),
    [
        ("officer", {"officers": [{"name": "Rivera J"}]}), ("signatory", {"asker": {"agency": "ABC", "name": "HEAD, A."}}),
        ("agency", {"asker": {"agency": "dhs", "name": "Another"}}), ("agreement", {"agreement": "treasury-dhs"}),
    ],
)  # fmt: skip
def test_what_is_one_but_for_case_marks_and_order_is_counted_as_one(of: str, changed: dict[str, object]) -> None:
    at = world(of=of)
    assert take(at, 1) is State.RULED
    at.receive(request(request_id="R-2", **changed), "c2")
    held = at.case("c2").held
    assert held
    assert (held.hold, held.why) == (Hold.CEILING, f"{of} in 30 days")


def test_who_waits_over_an_officer_s_ceiling_keeps_no_other_of_the_agency_waiting() -> None:
    at = world(more='[[ceiling]]\nof = "agency"\ndays = 30\nmost = 100\n')
    assert [take(at, 1), take(at, 2), take(at, 3, "Otto Stone")] == [State.RULED, State.HELD, State.RULED]
    held = at.case("c2").held
    assert held
    assert [key.partition(":")[0] for key in held.keys] == ["officer"]


def test_the_order_of_receipt_is_kept_by_each_key() -> None:
    at = world(days=30)
    assert [take(at, nth) for nth in (1, 2, 3)] == [State.RULED, State.HELD, State.HELD]
    at.at += 30 * DAY
    assert take(at, 4) is State.HELD
    assert at.advance("c3") == ""
    assert at.state("c3") is State.HELD
    at.step("c2")
    assert at.state("c2") is State.RULED
    at.advance("c3")
    assert at.state("c3") is State.HELD
    at.at += 30 * DAY
    at.advance("c4")
    assert at.state("c4") is State.HELD
    assert happened(at.step("c3")) == ["let_through"]


def test_a_ceiling_s_hold_can_only_stay() -> None:
    at = world()
    take(at, 1)
    take(at, 2)
    for decision in ("goes_on", "refused"):
        assert "can only stay" in why(at.tell(commands.EndHold(at.id(), "novak", "c2", decision, "why")))
    assert happened(at.tell(commands.EndHold(at.id(), "novak", "c2", "stays", "why"))) == ["hold_extended"]
    at.at += 29 * DAY
    assert at.step("c2") == []


def test_a_template_of_reasons_is_a_reviewer_s_hold_and_ends_by_a_word_but_no_ceiling_does() -> None:
    at = world(of="template", days=365, more='[[ceiling]]\nof = "agency"\ndays = 30\nmost = 1\n')
    at.receive(request(request_id="R-1"), "c1")
    at.receive(
        request(request_id="R-2", reason=str(request()["reason"]).replace("871", "872").replace("1 Oct", "9 Oct")), "c2"
    )
    held = at.case("c2").held
    assert held
    assert held.hold is Hold.TEMPLATE
    assert happened(at.tell(commands.EndHold(at.id(), "lund", "c2", "goes_on", "it is its own"))) == [
        "hold_ended",
        "ruled",
        "held",
    ]
    held = at.case("c2").held
    assert held
    assert held.hold is Hold.CEILING
    at.at += 30 * DAY
    assert happened(at.step("c2")) == ["let_through"]


def test_an_officer_beside_one_above_the_ceiling_waits_with_the_request() -> None:
    at = world()
    take(at, 1)
    both = [{"name": "Otto Stone"}, {"name": "J. Rivera"}]
    assert take(at, 2, officers=both) is State.HELD


def test_by_completing_nobody_comes_below_a_ceiling_or_before_others() -> None:
    at = world()
    take(at, 1)
    at.receive(asked(2, "Otto Stone", says="incomplete"), "c2")
    both = [{"name": "Otto Stone", "agency": "DHS"}, {"name": "J. Rivera", "agency": "DHS"}]
    at.ask(commands.Complete(at.id(), "asker", "c2", asked(2, officers=both)))
    held = at.case("c2").held
    assert held
    assert held.hold is Hold.CEILING


def test_a_ceiling_that_was_set_in_the_log_bounds_further_and_never_less() -> None:
    at = world(most=2)
    at.set("ceiling", "officer in 30 days", "1", "novak")
    assert [take(at, 1), take(at, 2)] == [State.RULED, State.HELD]
    at = world(most=1)
    at.set("ceiling", "officer in 30 days", "9", "novak")
    assert [take(at, 1), take(at, 2)] == [State.RULED, State.HELD]


def test_what_is_at_its_most_is_reached_and_what_is_below_is_not() -> None:
    key = (Counted.OFFICER, "k")
    day, month = Ceiling(Counted.OFFICER, 1, 2), Ceiling(Counted.OFFICER, 30, 5)
    found = ceilings.reached([key], [day, month], Counts({(*key, 1): 1, (*key, 30): 5}))
    assert found == ((month, key),)
    assert ceilings.reached([key], [day], Counts({}, frozenset([key]))) == ((day, key),)
    assert ceilings.reached([key], [Ceiling(Counted.AGENCY, 1, 1)], Counts({(*key, 1): 9})) == ()


def test_who_waits_is_waited_on_by_that_key_alone() -> None:
    mine = [(Counted.OFFICER, "o"), (Counted.AGENCY, "a")]
    both = [Ceiling(Counted.OFFICER, 30, 5), Ceiling(Counted.AGENCY, 30, 5)]
    found = ceilings.reached(mine, both, Counts({}, frozenset(mine[:1])))
    assert found == ((both[0], mine[0]),)
