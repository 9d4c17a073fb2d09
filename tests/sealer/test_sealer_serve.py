"""The sealer as a process: what is answered at its socket, one call at a time, and what is left of it when it is killed."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from brokered import said_back
from desked import quick
from safeconduct import sockets
from safeconduct.sealer import bundle as bundles
from safeconduct.sealer import serve
from safeconduct.sealer.ask import ask
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.reply import LONGEST, Reply, read
from safeconduct.shelf import Misplaced
from sealed import HANDED_OVER, NOVAK, REFUSED, SEALED, Ground, Json, Scene

PROGRAM = """
import datetime as dt, sys
from dataclasses import replace
from pathlib import Path
from safeconduct.sealer import serve, settings
folder, socket = Path(sys.argv[1]), Path(sys.argv[2])
ahead = dt.datetime.fromisoformat(sys.argv[3]) - dt.datetime.now(dt.UTC)
told = replace(settings.settings(folder / "sealer.toml"), store=folder / "sealer")
serve.serve(socket, told, lambda: dt.datetime.now(dt.UTC) + ahead, lambda what: print(what, file=sys.stderr, flush=True))
"""
"""The command, at the time of the scene, with the store that the town has."""


@dataclass
class Served:
    """A scene with a sealer that runs."""

    scene: Scene
    socket: Path
    process: subprocess.Popen[str]

    def asks(self, bundle: Bundle) -> Reply:
        """What is answered over the socket."""
        return ask(self.socket, bundle)

    def sends(self, line: bytes) -> bytes:
        """What comes back for these bytes."""
        return said_back(self.socket, line)

    def entered(self, bundle: Bundle) -> Bundle:
        """Sealed by the process, and entered."""
        reply = self.asks(bundle)
        assert reply.answer is SEALED, reply.why
        return replace(bundle, entry=self.scene.release(bundle, reply.package))


def served(scene: Scene) -> Served:
    """A sealer of the scene begins; that of this process has ended, for a store has one."""
    place = scene.folder / "s"
    command = [sys.executable, "-c", PROGRAM, str(scene.folder), str(place), scene.now.isoformat()]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.readline()
    assert "sealing for" in said, said + process.stderr.read()
    return Served(scene, place, process)


@pytest.fixture(scope="module", name="at")
def _at(ground: Ground) -> Iterator[Served]:
    """A sealer that runs, and a keeper who reads the gate beside it with a store of one's own."""
    into = quick()
    scene = Scene(ground, into / "t")
    made = beside(scene)
    yield made
    end(made)
    shutil.rmtree(into)


def beside(scene: Scene) -> Served:
    """The process has the town's store; whoever keeps the log reads what it comes to with another."""
    shutil.copytree(scene.folder / "sealer", scene.folder / "sealer-2")
    told = scene.folder / "sealer.toml"
    told.write_text(told.read_text().replace('store = "sealer"', 'store = "sealer-2"'))
    return served(scene)


def end(made: Served) -> None:
    """End the process."""
    made.process.kill()
    made.process.communicate()
    made.scene.end()


@pytest.fixture(name="own")
def _own(scene: Scene) -> Iterator[Served]:
    """The same, of one's own."""
    made = beside(scene)
    yield made
    end(made)


# What is answered


def test_a_release_is_sealed_entered_and_handed_over_over_the_socket(own: Served) -> None:
    entered = own.entered(own.scene.bundle)
    reply = own.asks(entered)
    assert reply.answer is HANDED_OVER
    assert own.scene.opens(reply.sealed, entered.picked_up.by).manifest.case == entered.case
    assert own.asks(entered) == reply


def test_of_two_calls_at_once_about_one_decision_both_hear_of_one_package(own: Served) -> None:
    with ThreadPoolExecutor(8) as callers:
        replies = list(callers.map(lambda _: own.asks(own.scene.bundle), range(8)))
    assert {reply.answer for reply in replies} == {SEALED}
    assert len({reply.package for reply in replies}) == 1
    with ThreadPoolExecutor(8) as callers:
        entered = replace(own.scene.bundle, entry=own.scene.release(own.scene.bundle, replies[0].package))
        handed = list(callers.map(lambda _: own.asks(entered), range(8)))
    assert len({(reply.answer, reply.sealed) for reply in handed}) == 1


def test_of_two_decisions_at_once_at_the_ceiling_one_at_most_is_handed_over(own: Served) -> None:
    scene = own.scene
    scene.controls("ceiling", "officer in 30 days", "1", (NOVAK,))
    both = (scene.bundle, scene.other)
    with ThreadPoolExecutor(2) as callers:
        sealed = list(callers.map(own.asks, both))
    shown = [replace(one, entry=scene.release(one, reply.package)) for one, reply in zip(both, sealed, strict=True)]
    with ThreadPoolExecutor(8) as callers:
        handed = list(callers.map(own.asks, shown * 4))
    assert [reply for reply in handed if reply.answer is HANDED_OVER] == []


def test_a_stop_between_the_seal_and_the_hand_over_keeps_it_back(own: Served) -> None:
    entered = own.entered(own.scene.bundle)
    own.scene.stops()
    assert own.asks(entered).why == "stopped: a stop"


