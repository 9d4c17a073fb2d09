"""Whom a verifier believes (c2sp.org/tlog-policy): logs, witnesses, and how many of these must have cosigned.

    log example.com/log+c5eb1d2c+AbKYMGx…
    witness w1 witness.example/w1+3b1a8c2e+BgVn… https://witness.example
    witness w2 witness.example/w2+77d1e0aa+BMz0…
    group both all w1 w2
    quorum both

A checkpoint is believed if a log of the policy signed it and the quorum cosigned it. Its date in law is the median of the
times at which the witnesses did that count for the quorum, of an even number the earlier of the middle two.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from safeconduct.core.log import checkpoints, cosignatures, notes
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.cosignatures import Verified
from safeconduct.core.log.lines import Malformed, decimal
from safeconduct.core.log.notes import Kind, Note, VerifierKey
from safeconduct.core.log.refusals import Refused

NONE = "none"
_MOST = 256
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Log:
    """A log that is believed: its key, whose name is its origin, and where it is served."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its name in this policy, its key, and where it takes checkpoints."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group: it has witnessed what at least `least` of its members have."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom a verifier believes. `evidence` is false where the policy itself says that it is none (a demo's, a test's)."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str
    evidence: bool = True

    @property
    def origins(self) -> frozenset[str]:
        """The logs' names."""
        return frozenset(log.key.name for log in self.logs)

    def is_met(self, witnessed: frozenset[str], name: str | None = None) -> bool:
        """Whether those witnesses are a quorum."""
        name = self.quorum if name is None else name
        group = next((one for one in self.groups if one.name == name), None)
        if group:
            return sum(self.is_met(witnessed, member) for member in group.members) >= group.least
        return name == NONE or name in witnessed

    def counts(self, witness: str) -> bool:
        """Whether a witness of the policy counts for the quorum; where that is `none`, no less than any other."""
        above = {self.quorum}
        for group in reversed(self.groups):  # a group stands after its members
            if group.name in above:
                above.update(group.members)
        return witness in above or self.quorum == NONE


@dataclass(frozen=True, slots=True)
class Believed:
    """A checkpoint that a policy believes: by whose signature, with which witnesses of the quorum, and their times (since 1970)."""

    checkpoint: Checkpoint
    signed_by: tuple[VerifierKey, ...]
    times: Mapping[str, int]

    @property
    def time(self) -> int | None:
        """The date in law: the median of the witnesses' times; None where the policy asks for no witness and none cosigned."""
        return median(self.times.values())

    @property
    def day(self) -> str | None:
        """The day of the date in law (UTC); None where there is none, or one that no calendar has."""
        try:
            return None if self.time is None else dt.datetime.fromtimestamp(self.time, dt.UTC).date().isoformat()
        except (OverflowError, ValueError):
            return None

    def unsigned_by(self, policy: Policy) -> tuple[VerifierKey, ...]:
        """The log's keys in the policy that have not signed: one may have been taken off, which no signature shows."""
        own = (log.key for log in policy.logs if log.key.name == self.checkpoint.origin)
        return tuple(key for key in own if key not in self.signed_by)


def median(times: Iterable[int]) -> int | None:
    """The median of times, of an even number the earlier of the middle two; None of none."""
    ordered = sorted(times)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


@lru_cache(
    maxsize=256
)  # the newest is asked for with every entry that is proved, and its signatures are slow to verify
def believed(note: Note, policy: Policy) -> Believed | Refused:
    """The checkpoint in a note, if the policy believes it."""
    try:
        checkpoint = checkpoints.read(note.text)
        signed = list(_verified(note, checkpoint, (log.key for log in policy.logs)))
        cosigned = {
            witness.name: found.timestamp or 0
            for witness in policy.witnesses
            for found in _verified(note, checkpoint, [witness.key])
        }
    except Malformed as fault:
        return Refused(str(fault))
    own = tuple(one.key for one in signed if one.key.name == checkpoint.origin)
    if not own:
        return Refused("no log of the policy has signed it under its own name")
    times = {name: time for name, time in cosigned.items() if time and policy.counts(name)}
    if not policy.is_met(frozenset(times)):
        return Refused(f"the quorum `{policy.quorum}` has not cosigned it")
    return Believed(checkpoint, own, times)


