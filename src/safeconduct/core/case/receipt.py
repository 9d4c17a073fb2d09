"""From receipt to the first review: a request comes in, the law rules on it, and it goes on, waits, or goes back with its cure.

Everything here is told to the asker in full. Nothing is known of any register yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from safeconduct.core.case import ceilings, resubmission
from safeconduct.core.case.case import Case, digest
from safeconduct.core.case.commands import Complete, EndHold, Receive
from safeconduct.core.case.events import (
    Completed,
    Duplicated,
    Event,
    Held,
    Hold,
    HoldEnded,
    HoldExtended,
    LetThrough,
    Reason,
    Received,
    Refused,
    Ruled,
    SentBack,
)
from safeconduct.core.case.life import State
from safeconduct.core.case.now import Now
from safeconduct.core.facts import Step
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.persons import Person, Role
from safeconduct.core.gate.policy import Counted
from safeconduct.core.log.refusals import Refused as No

_OWNERS = {Hold.TEMPLATE: Role.REVIEWER, Hold.TRIPWIRE: Role.REVIEWER, Hold.DUPLICATE: Role.REVIEWER}
_NOT_CLEARED = frozenset({Hold.LAW, Hold.COURT, Hold.CEILING})
"""What no person's word ends: the law, an order of a court, and a ceiling, which ends in its turn."""
_LONGEST = 2_000


def receive(command: Receive, now: Now) -> Sequence[Event] | No:
    """What happens when a request comes in; or why it cannot be taken."""
    found = digest(command.request)
    if not found or not isinstance(command.request.get("request_id"), str):
        return No("the request has no canonical form, or no `request_id`")
    answers = {rule: text[:_LONGEST] for rule, text in (command.answers or {}).items()}
    received = Received(
        now.at, command.request, found, command.channel, command.by, command.resubmits, answers, command.token
    )
    ruling = ruled(command.request, now)
    if isinstance(ruling, No):
        return ruling
    beside = [Duplicated(now.at, other, "the same agency asks about the same person") for other in now.alike]
    case = Case("", request=command.request, digest=found, answers=answers, received_at=now.at)
    return [received, *beside, ruling, *follows(case, ruling, now)]


def complete(case: Case, command: Complete, now: Now) -> Sequence[Event] | No:
    """What happens when the asker completes or changes the request."""
    found = digest(command.request)
    if not found or found == case.digest or command.request.get("request_id") != (case.request or {}).get("request_id"):
        return No("that is the same request, or one of another id, or none")
    ruling = ruled(command.request, now)
    if isinstance(ruling, No):
        return ruling
    completed = Completed(now.at, command.request, found, command.by)
    before = replace(
        now, earlier=replace(case, refused=()), alike=()
    )  # its own request, which it may add to and not change
    fresh = Case(case.id, request=command.request, digest=found, answers=case.answers, received_at=case.received_at)
    return [completed, ruling, *follows(fresh, ruling, before)]


def ruled(request: Mapping[str, object], now: Now) -> Ruled | No:
    """The law's ruling on a request by itself."""
    if not now.law.in_force:
        return No("the pack or the program is not the one that the log says is in force; nothing is decided")
    ruling = now.law.rule(request, {}, Step.REQUEST)
    return ruling if isinstance(ruling, No) else replace(ruling, at=now.at)


def ruled_anew(case: Case, now: Now) -> Sequence[Event] | No:
    """The ruling under the law of now, where that is another one than when the request was ruled on."""
    ruling = ruled(case.request or {}, now)
    return ruling if isinstance(ruling, No) else [ruling, *follows(case, ruling, now)]


def follows(case: Case, ruling: Ruled, now: Now) -> Iterator[Event]:
    """What follows from a ruling on the request alone."""
    match ruling.outcome:
        case "permit":
            yield from _goes_on(case, now)
        case "incomplete":
            yield SentBack(now.at, ruling.reasons, now.in_days(now.policy.cure_days))
        case "hold":
            yield _held(Hold.LAW, _cited(ruling.reasons), now)
        case "stayed":
            yield _held(Hold.COURT, _cited(ruling.reasons), now)
        case _:
            yield Refused(now.at, "the law", ruling.reasons, None)


def _cited(reasons: Sequence[Reason]) -> str:
    return "; ".join(dict.fromkeys(reason.cites for reason in reasons))


def _goes_on(case: Case, now: Now) -> Iterator[Event]:
    """A request that the law permits: held by the custodian's policy, or let through; while a stop bears on it, neither."""
    if now.gate.bearing(case.request or {}):
        return
    for held in _holds(case, now):
        if held.hold not in case.cleared:
            yield held
            return
    if not case.through:
        yield LetThrough(now.at)


