"""The desk's key: it signs look permits, and notices of stops."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from safeconduct.keys.files import private_key
from safeconduct.shelf import Misplaced


def signs(path: Path, said: bytes) -> bytes:
    """The signature of the desk's key in `path` over `said`.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise Misplaced(path, "is no key of the curve P-256", "name the desk's key")
    return key.sign(said, ec.ECDSA(SHA256()))
