"""The witness's commands: a witness made, and served."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated

import typer

from safeconduct.core.log import notes
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.notes import VerifierKey
from safeconduct.keys import log as keys
from safeconduct.keys.log import Role
from safeconduct.shelf import Misplaced, text_of
from safeconduct.witness import serve as serving
from safeconduct.witness import store

app = typer.Typer(no_args_is_help=True, help="A witness: it cosigns what follows from what it cosigned before.")
_KEY, _NAME, _LOGS, _STORE = "witness.key", "name", "logs.txt", "witness.sqlite"


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder that is not there yet.")],
    *,
    name: Annotated[
        str, typer.Option(help="The witness's name: an address without the scheme, as in witness.example.edu.")
    ],
    ed25519: Annotated[bool, typer.Option("--ed25519", help="Sign with Ed25519 instead of ML-DSA-44.")] = False,
) -> None:
    """Make a witness: its key, its empty store, and a file for the keys of the logs it witnesses. Prints its own key."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(folder, what, "a witness is made once; name a folder that is not there yet") from None
    keys.make(folder / _KEY, quantum_safe=not ed25519)
    store.make(folder / _STORE)
    (folder / _NAME).write_text(f"{name}\n", encoding="utf-8")
    (folder / _LOGS).write_text(
        "# the keys of logs, one to a line, as they stand behind `log` in a policy\n", encoding="utf-8"
    )
    key = keys.signer(folder / _KEY, name, Role.WITNESS).key
    try:
        notes.verifier_key(str(key))
    except Malformed as fault:
        raise Misplaced("--name", f"cannot be a witness's: {fault}", "name another") from None
    print(key)


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="What `witness init` made.")],
    *,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where.")] = "127.0.0.1:8081",
) -> None:
    """Witness the logs in logs.txt, until ended."""
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal():
        raise Misplaced("--listen", "is no address", "write it as HOST:PORT, as in 127.0.0.1:8081")
    name = text_of(folder / _NAME, 1_000).strip()
    witness = serving.Witness(
        _logs(folder / _LOGS),
        keys.signer(folder / _KEY, name, Role.WITNESS),
        store.Store(folder / _STORE),
        lambda: dt.datetime.now(dt.UTC),
    )
    serving.serve(witness, host, int(port), lambda what: print(f"safeconduct: {what}", file=sys.stderr, flush=True))


def _logs(path: Path) -> list[VerifierKey]:
    lines = [line.strip() for line in text_of(path, 1 << 20).splitlines()]
    said = [line for line in lines if line and not line.startswith("#")]
    try:
        found = [notes.verifier_key(line) for line in said]
    except Malformed as fault:
        raise Misplaced(
            path, f"has a line that is no key: {fault}", "copy it from the log's policy, behind `log`"
        ) from None
    if not found:
        raise Misplaced(path, "names no log", "add the keys of the log, from its policy.txt")
    return found
