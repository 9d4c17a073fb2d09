"""From receipt to the first review: what follows from a ruling, who ends a hold and who cannot, what comes again, what waits."""

from __future__ import annotations

from typing import Any

import pytest

from cases import DAY, MONDAY, World, happened, request, why
from safeconduct.core.case import commands
from safeconduct.core.case.events import Held, Hold
from safeconduct.core.case.life import State
from safeconduct.core.gate.persons import Role
from safeconduct.core.gate.stops import Target
from safeconduct.core.log.refusals import Refused as No

END = MONDAY + 31 * DAY


def held(world: World, case_id: str = "c1") -> Held:
    found = world.case(case_id).held
    assert found
    return found


def end(world: World, by: str, decision: str = "goes_on", because: str = "why", case_id: str = "c1") -> Any:  # noqa: ANN401
    return world.tell(commands.EndHold(world.id(), by, case_id, decision, because))


def complete(world: World, said: dict[str, Any], by: str = "asker", **changed: Any) -> Any:  # noqa: ANN401
    return world.ask(commands.Complete(world.id(), by, "c1", said), **changed)


# What follows from a ruling


@pytest.mark.parametrize(
    ("says", "state", "last"),
    [
        ("permit", State.RULED, "let_through"), ("incomplete", State.INCOMPLETE, "sent_back"), ("hold", State.HELD, "held"),
        ("stayed", State.HELD, "held"), ("refuse", State.REFUSED, "refused"), ("anything", State.REFUSED, "refused"),
    ],
)  # fmt: skip
def test_what_follows_from_a_ruling(says: str, state: State, last: str) -> None:
    world = World()
    assert happened(world.receive(request(says=says))) == ["received", "ruled", last]
    assert world.state() is state


def test_a_request_that_cannot_be_read_or_named_or_has_no_form_is_not_taken() -> None:
    world = World()
    assert "cannot be read" in why(world.receive(request(says="unreadable")))
    assert "no `request_id`" in why(world.receive(request(request_id=7)))
    assert "no canonical form" in why(world.receive(request(number=0.5)))
    assert world.cases == {}


def test_what_was_received_is_not_received_again_in_its_place() -> None:
    world = World()
    world.receive()
    assert "was received" in why(world.receive(request(says="refuse")))


def test_what_is_sent_back_is_told_its_cure_and_its_day_and_lapses_after_it() -> None:
    world = World()
    world.receive(request(says="incomplete"))
    assert world.case().sent_back_until == "2026-12-30"
    assert [one.cure for one in world.case().refused or ()] == ["it is cured by"]
    world.at = MONDAY + 30 * DAY
    assert world.advance() == ""
    assert world.state() is State.INCOMPLETE
    world.at += DAY
    assert isinstance(complete(world, request()), No)
    world.advance()
    assert world.state() is State.REFUSED


def test_what_is_completed_is_ruled_on_and_needs_new_denials_of_kinship() -> None:
    world = World()
    world.receive(request(says="incomplete"))
    world.deny_kin("rivera")
    assert world.case().kin_denied == {"rivera"}
    assert happened(complete(world, request())) == ["completed", "ruled", "let_through"]
    assert world.case().kin_denied == frozenset()
    assert world.case().digest != ""


def test_only_whoever_asked_completes_clarifies_withdraws_and_preserves() -> None:
    world = World()
    world.receive(request(says="incomplete"))
    assert "no request of" in why(complete(world, request(), by="thief"))
    for kind in (commands.Withdraw, commands.Preserve):
        assert "no request of" in why(world.ask(kind(world.id(), "thief", "c1")))
    assert "no request of" in why(world.ask(commands.Clarify(world.id(), "thief", "c1", "yes")))
    assert "no request of" in why(world.ask(commands.Withdraw(world.id(), "asker", "c9")))


@pytest.mark.parametrize("changed", [{}, {"request_id": "R-2"}, {"number": 0.5}])
def test_the_same_request_or_one_of_another_id_or_none_completes_nothing(changed: dict[str, object]) -> None:
    world = World()
    world.receive(request(says="incomplete"))
    assert "same request" in why(complete(world, request(says="incomplete", **changed)))


@pytest.mark.parametrize(
    "state",
    [State.PASSED, State.LOOK_LOGGED, State.MATCHED, State.SECOND_REVIEW, State.DECIDED, State.LOGGED, State.COOLING],
)
def test_from_the_first_review_on_completing_is_refused_in_the_same_words(state: State) -> None:
    """A refusal that named the state would tell whether there is a record."""
    words = {why(complete(World().to(one), request(note="more"))) for one in (state, State.PASSED)}
    assert words == {"that cannot be done with this request any more, or not at this moment"}


