"""An authority in memory that gives certificates and takes them back, officers' keys of each kind, and stock openssl, for tests.

authority("Agency root").gives(key, "Officer")  ·  .takes_back(certificate)  ·  .below("Agency CA")
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NOW = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
YEAR, DAY = dt.timedelta(days=365), dt.timedelta(days=1)
KINDS = ("P-256", "P-384", "RSA")
_CURVES: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
_USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
    "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@cache
def key(kind: str, whose: str = "") -> Key:
    """A key of that kind (an RSA key takes half a second); another for somebody else."""
    del whose
    return ec.generate_private_key(_CURVES[kind]) if kind in _CURVES else rsa.generate_private_key(65537, 3072)


def use_of(one: Key) -> str:
    """What such a key is used for by whoever seals to it."""
    return "key_encipherment" if isinstance(one, rsa.RSAPrivateKey) else "key_agreement"


def usage(*uses: str) -> x509.KeyUsage:
    """An extension keyUsage with those."""
    return x509.KeyUsage(**{use: use in uses for use in _USES})


def named(common: str) -> x509.Name:
    """A name."""
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def pem(*certificates: x509.Certificate) -> str:
    """Certificates as they lie in a file."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


@dataclass(frozen=True)
class Authority:
    """Who gives certificates."""

    certificate: x509.Certificate
    key: Key

    def gives(
        self,
        to: Key,
        common: str = "A. Olson",
        uses: tuple[str, ...] | None = None,
        since: dt.datetime = NOW - YEAR,
        until: dt.datetime = NOW + YEAR,
        *further: x509.ExtensionType,
    ) -> x509.Certificate:
        """A certificate; of what the key is for if no uses are named, and without keyUsage if none is."""
        made = x509.CertificateBuilder(
            self.certificate.subject, named(common), to.public_key(), x509.random_serial_number(), since, until
        )
        uses = (use_of(to),) if uses is None else uses
        if uses:
            made = made.add_extension(usage(*uses), critical=True)
        for one in further:
            made = made.add_extension(one, critical=True)
        return made.sign(self.key, SHA256())

    def below(
        self, common: str, since: dt.datetime = NOW - YEAR, until: dt.datetime = NOW + YEAR, length: int | None = None
    ) -> Authority:
        """An authority that has its certificate from this one."""
        own = key("P-256", common)
        extension = x509.BasicConstraints(ca=True, path_length=length)
        return Authority(self.gives(own, common, ("key_cert_sign", "crl_sign"), since, until, extension), own)

    def takes_back(
        self,
        *certificates: x509.Certificate,
        at: dt.datetime = NOW - DAY,
        until: dt.datetime | None = NOW + DAY,
        by: Key | None = None,
    ) -> x509.CertificateRevocationList:
        """The list of the certificates that are revoked, as it is given out then."""
        said = x509.CertificateRevocationListBuilder(self.certificate.subject, at, until or NOW + DAY)
        for one in certificates:
            said = said.add_revoked_certificate(x509.RevokedCertificateBuilder(one.serial_number, at).build())
        return said.sign(by or self.key, SHA256())


@cache
def authority(common: str, until: dt.datetime = NOW + 10 * YEAR) -> Authority:
    """An authority that has its certificate from itself."""
    own = key("P-384", common)
    made = x509.CertificateBuilder(named(common), named(common), own.public_key(), 1, NOW - 5 * YEAR, until)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = made.add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
    return Authority(made.sign(own, SHA384()), own)


def laid(folder: Path, one: Key, certificate: x509.Certificate, name: str = "officer") -> tuple[Path, Path]:
    """A key and its certificate in files."""
    private, public = folder / f"{name}.key", folder / f"{name}.pem"
    private.write_bytes(one.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private.chmod(0o600)
    public.write_text(pem(certificate))
    return private, public


def openssl(*words: str | Path, given: bytes = b"", status: int = 0) -> bytes:
    """What stock openssl says to those words, reading what is given."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl on this machine: apt-get install openssl")
    found = subprocess.run([program, *map(str, words)], input=given, capture_output=True, check=False)
    assert found.returncode == status, found.stderr.decode()
    return found.stdout
