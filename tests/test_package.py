"""A package: signed, then sealed to one certificate; both ways with stock openssl, and every weaker form refused by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from asn1crypto import cms, core
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from certified import KINDS, NOW, authority, key, laid, openssl
from safeconduct import envelope, package
from safeconduct.core.log.refusals import Refused
from safeconduct.envelope import GcmParameters, seal
from safeconduct.keys import sealing
from safeconduct.keys.recipient import opened_alone
from safeconduct.keys.sealing import Signer
from safeconduct.shelf import Misplaced
from safeconduct.signed_data import signed

CONTENT = '{"fields": "…"}\r\n\x00 '.encode().ljust(300)
OAEP = ("rsa_padding_mode:oaep", "rsa_oaep_md:sha256", "rsa_mgf1_md:sha256")
OPTIONS = {
    "P-256": ("-keyopt", "ecdh_kdf_md:sha256", "-aes256-wrap"),
    "P-384": ("-keyopt", "ecdh_kdf_md:sha384", "-aes256-wrap"),
    "RSA": tuple(word for option in OAEP for word in ("-keyopt", option)),
}
GCM = "-aes-256-gcm"


@dataclass(frozen=True)
class Officer:
    """An officer's key and certificate, in files."""

    key: Path
    pem: Path
    certificate: x509.Certificate

    def opens(self, said: bytes, sealer: x509.Certificate) -> bytes | Refused:
        """What is in a package."""
        return package.opened(said, self.key, self.certificate, sealer)

    def why(self, said: bytes) -> str:
        """Why an envelope is not opened."""
        found = opened_alone(said, self.key, self.certificate)
        assert isinstance(found, Refused)
        return found.why

    def encrypted(self, cipher: str, *options: str) -> bytes:
        """What stock openssl encrypts to the officer."""
        encrypt = ("cms", "-encrypt", "-binary", "-outform", "DER", cipher, "-recip")
        return openssl(*encrypt, self.pem, *options, given=CONTENT)


@pytest.fixture(scope="module")
def officers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Officer]:
    made = {}
    for kind in KINDS:
        certificate = authority("Agency root").gives(key(kind))
        made[kind] = Officer(*laid(tmp_path_factory.mktemp(kind), key(kind), certificate), certificate)
    return made


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    folder = tmp_path_factory.mktemp("sealer")
    sealing.make(folder, NOW)
    return sealing.signer(folder / sealing.KEY, folder / sealing.CERTIFICATE)


