"""A throwaway PostgreSQL, for tests: begun as an account without rights, in a folder of its own, with no port."""

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
import pytest

_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Cluster:
    """A server that runs, at a socket in `folder`."""

    folder: Path

    def address(self, account: str = "owner") -> str:
        """Where it is reached, as `account`."""
        return f"postgresql://{account}@/register?host={self.folder}"

    def run(self, *statements: str) -> None:
        """Run statements as its owner."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server; where the machine has none, the test is skipped."""
    programs = next((path for path in reversed(_DEBIAN) if (path / "initdb").exists()), None)
    if programs is None and (found := shutil.which("initdb")):
        programs = Path(found).parent
    if programs is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # the name of a socket is short
    try:
        _own(folder)
        _as_nobody(programs / "initdb", "-D", folder / "data", "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        _as_nobody(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", settings, "start")
        try:
            with psycopg.connect(f"postgresql://owner@/postgres?host={folder}", autocommit=True) as connection:
                connection.execute("CREATE DATABASE register")
            yield Cluster(folder)
        finally:
            _as_nobody(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """The account as which the server runs, where this one has all rights: PostgreSQL refuses such."""
    if os.geteuid():
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _ACCOUNTS if name in known)


def _own(folder: Path) -> None:
    account = _account()
    folder.chmod(0o755)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _as_nobody(*words: str | Path) -> None:
    account = _account()
    rights = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    subprocess.run(  # type: ignore[call-overload]  # the rights are there or are not
        [*map(str, words)], check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **rights
    )
