"""Every use of a private key, and of a secret one: no other module reads such a file.

    desk.key    signs look permits: ECDSA, P-256
    broker.key  32 bytes, and of them three keys: for marks, for counting near-identical requests, for the lot
    sealer.key  opens what the broker sealed: P-384 (or RSA); the town holds it until there is a sealer

Keys lie in files of their owner's alone (0600, no link), and one that lies otherwise is not used. The town's are made with
it, beside its register, and are worth nothing anywhere else.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from safeconduct.envelope import OAEP, GcmParameters, wrapping_key
from safeconduct.shelf import Misplaced

DESK, DESK_PUBLIC, SEALER, SEALER_CERTIFICATE, BROKER = (
    "desk.key", "desk.pem", "sealer.key", "sealer.pem", "broker.key",
)  # fmt: skip
_LONGEST = 20_000
_SECRET = 32
_YEARS = dt.timedelta(days=3650)


def make_town(folder: Path, now: dt.datetime) -> None:
    """Make the town's keys in `folder`, none of which is there yet.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    desk, sealer = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    _keep(folder / DESK, _pem(desk))
    _put(folder / DESK_PUBLIC, desk.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    _keep(folder / SEALER, _pem(sealer))
    _put(folder / SEALER_CERTIFICATE, _certificate(sealer, "The town's sealer", now), 0o644)
    _keep(folder / BROKER, secrets.token_hex(_SECRET).encode() + b"\n")


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(key: ec.EllipticCurvePrivateKey, whose: str, now: dt.datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, whose)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + _YEARS)
    return made.sign(key, SHA384()).public_bytes(Encoding.PEM)


def _keep(path: Path, content: bytes) -> None:
    _put(path, content, 0o600)


def _put(path: Path, content: bytes, mode: int) -> None:
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(path, what, "name a folder that has no keys yet") from None


def _private(path: Path) -> bytes:
    """What is in a file that is its owner's alone.

    Raises:
        Misplaced: it cannot be read, or others may read or change it.
    """
    with _told(path):
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(file, "rb") as opened:
        kept = os.fstat(opened.fileno())
        if not stat.S_ISREG(kept.st_mode) or kept.st_mode & 0o077 or kept.st_uid != os.geteuid() or kept.st_nlink != 1:
            raise Misplaced(path, "holds a key and is not its owner's alone", "chmod 600 it, and have it once")
        return opened.read(_LONGEST)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        what = f"cannot be read: {(fault.strerror or 'no such file').lower()}"
        raise Misplaced(path, what, "name a file that can, and that is no link") from None


def _private_key(path: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(_private(path), None)
    except (ValueError, TypeError):
        raise Misplaced(path, "is no private key in PEM without a password", "name one") from None


# The desk


def desk_signs(path: Path, said: bytes) -> bytes:
    """The signature of the desk's key in `path` over `said`.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = _private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise Misplaced(path, "is no key of the curve P-256", "name the desk's key")
    return key.sign(said, ec.ECDSA(SHA256()))


# The broker


@dataclass(frozen=True, slots=True, repr=False)
class BrokerKeys:
    """The broker's keys: what comes out of them tells nothing to whoever lacks them."""

    _marks: bytes
    _counting: bytes
    _lot: bytes

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


def broker_keys(path: Path) -> BrokerKeys:
    """The broker's keys, of the secret in `path`.

    Raises:
        Misplaced: the file holds none, or is not its owner's alone.
    """
    try:
        secret = bytes.fromhex(_private(path).decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        secret = b""
    if len(secret) != _SECRET:
        raise Misplaced(
            path, f"holds no secret of {_SECRET} bytes, written in hexadecimal figures", "name the broker's"
        )
    return BrokerKeys(*(_derived(secret, use) for use in ("marks", "counting", "lot")))


def _derived(secret: bytes, use: str) -> bytes:
    return HKDF(SHA256(), _SECRET, None, f"safeconduct broker {use} v1".encode()).derive(secret)


# The sealer, whose key the town holds until there is one


def opened(envelope: bytes, path: Path) -> bytes | None:
    """What is sealed in `envelope`, opened with the key in `path`; None where it is not sealed to it, or is damaged.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = _private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Misplaced(path, "is a key of a kind that is not sealed to", "name the sealer's key")
    try:
        sealed = cms.ContentInfo.load(envelope, strict=True)["content"]
        content = sealed["auth_encrypted_content_info"]
        unwrapped = _unwrapped(sealed["recipient_infos"][0].chosen, key)
        nonce = content["content_encryption_algorithm"]["parameters"].parse(GcmParameters)["nonce"].native
        opening: bytes = content["encrypted_content"].native + sealed["mac"].native
        return AESGCM(unwrapped).decrypt(nonce, opening, None)
    except (ValueError, TypeError, KeyError, IndexError, InvalidTag, InvalidUnwrap):
        return None


def _unwrapped(
    info: cms.KeyTransRecipientInfo | cms.KeyAgreeRecipientInfo, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.decrypt(info["encrypted_key"].native, OAEP)
    theirs = load_der_public_key(info["originator"].chosen.untag().dump())
    if not isinstance(theirs, ec.EllipticCurvePublicKey):
        raise TypeError("the other side's key is of another kind")
    shared = key.exchange(ec.ECDH(), theirs)
    return aes_key_unwrap(wrapping_key(shared, key.curve), info["recipient_encrypted_keys"][0]["encrypted_key"].native)