def _verified(note: Note, checkpoint: Checkpoint, keys: Iterable[VerifierKey]) -> Iterator[Verified]:
    for key in keys:
        found = cosignatures.verified(note, checkpoint, key)
        if found:
            yield found


# Reading


@dataclass(slots=True)
class _Reading:
    """What the lines before have said."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str = ""
    known: set[str] = field(default_factory=lambda: {NONE})
    members: set[str] = field(default_factory=set)
    publics: set[bytes] = field(default_factory=set)


NOT_EVIDENCE = "# not evidence"
"""The line by which a policy says that what it believes is worth nothing outside a demo, a bench or a test; however it is set."""


def _says_no_evidence(line: str) -> bool:
    words = re.findall("[a-z]+", line.lower())
    return line.strip(" \t").startswith("#") and " ".join(words) == "not evidence"


def read(text: str) -> Policy:
    """The policy in `text`.

    Raises:
        Malformed: it is none; the line is named.
    """
    if _CONTROL.search(text):
        raise Malformed("the policy has a control character other than tab and line feed")
    said = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in line.replace("\t", " ").split(" ") if word]
        if words and not words[0].startswith("#"):
            try:
                _take(words, said)
            except Malformed as fault:
                raise Malformed(f"line {number}: {fault}") from None
    if not said.quorum:
        raise Malformed("the policy has no line `quorum`")
    evidence = not any(map(_says_no_evidence, text.split("\n")))
    return Policy(tuple(said.logs), tuple(said.witnesses), tuple(said.groups), said.quorum, evidence)


def _take(words: Sequence[str], said: _Reading) -> None:
    match words:
        case ["log", key, *url] if len(url) <= 1:
            said.logs.append(Log(_fresh("log", key, {Kind.ED25519, Kind.ML_DSA_44}, said), *url))
        case ["witness", name, key, *url] if len(url) <= 1:
            _name(name, said)
            witness = Witness(name, _fresh("witness", key, {Kind.COSIGNATURE, Kind.ML_DSA_44}, said), *url)
            said.witnesses.append(witness)
        case ["group", name, least, *members] if members:
            said.groups.append(_group(name, least, members, said))
        case ["quorum", name] if not said.quorum:
            if name not in said.known:
                raise Malformed("the quorum is no witness or group of a line before")
            said.quorum = name
        case _:
            raise Malformed("that is no line of a policy, or one too many")
    if len(said.known) + len(said.logs) > _MOST:
        raise Malformed("the policy has too many lines")


def _name(name: str, said: _Reading) -> None:
    if name in said.known:
        raise Malformed("the name is given already")
    said.known.add(name)


def _fresh(role: str, written: str, kinds: set[Kind], said: _Reading) -> VerifierKey:
    key = notes.verifier_key(written)
    if key.kind not in kinds:
        raise Malformed(f"the key is of a kind that no {role} signs with")
    if key.public in said.publics:
        raise Malformed("the key is given already")
    said.publics.add(key.public)
    return key


def _group(name: str, least: str, members: Sequence[str], said: _Reading) -> Group:
    _name(name, said)
    for member in members:
        if member not in said.known - {NONE, name}:
            raise Malformed("a member is no witness or group of a line before")
        if member in said.members:
            raise Malformed("a member belongs to a group already")
        said.members.add(member)
    number = {"any": 1, "all": len(members)}.get(least) or decimal(least, "the least number")
    if not 1 <= number <= len(members):
        raise Malformed("the least number is not from one to as many as there are members")
    return Group(name, number, tuple(members))