def _holds(case: Case, now: Now) -> Iterator[Held]:
    """What of the policy keeps a request back, the gravest first."""
    yield from (_held(Hold.CONTRADICTION, why, now) for why in _again(case, now))
    if now.tripped:
        yield _held(Hold.TRIPWIRE, "the file or the run of requests to which it belongs has set off a tripwire", now)
    if now.alike:
        yield _held(Hold.DUPLICATE, f"the same agency asks about the same person in {', '.join(now.alike)}", now)
    if case.through:
        return
    over = ceilings.reached(ceilings.keys(case.request or {}), now.policy.ceilings, now.counts)
    if any(ceiling.of is Counted.TEMPLATE for ceiling, _ in over):
        yield _held(Hold.TEMPLATE, "its reason is, but for names, dates and numbers, that of too many others", now)
    rest = [(ceiling, key) for ceiling, key in over if ceiling.of is not Counted.TEMPLATE]
    if rest:
        keys = tuple(dict.fromkeys(f"{of}:{key}" for _, (of, key) in rest))
        why = ", ".join(dict.fromkeys(ceiling.cites for ceiling, _ in rest))
        yield replace(_held(Hold.CEILING, why, now), keys=keys)


def _again(case: Case, now: Now) -> Iterator[str]:
    """A request that was refused, and comes again."""
    if now.earlier is None or case.request is None:
        return
    lacking = resubmission.unanswered(now.earlier.refused or (), case.answers or {})
    changed = resubmission.contradictions(now.earlier.request or {}, case.request)
    if changed:
        yield f"it changes {', '.join(changed)} of {now.earlier.id}, where it may only add"
    elif lacking:
        points = ", ".join(reason.rule for reason in lacking)
        yield f"it does not answer what {now.earlier.id} was refused for: {points}"


def _held(hold: Hold, why: str, now: Now) -> Held:
    return Held(now.at, hold, _OWNERS.get(hold, Role.COUNSEL), now.in_days(now.policy.hold_days), why, "the desk")


def end_hold(case: Case, command: EndHold, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """What a person decides at a hold's end. Its expiry alone decides nothing."""
    held = case.held
    if case.state is not State.HELD or held is None:
        return No("the request is not held")
    if not by.holds((held.owner, Role.COUNSEL)):
        return No(f"this hold is for {held.owner} to end")
    match command.decision:
        case "stays":
            until = now.in_days(now.policy.hold_days)
            return [HoldExtended(now.at, by.person, command.why, until, signature)]
        case "refused" if held.hold is not Hold.CEILING:
            reason = Reason(f"hold.{held.hold}", f"policy:{held.hold}", command.why, "")
            return [Refused(now.at, by.person, (reason,), signature)]
        case "goes_on" if held.hold is not Hold.CEILING:
            return _let_go(case, held, HoldEnded(now.at, by.person, command.why, signature), now)
    return No(
        "a hold `stays`, is `refused`, or `goes_on`; a request above a ceiling waits for its turn and can only stay"
    )


def _let_go(case: Case, held: Held, ended: HoldEnded, now: Now) -> Sequence[Event] | No:
    ruling = ruled(case.request or {}, now)
    if isinstance(ruling, No):
        return ruling
    if held.hold in _NOT_CLEARED and ruling.outcome in {"hold", "stayed"}:
        return No(f"the law still says {ruling.outcome}: {_cited(ruling.reasons)}; no person's word changes that")
    cleared = replace(case, cleared=case.cleared | {held.hold})
    return [ended, ruling, *follows(cleared, ruling, now)]


def let_through(case: Case, now: Now) -> Sequence[Event]:
    """The turn of a request that waits above a ceiling, or waited for a stop to be lifted, if it has come."""
    if case.state is State.RULED and not case.through and case.ruled is not None and case.ruled.outcome == "permit":
        return list(_goes_on(case, now))
    if case.state is not State.HELD or case.held is None or case.held.hold is not Hold.CEILING or case.request is None:
        return []
    over = [
        ceiling
        for ceiling, _ in ceilings.reached(ceilings.keys(case.request), now.policy.ceilings, now.counts)
        if ceiling.of is not Counted.TEMPLATE or Hold.TEMPLATE not in case.cleared
    ]
    return [] if over else [LetThrough(now.at)]


def lapsed(case: Case, now: Now) -> Sequence[Event]:
    """The end of a request that was sent back and not completed in time."""
    if case.state is not State.INCOMPLETE or now.at.date().isoformat() <= case.sent_back_until:
        return []
    return [Refused(now.at, "the desk", case.refused or (), None)]
