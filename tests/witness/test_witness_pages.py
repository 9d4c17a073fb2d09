"""The witness's pages, by WSGI and over HTTP: every status of c2sp.org/tlog-witness, and requests that are none."""

from __future__ import annotations

import datetime as dt
import gc
import http.client
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from safeconduct.core.log import cosignatures, merkle, notes, witnessing
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.notes import Note, Signature
from safeconduct.core.log.witnessing import LONGEST, SIZE_TYPE, Request
from safeconduct.keys import log as keys
from safeconduct.keys.log import Role
from safeconduct.shelf import Misplaced
from safeconduct.witness import client, serve
from safeconduct.witness import store as stores
from safeconduct.witness.client import Conflict, Cosigned, Failed, Forked
from witnessed import NOW, ORIGIN, Witnessed, asked, checkpoint, leaves, witnessed

ADD = "/add-checkpoint"
SHOWN = f"/{witnessing.origin_digest(ORIGIN)}/checkpoint"


@pytest.fixture(params=[False, True], ids=["Ed25519", "ML-DSA-44"])
def at(tmp_path: Path, request: pytest.FixtureRequest) -> Witnessed:
    """A witness that has cosigned a tree of five."""
    made = witnessed(tmp_path, quantum_safe=request.param)
    assert asked(made.witness(), "POST", ADD, made.body("a", 0, 5))[0] == 200
    return made


@dataclass(frozen=True)
class Case:
    """A request, and its answer."""

    body: Callable[[Witnessed], bytes]
    status: int
    says: str


def changed(of: bytes, old: bytes, new: bytes) -> bytes:
    assert old in of
    return of.replace(old, new, 1)


def said(at: Witnessed, old: int, path: tuple[bytes, ...], note: Note) -> bytes:
    assert at
    return witnessing.written(Request(old, path, note))


def of_nothing(at: Witnessed) -> bytes:
    false = f"{ORIGIN}\n0\n{'A' * 43}=\n"
    return said(at, 0, (), Note(false, at.note("a", 5).signatures))


def by_a_stranger(at: Witnessed) -> bytes:
    note = at.note("a", 7)
    return said(at, 5, (), Note(note.text, tuple(replace(one, id=b"abcd") for one in note.signatures)))


def badly_signed(at: Witnessed) -> bytes:
    note = at.note("a", 7)
    return said(at, 5, (), Note(note.text, tuple(replace(one, value=bytes(64)) for one in note.signatures)))


def of_another_log(at: Witnessed) -> bytes:
    made = Checkpoint("other.example/log", 7, bytes(32))
    return said(at, 5, (), Note(made.text, (at.log.signature(made, 1),)))


