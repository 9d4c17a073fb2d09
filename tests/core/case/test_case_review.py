"""What people judge: who may, what they sign, what the law lets them, and what two of them come to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cases import ANSWER_ON, DAY, DIGEST, GOOD, MONDAY, STAFF, World, happened, request, sign, why
from safeconduct.core.case import commands, passage
from safeconduct.core.case.case import Case, apply, ruling_digest
from safeconduct.core.case.events import FirstPassed
from safeconduct.core.case.life import State
from safeconduct.core.case.passage import Step as Owed
from safeconduct.core.gate import lot
from safeconduct.core.gate.commands import name
from safeconduct.core.gate.gate import Signed
from safeconduct.core.gate.persons import Role
from safeconduct.core.log.refusals import Refused as No

ANSWERED = MONDAY + 7 * DAY
REVIEWERS = ("lund", "okoro", "weiss", "sato")


def first(world: World) -> str:
    return world.case().person("first")


def second(world: World) -> str:
    return world.case().person("second")


def other(world: World) -> str:
    return next(one for one in REVIEWERS if one not in {first(world), second(world)})


# Who acts


def test_a_command_is_signed_by_whoever_gives_it_for_this_gate_and_over_these_words() -> None:
    world = World().to(State.MATCHED)
    said = commands.Claim(world.id(), first(world), "c1")
    assert "signature" in why(world.give(sign(said, "novak")))
    assert "signature" in why(world.give(sign(said, at="another.example/log")))
    assert "signature" in why(world.give(Signed(replace(said, id="another"), sign(said).signature)))
    assert "signature" in why(world.give(Signed(said, b"")))
    assert "named to no role" in why(world.tell(replace(said, by="nobody"), key="lund"))
    assert happened(world.give(sign(said))) == ["claimed"]


@pytest.mark.parametrize("kind", sorted(commands.MAY, key=str))
def test_a_command_is_for_its_roles_alone(kind: Any) -> None:  # noqa: ANN401
    world, fields = World(), {}
    for named in kind.__dataclass_fields__:
        fields[named] = {"items": (), "findings": {}, "facts": {}, "of": 0}.get(named, "x")
    for one in STAFF:
        found = why(world.tell(kind(**{**fields, "by": one.person})))
        assert (f"{name(kind)} is for:" in found) == (not set(one.roles) & commands.MAY[kind])


# The first review


def test_the_first_review_is_of_whoever_was_drawn_and_on_duty() -> None:
    world = World().to(State.FIRST_REVIEW)
    for one in REVIEWERS:
        if one != first(world):
            assert "another was drawn" in why(world.pass_first(by=one))
    world.off_duty(first(world))
    assert "not on duty" in why(world.pass_first())
    world.on_duty(first(world))
    assert happened(world.pass_first()) == ["first_passed"]


def test_what_is_signed_is_this_request_and_this_ruling() -> None:
    world = World().to(State.FIRST_REVIEW)
    case = world.case()
    assert case.ruled
    for said, ruling in ((DIGEST, ruling_digest(case.ruled)), (case.digest, DIGEST), ("", ""), (case.digest, "")):
        command = commands.PassFirst(world.id(), first(world), "c1", said, ruling)
        assert "another request or another ruling" in why(world.tell(command))


def test_a_request_is_not_passed_while_a_question_is_open() -> None:
    world = World().to(State.FIRST_REVIEW)
    assert happened(world.tell(commands.AskAsker(world.id(), first(world), "c1", "which?"))) == ["clarification_asked"]
    assert "a question to the asker is open" in why(world.pass_first())
    assert "open already" in why(world.tell(commands.AskAsker(world.id(), first(world), "c1", "which?")))
    assert "nothing is answered" in why(world.ask(commands.Clarify(world.id(), "asker", "c1", " ")))
    assert happened(world.ask(commands.Clarify(world.id(), "asker", "c1", "that one"))) == ["clarification_given"]
    assert happened(world.pass_first()) == ["first_passed"]


def test_an_emergency_is_passed_after_a_call_back_that_bore_it_out_and_answered_on_the_next_working_day() -> None:
    world = World().to(State.FIRST_REVIEW, of=request(emergency=True))
    assert "called back" in why(world.pass_first())
    call = commands.CallBack(world.id(), "weiss", "c1", bears_out=False, number_from="our records", says="no")
    world.tell(call)
    assert "called back" in why(world.pass_first())
    assert happened(world.tell(replace(call, bears_out=True))) == ["called_back"]
    assert happened(world.pass_first()) == ["first_passed"]
    assert world.case().answer_on == "2026-12-01"


def test_a_call_back_is_of_somebody_on_duty_who_does_not_ask_and_says_where_the_number_is_from() -> None:
    world = World().to(State.FIRST_REVIEW, of=request(emergency=True, officers=[{"name": "A. Lund"}]))
    call = commands.CallBack(world.id(), "weiss", "c1", bears_out=True, number_from="our records", says="yes")
    assert "whoever asks" in why(world.tell(replace(call, by="lund")))
    assert "somebody on duty" in why(world.tell(replace(call, by="haddad")))
    assert "somebody on duty" in why(world.tell(replace(call, number_from=" ")))
    assert isinstance(world.tell(replace(call, by="novak")), No)


def test_a_refusal_before_the_look_is_signed_and_told_with_its_cure() -> None:
    world = World().to(State.FIRST_REVIEW)
    refuse = commands.RefuseFirst(world.id(), first(world), "c1", "the order is missing", "send the order")
    assert "says why" in why(world.tell(replace(refuse, why=" ")))
    assert "another was drawn" in why(world.tell(replace(refuse, by=other(world))))
    assert happened(world.tell(refuse)) == ["refused"]
    assert [(one.means, one.cure) for one in world.case().refused or ()] == [("the order is missing", "send the order")]
    assert world.state() is State.REFUSED


def test_a_reviewer_decides_only_so_many_times_a_day() -> None:
    world = World().to(State.FIRST_REVIEW)
    many = {first(world): 20}
    assert "20 times today" in why(world.pass_first(decisions_today=many))
    refuse = commands.RefuseFirst(world.id(), first(world), "c1", "no", "")
    assert "20 times today" in why(world.tell(refuse, decisions_today=many))
    assert happened(world.pass_first(decisions_today={first(world): 19})) == ["first_passed"]
    world.to(State.CLAIMED)
    world.decisions = dict(many)
    assert "20 times today" in why(world.decide("first"))
    world.decisions = {}
    world.to_second()
    world.check()
    world.decisions = {second(world): 20}
    assert "20 times today" in why(world.decide("second"))


# Who never judges


def asking(name: str) -> dict[str, Any]:
    return request(officers=[{"name": name, "agency": "DHS"}])


@pytest.mark.parametrize("name", ["Alma Lund", "LUND ALMA", "A. Lund", "Alma Maria Lund", "Lund"])
def test_whoever_asks_is_never_drawn_however_the_request_writes_the_name(name: str) -> None:
    world = World(duty=("lund",))
    world.receive(asking(name))
    assert "nobody on duty is left" in world.advance()


def test_one_natural_person_never_judges_twice_under_another_id() -> None:
    world = World(duty=("lund", "lund2"))
    world.to(State.FIRST_DECIDED)
    assert {first(world)} <= {"lund", "lund2"}
    assert "nobody on duty is left" in world.advance()


def test_where_somebody_who_acted_is_named_to_no_role_any_more_nobody_is_drawn_beside_them() -> None:
    """Who is struck off between the two decisions, and comes back under another id, could else be both."""
    world = World(duty=("lund", "okoro", "lund2"))
    world.to(State.FIRST_DECIDED)
    world.set("role", first(world), "no more", "berg", "ended")
    assert "nobody on duty is left" in world.advance()


def test_a_reviewer_on_the_protected_route_is_one_for_it() -> None:
    world = World(route="protected", duty=("lund", "okoro", "weiss", "lund2"))
    world.to_second()
    assert (first(world) in {"okoro", "weiss"}, second(world)) == (True, "lund2")
    now = world.now()
    other_role = replace(now.gate.persons["lund2"], roles=frozenset({Role.REVIEWER}))
    gate = replace(now.gate, persons={**now.gate.persons, "lund2": other_role})
    case = world.case()
    assert case.fact
    check = commands.CheckFact(world.id(), "lund2", "c1", case.fact.fact, agrees=True, document=DIGEST)
    assert "protected_reviewer" in why(world.tell(check, gate=gate))
    assert happened(world.tell(check)) == ["fact_checked"]


def test_on_the_protected_route_nobody_else_is_drawn() -> None:
    world = World(route="protected", duty=("lund", "okoro"))
    world.to(State.FIRST_DECIDED)
    assert "protected_reviewer" in world.advance()


# After the card


@pytest.mark.parametrize("place", ["first", "second"])
@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"request": DIGEST}, "another request or another card"), ({"card": DIGEST}, "another request or another card"),
        ({"card": ""}, "another request or another card"), ({"why": " "}, "says why"),
        ({"items": ()}, "names what is released"), ({"items": ("address", "telephone")}, "no clause reaches telephone"),
        ({"findings": {}}, "the law does not allow it"), ({"findings": {"review.needed": False}}, "the law does not allow it"),
        ({"findings": {**GOOD, "nothing": True}}, "no fact that is found here"),
        ({"findings": {**GOOD, "custodian.barred": False}}, "no fact that is found here"),
        ({"findings": {**GOOD, "order.ground": True}}, "no fact that is found here"),
        ({"findings": {**GOOD, "register.match": "one"}}, "no fact that is found here"),
        ({"findings": {**GOOD, "review.called_back": True}}, "not to be found to be that"),
        ({"findings": {"review.needed": 1}}, "not to be found to be that"),
        ({"findings": {**GOOD, "review.how": "so so"}}, "not to be found to be that"),
        ({"findings": {**GOOD, "review.many": -1}}, "not to be found to be that"),
        ({"findings": {**GOOD, "review.many": True}}, "not to be found to be that"),
    ],
)  # fmt: skip
def test_a_decision_is_of_this_card_and_says_why_and_no_more_than_the_law_allows(
    place: str, changed: dict[str, Any], found: str
) -> None:
    world = World()
    world.to(State.CLAIMED) if place == "first" else world.to_second().check()
    assert found in why(world.decide(place, **changed))


@pytest.mark.parametrize("findings", [GOOD, {**GOOD, "review.how": "well"}, {**GOOD, "review.many": 0}])
def test_findings_of_the_right_kind_are_taken(findings: dict[str, Any]) -> None:
    world = World().to(State.CLAIMED)
    assert happened(world.decide("first", findings=findings, items=("name",))) == ["first_decided"]


def test_not_to_release_takes_no_items_and_no_findings() -> None:
    world = World().to(State.CLAIMED)
    assert happened(world.decide("first", release=False, items=(), findings={})) == ["first_decided"]


def test_what_the_custodian_established_by_a_document_bars() -> None:
    world = World().to(State.CLAIMED)
    said = commands.Establish(world.id(), "novak", "c1", {"custodian.barred": True}, DIGEST)
    assert "digest of the document" in why(world.tell(replace(said, document="a letter")))
    assert "names facts" in why(world.tell(replace(said, facts={})))
    assert "no fact that is found here" in why(world.tell(replace(said, facts={"review.needed": True})))
    assert happened(world.tell(said)) == ["established"]
    assert "the law does not allow it" in why(world.decide("first"))


def test_whoever_asks_establishes_nothing() -> None:
    world = World().to(State.RULED, of=asking("Lund"))
    said = commands.Establish(world.id(), "lund", "c1", {"custodian.barred": False}, DIGEST)
    assert "whoever asks" in why(world.tell(said))


@pytest.mark.parametrize("release", [True, False])
def test_the_second_decides_alike_whatever_the_first_decided(*, release: bool) -> None:
    """What the second is answered tells nothing of the first's decision before it is made."""
    world = World().to(State.CLAIMED)
    world.decide("first", release=release)
    world.advance()
    assert "has not been checked" in why(world.decide("second"))
    world.check()
    assert happened(world.decide("second", items=("name",)))[0] == "second_decided"


