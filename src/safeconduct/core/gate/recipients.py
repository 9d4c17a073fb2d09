"""To whom may be sealed: the officers' certificates, as the controls `recipient` say.

    recipient   the officer's X.509 certificate in PEM, under the officer's id: ECDH, P-256 or P-384, or RSA of 3072 bits or more

Like a key it is used from the seventh day on after it was entered, so that nobody is put in an officer's place overnight. Whether
the certificate is good today (its chain, its use, whether it was revoked) is for `certificates`.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from safeconduct.core.days import day as day_of
from safeconduct.core.gate import persons
from safeconduct.core.log.controls import KEY_WAITS, Standing
from safeconduct.core.log.refusals import Refused

SUBJECT = "recipient"
CURVES = frozenset({"secp256r1", "secp384r1"})
LEAST_RSA = 3072


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A certificate that is enrolled: in PEM, its digest, and from which day on it is sealed to (ordinal)."""

    certificate: str
    digest: str
    since: int


def enrolled(standing: Standing, person: str) -> Enrolled | None:
    """The certificate that is enrolled for a person; None where none is, or it is none."""
    entered = standing.in_force.get((SUBJECT, person))
    if entered is None or ill_formed(entered.control.content):
        return None
    pem = entered.control.content
    return Enrolled(pem, persons.fingerprint(pem), (day_of(entered.entered_on) or 0) + KEY_WAITS)


def refusal(found: Enrolled | None, person: str, today: int) -> Refused | None:
    """Why nothing is sealed to a person's certificate on that day; None where it may be."""
    if found is None:
        return Refused(f"no certificate of {person} is enrolled to be sealed to")
    if today < found.since:
        return Refused(f"the certificate of {person} has not been in the log for {KEY_WAITS} days")
    return None


def ill_formed(pem: str) -> str:
    """Why that is no certificate to which can be sealed; "" where it is one."""
    try:
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    except ValueError:
        return "that is no X.509 certificate in PEM"
    agreed = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES
    transported = isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA
    return "" if agreed or transported else "the certificate's key is none of P-256, P-384 or RSA of 3072 bits or more"