MALFORMED = {
    "empty": b"\n",
    "no JSON": b"release\n",
    "no object": b"[1]\n",
    "no call": b'{"bundle": {}}\n',
    "another call": b'{"call": "open", "bundle": {}}\n',
    "a field too many": b'{"call": "release", "bundle": {}, "more": 1}\n',
    "no bundle": b'{"call": "release", "bundle": []}\n',
    "one field twice": b'{"call": "release", "call": "release", "bundle": {}}\n',
    "no UTF-8": b'{"call": "\xff"}\n',
    "half a character": b'{"call": "\\ud800", "bundle": {}}\n',
    "nested": b'{"call": "release", "bundle": ' + b"[" * 50_000 + b"]" * 50_000 + b"}\n",
    "a number without end": b'{"call": "release", "bundle": ' + b"1" * 9_000 + b"}\n",
    "too long": b'{"call": "release", "bundle": "' + b"x" * bundles.LONGEST + b'"}\n',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_call_is_refused_in_words_that_do_not_repeat_it(at: Served, name: str) -> None:
    reply = read(at.sends(MALFORMED[name]))
    assert (reply.answer, reply.sealed, reply.package) == (REFUSED, b"", "")
    assert reply.why
    assert "xx" not in reply.why
    assert len(reply.why) < 300


@pytest.mark.parametrize("line", [b'{"call"', b'{"call": "release", "bundle": {}}\n{"call": "release"', b""])
def test_half_a_line_and_two_at_once_are_answered_by_nobody(at: Served, line: bytes) -> None:
    assert at.sends(line) == b""


def test_a_bundle_of_deep_or_odd_values_is_refused(at: Served) -> None:
    call = bundles.written(at.scene.bundle)
    odd: tuple[Json, ...] = (
        {"a": [[[[{}]]]]},
        {"request_id": "\ud800"},
        {"asker": 1},
        {"officers": [None]},
        {"items": {}},
        {},
    )
    for request in odd:
        line = json.dumps({**call, "bundle": {**call["bundle"], "request": request}}).encode() + b"\n"  # type: ignore[dict-item]  # it is JSON
        assert read(at.sends(line)).answer is REFUSED


def test_the_socket_is_for_its_account_alone(at: Served) -> None:
    assert stat.S_IMODE(at.socket.stat().st_mode) == 0o600


def test_another_account_is_answered_by_nobody(at: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who calls is what the kernel says; here the sealer of this process is told of another desk."""
    place = at.scene.folder / "other"
    told = replace(at.scene.told, desk_uid=12345)
    monkeypatch.setattr(at.scene, "_sealer", replace(at.scene.sealer, told=told))
    with sockets.listening(place, told.desk_uid) as listener:
        attending = serve.attending(listener, at.scene.sealer, at.scene.clock, threading.Lock())
        threading.Thread(target=_attended, args=(attending,), daemon=True).start()
        with pytest.raises(Misplaced):
            ask(place, at.scene.bundle)


def _attended(attending: sockets.Attending) -> None:
    try:
        attending.attend()
    except OSError:
        return


def test_a_fault_is_told_by_its_kind_and_not_by_its_words(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> Reply:
        raise ValueError("Bruce Sutstead, 680-00-4456")

    monkeypatch.setattr(serve, "release_of", broken)
    line = json.dumps(bundles.written(scene.bundle)).encode() + b"\n"
    with sockets.listening(scene.folder / "s", scene.told.desk_uid) as listener:
        attending = serve.attending(listener, scene.sealer, scene.clock, threading.Lock())
        threading.Thread(target=_attended, args=(attending,), daemon=True).start()
        reply = read(sockets.asked(scene.folder / "s", line, LONGEST))
    assert (reply.answer, reply.why) == (REFUSED, "this is a fault of the sealer; nothing was handed over")
    assert "ValueError" in (said := capsys.readouterr().err)
    assert "Sutstead" not in said


# Begun and ended


def test_a_store_has_one_sealer(at: Served) -> None:
    told = replace(at.scene.told, store=at.scene.folder / "sealer")
    with pytest.raises(Misplaced, match="in use by another sealer"), serve.opened(told):
        pass


def test_killed_after_the_seal_it_hands_over_the_same_package_when_it_is_begun_again(own: Served) -> None:
    entered = own.entered(own.scene.bundle)
    own.process.send_signal(signal.SIGKILL)
    own.process.communicate()
    own.process = served(own.scene).process
    reply = own.asks(entered)
    assert reply.answer is HANDED_OVER, reply.why


def test_what_lapsed_is_destroyed_also_where_nobody_calls(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.asks()
    packages = scene.told.store / "packages"
    assert len(list(packages.iterdir())) == 1
    scene.now += dt.timedelta(minutes=15)

    def over(_: float) -> None:
        raise InterruptedError

    monkeypatch.setattr("safeconduct.sealer.serve.time.sleep", over)
    with pytest.raises(InterruptedError):
        serve.destroying(scene.sealer, scene.clock, threading.Lock())
    assert list(packages.iterdir()) == []
