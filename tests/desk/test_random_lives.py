"""Random commands by honest and dishonest people through desk and journal, with ticks between: no state that the table forbids."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from desked import (
    DOCUMENT,
    ESTABLISHED,
    Lay,
    Stages,
    World,
    decision,
    findings,
    happened,
    live_on,
    new_id,
)
from safeconduct.core import canonical
from safeconduct.core.case import case as cases
from safeconduct.core.case import commands as of
from safeconduct.core.case import life
from safeconduct.core.case.case import FIRST, SECOND, Case
from safeconduct.core.case.events import Looked
from safeconduct.core.case.life import State
from safeconduct.core.gate import commands, persons
from safeconduct.core.gate.commands import BeginDuty, EndDuty, name
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.log import disclosures
from safeconduct.core.log.disclosures import Shown
from safeconduct.desk import ticking
from safeconduct.desk.desk import Done

ASKED = ("right-address", "earlier-address", "absent", "foreign-number")
STAFF = (
    "a.lund",
    "b.okoro",
    "c.weiss",
    "d.sato",
    "e.moreau",
    "f.novak",
    "g.haddad",
    "i.roy",
    "t.berg",
    "isolde-kirkbridge",
)
FORGED = ("honest", "honest", "honest", "another_key", "another_request")


def said(kind: str, world: World, case: Case, by: str, truth: bool) -> Any:  # noqa: ANN401, FBT001  # one of many
    """A command of that kind to a case, as somebody would give it."""
    ids = (new_id(), by, case.id)
    ruling = cases.ruling_digest(case.ruled) if case.ruled else ""
    card = cases.card_digest(case.matched) if case.matched else ""
    found = findings(world.desk(), world.now) if case.matched else {}
    items = ("mailing_address",) if truth else ()
    decided: tuple[Any, ...] = (case.digest, card, truth, items, found, "so it is")
    fact = case.fact.fact if case.fact else "none"
    told: dict[str, Callable[[], Any]] = {
        "deny_kin": lambda: of.DenyKin(*ids, case.digest),
        "ask": lambda: of.AskAsker(*ids, "Which?"),
        "hold": lambda: of.HoldCase(*ids, "odd"),
        "end_hold": lambda: of.EndHold(*ids, "goes_on" if truth else "stays", "so"),
        "pass": lambda: of.PassFirst(*ids, case.digest, ruling),
        "refuse": lambda: of.RefuseFirst(*ids, "no", "write it"),
        "renew": lambda: of.RenewLook(*ids, case.digest, ruling),
        "claim": lambda: of.Claim(*ids),
        "establish": lambda: of.Establish(*ids, ESTABLISHED, DOCUMENT),
        "first": lambda: of.DecideFirst(*ids, *decided),
        "check": lambda: of.CheckFact(*ids, fact, truth, DOCUMENT),
        "second": lambda: of.DecideSecond(*ids, *decided),
        "settle": lambda: of.SettleDispute(*ids, truth, "so"),
        "reverse": lambda: of.Reverse(*ids, "no"),
        "object": lambda: of.Object(*ids, "I object."),
        "redraw": lambda: of.Redraw(*ids, "ill"),
        "correct": lambda: of.Correct(*ids, 0, "otherwise"),
    }
    return told[kind]()


KINDS = (
    "deny_kin", "ask", "hold", "end_hold", "pass", "refuse", "renew", "claim", "establish", "first", "check", "second",
    "settle", "reverse", "object", "redraw", "correct",
)  # fmt: skip


def cooled_rightly(world: World, case: Case, happened_: list[Any]) -> None:
    """That a case which cools has all that it takes, by what stands in its stream and in the log."""
    kinds = [name(type(one)) for one in happened_]
    assert case.ruled is not None
    assert case.ruled.outcome == "permit"
    assert kinds.index("first_passed") < kinds.index("look_permitted") < kinds.index("logged") < kinds.index("looked")
    policy = world.told_log.policy
    for kind in ("look", "decision"):
        logged = case.entered(kind)
        assert logged is not None
        shown = disclosures.verified(disclosures.read(logged.shown), policy)
        assert isinstance(shown, Shown), shown
        assert str(shown.entry.kind) == kind
    gate = world.gate
    signers = set()
    for decided in (case.first, case.second):
        assert decided is not None
        assert decided.release
        said_ = decided.signature.said
        assert isinstance(said_, dict)
        whole = commands.KIND + canonical.written({**said_, "gate": gate.name})
        person = gate.persons[decided.signature.person]
        assert persons.refusal(person, whole, decided.signature.signature, world.now) is None
        assert (said_["request"], said_["release"]) == (case.digest, True)
        signers.add(person.natural)
    assert len(signers) == 2


class Lives(RuleBasedStateMachine):
    """A desk with a few requests, and everybody who may or may not do something to them."""

    world: World
    lay: Lay

    @initialize()
    def begin(self) -> None:
        """A town of its own."""
        self.world = type(self).lay()
        self.cases: list[str] = []
        self.states: dict[str, State] = {}
        self.receive("right-address")

    def receive(self, how: str) -> None:
        """Receive one of the town's requests."""
        done = self.world.receive(self.world.request(how))
        if isinstance(done, Done):
            self.cases.append(done.stream)

    @rule(how=st.sampled_from(ASKED))
    def another_is_received(self, how: str) -> None:
        """A request comes in."""
        self.receive(how)

    @precondition(lambda self: self.cases)
    @rule(
        nth=st.integers(0, 3), kind=st.sampled_from(KINDS), by=st.sampled_from((FIRST, SECOND, *STAFF)),
        truth=st.booleans(), how=st.sampled_from(FORGED),
    )  # fmt: skip
    def somebody_does_something(self, nth: int, kind: str, by: str, truth: bool, how: str) -> None:  # noqa: FBT001
        """Anybody gives any command, honestly or not."""
        case = self.world.case(self.cases[nth % len(self.cases)])
        person = case.person(by) if by in {FIRST, SECOND} else by
        command = said(kind, self.world, case, person or "a.lund", truth)
        signed = self.world.signed(command)
        if how == "another_key":
            other = self.world.signed(replace(command, by="c.weiss" if command.by != "c.weiss" else "a.lund"))
            signed = replace(signed, signature=other.signature)
        if how == "another_request":
            signed = replace(signed, command=replace(command, case=self.cases[(nth + 1) % len(self.cases)]))
        done = self.world.desk().tell(signed)
        if how == "another_key":
            assert not happened(done), (kind, by, done)

    @precondition(lambda self: self.cases)
    @rule(nth=st.integers(0, 3), kind=st.sampled_from(["withdraw", "complete", "preserve", "clarify"]))
    def an_asker_does_something(self, nth: int, kind: str) -> None:
        """An asker does something by the channel."""
        case = self.world.case(self.cases[nth % len(self.cases)])
        ids = (new_id(), "portal", case.id)
        request = {**(case.request or {}), "note": secrets.token_hex(2)} if nth == 3 else dict(case.request or {})
        command: Any = {
            "withdraw": of.Withdraw(*ids), "preserve": of.Preserve(*ids), "clarify": of.Clarify(*ids, "so"),
            "complete": of.Complete(*ids, request),
        }[kind]  # fmt: skip
        if kind != "withdraw" or nth == 0:
            self.world.desk().of_asker(command)

    @precondition(lambda self: self.cases)
    @rule(nth=st.integers(0, 3))
    def everybody_is_honest_for_a_while(self, nth: int) -> None:
        """Whoever's turn it is does it."""
        live_on(self.world, self.cases[nth % len(self.cases)])

    @rule(by=st.sampled_from(STAFF), everything=st.booleans())
    def somebody_stops(self, by: str, everything: bool) -> None:  # noqa: FBT001
        """Anybody tries to stop."""
        of_ = Stop(Target.EVERYTHING, "", "x") if everything else Stop(Target.OFFICER, "Adrian H. Shevchenko", "x")
        self.world.stop(by, of_, "a stop")

    @rule(by=st.sampled_from([("f.novak", "i.roy"), ("f.novak", "g.haddad"), ("i.roy", "f.novak")]))
    def somebody_lifts(self, by: tuple[str, str]) -> None:
        """Two try to lift."""
        if ("stop", "a stop") in self.world.gate.standing.in_force:
            self.world.end_with_two("stop", "a stop", by)

    @rule(person=st.sampled_from(STAFF[:5]), begins=st.booleans())
    def somebody_comes_or_goes(self, person: str, begins: bool) -> None:  # noqa: FBT001
        """A reviewer goes on duty, or off."""
        kind = BeginDuty if begins else EndDuty
        self.world.govern(kind(new_id(), person, person))

    @rule(minutes=st.sampled_from([1, 20, 60 * 24, 60 * 24 * 4]))
    def time_passes(self, minutes: int) -> None:
        """Time passes, and the log ticks."""
        self.world.later(minutes=minutes)
        ticking.tick(self.world.desk())

    @rule()
    def it_ticks(self) -> None:
        """The log ticks, and the broker is there."""
        self.world.begin_broker()
        ticking.tick(self.world.desk())

    @rule()
    def the_desk_is_started_anew(self) -> None:
        """Nothing is kept but what stands on the disk."""
        self.world.close()

    @invariant()
    def no_state_is_reached_but_by_the_table(self) -> None:
        """Every stream folds by the table, and what cools has all that it takes."""
        for case_id in getattr(self, "cases", []):
            happened_ = self.world.events(case_id)
            case = Case(case_id)
            for event in happened_:
                following = life.after(case.state, name(type(event)))
                assert following is not None
                case = cases.apply(case, event)
                assert case.state is following
            if State.COOLING in {case.state, self.states.get(case_id)}:
                cooled_rightly(self.world, case, happened_)
            self.states[case_id] = case.state
            assert sum(isinstance(one, Looked) for one in happened_) <= 1

    def teardown(self) -> None:
        """End the broker."""
        if hasattr(self, "world"):
            self.world.end_broker()


def test_no_sequence_of_commands_reaches_what_the_table_forbids(lay_sqlite: Lay, stages: Stages) -> None:
    assert stages.town
    machine = type("Lives", (Lives,), {"lay": staticmethod(lay_sqlite)})
    alike = settings(
        max_examples=8,
        stateful_step_count=25,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    # lots are drawn by what witnesses sign: who acts differs from run to run, and what is tried is the same
    run_state_machine_as_test(machine, settings=alike)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_command_is_one_of_the_desk(lay_sqlite: Lay, stages: Stages, kind: str) -> None:
    world = lay_sqlite("fact_checked")
    command = said(kind, world, world.case(stages.case), "a.lund", truth=True)
    assert type(command) in of.MAY
    assert decision(world, stages.case, FIRST).release
