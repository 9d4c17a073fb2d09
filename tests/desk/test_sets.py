"""The set of orders and stops, as the desk's tick enters it: at each change, hourly, and no other than what stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from desked import Lay, World, happened
from safeconduct.core.gate.events import EntriesMade, What
from safeconduct.core.log.sets import Set
from safeconduct.desk import behind
from safeconduct.journal import journal
from safeconduct.logbook import reading, verify
from safeconduct.logbook.reading import Office
from safeconduct.logbook.served import Folder


def newest(world: World) -> Set:
    """The newest set that stands in the log, as the journal has it."""
    world.desk()
    with journal.writing() as at:
        world.desk().gate_of.at(at, world.now)
    found = world.desk().gate_of.folded.newest_set
    assert found is not None
    return found


def made(world: World) -> list[EntriesMade]:
    """The entries of sets that the journal has made."""
    return [one for one in world.events("gate") if isinstance(one, EntriesMade) and one.what is What.SET]


def test_a_set_is_entered_at_each_change_and_not_at_every_tick(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    world.tick()
    before = len(made(world))
    assert newest(world).stops == ()
    for _ in range(3):
        world.tick()
    assert len(made(world)) == before
    world.stop(named="a stop")
    world.tick()
    assert len(made(world)) == before + 1
    assert newest(world).stops == ("a stop",)


def test_a_set_is_entered_within_the_hour_although_nothing_changes(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    world.tick()
    before = len(made(world))
    for _ in range(6):
        world.later(minutes=10)
        world.tick()
    assert len(made(world)) == before + 1
    assert world.now - newest(world).at < dt.timedelta(hours=1)


def test_a_stop_whose_lifting_is_not_entered_yet_stands_in_the_set(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    world.stop(named="a stop")
    world.tick()
    assert happened(world.end_with_two("stop", "a stop")) == ("controlled",)
    world.tick()
    lifted_in_the_log = any(
        one.what is What.CONTROL and b'"ended"' in one.opened[0].value
        for one in world.events("gate")
        if isinstance(one, EntriesMade)
    )
    assert newest(world).stops == (() if lifted_in_the_log else ("a stop",))
    world.later(seconds=5)
    world.tick()
    world.later(seconds=5)
    world.tick()
    assert newest(world).stops == ()


def test_a_set_that_somebody_wrote_into_the_journal_is_not_brought_to_the_log(lay_sqlite: Lay) -> None:
    """Whoever has every right on the database could have the log say that nothing stood."""
    world = lay_sqlite()
    world.tick()
    empty = made(world)[-1]
    world.stop(named="a stop")
    many = len(world.rows("gate"))
    world.forge("gate", replace(empty, of=many, at=world.now.replace(microsecond=0)))
    for _ in range(2):
        world.tick()
    kinds = [one for one in world.events("gate") if getattr(one, "what", None) is What.SET]
    assert not [one for one in kinds if getattr(one, "of", 0) == many and not isinstance(one, EntriesMade)]


def test_what_is_brought_back_from_the_log_bears_the_signatures_that_it_was_entered_with(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    world.stop(named="a stop")
    world.tick()
    world.later(seconds=5)
    world.tick()
    assert happened(world.end_with_two("stop", "a stop")) == ("controlled",)
    for _ in range(2):
        world.later(seconds=5)
        world.tick()
    kept = [one for one in world.events("gate") if type(one).__name__ == "Controlled"]
    world.insider("DELETE FROM journal_event WHERE version > 3", "DELETE FROM journal_command")
    behind.rebuild(world.desk(), world.folder / "inspector.key")
    brought = [one for one in world.events("gate") if type(one).__name__ == "Controlled"]
    signed = {
        one.control.act: [signature.said for signature in one.signatures]
        for one in brought
        if one.control.subject == "stop"
    }
    before = {
        one.control.act: [signature.said for signature in one.signatures]
        for one in kept
        if one.control.subject == "stop"
    }
    assert signed == before
    assert [len(one) for one in signed.values()] == [1, 2]


@pytest.mark.parametrize("what", ["stop", "founding"])
def test_a_control_stands_in_the_log_with_the_signatures_of_those_who_did_it(lay_sqlite: Lay, what: str) -> None:
    world = lay_sqlite()
    world.stop(named="a stop")
    world.tick()
    under = verify.checkpoint(Folder(world.told_log.log), world.told_log.policy)
    assert isinstance(under, verify.Verified)
    office = Office(world.told_log.state, world.folder / "inspector.key", world.told_log.decoys)
    reads = reading.read(Folder(world.told_log.log), under.under, world.told_log.policy, office)
    entered = [one for one in map(reading.entered, reads) if one and one.control.subject == what]
    assert {signed.person for one in entered for signed in one.signatures} == ({"a.lund"} if what == "stop" else set())
