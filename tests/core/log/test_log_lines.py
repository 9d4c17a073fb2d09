"""Lines, figures and base64: each value has one way of being written, and every other one is refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.core.log.lines import Malformed, based, decimal, decoded, hash_of, lines, unbased

GREATEST = 2**63 - 1


@settings(deadline=None)
@given(st.integers(0, GREATEST))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    assert decimal(str(number), "it") == number


@pytest.mark.parametrize(
    "said",
    [
        "", " ", "007", "00", "+1", "-0", "-1", " 1", "1 ", "1\n", "1_000", "1.0", "1e3", "0x1", "１", "٣", "²", "1\x00",
        str(GREATEST + 1), "9" * 19, "1" + "0" * 19, "9" * 5000,
    ],
)  # fmt: skip
def test_a_number_in_any_other_figures_is_refused(said: str) -> None:
    with pytest.raises(Malformed, match=r"^it is no number in plain figures$"):
        decimal(said, "it")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=25) | st.from_regex(r"[0-9]{1,21}", fullmatch=True))
def test_whatever_is_read_as_a_number_is_how_that_number_is_written(said: str) -> None:
    try:
        number = decimal(said, "it")
    except Malformed:
        return
    assert str(number) == said


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_bytes_are_read_as_they_are_written(value: bytes) -> None:
    assert unbased(based(value), "it") == value


@pytest.mark.parametrize(
    "said", ["QQ=", "QQ", "Q", "QQ===", "QQ==\n", "\nQQ==", "Q\nQ==", "QQ== ", "Q Q==", "-_8=", "QQ==QQ=="]
)
def test_what_is_no_base64_is_refused(said: str) -> None:
    with pytest.raises(Malformed, match=r"^it is no"):
        unbased(said, "it")


@pytest.mark.parametrize("said", ["QR==", "Qf==", "QUF=", "/x=="])
def test_base64_with_stray_bits_is_refused(said: str) -> None:
    assert base64.b64decode(said)
    with pytest.raises(Malformed, match=r"^it is not the one base64 of its bytes$"):
        unbased(said, "it")


@settings(deadline=None)
@given(st.text(max_size=30) | st.text("QqAa+/=\n ", max_size=9))
def test_whatever_is_read_as_base64_is_how_its_bytes_are_written(said: str) -> None:
    try:
        value = unbased(said, "it")
    except Malformed:
        return
    assert based(value) == said


def test_a_hash_is_of_32_bytes() -> None:
    assert hash_of(based(bytes(32)), "it") == bytes(32)
    for length in (0, 31, 33, 64):
        with pytest.raises(Malformed, match=r"^it is no hash of 32 bytes$"):
            hash_of(based(bytes(length)), "it")


def test_every_line_ends_in_a_line_feed_and_in_nothing_else() -> None:
    assert lines("a\n\nb\n", "it") == ["a", "", "b"]
    assert lines("a\u2028b\x85c\r\n", "it") == ["a\u2028b\x85c\r"]
    for said in ("", "a", "a\nb", "a\r"):
        with pytest.raises(Malformed, match=r"^it does not end in a line feed$"):
            lines(said, "it")


@pytest.mark.parametrize("number", [*range(10), *range(11, 32)])
def test_a_control_character_other_than_the_line_feed_is_refused(number: int) -> None:
    with pytest.raises(Malformed, match=r"^it has a control character$"):
        decoded(b"a" + bytes([number]) + b"\n", "it")


@pytest.mark.parametrize(
    "said", [b"\xff", b"\xc0\x8a", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\xe2\x80", "ä".encode("latin-1")]
)
def test_what_is_no_utf_8_is_refused(said: bytes) -> None:
    with pytest.raises(Malformed, match=r"^it is not UTF-8$"):
        decoded(said, "it")


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_whatever_is_decoded_is_how_its_text_is_encoded(said: bytes) -> None:
    try:
        text = decoded(said, "it")
    except Malformed:
        return
    assert text.encode() == said
