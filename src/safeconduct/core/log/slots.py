"""What a person may see: a map of slots beside the log, one of a fixed size for each person, under a root that the log holds.

A sparse Merkle tree of depth 256 over SHA-256: a leaf for each tag that there can be, and a tag is a person's under a key of
the broker's. A proof is always the 256 hashes beside the way from the leaf to the root, the leaf's first.

    leaf   SHA-256 of "safeconduct slot leaf v1", line feed · tag (32) · value (32)
    node   SHA-256 of "safeconduct slot node v1", line feed · left (32) · right (32)
    empty  SHA-256 of "safeconduct slot empty v1", line feed: the leaf of a tag that has no slot
    value  SHA-256 of "safeconduct slot v1", line feed · the slot: nonce (12) · AES-256-GCM of the content, the tag beside it

A slot holds what its person may be told, or nothing, and is as long either way. It proves what the custodian has committed to
tell; that nothing else is withheld can only be said by whoever may see everything. Keys are for `keys.broker`, what is kept
of the tree for `broker.store`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safeconduct.core import canonical, documents
from safeconduct.core.canonical import NoForm
from safeconduct.core.log import controls, disclosures
from safeconduct.core.log.commitments import Opening
from safeconduct.core.log.controls import Control, Person
from safeconduct.core.log.disclosures import Shown
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.merkle import HASH
from safeconduct.core.log.refusals import Refused

DEPTH = 8 * HASH
SIZE = 4096
"""Bytes of a slot."""
NONCE, KEY = 12, 32
CONTENT = SIZE - NONCE - 16
"""Bytes of what is sealed in a slot, filled up with blanks."""
SUBJECT, NAME, STATEMENT = "slots", "root", "statement"
USE = "safeconduct slot use v1"
_LEAF, _NODE = sha256(b"safeconduct slot leaf v1\n"), sha256(b"safeconduct slot node v1\n")
_EMPTY, _VALUE = b"safeconduct slot empty v1\n", b"safeconduct slot v1\n"
Proof = tuple[bytes, ...]
Node = tuple[int, bytes]
"""Where a subtree stands: at which depth below the root, and the first tag in it."""


def value(slot: bytes) -> bytes:
    """The value of a slot, which is its hash."""
    return sha256(_VALUE + slot).digest()


def _leaf(tag: bytes, of: bytes) -> bytes:
    return _hashed(_LEAF, tag + of)


def _node(left: bytes, right: bytes) -> bytes:
    return _hashed(_NODE, left + right)


def _hashed(begun: object, said: bytes) -> bytes:
    hashed = begun.copy()  # type: ignore[attr-defined]  # hashlib's type has no public name
    hashed.update(said)
    return bytes(hashed.digest())


def _empty() -> tuple[bytes, ...]:
    hashes = [sha256(_EMPTY).digest()]
    for _ in range(DEPTH):
        hashes.append(_node(hashes[-1], hashes[-1]))
    return tuple(reversed(hashes))


EMPTY = _empty()
"""The hash of a subtree without slots, by the depth at which it stands: 0 is the whole map, 256 a leaf."""


# The tree


def includes(root: bytes, tag: bytes, of: bytes | None, proof: Sequence[bytes]) -> bool:
    """Whether the map with that root has the value under the tag; None asks whether it has none."""
    if len(proof) != DEPTH or any(len(one) != HASH for one in (root, tag, *proof)):
        return False
    *_, top = _climbed(tag, EMPTY[DEPTH] if of is None else _leaf(tag, of), proof)
    return top == root


def _climbed(tag: bytes, hashed: bytes, beside: Sequence[bytes]) -> Iterator[bytes]:
    """The hashes on the way up from a leaf, as far as the hashes beside it go."""
    way = int.from_bytes(tag, "big")
    for one in beside:
        hashed = _node(one, hashed) if way & 1 else _node(hashed, one)
        way >>= 1
        yield hashed


class Kept(Protocol):
    """What is kept of a map: the slots, and the hashes of the subtrees in which there is more than one."""

    def node(self, depth: int, first: bytes) -> bytes | None:
        """The hash of the subtree there; None where fewer than two slots are in it."""

    def alone(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        """The tag and value of the slot from one tag to another; it is asked only where there is at most one."""


def root(kept: Kept) -> bytes:
    """The root of a map."""
    return _subtree(0, bytes(HASH), kept)


def proof(tag: bytes, kept: Kept) -> Proof:
    """The 256 hashes beside the way from a tag's leaf to the root, whether or not there is a slot under it."""
    depth, found = 0, list[bytes]()
    while kept.node(depth, _first(depth, tag)) is not None:
        depth += 1
        found.append(_subtree(depth, _beside(depth, tag), kept))
    rest = list(EMPTY[depth + 1 :])
    other = kept.alone(*_span(depth, _first(depth, tag)))
    if other and other[0] != tag:
        parts = _parts_at(tag, other[0])
        rest[parts - depth - 1] = _lone(parts, other)
    return tuple(reversed([*found, *rest]))


@dataclass(frozen=True, slots=True)
class Placed:
    """A map after a slot was placed: its root, what is to be kept besides the slot, and the slot's proof."""

    root: bytes
    nodes: Mapping[Node, bytes]
    proof: Proof


