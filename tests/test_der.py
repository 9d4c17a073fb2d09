"""DER, and what only looks like it."""

from __future__ import annotations

import pytest

from safeconduct.der import is_der

TRUE, SEVEN, NOTHING = b"\x01\x01\xff", b"\x02\x01\x07", b"\x05\x00"


def sequence(*values: bytes) -> bytes:
    content = b"".join(values)
    return b"\x30" + bytes([len(content)]) + content


@pytest.mark.parametrize(
    "said",
    [
        TRUE,
        SEVEN,
        NOTHING,
        b"\x02\x02\x00\x80",
        b"\x02\x01\x80",
        b"\x04\x81\x80" + bytes(128),
        sequence(),
        sequence(SEVEN, sequence(TRUE)),
    ],
)
def test_a_value_in_its_one_form_is_der(said: bytes) -> None:
    assert is_der(said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"", "nothing"),
        (SEVEN + SEVEN, "two values"),
        (SEVEN + b"\x00", "something after it"),
        (b"\x02\x02\x07", "cut short"),
        (b"\x30\x80\x02\x01\x07\x00\x00", "an indefinite length"),
        (b"\x02\x81\x01\x07", "a length in more bytes than it needs"),
        (b"\x04\x82\x00\x80" + bytes(128), "a length with a zero before it"),
        (b"\x02\x02\x00\x07", "a number with a zero before it"),
        (b"\x02\x02\xff\x80", "a negative number with a byte too many"),
        (b"\x02\x00", "a number without figures"),
        (b"\x01\x01\x01", "a truth that is neither 00 nor ff"),
        (b"\x24\x04\x04\x02ab", "a string in pieces"),
        (b"\x10\x00", "a sequence that is not made of values"),
        (sequence(b"\x02\x81\x01\x07"), "the same within"),
        (b"\x30\x03\x02\x01", "a value that ends outside"),
        (b"\x1f\x02\x01\x07", "a tag in more bytes than it needs"),
    ],
)
def test_anything_else_is_not(said: bytes, why: str) -> None:
    assert not is_der(said), why


def test_what_is_nested_without_end_is_refused() -> None:
    said = b""
    for _ in range(40):
        said = sequence(said)
    assert not is_der(said)
