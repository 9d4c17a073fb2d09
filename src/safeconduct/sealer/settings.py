"""The sealer's settings: one TOML file, read strictly, and the files that it names beside it.

log = "log"                       the log as it is served: a folder, or an address
bodies = "logbook"                where the bodies of its entries lie, sealed to offices of which the sealer is one
policy = "policy.txt"             whom the sealer believes: the log, its witnesses, their quorum
decoys = "decoys.key"             by which an entry that is nothing is told from one that somebody made unreadable
founding = "sha256:…"             the digest of the gate's founding, compared with its two persons when the sealer was set up
key = "sealer.key"                opens what is sealed to the sealer
signing = "sealer-signing.key"    signs packages: ECDSA, P-384
certificate = "sealer-signing.pem"
broker = "broker-signing.pem"     by which it is known that the broker found a record
authorities = "authorities.pem"   the certificate authorities of officers
revocations = "revocations"       the folder of their lists of certificates that were revoked (.crl)
packs = ["us_irc_6103"]           where packs lie; the one is applied that the log says is in force
stoppers = ["inspector.pem", …]   who stops the sealer directly, each alone; two of them lift a stop
stops = "sealer-stops"            the folder in which they put their stops
store = "sealer"                  the sealer's own folder
recall = "https://…"              where officers ask whether something was recalled

fips = true                       refuse to start without a validated cryptographic module; false if left out
desk_uid = 1001                   the account that may call; the sealer's own if left out
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from safeconduct.certificates import authorities_in, revocations_in
from safeconduct.core.canonical import is_digest
from safeconduct.core.log.policy import Policy
from safeconduct.envelope import certificate
from safeconduct.keys.decoys import Decoys, decoys
from safeconduct.keys.files import kept
from safeconduct.keys.sealing import Signer, signer
from safeconduct.logbook.settings import policy
from safeconduct.sealer.direct import key_of
from safeconduct.shelf import Misplaced, text_of

FILE = "sealer.toml"
_LONGEST = 20_000
_TEXTS = (
    "log", "bodies", "policy", "decoys", "founding", "key", "signing", "certificate", "broker", "authorities", "revocations",
    "stops", "store", "recall",
)  # fmt: skip
_LISTS = ("packs", "stoppers")
_MAY_BE_LEFT_OUT = ("fips", "desk_uid")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the sealer is told before it starts."""

    log: str
    bodies: Path
    policy: Policy
    decoys: Decoys
    founding: str
    key: Path
    signer: Signer
    broker: ec.EllipticCurvePublicKey
    authorities: Path
    revocations: Path
    packs: tuple[str, ...]
    stoppers: tuple[x509.Certificate, ...]
    stops: Path
    store: Path
    recall: str
    fips: bool
    desk_uid: int

    @property
    def origin(self) -> str:
        """The log's name, which is the gate's."""
        [name] = self.policy.origins
        return name

    def trusted(self) -> tuple[x509.Certificate, ...]:
        """The certificate authorities of officers, as they are now.

        Raises:
            Misplaced: the file cannot be read.
        """
        return authorities_in(self.authorities)

    def revoked(self) -> tuple[x509.CertificateRevocationList, ...]:
        """The lists of revoked certificates, as they are now: they are brought anew while the sealer runs.

        Raises:
            Misplaced: the file cannot be read.
        """
        return revocations_in(self.revocations)


def settings(path: Path) -> Settings:
    """The settings in the file `path`.

    Raises:
        Misplaced: it, or a file that it names, cannot be read or is not of its form.
    """
    said = _said(path)
    beside = {name: path.parent / str(said[name]) for name in _TEXTS}
    lists = {name: [str(one) for one in _list(said[name])] for name in _LISTS}
    log = str(said["log"])
    told = Settings(
        log=log if "://" in log else str(beside["log"]),
        bodies=beside["bodies"],
        policy=policy(kept(beside["policy"])),
        decoys=decoys(beside["decoys"]),
        founding=str(said["founding"]),
        key=beside["key"],
        signer=signer(beside["signing"], kept(beside["certificate"])),
        broker=_public(kept(beside["broker"])),
        authorities=kept(beside["authorities"]),
        revocations=beside["revocations"],
        packs=tuple(str(path.parent / one) if "/" in one else one for one in lists["packs"]),
        stoppers=tuple(certificate(kept(path.parent / one)) for one in lists["stoppers"]),
        stops=beside["stops"],
        store=beside["store"],
        recall=str(said["recall"]),
        fips=said.get("fips") is True,
        desk_uid=int(str(said.get("desk_uid", os.geteuid()))),
    )
    _agree(told, path)
    return told


def for_stoppers(path: Path) -> tuple[str, Path]:
    """The gate's name and the folder of direct stops: all that stoppers need, who have accounts of their own and none of the sealer's keys.

    Raises:
        Misplaced: the settings, or the policy that they name, cannot be read.
    """
    said = _form(path, text_of(path, _LONGEST))
    origins = policy(path.parent / str(said["policy"])).origins
    return next(iter(origins)), path.parent / str(said["stops"])


def _agree(told: Settings, path: Path) -> None:
    if len(told.policy.origins) != 1:
        raise Misplaced(path, "has a `policy` of several logs", "name the policy of the one log that the desk keeps")
    if not is_digest(told.founding):
        raise Misplaced(
            path, "has a `founding` that is no digest", "write sha256: and 64 figures, as the founding told"
        )
    if len({key_of(one) for one in told.stoppers}) < 2:
        raise Misplaced(path, "has fewer than two `stoppers`", "name two certificates: one alone could lift no stop")


def _public(path: Path) -> ec.EllipticCurvePublicKey:
    try:
        key = load_pem_public_key(text_of(path, _LONGEST).encode())
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise Misplaced(path, "is no public key of the curve P-256 in PEM", "name the one with which the broker signs")
    return key


def _said(path: Path) -> Mapping[str, object]:
    return _form(path, text_of(kept(path), _LONGEST))


def _form(path: Path, text: str) -> Mapping[str, object]:
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Misplaced(path, f"is no TOML: {str(fault)[:80].lower()}", "mend it there") from None
    for name, value in said.items():
        _held_to(path, name, value)
    lacking = next((name for name in (*_TEXTS, *_LISTS) if name not in said), "")
    if lacking:
        raise Misplaced(path, f"has no `{lacking}`", "write it; docs/release.md shows the file")
    return said


def _list(said: object) -> list[object]:
    return said if isinstance(said, list) else []


def _held_to(path: Path, name: str, said: object) -> None:
    if name in _TEXTS:
        if not isinstance(said, str) or not said:
            raise Misplaced(path, f"has a `{name}` that is no text", "write it between quotation marks")
    elif name in _LISTS:
        if not isinstance(said, list) or not said or not all(isinstance(one, str) and one for one in said):
            raise Misplaced(path, f"has `{name}` that are no list of texts", f'write {name} = ["…"]')
    elif name == "fips":
        if not isinstance(said, bool):
            raise Misplaced(path, "has a `fips` that is neither true nor false", "write one of the two")
    elif name == "desk_uid":
        if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said < 2**31:
            raise Misplaced(path, "has a `desk_uid` that is no account", "write the number of the desk's account")
    else:
        known = ", ".join((*_TEXTS, *_LISTS, *_MAY_BE_LEFT_OUT))
        raise Misplaced(path, f"has a `{name[:40]!r}` that nothing reads", f"write one of {known}")
