"""The bodies of entries, as they lie beside the log: each sealed to offices, under the digest that its entry holds.

    bodies/<2 figures>/<sha256>.p7m

Not served, and put there before the entry is: an entry whose body is nowhere is one that is nothing, or one whose body somebody
took away, and the secret of the decoys tells which.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from safeconduct.core.log import bodies
from safeconduct.core.log.bodies import Body
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.envelope import Recipient, seal
from safeconduct.keys import recipient
from safeconduct.logbook import disk

FOLDER = "bodies"
_LONGEST = 1 << 16


def keep(state: Path, kind: Kind, body: Body, offices: Sequence[Recipient]) -> bytes:
    """Seal a body to the offices and put it on the disk; the digest under which it lies there.

    Raises:
        ValueError: it holds what no body holds.
        DiskFailed: it could not be put there.
    """
    sealed = seal(bodies.written(kind, body), *offices)
    digest = sha256(sealed).digest()
    disk.put_all(state, [(_at(digest), sealed)])
    return digest


def _at(digest: bytes) -> str:
    return f"{FOLDER}/{digest.hex()[:2]}/{digest.hex()}.p7m"


def sealed(state: Path, digest: bytes) -> bytes | None:
    """What lies under a digest; None where nothing does, or something else."""
    try:
        with (state / _at(digest)).open("rb") as file:
            said = file.read(_LONGEST)
    except OSError:
        return None
    return said if sha256(said).digest() == digest else None


def opened(state: Path, digest: bytes, key: Path) -> tuple[Kind, Body] | None:
    """The body that lies under a digest, opened with the key of an office; None where there is none, or not for that office.

    Raises:
        Misplaced: the key cannot be used.
    """
    found = sealed(state, digest)
    said = recipient.opened(found, key) if found is not None else None
    if said is None or isinstance(said, Refused):
        return None
    try:
        return bodies.read(said)
    except Malformed:
        return None
