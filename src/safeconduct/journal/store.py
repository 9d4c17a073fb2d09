"""Where the journal lies: one SQLite file, or a PostgreSQL database; and how either is asked so that nothing is lost.

    sqlite     write-ahead log, every commit on the disk, one writer at a time, nothing spilled into other files
    postgres   commits on the disk; appends share a lock that stops and anchors take alone

Django's settings are made here, of what the desk was told; nothing of them is read from the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings as django_settings
from django.db import DEFAULT_DB_ALIAS, connections

from safeconduct.shelf import Misplaced

_APPS = ["safeconduct.journal.apps.Journal", "django_tasks", "django_tasks_db"]
_SQLITE = (
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; "
    "PRAGMA secure_delete = ON; PRAGMA cache_spill = OFF;"
)
_SHORT, _LONG = 2_000, 256_000
"""Kilobytes that SQLite keeps at hand."""
_PATIENCE = 20
"""Seconds that a writer waits for another."""
_SAID = {
    "is locked": "others have kept it locked for too long",
    "disk is full": "there is no room on the disk",
    "disk i/o error": "the disk does not read or write it",
    "malformed": "its file is damaged, or is not read",
    "no such table": "there is none",
}
"""What is made of the words of a store, which are not repeated: those of PostgreSQL may quote a row."""


class Unavailable(Misplaced):
    """The journal cannot be used now. Nothing was done, or what was done is known by its command: the same again is safe."""

    def __init__(self, fault: Exception) -> None:
        said = str(fault).lower()
        why = next((told for words, told in _SAID.items() if words in said), type(fault.__cause__ or fault).__name__)
        super().__init__("the journal", f"cannot be used: {why}", "see to its store, and do the same again")


@contextmanager
def asked() -> Iterator[None]:
    """While the store is asked: a session that was lost is begun anew before, and is told of where it is lost within.

    Raises:
        Unavailable: the store cannot be used.
    """
    from django.db.utils import DatabaseError, DataError, IntegrityError, InterfaceError, ProgrammingError  # noqa: PLC0415  # see `make`

    connection = connections[DEFAULT_DB_ALIAS]
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError):
        raise
    except (DatabaseError, InterfaceError) as fault:
        raise Unavailable(fault) from None


def prepare() -> None:
    """Make Django ready, with a journal that is nowhere yet."""
    if django_settings.configured:
        return
    django_settings.configure(
        DATABASES={DEFAULT_DB_ALIAS: _sqlite(Path(":memory:"))},
        INSTALLED_APPS=_APPS,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        TIME_ZONE="UTC",
        TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}},
        LOGGING_CONFIG=None,
    )
    django.setup()


def use(url: str) -> None:
    """Use the journal at `url`: a path, or postgresql://account@host/database. One at a time in a process.

    Raises:
        Misplaced: the url is none.
    """
    database = _postgres(url) if url.startswith("postgresql://") else _sqlite(Path(url))
    connections.close_all()
    connections.settings.update(connections.configure_settings({DEFAULT_DB_ALIAS: database}))
    connections[DEFAULT_DB_ALIAS].close()
    del connections[DEFAULT_DB_ALIAS]


def is_sqlite() -> bool:
    """Whether the journal is a file of SQLite."""
    return connections[DEFAULT_DB_ALIAS].vendor == "sqlite"


@contextmanager
def long() -> Iterator[None]:
    """A transaction of more than fits the memory: SQLite may write it ahead, into the write-ahead log, before it ends.

    That is the journal's own file, and what stands there of a transaction that did not end is nobody's.
    """
    if not is_sqlite():
        yield
        return
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("PRAGMA cache_spill = ON")
        cursor.execute(f"PRAGMA cache_size = -{_LONG}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = -{_SHORT}")
            cursor.execute("PRAGMA cache_spill = OFF")


def make(url: str, account: str = "") -> None:
    """Make the tables of the journal at `url`, or bring them up to date; `account` may then add to them, and no more.

    Raises:
        Misplaced: the store cannot be used.
    """
    from django.core.management import call_command  # noqa: PLC0415  # Django is made ready by `use`
    from django.db.utils import DatabaseError  # noqa: PLC0415  # as above

    before = os.umask(0o077)
    try:
        use(url)
        call_command("migrate", verbosity=0, interactive=False)
        if account:
            _grant(account)
    except DatabaseError as fault:
        what = f"cannot be used: {type(fault).__name__}"
        raise Misplaced("the journal", what, "see that the store is there and the account may make tables") from None
    finally:
        os.umask(before)


def _grant(account: str) -> None:
    """Let an account of PostgreSQL add to the journal and read it; the rest it may keep up."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        raise Misplaced("account", "is for PostgreSQL alone", "leave it out: a file is its owner's")
    name = connection.ops.quote_name(account)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT, INSERT ON journal_event TO {name}")
        cursor.execute(f"GRANT USAGE ON SEQUENCE journal_event_position_seq TO {name}")
        for table in ("journal_tally", "journal_standing", "django_tasks_database_dbtaskresult", "journal_command"):
            rights = "SELECT, INSERT" if table == "journal_command" else "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(f"GRANT {rights} ON {table} TO {name}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {name}")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": _PATIENCE, "init_command": _SQLITE},
        "CONN_MAX_AGE": None,
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if not parts.path.strip("/"):
        raise Misplaced("store", "names no database", "write postgresql://account@host/database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _host(parts.query) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "application_name": "safeconduct",
            "options": "-c synchronous_commit=on -c lock_timeout=20000",
            "server_side_binding": True,  # or the server's own log repeats a request in the statement that failed
        },
    }


def _host(query: str) -> str:
    """The folder of a socket, where the url says host=… after its question mark."""
    return next((unquote(said.removeprefix("host=")) for said in query.split("&") if said.startswith("host=")), "")
