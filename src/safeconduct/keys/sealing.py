"""The sealer's signing key: it signs what is released. ECDSA, P-384, with a certificate that every officer is given beforehand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384

from safeconduct import envelope
from safeconduct.keys import files
from safeconduct.shelf import Misplaced

KEY, CERTIFICATE = "sealer-signing.key", "sealer-signing.pem"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs what is released: the certificate, and the private key, which nothing shows."""

    certificate: x509.Certificate
    _private: ec.EllipticCurvePrivateKey = field(repr=False)

    def signature(self, said: bytes) -> bytes:
        """The signature over `said`: ECDSA with SHA-384."""
        return self._private.sign(said, ec.ECDSA(SHA384()))


def make(folder: Path, now: dt.datetime) -> None:
    """Make the sealer's signing key in `folder`, and a certificate that it gives itself.

    Raises:
        Misplaced: they are there, or cannot be written.
    """
    key = ec.generate_private_key(ec.SECP384R1())
    files.keep(folder / KEY, files.pem(key))
    files.put(folder / CERTIFICATE, files.certificate(key, "The sealer of releases", now), 0o644)


def signer(key: Path, certificate: Path) -> Signer:
    """Who signs with the key in the file `key`, under the certificate in the file `certificate`.

    Raises:
        Misplaced: a file holds none, the key is not its owner's alone or not of P-384, or the certificate is another key's.
    """
    private = files.private_key(key)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp384r1":
        raise Misplaced(key, "is no key of the curve P-384", "name the sealer's signing key")
    found = envelope.certificate(certificate)
    if found.public_key() != private.public_key():
        raise Misplaced(certificate, "is the certificate of another key", f"name that of {key.name}")
    return Signer(found, private)
