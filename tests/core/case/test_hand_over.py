"""From the decision that has cooled into the officer's hands, and back: who may, when, and what everybody else hears."""

from __future__ import annotations

import datetime as dt

import pytest

from cases import ANSWER_ON, DAY, DIGEST, GOOD, PACKAGE, World, certificate_of, happened, request, sign, why
from safeconduct.core.case import commands, hand_over, handle
from safeconduct.core.case.case import card_digest
from safeconduct.core.case.events import Compared
from safeconduct.core.case.life import State
from safeconduct.core.case.passage import Step
from safeconduct.core.gate.persons import fingerprint
from safeconduct.core.gate.stops import Target
from safeconduct.core.log.refusals import Refused as No

NOTHING_TO_BE_HAD = "there is nothing to be picked up, or not yet, or not by whoever asks"
QUARTER = dt.timedelta(minutes=15)
NAME = Compared("name", "agrees", "exact")


# The honest way


def test_what_cooled_is_picked_up_sealed_entered_and_handed_over() -> None:
    world = World().to_answer()
    assert happened(world.pick_up()) == ["picked_up"]
    assert happened(world.step()) == ["sealed"]
    assert happened(world.step()) == ["entry_made"]
    assert happened(world.step()) == ["logged"]
    assert world.state() is State.ENTERED
    assert happened(world.hand_over()) == ["released"]


def test_handed_over_a_second_time_it_tells_nothing_new() -> None:
    world = World().to_released()
    assert happened(world.hand_over()) == []
    world.at += QUARTER
    assert why(world.hand_over()) == "what was sealed has lapsed"


# What everybody hears who may not


@pytest.mark.parametrize("finds", ["one", "none", "several", "withheld"])
def test_before_its_day_every_officer_hears_the_same_whatever_was_decided(finds: str) -> None:
    world = World(finds=finds).to(State.LOOK_LOGGED)
    if finds == "one":
        world.to(State.COOLING)
    else:
        world.advance()
    world.at = dt.datetime.fromisoformat(f"{ANSWER_ON}T00:00:00+00:00") - dt.timedelta(seconds=1)
    for by in ("rivera", "head", "stone"):
        assert why(world.pick_up(by=by)) == NOTHING_TO_BE_HAD
        assert why(world.pick_up(by=by, certificate=DIGEST)) == NOTHING_TO_BE_HAD
        assert why(world.pick_up(by=by, request=DIGEST)) == NOTHING_TO_BE_HAD


