"""The table of the life beside the reference's, and its order: nothing follows that the table does not let follow."""

from __future__ import annotations

import pytest

import life_reference as reference
from cases import LIFE, MONDAY, World, why
from safeconduct.core.case import events, life
from safeconduct.core.case.case import Case, OutOfOrder, apply, fold
from safeconduct.core.case.life import State
from safeconduct.core.gate.commands import name
from safeconduct.core.log.refusals import Refused as No

EVENTS = sorted(events.KINDS)


@pytest.mark.parametrize("state", State)
def test_what_may_follow_in_a_state_is_what_the_reference_lets_follow(state: State) -> None:
    found = {event: target and str(target) for event in EVENTS for target in [life.after(state, event)]}
    expected = {event: reference.after(str(state), event) for event in EVENTS}
    assert found == expected


def test_the_table_names_states_and_events_that_there_are() -> None:
    assert set(life.AFTER) == set(State)
    assert {event for _, event, _ in life.table()} <= set(EVENTS)
    assert set(EVENTS) >= life.REMARKS | life.BEFORE_THE_LOOK | life.AT_REVIEW | life.WHILE_STOPPED | life.UNDER_THE_LAW


def test_nothing_follows_an_end_but_that_it_stands_in_the_log_and_what_nothing_removes() -> None:
    for end in life.ENDS:
        assert {event for event in EVENTS if life.after(end, event)} == life.REMARKS | {"logged"}
        assert all(life.after(end, event) in {None, end} for event in EVENTS)


def test_from_the_first_review_to_the_end_of_cooling_a_request_can_be_withdrawn_in_every_state() -> None:
    """Were it refused in one of them, an asker would learn by trying whether there is a record."""
    passed = [state for state, row in life.AFTER.items() if "answered" in row]
    assert {State.LOOKED, State.LOGGED, State.MATCHED} <= set(passed)
    assert all(life.after(state, "withdrawn") is State.WITHDRAWN for state in [*passed, State.COOLING])


def test_while_stopped_nothing_happens_that_the_law_has_to_permit() -> None:
    assert not life.WHILE_STOPPED & life.UNDER_THE_LAW


@pytest.mark.parametrize("kind", sorted(events.KINDS))
def test_an_event_out_of_order_is_not_folded(kind: str) -> None:
    made = [one for one in World().to(State.COOLING).cases["c1"] if name(type(one)) == kind]
    for state in State:
        if made and life.after(state, kind) is None:
            with pytest.raises(OutOfOrder, match=kind):
                apply(Case("c", state=state), made[0])


def test_a_case_is_what_its_events_come_to_in_any_run() -> None:
    world = World().to(State.COOLING)
    assert fold("c1", world.cases["c1"]) == world.case()
    assert world.case().version == len(world.cases["c1"])


def test_an_honest_life_goes_from_receipt_to_cooling_and_begins_each_step_as_it_says() -> None:
    world, begun = World(), []
    for _, step in LIFE:
        before = len(world.kinds())
        assert not isinstance(step(world, "c1"), No)
        begun.append(world.kinds()[before])
    assert begun == [event for event, _ in LIFE]
    assert world.state() is State.COOLING
    assert world.case().cooling_until == MONDAY.replace(day=1, month=12)
    assert why(world.step()) == ""
