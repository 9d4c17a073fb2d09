"""What people judge: the first review before the look, the two decisions after it, counsel where they differ.

A person may narrow what the law allows and never widen it: every step is ruled on again under the law of now. No natural person
acts twice in a case, and none who asks. What a machine does between is for `passage`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from safeconduct.core import canonical, subject
from safeconduct.core.case import life
from safeconduct.core.case.case import FIRST, SECOND, Case, card_digest, ruling_digest
from safeconduct.core.case.commands import (
    CheckFact,
    Claim,
    DecideFirst,
    DecideSecond,
    PassFirst,
    RefuseFirst,
    RenewLook,
    Reverse,
    SettleDispute,
)
from safeconduct.core.case.events import (
    Claimed,
    Decided,
    Escalated,
    Event,
    FactChecked,
    FirstDecided,
    FirstPassed,
    LookRenewed,
    Reason,
    Refused,
    Reversed,
    Ruled,
    SecondDecided,
    SentOn,
    Value,
)
from safeconduct.core.case.life import State
from safeconduct.core.case.now import Now
from safeconduct.core.expression import Kind
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.gate import stops
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.persons import Person, Role, are_one
from safeconduct.core.gate.policy import Known
from safeconduct.core.log.refusals import Refused as No
from safeconduct.core.opened_record import Route

EMERGENCY_ANSWER = 1
"""Working days until nobody waits for an emergency any more; a release in one is told at once."""
BY_REVIEWERS = frozenset({EstablishedBy.REVIEWER})
BY_CUSTODIAN = frozenset({EstablishedBy.CUSTODIAN})


def may_review(case: Case, person: Person, place: str, now: Now) -> No | None:
    """Why a person may not act in a place of a case; None where it is that person's."""
    if case.person(place) != person.person:
        return No(f"another was drawn as the {place} reviewer, or nobody yet")
    if person.person not in now.gate.duty:
        return No(f"{person.person} is not on duty")
    if not person.holds((role_of(case, place),)):
        return No(f"the {place} reviewer of this case has the role `{role_of(case, place)}`")
    return unfit(case, person, place, now)


def unfit(case: Case, person: Person, place: str, now: Now) -> No | None:
    """Why somebody cannot judge a case at all: who asks, or who has acted in another place of it."""
    if asks(case, person):
        return No("whoever asks does not judge")
    others = {case.person(other) for other in (FIRST, SECOND) if other != place} - {""}
    others |= {one for one, acted_as in (case.acted or {}).items() if acted_as != place}
    if person.person in others or are_one(person, [now.gate.persons[one] for one in others & now.gate.persons.keys()]):
        return No("one natural person acts once in a case")
    if others - now.gate.persons.keys():
        return No(
            "somebody who acted in the case is named to no role any more: whether it is the same person nobody can tell"
        )
    return None


def asks(case: Case, person: Person) -> bool:
    """Whether somebody may be one of those who ask, however the request writes the name."""
    return any(stops.may_be_one(person.name, asker) for asker in subject.askers(case.request or {}))


def role_of(case: Case, place: str) -> Role:
    """Who acts in a place of a case."""
    return role_on(case.matched.route if case.matched else Route.ORDINARY, place)


def role_on(route: str, place: str) -> Role:
    """Who acts in a place on a route: on the protected one the second is a reviewer for it."""
    return Role.PROTECTED_REVIEWER if place == SECOND and route == Route.PROTECTED else Role.REVIEWER


# Before the look


