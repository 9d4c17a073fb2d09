"""The signatures that verify.py verifies by itself: as others' vectors and the library have them, and no others."""

from __future__ import annotations

import random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from verifiers import flipped

from safeconduct.kit import verify

CHANCE = random.Random(20261128)  # noqa: S311  # which bits are tried is no secret
# RFC 8032, 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
P, ORDER = verify.FIELD, verify.ORDER
SMALL = [0, 1, P - 1, *(int.from_bytes(bytes.fromhex(one), "little") for one in (
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
))]  # fmt: skip
"""The y of every point of small order."""


def library_holds(public: Ed25519PublicKey | MLDSA44PublicKey, signature: bytes, message: bytes) -> bool:
    """What the library says."""
    try:
        public.verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_hold_and_changed_ones_do_not(public: str, message: str, signature: str) -> None:
    key, said, made = map(bytes.fromhex, (public, message, signature))
    assert verify.ed25519_holds(key, made, said)
    assert not verify.ed25519_holds(key, made, said + b"\x00")
    assert not verify.ed25519_holds(key, made + b"\x00", said)
    assert not verify.ed25519_holds(key, made[:-1], said)


def test_ed25519_is_as_the_library_has_it() -> None:
    for length in (0, 1, 63, 64, 65, 127, 128, 1000):
        private = Ed25519PrivateKey.from_private_bytes(CHANCE.randbytes(32))
        message = CHANCE.randbytes(length)
        assert verify.ed25519_holds(private.public_key().public_bytes_raw(), private.sign(message), message)


def test_every_bit_of_an_ed25519_signature_and_its_message_counts() -> None:
    private = Ed25519PrivateKey.from_private_bytes(CHANCE.randbytes(32))
    message = CHANCE.randbytes(12)
    public, signature = private.public_key(), private.sign(message)
    raw = public.public_bytes_raw()
    for bit in range(512):
        assert not verify.ed25519_holds(raw, flipped(signature, bit), message)
        assert not library_holds(public, flipped(signature, bit), message)
    for bit in range(96):
        assert not verify.ed25519_holds(raw, signature, flipped(message, bit))


def test_a_signature_whose_scalar_is_written_too_large_does_not_hold() -> None:
    private = Ed25519PrivateKey.from_private_bytes(CHANCE.randbytes(32))
    signature, raw = private.sign(b"said"), private.public_key().public_bytes_raw()
    scalar = int.from_bytes(signature[32:], "little")
    for times in range(1, 16):
        larger = signature[:32] + (scalar + times * ORDER).to_bytes(32, "little")
        assert not verify.ed25519_holds(raw, larger, b"said")
        assert not library_holds(private.public_key(), larger, b"said")


def test_a_point_has_one_way_of_being_written() -> None:
    for y in range(19):
        for sign in (0, 1):
            assert verify.point_of((P + y | sign << 255).to_bytes(32, "little")) is None
    for y in (1, P - 1):
        assert verify.point_of(y.to_bytes(32, "little")) is not None
        assert verify.point_of((y | 1 << 255).to_bytes(32, "little")) is None


def test_half_of_all_numbers_are_no_point_and_the_others_are_written_as_they_were() -> None:
    found = [(said, verify.point_of(said)) for said in (CHANCE.randbytes(32) for _ in range(200))]
    points = [(said, point) for said, point in found if point]
    assert 60 < len(points) < 140
    assert all(verify.written(point) == said for said, point in points)


@pytest.mark.parametrize("y", SMALL)
def test_a_key_of_small_order_is_none(y: int) -> None:
    for sign in (0, 1):
        said = (y | sign << 255).to_bytes(32, "little")
        assert verify.ed25519_key(said) is None
        # For the neutral element this signature is good for every message, and the library takes it.
        one = verify.written(verify.BASE) + (1).to_bytes(32, "little")
        assert not verify.ed25519_holds(said, one, b"anything")


def test_ml_dsa_is_as_the_library_has_it() -> None:
    for length in (0, 1, 135, 136, 137, 5000):
        private = MLDSA44PrivateKey.from_seed_bytes(CHANCE.randbytes(32))
        public, message = private.public_key().public_bytes_raw(), CHANCE.randbytes(length)
        assert verify.ml_dsa_holds(public, private.sign(message), message)
        assert not verify.ml_dsa_holds(public, private.sign(message, b"a context"), message)
        assert not verify.ml_dsa_holds(public, private.sign(message), message + b"\x00")


def test_bits_of_an_ml_dsa_signature_and_its_message_count() -> None:
    private = MLDSA44PrivateKey.from_seed_bytes(CHANCE.randbytes(32))
    message = CHANCE.randbytes(4)
    public, signature = private.public_key(), private.sign(message)
    raw = public.public_bytes_raw()
    sample = [*range(0, 2336 * 8, 67), *range(2336 * 8, 2420 * 8)]
    for bit in sample:
        assert not verify.ml_dsa_holds(raw, flipped(signature, bit), message)
        assert not library_holds(public, flipped(signature, bit), message)
    for bit in range(32):
        assert not verify.ml_dsa_holds(raw, signature, flipped(message, bit))
    for bit in range(0, 1312 * 8, 501):
        assert not verify.ml_dsa_holds(flipped(raw, bit), signature, message)
    assert not verify.ml_dsa_holds(raw, signature + b"\x00", message)
    assert not verify.ml_dsa_holds(raw, signature[:-1], message)


def test_a_hint_has_one_way_of_being_written() -> None:
    good = bytes([3, 9, 200, 1, 5]) + bytes(75) + bytes([3, 3, 4, 5])
    assert verify.hints(good) == [{3, 9, 200}, set(), {1}, {5}]
    for spoilt in (
        bytes([9, 3, 200, 1, 5]) + good[5:],  # out of order
        bytes([3, 3, 200, 1, 5]) + good[5:],  # one twice
        good[:79] + b"\x01" + good[80:],  # something after the last
        good[:80] + bytes([3, 2, 4, 5]),  # ends run backwards
        good[:80] + bytes([3, 3, 4, 81]),  # more than there may be
    ):
        assert verify.hints(spoilt) is None
