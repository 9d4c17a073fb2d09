"""An order of a court or a stop, entered between any two steps of a complete life, prevents what follows."""

from __future__ import annotations

import pytest

from cases import DIGEST, LIFE, MONDAY, World, why
from safeconduct.core.case import commands
from safeconduct.core.case.events import Hold
from safeconduct.core.case.life import State
from safeconduct.core.gate.commands import Approve, proposal_digest
from safeconduct.core.gate.events import Proposed
from safeconduct.core.gate.stops import Target
from safeconduct.core.log.refusals import Refused as No

STEPS = range(1, len(LIFE))
OF_THE_LOG = {"entry_made", "logged", "kin_denied"}
"""What brings a case no nearer to a release: an entry that is on its way, and what an asker says of kin."""
TARGETS = [(Target.EVERYTHING, ""), (Target.AGENCY, "dhs"), (Target.OFFICER, "Rivera, J."), (Target.OFFICER, "a. head"),
           (Target.REQUEST, "R-1")]  # fmt: skip


def after(many: int) -> World:
    """A life after so many honest steps."""
    world = World()
    for _, step in LIFE[:many]:
        assert not isinstance(step(world, "c1"), No)
    return world


def try_everything(world: World, since: int) -> None:
    """Every step that comes after so many, each in its turn, and whatever the machine owes."""
    for _, step in LIFE[since:]:
        step(world, "c1")
        world.advance()


@pytest.mark.parametrize("many", STEPS)
def test_an_order_of_a_court_prevents_the_next_step_whichever_it_is(many: int) -> None:
    world = after(many)
    world.order()
    before = len(world.kinds())
    event, step = LIFE[many]
    step(world, "c1")
    assert event in OF_THE_LOG or event not in world.kinds()[before:]


@pytest.mark.parametrize("many", STEPS)
def test_nothing_is_looked_for_and_nothing_released_while_an_order_stands(many: int) -> None:
    world = after(many)
    had_looked = "looked" in world.kinds()
    world.order()
    try_everything(world, many)
    assert world.state() is not State.COOLING
    assert ("looked" in world.kinds()) == had_looked
    world.at = MONDAY.replace(month=12, day=7)
    world.advance()
    assert world.state() is (State.NOT_RELEASED if world.case().answer_on else State.HELD)


@pytest.mark.parametrize(("target", "of"), TARGETS)
@pytest.mark.parametrize("many", STEPS)
def test_a_stop_prevents_the_next_step_whichever_it_is(many: int, target: Target, of: str) -> None:
    world = after(many)
    world.stop(target, of)
    before = len(world.kinds())
    event, step = LIFE[many]
    step(world, "c1")
    assert (
        world.kinds()[before:] in ([event], []) if event in {"entry_made", "logged"} else world.kinds()[before:] == []
    )
    try_everything(world, many)
    assert world.state() is not State.COOLING


@pytest.mark.parametrize("many", STEPS)
def test_a_stop_that_is_lifted_lets_the_life_go_on_where_it_stood(many: int) -> None:
    world = after(many)
    world.stop(Target.REQUEST, "R-1")
    LIFE[many][1](world, "c1")
    proposed = world.set("stop", "a stop", DIGEST, "novak", "ended")
    assert not isinstance(proposed, No)
    assert isinstance(proposed[0], Proposed)
    said = Approve(world.id(), "roy", proposed[0].signature.command, proposal_digest(proposed[0].control))
    assert not isinstance(world.govern(said), No)
    try_everything(world, 0)
    assert world.state() is State.COOLING


@pytest.mark.parametrize("many", STEPS)
def test_nothing_is_decided_under_another_pack_than_the_log_says(many: int) -> None:
    world = after(many)
    world.in_force = False
    before = len(world.kinds())
    event, step = LIFE[many]
    step(world, "c1")
    assert event in OF_THE_LOG or world.kinds()[before:] == []


def test_a_request_that_comes_in_while_stopped_is_ruled_on_and_goes_no_further_until_the_stop_is_lifted() -> None:
    world = World()
    world.stop(Target.AGENCY, "D.H.S.")
    world.receive()
    assert world.kinds() == ["received", "ruled"]
    assert world.advance() == ""
    assert world.kinds() == ["received", "ruled"]


def test_a_stop_against_another_bears_on_nothing() -> None:
    world = World()
    world.stop(Target.REQUEST, "R-2", "one")
    world.stop(Target.AGENCY, "Department of Labor", "two")
    assert world.to(State.COOLING)


def test_while_stopped_a_request_is_withdrawn_answered_and_objected_to() -> None:
    world = World().to(State.MATCHED)
    world.stop(Target.EVERYTHING)
    assert not isinstance(world.tell(commands.Object(world.id(), "berg", "c1", "this should not be")), No)
    assert not isinstance(world.ask(commands.Withdraw(world.id(), "asker", "c1")), No)
    world = World().to(State.MATCHED)
    world.stop(Target.EVERYTHING)
    world.at = MONDAY.replace(month=12, day=7)
    world.advance()
    assert world.state() is State.NOT_RELEASED


def test_a_request_that_is_ruled_on_anew_is_held_for_the_court_and_no_word_of_counsel_ends_that() -> None:
    world = World().to(State.FIRST_REVIEW)
    world.order()
    world.advance()
    held = world.case().held
    assert held
    assert held.hold is Hold.COURT
    assert "no person's word" in why(world.tell(commands.EndHold(world.id(), "novak", "c1", "goes_on", "I say so")))


def test_a_request_above_a_ceiling_is_ruled_on_anew_before_its_turn_comes() -> None:
    ceiling = '[[ceiling]]\nof = "officer"\ndays = 30\nmost = 1\n'
    world = World(policy=World.policy + ceiling)
    world.receive(case_id="c0")
    world.receive()
    world.order()
    world.advance()
    held = world.case().held
    assert held
    assert held.hold is Hold.COURT
