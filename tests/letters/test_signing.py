"""A letter is signed as PAdES, its proof attached byte for byte; a changed byte is seen; a key that is not for letters signs none."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from lettered import OF, of_each_kind, read, structure, text
from safeconduct.keys import files, town
from safeconduct.letters import letter as letters
from safeconduct.letters import signing, typeset
from safeconduct.shelf import Misplaced

NOW = dt.datetime(2026, 12, 4, 12, 0, tzinfo=dt.UTC)
PROOF = b"c2sp.org/tlog-proof@v1\nindex 6\n\ntown.example/log\n7\n\xe2\x80\x94 none\r\n"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    town.make_letters(tmp_path, NOW - dt.timedelta(days=9))
    return tmp_path


def signed(keys: Path, proof: bytes | None = PROOF, letter: letters.Letter | None = None) -> bytes:
    pdf = typeset.pdf(letter or letters.released(OF))
    return signing.signed(pdf, keys / town.LETTERS, keys / town.LETTERS_CERTIFICATE, proof, NOW)


def is_valid(pdf: bytes, keys: Path) -> bool:
    """Whether pyHanko, told to trust the certificate, believes the signature over the whole file."""
    certificate = asn1_x509.Certificate.load(pem.unarmor((keys / town.LETTERS_CERTIFICATE).read_bytes())[2])
    [signature] = PdfFileReader(BytesIO(pdf)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[certificate], moment=NOW))
    assert status.signer_reported_dt == NOW
    return bool(status.bottom_line)


@pytest.mark.parametrize("letter", of_each_kind(OF.language), ids=lambda one: str(one.kind))
def test_the_signature_is_valid_and_of_the_kind_that_courts_open(letter: letters.Letter, keys: Path) -> None:
    made = signed(keys, letter=letter)
    assert is_valid(made, keys)
    assert b"/ETSI.CAdES.detached" in made


def test_another_certificate_s_signature_is_not_believed(keys: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    town.make_letters(other, NOW)
    assert not is_valid(signed(keys), other)


@pytest.mark.parametrize("mark", [b"Isolde Kirkbridge", b"stream", PROOF[:20]], ids=["title", "content", "proof"])
def test_a_changed_byte_is_seen(mark: bytes, keys: Path) -> None:
    made = bytearray(signed(keys))
    at = made.index(mark if mark in made else b"/Title") + len(mark) + 20
    made[at] ^= 1
    assert not is_valid(bytes(made), keys)


def test_a_changed_signature_is_seen(keys: Path) -> None:
    made = signed(keys)
    begin = made.index(b"/Contents <")
    at = (
        begin + len(made[begin : made.index(b">", begin + 12)].rstrip(b"0")) - 20
    )  # what follows are noughts that fill it up
    other = b"1" if made[at : at + 1] != b"1" else b"2"
    assert not is_valid(made[:at] + other + made[at + 1 :], keys)


def test_the_proof_is_attached_byte_for_byte_named_and_described(keys: Path) -> None:
    made = read(signed(keys))
    assert dict(made.attachments) == {signing.ATTACHED: [PROOF]}
    [file] = [one.get_object() for one in made.trailer["/Root"]["/AF"]]  # type: ignore[index]  # PDF objects
    assert (file["/F"], file["/UF"], file["/AFRelationship"]) == (signing.ATTACHED, signing.ATTACHED, "/Data")
    assert "stands in the public log" in file["/Desc"]


def test_without_a_proof_nothing_is_attached(keys: Path) -> None:
    made = read(signed(keys, None))
    assert not dict(made.attachments)
    assert "/AF" not in made.trailer["/Root"]  # type: ignore[operator]  # as above


def test_what_is_signed_is_still_tagged_and_says_the_same(keys: Path) -> None:
    before, after = typeset.pdf(letters.released(OF)), signed(keys)
    assert after.startswith(before)
    assert text(after) == text(before)
    assert list(structure(after)) == list(structure(before))
    made = read(after)
    assert made.pdf_header == "%PDF-1.7"
    page: Any = made.pages[0]
    assert page["/Tabs"] == "/S"
    [field] = [one.get_object() for one in page["/Annots"]]
    assert int(field["/F"]) & 2  # hidden: PDF/UA asks no tag of it (7.18.1)
    assert field["/TU"]


def test_the_letter_bears_no_time_but_the_one_it_is_told(keys: Path) -> None:
    times = set(re.findall(rb"D:(\d{8})", signed(keys)))
    assert times == {b"20261204"}


def test_a_certificate_that_does_not_commit_signs_no_letter(keys: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    files.keep(keys / "other.key", files.pem(key))
    files.put(keys / "other.pem", files.certificate(key, "Somebody", NOW), 0o644)
    with pytest.raises(Misplaced, match="nonRepudiation"):
        signing.signed(typeset.pdf(letters.released(OF)), keys / "other.key", keys / "other.pem", None, NOW)


def test_a_key_of_the_smaller_curve_signs_as_well(keys: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (keys / town.LETTERS).unlink()
    (keys / town.LETTERS_CERTIFICATE).unlink()
    files.keep(keys / town.LETTERS, files.pem(key))
    files.put(keys / town.LETTERS_CERTIFICATE, files.certificate(key, "Letters", NOW, of_letters=True), 0o644)
    assert is_valid(signed(keys), keys)


@pytest.mark.parametrize(
    ("key", "certificate", "says"),
    [
        ("rsa.key", town.LETTERS_CERTIFICATE, "P-256 or P-384"),
        ("second.key", town.LETTERS_CERTIFICATE, "not the certificate of the key"),
        (town.LETTERS, town.LETTERS, "is no certificate"),
        (town.LETTERS, "nothing.pem", "cannot be read"),
        ("nothing.key", town.LETTERS_CERTIFICATE, "cannot be read"),
    ],
)
def test_a_key_or_certificate_that_cannot_be_used_says_why(key: str, certificate: str, says: str, keys: Path) -> None:
    files.keep(keys / "rsa.key", files.pem(rsa.generate_private_key(65537, 2048)))
    files.keep(keys / "second.key", files.pem(ec.generate_private_key(ec.SECP384R1())))
    with pytest.raises(Misplaced, match=says):
        signing.signed(typeset.pdf(letters.released(OF)), keys / key, keys / certificate, None, NOW)


def test_a_key_that_others_may_read_signs_nothing(keys: Path) -> None:
    (keys / town.LETTERS).chmod(0o644)
    with pytest.raises(Misplaced, match="not its owner's alone"):
        signed(keys)
