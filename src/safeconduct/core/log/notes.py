"""Signed notes (c2sp.org/signed-note@v1.0.0): a text, an empty line, and lines of signatures.

    example.com/log
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

and the keys that verify them, as `<name>+<8 figures of the key's id>+<base64 of kind and key>`. A note reads whoever signed
it; what a signature covers is said by its kind, in `cosignatures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from safeconduct.core.log.lines import Malformed, based, decoded, lines, unbased

_DASH = "— "
_ID = 4
_MOST_SIGNATURES = 64
LONGEST = 1 << 19
"""Bytes of a note, at most."""


class Kind(IntEnum):
    """What sort of signature a key makes."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_44 = 0x06


_KEY_BYTES = {Kind.ED25519: 32, Kind.COSIGNATURE: 32, Kind.ML_DSA_44: 1312}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name: whose signatures of one kind are verified."""

    name: str
    kind: Kind
    public: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:_ID]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{based(bytes([self.kind]) + self.public)}"


def verifier_key(said: str) -> VerifierKey:
    """The key that `said` is.

    Raises:
        Malformed: it is none, or of a kind that is not verified here.
    """
    name, _, rest = said.partition("+")
    figures, _, body = rest.partition("+")
    _check_name(name)
    material = unbased(body, "a verifier's key")
    kind = next((one for one in Kind if material[:1] == bytes([one])), None)
    if kind is None:
        raise Malformed("a verifier's key is of a kind that is not verified here")
    key = VerifierKey(name, kind, material[1:])
    if len(key.public) != _KEY_BYTES[kind]:
        raise Malformed("a verifier's key has not the length of its kind")
    if kind is not Kind.ML_DSA_44 and not _is_point_that_signs(key.public):
        raise Malformed("a verifier's key is one under which anybody can sign anything, or is not in its one form")
    if figures != key.id.hex():
        raise Malformed("a verifier's key has another id than it says")
    return key


_PRIME, _SIGN = 2**255 - 19, 1 << 255
_OF_EIGHT = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER = {0, 1, _PRIME - 1, _OF_EIGHT, _PRIME - _OF_EIGHT}
"""The y of the points of order 1, 2, 4 and 8 (RFC 8032, 5.1): a signature by such a key holds on whatever text."""


def _is_point_that_signs(public: bytes) -> bool:
    """Whether an Ed25519 key is in its one form and not of small order. An attacker who registered one could deny everything."""
    y = int.from_bytes(public, "little") & ~_SIGN
    return y < _PRIME and y not in _SMALL_ORDER


def _check_name(name: str) -> None:
    if not name or "+" in name or any(char.isspace() or char < " " for char in name):
        raise Malformed("the name of a key is empty, or has a space or a plus sign")


@dataclass(frozen=True, slots=True)
class Signature:
    """A line of a note: who is said to have signed, and the signature, which nobody has verified yet."""

    name: str
    id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {based(self.id + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends in a line feed, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def by(self, key: VerifierKey) -> tuple[Signature, ...]:
        """The signatures that are said to be by that key."""
        return tuple(one for one in self.signatures if (one.name, one.id) == (key.name, key.id))

    def with_signatures(self, more: Sequence[Signature]) -> Note:
        """The same note with further signatures, each once."""
        return Note(self.text, (*self.signatures, *dict.fromkeys(one for one in more if one not in self.signatures)))


def read(said: bytes) -> Note:
    """The note in `said`; none of its signatures is verified.

    Raises:
        Malformed: it is none.
    """
    if len(said) > LONGEST:
        raise Malformed("the note is too long")
    whole = decoded(said, "the note")
    text, divided, signed = whole.rpartition("\n\n")
    if not divided:
        raise Malformed("the note has no empty line before its signatures")
    return Note(text + "\n", signatures(signed))


def signatures(said: str) -> tuple[Signature, ...]:
    """The lines of signatures in `said`.

    Raises:
        Malformed: there are none, too many, or one is not of its form.
    """
    found = tuple(_signature(line) for line in lines(said, "the note"))
    if len(found) > _MOST_SIGNATURES:
        raise Malformed("the note has too many signatures")
    return found


def _signature(line: str) -> Signature:
    name, blank, value = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not blank:
        raise Malformed("a signature's line is not a dash, a name and base64")
    _check_name(name)
    signed = unbased(value, "a signature")
    if len(signed) <= _ID:
        raise Malformed("a signature is too short")
    return Signature(name, signed[:_ID], signed[_ID:])


def written(note: Note) -> bytes:
    """A note as it is read."""
    return (note.text + "\n" + "".join(f"{one}\n" for one in note.signatures)).encode()
