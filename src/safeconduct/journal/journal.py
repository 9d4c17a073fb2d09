"""Append, and read: the only writer of the journal.

    with journal.writing() as at:           one transaction, on the disk when it has ended
        rows = at.read("…")                 a stream, in order
        at.append("…", version, events, command)

A stream is added to at the version that was read, or not at all (`Raced`). On SQLite there is one writer at a time; on
PostgreSQL many, and they share a lock which `writing(alone=True)` takes for itself: so a stop has nobody beside it, and an anchor
covers everything before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, transaction

from safeconduct.core import canonical, records
from safeconduct.core.gate.commands import name
from safeconduct.journal import sql, store
from safeconduct.journal.events import Row, written

_LOCK = 6103
_BATCH = 2_000
_DONE = "INSERT INTO journal_command (command, said, stream) VALUES (%s, %s, %s) ON CONFLICT (command) DO NOTHING"
_SELECT = "SELECT position, stream, version, kind, shape, command, body FROM journal_event"


class Raced(Exception):
    """Another has added to the stream meanwhile. Whoever called reads again, and decides again."""


class SaidOtherwise(Exception):
    """A command of that id was done, and said something else. Its giver must act: an id is used once."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal within a transaction."""

    def read(self, stream: str, since: int = 0) -> list[Row]:
        """A stream from a version on."""
        return _rows(f"{_SELECT} WHERE stream = %s AND version >= %s ORDER BY version", [stream, since])

    def append(self, stream: str, version: int, happened: Sequence[object], command: str = "") -> list[Row]:
        """Add events to a stream of which `version` are there.

        Raises:
            Raced: another has added to it.
        """
        made = [(stream, version + nth, *written(event), command) for nth, event in enumerate(happened)]
        if not made:
            return []
        insert = f"""
            INSERT INTO journal_event (stream, version, kind, shape, body, command) VALUES {sql.marks(made)}
            RETURNING version, position
        """
        try:
            positions = dict(sql.rows(insert, list(sql.flat(made))))
        except IntegrityError:
            raise Raced from None
        return [Row(positions[nth], stream, nth, kind, shape, command, body) for _, nth, kind, shape, body, _ in made]

    def done_before(self, command: object, stream: str) -> str | None:
        """The stream that a command was done to, where it was done before; else it counts as done from here on.

        Raises:
            SaidOtherwise: one of that id said something else.
        """
        key, said = str(getattr(command, "id", "")), _digest(command)
        if sql.change(_DONE, [key, said, stream]):
            return None
        [(before, of)] = sql.rows("SELECT said, stream FROM journal_command WHERE command = %s", [key])
        if before != said:
            raise SaidOtherwise
        return str(of)

    def lock(self, keys: Sequence[str]) -> None:
        """Have nobody else count by these keys until the transaction ends."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor == "postgresql":
            numbers = sorted({int.from_bytes(sha256(one.encode()).digest()[:4], "big") >> 1 for one in keys})
            each = "SELECT key FROM unnest(%s::int[]) AS key ORDER BY key"
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_xact_lock(%s, key) FROM ({each}) AS keys", [_LOCK, numbers])


def _digest(command: object) -> str:
    """The digest of a command, by its kind too: to withdraw and to preserve say the same but for that."""
    said = canonical.written({"command": name(type(command)), "says": records.document(command)})
    return f"sha256:{sha256(said).hexdigest()}"


@contextmanager
def writing(*, alone: bool = False) -> Iterator[Journal]:
    """A transaction in which the journal is added to; on the disk when this has ended, or not there at all.

    Raises:
        Unavailable: the store cannot be used. Whether a commit that it broke off is there, is known by the command's id.
    """
    with store.asked(), transaction.atomic(durable=True):
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}(%s)", [_LOCK])
        yield Journal()


@contextmanager
def reading() -> Iterator[Journal]:
    """The journal as it is, to be read.

    Raises:
        Unavailable: the store cannot be used.
    """
    with store.asked():
        yield Journal()


def every(after: int = 0, through: int | None = None) -> Iterator[Row]:
    """Every event after a position, in the order of positions, some thousand at a time."""
    while True:
        limit = "" if through is None else f" AND position <= {int(through)}"
        rows = _rows(f"{_SELECT} WHERE position > %s{limit} ORDER BY position LIMIT {_BATCH}", [after])
        yield from rows
        if len(rows) < _BATCH:
            return
        after = rows[-1].position


def streams() -> Iterator[tuple[str, Iterator[Row]]]:
    """Every stream with its events in their order, to be read one after the other; some thousand events at a time."""
    return groupby(_by_stream(), lambda row: row.stream)


def _by_stream() -> Iterator[Row]:
    stream, version = "", -1
    while True:
        rows = _rows(
            f"{_SELECT} WHERE (stream, version) > (%s, %s) ORDER BY stream, version LIMIT {_BATCH}", [stream, version]
        )
        yield from rows
        if len(rows) < _BATCH:
            return
        stream, version = rows[-1].stream, rows[-1].version


def put_back(rows: Sequence[Row]) -> None:
    """Put rows of a backup back where they stood, in an empty journal; within a transaction."""
    connection = connections[DEFAULT_DB_ALIAS]
    own = " OVERRIDING SYSTEM VALUE" if connection.vendor == "postgresql" else ""
    names = "(position, stream, version, kind, shape, command, body)"
    with connection.cursor() as cursor:
        values = [(one.position, one.stream, one.version, one.kind, one.shape, one.command, one.body) for one in rows]
        cursor.executemany(f"INSERT INTO journal_event {names}{own} VALUES (%s, %s, %s, %s, %s, %s, %s)", values)
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval('journal_event_position_seq', (SELECT MAX(position) FROM journal_event))")


def commands(through: int) -> Iterator[tuple[str, str, str]]:
    """The commands by which events came about up to a position: id, digest of what was said, stream; some thousand at a time."""
    after = ""
    happened = "SELECT 1 FROM journal_event e WHERE e.stream = c.stream AND e.command = c.command AND e.position <= %s"
    while True:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(
                f"SELECT command, said, stream FROM journal_command c WHERE command > %s AND EXISTS ({happened})"
                f" ORDER BY command LIMIT {_BATCH}",
                [after, through],
            )
            found = [(str(command), str(said), str(stream)) for command, said, stream in cursor.fetchall()]
        yield from found
        if len(found) < _BATCH:
            return
        after = found[-1][0]


def put_commands_back(found: Sequence[tuple[str, str, str]]) -> None:
    """Put commands of a backup back, so that none is done a second time; within a transaction."""
    sql.insert("journal_command (command, said, stream)", found)


def has_news(after: int) -> bool:
    """Whether anything was added after a position but what tells of the log itself."""
    told = "kind NOT IN ('entries_made', 'entered')"
    return bool(_rows(f"{_SELECT} WHERE position > %s AND {told} LIMIT 1", [after]))


def of_kinds(kinds: Sequence[str], after: int) -> Iterator[Row]:
    """The events of some kinds after a position, some thousand at a time."""
    marks = ", ".join(["%s"] * len(kinds))
    while True:
        query = f"{_SELECT} WHERE position > %s AND kind IN ({marks}) ORDER BY position LIMIT {_BATCH}"
        rows = _rows(query, [after, *kinds])
        yield from rows
        if len(rows) < _BATCH:
            return
        after = rows[-1].position


def before(row: Row) -> list[Row]:
    """What stands before an event in its stream."""
    return _rows(f"{_SELECT} WHERE stream = %s AND version < %s ORDER BY version", [row.stream, row.version])


def last() -> int:
    """The position of the last event; 0 where there is none."""
    [(position,)] = sql.rows("SELECT COALESCE(MAX(position), 0) FROM journal_event")
    return int(position)


def many(after: int) -> int:
    """How many events there are after a position."""
    [(found,)] = sql.rows("SELECT COUNT(*) FROM journal_event WHERE position > %s", [after])
    return int(found)


def _rows(query: str, values: Sequence[str | int]) -> list[Row]:
    return [Row(*row) for row in sql.rows(query, values)]
