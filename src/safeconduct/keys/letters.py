"""The key that signs letters: ECDSA, P-256 or P-384, with a certificate whose key usage says that it commits to what it signs."""

from __future__ import annotations

from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from safeconduct.keys.files import private_key
from safeconduct.shelf import Misplaced, text_of

_LONGEST_CERTIFICATE = 20_000
_CURVES = {"secp256r1": "sha256", "secp384r1": "sha384"}


def signer(key: Path, certificate: Path) -> tuple[SimpleSigner, str]:
    """What signs with the key in the file `key` for the certificate in the file `certificate`; and the digest that goes with its curve.

    Raises:
        Misplaced: the file holds no such key or is not its owner's alone, or the certificate is not this key's or not for signing.
    """
    private = private_key(key)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name not in _CURVES:
        raise Misplaced(key, "is no key of the curve P-256 or P-384", "name the key that signs letters")
    found = _certificate(certificate)
    if found.public_key() != private.public_key():
        raise Misplaced(certificate, "is not the certificate of the key", f"name the one that was made with {key}")
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own = asn1_x509.Certificate.load(found.public_bytes(Encoding.DER))
    return SimpleSigner(own, asn1_keys.PrivateKeyInfo.load(der), SimpleCertificateStore()), _CURVES[private.curve.name]  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped


def _certificate(path: Path) -> x509.Certificate:
    """The certificate in a file, if its key usage is that of one who commits to what is signed (RFC 5280, 4.2.1.3)."""
    try:
        found = x509.load_pem_x509_certificate(text_of(path, _LONGEST_CERTIFICATE).encode())
        usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
    except ValueError:
        raise Misplaced(
            path, "is no certificate in PEM", "name the certificate of the key that signs letters"
        ) from None
    except x509.ExtensionNotFound:
        usage = None
    if usage is None or not usage.content_commitment:
        raise Misplaced(path, "is not for signing letters", "have one issued with nonRepudiation in its key usage")
    return found