def test_the_drawn_fact_is_checked_by_the_second_against_a_document_and_agrees() -> None:
    world = World().to_second()
    drawn = world.case().fact
    assert drawn
    assert drawn.shown_by == f"the document on {drawn.fact}"
    said = commands.CheckFact(world.id(), second(world), "c1", drawn.fact, agrees=True, document=DIGEST)
    wrong = next(one for one in ("order.final_on", "order.ground") if one != drawn.fact)
    assert "not drawn" in why(world.tell(replace(said, fact=wrong)))
    assert "digest of the document" in why(world.tell(replace(said, document="")))
    assert "another was drawn" in why(world.tell(replace(said, by=first(world))))
    assert "has not been checked" in why(world.decide("second"))
    world.check(agrees=False)
    assert "does not bear it out" in why(world.decide("second"))
    assert happened(world.decide("second", release=False)) == ["second_decided", "escalated"]


def test_whoever_is_drawn_in_an_absent_second_s_place_checks_the_fact_anew() -> None:
    world = World().to_second()
    world.check()
    before = second(world)
    world.off_duty(before)
    assert happened(world.tell(commands.Redraw(world.id(), "berg", "c1", "ill"))) == ["drawn"]
    assert second(world) not in {before, first(world)}
    assert "has not been checked" in why(world.decide("second"))


