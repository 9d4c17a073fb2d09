"""Logs and witnesses that sign for the tests: their keys come from a word, so that every run has the same."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from safeconduct.core.log import cosignatures
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.notes import Kind, Note, Signature, VerifierKey

NOON = 1_764_072_000


class Signer:
    """Who signs by one kind under a name."""

    def __init__(self, name: str, kind: Kind, word: str = "") -> None:
        seed = sha256(f"{name} {word}".encode()).digest()
        self.private = (
            MLDSA44PrivateKey.from_seed_bytes(seed)
            if kind is Kind.ML_DSA_44
            else Ed25519PrivateKey.from_private_bytes(seed)
        )
        self.key = VerifierKey(name, kind, self.private.public_key().public_bytes_raw())

    def signature(self, checkpoint: Checkpoint, timestamp: int = NOON) -> Signature:
        """The signature on a checkpoint at that time; by a key of a log of kind 0x01 at none."""
        timestamp = 0 if self.key.kind is Kind.ED25519 else timestamp
        made = self.private.sign(cosignatures.message(checkpoint, self.key, timestamp))
        return cosignatures.signature(self.key, timestamp, made)


def signed(checkpoint: Checkpoint, *signatures: Signature) -> Note:
    """The note of a checkpoint with those signatures."""
    return Note(checkpoint.text, signatures)
