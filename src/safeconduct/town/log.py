"""A town's log: keys that are worth nothing elsewhere, two witnesses that are called in this very process, a policy that says so.

DIR/log/  DIR/logbook/  DIR/logbook.toml  DIR/policy.txt  DIR/*.key, *.pem  DIR/witness-1.sqlite  DIR/witness-2.sqlite

Witnesses that the same person runs witness nothing. They keep all the rules, so that everything can be tried.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.log.notes import VerifierKey
from safeconduct.core.log.policy import NOT_EVIDENCE
from safeconduct.keys import decoys, town
from safeconduct.keys import log as keys
from safeconduct.keys.log import Role, Signer
from safeconduct.logbook import left
from safeconduct.logbook.settings import FILE
from safeconduct.witness import store
from safeconduct.witness.client import Response, Transport, over_http
from safeconduct.witness.serve import Witness

ORIGIN = "town.example/log"
POLICY = "policy.txt"
LOCAL = "local:"
"""How the address of a witness begins that is called in this process."""
KEYS = ("log.key", "log-quantum-safe.key")
WITNESSES = ("witness-1", "witness-2")
Clock = Callable[[], dt.datetime]
_OFFICES = ("sealer", "broker", "inspector", "custodian", "inspector-general", "court")
_SAID = f"""\
# The log of a town in which nobody exists. It has no tick: what is entered is published at once.
origin = "{ORIGIN}"
log = "log"
state = "logbook"
keys = ["{KEYS[0]}", "{KEYS[1]}"]
policy = "{POLICY}"
decoys = "decoys.key"
authorities = [{{authorities}}]
offices = ["sealer.pem", "broker.pem", "inspector.pem"]
tick_s = 0
step = {{step}}

[openings]
custodian = "custodian.pem"
inspector_general = "inspector-general.pem"
court = "court.pem"
"""


def make(folder: Path, now: dt.datetime, authorities: Sequence[str], *, step: int = 1) -> Path:
    """Make a town's log in `folder`, which is there; the settings. `authorities` and `step` as in them, with no tick.

    Raises:
        Misplaced: something of it is there already.
    """
    for name, quantum_safe in zip(
        (*KEYS, *(f"{one}.key" for one in WITNESSES)), (False, True, False, True), strict=True
    ):
        keys.make(folder / name, quantum_safe=quantum_safe)
    decoys.make(folder / "decoys.key")
    for name in WITNESSES:
        store.make(folder / f"{name}.sqlite")
    left.make(folder / "log", folder / "logbook")
    (folder / POLICY).write_text(_policy(folder), encoding="utf-8")
    _make_offices(folder, now)
    said = _SAID.format(authorities=", ".join(f'"{one}"' for one in authorities), step=step)
    (folder / FILE).write_text(said, encoding="utf-8")
    return folder / FILE


def _make_offices(folder: Path, now: dt.datetime) -> None:
    for office in _OFFICES:
        if not (folder / f"{office}.pem").exists():
            town.make_recipient(folder, office, now)


def _policy(folder: Path) -> str:
    logs = [f"log {key}" for key in log_keys(folder)]
    witnesses = [f"witness {name} {_signer(folder, name).key} {LOCAL}{name}" for name in WITNESSES]
    both = f"group both all {' '.join(WITNESSES)}"
    return "\n".join([NOT_EVIDENCE, *logs, *witnesses, both, "quorum both", ""])


def log_keys(folder: Path) -> list[VerifierKey]:
    """The public keys of the town's log."""
    return [keys.signer(folder / name, ORIGIN, Role.LOG).key for name in KEYS]


def _signer(folder: Path, name: str) -> Signer:
    return keys.signer(folder / f"{name}.key", f"{name}.town.example", Role.WITNESS)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A way to the town's witnesses, and to any other by HTTP."""

    folder: Path
    clock: Clock

    def __call__(self, url: str, body: bytes | None) -> Response:
        """Call the witness at an address, as `client.over_http` does."""
        if not url.startswith(LOCAL):
            return over_http(url, body)
        name, _, path = url.removeprefix(LOCAL).partition("/")
        if name not in WITNESSES:
            raise OSError("the town has no such witness")
        witness = Witness(
            log_keys(self.folder), _signer(self.folder, name), store.Store(self.folder / f"{name}.sqlite"), self.clock
        )
        try:
            return (
                witness.add_checkpoint(body) if body is not None else witness.latest(path.removesuffix("/checkpoint"))
            )
        except sqlite3.Error:
            raise OSError("the witness's store cannot be used") from None


def transport(folder: Path, clock: Clock) -> Transport:
    """How the writer of a town's log reaches its witnesses."""
    return Neighbours(folder, clock)