# What two come to


def decided(first_items: tuple[str, ...], second_items: tuple[str, ...]) -> World:
    world = World().to(State.CLAIMED)
    world.decide("first", items=first_items)
    world.advance()
    world.check()
    assert happened(world.decide("second", items=second_items)) == ["second_decided", "decided"]
    return world


def test_what_both_release_is_released_and_no_more() -> None:
    found = decided(("address", "name"), ("name",)).case().decided
    assert found
    assert (found.release, found.items, len(set(found.by))) == (True, ("name",), 2)
    found = decided(("address",), ("name",)).case().decided
    assert found
    assert (found.release, found.items) == (False, ())


def test_where_both_do_not_release_nothing_is() -> None:
    world = World().to(State.CLAIMED)
    world.decide("first", release=False)
    world.advance()
    assert happened(world.decide("second", release=False)) == ["second_decided", "decided"]
    found = world.case().decided
    assert found
    assert not found.release


def disputed(*, releases: bool = True) -> World:
    """One releases, the other does not."""
    world = World().to(State.CLAIMED)
    world.decide("first", release=releases)
    world.advance()
    world.check()
    assert happened(world.decide("second", release=not releases)) == ["second_decided", "escalated"]
    return world


def test_a_dispute_is_counsel_s_who_alone_releases_nothing() -> None:
    world = disputed()
    assert isinstance(world.settle(by="lund"), No)
    assert isinstance(world.settle(by="roy"), No)
    assert "says why" in why(world.settle(why=" "))
    assert happened(world.settle(send_on=False)) == ["decided"]
    found = world.case().decided
    assert found
    assert (found.release, found.by) == (False, ("novak",))
    world = disputed(releases=False)
    assert "releases nothing" in why(world.settle())
    assert happened(world.settle(send_on=False)) == ["decided"]


