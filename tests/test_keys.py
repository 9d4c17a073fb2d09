"""Keys and envelopes: whose files are used, and that what is sealed opens with tools that we did not write."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import safeconduct
from safeconduct.core.log.refusals import Refused
from safeconduct.envelope import recipient, seal
from safeconduct.keys import broker, desk, files
from safeconduct.keys import recipient as opener
from safeconduct.keys import town as town_keys
from safeconduct.shelf import Misplaced

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NOW = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
CONTENT = '{"record": "…"}\r\n\x00 '.encode().ljust(500)
KINDS: dict[str, Callable[[], Key]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 3072),
}


def laid(folder: Path, key: Key) -> tuple[Path, Path]:
    """A key and a certificate of it."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Sealer, of a town")])
    until = NOW + dt.timedelta(days=30)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), NOW, until)
    (folder / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "key").chmod(0o600)
    (folder / "pem").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return folder / "key", folder / "pem"


@pytest.mark.parametrize("kind", KINDS)
def test_stock_openssl_opens_what_is_sealed(tmp_path: Path, kind: str) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine: apt-get install openssl")
    key, certificate = laid(tmp_path, KINDS[kind]())
    (tmp_path / "p7m").write_bytes(seal(CONTENT, recipient(certificate)))
    command = [
        "openssl",
        "cms",
        "-decrypt",
        "-binary",
        "-inform",
        "DER",
        "-in",
        tmp_path / "p7m",
        "-recip",
        certificate,
        "-inkey",
        key,
    ]
    opened = subprocess.run([*map(str, command)], capture_output=True, check=True)
    assert opened.stdout == CONTENT


@pytest.mark.parametrize("kind", KINDS)
def test_the_key_opens_its_envelope_and_no_other_key_does(tmp_path: Path, kind: str) -> None:
    key, certificate = laid(tmp_path, KINDS[kind]())
    envelope = seal(CONTENT, recipient(certificate))
    assert opener.opened(envelope, key) == CONTENT
    for other, made in KINDS.items():
        folder = tmp_path / other
        folder.mkdir()
        stranger, _ = laid(folder, made())
        assert isinstance(opener.opened(envelope, stranger), Refused)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bit_that_was_turned_is_found(tmp_path: Path, kind: str) -> None:
    key, certificate = laid(tmp_path, KINDS[kind]())
    envelope = bytearray(seal(CONTENT, recipient(certificate)))
    for place in (len(envelope) - 1, len(envelope) - 100, len(envelope) - 17):
        turned = bytearray(envelope)
        turned[place] ^= 1
        assert isinstance(opener.opened(bytes(turned), key), Refused)
    for cut in (0, 1, 100, len(envelope) - 1):
        assert isinstance(opener.opened(bytes(envelope[:cut]), key), Refused)


@pytest.mark.parametrize("kind", KINDS)
def test_equally_long_contents_make_equally_long_envelopes_that_share_nothing(tmp_path: Path, kind: str) -> None:
    _, certificate = laid(tmp_path, KINDS[kind]())
    to = recipient(certificate)
    envelopes = [seal(bytes([n % 2]) * 500, to) for n in range(60)]
    assert len({len(one) for one in envelopes}) == 1
    assert len({cms.ContentInfo.load(one)["content"]["mac"].native for one in envelopes}) == 60


def test_an_envelope_is_what_rfc_5083_says(tmp_path: Path) -> None:
    _, certificate = laid(tmp_path, KINDS["P-384"]())
    envelope = cms.ContentInfo.load(seal(CONTENT, recipient(certificate)), strict=True)
    assert envelope["content_type"].dotted == "1.2.840.113549.1.9.16.1.23"
    info = envelope["content"]["recipient_infos"][0]
    assert info.name == "kari"
    assert info.chosen["key_encryption_algorithm"]["algorithm"].dotted == "1.3.132.1.11.2"
    assert (
        envelope["content"]["auth_encrypted_content_info"]["content_encryption_algorithm"]["algorithm"].native
        == "aes256_gcm"
    )


