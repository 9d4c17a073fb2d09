"""Proofs (c2sp.org/tlog-proof@v1): that an entry is in a log and that witnesses have seen it, to be verified offline.

    c2sp.org/tlog-proof@v1
    extra <base64>                 what the recipient alone is given besides; nobody vouches for it
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
    …                              the audit path, the leaf's sibling first

    <the checkpoint with its signatures>

A file of it ends in `.tlog-proof`. Making one takes the log's tiles, and is for `logbook`.
"""

from __future__ import annotations

from dataclasses import dataclass

from safeconduct.core.log import merkle, notes
from safeconduct.core.log.lines import Malformed, based, decimal, decoded, hash_of, unbased
from safeconduct.core.log.notes import Note
from safeconduct.core.log.policy import Believed, Policy, believed
from safeconduct.core.log.refusals import Refused

_FIRST = "c2sp.org/tlog-proof@v1"
_LONGEST_PATH = 63
LONGEST = notes.LONGEST + (1 << 18)


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands at an index, in a tree that a note tells of."""

    index: int
    path: tuple[bytes, ...]
    note: Note
    extra: bytes = b""


def read(said: bytes) -> Proof:
    """The proof in `said`; nothing of it is verified.

    Raises:
        Malformed: it is none.
    """
    if len(said) > LONGEST:
        raise Malformed("the proof is too long")
    head, divided, note = said.partition(b"\n\n")
    first, *rest = decoded(head, "the proof").split("\n")
    if first != _FIRST or not divided:
        raise Malformed("the proof does not begin as one does, or has no checkpoint")
    extra = b""
    if rest and rest[0].startswith("extra "):
        extra = unbased(rest.pop(0).removeprefix("extra "), "the proof's extra")
        if not extra:
            raise Malformed("the proof's extra is there and empty")
    if not rest or not rest[0].startswith("index "):
        raise Malformed("the proof names no index")
    index = decimal(rest.pop(0).removeprefix("index "), "the proof's index")
    if len(rest) > _LONGEST_PATH:
        raise Malformed("the proof's path is longer than that of any tree")
    return Proof(index, tuple(hash_of(line, "the proof's path") for line in rest), notes.read(note), extra)


def written(proof: Proof) -> bytes:
    """A proof as it is read."""
    extra = [f"extra {based(proof.extra)}"] if proof.extra else []
    lines = [_FIRST, *extra, f"index {proof.index}", *(based(one) for one in proof.path)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + notes.written(proof.note)


def verified(proof: Proof, entry: bytes, policy: Policy) -> Believed | Refused:
    """The checkpoint under which the entry is proved to stand at the proof's index, if the policy believes it."""
    found = believed(proof.note, policy)
    if isinstance(found, Refused):
        return found
    tree = found.checkpoint
    if not merkle.includes(tree.root, tree.size, proof.index, merkle.leaf(entry), proof.path):
        return Refused("the path does not lead from the entry to the checkpoint's root")
    return found
