r"""What a signature on a checkpoint covers, by its kind (c2sp.org/tlog-cosignature@v1.0.1; 0x06 as in v1.1.0-rc.1).

    0x01  Ed25519 over the text of the note
    0x04  u64 timestamp, then Ed25519 over "cosignature/v1\n", "time <timestamp>\n" and the text of the note
    0x06  u64 timestamp, then ML-DSA-44 over "subtree/v1\n\0", the cosigner's name, the timestamp, the origin,
          the first leaf (0), the size and the root; names with their length in a byte before them

A log signs by 0x01 or 0x06, a witness by 0x04 or 0x06. Making a signature is for `keys`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.notes import Kind, Note, Signature, VerifierKey

_LABEL = b"subtree/v1\n\x00"
_TIME = 8
_LATEST = 2**63 - 1
_LONGEST_NAME = 255


def message(checkpoint: Checkpoint, key: VerifierKey, timestamp: int) -> bytes:
    """What is signed by `key` of a checkpoint at that time (seconds since 1970; 0 under 0x01, which has none).

    Raises:
        Malformed: a name is too long for the form.
    """
    if key.kind is Kind.ED25519:
        return checkpoint.text.encode()
    if key.kind is Kind.COSIGNATURE:
        return f"cosignature/v1\ntime {timestamp}\n{checkpoint.text}".encode()
    said = (_LABEL, _named(key.name), _u64(timestamp), _named(checkpoint.origin), _u64(0), _u64(checkpoint.size))
    return b"".join(said) + checkpoint.root


def _named(name: str) -> bytes:
    said = name.encode()
    if len(said) > _LONGEST_NAME:
        raise Malformed("a name is longer than a cosignature can say")
    return bytes([len(said)]) + said


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def signature(key: VerifierKey, timestamp: int, made: bytes) -> Signature:
    """The line of a signature that was made over `message`."""
    return Signature(key.name, key.id, made if key.kind is Kind.ED25519 else _u64(timestamp) + made)


@dataclass(frozen=True, slots=True)
class Verified:
    """A signature that holds: whose, and when it was made (seconds since 1970; None under 0x01)."""

    key: VerifierKey
    timestamp: int | None


def verified(note: Note, checkpoint: Checkpoint, key: VerifierKey) -> Verified | None:
    """The signature of `key` on a checkpoint; None where there is none. Of several the latest counts.

    Raises:
        Malformed: a line says it is by that key and does not hold (signed-note: the whole note is then refused).
    """
    found = [_held(one, checkpoint, key) for one in note.by(key)]
    return max(found, key=lambda one: one.timestamp or 0) if found else None


def _held(one: Signature, checkpoint: Checkpoint, key: VerifierKey) -> Verified:
    if key.kind is Kind.ED25519:
        timestamp, made = None, one.value
    else:
        timestamp, made = int.from_bytes(one.value[:_TIME], "big"), one.value[_TIME:]
        if len(one.value) <= _TIME or timestamp > _LATEST:
            raise Malformed("a cosignature has no time that there is")
    if not _holds(key, made, message(checkpoint, key, timestamp or 0)):
        raise Malformed("a signature does not hold that says it is by a known key")
    return Verified(key, timestamp)


def _holds(key: VerifierKey, made: bytes, over: bytes) -> bool:
    try:
        if key.kind is Kind.ML_DSA_44:
            MLDSA44PublicKey.from_public_bytes(key.public).verify(made, over)
        else:
            Ed25519PublicKey.from_public_bytes(key.public).verify(made, over)
    except (InvalidSignature, ValueError):
        return False
    return True
