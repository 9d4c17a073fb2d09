"""What happened to a request: events in the past tense, which never change. Their shapes are those of `records`.

What may follow what stands in `life`; what they come to in `case`. `at` is the date in law, which is the witnesses'.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.gate.commands import name
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.persons import Role

Value = bool | int | str | None
"""A fact's value."""


class Hold(StrEnum):
    """Why a request waits for a person."""

    LAW = "law"
    COURT = "court"
    CEILING = "ceiling"
    TEMPLATE = "template"
    TRIPWIRE = "tripwire"
    CONTRADICTION = "contradiction"
    DUPLICATE = "duplicate"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded reason of a refusal: the rule, what it cites, what it means for the asker, what would cure it."""

    rule: str
    cites: str
    means: str
    cure: str


@dataclass(frozen=True, slots=True)
class Received:
    """That a request came in. `resubmits` names an earlier case, each point of whose refusal `answers` answers.

    `token` is random, or made with the inspector's key where the inspector planted the request: nobody else can tell. `tripped`
    is that the file in which it came had set off a tripwire.
    """

    at: dt.datetime
    request: Mapping[str, object]
    digest: str
    channel: str
    by: str
    resubmits: str | None
    answers: Mapping[str, str]
    token: str
    tripped: bool = False


@dataclass(frozen=True, slots=True)
class Completed:
    """That the asker completed the request, or changed it: from here on it is this one."""

    at: dt.datetime
    request: Mapping[str, object]
    digest: str
    by: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the law said of the request, under which law; `reasons` are what bears."""

    at: dt.datetime
    outcome: str
    reasons: tuple[Reason, ...]
    items: tuple[str, ...]
    pack: str
    orders: str
    engine: str
    reading: str
    law_on: str
    emergency: bool


@dataclass(frozen=True, slots=True)
class SentBack:
    """That the request lacks something which the asker can supply, until when."""

    at: dt.datetime
    reasons: tuple[Reason, ...]
    until: str


@dataclass(frozen=True, slots=True)
class Held:
    """That the request waits for a person's decision: whose it is, and until when.

    `keys` are those by which it is above a ceiling, each as what is counted, a colon, and a digest.
    """

    at: dt.datetime
    hold: Hold
    owner: Role
    until: str
    why: str
    by: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """That whoever owned the hold let the request go on, as far as the law does."""

    at: dt.datetime
    by: str
    why: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class HoldExtended:
    """That whoever owned the hold decided that it goes on."""

    at: dt.datetime
    by: str
    why: str
    until: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class LetThrough:
    """That the request's turn came, in the order of receipt."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """That the request was refused before any look. It is told in full, with what would cure it."""

    at: dt.datetime
    by: str
    reasons: tuple[Reason, ...]
    signature: Signature | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """That a reviewer was drawn by lot for a place: among whom, by which anchor's checkpoint; `passed_over` were absent."""

    at: dt.datetime
    place: str
    person: str
    among: tuple[str, ...]
    anchor: int
    passed_over: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class KinDenied:
    """That an officer or signatory signed that the person asked about is no family, household or acquaintance of theirs."""

    at: dt.datetime
    by: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class ClarificationAsked:
    """What a reviewer asked the asker, before any look."""

    at: dt.datetime
    by: str
    says: str


@dataclass(frozen=True, slots=True)
class ClarificationGiven:
    """What the asker answered."""

    at: dt.datetime
    by: str
    says: str


@dataclass(frozen=True, slots=True)
class CalledBack:
    """That the custodian called back the agency's watch desk, by a number of its own records, and what was said."""

    at: dt.datetime
    by: str
    bears_out: bool
    number_from: str
    says: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class FirstPassed:
    """That the first reviewer passed the request and signed the look; on `answer_on` the asker hears, whatever comes."""

    at: dt.datetime
    by: str
    answer_on: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class LookRenewed:
    """That the first reviewer signed the look again, after a permit had lapsed. The day of the answer stays."""

    at: dt.datetime
    by: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class LookPermitted:
    """The look permit, signed by the desk; its entry is on its way to the log."""

    at: dt.datetime
    permit: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class EntryMade:
    """An entry that is to stand in the log, before it is put there: the same bytes are brought there again after a crash.

    `opened` is what opens the group that has to be shown; `since` is how many entries the log had.
    """

    at: dt.datetime
    kind: str
    entry: bytes
    opened: Mapping[str, object]
    since: int


@dataclass(frozen=True, slots=True)
class Logged:
    """That the entry made last stands in the log: at which index, under which checkpoint; `shown` is the disclosure of it."""

    at: dt.datetime
    kind: str
    index: int
    shown: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LookLapsed:
    """That a permit ran out, or was used and its answer lost. Whether there is a record is not known by it."""

    at: dt.datetime
    why: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A line of the card."""

    what: str
    said: str
    how: str


@dataclass(frozen=True, slots=True)
class Looked:
    """That the broker looked, once: what it came to, and the how-many-th look of the broker's it was."""

    at: dt.datetime
    found: str
    look: int


@dataclass(frozen=True, slots=True)
class Matched:
    """That one record was found: the card, which reviewer it goes to, and the record, sealed to the sealer."""

    at: dt.datetime
    card: tuple[Compared, ...]
    route: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Claimed:
    """That a reviewer has taken up the case."""

    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class FirstDecided:
    """What the first reviewer decided and found, after the card; which of the items are only to be confirmed."""

    at: dt.datetime
    by: str
    release: bool
    items: tuple[str, ...]
    findings: Mapping[str, Value]
    why: str
    signature: Signature
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactDrawn:
    """Which stated fact is to be checked against its document, by lot."""

    at: dt.datetime
    fact: str
    shown_by: str


