"""One command to one case: who may give it, and which function answers it. It answers with events, or with a reason.

While a stop bears on a case, or an order of a court, nothing follows that would bring it nearer to a release (`life.WHILE_STOPPED`).
"""

from __future__ import annotations

from collections.abc import Sequence

from safeconduct.core.case import commands, hand_over, life, passage, receipt, remarks, review
from safeconduct.core.case.case import FIRST, SECOND, Case, OutOfOrder, apply
from safeconduct.core.case.commands import OfAsker, OfItsAsker
from safeconduct.core.case.events import Event
from safeconduct.core.case.life import State
from safeconduct.core.case.now import Now
from safeconduct.core.gate import gate
from safeconduct.core.gate.commands import name
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.gate import Signed
from safeconduct.core.gate.persons import Person
from safeconduct.core.log.refusals import Refused as No


def of_asker(case: Case, command: OfAsker, now: Now) -> Sequence[Event] | No:
    """What happens by a command of an asker's. From the pass on every refusal is the same: it would tell where the case stands."""
    if isinstance(command, commands.Receive):
        return checked(case, receipt.receive(case, command, now), now)
    if case.request is None or command.by != case.by:
        return No("that is no request of whoever asks this")
    answer = _of_asker(case, command, now)
    return _NOT_NOW if isinstance(answer, No) and case.passed_on is not None else answer


_NOT_NOW = No("that cannot be done with this request any more, or not at this moment")


def _of_asker(case: Case, command: OfItsAsker, now: Now) -> Sequence[Event] | No:
    match command:
        case commands.Complete():
            if life.after(case.state, "completed") is None:
                return _NOT_NOW
            return checked(case, receipt.complete(case, command, now), now)
        case commands.Clarify():
            return checked(case, remarks.clarify(case, command, now), now)
        case commands.Withdraw():
            return checked(case, remarks.withdraw(case, command, now), now)
        case commands.Preserve():
            return checked(case, remarks.preserve(command, now), now)


def signed(case: Case, said: Signed, now: Now) -> Sequence[Event] | No:
    """What happens by a signed command."""
    by = gate.authenticated(said, now.gate, commands.MAY)
    if isinstance(by, No):
        return by
    return checked(case, _by(case, said.command, by, gate.signature(said), now), now)


def _by(  # noqa: C901, PLR0912  # one line for each command
    case: Case, command: object, by: Person, signature: Signature, now: Now
) -> Sequence[Event] | No:
    match command:
        case commands.DenyKin():
            return remarks.deny_kin(case, command, by, signature, now)
        case commands.AskAsker():
            return remarks.ask(case, command, by, now)
        case commands.CallBack():
            return remarks.call_back(case, command, by, signature, now)
        case commands.HoldCase():
            return remarks.hold(case, command, by, now)
        case commands.EndHold():
            return receipt.end_hold(case, command, by, signature, now)
        case commands.PassFirst():
            return review.pass_first(case, command, by, signature, now)
        case commands.RefuseFirst():
            return review.refuse_first(case, command, by, signature, now)
        case commands.RenewLook():
            return review.renew_look(case, command, by, signature, now)
        case commands.Claim():
            return review.claim(case, command, by, now)
        case commands.DecideFirst():
            return review.decide_first(case, command, by, signature, now)
        case commands.CheckFact():
            return review.check_fact(case, command, by, signature, now)
        case commands.DecideSecond():
            return review.decide_second(case, command, by, signature, now)
        case commands.SettleDispute():
            return review.settle(case, command, by, signature, now)
        case commands.Reverse():
            return review.reverse(case, command, by, signature, now)
        case commands.PickUp():
            return hand_over.pick_up(case, command, by, signature, now)
        case commands.ReportOpening():
            return hand_over.opened(case, command, by, signature, now)
        case commands.Recall():
            return hand_over.recall(case, command, by, signature, now)
        case commands.AcknowledgeRecall():
            return hand_over.acknowledge(case, command, by, signature, now)
        case commands.Quarantine():
            return hand_over.quarantine(case, command, by, signature, now)
        case commands.CertifyDestruction():
            return hand_over.certify(case, command, by, signature, now)
        case commands.ReviewEmergency():
            return remarks.review_emergency(case, command, by, signature, now)
        case commands.Establish():
            return remarks.establish(case, command, by, signature, now)
        case commands.Redraw():
            return redraw(case, command, now)
        case commands.Object():
            return remarks.object_(command, by, signature, now)
        case commands.RecordInstruction():
            return remarks.instruct(command, by, signature, now)
        case commands.Correct():
            return remarks.correct(case, command, by, signature, now)
        case commands.EndPlanted():
            return remarks.end_planted(case, command, by, signature, now)
    return No("that is no command to a case")


_REDRAWN = {
    State.FIRST_REVIEW: FIRST,
    State.LAPSED: FIRST,
    State.MATCHED: FIRST,
    State.CLAIMED: FIRST,
    State.SECOND_REVIEW: SECOND,
}


def redraw(case: Case, command: commands.Redraw, now: Now) -> Sequence[Event] | No:
    """Another is drawn in the place of one who is absent: off duty, that is, and not merely disliked."""
    place = _REDRAWN.get(case.state)
    if place is None or now.anchor is None:
        return No("nobody is waited for")
    absent = case.person(place)
    if absent in now.gate.duty and absent in now.gate.persons:
        return No(f"{absent} is on duty; whoever is drawn stays drawn")
    before = (case.drawn or {})[place].passed_over
    return passage.drawn(case, place, tuple(dict.fromkeys((*before, absent))), command.why, now)


def checked(case: Case, happened: Sequence[Event] | No, now: Now) -> Sequence[Event] | No:
    """Hold what would happen to the table, and to the law and the stops that bear on the case as it would then be."""
    if isinstance(happened, No):
        return happened
    after = case
    for event in happened:
        what = name(type(event))
        request = after.request or getattr(event, "request", None) or {}
        stops = now.gate.bearing(request) if what not in life.WHILE_STOPPED else []
        if stops and what not in {"received", "ruled", "held", "sent_back", "completed"}:
            return No(f"stopped: {', '.join(stops)}")
        if what in life.UNDER_THE_LAW and (why := review.in_time(after, now) or review.permitted_now(after, now)):
            return why
        if what in life.AT_PICK_UP and (why := review.permitted_now(after, now)):
            return why
        try:
            after = apply(after, event)
        except OutOfOrder:
            return No(f"`{what}` does not follow in the state `{after.state}`")
    return happened
