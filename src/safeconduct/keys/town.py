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
    "desk.key", "desk.pem", "sealer.key", "sealer.pem", "broker.key",
)  # fmt: skip


def make(folder: Path, now: dt.datetime) -> None:
    """Make the town's keys in `folder`, none of which is there yet.

    Raises:
        Misplaced: one is there, or cannot be written.
    """
    desk, sealer = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    keep(folder / DESK, pem(desk))
    put(folder / DESK_PUBLIC, desk.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    keep(folder / SEALER, pem(sealer))
    put(folder / SEALER_CERTIFICATE, certificate(sealer, "The town's sealer", now), 0o644)
    keep(folder / BROKER, secrets.token_hex(SECRET).encode() + b"\n")
