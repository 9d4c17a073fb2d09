"""The key that opens what was sealed to its certificate; the town holds it until there is a sealer."""

from __future__ import annotations

from pathlib import Path

from asn1crypto import cms
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from cryptography.hazmat.primitives.serialization import load_der_public_key

from safeconduct.envelope import OAEP, GcmParameters, wrapping_key
from safeconduct.keys.files import private_key
from safeconduct.shelf import Misplaced


def opened(envelope: bytes, path: Path) -> bytes | None:
    """What is sealed in `envelope`, opened with the key in `path`; None where it is not sealed to it, or is damaged.

    Raises:
        Misplaced: the file holds no such key, or is not its owner's alone.
    """
    key = private_key(path)
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
