"""A small log as it is served, with keys of its own, written with the program's formats for others to verify.

log = written.log(600)
log.put(folder)                     # checkpoint and tile/…
log.policy()                        # two log keys, two witnesses, quorum `all`
log.proof(12)                       # that entry 12 is in it
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from safeconduct.core.log import cosignatures, merkle, notes, proofs, tiles
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.merkle import At
from safeconduct.core.log.notes import Kind, Note, VerifierKey
from safeconduct.core.log.tiles import ENTRIES, Tile

ORIGIN = "log.example/safeconduct"
AT = 1_795_000_000
"""When the first witness cosigned; the second did a minute later."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key and how it signs."""

    key: VerifierKey
    sign: Callable[[bytes], bytes]

    def signature(self, checkpoint: Checkpoint, time: int) -> notes.Signature:
        """Its line under a checkpoint."""
        return cosignatures.signature(self.key, time, self.sign(cosignatures.message(checkpoint, self.key, time)))


@cache
def signer(name: str, kind: Kind, of: str = "") -> Signer:
    """The signer of that name; its key is drawn from it, and from `of`."""
    seed = sha256(f"{name} {kind} {of}".encode()).digest()
    private: Ed25519PrivateKey | MLDSA44PrivateKey
    if kind is Kind.ML_DSA_44:
        private = MLDSA44PrivateKey.from_seed_bytes(seed)
    else:
        private = Ed25519PrivateKey.from_private_bytes(seed)
    return Signer(VerifierKey(name, kind, private.public_key().public_bytes_raw()), private.sign)


OLD = signer(ORIGIN, Kind.ED25519)
NEW = signer(ORIGIN, Kind.ML_DSA_44)
FIRST = signer("witness.example/first", Kind.COSIGNATURE)
SECOND = signer("witness.example/second", Kind.ML_DSA_44)
EVERYBODY = ((OLD, 0), (NEW, 0), (FIRST, AT), (SECOND, AT + 60))


def policy(logs: Sequence[Signer] = (OLD, NEW), quorum: str = "both") -> str:
    """The policy that believes those logs, and asks for both witnesses."""
    return (
        "# whom we believe\n"
        + "".join(f"log {one.key} https://log.example\n" for one in logs)
        + f"witness first {FIRST.key}\nwitness second {SECOND.key}\n"
        + f"group both all first second\nquorum {quorum}\n"
    )


@dataclass(frozen=True, slots=True)
class Log:
    """Entries and the files in which they are served."""

    entries: Sequence[bytes]
    files: dict[str, bytes]
    checkpoint: Checkpoint
    at: At

    def put(self, folder: Path, **changed: bytes) -> Path:
        """The log's files in a folder."""
        for path, content in {**self.files, **changed}.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        return folder

    def proof(self, index: int, extra: bytes = b"") -> bytes:
        """The proof that the entry at `index` is in the log."""
        path = tuple(merkle.inclusion(index, len(self.entries), self.at))
        return proofs.written(proofs.Proof(index, path, notes.read(self.files["checkpoint"]), extra))


def entry(number: int) -> bytes:
    """An entry: no two are the same, and one in nine is empty."""
    return b"" if number % 9 == 4 else f"entry {number}".encode() + bytes([number % 251]) * (number % 7)


def note(checkpoint: Checkpoint, signers: Sequence[tuple[Signer, int]] = EVERYBODY) -> bytes:
    """A checkpoint, signed."""
    return notes.written(Note(checkpoint.text, tuple(one.signature(checkpoint, time) for one, time in signers)))


def log(size: int, signers: Sequence[tuple[Signer, int]] = EVERYBODY, origin: str = ORIGIN) -> Log:
    """A log of that many entries, signed by everybody."""
    entries = [entry(number) for number in range(size)]
    rows = [[merkle.leaf(one) for one in entries]]
    while len(rows[-1]) > 1:
        rows.append(merkle.level_above(rows[-1][: len(rows[-1]) & ~1]))

    def at(level: int, nth: int) -> bytes:
        return rows[level][nth]

    def content(tile: Tile) -> bytes:
        begin = tile.index * tiles.WIDTH
        if tile.level == ENTRIES:
            return tiles.bundled(entries[begin : begin + tile.width])
        return b"".join(rows[tiles.HEIGHT * tile.level][begin : begin + tile.width])

    checkpoint = Checkpoint(origin, size, merkle.edge(size, at).root)
    files = {tile.path: content(tile) for tile in tiles.every(size)}
    return Log(entries, {"checkpoint": note(checkpoint, signers), **files}, checkpoint, at)
