"""The town's keys: made with it, beside its register, and worth nothing anywhere else."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from safeconduct.keys.broker import SECRET
from safeconduct.keys.files import certificate, keep, pem, private_key, put
from safeconduct.shelf import Misplaced

DESK, DESK_PUBLIC, SEALER, SEALER_CERTIFICATE, BROKER, LETTERS, LETTERS_CERTIFICATE = (
    "desk.key", "desk.pem", "sealer.key", "sealer.pem", "broker.secret", "letters.key", "letters.pem",
)  # fmt: skip
BROKER_SIGNING, BROKER_PUBLIC = "broker-signing.key", "broker-signing.pem"


def make(folder: Path, now: dt.datetime) -> None:
    """Make the town's keys in `folder`, none of which is there yet.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    _make_signing(folder, DESK, DESK_PUBLIC)
    _make_signing(folder, BROKER_SIGNING, BROKER_PUBLIC)
    make_recipient(folder, "sealer", now)
    make_letters(folder, now)
    keep(folder / BROKER, secrets.token_hex(SECRET).encode() + b"\n")


def _make_signing(folder: Path, key: str, public: str) -> None:
    made = ec.generate_private_key(ec.SECP256R1())
    keep(folder / key, pem(made))
    put(folder / public, made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)


def make_recipient(folder: Path, office: str, now: dt.datetime) -> None:
    """Make the key of an office of the town's, and the certificate to which is sealed: `<office>.key` and `<office>.pem`.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    keep(folder / f"{office}.key", pem(key))
    put(folder / f"{office}.pem", certificate(key, f"The town's {office.replace('-', ' ')}", now), 0o644)


def make_letters(folder: Path, now: dt.datetime) -> None:
    """Make the key that signs the town's letters, and its certificate.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    key = ec.generate_private_key(ec.SECP384R1())
    keep(folder / LETTERS, pem(key))
    put(folder / LETTERS_CERTIFICATE, certificate(key, "The town's letters", now, of_letters=True), 0o644)


# Officers, to whom is sealed


AUTHORITIES, REVOCATIONS = "authorities.pem", "revocations"
_AUTHORITY = "authority.key"
_VALID, _LISTED = dt.timedelta(days=730), dt.timedelta(days=7)


def make_authority(folder: Path, now: dt.datetime) -> None:
    """Make the authority that gives the town's officers their certificates, and its first list of those that are revoked.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    key, name = ec.generate_private_key(ec.SECP384R1()), _named("The town's authority for officers")
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + 5 * _VALID)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    keep(folder / _AUTHORITY, pem(key))
    put(folder / AUTHORITIES, made.sign(key, SHA384()).public_bytes(Encoding.PEM), 0o644)
    (folder / REVOCATIONS).mkdir()
    list_revoked(folder, (), now)


def make_officer(folder: Path, file: Path, name: str, now: dt.datetime) -> None:
    """Make the key to which is sealed for an officer, `<file>.key`, and the certificate `<file>.pem` that the town's authority gives.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    key, authority = ec.generate_private_key(ec.SECP256R1()), _authority(folder)
    issuer = x509.load_pem_x509_certificate((folder / AUTHORITIES).read_bytes()).subject
    subject, serial = _named(name), x509.random_serial_number()
    made = x509.CertificateBuilder(issuer, subject, key.public_key(), serial, now, now + _VALID)
    made = made.add_extension(_usage(key_agreement=True), critical=True)
    keep(file.with_name(f"{file.name}.key"), pem(key))
    put(file.with_name(f"{file.name}.pem"), made.sign(authority, SHA384()).public_bytes(Encoding.PEM), 0o644)


def list_revoked(folder: Path, revoked: Iterable[Path], now: dt.datetime) -> None:
    """Have the town's authority list the certificates that are revoked, in the place of its last list."""
    authority = x509.load_pem_x509_certificate((folder / AUTHORITIES).read_bytes())
    made = x509.CertificateRevocationListBuilder(authority.subject, now, now + _LISTED)
    for path in revoked:
        serial = x509.load_pem_x509_certificate(path.read_bytes()).serial_number
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
        made = made.add_revoked_certificate(one)
    listed = made.sign(_authority(folder), SHA384()).public_bytes(Encoding.PEM)
    (folder / REVOCATIONS / "town.crl").write_bytes(listed)


def _authority(folder: Path) -> ec.EllipticCurvePrivateKey:
    key = private_key(folder / _AUTHORITY)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Misplaced(folder / _AUTHORITY, "is none of the town's authority", "make the town anew")
    return key


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _usage(**what: bool) -> x509.KeyUsage:
    uses = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    return x509.KeyUsage(**{use: what.get(use, False) for use in uses})
