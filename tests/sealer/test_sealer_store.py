"""The sealer's own folder: killed between any two steps it is as before or as after, and it never forgets what it has seen."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safeconduct.logbook import disk
from safeconduct.sealer import store
from safeconduct.sealer.store import Seen, Store
from safeconduct.shelf import Misplaced
from sealed import REFUSED, SEALED, Scene

NOW = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
QUARTER = dt.timedelta(minutes=15)


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture(name="at")
def _at(tmp_path: Path) -> Path:
    """A store that was made."""
    store.make(tmp_path / "sealer")
    return tmp_path / "sealer"


def test_it_is_made_once_and_its_owner_s_alone(at: Path) -> None:
    assert at.stat().st_mode & 0o077 == 0
    with pytest.raises(Misplaced, match="made once"):
        store.make(at)


def test_a_start_makes_none(tmp_path: Path) -> None:
    with pytest.raises(Misplaced):
        Store(tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("text", ["", "1\n", "x\ny\n", "-1\nAAAA\n", "1\n2\n3\n"])
def test_one_that_is_damaged_is_not_used(at: Path, text: str) -> None:
    (at / "seen").write_text(text)
    with pytest.raises(Misplaced, match="is damaged"):
        Store(at)


def test_one_whose_folder_was_made_half_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(disk, "replace", killed)
    with pytest.raises(Killed):
        store.make(tmp_path / "sealer")
    with pytest.raises(Misplaced):
        Store(tmp_path / "sealer")


# Killed between any two steps


def steps(monkeypatch: pytest.MonkeyPatch, at: int) -> list[str]:
    """Each call to the system that changes something is counted, and the one of that number is not made any more."""
    done: list[str] = []

    def counted(name: str, of: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            if len(done) == at:
                raise Killed
            done.append(name)
            return of(*given, **named)

        return call

    for name in ("write", "fsync", "utime"):
        monkeypatch.setattr(os, name, counted(name, getattr(os, name)))
    for name in ("rename", "unlink"):
        monkeypatch.setattr(Path, name, counted(name, getattr(Path, name)))
    return done


def killed_everywhere(at: Path, doing: Callable[[Store], object]) -> Iterator[Path]:
    """Copies of a store in which something was begun and killed before its first step, its second, and so on."""
    for nth in range(100):
        copy = at.with_name(f"{at.name}-{nth}")
        shutil.copytree(at, copy)
        held = Store(copy)
        with pytest.MonkeyPatch.context() as patch:
            done = steps(patch, nth)
            try:
                doing(held)
            except Killed:
                ended = False
            else:
                ended = True
        os.close(held._lock)  # noqa: SLF001  # as the end of a process does
        del done
        yield copy
        if ended:
            assert nth > 1
            return
    raise AssertionError("it never ends")


def test_what_was_seen_is_the_old_or_the_new(at: Path) -> None:
    old, new = Seen(3, b"\x01" * 32), Seen(4, b"\x02" * 32)
    with Store(at) as held:
        held.remember(old)
    found = []
    for copy in killed_everywhere(at, lambda one: one.remember(new)):
        with Store(copy) as held:
            found.append(held.seen)
    assert set(found) == {old, new}
    assert found[-1] == new


def test_a_package_is_there_whole_or_not_at_all(at: Path) -> None:
    found = []
    for copy in killed_everywhere(at, lambda one: one.keep(7, b"a package" * 100, NOW)):
        with Store(copy) as held:
            found.append(held.package(7))
    assert set(found) == {None, b"a package" * 100}


def test_what_lapsed_is_destroyed_wherever_it_was_killed_the_time_before(at: Path) -> None:
    with Store(at) as held:
        held.keep(7, b"a package", NOW)
        held.keep(8, b"another", NOW)
    for copy in killed_everywhere(at, lambda one: one.destroy_what_lapsed(NOW + QUARTER)):
        with Store(copy) as held:
            held.destroy_what_lapsed(NOW + QUARTER)
            assert list((copy / "packages").iterdir()) == []


def test_what_was_left_half_is_destroyed_as_well(at: Path) -> None:
    for copy in killed_everywhere(at, lambda one: one.keep(7, b"a package", NOW)):
        with Store(copy) as held:
            held.destroy_what_lapsed(NOW)
            assert {path.name for path in (copy / "packages").iterdir()} <= {"7.p7m"}


def test_a_stop_that_was_taken_is_there_whatever_happens_to_its_file(at: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path = inbox / f"{'a' * 32}.json"
    path.write_text("stop")
    for copy in killed_everywhere(at, lambda one: one.take_stops(inbox)):
        with Store(copy) as held:
            assert held.take_stops(inbox) == {path.name: "stop"}
    with Store(at) as held:
        held.take_stops(inbox)
        path.write_text("another")
        assert held.take_stops(inbox) == {path.name: "stop"}
        path.unlink()
        inbox.rmdir()
        assert held.take_stops(inbox) == {path.name: "stop"}


def test_names_tell_nothing_of_anybody(at: Path) -> None:
    with Store(at) as held:
        held.keep(7, b"a package", NOW)
    assert {path.name for path in at.rglob("*")} == {"seen", "packages", "stops", "lock", "7.p7m"}


# Killed while it seals


def test_killed_between_any_two_steps_of_a_seal_it_seals_or_has_sealed(scene: Scene) -> None:
    scene.gate  # noqa: B018  # the log is read once
    for nth in range(5):
        with pytest.MonkeyPatch.context() as patch:
            steps(patch, nth)
            with pytest.raises(Killed):
                scene.asks()
        scene.end()
        first = scene.asks()
        assert first.answer is SEALED, nth
        assert scene.asks() == first
        for path in (scene.told.store / "packages").iterdir():
            path.unlink()


def test_and_of_the_reading_of_the_log_it_counts_nothing_twice(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.entered(scene.other)
    scene.end()
    wanted = len(scene.sealer.watched.state.releases)
    assert wanted == 0
    with monkeypatch.context() as patch:
        patch.setattr("safeconduct.sealer.watched.Watched._grown", _half)
        with pytest.raises(ZeroDivisionError):
            scene.asks()
    assert scene.asks().answer is not REFUSED
    assert len(scene.sealer.watched.state.releases) == 1


def _half(watched: object, reads: Iterator[object]) -> None:
    """Every entry is taken, and then something is wrong."""
    for one in reads:
        watched._state.add(one)  # type: ignore[attr-defined]  # noqa: SLF001
    raise ZeroDivisionError
