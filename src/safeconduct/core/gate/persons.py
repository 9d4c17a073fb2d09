"""Who acts for the custodian, in which roles, by which key: what the controls `role` and `key` say.

    role   {"name":"Alma Lund","office":"disclosure","person":"a.lund","roles":["reviewer"]}
    key    the person's X.509 certificate in PEM: ECDSA, P-256 or P-384

Roles are a closed list, and what each may do stands in `commands`; naming a person to one is no widening. A key is used from the
seventh day on after it was entered. Two names that are one but for case, marks and the order of words are one natural person.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from safeconduct.core import documents, names, records
from safeconduct.core.days import day as day_of
from safeconduct.core.log.controls import KEY_WAITS, Entered, Standing
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused


class Role(StrEnum):
    """What a person may be named to."""

    REVIEWER = "reviewer"
    PROTECTED_REVIEWER = "protected_reviewer"
    COUNSEL = "counsel"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    """An officer or signatory of an asking agency."""


_CERTIFICATES = 1_000
CUSTODIANS = frozenset(Role) - {Role.OFFICER}


@dataclass(frozen=True, slots=True)
class Named:
    """That a person was named to roles of an office; of an officer the office is the agency."""

    person: str
    name: str
    office: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A person who may act: the certificate, None where there is none yet, and from which day on it is used (ordinal)."""

    person: str
    name: str
    office: str
    roles: frozenset[Role]
    certificate: str | None = None
    key_from: int | None = None

    def holds(self, roles: Iterable[Role]) -> bool:
        """Whether the person has one of those roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def natural(self) -> frozenset[str]:
        """By what it is known to be one natural person, whatever it is called in another role."""
        return frozenset(names.words(self.name))


def persons(standing: Standing) -> dict[str, Person]:
    """The persons of the roles and keys that are in force, by their ids."""
    found: dict[str, Person] = {}
    for (subject, name), entered in standing.in_force.items():
        if subject != "role" or (said := named(entered.control.content)) is None or said.person != name:
            continue
        key = standing.in_force.get(("key", name))
        found[name] = Person(name, said.name, said.office, frozenset(said.roles), *_key(key))
    return found


def _key(entered: Entered | None) -> tuple[str, int] | tuple[None, None]:
    if entered is None:
        return None, None
    return entered.control.content, (day_of(entered.entered_on) or 0) + KEY_WAITS


@lru_cache(maxsize=_CERTIFICATES)
def named(content: str) -> Named | None:
    """What a control `role` says; None where it says nothing of the kind."""
    try:
        found = records.read(Named, documents.read(content))
    except (documents.NoDocument, Malformed):
        return None
    return found if found.roles and found.person and names.words(found.name) else None


def written(said: Named) -> str:
    """The content of a control `role`."""
    return json.dumps(records.document(said), ensure_ascii=False, sort_keys=True)


# Keys and signatures


def public_key(certificate: str) -> ec.EllipticCurvePublicKey | Refused:
    """The key of a certificate in PEM: ECDSA, P-256 or P-384."""
    try:
        key = _certificate(certificate).public_key()
    except ValueError:
        return Refused("that is no X.509 certificate in PEM")
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name not in {"secp256r1", "secp384r1"}:
        return Refused("the certificate's key is no ECDSA key of the curve P-256 or P-384")
    return key


@lru_cache(maxsize=_CERTIFICATES)
def _certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def fingerprint(certificate: str) -> str:
    """The digest of a certificate, by which a key is named where it is used."""
    der = _certificate(certificate)
    return f"sha256:{der.fingerprint(SHA256()).hex()}"


def refusal(person: Person, said: bytes, signature: bytes, now: dt.datetime) -> Refused | None:
    """Why a signature of a person over `said` is not taken on that day; None where it is."""
    if person.certificate is None or person.key_from is None:
        return Refused(f"{person.person} has no key in force")
    if now.date().toordinal() < person.key_from:
        return Refused(f"the key of {person.person} has not been in the log for {KEY_WAITS} days")
    key = public_key(person.certificate)
    if isinstance(key, Refused):
        return key
    certificate = _certificate(person.certificate)
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        return Refused(f"the certificate of {person.person} is not valid today")
    try:
        key.verify(signature, said, ec.ECDSA(SHA384() if key.curve.name == "secp384r1" else SHA256()))
    except InvalidSignature:
        return Refused(f"the signature is none of {person.person} over this act")
    return None


def are_one(one: Person, others: Mapping[str, Person] | Iterable[Person]) -> bool:
    """Whether somebody among others is the same natural person under another id."""
    among = others.values() if isinstance(others, Mapping) else others
    return any(other.person != one.person and other.natural == one.natural for other in among)
