"""From the decision that has cooled into the officer's hands, and back: picked up, sealed, handed over, opened, recalled, destroyed.

What is released is picked up by an officer whom the request names, on the day of the answer or later, and the law of then is asked
again. Until that day every officer hears the same, whatever was decided. What must hold before anything is sealed the sealer verifies
for itself; here is what the desk holds people to. A recall does not unsend: it tells whoever holds it, with days to answer by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from safeconduct.core import names, subject
from safeconduct.core.case import review
from safeconduct.core.case.case import Case
from safeconduct.core.case.commands import (
    AcknowledgeRecall,
    CertifyDestruction,
    PickUp,
    Quarantine,
    Recall,
    ReportOpening,
)
from safeconduct.core.case.events import (
    Acknowledged,
    Destroyed,
    Event,
    Opened,
    Overdue,
    PickedUp,
    Quarantined,
    Recalled,
    Released,
    Sealed,
    SealLapsed,
)
from safeconduct.core.case.life import HANDED_OVER, State
from safeconduct.core.case.now import Now
from safeconduct.core.gate import recipients
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.persons import Person
from safeconduct.core.log.refusals import Refused as No

HOLDS = dt.timedelta(minutes=15)
"""For so long what was sealed can be handed over."""
ACKNOWLEDGE, DESTROY = "acknowledge", "destroy"
_NOT_TO_BE_HAD = No("there is nothing to be picked up, or not yet, or not by whoever asks")
"""What every officer hears who may not pick up: whether there is something to be had, and when, is told on the day of the answer."""
_LONGEST = 4_000


# Picked up


def pick_up(case: Case, command: PickUp, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """An officer named in the request asks for what is released."""
    if case.state is not State.COOLING or not is_due(case, now) or not is_named(case, by):
        return _NOT_TO_BE_HAD
    if command.request != case.digest:
        return No("what is signed is of another request")
    enrolled = recipients.enrolled(now.gate.standing, by.person)
    if why := recipients.refusal(enrolled, by.person, now.today):
        return why
    if enrolled is None or command.certificate != enrolled.digest:
        return No("what is signed names another certificate than the one that is enrolled")
    return still_allowed(case, now) or [PickedUp(now.at, by.person, command.certificate, signature)]


def is_due(case: Case, now: Now) -> bool:
    """Whether what was decided may be had: it has cooled, and the day of the answer has come, unless it is an emergency."""
    cooled = case.cooling_until is not None and now.at >= case.cooling_until
    return cooled and (case.emergency or now.at.date().isoformat() >= case.answer_on)


def is_named(case: Case, person: Person) -> bool:
    """Whether a person is one of the officers, or the signatory, by every word of the name and of the agency.

    Attack: a namesake in another agency. An officer is enrolled for the agency that asks, or for the component of one's own.
    """
    office = frozenset(names.words(person.office))
    asking = {
        (frozenset(names.words(name)), frozenset(names.words(of))) for name, of in subject.asking(case.request or {})
    }
    return (person.natural, office) in asking


def still_allowed(case: Case, now: Now) -> No | None:
    """Why the law of now does not allow the release, on what each of the two found; None where it does."""
    if case.decided is None or not case.decided.release:
        return No("nothing is decided to be released")
    for one in (case.first, case.second):
        if one is None or not one.release:
            return No("two have not decided to release")
        if why := review.allowed(case, one.findings, case.decided.items, now):
            return why
    return None


def sealed(package: str, use_until: str, now: Now) -> Sequence[Event]:
    """The sealer has sealed it; that is entered, and then it is handed over."""
    return [Sealed(now.at, package, use_until)]


def may_hand_over(case: Case, now: Now) -> No | None:
    """Why what was sealed is not handed over; None where it may be: once, and for a few minutes again to whoever lost it."""
    if case.state not in {State.ENTERED, State.RELEASED} or case.sealed is None:
        return No("nothing is sealed that stands in the log")
    if has_lapsed(case, now):
        return No("what was sealed has lapsed")
    return still_allowed(case, now)


def has_lapsed(case: Case, now: Now) -> bool:
    """Whether what was sealed, or asked for, has waited for longer than it is kept."""
    begun = case.sealed or case.picked_up
    return begun is not None and now.at >= begun.at + HOLDS


def released(case: Case, now: Now) -> Sequence[Event]:
    """It was handed over; a second time within the minutes tells nothing new."""
    if case.state is State.RELEASED or case.sealed is None:
        return []
    return [Released(now.at, case.sealed.package)]


def seal_lapsed(why: str, now: Now) -> Sequence[Event]:
    """Nothing was handed over."""
    return [SealLapsed(now.at, why)]


# Opened, and called back


def opened(case: Case, command: ReportOpening, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The officer's receipt."""
    if why := _not_the_holder(case, by):
        return why
    if case.sealed is None or command.package != case.sealed.package:
        return No("that is another package than the one that was handed over")
    return [Opened(now.at, by.person, command.package, signature)]


def _not_the_holder(case: Case, by: Person) -> No | None:
    if case.state not in HANDED_OVER or case.picked_up is None or case.picked_up.by != by.person:
        return No("nothing of this request was handed over to whoever says this")
    return None


def recall(case: Case, command: Recall, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """What was released is recalled: one person's act, at once."""
    if case.state not in {State.RELEASED, State.OPENED}:
        return No("nothing is out that could be recalled, or it is recalled already")
    if review.asks(case, by):
        return No("whoever asks recalls nothing")
    if not _is_said(command.why):
        return No("a recall says why")
    acknowledge, destroy = now.in_working_days(now.policy.acknowledge_days), now.in_days(now.policy.destroy_days)
    return [Recalled(now.at, by.person, command.why, acknowledge, destroy, signature)]


def acknowledge(case: Case, _: AcknowledgeRecall, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The holder has received the recall."""
    return _not_the_holder(case, by) or [Acknowledged(now.at, by.person, signature)]


def quarantine(case: Case, command: Quarantine, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The holder keeps it from all use."""
    if not _is_said(command.says):
        return No("it says where it is kept, and who else had it")
    return _not_the_holder(case, by) or [Quarantined(now.at, by.person, command.says, signature)]


def certify(
    case: Case, command: CertifyDestruction, by: Person, signature: Signature, now: Now
) -> Sequence[Event] | No:
    """The holder certifies that it is destroyed."""
    if not _is_said(command.how):
        return No("a certificate says how it was destroyed, and that no copy is left")
    return _not_the_holder(case, by) or [Destroyed(now.at, by.person, command.how, signature)]


def _is_said(text: str) -> bool:
    return 0 < len(text.strip()) <= _LONGEST


def overdue(case: Case, now: Now) -> str:
    """What the holder of something that is recalled should have done by today, and has not been told of yet; "" where nothing is."""
    if case.recalled is None or case.state is State.DESTROYED:
        return ""
    today = now.at.date().isoformat()
    unanswered = case.state is State.RECALLED and today > case.recalled.acknowledge_by
    if unanswered and ACKNOWLEDGE not in case.overdue:
        return ACKNOWLEDGE
    return DESTROY if today > case.recalled.destroy_by and DESTROY not in case.overdue else ""


def became_overdue(case: Case, now: Now) -> Sequence[Event]:
    """That is recorded once."""
    what = overdue(case, now)
    return [Overdue(now.at, what)] if what else []
