"""Who judged, and what they signed: the look that one reviewer passed, the decision of two, the officer who picks it up.

Made of the bundle and of the log: a case as the core knows it, on which the core's own functions then say what follows. Each signature
is verified here, by a key that stands in the log, over exactly what is to be done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from safeconduct.core import documents, permit, records
from safeconduct.core.case import commands as of_cases
from safeconduct.core.case import hand_over, review, signed
from safeconduct.core.case.case import SECOND, Case, digest
from safeconduct.core.case.events import (
    Decided,
    Established,
    Event,
    FirstDecided,
    Matched,
    PickedUp,
    SecondDecided,
)
from safeconduct.core.fields import At
from safeconduct.core.gate import commands
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.persons import Person
from safeconduct.core.log import disclosures, merkle, proofs, uses
from safeconduct.core.log.bodies import Body
from safeconduct.core.log.commitments import commitment
from safeconduct.core.log.disclosures import Disclosure
from safeconduct.core.log.entries import Entry, Kind, Outcome
from safeconduct.core.log.entries import read as read_entry
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.opened_record import OpenedRecord
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.watched import Watched

RULING, REQUEST, REVIEWERS = "ruling", "request", "reviewers"
_MAY = {commands.name(kind): roles for kind, roles in of_cases.MAY.items()}


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry of the log that was shown: where it stands, its public part, its leaf, and the values that it was opened to.

    `since` is when witnesses say that it stood there, in the proof that was shown; None where that is none to the sealer's policy.
    """

    index: int
    entry: Entry
    leaf: bytes
    values: Mapping[str, bytes]
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged: the case as it comes to, the entries of its look and its decision, and under which law it was decided."""

    case: Case
    look: Shown
    decision: Shown
    reading: str
    law_on: str


def shown(said: Mapping[str, object], kind: Kind, watched: Watched) -> Shown | Refused:
    """What a disclosure shows, if its entry is the one of the log at its place, of that kind, and its openings hold."""
    try:
        disclosure = disclosures.read(dict(said))
        entry = read_entry(disclosure.entry)
    except Malformed as fault:
        return Refused(f"what is shown of the {kind} cannot be read: {fault}")
    leaf = merkle.leaf(disclosure.entry)
    if watched.leaf(disclosure.proof.index) != leaf:
        return Refused(f"the {kind} that is shown does not stand in the log")
    if entry.kind is not kind:
        return Refused(f"what is shown as the {kind} is a {entry.kind}")
    for group, opening in disclosure.openings.items():
        if commitment(group, opening) != entry.commitments[group]:
            return Refused(f"what is shown as the {group} of the {kind} is not what was committed to")
    return Shown(disclosure.proof.index, entry, leaf, _values(disclosure), _since(disclosure, watched))


def _since(disclosure: Disclosure, watched: Watched) -> dt.datetime | None:
    under = proofs.verified(disclosure.proof, disclosure.entry, watched.told.policy)
    return None if isinstance(under, Refused) or under.time is None else dt.datetime.fromtimestamp(under.time, dt.UTC)


def _values(disclosure: Disclosure) -> dict[str, bytes]:
    return {group: opening.value for group, opening in disclosure.openings.items()}


def judged(bundle: Bundle, watched: Watched, gate: Gate) -> Judged | Refused:
    """What was judged of a request, as the log and the signatures prove it; or what is not proved."""
    decision = shown(bundle.decision, Kind.DECISION, watched)
    if isinstance(decision, Refused):
        return decision
    if decision.entry.outcome is not Outcome.RELEASED:
        return Refused("what was decided is no release")
    look = shown(bundle.look, Kind.LOOK, watched)
    if isinstance(look, Refused):
        return look
    found = _decided(bundle, decision, look)
    if isinstance(found, Refused):
        return found
    body = watched.state.decisions[decision.index].body
    why = _not_of_two(found.case, gate) or _not_signed(found, gate) or _not_looked(found, body, gate)
    return why or _misnamed(found) or found


def _misnamed(found: Judged) -> Refused | None:
    """Why the decision's entry is not under the authority of the request, which stands in what is signed."""
    named = At(found.case.request or {}, 0).look("authority")
    same = isinstance(named, str) and named.replace(" ", "") == (found.decision.entry.authority or "").replace(" ", "")
    return None if same else Refused("the decision was entered under another authority than the request names")