def pass_first(case: Case, command: PassFirst, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The first reviewer passes the request and signs the look."""
    if case.state is not State.FIRST_REVIEW or case.ruled is None:
        return No("the request is not at its first review")
    why = (
        may_review(case, by, FIRST, now) or _permitted(case, command.request, command.ruling, now) or _at_most(by, now)
    )
    if why:
        return why
    if case.asked:
        return No("a question to the asker is open")
    if case.emergency and case.called_back is not True:
        return No("an emergency is passed after the agency's watch desk was called back and bore it out")
    after = EMERGENCY_ANSWER if case.emergency else now.policy.answer_after
    return [FirstPassed(now.at, by.person, now.in_working_days(after), signature)]


def _permitted(case: Case, request: str, ruling: str, now: Now) -> No | None:
    """Why what is signed is not what the law permits now."""
    if case.ruled is None or case.request is None:
        return No("the request has not been ruled on")
    if request != case.digest or ruling != ruling_digest(case.ruled):
        return No("what is signed is another request or another ruling than that of the case")
    return permitted_now(case, now)


def permitted_now(case: Case, now: Now) -> No | None:
    """Why the law of now, or a stop, does not let a request go on; None where it does."""
    if why := hindered(case, now):
        return why
    ruling = ruled_now(case, now)
    if isinstance(ruling, No):
        return ruling
    return None if ruling.outcome == "permit" else No(f"the law now says {ruling.outcome}: {_cites(ruling)}")


def hindered(case: Case, now: Now) -> No | None:
    """Why the law of now is not even asked: a stop, or a pack that is not the one in force; None where it is."""
    if bearing := now.gate.bearing(case.request or {}):
        return No(f"stopped: {', '.join(bearing)}")
    if not now.law.in_force:
        return No("the pack or the program is not the one that the log says is in force; nothing is decided")
    return None


def ruled_now(case: Case, now: Now) -> Ruled | No:
    """The ruling of the law of now on the request alone."""
    return now.law.rule(case.request or {}, {}, Step.REQUEST)


def _cites(ruling: Ruled) -> str:
    return "; ".join(dict.fromkeys(reason.cites for reason in ruling.reasons))


def _at_most(by: Person, now: Now) -> No | None:
    """A reviewer who has decided as often today as one can with care decides no more."""
    many = (now.decisions_today or {}).get(by.person, 0)
    if many >= now.policy.decisions_a_day:
        return No(f"{by.person} has decided {many} times today, which is the most")
    return None


def refuse_first(case: Case, command: RefuseFirst, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The first reviewer refuses the request: told in full, with what would cure it."""
    if case.state is not State.FIRST_REVIEW:
        return No("the request is not at its first review")
    if why := may_review(case, by, FIRST, now) or _at_most(by, now):
        return why
    if not command.why.strip():
        return No("a refusal says why")
    return [Refused(now.at, by.person, (Reason("review.first", "first review", command.why, command.cure),), signature)]


def renew_look(case: Case, command: RenewLook, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The first reviewer signs the look again."""
    if case.state is not State.LAPSED:
        return No("no permit of this request has lapsed")
    why = may_review(case, by, FIRST, now) or in_time(case, now)
    why = why or _permitted(case, command.request, command.ruling, now)
    return why or [LookRenewed(now.at, by.person, signature)]


# After the look


def claim(case: Case, _: Claim, by: Person, now: Now) -> Sequence[Event] | No:
    """The first reviewer takes up the case that was matched."""
    if case.state is not State.MATCHED:
        return No("there is nothing to be claimed")
    return may_review(case, by, FIRST, now) or in_time(case, now) or [Claimed(now.at, by.person)]


def in_time(case: Case, now: Now) -> No | None:
    """A case whose day of the answer has come is answered, and not looked for or decided any more."""
    if not case.answer_on or now.at.date().isoformat() < case.answer_on:
        return None
    return No("the day of the answer has come")


def decide_first(case: Case, command: DecideFirst, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The first reviewer's decision, after the card."""
    if case.state is not State.CLAIMED or case.matched is None:
        return No("the case is not claimed")
    why = may_review(case, by, FIRST, now) or _decidable(case, command, by, now)
    if why:
        return why
    said = (command.release, command.items, command.findings, command.why)
    return [FirstDecided(now.at, by.person, *said, signature, command.confirmed)]


def _decidable(case: Case, command: DecideFirst | DecideSecond, by: Person, now: Now) -> No | None:
    """Why a decision cannot be taken: not of this card, too late, too many, or more than the law allows on what was found."""
    if case.matched is None or command.request != case.digest or command.card != card_digest(case.matched):
        return No("what is signed is another request or another card than that of the case")
    if why := in_time(case, now) or _at_most(by, now) or wrong_facts(command.findings, BY_REVIEWERS, now):
        return why
    if not command.why.strip():
        return No("a decision says why")
    if command.confirmed and (why := _confirmable(case, command, now)):
        return why
    return allowed(case, command.findings, command.items, now) if command.release else None


_SHOWN_BY = {"name": "name", "mailing_address": "address", "tin": "number"}
"""By which line of the card it shows that an item is as the request states it."""
EXACT = frozenset({"exact", "the present one", ""})


def _confirmable(case: Case, command: DecideFirst | DecideSecond, now: Now) -> No | None:
    """Why what is only to be confirmed cannot be: it is a disclosure like another, and there is no way to say "different"."""
    if not set(command.confirmed) <= set(command.items):
        return No("only an item that is released can be confirmed in place of its value")
    agrees = (
        {one.what for one in case.matched.card if one.said == "agrees" and one.how in EXACT} if case.matched else set()
    )
    beyond = sorted(one for one in command.confirmed if _SHOWN_BY.get(one) not in agrees)
    if beyond:
        return No(f"the card does not show that the request states it as it is on file: {', '.join(beyond)}")
    return No("it was confirmed before, of this person and in this matter: once is the most") if now.confirmed else None


def wrong_facts(said: Mapping[str, Value], established_by: frozenset[EstablishedBy], now: Now) -> No | None:
    """Why what is said to be found is none: no fact of the pack, not for this person to find, or of another kind."""
    for name, value in said.items():
        fact = now.law.facts.get(name)
        if fact is None or fact.established_by not in established_by or fact.step is Step.REQUEST:
            return No(f"`{name}` is no fact that is found here")
        if name in now.policy.facts.values() or not _is_of(fact, value):
            return No(f"`{name}` is not to be found to be that")
    return None


def _is_of(fact: Fact, value: Value) -> bool:
    match fact.sort.kind:
        case Kind.TRUTH:
            return isinstance(value, bool)
        case Kind.CHOICE:
            return isinstance(value, str) and value in fact.sort.members
        case _:
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def allowed(case: Case, findings: Mapping[str, Value], items: Sequence[str], now: Now) -> No | None:
    """Why the law does not allow the release of these items, on what was found; None where it does."""
    if why := permitted_now(case, now):
        return why
    ruling = now.law.rule(case.request or {}, {**known(case, now), **findings}, Step.REVIEW)
    if isinstance(ruling, No):
        return ruling
    if ruling.outcome != "permit":
        return No(f"the law does not allow it on what was found: {ruling.outcome}: {_cites(ruling)}")
    beyond = sorted(set(items) - set(ruling.items))
    if beyond or not items:
        return No(f"no clause reaches {', '.join(beyond)}" if beyond else "a release names what is released")
    return None


def known(case: Case, now: Now) -> dict[str, Value]:
    """What the desk itself knows of a case after the look, under the pack's names; and what the custodian established."""
    agrees = {one.what: one.said for one in case.matched.card} if case.matched else {}
    said: dict[Known, Value] = {
        Known.MATCH: "one" if case.matched else "none",
        Known.ADDRESS_AGREES: agrees.get("address") == "agrees",
        Known.RECEIVED_ON: case.received_at.date().toordinal() if case.received_at else None,
        Known.TRIPPED: now.tripped,
        Known.NAMED_FOR_MANY: now.named_for_many,
        Known.CALLED_BACK: case.called_back,
    }
    found = {now.policy.facts[one]: value for one, value in said.items() if one in now.policy.facts}
    return {**{name: value for name, value in found.items() if value is not None}, **(case.established or {})}


def check_fact(case: Case, command: CheckFact, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """The second reviewer has compared the fact that was drawn with its document."""
    if case.state is not State.SECOND_REVIEW or case.fact is None or command.fact != case.fact.fact:
        return No("that fact was not drawn to be checked")
    if case.fact_agrees is not None:
        return No("it has been checked; a document is not compared until it agrees")
    if not canonical.is_digest(command.document):
        return No("a check names the digest of the document, as sha256: and 64 figures")
    why = may_review(case, by, SECOND, now) or in_time(case, now)
    return why or [FactChecked(now.at, by.person, command.fact, command.agrees, command.document, signature)]


def decide_second(
    case: Case, command: DecideSecond, by: Person, signature: Signature, now: Now
) -> Sequence[Event] | No:
    """The second reviewer's decision, and what the two come to."""
    if case.state is not State.SECOND_REVIEW or case.first is None:
        return No("the case is not at its second review")
    why = may_review(case, by, SECOND, now) or _decidable(case, command, by, now)
    if why:
        return why
    if command.release and case.fact_agrees is not True:
        return No("the fact that was drawn has not been checked, or its document does not bear it out")
    said = (command.release, command.items, command.findings, command.why)
    second = SecondDecided(now.at, by.person, *said, signature, command.confirmed)
    return [second, *_come_to(case.first, second, case, now)]


def _come_to(first: FirstDecided, second: SecondDecided, case: Case, now: Now) -> Sequence[Event]:
    """What both release is released, and no more; where they differ counsel is asked, once."""
    by = (first.by, second.by)
    if first.release and second.release:
        both = tuple(item for item in first.items if item in second.items)
        still = allowed(case, first.findings, both, now) if both else No("they name nothing in common")
        if still is not None:
            return [Decided(now.at, False, (), by)]
        narrower = tuple(item for item in both if item in {*first.confirmed, *second.confirmed})
        return [Decided(now.at, True, both, by, narrower)]
    if (not first.release and not second.release) or case.sent_on:
        return [Decided(now.at, False, (), by)]
    return [Escalated(now.at)]


def settle(case: Case, command: SettleDispute, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """Counsel sends a dispute on to another reviewer, or lets nothing be released. Counsel alone releases nothing."""
    if case.state is not State.ESCALATED or case.first is None:
        return No("there is no dispute to be settled")
    if not command.why.strip():
        return No("counsel says why")
    if unfit(case, by, "counsel", now):
        return No("one natural person acts once in a case, and none who asks")
    if why := in_time(case, now):
        return why
    if not command.send_on:
        return [Decided(now.at, False, (), (by.person,))]
    if not case.first.release:
        return No("the first reviewer releases nothing, and no other second one can change that")
    return [SentOn(now.at, by.person, command.why, signature)]


def reverse(case: Case, command: Reverse, by: Person, signature: Signature, now: Now) -> Sequence[Event] | No:
    """A decision to release is reversed: one person's act, at once."""
    if life.after(case.state, "reversed") is None:
        return No("there is no release to be reversed, or it was handed over")
    reviewed = by.person in {case.person(FIRST), case.person(SECOND)}
    if not reviewed and not by.holds((Role.COUNSEL,)):
        return No("a release is reversed by one of its reviewers, or by counsel")
    if not command.why.strip():
        return No("whoever reverses a release says why")
    return [Reversed(now.at, by.person, command.why, signature)]
