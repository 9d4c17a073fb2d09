"""The log's writer: entries in, checkpoints out, whoever calls at once and whenever it is started again."""

from __future__ import annotations

import datetime as dt
import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from contrary import Contrary, saying
from harm import audited
from logged import Log, log
from safeconduct.core.log import proofs
from safeconduct.core.log.policy import Believed
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import disk
from safeconduct.logbook.faults import DiskFailed, Stopped
from safeconduct.logbook.writer import Filling, Unwitnessed
from safeconduct.shelf import Misplaced


@pytest.fixture
def at(tmp_path: Path) -> Log:
    return log(tmp_path)


def held(at: Log) -> list[bytes]:
    """The entries that are served, read from the entries up."""
    return audited.entries(at.served, at.told.policy)


def numbered(begin: int, end: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(begin, end)]


# Appending, publishing, proving


def test_entries_stand_at_the_indices_that_were_told(at: Log) -> None:
    with at.writer() as writer:
        assert writer.append([b"a"]) == range(1)
        assert writer.append([b"b", b"c"]) == range(1, 3)
        assert writer.size == 3
        assert writer.published is None
        writer.publish()
    assert held(at) == [b"a", b"b", b"c"]


def test_no_entries_are_no_entries(at: Log) -> None:
    with at.writer() as writer:
        writer.append([b"a"])
        assert writer.append([]) == range(1, 1)
        assert writer.size == 1


@pytest.mark.parametrize("entry", [b"", b"x" * 65_536])
def test_an_entry_that_no_bundle_holds_is_refused_and_nothing_of_its_call_is_taken(at: Log, entry: bytes) -> None:
    with at.writer() as writer:
        with pytest.raises(ValueError, match="empty or longer than 65,535 bytes"):
            writer.append([b"good", entry])
        assert writer.append([b"x" * 65_535]) == range(1)


def test_a_log_of_no_entries_is_published_and_stays_provable(at: Log) -> None:
    assert at.holds().checkpoint.size == 0
    assert held(at) == []


def test_what_is_published_is_proved_offline(at: Log) -> None:
    entries = numbered(0, 300)
    at.holds(*entries)
    with at.writer() as writer:
        for index in (0, 1, 255, 256, 299):
            proof = proofs.read(proofs.written(writer.prove(index, b"salt")))
            assert isinstance(proofs.verified(proof, entries[index], at.told.policy), Believed)
            assert isinstance(proofs.verified(proof, b"another", at.told.policy), Refused)


def test_nothing_is_proved_before_it_is_published(at: Log) -> None:
    with at.writer() as writer:
        writer.append([b"a"])
        with pytest.raises(ValueError, match="no checkpoint is published yet"):
            writer.prove(0)
        writer.publish()
        writer.append([b"b"])
        with pytest.raises(ValueError, match="no checkpoint is published yet"):
            writer.prove(1)
        assert writer.prove(0).index == 0


def test_a_proof_under_the_last_checkpoint_is_made_while_the_tree_has_grown_beyond_it(at: Log) -> None:
    at.holds(*numbered(0, 250))
    with at.writer() as writer:
        writer.append(numbered(250, 600))
    with at.writer() as writer:
        assert writer.published is not None
        assert writer.published.checkpoint.size == 250
        assert isinstance(proofs.verified(writer.prove(249), b"entry 249", at.told.policy), Believed)


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 513])
def test_the_tree_grows_over_the_edges_of_tiles_and_is_taken_up_at_each(at: Log, size: int) -> None:
    at.holds(*numbered(0, size - 1))
    at.holds(b"one more")
    at.holds(b"and one")
    assert held(at) == [*numbered(0, size - 1), b"one more", b"and one"]


def test_the_tree_grows_over_the_edge_of_the_second_level(at: Log) -> None:
    at.holds(*numbered(0, 65_535))
    for number in range(65_535, 65_538):
        at.holds(*numbered(number, number + 1))
    assert held(at) == numbered(0, 65_538)
    assert not list(at.served.rglob("255.p"))
    assert (at.served / "tile/2/000.p/1").is_file()


def test_partial_tiles_go_only_when_the_full_one_is_served(at: Log) -> None:
    at.holds(*numbered(0, 250))
    way = Contrary(at.transport)
    at.transport = way
    with at.writer() as writer:
        way.instead["witness-1"] = saying(503)
        writer.append(numbered(250, 256))
        assert isinstance(writer.publish(), Unwitnessed)
        assert (at.served / "tile/0/000").is_file()
        assert (at.served / "tile/0/000.p/250").is_file(), "the checkpoint that is served still names it"
    way.instead.clear()
    at.holds()
    assert not (at.served / "tile/0/000.p").exists()
    assert held(at) == numbered(0, 256)