def _decided(bundle: Bundle, decision: Shown, look: Shown) -> Judged | Refused:
    """The case that the decision's entry opens to, with the request and the card that were shown."""
    request = digest(bundle.request)
    if not request or decision.values.get(REQUEST) != request.encode():
        return Refused("the request that is shown is not the one that was decided")
    ruling = _ruling(decision)
    if ruling is None or ruling.get("case") != bundle.case:
        return Refused("the decision is opened to no ruling, or to that of another case")
    case = _case(bundle, ruling, request)
    if case is None:
        return Refused("the ruling to which the decision is opened cannot be read")
    ruled = ruling.get("ruled")
    said = ruled if isinstance(ruled, dict) else {}
    return Judged(case, look, decision, str(said.get("reading", "")), str(said.get("law_on", "")))


def _ruling(decision: Shown) -> Mapping[str, object] | None:
    try:
        said = documents.read(decision.values.get(RULING, b"").decode())
    except (documents.NoDocument, UnicodeDecodeError):
        return None
    return said if isinstance(said, dict) else None


def _case(bundle: Bundle, ruling: Mapping[str, object], request: str) -> Case | None:
    try:
        first, second = _two(ruling)
        items, confirmed = (_texts(ruling[name]) for name in ("items", "confirmed"))
        establishing = tuple(records.read(Established, one) for one in _list(ruling["established"]))
    except (Malformed, KeyError, ValueError):
        return None
    facts = {name: value for one in establishing for name, value in one.facts.items()}
    return Case(
        bundle.case,
        request=bundle.request,
        digest=request,
        received_at=bundle.received_at,
        called_back=bundle.called_back,
        matched=Matched(bundle.received_at, bundle.card, "", bundle.sealed),
        first=first,
        second=second,
        decided=Decided(second.at, True, items, (first.by, second.by), confirmed),
        established=facts,
        establishing=establishing,
    )


def _two(ruling: Mapping[str, object]) -> tuple[FirstDecided, SecondDecided]:
    first, second = _list(ruling["decisions"])
    return records.read(FirstDecided, first), records.read(SecondDecided, second)


def _list(said: object) -> list[object]:
    if not isinstance(said, list):
        raise Malformed("that is no list")
    return said


def _texts(said: object) -> tuple[str, ...]:
    return tuple(str(one) for one in _list(said))


# Who


def _not_of_two(case: Case, gate: Gate) -> Refused | None:
    """Why it was not decided by two natural persons, neither of whom asks; or more is to be released than both decided."""
    first, second, decided = case.first, case.second, case.decided
    if first is None or second is None or decided is None or not (first.release and second.release):
        return Refused("two have not decided to release")
    if not decided.items or not set(decided.items) <= set(first.items) & set(second.items):
        return Refused("more is to be released than both decided")
    if not set(decided.confirmed) >= set(decided.items) & {*first.confirmed, *second.confirmed}:
        return Refused("a value is to be released where one of the two only confirms it")
    people = [gate.persons.get(one.by) for one in (first, second)]
    there = [one for one in people if one is not None]
    if len({one.natural for one in there}) < 2 or any(review.asks(case, one) for one in there):
        return Refused("it takes two natural persons, neither of whom asks")
    return None


def _not_signed(found: Judged, gate: Gate) -> Refused | None:
    """Why something that was decided or established was not signed by whoever is said to have done it."""
    events: list[Event] = [one for one in (found.case.first, found.case.second) if one is not None]
    for event in (*events, *found.case.establishing):
        if why := signed_by(event, found.case, gate):
            return Refused(f"{commands.name(type(event))}: {why.why}")
    return None


