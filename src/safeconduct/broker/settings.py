"""The broker's settings: one TOML file, read strictly, and the files that it names beside it.

register_name = "town"        the register's name, as permits give it
desk = "desk.pem"             whose permits are taken: a public key, P-256
sealer = "sealer.pem"         to whom what is found is sealed: a certificate
keys = "broker.secret"        the broker's own secret
signing = "broker-signing.key"  signs what is sealed to the sealer: ECDSA, P-256
store = "store"               the broker's own folder

log_policy = "policy.txt"     whom the broker believes that a look was entered in the log, before it is made

table = "register"            of PostgreSQL, where the register lies there
most_alike = 3                so many near-identical requests are looked for, no more,
within_days = 365             in so many days
lot_one_in = 20               one record in so many takes the protected route by lot
tick_ms = 250                 no answer before, and every answer at a multiple of it
desk_uid = 1001               the account that may call; the broker's own if left out
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from safeconduct.core.log import policy as policies
from safeconduct.core.log.lines import Malformed
from safeconduct.core.permit import REGISTER_NAME
from safeconduct.envelope import Recipient, recipient
from safeconduct.keys.broker import BrokerKeys, Signing, broker_keys, signing
from safeconduct.keys.files import kept, p256
from safeconduct.settings_file import ACCOUNTS, Form, read
from safeconduct.shelf import Misplaced, text_of

_FORM = Form(
    "docs/broker.md",
    texts=("register_name", "desk", "sealer", "keys", "signing", "store"),
    texts_left_out=("log_policy", "table"),
    ranges={
        "most_alike": (1, 1_000),
        "within_days": (1, 36_500),
        "lot_one_in": (2, 1_000),
        "tick_ms": (10, 10_000),
        "desk_uid": ACCOUNTS,
    },
)


@dataclass(frozen=True, slots=True)
class Policy:
    """How often is too often, and how many records take the protected route by lot."""

    most_alike: int = 3
    within_days: int = 365
    lot_one_in: int = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """What the broker is told before it starts."""

    register_name: str
    desk: ec.EllipticCurvePublicKey
    sealer: Recipient
    keys: BrokerKeys
    signing: Signing
    store: Path
    table: str
    policy: Policy
    tick_ms: int
    desk_uid: int
    log: policies.Policy | None = None
    """Whom the broker believes that something was entered; None where the desk's key speaks for that alone."""


def register_name(path: Path) -> str:
    """The name of the register that the settings in the file `path` give; no key is looked at.

    Raises:
        Misplaced: the file cannot be read or is not of its form.
    """
    return str(_said(path)["register_name"])


def has_log(path: Path) -> bool:
    """Whether the settings in the file `path` name the policy of a log.

    Raises:
        Misplaced: the file cannot be read or is not of its form.
    """
    return "log_policy" in _said(path)


def settings(path: Path) -> Settings:
    """The settings in the file `path`.

    Raises:
        Misplaced: it, or a file that it names, cannot be read or is not of its form.
    """
    said = _said(path)
    beside = {name: path.parent / str(said[name]) for name in _FORM.texts}
    numbers = {name: int(str(said[name])) for name in _FORM.ranges if name in said}
    return Settings(
        register_name=str(said["register_name"]),
        desk=p256(kept(beside["desk"]), "the desk's"),
        sealer=recipient(kept(beside["sealer"])),
        keys=broker_keys(beside["keys"]),
        signing=signing(beside["signing"]),
        store=beside["store"],
        table=str(said.get("table", "register")),
        policy=Policy(**{name: number for name, number in numbers.items() if name in Policy.__slots__}),
        tick_ms=numbers.get("tick_ms", 250),
        desk_uid=numbers.get("desk_uid", os.geteuid()),
        log=_log(kept(path.parent / str(said["log_policy"]))) if "log_policy" in said else None,
    )


def _said(path: Path) -> Mapping[str, object]:
    said = read(kept(path), _FORM)
    if not REGISTER_NAME.fullmatch(str(said["register_name"])):
        raise Misplaced(path, "has a `register_name` that is none", "write small letters, figures and hyphens")
    return said


def _log(path: Path) -> policies.Policy:
    try:
        return policies.read(text_of(path, policies.LONGEST))
    except Malformed as fault:
        raise Misplaced(path, f"is no policy of a log: {fault}", "name the log's policy.txt") from None