# Many callers


def test_thirty_two_callers_at_once_have_distinct_indices_that_are_right_and_share_fsyncs(
    at: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    real = os.fdatasync

    def slow(file: int) -> None:
        synced.append(file)
        time.sleep(0.01)
        real(file)

    with at.writer() as writer, ThreadPoolExecutor(32) as threads:
        monkeypatch.setattr(os, "fdatasync", slow)
        calls = [
            [f"caller {caller} {nth}".encode() for nth in range(caller % 3 + 1)]
            for caller in range(32)
            for _ in "12345678"
        ]
        calls = [[entry + f" {number}".encode() for entry in call] for number, call in enumerate(calls)]
        taken = list(threads.map(writer.append, calls))
        monkeypatch.setattr(os, "fdatasync", real)
        writer.publish()
    entries = held(at)
    assert sorted(index for one in taken for index in one) == list(range(len(entries)))
    assert all([entries[index] for index in one] == call for one, call in zip(taken, calls, strict=True))
    assert len(synced) < len(calls) / 4


def test_entries_are_taken_while_a_tree_is_published(at: Log) -> None:
    over = threading.Event()

    def append(caller: int) -> list[tuple[int, bytes]]:
        taken, nth = [], 0
        while not over.is_set() or nth < 5:
            entry = f"caller {caller} {nth}".encode()
            taken.append((writer.append([entry])[0], entry))
            nth += 1
        return taken

    with at.writer() as writer, ThreadPoolExecutor(4) as threads:
        callers = [threads.submit(append, caller) for caller in range(4)]
        for _ in range(8):
            assert isinstance(writer.publish(), Believed)
        over.set()
        taken = dict(one for caller in callers for one in caller.result())
        writer.publish()
    assert held(at) == [taken[index] for index in range(len(taken))]


def test_two_who_publish_at_once_come_one_after_the_other(at: Log) -> None:
    with at.writer() as writer, ThreadPoolExecutor(8) as threads:
        writer.append(numbered(0, 3))
        found = list(threads.map(lambda _: writer.publish(), range(8)))
    assert [one.checkpoint.size for one in found if isinstance(one, Believed)] == [3] * 8


# Filled up


def filled(indices: Sequence[int], _: dt.datetime, __: bytes) -> list[bytes]:
    return [f"nothing at {index}".encode() for index in indices]


FIRST = Filling(filled, lambda _, many: list(range(many)))
LAST = Filling(filled, lambda room, many: list(range(room - many, room)))
ANYWHERE = Filling(filled, lambda room, many: sorted(random.SystemRandom().sample(range(room), many)))


@pytest.mark.parametrize("filling", [FIRST, LAST, ANYWHERE])
def test_a_tick_is_filled_up_and_one_without_entries_is_as_full(tmp_path: Path, filling: Filling) -> None:
    at = log(tmp_path, step=8)
    with at.writer(filling) as writer:
        for entries, size in ([b"a"], 8), ([], 16), (numbered(0, 8), 24), (numbered(8, 17), 40):
            writer.append(entries)
            found = writer.publish()
            assert isinstance(found, Believed)
            assert found.checkpoint.size == size


def test_a_writer_that_was_killed_in_a_tick_comes_back_to_the_step(tmp_path: Path) -> None:
    at = log(tmp_path, step=8)
    with at.writer(FIRST) as writer:
        writer.append(numbered(0, 3))
    with at.writer(FIRST) as writer:
        found = writer.publish()
    assert isinstance(found, Believed)
    assert found.checkpoint.size == 8, "no size tells how many entries there were when it was killed"


def test_who_waits_while_a_tick_is_filled_up_displaces_nothing(tmp_path: Path) -> None:
    at = log(tmp_path, step=8)
    callers: list[threading.Thread] = []

    def waited_for(indices: Sequence[int], now: dt.datetime, before: bytes) -> list[bytes]:
        if not callers:
            callers.append(threading.Thread(target=writer.append, args=([b"late"],)))
            callers[0].start()
            time.sleep(0.1)
        return filled(indices, now, before)

    with at.writer(replace(FIRST, made=waited_for)) as writer:
        writer.append([b"early"])
        found = writer.publish()
        assert isinstance(found, Believed)
        assert found.checkpoint.size == 8
        callers[0].join()
        writer.publish()
    entries = held(at)
    assert entries[8] == b"late"
    assert [entry for entry in entries if entry.startswith(b"nothing")] == [
        f"nothing at {index}".encode() for index in range(16) if index not in {0, 8}
    ]


@pytest.mark.parametrize("filling", [FIRST, LAST, ANYWHERE])
def test_what_is_something_stands_where_it_was_said_to_and_what_is_nothing_at_its_own_index(
    tmp_path: Path, filling: Filling
) -> None:
    at = log(tmp_path, step=8)
    taken: dict[int, bytes] = {}
    waiting: dict[int, bytes] = {}
    with at.writer(filling) as writer:
        for begin, many in (0, 1), (1, 2), (3, 9), (12, 8), (20, 30):
            entries = numbered(begin, begin + many)
            numbers = writer.append(entries)
            if begin == 1:
                waiting = dict(zip(numbers, entries, strict=True))
                continue
            writer.publish()
            for number, entry in (waiting | dict(zip(numbers, entries, strict=True))).items():
                taken[writer.index(number)] = entry
            waiting = {}
    found = held(at)
    assert len(taken) == 50
    assert len(found) == 8 + 16 + 8 + 32
    assert found == [taken.get(index, f"nothing at {index}".encode()) for index in range(len(found))]


def test_a_tick_shows_more_than_one_step_only_if_more_were_taken_than_that_however_they_came(tmp_path: Path) -> None:
    at = log(tmp_path, step=8)
    sizes = []
    with at.writer(ANYWHERE) as writer:
        for many in (0, 1, 2, 5, 8, 9):
            for nth in range(many):
                writer.append([f"{many} {nth}".encode()])
            found = writer.publish()
            assert isinstance(found, Believed)
            sizes.append(found.checkpoint.size)
    assert [after - before for before, after in pairwise([0, *sizes])] == [8, 8, 8, 8, 8, 16]


def test_places_that_were_drawn_by_a_writer_that_was_killed_are_drawn_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tiles of one order are on the disk and the tree is not: nothing of it was signed, and another order takes its place."""
    at = log(tmp_path, step=8)
    real = disk.replace

    def killed(path: Path, content: bytes) -> None:
        if path.name == "tree":
            raise DiskFailed("killed")
        real(path, content)

    with at.writer(FIRST) as writer:
        writer.append([b"one", b"two"])
        monkeypatch.setattr(disk, "replace", killed)
        with pytest.raises(DiskFailed):
            writer.publish()
    monkeypatch.setattr(disk, "replace", real)
    with at.writer(LAST) as writer:
        assert isinstance(writer.publish(), Believed)
    assert held(at)[6:] == [b"one", b"two"]


def test_the_index_of_an_entry_is_known_after_its_tick_and_not_before(tmp_path: Path) -> None:
    at = log(tmp_path, step=8)
    with at.writer(LAST) as writer:
        [number] = writer.append([b"one"])
        with pytest.raises(ValueError, match="no tick"):
            writer.index(number)
        writer.publish()
        assert writer.index(number) == 7
        with pytest.raises(ValueError, match="no tick"):
            writer.index(number + 1)


# Started again


def test_what_was_taken_and_not_published_is_there_after_a_restart(at: Log) -> None:
    at.holds(b"a")
    with at.writer() as writer:
        writer.append([b"b"])
        writer.append([b"c", b"d"])
    with at.writer() as writer:
        assert writer.size == 4
        assert writer.append([b"e"]) == range(4, 5)
        writer.publish()
    assert held(at) == [b"a", b"b", b"c", b"d", b"e"]


def test_a_second_writer_is_kept_out_until_the_first_has_ended(at: Log) -> None:
    with at.writer(), pytest.raises(Misplaced, match="in use by another writer; end that one first"), at.writer():
        pass
    at.holds(b"a")


def test_a_writer_that_has_ended_writes_nothing_anywhere(at: Log, tmp_path: Path) -> None:
    with at.writer() as writer:
        writer.append([b"a"])
    other = os.open(tmp_path / "other", os.O_WRONLY | os.O_CREAT)
    for act in (lambda: writer.append([b"b"]), writer.publish):
        with pytest.raises(Stopped, match="has been ended"):
            act()
    os.close(other)
    assert (tmp_path / "other").read_bytes() == b""
    at.holds()
    assert held(at) == [b"a"]


# A disk that fails


def failing(call: Callable[..., object], when: int, fault: BaseException) -> tuple[Callable[..., object], list[int]]:
    made: list[int] = []

    def shim(*args: object, **named: object) -> object:
        made.append(1)
        if len(made) == when:
            raise fault
        return call(*args, **named)

    return shim, made


def test_after_a_failed_fsync_the_writer_goes_no_further_and_the_next_one_does(
    at: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at.writer() as writer:
        writer.append([b"a"])
        with monkeypatch.context() as patched:
            patched.setattr(os, "fdatasync", failing(os.fdatasync, 1, OSError(5, "Input/output error"))[0])
            with pytest.raises(DiskFailed, match="input/output error; make room or mend the disk, then start again"):
                writer.append([b"b"])
        for act in (lambda: writer.append([b"c"]), writer.publish):
            with pytest.raises(DiskFailed):
                act()
    at.holds()
    assert held(at) in ([b"a"], [b"a", b"b"])


def test_all_who_wait_for_a_failed_fsync_are_told(at: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def slow(_: int) -> None:
        begun.set()
        time.sleep(0.2)
        raise OSError(5, "Input/output error")

    def append(entry: bytes) -> str:
        try:
            writer.append([entry])
        except DiskFailed as fault:
            return str(fault)
        return ""

    with at.writer() as writer, ThreadPoolExecutor(8) as threads:
        monkeypatch.setattr(os, "fdatasync", slow)
        first = threads.submit(append, b"first")
        assert begun.wait(10)
        told = [first.result(), *threads.map(append, numbered(0, 7))]
        monkeypatch.undo()
    assert all("input/output error" in one for one in told)


@pytest.mark.parametrize("when", [1, 2, 3])
def test_a_rename_that_fails_ends_the_writer_with_its_own_words_and_leaves_no_lock(
    at: Log, monkeypatch: pytest.MonkeyPatch, when: int
) -> None:
    at.holds(b"a")
    shim, _ = failing(os.rename, when, OSError(28, "No space left on device"))

    def publish() -> None:
        with at.writer() as writer:
            writer.append([b"b"])
            monkeypatch.setattr(os, "rename", shim)
            writer.publish()

    with pytest.raises(DiskFailed, match="no space left on device"):
        publish()
    monkeypatch.undo()
    at.holds()
    assert held(at) == [b"a", b"b"]


def test_a_file_ahead_that_cannot_be_closed_ends_nothing_as_all_of_it_is_on_the_disk(
    at: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(file: int) -> None:
        of = Path(f"/proc/self/fd/{file}").readlink().name
        real(file)
        if of.startswith("ahead"):
            raise OSError(5, "Input/output error")

    real = os.close
    monkeypatch.setattr(os, "close", failed)
    at.holds(b"a")
    at.holds(b"b")
    monkeypatch.undo()
    assert held(at) == [b"a", b"b"]


def test_a_writer_that_is_interrupted_while_it_writes_goes_no_further(at: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdatasync

    def interrupted(file: int) -> None:
        real(file)
        raise KeyboardInterrupt

    with at.writer() as writer:
        writer.append([b"a"])
        with monkeypatch.context() as patched:
            patched.setattr(os, "fdatasync", interrupted)
            with pytest.raises(KeyboardInterrupt):
                writer.append([b"b"])
        with pytest.raises(Stopped, match="interrupted"):
            writer.append([b"c"])
    at.holds(b"d")
    assert held(at) == [b"a", b"b", b"d"]


def test_folders_that_a_killed_writer_made_are_put_on_the_disk_by_the_next(
    at: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    (at.served / "tile/entries").mkdir(parents=True)
    (at.served / "tile/0").mkdir()
    synced: list[Path] = []
    real = os.fsync

    def noted(file: int) -> None:
        synced.append(Path(f"/proc/self/fd/{file}").readlink())
        real(file)

    monkeypatch.setattr(os, "fsync", noted)
    with at.writer() as writer:
        writer.append([b"a"])
        writer.publish()
    assert {at.served, at.served / "tile", at.served / "tile/0", at.served / "tile/entries"} <= set(synced)


def test_a_checkpoint_of_a_day_is_there_as_a_whole_or_not(at: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, content: bytes) -> int:
        if "daily" in str(Path(f"/proc/self/fd/{file}").readlink()):
            raise OSError(28, "No space left on device")
        return real(file, content)

    real = os.write
    with at.writer() as writer:
        writer.append([b"a"])
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(DiskFailed, match="no space left on device"):
            writer.publish()
        monkeypatch.undo()
    at.holds()
    assert held(at) == [b"a"]


def test_a_partial_tile_that_cannot_be_taken_away_does_no_harm(at: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    at.holds(*numbered(0, 250))

    def refused(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "rmdir", refused)
    monkeypatch.setattr(os, "unlink", refused)
    at.holds(*numbered(250, 257))
    monkeypatch.undo()
    assert held(at) == numbered(0, 257)
