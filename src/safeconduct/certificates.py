"""May this certificate be sealed to? Its key, what it is for, its chain up to an authority that the custodian trusts, and revocation.

    1  the key is one that is sealed to: P-256, P-384, or RSA of 3072 bits or more
    2  keyUsage is there, and has keyAgreement (of an EC key) or keyEncipherment (of an RSA key)
    3  a chain leads to a trusted authority, by the algorithm of RFC 5280, 6.1; every certificate of it is valid on that day
    4  of each certificate below the authority its issuer's own list, at most seven days old, says that it is not revoked

Nothing is fetched: certificates and lists are what was given, and a list that is not there refuses. The chain is for
pyhanko-certvalidator, which knows the whole of RFC 5280 (policies, constraints on names, lengths of chains); cryptography's own
verification, made for the web, refuses a chain in which names of persons are confined. The lists are looked at here: the
validator asks either for a greatest age or for what the list says of its end, not for both; it takes a list that another
certificate of the same issuer has signed, which may be one out of the officer's bundle; and it passes over an entry that bears a
later time than the one asked for.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    NotYetValidError,
    PathError,
    PathValidationError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy

from safeconduct.core.log.refusals import Refused
from safeconduct.envelope import Recipient, recipient_of
from safeconduct.shelf import Misplaced, text_of

GREATEST_AGE = dt.timedelta(days=7)
"""Of a list of what is revoked, from its thisUpdate on."""
_LONGEST_FILE, _LONGEST_LIST = 1_000_000, 50_000_000
_HASHES = frozenset({"sha256", "sha384", "sha512"})
Lists = Sequence[x509.CertificateRevocationList]


def recipient(
    certificate: str, authorities: tuple[x509.Certificate, ...], revocations: Lists, at: dt.datetime
) -> Recipient | Refused:
    """To whom is sealed by a certificate in PEM, behind which others may stand that lead up to an authority; or why nothing is."""
    try:
        own, *others = x509.load_pem_x509_certificates(certificate.encode())
    except ValueError:
        return Refused("that is no X.509 certificate in PEM")
    to = recipient_of(own)
    if isinstance(to, Refused):
        return to
    refused = _use_refused(own) or _self_refused(own, authorities)
    if refused:
        return refused
    chain = _chain(own, others, authorities, at)
    if isinstance(chain, Refused):
        return chain
    return _any_refused(chain, revocations, at) or to


# What it is for


def _use_refused(own: x509.Certificate) -> Refused | None:
    name = "keyEncipherment" if isinstance(own.public_key(), rsa.RSAPublicKey) else "keyAgreement"
    try:
        use = own.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return Refused(f"the certificate does not say what its key is for; it needs keyUsage with {name}")
    except (ValueError, x509.DuplicateExtension):
        return Refused("the certificate has extensions that cannot be read")
    if not (use.key_encipherment if name == "keyEncipherment" else use.key_agreement):
        return Refused(f"the certificate's key is for something else: its keyUsage has no {name}")
    return None


def _self_refused(own: x509.Certificate, authorities: tuple[x509.Certificate, ...]) -> Refused | None:
    if own.subject == own.issuer:
        return Refused("the certificate was given by its own key: it is self-signed")
    return Refused("the certificate is an authority's") if own in authorities else None


# The chain


def _chain(
    own: x509.Certificate, others: Iterable[x509.Certificate], authorities: Iterable[x509.Certificate], at: dt.datetime
) -> list[x509.Certificate] | Refused:
    """The certificates from a trusted authority's down to the own one."""
    context = ValidationContext(
        trust_roots=[_read(one) for one in authorities],
        moment=at,
        time_tolerance=dt.timedelta(0),
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
    )
    validator = CertificateValidator(_read(own), [_read(one) for one in others], context)
    try:
        path = asyncio.run(validator.async_validate_path())
    except PathValidationError as fault:
        return _refused(fault)
    except (PathError, ValidationError):
        return Refused("no chain leads from the certificate to an authority that is trusted here")
    except ValueError:  # what asn1crypto has for what is none
        return Refused("a certificate of the chain cannot be read")
    chain = [x509.load_der_x509_certificate(one.dump()) for one in path.iter_certs(include_root=True)]
    if not chain[0].not_valid_before_utc <= at <= chain[0].not_valid_after_utc:  # of an authority RFC 5280 does not ask
        return Refused("the authority's own certificate is not valid at that time")
    return chain


