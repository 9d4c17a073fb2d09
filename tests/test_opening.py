"""The officer's side: a package goes through every step or leaves nothing, and each no says why."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

import logged
from certified import KINDS, authority, key, laid, openssl
from entered import IN_FORCE
from logged import AUTHORITIES, NOW
from safeconduct import envelope, kit, opening, package, render_opening
from safeconduct.core import release as releases
from safeconduct.core.gate.persons import fingerprint
from safeconduct.core.log.entries import Kind, Outcome
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.releases import Packed
from safeconduct.core.log.releases import written as packed
from safeconduct.core.release import Field, Form, Manifest, Recipient, Release
from safeconduct.keys import sealing
from safeconduct.logbook.entering import Said
from safeconduct.opening import Files, Opened
from safeconduct.shelf import Misplaced
from safeconduct.signed_data import signed
from safeconduct.town import log as town_log
from safeconduct.town.entered import entered

Json = dict[str, Any]
DIGEST = "sha256:" + "0" * 64
REQUEST = "sha256:" + "7" * 64
ASKER = {"agency": "SSA OIG", "agreements": [], "officers": ["Aaron D. Olson"], "signatory": "Cedric Linwood-Shaw"}
ADDRESS = {"city": "AURORA", "period": "2023", "postal_code": "60505", "state": "IL", "street": "418 JUNIPER ST APT 7"}
FIELDS = (
    Field("mailing_address", ("26 USC 6103(i)(2)(A)",), Form.VALUE, ADDRESS),
    Field("name", ("26 USC 6103(i)(2)(B)(i)",), Form.CONFIRMED, None),
)
ROOT = authority("Agency root")
LEFT = {"package.json", "package.receipt.json"}


@dataclass(frozen=True)
class Sealer:
    """A town's log with the sealer's signing key beside it: what is sealed is entered, and handed over with its proof."""

    folder: Path

    def manifest(self, certificate: str, decision: int = 0) -> Manifest:
        """A manifest for whoever has that certificate."""
        to = Recipient("Aaron D. Olson", "SSA OIG", fingerprint(certificate))
        return Manifest(
            request=REQUEST,
            request_id="R-0001",
            case="c1",
            log=town_log.ORIGIN,
            decision=decision,
            entry="0" * 64,
            authority=AUTHORITIES[1],
            recipient=to,
            purpose="criminal_investigation",
            periods=("2022", "2023"),
            use_until="2099-02-27",
            recall="https://custodian.example/recalls",
        )

    def signed(self, manifest: Manifest) -> bytes:
        """A release, not yet sealed."""
        return releases.written(Release(manifest, FIELDS))

    def sealed(self, said: bytes, to: Path) -> bytes:
        """What is said, signed and sealed."""
        signer = sealing.signer(self.folder / sealing.KEY, self.folder / sealing.CERTIFICATE)
        return package.sealed(said, signer, envelope.recipient(to))

    def proof(self, value: bytes, kind: Kind = Kind.RELEASE, group: str = "package") -> Json:
        """What is shown of an entry that commits to that value."""
        body: Json = {**ASKER, "decision": 0, "package": DIGEST, "recipient": DIGEST}
        if kind is Kind.LOOK:
            body = dict(ASKER)
        outcome = Outcome.RELEASED if kind is Kind.RELEASE else None
        said = Said(kind, body, {"package": value}, AUTHORITIES[1], outcome)
        shown = entered(self.folder / "logbook.toml", said, IN_FORCE, group, lambda: NOW)
        assert not isinstance(shown, Refused), shown
        return shown


@dataclass(frozen=True)
class Officer:
    """What an officer has in a folder: a key, a certificate, and what came from the sealer."""

    files: Files

    def opens(self, now: dt.datetime = NOW) -> Opened | Refused:
        """Open the package."""
        return opening.opened(self.files, now)

    def why(self, now: dt.datetime = NOW) -> str:
        """Why it is not opened; nothing is left behind."""
        before = self.lies()
        found = self.opens(now)
        assert isinstance(found, Refused), found
        assert self.lies() == before
        return found.why

    def lies(self) -> set[str]:
        """The files that lie there."""
        return {path.name for path in self.files.package.parent.iterdir()}


def packed_of(sealed: bytes, manifest: Manifest, **changed: object) -> bytes:
    """What the entry of that package's release commits to."""
    digest = f"sha256:{sha256(sealed).hexdigest()}"
    right = Packed(manifest.decision, digest, manifest.recipient.certificate, manifest.request)
    return packed(replace(right, **changed))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sealer(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    folder = tmp_path_factory.mktemp("sealer")
    logged.log(folder).holds(b"a decision".ljust(2048, b"\n"))
    sealing.make(folder, NOW)
    return Sealer(folder)


@pytest.fixture(scope="module")
def handed(sealer: Sealer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as it is handed to an officer, with the officer's key in it."""
    folder = tmp_path_factory.mktemp("officer")
    certificate = ROOT.gives(key("P-384"), "Aaron D. Olson")
    _, public = laid(folder, key("P-384"), certificate)
    for name in ("policy.txt", sealing.CERTIFICATE):
        shutil.copy(sealer.folder / name, folder / name)
    manifest = sealer.manifest(public.read_text())
    sealed = sealer.sealed(sealer.signed(manifest), public)
    (folder / "package.p7m").write_bytes(sealed)
    (folder / "package.proof.json").write_text(json.dumps(sealer.proof(packed_of(sealed, manifest))))
    return folder


@pytest.fixture
def officer(handed: Path, tmp_path: Path) -> Officer:
    folder = tmp_path / "officer"
    shutil.copytree(handed, folder)
    return Officer(opening.beside(folder / "package.p7m", folder / "officer.key"))


Hand = Callable[..., None]


@pytest.fixture
def hand(officer: Officer, sealer: Sealer) -> Hand:
    """Hand over another package, changed in some way, with a proof of it."""

    def over(said: bytes | None = None, value: Json | None = None, **changed: object) -> None:
        manifest = replace(sealer.manifest(officer.files.certificate.read_text()), **changed)  # type: ignore[arg-type]
        sealed = sealer.sealed(sealer.signed(manifest) if said is None else said, officer.files.certificate)
        officer.files.package.write_bytes(sealed)
        shown = sealer.proof(packed_of(sealed, manifest, **(value or {})))
        officer.files.proof.write_text(json.dumps(shown))

    return over


# What goes well


def test_a_release_is_put_down_with_a_receipt_for_the_officer_alone(officer: Officer, sealer: Sealer) -> None:
    before = officer.lies()
    found = officer.opens()
    assert isinstance(found, Opened), found
    assert officer.lies() - before == LEFT
    manifest = sealer.manifest(officer.files.certificate.read_text())
    said = officer.files.out.read_bytes()
    assert said == sealer.signed(manifest).rstrip() + b"\n"
    assert json.loads(said)["fields"][0]["value"] == ADDRESS
    assert json.loads(officer.files.receipt.read_bytes()) == {
        "case": "c1", "decision": 0, "kind": "safeconduct receipt v1", "opened_at": "2026-11-30T15:00:00Z",
        "package": f"sha256:{sha256(officer.files.package.read_bytes()).hexdigest()}",
        "recipient": manifest.recipient.certificate, "request": REQUEST,
    }  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in (officer.files.out, officer.files.receipt)} == {0o600}


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_opened_with_a_key_of_each_kind(officer: Officer, hand: Hand, kind: str) -> None:
    laid(officer.files.key.parent, key(kind), ROOT.gives(key(kind), "Aaron D. Olson"))
    hand()
    assert isinstance(officer.opens(), Opened)


def test_the_officer_is_told_what_it_is_and_what_to_do_and_no_value(officer: Officer) -> None:
    found = officer.opens()
    assert isinstance(found, Opened)
    page = render_opening.page(found)
    for told in (
        "- **mailing_address**: its value; 26 USC 6103(i)(2)(A)",
        "- **name**: confirmed as the request states it",
        "**criminal_investigation**, under 26 USC 6103(i)(2), for the periods 2022, 2023.",
        "used until **2099-02-27**. If it is recalled, you hear so from https://custodian.example/recalls.",
        "Entry 1 of the log town.example/log, which was there on 2026-11-30",
        "The policy says of itself that it is not evidence",
        "`safeconduct case receipt c1 ",
    ):
        assert told in page
    assert "JUNIPER" not in page + json.dumps(render_opening.as_document(found))


def test_a_policy_that_is_evidence_is_not_said_to_be_none(officer: Officer) -> None:
    text = officer.files.policy.read_text()
    officer.files.policy.write_text(text.replace("# not evidence\n", ""))
    found = officer.opens()
    assert isinstance(found, Opened)
    assert found.is_evidence
    assert "not evidence" not in render_opening.page(found)


def test_it_may_be_used_on_its_last_day_and_not_after(officer: Officer) -> None:
    last = dt.datetime(2099, 2, 27, 23, 59, tzinfo=dt.UTC)
    assert officer.why(last + dt.timedelta(minutes=1)) == "it could be used until 2099-02-27, which has passed"
    assert isinstance(officer.opens(last), Opened)


# What is refused, and leaves nothing


def test_a_package_for_somebody_else_is_refused(officer: Officer) -> None:
    laid(officer.files.key.parent, key("P-256"), ROOT.gives(key("P-256"), "B. Moss"))
    assert "sealed to somebody else" in officer.why()


def test_a_bit_that_was_turned_is_refused(officer: Officer) -> None:
    said = officer.files.package.read_bytes()
    for place in (30, 400, len(said) // 2, len(said) - 1):
        turned = bytearray(said)
        turned[place] ^= 1
        officer.files.package.write_bytes(bytes(turned))
        assert officer.why()


def test_a_package_without_a_tag_is_refused(officer: Officer) -> None:
    words = ("cms", "-encrypt", "-binary", "-outform", "DER", "-aes-256-cbc", "-recip", officer.files.certificate)
    officer.files.package.write_bytes(openssl(*words, given=b"anything"))
    assert "EnvelopedData (aes256_cbc), which has no tag" in officer.why()


def test_what_the_sealer_did_not_sign_is_refused(officer: Officer, sealer: Sealer, tmp_path: Path) -> None:
    said = sealer.signed(sealer.manifest(officer.files.certificate.read_text()))
    officer.files.package.write_bytes(envelope.seal(said, envelope.recipient(officer.files.certificate)))
    assert officer.why() == "what is signed is not one value in DER"
    sealing.make(tmp_path, NOW)
    impostor = sealing.signer(tmp_path / sealing.KEY, tmp_path / sealing.CERTIFICATE)
    forged = package.sealed(said, impostor, envelope.recipient(officer.files.certificate))
    officer.files.package.write_bytes(forged)
    assert "under another certificate than the sealer's" in officer.why()


def test_what_is_signed_and_is_no_release_is_refused(officer: Officer, hand: Hand, sealer: Sealer) -> None:
    hand(said=b"{}")
    assert "what is signed is no release" in officer.why()
    spaced = sealer.signed(sealer.manifest(officer.files.certificate.read_text())).replace(b'":', b'": ', 1)
    hand(said=spaced)
    assert "no release: the release is not in its one form" in officer.why()


def test_what_was_sealed_once_more_to_somebody_else_is_refused(officer: Officer, sealer: Sealer) -> None:
    """Surreptitious forwarding: whoever was first seals the sealer's signed words to another, as if they were for them."""
    first = ROOT.gives(key("P-256", "first"), "B. Moss")
    signer = sealing.signer(sealer.folder / sealing.KEY, sealer.folder / sealing.CERTIFICATE)
    manifest = sealer.manifest(first.public_bytes(encoding=Encoding.PEM).decode())
    said = signed(sealer.signed(manifest), signer)
    forwarded = envelope.seal(said, envelope.recipient(officer.files.certificate))
    officer.files.package.write_bytes(forwarded)
    officer.files.proof.write_text(json.dumps(sealer.proof(packed_of(forwarded, manifest))))
    assert "it was released to somebody else, and sealed once more" in officer.why()


# The proof


def test_another_package_s_proof_is_refused(officer: Officer, hand: Hand) -> None:
    before = officer.files.proof.read_text()
    hand()
    officer.files.proof.write_text(before)
    assert officer.why() == "its release is not proved from the log: the entry is of another package"


@pytest.mark.parametrize(
    ("value", "means"),
    [
        ({"decision": 1}, "another decision"),
        ({"recipient": DIGEST}, "another recipient"),
        ({"request": DIGEST}, "another request"),
        ({"request": DIGEST, "package": DIGEST}, "another package and request"),
    ],
)
def test_a_proof_of_something_else_is_refused(officer: Officer, hand: Hand, value: Json, means: str) -> None:
    hand(value=value)
    assert officer.why() == f"its release is not proved from the log: the entry is of {means}"


def test_a_decision_that_was_rolled_on_is_refused(officer: Officer, hand: Hand) -> None:
    hand(decision=10**6, value={"decision": 0})
    assert officer.why().endswith("the entry is of another decision")
    hand(decision=10**6)
    assert officer.why().endswith("the entry stands before the decision of which it is to be the release")


def test_another_log_than_the_release_names_is_refused(officer: Officer, hand: Hand) -> None:
    hand(log="elsewhere.example/log")
    assert officer.why().endswith("the entry is in another log than the release names")


def test_an_entry_of_another_kind_or_one_that_is_not_opened_is_refused(officer: Officer, sealer: Sealer) -> None:
    manifest = sealer.manifest(officer.files.certificate.read_text())
    value = packed_of(officer.files.package.read_bytes(), manifest)
    officer.files.proof.write_text(json.dumps(sealer.proof(value, Kind.LOOK)))
    assert officer.why().endswith("the entry is of a look, not of a release")
    officer.files.proof.write_text(json.dumps(sealer.proof(value, group="request")))
    assert officer.why().endswith("the entry's package is not opened")
    officer.files.proof.write_text(json.dumps(sealer.proof(b"[]")))
    assert officer.why().endswith("the entry says of its package what no entry of a release says")
    officer.files.proof.write_text(json.dumps(sealer.proof(value + b" ")))
    assert officer.why().endswith("the entry is not in its one form")
    officer.files.proof.write_text("{}")
    assert "a disclosure has not the fields of one" in officer.why()


def test_a_log_or_witnesses_that_the_officer_does_not_believe_prove_nothing(officer: Officer, tmp_path: Path) -> None:
    text = officer.files.policy.read_text()
    officer.files.policy.write_text("\n".join(line for line in text.split("\n") if not line.startswith("log ")))
    assert "no log of the policy has signed it" in officer.why()
    other = tmp_path / "other"
    other.mkdir()
    logged.log(other)
    foreign = [line for line in (other / "policy.txt").read_text().split("\n") if line.startswith("witness ")]
    ours = [line for line in text.split("\n") if line.startswith("log ")]
    officer.files.policy.write_text(
        "\n".join([*ours, *foreign, "group both all witness-1 witness-2", "quorum both", ""])
    )
    assert "the quorum `both` has not cosigned it" in officer.why()


def test_a_value_that_was_not_committed_to_is_refused(officer: Officer) -> None:
    shown = json.loads(officer.files.proof.read_text())
    shown["openings"]["package"]["salt"] = shown["openings"]["package"]["salt"][::-1].replace("=", "") + "="
    officer.files.proof.write_text(json.dumps(shown))
    assert "not proved from the log" in officer.why()


# Files


@pytest.mark.parametrize("name", ["policy", "sealer", "proof", "certificate", "package", "key"])
def test_a_file_that_is_not_there_ends_it_and_leaves_no_step_out(officer: Officer, name: str) -> None:
    path: Path = getattr(officer.files, name)
    path.unlink()
    before = officer.lies()
    with pytest.raises(Misplaced, match=path.name):
        officer.opens()
    assert officer.lies() == before


@pytest.mark.parametrize("name", ["out", "receipt"])
def test_nothing_is_put_over_what_is_there(officer: Officer, name: str) -> None:
    path: Path = getattr(officer.files, name)
    path.write_text("mine")
    with pytest.raises(Misplaced, match="is there already"):
        officer.opens()
    assert path.read_text() == "mine"
    path.unlink()
    path.symlink_to(officer.files.package.parent / "elsewhere")
    with pytest.raises(Misplaced, match="is there already"):
        officer.opens()


def test_one_name_for_both_files_is_refused(officer: Officer) -> None:
    both = replace(officer.files, receipt=officer.files.out)
    with pytest.raises(Misplaced, match="name two files"):
        opening.opened(both, NOW)


@contextmanager
def without_room(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    """A disk that does not let a file of that name be renamed."""
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if target.name == name:
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    with monkeypatch.context() as changed:
        changed.setattr(Path, "rename", rename)
        yield


@pytest.mark.parametrize("name", sorted(LEFT))
def test_a_disk_that_takes_one_of_the_two_files_is_left_with_none(
    officer: Officer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = officer.lies()
    with without_room(monkeypatch, name), pytest.raises(Misplaced, match="no space left"):
        officer.opens()
    assert officer.lies() == before


def test_the_folder_for_what_comes_out_must_be_there(officer: Officer, tmp_path: Path) -> None:
    elsewhere = replace(officer.files, out=tmp_path / "not there" / "package.json")
    before = officer.lies()
    with pytest.raises(Misplaced, match="cannot be written"):
        opening.opened(elsewhere, NOW)
    assert officer.lies() == before


# The page

PAGE = (Path(__file__).parent.parent / "docs" / "release.md").read_text(encoding="utf-8")
RECIPE, PROOF = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine: apt-get install openssl")
    return subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False, cwd=folder)


def test_the_page_s_recipe_opens_and_proves_a_package_with_tools_that_are_not_ours(officer: Officer) -> None:
    folder = officer.files.package.parent
    shutil.copy(Path(kit.__file__).with_name("verify.py"), folder)
    done = shell(RECIPE + PROOF, folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("the entry is of this package\n")
    assert "entry" in done.stdout
    found = officer.opens()
    assert isinstance(found, Opened)
    assert (folder / "release.json").read_bytes().rstrip() == found.files.out.read_bytes().rstrip()
    assert not list(folder.glob("*.part"))


def test_the_page_s_recipe_leaves_nothing_of_a_package_that_was_changed_or_is_another_s(
    officer: Officer, hand: Hand
) -> None:
    folder, said = officer.files.package.parent, bytearray(officer.files.package.read_bytes())
    before = officer.lies()
    said[-1] ^= 1
    officer.files.package.write_bytes(said)
    assert shell(RECIPE, folder).returncode == 4
    assert officer.lies() == before
    openssl(*"cms -decrypt -binary -inform DER".split(), "-in", officer.files.package, "-recip", officer.files.certificate,
            "-inkey", officer.files.key, "-out", folder / "left", status=4)  # fmt: skip
    left = (folder / "left").read_bytes()
    assert not left or b"JUNIPER" in left, "nothing, or what the page warns of, by the version"
    proof = officer.files.proof.read_text()
    hand()
    officer.files.proof.write_text(proof)
    assert "AssertionError" in shell(RECIPE + PROOF, folder).stderr


# The command


def run(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from safeconduct.cli import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_the_command_opens_and_says_no_and_names_what_is_missing(officer: Officer) -> None:
    folder = officer.files.package.parent
    done = run("open", "package.p7m", "--key", "officer.key", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# OPENED\n")
    again = run("open", "package.p7m", "--key", "officer.key", folder=folder)
    assert (again.returncode, again.stdout) == (2, "")
    assert (
        again.stderr
        == "safeconduct: package.json: is there already; name another with --out or --receipt, or put it elsewhere\n"
    )
    named = ("--out", "o.json", "--receipt", "r.json", "--json")
    told = run("open", "package.p7m", "--key", "officer.key", *named, folder=folder)
    document = json.loads(told.stdout)
    assert (told.returncode, document["opened"], document["out"], document["evidence"]) == (0, True, "o.json", False)
    (folder / "package.p7m").write_bytes(b"")
    no = run(
        "open", "package.p7m", "--key", "officer.key", "--out", "p.json", "--receipt", "q.json", "--json", folder=folder
    )
    assert (no.returncode, json.loads(no.stdout)["opened"]) == (1, False)
    assert no.stderr.startswith("safeconduct: package.p7m: not opened: it is not one value in DER")
    (folder / "policy.txt").unlink()
    missing = run(
        "open", "package.p7m", "--key", "officer.key", "--out", "p.json", "--receipt", "q.json", folder=folder
    )
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "policy.txt: cannot be read" in missing.stderr
