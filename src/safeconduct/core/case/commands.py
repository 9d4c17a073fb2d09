"""What a person may tell the desk to do with a request, and who may. Commands are imperative; each has an id, and is done once.

An asker's commands come with the channel's own proof of who asks, but for the denial of kinship, which officer and signatory
sign themselves; every command of the custodian's people is signed (`gate.commands`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from safeconduct.core.case.events import Value
from safeconduct.core.gate.persons import CUSTODIANS, Role

_REVIEWERS = frozenset({Role.REVIEWER, Role.PROTECTED_REVIEWER})
_OFFICERS = frozenset({Role.OFFICER})


@dataclass(frozen=True, slots=True)
class Receive:
    """Take a request in, from a form, a file or the API; `token` is random, or the inspector's."""

    id: str
    by: str
    channel: str
    request: Mapping[str, object]
    token: str
    resubmits: str | None = None
    answers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """Put a completed request in the place of one that was sent back, or was asked about."""

    id: str
    by: str
    case: str
    request: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Clarify:
    """Answer a reviewer's question."""

    id: str
    by: str
    case: str
    says: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Withdraw the request."""

    id: str
    by: str
    case: str


@dataclass(frozen=True, slots=True)
class Preserve:
    """Ask that the record be kept as it is, and nothing be sent."""

    id: str
    by: str
    case: str


@dataclass(frozen=True, slots=True)
class DenyKin:
    """Sign that the person asked about is no family, household or acquaintance of one's own; `request` is the digest."""

    id: str
    by: str
    case: str
    request: str
    says: str = "The person asked about is no family, household or acquaintance of mine."


@dataclass(frozen=True, slots=True)
class AskAsker:
    """Ask the asker something, before any look."""

    id: str
    by: str
    case: str
    says: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """Record the call back to the agency's watch desk, by a number of the custodian's own records."""

    id: str
    by: str
    case: str
    bears_out: bool
    number_from: str
    says: str


@dataclass(frozen=True, slots=True)
class HoldCase:
    """Hold a request for counsel, before any look."""

    id: str
    by: str
    case: str
    why: str


@dataclass(frozen=True, slots=True)
class EndHold:
    """Decide at a hold's end: `goes_on`, `stays` or `refused`."""

    id: str
    by: str
    case: str
    decision: str
    why: str


@dataclass(frozen=True, slots=True)
class PassFirst:
    """Pass the request, and sign the look: `request` and `ruling` are the digests of what was read."""

    id: str
    by: str
    case: str
    request: str
    ruling: str


@dataclass(frozen=True, slots=True)
class RefuseFirst:
    """Refuse the request, before any look: why, and what would cure it."""

    id: str
    by: str
    case: str
    why: str
    cure: str


@dataclass(frozen=True, slots=True)
class RenewLook:
    """Sign the look again, after a permit lapsed."""

    id: str
    by: str
    case: str
    request: str
    ruling: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Take up a case that was matched."""

    id: str
    by: str
    case: str


@dataclass(frozen=True, slots=True)
class DecideFirst:
    """Decide, after the card: `card` is the digest of what was read; `findings` are the reviewer's own facts."""

    id: str
    by: str
    case: str
    request: str
    card: str
    release: bool
    items: tuple[str, ...]
    findings: Mapping[str, Value]
    why: str
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckFact:
    """Record whether the document bears out the fact that was drawn; `document` is its digest."""

    id: str
    by: str
    case: str
    fact: str
    agrees: bool
    document: str


@dataclass(frozen=True, slots=True)
class DecideSecond:
    """Decide as the second, without having seen what the first decided."""

    id: str
    by: str
    case: str
    request: str
    card: str
    release: bool
    items: tuple[str, ...]
    findings: Mapping[str, Value]
    why: str
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettleDispute:
    """As counsel, where two reviewers disagree: send the case on to another, or let nothing be released."""

    id: str
    by: str
    case: str
    send_on: bool
    why: str


@dataclass(frozen=True, slots=True)
class Reverse:
    """Reverse a decision to release, before anything is handed over."""

    id: str
    by: str
    case: str
    why: str


@dataclass(frozen=True, slots=True)
class PickUp:
    """As an officer named in the request, have what is released sealed to one's own certificate (its digest), and handed over."""

    id: str
    by: str
    case: str
    request: str
    certificate: str


