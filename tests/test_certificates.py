"""Which certificates are sealed to: the key, what it is for, the chain, and who has taken it back; each no with its own reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from certified import DAY, KINDS, NOW, YEAR, Authority, authority, key, named, pem, usage, use_of
from safeconduct.certificates import authorities_in, recipient, revocations_in
from safeconduct.core.log.refusals import Refused
from safeconduct.envelope import Recipient
from safeconduct.shelf import Misplaced

ROOT = authority("Agency root")
BELOW = ROOT.below("Agency CA")
OFFICER = key("P-256", "officer")
GIVEN = ROOT.gives(OFFICER)
LISTS = (ROOT.takes_back(),)
Lists = Sequence[x509.CertificateRevocationList]


def asked(*bundle: x509.Certificate, lists: Lists = LISTS, at: dt.datetime = NOW) -> Recipient | Refused:
    return recipient(pem(*bundle), (ROOT.certificate,), lists, at)


def why(*bundle: x509.Certificate, lists: Lists = LISTS, at: dt.datetime = NOW) -> str:
    found = asked(*bundle, lists=lists, at=at)
    assert isinstance(found, Refused), found
    return found.why


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_of_a_trusted_authority_is_sealed_to(kind: str) -> None:
    given = ROOT.gives(key(kind))
    found = asked(given)
    assert isinstance(found, Recipient)
    assert found.key == given.public_key()


def test_the_chain_may_lead_over_certificates_in_the_same_file(tmp_path: Path) -> None:
    given = BELOW.gives(OFFICER)
    lists = (ROOT.takes_back(), BELOW.takes_back())
    assert isinstance(asked(given, BELOW.certificate, lists=lists), Recipient)
    assert isinstance(asked(given, authority("Nobody").certificate, BELOW.certificate, lists=lists), Recipient)
    (tmp_path / "authorities.pem").write_text(pem(ROOT.certificate, BELOW.certificate))
    (tmp_path / "root.crl").write_bytes(lists[0].public_bytes(Encoding.PEM))
    (tmp_path / "below.crl").write_bytes(lists[1].public_bytes(Encoding.DER))
    found = recipient(pem(given), authorities_in(tmp_path / "authorities.pem"), revocations_in(tmp_path), NOW)
    assert isinstance(found, Recipient)


# The key, and what it is for


def test_a_key_that_is_not_sealed_to_is_refused() -> None:
    for weak in (ec.generate_private_key(ec.SECP521R1()), rsa.generate_private_key(65537, 2048)):
        assert "none of P-256, P-384 or RSA of 3072 bits" in why(ROOT.gives(weak))


@pytest.mark.parametrize(
    ("kind", "needs"), [("P-256", "keyAgreement"), ("P-384", "keyAgreement"), ("RSA", "keyEncipherment")]
)
def test_a_key_for_something_else_is_refused(kind: str, needs: str) -> None:
    one = key(kind)
    other = {"key_agreement": "key_encipherment", "key_encipherment": "data_encipherment"}[use_of(one)]
    assert why(ROOT.gives(one, uses=("digital_signature", other))) == (
        f"the certificate's key is for something else: its keyUsage has no {needs}"
    )
    assert f"needs keyUsage with {needs}" in why(ROOT.gives(one, uses=()))


def test_what_is_no_certificate_is_refused() -> None:
    for said in ("", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a name"):
        assert recipient(said, (ROOT.certificate,), (), NOW) == Refused("that is no X.509 certificate in PEM")


# The chain


def self_signed(since: dt.datetime = NOW - DAY) -> x509.Certificate:
    made = x509.CertificateBuilder(named("A"), named("A"), OFFICER.public_key(), 7, since, NOW + YEAR)
    return made.add_extension(usage("key_agreement"), critical=True).sign(OFFICER, SHA256())


def test_a_certificate_that_its_own_key_gave_is_refused_even_if_it_is_called_an_authority() -> None:
    assert "self-signed" in why(self_signed())
    found = recipient(pem(self_signed()), (self_signed(),), (), NOW)
    assert isinstance(found, Refused)
    assert "self-signed" in found.why
    agency = BELOW.gives(OFFICER, "CA", ("key_agreement",))
    assert recipient(pem(agency), (ROOT.certificate, agency), (), NOW) == Refused("the certificate is an authority's")


def test_a_chain_that_leads_elsewhere_is_refused() -> None:
    elsewhere = authority("Another root")
    assert "no chain leads" in why(elsewhere.gives(OFFICER), elsewhere.certificate, lists=(elsewhere.takes_back(),))
    assert "no chain leads" in why(BELOW.gives(OFFICER), lists=(BELOW.takes_back(),))


def test_an_authority_of_the_same_name_with_another_key_is_another() -> None:
    other = key("P-384", "an impostor")
    impostor = Authority(ROOT.certificate, other)
    assert "may not stand in its chain" in why(impostor.gives(OFFICER), lists=(ROOT.takes_back(),))


def test_a_certificate_outside_of_its_time_is_refused() -> None:
    assert why(ROOT.gives(OFFICER, until=NOW - DAY)) == "the certificate has expired"
    assert why(ROOT.gives(OFFICER, since=NOW + DAY)) == "the certificate is not valid yet"
    last = ROOT.gives(OFFICER, until=NOW)
    assert isinstance(asked(last), Recipient)
    assert why(last, at=NOW + dt.timedelta(seconds=1)) == "the certificate has expired"


def test_a_certificate_above_it_outside_of_its_time_is_refused() -> None:
    for since, until, means in ((NOW - YEAR, NOW - DAY, "has expired"), (NOW + DAY, NOW + YEAR, "is not valid yet")):
        below = ROOT.below("Short-lived CA", since, until)
        assert why(below.gives(OFFICER), below.certificate) == f"a certificate above it {means}"
    ended = authority("Ended root", NOW - DAY)
    found = recipient(pem(ended.gives(OFFICER)), (ended.certificate,), (ended.takes_back(),), NOW)
    assert found == Refused("the authority's own certificate is not valid at that time")


def test_a_certificate_that_another_officer_s_key_gave_is_refused() -> None:
    officer = Authority(ROOT.gives(key("P-384", "colleague"), "Colleague"), key("P-384", "colleague"))
    lists = (ROOT.takes_back(), officer.takes_back())
    assert "may not stand in its chain" in why(officer.gives(OFFICER), officer.certificate, lists=lists)


def test_a_chain_that_is_longer_than_its_authority_allows_is_refused() -> None:
    short = ROOT.below("CA of officers", length=0)
    further = short.below("CA of a CA of officers")
    lists = (ROOT.takes_back(), short.takes_back(), further.takes_back())
    assert "chain's length" in why(further.gives(OFFICER), further.certificate, short.certificate, lists=lists)


def test_an_authority_that_is_confined_to_other_names_is_refused() -> None:
    confined = ROOT.gives(
        key("P-256", "confined"), "Confined CA", ("key_cert_sign", "crl_sign"), NOW - YEAR, NOW + YEAR,
        x509.BasicConstraints(ca=True, path_length=None),
        x509.NameConstraints([x509.DirectoryName(named("Elsewhere"))], None),
    )  # fmt: skip
    below = Authority(confined, key("P-256", "confined"))
    lists = (ROOT.takes_back(), below.takes_back())
    assert "names" in why(below.gives(OFFICER), confined, lists=lists)


def test_a_signature_over_a_weak_hash_is_refused() -> None:
    said = asn1_x509.Certificate.load(GIVEN.public_bytes(Encoding.DER))
    for algorithm in (said["tbs_certificate"]["signature"], said["signature_algorithm"]):
        algorithm["algorithm"] = "sha1_ecdsa"
    assert "too weak" in why(x509.load_der_x509_certificate(said.dump(force=True)))


# Revocation


def test_a_certificate_that_was_taken_back_is_refused() -> None:
    assert why(GIVEN, lists=(ROOT.takes_back(GIVEN),)) == "the certificate is revoked"
    given = BELOW.gives(OFFICER)
    lists = (ROOT.takes_back(BELOW.certificate), BELOW.takes_back())
    assert why(given, BELOW.certificate, lists=lists) == "a certificate above it is revoked"


def test_the_last_list_speaks() -> None:
    held = ROOT.takes_back(GIVEN, at=NOW - 3 * DAY)
    lists = [held, ROOT.takes_back()]
    assert isinstance(asked(GIVEN, lists=lists), Recipient)
    assert isinstance(asked(GIVEN, lists=lists[::-1]), Recipient)
    assert why(GIVEN, lists=(ROOT.takes_back(at=NOW - 3 * DAY), ROOT.takes_back(GIVEN))) == "the certificate is revoked"


def test_without_the_issuer_s_list_nothing_is_sealed() -> None:
    assert "the certificate has no list of its issuer's" in why(GIVEN, lists=())
    assert "the certificate has no list of its issuer's" in why(GIVEN, lists=(authority("Another root").takes_back(),))
    given = BELOW.gives(OFFICER)
    assert "a certificate above it has no list" in why(given, BELOW.certificate, lists=(BELOW.takes_back(),))
    assert "the certificate has no list" in why(given, BELOW.certificate, lists=(ROOT.takes_back(),))


def test_a_list_that_is_too_old_counts_for_nothing() -> None:
    assert "too old" in why(GIVEN, lists=(ROOT.takes_back(until=NOW - dt.timedelta(seconds=1)),))
    week = ROOT.takes_back(at=NOW - 7 * DAY, until=NOW + YEAR)
    assert isinstance(asked(GIVEN, lists=(week,)), Recipient)
    assert "too old" in why(GIVEN, lists=(week,), at=NOW + dt.timedelta(seconds=1))
    assert "dated later than now" in why(GIVEN, lists=(ROOT.takes_back(at=NOW + DAY, until=NOW + 2 * DAY),))


def test_a_list_by_another_key_than_the_issuer_s_counts_for_nothing() -> None:
    forged = ROOT.takes_back(by=key("P-384", "an impostor"))
    assert "no list of its issuer's" in why(GIVEN, lists=(forged,))
    assert why(GIVEN, lists=(forged, ROOT.takes_back(GIVEN))) == "the certificate is revoked"


def test_a_list_by_another_certificate_of_the_same_issuer_counts_for_nothing() -> None:
    """Attack: a second, older certificate of the officer's, without keyUsage, put into the bundle, and a list of its own."""
    second = key("P-384", "an older key")
    older = ROOT.gives(second, "A. Olson", ())
    own_list = Authority(older, second).takes_back()
    lists = (own_list,)
    assert "no list of its issuer's" in why(GIVEN, older, lists=lists)