def test_a_dispute_is_sent_on_once_and_never_to_the_disputed_reviewer() -> None:
    world = disputed()
    before = second(world)
    assert happened(world.settle()) == ["sent_on"]
    assert world.state() is State.FIRST_DECIDED
    world.advance()
    assert second(world) not in {before, first(world)}
    assert "another was drawn" in why(world.decide("second", by=before))
    assert "has not been checked" in why(world.decide("second"))
    world.check()
    assert happened(world.decide("second", release=False)) == ["second_decided", "decided"]
    found = world.case().decided
    assert found
    assert not found.release


def test_a_third_who_releases_makes_two() -> None:
    world = disputed()
    world.settle()
    world.advance()
    world.check()
    assert happened(world.decide("second")) == ["second_decided", "decided"]
    world.advance()
    assert world.state() is State.COOLING


def test_counsel_who_settles_acts_in_no_other_place_and_never_asks() -> None:
    duty = ("lund", "okoro", "haddad", "novak")
    world = World(duty=duty).to(State.CLAIMED)
    world.decide("first")
    world.advance()
    world.check()
    world.decide("second", release=False)
    assert "haddad" in {first(world), second(world)}
    assert "acts once" in why(world.settle(by="haddad"))
    world = disputed()
    asks = replace(world.case(), request=asking("Filip Novak"))
    world._held["c1"] = asks  # noqa: SLF001  # the request of another who asks
    assert "none who asks" in why(world.settle())


