"""Sealing to a certificate: CMS AuthEnvelopedData (RFC 5083, RFC 5084), which stock `openssl cms -decrypt` opens.

AES-256-GCM under a key of its own, which goes to the recipient by ECDH (P-256 or P-384, RFC 5753) or RSA-OAEP with SHA-256.
Structure by asn1crypto, primitives by cryptography. Two envelopes of equally long contents to the same certificates are equally
long. How one is read again is for `sealed`; who opens it holds a private key, and that is for `keys`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from asn1crypto import algos, cms, core, parser
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from safeconduct.core.log.refusals import Refused
from safeconduct.shelf import Misplaced, text_of

KEY, NONCE, TAG = 32, 12, 16
_LONGEST_CERTIFICATE = 20_000
_LEAST_RSA = 3072
KDFS: dict[str, type[HashAlgorithm]] = {
    "1.3.132.1.11.1": SHA256,  # dhSinglePass-stdDH-sha256kdf-scheme
    "1.3.132.1.11.2": SHA384,  # dhSinglePass-stdDH-sha384kdf-scheme
}
_SCHEMES = {"secp256r1": "1.3.132.1.11.1", "secp384r1": "1.3.132.1.11.2"}
_CURVES = {"secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1()}
WRAP = "aes256_wrap"
_SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})
OAEP = padding.OAEP(padding.MGF1(SHA256()), SHA256(), None)


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom is sealed: the public key of a certificate, and how CMS names the certificate (`named`, in DER)."""

    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    certificate: bytes


def recipient(path: Path) -> Recipient:
    """The recipient whose certificate is in the PEM file `path`.

    Raises:
        Misplaced: it is none, or its key is of no kind that is sealed to.
    """
    found = recipient_of(certificate(path))
    if isinstance(found, Refused):
        raise Misplaced(path, "has a key that is not sealed to", "make one of P-256, P-384 or RSA of 3072 bits or more")
    return found


def certificate(path: Path) -> x509.Certificate:
    """The certificate in the PEM file `path`; where there are several, the first.

    Raises:
        Misplaced: it holds none.
    """
    try:
        return x509.load_pem_x509_certificate(text_of(path, _LONGEST_CERTIFICATE).encode())
    except ValueError:
        raise Misplaced(path, "is no certificate in PEM", "name one") from None


def recipient_of(whose: x509.Certificate) -> Recipient | Refused:
    """The recipient of that certificate, whoever gave it."""
    try:
        key = whose.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return Refused("the certificate has a key that cannot be read")
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _SCHEMES:
        return Recipient(key, named(whose).dump())
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA:
        return Recipient(key, named(whose).dump())
    return Refused("the certificate's key is none of P-256, P-384 or RSA of 3072 bits or more")


def named(whose: x509.Certificate) -> cms.IssuerAndSerialNumber:
    """How CMS names a certificate: by issuer and serial number."""
    read = asn1_x509.Certificate.load(whose.public_bytes(Encoding.DER))
    return cms.IssuerAndSerialNumber({"issuer": read.issuer, "serial_number": read.serial_number})


def seal(content: bytes, *to: Recipient) -> bytes:
    """`content` sealed to whoever is named, so that each can open it alone; as the DER of a ContentInfo."""
    key, nonce = secrets.token_bytes(KEY), secrets.token_bytes(NONCE)
    sealed = AESGCM(key).encrypt(nonce, content, None)
    infos = sorted(_recipient_info(key, one) for one in to)  # a SET OF in DER is in order
    enciphered = _sequence(_DATA, nonce.join(_gcm()), parser.emit(_CONTEXT, _PRIMITIVE, 0, sealed[:-TAG]))
    mac = parser.emit(_UNIVERSAL, _PRIMITIVE, _OCTETS, sealed[-TAG:])
    envelope = _sequence(_VERSION, parser.emit(_UNIVERSAL, _CONSTRUCTED, _SET, b"".join(infos)), enciphered, mac)
    return _sequence(_ENVELOPED, parser.emit(_CONTEXT, _CONSTRUCTED, 0, envelope))


_UNIVERSAL, _CONTEXT, _PRIMITIVE, _CONSTRUCTED = 0, 2, 0, 1
_OCTETS, _SEQUENCE, _SET = 4, 16, 17
_VERSION = cms.CMSVersion("v0").dump()
_DATA, _ENVELOPED = (cms.ContentType(kind).dump() for kind in ("data", "authenticated_enveloped_data"))


def _sequence(*parts: bytes) -> bytes:
    der: bytes = parser.emit(_UNIVERSAL, _CONSTRUCTED, _SEQUENCE, b"".join(parts))
    return der


class GcmParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """RFC 5084: the nonce, and how long the tag is."""

    _fields = [("nonce", core.OctetString), ("icv_length", core.Integer, {"default": 12})]  # noqa: RUF012  # as asn1crypto reads it


@cache
def _gcm() -> tuple[bytes, bytes]:
    """What stands before and behind the nonce in the name of the cipher."""
    nonce = secrets.token_bytes(NONCE)
    parameters = core.Any(GcmParameters({"nonce": nonce, "icv_length": TAG}))
    der: bytes = algos.EncryptionAlgorithm({"algorithm": "aes256_gcm", "parameters": parameters}).dump()
    begins, _, ends = der.partition(nonce)
    return begins, ends


def _recipient_info(key: bytes, to: Recipient) -> bytes:
    """The content's key as a recipient gets it; the DER of a RecipientInfo."""
    return _transported(key, to.key, to) if isinstance(to.key, rsa.RSAPublicKey) else _agreed(key, to.key, to)


def oaep(hashed: algos.DigestAlgorithm) -> algos.RSAESOAEPParams:
    """RSA-OAEP with that hash twice and no label, as CMS says it (RFC 4055)."""
    masked = {"algorithm": "mgf1", "parameters": hashed}
    return algos.RSAESOAEPParams({"hash_algorithm": hashed, "mask_gen_algorithm": masked})


def _transported(key: bytes, public: rsa.RSAPublicKey, to: Recipient) -> bytes:
    named = cms.IssuerAndSerialNumber.load(to.certificate)
    info = cms.KeyTransRecipientInfo(
        {
            "version": "v0",
            "rid": cms.RecipientIdentifier(name="issuer_and_serial_number", value=named),
            "key_encryption_algorithm": {"algorithm": "rsaes_oaep", "parameters": oaep(_SHA256)},
            "encrypted_key": public.encrypt(key, OAEP),
        }
    )
    der: bytes = cms.RecipientInfo(name="ktri", value=info).dump()
    return der


def _agreed(key: bytes, public: ec.EllipticCurvePublicKey, to: Recipient) -> bytes:
    ours = ec.generate_private_key(public.curve)
    wrapping = wrapping_key(ours.exchange(ec.ECDH(), public), KDFS[_SCHEMES[public.curve.name]])
    begins, between, ends = _laid_out(public.curve.name, to.certificate)
    return begins + _point(ours.public_key()) + between + aes_key_wrap(wrapping, key) + ends


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@lru_cache(maxsize=256)
def _laid_out(curve: str, certificate: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before, between and behind the point and the wrapped key: nothing else differs between two agreements."""
    public = ec.generate_private_key(_CURVES[curve]).public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    wrapped, named = secrets.token_bytes(KEY + 8), cms.IssuerAndSerialNumber.load(certificate)
    to_whom = cms.KeyAgreementRecipientIdentifier(name="issuer_and_serial_number", value=named)
    info = cms.KeyAgreeRecipientInfo(
        {
            "version": "v3",
            "originator": cms.OriginatorIdentifierOrKey(
                name="originator_key", value=asn1_keys.PublicKeyInfo.load(spki)
            ),
            "key_encryption_algorithm": {"algorithm": _SCHEMES[curve], "parameters": core.Any(_wrap())},
            "recipient_encrypted_keys": [{"rid": to_whom, "encrypted_key": wrapped}],
        }
    )
    begins, _, rest = cms.RecipientInfo(name="kari", value=info).dump().partition(_point(public))
    between, _, ends = rest.partition(wrapped)
    return begins, between, ends


def _wrap() -> algos.EncryptionAlgorithm:
    return algos.EncryptionAlgorithm({"algorithm": WRAP})


class _SharedInfo(core.Sequence):  # type: ignore[misc]  # as above
    """ECC-CMS-SharedInfo of RFC 5753: what the wrapping key is for, and how many bits it has."""

    _fields = [  # noqa: RUF012  # as asn1crypto reads it
        ("key_info", algos.EncryptionAlgorithm),
        ("bits", core.OctetString, {"explicit": 2}),
    ]


_SHARED_INFO = _SharedInfo({"key_info": _wrap(), "bits": (KEY * 8).to_bytes(4, "big")}).dump()


def wrapping_key(shared: bytes, hashed: type[HashAlgorithm]) -> bytes:
    """The key that wraps the content's key, of the secret that both sides of an ECDH have."""
    return X963KDF(hashed(), KEY, _SHARED_INFO).derive(shared)
