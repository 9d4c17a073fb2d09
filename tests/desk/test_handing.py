"""What an officer picks up, at a real socket of the sealer's: whole or not at all, once, whoever is killed on the way; and called back."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from desked import FOUNDED, Lay, Stages, World, askers, happened, laid, new_id, quick, why
from safeconduct import opening, sockets
from safeconduct.core.case.commands import (
    AcknowledgeRecall,
    CertifyDestruction,
    PickUp,
    Quarantine,
    Recall,
    ReportOpening,
    Reverse,
    Withdraw,
)
from safeconduct.core.case.life import State
from safeconduct.core.gate.gate import Signed
from safeconduct.core.gate.persons import fingerprint
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import picking_up, town
from safeconduct.desk.handing import HandedOver
from safeconduct.desk.settings import FILE
from safeconduct.keys import town as town_keys
from safeconduct.sealer import serve, settings
from safeconduct.shelf import Misplaced


@pytest.fixture(scope="module")
def cooled(stages: Stages, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dt.datetime]:
    """The town on the day of the answer, with a decision that has cooled."""
    world = laid(stages.at("cooling"), tmp_path_factory.mktemp("cooled") / "town", stages.brokers, FOUNDED)
    world.now = dt.datetime.fromisoformat(f"{world.case(stages.case).answer_on}T13:00:00+00:00")
    world.later()
    town_keys.list_revoked(world.folder, (), world.now)
    world.enter()
    world.end()
    return world.folder, world.now


@pytest.fixture
def world(cooled: tuple[Path, dt.datetime], stages: Stages, tmp_path: Path) -> Iterator[World]:
    """A copy of it, and a sealer at its socket whose clock is the town's."""
    folder, now = cooled
    world = laid(folder, tmp_path / "t", stages.brokers, now)
    told = settings.settings(world.folder / settings.FILE)
    place = quick() / "s"
    desk = world.folder / FILE
    desk.write_text(desk.read_text().replace('"sealer.sock"', json.dumps(str(place))))
    with serve.opened(told) as sealer, sockets.listening(place, told.desk_uid) as listener:
        attending = serve.attending(listener, sealer, lambda: world.now, threading.Lock())
        threading.Thread(target=_attend, args=(attending,), daemon=True).start()
        yield world
    world.end()


def _attend(attending: sockets.Attending) -> None:
    with suppress(OSError):  # the socket is closed under it
        attending.attend()


def asked(world: World, stages: Stages, by: str = "") -> Signed:
    """An officer's word that they pick it up."""
    case = world.case(stages.case)
    officer = by or askers(case)[0]
    certificate = (world.people / f"{officer}{town.SEALED_TO}.pem").read_text()
    return world.signed(PickUp(new_id(), officer, case.id, case.digest, fingerprint(certificate)))


def taken(world: World, had: HandedOver | Refused, officer: str, name: str = "p") -> opening.Opened:
    """What the officer finds in what was handed over."""
    assert isinstance(had, HandedOver), had
    out = world.folder / f"{name}.p7m"
    picking_up.put(out, had)
    found = opening.opened(opening.beside(out, world.people / f"{officer}{town.SEALED_TO}.key"), world.now)
    assert isinstance(found, opening.Opened), found
    return found


def releases(world: World) -> int:
    """How many releases the journal says stand in the log."""
    return sum(one.kind == "logged" and json.loads(one.body)["kind"] == "release" for one in world.rows())


def test_an_officer_who_is_named_picks_up_what_was_decided_and_opens_it(world: World, stages: Stages) -> None:
    signed = asked(world, stages)
    had = picking_up.picked_up(world.desk(), signed)
    found = taken(world, had, askers(world.case(stages.case))[0])
    assert [field.item for field in found.release.fields] == ["mailing_address"]
    assert world.case(stages.case).state is State.RELEASED
    assert releases(world) == 1
    assert world.kinds(stages.case)[-5:] == ["picked_up", "sealed", "entry_made", "logged", "released"]


Step = Callable[[World, Signed], object]
STEPS: tuple[tuple[str, Step], ...] = (
    ("picked_up", lambda world, signed: world.desk().tell(signed)),
    ("sealed", lambda world, signed: world.advance(signed.command.case)),  # type: ignore[attr-defined]  # a pick-up
    ("logged", lambda world, _: world.enter()),
    ("released", lambda world, signed: world.desk().hand_over(signed)),
)


