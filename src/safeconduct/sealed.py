"""What was sealed to certificates, as it is read again: strictly, or why it is not opened. No private key is needed for that.

One form is opened, the one that `envelope` makes and that stock `openssl cms -encrypt -aes-256-gcm` makes with the right options:
AuthEnvelopedData in DER, AES-256-GCM with a nonce of 12 bytes and a tag of 16, the key for it by ECDH with aes256-wrap (RFC 5753)
or by RSA-OAEP with SHA-256. Whatever is weaker is named and refused, for an attacker who may choose among forms chooses the one
without a tag. Who opens it is `keys.recipient`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from asn1crypto import algos, cms, core
from cryptography.hazmat.primitives.hashes import HashAlgorithm

from safeconduct.core.log.refusals import Refused
from safeconduct.der import is_der
from safeconduct.envelope import KDFS, NONCE, TAG, WRAP, GcmParameters, Recipient, oaep

_KIND, _CIPHER = "authenticated_enveloped_data", "aes256_gcm"
_ANOTHER = "ask the sealer for another: AuthEnvelopedData with AES-256-GCM, by ECDH or RSA-OAEP"
Info: TypeAlias = cms.KeyTransRecipientInfo | cms.KeyAgreeRecipientInfo


@dataclass(frozen=True, slots=True)
class Agreement:
    """The other side of an ECDH: its point, on which curve ("" where it does not say), and the hash that derives the wrapping key."""

    point: bytes
    curve: str
    hashed: type[HashAlgorithm]


@dataclass(frozen=True, slots=True)
class Addressed:
    """The content's key as one recipient gets it: whose certificate (issuer and serial in DER); wrapped, or by RSA where None agreed."""

    certificate: bytes
    key: bytes
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope: to whom, under which nonce, and what AES-256-GCM made, the tag at its end."""

    to: tuple[Addressed, ...]
    nonce: bytes
    content: bytes


def read(der: bytes) -> Sealed | Refused:
    """The envelope in `der`, or why it is not opened."""
    if not is_der(der):
        return Refused(
            f"it is not one value in DER: damaged, cut short, with something after it, or streamed; {_ANOTHER}"
        )
    try:
        return _read(cms.ContentInfo.load(der, strict=True))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # what asn1crypto has for what is none
        return Refused(f"it is no envelope of CMS; {_ANOTHER}")


def is_sealed_to(der: bytes, to: Recipient) -> bool:
    """Whether an envelope is sealed to that recipient, and to nobody besides."""
    found = read(der)
    return isinstance(found, Sealed) and [one.certificate for one in found.to] == [to.certificate]


def _read(envelope: cms.ContentInfo) -> Sealed | Refused:
    found = next(_odd(envelope), None)
    if found is not None:
        return Refused(f"{found}; {_ANOTHER}")
    sealed = envelope["content"]
    content = sealed["auth_encrypted_content_info"]
    return Sealed(
        tuple(_addressed(one.chosen) for one in sealed["recipient_infos"]),
        _gcm(content)["nonce"].native,
        content["encrypted_content"].native + sealed["mac"].native,
    )


def _gcm(content: cms.EncryptedContentInfo) -> GcmParameters:
    said: GcmParameters = content["content_encryption_algorithm"]["parameters"].parse(GcmParameters)
    return said


def _addressed(info: Info) -> Addressed:
    if isinstance(info, cms.KeyTransRecipientInfo):
        return Addressed(info["rid"].chosen.dump(), info["encrypted_key"].native, None)
    one = info["recipient_encrypted_keys"][0]
    theirs = info["originator"].chosen
    hashed = KDFS[info["key_encryption_algorithm"]["algorithm"].dotted]
    agreement = Agreement(theirs["public_key"].native, _curve(theirs), hashed)
    return Addressed(one["rid"].chosen.dump(), one["encrypted_key"].native, agreement)


def _curve(theirs: cms.OriginatorPublicKey) -> str:
    """The curve of which a key says that it is: RFC 5753, 3.1.1, lets it leave that out."""
    said = theirs["algorithm"]["parameters"]
    return str(said.native) if _is_there(said) else ""


# Why one is not opened


def _odd(envelope: cms.ContentInfo) -> Iterator[str]:
    """What is wrong with an envelope, in the order in which it is looked at; what stands after the first was not made sure of."""
    kind = envelope["content_type"].native
    if kind == "enveloped_data":
        name = _name(envelope["content"]["encrypted_content_info"]["content_encryption_algorithm"])
        yield f"it is EnvelopedData ({name}), which has no tag, so that nobody sees whether it was changed"
    if kind != _KIND:
        yield f"it is {kind}, and not sealed"
    yield from _odd_content(envelope["content"])
    for info in envelope["content"]["recipient_infos"]:
        yield from _odd_recipient(info)


def _odd_content(sealed: cms.AuthEnvelopedData) -> Iterator[str]:
    content = sealed["auth_encrypted_content_info"]
    name = _name(content["content_encryption_algorithm"])
    if name != _CIPHER:
        yield f"it is encrypted with {name}"
    if len(sealed["mac"].native) != TAG or _gcm(content)["icv_length"].native != TAG:
        yield f"its tag is not of {TAG} bytes"
    if len(_gcm(content)["nonce"].native) != NONCE:
        yield f"its nonce is not of {NONCE} bytes"
    if content["content_type"].native != "data" or not _is_whole(content["encrypted_content"]):
        yield "its content is not there, in pieces, or of another type"
    if sealed["version"].native != "v0" or any(_is_there(sealed[name]) for name in _BESIDES):
        yield "it has attributes or certificates beside its content, which nobody reads"


_SHA256 = (bytes.fromhex("300d06096086480165030402010500"), bytes.fromhex("300b0609608648016503040201"))
"""With parameters that are NULL, as most write it, and without, as openssl does: RFC 4055, 2.1, has whoever reads take both."""
_OAEP = frozenset(oaep(algos.DigestAlgorithm.load(one)).dump() for one in _SHA256)
_BESIDES = ("originator_info", "auth_attrs", "unauth_attrs")


def _is_there(said: core.Asn1Value) -> bool:
    return not isinstance(said, core.Void)


def _is_whole(said: core.Asn1Value) -> bool:
    return _is_there(said) and said.method == 0


def _name(algorithm: core.Sequence) -> str:
    return str(algorithm["algorithm"].native)


def _odd_recipient(info: cms.RecipientInfo) -> Iterator[str]:
    match info.name:
        case "ktri":
            yield from _odd_transport(info.chosen)
        case "kari":
            yield from _odd_agreement(info.chosen)
        case _:
            yield "its key goes to a recipient by a password, or by a key of several"


def _odd_transport(info: cms.KeyTransRecipientInfo) -> Iterator[str]:
    algorithm = info["key_encryption_algorithm"]
    name = _name(algorithm)
    if name == "rsaes_pkcs1v15":
        yield "its key is encrypted by RSA with PKCS #1 v1.5, which can be opened by asking often enough whether it opens"
    if name != "rsaes_oaep":
        yield f"its key is encrypted by {name}"
    if algorithm["parameters"].dump() not in _OAEP:
        yield "its key is encrypted by RSA-OAEP with another hash than SHA-256, or a label"
    if info["rid"].name != "issuer_and_serial_number" or info["version"].native != "v0":
        yield "it names its recipient by a key, not by a certificate's issuer and number"


def _odd_agreement(info: cms.KeyAgreeRecipientInfo) -> Iterator[str]:
    algorithm = info["key_encryption_algorithm"]
    if algorithm["algorithm"].dotted not in KDFS:
        yield f"its key is agreed by {_name(algorithm)}, not by ECDH with SHA-256 or SHA-384"
    wrap = algorithm["parameters"].parse(cms.KeyEncryptionAlgorithm)
    if _name(wrap) != WRAP or _is_there(wrap["parameters"]):
        yield f"its key is wrapped by {_name(wrap)}"
    if info["originator"].name != "originator_key" or not _is_ec(info["originator"].chosen) or _is_there(info["ukm"]):
        yield "its key is agreed with a key of the other side's that is not of one use, or under a further text"
    to = info["recipient_encrypted_keys"]
    if len(to) != 1 or to[0]["rid"].name != "issuer_and_serial_number" or info["version"].native != "v3":
        yield "it names its recipient by a key, not by a certificate's issuer and number, or several by one agreement"


def _is_ec(theirs: cms.OriginatorPublicKey) -> bool:
    """Whether it is a point, of which no bit is left unused."""
    return _name(theirs["algorithm"]) == "ec" and theirs["public_key"].contents[:1] == b"\x00"
