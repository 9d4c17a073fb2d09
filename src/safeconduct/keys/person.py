"""A person's key: it signs that person's commands. ECDSA, P-256 or P-384, with an X.509 certificate; a file here, a card (PIV) in earnest."""

from __future__ import annotations

import datetime as dt
import hmac
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from safeconduct.keys import files
from safeconduct.shelf import Misplaced


def make(folder: Path, person: str, name: str, now: dt.datetime) -> None:
    """Make a person's key in `folder`, and a certificate that it gives itself.

    Raises:
        Misplaced: they are there, or cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    files.keep(folder / f"{person}.key", files.pem(key))
    files.put(folder / f"{person}.pem", files.certificate(key, name, now), 0o644)


def signs(path: Path, said: bytes) -> bytes:
    """The signature of the key in `path` over `said`.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = files.private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name not in {"secp256r1", "secp384r1"}:
        raise Misplaced(path, "is no key of the curve P-256 or P-384", "name the key of whoever gives the command")
    return key.sign(said, ec.ECDSA(SHA384() if key.curve.name == "secp384r1" else SHA256()))


def planted(path: Path, digest: str) -> str:
    """What the token of a request that the inspector plants is made of: the inspector's key over the request's digest, as figures.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = files.private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Misplaced(path, "is no key of the curve P-256 or P-384", "name the inspector's")
    secret = key.private_numbers().private_value.to_bytes(48, "big")
    return hmac.new(secret, b"safeconduct planted v1\n" + digest.encode(), "sha256").hexdigest()
