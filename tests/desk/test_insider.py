"""Somebody with every right on the database: what is forged passes neither the desk's own proof, nor the broker, nor the audit."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desked import (
    FOUNDED,
    ORDER,
    Lay,
    Postgres,
    Stages,
    World,
    happened,
    live_on,
    new_id,
    quick,
    walk,
    why,
)
from safeconduct.core.case import case as cases
from safeconduct.core.case import commands as of_cases
from safeconduct.core.case import events
from safeconduct.core.case.case import FIRST
from safeconduct.core.case.life import State
from safeconduct.core.gate import commands, persons
from safeconduct.core.gate.commands import SetControl
from safeconduct.core.gate.events import Controlled, DutyBegan, EntriesMade, Opened, Signature, What
from safeconduct.core.gate.gate import Signed, signature
from safeconduct.core.gate.persons import Named, Role
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.log import controls
from safeconduct.core.log.controls import Control, Person
from safeconduct.core.log.refusals import Refused
from safeconduct.core.permit import Permit, written
from safeconduct.desk import behind, ticking
from safeconduct.desk.audit import Audited, audit
from safeconduct.desk.desk import Done
from safeconduct.journal import events as rows
from safeconduct.journal.events import GATE
from safeconduct.keys import person as keys

NEARER = {"look_permitted", "cooling_began"}


def wrong(world: World) -> tuple[str, ...]:
    """What the audit tells, with the inspector's key."""
    found = audit(world.desk(), world.folder / "inspector.key")
    assert isinstance(found, Audited), found
    return found.wrong


def signed(world: World, command: Any, by: str | None = None) -> Signature:  # noqa: ANN401  # one of many
    """A signature by whoever's key is named, over a command that bears another name perhaps."""
    said = commands.signed_bytes(command, world.told_log.origin)
    return replace(
        signature(Signed(command, b"")), signature=keys.signs(world.people / f"{by or command.by}.key", said)
    )


def pass_first_of(case: cases.Case, by: str) -> of_cases.PassFirst:
    assert case.ruled is not None
    return of_cases.PassFirst(new_id(), by, case.id, case.digest, cases.ruling_digest(case.ruled))


def newcomer(world: World) -> Named:
    """A key of somebody's own making."""
    named = Named("m.quick", "Mallory Quick", "disclosure", (Role.REVIEWER,))
    keys.make(world.people, named.person, named.name, world.now - dt.timedelta(days=20))
    return named


def control(subject: str, name: str, content: str, at: dt.datetime, act: str = "set") -> Control:
    two = (Person("Filip Novak", "counsel"), Person("Tomas Berg", "administration"))
    on = at.date() + dt.timedelta(days=7 if subject == "key" else 0)
    return Control(subject, name, act, content, controls.digest_of(content), two, on.isoformat())


def named_by_hand(world: World, at: dt.datetime) -> str:
    """A role and a key, written into the journal as if set long ago by two of two offices."""
    named = newcomer(world)
    certificate = (world.people / f"{named.person}.pem").read_text()
    world.forge(GATE, Controlled(at, control("role", named.person, persons.written(named), at), ()))
    world.forge(GATE, Controlled(at, control("key", named.person, certificate, at), ()))
    world.forge(GATE, DutyBegan(at, named.person, named.person))
    return named.person


# A look that nobody passed


def unsigned(world: World, case: cases.Case) -> Signature:
    return replace(
        signed(world, pass_first_of(case, case.person(FIRST))), signature=b"\x30\x06\x02\x01\x01\x02\x01\x01"
    )


def of_another_case(world: World, case: cases.Case) -> Signature:
    return signed(world, replace(pass_first_of(case, case.person(FIRST)), case="c-another"))


def of_another_command(world: World, case: cases.Case) -> Signature:
    """What an officer signed: that the person is no kin. It names the case and the request as well."""
    return next(one.signature for one in world.events(case.id) if isinstance(one, events.KinDenied))


def an_objection(world: World, case: cases.Case) -> Signature:
    return signed(world, of_cases.Object(new_id(), case.person(FIRST), case.id, "I object."))


def of_an_officer(world: World, case: cases.Case) -> Signature:
    return signed(world, pass_first_of(case, "isolde-kirkbridge"))


