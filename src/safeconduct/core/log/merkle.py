"""The Merkle tree of RFC 6962 over SHA-256: hashes, roots, proofs of inclusion and of consistency.

A tree is known by its size and its root. What a proof is made of are the hashes of perfect subtrees: `at(level, n)` is the
hash over the leaves from `n * 2**level` up to `(n + 1) * 2**level`, and whoever holds the tree (a list, tiles, a file) says
what it is. A verifier asks nobody: it has the proof, and nothing in it is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH = 32
"""Bytes of a hash."""
EMPTY = sha256(b"").digest()
"""The root of the tree without leaves."""
At = Callable[[int, int], bytes]

_LEAF, _NODE = sha256(b"\x00"), sha256(b"\x01")


def leaf(entry: bytes) -> bytes:
    """The hash of an entry (RFC 6962, 2.1): no entry has the hash of a node."""
    hashed = _LEAF.copy()
    hashed.update(entry)
    return hashed.digest()


def leaves(entries: Iterable[bytes]) -> list[bytes]:
    """The hashes of entries."""
    found = []
    for entry in entries:  # `leaf`, without a call for each
        hashed = _LEAF.copy()
        hashed.update(entry)
        found.append(hashed.digest())
    return found


def node(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two hashes."""
    hashed = _NODE.copy()
    hashed.update(left + right)
    return hashed.digest()


def level_above(hashes: Sequence[bytes]) -> list[bytes]:
    """The nodes above an even number of hashes."""
    nodes, pairs = [], iter(hashes)
    for left, right in zip(pairs, pairs, strict=True):  # `node`, without a call for each
        hashed = _NODE.copy()
        hashed.update(left + right)
        nodes.append(hashed.digest())
    return nodes


@dataclass(frozen=True, slots=True)
class Edge:
    """A tree's right edge: the roots of the perfect subtrees it consists of, the largest first. All that growing needs."""

    size: int
    peaks: tuple[bytes, ...]

    def grown(self, leaves: Iterable[bytes]) -> Edge:
        """The edge after these leaves' hashes have been appended."""
        size, peaks = self.size, list(self.peaks)
        for one in leaves:
            peaks.append(one)
            size += 1
            for _ in range((size & -size).bit_length() - 1):
                right = peaks.pop()
                peaks.append(node(peaks.pop(), right))
        return Edge(size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.peaks:
            return EMPTY
        *others, above = self.peaks
        for peak in reversed(others):
            above = node(peak, above)
        return above


NOTHING = Edge(0, ())


def edge(size: int, at: At) -> Edge:
    """The right edge of the tree of that size."""
    peaks, begin = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(at(level, begin >> level))
            begin += 1 << level
    return Edge(size, tuple(peaks))


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves."""
    if len(leaves) & (len(leaves) - 1) or not leaves:
        return NOTHING.grown(leaves).root
    row = leaves
    while len(row) > 1:  # a perfect tree, as nearly all are: twice as fast
        row = level_above(row)
    return row[0]


# Proofs, made


def inclusion(index: int, size: int, at: At) -> list[bytes]:
    """The audit path of the leaf `index` in the tree of that size, the leaf's sibling first (RFC 6962, 2.1.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError("there is no such leaf in a tree of that size")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_over(middle, end, at))
            end = middle
        else:
            path.append(_over(begin, middle, at))
            begin = middle
    return path[::-1]


def consistency(old: int, size: int, at: At) -> list[bytes]:
    """The proof that the tree of that size begins with the tree of size `old` (RFC 6962, 2.1.2).

    Raises:
        ValueError: the old tree is the greater one.
    """
    if not 0 <= old <= size:
        raise ValueError("the old tree is no beginning of the new one")
    if old in {0, size}:
        return []
    begin, end, path = 0, size, []
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_over(middle, end, at))
            end = middle
        else:
            path.append(_over(begin, middle, at))
            begin = middle
    if begin:
        path.append(_over(begin, end, at))
    return path[::-1]


def _split(size: int) -> int:
    """The largest power of two that is smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(begin: int, end: int, at: At) -> bytes:
    """The hash over the leaves from `begin` to `end`, where `begin` is a place at which a subtree of that size may begin."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return at(level, begin >> level)
    middle = begin + _split(size)
    return node(_over(begin, middle, at), _over(middle, end, at))


def held(leaves: Sequence[bytes]) -> At:
    """`at` over the hashes of leaves that are at hand."""

    def at(level: int, nth: int) -> bytes:
        return root(leaves[nth << level : (nth + 1) << level])

    return at


# Proofs, verified


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows the leaf's hash at that index under that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(root, leaf, *path):
        return False
    nth, last, above = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if nth & 1 or nth == last:
            above = node(other, above)
            while nth and not nth & 1:
                nth, last = nth >> 1, last >> 1
        else:
            above = node(above, other)
        nth, last = nth >> 1, last >> 1
    return last == 0 and above == root


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the tree of `size` begins with the tree of size `old` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size or not _are_hashes(old_root, root, *path):
        return False
    if old == 0 and old_root != EMPTY:
        return False
    if old in {0, size}:
        return not path and (old < size or old_root == root)
    if not path:
        return False
    first, *rest = path if old & (old - 1) else (old_root, *path)
    return _climbed(old, size, first, rest) == (old_root, root)


def _climbed(old: int, size: int, first: bytes, rest: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots to which the path leads up both trees at once, from the subtree that they share."""
    nth, last = old - 1, size - 1
    while nth & 1:
        nth, last = nth >> 1, last >> 1
    old_above = above = first
    for other in rest:
        if last == 0:
            return None
        if nth & 1 or nth == last:
            old_above, above = node(other, old_above), node(other, above)
            while nth and not nth & 1:
                nth, last = nth >> 1, last >> 1
        else:
            above = node(above, other)
        nth, last = nth >> 1, last >> 1
    return (old_above, above) if last == 0 else None


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH for value in values)
