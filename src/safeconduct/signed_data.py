"""What is signed, as CMS SignedData (RFC 5652): one signer, the content inside, which stock `openssl cms -verify` verifies.

ECDSA on P-384 over SHA-384; signed attributes are the content's type, its digest, and the digest of the signer's certificate
(signing-certificate-v2, RFC 5035), which is in it too. Structure by asn1crypto, primitives by cryptography. Whoever verifies names
the one certificate that they believe, and it is compared byte by byte: a name in it, or who gave it, counts for nothing. Who signs
is `keys.sealing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding

from safeconduct.core.log.refusals import Refused
from safeconduct.der import is_der
from safeconduct.envelope import named
from safeconduct.keys.sealing import Signer

_DIGEST, _SIGNATURE = "sha384", "sha384_ecdsa"
_TYPE, _CONTENT_DIGEST, _CERTIFICATE = "content_type", "message_digest", "signing_certificate_v2"
_HASHES = frozenset({"sha256", "sha384", "sha512"})
_SET = b"\x31"


def signed(content: bytes, signer: Signer) -> bytes:
    """`content`, signed, in it; as the DER of a ContentInfo."""
    attributes = _attributes(content, signer.certificate)
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_digest_algorithm()],
            "encap_content_info": {"content_type": "data", "content": content},
            "certificates": [_read(signer.certificate)],
            "signer_infos": [_signer_info(attributes, signer)],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return der


def _attributes(content: bytes, certificate: x509.Certificate) -> cms.CMSAttributes:
    """What the signature covers."""
    naming = tsp.SigningCertificateV2({"certs": [_identified(certificate)]})
    values = {_TYPE: "data", _CONTENT_DIGEST: hashlib.sha384(content).digest(), _CERTIFICATE: naming}
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [one]}) for name, one in values.items()])


def _identified(certificate: x509.Certificate) -> tsp.ESSCertIDv2:
    read = _read(certificate)
    issuer = asn1_x509.GeneralName(name="directory_name", value=read.issuer)
    serial = {"issuer": [issuer], "serial_number": read.serial_number}
    return tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(_der(certificate)).digest(), "issuer_serial": serial})


def _signer_info(attributes: cms.CMSAttributes, signer: Signer) -> cms.SignerInfo:
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(name="issuer_and_serial_number", value=named(signer.certificate)),
            "digest_algorithm": _digest_algorithm(),
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": _SIGNATURE},
            "signature": signer.signature(attributes.dump()),
        }
    )


def _digest_algorithm() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": _DIGEST})


def _read(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(_der(certificate))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


# Verifying


def verified(der: bytes, certificate: x509.Certificate) -> bytes | Refused:
    """The content of `der`, if exactly that certificate's key has signed it."""
    if not is_der(der):
        return Refused("what is signed is not one value in DER")
    try:
        return _verified(cms.ContentInfo.load(der, strict=True), certificate)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # what asn1crypto has for what is none
        return Refused("it is not signed, or in no way that is known here")


def _verified(said: cms.ContentInfo, certificate: x509.Certificate) -> bytes | Refused:
    if said["content_type"].native != "signed_data":
        return Refused("it is not signed")
    data = said["content"]
    odd = next(_odd(data, certificate), None)
    if odd is not None:
        return Refused(odd)
    content: bytes = data["encap_content_info"]["content"].native
    [info] = data["signer_infos"]
    odd = next(_odd_attributes(info["signed_attrs"], content, certificate), None)
    if odd is not None:
        return Refused(odd)
    # RFC 5652, 5.4: what is signed is the attributes' DER as a SET OF, not as the [0] that stands there
    covered = _SET + info["signed_attrs"].dump()[1:]
    return content if _is_of(covered, info["signature"].native, certificate) else Refused("the signature does not hold")


def _is_of(covered: bytes, signature: bytes, certificate: x509.Certificate) -> bool:
    try:
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp384r1":
            return False
        key.verify(signature, covered, ec.ECDSA(SHA384()))
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _odd(data: cms.SignedData, certificate: x509.Certificate) -> Iterator[str]:
    """What is wrong with the outside of it, in the order in which it is looked at."""
    if len(data["signer_infos"]) != 1:
        yield "it is not signed by one signer alone"
    if [one.dump() for one in data["certificates"]] != [_der(certificate)]:
        yield "it is signed under another certificate than the sealer's that was given, or bears more than that one"
    [info] = data["signer_infos"]
    if info["sid"].name != "issuer_and_serial_number" or info["sid"].chosen.dump() != named(certificate).dump():
        yield "its signer is named otherwise than the sealer's certificate is"
    if not (_is_sha384(info["digest_algorithm"]) and all(map(_is_sha384, data["digest_algorithms"]))):
        yield "it is digested by another hash than SHA-384"
    if info["signature_algorithm"]["algorithm"].native != _SIGNATURE:
        yield "it is signed otherwise than by ECDSA with SHA-384"
    if (data["version"].native, info["version"].native, len(data["digest_algorithms"])) != ("v1", "v1", 1):
        yield "it is of another version"
    if any(_is_there(one) for one in (data["crls"], info["unsigned_attrs"])):
        yield "it has something that the signature does not cover"
    if not _is_there(info["signed_attrs"]):
        yield "its signature is over the content alone, without signed attributes"
    inside = data["encap_content_info"]
    if inside["content_type"].native != "data" or not _is_there(inside["content"]) or inside["content"].method:
        yield "what is signed is not in it, or of another type"


def _is_sha384(algorithm: algos.DigestAlgorithm) -> bool:
    """Whether it is SHA-384, its parameters left out or NULL (RFC 5754, 2)."""
    return algorithm["algorithm"].native == _DIGEST and algorithm["parameters"].native is None


def _is_there(said: core.Asn1Value) -> bool:
    return not isinstance(said, core.Void)


def _odd_attributes(attributes: cms.CMSAttributes, content: bytes, certificate: x509.Certificate) -> Iterator[str]:
    """What is wrong with the signed attributes (RFC 5652, 5.3 and 11): each once, of one value, in DER's order."""
    found = {one["type"].native: one["values"] for one in attributes}
    encoded = [one.dump() for one in attributes]
    if len(found) != len(encoded) or encoded != sorted(encoded) or any(len(one) != 1 for one in found.values()):
        yield "its signed attributes are not in their one form"
    if not {_TYPE, _CONTENT_DIGEST} <= found.keys() or found[_TYPE][0].native != "data":
        yield "its signed attributes do not say what is signed"
    if found[_CONTENT_DIGEST][0].native != hashlib.sha384(content).digest():
        yield "it was changed after it was signed"
    if _CERTIFICATE in found and not _is_named(found[_CERTIFICATE][0], certificate):
        yield "it was signed under another certificate of the same key"


def _is_named(said: tsp.SigningCertificateV2, certificate: x509.Certificate) -> bool:
    first = said["certs"][0]
    name = first["hash_algorithm"]["algorithm"].native
    return name in _HASHES and hashlib.new(name, _der(certificate)).digest() == first["cert_hash"].native
