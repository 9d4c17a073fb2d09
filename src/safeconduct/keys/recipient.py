"""The key of whoever something was sealed to: the sealer (for whom the town holds it), the inspector, a court, an officer.

What may be opened at all is said in `sealed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from safeconduct import sealed as reading
from safeconduct.core.log.refusals import Refused
from safeconduct.envelope import KEY, OAEP, named, wrapping_key
from safeconduct.keys.files import private_key
from safeconduct.sealed import Addressed, Sealed
from safeconduct.shelf import Misplaced

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def opened(envelope: bytes, path: Path) -> bytes | Refused:
    """What is sealed in `envelope`, to whichever of its recipients has the key in `path`; or why it is not opened.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = _key(path)
    sealed = reading.read(envelope)
    return sealed if isinstance(sealed, Refused) else _opened(sealed, sealed.to, key)


def opened_alone(envelope: bytes, path: Path, certificate: x509.Certificate) -> bytes | Refused:
    """What is sealed in `envelope` to that certificate, whose key is in `path`, and to nobody besides; or why it is not opened.

    Raises:
        Misplaced: the file holds no such key, is not its owner's alone, or is another certificate's.
    """
    key = _key(path)
    if key.public_key() != certificate.public_key():
        raise Misplaced(path, "is not the key of the certificate", "name the two that belong together")
    sealed = reading.read(envelope)
    if isinstance(sealed, Refused):
        return sealed
    ours = [one for one in sealed.to if one.certificate == named(certificate).dump()]
    if not ours:
        return Refused("it is sealed to somebody else; ask the sealer for one that is sealed to this certificate")
    if len(sealed.to) > 1:
        return Refused(
            "it is sealed to others besides; ask the sealer for one that is sealed to this certificate alone"
        )
    return _opened(sealed, ours, key)


def _key(path: Path) -> Private:
    key = private_key(path)
    if not isinstance(key, Private):
        raise Misplaced(path, "is a key of a kind that is not sealed to", "name the recipient's key")
    return key


def _opened(sealed: Sealed, to: Iterable[Addressed], key: Private) -> bytes | Refused:
    content_key = next((found for one in to if (found := _unwrapped(one, key)) is not None), None)
    if content_key is None:
        return Refused("it is sealed to another key, or was changed since; ask for it once more")
    try:
        return AESGCM(content_key).decrypt(sealed.nonce, sealed.content, None)
    except InvalidTag:
        return Refused("it was changed after it was sealed; ask for it once more")


def _unwrapped(one: Addressed, key: Private) -> bytes | None:
    """The content's key; None where it is another key's, or damaged."""
    try:
        found = _agreed(one, key) if isinstance(key, ec.EllipticCurvePrivateKey) else _transported(one, key)
    except (ValueError, InvalidUnwrap):
        return None
    return found if found is not None and len(found) == KEY else None


def _transported(one: Addressed, key: rsa.RSAPrivateKey) -> bytes | None:
    return None if one.agreement else key.decrypt(one.key, OAEP)


def _agreed(one: Addressed, key: ec.EllipticCurvePrivateKey) -> bytes | None:
    if one.agreement is None or one.agreement.curve not in {"", key.curve.name}:
        return None
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(key.curve, one.agreement.point)
    return aes_key_unwrap(wrapping_key(key.exchange(ec.ECDH(), theirs), one.agreement.hashed), one.key)