@pytest.mark.parametrize("killed_after", [name for name, _ in STEPS])
def test_a_desk_that_is_killed_after_any_step_goes_on_and_hands_over_one_package(
    world: World, stages: Stages, killed_after: str
) -> None:
    signed = asked(world, stages)
    for name, step in STEPS:
        step(world, signed)
        assert name in world.kinds(stages.case)
        if name == killed_after:
            break
    world.close()  # and what the desk had in memory is gone
    world.later(minutes=2)
    again = picking_up.picked_up(world.desk(), signed)
    taken(world, again, askers(world.case(stages.case))[0])
    assert releases(world) == 1
    assert world.kinds(stages.case).count("released") == 1


def test_who_loses_the_package_has_the_same_again_for_fifteen_minutes_and_then_no_more(
    world: World, stages: Stages
) -> None:
    signed = asked(world, stages)
    first = picking_up.picked_up(world.desk(), signed)
    world.later(minutes=5)
    world.enter()
    second = picking_up.picked_up(world.desk(), signed)
    assert isinstance(first, HandedOver)
    assert isinstance(second, HandedOver)
    assert first.package == second.package
    world.later(minutes=11)
    world.enter()
    assert "lapsed" in why(picking_up.picked_up(world.desk(), signed))
    assert world.case(stages.case).state is State.RELEASED


def test_what_was_asked_for_and_not_sealed_lapses_and_can_be_asked_for_again(world: World, stages: Stages) -> None:
    world.desk().tell(asked(world, stages))
    world.stop(named="a stop")
    world.later(minutes=16)
    world.tick()
    assert world.case(stages.case).state is State.COOLING
    assert world.kinds(stages.case)[-1] == "seal_lapsed"


def test_what_was_sealed_and_entered_and_not_handed_over_in_time_is_not_released(world: World, stages: Stages) -> None:
    """The log says that it was released; so it says afterwards that it was not, and nothing of it is sealed again."""
    signed = asked(world, stages)
    for _, step in STEPS[:3]:
        step(world, signed)
    world.stop(named="a stop")
    assert "stopped" in why(world.desk().hand_over(signed))
    world.later(minutes=16)
    for _ in range(3):
        world.tick()
    case = world.case(stages.case)
    assert case.state is State.NOT_RELEASED
    assert [one.kind for one in case.logged] == ["look", "decision", "release", "decision"]
    assert "nothing" in why(picking_up.picked_up(world.desk(), signed))


def test_a_stop_that_is_set_when_it_was_sealed_keeps_it_from_the_log_and_from_the_officer(
    world: World, stages: Stages
) -> None:
    signed = asked(world, stages)
    for _, step in STEPS[:2]:
        step(world, signed)
    world.stop(named="a stop")
    world.enter()
    assert world.case(stages.case).state is State.SEALED
    assert releases(world) == 0
    assert isinstance(world.desk().hand_over(signed), Refused)


@pytest.mark.parametrize("many", [1, 2, 3])
def test_a_request_is_withdrawn_at_any_moment_before_the_package_is_handed_over(
    world: World, stages: Stages, many: int
) -> None:
    signed = asked(world, stages)
    for _, step in STEPS[:many]:
        step(world, signed)
    assert happened(world.desk().of_asker(Withdraw(new_id(), "portal", stages.case))) == ("withdrawn",)
    for _ in range(2):
        world.tick()
    assert isinstance(picking_up.picked_up(world.desk(), signed), Refused)
    assert world.case(stages.case).logged[-1].kind == "decision"


def test_a_release_is_reversed_at_any_moment_before_the_package_is_handed_over(world: World, stages: Stages) -> None:
    signed = asked(world, stages)
    for _, step in STEPS[:3]:
        step(world, signed)
    assert happened(world.say(Reverse(new_id(), "f.novak", stages.case, "a new paper"))) == ("reversed",)
    assert isinstance(picking_up.picked_up(world.desk(), signed), Refused)


