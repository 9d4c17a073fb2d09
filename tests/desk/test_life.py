"""A request's life through desk, journal, log and broker, on a store of either kind; each command once, and races."""

from __future__ import annotations

import datetime as dt
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

import brokered
from desked import (
    DOCUMENT,
    FOUNDED,
    ITEMS,
    RECEIVED,
    STAGES,
    Json,
    Lay,
    Stages,
    World,
    claim,
    decision,
    deny_kin,
    establish,
    happened,
    live_on,
    new_id,
    pass_first,
    walk,
    why,
)
from safeconduct.core.case import case as cases
from safeconduct.core.case import life
from safeconduct.core.case.case import FIRST, SECOND
from safeconduct.core.case.commands import (
    AskAsker,
    CallBack,
    CheckFact,
    Claim,
    Clarify,
    Complete,
    DenyKin,
    EndHold,
    EndPlanted,
    Object,
    PassFirst,
    Preserve,
    Receive,
    RecordInstruction,
    Redraw,
    RefuseFirst,
    RenewLook,
    Reverse,
    SettleDispute,
    Withdraw,
)
from safeconduct.core.case.life import State
from safeconduct.core.case.remarks import token_of
from safeconduct.core.gate import stops
from safeconduct.core.gate.commands import EndDuty, SetControl
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.log import disclosures
from safeconduct.core.log.disclosures import Shown
from safeconduct.desk import asking, ticking
from safeconduct.desk.desk import Desk, Done


def received(world: World, request: Json | None = None, **said: Any) -> str:  # noqa: ANN401  # as the command has them
    done = world.receive(request, **said)
    assert isinstance(done, Done), done
    return done.stream


def shown(world: World, case_id: str, kind: str) -> Shown:
    """What stands in the log of a case, verified under its policy."""
    logged = world.case(case_id).entered(kind)
    assert logged is not None
    found = disclosures.verified(disclosures.read(logged.shown), world.told_log.policy)
    assert isinstance(found, Shown), found
    return found


# The whole life


def test_a_request_lives_from_receipt_to_cooling_with_a_desk_that_is_started_anew_for_each_step(lay: Lay) -> None:
    world = lay()
    world.starts_anew = True
    case_id = received(world)
    walk(world, case_id, "cooling", RECEIVED)
    case = world.case(case_id)
    assert case.decided is not None
    assert (case.decided.release, case.decided.items) == (True, ITEMS)
    assert case.cooling_until is not None
    assert (case.cooling_until - world.now).total_seconds() == 24 * 3600
    assert str(shown(world, case_id, "look").entry.kind) == "look"
    assert str(shown(world, case_id, "decision").entry.outcome) == "released"


