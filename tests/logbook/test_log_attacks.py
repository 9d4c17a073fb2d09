"""Who restores backups, copies a log, moves a clock, strips or steals a key: what refuses it, and who finds it."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from contrary import Contrary, silent, snapshot
from harm import audited
from logged import NOW, Log, log
from safeconduct.core.log import merkle, notes, witnessing
from safeconduct.core.log.checkpoints import Checkpoint, read
from safeconduct.core.log.notes import Note
from safeconduct.core.log.policy import Believed, believed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.witnessing import Request
from safeconduct.logbook.faults import Stopped
from safeconduct.logbook.writer import Unwitnessed
from safeconduct.shelf import Misplaced
from safeconduct.town import log as town
from safeconduct.witness.client import Response

FOLDERS = ("log", "logbook")


@pytest.fixture
def at(tmp_path: Path) -> Log:
    """A log with three entries."""
    made = log(tmp_path)
    made.holds(b"a", b"b", b"c")
    return made


def kept(at: Log, *more: str) -> Path:
    """A backup of the log's folders."""
    backup = at.folder / "backup"
    for name in FOLDERS:
        shutil.copytree(at.folder / name, backup / name)
    for name in more:
        shutil.copy(at.folder / name, backup / name)
    return backup


def restored(at: Log, backup: Path, *names: str) -> None:
    for name in names:
        if (backup / name).is_dir():
            shutil.rmtree(at.folder / name)
            shutil.copytree(backup / name, at.folder / name)
        else:
            shutil.copy(backup / name, at.folder / name)


def starts_stopped(at: Log, why: str) -> None:
    before = {name: snapshot(at.folder / name) for name in FOLDERS}
    with pytest.raises(Stopped, match=why), at.writer():
        pass
    assert {name: snapshot(at.folder / name) for name in FOLDERS} == before, "nothing was changed"


# Backups


def test_an_older_backup_of_the_whole_log_starts_stopped(at: Log) -> None:
    backup = kept(at)
    at.holds(b"d", b"e")
    restored(at, backup, *FOLDERS)
    starts_stopped(
        at, "a witness has seen 5 entries, and here are 3: a backup was restored, or a second writer is at work"
    )


def test_taking_its_checkpoint_away_does_not_help_it(at: Log) -> None:
    backup = kept(at)
    at.holds(b"d", b"e")
    restored(at, backup, *FOLDERS)
    (at.served / "checkpoint").unlink()
    starts_stopped(at, "a witness has seen 5 entries, and here are 3")


def test_a_backup_with_entries_ahead_of_its_tree_is_not_saved_by_them(at: Log) -> None:
    with at.writer() as writer:
        writer.append([b"d", b"e"])
        backup = kept(at)
        writer.publish()
        writer.append([b"f"])
    restored(at, backup, *FOLDERS)
    starts_stopped(at, "a witness has seen 5 entries, and here are 3")