def test_a_request_at_its_first_review_is_completed_only_when_a_question_is_open() -> None:
    world = World().to(State.FIRST_REVIEW)
    assert isinstance(complete(world, request(note="more")), No)
    world.tell(commands.AskAsker(world.id(), world.case().person("first"), "c1", "which order?"))
    assert happened(complete(world, request(note="more"))) == ["completed", "ruled", "let_through"]
    assert world.case().drawn is None
    assert world.case().asked == ""


# Holds


@pytest.mark.parametrize(
    ("hold", "owner"),
    [
        (Hold.LAW, Role.COUNSEL),
        (Hold.COURT, Role.COUNSEL),
        (Hold.TRIPWIRE, Role.REVIEWER),
        (Hold.DUPLICATE, Role.REVIEWER),
    ],
)
def test_every_hold_has_an_owner_and_an_end_and_its_expiry_grants_nothing(hold: Hold, owner: Role) -> None:
    world = World()
    said = {Hold.LAW: "hold", Hold.COURT: "stayed"}.get(hold, "permit")
    world.receive(request(says=said), tripped=hold is Hold.TRIPWIRE, alike=("c7",) if hold is Hold.DUPLICATE else ())
    assert (held(world).hold, held(world).owner, held(world).until) == (hold, owner, "2026-12-30")
    world.at = END + 400 * DAY
    assert world.advance() == ""
    assert world.state() is State.HELD


def test_whoever_owns_a_hold_or_counsel_ends_it_and_nobody_else_and_nobody_who_asks() -> None:
    world = World()
    world.receive(tripped=True)
    for person in ("roy", "berg", "rivera", "rivera2"):
        assert isinstance(end(world, person), No)
    assert "says why" in why(end(world, "lund", because=" "))
    assert happened(end(world, "lund")) == ["hold_ended", "ruled", "let_through"]
    world = World()
    world.receive(request(says="hold"))
    assert "for counsel to end" in why(end(world, "lund"))


def test_a_hold_stays_for_another_while_or_ends_in_a_refusal() -> None:
    world = World()
    world.receive(tripped=True)
    world.at += 10 * DAY
    assert happened(end(world, "lund", "stays")) == ["hold_extended"]
    assert held(world).until == "2027-01-09"
    assert "stays" in why(end(world, "lund", "granted"))
    assert happened(end(world, "lund", "refused")) == ["refused"]
    assert [one.rule for one in world.case().refused or ()] == ["hold.tripwire"]
    assert "not held" in why(end(world, "lund"))


@pytest.mark.parametrize("says", ["hold", "stayed"])
def test_a_hold_of_the_law_or_of_a_court_is_not_talked_away(says: str) -> None:
    world = World()
    world.receive(request(says=says))
    assert f"still says {says}" in why(end(world, "novak"))
    assert happened(end(world, "novak", "refused")) == ["refused"]


def test_when_one_hold_ends_the_next_is_looked_for() -> None:
    world = World()
    world.receive(tripped=True, alike=("c7",))
    assert held(world).hold is Hold.TRIPWIRE
    assert happened(end(world, "lund")) == ["hold_ended", "ruled", "held"]
    assert held(world).hold is Hold.DUPLICATE
    assert happened(end(world, "lund")) == ["hold_ended", "ruled", "let_through"]


@pytest.mark.parametrize("by", [{"tripped": True}, {"alike": ("c7",)}])
def test_what_a_person_is_to_judge_is_not_escaped_by_completing(by: dict[str, Any]) -> None:
    world = World()
    world.receive(**by)
    assert "not waited for" in why(complete(world, request(note="more")))
    world = World()
    world.receive(request(says="incomplete"), **by)
    assert happened(complete(world, request()))[-1] == "held"


def test_a_request_that_a_reviewer_holds_is_counsel_s_and_not_completed_meanwhile() -> None:
    world = World().to(State.FIRST_REVIEW)
    first = world.case().person("first")
    assert happened(world.tell(commands.HoldCase(world.id(), first, "c1", "look at this"))) == ["held"]
    assert (held(world).hold, held(world).owner) == (Hold.REVIEWER, Role.COUNSEL)
    assert isinstance(complete(world, request(note="more")), No)
    assert isinstance(end(world, "okoro"), No)
    assert happened(end(world, "novak")) == ["hold_ended", "ruled"]
    world.advance()
    assert world.case().person("first") == first


def test_a_stopped_request_s_hold_can_only_stay_or_be_refused() -> None:
    world = World()
    world.receive(tripped=True)
    world.stop(Target.EVERYTHING)
    assert "stopped" in why(end(world, "lund"))
    assert happened(end(world, "lund", "stays")) == ["hold_extended"]


