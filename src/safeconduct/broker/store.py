"""The broker's own store: permits and entries used, near-identical requests counted, marks, slots, stops.

One SQLite file in a folder of the broker's alone, one process at a time. What is written is on the disk before anything
follows from it (`synchronous = EXTRA`), and what is deleted is overwritten. Marks stand among as many tags that are
nobody's, so that the file does not tell how many there are; only the tag of a record just opened can be asked for. Slots
stand among such too, and are sealed; what is kept of their tree is what `core.log.slots` asks for. All of these are tags and
numbers. Stops alone are plain: they hold what the custodian itself wrote of a request, an officer or an agency.
A store is never made by starting the broker: one mislaid would be one in which no permit was used and nobody is marked.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

from safeconduct.core.log import slots
from safeconduct.shelf import Misplaced

_FILE, _LOCK = "broker.sqlite", "lock"
_VERSION = 3
_TAG = 32
_NOBODYS, _NOBODYS_SLOTS = 1024, 64
_MEND = "name the store that `safeconduct broker town` made, or the custodian's"
_SCHEMA = """
    BEGIN;
    CREATE TABLE used (permit BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE entered (entry BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE looks (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL);
    CREATE TABLE alike (tag BLOB NOT NULL, permit BLOB NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (tag, permit)) WITHOUT ROWID;
    CREATE INDEX alike_by_day ON alike (day);
    CREATE TABLE marks (tag BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE slots (tag BLOB PRIMARY KEY, value BLOB NOT NULL, slot BLOB NOT NULL);
    CREATE TABLE nodes (depth INTEGER NOT NULL, first BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (depth, first)) WITHOUT ROWID;
    CREATE TABLE notices (notice BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE stops (notice BLOB PRIMARY KEY, name TEXT NOT NULL, content TEXT NOT NULL, since INTEGER NOT NULL);
    INSERT INTO looks VALUES (1, 0);
"""


@dataclass(frozen=True, slots=True)
class Used:
    """That a permit is used from now on: the how-many-th look it is, and how many near-identical requests came before."""

    look: int
    alike: int


class Spent(StrEnum):
    """Why a permit is not used."""

    PERMIT = "the permit was used before"
    ENTRY = "the entry in the log that the permit shows was used before"


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot as it stands: what is sealed in it, the root of the map, and the slot's proof."""

    sealed: bytes
    root: bytes
    proof: slots.Proof


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop as it was set: its name, its content, and since when (seconds since 1970)."""

    name: str
    content: str
    since: int


class Stands(StrEnum):
    """Why a stop is not lifted."""

    ENTRY = "the entry in the log that the lifting shows was used before"
    NONE = "no stop of that name stands"
    YOUNGER = "a stop of that name is younger than what is shown of its lifting"


def make(folder: Path) -> None:
    """Make an empty store in `folder`, which is not there yet.

    Raises:
        Misplaced: it is there, or cannot be made.
    """
    try:
        folder.mkdir(mode=0o700)
        (folder / _LOCK).touch(0o600, exist_ok=False)
        (folder / _FILE).touch(0o600, exist_ok=False)
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(folder, what, "name a folder that is not there yet") from None
    connection = _connected(folder / _FILE)
    connection.executescript(_SCHEMA)
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.executemany("INSERT INTO marks VALUES (?)", [(secrets.token_bytes(_TAG),) for _ in range(_NOBODYS)])
    for _ in range(_NOBODYS_SLOTS):
        _place(connection, secrets.token_bytes(_TAG), secrets.token_bytes(slots.SIZE))
    connection.execute("COMMIT")
    connection.close()


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.executescript(
        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;"
    )
    return connection


class Store:
    """An opened store. It is not for two threads at once: its caller holds a lock."""

    def __init__(self, folder: Path) -> None:
        """Open the store in `folder`.

        Raises:
            Misplaced: there is none, others may reach it, it is damaged, or another process has it.
        """
        for path, mode in ((folder, stat.S_IFDIR), (folder / _LOCK, stat.S_IFREG), (folder / _FILE, stat.S_IFREG)):
            _is_ours_alone(path, mode)
        self._lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._connection = _connected(folder / _FILE)
            self._check(folder)
        except BlockingIOError:
            os.close(self._lock)
            raise Misplaced(folder, "is in use by another process", "end that one first") from None
        except (sqlite3.DatabaseError, Misplaced):
            os.close(self._lock)
            raise Misplaced(folder, "holds no whole store of a broker", _MEND) from None

    def _check(self, folder: Path) -> None:
        [(version,)] = self._connection.execute("PRAGMA user_version").fetchall()
        [(found,)] = self._connection.execute("PRAGMA quick_check").fetchall()[:1]
        if version != _VERSION or found != "ok":
            self._connection.close()
            raise Misplaced(folder, "is of another version or damaged", _MEND)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        os.close(self._lock)

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on the disk as a whole when it has ended, or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def use(
        self, permit: bytes, tags: Sequence[bytes], day: int, within_days: int, entry: bytes | None = None
    ) -> Used | Spent:
        """Use a permit with its entry in the log, and count the request among those near-identical to it.

        When this has ended, all three are on the disk; or nothing is changed, and one of the two was used before.
        """
        with self._written() as written:
            if written.execute("SELECT 1 FROM used WHERE permit = ?", (permit,)).fetchall():
                return Spent.PERMIT
            if entry is not None and not _use_entry(written, entry):
                return Spent.ENTRY
            written.execute("INSERT INTO used VALUES (?)", (permit,))
            written.execute("UPDATE looks SET count = count + 1")
            written.execute("DELETE FROM alike WHERE day <= ?", (day - within_days,))
            alike = max((self._count(tag) for tag in tags), default=0)
            written.executemany("INSERT INTO alike VALUES (?, ?, ?)", [(tag, permit, day) for tag in set(tags)])
            [(look,)] = written.execute("SELECT count FROM looks").fetchall()
        return Used(look, alike)

    def _count(self, tag: bytes) -> int:
        [(count,)] = self._connection.execute("SELECT count(*) FROM alike WHERE tag = ?", (tag,)).fetchall()
        return int(count)

    def is_marked(self, tag: bytes) -> bool:
        """Whether there is a mark under `tag`, which is that of the record just opened."""
        return bool(self._connection.execute("SELECT 1 FROM marks WHERE tag = ?", (tag,)).fetchall())

    def mark(self, tag: bytes, *, present: bool) -> None:
        """Set or clear a mark. Either does the same work, be it set or cleared already: one tag goes, one comes."""
        with self._written() as written:
            written.execute("DELETE FROM marks WHERE tag = ?", (tag,))
            written.execute("INSERT INTO marks VALUES (?)", (tag if present else secrets.token_bytes(_TAG),))

    def slot(self, entry: bytes, tag: bytes, sealed: bytes, *, replace: bool) -> Slot | None:
        """Use an entry, and place what is sealed under `tag`: in the place of what stands there, or only where nothing does.

        Either does the same work. None where the entry was used before, and then nothing is changed.
        """
        with self._written() as written:
            if not _use_entry(written, entry):
                return None
            there = written.execute("SELECT slot FROM slots WHERE tag = ?", (tag,)).fetchall()
            stands = sealed if replace or not there else bytes(there[0][0])
            placed = _place(written, tag, stands)
        return Slot(stands, placed.root, placed.proof)

    def stops(self) -> list[Stopped]:
        """The stops that stand, by their names."""
        said = "SELECT name, content, since FROM stops ORDER BY name, since"
        return [Stopped(*one) for one in self._connection.execute(said).fetchall()]

    def stop(self, notice: bytes, one: Stopped) -> None:
        """Set a stop, unless that notice came before."""
        with self._written() as written:
            if _take_note(written, notice):
                row = (notice, one.name, one.content, one.since)
                written.execute("INSERT INTO stops VALUES (?, ?, ?, ?)", row)

    def lift(self, notice: bytes, entry: bytes, name: str, after: int) -> Stands | None:
        """Lift all stops of a name and use the entry that lifts them, which was made after that time.

        None: they are lifted, or were by that very notice. Otherwise nothing is changed.
        """
        with self._written() as written:
            if written.execute("SELECT 1 FROM notices WHERE notice = ?", (notice,)).fetchall():
                return None
            if written.execute("SELECT 1 FROM entered WHERE entry = ?", (entry,)).fetchall():
                return Stands.ENTRY
            since = [at for (at,) in written.execute("SELECT since FROM stops WHERE name = ?", (name,)).fetchall()]
            if not since or max(since) >= after:
                return Stands.YOUNGER if since else Stands.NONE
            _take_note(written, notice)
            _use_entry(written, entry)
            written.execute("DELETE FROM stops WHERE name = ?", (name,))
        return None


@dataclass(frozen=True, slots=True)
class _Tree:
    """What is kept of the map of slots."""

    connection: sqlite3.Connection

    def node(self, depth: int, first: bytes) -> bytes | None:
        """The hash of a subtree in which two slots are or more."""
        said = "SELECT hash FROM nodes WHERE depth = ? AND first = ?"
        found = self.connection.execute(said, (depth, first)).fetchall()
        return bytes(found[0][0]) if found else None

    def alone(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        """The one slot from a tag to another."""
        said = "SELECT tag, value FROM slots WHERE tag BETWEEN ? AND ? LIMIT 1"
        found = self.connection.execute(said, (first, last)).fetchall()
        return (bytes(found[0][0]), bytes(found[0][1])) if found else None


def _take_note(written: sqlite3.Connection, notice: bytes) -> bool:
    return bool(written.execute("INSERT OR IGNORE INTO notices VALUES (?)", (notice,)).rowcount)


def _use_entry(written: sqlite3.Connection, entry: bytes) -> bool:
    return bool(written.execute("INSERT OR IGNORE INTO entered VALUES (?)", (entry,)).rowcount)


def _place(written: sqlite3.Connection, tag: bytes, sealed: bytes) -> slots.Placed:
    value = slots.value(sealed)
    placed = slots.placed(tag, value, _Tree(written))
    written.execute("INSERT OR REPLACE INTO slots VALUES (?, ?, ?)", (tag, value, sealed))
    nodes = ((depth, first, hashed) for (depth, first), hashed in placed.nodes.items())
    written.executemany("INSERT OR REPLACE INTO nodes VALUES (?, ?, ?)", nodes)
    return placed


def _is_ours_alone(path: Path, kind: int) -> None:
    try:
        kept = path.lstat()
    except OSError as fault:
        what = f"cannot be reached: {(fault.strerror or 'no such file').lower()}"
        raise Misplaced(path, what, _MEND) from None
    if stat.S_IFMT(kept.st_mode) != kind or kept.st_uid != os.geteuid() or kept.st_mode & 0o077:
        raise Misplaced(path, "is a link, or not the broker's alone", "chmod go= it, and have it owned by the broker")
    if kind == stat.S_IFREG and kept.st_nlink != 1:
        raise Misplaced(path, "has a second name", "have it once")