# The day of the answer


def test_the_answer_day_is_fixed_when_the_request_passes_and_nothing_changes_it() -> None:
    world = World().to(State.PASSED)
    assert world.case().answer_on == ANSWER_ON
    world.at += DAY
    world.step()
    world.at += DAY
    world.step()
    assert world.state() is State.LAPSED
    world.pass_first()
    assert world.state() is State.PASSED
    assert world.case().answer_on == ANSWER_ON
    assert world.case().passed_on == MONDAY.date().toordinal()


@pytest.mark.parametrize(
    "state", [one for one in State if one in {"passed", "look_permitted", "look_logged", "lapsed", "matched", "claimed",
                                              "first_decided", "second_review", "escalated", "decided", "logged"}]
)  # fmt: skip
def test_on_its_day_every_request_that_passed_is_answered_and_nothing_is_decided(state: State) -> None:
    if state is State.ESCALATED:
        world = disputed()
    elif state is State.LAPSED:
        world = World().to(State.LOOK_PERMITTED)
        world.at += DAY
        world.step()
    else:
        world = World().to(state)
    world.at = ANSWERED
    tried = [world.pass_first(), world.claim(), world.decide("first"), world.check(), world.decide("second"), world.settle(),
             world.settle(send_on=False), world.take(Owed.DRAW), world.take(Owed.PERMIT), world.take(Owed.LOOK), world.take(Owed.COOL)]  # fmt: skip
    assert [one for one in tried if not isinstance(one, No)] == []
    world.advance()
    assert world.state() is State.NOT_RELEASED
    assert world.kinds().count("answered") == 1


def test_before_its_day_nothing_is_answered_and_what_found_nobody_waits_for_it() -> None:
    """Nor is it entered before: when it was would tell that nobody had to decide."""
    world = World(finds="none").to(State.LOOK_LOGGED)
    world.advance()
    assert world.state() is State.DECIDED
    world.at = ANSWERED - DAY
    assert world.advance() == ""
    assert world.state() is State.DECIDED
    assert world.case().entry is None
    world.at = ANSWERED
    world.advance()
    assert world.state() is State.NOT_RELEASED
    assert world.case().entered("decision") is not None


def test_what_cools_is_not_answered() -> None:
    world = World().to(State.COOLING)
    world.at = ANSWERED
    assert world.advance() == ""
    assert world.state() is State.COOLING


def test_a_day_of_the_answer_that_is_fixed_is_not_fixed_again() -> None:
    world = World().to(State.PASSED)
    [event] = [one for one in world.cases["c1"] if isinstance(one, FirstPassed)]
    again = apply(replace(world.case(), state=State.FIRST_REVIEW), replace(event, answer_on="2027-01-01"))
    assert again.answer_on == ANSWER_ON


# Cooling, and back