@pytest.mark.parametrize(
    "kind", [commands.ReportOpening, commands.AcknowledgeRecall, commands.Quarantine, commands.CertifyDestruction]
)
def test_nor_does_anything_else_tell_an_officer_what_was_decided(kind: type) -> None:
    said = set()
    for finds in ("one", "none"):
        world = World(finds=finds).to(State.LOOK_LOGGED)
        world.advance()
        more = {"package": PACKAGE, "says": "there", "how": "so"}
        given = {name: value for name, value in more.items() if name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
        said.add(why(world.tell(kind(id=world.id(), by="rivera", case="c1", **given))))
    assert len(said) == 1
    assert "" not in said


@pytest.mark.parametrize("by", ["stone", "rivera2", "lund", "novak"])
def test_nobody_picks_it_up_whom_the_request_does_not_name(by: str) -> None:
    world = World().to_answer()
    assert why(world.pick_up(by=by)) != ""
    assert world.state() is State.COOLING


def test_an_officer_of_that_name_in_another_agency_is_another() -> None:
    world = World().to_answer()
    [rivera] = [one for one in world.gate.persons.values() if one.person == "rivera"]
    assert hand_over.is_named(world.case(), rivera)
    assert not hand_over.is_named(world.case(), type(rivera)(rivera.person, rivera.name, "ICE", rivera.roles))


def test_an_officer_may_be_enrolled_for_the_component_that_the_request_gives() -> None:
    of = request(officers=[{"name": "J. Rivera", "agency": "ICE", "personally_and_directly_engaged": True}])
    world = World().to(State.RULED, of=of)
    rivera = world.gate.persons["rivera"]
    for office in ("DHS", "ICE"):
        assert hand_over.is_named(world.case(), type(rivera)(rivera.person, rivera.name, office, rivera.roles))
    head = world.gate.persons["head"]
    assert not hand_over.is_named(world.case(), type(head)(head.person, head.name, "ICE", head.roles))


def test_what_is_signed_is_of_this_request_and_to_the_certificate_that_is_enrolled() -> None:
    world = World().to_answer()
    assert why(world.pick_up(request=DIGEST)) == "what is signed is of another request"
    other = fingerprint(certificate_of("head"))
    assert (
        why(world.pick_up(certificate=other))
        == "what is signed names another certificate than the one that is enrolled"
    )
    assert why(world.pick_up(key="head")) != ""


def test_the_law_and_the_stops_of_then_are_asked_again() -> None:
    for hinder in (
        lambda one: one.order(),
        lambda one: one.stop(Target.REQUEST, "R-1"),
        lambda one: setattr(one, "in_force", False),
    ):
        world = World().to_answer()
        hinder(world)
        assert why(world.pick_up()) != ""
        assert world.state() is State.COOLING


@pytest.mark.parametrize("state", [State.PICKED_UP, State.SEALED, State.ENTERED])
def test_and_between_any_two_steps_until_it_is_handed_over(state: State) -> None:
    world = World().to_answer()
    world.pick_up()
    while world.state() is not state:
        world.step()
    world.stop(Target.EVERYTHING)
    for _ in range(4):
        world.step()
    assert isinstance(world.hand_over(), No)
    assert State.RELEASED is not world.state()


def test_an_emergency_is_had_at_once() -> None:
    world = World().to(State.RULED, of=request(emergency=True))
    world.step()
    for one in ("rivera", "head"):
        world.deny_kin(one)
    world.tell(commands.CallBack(world.id(), world.case().person("first"), "c1", True, "our own records", "borne out"))
    world.to(State.COOLING)
    assert world.at.date().isoformat() < world.case().answer_on
    assert happened(world.pick_up()) == ["picked_up"]


# What lapses


def test_who_is_not_served_within_a_quarter_of_an_hour_may_ask_again() -> None:
    world = World().to_answer()
    world.pick_up()
    world.at += QUARTER
    assert world.take(Step.SEAL) is not None
    world = World().to_answer()
    world.pick_up()
    world.at += QUARTER
    world.advance()
    assert world.state() is State.COOLING
    assert happened(world.pick_up()) == ["picked_up"]


def test_what_was_sealed_and_entered_and_not_handed_over_is_released_no_more() -> None:
    world = World().to_answer()
    world.pick_up()
    for _ in range(3):
        world.step()
    assert world.state() is State.ENTERED
    world.at += QUARTER
    assert isinstance(world.hand_over(), No)
    world.advance()
    assert world.state() is not State.RELEASED
    decided = world.case().decided
    assert decided is not None
    assert not decided.release
    assert why(world.pick_up()) == NOTHING_TO_BE_HAD


# Called back


def recalled() -> World:
    world = World().to_released()
    assert happened(world.tell(commands.Recall(world.id(), "roy", "c1", "an order came"))) == ["recalled"]
    return world


@pytest.mark.parametrize("by", ["lund", "novak", "roy"])
def test_one_person_recalls_it_at_once(by: str) -> None:
    world = World().to_released()
    assert happened(world.tell(commands.Recall(world.id(), by, "c1", "an order came"))) == ["recalled"]


@pytest.mark.parametrize("by", ["berg", "rivera", "rivera2"])
def test_an_administrator_or_whoever_asks_recalls_nothing(by: str) -> None:
    world = World().to_released()
    assert isinstance(world.tell(commands.Recall(world.id(), by, "c1", "an order came")), No)


def test_a_recall_says_why_and_gives_days_to_answer_by() -> None:
    world = World().to_released()
    assert isinstance(world.tell(commands.Recall(world.id(), "roy", "c1", " ")), No)
    world = recalled()
    found = world.case().recalled
    assert found is not None
    assert found.acknowledge_by == "2026-12-09", "the second working day"
    assert found.destroy_by == (world.at.date() + 14 * DAY).isoformat()


def test_the_holder_answers_step_by_step_and_nobody_else() -> None:
    world = recalled()
    steps = (commands.AcknowledgeRecall, commands.Quarantine, commands.CertifyDestruction)
    said = ((), ("in a safe, and nobody else had it",), ("shredded, and no copy is left",))
    for kind, words, state in zip(steps, said, (State.ACKNOWLEDGED, State.QUARANTINED, State.DESTROYED), strict=True):
        assert isinstance(world.tell(kind(world.id(), "head", "c1", *words)), No), "another officer of the same request"
        assert not isinstance(world.tell(kind(world.id(), "rivera", "c1", *words)), No)
        assert world.state() is state


def test_what_the_holder_owes_is_told_once_when_its_day_has_passed() -> None:
    world = recalled()
    world.advance()
    assert "overdue" not in world.kinds()
    world.at += 3 * DAY
    world.advance()
    world.advance()
    assert world.kinds().count("overdue") == 1
    world.at += 14 * DAY
    world.advance()
    assert world.kinds().count("overdue") == 2
    assert world.case().overdue == {hand_over.ACKNOWLEDGE, hand_over.DESTROY}


def test_while_it_is_stopped_it_can_be_recalled_and_answered() -> None:
    world = World().to_released()
    world.stop(Target.EVERYTHING)
    assert happened(world.tell(commands.Recall(world.id(), "roy", "c1", "an order came"))) == ["recalled"]
    assert happened(world.tell(commands.AcknowledgeRecall(world.id(), "rivera", "c1"))) == ["acknowledged"]


def test_the_receipt_is_of_the_package_that_was_handed_over() -> None:
    world = World().to_released()
    assert isinstance(world.tell(commands.ReportOpening(world.id(), "rivera", "c1", DIGEST)), No)
    assert isinstance(world.tell(commands.ReportOpening(world.id(), "head", "c1", PACKAGE)), No)
    assert happened(world.tell(commands.ReportOpening(world.id(), "rivera", "c1", PACKAGE))) == ["opened"]


# Confirmed, and not told


@pytest.mark.parametrize(
    ("card", "may"),
    [((NAME,), True), ((Compared("name", "agrees", "one name left out"),), False), ((Compared("name", "differs", "exact"),), False),
     ((Compared("name", "not compared", ""),), False), ((), False)],
)  # fmt: skip
def test_an_item_is_confirmed_where_the_card_shows_exactly_that(card: tuple[Compared, ...], *, may: bool) -> None:
    world = World(card=card).to(State.CLAIMED)
    said = world.decide("first", items=("name",), confirmed=("name",))
    assert isinstance(said, No) is not may


@pytest.mark.parametrize(("items", "confirmed"), [(("address",), ("name",)), (("name", "telephone"), ("telephone",))])
def test_only_what_is_released_and_what_a_request_states_can_be(
    items: tuple[str, ...], confirmed: tuple[str, ...]
) -> None:
    world = World(card=(NAME,)).to(State.CLAIMED)
    assert isinstance(world.decide("first", items=items, confirmed=confirmed), No)


def test_once_is_the_most_for_a_person_in_one_matter() -> None:
    world = World(card=(NAME,)).to(State.CLAIMED)
    case = world.case()
    assert case.matched is not None
    said = (case.digest, card_digest(case.matched), True, ("name",), GOOD, "why", ("name",))
    command = commands.DecideFirst(world.id(), case.person("first"), "c1", *said)
    answer = handle.signed(case, sign(command), world.now(confirmed=True))
    assert why(answer) == "it was confirmed before, of this person and in this matter: once is the most"


def test_where_one_only_confirms_both_do() -> None:
    world = World(card=(NAME,)).to(State.CLAIMED)
    assert not isinstance(world.decide("first", items=("name", "address"), confirmed=("name",)), No)
    world.to_second()
    world.check()
    world.decide("second", items=("name", "address"))
    decided = world.case().decided
    assert decided is not None
    assert (decided.items, decided.confirmed) == (("name", "address"), ("name",))
