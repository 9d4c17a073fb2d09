"""Whether bytes are one value in DER (X.690, 10 and 11): written the one way there is, with nothing after it.

What reads ASN.1 here is lenient (indefinite lengths, lengths in more bytes than they need, strings in pieces), and what was signed
or sealed must not be able to stand in two ways of which two readers see two things. The order within a SET is not looked at, nor
what is inside of a string of octets.
"""

from __future__ import annotations

from collections.abc import Iterator

from asn1crypto import parser

_UNIVERSAL, _PRIMITIVE, _CONSTRUCTED = 0, 0, 1
_BOOLEAN, _INTEGER, _SEQUENCE, _SET = 1, 2, 16, 17
_DEEPEST = 32
Value = tuple[int, int, int, bytes, bytes, bytes]
"""Class, method, tag, header, content, trailer."""


def is_der(said: bytes) -> bool:
    """Whether `said` is one value in DER."""
    try:
        return len(list(_values(said))) == 1 and _is_der(said, 0)
    except ValueError:  # it ends too early, or has a header that is none
        return False


def _is_der(said: bytes, depth: int) -> bool:
    return depth <= _DEEPEST and all(_is_one(value, depth) for value in _values(said))


def _values(said: bytes) -> Iterator[Value]:
    while said:
        value: Value = parser.parse(said)
        yield value
        said = said[sum(map(len, value[3:])) :]


def _is_one(value: Value, depth: int) -> bool:
    kind, method, tag, header, content, trailer = value
    if parser.emit(kind, method, tag, content) != header + content + trailer:
        return False
    if kind == _UNIVERSAL and not _is_universal(method, tag, content):
        return False
    return method == _PRIMITIVE or _is_der(content, depth + 1)


def _is_universal(method: int, tag: int, content: bytes) -> bool:
    if (method == _CONSTRUCTED) != (tag in {_SEQUENCE, _SET}):
        return False
    if tag == _BOOLEAN:
        return content in {b"\x00", b"\xff"}
    return tag != _INTEGER or _is_least(content)


def _is_least(content: bytes) -> bool:
    """Whether a number has no byte that it does not need."""
    return len(content) == 1 or (
        len(content) > 1 and int.from_bytes(content[:2], "big", signed=True) >> 7 not in {0, -1}
    )
