"""The officer's side of the demo: the package opened with tools that are not ours, and then with ours, which checks its proof too.

DIR/package.p7m  DIR/package.proof.json  DIR/officer.key  DIR/officer.pem  DIR/sealer-signing.pem  DIR/policy.txt

What comes out is shown, for it is about nobody; of a real one nothing is printed.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from safeconduct import opening
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import picking_up, town
from safeconduct.desk.handing import HandedOver
from safeconduct.keys.sealing import CERTIFICATE
from safeconduct.opening import Opened

PACKAGE, KEY, OFFICER = "package.p7m", "officer.key", "officer.pem"
_LEFT = ("package.json", "package.receipt.json")
"""What an officer's opening of an earlier demo's package left."""


def put(folder: Path, had: HandedOver, place: Path, officer: str) -> None:
    """Put what the officer has in the demo's folder, in the place of what an earlier demo left.

    Raises:
        Misplaced: it cannot be put there.
    """
    own = place / town.PEOPLE / f"{officer}{town.SEALED_TO}"
    package = folder / PACKAGE
    for path in (package, picking_up.proof_of(package), folder / KEY, *(folder / name for name in _LEFT)):
        path.unlink(missing_ok=True)
    picking_up.put(package, had)
    shutil.copy(own.with_name(f"{own.name}.key"), folder / KEY)
    shutil.copy(own.with_name(f"{own.name}.pem"), folder / OFFICER)
    for name in (CERTIFICATE, opening.POLICY):
        shutil.copy(place / name, folder / name)


def opened(folder: Path, now: dt.datetime) -> str:
    """How it is opened, each way that there is here.

    Raises:
        Misplaced: a file cannot be used.
    """
    return "\n".join(["The officer opens it:\n", _with_openssl(folder), *_with_ours(folder, now)])


def _with_openssl(folder: Path) -> str:
    program = shutil.which("openssl")
    if program is None:
        return "- `openssl` is not installed here; where it is, docs/release.md says how it opens a package"
    decrypt = ("-decrypt", "-in", PACKAGE, "-recip", OFFICER, "-inkey", KEY)
    verify = ("-verify", "-certfile", CERTIFICATE, "-nointern", "-noverify")
    signed = _piped(program, decrypt, b"", folder)
    said = _piped(program, verify, signed, folder) if signed else None
    if said is None:
        return "- the `openssl` that is installed here does not open it; OpenSSL 3.0 or later does"
    fields = (f"`{one['item']}` {json.dumps(one['value'])}" for one in json.loads(said)["fields"])
    return f"- with `openssl cms -decrypt` and `openssl cms -verify`, in which there is no line of ours: {', '.join(fields)}"


def _piped(program: str, words: tuple[str, ...], said: bytes, folder: Path) -> bytes | None:
    command = [program, "cms", "-binary", "-inform", "DER", *words]
    done = subprocess.run(command, input=said, capture_output=True, cwd=folder, check=False)  # noqa: S603  # its path was found
    return done.stdout if done.returncode == 0 else None


def _with_ours(folder: Path, now: dt.datetime) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as aside:
        kept = {"out": Path(aside) / "release", "receipt": Path(aside) / "receipt"}
        found = opening.opened(opening.beside(folder / PACKAGE, folder / KEY, **kept), now)
    if isinstance(found, Refused):
        raise TypeError(f"the demo's own package is not opened: {found.why}")
    yield f"- with `safeconduct open`, which checks its proof besides: {_said(found)}"
    yield f"\n    safeconduct open {folder / PACKAGE} --key {folder / KEY}\n"


def _said(found: Opened) -> str:
    manifest = found.release.manifest
    fields = ", ".join(f"`{one.item}` under {', '.join(one.clauses)}" for one in found.release.fields)
    return (
        f"{fields}, released to {manifest.recipient.name} until {manifest.use_until}; entry {found.shown.index} of the log says that "
        f"this very file was, after the decision at {manifest.decision}"
    )