def test_cooling_asks_the_law_once_more_on_what_both_found() -> None:
    for place in ("first", "second"):
        world = World().to(State.LOGGED)
        case = world.case()
        assert case.first
        assert case.second
        one = replace(getattr(case, place), findings={})
        assert "the law does not allow it" in why(passage.cool(replace(case, **{place: one}), world.now()))
        one = replace(getattr(case, place), release=False)
        assert "two have not decided" in why(passage.cool(replace(case, **{place: one}), world.now()))
        assert "two have not decided" in why(passage.cool(replace(case, second=None), world.now()))
    world.tell(commands.Establish(world.id(), "novak", "c1", {"custodian.barred": True}, DIGEST))
    assert "the law does not allow it" in world.advance()
    assert world.state() is State.LOGGED


def test_a_release_cools_for_a_day_and_in_an_emergency_not_at_all() -> None:
    world = World().to(State.COOLING)
    assert world.case().cooling_until == MONDAY + DAY
    world = World().to(State.FIRST_REVIEW, of=request(emergency=True))
    world.tell(commands.CallBack(world.id(), "weiss", "c1", bears_out=True, number_from="our records", says="yes"))
    world.deny_kin("rivera")
    world.deny_kin("head")
    world.pass_first()
    world.advance()
    world.claim()
    world.decide("first")
    world.advance()
    world.check()
    world.decide("second")
    world.advance()
    assert (world.state(), world.case().cooling_until) == (State.COOLING, MONDAY)


def test_a_release_is_reversed_by_its_reviewers_or_counsel_and_waits_for_its_day_like_any_other() -> None:
    world = World().to(State.COOLING)
    turn = commands.Reverse(world.id(), other(world), "c1", "a doubt")
    assert "one of its reviewers" in why(world.tell(turn))
    assert "says why" in why(world.tell(replace(turn, by="novak", why="")))
    assert happened(world.tell(replace(turn, by=second(world)))) == ["reversed"]
    assert world.state() is State.LOGGED
    assert "no release" in why(world.tell(replace(turn, by="novak")))
    assert world.advance() == ""
    assert isinstance(world.take(Owed.COOL), No)
    world.at = ANSWERED
    world.advance()
    assert world.state() is State.NOT_RELEASED
    assert world.kinds().count("entry_made") == 3, "the look, the release, and that it was none in the end"


@pytest.mark.parametrize("state", [State.LOGGED, State.COOLING])
def test_a_release_that_is_withdrawn_is_entered_as_none(state: State) -> None:
    world = World().to(state)
    assert happened(world.ask(commands.Withdraw(world.id(), "asker", "c1"))) == ["withdrawn"]
    world.advance()
    assert world.kinds()[-3:] == ["withdrawn", "entry_made", "logged"]
    assert world.step() == []


def test_a_refusal_is_entered_once() -> None:
    world = World()
    world.receive(request(says="refuse"))
    world.advance()
    assert world.kinds() == ["received", "ruled", "refused", "entry_made", "logged"]


# Drawing


def test_reviewers_are_drawn_by_the_lot_of_the_anchor_from_its_roster() -> None:
    world = World().to(State.FIRST_REVIEW)
    drawn = (world.case().drawn or {})["first"]
    anchored = world.anchors["c1"][1]
    roster = [one for one in anchored.duty if one in REVIEWERS]
    assert drawn.among == lot.order(roster, lot.seed(anchored.note.encode()), "c1", "first")
    assert drawn.person == drawn.among[0]
    assert (drawn.anchor, drawn.passed_over) == (0, ())


def test_whoever_came_on_duty_after_the_anchor_is_not_drawn_and_who_is_absent_is_passed_over() -> None:
    world = World()
    world.receive()
    anchored = world.anchors["c1"][1]
    ordered = lot.order(REVIEWERS, lot.seed(anchored.note.encode()), "c1", "first")
    world.on_duty("lund2")
    world.off_duty(ordered[0])
    world.step()
    drawn = (world.case().drawn or {})["first"]
    assert (drawn.person, drawn.passed_over) == (ordered[1], (ordered[0],))
    assert "lund2" not in drawn.among


