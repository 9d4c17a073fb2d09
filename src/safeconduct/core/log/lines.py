"""What every text of the log is made of: lines, figures and base64, each with exactly one way of being written."""

from __future__ import annotations

import base64
import binascii
import re

from safeconduct.core.log.merkle import HASH

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_GREATEST = 2**63 - 1


class Malformed(Exception):
    """A text is not of its format; who wrote it must act. The words repeat nothing of it."""


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def decimal(said: str, what: str) -> int:
    """A number in figures, without zeroes before it and at most 2**63 - 1.

    Raises:
        Malformed: it is none.
    """
    if not _DECIMAL.fullmatch(said) or int(said) > _GREATEST:
        raise Malformed(f"{what} is no number in plain figures")
    return int(said)


def unbased(said: str, what: str) -> bytes:
    """The bytes of canonical base64 (RFC 4648, 4, with padding and without stray bits).

    Raises:
        Malformed: it is none.
    """
    try:
        found = base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(f"{what} is no base64") from None
    if based(found) != said:
        raise Malformed(f"{what} is not the one base64 of its bytes")
    return found


def based(value: bytes) -> str:
    """The base64 of bytes."""
    return base64.b64encode(value).decode("ascii")


def hash_of(said: str, what: str) -> bytes:
    """A hash of 32 bytes in base64.

    Raises:
        Malformed: it is none.
    """
    found = unbased(said, what)
    if len(found) != HASH:
        raise Malformed(f"{what} is no hash of {HASH} bytes")
    return found


def lines(text: str, what: str) -> list[str]:
    """The lines of a text, each of which ends in a line feed.

    Raises:
        Malformed: the last does not.
    """
    if not text.endswith("\n"):
        raise Malformed(f"{what} does not end in a line feed")
    return text[:-1].split("\n")


def decoded(said: bytes, what: str) -> str:
    """Bytes as UTF-8 without control characters other than the line feed.

    Raises:
        Malformed: they are none.
    """
    try:
        text = said.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(f"{what} is not UTF-8") from None
    if _CONTROL.search(text):
        raise Malformed(f"{what} has a control character")
    return text
