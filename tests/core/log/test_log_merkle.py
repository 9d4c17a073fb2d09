"""The Merkle tree beside vectors of others, and beside RFC 6962's own definitions written out as they stand there.

The verifiers are to accept the one proof there is and nothing else, and never to raise.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outside import Case, named, unbased, vectors
from safeconduct.core.log import merkle
from safeconduct.core.log.merkle import EMPTY, NOTHING

LEAVES = [merkle.leaf(f"entry {number}".encode()) for number in range(301)]
AT = cache(merkle.held(LEAVES))

INCLUSION, CONSISTENCY = vectors("merkle-inclusion"), vectors("merkle-consistency")
TREE = vectors("rfc6962-reference-tree")


# The reference: RFC 6962, 2.1, as it is defined there. Leaves are D[begin:end] of LEAVES.


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@cache
def mth(begin: int, end: int) -> bytes:
    if begin == end:
        return sha256(b"").digest()
    if end - begin == 1:
        return LEAVES[begin]
    k = split(end - begin)
    return sha256(b"\x01" + mth(begin, begin + k) + mth(begin + k, end)).digest()


def path(m: int, begin: int, end: int) -> list[bytes]:
    n = end - begin
    if n == 1:
        return []
    k = split(n)
    if m < k:
        return [*path(m, begin, begin + k), mth(begin + k, end)]
    return [*path(m - k, begin + k, end), mth(begin, begin + k)]


def subproof(m: int, begin: int, end: int, *, known: bool) -> list[bytes]:
    n = end - begin
    if m == n:
        return [] if known else [mth(begin, end)]
    k = split(n)
    if m <= k:
        return [*subproof(m, begin, begin + k, known=known), mth(begin + k, end)]
    return [*subproof(m - k, begin + k, end, known=False), mth(begin, begin + k)]


# Vectors of others


NOT_HASHES = {"sizes-are-equal-one-and-proof-is-empty"}
"""Roots in these are words, not hashes; they are refused by their length, whatever is thought of the sizes."""


@pytest.mark.parametrize("case", INCLUSION, ids=named)
def test_inclusion_is_judged_as_by_transparency_dev(case: Case) -> None:
    proof = [unbased(one) for one in case["proof"] or []]
    held = merkle.includes(unbased(case["root"]), case["treeSize"], case["leafIdx"], unbased(case["leafHash"]), proof)
    assert held is not case["wantErr"]


@pytest.mark.parametrize("case", CONSISTENCY, ids=named)
def test_consistency_is_judged_as_by_transparency_dev(case: Case) -> None:
    proof = [unbased(one) for one in case["proof"] or []]
    roots = unbased(case["root1"]), unbased(case["root2"])
    held = merkle.is_consistent(case["size1"], roots[0], case["size2"], roots[1], proof)
    if any(case["name"].endswith(name) for name in NOT_HASHES):
        assert not case["wantErr"]
        assert {len(root) for root in roots} != {merkle.HASH}
        assert not held
    else:
        assert held is not case["wantErr"]


def test_the_reference_tree_of_eight_leaves_has_its_hashes_and_its_proofs() -> None:
    leaves = [merkle.leaf(bytes.fromhex(entry)) for entry in TREE["leaves"]]
    at = merkle.held(leaves)
    assert EMPTY.hex() == TREE["empty_root"]
    assert [merkle.root(leaves[:size]).hex() for size in range(1, 9)] == TREE["roots"]
    for level, hashes in enumerate(TREE["node_hashes"]):
        assert [at(level, nth).hex() for nth in range(len(hashes))] == hashes
    for case in TREE["inclusion"]:
        assert [one.hex() for one in merkle.inclusion(case["index"], case["size"], at)] == case["proof"]
    for case in TREE["consistency"]:
        assert [one.hex() for one in merkle.consistency(case["size1"], case["size2"], at)] == case["proof"]


def test_the_empty_tree_has_the_hash_of_nothing_and_a_leaf_is_no_node() -> None:
    assert sha256(b"").digest() == EMPTY == NOTHING.root == merkle.root([])
    assert merkle.leaf(b"L123456") == sha256(b"\x00L123456").digest()
    assert merkle.node(b"N123", b"N456") == sha256(b"\x01N123N456").digest()
    assert merkle.leaf(b"N123N456") != merkle.node(b"N123", b"N456")


def test_the_rfc_s_example_of_seven_leaves_has_the_proofs_that_it_names() -> None:
    """RFC 6962, 2.1.3, by its letters, but m for its l."""
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = merkle.node(a, b), merkle.node(c, d), merkle.node(e, f)
    k, m = merkle.node(g, h), merkle.node(i, j)
    assert merkle.root(LEAVES[:7]) == merkle.node(k, m)
    assert merkle.inclusion(0, 7, AT) == [b, h, m]
    assert merkle.inclusion(3, 7, AT) == [c, g, m]
    assert merkle.inclusion(4, 7, AT) == [f, j, k]
    assert merkle.inclusion(6, 7, AT) == [i, k]
    assert merkle.consistency(3, 7, AT) == [c, d, g, m]
    assert merkle.consistency(4, 7, AT) == [m]
    assert merkle.consistency(6, 7, AT) == [i, j, k]


# Made as the RFC defines them


def test_every_tree_to_300_has_the_root_that_the_rfc_defines_however_it_is_grown() -> None:
    edge = NOTHING
    for size in range(301):
        assert edge.root == mth(0, size) == merkle.root(LEAVES[:size])
        assert edge == merkle.edge(size, AT)
        assert merkle.edge(size // 3, AT).grown(LEAVES[size // 3 : size]) == edge
        edge = edge.grown(LEAVES[size : size + 1])


def test_every_inclusion_to_300_is_proved_as_the_rfc_defines_and_verifies() -> None:
    for size in range(1, 301):
        root = mth(0, size)
        for index in range(size):
            proof = merkle.inclusion(index, size, AT)
            assert proof == path(index, 0, size)
            assert merkle.includes(root, size, index, LEAVES[index], proof)


def test_every_consistency_to_300_is_proved_as_the_rfc_defines_and_verifies() -> None:
    for size in range(301):
        root = mth(0, size)
        assert merkle.consistency(0, size, AT) == []
        assert merkle.is_consistent(0, EMPTY, size, root, [])
        for old in range(1, size + 1):
            proof = merkle.consistency(old, size, AT)
            assert proof == subproof(old, 0, size, known=True)
            assert merkle.is_consistent(old, mth(0, old), size, root, proof)


def test_what_is_not_there_is_not_proved() -> None:
    for index, size in ((0, 0), (1, 1), (-1, 3), (3, 3), (4, 3)):
        with pytest.raises(ValueError, match="no such leaf"):
            merkle.inclusion(index, size, AT)
    for old in (-1, 4):
        with pytest.raises(ValueError, match="no beginning"):
            merkle.consistency(old, 3, AT)
    with pytest.raises(ValueError):
        merkle.level_above(LEAVES[:3])


# Tampered with


def spoiled(proof: Sequence[bytes]) -> list[list[bytes]]:
    """The proof with an element flipped, dropped, doubled or swapped, each in turn; and with one more at either end."""
    whole, found = list(proof), [[LEAVES[300], *proof], [*proof, LEAVES[300]]]
    for nth, one in enumerate(whole):
        before, after = whole[:nth], whole[nth + 1 :]
        flipped = bytes([*one[:-1], one[-1] ^ 1])
        found += [
            [*before, *after],
            [*before, one, one, *after],
            [*before, flipped, *after],
            [*before, one[:-1], *after],
        ]
        if after:
            found.append([*before, after[0], one, *after[1:]])
    return found


def test_no_inclusion_to_70_verifies_once_an_element_of_its_path_is_touched() -> None:
    for size in range(1, 71):
        for index in range(size):
            proof = merkle.inclusion(index, size, AT)
            for wrong in spoiled(proof):
                assert not merkle.includes(mth(0, size), size, index, LEAVES[index], wrong)
            assert not merkle.includes(LEAVES[300], size, index, LEAVES[index], proof)


def test_no_inclusion_to_70_verifies_at_another_index_or_in_a_neighbouring_tree() -> None:
    for size in range(1, 71):
        for index in range(size):
            proof = merkle.inclusion(index, size, AT)
            for other in range(-1, size + 2):
                assert merkle.includes(mth(0, size), size, other, LEAVES[index], proof) is (other == index)
            assert not merkle.includes(mth(0, size), size, index, LEAVES[index + 1], proof)
            for other in {size - 1, size + 1} - {0}:
                assert not merkle.includes(mth(0, other), other, index, LEAVES[index], proof)


def test_no_consistency_to_70_verifies_once_an_element_of_its_path_is_touched() -> None:
    for size in range(1, 71):
        for old in range(1, size + 1):
            proof = merkle.consistency(old, size, AT)
            roots = mth(0, old), mth(0, size)
            for wrong in spoiled(proof):
                assert not merkle.is_consistent(old, roots[0], size, roots[1], wrong)
            assert not merkle.is_consistent(old, LEAVES[300], size, roots[1], proof)
            assert not merkle.is_consistent(old, roots[0], size, LEAVES[300], proof)


def test_no_consistency_to_70_verifies_between_other_trees() -> None:
    for size in range(1, 71):
        for old in range(1, size + 1):
            proof = merkle.consistency(old, size, AT)
            for other in range(size + 2):
                held = merkle.is_consistent(other, mth(0, other), size, mth(0, size), proof)
                assert held is (other == old or (not proof and other in {0, size}))
            for other in (size - 1, size + 1):
                assert not merkle.is_consistent(old, mth(0, old), other, mth(0, other), proof) or (
                    not proof and old == other
                )


def test_a_path_alone_does_not_bind_the_size_which_is_for_the_checkpoint() -> None:
    """Trees of three and four leaves have one shape seen from the first: whoever verifies takes size and root together."""
    assert merkle.includes(mth(0, 3), 4, 0, LEAVES[0], merkle.inclusion(0, 3, AT))
    assert not merkle.includes(mth(0, 4), 4, 0, LEAVES[0], merkle.inclusion(0, 3, AT))


def test_a_tree_of_none_has_one_root() -> None:
    other = LEAVES[0]
    assert merkle.is_consistent(0, EMPTY, 0, EMPTY, [])
    assert not merkle.is_consistent(0, other, 0, other, [])
    assert not merkle.is_consistent(0, other, 5, mth(0, 5), [])
    assert not merkle.is_consistent(0, EMPTY, 5, mth(0, 5), [EMPTY])


def test_a_node_is_not_taken_for_a_leaf() -> None:
    """A node's hash, given as a leaf's, verifies in the tree of half the size; an entry with the node's bytes does not."""
    left, right = LEAVES[0], LEAVES[1]
    assert merkle.leaf(left + right) != merkle.node(left, right)
    assert not merkle.includes(mth(0, 4), 2, 0, merkle.leaf(left + right), [mth(2, 4)])


def test_neighbouring_roots_differ() -> None:
    assert all(one != other for one, other in pairwise(mth(0, size) for size in range(301)))


SIZES = st.integers(-2, 2**70) | st.integers(-2, 9)
HASHES = st.binary(max_size=40) | st.sampled_from([EMPTY, *LEAVES[:4]])
PROOFS = st.lists(HASHES, max_size=70)


@settings(max_examples=300, deadline=None)
@given(SIZES, SIZES, HASHES, HASHES, PROOFS)
def test_the_verifiers_answer_whatever_they_are_given(
    one: int, other: int, first: bytes, second: bytes, proof: list[bytes]
) -> None:
    assert merkle.includes(first, one, other, second, proof) in {True, False}
    assert merkle.is_consistent(one, first, other, second, proof) in {True, False}