@pytest.mark.parametrize(
    "key", [lambda: ec.generate_private_key(ec.SECP521R1()), lambda: rsa.generate_private_key(65537, 2048)]
)
def test_a_key_that_is_not_sealed_to_is_refused(tmp_path: Path, key: Callable[[], Key]) -> None:
    _, certificate = laid(tmp_path, key())
    with pytest.raises(Misplaced, match="not sealed to"):
        recipient(certificate)


# Files


@pytest.fixture
def town(tmp_path: Path) -> Path:
    town_keys.make(tmp_path, NOW)
    return tmp_path


def test_the_town_s_private_keys_are_their_owner_s_alone_and_made_once(town: Path) -> None:
    assert {path.name: path.stat().st_mode & 0o777 for path in town.iterdir()} == {
        "desk.key": 0o600, "sealer.key": 0o600, "broker.secret": 0o600, "desk.pem": 0o644, "sealer.pem": 0o644,
        "broker-signing.key": 0o600, "broker-signing.pem": 0o644,
        "letters.key": 0o600, "letters.pem": 0o644,
    }  # fmt: skip
    with pytest.raises(Misplaced, match="cannot be made"):
        town_keys.make(town, NOW)


@pytest.mark.parametrize("name", ["desk.key", "broker.secret", "sealer.key"])
def test_a_key_that_others_may_reach_or_that_is_a_link_is_not_used(town: Path, name: str) -> None:
    path = town / name
    used: dict[str, Callable[[], object]] = {
        "desk.key": lambda: desk.signs(path, b""),
        "broker.secret": lambda: broker.broker_keys(path),
        "sealer.key": lambda: opener.opened(b"", path),
    }
    used[name]()
    path.chmod(0o604)
    with pytest.raises(Misplaced, match="not its owner's alone"):
        used[name]()
    path.chmod(0o600)
    os.link(path, town / "second")
    with pytest.raises(Misplaced, match="not its owner's alone"):
        used[name]()
    path.unlink()
    path.symlink_to(town / "second")
    with pytest.raises(Misplaced, match="is no link"):
        used[name]()
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(Misplaced, match="not its owner's alone"):
        used[name]()


def test_a_key_of_another_kind_is_told_apart(town: Path) -> None:
    files.keep(town / "another.key", files.pem(KINDS["P-384"]()))
    with pytest.raises(Misplaced, match="P-256"):
        desk.signs(town / "another.key", b"")
    with pytest.raises(Misplaced, match="no private key"):
        desk.signs(town / "broker.secret", b"")
    with pytest.raises(Misplaced, match="32 bytes"):
        broker.broker_keys(town / "desk.key")


def test_the_broker_s_keys_are_apart_and_say_nothing_of_themselves(town: Path) -> None:
    own = broker.broker_keys(town / "broker.secret")
    assert len({own.mark("1"), own.counted(["1"]), own.slot_tag("1"), own.slot_key("1"), own.slot_key("2")}) == 5
    assert own.counted(["ab", "c"]) != own.counted(["a", "bc"])
    assert own == broker.broker_keys(town / "broker.secret")
    secret = (town / "broker.secret").read_text().strip()
    assert secret not in repr(own)
    assert "b'" not in repr(own)


def test_private_keys_are_read_in_one_folder() -> None:
    source = Path(safeconduct.__file__).parent
    words = (
        "load_pem_private_key",
        "generate_private_key",
        ".sign(",
        "_private(",
        "PrivateFormat",
        "aes_key_unwrap",
        "from hmac",
        "import hmac",
    )
    used = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in words)
    }
    used = {name for name in used if not name.startswith("keys/")}
    assert used <= {"envelope.py"}, "an envelope's key of one use is made where it is sealed"
    assert ".sign(" not in (source / "envelope.py").read_text(encoding="utf-8")
