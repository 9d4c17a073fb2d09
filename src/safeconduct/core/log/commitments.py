"""A commitment to a value: it can be opened later, to nothing else, and until then says nothing.

    SHA-256 of   "safeconduct commitment v1", line feed · length of the group's name (2 bytes) · the name · salt (32) · the value

Every commitment has a fresh salt of its own. Who destroys the salt makes sure that nobody ever opens it; a value that could
be guessed (there are only 10**9 numbers) is as safe as one that could not.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

SALT = 32
_KIND = b"safeconduct commitment v1\n"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: the salt and the value."""

    salt: bytes
    value: bytes


def commitment(group: str, opening: Opening) -> bytes:
    """The commitment of a group of fields to a value.

    Raises:
        ValueError: the salt is not of 32 bytes.
    """
    if len(opening.salt) != SALT:
        raise ValueError(f"a salt is of {SALT} bytes")
    name = group.encode()
    return sha256(_KIND + len(name).to_bytes(2, "big") + name + opening.salt + opening.value).digest()
