"""The keys by which rows of a file are compared (`core.likeness`), as columns: seals, no texts.

A key is sealed under a secret of the run, so that what lies on disk while a file is screened tells nothing about anyone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa

from safeconduct.bulk.looks import Look, Said
from safeconduct.core import likeness
from safeconduct.core.fields import At

_PERSON = tuple(f"subject.{field}" for field in ("name", "given_name", "family_name", "tin", "birth_date", "address"))
_SEAL = 8


def alike(offence: str, secret: bytes) -> tuple[Look, ...]:
    """The looks that make the keys; `offence` is the path at which the statute stands."""
    seal = _sealed(secret)

    def persons(at: At) -> Said:
        name = likeness.name(at)
        return [seal(likeness.template(at, name)), seal(likeness.number(at)), seal(likeness.person(at, name))]

    return (
        Look(("reason",), ("alike.reason",), (pa.int64(),), lambda at: [seal(likeness.reason(at))]),
        Look((offence,), ("alike.offence",), (pa.int64(),), lambda at: [seal(likeness.offence(at, offence))]),
        Look(
            ("officers",),
            ("alike.officers",),
            (pa.list_(pa.int64()),),
            lambda at: [list(map(seal, likeness.officers(at)))],
        ),
        Look(("reason", *_PERSON), ("alike.template", "alike.number", "alike.person"), (pa.int64(),) * 3, persons),
    )


def _sealed(secret: bytes) -> Callable[[str | None], int | None]:
    def seal(text: str | None) -> int | None:
        if text is None:
            return None
        digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=_SEAL, key=secret).digest()
        return int.from_bytes(digest, "big", signed=True)

    remembered = lru_cache(maxsize=1 << 10)(seal)
    return lambda text: remembered(text) if text and len(text) <= likeness.SHORT else seal(text)