@dataclass(frozen=True, slots=True)
class FactChecked:
    """Whether the document bears out the fact that was drawn."""

    at: dt.datetime
    by: str
    fact: str
    agrees: bool
    document: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class SecondDecided:
    """What the second reviewer decided and found, without having seen the first's."""

    at: dt.datetime
    by: str
    release: bool
    items: tuple[str, ...]
    findings: Mapping[str, Value]
    why: str
    signature: Signature
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalated:
    """That the two do not agree, and counsel is asked."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class SentOn:
    """That counsel sends the case on to another reviewer, whom nothing of the two decisions is told."""

    at: dt.datetime
    by: str
    why: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision: whether to release, and which items, or nothing; which of them are only confirmed."""

    at: dt.datetime
    release: bool
    items: tuple[str, ...]
    by: tuple[str, ...]
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoolingBegan:
    """That a release waits, and until when, so that it can still be stopped."""

    at: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Reversed:
    """That a decision to release was reversed before anything was handed over."""

    at: dt.datetime
    by: str
    why: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class PickedUp:
    """That a named officer asks for what is released, to be sealed to the certificate of that digest."""

    at: dt.datetime
    by: str
    certificate: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Sealed:
    """That the sealer has sealed the package of that digest; it is handed over once that stands in the log."""

    at: dt.datetime
    package: str
    use_until: str


@dataclass(frozen=True, slots=True)
class SealLapsed:
    """That nothing was handed over of what was sealed, or asked for, and why."""

    at: dt.datetime
    why: str


@dataclass(frozen=True, slots=True)
class Released:
    """That the package was handed over."""

    at: dt.datetime
    package: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The officer's receipt: that the package was opened."""

    at: dt.datetime
    by: str
    package: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Recalled:
    """That what was released is recalled from whoever has it: why, and until when it is to be acknowledged, and destroyed."""

    at: dt.datetime
    by: str
    why: str
    acknowledge_by: str
    destroy_by: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """That the holder has received the recall."""

    at: dt.datetime
    by: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Quarantined:
    """That the holder keeps it from all use; `says` where, and who else had it."""

    at: dt.datetime
    by: str
    says: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Overdue:
    """That a day of a recall has passed on which the holder should have done something: `acknowledge` or `destroy`."""

    at: dt.datetime
    what: str


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The holder's certificate of destruction: how, and that no copy is left."""

    at: dt.datetime
    by: str
    how: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Answered:
    """That the day of the answer came, and nothing is released."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class CounselReviewed:
    """What counsel found of an emergency afterwards."""

    at: dt.datetime
    by: str
    says: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Established:
    """Facts that the custodian established, and the digest of the document that shows them."""

    at: dt.datetime
    by: str
    facts: Mapping[str, Value]
    document: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Duplicated:
    """That another case asks the same, or nearly the same, of the same person."""

    at: dt.datetime
    other: str
    alike: str


@dataclass(frozen=True, slots=True)
class Preserved:
    """That the asker wants the record kept as it is, and nothing sent, until a day."""

    at: dt.datetime
    by: str
    until: str


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection. Nothing removes it."""

    at: dt.datetime
    by: str
    says: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Instructed:
    """An instruction from above: whose, and what it said. Nothing removes it."""

    at: dt.datetime
    by: str
    from_whom: str
    says: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction: of which event (its number in the case), and what is so. The old event stays."""

    at: dt.datetime
    by: str
    of: int
    says: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Stopped:
    """That a stop against this request was set."""

    at: dt.datetime
    by: str
    stop: str


@dataclass(frozen=True, slots=True)
class Lifted:
    """That a stop against this request was lifted."""

    at: dt.datetime
    by: tuple[str, ...]
    stop: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """That the asker withdrew the request."""

    at: dt.datetime
    by: str


@dataclass(frozen=True, slots=True)
class PlantedEnded:
    """That the inspector showed that the request was planted: `preimage` is what its token was made of."""

    at: dt.datetime
    by: str
    preimage: str
    signature: Signature


_ALL = (
    Received, Completed, Ruled, SentBack, Held, HoldEnded, HoldExtended, LetThrough, Refused, Drawn, KinDenied,
    ClarificationAsked, ClarificationGiven, CalledBack, FirstPassed, LookRenewed, LookPermitted, EntryMade, Logged,
    LookLapsed, Looked, Matched, Claimed, FirstDecided, FactDrawn, FactChecked, SecondDecided, Escalated, SentOn, Decided,
    CoolingBegan, Reversed, PickedUp, Sealed, SealLapsed, Released, Opened, Recalled, Acknowledged, Quarantined, Overdue,
    Destroyed, Answered, CounselReviewed, Established, Duplicated, Preserved, Objected, Instructed, Corrected,
    Stopped, Lifted, Withdrawn, PlantedEnded,
)  # fmt: skip
Event = (
    Received | Completed | Ruled | SentBack | Held | HoldEnded | HoldExtended | LetThrough | Refused | Drawn | KinDenied
    | ClarificationAsked | ClarificationGiven | CalledBack | FirstPassed | LookRenewed | LookPermitted | EntryMade | Logged
    | LookLapsed | Looked | Matched | Claimed | FirstDecided | FactDrawn | FactChecked | SecondDecided | Escalated | SentOn
    | Decided | CoolingBegan | Reversed | PickedUp | Sealed | SealLapsed | Released | Opened | Recalled | Acknowledged
    | Quarantined | Overdue | Destroyed | Answered | CounselReviewed | Established | Duplicated | Preserved | Objected
    | Instructed | Corrected | Stopped | Lifted | Withdrawn | PlantedEnded
)  # fmt: skip
KINDS: dict[str, type] = {name(kind): kind for kind in _ALL}
