"""What an officer's side does with a package before anything of it is believed, step by step; the first that fails ends it.

    1  decrypted, strictly: sealed to the officer's certificate, to nobody besides, in no weaker form
    2  signed by exactly the sealer's certificate, as it was given to the officer beforehand
    3  what is signed is a release, in its one form
    4  it is addressed to this certificate: what was sealed once more to somebody else is not theirs
    5  the day until which it may be used has not passed
    6  an entry of the log is believed by the officer's policy, and says of this very file that it was released to this certificate,
       for this request, after that decision

Until then nothing of it is on the disk. What is left then are two files, both or neither: the release, and a receipt to be sent.
A file that a step needs and that is not there ends it before the first: no step is left out.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from safeconduct import envelope, package, shelf
from safeconduct.core import canonical, records
from safeconduct.core import release as releases
from safeconduct.core.days import day as day_of
from safeconduct.core.gate.persons import fingerprint
from safeconduct.core.log import disclosures
from safeconduct.core.log import releases as entered
from safeconduct.core.log.disclosures import Shown
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Policy
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.releases import Packed
from safeconduct.core.release import Release
from safeconduct.keys.sealing import CERTIFICATE
from safeconduct.logbook.settings import policy
from safeconduct.shelf import Misplaced

POLICY, PROOF, RECEIPT = "policy.txt", ".proof.json", ".receipt.json"
RECEIPT_KIND = "safeconduct receipt v1"


@dataclass(frozen=True, slots=True)
class Files:
    """What lies where: the package, the officer's key and certificate, whom the officer believes, and where is put what comes out."""

    package: Path
    key: Path
    certificate: Path
    policy: Path
    sealer: Path
    proof: Path
    out: Path
    receipt: Path


def beside(package_at: Path, key: Path, **named: Path | None) -> Files:
    """Each where it was named, and else beside the package, or the key, under the name it has there."""
    stem = package_at.stem
    usual = {
        "certificate": key.with_suffix(".pem"),
        "policy": package_at.with_name(POLICY),
        "sealer": package_at.with_name(CERTIFICATE),
        "proof": package_at.with_name(f"{stem}{PROOF}"),
        "out": package_at.with_name(f"{stem}.json"),
        "receipt": package_at.with_name(f"{stem}{RECEIPT}"),
    }
    return Files(package_at, key, **{name: named.get(name) or place for name, place in usual.items()})


@dataclass(frozen=True, slots=True)
class Opened:
    """A release that was opened: of which package, what the log shows of it, and whether those witnesses count outside a trial."""

    release: Release
    package: str
    shown: Shown
    is_evidence: bool
    files: Files


@dataclass(frozen=True, slots=True)
class _Given:
    """What the files hold, all of them, before the first step."""

    package: bytes
    certificate: x509.Certificate
    sealer: x509.Certificate
    policy: Policy
    proof: object

    @property
    def digest(self) -> str:
        """The package's digest."""
        return f"sha256:{sha256(self.package).hexdigest()}"


def opened(files: Files, now: dt.datetime) -> Opened | Refused:
    """The release in a package, which then lies in a file with its receipt beside it; or why it is not opened.

    Raises:
        Misplaced: a file is not there, cannot be used, or is there already.
    """
    given = _given(files)
    content = package.opened(given.package, files.key, given.certificate, given.sealer)
    if isinstance(content, Refused):
        return content
    checked = _checked(content, given, now)
    if isinstance(checked, Refused):
        return checked
    release, shown = checked
    receipt = canonical.written(_receipt(release, given.digest, now))
    _put({files.out: content.rstrip(b" ") + b"\n", files.receipt: receipt})
    return Opened(release, given.digest, shown, given.policy.evidence, files)


def _given(files: Files) -> _Given:
    for path in (files.out, files.receipt):
        if path.exists() or path.is_symlink():
            raise Misplaced(path, "is there already", "name another with --out or --receipt, or put it elsewhere")
    if files.out == files.receipt:
        raise Misplaced(files.out, "is named for the release and for its receipt", "name two files")
    return _Given(
        shelf.bytes_of(files.package, package.LONGEST + 1, "name the package that was fetched"),
        envelope.certificate(files.certificate),
        envelope.certificate(files.sealer),
        policy(files.policy),
        shelf.document(files.proof),
    )


# Steps 3 to 6


def _checked(content: bytes, given: _Given, now: dt.datetime) -> tuple[Release, Shown] | Refused:
    """The release that was signed, and what the log shows of it."""
    try:
        release = releases.read(content)
    except Malformed as fault:
        return Refused(f"what is signed is no release: {fault}")
    manifest, recipient = release.manifest, fingerprint(given.certificate.public_bytes(Encoding.PEM).decode())
    if manifest.recipient.certificate != recipient:
        return Refused("it was released to somebody else, and sealed once more to this certificate; tell the sealer")
    if (day_of(manifest.use_until) or 0) < now.astimezone(dt.UTC).date().toordinal():
        return Refused(f"it could be used until {manifest.use_until}, which has passed")
    shown = _shown(given, Packed(manifest.decision, given.digest, recipient, manifest.request), manifest.log)
    return shown if isinstance(shown, Refused) else (release, shown)


def _shown(given: _Given, packed: Packed, origin: str) -> Shown | Refused:
    try:
        shown = entered.proved(disclosures.read(given.proof), given.policy, packed, origin)
    except Malformed as fault:
        shown = Refused(str(fault))
    return Refused(f"its release is not proved from the log: {shown.why}") if isinstance(shown, Refused) else shown


# What is left


def _receipt(release: Release, digest: str, now: dt.datetime) -> dict[str, object]:
    manifest = release.manifest
    return {
        "case": manifest.case,
        "decision": manifest.decision,
        "kind": RECEIPT_KIND,
        "opened_at": records.instant(now),
        "package": digest,
        "recipient": manifest.recipient.certificate,
        "request": manifest.request,
    }


def _put(files: Mapping[Path, bytes]) -> None:
    """Put files, their owner's alone, each whole; all of them or none."""
    made = {path: path.with_name(f".{path.name}-{os.getpid()}") for path in files}
    put: list[Path] = []
    try:
        for path, content in files.items():
            _write(made[path], content)
        for path in files:
            made[path].rename(path)
            put.append(path)
    except OSError as fault:
        for path in put:
            path.unlink(missing_ok=True)
        what = f"cannot be written: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(fault.filename, what, "name another file with --out or --receipt, or make room") from None
    finally:
        for path in made.values():
            path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Attack: whoever may write to the folder puts a link there first, or a file that they can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