@pytest.fixture(scope="module")
def packages(officers: dict[str, Officer], signer: Signer) -> dict[str, bytes]:
    return {kind: package.sealed(CONTENT, signer, envelope.recipient(one.pem)) for kind, one in officers.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_officer_opens_the_package_and_nobody_else_does(
    officers: dict[str, Officer], packages: dict[str, bytes], signer: Signer, kind: str
) -> None:
    assert officers[kind].opens(packages[kind], signer.certificate) == CONTENT
    for other in set(KINDS) - {kind}:
        assert "sealed to somebody else" in officers[other].why(packages[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_stock_openssl_decrypts_and_verifies_a_package(
    officers: dict[str, Officer], packages: dict[str, bytes], signer: Signer, tmp_path: Path, kind: str
) -> None:
    one = officers[kind]
    decrypt = ("cms", "-decrypt", "-binary", "-inform", "DER", "-recip", one.pem, "-inkey", one.key)
    inside = openssl(*decrypt, given=packages[kind])
    laid(tmp_path, key("P-384"), signer.certificate, "sealer")
    verify = ("cms", "-verify", "-binary", "-inform", "DER", "-certfile", tmp_path / "sealer.pem", "-nointern")
    assert openssl(*verify, "-noverify", given=inside) == CONTENT


@pytest.mark.parametrize("kind", KINDS)
def test_what_stock_openssl_encrypts_is_opened(officers: dict[str, Officer], kind: str) -> None:
    one = officers[kind]
    assert opened_alone(one.encrypted(GCM, *OPTIONS[kind]), one.key, one.certificate) == CONTENT


def test_either_hash_derives_the_wrapping_key_on_either_curve(officers: dict[str, Officer]) -> None:
    for kind, other in (("P-256", "P-384"), ("P-384", "P-256")):
        one = officers[kind]
        assert opened_alone(one.encrypted(GCM, *OPTIONS[other]), one.key, one.certificate) == CONTENT


def test_a_package_without_the_sealer_s_signature_is_refused(
    officers: dict[str, Officer], signer: Signer, tmp_path: Path
) -> None:
    one = officers["P-256"]
    stripped = seal(CONTENT, envelope.recipient(one.pem))
    assert one.opens(stripped, signer.certificate) == Refused("what is signed is not one value in DER")
    sealing.make(tmp_path, NOW)
    stranger = sealing.signer(tmp_path / sealing.KEY, tmp_path / sealing.CERTIFICATE)
    foreign = one.opens(package.sealed(CONTENT, stranger, envelope.recipient(one.pem)), signer.certificate)
    assert isinstance(foreign, Refused)
    assert "another certificate than the sealer's" in foreign.why


def test_a_package_that_is_only_signed_is_refused(officers: dict[str, Officer], signer: Signer) -> None:
    assert "it is signed_data, and not sealed" in officers["RSA"].why(signed(CONTENT, signer))


def test_a_package_that_is_sealed_to_others_besides_is_refused(officers: dict[str, Officer]) -> None:
    both = seal(CONTENT, *(envelope.recipient(officers[kind].pem) for kind in ("P-256", "P-384")))
    assert "sealed to others besides" in officers["P-256"].why(both)


def test_the_key_of_another_certificate_is_named_as_such(
    officers: dict[str, Officer], packages: dict[str, bytes]
) -> None:
    one, other = officers["P-256"], officers["P-384"]
    with pytest.raises(Misplaced, match="not the key of the certificate"):
        opened_alone(packages["P-256"], other.key, one.certificate)


# Downgraded


@pytest.mark.parametrize(
    ("kind", "words", "means"),
    [
        (
            "P-256",
            ("-aes-256-cbc", "-keyopt", "ecdh_kdf_md:sha256", "-aes256-wrap"),
            "EnvelopedData (aes256_cbc), which has no tag",
        ),
        ("RSA", ("-aes-256-cbc", *OPTIONS["RSA"]), "EnvelopedData (aes256_cbc), which has no tag"),
        ("RSA", ("-des3",), "EnvelopedData (tripledes_3key), which has no tag"),
        ("RSA", (GCM,), "RSA with PKCS #1 v1.5"),
        ("RSA", (GCM, "-keyopt", "rsa_padding_mode:oaep"), "another hash than SHA-256"),
        ("RSA", (GCM, *OPTIONS["RSA"][:-2], "-keyopt", "rsa_mgf1_md:sha1"), "another hash than SHA-256"),
        ("RSA", (GCM, *OPTIONS["RSA"], "-keyopt", "rsa_oaep_label:00"), "or a label"),
        ("RSA", ("-aes-128-gcm", *OPTIONS["RSA"]), "encrypted with aes128_gcm"),
        ("P-384", ("-aes-128-gcm", *OPTIONS["P-384"]), "encrypted with aes128_gcm"),
        ("P-384", ("-aes-192-gcm", *OPTIONS["P-384"]), "encrypted with aes192_gcm"),
        ("P-256", (GCM, "-keyopt", "ecdh_kdf_md:sha256", "-aes128-wrap"), "wrapped by aes128_wrap"),
        ("P-256", (GCM, "-keyopt", "ecdh_kdf_md:sha1", "-aes256-wrap"), "not by ECDH with SHA-256 or SHA-384"),
        ("P-256", (GCM, "-keyopt", "ecdh_kdf_md:sha512", "-aes256-wrap"), "not by ECDH with SHA-256 or SHA-384"),
        (
            "P-256",
            (GCM, "-keyopt", "ecdh_cofactor_mode:1", "-keyopt", "ecdh_kdf_md:sha256", "-aes256-wrap"),
            "not by ECDH",
        ),
        ("P-256", (GCM, "-stream", "-indef", *OPTIONS["P-256"]), "or streamed"),
    ],
)
def test_a_weaker_form_is_refused_by_its_name(
    officers: dict[str, Officer], kind: str, words: tuple[str, ...], means: str
) -> None:
    why = officers[kind].why(officers[kind].encrypted(*words))
    assert means in why
    assert "ask the sealer for another" in why


def changed(said: bytes, change: Callable[[cms.AuthEnvelopedData], None]) -> bytes:
    """An envelope, put together anew with something in it changed."""
    envelope_ = cms.ContentInfo.load(said)
    change(envelope_["content"])
    made: bytes = envelope_.dump(force=True)
    return made


def parameters(nonce: bytes, length: int) -> Callable[[cms.AuthEnvelopedData], None]:
    def change(sealed: cms.AuthEnvelopedData) -> None:
        said = GcmParameters({"nonce": nonce, "icv_length": length})
        sealed["auth_encrypted_content_info"]["content_encryption_algorithm"]["parameters"] = core.Any(said)

    return change


def put(name: str, value: object) -> Callable[[cms.AuthEnvelopedData], None]:
    def change(sealed: cms.AuthEnvelopedData) -> None:
        sealed[name] = value

    return change


ATTRIBUTE = [{"type": "content_type", "values": ["data"]}]


@pytest.mark.parametrize(
    ("change", "means"),
    [
        (put("mac", b""), "tag is not of 16 bytes"),
        (put("mac", bytes(12)), "tag is not of 16 bytes"),
        (parameters(bytes(12), 12), "tag is not of 16 bytes"),
        (parameters(bytes(16), 16), "nonce is not of 12 bytes"),
        (put("auth_attrs", ATTRIBUTE), "beside its content"),
        (put("unauth_attrs", ATTRIBUTE), "beside its content"),
        (put("originator_info", {"certs": []}), "beside its content"),
        (put("version", "v1"), "beside its content"),
    ],
)
def test_an_envelope_that_was_put_together_anew_is_refused(
    officers: dict[str, Officer],
    packages: dict[str, bytes],
    change: Callable[[cms.AuthEnvelopedData], None],
    means: str,
) -> None:
    assert means in officers["P-256"].why(changed(packages["P-256"], change))


def test_a_point_off_the_curve_is_refused(officers: dict[str, Officer], packages: dict[str, bytes]) -> None:
    def off(sealed: cms.AuthEnvelopedData) -> None:
        theirs = sealed["recipient_infos"][0].chosen["originator"].chosen
        theirs["public_key"] = b"\x04" + bytes(64)

    assert "sealed to another key, or was changed" in officers["P-256"].why(changed(packages["P-256"], off))


# Tampered


@pytest.mark.parametrize(("kind", "many"), [("P-256", 200), ("P-384", 60), ("RSA", 15)])
def test_no_bit_of_a_package_can_be_turned(
    officers: dict[str, Officer], packages: dict[str, bytes], signer: Signer, kind: str, many: int
) -> None:
    """A key of RSA takes 80 ms to be read."""
    whole = packages[kind]
    head = len(whole) - 1_300  # what is not encrypted, and so not under the tag

    @given(st.one_of(st.integers(0, head * 8 - 1), st.integers(0, len(whole) * 8 - 1)))
    @settings(max_examples=many, deadline=None)
    def turned(place: int) -> None:
        said = bytearray(whole)
        said[place // 8] ^= 1 << place % 8
        assert isinstance(officers[kind].opens(bytes(said), signer.certificate), Refused)

    turned()


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_that_is_cut_short_or_has_something_after_it_is_refused(
    officers: dict[str, Officer], packages: dict[str, bytes], kind: str
) -> None:
    said = packages[kind]
    for wrong in (b"", said[:1], said[:100], said[:-1], said + b"\x00", said + said, b"-----BEGIN CMS-----\n"):
        assert "not one value in DER" in officers[kind].why(wrong)


def test_a_package_that_is_too_long_is_not_read(officers: dict[str, Officer], signer: Signer) -> None:
    found = officers["P-256"].opens(bytes(package.LONGEST + 1), signer.certificate)
    assert isinstance(found, Refused)
    assert "longer than" in found.why
