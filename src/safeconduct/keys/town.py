"""The town's keys: made with it, beside its register, and worth nothing anywhere else."""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from safeconduct.keys.broker import SECRET
from safeconduct.keys.files import certificate, keep, pem, put

DESK, DESK_PUBLIC, SEALER, SEALER_CERTIFICATE, BROKER = (
    "desk.key", "desk.pem", "sealer.key", "sealer.pem", "broker.secret",
)  # fmt: skip


def make(folder: Path, now: dt.datetime) -> None:
    """Make the town's keys in `folder`, none of which is there yet.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    desk = ec.generate_private_key(ec.SECP256R1())
    keep(folder / DESK, pem(desk))
    put(folder / DESK_PUBLIC, desk.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    make_recipient(folder, "sealer", now)
    keep(folder / BROKER, secrets.token_hex(SECRET).encode() + b"\n")


def make_recipient(folder: Path, office: str, now: dt.datetime) -> None:
    """Make the key of an office of the town's, and the certificate to which is sealed: `<office>.key` and `<office>.pem`.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    key = ec.generate_private_key(ec.SECP384R1())
    keep(folder / f"{office}.key", pem(key))
    put(folder / f"{office}.pem", certificate(key, f"The town's {office.replace('-', ' ')}", now), 0o644)