def by_a_key_of_ones_own(world: World, case: cases.Case) -> Signature:
    return signed(world, pass_first_of(case, newcomer(world).person))


def in_the_name_of_another(world: World, case: cases.Case) -> Signature:
    return signed(world, pass_first_of(case, case.person(FIRST)), newcomer(world).person)


def of_another_ruling(world: World, case: cases.Case) -> Signature:
    return signed(world, replace(pass_first_of(case, case.person(FIRST)), ruling=cases.digest({"another": 1})))


FORGERIES = [
    unsigned, of_another_case, of_another_command, an_objection, of_an_officer, by_a_key_of_ones_own,
    in_the_name_of_another, of_another_ruling,
]  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_first_review_that_was_written_by_hand_permits_no_look(
    lay: Lay, stages: Stages, forgery: Callable[[World, cases.Case], Signature]
) -> None:
    world = lay("kin_denied")
    case = world.case(stages.case)
    said = forgery(world, case)
    day = (world.now + dt.timedelta(days=7)).date().isoformat()
    world.forge(stages.case, events.FirstPassed(world.now, said.person, day, said))
    assert world.case(stages.case).state is State.PASSED
    kept = world.advance(stages.case)
    assert not NEARER & set(kept.happened)
    assert kept.waits
    assert any("first_passed" in one for one in wrong(world))


