"""The broker as a process: what is answered at its socket and when, and what is left of it when it is killed."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from brokered import NOBODY, NOW, SEVERAL, Json, Trial, request, trial, until
from safeconduct import sockets
from safeconduct.broker import look, serve
from safeconduct.broker.reply import SIZE, Answer, Outcome, read
from safeconduct.broker.settings import settings
from safeconduct.shelf import Misplaced


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A broker that runs."""
    made = trial(tmp_path_factory.mktemp("served"))
    made.say(most_alike=1000)
    with made.process():
        yield made


def counted(at: Trial) -> tuple[int, int]:
    """Permits used, and looks counted, as the store has them."""
    with sqlite3.connect(at.folder / "store" / "broker.sqlite") as store:
        [(used,)] = store.execute("SELECT count(*) FROM used").fetchall()
        [(looks,)] = store.execute("SELECT count FROM looks").fetchall()
    store.close()
    return used, looks


def test_a_look_over_the_socket_is_answered_once(served: Trial) -> None:
    asked = request()
    permit = served.permit(asked, dt.datetime.now(dt.UTC))
    assert served.call_for(asked, permit).found is Outcome.ONE
    assert served.call_for(asked, permit).why == "the permit was used before"


def test_two_uses_of_one_permit_at_once_are_exactly_one_look(served: Trial) -> None:
    before = counted(served)
    for _ in range(3):
        asked = request()
        permit = served.permit(asked, dt.datetime.now(dt.UTC))
        with ThreadPoolExecutor(12) as callers:
            replies = list(callers.map(lambda _: served.call_for(asked, permit), range(12)))  # noqa: B023  # done at once
        assert sorted(reply.answer for reply in replies) == [Answer.LOOKED, *[Answer.REFUSED] * 11]
    after = counted(served)
    assert [b - a for a, b in zip(before, after, strict=True)] == [3, 3]


MALFORMED = {
    "empty": b"\n",
    "no JSON": b"look\n",
    "no object": b"[1]\n",
    "no call": b'{"permit": 1}\n',
    "another call": b'{"call": "list"}\n',
    "a field too many": b'{"call": "look", "permit": {}, "request": {}, "more": 1}\n',
    "a field too few": b'{"call": "look", "permit": {}}\n',
    "one field twice": b'{"call": "look", "call": "look", "permit": {}, "request": {}}\n',
    "no UTF-8": b'{"call": "\xff"}\n',
    "half a character": b'{"call": "\\ud800", "permit": {}, "request": {}}\n',
    "nested": b'{"call": "look", "permit": {}, "request": ' + b"[" * 50_000 + b"]" * 50_000 + b"}\n",
    "a number without end": b'{"call": "look", "permit": {}, "request": ' + b"1" * 9_000 + b"}\n",
    "no number": b'{"call": "look", "permit": {}, "request": NaN}\n',
    "texts for objects": b'{"call": "look", "permit": "x", "request": "y"}\n',
    "a mark by one": b'{"call": "mark", "person": "1", "present": true, "by": ["A"]}\n',
    "a mark of nothing": b'{"call": "mark", "person": {}, "present": 1, "by": {"A": 1, "B": 2}}\n',
}


@pytest.mark.parametrize("what", MALFORMED)
def test_what_is_no_call_is_refused_in_an_answer_of_one_size(served: Trial, what: str) -> None:
    answer = served.send(MALFORMED[what])
    assert len(answer) == SIZE
    assert read(answer).answer is Answer.REFUSED
    assert read(answer).why


def test_a_line_that_is_too_long_is_not_read_to_its_end(served: Trial) -> None:
    answer = served.send(b"x" * (serve.LONGEST + 1))
    assert answer == b"" or "longer than" in read(answer).why
    served.send(b"x" * (50 * serve.LONGEST))
    assert served.call_for(request()).answer is Answer.LOOKED


@pytest.mark.parametrize("half", [b"", b'{"call": "look", "per', b'{"call": "list"}\n{"call": "list"}\n'])
def test_half_a_line_and_two_lines_are_answered_by_nobody(served: Trial, half: bytes) -> None:
    assert served.send(half) == b""


def test_a_slow_caller_is_let_go_and_keeps_nobody_waiting(served: Trial) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as slow:
        slow.connect(str(served.socket))
        dribbling = threading.Thread(target=_dribble, args=(slow,))
        begun = time.monotonic()
        dribbling.start()
        assert served.call_for(request()).answer is Answer.LOOKED
        assert time.monotonic() - begun < 2
        slow.settimeout(sockets.PATIENCE + 5)
        with pytest.raises((BrokenPipeError, ConnectionResetError, EOFError)):
            _hear(slow)
        assert time.monotonic() - begun < sockets.PATIENCE + 3
        dribbling.join()


