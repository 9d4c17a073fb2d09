"""The map of slots: a tree that is compared with an obvious one, proofs of one length, and what an answer opens."""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.broker.slot_reply import SLOT_SIZE
from safeconduct.core.canonical import NoForm
from safeconduct.core.log import slots
from safeconduct.core.log.commitments import Opening
from safeconduct.core.log.controls import Person
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.slots import Answer, Told

KEY, NONCE = b"k" * 32, b"n" * 12
TAG = sha256(b"somebody").digest()


class InMemory:
    """A map, kept in memory."""

    def __init__(self) -> None:
        self.nodes: dict[slots.Node, bytes] = {}
        self.slots: dict[bytes, bytes] = {}
        self._tags: list[bytes] = []

    def node(self, depth: int, first: bytes) -> bytes | None:
        """The hash of a subtree in which several are."""
        return self.nodes.get((depth, first))

    def alone(self, first: bytes, last: bytes) -> tuple[bytes, bytes] | None:
        """The one slot there."""
        at = bisect_left(self._tags, first)
        found = [tag for tag in self._tags[at : at + 2] if tag <= last]
        assert len(found) <= 1, "it is asked where there may be several"
        return (found[0], self.slots[found[0]]) if found else None

    def place(self, tag: bytes, value: bytes) -> slots.Placed:
        """Place a slot and keep what is to be kept."""
        placed = slots.placed(tag, value, self)
        self.nodes.update(placed.nodes)
        if tag not in self.slots:
            insort(self._tags, tag)
        self.slots[tag] = value
        return placed


# An obvious tree, which shares no code with the other


def h(name: str, *parts: bytes) -> bytes:
    return sha256(f"safeconduct slot {name} v1\n".encode() + b"".join(parts)).digest()


@cache
def nothing(depth: int) -> bytes:
    return h("empty") if depth == 256 else h("node", nothing(depth + 1), nothing(depth + 1))


def obvious(held: dict[str, bytes], depth: int = 0) -> bytes:
    """The root over slots by their tags in binary figures."""
    if not held:
        return nothing(depth)
    if depth == 256:
        [(tag, value)] = held.items()
        return h("leaf", int(tag, 2).to_bytes(32, "big"), value)
    sides = [{tag: value for tag, value in held.items() if tag[depth] == bit} for bit in "01"]
    return h("node", obvious(sides[0], depth + 1), obvious(sides[1], depth + 1))


def figures(tag: bytes) -> str:
    return f"{int.from_bytes(tag, 'big'):0256b}"


near = st.builds(lambda bits: (int.from_bytes(TAG, "big") ^ sum(1 << bit for bit in bits)).to_bytes(32, "big"),
                 st.sets(st.integers(0, 255), max_size=3))  # fmt: skip
