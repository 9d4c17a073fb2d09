"""What the sealer signs: one signer, one certificate, byte by byte; both ways with stock openssl."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from certified import NOW, authority, key, laid, openssl
from safeconduct.core.log.refusals import Refused
from safeconduct.keys import files, sealing
from safeconduct.keys.sealing import Signer
from safeconduct.shelf import Misplaced
from safeconduct.signed_data import signed, verified

CONTENT = '{"fields": "…"}\r\n\x00 '.encode().ljust(300)
BY_OPENSSL = ("cms", "-sign", "-binary", "-nodetach", "-outform", "DER")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sealer's key and certificate."""
    made = tmp_path_factory.mktemp("sealer")
    sealing.make(made, NOW)
    return made


@pytest.fixture(scope="module")
def signer(folder: Path) -> Signer:
    return sealing.signer(folder / sealing.KEY, folder / sealing.CERTIFICATE)


@pytest.fixture(scope="module")
def der(signer: Signer) -> bytes:
    return signed(CONTENT, signer)


def private(kind: str, whose: str) -> ec.EllipticCurvePrivateKey:
    """Somebody else's key."""
    made = key(kind, whose)
    assert isinstance(made, ec.EllipticCurvePrivateKey)
    return made


def why(said: bytes, certificate: x509.Certificate) -> str:
    """Why it is not taken for signed."""
    found = verified(said, certificate)
    assert isinstance(found, Refused)
    return found.why


def test_what_is_signed_is_verified_by_the_one_certificate_that_is_named(der: bytes, signer: Signer) -> None:
    assert verified(der, signer.certificate) == CONTENT


def test_stock_openssl_verifies_what_is_signed(der: bytes, folder: Path) -> None:
    certificate = folder / sealing.CERTIFICATE
    words = ("cms", "-verify", "-binary", "-inform", "DER", "-certfile", certificate)
    assert openssl(*words, "-nointern", "-noverify", given=der) == CONTENT
    chained = ("-CAfile", certificate, "-attime", str(int(NOW.timestamp()) + 1))
    assert openssl(*words, *chained, given=der) == CONTENT
    assert openssl(*words, *chained, "-cades", given=der) == CONTENT


@pytest.mark.parametrize("further", [(), ("-cades",), ("-nosmimecap",)])
def test_what_stock_openssl_signs_is_verified(folder: Path, signer: Signer, further: tuple[str, ...]) -> None:
    sealer = ("-signer", folder / sealing.CERTIFICATE, "-inkey", folder / sealing.KEY)
    said = openssl(*BY_OPENSSL, "-md", "sha384", *sealer, *further, given=CONTENT)
    assert verified(said, signer.certificate) == CONTENT


def test_it_is_what_rfc_5652_and_rfc_5035_say(der: bytes, signer: Signer) -> None:
    said = cms.ContentInfo.load(der, strict=True)["content"]
    assert said["version"].native == "v1"
    assert [one.dump() for one in said["certificates"]] == [signer.certificate.public_bytes(Encoding.DER)]
    [info] = said["signer_infos"]
    assert info["signature_algorithm"]["algorithm"].dotted == "1.2.840.10045.4.3.3"
    assert [one["type"].dotted for one in info["signed_attrs"]] == [
        "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47",
    ]  # fmt: skip


# What is not believed


@pytest.mark.parametrize(
    ("further", "means"),
    [
        (("-md", "sha256"), "another hash than SHA-384"),
        (("-md", "sha384", "-noattr"), "without signed attributes"),
        (("-md", "sha384", "-nocerts"), "another certificate than the sealer's"),
        (("-md", "sha384", "-stream", "-indef"), "not one value in DER"),
    ],
)
def test_another_form_of_signature_is_refused(
    folder: Path, signer: Signer, further: tuple[str, ...], means: str
) -> None:
    sealer = ("-signer", folder / sealing.CERTIFICATE, "-inkey", folder / sealing.KEY)
    assert means in why(openssl(*BY_OPENSSL, *sealer, *further, given=CONTENT), signer.certificate)


def test_a_signature_apart_from_its_content_is_refused(folder: Path, signer: Signer) -> None:
    sealer = ("-signer", folder / sealing.CERTIFICATE, "-inkey", folder / sealing.KEY)
    said = openssl("cms", "-sign", "-binary", "-outform", "DER", "-md", "sha384", *sealer, given=CONTENT)
    assert "is not in it" in why(said, signer.certificate)