def _dribble(slow: socket.socket) -> None:
    try:
        for _ in range(100):
            slow.sendall(b" ")
            time.sleep(0.2)
    except OSError:
        pass


def _hear(slow: socket.socket) -> None:
    if not slow.recv(1):
        raise EOFError


def test_who_hangs_up_before_the_answer_leaves_the_broker_whole(served: Trial) -> None:
    for _ in range(5):
        asked = request()
        said = {"call": "look", "permit": served.permit(asked, dt.datetime.now(dt.UTC)), "request": asked}
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as hasty:
            hasty.connect(str(served.socket))
            hasty.sendall(json.dumps(said).encode() + b"\n")
    assert served.call_for(request()).answer is Answer.LOOKED


def test_more_callers_than_places_are_turned_away_and_the_rest_served(served: Trial) -> None:
    idle = []
    for _ in range(40):
        one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        one.connect(str(served.socket))
        idle.append(one)
    for one in idle:
        one.close()
    until(lambda: served.send(MALFORMED["no JSON"]))
    assert served.call_for(request()).answer is Answer.LOOKED


def test_the_socket_is_its_owner_s_alone(served: Trial) -> None:
    assert stat.S_IMODE(served.socket.stat().st_mode) == 0o600


def test_another_account_is_not_served(tmp_path: Path) -> None:
    made = trial(tmp_path)
    made.say(desk_uid=os.geteuid() + 1)
    with made.process():
        assert made.send(MALFORMED["no JSON"]) == b""


# Time


def test_answers_go_out_at_multiples_of_the_tick(tmp_path: Path) -> None:
    made = trial(tmp_path)
    made.say(tick_ms=150)
    with made.process():
        made.call_for(request())  # what is read once for all is read
        asked = [_look(made, request(**subject)) for subject in ({}, NOBODY, SEVERAL, {}, {})]
        mark = {"call": "mark", "person": "1", "present": True, "by": ["A", "B"]}
        lines = [json.dumps(one).encode() + b"\n" for one in (*asked, mark, {"call": "list"})]
        taken = [[_timed(made, line) for _ in range(4)] for line in lines]
    assert all(seconds >= 0.15 for several in taken for seconds in several)
    assert all(min(seconds % 0.15 for seconds in several) < 0.05 for several in taken), "a busy machine is late once"


def _look(made: Trial, asked: Json) -> Json:
    return {"call": "look", "permit": made.permit(asked, dt.datetime.now(dt.UTC)), "request": asked}


def _timed(made: Trial, line: bytes) -> float:
    begun = time.monotonic()
    assert len(made.send(line)) == SIZE
    return time.monotonic() - begun


# Faults


def test_a_fault_of_the_broker_is_answered_and_repeats_nothing(
    at: Trial, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Maria Lopez Garcia, 418 Juniper St")

    monkeypatch.setattr(look, "decide", broken)
    with at.broker() as broker, sockets.listening(at.socket, os.geteuid()) as listener:
        attending = threading.Thread(target=_attend, args=(serve.attending(listener, broker, lambda: NOW),))
        attending.start()
        asked = request()
        reply = at.call_for(asked, at.permit(asked))
        refused = at.call_for(asked, at.permit(asked))
        listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a call
        attending.join()
    assert "fault of the broker" in reply.why
    assert refused.answer is Answer.REFUSED
    said = capfd.readouterr()
    assert said.err.splitlines() == ["safeconduct: a call failed: RuntimeError"] * 2
    assert not said.out


def _attend(desk: sockets.Attending) -> None:
    with suppress(OSError):
        desk.attend()


# Killed


def test_a_killed_broker_leaves_a_permit_used_or_unused_and_no_look_uncounted(tmp_path: Path) -> None:
    made = trial(tmp_path)
    made.say(most_alike=1000, tick_ms=10)
    looks = 0
    for nth in range(4):
        asked = request()
        permits = [made.permit(asked, dt.datetime.now(dt.UTC)) for _ in range(30)]
        with made.process() as running, ThreadPoolExecutor(4) as callers:
            killer = threading.Timer(0.02 + 0.02 * nth, running.kill)
            killer.start()
            looked = list(callers.map(lambda permit: _called(made, asked, permit), permits))  # noqa: B023  # done at once
            killer.join()
            running.wait()
        used, counted_then = counted(made)
        assert used == counted_then >= looks + sum(looked)
        with made.broker() as broker:
            again = [look.look(permit, asked, broker, dt.datetime.now(dt.UTC)) for permit in permits]
        twice = [one for one, other in zip(looked, again, strict=True) if one and other.answer is Answer.LOOKED]
        assert not twice, "a look was made twice"
        looks = counted(made)[1]
        assert looks == 30 * (nth + 1), "every permit is used in the end, once"


def _called(made: Trial, asked: Json, permit: Json) -> bool:
    try:
        return made.call_for(asked, permit).answer is Answer.LOOKED
    except (OSError, ValueError):
        return False


def test_a_broker_that_was_killed_begins_anew_at_the_same_socket(tmp_path: Path) -> None:
    made = trial(tmp_path)
    with made.process() as running:
        running.kill()
        running.wait()
        assert made.socket.exists()
    with made.process():
        assert made.call_for(request()).answer is Answer.LOOKED


def test_a_broker_that_is_told_to_end_ends_and_takes_its_socket_along(tmp_path: Path) -> None:
    made = trial(tmp_path)
    with made.process() as running:
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=10) == 128 + signal.SIGTERM
        assert not made.socket.exists()


