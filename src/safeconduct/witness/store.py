"""What a witness has seen: for each log the latest tree it cosigned. Checking and storing are one step, before any reply.

One SQLite file; a transaction takes the lock before it reads, so that two calls at once, of threads or of processes, come
one after the other. A witness whose clock went back cosigns nothing until it is right again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path

from safeconduct.core.log import notes, witnessing
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.notes import Signature
from safeconduct.core.log.witnessing import UNSEEN, Answer, Request, Seen
from safeconduct.keys.log import Signer
from safeconduct.shelf import Misplaced

_VERSION = 1
_PATIENCE = 30.0
_SCHEMA = """
    BEGIN;
    CREATE TABLE seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), latest INTEGER NOT NULL);
    INSERT INTO clock VALUES (1, 0);
    PRAGMA user_version = 1;
    COMMIT;
"""


def make(path: Path) -> None:
    """Make an empty store in the file `path`, which is not there yet.

    Raises:
        Misplaced: it is there, or cannot be made.
    """
    try:
        path.touch(0o600, exist_ok=False)
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(path, what, "a witness's store is made once; name another file") from None
    with closing(_connected(path)) as connection:
        connection.executescript(_SCHEMA)


def _connected(path: Path) -> sqlite3.Connection:
    where = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(where, uri=True, isolation_level=None, timeout=_PATIENCE)
    connection.execute("PRAGMA synchronous = EXTRA")
    return connection


class Store:
    """The store in a file. Each call has a connection of its own, so that any thread or process may make it."""

    def __init__(self, path: Path) -> None:
        """Use the store in the file `path`.

        Raises:
            Misplaced: there is none.
        """
        self._path = path
        mend = "name the store that `safeconduct witness init` made; an empty one would cosign a rollback"
        try:
            with closing(_connected(path)) as connection:
                [(version,)] = connection.execute("PRAGMA user_version").fetchall()
        except sqlite3.Error:
            raise Misplaced(path, "is no store of a witness", mend) from None
        if version != _VERSION:
            raise Misplaced(path, "is no store of a witness, or of another version", mend)

    def cosign(self, request: Request, checkpoint: Checkpoint, signer: Signer, now: int) -> Signature | Answer:
        """The cosignature on a checkpoint that follows from what was seen, which it then is itself; or why there is none.

        Raises:
            sqlite3.Error: the store cannot be read or written; nothing was cosigned.
        """
        with self._written() as written:
            if refusal := witnessing.conflict(request, checkpoint, _seen(written, checkpoint.origin)):
                return refusal
            [(latest,)] = written.execute("SELECT latest FROM clock").fetchall()
            if now < latest or now <= 0:
                return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "the witness's clock went back")
            signature = signer.signature(checkpoint, now)
            note = notes.written(request.note.with_signatures([signature]))
            written.execute("UPDATE clock SET latest = ?", (now,))
            row = (checkpoint.origin, checkpoint.size, checkpoint.root, note)
            written.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", row)
        return signature

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on the disk as a whole when it has ended, or not at all. A plain return ends it well."""
        with closing(_connected(self._path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def latest(self, origin_digest: str) -> bytes | None:
        """The latest note that was cosigned for the log whose origin has that SHA-256, in hexadecimal figures."""
        with closing(_connected(self._path)) as connection:
            for origin, note in connection.execute("SELECT origin, note FROM seen"):
                if witnessing.origin_digest(origin) == origin_digest:
                    return bytes(note)
        return None


def _seen(connection: sqlite3.Connection, origin: str) -> Seen:
    found = connection.execute("SELECT size, root FROM seen WHERE origin = ?", (origin,)).fetchall()
    return Seen(int(found[0][0]), bytes(found[0][1])) if found else UNSEEN
