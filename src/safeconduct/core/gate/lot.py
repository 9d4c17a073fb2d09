"""Who is drawn: an order of those on duty, by lot, which everybody can draw again and nobody could choose.

The seed is of the first witnessed checkpoint after the case was entered: its text and the witnesses' cosignatures, which the
custodian cannot know beforehand. Who was on duty then was entered with the case. A person's lot is

    SHA-256 of   "safeconduct lot v1", line feed · seed · the case · the place · the person   (each text with its length before it)

and the lowest is drawn. Who is absent is passed over, and the next lowest is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

_KIND = b"safeconduct lot v1\n"


def seed(note: bytes) -> bytes:
    """The seed of a checkpoint, of its note with the cosignatures by which it was first believed."""
    return sha256(b"safeconduct seed v1\n" + note).digest()


def order(among: Iterable[str], of: bytes, case: str, place: str) -> tuple[str, ...]:
    """The persons in the order of their lots."""
    return tuple(sorted(set(among), key=lambda person: _lot(person, of, case, place)))


def _lot(person: str, of: bytes, case: str, place: str) -> bytes:
    said = b"".join(len(text).to_bytes(2, "big") + text for text in (case.encode(), place.encode(), person.encode()))
    return sha256(_KIND + of + said).digest()


def one_of(among: Sequence[str], of: bytes, case: str, place: str) -> str:
    """One of them by lot.

    Raises:
        ValueError: there is none.
    """
    drawn = order(among, of, case, place)
    if not drawn:
        raise ValueError("there is nobody to be drawn")
    return drawn[0]
