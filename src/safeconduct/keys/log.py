"""The keys of a log and of its witnesses: they sign checkpoints, which hold nothing about anybody.

Ed25519 is what public witnesses and monitors demand, ML-DSA-44 what outlasts quantum computers. Neither protects anything
that is secret here: a signature on a checkpoint is evidence that nothing was changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from safeconduct.core.log import cosignatures
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.notes import Kind, Signature, VerifierKey
from safeconduct.keys.files import keep, pem, private_key
from safeconduct.shelf import Misplaced

Private = Ed25519PrivateKey | MLDSA44PrivateKey


class Role(Enum):
    """Who signs."""

    LOG = "log"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs checkpoints under a name: the public key, and the private one, which nothing shows."""

    key: VerifierKey
    _private: Private = field(repr=False)

    def signature(self, checkpoint: Checkpoint, timestamp: int) -> Signature:
        """The signature on a checkpoint at that time (seconds since 1970)."""
        return cosignatures.signature(
            self.key, timestamp, self._private.sign(cosignatures.message(checkpoint, self.key, timestamp))
        )


def make(path: Path, *, quantum_safe: bool) -> None:
    """Make a key in the file `path`: ML-DSA-44, or Ed25519.

    Raises:
        Misplaced: the file is there already, or cannot be written.
    """
    keep(path, pem(MLDSA44PrivateKey.generate() if quantum_safe else Ed25519PrivateKey.generate()))


def signer(path: Path, name: str, role: Role) -> Signer:
    """Who signs under `name` with the key in the file `path`.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = private_key(path)
    if isinstance(key, MLDSA44PrivateKey):
        return Signer(VerifierKey(name, Kind.ML_DSA_44, key.public_key().public_bytes_raw()), key)
    if isinstance(key, Ed25519PrivateKey):
        kind = Kind.ED25519 if role is Role.LOG else Kind.COSIGNATURE
        return Signer(VerifierKey(name, kind, key.public_key().public_bytes_raw()), key)
    raise Misplaced(path, "is neither an Ed25519 nor an ML-DSA-44 key", "name one that `safeconduct log init` made")
