"""What a signature covers: each kind verifies what it was made over, and nothing that differs in what the kind binds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from outside import Case, example, kind_of, named, notes_of
from safeconduct.core.log import checkpoints, cosignatures, notes
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.cosignatures import Verified
from safeconduct.core.log.lines import Malformed, unbased
from safeconduct.core.log.notes import Kind, Note, Signature, VerifierKey
from signers import NOON, Signer, signed

TREE = Checkpoint("example.com/log", 7, bytes(range(32)))
SIGNERS = {kind: Signer("example.com/log", kind) for kind in Kind}
TIMED = [Kind.COSIGNATURE, Kind.ML_DSA_44]
CHANGED = {
    "origin": replace(TREE, origin="example.com/other"),
    "size": replace(TREE, size=8),
    "root": replace(TREE, root=bytes(32)),
}


def renamed(key: VerifierKey, one: Signature) -> tuple[VerifierKey, Signature]:
    """The same key and the same signature under another name."""
    other = replace(key, name="another")
    return other, Signature(other.name, other.id, one.value)


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_verifies_what_it_signed(kind: Kind) -> None:
    signer = SIGNERS[kind]
    note = signed(TREE, signer.signature(TREE))
    time = None if kind is Kind.ED25519 else NOON
    assert cosignatures.verified(note, TREE, signer.key) == Verified(signer.key, time)


def test_the_messages_are_those_of_the_standard() -> None:
    tree = Checkpoint("example.com/behind-the-sofa", 20852163, bytes(range(32)))
    key = Signer("witness.example", Kind.ML_DSA_44).key
    assert cosignatures.message(tree, replace(key, kind=Kind.ED25519), 0) == tree.text.encode()
    assert cosignatures.message(tree, replace(key, kind=Kind.COSIGNATURE), 1679315147) == (
        b"cosignature/v1\ntime 1679315147\n"
        b"example.com/behind-the-sofa\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert cosignatures.message(tree, key, 1679315147) == (
        b"subtree/v1\n\x00"
        b"\x0fwitness.example"
        b"\x00\x00\x00\x00\x64\x18\x50\xcb"
        b"\x1bexample.com/behind-the-sofa"
        b"\x00\x00\x00\x00\x00\x00\x00\x00"
        b"\x00\x00\x00\x00\x01\x3e\x2d\xc3" + bytes(range(32))
    )


@pytest.mark.parametrize(("kind", "length"), [(Kind.ED25519, 64), (Kind.COSIGNATURE, 72), (Kind.ML_DSA_44, 2428)])
def test_a_signature_is_as_long_as_its_kind(kind: Kind, length: int) -> None:
    assert len(SIGNERS[kind].signature(TREE).value) == length


def refused(note: Note, tree: Checkpoint, key: VerifierKey) -> bool:
    with pytest.raises(Malformed, match=r"a known key|no time that there is"):
        cosignatures.verified(note, tree, key)
    return True


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("what", CHANGED)
def test_origin_size_and_root_are_bound(kind: Kind, what: str) -> None:
    signer = SIGNERS[kind]
    assert refused(signed(CHANGED[what], signer.signature(TREE)), CHANGED[what], signer.key)


@pytest.mark.parametrize("kind", TIMED)
@pytest.mark.parametrize("time", [0, NOON - 1, NOON + 1, 2**63 - 1])
def test_the_time_is_bound(kind: Kind, time: int) -> None:
    signer = SIGNERS[kind]
    one = signer.signature(TREE)
    assert refused(signed(TREE, replace(one, value=time.to_bytes(8, "big") + one.value[8:])), TREE, signer.key)


def test_the_cosigner_s_name_is_bound_by_ml_dsa_alone() -> None:
    """By Ed25519 it is not, whence one key is of one cosigner; a policy that gives a key twice is refused."""
    for kind, signer in SIGNERS.items():
        key, one = renamed(signer.key, signer.signature(TREE))
        if kind is Kind.ML_DSA_44:
            assert refused(signed(TREE, one), TREE, key)
        else:
            assert cosignatures.verified(signed(TREE, one), TREE, key)


@pytest.mark.parametrize("kind", Kind)
def test_a_signature_of_one_kind_is_none_of_another(kind: Kind) -> None:
    for other, signer in SIGNERS.items():
        one = replace(signer.signature(TREE), id=SIGNERS[kind].key.id)
        if other is not kind:
            assert refused(signed(TREE, one), TREE, SIGNERS[kind].key)


@pytest.mark.parametrize("kind", Kind)
def test_a_signature_with_a_byte_more_or_less_or_changed_is_refused(kind: Kind) -> None:
    signer = SIGNERS[kind]
    one = signer.signature(TREE)
    for value in (one.value[:-1], one.value + b"\x00", one.value[1:], one.value[:1], one.value[:8], one.value[:9]):
        assert refused(signed(TREE, replace(one, value=value)), TREE, signer.key)
    for nth in {0, 7, 8, 40, len(one.value) - 1} & set(range(len(one.value))):
        value = bytes([*one.value[:nth], one.value[nth] ^ 1, *one.value[nth + 1 :]])
        assert refused(signed(TREE, replace(one, value=value)), TREE, signer.key)


@pytest.mark.parametrize("kind", TIMED)
def test_a_time_beyond_63_bits_is_refused_however_well_it_is_signed(kind: Kind) -> None:
    signer = SIGNERS[kind]
    for time in (2**63, 2**64 - 1):
        assert refused(signed(TREE, signer.signature(TREE, time)), TREE, signer.key)
    latest = signed(TREE, signer.signature(TREE, 2**63 - 1))
    assert cosignatures.verified(latest, TREE, signer.key) == Verified(signer.key, 2**63 - 1)


def test_of_several_signatures_by_one_key_the_latest_counts() -> None:
    signer = SIGNERS[Kind.COSIGNATURE]
    note = signed(TREE, *(signer.signature(TREE, time) for time in (NOON, NOON + 9, NOON - 9, NOON + 9)))
    assert cosignatures.verified(note, TREE, signer.key) == Verified(signer.key, NOON + 9)


def test_a_line_that_stands_twice_is_one_signature() -> None:
    for kind, signer in SIGNERS.items():
        one = signer.signature(TREE)
        time = None if kind is Kind.ED25519 else NOON
        assert cosignatures.verified(signed(TREE, one, one), TREE, signer.key) == Verified(signer.key, time)


def test_of_several_signatures_by_one_key_none_may_be_bad() -> None:
    signer = SIGNERS[Kind.COSIGNATURE]
    one = signer.signature(TREE)
    bad = replace(one, value=one.value[:-1] + bytes([one.value[-1] ^ 1]))
    assert refused(signed(TREE, one, bad), TREE, signer.key)
    assert refused(signed(TREE, bad, one), TREE, signer.key)


def test_where_a_key_has_signed_nothing_there_is_nothing_and_nothing_is_refused() -> None:
    stranger = Signer("example.com/log", Kind.ED25519, "another").signature(TREE)
    note = signed(TREE, stranger, Signature("example.com/log", bytes(4), b"?"))
    assert cosignatures.verified(note, TREE, SIGNERS[Kind.ED25519].key) is None


def test_a_public_key_that_is_no_point_verifies_nothing_and_raises_nothing() -> None:
    one = SIGNERS[Kind.ED25519].signature(TREE)
    for public in (bytes(32), b"\xff" * 32, b"\x02" + bytes(31)):
        key = VerifierKey("example.com/log", Kind.ED25519, public)
        assert refused(signed(TREE, Signature(key.name, key.id, one.value)), TREE, key)


def test_an_ed25519_signature_is_not_written_in_a_second_way() -> None:
    """RFC 8032, 5.1.7: the scalar is below the order of the group; with the order added it would satisfy the equation too."""
    order = 2**252 + 27742317777372353535851937790883648493
    signer = SIGNERS[Kind.ED25519]
    one = signer.signature(TREE)
    scalar = int.from_bytes(one.value[32:], "little") + order
    assert refused(signed(TREE, replace(one, value=one.value[:32] + scalar.to_bytes(32, "little"))), TREE, signer.key)


def test_names_are_said_by_ml_dsa_up_to_255_bytes() -> None:
    key = SIGNERS[Kind.ML_DSA_44].key
    assert cosignatures.message(replace(TREE, origin="o" * 255), replace(key, name="n" * 255), NOON)
    for tree, one in ((replace(TREE, origin="ö" * 128), key), (TREE, replace(key, name="n" * 256))):
        with pytest.raises(Malformed, match="longer than a cosignature can say"):
            cosignatures.message(tree, one, NOON)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(Kind), st.binary(min_size=1, max_size=100) | st.binary(min_size=2428, max_size=2428))
def test_any_other_bytes_are_refused_and_raise_nothing_else(kind: Kind, value: bytes) -> None:
    key = SIGNERS[kind].key
    assert refused(signed(TREE, Signature(key.name, key.id, value)), TREE, key)


# Vectors of others


def test_the_standard_s_example_is_signed_over_what_it_says() -> None:
    case = example("tlog-cosignature")
    note = notes.read(case["note"].encode())
    tree = checkpoints.read(note.text)
    one = note.signatures[1]
    key = VerifierKey(one.name, Kind.COSIGNATURE, bytes(32))
    assert int.from_bytes(one.value[:8], "big") == case["timestamp"]
    assert len(one.value) == 72
    assert cosignatures.message(tree, key, case["timestamp"]).decode() == case["cosigned_message"]


@pytest.mark.parametrize("case", notes_of("signed-note"), ids=named)
def test_checkpoints_that_others_signed_verify_and_are_written_as_they_were(case: Case) -> None:
    """Those by ECDSA (0x02) and of RFC 6962 (0x05) are read, and verify for nobody."""
    said = case["note"].encode()
    note = notes.read(said)
    assert notes.written(note) == said
    tree = checkpoints.read(note.text)
    keys = [notes.verifier_key(key) for key in case["vkeys"] if kind_of(key) in set(Kind)]
    held = [one for key in keys if (one := cosignatures.verified(note, tree, key))]
    assert bool(held) is (bool(keys) and not case["wantErr"])
    for key in keys:
        if note.by(key):
            with pytest.raises(Malformed):
                cosignatures.verified(note, replace(tree, size=tree.size + 1), key)


@pytest.mark.parametrize("case", notes_of("subtree-cosignature"), ids=named)
def test_ml_dsa_of_another_maker_holds_over_the_same_message_of_a_part_of_a_tree(case: Case) -> None:
    """Nothing here signs a part; but for its first leaf the message is the one of a whole tree."""
    key = notes.verifier_key(case["vkey"])
    one = notes.signatures(case["signature_line"].rstrip("\n") + "\n")[0]
    assert (one.name, one.id) == (key.name, key.id)
    tree = Checkpoint(case["origin"], case["end"], unbased(case["root"], "the root"))
    whole = cosignatures.message(tree, key, int.from_bytes(one.value[:8], "big"))
    part = whole[:-48] + case["start"].to_bytes(8, "big") + whole[-40:]
    MLDSA44PublicKey.from_public_bytes(key.public).verify(one.value[8:], part)
    assert refused(signed(tree, one), tree, key)