# Again


def again(world: World, said: dict[str, Any], case_id: str = "c2", **more: Any) -> Any:  # noqa: ANN401
    return world.receive(said, case_id, earlier=world.case("c1"), **more)


def refused() -> World:
    world = World()
    world.receive(request(says="refuse"))
    assert world.state() is State.REFUSED
    return world


def test_a_resubmission_answers_each_point_of_the_refusal() -> None:
    world = refused()
    assert happened(again(world, request()))[-1] == "held"
    assert held(world, "c2").hold is Hold.CONTRADICTION
    assert "toy.refuse" in held(world, "c2").why
    assert happened(again(world, request(), "c3", answers={"toy.refuse": " "}))[-1] == "held"
    assert happened(again(world, request(), "c4", answers={"toy.refuse": "here it is"}))[-1] == "let_through"


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"purpose": "another"}, "purpose"), ({"offence": ["8 USC 2"]}, "offence"), ({"officers": []}, "officers"),
        ({"officers": [{"name": "J. Rivera", "personally_and_directly_engaged": False}]}, "officers"),
        ({"asker": {"agency": "ABC", "name": "A. Head"}}, "asker.agency"),
        ({"subject": {"name": "Maria Lopez", "birth_date": "1984-03-03", "tin": "912-40-9999"}}, "subject"),
    ],
)  # fmt: skip
def test_a_resubmission_that_changes_what_it_said_is_a_contradiction(changed: dict[str, object], what: str) -> None:
    world = refused()
    assert happened(again(world, request(**changed), answers={"toy.refuse": "yes"}))[-1] == "held"
    assert held(world, "c2").hold is Hold.CONTRADICTION
    assert what in held(world, "c2").why


@pytest.mark.parametrize(
    "added",
    [
        {"offence": ["8 USC 1", "8 USC 2"]},
        {"officers": [*request()["officers"], {"name": "Otto Stone"}]},
        {"subject": {"name": "Maria Lopez Garcia", "tin": "912-40-1234"}},
    ],
)
def test_a_resubmission_that_adds_is_none(added: dict[str, object]) -> None:
    world = refused()
    assert happened(again(world, request(**added), answers={"toy.refuse": "yes"}))[-1] == "let_through"


def test_of_two_offences_neither_is_left_out_for_another() -> None:
    world = World()
    world.receive(request(says="refuse", offence=["8 USC 1", "8 USC 2"]))
    assert happened(again(world, request(offence=["8 USC 1", "8 USC 3"]), answers={"toy.refuse": "yes"}))[-1] == "held"
    assert "offence" in held(world, "c2").why


def test_a_completion_that_changes_what_was_said_is_held_even_in_two_steps() -> None:
    world = World()
    world.receive(request(says="incomplete"))
    assert happened(complete(world, request(says="incomplete", purpose="another")))[-1] == "held"
    assert held(world).hold is Hold.CONTRADICTION
    assert isinstance(complete(world, request(purpose="another")), No)


def test_a_resubmission_that_is_completed_still_answers_for_the_refusal() -> None:
    world = refused()
    again(world, request(says="incomplete"))
    assert world.case("c2").resubmits == "c1"
    happened_ = world.ask(commands.Complete(world.id(), "asker", "c2", request()))
    assert happened(happened_)[-1] == "held"
    assert held(world, "c2").hold is Hold.CONTRADICTION


def test_whoever_names_another_request_than_the_one_that_was_refused_is_told_so() -> None:
    world = refused()
    assert "c1; name that one" in why(again(world, request(), resubmits="c9"))
    world.receive(case_id="c5")
    for earlier in (world.case("c5"), world.case("nothing"), None):
        said = world.receive(case_id="c6", earlier=earlier, resubmits=earlier.id if earlier else "c9")
        assert "no request that was refused" in why(said)
    assert happened(again(world, request(), resubmits="c1", answers={"toy.refuse": "yes"}))[-1] == "let_through"


def test_a_duplicate_is_recorded_and_held_and_goes_on_by_a_reviewer_s_word() -> None:
    world = World()
    assert happened(world.receive(alike=("c7", "c8"))) == ["received", "duplicated", "duplicated", "ruled", "held"]
    assert world.case().duplicates == ("c7", "c8")
    assert happened(end(world, "okoro"))[-1] == "let_through"


def test_a_tripwire_is_remembered_with_the_case() -> None:
    world = World()
    world.receive(request(says="hold"), tripped=True)
    assert world.case().tripped