tags = st.one_of(near, st.binary(min_size=32, max_size=32), st.sampled_from([bytes(32), b"\xff" * 32]))
values = st.binary(min_size=32, max_size=32)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(tags, values), max_size=10), tags)
def test_the_map_is_the_obvious_one_and_proves_what_is_there_and_what_is_not(
    placed: list[tuple[bytes, bytes]], asked: bytes
) -> None:
    made = InMemory()
    for tag, value in placed:
        root = made.place(tag, value).root
        assert root == slots.root(made)
    root = obvious({figures(tag): value for tag, value in made.slots.items()})
    assert slots.root(made) == root
    for tag in {*made.slots, asked}:
        proof = slots.proof(tag, made)
        assert len(proof) == 256
        assert slots.includes(root, tag, made.slots.get(tag), proof)
        assert slots.includes(root, tag, None, proof) is (tag not in made.slots)
        assert not slots.includes(root, tag, b"x" * 32, proof)


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(tags, values, min_size=2, max_size=8), st.randoms())
def test_the_order_in_which_slots_were_placed_does_not_show(held: dict[bytes, bytes], chance: object) -> None:
    first, second = InMemory(), InMemory()
    shuffled = list(held.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own
    for tag, value in held.items():
        first.place(tag, value)
    for tag, value in shuffled:
        second.place(tag, b"another that was there".ljust(32))
        second.place(tag, value)
    assert slots.root(first) == slots.root(second)
    assert first.nodes == second.nodes


def test_a_slot_that_was_replaced_is_proved_no_more() -> None:
    made = InMemory()
    made.place(bytes(32), b"o" * 32)
    before = made.place(TAG, b"1" * 32)
    after = made.place(TAG, b"2" * 32)
    assert before.proof == after.proof
    assert before.root != after.root
    assert not slots.includes(after.root, TAG, b"1" * 32, after.proof)


def test_every_hash_of_a_proof_counts() -> None:
    made = InMemory()
    for nth in range(20):
        made.place(sha256(bytes([nth])).digest(), bytes([nth]) * 32)
    placed = made.place(TAG, b"v" * 32)
    assert slots.includes(placed.root, TAG, b"v" * 32, placed.proof)
    for nth, one in enumerate(placed.proof):
        other = bytes([one[0] ^ 1]) + one[1:]
        assert not slots.includes(placed.root, TAG, b"v" * 32, (*placed.proof[:nth], other, *placed.proof[nth + 1 :]))
    for proof in (placed.proof[1:], (*placed.proof, bytes(32)), (*placed.proof[:-1], placed.proof[-1][:-1])):
        assert not slots.includes(placed.root, TAG, b"v" * 32, proof)


def test_little_is_kept_besides_the_slots() -> None:
    made = InMemory()
    for nth in range(1_000):
        made.place(sha256(nth.to_bytes(4, "big")).digest(), bytes(32))
    assert len(made.nodes) < 2_000


def test_a_proof_leads_to_the_root_by_what_docs_slots_md_says() -> None:
    made = InMemory()
    slot = b"slot".ljust(slots.SIZE)
    for nth in range(20):
        made.place(sha256(bytes([nth])).digest(), bytes(32))
    placed = made.place(TAG, slots.value(slot))
    hashed = h("leaf", TAG, sha256(b"safeconduct slot v1\n" + slot).digest())
    for bit, one in zip(reversed(figures(TAG)), placed.proof, strict=True):
        hashed = h("node", one, hashed) if bit == "1" else h("node", hashed, one)
    assert hashed == placed.root
    page = (Path(__file__).parent.parent.parent / "docs" / "slots.md").read_text(encoding="utf-8")
    assert all(f"{figure:,}" in page for figure in (slots.DEPTH, slots.CONTENT, SLOT_SIZE, slots.DEPTH * 32))


# What a slot holds, and what an answer tells

OPENING = Opening(b"s" * 32, b"value")
TOLD = (Told(73, {"request": OPENING}), Told(2**53 - 1, {}))
JSON = [
    {
        "index": 73,
        "openings": {"request": {"salt": "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M=", "value": "dmFsdWU="}},
    },
    {"index": 2**53 - 1, "openings": {}},
]


def answer(told: tuple[Told, ...] = TOLD) -> tuple[Answer, bytes]:
    """An answer, and the root of its map."""
    content = slots.content(told)
    assert content is not None
    slot = slots.sealed(content, TAG, KEY, NONCE)
    placed = InMemory().place(TAG, slots.value(slot))
    return Answer(TAG, slot, KEY, placed.proof), placed.root


@pytest.mark.parametrize("told", [(), TOLD])
def test_an_answer_opens_to_what_was_placed_and_is_as_long_whatever_that_is(told: tuple[Told, ...]) -> None:
    given, root = answer(told)
    assert slots.opened(given, root) == told
    assert (len(given.slot), len(given.proof)) == (4096, 256)


def test_an_answer_that_does_not_hold_is_refused() -> None:
    given, root = answer()
    other = slots.Answer(given.tag, given.slot, b"other".ljust(32), given.proof)
    assert slots.opened(other, root) == Refused("the key does not open the slot")
    for changed in (
        Answer(given.tag, given.slot[:-1] + b"\x00", given.key, given.proof),
        Answer(bytes(32), given.slot, given.key, given.proof),
        Answer(given.tag, given.slot, given.key, given.proof[:-1]),
    ):
        found = slots.opened(changed, root)
        assert isinstance(found, Refused)
        assert "does not lead" in found.why


def test_what_may_be_told_is_read_as_it_is_written() -> None:
    assert slots.told_in(JSON) == TOLD
    assert slots.content(TOLD) == slots.content(slots.told_in(JSON))


@pytest.mark.parametrize(
    "said",
    [None, {}, "", [1], [{"index": 1}], [{"index": -1, "openings": {}}], [{"index": True, "openings": {}}], [{"index": 1.0, "openings": {}}],
     [{"index": 2**53, "openings": {}}], [{"index": 1, "openings": []}], [{"index": 1, "openings": {"name": {}}}],
     [{"index": 1, "openings": {"request": {"salt": "", "value": ""}}}], [{"index": 1, "openings": {}, "name": "x"}]],
)  # fmt: skip
def test_what_is_of_another_form_may_not_be_told(said: object) -> None:
    with pytest.raises(Malformed):
        slots.told_in(said)


def test_what_is_longer_than_a_slot_is_not_sealed() -> None:
    assert slots.content([Told(1, {"request": Opening(b"s" * 32, bytes(3_100))})]) is None
    assert slots.content([Told(nth, {}) for nth in range(130)]) is not None


# What is entered


def test_a_use_is_told_apart_by_each_of_its_words() -> None:
    calls: list[tuple[str, str, str, object]] = [
        ("prove", "r", "1", None), ("place", "r", "1", None), ("prove", "r", "2", None), ("prove", "q", "1", None),
        ("place", "r", "1", JSON), ("place", "r", "1", []),
    ]  # fmt: skip
    said = [slots.used(*words) for words in calls]
    assert len(set(said)) == len(said)
    assert said[0] == b'safeconduct slot use v1\n{"act":"prove","person":"1","register":"r"}'
    assert isinstance(slots.used("place", "r", "1", [1.5]), NoForm)


def test_a_root_is_entered_as_a_control() -> None:
    control = slots.logged(b"\x01" * 32, (Person("A. Lund", "records"),), "2026-11-30")
    assert (control.subject, control.name, control.act, control.content) == ("slots", "root", "set", "01" * 32)