def test_a_request_lives_with_the_broker_as_it_is_served_and_the_clock_as_it_runs(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    world.now = dt.datetime.now(dt.UTC)
    trial = brokered.Trial(world.folder)
    world.broker_at = trial.socket
    world.tick()
    with trial.process():
        assert live_on(world, received(world)).state is State.COOLING


# Before the look: told in full


@pytest.mark.parametrize(
    ("changed", "rule"),
    [({"purpose": None}, "i2.A.purpose"), ({"items": ["return"]}, "i2.A.information[return]")],
    ids=["no purpose", "a return"],
)
def test_what_the_law_refuses_is_refused_at_once_and_told_with_its_clause(lay: Lay, changed: Json, rule: str) -> None:
    world = lay()
    case_id = received(world, world.request(**changed))
    case = world.case(case_id)
    assert case.state is State.REFUSED
    assert rule in [one.rule for one in case.refused or ()]
    assert all(one.cites and one.means for one in case.refused or ())
    world.tick()
    assert str(shown(world, case_id, "decision").entry.outcome) == "not released"
    world.tick()
    assert world.kinds(case_id).count("logged") == 1


def test_what_is_incomplete_is_sent_back_with_its_cure_and_goes_on_when_completed(lay: Lay) -> None:
    world = lay()
    case_id = received(world, world.request(in_writing=False))
    case = world.case(case_id)
    assert case.state is State.INCOMPLETE
    assert all(one.cure for one in case.refused or ())
    done = world.desk().of_asker(Complete(new_id(), "portal", case_id, world.request()))
    assert happened(done) == ("completed", "ruled", "let_through")
    assert live_on(world, case_id).state is State.COOLING


def test_what_is_not_completed_in_time_is_refused(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    case_id = received(world, world.request(in_writing=False))
    world.later(days=30)
    world.tick()
    assert world.case(case_id).state is State.INCOMPLETE
    world.later(days=1)
    world.tick()
    assert world.case(case_id).state is State.REFUSED


def test_the_first_reviewer_refuses_before_the_look_and_says_what_would_cure_it(lay: Lay, stages: Stages) -> None:
    world = lay("kin_denied")
    by = world.case(stages.case).person(FIRST)
    done = world.say(RefuseFirst(new_id(), by, stages.case, "the docket is another's", "name the docket"))
    assert happened(done) == ("refused",)
    [reason] = world.case(stages.case).refused or ()
    assert (reason.means, reason.cure) == ("the docket is another's", "name the docket")
    world.tick()
    assert str(shown(world, stages.case, "decision").entry.outcome) == "not released"
    assert "look_permitted" not in world.kinds(stages.case)


def test_what_was_refused_and_comes_again_without_an_answer_is_held(lay: Lay, stages: Stages) -> None:
    world = lay("drawn")
    by = world.case(stages.case).person(FIRST)
    world.say(RefuseFirst(new_id(), by, stages.case, "no docket", "name it"))
    again = world.request(request_id="R-again")
    case_id = received(world, again)
    held = world.case(case_id).held
    assert held is not None
    assert str(held.hold) == "contradiction"
    answered = received(
        world, {**again, "request_id": "R-answered"}, resubmits=stages.case, answers={"review.first": "it is 1:26"}
    )
    assert str(getattr(world.case(answered).held, "hold", "")) == "duplicate"


# After the look: nothing but not released, on the day


SUBJECTS: dict[str, Json] = {
    "none": brokered.NOBODY,
    "several": brokered.SEVERAL,
}


@pytest.mark.parametrize("found", ["none", "several", "withheld"])
def test_who_is_not_found_or_withheld_is_decided_logged_and_answered_on_the_day(lay: Lay, found: str) -> None:
    world = lay()
    asked = world.request()
    if found == "withheld":
        world.most_alike = 1
        live_on(world, received(world, asked))
        asked = {**asked, "request_id": "R-again", "asker": {**asked["asker"], "name": "Honor Fairwick"}}
    else:
        asked = {**asked, "subject": brokered.request(**SUBJECTS[found])["subject"]}
    case_id = received(world, asked)
    if world.case(case_id).state is State.HELD:
        world.say(EndHold(new_id(), "a.lund", case_id, "goes_on", "not the same"))
    case = live_on(world, case_id)
    assert case.looked is not None
    assert case.looked.found == found
    assert case.matched is None
    assert case.state is State.DECIDED
    world.tick()
    assert world.case(case_id).state is State.DECIDED
    until = dt.date.fromisoformat(case.answer_on) - world.now.date()
    world.later(days=until.days - 1)
    world.tick()
    assert world.case(case_id).state is State.DECIDED
    world.later(days=1)
    world.tick()
    world.tick()
    assert world.case(case_id).state is State.NOT_RELEASED
    assert str(shown(world, case_id, "decision").entry.outcome) == "not released"
    assert world.kinds(case_id).count("logged") == 2
    entered = world.case(case_id).entered("decision")
    assert entered is not None
    assert entered.at.date().isoformat() >= case.answer_on, "when it was entered would tell what was found"


@pytest.mark.parametrize(
    "stage", ["passed", "permitted", "look_logged", "looked", "claimed", "second_drawn", "second_decided"]
)
def test_on_its_day_whatever_passed_is_answered_and_entered(lay_sqlite: Lay, stages: Stages, stage: str) -> None:
    world = lay_sqlite(stage)
    world.later(days=10)
    world.tick()
    world.advance(stages.case)
    world.tick()
    world.tick()
    assert world.case(stages.case).state is State.NOT_RELEASED
    assert str(shown(world, stages.case, "decision").entry.outcome) == "not released"


def test_a_decision_on_the_day_of_the_answer_is_too_late(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("established")
    world.later(days=10)
    world.enter()
    assert why(world.say(decision(world, stages.case, FIRST))) == "the day of the answer has come"


# Other ends and turns


@pytest.mark.parametrize("stage", STAGES)
def test_an_asker_withdraws_where_the_table_lets_it_and_it_is_entered(
    lay_sqlite: Lay, stages: Stages, stage: str
) -> None:
    world = lay_sqlite(stage)
    may = "withdrawn" in life.AFTER[world.case(stages.case).state]
    done = world.desk().of_asker(Withdraw(new_id(), "portal", stages.case))
    assert (happened(done) == ("withdrawn",)) == may, done
    if may:
        world.tick()
        assert str(shown(world, stages.case, "decision").entry.outcome) in {"not released", "released"}
        assert world.case(stages.case).state is State.WITHDRAWN


def test_two_who_differ_ask_counsel_who_sends_it_on_or_lets_nothing_be_released(lay: Lay, stages: Stages) -> None:
    world = lay("fact_checked")
    done = world.say(decision(world, stages.case, SECOND, release=False, items=()))
    assert happened(done) == ("second_decided", "escalated")
    sent = world.say(SettleDispute(new_id(), "f.novak", stages.case, True, "another look at it"))
    assert happened(sent) == ("sent_on",)
    before = world.case(stages.case).person(SECOND)
    world.advance(stages.case)
    third = world.case(stages.case).person(SECOND)
    assert third not in {before, world.case(stages.case).person(FIRST)}
    assert live_on(world, stages.case).state is State.COOLING


def test_counsel_alone_releases_nothing(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("fact_checked")
    world.say(decision(world, stages.case, SECOND, release=False, items=()))
    done = world.say(SettleDispute(new_id(), "f.novak", stages.case, False, "no"))
    assert happened(done) == ("decided",)
    assert live_on(world, stages.case).state is State.DECIDED


def test_what_two_decide_is_no_more_than_each_of_them(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("fact_checked")
    done = world.say(decision(world, stages.case, SECOND, items=("return",)))
    assert "no clause reaches return" in why(done)


def test_a_permit_that_ran_out_is_signed_again_by_the_first_reviewer(lay: Lay, stages: Stages) -> None:
    world = lay("look_logged")
    world.later(minutes=16)
    world.tick()
    assert world.case(stages.case).state is State.LAPSED
    case = world.case(stages.case)
    ruling = cases.ruling_digest(case.ruled) if case.ruled else ""
    done = world.say(RenewLook(new_id(), case.person(FIRST), stages.case, case.digest, ruling))
    assert happened(done) == ("look_renewed",)
    assert live_on(world, stages.case).state is State.COOLING
    assert world.kinds(stages.case).count("looked") == 1


def test_a_permit_of_which_the_answer_was_lost_is_used_and_looks_no_second_time(
    lay_sqlite: Lay, stages: Stages
) -> None:
    world = lay_sqlite("look_logged")
    world.begin_broker()
    desk = world.desk()
    asking.look(world.case(stages.case), desk.told)  # as if the desk had been killed after it
    assert world.advance(stages.case).happened == ("look_lapsed",)


def test_where_no_broker_answers_the_case_waits_and_others_go_on(lay: Lay, stages: Stages) -> None:
    world = lay("look_logged")
    other = received(world, world.request("earlier-address"))
    ticked = world.tick()
    assert "cannot be called" in ticked.advanced[stages.case].waits
    assert world.case(other).state is State.FIRST_REVIEW
    assert world.case(stages.case).state is State.LOOK_LOGGED
    world.begin_broker()
    assert world.advance(stages.case).happened == ("looked", "matched")


def test_a_release_is_reversed_by_one_person_while_it_cools(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("cooling")
    assert why(world.say(Reverse(new_id(), "i.roy", stages.case, "no")))
    assert happened(world.say(Reverse(new_id(), "f.novak", stages.case, "no"))) == ("reversed",)
    assert live_on(world, stages.case).state is State.LOGGED
    world.later(days=10)
    world.tick()
    assert world.case(stages.case).state is State.NOT_RELEASED
    assert world.kinds(stages.case).count("cooling_began") == 1


def test_a_question_is_asked_before_the_look_and_answered_before_it_goes_on(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("kin_denied")
    by = world.case(stages.case).person(FIRST)
    assert happened(world.say(AskAsker(new_id(), by, stages.case, "Which docket?"))) == ("clarification_asked",)
    assert why(pass_first(world, stages.case)) == "a question to the asker is open"
    assert happened(world.desk().of_asker(Clarify(new_id(), "portal", stages.case, "1:26"))) == ("clarification_given",)
    assert live_on(world, stages.case).state is State.COOLING


def test_nothing_is_asked_after_the_look(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("claimed")
    by = world.case(stages.case).person(FIRST)
    assert "only before the look" in why(world.say(AskAsker(new_id(), by, stages.case, "Which?")))


def test_no_look_is_permitted_before_everybody_who_asks_has_denied_kinship(lay: Lay, stages: Stages) -> None:
    world = lay("drawn")
    pass_first(world, stages.case)
    assert "have not signed" in why(world.advance(stages.case))
    deny_kin(world, stages.case)
    assert world.advance(stages.case).happened == ("look_permitted",)


def test_objections_and_instructions_stay_whatever_comes(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("claimed")
    world.say(Object(new_id(), "c.weiss", stages.case, "I object."))
    world.say(RecordInstruction(new_id(), "c.weiss", stages.case, "the director", "Release it."))
    assert live_on(world, stages.case).state is State.COOLING
    assert {"objected", "instructed"} <= set(world.kinds(stages.case))


def test_a_remark_made_while_the_broker_looks_does_not_lose_its_answer(lay: Lay, stages: Stages) -> None:
    world = lay("look_logged")
    slow = Slow(world, lambda: world.say(Object(new_id(), "c.weiss", stages.case, "I object.")))
    assert slow.advance(stages.case) == ("looked", "matched")


class Slow:
    """A broker's socket between desk and broker, at which something else happens before the broker is asked."""

    def __init__(self, world: World, meanwhile: Callable[[], object]) -> None:
        self.world, self.meanwhile = world, meanwhile

    def advance(self, case_id: str) -> tuple[str, ...]:
        """Let the machine take its steps; something else happens before the broker is asked."""
        self.world.begin_broker()
        desk = self.world.desk()
        at = desk.told.broker.with_name("between")
        with between(at, desk.told.broker, lambda: in_a_thread(self.meanwhile)):
            desk.told = replace(desk.told, broker=at)
            return desk.advance(case_id).happened


def in_a_thread(doing: Callable[[], object]) -> None:
    def run() -> None:
        try:
            doing()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@contextmanager
def between(at: Path, broker: Path, meanwhile: Callable[[], object]) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(at))
        listener.listen(1)

        def attend() -> None:
            connection, _ = listener.accept()
            with connection, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
                line = b""
                while not line.endswith(b"\n"):
                    line += connection.recv(1 << 16)
                meanwhile()
                other.connect(str(broker))
                other.sendall(line)
                while said := other.recv(1 << 16):
                    connection.sendall(said)

        thread = threading.Thread(target=attend)
        thread.start()
        yield
        thread.join()


def test_a_planted_request_is_ended_by_the_inspector_before_any_look_and_counts_for_nobody(lay: Lay) -> None:
    world = lay()
    case_id = received(world, token=token_of("planted by i.roy"))
    world.tick()
    assert why(world.say(EndPlanted(new_id(), "i.roy", case_id, "another")))
    assert happened(world.say(EndPlanted(new_id(), "i.roy", case_id, "planted by i.roy"))) == ("planted_ended",)
    world.tick()
    assert world.case(case_id).entered("decision") is None
    assert isinstance(world.receive(world.request(request_id="R-other")), Done)


def test_another_is_drawn_for_one_who_is_absent_and_nobody_for_one_who_is_there(lay: Lay, stages: Stages) -> None:
    world = lay("drawn")
    first = world.case(stages.case).person(FIRST)
    assert "is on duty" in why(world.say(Redraw(new_id(), "f.novak", stages.case, "disliked")))
    world.govern(EndDuty(new_id(), "f.novak", first))
    assert happened(world.say(Redraw(new_id(), "f.novak", stages.case, "ill"))) == ("drawn",)
    assert world.case(stages.case).person(FIRST) != first
    assert why(world.say(PassFirst(new_id(), first, stages.case, "", "")))
    assert live_on(world, stages.case).state is State.COOLING


@pytest.mark.parametrize("place", [FIRST, SECOND])
def test_nobody_acts_in_a_place_that_another_was_drawn_for(lay_sqlite: Lay, stages: Stages, place: str) -> None:
    world = lay_sqlite("established" if place == FIRST else "fact_checked")
    drawn = {world.case(stages.case).person(FIRST), world.case(stages.case).person(SECOND)}
    for other in {"a.lund", "b.okoro", "c.weiss", "d.sato", "e.moreau"} - drawn:
        assert "another was drawn" in why(world.say(replace(decision(world, stages.case, place), by=other)))


def test_the_same_person_cannot_be_both(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("fact_checked")
    first = world.case(stages.case).person(FIRST)
    assert why(world.say(replace(decision(world, stages.case, SECOND), by=first)))


def test_a_signature_over_another_command_is_none(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("fact_checked")
    said = decision(world, stages.case, SECOND)
    signed = world.signed(replace(said, why="another"))
    assert "the signature is none" in why(world.desk().tell(replace(signed, command=said)))


# Ceilings


def about(world: World, how: str, nth: int) -> Json:
    """The request of one officer about the person of another request."""
    return world.request(request_id=f"R-{how}-{nth}", subject=world.request(how)["subject"])


OTHERS = ("earlier-address", "foreign-number", "other-spelling", "one-surname", "relative-at-address")


def test_above_a_ceiling_requests_wait_and_go_on_in_the_order_of_receipt(lay: Lay) -> None:
    world = lay()
    assert happened(world.set("f.novak", "ceiling", "officer in 1 days", "1")) == ("controlled",)
    first, second, third = (received(world, about(world, how, 0)) for how in OTHERS[:3])
    assert [world.case(one).state for one in (first, second, third)] == [State.RULED, State.HELD, State.HELD]
    world.tick()
    assert world.case(second).state is State.HELD
    world.later(days=1)
    world.tick()
    world.tick()
    assert [world.case(one).state for one in (second, third)] == [State.FIRST_REVIEW, State.HELD]


def test_a_hold_above_a_ceiling_is_ended_by_nobodys_word_and_not_by_its_day(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    world.set("f.novak", "ceiling", "officer in 365 days", "1")
    received(world, about(world, OTHERS[0], 0))
    case_id = received(world, about(world, OTHERS[1], 0))
    assert why(world.say(EndHold(new_id(), "f.novak", case_id, "goes_on", "let it")))
    world.later(days=40)
    world.tick()
    assert world.case(case_id).state is State.HELD


def test_a_ceiling_that_is_widened_by_one_person_stays(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    world.set("f.novak", "ceiling", "officer in 1 days", "1")
    assert happened(world.set("f.novak", "ceiling", "officer in 1 days", "9")) != ("controlled",)
    received(world, about(world, OTHERS[0], 0))
    assert world.case(received(world, about(world, OTHERS[1], 0))).state is State.HELD


# Each command once


def commands_of(world: World, case_id: str) -> dict[str, Callable[[], Any]]:
    """The next command of a person in the case as it stands, unsigned."""
    case = world.case(case_id)
    ruling = cases.ruling_digest(case.ruled) if case.ruled else ""
    return {
        "kin_denied": lambda: PassFirst(new_id(), case.person(FIRST), case_id, case.digest, ruling),
        "looked": lambda: Claim(new_id(), case.person(FIRST), case_id),
        "established": lambda: decision(world, case_id, FIRST),
        "second_drawn": lambda: CheckFact(
            new_id(), case.person(SECOND), case_id, case.fact.fact if case.fact else "", True, DOCUMENT
        ),
        "fact_checked": lambda: decision(world, case_id, SECOND),
    }


@pytest.mark.parametrize("stage", ["kin_denied", "looked", "established", "second_drawn", "fact_checked"])
def test_a_command_done_twice_by_its_id_does_nothing_more_and_other_words_are_refused(
    lay: Lay, stages: Stages, stage: str
) -> None:
    world = lay(stage)
    command = commands_of(world, stages.case)[stage]()
    done = world.say(command)
    assert isinstance(done, Done)
    assert not done.before
    before = world.kinds(stages.case)
    world.close()
    again = world.say(command)
    assert isinstance(again, Done)
    assert (again.before, again.happened, again.stream) == (True, (), stages.case)
    other = Object(command.id, command.by, stages.case, "other words")
    assert "said something else" in why(world.say(other))
    assert world.kinds(stages.case) == before


def test_a_receipt_done_twice_is_one_case_and_the_same_request_under_another_id_is_told_of_it(lay: Lay) -> None:
    world = lay()
    command = Receive(new_id(), "portal", "api", world.request(), "t" * 64)
    first, again = world.desk().receive(command), world.desk().receive(command)
    assert isinstance(first, Done)
    assert again == Done(first.stream, (), before=True)
    assert first.stream in why(world.receive())


def test_to_preserve_is_not_done_because_a_withdrawal_of_that_id_was(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("claimed")
    said = (new_id(), "portal", stages.case)
    assert happened(world.desk().of_asker(Preserve(*said))) == ("preserved",)
    assert "said something else" in why(world.desk().of_asker(Withdraw(*said)))


def test_a_command_that_was_refused_may_be_given_again(lay: Lay, stages: Stages) -> None:
    world = lay("drawn")
    case = world.case(stages.case)
    early = Claim(new_id(), case.person(FIRST), stages.case)
    assert why(world.say(early))
    walk(world, stages.case, "looked", "drawn")
    assert happened(world.say(early)) == ("claimed",)


# Races


def at_once(world: World, *doings: Callable[[Desk], object]) -> list[object]:
    """Do all of it at one moment, each with a desk of its own; what came of each."""
    world.desk()
    results: list[object] = [None] * len(doings)
    gate = threading.Barrier(len(doings))
    told = world.told

    def run(nth: int, doing: Callable[[Desk], object]) -> None:
        try:
            desk = Desk(told, lambda: world.now)
            gate.wait()
            results[nth] = doing(desk)
        except Exception as fault:  # noqa: BLE001  # whatever it is, the test tells
            results[nth] = fault
        finally:
            connections.close_all()

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=run, args=each) for each in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(switch)
    world.close()
    faults = [one for one in results if isinstance(one, Exception)]
    assert not faults, faults
    return results


def test_of_two_who_decide_one_case_at_once_one_does(lay: Lay, stages: Stages) -> None:
    world = lay("established")
    one, other = (world.signed(decision(world, stages.case, FIRST)) for _ in range(2))
    results = at_once(world, lambda desk: desk.tell(one), lambda desk: desk.tell(other))
    assert sorted(isinstance(each, Done) for each in results) == [False, True]
    assert world.kinds(stages.case).count("first_decided") == 1


def test_one_command_given_twice_at_once_is_done_once(lay: Lay, stages: Stages) -> None:
    world = lay("established")
    one = world.signed(decision(world, stages.case, FIRST))
    results = at_once(world, *[lambda desk: desk.tell(one)] * 3)
    assert all(isinstance(each, Done) for each in results), results
    assert sorted(each.before for each in results if isinstance(each, Done)) == [False, True, True]


def test_one_request_received_twice_at_once_is_one_case(lay: Lay) -> None:
    world = lay()
    asked = world.request()
    commands = [Receive(new_id(), "portal", "api", asked, "t" * 64) for _ in range(3)]
    results = at_once(world, *[lambda desk, one=one: desk.receive(one) for one in commands])
    assert sorted(isinstance(each, Done) for each in results) == [False, False, True], results


def test_requests_received_at_once_do_not_pass_one_ceiling_together(lay: Lay) -> None:
    world = lay()
    world.set("f.novak", "ceiling", "officer in 1 days", "2")
    commands = [Receive(new_id(), "portal", "api", about(world, how, 1), "t" * 64) for how in OTHERS]
    results = at_once(world, *[lambda desk, one=one: desk.receive(one) for one in commands])
    cases_ = [each.stream for each in results if isinstance(each, Done)]
    assert len(cases_) == len(OTHERS), results
    assert sum("let_through" in world.kinds(one) for one in cases_) == 2


def test_requests_completed_at_once_do_not_pass_one_ceiling_together(lay: Lay) -> None:
    world = lay()
    world.set("f.novak", "ceiling", "officer in 1 days", "1")
    asked = [about(world, how, 2) for how in OTHERS[:3]]
    cases_ = [received(world, {**one, "in_writing": False}) for one in asked]
    commands = [Complete(new_id(), "portal", case, one) for case, one in zip(cases_, asked, strict=True)]
    at_once(world, *[lambda desk, one=one: desk.of_asker(one) for one in commands])
    assert sum("let_through" in world.kinds(one) for one in cases_) == 1


def test_a_case_advanced_by_two_at_once_takes_each_step_once(lay: Lay, stages: Stages) -> None:
    world = lay("first_decided")
    at_once(world, *[lambda desk: desk.advance(stages.case)] * 2)
    assert world.kinds(stages.case)[-2:] == ["drawn", "fact_drawn"]


def test_two_who_tick_at_once_enter_everything_once(lay: Lay, stages: Stages) -> None:
    world = lay("second_decided")
    at_once(world, *[ticking.tick] * 2)
    assert world.kinds(stages.case).count("entry_made") == 2
    assert world.kinds(stages.case).count("logged") == 2
    assert live_on(world, stages.case).state is State.COOLING


@pytest.mark.parametrize("stage", ["look_logged", "logged"])
def test_what_was_brought_to_the_log_before_a_crash_is_found_there_and_not_brought_again(
    lay: Lay, stages: Stages, stage: str
) -> None:
    world = lay(stage)
    last = world.case(stages.case).logged[-1]
    at = len(world.rows(stages.case)) - 1
    world.insider("DELETE FROM journal_event WHERE stream = ? AND version = ?", values=[(stages.case, at)])
    world.make_lists_again()
    world.enter()
    assert world.case(stages.case).logged[-1].index == last.index
    assert world.kinds(stages.case).count("entry_made") == len(world.case(stages.case).logged)


def test_beside_a_stop_no_step_is_taken_that_has_not_seen_it(lay: Lay, stages: Stages) -> None:
    world = lay("passed")
    day = world.now.date().isoformat()
    content = stops.written(Stop(Target.EVERYTHING, "", "a test"))
    stop = world.signed(SetControl(new_id(), "a.lund", "stop", "a stop", "set", content, day))
    at_once(world, lambda desk: desk.govern(stop), lambda desk: desk.advance(stages.case))
    rows = world.rows()
    stopped = next(one.position for one in rows if one.command == stop.command.id)  # type: ignore[attr-defined]
    permitted = [one.position for one in rows if one.kind == "look_permitted"]
    assert all(position < stopped for position in permitted)


# Dates


def test_where_the_witnesses_are_silent_nothing_is_decided(lay: Lay, stages: Stages) -> None:
    world = lay("established")
    world.later(minutes=6)
    assert "more than five minutes" in why(world.say(decision(world, stages.case, FIRST)))
    assert "more than five minutes" in why(world.receive())
    assert "more than five minutes" in why(world.stop())
    assert "more than five minutes" in why(world.advance(stages.case))
    world.tick()
    assert happened(world.say(decision(world, stages.case, FIRST))) == ("first_decided",)


def test_a_clock_that_goes_back_decides_nothing(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("established", FOUNDED - dt.timedelta(hours=1))
    assert "more than five minutes" in why(world.say(decision(world, stages.case, FIRST)))


def test_an_emergency_is_called_back_first(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("drawn")
    by = world.case(stages.case).person(FIRST)
    done = world.say(CallBack(new_id(), by, stages.case, True, "the directory", "it is so"))
    assert happened(done) == ("called_back",)


def test_what_the_custodian_establishes_no_asker_does(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("claimed")
    asker = DenyKin(new_id(), "isolde-kirkbridge", stages.case, world.case(stages.case).digest)
    assert "only before the look" in why(world.say(asker))
    assert happened(establish(world, stages.case)) == ("established",)
    assert why(claim(world, stages.case))