def test_a_second_signer_is_refused(signer: Signer, tmp_path: Path, der: bytes) -> None:
    other = authority("Another sealer")
    kept, public = laid(tmp_path, other.key, other.certificate)
    words = ("cms", "-resign", "-binary", "-nodetach", "-inform", "DER", "-outform", "DER", "-md", "sha384")
    both = openssl(*words, "-signer", public, "-inkey", kept, given=der)
    assert "one signer alone" in why(both, signer.certificate)


def test_a_certificate_of_the_same_name_and_number_is_not_the_sealer_s(signer: Signer, der: bytes) -> None:
    ours, theirs = signer.certificate, private("P-384", "an impostor")
    number, since, until = ours.serial_number, ours.not_valid_before_utc, ours.not_valid_after_utc
    made = x509.CertificateBuilder(ours.issuer, ours.subject, theirs.public_key(), number, since, until)
    forged = made.sign(theirs, SHA384())
    assert "another certificate than the sealer's" in why(der, forged)
    assert "another certificate than the sealer's" in why(signed(CONTENT, Signer(forged, theirs)), ours)


def test_another_certificate_of_the_sealer_s_own_key_is_refused(signer: Signer, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "renewed.pem").write_bytes(
        files.certificate(files.private_key(folder / sealing.KEY), "The sealer of releases", NOW)  # type: ignore[arg-type]
    )
    renewed = sealing.signer(folder / sealing.KEY, tmp_path / "renewed.pem")
    assert "another certificate than the sealer's" in why(signed(CONTENT, renewed), signer.certificate)
    said = cms.ContentInfo.load(signed(CONTENT, renewed))
    data, right = said["content"], cms.ContentInfo.load(signed(CONTENT, signer))["content"]
    data["certificates"] = right["certificates"]  # neither is under the signature: RFC 5035 is for this
    data["signer_infos"][0]["sid"] = right["signer_infos"][0]["sid"]
    assert why(said.dump(force=True), signer.certificate) == "it was signed under another certificate of the same key"


def test_the_sealer_s_certificate_beside_somebody_else_s_signature_is_refused(signer: Signer) -> None:
    said = signed(CONTENT, Signer(signer.certificate, private("P-384", "a stranger")))
    assert why(said, signer.certificate) == "the signature does not hold"


def test_what_is_not_signed_is_refused(signer: Signer) -> None:
    assert "not one value in DER" in why(CONTENT, signer.certificate)
    assert (
        why(cms.ContentInfo({"content_type": "data", "content": CONTENT}).dump(), signer.certificate)
        == "it is not signed"
    )


def test_something_after_it_is_refused(der: bytes, signer: Signer) -> None:
    for more in (b"\x00", b"\x05\x00", der):
        assert "not one value in DER" in why(der + more, signer.certificate)


def test_no_bit_of_it_can_be_turned_and_no_part_stands_for_the_whole(der: bytes, signer: Signer) -> None:
    @given(st.integers(0, len(der) * 8 - 1))
    @settings(max_examples=150, deadline=None)
    def turned(place: int) -> None:
        said = bytearray(der)
        said[place // 8] ^= 1 << place % 8
        assert isinstance(verified(bytes(said), signer.certificate), Refused)
        assert isinstance(verified(der[: place // 8], signer.certificate), Refused)

    turned()


# The sealer's key


def test_the_sealer_signs_with_a_key_of_p_384_and_its_own_certificate(folder: Path, tmp_path: Path) -> None:
    root = authority("Agency root")
    kept, public = laid(tmp_path, key("P-256"), root.gives(key("P-256")))
    with pytest.raises(Misplaced, match="no key of the curve P-384"):
        sealing.signer(kept, public)
    with pytest.raises(Misplaced, match="certificate of another key"):
        sealing.signer(folder / sealing.KEY, public)
    with pytest.raises(Misplaced, match="no certificate in PEM"):
        sealing.signer(folder / sealing.KEY, kept)
    assert "private" not in repr(sealing.signer(folder / sealing.KEY, folder / sealing.CERTIFICATE)).lower()