def test_a_log_that_is_made_anew_under_the_same_keys_starts_stopped(at: Log, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    backup = kept(log(tmp_path / "new"))
    restored(at, backup, *FOLDERS)
    starts_stopped(at, "a witness has seen 3 entries, and here are 0")


def test_the_served_folder_alone_restored_is_refused(at: Log) -> None:
    backup = kept(at)
    at.holds(b"d", b"e")
    restored(at, backup, "log")
    with pytest.raises(Misplaced, match=r"is damaged: tile/.* is not there"):
        at.holds()


def test_the_writers_folder_alone_restored_is_refused(at: Log) -> None:
    backup = kept(at)
    at.holds(b"d", b"e")
    restored(at, backup, "logbook")
    with pytest.raises(Misplaced, match="has a checkpoint of more entries than the writer's tree has"):
        at.holds()
    (at.served / "checkpoint").unlink()
    starts_stopped(at, "a witness has seen 5 entries, and here are 3")


def test_the_checkpoint_alone_restored_is_gone_on_from_as_the_tree_is_newer(at: Log) -> None:
    backup = kept(at)
    at.holds(b"d", b"e")
    restored(at, backup, "log/checkpoint")
    assert at.holds().checkpoint.size == 5


def test_a_checkpoint_that_was_deleted_is_made_again_where_the_tree_is_what_the_witnesses_saw(at: Log) -> None:
    (at.served / "checkpoint").unlink()
    assert at.holds(b"d").checkpoint.size == 4
    assert audited.entries(at.served, at.told.policy) == [b"a", b"b", b"c", b"d"]


def test_the_newest_backup_goes_on(at: Log) -> None:
    at.holds(b"d")
    backup = kept(at)
    shutil.rmtree(at.served)
    shutil.rmtree(at.state)
    for name in FOLDERS:
        (at.folder / name).mkdir()
    restored(at, backup, *FOLDERS)
    assert at.holds(b"e").checkpoint.size == 5


def test_one_witness_restored_from_a_backup_is_brought_up_again(at: Log) -> None:
    backup = kept(at, "witness-1.sqlite")
    at.holds(b"d", b"e")
    restored(at, backup, "witness-1.sqlite")
    assert set(at.holds(b"f").times) == set(town.WITNESSES)


def test_a_log_restored_together_with_all_its_witnesses_is_found_only_by_who_remembers(at: Log) -> None:
    """The collusion that is out of reach here: a quorum that forgets. Whoever kept one newer checkpoint has the proof of it."""
    stores = [f"{name}.sqlite" for name in town.WITNESSES]
    backup = kept(at, *stores)
    remembered = at.holds(b"d", b"e")
    restored(at, backup, *FOLDERS, *stores)
    again = at.holds(b"x", b"y")
    assert again.checkpoint.size == remembered.checkpoint.size
    assert again.checkpoint.root != remembered.checkpoint.root
    leaves = [merkle.leaf(one) for one in audited.entries(at.served, at.told.policy)]
    path = merkle.consistency(5, 5, merkle.held(leaves))
    assert not merkle.is_consistent(5, remembered.checkpoint.root, 5, again.checkpoint.root, path)


# Forks


@dataclass
class Two:
    """One log at two places, with the same keys and the same witnesses."""

    one: Log
    other: Log


@pytest.fixture
def two(at: Log, tmp_path: Path) -> Two:
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for path in at.folder.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    for name in FOLDERS:
        shutil.copytree(at.folder / name, copy / name)
    other = Log(copy)
    other.transport = at.transport
    return Two(at, other)


@pytest.mark.parametrize(
    ("more", "others", "why"),
    [
        ([b"d", b"e"], [b"x"], "a witness has seen 5 entries, and here are 4"),
        ([b"d"], [b"x"], "a witness has seen another tree of this log"),
        ([b"d"], [b"x", b"y", b"z"], "a witness has seen another tree of this log"),
        ([], [b"x"], ""),
    ],
)
def test_of_two_that_go_on_at_two_places_the_second_to_publish_stops(
    two: Two, more: list[bytes], others: list[bytes], why: str
) -> None:
    with two.one.writer() as one, two.other.writer() as other:
        if more:
            one.append(more)
        other.append(others)
        assert isinstance(one.publish(), Believed)
        if not why:
            assert isinstance(other.publish(), Believed)
            one.append([b"late"])
            with pytest.raises(Stopped, match="another tree"):
                one.publish()
            return
        served = snapshot(two.other.served)["checkpoint"]
        for _ in range(2):
            with pytest.raises(Stopped, match=why):
                other.publish()
        with pytest.raises(Stopped, match=why):
            other.append([b"w"])
        assert snapshot(two.other.served)["checkpoint"] == served


def test_a_copy_that_is_started_later_starts_stopped(two: Two) -> None:
    two.one.holds(b"d")
    with pytest.raises(Stopped, match="a witness has seen 4 entries, and here are 3"), two.other.writer():
        pass


def test_a_copy_that_grew_beyond_the_other_while_no_witness_answered_signs_nothing(two: Two) -> None:
    two.one.holds(b"d", b"e")
    way = Contrary(two.other.transport)
    down = silent(ConnectionRefusedError(111, "Connection refused"))
    way.instead, two.other.transport = dict.fromkeys(town.WITNESSES, down), way
    with two.other.writer() as other:
        other.append([b"w", b"x", b"y", b"z"])
    with two.other.writer() as other:
        assert other.size == 7
        assert isinstance(other.publish(), Unwitnessed)
    asked = []

    def heard(url: str, body: bytes | None) -> Response:
        if body is not None:
            asked.append(read(witnessing.read(body).note.text).size)
        return two.one.transport(url, body)

    way.instead = dict.fromkeys(town.WITNESSES, heard)
    with pytest.raises(Stopped, match="a witness has seen 5 entries, and here are 3"), two.other.writer():
        pass
    assert set(asked) == {3}, "what was published before the two parted, and nothing since"


# Clocks


def apart(at: Log, seconds: int) -> None:
    """Let the witnesses' clocks be so far ahead of the writer's."""
    at.transport = town.transport(at.folder, lambda: NOW + dt.timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [301, 3_600, 400 * 86_400])
def test_a_writers_clock_that_is_behind_or_stuck_stops_it(at: Log, seconds: int) -> None:
    served = snapshot(at.served)["checkpoint"]
    with at.writer() as writer:
        apart_now = town.transport(at.folder, lambda: NOW + dt.timedelta(seconds=seconds))
        writer.append([b"d"])
    at.transport = apart_now
    with at.writer() as writer, pytest.raises(Stopped, match="the clock here is far from the witnesses' median time"):
        writer.publish()
    assert snapshot(at.served)["checkpoint"] == served
    at.now = NOW + dt.timedelta(seconds=seconds)
    assert at.holds().checkpoint.size == 4


@pytest.mark.parametrize("seconds", [-301, -3_600])
def test_a_writers_clock_that_is_ahead_stops_it(tmp_path: Path, seconds: int) -> None:
    at = log(tmp_path)
    apart(at, seconds)
    with at.writer() as writer:
        writer.append([b"a"])
        with pytest.raises(Stopped, match="set it, then start again"):
            writer.publish()
    assert not (at.served / "checkpoint").exists()


def test_clocks_that_are_a_little_apart_do_not_matter(at: Log) -> None:
    apart(at, 300)
    assert at.holds(b"d").time == int(NOW.timestamp()) + 300


def test_a_witness_whose_clock_went_back_cosigns_nothing_until_it_is_right(at: Log) -> None:
    apart(at, -1)
    with at.writer() as writer:
        writer.append([b"d"])
        found = writer.publish()
    assert isinstance(found, Unwitnessed)
    assert "no quorum of witnesses has said yet" in found.why
    apart(at, 0)
    assert at.holds().checkpoint.size == 4


# Keys


def signed(at: Log, checkpoint: Checkpoint) -> Note:
    """What a thief of the log's keys makes."""
    return Note(checkpoint.text, tuple(one.signature(checkpoint, int(NOW.timestamp())) for one in at.told.signers))


def test_a_signature_that_is_stripped_is_missed_by_who_asks_for_all_keys(at: Log) -> None:
    policy = at.told.policy
    note = notes.read((at.served / "checkpoint").read_bytes())
    assert len(at.checkpoint.signed_by) == 2
    for log_key in policy.logs:
        stripped = Note(note.text, tuple(one for one in note.signatures if one not in note.by(log_key.key)))
        found = believed(stripped, policy)
        assert isinstance(found, Believed)
        assert len(found.signed_by) == 1, "a policy lists keys any one of which is enough: that is what an overlap is"
        with pytest.raises(audited.Unsound, match="a key of the policy has not signed it"):
            audited.checkpoint(notes.written(stripped), policy)


def test_a_checkpoint_that_no_key_of_the_log_has_signed_is_refused(at: Log) -> None:
    policy = at.told.policy
    note = notes.read((at.served / "checkpoint").read_bytes())
    own = [line for one in policy.logs for line in note.by(one.key)]
    found = believed(Note(note.text, tuple(one for one in note.signatures if one not in own)), policy)
    assert isinstance(found, Refused)


@pytest.mark.parametrize("name", town.WITNESSES)
def test_a_checkpoint_without_one_of_its_witnesses_is_refused_under_a_quorum_of_all(at: Log, name: str) -> None:
    policy = at.told.policy
    note = notes.read((at.served / "checkpoint").read_bytes())
    key = next(one.key for one in policy.witnesses if one.name == name)
    found = believed(Note(note.text, tuple(one for one in note.signatures if one not in note.by(key))), policy)
    assert found == Refused("the quorum `both` has not cosigned it")


@pytest.mark.parametrize("size", [1, 3, 4])
def test_another_tree_signed_with_stolen_keys_is_refused_by_the_policy_and_by_the_witnesses(at: Log, size: int) -> None:
    leaves = [merkle.leaf(one) for one in (b"x", b"y", b"z", b"w")]
    false = Checkpoint(town.ORIGIN, size, merkle.root(leaves[:size]))
    note = signed(at, false)
    assert believed(note, at.told.policy) == Refused("the quorum `both` has not cosigned it")
    genuine = notes.read((at.served / "checkpoint").read_bytes())
    replayed = note.with_signatures([line for one in at.told.policy.witnesses for line in genuine.by(one.key)])
    assert believed(replayed, at.told.policy) == Refused("a signature does not hold that says it is by a known key")
    for old in {0, size, min(3, size)}:
        path = tuple(merkle.consistency(old, size, merkle.held(leaves)))
        for name in town.WITNESSES:
            status, _, said = at.transport(f"local:{name}/add-checkpoint", witnessing.written(Request(old, path, note)))
            assert status == 422 if old == 3 else (status, said) == (409, b"3\n")


def test_a_thief_who_publishes_before_the_writer_does_is_found_by_the_writer(at: Log) -> None:
    """With the keys and the tiles a thief can append; he cannot take away. The log's own writer then stops."""
    leaves = [merkle.leaf(one) for one in (b"a", b"b", b"c", b"thief's")]
    note = signed(at, Checkpoint(town.ORIGIN, 4, merkle.root(leaves)))
    path = tuple(merkle.consistency(3, 4, merkle.held(leaves)))
    with at.writer() as writer:
        writer.append([b"d"])
        status, _, _ = at.transport("local:witness-1/add-checkpoint", witnessing.written(Request(3, path, note)))
        assert status == 200
        with pytest.raises(Stopped, match="a witness has seen another tree of this log"):
            writer.publish()
