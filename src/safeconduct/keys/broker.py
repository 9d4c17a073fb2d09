"""The broker's secret, and the keys that come of it; and the key with which it signs what it seals to the sealer."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safeconduct.core.log import slots
from safeconduct.keys.files import private, private_key
from safeconduct.shelf import Misplaced

SECRET = 32


@dataclass(frozen=True, slots=True, repr=False)
class BrokerKeys:
    """The broker's keys: what comes out of them tells nothing to whoever lacks them."""

    _marks: bytes
    _counting: bytes
    _lot: bytes
    _slots: bytes

    def mark(self, person: str) -> bytes:
        """The tag under which a mark of `person` is kept."""
        return digest(self._marks, person.encode(), sha256)

    def counted(self, identifier: Sequence[str]) -> bytes:
        """The tag under which an identifier of a request is counted."""
        said = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in identifier)
        return digest(self._counting, said, sha256)

    def is_drawn(self, person: str, season: int, one_in: int) -> bool:
        """Whether the lot of the season falls on `person`, as it does on one in so many."""
        drawn = int.from_bytes(digest(self._lot, f"{season}/{person}".encode(), sha256)[:8], "big")
        return drawn % one_in == 0

    def slot_tag(self, person: str) -> bytes:
        """Where the slot of `person` stands in the map."""
        return digest(self._slots, b"tag\n" + person.encode(), sha256)

    def slot_key(self, person: str) -> bytes:
        """What opens the slot of `person` and no other; it is handed over with the answer."""
        return digest(self._slots, b"key\n" + person.encode(), sha256)

    def slot(self, person: str, content: bytes) -> bytes:
        """A slot of that content for `person`, sealed anew."""
        return slots.sealed(content, self.slot_tag(person), self.slot_key(person), secrets.token_bytes(slots.NONCE))


@dataclass(frozen=True, slots=True, repr=False)
class Signing:
    """The broker's signature, ECDSA over P-256: it is read once, for a look waits for no disk."""

    _key: ec.EllipticCurvePrivateKey

    def signs(self, said: bytes) -> bytes:
        """The signature over `said`."""
        return self._key.sign(said, ec.ECDSA(SHA256()))


def signing(path: Path) -> Signing:
    """Whose signature stands under what the broker found: the key in the file `path`.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise Misplaced(path, "is no key of the curve P-256", "name the broker's")
    return Signing(key)


def broker_keys(path: Path) -> BrokerKeys:
    """The broker's keys, of the secret in `path`.

    Raises:
        Misplaced: the file holds none, or is not its owner's alone.
    """
    try:
        secret = bytes.fromhex(private(path).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        secret = b""
    if len(secret) != SECRET:
        raise Misplaced(path, f"holds no secret of {SECRET} bytes, written in hexadecimal figures", "name the broker's")
    return BrokerKeys(*(_derived(secret, use) for use in ("marks", "counting", "lot", "slots")))


def _derived(secret: bytes, use: str) -> bytes:
    return HKDF(SHA256(), SECRET, None, f"safeconduct broker {use} v1".encode()).derive(secret)
