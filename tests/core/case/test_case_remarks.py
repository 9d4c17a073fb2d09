"""What is recorded beside the steps: by whom, until when; what nothing removes; and how a planted request ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cases import DAY, DIGEST, World, happened, request, why
from safeconduct.core.case import commands
from safeconduct.core.case.life import State
from safeconduct.core.case.remarks import token_of
from safeconduct.core.log.refusals import Refused as No

EVERYWHERE = [State.RULED, State.FIRST_REVIEW, State.PASSED, State.LOOK_LOGGED, State.MATCHED, State.SECOND_REVIEW, State.DECIDED,
              State.LOGGED, State.COOLING]  # fmt: skip


@pytest.mark.parametrize("state", EVERYWHERE)
def test_objections_instructions_and_corrections_are_taken_in_every_state_and_removed_by_nothing(state: State) -> None:
    world = World().to(state)
    said: list[Any] = [
        commands.Object(world.id(), "lund", "c1", "I object"),
        commands.RecordInstruction(world.id(), "berg", "c1", "the director", "pass it"),
        commands.Correct(world.id(), "novak", "c1", 0, "it came by post"),
    ]
    assert [happened(world.tell(one)) for one in said] == [["objected"], ["instructed"], ["corrected"]]
    assert world.state() is state
    assert happened(world.ask(commands.Preserve(world.id(), "asker", "c1"))) == ["preserved"]
    world.ask(commands.Withdraw(world.id(), "asker", "c1"))
    assert world.state() is State.WITHDRAWN
    assert [happened(world.tell(one)) for one in said] == [["objected"], ["instructed"], ["corrected"]]
    assert [kind for kind in world.kinds() if kind in {"objected", "instructed", "corrected", "preserved"}] == [
        "objected", "instructed", "corrected", "preserved", "objected", "instructed", "corrected",
    ]  # fmt: skip


def test_whoever_says_nothing_records_nothing() -> None:
    world = World().to(State.RULED)
    assert "nothing is said" in why(world.tell(commands.Object(world.id(), "lund", "c1", " ")))
    assert "nothing is said" in why(world.tell(commands.Object(world.id(), "lund", "c1", "x" * 4001)))
    assert "from whom" in why(world.tell(commands.RecordInstruction(world.id(), "lund", "c1", "", "pass it")))
    assert isinstance(world.tell(commands.Object(world.id(), "rivera", "c1", "I object")), No)
    assert isinstance(World().tell(commands.Object("id", "lund", "c1", "I object to nothing")), No)


@pytest.mark.parametrize("of", [-1, 3, 40])
def test_a_correction_names_an_event_of_the_case(of: int) -> None:
    world = World().to(State.RULED)
    assert "one of the 3 events" in why(world.tell(commands.Correct(world.id(), "novak", "c1", of, "no")))


def test_a_preservation_sends_nothing_and_has_a_day() -> None:
    world = World().to(State.RULED)
    world.ask(commands.Preserve(world.id(), "asker", "c1"))
    event: Any = world.cases["c1"][-1]
    assert event.until == "2027-02-28"


# Kinship


def test_only_an_officer_or_the_signatory_denies_kinship_each_with_a_key_of_their_own() -> None:
    world = World().to(State.FIRST_REVIEW)
    assert "neither an officer nor the signatory" in why(world.deny_kin("stone"))
    assert isinstance(world.deny_kin("lund"), No)
    said = commands.DenyKin(world.id(), "rivera", "c1", world.case().digest)
    assert isinstance(world.tell(said, key="head"), No)
    assert happened(world.tell(said)) == ["kin_denied"]


def test_a_denial_is_of_this_very_request_and_says_nothing_else() -> None:
    world = World().to(State.FIRST_REVIEW)
    said = commands.DenyKin(world.id(), "rivera", "c1", world.case().digest)
    assert "another request" in why(world.tell(replace(said, request=DIGEST)))
    assert "something else" in why(world.tell(replace(said, says="A cousin.")))


@pytest.mark.parametrize(
    "state", [State.LOOK_PERMITTED, State.LOOK_LOGGED, State.MATCHED, State.CLAIMED, State.COOLING]
)
def test_from_the_look_on_nobody_is_asked_anything_and_nobody_denies_kinship(state: State) -> None:
    world = World().to(state)
    assert "only before the look" in why(world.deny_kin("rivera"))
    first = world.case().person("first")
    assert "only before the look" in why(world.tell(commands.AskAsker(world.id(), first, "c1", "who is it?")))
    assert "only before the look" in why(world.tell(commands.HoldCase(world.id(), first, "c1", "wait")))
    call = commands.CallBack(world.id(), "weiss", "c1", bears_out=True, number_from="ours", says="yes")
    assert "only before the look" in why(world.tell(call))
    assert "cannot be done" in why(world.ask(commands.Clarify(world.id(), "asker", "c1", "something")))


# Withdrawals tell nothing


@pytest.mark.parametrize("finds", ["one", "none"])
def test_a_withdrawal_is_answered_alike_whether_there_is_a_record_or_not(finds: str) -> None:
    for steps in range(12):
        world = World(finds=finds).to(State.PASSED)
        for _ in range(steps):
            world.step()
        assert happened(world.ask(commands.Withdraw(world.id(), "asker", "c1"))) == ["withdrawn"]


# Emergencies


def test_counsel_reviews_an_emergency_afterwards() -> None:
    world = World().to(State.FIRST_REVIEW, of=request(emergency=True))
    said = commands.ReviewEmergency(world.id(), "novak", "c1", "it was one")
    assert "no emergency that has been looked into" in why(world.tell(said))
    world.tell(commands.CallBack(world.id(), "weiss", "c1", bears_out=True, number_from="ours", says="yes"))
    world.deny_kin("rivera")
    world.deny_kin("head")
    world.pass_first()
    world.advance()
    assert isinstance(world.tell(replace(said, by="roy")), No)
    assert happened(world.tell(said)) == ["counsel_reviewed"]
    assert world.case().counsel_reviewed
    assert "no emergency" in why(World().to(State.MATCHED).tell(said))


# Planted


@pytest.mark.parametrize("state", EVERYWHERE)
def test_a_planted_request_ends_by_what_its_token_was_made_of_before_any_release(state: State) -> None:
    world = World()
    world.receive(token=token_of("a secret"))
    world.to(state)
    end = commands.EndPlanted(world.id(), "roy", "c1", "a secret")
    assert "no planted request" in why(world.tell(replace(end, preimage="another")))
    assert "no planted request" in why(world.tell(replace(end, preimage=token_of("a secret"))))
    assert isinstance(world.tell(replace(end, by="novak")), No)
    assert happened(world.tell(end)) == ["planted_ended"]
    assert world.state() is State.PLANTED
    assert "has ended" in why(world.tell(end))
    assert world.advance() == ""
    assert world.kinds()[-1] == "planted_ended", "it is entered as no request"


def test_a_request_that_nobody_planted_is_none() -> None:
    world = World().to(State.MATCHED)
    assert "no planted request" in why(world.tell(commands.EndPlanted(world.id(), "roy", "c1", "a secret")))


def test_after_many_days_a_held_request_is_still_held() -> None:
    world = World()
    world.receive(tripped=True)
    world.at += 999 * DAY
    world.advance()
    assert world.state() is State.HELD