PATH = tuple(merkle.consistency(5, 7, merkle.held(leaves("a"))))
CASES = {
    "a greater tree": Case(lambda at: at.body("a", 5, 7), 200, ""),
    "the same tree again": Case(lambda at: at.body("a", 5, 5), 200, ""),
    "nothing": Case(lambda _: b"", 400, "does not begin with the old size"),
    "no checkpoint": Case(lambda _: b"old 5\n", 400, "has no checkpoint"),
    "a zero before the size": Case(lambda at: changed(at.body("a", 5, 7), b"old 5", b"old 05"), 400, "plain figures"),
    "a size below none": Case(lambda at: changed(at.body("a", 5, 7), b"old 5", b"old -5"), 400, "plain figures"),
    "a hash too short": Case(lambda at: changed(at.body("a", 5, 7), b"\n\n", b"\nAAAA\n\n"), 400, "no hash"),
    "a proof too long": Case(lambda at: said(at, 5, (bytes(32),) * 64, at.note("a", 7)), 400, "longer than that"),
    "a carriage return": Case(lambda at: changed(at.body("a", 5, 7), b"\n", b"\r\n"), 400, "control character"),
    "no UTF-8": Case(lambda at: b"\xff" + at.body("a", 5, 7), 400, "not UTF-8"),
    "an extension line": Case(
        lambda at: said(at, 5, PATH, Note(at.note("a", 7).text + "more\n", at.note("a", 7).signatures)),
        400,
        "three lines",
    ),
    "an old size that is greater": Case(lambda at: said(at, 8, (), at.note("a", 7)), 400, "greater than the new one"),
    "a log that is not known": Case(of_another_log, 404, "not known here"),
    "no signature of the log": Case(by_a_stranger, 403, "no key of the log signed it"),
    "a signature that does not hold": Case(badly_signed, 403, "does not hold"),
    "another old size": Case(lambda at: at.body("a", 4, 7), 409, "5\n"),
    "no old size": Case(lambda at: at.body("a", 0, 7), 409, "5\n"),
    "a smaller tree": Case(lambda at: at.body("a", 3, 4), 409, "5\n"),
    "another tree of that size": Case(lambda at: at.body("b", 5, 5), 422, "not shown"),
    "a greater tree that begins otherwise": Case(lambda at: at.body("b", 5, 7), 422, "not shown"),
    "a proof that is too much": Case(lambda at: said(at, 5, (*PATH, bytes(32)), at.note("a", 7)), 422, "not shown"),
    "no proof": Case(lambda at: said(at, 5, (), at.note("a", 7)), 422, "not shown"),
    "a proof of what needs none": Case(lambda at: said(at, 5, PATH, at.note("a", 5)), 422, "not shown"),
    "a tree of none with a root": Case(of_nothing, 400, "no entries and has another root"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_request_is_answered_as_the_standard_has_it(at: Witnessed, case: str) -> None:
    made, witness = CASES[case], at.witness()
    status, headers, content = asked(witness, "POST", ADD, made.body(at))
    assert status == made.status
    assert made.says in content.decode()
    assert headers["Content-Length"] == str(len(content))
    assert headers["Content-Type"].startswith(SIZE_TYPE if status == 409 else "text/plain")
    seen = at.seen()
    assert seen == checkpoint("a", 7 if case == "a greater tree" else 5)
    if status == 200:
        [line] = notes.signatures(content.decode())
        assert cosignatures.verified(Note(seen.text, (line,)), seen, at.signer.key)


def test_of_a_log_that_it_has_not_seen_only_nothing_is_old(tmp_path: Path) -> None:
    at = witnessed(tmp_path)
    witness = at.witness()
    assert asked(witness, "GET", SHOWN)[0] == 404
    assert asked(witness, "POST", ADD, at.body("a", 3, 5))[::2] == (409, b"0\n")
    assert asked(witness, "POST", ADD, said(at, 0, PATH, at.note("a", 5)))[0] == 422
    assert asked(witness, "POST", ADD, at.body("a", 0, 0))[0] == 200
    assert asked(witness, "POST", ADD, at.body("a", 0, 5))[0] == 200


def test_a_replay_is_answered_by_what_was_seen_since(at: Witnessed) -> None:
    witness, body = at.witness(), at.body("a", 5, 7)
    assert asked(witness, "POST", ADD, body)[0] == 200
    assert asked(witness, "POST", ADD, body)[::2] == (409, b"7\n")


@pytest.mark.parametrize("length", ["", "-1", "x", "1e3", "99999999", str(LONGEST + 1), " 5", "５"])
def test_a_request_that_does_not_say_how_long_it_is_is_not_read(at: Witnessed, length: str) -> None:
    status, _, content = asked(at.witness(), "POST", ADD, at.body("a", 5, 7), length)
    assert status == 413
    assert content == b"say how long the request is, and be brief\n"
    assert at.seen() == checkpoint("a", 5)


def test_a_request_that_is_shorter_than_it_says_is_malformed(at: Witnessed) -> None:
    assert asked(at.witness(), "POST", ADD, at.body("a", 5, 7)[:-20], "500")[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", ADD, 405), ("PUT", ADD, 405), ("DELETE", ADD, 405), ("HEAD", ADD, 405), ("POST", SHOWN, 404),
        ("DELETE", SHOWN, 404), ("GET", "/", 404), ("GET", "", 404), ("POST", ADD + "/", 404), ("GET", SHOWN + "/", 404),
        ("GET", SHOWN.upper(), 404), ("GET", f"/{'0' * 64}/checkpoint", 404), ("GET", f"/{'0' * 63}/checkpoint", 404),
        ("GET", f"/../{SHOWN}", 404), ("GET", SHOWN + "\n", 404),
    ],
)  # fmt: skip
def test_other_methods_and_other_paths_are_nothing(at: Witnessed, method: str, path: str, status: int) -> None:
    assert asked(at.witness(), method, path)[0] == status


def test_what_is_shown_is_the_latest_note_with_the_logs_line_and_the_witnesss_and_no_other(at: Witnessed) -> None:
    note = at.note("a", 7)
    poison = Signature(at.signer.key.name, at.signer.key.id, bytes(72))
    stuffed = note.with_signatures([poison, Signature("other.example", b"abcd", b"anything")])
    assert asked(at.witness(), "POST", ADD, said(at, 5, PATH, stuffed))[0] == 200
    status, headers, content = asked(at.witness(), "GET", SHOWN)
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    shown = notes.read(content)
    assert [one.name for one in shown.signatures] == [ORIGIN, "witness.example"]
    assert cosignatures.verified(shown, checkpoint("a", 7), at.signer.key)


def test_two_keys_of_a_log_are_known_while_one_takes_over(at: Witnessed, tmp_path: Path) -> None:
    keys.make(tmp_path / "next.key", quantum_safe=True)
    other = keys.signer(tmp_path / "next.key", ORIGIN, Role.LOG)
    witness = replace(at.witness(), logs=[at.log.key, other.key])
    made = checkpoint("a", 7)
    by_the_next = Note(made.text, (other.signature(made, int(NOW.timestamp())),))
    assert asked(witness, "POST", ADD, said(at, 5, PATH, by_the_next))[0] == 200
    by_both = at.note("a", 7).with_signatures(by_the_next.signatures)
    assert asked(witness, "POST", ADD, said(at, 7, (), by_both))[0] == 200
    assert len(notes.read(asked(witness, "GET", SHOWN)[2]).signatures) == 3


# Its clock, its store


def test_a_clock_that_went_back_cosigns_nothing_and_one_that_stands_does(at: Witnessed) -> None:
    before = at.witness(lambda: NOW - dt.timedelta(seconds=1))
    assert asked(before, "POST", ADD, at.body("a", 5, 7))[::2] == (503, b"the witness's clock went back\n")
    assert at.seen() == checkpoint("a", 5)
    assert asked(at.witness(), "POST", ADD, at.body("a", 5, 7))[0] == 200


def test_a_clock_before_1970_cosigns_nothing(tmp_path: Path) -> None:
    at = witnessed(tmp_path)
    assert asked(at.witness(lambda: dt.datetime.fromtimestamp(0, dt.UTC)), "POST", ADD, at.body("a", 0, 5))[0] == 503
    assert at.seen() is None


@pytest.mark.parametrize("pragma", ["max_page_count = 1", "query_only = on"], ids=["full", "read-only"])
def test_a_store_that_takes_nothing_cosigns_nothing(
    at: Witnessed, monkeypatch: pytest.MonkeyPatch, pragma: str
) -> None:
    real = stores._connected  # noqa: SLF001  # the one place at which a disk is reached

    def connected(path: Path) -> sqlite3.Connection:
        connection = real(path)
        connection.execute(f"PRAGMA {pragma}")
        return connection

    monkeypatch.setattr(stores, "_connected", connected)
    many = at.note("a", 7).with_signatures(
        [replace(at.log.signature(checkpoint("a", 7), 1), name=ORIGIN) for _ in range(2)]
    )
    big = Note(many.text, many.signatures * 60)
    status, _, content = asked(at.witness(), "POST", ADD, said(at, 5, PATH, big))
    assert (status, content) == (500, b"the witness's store cannot be used; nothing was cosigned\n")
    monkeypatch.undo()
    assert at.seen() == checkpoint("a", 5)
    assert asked(at.witness(), "POST", ADD, at.body("a", 5, 7))[0] == 200


def test_a_store_that_is_gone_or_overwritten_cosigns_nothing(at: Witnessed) -> None:
    witness = at.witness()
    path = at.folder / "witness.sqlite"
    kept = path.read_bytes()
    for content in b"no store at all" * 500, None:
        path.unlink() if content is None else path.write_bytes(content)
        assert asked(witness, "POST", ADD, at.body("a", 5, 7))[0] == 500
        assert asked(witness, "GET", SHOWN)[0] == 500
    assert not path.exists(), "none was made in its place: an empty one would cosign a rollback"
    path.write_bytes(kept)
    assert asked(witness, "POST", ADD, at.body("a", 5, 7))[0] == 200


def test_a_store_is_made_once_and_never_by_opening_it(tmp_path: Path) -> None:
    path = tmp_path / "witness.sqlite"
    with pytest.raises(Misplaced, match="an empty one would cosign a rollback"):
        stores.Store(path)
    assert not path.exists()
    stores.make(path)
    with pytest.raises(Misplaced, match="is made once"):
        stores.make(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(Misplaced, match="of another version"):
        stores.Store(path)


# Over HTTP


SERVING = """
import sys
from pathlib import Path
from safeconduct.witness.serve import serve
from witnessed import Witnessed
serve(Witnessed(Path(sys.argv[1])).witness(), "127.0.0.1", 0, lambda said: print(said, flush=True))
"""


@pytest.fixture
def served(at: Witnessed) -> Iterator[tuple[Witnessed, str]]:
    """A witness at work in a process of its own, and its address."""
    beside = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", SERVING, str(at.folder)]
    with subprocess.Popen(command, env=beside, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout
        ready = serving.stdout.readline()
        assert ready.startswith("witness.example witnesses at http://127.0.0.1:")
        yield at, ready.split()[-1]
        serving.kill()


def test_a_log_asks_over_http_and_understands_every_answer(served: tuple[Witnessed, str]) -> None:
    at, url = served
    assert client.add_checkpoint(url, Request(4, (), at.note("a", 7))) == Conflict(5)
    assert client.add_checkpoint(url, Request(5, (), at.note("a", 7))) == Forked()
    assert client.add_checkpoint(url, Request(8, (), at.note("a", 7))) == Failed("status 400")
    reply = client.add_checkpoint(url + "/", Request(5, PATH, at.note("a", 7)))
    assert isinstance(reply, Cosigned)
    seen = checkpoint("a", 7)
    assert cosignatures.verified(Note(seen.text, reply.signatures), seen, at.signer.key)
    shown = client.latest(url, ORIGIN)
    assert isinstance(shown, Note)
    assert shown.text == seen.text
    assert client.latest(url, "other.example/log") is None


def test_huge_and_odd_requests_over_http_cosign_nothing(served: tuple[Witnessed, str]) -> None:
    at, url = served
    body = at.body("a", 5, 7)
    for headers, content, expected in (
        ({}, b"x" * (LONGEST + 1), 413),
        ({"Content-Length": "abc"}, b"", 400),
        ({"Transfer-Encoding": "nonsense"}, b"", 501),
        ({"Content-Length": "0"}, b"", 400),
    ):
        with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)) as connection:
            connection.putrequest("POST", ADD)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                connection.putheader(name, value)
            connection.endheaders()
            with suppress(ConnectionError):  # it says no in the middle
                connection.send(content)
                assert connection.getresponse().status == expected
    assert at.seen() == checkpoint("a", 5)
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)) as connection:
        parts, chunked = iter([body[:50], body[50:]]), {"Transfer-Encoding": "chunked"}
        connection.request("POST", ADD, body=parts, headers=chunked, encode_chunked=True)
        assert connection.getresponse().status == 200