@dataclass(frozen=True, slots=True)
class ReportOpening:
    """As the officer, say that the package of that digest was opened."""

    id: str
    by: str
    case: str
    package: str


@dataclass(frozen=True, slots=True)
class Recall:
    """Recall what was released from whoever has it."""

    id: str
    by: str
    case: str
    why: str


@dataclass(frozen=True, slots=True)
class AcknowledgeRecall:
    """As the officer, say that the recall was received."""

    id: str
    by: str
    case: str


@dataclass(frozen=True, slots=True)
class Quarantine:
    """As the officer, say that it is kept from all use: where, and who else had it."""

    id: str
    by: str
    case: str
    says: str


@dataclass(frozen=True, slots=True)
class CertifyDestruction:
    """As the officer, certify that it is destroyed, how, and that no copy is left."""

    id: str
    by: str
    case: str
    how: str


@dataclass(frozen=True, slots=True)
class ReviewEmergency:
    """As counsel, review an emergency afterwards."""

    id: str
    by: str
    case: str
    says: str


@dataclass(frozen=True, slots=True)
class Establish:
    """Establish facts that are the custodian's, by a document; `document` is its digest."""

    id: str
    by: str
    case: str
    facts: Mapping[str, Value]
    document: str


@dataclass(frozen=True, slots=True)
class Redraw:
    """Have another drawn in the place of one who is absent."""

    id: str
    by: str
    case: str
    why: str


@dataclass(frozen=True, slots=True)
class Object:
    """Object, for good."""

    id: str
    by: str
    case: str
    says: str


@dataclass(frozen=True, slots=True)
class RecordInstruction:
    """Record an instruction from above, for good."""

    id: str
    by: str
    case: str
    from_whom: str
    says: str


@dataclass(frozen=True, slots=True)
class Correct:
    """Correct what an event says, by a new one that names it."""

    id: str
    by: str
    case: str
    of: int
    says: str


@dataclass(frozen=True, slots=True)
class EndPlanted:
    """As the inspector, show that the request was planted, and end it."""

    id: str
    by: str
    case: str
    preimage: str


OfItsAsker = Complete | Clarify | Withdraw | Preserve
OfAsker = Receive | OfItsAsker
OfCustodian = (
    DenyKin | AskAsker | CallBack | HoldCase | EndHold | PassFirst | RefuseFirst | RenewLook | Claim | DecideFirst
    | CheckFact | DecideSecond | SettleDispute | Reverse | PickUp | ReportOpening | Recall | AcknowledgeRecall | Quarantine
    | CertifyDestruction | ReviewEmergency | Establish | Redraw | Object | RecordInstruction
    | Correct | EndPlanted
)  # fmt: skip
_SPEAKERS = CUSTODIANS
MAY: Mapping[type, frozenset[Role]] = {
    DenyKin: _OFFICERS,
    AskAsker: _REVIEWERS,
    CallBack: _REVIEWERS,
    HoldCase: _REVIEWERS,
    EndHold: _REVIEWERS | {Role.COUNSEL},
    PassFirst: _REVIEWERS,
    RefuseFirst: _REVIEWERS,
    RenewLook: _REVIEWERS,
    Claim: _REVIEWERS,
    DecideFirst: _REVIEWERS,
    CheckFact: _REVIEWERS,
    DecideSecond: _REVIEWERS,
    SettleDispute: frozenset({Role.COUNSEL}),
    Reverse: _REVIEWERS | {Role.COUNSEL},
    PickUp: _OFFICERS,
    ReportOpening: _OFFICERS,
    Recall: _REVIEWERS | {Role.COUNSEL, Role.INSPECTOR},
    AcknowledgeRecall: _OFFICERS,
    Quarantine: _OFFICERS,
    CertifyDestruction: _OFFICERS,
    ReviewEmergency: frozenset({Role.COUNSEL}),
    Establish: _REVIEWERS | {Role.COUNSEL},
    Redraw: CUSTODIANS,
    Object: _SPEAKERS,
    RecordInstruction: _SPEAKERS,
    Correct: _REVIEWERS | {Role.COUNSEL, Role.INSPECTOR},
    EndPlanted: frozenset({Role.INSPECTOR}),
}
"""Who may give which signed command."""
