"""The broker's store: whose it is, what it keeps, and what its file does not tell."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from brokered import Trial
from safeconduct.broker import store
from safeconduct.broker.store import Store
from safeconduct.shelf import Misplaced

TAG, OTHER = b"t" * 32, b"o" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "store"
    store.make(made)
    return made


def test_a_store_is_never_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(Misplaced, match="no such file"):
        Store(tmp_path / "store")
    assert not list(tmp_path.iterdir())


def test_a_store_is_not_made_twice(folder: Path) -> None:
    with pytest.raises(Misplaced, match="exists"):
        store.make(folder)


def test_a_store_that_others_may_reach_is_not_used(folder: Path) -> None:
    for path in (folder, folder / "broker.sqlite", folder / "lock"):
        mode = path.stat().st_mode
        path.chmod(mode | 0o040)
        with pytest.raises(Misplaced, match="not the broker's alone"):
            Store(folder)
        path.chmod(mode)
    Store(folder).__exit__()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_store_of_another_account_is_not_used(folder: Path) -> None:
    os.chown(folder / "broker.sqlite", 65534, 65534)
    with pytest.raises(Misplaced, match="not the broker's alone"):
        Store(folder)


@pytest.mark.parametrize("name", ["", "broker.sqlite", "lock"])
def test_a_link_is_no_store(folder: Path, name: str) -> None:
    path = folder / name
    elsewhere = folder.with_name("elsewhere")
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(Misplaced, match="is a link"):
        Store(folder)


def test_a_store_with_a_second_name_is_not_used(folder: Path) -> None:
    os.link(folder / "broker.sqlite", folder.with_name("copy"))
    with pytest.raises(Misplaced, match="second name"):
        Store(folder)


@pytest.mark.parametrize("content", [b"", b"no database at all, but as long as a page" * 200])
def test_a_damaged_store_is_not_used(folder: Path, content: bytes) -> None:
    (folder / "broker.sqlite").write_bytes(content)
    with pytest.raises(Misplaced, match="no whole store"):
        Store(folder)


def test_one_process_at_a_time(folder: Path) -> None:
    with Store(folder), pytest.raises(Misplaced, match="another process"):
        Store(folder)


def test_a_permit_is_used_once_and_counted(folder: Path) -> None:
    with Store(folder) as kept:
        first = kept.use(b"a", [TAG], 100, 365)
        assert (first, kept.use(b"a", [TAG], 100, 365)) == (store.Used(1, 0), store.Spent.PERMIT)
        assert kept.use(b"b", [TAG, OTHER], 100, 365) == store.Used(2, 1)
        assert kept.use(b"c", [OTHER], 100, 365) == store.Used(3, 1)


def test_what_cannot_be_written_is_not_used_and_the_next_can_be(folder: Path) -> None:
    with Store(folder) as kept:
        with pytest.raises(sqlite3.Error):
            kept.use(b"a", [None], 100, 365)  # type: ignore[list-item]  # what the table refuses
        assert kept.use(b"a", [TAG], 100, 365) == store.Used(1, 0)


def test_what_is_written_is_on_the_disk_before_anything_follows(folder: Path) -> None:
    with Store(folder) as kept:
        asked = kept._connection.execute  # noqa: SLF001  # what the disk is told
        settings = {
            name: asked(f"PRAGMA {name}").fetchall() for name in ("synchronous", "journal_mode", "secure_delete")
        }
    assert settings == {"synchronous": [(3,)], "journal_mode": [("delete",)], "secure_delete": [(1,)]}


def rows(folder: Path) -> int:
    with sqlite3.connect(folder / "broker.sqlite") as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM marks").fetchall()
    connection.close()
    return int(count)


def test_the_file_does_not_tell_how_many_marks_there_are(folder: Path) -> None:
    begun = rows(folder)
    assert begun >= 1_000
    with Store(folder) as kept:
        kept.mark(TAG, present=True)
        one_set = rows(folder) - begun
        kept.mark(OTHER, present=False)
        none_cleared = rows(folder) - begun - one_set
        assert one_set == none_cleared
        kept.mark(TAG, present=True)
        kept.mark(TAG, present=False)
        assert rows(folder) == begun + 2
        assert not kept.is_marked(TAG)


def test_a_mark_that_was_cleared_is_gone_from_the_file(folder: Path) -> None:
    with Store(folder) as kept:
        kept.mark(TAG, present=True)
        kept.mark(TAG, present=False)
    assert TAG not in (folder / "broker.sqlite").read_bytes()


def test_the_store_answers_no_question_but_those_of_the_four_calls() -> None:
    asked = {name for name in vars(Store) if not name.startswith("_")}
    assert asked == {"use", "is_marked", "mark", "slot", "stop", "stops", "lift"}


def test_a_request_is_not_counted_under_a_permit_that_was_used(at: Trial) -> None:
    with at.broker() as broker:
        broker.store.use(b"a", [TAG], 1, 365)
        broker.store.use(b"a", [TAG], 1, 365)
        assert broker.store.use(b"b", [TAG], 1, 365) == store.Used(2, 1)