def test_a_port_that_is_taken_is_told(at: Witnessed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Misplaced, match=f"127.0.0.1:{port}: cannot be listened at: address already in use"):
            serve.serve(at.witness(), "127.0.0.1", port, lambda _: None)
    with warnings.catch_warnings(action="ignore"):  # waitress leaves its socket to the collector
        gc.collect()


# Whoever answers a log


def test_a_redirection_is_followed_nowhere(at: Witnessed) -> None:
    calls: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def reply() -> None:
            for status in (b"301", b"302", b"303", b"307", b"308"):
                taken, _ = server.accept()
                with taken:
                    calls.append(taken.recv(1 << 20))
                    taken.sendall(
                        b"HTTP/1.1 %s Off\r\nLocation: %s/x\r\nContent-Length: 0\r\n\r\n" % (status, url.encode())
                    )

        replying = threading.Thread(target=reply)
        replying.start()
        for status in 301, 302, 303, 307, 308:
            assert client.add_checkpoint(url, Request(5, PATH, at.note("a", 7))) == Failed(f"status {status}")
        replying.join(10)
    assert all(call.startswith(b"POST /add-checkpoint ") for call in calls)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"\r\n\r\n", b"nonsense\r\n\r\n", b"HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/x\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 307 Temporary\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", b"HTTP/1.1 999 What\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 70_000 + b"\r\n\r\n",
    ],
)  # fmt: skip
def test_an_answer_that_is_broken_is_a_failure_and_never_more(at: Witnessed, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def reply() -> None:
            for _ in range(2):
                taken, _ = server.accept()
                with taken:
                    taken.recv(1 << 20)
                    taken.sendall(answer)

        threading.Thread(target=reply, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert isinstance(client.add_checkpoint(url, Request(5, PATH, at.note("a", 7))), Failed)
        assert isinstance(client.latest(url, ORIGIN), Failed)


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1", "file:///etc", "http://", "http://127.0.0.1:x", "local:witness", ""]
)
def test_an_address_that_is_none_is_a_failure(at: Witnessed, url: str) -> None:
    assert isinstance(client.add_checkpoint(url, Request(5, PATH, at.note("a", 7))), Failed)
