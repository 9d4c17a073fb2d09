"""The key of whoever something was sealed to: the sealer (for whom the town holds it), the inspector, a court."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from asn1crypto import cms
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from cryptography.hazmat.primitives.serialization import load_der_public_key

from safeconduct.envelope import OAEP, GcmParameters, wrapping_key
from safeconduct.keys.files import private_key
from safeconduct.shelf import Misplaced

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Info: TypeAlias = cms.KeyTransRecipientInfo | cms.KeyAgreeRecipientInfo


def opened(envelope: bytes, path: Path) -> bytes | None:
    """What is sealed in `envelope`, opened with the key in `path`; None where it is not sealed to it, or is damaged.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = private_key(path)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Misplaced(path, "is a key of a kind that is not sealed to", "name the recipient's key")
    try:
        sealed = cms.ContentInfo.load(envelope, strict=True)["content"]
        content = sealed["auth_encrypted_content_info"]
        nonce = content["content_encryption_algorithm"]["parameters"].parse(GcmParameters)["nonce"].native
        opening: bytes = content["encrypted_content"].native + sealed["mac"].native
        infos = list(sealed["recipient_infos"])
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    return next((found for info in infos if (found := _opened(info.chosen, key, nonce, opening)) is not None), None)


def _opened(info: Info, key: Private, nonce: bytes, opening: bytes) -> bytes | None:
    try:
        return AESGCM(_unwrapped(info, key)).decrypt(nonce, opening, None)
    except (ValueError, TypeError, KeyError, IndexError, InvalidTag, InvalidUnwrap):
        return None


def _unwrapped(info: Info, key: Private) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.decrypt(info["encrypted_key"].native, OAEP)
    theirs = load_der_public_key(info["originator"].chosen.untag().dump())
    if not isinstance(theirs, ec.EllipticCurvePublicKey):
        raise TypeError("the other side's key is of another kind")
    shared = key.exchange(ec.ECDH(), theirs)
    return aes_key_unwrap(wrapping_key(shared, key.curve), info["recipient_encrypted_keys"][0]["encrypted_key"].native)