def test_nobody_is_drawn_before_the_case_stands_in_the_log_or_its_turn_has_come() -> None:
    world = World()
    world.receive()
    anchors, world.anchors = world.anchors, {}
    assert "does not stand in the log" in world.advance()
    assert "does not stand in the log" in why(passage.drawn(world.case(), "first", (), "", world.now()))
    world.anchors = anchors
    case = replace(world.case(), through=False)
    assert "nobody is to be drawn" in why(passage.draw(case, world.now()))
    for state in (State.MATCHED, State.CLAIMED, State.FIRST_REVIEW):
        assert isinstance(passage.draw(World().to(state).case(), World().to(state).now()), No)


def test_another_is_drawn_only_in_the_place_of_one_who_is_off_duty() -> None:
    world = World().to(State.CLAIMED)
    before = first(world)
    turn = commands.Redraw(world.id(), "berg", "c1", "too slow")
    assert "is on duty" in why(world.tell(turn))
    world.off_duty(before)
    assert happened(world.tell(turn)) == ["drawn"]
    assert first(world) != before
    assert world.state() is State.MATCHED
    assert "nobody is waited for" in why(World().to(State.DECIDED).tell(turn))


def test_whoever_passed_the_request_never_decides_as_the_second() -> None:
    world = World().to(State.CLAIMED)
    before = first(world)
    world.off_duty(before)
    world.tell(commands.Redraw(world.id(), "berg", "c1", "ill"))
    world.on_duty(before)
    world.claim()
    world.decide("first")
    world.advance()
    assert second(world) not in {before, first(world)}


# The look


def test_no_look_is_permitted_before_all_who_ask_have_denied_kinship() -> None:
    world = World().to(State.FIRST_REVIEW)
    world.pass_first()
    assert "2 of officers and signatory" in world.advance()
    world.deny_kin("rivera")
    assert "1 of officers and signatory" in world.advance()
    world.deny_kin("head")
    assert happened(world.step()) == ["look_permitted"]


def test_a_request_of_nobody_is_not_looked_for() -> None:
    world = World().to(State.PASSED)
    case = replace(world.case(), request=request(asker={"agency": "DHS"}, officers=[]))
    assert "have not signed" in why(passage.may_permit(case, world.now()))


def test_so_many_emergencies_a_day_are_looked_for() -> None:
    world = World().to(State.PASSED)
    ruled = world.case().ruled
    assert ruled
    case = replace(world.case(), ruled=replace(ruled, emergency=True))
    assert passage.may_permit(case, replace(world.now(), emergencies_today=1)) is None
    assert "as many emergencies" in why(passage.may_permit(case, replace(world.now(), emergencies_today=2)))


def test_a_look_lapses_and_is_renewed_by_the_first_reviewer_s_new_signature() -> None:
    world = World().to(State.LOOK_LOGGED)
    world.at = world.at.replace(minute=14)
    assert passage.may_look(world.case(), world.now()) is None
    world.at = world.at.replace(minute=15)
    assert "ran out" in why(passage.may_look(world.case(), world.now()))
    assert happened(world.step()) == ["look_lapsed"]
    assert world.step() == []
    assert world.case().permit is None
    assert isinstance(world.pass_first(by=other(world)), No)
    stale = commands.RenewLook(world.id(), first(world), "c1", DIGEST, DIGEST)
    assert "another request" in why(world.tell(stale))
    assert happened(world.pass_first()) == ["look_renewed"]
    world.advance()
    assert world.state() is State.MATCHED
    assert "no permit of this request has lapsed" in why(world.tell(stale))


def test_no_look_is_made_before_its_permit_stands_in_the_log() -> None:
    for state in (State.PASSED, State.LOOK_PERMITTED):
        world = World().to(state)
        assert "no look stands in the log" in why(world.take(Owed.LOOK))


def test_what_is_new_or_of_nobody_is_owed_nothing() -> None:
    world = World()
    assert passage.owed(Case("c1"), world.now()) is None
    assert passage.may_permit(Case("c1"), world.now()) is not None
