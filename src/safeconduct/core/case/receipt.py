"""From receipt to the first review: a request comes in, the law rules on it, and it goes on, waits, or goes back with its cure.

Everything here is told to the asker in full. Nothing is known of any register yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from safeconduct.core.case import ceilings, resubmission, review
from safeconduct.core.case.case import Case, apply, digest
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


def receive(case: Case, command: Receive, now: Now) -> Sequence[Event] | No:
    """What happens when a request comes in; or why it cannot be taken."""
    found = digest(command.request)
    if case.state is not State.NEW or not found or not isinstance(command.request.get("request_id"), str):
        return No("the request has no canonical form or no `request_id`, or was received")
    if why := _resubmits_nothing(command, now):
        return why
    answers = {rule: text[:_LONGEST] for rule, text in (command.answers or {}).items()}
    again = now.earlier.id if now.earlier else None
    received = Received(
        now.at, command.request, found, command.channel, command.by, again, answers, command.token, now.tripped
    )
    ruling = ruled(command.request, now)
    if isinstance(ruling, No):
        return ruling
    beside = _duplicated(now.alike, now)
    came: list[Event] = [received, *beside]
    for event in came:
        case = apply(case, event)
    return [*came, ruling, *follows(case, ruling, now)]


def _duplicated(others: Iterable[str], now: Now) -> list[Duplicated]:
    return [Duplicated(now.at, other, "the same agency asks about the same person") for other in others]


def _resubmits_nothing(command: Receive, now: Now) -> No | None:
    """Why what is named as the earlier request is none: whoever names another would have nothing to answer."""
    earlier = now.earlier
    if command.resubmits is None or earlier is None or earlier.id == command.resubmits:
        is_one = earlier is not None and earlier.state is State.REFUSED
        return None if command.resubmits is None or is_one else No("`resubmits` names no request that was refused")
    return No(f"the request about this person that was refused last is {earlier.id}; name that one")


def complete(case: Case, command: Complete, now: Now) -> Sequence[Event] | No:
    """What happens when the asker completes the request: it may add to it, and change neither who asks, about whom, nor why."""
    if not _is_waited_for(case, now):
        return _NOT_COMPLETED
    found = digest(command.request)
    if not found or found == case.digest or command.request.get("request_id") != (case.request or {}).get("request_id"):
        return No("that is the same request, or one of another id, or none")
    ruling = ruled(command.request, now)
    if isinstance(ruling, No):
        return ruling
    completed = Completed(now.at, command.request, found, command.by)
    beside = _duplicated((one for one in now.alike if one not in case.duplicates), now)
    fresh = case
    came: list[Event] = [completed, *beside]
    for event in came:
        fresh = apply(fresh, event)
    changed = resubmission.contradictions(case.request or {}, command.request)
    if changed and ruling.outcome != "refuse":
        why = f"it changes {', '.join(changed)} of what it said before, where it may only add"
        return [*came, ruling, _held(Hold.CONTRADICTION, why, now)]
    return [*came, ruling, *follows(fresh, ruling, now)]


_CURED = frozenset({Hold.LAW, Hold.COURT, Hold.CEILING})
"""What an asker may try to cure by completing. What a person is to judge stays as it is until it is judged."""
_NOT_COMPLETED = No("the request is not waited for to be completed")


def _is_waited_for(case: Case, now: Now) -> bool:
    """Whether the asker may complete: what was sent back, until its day; what the law holds; what a reviewer asks about."""
    match case.state:
        case State.INCOMPLETE:
            return now.at.date().isoformat() <= case.sent_back_until
        case State.HELD:
            return case.held is not None and case.held.hold in _CURED
        case State.FIRST_REVIEW:
            return case.asked != ""
    return False


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
    """A request that the law permits: held by the custodian's policy, or let through; neither while a stop bears on it.

    Nor while the pack or the program is another than the one in force: then it waits, as for a stop.
    """
    if review.hindered(case, now):
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
    if now.tripped or case.tripped:
        yield _held(Hold.TRIPWIRE, "the file or the run of requests to which it belongs has set off a tripwire", now)
    if alike := dict.fromkeys((*case.duplicates, *now.alike)):
        yield _held(Hold.DUPLICATE, f"the same agency asks about the same person in {', '.join(alike)}", now)
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
    if not by.holds((held.owner, Role.COUNSEL)) or review.asks(case, by):
        return No(f"this hold is for {held.owner} to end, and for nobody who asks")
    if not command.why.strip():
        return No("whoever decides at a hold's end says why")
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
    return [] if over or review.hindered(case, now) else [LetThrough(now.at)]


def lapsed(case: Case, now: Now) -> Sequence[Event]:
    """The end of a request that was sent back and not completed in time."""
    if case.state is not State.INCOMPLETE or now.at.date().isoformat() <= case.sent_back_until:
        return []
    return [Refused(now.at, "the desk", case.refused or (), None)]
