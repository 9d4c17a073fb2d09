"""Verify a log, or a proof that an entry is in one, offline: one file, on Python's standard library alone (3.9 or later).

    python3 verify.py log LOGFOLDER --policy policy.txt
    python3 verify.py proof NAME.tlog-proof --entry ENTRYFILE --policy policy.txt

It ends 0 if all is as it should be, 1 if something is not, which it says, and 2 if it was called wrongly.

It is written from the standards and shares no code with the program that writes the log: c2sp.org/signed-note,
tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof and tlog-policy; RFC 6962 (the tree), RFC 8032 (Ed25519), FIPS 204
(ML-DSA-44). `verify.go` beside it does the same on Go's standard library and says the same words. It knows what lies in
the folder and nothing else: that the log has not been cut short, or told otherwise to others, it cannot see.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from hashlib import sha256, sha512, shake_128, shake_256
from pathlib import Path

Row = list[bytes]
Poly = list[int]
Point = tuple[int, int, int, int]


class Wrong(Exception):
    """Something is not as it should be; the words say what."""


class Miscalled(Exception):
    """A file or folder was named that cannot be read."""


# Texts: each has one way of being written


def number_of(said: str, what: str) -> int:
    """Decimal, without zeroes before it, at most 2**63 - 1."""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", said) or int(said) >= 1 << 63:
        raise Wrong(f"{what} is no number in plain figures")
    return int(said)


def bytes_of(said: str, what: str) -> bytes:
    """Base64 (RFC 4648, 4) as an encoder would write it, and in no other way."""
    try:
        found = base64.b64decode(said.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        found = b""
    if base64.b64encode(found).decode() != said:
        raise Wrong(f"{what} is no base64, or not in its one form")
    return found


def hash_of(said: str, what: str) -> bytes:
    """A hash of 32 bytes in base64."""
    found = bytes_of(said, what)
    if len(found) != 32:
        raise Wrong(f"{what} is no hash of 32 bytes")
    return found


def text_of(said: bytes, what: str, allowed: str = "\n") -> str:
    """UTF-8, with no control characters below U+0020 but those allowed."""
    try:
        text = said.decode("utf-8")
    except UnicodeDecodeError:
        raise Wrong(f"{what} is not UTF-8") from None
    if re.search(f"[^{allowed} -\U0010ffff]", text):
        raise Wrong(f"{what} has a control character")
    return text


def plain(said: str) -> str:
    """A name as it can be printed without it moving a cursor or passing for another: ASCII, the rest by number."""
    return "".join(char if " " <= char <= "~" else f"\\u{{{ord(char):x}}}" for char in said)


# The tree (RFC 6962, 2.1)


def leaf(entry: bytes) -> bytes:
    """The hash of an entry."""
    return sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash above two hashes."""
    return sha256(b"\x01" + left + right).digest()


def perfect(row: Row) -> bytes:
    """The root over a power of two of hashes."""
    while len(row) > 1:
        row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
    return row[0]


def joined(row: Row, right: bytes | None) -> bytes | None:
    """What lies above a row of fewer than 256 hashes and whatever stands to its right."""
    end = len(row)
    for bit in range(8):
        if len(row) >> bit & 1:
            begin = end - (1 << bit)
            peak = perfect(row[begin:end])
            right = peak if right is None else node(peak, right)
            end = begin
    return right