def test_whoever_is_not_named_hears_what_everybody_hears_before_the_day(
    world: World, stages: Stages, lay_sqlite: Lay
) -> None:
    case = world.case(stages.case)
    others = [one.stem for one in world.people.glob("*.key") if not one.stem.endswith(town.SEALED_TO)]
    stranger = next(one for one in others if one not in askers(case) and "-" in one)
    said = why(picking_up.picked_up(world.desk(), asked(world, stages, stranger)))
    early = lay_sqlite("cooling")
    assert said == why(picking_up.picked_up(early.desk(), asked(early, stages)))
    assert world.kinds(stages.case)[-1] == "cooling_began"


def test_whoever_asks_for_what_another_picks_up_moves_nothing_on(world: World, stages: Stages) -> None:
    world.desk().tell(asked(world, stages))
    signed = asked(world, stages)
    forged = replace(signed, signature=bytes(reversed(signed.signature)))
    assert why(picking_up.picked_up(world.desk(), forged)) == "nothing was sealed for whoever asks this"
    assert world.kinds(stages.case)[-1] == "picked_up"


def test_without_a_sealer_nothing_is_handed_over_and_the_desk_says_what_to_do(world: World, stages: Stages) -> None:
    desk = world.desk()
    desk.told = replace(desk.told, sealer=world.folder / "nobody.sock")
    assert "safeconduct sealer serve" in why(picking_up.picked_up(desk, asked(world, stages)))
    desk.told = replace(desk.told, sealer=None)
    assert "name no `sealer`" in why(picking_up.picked_up(desk, asked(world, stages)))
    assert world.case(stages.case).state is State.PICKED_UP


def test_a_file_that_is_there_is_found_before_anything_is_sealed(world: World) -> None:
    out = world.folder / "there.p7m"
    out.with_suffix(".proof.json").write_text("")
    with pytest.raises(Misplaced, match="there already"):
        picking_up.is_free(out)
    with pytest.raises(Misplaced, match="in no folder"):
        picking_up.is_free(world.folder / "nowhere" / "p.p7m")


# Called back


def test_what_is_out_is_opened_recalled_acknowledged_set_apart_and_destroyed_each_over_a_signature(
    world: World, stages: Stages
) -> None:
    had = picking_up.picked_up(world.desk(), asked(world, stages))
    officer, case_id = askers(world.case(stages.case))[0], stages.case
    taken(world, had, officer)
    package = world.case(case_id).sealed
    assert package is not None
    other = "sha256:" + "0" * 64
    assert "another package" in why(world.say(ReportOpening(new_id(), officer, case_id, other)))
    for command, event in (
        (ReportOpening(new_id(), officer, case_id, package.package), "opened"),
        (Recall(new_id(), "a.lund", case_id, "a court ordered it"), "recalled"),
        (AcknowledgeRecall(new_id(), officer, case_id), "acknowledged"),
        (Quarantine(new_id(), officer, case_id, "in a safe; nobody else had it"), "quarantined"),
        (CertifyDestruction(new_id(), officer, case_id, "shredded; no copy is left"), "destroyed"),
    ):
        assert happened(world.say(command)) == (event,)
    assert world.case(case_id).state is State.DESTROYED


def test_a_recall_that_nobody_answers_is_recorded_as_overdue_once_for_each_of_its_days(
    world: World, stages: Stages
) -> None:
    picking_up.picked_up(world.desk(), asked(world, stages))
    world.say(Recall(new_id(), "f.novak", stages.case, "a court ordered it"))
    recalled = world.case(stages.case).recalled
    assert recalled is not None
    assert recalled.acknowledge_by < recalled.destroy_by
    for _ in range(20):
        world.later(days=1)
        world.tick()
    what = [one.what for one in world.events(stages.case) if type(one).__name__ == "Overdue"]
    assert what == ["acknowledge", "destroy"]


def test_only_who_holds_it_answers_for_it_and_only_who_does_not_ask_recalls(world: World, stages: Stages) -> None:
    picking_up.picked_up(world.desk(), asked(world, stages))
    holder, other = askers(world.case(stages.case))[:2]
    assert "handed over to whoever says this" in why(world.say(AcknowledgeRecall(new_id(), other, stages.case)))
    assert "recall is for: counsel" in why(world.say(Recall(new_id(), holder, stages.case, "I want it back")))
