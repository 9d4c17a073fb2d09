"""The files that keys lie in: made once, their owner's alone, and refused where they lie otherwise."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from safeconduct.shelf import Misplaced, text_of

_LONGEST = 20_000
_YEARS = dt.timedelta(days=3650)
_COMMITS = x509.KeyUsage(
    digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False, key_agreement=False,
    key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
)  # fmt: skip
"""Called nonRepudiation before (RFC 5280, 4.2.1.3): readers of PDF files ask for it."""


def pem(key: PrivateKeyTypes) -> bytes:
    """A private key as it lies in a file."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certificate(key: ec.EllipticCurvePrivateKey, whose: str, now: dt.datetime, *, of_letters: bool = False) -> bytes:
    """A certificate that the key gives itself, for ten years from `now`; one `of_letters` says that it commits to what it signs."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, whose)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + _YEARS)
    if of_letters:
        made = made.add_extension(_COMMITS, critical=True)
    return made.sign(key, SHA384()).public_bytes(Encoding.PEM)


def keep(path: Path, content: bytes) -> None:
    """Put a key in the file `path`, for its owner alone.

    Raises:
        Misplaced: it is there already, or cannot be written.
    """
    put(path, content, 0o600)


def put(path: Path, content: bytes, mode: int) -> None:
    """Put `content` in the file `path`, which is not there yet; it is on the disk when this has ended.

    Raises:
        Misplaced: it is there already, or cannot be written.
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as fault:
        what = f"cannot be made: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(path, what, "name a folder that has no keys yet") from None


def private(path: Path) -> bytes:
    """What is in a file that is its owner's alone.

    Raises:
        Misplaced: it cannot be read, or others may read or change it.
    """
    with _told(path), os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
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


def kept(path: Path) -> Path:
    """The file `path`, which nobody but its owner can change: who could would say whom its reader believes.

    Raises:
        Misplaced: others may change it.
    """
    if path.exists():
        found = path.stat()
        if found.st_mode & 0o022 or found.st_uid not in {0, os.geteuid()}:
            raise Misplaced(
                path, "may be changed by others", "chmod go-w it, and have it owned by its reader's account or by root"
            )
    return path


def private_key(path: Path) -> PrivateKeyTypes:
    """The private key in the file `path`.

    Raises:
        Misplaced: it holds none, or is not its owner's alone.
    """
    try:
        return _read(private(path))
    except (ValueError, TypeError):
        raise Misplaced(path, "is no private key in PEM without a password", "name one") from None


@lru_cache(maxsize=32)
def _read(pem: bytes) -> PrivateKeyTypes:
    """The key as it stands in the file, which is read anew each time; to make sure of it takes longer than to use it."""
    return load_pem_private_key(pem, None)


def p256(path: Path, whose: str) -> ec.EllipticCurvePublicKey:
    """The public key in the PEM file `path`.

    Raises:
        Misplaced: it holds none of the curve P-256; `whose` is which to name.
    """
    try:
        key = load_pem_public_key(text_of(path, _LONGEST).encode())
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise Misplaced(path, "is no public key of the curve P-256 in PEM", f"name {whose}")
    return key
