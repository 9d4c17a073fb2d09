"""The secret of which entries that are nothing are made: who has it can tell them from the others, and nobody else can."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import digest
from pathlib import Path

from safeconduct.keys.files import keep, private
from safeconduct.shelf import Misplaced

_SECRET = 32


@dataclass(frozen=True, slots=True)
class Decoys:
    """What decoys are drawn from."""

    _secret: bytes = field(repr=False)

    def drawn(self, index: int, what: str) -> bytes:
        """32 bytes for one use in the decoy at an index."""
        return digest(self._secret, f"safeconduct decoy v1\n{index}\n{what}".encode(), sha256)


def make(path: Path) -> None:
    """Make the secret in the file `path`.

    Raises:
        Misplaced: the file is there already, or cannot be written.
    """
    keep(path, secrets.token_hex(_SECRET).encode() + b"\n")


def decoys(path: Path) -> Decoys:
    """The secret in the file `path`.

    Raises:
        Misplaced: the file holds none, or is not its owner's alone.
    """
    try:
        secret = bytes.fromhex(private(path).decode("ascii"))
    except ValueError:
        secret = b""
    if len(secret) != _SECRET:
        raise Misplaced(path, f"holds no secret of {_SECRET} bytes, written in hexadecimal figures", "name the log's")
    return Decoys(secret)
