"""What a person may tell the gate to do, and who may; every command of a custodian's person is signed.

Signed is   "safeconduct command v1", line feed · the canonical form of {"command": …, "gate": the log's name, …its fields}

so that a signature is good for one command, once (`id`), at one custodian. What follows from a command is for `gate` and `case`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from safeconduct.core import canonical, records
from safeconduct.core.gate.persons import CUSTODIANS, Role
from safeconduct.core.log.controls import Control, Signed, digest_of

KIND = b"safeconduct command v1\n"
_REVIEWERS = frozenset({Role.REVIEWER, Role.PROTECTED_REVIEWER})


@dataclass(frozen=True, slots=True)
class SetControl:
    """Set or end what governs the gate: narrowing has effect at once, widening is a proposal until another approves it."""

    id: str
    by: str
    subject: str
    name: str
    act: str
    content: str
    effective_on: str


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve what another proposed; `digest` is of all that is proposed (`proposal_digest`), so that nobody approves unseen."""

    id: str
    by: str
    proposal: str
    digest: str


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Dismiss a proposal."""

    id: str
    by: str
    proposal: str
    why: str


@dataclass(frozen=True, slots=True)
class BeginDuty:
    """Put a person on duty."""

    id: str
    by: str
    person: str


@dataclass(frozen=True, slots=True)
class EndDuty:
    """Take a person off duty."""

    id: str
    by: str
    person: str


@dataclass(frozen=True, slots=True)
class MarkPerson:
    """Set or clear the mark of a protected person, by the register's id. Two persons of two offices sign it; no event tells of it."""

    id: str
    by: str
    person: str
    present: bool


Command = SetControl | Approve | Dismiss | BeginDuty | EndDuty
STOPPERS = _REVIEWERS | {Role.COUNSEL, Role.INSPECTOR}
"""Who stops, alone and at once."""
MAY: Mapping[type, frozenset[Role]] = {
    SetControl: CUSTODIANS,
    Approve: CUSTODIANS,
    Dismiss: CUSTODIANS,
    BeginDuty: CUSTODIANS,
    EndDuty: CUSTODIANS,
    MarkPerson: frozenset({Role.PROTECTED_REVIEWER, Role.COUNSEL, Role.INSPECTOR}),
}
SETS: Mapping[str, frozenset[Role]] = {
    "stop": STOPPERS,
    "order": frozenset({Role.COUNSEL, Role.INSPECTOR}),
    "role": frozenset({Role.ADMINISTRATOR, Role.COUNSEL}),
    "key": frozenset({Role.ADMINISTRATOR, Role.COUNSEL}),
    "recipient": frozenset({Role.ADMINISTRATOR, Role.COUNSEL}),
    "ceiling": frozenset({Role.COUNSEL, Role.INSPECTOR, Role.ADMINISTRATOR}),
    "pack": frozenset({Role.COUNSEL}),
    "engine": frozenset({Role.ADMINISTRATOR}),
    "hold": STOPPERS,
}
"""Who may set or end what, or propose it; whoever approves may have any role of the custodian's, in another office."""


def proposal_digest(control: Control | SetControl) -> str:
    """The digest of all that is proposed, by which another approves it: what, under which name, its content, and from when."""
    said = {name: getattr(control, name) for name in ("act", "effective_on", "name", "subject")}
    said["content"] = digest_of(control.content)
    return f"sha256:{sha256(canonical.written(said)).hexdigest()}"


def acts(control: Control, signatures: Sequence[Signed]) -> list[SetControl | Approve]:
    """What was signed of a control that bears those signatures: the first sets or proposes it, the others approve that very proposal."""
    said = (control.subject, control.name, control.act, control.content, control.effective_on)
    first = [SetControl(one.command, one.person, *said) for one in signatures[:1]]
    digest = proposal_digest(control)
    return [*first, *(Approve(one.command, one.person, signatures[0].command, digest) for one in signatures[1:])]


def written(command: object, gate: str) -> dict[str, object]:
    """A command as it is signed, as JSON."""
    return {"command": name(type(command)), "gate": gate, **records.document(command)}


def signed_bytes(command: object, gate: str) -> bytes:
    """What is signed of a command to the gate of that name."""
    return KIND + canonical.written(written(command, gate))


def name(kind: type) -> str:
    """The name of a kind of command: its words, in small letters, with underscores between."""
    return _parted(kind.__name__)


@cache
def _parted(words: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in words).lstrip("_")