def _refused(fault: PathValidationError) -> Refused:
    """Why a chain is none, without the words of the fault, which may hold somebody's name."""
    which = "the certificate" if fault.is_ee_cert else "a certificate above it"
    match fault:
        case ExpiredError():
            return Refused(f"{which} has expired")
        case NotYetValidError():
            return Refused(f"{which} is not valid yet")
        case DisallowedAlgorithmError():
            return Refused(f"{which} is signed by an algorithm that is too weak")
    return Refused(
        f"{which} may not stand in its chain: its signature, extensions, names or policies, or the chain's length"
    )


def _read(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


# Revocation


def _any_refused(chain: Sequence[x509.Certificate], revocations: Lists, at: dt.datetime) -> Refused | None:
    """Why a certificate of the chain counts as revoked, the authority's first."""
    for issuer, one in pairwise(chain):
        which = "the certificate" if one is chain[-1] else "a certificate above it"
        why = _revoked(one, [each for each in revocations if _is_list_of(each, issuer)], at)
        if why:
            return Refused(f"{which} {why}")
    return None


def _revoked(one: x509.Certificate, lists: Lists, at: dt.datetime) -> str:
    """Why a certificate counts as revoked by its issuer's lists, of which the last given out speaks; "" where it does not."""
    if not lists:
        return "has no list of its issuer's that says it is not revoked: give the issuer's CRL"
    last = max(lists, key=lambda each: each.last_update_utc)
    if last.last_update_utc > at:
        return "has a list of its issuer's that is dated later than now"
    if at - last.last_update_utc > GREATEST_AGE or last.next_update_utc is None or at > last.next_update_utc:
        return "has a list of its issuer's that is too old: give one of the last seven days, before its nextUpdate"
    return "is revoked" if last.get_revoked_certificate_by_serial_number(one.serial_number) else ""


def _is_list_of(each: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether it is the whole list of an issuer, by the issuer's own key: no delta, none for a part, none by somebody instead."""
    if each.issuer != issuer.subject or not _may_sign_lists(issuer):
        return False
    try:
        if any(one.critical or isinstance(one.value, _PARTIAL) for one in each.extensions):
            return False
        hashed = each.signature_hash_algorithm
        return hashed is not None and hashed.name in _HASHES and each.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (ValueError, TypeError, UnsupportedAlgorithm):  # a key that does not sign, an extension that is none
        return False


_PARTIAL = (x509.IssuingDistributionPoint, x509.DeltaCRLIndicator)


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True  # RFC 5280, 6.3.3 (f): asked only where it is there
    except (ValueError, x509.DuplicateExtension):
        return False


# Files


def authorities_in(path: Path) -> tuple[x509.Certificate, ...]:
    """The authorities that are trusted: the certificates in the PEM file `path`.

    Raises:
        Misplaced: it holds none.
    """
    try:
        return tuple(x509.load_pem_x509_certificates(text_of(path, _LONGEST_FILE).encode()))
    except ValueError:
        raise Misplaced(path, "holds no certificates in PEM", "name the authorities that are trusted") from None


def revocations_in(folder: Path) -> tuple[x509.CertificateRevocationList, ...]:
    """The lists of what is revoked in `folder`: every file `.crl`, in DER or PEM.

    Raises:
        Misplaced: it is no folder, or a file of it holds none.
    """
    if not folder.is_dir():
        raise Misplaced(folder, "is no folder", "name the one in which the authorities' lists (.crl) are put")
    return tuple(map(_list_in, sorted(folder.glob("*.crl"))))


def _list_in(path: Path) -> x509.CertificateRevocationList:
    try:
        with path.open("rb") as file:
            said = file.read(_LONGEST_LIST)
        return x509.load_pem_x509_crl(said) if said.startswith(b"-----") else x509.load_der_x509_crl(said)
    except OSError as fault:
        raise Misplaced(
            path, f"cannot be read: {(fault.strerror or 'an error').lower()}", "put it there anew"
        ) from None
    except ValueError:
        raise Misplaced(path, "is no list of revoked certificates", "put it there anew") from None
