"""An order of a court, and a stop, entered between any two steps of a request's life, and lifted again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desked import (
    DOCUMENT,
    ORDER,
    STAGES,
    Lay,
    Stages,
    World,
    go_on,
    happened,
    live_on,
    new_id,
    why,
)
from safeconduct.core.case.commands import EndHold
from safeconduct.core.case.life import State
from safeconduct.core.gate.commands import Approve, SetControl, proposal_digest
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.log.controls import digest_of
from safeconduct.desk.desk import Done

NEARER = {
    "first_passed",
    "look_permitted",
    "looked",
    "matched",
    "first_decided",
    "second_decided",
    "decided",
    "cooling_began",
}
"""What brings a request nearer to a release and asks the law of now."""


def order(world: World) -> Done:
    done = world.set("f.novak", "order", "ddc-2026-11-30", ORDER)
    assert happened(done) == ("controlled",), done
    assert isinstance(done, Done)
    return done


def stop(world: World) -> Done:
    done = world.stop()
    assert happened(done) == ("controlled",), done
    assert isinstance(done, Done)
    return done


def against(target: Target, of: str) -> Callable[[World], object]:
    return lambda world: world.stop("a.lund", Stop(target, of, "a test"))


BEFORE = STAGES[:-1]


@pytest.mark.parametrize("stage", BEFORE)
def test_an_order_entered_between_any_two_steps_prevents_what_follows(lay: Lay, stages: Stages, stage: str) -> None:
    world = lay(stage)
    before = world.case(stages.case)
    order(world)
    done = go_on(world, stages.case, stage)
    assert not NEARER & set(done), done
    after = world.case(stages.case)
    assert after.state is not State.COOLING
    assert (after.decided, after.looked, after.permit) == (before.decided, before.looked, before.permit)


@pytest.mark.parametrize("stage", BEFORE)
def test_a_stop_entered_between_any_two_steps_prevents_what_follows(lay: Lay, stages: Stages, stage: str) -> None:
    world = lay(stage)
    before = world.case(stages.case)
    stop(world)
    done = go_on(world, stages.case, stage)
    assert set(done) <= {"established"}, done
    after = world.case(stages.case)
    assert after.state in {before.state, State.LOOK_LOGGED, State.LOGGED}
    assert {"entry_made", "logged"} >= set(world.kinds(stages.case)[before.version :]) - {"established"}


@pytest.mark.parametrize("stage", ["kin_denied", "look_logged", "logged"])
@pytest.mark.parametrize("target", [Target.REQUEST, Target.OFFICER, Target.AGENCY])
def test_a_stop_of_one_request_officer_or_agency_holds_what_it_bears_on(
    lay_sqlite: Lay, stages: Stages, stage: str, target: Target
) -> None:
    world = lay_sqlite(stage)
    asked = world.request()
    of = {
        Target.REQUEST: asked["request_id"],
        Target.OFFICER: asked["officers"][0]["name"],
        Target.AGENCY: asked["asker"]["agency"],
    }
    against(target, of[target])(world)
    assert set(go_on(world, stages.case, stage)) <= {"established"}
    assert ("stopped" in world.kinds(stages.case)) == (target is Target.REQUEST)


def test_a_stop_of_another_request_holds_nothing(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("kin_denied")
    world.stop("a.lund", Stop(Target.REQUEST, "R-another", "a test"))
    go_on(world, stages.case, "kin_denied")
    assert world.case(stages.case).state is State.COOLING


@pytest.mark.parametrize("stage", BEFORE)
def test_when_a_stop_is_lifted_by_two_of_two_offices_the_case_goes_on(
    lay_sqlite: Lay, stages: Stages, stage: str
) -> None:
    world = lay_sqlite(stage)
    stop(world)
    go_on(world, stages.case, stage)
    world.later(seconds=5)
    assert happened(world.end_with_two("stop", "a stop")) == ("controlled",)
    world.tick()  # an anchor between the stop and its lifting, by which the broker knows which of them is younger
    world.tick()
    assert live_on(world, stages.case).state is State.COOLING


@pytest.mark.parametrize("stage", ["received", "drawn", "passed", "look_logged", "claimed", "second_drawn", "logged"])
def test_when_an_order_is_ended_by_two_of_two_offices_the_case_goes_on(
    lay_sqlite: Lay, stages: Stages, stage: str
) -> None:
    world = lay_sqlite(stage)
    order(world)
    world.advance(stages.case)
    assert happened(world.end_with_two("order", "ddc-2026-11-30")) == ("controlled",)
    world.tick()
    if world.case(stages.case).state is State.HELD:
        world.say(EndHold(new_id(), "f.novak", stages.case, "goes_on", "the order was ended"))
    assert live_on(world, stages.case).state is State.COOLING


@pytest.mark.parametrize("subject", ["stop", "order"])
@pytest.mark.parametrize(
    "by",
    [("f.novak", "f.novak"), ("f.novak", "g.haddad")],
    ids=["one person", "one office"],
)
def test_it_takes_two_persons_of_two_offices_to_lift(
    lay_sqlite: Lay, stages: Stages, subject: str, by: tuple[str, str]
) -> None:
    world = lay_sqlite("passed")
    (stop if subject == "stop" else order)(world)
    named = "a stop" if subject == "stop" else "ddc-2026-11-30"
    assert why(world.end_with_two(subject, named, by))
    assert not happened(world.advance(stages.case))


def test_what_is_lifted_without_the_digest_of_a_document_stands(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("passed")
    stop(world)
    on = world.now.date().isoformat()
    said = SetControl(new_id(), "f.novak", "stop", "a stop", "ended", "because", on)
    assert why(world.govern(said))
    world.govern(Approve(new_id(), "i.roy", said.id, proposal_digest(said)))
    assert why(world.advance(stages.case)).startswith("stopped")


def test_nobody_approves_another_lifting_than_the_one_that_was_proposed(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("passed")
    stop(world)
    on = world.now.date().isoformat()
    said = SetControl(new_id(), "f.novak", "stop", "a stop", "ended", DOCUMENT, on)
    world.govern(said)
    assert why(world.govern(Approve(new_id(), "i.roy", said.id, digest_of("another"))))
    assert why(world.advance(stages.case)).startswith("stopped")


def test_a_stop_under_the_name_of_another_takes_nothing_of_it_away(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("passed")
    stop(world)
    world.stop("a.lund", Stop(Target.REQUEST, "R-another", "narrower"))
    assert why(world.advance(stages.case)).startswith("stopped")


def test_an_order_that_cannot_be_read_is_refused_with_the_fault_and_hinders_nothing(
    lay_sqlite: Lay, stages: Stages
) -> None:
    world = lay_sqlite("passed")
    refused = world.set("f.novak", "order", "ddc-2026-11-30", ORDER.replace("kind", "sort"))
    assert "the order cannot be read" in why(refused)
    assert happened(world.advance(stages.case)) == ("look_permitted",)


@pytest.mark.parametrize("by", ["a.lund", "t.berg", "isolde-kirkbridge"])
def test_an_order_is_entered_by_counsel_or_the_inspector_alone(lay_sqlite: Lay, by: str) -> None:
    assert why(lay_sqlite().set(by, "order", "ddc-2026-11-30", ORDER))


@pytest.mark.parametrize("by", ["a.lund", "e.moreau", "f.novak", "i.roy"])
def test_any_reviewer_counsel_or_inspector_stops_everything_alone(lay_sqlite: Lay, stages: Stages, by: str) -> None:
    world = lay_sqlite("passed")
    assert happened(world.stop(by)) == ("controlled",)
    assert why(world.advance(stages.case)).startswith("stopped")


@pytest.mark.parametrize("by", ["t.berg", "isolde-kirkbridge"])
def test_nobody_else_stops(lay_sqlite: Lay, by: str) -> None:
    assert why(lay_sqlite().stop(by))


def test_while_everything_is_stopped_requests_are_received_and_wait(lay: Lay) -> None:
    world = lay()
    stop(world)
    received = world.receive()
    assert isinstance(received, Done), received
    world.tick()
    assert world.kinds(received.stream) == ["received", "ruled"]
    world.end_with_two("stop", "a stop")
    world.tick()
    assert world.kinds(received.stream)[2:] == ["let_through", "drawn"]


def test_a_request_that_an_order_bars_is_held_for_counsel_and_told_so(lay: Lay) -> None:
    world = lay()
    order(world)
    received = world.receive()
    assert happened(received) == ("received", "ruled", "held")
    assert isinstance(received, Done)
    held = world.case(received.stream).held
    assert held is not None
    assert (str(held.hold), str(held.owner)) == ("court", "counsel")
    goes_on = world.say(EndHold(new_id(), "f.novak", received.stream, "goes_on", "let it"))
    assert "no person's word changes that" in why(goes_on)


def test_a_stopped_request_is_answered_on_its_day_and_not_released(lay: Lay, stages: Stages) -> None:
    world = lay("second_decided")
    stop(world)
    world.later(days=10)
    world.tick()
    world.tick()
    assert world.case(stages.case).state is State.NOT_RELEASED
    assert world.case(stages.case).entered("decision") is not None
