"""A secret held two of three: any two offices have it together, and one alone has nothing.

The secret is the XOR of three parts, of which two are drawn and the third follows. Each office is given two of the three,
each another two: so any two have all three, and to one alone every secret is as likely as every other. (Replicated sharing,
Ito, Saito and Nishizeki 1987.)
"""

from __future__ import annotations

from collections.abc import Mapping

OFFICES = ("custodian", "inspector_general", "court")
PART = 32
"""Bytes of the secret and of a part."""


def shared(secret: bytes, first: bytes, second: bytes) -> dict[str, bytes]:
    """What each office is given of a secret, by two parts that were drawn for it alone.

    Raises:
        ValueError: one of them is not of 32 bytes.
    """
    if not len(secret) == len(first) == len(second) == PART:
        raise ValueError(f"a secret and its parts are of {PART} bytes")
    parts = (first, second, _xor(secret, _xor(first, second)))
    return {office: parts[(at + 1) % 3] + parts[(at + 2) % 3] for at, office in enumerate(OFFICES)}


def joined(given: Mapping[str, bytes]) -> bytes | None:
    """The secret, from what two offices or all three were given; None of fewer, or where they do not fit together."""
    parts: dict[int, bytes] = {}
    for office, both in given.items():
        at = OFFICES.index(office)
        for nth, part in (((at + 1) % 3, both[:PART]), ((at + 2) % 3, both[PART:])):
            if len(both) != 2 * PART or parts.setdefault(nth, part) != part:
                return None
    return _xor(parts[0], _xor(parts[1], parts[2])) if len(parts) == 3 else None


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
