"""What the writer finds at its start: damage, old files beside new ones, the torn end of what was written ahead."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contrary import contrary, saying, snapshot
from harm import audited
from logged import Log, log
from safeconduct.logbook import ahead, left
from safeconduct.logbook.ahead import Ahead
from safeconduct.logbook.faults import Stopped
from safeconduct.logbook.writer import Unwitnessed
from safeconduct.shelf import Misplaced
from safeconduct.witness import store as seen


@pytest.fixture
def at(tmp_path: Path) -> Log:
    """A log with five entries that are published and two that are not."""
    made = log(tmp_path)
    made.holds(b"a", b"b", b"c")
    made.holds(b"d", b"e")
    with made.writer() as writer:
        writer.append([b"f"])
        writer.append([b"g"])
    return made


def is_refused(at: Log, why: str) -> None:
    before = snapshot(at.folder)
    with pytest.raises(Misplaced, match=why), at.writer():
        pass
    assert snapshot(at.folder) == before, "nothing was changed"


# Entries written ahead


def frames(path: Path) -> list[int]:
    """Where each frame begins, and where the last one ends."""
    begins, said = [29], path.read_bytes()
    while begins[-1] < len(said):
        begins.append(begins[-1] + 36 + int.from_bytes(said[begins[-1] : begins[-1] + 4], "big"))
    return begins


def test_the_torn_end_of_the_file_ahead_is_dropped_wherever_it_was_torn(at: Log) -> None:
    path = at.state / "ahead"
    whole, (_, last, end) = path.read_bytes(), frames(path)
    for length in range(last, end):
        for rest in b"", b"\0" * (end - length):
            path.write_bytes(whole[:length] + rest)
            assert ahead.left(path) == (5, [b"f"])
    path.write_bytes(whole[: end - 1])
    with at.writer() as writer:
        assert writer.append([b"h"]) == range(6, 7)
        writer.publish()
    assert audited.entries(at.served, at.told.policy) == [b"a", b"b", b"c", b"d", b"e", b"f", b"h"]


def test_every_bit_before_the_last_frame_stops_the_writer(at: Log) -> None:
    path = at.state / "ahead"
    whole, last = path.read_bytes(), frames(path)[-2]
    for bit in range(last * 8):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        with pytest.raises(Misplaced, match="restore"):
            left.left(at.told)


def test_a_bad_frame_in_the_middle_stops_whatever_is_bad_about_it(at: Log) -> None:
    path = at.state / "ahead"
    whole, (first, last, _) = path.read_bytes(), frames(path)
    for middle in b"", b"\0" * (last - first), b"\xff" * (last - first), whole[first + 1 : last]:
        path.write_bytes(whole[:first] + middle + whole[last:])
        is_refused(at, "is damaged in its middle; restore it; entries that were acknowledged are in it")


def test_a_file_ahead_that_is_not_there_or_none_stops(at: Log) -> None:
    path = at.state / "ahead"
    path.write_bytes(b"safeconduct ahead v2\n" + bytes(8))
    is_refused(at, "is no file of entries written ahead; restore it")
    path.unlink()
    is_refused(at, "ahead: cannot be read: no such file or directory; restore it; entries that were taken may be in it")


def test_a_file_ahead_of_another_time_leaves_a_gap_and_stops(at: Log) -> None:
    Ahead(at.state / "ahead", 6).close()
    is_refused(at, "lacks entries between its tree and those written ahead of it")
    Ahead(at.state / "ahead", 3).close()
    is_refused(at, "lacks entries between its tree and those written ahead of it")


# Tiles, tree, checkpoint


@pytest.mark.parametrize("tile", ["tile/0/000.p/5", "tile/entries/000.p/5"])
def test_a_tile_of_the_edge_that_is_damaged_or_gone_stops(at: Log, tile: str) -> None:
    path = at.served / tile
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    is_refused(at, "is damaged: tile/.* restore the whole of the newest backup")
    path.unlink()
    is_refused(at, "is damaged: tile/.* is not there; restore the whole of the newest backup")


def test_a_hash_of_the_edge_that_is_another_stops(at: Log) -> None:
    path = at.served / "tile/0/000.p/5"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    is_refused(at, "holds tiles of another tree than the writer's")


def test_a_tile_inside_the_tree_that_is_gone_stops_the_writer_that_needs_it(tmp_path: Path) -> None:
    at = log(tmp_path)
    at.holds(*(f"entry {number}".encode() for number in range(700)))
    with at.writer() as writer:
        writer.append([b"one more"])
        (at.served / "tile/0/001").unlink()
        at.transport = lambda *_: (500, "", b"")
        with pytest.raises(Stopped, match=r"is damaged: tile/0/001 is not there; restore that file from a backup"):
            writer.prove(300)


def test_a_tile_inside_the_tree_that_is_gone_stops_a_start_with_words(tmp_path: Path) -> None:
    at = log(tmp_path)
    at.holds(*(f"entry {number}".encode() for number in range(300)))
    before = (at.folder / "witness-1.sqlite").read_bytes()
    at.holds(*(f"entry {number}".encode() for number in range(300, 700)))
    (at.folder / "witness-1.sqlite").write_bytes(before)
    (at.served / "tile/0/001").unlink()
    with pytest.raises(Stopped, match=r"is damaged: tile/0/001 is not there; restore that file from a backup"):
        at.holds(b"one more")


def older(at: Log, act: Callable[[], object]) -> Path:
    """A copy of the log as it is, after which something is done to it."""
    copy = at.folder / "copy"
    for name in "log", "logbook":
        shutil.copytree(at.folder / name, copy / name)
    act()
    return copy


def test_an_old_tree_beside_new_tiles_stops(at: Log) -> None:
    copy = older(at, lambda: at.holds(b"h", b"i"))
    shutil.copy(copy / "logbook/tree", at.state / "tree")
    is_refused(at, "lacks entries between its tree and those written ahead of it")
    shutil.copy(copy / "logbook/ahead", at.state / "ahead")
    is_refused(
        at, "has a checkpoint of more entries than the writer's tree has; restore the whole of the newest backup"
    )


def test_a_new_tree_beside_old_tiles_stops(at: Log) -> None:
    copy = older(at, lambda: at.holds(b"h", b"i"))
    shutil.rmtree(at.served)
    shutil.copytree(copy / "log", at.served)
    is_refused(at, "is damaged: tile/.* is not there")


def test_a_checkpoint_of_another_tree_stops(tmp_path: Path) -> None:
    for name in "one", "other":
        (tmp_path / name).mkdir()
    one, (other, way) = log(tmp_path / "one"), contrary(tmp_path / "other")
    for path in one.folder.glob("*.*"):
        shutil.copy(path, other.folder)
    one.holds(b"a", b"b")
    for store in "witness-1.sqlite", "witness-2.sqlite":
        (other.folder / store).unlink()
        seen.make(other.folder / store)
    with other.writer() as writer:
        writer.append([b"a", b"c"])
        way.instead = {"witness-1": saying(503)}
        assert isinstance(writer.publish(), Unwitnessed)
    shutil.copy(one.served / "checkpoint", other.served)
    is_refused(other, "has a checkpoint of another tree than its tiles'")


@pytest.mark.parametrize("content", [b"", b"\xff", b"no note\n", b"town.example/log\n5\n"])
def test_a_checkpoint_that_is_none_stops(at: Log, content: bytes) -> None:
    (at.served / "checkpoint").write_bytes(content)
    is_refused(at, "has a checkpoint that is none: .* restore the whole of the newest backup")


def test_a_checkpoint_that_the_policy_does_not_believe_stops(at: Log) -> None:
    path = at.served / "checkpoint"
    path.write_bytes(b"".join(line for line in path.read_bytes().splitlines(keepends=True) if b"witness-2" not in line))
    is_refused(at, "has a checkpoint that the policy does not believe: the quorum `both` has not cosigned it")


@pytest.mark.parametrize(
    "content", ["", "{}", '{"root": 5, "size": 5}', '{"root": "AA==", "size": 5}', '{"root": "", "size": -1}', "[]"]
)
def test_a_tree_that_says_nothing_stops(at: Log, content: str) -> None:
    (at.state / "tree").write_text(content, encoding="utf-8")
    is_refused(at, "does not say what the tree is")


def test_a_folder_that_is_no_writers_stops(at: Log) -> None:
    (at.state / "lock").unlink()
    is_refused(at, "is no writer's folder; name the one that `safeconduct log init` made")


def test_a_log_is_made_once(at: Log) -> None:
    with pytest.raises(Misplaced, match="cannot be made: file exists; a log is made once"):
        left.make(at.served, at.state)


# Left over by a writer that was killed


def test_tiles_that_were_half_written_beyond_the_tree_are_written_again(at: Log) -> None:
    for name in "tile/0/000.p/7", "tile/entries/000.p/7":
        (at.served / name).write_bytes(b"half")
    at.holds()
    assert audited.entries(at.served, at.told.policy) == [b"a", b"b", b"c", b"d", b"e", b"f", b"g"]


def test_a_file_that_was_not_renamed_any_more_is_written_over(at: Log) -> None:
    for path in at.state / ".tree.new", at.state / ".ahead.new", at.served / ".checkpoint.new":
        path.write_bytes(b"half of something longer than what comes in its place" * 100)
    at.holds()
    assert len(audited.entries(at.served, at.told.policy)) == 7


def test_entries_that_are_in_the_tree_and_still_ahead_of_it_stand_once(at: Log) -> None:
    before = (at.state / "ahead").read_bytes()
    with at.writer():
        pass
    (at.state / "ahead").write_bytes(before)
    at.holds(b"h")
    assert audited.entries(at.served, at.told.policy) == [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"]