def list_with(*extensions: x509.ExtensionType, critical: bool = True) -> x509.CertificateRevocationList:
    made = x509.CertificateRevocationListBuilder(ROOT.certificate.subject, NOW - DAY, NOW + DAY)
    for one in extensions:
        made = made.add_extension(one, critical=critical)
    return made.sign(ROOT.key, SHA256())


def test_a_list_for_a_part_or_of_changes_alone_counts_for_nothing() -> None:
    part = x509.IssuingDistributionPoint(
        full_name=None, relative_name=None, only_contains_user_certs=False, only_contains_ca_certs=False,
        only_some_reasons=frozenset({x509.ReasonFlags.superseded}), indirect_crl=False, only_contains_attribute_certs=False,
    )  # fmt: skip
    for extension in (part, x509.DeltaCRLIndicator(1)):
        for critical in (True, False):
            assert "no list of its issuer's" in why(GIVEN, lists=(list_with(extension, critical=critical),))
    assert isinstance(asked(GIVEN, lists=(list_with(x509.CRLNumber(4), critical=False),)), Recipient)


def test_an_authority_that_may_not_sign_lists_has_none() -> None:
    own = key("P-256", "no lists")
    certificate = ROOT.gives(
        own,
        "CA without lists",
        ("key_cert_sign",),
        NOW - YEAR,
        NOW + YEAR,
        x509.BasicConstraints(ca=True, path_length=None),
    )
    below = Authority(certificate, own)
    lists = (ROOT.takes_back(), below.takes_back())
    assert "the certificate has no list" in why(below.gives(OFFICER), certificate, lists=lists)


# Files


def test_files_that_hold_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(Misplaced, match="holds no certificates in PEM"):
        authorities_in(tmp_path / "empty.pem")
    with pytest.raises(Misplaced, match="is no folder"):
        revocations_in(tmp_path / "lists")
    (tmp_path / "root.crl").write_text("no list")
    with pytest.raises(Misplaced, match="is no list of revoked certificates"):
        revocations_in(tmp_path)