def signed_by(event: Event, case: Case, gate: Gate) -> Refused | None:
    """Why an event of a case was not signed by whoever is said to have done it, in a role that may; None where it was."""
    must, signature = signed.of_event(event, case), getattr(event, "signature", None)
    by = getattr(event, "by", "")
    if must is None or not isinstance(signature, Signature) or signature.person != by:
        return Refused("nobody signed it")
    said = {"command": must.command, "case": case.id, "by": by, "id": signature.command, **must.says}
    return _held(signature, said, gate)


def _held(signature: Signature, said: Mapping[str, object], gate: Gate) -> Refused | None:
    person = gate.persons.get(signature.person)
    if person is None or not person.holds(_MAY[str(said["command"])]):
        return Refused(f"{signature.person} is in no role to do it")
    return signed.refusal(signature, said, person, gate.name, gate.now)


# The look


def _not_looked(found: Judged, body: Body, gate: Gate) -> Refused | None:
    """Why the look was not passed by a reviewer, or not for this request."""
    permitted = permit_of(found.look)
    if permitted is None:
        return Refused("the look is opened to no permit")
    if permitted.request != found.case.digest:
        return Refused("the look was for another request")
    if found.look.index >= found.decision.index:
        return Refused("the look was entered after the decision")
    if body["look"] != found.look.index:
        return Refused("the decision's entry says that it is of another look")
    try:
        signature = records.read(Signature, documents.read(found.look.values.get(REVIEWERS, b"").decode()))
    except (Malformed, documents.NoDocument, UnicodeDecodeError):
        return Refused("the look is not opened to who signed it")
    said = {"case": found.case.id, "request": found.case.digest, "by": signature.person, "id": signature.command}
    command = signature.said.get("command") if isinstance(signature.said, dict) else None
    if command not in {"pass_first", "renew_look"}:
        return Refused("no reviewer passed the look")
    return _held(signature, {**said, "command": command}, gate) or _passed_and_second(
        signature.person, found.case, gate
    )


def _passed_and_second(person: str, case: Case, gate: Gate) -> Refused | None:
    """Why whoever passed the look may not be who decided in the second place: one natural person acts in one."""
    second = gate.persons.get(case.second.by) if case.second else None
    one = second is None or second.natural == gate.persons[person].natural
    return Refused("whoever passed the look decided in the second place") if one else None


def permit_of(look: Shown) -> permit.Permit | None:
    """The permit to which a look's entry is opened."""
    said = look.values.get(uses.GROUP, b"").removeprefix(f"{permit.KIND}\n".encode())
    try:
        body = documents.read(said.decode())
    except (documents.NoDocument, UnicodeDecodeError):
        return None
    found = permit.read({"permit": body, "signature": "AA=="})
    return found.permit if isinstance(found, permit.Signed) else None


def record(found: Judged, opened: OpenedRecord, origin: str, gate: Gate) -> Mapping[str, object] | Refused:
    """The record that the broker sealed, if it is of that look, entered there in the log of that name, and the two judged its card.

    The second of them is a reviewer for the route that the case takes.
    """
    permitted, first = permit_of(found.look), found.case.first
    if permitted is None or opened.permit != permitted.id:
        return Refused("the record was found under another permit")
    if opened.entry != uses.Entered(origin, found.look.index).known_by.hex():
        return Refused("the record was found by a look that was entered elsewhere in the log")
    said = first.signature.said if first else None
    if not isinstance(said, dict) or said.get("card") != opened.card:
        return Refused("the record is not the one whose card was judged")
    second = gate.persons.get(found.case.second.by) if found.case.second else None
    if second is None or not second.holds((review.role_on(opened.route, SECOND),)):
        return Refused("whoever decided in the second place is no reviewer for the route that the case takes")
    return Refused("there is no record") if opened.record is None else opened.record


# The officer


def picked_up(asked: PickedUp, case: Case, gate: Gate) -> Person | Refused:
    """The officer who picks up what is released, if the request names that person, who has signed for it."""
    if why := signed_by(asked, case, gate):
        return Refused(f"the pick-up: {why.why}")
    person = gate.persons[asked.by]
    if not hand_over.is_named(case, person):
        return Refused("whoever picks it up is neither an officer nor the signatory of the request")
    return person