# Begun wrongly


def refused(made: Trial, **said: object) -> str:
    """Why a broker does not begin."""
    words = {"register": made.register, "socket": made.socket, "config": made.config} | said
    with pytest.raises(Misplaced) as told:
        serve.serve(
            str(words["register"]),
            Path(str(words["socket"])),
            settings(Path(str(words["config"]))),
            lambda: NOW,
            lambda _: None,
        )
    return str(told.value)


def test_a_broker_that_cannot_begin_says_why_in_one_line_and_ends_with_2(at: Trial) -> None:
    words = ["broker", "serve", "--register", at.register, "--socket", at.socket, "--config", at.folder / "none.toml"]
    command = [sys.executable, "-c", "from safeconduct.cli import main; main()", *map(str, words)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stdout) == (2, "")
    assert (
        result.stderr == f"safeconduct: {words[-1]}: cannot be read: no such file or directory; name a file that can\n"
    )


def test_a_second_broker_of_one_store_or_socket_does_not_begin(served: Trial, at: Trial) -> None:
    assert "is in use by another process" in refused(served, socket=at.socket)
    assert "is listened at by another process" in refused(at, socket=served.socket)


def test_what_cannot_be_served_is_told_apart(at: Trial, tmp_path: Path) -> None:
    assert "is no file that can be read" in refused(at, register=tmp_path / "none.parquet")
    assert "is there and is no socket" in refused(at, socket=at.config)
    assert "too long a name" in refused(at, socket=tmp_path / ("s" * 120))
    assert "cannot be listened at" in refused(at, socket=tmp_path / "no" / "s")
    (tmp_path / "broker.secret").chmod(0o640)
    assert "not its owner's alone" in refused(at)


SAID = {
    "nothing = 1": "nothing reads",
    'register_name = "Town Hall"': "register_name",
    "tick_ms = 5": "from 10 to 10000",
    'most_alike = "3"': "most_alike",
    "lot_one_in = true": "lot_one_in",
    "desk = 1": "is no text",
    "= ": "is no TOML",
    'desk = "sealer.pem"': "no public key",
    'sealer = "desk.pem"': "no certificate",
    'keys = "desk.pem"': "not its owner's alone",
    'keys = "desk.key"': "no secret of 32 bytes",
    'store = "nowhere"': "cannot be reached",
}


@pytest.mark.parametrize("line", SAID)
def test_settings_that_are_wrong_are_told_apart(at: Trial, line: str) -> None:
    name = line.partition(" ")[0]
    kept = [one for one in at.config.read_text().splitlines() if not one.startswith(f"{name} ")]
    at.config.write_text("\n".join([*kept, line]))
    assert SAID[line] in refused(at)


@pytest.mark.parametrize("name", ["broker.toml", "desk.pem", "sealer.pem"])
def test_what_says_whose_permits_are_taken_and_who_reads_is_not_for_others_to_change(at: Trial, name: str) -> None:
    (at.folder / name).chmod(0o664)
    assert "may be changed by others" in refused(at)


@pytest.mark.parametrize("name", ["register_name", "desk", "sealer", "keys", "store"])
def test_settings_that_are_left_out_are_asked_for(at: Trial, name: str) -> None:
    kept = [one for one in at.config.read_text().splitlines() if not one.startswith(f"{name} ")]
    at.config.write_text("\n".join(kept))
    assert f"has no `{name}`" in refused(at)
