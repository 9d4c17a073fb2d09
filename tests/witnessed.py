"""A log that witnesses are asked about, without its writer: two trees that begin alike and then are not, and requests of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from safeconduct.core.log import checkpoints, merkle, notes, witnessing
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.notes import Note
from safeconduct.core.log.witnessing import Request
from safeconduct.keys import log as keys
from safeconduct.keys.log import Role, Signer
from safeconduct.witness import store
from safeconduct.witness.serve import Clock, Witness
from safeconduct.witness.store import Store

NOW = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
ORIGIN = "town.example/log"
ALIKE = 4
"""So many leaves do both trees share."""


@cache
def leaves(fork: str) -> list[bytes]:
    """The hashes of the leaves of a tree."""
    return [sha256(f"{'' if nth < ALIKE else fork}{nth}".encode()).digest() for nth in range(400)]


def checkpoint(fork: str, size: int) -> Checkpoint:
    """A tree at one size."""
    return Checkpoint(ORIGIN, size, merkle.root(leaves(fork)[:size]))


@dataclass(frozen=True)
class Witnessed:
    """A folder with a log's key, a witness's key and its store."""

    folder: Path

    @property
    def log(self) -> Signer:
        """Who signs for the log."""
        return keys.signer(self.folder / "log.key", ORIGIN, Role.LOG)

    @property
    def signer(self) -> Signer:
        """Who signs for the witness."""
        return keys.signer(self.folder / "witness.key", "witness.example", Role.WITNESS)

    @property
    def store(self) -> Store:
        """What the witness has seen."""
        return Store(self.folder / "witness.sqlite")

    def witness(self, clock: Clock = lambda: NOW) -> Witness:
        """The witness."""
        return Witness([self.log.key], self.signer, self.store, clock)

    def note(self, fork: str, size: int) -> Note:
        """A tree's checkpoint, signed by the log."""
        made = checkpoint(fork, size)
        return Note(made.text, (self.log.signature(made, int(NOW.timestamp())),))

    def body(self, fork: str, old: int, size: int) -> bytes:
        """A request to cosign a tree by who last cosigned that old size."""
        path = merkle.consistency(old, size, merkle.held(leaves(fork)))
        return witnessing.written(Request(old, tuple(path), self.note(fork, size)))

    def seen(self) -> Checkpoint | None:
        """What the witness shows."""
        said = self.store.latest(witnessing.origin_digest(ORIGIN))
        return checkpoints.read(notes.read(said).text) if said else None


def witnessed(folder: Path, *, quantum_safe: bool = True) -> Witnessed:
    """A log and a witness that has seen nothing of it."""
    keys.make(folder / "log.key", quantum_safe=False)
    keys.make(folder / "witness.key", quantum_safe=quantum_safe)
    store.make(folder / "witness.sqlite")
    return Witnessed(folder)


def asked(
    witness: Witness, method: str, path: str, body: bytes = b"", length: str | None = None
) -> tuple[int, dict[str, str], bytes]:
    """The answer to one request by way of WSGI: status, headers, content."""
    told: list[tuple[str, list[tuple[str, str]]]] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": BytesIO(body)}
    environ |= {} if length == "" else {"CONTENT_LENGTH": str(len(body)) if length is None else length}
    content = b"".join(witness(environ, lambda status, headers: told.append((status, headers))))
    [(status, headers)] = told
    return int(status.split()[0]), dict(headers), content