def climbed(index: int, size: int, hashed: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root to which a path leads from the leaf at `index`; None where it is too long or too short (RFC 9162, 2.1.3.2)."""
    here, last = index, size - 1
    for other in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            hashed = node(other, hashed)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            hashed = node(hashed, other)
        here, last = here >> 1, last >> 1
    return hashed if last == 0 else None


# Ed25519 (RFC 8032, 5.1), without the cofactor: the point that is computed must be the one that is written, bit for bit

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)
NEUTRAL: Point = (0, 1, 1, 0)


def point_of(said: bytes) -> Point | None:
    """The point that 32 bytes say (5.1.3); None where they say none, or not in the one way."""
    both = int.from_bytes(said, "little")
    sign, y = both >> 255, both & ((1 << 255) - 1)
    if y >= FIELD:
        return None
    above, below = (y * y - 1) % FIELD, (CURVE * y * y + 1) % FIELD
    x = above * pow(below, 3, FIELD) * pow(above * pow(below, 7, FIELD), (FIELD - 5) // 8, FIELD) % FIELD
    if below * x * x % FIELD != above:
        x = x * ROOT_OF_MINUS_ONE % FIELD
    if below * x * x % FIELD != above or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = FIELD - x
    return (x, y, 1, x * y % FIELD)


def added(one: Point, two: Point) -> Point:
    """The sum of two points (5.1.4)."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % FIELD
    b = (one[1] + one[0]) * (two[1] + two[0]) % FIELD
    c = 2 * one[3] * two[3] * CURVE % FIELD
    d = 2 * one[2] * two[2] % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def written(point: Point) -> bytes:
    """A point in 32 bytes (5.1.2)."""
    over = pow(point[2], FIELD - 2, FIELD)
    x, y = point[0] * over % FIELD, point[1] * over % FIELD
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_of((4 * pow(5, FIELD - 2, FIELD) % FIELD).to_bytes(32, "little")) or NEUTRAL


def ed25519_key(public: bytes) -> Point | None:
    """The point of a public key. Of small order it is none: for such a key anybody can sign anything."""
    point = point_of(public)
    if point is None:
        return None
    eightfold = point
    for _ in range(3):
        eightfold = added(eightfold, eightfold)
    return None if eightfold[0] == 0 and eightfold[1] == eightfold[2] else point


def ed25519_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature over the message is by that key (5.1.7)."""
    key = ed25519_key(public)
    if key is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus = (-key[0] % FIELD, key[1], 1, -key[3] % FIELD)
    terms = (NEUTRAL, BASE, minus, added(BASE, minus))
    total = NEUTRAL
    for bit in range(252, -1, -1):
        total = added(total, total)
        which = (s >> bit & 1) | (k >> bit & 1) << 1
        if which:
            total = added(total, terms[which])
    return written(total) == signature[:32]


# ML-DSA-44 (FIPS 204): k = l = 4, tau = 39, gamma1 = 2**17, gamma2 = (q - 1) / 88, beta = 78, omega = 80, d = 13

Q = 8380417
GAMMA1, GAMMA2, BETA, OMEGA, TAU = 1 << 17, (Q - 1) // 88, 78, 80, 39
ZETAS = [pow(1753, int(f"{place:08b}"[::-1], 2), Q) for place in range(256)]


def ntt(poly: Poly) -> Poly:
    """A polynomial transformed (Algorithm 41)."""
    w, m, length = list(poly), 0, 128
    while length:
        for start in range(0, 256, 2 * length):
            m += 1
            zeta = ZETAS[m]
            for j in range(start, start + length):
                t = zeta * w[j + length] % Q
                w[j + length] = w[j] - t
                w[j] += t
        length //= 2
    return w


def ntt_undone(poly: Poly) -> Poly:
    """A polynomial transformed back (Algorithm 42)."""
    w, m, length = list(poly), 256, 1
    while length < 256:
        for start in range(0, 256, 2 * length):
            m -= 1
            zeta = -ZETAS[m]
            for j in range(start, start + length):
                t = w[j]
                w[j] = t + w[j + length]
                w[j + length] = zeta * (t - w[j + length]) % Q
        length *= 2
    return [8347681 * one % Q for one in w]


def unpacked(said: bytes, bits: int) -> Poly:
    """256 numbers of so many bits, the lowest first (Algorithms 18 and 19)."""
    whole, mask = int.from_bytes(said, "little"), (1 << bits) - 1
    return [whole >> (bits * place) & mask for place in range(256)]


def matrix(rho: bytes) -> list[list[Poly]]:
    """The public matrix, as transformed (Algorithms 30 and 32)."""
    return [[drawn(rho + bytes([column, row])) for column in range(4)] for row in range(4)]


def drawn(seed: bytes) -> Poly:
    """256 numbers below q, drawn from a seed; of each 24 bits the highest is left out."""
    found: Poly = []
    length = 1008
    while len(found) < 256:
        stream = shake_128(seed).digest(length)
        threes = (int.from_bytes(stream[at : at + 3], "little") & 0x7FFFFF for at in range(0, length, 3))
        found = [one for one in threes if one < Q]
        length += 168 * 3
    return found[:256]


def ball(seed: bytes) -> Poly:
    """The challenge: 39 places of 256 that are 1 or -1 (Algorithm 29)."""
    length = 136
    while True:
        stream = shake_256(seed).digest(length)
        signs, places = int.from_bytes(stream[:8], "little"), iter(stream[8:])
        c, i = [0] * 256, 256 - TAU
        for j in places:
            if j <= i:
                c[i], c[j] = c[j], 1 - 2 * (signs & 1)
                signs, i = signs >> 1, i + 1
                if i == 256:
                    return c
        length += 136


def hints(said: bytes) -> list[set[int]] | None:
    """The places of the hint's ones, polynomial by polynomial, each list of places in its one form (Algorithm 21)."""
    found, begin = [], 0
    for end in said[OMEGA:]:
        places = list(said[begin:end])
        if not begin <= end <= OMEGA or any(one >= two for one, two in zip(places, places[1:])):
            return None
        found.append(set(places))
        begin = end
    return None if any(said[begin:OMEGA]) else found


def high(r: int, *, hinted: bool) -> int:
    """The high part of a number, moved by one where the hint says so (Algorithms 36 and 40)."""
    low = r % (2 * GAMMA2)
    if low > GAMMA2:
        low -= 2 * GAMMA2
    part = (r - low) // (2 * GAMMA2)
    if part == 44:
        part, low = 0, low - 1
    if hinted:
        part += 1 if low > 0 else -1
    return part % 44


def ml_dsa_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature over the message, with an empty context, is by that key (Algorithms 3 and 8)."""
    if len(public) != 1312 or len(signature) != 2420:
        return False
    challenge, packed, h = signature[:32], signature[32:2336], hints(signature[2336:])
    z = [[GAMMA1 - one for one in unpacked(packed[at : at + 576], 18)] for at in range(0, 2304, 576)]
    if h is None or any(abs(one) >= GAMMA1 - BETA for poly in z for one in poly):
        return False
    seen = shake_256(shake_256(public).digest(64) + b"\x00\x00" + message).digest(64)
    c, transformed = ntt(ball(challenge)), [ntt(poly) for poly in z]
    said = b""
    for number, row in enumerate(matrix(public[:32])):
        high_of_key = unpacked(public[32 + 320 * number : 352 + 320 * number], 10)
        t = ntt([one << 13 for one in high_of_key])
        w = ntt_undone(
            [
                (a0 * z0 + a1 * z1 + a2 * z2 + a3 * z3 - c0 * t0) % Q
                for a0, z0, a1, z1, a2, z2, a3, z3, c0, t0 in zip(
                    row[0], transformed[0], row[1], transformed[1], row[2], transformed[2], row[3], transformed[3], c, t
                )
            ]
        )
        whole = sum(high(one, hinted=place in h[number]) << (6 * place) for place, one in enumerate(w))
        said += whole.to_bytes(192, "little")
    return shake_256(seen + said).digest(32) == challenge


# Keys, and notes (signed-note)

ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
KINDS = {ED25519: "Ed25519", COSIGNATURE: "Ed25519 with a time", ML_DSA_44: "ML-DSA-44"}


@dataclass(frozen=True)
class Key:
    """A public key: under which name, of which kind."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names it."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{plain(self.name)}+{self.id.hex()} ({KINDS[self.kind]})"


def key_of(said: str) -> Key:
    """A key as it is written: name, id in hexadecimal and base64 of kind and key, with a plus sign between them."""
    name, _, rest = said.partition("+")
    figures, _, body = rest.partition("+")
    name_is_good(name)
    material = bytes_of(body, "a verifier's key")
    if not material or material[0] not in KINDS:
        raise Wrong("a verifier's key is of a kind that is not verified here")
    key = Key(name, material[0], material[1:])
    if len(key.public) != (1312 if key.kind == ML_DSA_44 else 32):
        raise Wrong("a verifier's key has not the length of its kind")
    if figures != key.id.hex():
        raise Wrong("a verifier's key has another id than it says")
    if key.kind != ML_DSA_44 and ed25519_key(key.public) is None:
        raise Wrong("a verifier's key is no key of Ed25519")
    return key


def name_is_good(name: str) -> None:
    """A key's name is not empty and has neither a space nor a plus sign."""
    if not name or "+" in name or any(char.isspace() for char in name):
        raise Wrong("the name of a key is empty, or has a space or a plus sign")


@dataclass(frozen=True)
class Note:
    """A text and the signatures under it, each a name, an id and what follows; none is verified yet."""

    text: str
    signatures: list[tuple[str, bytes, bytes]]


LONGEST_NOTE = 1 << 19


def note_of(said: bytes) -> Note:
    """A note: a text, an empty line (the last there is), and lines of signatures."""
    if len(said) > LONGEST_NOTE:
        raise Wrong("the note is too long")
    whole = text_of(said, "the note")
    divided = whole.rfind("\n\n")
    if divided < 0:
        raise Wrong("the note has no empty line before its signatures")
    text, below = whole[: divided + 1], whole[divided + 2 :]
    if not below.endswith("\n"):
        raise Wrong("the note does not end in a line feed")
    signatures = [signature_of(line) for line in below[:-1].split("\n")]
    if len(signatures) > 64:
        raise Wrong("the note has too many signatures")
    return Note(text, signatures)


def signature_of(line: str) -> tuple[str, bytes, bytes]:
    """A line of a signature: a dash, a name, and base64."""
    words = line.split(" ", 2)
    if len(words) != 3 or words[0] != "—":
        raise Wrong("a signature's line is not a dash, a name and base64")
    name_is_good(words[1])
    value = bytes_of(words[2], "a signature")
    if len(value) < 5:
        raise Wrong("a signature is too short")
    return words[1], value[:4], value[4:]


# Checkpoints and what is signed of them (tlog-checkpoint, tlog-cosignature)


@dataclass(frozen=True)
class Checkpoint:
    """A log's tree at one size, and the text that says it."""

    origin: str
    size: int
    root: bytes
    text: str


def checkpoint_of(text: str) -> Checkpoint:
    """Three lines: origin, size, root."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise Wrong("the checkpoint is not of three lines: origin, size and root")
    if not lines[0]:
        raise Wrong("the checkpoint names no origin")
    size, root = number_of(lines[1], "the checkpoint's size"), hash_of(lines[2], "the checkpoint's root")
    if size == 0 and root != sha256(b"").digest():
        raise Wrong("the checkpoint is of no entries and has another root than that of none")
    return Checkpoint(lines[0], size, root, text)


def signed_message(tree: Checkpoint, key: Key, time: int) -> bytes:
    """What a key of that kind signs of a checkpoint."""
    if key.kind == ED25519:
        return tree.text.encode()
    if key.kind == COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{tree.text}".encode()
    name, origin = key.name.encode(), tree.origin.encode()
    if len(name) > 255 or len(origin) > 255:
        raise Wrong("a name is longer than a cosignature can say")
    parts = (bytes([len(name)]), name, time.to_bytes(8, "big"), bytes([len(origin)]), origin)
    return b"subtree/v1\n\x00" + b"".join(parts) + bytes(8) + tree.size.to_bytes(8, "big") + tree.root


def signed_at(note: Note, tree: Checkpoint, key: Key) -> int | None:
    """When the key signed: the latest of its signatures, 0 where they say no time; None where there is none.

    A line that says it is by this key and does not hold spoils the whole note.
    """
    times = []
    for name, known_by, value in note.signatures:
        if (name, known_by) != (key.name, key.id):
            continue
        time = 0
        if key.kind != ED25519:
            time, value = int.from_bytes(value[:8], "big"), value[8:]  # noqa: PLW2901
            if not value or time >= 1 << 63:
                raise Wrong("a cosignature has no time that there is")
        holds = ml_dsa_holds if key.kind == ML_DSA_44 else ed25519_holds
        if not holds(key.public, value, signed_message(tree, key, time)):
            raise Wrong("a signature does not hold that says it is by a known key")
        times.append(time)
    return max(times) if times else None


# The policy (tlog-policy): whom to believe


def says_no_evidence(line: str) -> bool:
    """Whether a line of a policy is the comment that it is not evidence, however it is set."""
    return line.strip(" \t").startswith("#") and " ".join(re.findall("[a-z]+", line.lower())) == "not evidence"


@dataclass
class Policy:
    """Logs, witnesses, groups of witnesses, and who must have cosigned."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    grouped: set[str] = field(default_factory=set)
    quorum: str = ""
    evidence: bool = True

    def is_met(self, name: str, cosigned: set[str]) -> bool:
        """Whether a witness has cosigned, or enough of a group have."""
        if name in self.groups:
            least, members = self.groups[name]
            return sum(self.is_met(member, cosigned) for member in members) >= least
        return name == "none" or name in cosigned

    def counting(self) -> set[str]:
        """The witnesses that count for the quorum; all of them where none is asked for."""
        above = {self.quorum}
        for name in reversed(list(self.groups)):  # a group stands after its members
            if name in above:
                above.update(self.groups[name][1])
        return set(self.witnesses) if self.quorum == "none" else above & set(self.witnesses)


def policy_of(said: bytes) -> Policy:
    """A policy as it is written; what is wrong with it is said by its line."""
    if len(said) > 1 << 20:
        raise Wrong("the policy is too long")
    text = text_of(said, "the policy", "\t\n")
    if "\x7f" in text:
        raise Wrong("the policy has a control character")
    policy = Policy()
    for number, line in enumerate(text.split("\n"), 1):
        words = re.findall("[^ \t]+", line)
        if says_no_evidence(line):
            policy.evidence = False
        if words and not words[0].startswith("#"):
            try:
                take(words, policy)
            except Wrong as fault:
                raise Wrong(f"the policy's line {number}: {fault}") from None
    if not policy.quorum:
        raise Wrong("the policy has no line `quorum`")
    return policy


def take(words: list[str], policy: Policy) -> None:
    """Take one line of a policy."""
    first, count = words[0], len(words)
    if first == "log" and count in (2, 3):
        policy.logs.append(fresh("log", words[1], (ED25519, ML_DSA_44), policy))
    elif first == "witness" and count in (3, 4):
        name_is_fresh(words[1], policy)
        key = fresh("witness", words[2], (COSIGNATURE, ML_DSA_44), policy)
        policy.witnesses[words[1]] = key
    elif first == "group" and count > 3:
        name_is_fresh(words[1], policy)
        policy.groups[words[1]] = group(words[2], words[3:], policy)
    elif first == "quorum" and count == 2 and not policy.quorum:
        if words[1] not in ("none", *policy.witnesses, *policy.groups):
            raise Wrong("the quorum is no witness or group of a line before")
        policy.quorum = words[1]
    else:
        raise Wrong("that is no line of a policy, or one too many")
    if 1 + len(policy.witnesses) + len(policy.groups) + len(policy.logs) > 256:
        raise Wrong("the policy has too many lines")


def name_is_fresh(name: str, policy: Policy) -> None:
    """No two witnesses or groups have one name, and none is called `none`."""
    if name in ("none", *policy.witnesses, *policy.groups):
        raise Wrong("the name is given already")


def fresh(role: str, written_key: str, kinds: tuple[int, int], policy: Policy) -> Key:
    """A key of a kind that fits its role, and no other's; under another name, or in another role, it is still the same key."""
    key = key_of(written_key)
    if key.kind not in kinds:
        raise Wrong(f"the key is of a kind that no {role} signs with")
    if key.public in [other.public for other in (*policy.logs, *policy.witnesses.values())]:
        raise Wrong("the key is given already")
    return key


def group(least: str, members: list[str], policy: Policy) -> tuple[int, list[str]]:
    """A group: how many of its members are enough, and these, none of whom is in another group."""
    for member in members:
        if member not in policy.witnesses and member not in policy.groups:
            raise Wrong("a member is no witness or group of a line before")
        if member in policy.grouped:
            raise Wrong("a member belongs to a group already")
        policy.grouped.add(member)
    words = {"any": 1, "all": len(members)}
    enough = words[least] if least in words else number_of(least, "the least number")
    if not 1 <= enough <= len(members):
        raise Wrong("the least number is not from one to as many as there are members")
    return enough, members


def believed(note: Note, policy: Policy) -> tuple[Checkpoint, list[str]]:
    """The checkpoint of a note that the policy believes, and who signed it, in lines to be printed."""
    tree = checkpoint_of(note.text)
    logs = {key: signed_at(note, tree, key) for key in policy.logs}
    witnesses = {name: signed_at(note, tree, key) for name, key in policy.witnesses.items()}
    own = {key: time for key, time in logs.items() if key.name == tree.origin}
    if all(time is None for time in own.values()):
        raise Wrong("no log of the policy has signed it under its own name")
    counting = policy.counting()
    times = {name: time for name, time in witnesses.items() if time and name in counting}
    if not policy.is_met(policy.quorum, set(times)):
        raise Wrong(f"the quorum `{plain(policy.quorum)}` has not cosigned it")
    lines = [
        f"origin   {plain(tree.origin)}",
        f"size     {tree.size}",
        f"root     {base64.b64encode(tree.root).decode()}",
    ]
    lines += [f"log key  {key}: {'has not signed' if time is None else 'signed'}" for key, time in own.items()]
    lines += [
        f"witness  {plain(name)}, {policy.witnesses[name]}: {when(time)}{'' if name in counting else ', outside the quorum'}"
        for name, time in witnesses.items()
    ]
    lines.append(f"quorum   {plain(policy.quorum)}: " + ("asks for no witness" if policy.quorum == "none" else "met"))
    ordered = sorted(times.values())
    median = (
        f"{day(ordered[(len(ordered) - 1) // 2])}, the median of the witnesses' times"
        if ordered
        else "none that a witness says"
    )
    lines.append(f"time     {median}")
    return tree, lines


def when(time: int | None) -> str:
    """What a witness has done, in words."""
    if time is None:
        return "has not cosigned"
    return f"cosigned at {day(time)}" if time else "cosigned without a time, which does not count"


def day(time: int) -> str:
    """Seconds since 1970 as a date, while there is one."""
    if time > 253402300799:
        return f"{time} seconds after 1970"
    return datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# The log (tlog-tiles): everything is computed anew from the entries and compared


@dataclass(frozen=True)
class Place:
    """Where a tile lies, or a bundle of entries, and how wide it is."""

    level: str
    index: int
    width: int

    @property
    def base(self) -> str:
        """The path it has when it is full."""
        groups = f"{self.index:03}"
        groups = groups.zfill(-(-len(groups) // 3) * 3)
        parts = [groups[at : at + 3] for at in range(0, len(groups), 3)]
        return f"tile/{self.level}/" + "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])

    @property
    def path(self) -> str:
        """The path it has."""
        return self.base if self.width == 256 else f"{self.base}.p/{self.width}"


def places(level: str, count: int) -> Iterator[Place]:
    """The tiles of one level that hold so many hashes, or entries."""
    for index in range(-(-count // 256)):
        yield Place(level, index, min(256, count - 256 * index))


def counts(size: int) -> list[int]:
    """How many hashes the tiles of each level hold together."""
    found = []
    while size:
        found.append(size)
        size >>= 8
    return found


LONGEST_BUNDLE = 256 * (2 + 0xFFFF)


def content_of(folder: Path, path: str, longest: int) -> bytes:
    """A file of the log's folder; what is longer than it can be is cut, so that it is found to be too long."""
    try:
        with folder.joinpath(*path.split("/")).open("rb") as file:
            return file.read(longest + 1)
    except OSError as fault:
        raise Wrong(f"{plain(path)} cannot be read: {(fault.strerror or 'an error').lower()}") from None


def lying(folder: Path) -> set[str]:
    """Everything that lies under tile/, links to folders included."""
    found = set()
    for place, folders, files in os.walk(folder / "tile", onerror=unlistable):
        links = [name for name in folders if Path(place, name).is_symlink()]
        found |= {Path(place, name).relative_to(folder).as_posix() for name in [*files, *links]}
    return found


def unlistable(fault: OSError) -> None:
    """A folder that is not there is empty; one that cannot be listed stops everything."""
    if not isinstance(fault, FileNotFoundError):
        raise Wrong(f"a folder cannot be read: {(fault.strerror or 'an error').lower()}")


def older_of(paths: set[str], size: int) -> dict[str, list[int]]:
    """The partial tiles of earlier sizes that still lie there, by the path of the tile that they were to become.

    A log may keep or delete them. What is neither one of them nor a tile of this size has no business there.
    """
    if -(-size // 256) > len(paths):
        raise Wrong(f"the folder has too few files for a log of {size} entries")
    count = counts(size)
    needed = {place for level in ["entries"] * bool(size) for place in places(level, size)}
    needed |= {place for level, hashes in enumerate(count) for place in places(str(level), hashes)}
    missing = {place.path for place in needed} - paths
    if missing:
        raise Wrong(f"{min(missing)} is missing" + more(missing))
    widths = {place.base: place.width for place in needed}
    older: dict[str, list[int]] = {}
    stray = set()
    for path in paths - {place.path for place in needed}:
        base, _, width = path.rpartition(".p/")
        if re.fullmatch("[1-9][0-9]{0,2}", width) and int(width) < widths.get(base, 0):
            older.setdefault(base, []).append(int(width))
        else:
            stray.add(path)
    if stray:
        raise Wrong(f"{plain(min(stray))} is no file of a log of {size} entries" + more(stray))
    return older


def more(paths: set[str]) -> str:
    """How many there are besides the first."""
    return f", and {len(paths) - 1} more" if len(paths) > 1 else ""


def bundle(place: Place, content: bytes) -> tuple[Row, list[int]]:
    """The hashes of the entries in a bundle, and where each entry begins, and where the last ends."""
    hashes, begins, at = [], [0], 0
    for _ in range(place.width):
        begin = at + 2
        at = begin + int.from_bytes(content[at:begin], "big")
        if begin > len(content) or at > len(content):
            raise Wrong(f"{place.path} ends in the middle of an entry")
        hashes.append(leaf(content[begin:at]))
        begins.append(at)
    if at != len(content):
        raise Wrong(f"{place.path} holds more than {place.width} entries")
    return hashes, begins


def audited(folder: Path, tree: Checkpoint) -> str:
    """That the folder is the log of the checkpoint, in a line to be printed."""
    older = older_of(lying(folder), tree.size)

    def compare_older(place: Place, whole: bytes, ends: Sequence[int]) -> None:
        for width in sorted(older.get(place.base, [])):
            path = f"{place.base}.p/{width}"
            if content_of(folder, path, LONGEST_BUNDLE) != whole[: ends[width]]:
                raise Wrong(f"{path} is not the beginning of what it became")

    row: Row = []
    for place in places("entries", tree.size):
        content = content_of(folder, place.path, LONGEST_BUNDLE)
        hashes, begins = bundle(place, content)
        compare_older(place, content, begins)
        row += hashes
    above: bytes | None = None
    for level, count in enumerate(counts(tree.size)):
        tops: Row = []
        for place in places(str(level), count):
            part = row[256 * place.index : 256 * place.index + place.width]
            content = b"".join(part)
            if content_of(folder, place.path, 8192) != content:
                raise Wrong(f"{place.path} does not hold the hashes of what lies below it")
            compare_older(place, content, range(0, 8193, 32))
            if place.width == 256:
                tops.append(perfect(part))
        above = joined(row[256 * len(tops) :], above)
        row = tops
    if tree.size and above != tree.root:
        raise Wrong("the entries make another root than the checkpoint says")
    kept = sum(map(len, older.values()))
    return "log      complete up to this size; every tile and the root computed from the entries" + (
        f"; {kept} older partial tiles are beginnings of them" if kept else ""
    )


# Proofs, as tlog-proof has them


def proved(said: bytes, entry: bytes, policy: Policy) -> list[str]:
    """That the entry is in the log of the proof's checkpoint, in lines to be printed."""
    if len(said) > LONGEST_NOTE + (1 << 18):
        raise Wrong("the proof is too long")
    head, divided, note = said.partition(b"\n\n")
    lines = text_of(head, "the proof").split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1" or not divided:
        raise Wrong("the proof does not begin as one does, or has no checkpoint")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = bytes_of(lines.pop(0)[6:], "the proof's extra")
        if not extra:
            raise Wrong("the proof's extra is empty")
    if not lines or not lines[0].startswith("index "):
        raise Wrong("the proof names no index")
    index = number_of(lines.pop(0)[6:], "the proof's index")
    if len(lines) > 63:
        raise Wrong("the proof's path is longer than that of any tree")
    path = [hash_of(line, "the proof's path") for line in lines]
    tree, told = believed(note_of(note), policy)
    if index >= tree.size or climbed(index, tree.size, leaf(entry), path) != tree.root:
        raise Wrong("the path does not lead from the entry to the checkpoint's root")
    told.append(f"entry    {len(entry)} bytes, in the log at index {index}")
    if extra:
        told.append(f"extra    {len(extra)} bytes, for which nobody vouches")
    return told


# The command


def named(path: Path, longest: int | None = None) -> bytes:
    """A file that was named in the call."""
    try:
        with path.open("rb") as file:
            return file.read() if longest is None else file.read(longest + 1)
    except OSError as fault:
        raise Miscalled(f"{plain(str(path))} cannot be read: {(fault.strerror or 'an error').lower()}") from None


def verified(asked: argparse.Namespace) -> list[str]:
    """What was asked, verified, in lines to be printed."""
    if asked.what == "log" and not asked.log.is_dir():
        raise Miscalled(f"{plain(str(asked.log))} is no folder")
    policy = policy_of(named(asked.policy, 1 << 20))
    if asked.what == "log":
        tree, lines = believed(note_of(content_of(asked.log, "checkpoint", LONGEST_NOTE)), policy)
        lines.append(audited(asked.log, tree))
    else:
        lines = proved(named(asked.proof, LONGEST_NOTE + (1 << 18)), named(asked.entry), policy)
    if not policy.evidence:
        lines.append("NO EVIDENCE: the policy says of itself that what it believes proves nothing outside of a trial.")
    return [*lines, "verified"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what was asked; the status to end with."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Verify a log, or a proof that an entry is in one.")
    commands = parser.add_subparsers(dest="what", required=True)
    log = commands.add_parser("log", help="a log's folder, computed anew from its entries", allow_abbrev=False)
    log.add_argument("log", metavar="LOGFOLDER", type=Path)
    proof = commands.add_parser("proof", help="that an entry is in a log", allow_abbrev=False)
    proof.add_argument("proof", metavar="NAME.tlog-proof", type=Path)
    proof.add_argument("--entry", required=True, metavar="ENTRYFILE", type=Path)
    for command in (log, proof):
        command.add_argument("--policy", required=True, metavar="policy.txt", type=Path)
    try:
        lines = verified(parser.parse_args(arguments))
    except Miscalled as fault:
        print(f"called wrongly: {fault}", file=sys.stderr)
        return 2
    except Wrong as fault:
        print(f"NOT VERIFIED: {fault}", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
