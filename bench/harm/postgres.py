"""A PostgreSQL for benches and tests: begun as an account without rights, in a folder of its own, with no port."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, at a socket in `folder`; one that `keeps` has on the disk what it says is committed."""

    programs: Path
    folder: Path
    keeps: bool = False

    def address(self, database: str) -> str:
        """Where a database of it is reached."""
        return f"postgresql://owner@/{database}?host={self.folder}"

    def run(self, *statements: str) -> None:
        """Run statements as its owner."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def database(self, name: str) -> str:
        """A database of that name, made; where it is reached."""
        self.run(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def copy(self, made: str, of: str) -> None:
        """Make a database that is another's copy, in the place of one of that name."""
        self.run(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)', f'CREATE DATABASE "{made}" TEMPLATE "{of}"')
        self.run("CHECKPOINT")  # or a sequence that was copied goes back when the server is killed

    def begin(self) -> None:
        """Start it, and wait until it answers."""
        settings = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        settings += "" if self.keeps else " -c shared_buffers=32MB -c fsync=off"
        _as_nobody(
            self.programs / "pg_ctl",
            "-D",
            self.folder / "data",
            "-w",
            "-l",
            self.folder / "log",
            "-o",
            settings,
            "start",
        )

    def kill(self) -> None:
        """End it at once, as if it had been killed."""
        _as_nobody(self.programs / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")

    def restart(self) -> None:
        """Kill it, and let it recover."""
        self.kill()
        self.begin()


@contextmanager
def server(*, keeps: bool = False) -> Iterator[Server | None]:
    """A server; None where the machine has no PostgreSQL."""
    programs = next((path for path in reversed(_DEBIAN) if (path / "initdb").exists()), None)
    if programs is None and (found := shutil.which("initdb")):
        programs = Path(found).parent
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # the name of a socket is short
    try:
        folder.chmod(0o755)
        if (account := _account()) is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _as_nobody(programs / "initdb", "-D", folder / "data", "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync")
        made = Server(programs, folder, keeps)
        made.begin()
        try:
            yield made
        finally:
            made.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """The account as which the server runs, where this one has all rights: PostgreSQL refuses such."""
    if os.geteuid():
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _ACCOUNTS if name in known)


def _as_nobody(*words: str | Path) -> None:
    account = _account()
    rights = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    subprocess.run(  # type: ignore[call-overload]  # the rights are there or are not
        [*map(str, words)], check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **rights
    )