def test_kinship_is_denied_by_nobody_else(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("drawn")
    case = world.case(stages.case)
    for asker in ("isolde-kirkbridge", "adrian-h-shevchenko"):
        denial = of_cases.DenyKin(new_id(), asker, case.id, case.digest)
        world.forge(case.id, events.KinDenied(world.now, asker, signed(world, denial, "a.lund")))
    assert live_on(world, case.id).state is State.PASSED
    assert "kin_denied" in world.advance(case.id).waits


def test_a_role_and_a_key_written_into_the_journal_as_if_long_ago_let_nobody_pass(lay: Lay, stages: Stages) -> None:
    world = lay("kin_denied")
    person = named_by_hand(world, FOUNDED - dt.timedelta(days=9))
    case = world.case(stages.case)
    world.forge(case.id, events.Drawn(world.now, FIRST, person, (person,), 0, (), "by hand"))
    passed = world.say(pass_first_of(case, person))
    assert happened(passed) == ("first_passed",)  # so much does the journal alone believe
    for _ in range(3):
        ticked = world.tick()
        assert not NEARER & set(ticked.advanced[case.id].happened if case.id in ticked.advanced else ())
    assert "not proved" in world.advance(case.id).waits
    world.later(days=4)
    world.tick()
    assert not NEARER & set(world.kinds(case.id))
    assert any("control" in one for one in wrong(world))


def test_a_control_that_nobody_signed_is_not_brought_to_the_log_by_the_desk(lay: Lay) -> None:
    world = lay()
    named_by_hand(world, FOUNDED - dt.timedelta(days=9))
    before = len(world.desk().gate_of.folded.controls)
    world.tick()
    world.tick()
    kinds = [event.what for event in world.events(GATE) if isinstance(event, EntriesMade)][1:]
    assert What.CONTROL not in kinds
    assert len(world.desk().gate_of.folded.controls) <= max(before, 1)


def test_entries_written_into_the_journal_are_not_brought_to_the_log(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    size = len(list(world.events(GATE)))
    entry = next(one for one in world.events(GATE) if isinstance(one, EntriesMade)).entries[0]
    world.forge(GATE, EntriesMade(world.now, What.CONTROL, size, (entry,), (Opened(b"0" * 32, b"{}"),), 0))
    world.tick()
    world.tick()
    assert world.gate
    assert size not in world.desk().gate_of.folded.controls
    assert (What.CONTROL, size) in world.desk().gate_of.folded.made


@pytest.mark.parametrize("stage", ["passed", "logged"])
@pytest.mark.parametrize("subject", ["stop", "order"])
def test_a_stop_or_an_order_ended_by_hand_lets_nothing_go_on(
    lay: Lay, stages: Stages, stage: str, subject: str
) -> None:
    world = lay(stage)
    world.stop(named="a stop") if subject == "stop" else world.set("f.novak", "order", "x", ORDER)
    content = "sha256:" + "2" * 64
    ended = control(subject, "a stop" if subject == "stop" else "x", content, world.now, "ended")
    world.forge(GATE, Controlled(world.now, ended, ()))
    kept = world.advance(stages.case)
    assert not NEARER & set(kept.happened)
    assert "is not proved" in kept.waits
    world.enter()
    assert any("control" in one for one in wrong(world))


def test_a_lifting_signed_by_one_person_twice_lifts_nothing(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("passed")
    world.stop(named="a stop")
    content, day = "sha256:" + "2" * 64, world.now.date().isoformat()
    command = SetControl(new_id(), "f.novak", "stop", "a stop", "ended", content, day)
    said = signed(world, command)
    world.forge(GATE, Controlled(world.now, control("stop", "a stop", content, world.now, "ended"), (said, said)))
    assert "is not proved" in world.advance(stages.case).waits


# A release that two did not decide


def second_by_the_first(_: World, case: cases.Case) -> tuple[str, Signature]:
    assert case.first is not None
    return case.first.by, case.first.signature


def second_by_nobody(_: World, case: cases.Case) -> tuple[str, Signature]:
    assert case.first is not None
    return case.person("second"), replace(case.first.signature, person=case.person("second"))


def second_by_a_first_decision(world: World, case: cases.Case) -> tuple[str, Signature]:
    """The second's own signature, over a first decision of theirs."""
    by = case.person("second")
    return by, signed(world, of_cases.DecideFirst(new_id(), by, *_decided(case)))


def _decided(case: cases.Case) -> tuple[Any, ...]:
    assert case.matched is not None
    assert case.first is not None
    first = case.first
    return (case.id, case.digest, cases.card_digest(case.matched), True, first.items, first.findings, "by hand")


def second_over_a_refusal(world: World, case: cases.Case) -> tuple[str, Signature]:
    by = case.person("second")
    said = of_cases.DecideSecond(new_id(), by, *_decided(case))
    return by, signed(world, replace(said, release=False, items=()))


def second_over_less(world: World, case: cases.Case) -> tuple[str, Signature]:
    by = case.person("second")
    return by, signed(world, replace(of_cases.DecideSecond(new_id(), by, *_decided(case)), items=("name",)))


@pytest.mark.parametrize(
    "forgery",
    [second_by_the_first, second_by_nobody, second_by_a_first_decision, second_over_a_refusal, second_over_less],
)
def test_a_second_decision_written_by_hand_cools_nothing(
    lay: Lay, stages: Stages, forgery: Callable[[World, cases.Case], tuple[str, Signature]]
) -> None:
    world = lay("fact_checked")
    case = world.case(stages.case)
    by, said = forgery(world, case)
    assert case.first is not None
    first = case.first
    second = events.SecondDecided(world.now, by, True, first.items, first.findings, "by hand", said)
    world.forge(case.id, second)
    world.forge(case.id, events.Decided(world.now, True, first.items, (first.by, by)))
    for _ in range(2):
        world.tick()
    assert world.case(case.id).state is not State.COOLING
    assert world.advance(case.id).waits
    assert any("second_decided" in one for one in wrong(world))


def test_a_first_decision_of_the_second_reviewer_under_both_names_cools_nothing(
    lay_sqlite: Lay, stages: Stages
) -> None:
    world = lay_sqlite("fact_checked")
    case = world.case(stages.case)
    assert case.first is not None
    by = case.first.by
    said = signed(world, of_cases.DecideSecond(new_id(), by, *_decided(case)))
    world.forge(
        case.id, events.SecondDecided(world.now, by, True, case.first.items, case.first.findings, "by hand", said)
    )
    world.forge(case.id, events.Decided(world.now, True, case.first.items, (by, by)))
    world.tick()
    world.tick()
    assert "two natural persons" in world.advance(case.id).waits


def test_more_than_the_two_decided_is_not_released(lay: Lay, stages: Stages) -> None:
    world = lay("second_decided")
    [decided] = [one for one in world.rows(stages.case) if one.kind == "decided"]
    more = replace(rows.read(decided), items=("mailing_address", "taxpayer_identity"))
    world.insider(
        "UPDATE journal_event SET body = ? WHERE position = ?", values=[(rows.written(more)[2], decided.position)]
    )
    world.tick()
    world.tick()
    assert "more is to be released" in world.advance(stages.case).waits


def test_a_decision_that_is_said_to_stand_in_the_log_and_does_not_cools_nothing(lay: Lay, stages: Stages) -> None:
    world = lay("second_decided")
    look = world.case(stages.case).entered("look")
    assert look is not None
    world.forge(stages.case, events.Logged(world.now, "decision", look.index, look.shown))
    assert world.case(stages.case).state is State.LOGGED
    assert "stands in the log is no release" in world.advance(stages.case).waits
    world.enter()
    assert wrong(world)


def test_the_proof_of_another_cases_decision_cools_nothing(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("second_decided")
    other = world.receive(world.request("earlier-address"))
    assert isinstance(other, Done)
    live_on(world, other.stream)
    stands = world.case(other.stream).entered("decision")
    assert stands is not None
    last = world.rows(stages.case)
    made = [one for one in last if one.kind == "logged" and rows.read(one).kind == "decision"]
    if made:  # the tick brought it to the log meanwhile
        forged = replace(rows.read(made[0]), index=stands.index, shown=stands.shown)
        world.insider(
            "UPDATE journal_event SET body = ? WHERE position = ?", values=[(rows.written(forged)[2], made[0].position)]
        )
        world.insider("DELETE FROM journal_event WHERE stream = ? AND kind = 'cooling_began'", values=[(stages.case,)])
    assert "is not the one in the log" in world.advance(stages.case).waits


# Rows changed, left out, put between, replayed


def changed(world: World, case: str) -> None:
    world.insider(
        "UPDATE journal_event SET body = replace(body, 'Sutstead', 'Sutsteed') WHERE stream = ? AND version = 0",
        values=[(case,)],
    )


def left_out_at_the_end(world: World, case: str) -> None:
    last = len(world.rows(case)) - 1
    world.insider("DELETE FROM journal_event WHERE stream = ? AND version = ?", values=[(case, last)])


def left_out_in_the_middle(world: World, case: str) -> None:
    world.insider("DELETE FROM journal_event WHERE stream = ? AND version = 2", values=[(case,)])


def left_out_whole(world: World, case: str) -> None:
    world.insider("DELETE FROM journal_event WHERE stream = ?", values=[(case,)])


def another_command(world: World, case: str) -> None:
    world.insider("UPDATE journal_event SET command = 'x' WHERE stream = ? AND version = 0", values=[(case,)])


def another_stream(world: World, case: str) -> None:
    world.insider("UPDATE journal_event SET stream = 'c-other' WHERE stream = ?", values=[(case,)])


def another_order(world: World, case: str) -> None:
    first = world.rows(case)[0].position
    world.insider(
        "UPDATE journal_event SET position = -1 WHERE position = ?",
        "UPDATE journal_event SET position = ? WHERE position = ?",
        "UPDATE journal_event SET position = ? WHERE position = -1",
        values=[(first,), (first, first + 1), (first + 1,)],
    )


def moved(world: World) -> None:
    """The last row, moved to where no anchor covers it."""
    world.insider(
        "UPDATE journal_event SET position = position + 100000 WHERE position = (SELECT max(position) FROM journal_event)"
    )


@pytest.mark.parametrize(
    "tampering",
    [
        changed,
        left_out_at_the_end,
        left_out_in_the_middle,
        left_out_whole,
        another_command,
        another_stream,
        another_order,
    ],
)
def test_the_audit_tells_of_every_row_that_was_touched(
    lay: Lay, stages: Stages, tampering: Callable[[World, str], None]
) -> None:
    world = lay("claimed")
    world.tick()
    assert wrong(world) == ()
    tampering(world, stages.case)
    assert any("not those that were anchored" in one for one in wrong(world))


def test_rows_moved_past_the_last_anchor_are_told_of(lay_sqlite: Lay) -> None:
    world = lay_sqlite("claimed")
    world.tick()
    world.tick()
    moved(world)
    audited = audit(world.desk(), world.folder / "inspector.key")
    assert isinstance(audited, Audited)
    assert audited.unproved or audited.wrong


def test_a_stream_of_which_an_event_is_lacking_is_read_by_nobody(lay: Lay, stages: Stages) -> None:
    world = lay("claimed")
    left_out_in_the_middle(world, stages.case)
    with pytest.raises(rows.Unread, match="is lacking"):
        world.case(stages.case)


def test_a_gate_of_which_an_event_is_lacking_is_read_by_nobody_and_told_of(lay: Lay) -> None:
    world = lay("claimed")
    world.insider("DELETE FROM journal_event WHERE stream = 'gate' AND version = 3")
    with pytest.raises(rows.Unread, match="is lacking"):
        world.stop()
    assert any("is lacking" in one for one in wrong(world))


def test_events_replayed_are_out_of_order(lay: Lay, stages: Stages) -> None:
    world = lay("claimed")
    at = len(world.rows(stages.case))
    world.insider(
        "INSERT INTO journal_event (stream, version, kind, shape, command, body)"
        " SELECT stream, ?, kind, shape, command, body FROM journal_event WHERE stream = ? AND kind = 'look_permitted'",
        values=[(at, stages.case)],
    )
    with pytest.raises(cases.OutOfOrder):
        world.advance(stages.case)
    assert any("does not follow" in one for one in wrong(world))


@pytest.mark.parametrize("kind", ["gate", "case"])
def test_a_body_that_is_no_event_is_read_by_nobody(lay_sqlite: Lay, stages: Stages, kind: str) -> None:
    world = lay_sqlite("claimed")
    stream = GATE if kind == "gate" else stages.case
    world.insider(
        "INSERT INTO journal_event (stream, version, kind, shape, command, body) VALUES (?, ?, 'withdrawn', 1, '', '{}')",
        values=[(stream, len(world.rows(stream)))],
    )
    with pytest.raises(rows.Unread):
        world.advance(stages.case)


# The broker


def test_a_permit_that_was_written_by_hand_is_refused_by_the_broker(lay: Lay, stages: Stages) -> None:
    world = lay("passed")
    case, other = world.case(stages.case), world.people / "a.lund.key"
    one = Permit("0" * 32, "town", case.digest, case.digest, case.digest, world.now)
    world.forge(case.id, events.LookPermitted(world.now, written(one, keys.signs(other, one.signed_bytes))))
    world.begin_broker()
    kept = world.tick().advanced[case.id]
    assert "the broker: " in kept.waits
    assert world.case(case.id).looked is None


def test_a_look_that_is_said_to_stand_in_the_log_and_does_not_is_refused_by_the_broker(
    lay: Lay, stages: Stages
) -> None:
    world = lay("permitted")
    world.forge(stages.case, events.Logged(world.now, "look", 0, {}))
    world.begin_broker()
    assert "cannot be read" in world.advance(stages.case).waits
    assert world.case(stages.case).looked is None


def test_the_proof_of_another_look_is_refused_by_the_broker(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("looked")
    other = world.receive(world.request("earlier-address"))
    assert isinstance(other, Done)
    walk(world, other.stream, "permitted")
    look = world.case(stages.case).entered("look")
    assert look is not None
    world.forge(other.stream, events.Logged(world.now, "look", look.index, look.shown))
    world.begin_broker()
    assert "something else" in world.advance(other.stream).waits
    assert world.case(other.stream).looked is None


def test_one_permit_is_used_once_whatever_the_journal_says(lay: Lay, stages: Stages) -> None:
    world = lay("look_logged")
    world.begin_broker()
    assert world.advance(stages.case).happened == ("looked", "matched")
    world.insider(
        "DELETE FROM journal_event WHERE stream = ? AND kind IN ('looked', 'matched')", values=[(stages.case,)]
    )
    assert world.case(stages.case).state is State.LOOK_LOGGED
    assert world.advance(stages.case).happened == ("look_lapsed",)


# A journal that was restored


def kept(world: World, postgres: Callable[[], Postgres]) -> Callable[[], None]:
    """Keep the journal as it is; what is given back restores it."""
    world.close()
    if "://" in world.url:
        copy = postgres().copy(world.url)

        def restore() -> None:
            world.close()
            world.url = copy

        return restore
    into = quick()
    shutil.copy(world.url, into / "journal.sqlite")

    def put_back() -> None:
        world.close()
        for beside in Path(world.url).parent.glob("journal.sqlite*"):
            beside.unlink()
        shutil.move(into / "journal.sqlite", world.url)
        into.rmdir()

    return put_back


def test_a_restored_older_journal_starts_stopped(lay: Lay, stages: Stages, postgres: Callable[[], Postgres]) -> None:
    world = lay("passed")
    restore = kept(world, postgres)
    assert live_on(world, stages.case).state is State.COOLING
    restore()
    assert world.case(stages.case).state is State.PASSED
    world.tick()
    assert not NEARER & set(world.kinds(stages.case))
    assert why(world.advance(stages.case)) == "stopped: the journal is behind the log"
    assert wrong(world)


def test_a_journal_that_is_not_behind_is_not_stopped(lay: Lay, stages: Stages) -> None:
    world = lay("cooling")
    for _ in range(3):
        world.tick()
    assert not (world.desk().gate_of.folded.stop_before("the journal is behind the log"))
    assert world.case(stages.case).state is State.COOLING
    assert wrong(world) == ()


def test_from_the_log_come_back_stops_orders_roles_keys_ceilings_and_looks(
    lay: Lay, stages: Stages, postgres: Callable[[], Postgres]
) -> None:
    world = lay("passed")
    restore = kept(world, postgres)
    live_on(world, stages.case)
    world.stop(of=Stop(Target.REQUEST, "R-7", "a test"), named="of R-7")
    world.set("f.novak", "order", "x", ORDER)
    world.set("f.novak", "ceiling", "officer in 1 days", "1")
    named = newcomer(world)
    certificate = (world.people / f"{named.person}.pem").read_text()
    for subject, content in (("role", persons.written(named)), ("key", certificate)):
        on = world.now.date() + dt.timedelta(days=7 if subject == "key" else 0)
        command = SetControl(new_id(), "t.berg", subject, named.person, "set", content, on.isoformat())
        assert happened(world.govern(command)) == ("proposed",)
        approve = commands.Approve(new_id(), "f.novak", command.id, commands.proposal_digest(command))
        assert happened(world.govern(approve)) == ("controlled",)
    world.tick()
    before = world.desk().gate_of.folded
    looks = world.kinds(stages.case).count("looked")
    restore()
    world.tick()
    done = behind.rebuild(world.desk(), world.folder / "inspector.key")
    assert (done.controls, done.looks) == (5, looks)
    gate, after = world.gate, world.desk().gate_of
    said = {(what, name) for what, name in gate.standing.in_force}
    assert {("stop", "of R-7"), ("order", "x"), ("ceiling", "officer in 1 days"), ("role", named.person)} <= said
    assert gate.stops is not None
    assert set(gate.stops) == {"of R-7", "the journal is behind the log"}
    assert len(before.entered) == len(after.folded.entered) - 1
    world.later(days=8)
    world.tick()
    assert world.gate.persons[named.person].key_from is not None
    again = behind.rebuild(world.desk(), world.folder / "inspector.key")
    assert (again.controls, again.looks) == (0, 0)


def test_looks_that_the_journal_lost_count_towards_ceilings(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    restore = kept(world, lambda: pytest.fail("not on PostgreSQL"))
    case_id = world.receive()
    assert isinstance(case_id, Done)
    live_on(world, case_id.stream)
    restore()
    world.tick()
    behind.rebuild(world.desk(), world.folder / "inspector.key")
    assert happened(world.end_with_two("stop", "the journal is behind the log")) == ("controlled",)
    world.set("f.novak", "ceiling", "officer in 1 days", "1")
    other = world.receive(world.request(request_id="R-other", subject=world.request("earlier-address")["subject"]))
    assert isinstance(other, Done)
    assert world.case(other.stream).state is State.HELD


def test_after_a_rebuild_and_a_lifting_by_two_the_desk_works_again(
    lay: Lay, stages: Stages, postgres: Callable[[], Postgres]
) -> None:
    world = lay("kin_denied")
    restore = kept(world, postgres)
    world.stop(of=Stop(Target.REQUEST, "R-7", "a test"), named="of R-7")
    world.tick()
    restore()
    world.tick()
    behind.rebuild(world.desk(), world.folder / "inspector.key")
    assert not isinstance(ticking.enter(world.desk()), Refused)
    assert happened(world.end_with_two("stop", "the journal is behind the log")) == ("controlled",)
    assert live_on(world, stages.case).state is State.COOLING
    world.tick()
    assert set(world.gate.stops or {}) == {"of R-7"}
