"""Nothing is published without a quorum of witnesses, whatever they answer; and nothing is lost meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from contrary import Answering, Contrary, contrary, saying, silent, snapshot
from harm import audited
from logged import NOW, Log, log
from safeconduct.core.log import cosignatures, notes, witnessing
from safeconduct.core.log.checkpoints import Checkpoint, read
from safeconduct.core.log.notes import Signature
from safeconduct.core.log.policy import Believed
from safeconduct.keys import log as keys
from safeconduct.keys.log import Role, Signer
from safeconduct.logbook import asking
from safeconduct.logbook.faults import Stopped
from safeconduct.logbook.writer import Unwitnessed
from safeconduct.town import log as town
from safeconduct.witness.client import Response

SIZE = witnessing.SIZE_TYPE
NAMES = pytest.mark.parametrize("name", town.WITNESSES)


@pytest.fixture
def world(tmp_path: Path) -> tuple[Log, Contrary]:
    """A log with one published entry, and the way to its witnesses."""
    at, way = contrary(tmp_path)
    at.holds(b"first")
    return at, way


def signer(at: Log, name: str) -> Signer:
    return keys.signer(at.folder / f"{name}.key", f"{name}.town.example", Role.WITNESS)


def asked(body: bytes | None) -> Checkpoint:
    """The checkpoint that a witness is asked to cosign."""
    assert body is not None
    return read(witnessing.read(body).note.text)


def lines(*signatures: Signature) -> Response:
    return 200, "text/plain; charset=utf-8", "".join(f"{one}\n" for one in signatures).encode()


def is_not_published(at: Log, way: Contrary, instead: dict[str, Answering], why: str) -> None:
    """The tick publishes nothing and keeps the entries; the next one, with witnesses that answer, publishes them."""
    with at.writer() as writer:
        served = snapshot(at.served)["checkpoint"]
        writer.append([b"second"])
        way.instead = instead
        found = writer.publish()
        assert isinstance(found, Unwitnessed)
        assert "the quorum `both` has not cosigned it" in found.why
        assert why in found.why
        assert snapshot(at.served)["checkpoint"] == served
        assert writer.size == 2
        way.instead = {}
        assert isinstance(writer.publish(), Believed)
    assert audited.entries(at.served, at.told.policy) == [b"first", b"second"]


NO_FORM = "an answer of status {status} that is not of its form"
ANSWERS: dict[str, tuple[Answering, str]] = {
    "nobody there": (silent(ConnectionRefusedError(111, "Connection refused")), "no answer: connection refused"),
    "a timeout": (silent(TimeoutError("timed out")), "no answer: timed out"),
    **{
        str(status): (saying(status), f"status {status}")
        for status in (204, 301, 400, 403, 404, 429, 500, 502, 503, 504)
    },
    "409 without a size": (saying(409, SIZE), "status 409"),
    "409 of another kind": (saying(409, "text/plain", b"1\n"), "status 409"),
    "409 without its line feed": (saying(409, SIZE, b"1"), "status 409"),
    "409 with a zero before the size": (saying(409, SIZE, b"01\n"), NO_FORM.format(status=409)),
    "409 with a size below none": (saying(409, SIZE, b"-1\n"), NO_FORM.format(status=409)),
    "409 with a size beyond all": (saying(409, SIZE, b"9" * 19 + b"\n"), NO_FORM.format(status=409)),
    "409 with bytes that are no text": (saying(409, SIZE, b"\xff\n"), NO_FORM.format(status=409)),
    "200 with nothing": (saying(200), NO_FORM.format(status=200)),
    "200 with a page": (saying(200, content=b"<html>It works!</html>\n"), NO_FORM.format(status=200)),
    "200 with bytes that are no text": (saying(200, content=b"\xe2\x80\n"), NO_FORM.format(status=200)),
    "200 with very much": (saying(200, content=b"x" * (witnessing.LONGEST + 1)), NO_FORM.format(status=200)),
}


@NAMES
def test_no_answer_but_a_cosignature_is_taken_for_one(world: tuple[Log, Contrary], name: str) -> None:
    at, way = world
    with at.writer() as writer:
        for answer, (answering, why) in ANSWERS.items():
            served = (at.served / "checkpoint").read_bytes()
            writer.append([answer.encode()])
            way.instead = {name: answering}
            found = writer.publish()
            assert isinstance(found, Unwitnessed), answer
            assert found.why == f"the quorum `both` has not cosigned it ({name}: {why})"
            assert (at.served / "checkpoint").read_bytes() == served
            way.instead = {}
            assert isinstance(writer.publish(), Believed), answer
    assert audited.entries(at.served, at.told.policy) == [b"first", *(answer.encode() for answer in ANSWERS)]


def test_a_log_whose_witnesses_are_all_away_publishes_nothing(world: tuple[Log, Contrary]) -> None:
    at, way = world
    down = silent(ConnectionRefusedError(111, "Connection refused"))
    is_not_published(at, way, dict.fromkeys(town.WITNESSES, down), "witness-2: no answer: connection refused")


@NAMES
def test_a_witness_that_says_a_smaller_size_over_and_over_is_asked_twice_and_is_no_quorum(
    world: tuple[Log, Contrary], name: str
) -> None:
    at, way = world
    calls: list[bytes | None] = []

    def says(_url: str, body: bytes | None) -> Response:
        calls.append(body)
        return 409, SIZE, b"0\n"

    is_not_published(at, way, {name: says}, "")
    assert len(calls) == 2


@NAMES
def test_the_line_of_another_witness_is_no_quorum(world: tuple[Log, Contrary], name: str) -> None:
    at, way = world
    other = next(one for one in town.WITNESSES if one != name)
    is_not_published(
        at,
        way,
        {name: lambda _, body: lines(signer(at, other).signature(asked(body), int(NOW.timestamp())))},
        f"{name}: it did not cosign with its key",
    )


@NAMES
def test_a_cosignature_by_a_key_that_is_not_the_witnesss_is_none(
    world: tuple[Log, Contrary], name: str, tmp_path: Path
) -> None:
    at, way = world
    keys.make(tmp_path / "false.key", quantum_safe=name == "witness-2")
    false = keys.signer(tmp_path / "false.key", f"{name}.town.example", Role.WITNESS)

    def under_its_own_id(_url: str, body: bytes | None) -> Response:
        return lines(false.signature(asked(body), int(NOW.timestamp())))

    def under_the_witnesss_id(_url: str, body: bytes | None) -> Response:
        made = false.signature(asked(body), int(NOW.timestamp()))
        return lines(Signature(made.name, signer(at, name).key.id, made.value))

    is_not_published(at, way, {name: under_its_own_id}, "it did not cosign with its key")
    with at.writer() as writer:
        way.instead = {name: under_the_witnesss_id}
        found = writer.publish()
    assert isinstance(found, Unwitnessed)
    assert "a signature does not hold that says it is by a known key" in found.why


@NAMES
def test_a_cosignature_of_no_time_is_none(world: tuple[Log, Contrary], name: str) -> None:
    at, way = world
    at_no_time: Answering = lambda _, body: lines(signer(at, name).signature(asked(body), 0))  # noqa: E731
    is_not_published(at, way, {name: at_no_time}, "it did not cosign with its key")


@NAMES
def test_a_cosignature_of_the_tree_before_is_none(world: tuple[Log, Contrary], name: str) -> None:
    at, way = world
    before = notes.read((at.served / "checkpoint").read_bytes()).by(signer(at, name).key)
    is_not_published(at, way, {name: lambda *_: lines(*before)}, "a signature does not hold")


@NAMES
def test_a_witness_that_answers_with_many_lines_fills_no_note(world: tuple[Log, Contrary], name: str) -> None:
    at, way = world
    now = int(NOW.timestamp())
    many: Answering = lambda _, body: lines(*(signer(at, name).signature(asked(body), now - nth) for nth in range(64)))  # noqa: E731
    is_not_published(at, way, {name: many}, f"{name}: it answered with more than one line by its key")


def test_lines_of_others_beside_the_witnesss_own_are_not_served(world: tuple[Log, Contrary]) -> None:
    at, way = world
    stranger = Signature("stranger.example", b"abcd", b"anything")
    now = int(NOW.timestamp())
    way.instead = {"witness-1": lambda _, body: lines(stranger, signer(at, "witness-1").signature(asked(body), now))}
    with at.writer() as writer:
        assert isinstance(writer.publish(), Believed)
    assert b"stranger" not in (at.served / "checkpoint").read_bytes()


# Time


@NAMES
def test_a_witness_that_never_ends_its_answer_holds_nobody_up(
    world: tuple[Log, Contrary], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, way = world
    over, calls = threading.Event(), []

    def hangs(_url: str, body: bytes | None) -> Response:
        calls.append(body)
        over.wait(30)
        return 500, "", b""

    monkeypatch.setattr(asking, "_PATIENCE", 0.2)
    with at.writer() as writer:
        writer.append([b"second"])
        way.instead = {name: hangs}
        for _ in range(3):
            found = writer.publish()
            assert isinstance(found, Unwitnessed)
            assert f"{name}: no answer in time" in found.why
        assert len(calls) == 1, "one that hangs is not asked again"
        way.instead = {}
        over.set()
        monkeypatch.undo()
        for _ in range(50):
            if isinstance(writer.publish(), Believed):
                break
    assert audited.entries(at.served, at.told.policy) == [b"first", b"second"]


def of_any(at: Log) -> None:
    """Let one witness be enough."""
    policy = at.folder / town.POLICY
    policy.write_text(policy.read_text(encoding="utf-8").replace("group both all", "group both any"), encoding="utf-8")


@NAMES
def test_where_one_is_enough_the_log_goes_on_without_the_other(
    world: tuple[Log, Contrary], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, way = world
    of_any(at)
    over = threading.Event()
    way.instead = {name: lambda *_: (over.wait(30), (500, "", b""))[1]}
    monkeypatch.setattr(asking, "_PATIENCE", 0.2)
    found = at.holds(b"second")
    over.set()
    assert set(found.times) == set(town.WITNESSES) - {name}


# Before anything is signed


def test_a_writer_that_starts_without_its_witnesses_takes_entries_and_signs_nothing(
    world: tuple[Log, Contrary],
) -> None:
    at, way = world
    bodies: list[bytes | None] = []

    def away(_url: str, body: bytes | None) -> Response:
        bodies.append(body)
        raise ConnectionRefusedError(111, "Connection refused")

    way.instead = dict.fromkeys(town.WITNESSES, away)
    with at.writer() as writer:
        writer.append([b"second"])
        found = writer.publish()
        assert isinstance(found, Unwitnessed)
        assert "no quorum of witnesses has said yet what it has seen" in found.why
        assert {asked(body).size for body in bodies} == {1}, "nothing was sent but what was published before"
        way.instead = {}
        assert isinstance(writer.publish(), Believed)
    assert audited.entries(at.served, at.told.policy) == [b"first", b"second"]


@NAMES
def test_a_first_tree_that_one_witness_alone_has_cosigned_is_gone_on_from(tmp_path: Path, name: str) -> None:
    at, way = contrary(tmp_path)
    with at.writer() as writer:
        writer.append([b"first"])
        way.instead = {name: silent(ConnectionRefusedError(111, "Connection refused"))}
        assert isinstance(writer.publish(), Unwitnessed)
        writer.append([b"second"])
    way.instead = {}
    at.holds(b"third")
    assert audited.entries(at.served, at.told.policy) == [b"first", b"second", b"third"]


def test_a_first_tree_that_is_another_than_a_witness_saw_stops(tmp_path: Path) -> None:
    for name in "one", "other":
        (tmp_path / name).mkdir()
    (at, way), (other, _) = contrary(tmp_path / "one"), contrary(tmp_path / "other")
    for path in at.folder.glob("*.*"):
        (other.folder / path.name).write_bytes(path.read_bytes())
    with at.writer() as writer:
        writer.append([b"first"])
        way.instead = {"witness-2": silent(ConnectionRefusedError(111, "Connection refused"))}
        assert isinstance(writer.publish(), Unwitnessed)
    way.instead = {}
    other.transport = at.transport
    with pytest.raises(Stopped, match="a witness has seen 1 entries, and here are 0"), other.writer():
        pass
    down = silent(ConnectionRefusedError(111, "Connection refused"))
    way.instead = dict.fromkeys(town.WITNESSES, down)
    with other.writer() as writer:
        writer.append([b"another"])
        assert isinstance(writer.publish(), Unwitnessed), "and the tree does not grow before a quorum says what it saw"
        way.instead = {}
        with pytest.raises(Stopped, match="a witness has seen 1 entries, and here are 0"):
            writer.publish()


@pytest.mark.parametrize("page", [b"", b"<html>", b"town.example/log\n9\nAAAA\n\nx\n"])
def test_a_page_that_no_witness_cosigned_is_no_word_of_it(tmp_path: Path, page: bytes) -> None:
    at, way = contrary(tmp_path)
    way.instead = {"witness-1": saying(200, content=page)}
    with at.writer() as writer:
        writer.append([b"first"])
        found = writer.publish()
        assert isinstance(found, Unwitnessed)
        assert "no quorum of witnesses has said yet" in found.why
        way.instead = {}
        assert isinstance(writer.publish(), Believed)


def test_a_page_of_another_log_is_no_word_of_this_one(tmp_path: Path) -> None:
    at, way = contrary(tmp_path)
    false = Checkpoint("other.example/log", 9, bytes(32))
    line = signer(at, "witness-1").signature(false, int(NOW.timestamp()))
    way.instead = {"witness-1": saying(200, content=notes.written(notes.Note(false.text, (line,))))}
    with at.writer() as writer:
        assert isinstance(writer.publish(), Unwitnessed)


# The date in law


def test_the_date_in_law_is_the_earlier_of_two_witnesses(tmp_path: Path) -> None:
    at, way = contrary(tmp_path)
    late = town.transport(at.folder, lambda: NOW + dt.timedelta(seconds=100))
    way.instead = {"witness-2": late}
    found = at.holds(b"first")
    assert found.times == {"witness-1": int(NOW.timestamp()), "witness-2": int(NOW.timestamp()) + 100}
    assert found.time == int(NOW.timestamp())


def test_every_cosignature_that_is_served_holds(tmp_path: Path) -> None:
    at = log(tmp_path)
    at.holds(b"first")
    note = notes.read((at.served / "checkpoint").read_bytes())
    for one in at.told.policy.witnesses:
        assert cosignatures.verified(note, read(note.text), one.key)
