"""What is recorded beside the steps of a case, by whoever may, and removed by nothing: objections, instructions, corrections, facts.

Questions to the asker and the denial of kinship come before the look; a question after it would tell what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from safeconduct.core import canonical, names, subject
from safeconduct.core.case import life, review
from safeconduct.core.case.case import FIRST, Case
from safeconduct.core.case.commands import (
    AskAsker,
    CallBack,
    Clarify,
    Correct,
    DenyKin,
    EndPlanted,
    Establish,
    HoldCase,
    Object,
    Preserve,
    RecordInstruction,
    ReviewEmergency,
    Withdraw,
)
from safeconduct.core.case.events import (
    CalledBack,
    ClarificationAsked,
    ClarificationGiven,
    Corrected,
    CounselReviewed,
    Established,
    Event,
    Held,
    Hold,
    Instructed,
    KinDenied,
    Objected,
    PlantedEnded,
    Preserved,
    Withdrawn,
)
from safeconduct.core.case.life import State
from safeconduct.core.case.now import Now
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.persons import Person, Role
from safeconduct.core.log.refusals import Refused as No

_TOO_LATE = No("that can be said only before the look: after it, it would tell what was found")
_LONGEST = 4_000


def _is_said(text: str) -> bool:
    return 0 < len(text.strip()) <= _LONGEST


# Askers


def clarify(case: Case, command: Clarify, now: Now) -> Sequence[Event] | No:
    """The asker answers a question."""
    if not case.asked or not _is_said(command.says):
        return No("no question is open, or nothing is answered")
    return [ClarificationGiven(now.at, command.by, command.says)]


def withdraw(case: Case, command: Withdraw, now: Now) -> Sequence[Event] | No:
    """The asker withdraws the request."""
    if life.after(case.state, "withdrawn") is None:
        return No("the request cannot be withdrawn at this moment, or not any more")
    return [Withdrawn(now.at, command.by)]


def preserve(command: Preserve, now: Now) -> Sequence[Event] | No:
    """The asker wants the record kept as it is, and nothing sent. It looks nothing up."""
    return [Preserved(now.at, command.by, now.in_days(now.policy.preserve_days))]


def deny_kin(case: Case, command: DenyKin, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """An officer or the signatory signs that the person asked about is nobody of theirs."""
    if case.state not in life.UNTIL_THE_LOOK:
        return _TOO_LATE
    asking = [frozenset(names.words(asker)) for asker in subject.askers(case.request or {})]
    if by.natural not in asking:
        return No("whoever signs this is neither an officer nor the signatory of the request")
    if command.request != case.digest or command.says != DenyKin.__dataclass_fields__["says"].default:
        return No("what is signed is of another request, or says something else")
    return [KinDenied(now.at, by.person, signature)]


# Custodians, before the look


def ask(case: Case, command: AskAsker, by: Person, now: Now) -> Sequence[Event] | No:
    """The first reviewer asks the asker something."""
    if case.state is not State.FIRST_REVIEW:
        return _TOO_LATE
    if case.asked or not _is_said(command.says):
        return No("a question is open already, or nothing is asked")
    return review.may_review(case, by, FIRST, now) or [ClarificationAsked(now.at, by.person, command.says)]


def hold(case: Case, command: HoldCase, by: Person, now: Now) -> Sequence[Event] | No:
    """The first reviewer holds the request for counsel."""
    if case.state is not State.FIRST_REVIEW or not _is_said(command.why):
        return _TOO_LATE
    until = now.in_days(now.policy.hold_days)
    held = Held(now.at, Hold.REVIEWER, Role.COUNSEL, until, command.why, by.person)
    return review.may_review(case, by, FIRST, now) or [held]


def call_back(case: Case, command: CallBack, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """Somebody on duty has called the agency's watch desk."""
    if case.state not in life.UNTIL_THE_LOOK:
        return _TOO_LATE
    if review.asks(case, by):
        return No("whoever asks calls nobody back")
    if by.person not in now.gate.duty or not (_is_said(command.number_from) and _is_said(command.says)):
        return No(
            "somebody on duty calls back, and says which of the custodian's records the number is from, and what was said"
        )
    return [CalledBack(now.at, by.person, command.bears_out, command.number_from, command.says, signature)]


# Custodians, at any time


def establish(case: Case, command: Establish, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """Facts that are the custodian's, by a document."""
    if not command.facts or not canonical.is_digest(command.document):
        return No("it names facts, and the digest of the document that shows them")
    if review.asks(case, by):
        return No("whoever asks establishes nothing")
    why = review.wrong_facts(command.facts, review.BY_CUSTODIAN, now)
    return why or [Established(now.at, by.person, command.facts, command.document, signature)]


def review_emergency(
    case: Case, command: ReviewEmergency, by: Person, signature: Signature, now: Now
) -> Sequence[Event] | No:
    """Counsel reviews an emergency afterwards."""
    if not case.emergency or not _is_said(command.says) or case.state in life.UNTIL_THE_LOOK:
        return No("it is no emergency that has been looked into, or nothing is said")
    return [CounselReviewed(now.at, by.person, command.says, signature)]


def object_(command: Object, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """An objection, for good."""
    return [Objected(now.at, by.person, command.says, signature)] if _is_said(command.says) else No("nothing is said")


def instruct(command: RecordInstruction, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """An instruction from above, for good."""
    if not _is_said(command.from_whom) or not _is_said(command.says):
        return No("it says from whom, and what")
    return [Instructed(now.at, by.person, command.from_whom, command.says, signature)]


def correct(case: Case, command: Correct, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """A correction, which names the event that it corrects and leaves it as it is."""
    if not 0 <= command.of < case.version or not _is_said(command.says):
        return No(f"a correction names one of the {case.version} events of the case, and says what is so")
    return [Corrected(now.at, by.person, command.of, command.says, signature)]


def end_planted(case: Case, command: EndPlanted, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The inspector shows that the request was planted: the token was made of this, which nobody else has."""
    if life.after(case.state, life.PLANTED_ENDED) is None:
        return No("the case has ended")
    if token_of(command.preimage) != case.token:
        return No("the request's token was not made of that: it is no planted request")
    return [PlantedEnded(now.at, by.person, command.preimage, signature)]


def token_of(preimage: str) -> str:
    """The token of a planted request."""
    return sha256(b"safeconduct planted v1\n" + preimage.encode()).hexdigest()