def placed(tag: bytes, of: bytes, kept: Kept) -> Placed:
    """The map after the value was placed under the tag, in the place of one that may be there."""
    beside = proof(tag, kept)
    nodes, shared = dict[Node, bytes](), False
    way = list(_climbed(tag, _leaf(tag, of), beside))
    for depth, one, hashed in zip(range(DEPTH - 1, -1, -1), beside, way, strict=True):
        shared = shared or one != EMPTY[depth + 1]
        if shared:
            nodes[depth, _first(depth, tag)] = hashed
    return Placed(way[-1], nodes, beside)


def _subtree(depth: int, first: bytes, kept: Kept) -> bytes:
    found = kept.node(depth, first)
    if found is not None:
        return found
    slot = kept.alone(*_span(depth, first))
    return _lone(depth, slot) if slot else EMPTY[depth]


def _lone(depth: int, slot: tuple[bytes, bytes]) -> bytes:
    """The hash of a subtree in which one slot is."""
    leaf = _leaf(*slot)
    return [leaf, *_climbed(slot[0], leaf, EMPTY[:depth:-1])][-1]


def _first(depth: int, tag: bytes) -> bytes:
    """The first tag of the subtree at a depth in which the tag is."""
    below = DEPTH - depth
    return (int.from_bytes(tag, "big") >> below << below).to_bytes(HASH, "big")


def _beside(depth: int, tag: bytes) -> bytes:
    """The first tag of the subtree beside that one."""
    below = DEPTH - depth
    return ((int.from_bytes(tag, "big") >> below ^ 1) << below).to_bytes(HASH, "big")


def _span(depth: int, first: bytes) -> tuple[bytes, bytes]:
    last = int.from_bytes(first, "big") | (1 << DEPTH - depth) - 1
    return first, last.to_bytes(HASH, "big")


def _parts_at(one: bytes, other: bytes) -> int:
    """The depth at which two tags are in two subtrees."""
    return DEPTH + 1 - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()


# What is in a slot


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that its person may be told of, and what opens some of it."""

    index: int
    openings: Mapping[str, Opening]


def told_in(document: object) -> tuple[Told, ...]:
    """What may be told, in a parsed JSON list: `[{"index": 73894, "openings": {"request": {"salt": "…", "value": "…"}}}, …]`.

    Raises:
        Malformed: it is none.
    """
    if not isinstance(document, list):
        raise Malformed("what may be told is no list")
    return tuple(map(_told, document))


def _told(said: object) -> Told:
    match said:
        case {"index": int(index), "openings": openings, **rest} if not rest and 0 <= index < 2**53:
            if not isinstance(index, bool):
                return Told(index, disclosures.openings_in(openings))
    raise Malformed("what may be told is not the `index` of an entry and its `openings`")


def content(told: Sequence[Told]) -> bytes | None:
    """What is sealed in a slot; None where it is longer than a slot holds."""
    listed = [{"index": one.index, "openings": disclosures.openings_written(one.openings)} for one in told]
    said = canonical.written({"told": listed})
    return said.ljust(CONTENT) if len(said) <= CONTENT else None


def sealed(told: bytes, tag: bytes, key: bytes, nonce: bytes) -> bytes:
    """A slot of that content, for the key that is its person's and with a nonce that was never used before."""
    return nonce + AESGCM(key).encrypt(nonce, told, tag)


# What a person is answered


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person is given: the slot, where it stands, the key that opens it, and the proof."""

    tag: bytes
    slot: bytes
    key: bytes
    proof: Proof


def opened(answer: Answer, under: bytes) -> tuple[Told, ...] | Refused:
    """What an answer tells, of the map whose root the log holds."""
    if not includes(under, answer.tag, value(answer.slot), answer.proof):
        return Refused("the proof does not lead from the slot to the root that the log holds")
    try:
        said = AESGCM(answer.key).decrypt(answer.slot[:NONCE], answer.slot[NONCE:], answer.tag)
        document = documents.read(said.decode())
        return told_in(document["told"] if isinstance(document, dict) else None)
    except (InvalidTag, ValueError):
        return Refused("the key does not open the slot")
    except (documents.NoDocument, KeyError, Malformed):
        return Refused("the slot holds nothing of the form that a slot has")


# What the log holds


def used(act: str, register: str, person: str, told: object = None) -> bytes | NoForm:
    """What the entry of a use is opened to, in its group `request`: the call itself, which the log has only a commitment to."""
    said = {"act": act, "person": person, "register": register}
    form = canonical.canonical(said if told is None else {**said, "content": told})
    return form if isinstance(form, NoForm) else f"{USE}\n".encode() + form


def logged(root: bytes, by: tuple[Person, ...], on: str) -> Control:
    """The control by which a root is entered in the log."""
    said = root.hex()
    return Control(SUBJECT, NAME, "set", said, controls.digest_of(said), by, on)


def root_in(shown: Shown, on: str) -> bytes | Refused:
    """The root that stands in an entry of the log, whose statement is opened, and that was entered and witnessed on that day.

    An older root proves an older slot, which may have said less.
    """
    if shown.entry.day != on or shown.under.day != on:
        return Refused("the root is not of today: ask for an answer of today")
    statement = shown.values.get(STATEMENT)
    if shown.entry.kind is not Kind.CONTROL or statement is None:
        return Refused("the entry is no control whose statement is opened")
    try:
        control = controls.read(documents.read(statement.decode()))
        said = bytes.fromhex(control.content)
    except (documents.NoDocument, Malformed, ValueError):
        return Refused("the entry's statement is no root of slots")
    if (control.subject, control.name, control.act, len(said)) != (SUBJECT, NAME, "set", HASH):
        return Refused("the entry's statement is of something else than the root of slots")
    return said
