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
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from safeconduct.certificates import authorities_in, revocations_in
from safeconduct.core.canonical import is_digest
from safeconduct.core.log.policy import Policy
from safeconduct.envelope import certificate
from safeconduct.keys.decoys import Decoys, decoys
from safeconduct.keys.files import kept, p256
from safeconduct.keys.sealing import Signer, signer
from safeconduct.logbook.settings import policy
from safeconduct.sealer.direct import key_of
from safeconduct.settings_file import ACCOUNTS, Form, listed, read
from safeconduct.shelf import Misplaced

FILE = "sealer.toml"
_FORM = Form(
    "docs/release.md",
    texts=("log", "bodies", "policy", "decoys", "founding", "key", "signing", "certificate", "broker", "authorities", "revocations",
           "stops", "store", "recall"),
    lists=("packs", "stoppers"),
    switches=("fips",),
    ranges={"desk_uid": ACCOUNTS},
)  # fmt: skip


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
    said = read(kept(path), _FORM)
    beside = {name: path.parent / str(said[name]) for name in _FORM.texts}
    lists = {name: listed(said[name]) for name in _FORM.lists}
    log = str(said["log"])
    told = Settings(
        log=log if "://" in log else str(beside["log"]),
        bodies=beside["bodies"],
        policy=policy(kept(beside["policy"])),
        decoys=decoys(beside["decoys"]),
        founding=str(said["founding"]),
        key=beside["key"],
        signer=signer(beside["signing"], kept(beside["certificate"])),
        broker=p256(kept(beside["broker"]), "the one with which the broker signs"),
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
    said = read(path, _FORM)
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
