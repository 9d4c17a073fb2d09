"""A PostgreSQL begun for a bench, with its own settings: what it says is committed is on the disk."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@contextmanager
def server() -> Iterator[Path | None]:
    """The folder of the socket of a server that runs; None where the machine has none."""
    programs = next((path for path in reversed(_DEBIAN) if (path / "initdb").exists()), None)
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # the name of a socket is short
    try:
        _own(folder)
        _run(programs / "initdb", "-D", folder / "data", "-U", "owner", "-A", "trust", "-E", "UTF8")
        said = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        _run(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", said, "start")
        try:
            yield folder
        finally:
            _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def database(folder: Path, name: str) -> str:
    """A database of that name, made; its url."""
    with psycopg.connect(f"postgresql://owner@/postgres?host={folder}", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://owner@/{name}?host={folder}"


def _account() -> pwd.struct_passwd | None:
    """The account as which the server runs, where this one has all rights: PostgreSQL refuses such."""
    if os.geteuid():
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in ("postgres", "nobody") if name in known)


def _own(folder: Path) -> None:
    account = _account()
    folder.chmod(0o755)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _run(*words: str | Path) -> None:
    account = _account()
    rights = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    subprocess.run(  # type: ignore[call-overload]  # the rights are there or are not
        [*map(str, words)], check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **rights
    )
