"""One call to the sealer: everything is verified, and then it seals; once the seal stands in the log, everything again, and it hands over.

    1  the log is read up to a checkpoint that was witnessed at most five minutes ago; nothing in it is unreadable
    2  no direct stop of the inspector's or the court's, and no stop or order of the log, bears on the request; the newest set of
       orders and stops is an hour old at most, and says the same as the controls
    3  the decision stands in the log; two reviewers signed it, by keys a week old; the look was passed, and the broker signed the record
    4  it was decided under the pack, the orders and the engine of then, and the law of now, which the sealer itself applies, allows it
    5  the officer signed for it, is named in the request, and has a certificate that is enrolled, good today and not revoked
    6  the releases that the log holds are below the ceilings; this decision was never sealed
    7  the least that answers is put together, held once more to what was decided, signed, sealed, and kept for fifteen minutes
    8  with the proof that this package, and no other, stands in the log as released: 1 to 6 again, and it is handed over

Called once more with the same it answers the same. Nothing is sealed that nobody came for. How it is called is for `serve`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from safeconduct import certificates, package
from safeconduct.core import opened_record, release
from safeconduct.core.case import ceilings, hand_over, review
from safeconduct.core.case.case import Case
from safeconduct.core.case.now import Now
from safeconduct.core.days import day as day_of
from safeconduct.core.days import iso
from safeconduct.core.facts import Step
from safeconduct.core.gate import policy as policies
from safeconduct.core.gate import recipients, stops
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.persons import Person
from safeconduct.core.gate.policy import Ceiling, Counted
from safeconduct.core.law import readings_in_force
from safeconduct.core.log import releases
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.releases import Packed
from safeconduct.core.orders import seal as order_digest
from safeconduct.core.release import Manifest, Wanted
from safeconduct.envelope import Recipient
from safeconduct.keys import recipient as opener
from safeconduct.laws import Laws
from safeconduct.sealed import is_sealed_to
from safeconduct.sealer import direct, judged
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.judged import Judged
from safeconduct.sealer.reply import Answer, Reply
from safeconduct.sealer.settings import Settings
from safeconduct.sealer.store import Store
from safeconduct.sealer.watched import Release, Watched, is_lifted, of_one_look

_SET_HOLDS = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sealer:
    """A sealer at work: what it was told, its store, the log as it watches it, the packs."""

    told: Settings
    store: Store
    watched: Watched
    laws: Laws


@dataclass(frozen=True, slots=True)
class Sealable:
    """What may be sealed now: the decision, the officer with the certificate, the digest of the certificate, the moment."""

    found: Judged
    officer: Person
    to: Recipient
    certificate: str
    now: Now


def release_of(bundle: Bundle, sealer: Sealer, clock: dt.datetime) -> Reply:
    """Seal what is shown, or hand over what was sealed; or why neither."""
    sealer.store.destroy_what_lapsed(clock)
    sealable = _sealable(bundle, sealer, clock)
    if isinstance(sealable, Refused):
        return refused(sealable.why)
    before = _sealed_before(sealable, sealer)
    if bundle.entry is not None:
        return _handed_over(bundle.entry, sealable, before, sealer)
    if isinstance(before, Refused):
        return refused(before.why)
    made = sealer.store.package(sealable.found.decision.index) or _sealed(bundle, sealable, sealer, clock)
    if isinstance(made, Refused):
        return refused(made.why)
    return Reply(Answer.SEALED, package=_digest(made), use_until=_use_until(sealable))


def refused(why: str) -> Reply:
    """A refusal."""
    return Reply(Answer.REFUSED, why)


def _digest(said: bytes) -> str:
    return f"sha256:{sha256(said).hexdigest()}"


# What must hold


def _sealable(bundle: Bundle, sealer: Sealer, clock: dt.datetime) -> Sealable | Refused:
    at = sealer.watched.read(clock)
    if isinstance(at, Refused):
        return at
    gate = sealer.watched.state.believed.at(at)
    why = _unreadable(sealer) or _stopped(bundle, sealer, gate, clock)
    if why:
        return why
    found = judged.judged(bundle, sealer.watched, gate)
    if isinstance(found, Refused):
        return found
    now = Now(at=at, gate=gate, policy=sealer.laws.policy(gate), law=sealer.laws.law(gate), tripped=bundle.tripped,
              named_for_many=bundle.named_for_many)  # fmt: skip
    why = _not_lawful(found, sealer, now) or _above_a_ceiling(bundle, found, sealer, now)
    return why or _to_whom(bundle, found, sealer, now)


def _unreadable(sealer: Sealer) -> Refused | None:
    state = sealer.watched.state
    if not state.believed.entered:
        return Refused("the log does not begin with the founding that the sealer was told")
    if state.lacking:
        return Refused(f"entry {state.lacking[0]} of the log cannot be read: it may be a stop")
    return None


def _stopped(bundle: Bundle, sealer: Sealer, gate: Gate, clock: dt.datetime) -> Refused | None:
    """Why a stop may bear on the request; None where none does, and the log says that there is no other."""
    told = sealer.told
    at_the_sealer = direct.standing(sealer.store.take_stops(told.stops), told.stoppers, told.origin)
    if bearing := stops.bearing(at_the_sealer, bundle.request):
        return Refused(f"stopped at the sealer: {', '.join(bearing)}")
    if bearing := gate.bearing(bundle.request):
        return Refused(f"stopped: {', '.join(bearing)}")
    newest = sealer.watched.state.believed.newest_set
    if newest is None or abs(clock - newest[1].at) > _SET_HOLDS:  # one that is dated in the future would hold for good
        return Refused("the set of orders and stops has not been entered for an hour")
    _, said = newest
    in_force = sealer.laws.in_force(gate)
    if not set(gate.stops or {}) <= set(said.stops) or said.orders_digest != in_force.orders:
        return Refused("the newest set of orders and stops is not what the log's controls come to")
    beyond = sorted(set(said.stops) - set(gate.stops or {}))
    return Refused(f"stopped: {', '.join(beyond)}") if beyond else None


def _not_lawful(found: Judged, sealer: Sealer, now: Now) -> Refused | None:
    """Why the law does not allow it: that of the day of the decision as the log has it, or that of now as the sealer applies it."""
    if not now.law.in_force:
        return Refused("the sealer's own pack or program is not the one that the log says is in force")
    if is_lifted(sealer.watched.state, found.decision.index):
        return Refused("the decision was reversed: a later entry says that nothing is released")
    why = _under_another_law(found, sealer, now.gate)
    if why:
        return why
    if not _has_cooled(found, now) and not _is_emergency(found, now):
        return Refused("the decision has not cooled, or no witness says since when it stands in the log")
    return _beyond(found.case, now) or hand_over.still_allowed(found.case, now)


def _beyond(case: Case, now: Now) -> Refused | None:
    """Why something that was signed as found, or as established, is not for that person to say."""
    found = ((one.findings, review.BY_REVIEWERS) for one in (case.first, case.second) if one)
    said = (*found, *((one.facts, review.BY_CUSTODIAN) for one in case.establishing))
    return next((why for facts, whose in said if (why := review.wrong_facts(facts, whose, now))), None)


def _under_another_law(found: Judged, sealer: Sealer, gate: Gate) -> Refused | None:
    """Why pack, orders, engine or reading of the decision were not those that were in force when it was entered."""
    decided, current = found.decision.entry.in_force, sealer.laws.in_force(gate)
    on = sealer.watched.state.decisions[found.decision.index].on
    then = sealer.watched.state.believed.before(found.decision.index, on).in_force
    packs = {one.control.content.partition(" ")[0] for (what, _), one in then.items() if what == "pack"}
    engines = {one.control.content for (what, _), one in then.items() if what == "engine"}
    orders = {name: one.control.content for (what, name), one in then.items() if what == "order"}
    if decided.pack not in packs or decided.engine not in engines or decided.orders != order_digest(orders):
        return Refused("it was decided under a pack, orders or a program that were not in force then")
    if decided.pack != current.pack:
        return None  # its readings are here no more; the law of now is asked besides
    readings = readings_in_force(sealer.laws.opened(gate).pack, day_of(found.law_on) or gate.on)
    return None if found.reading in {one.name for one in readings} else Refused("it was decided under another reading")


def _is_emergency(found: Judged, now: Now) -> bool:
    ruled = now.law.rule(found.case.request or {}, {}, Step.REQUEST)
    return not isinstance(ruled, Refused) and ruled.emergency


def _has_cooled(found: Judged, now: Now) -> bool:
    """By what witnesses say, whatever day the decision's entry gives itself."""
    since = found.decision.since
    return since is not None and since + dt.timedelta(hours=now.policy.cool_off_hours) <= now.at


def _above_a_ceiling(bundle: Bundle, found: Judged, sealer: Sealer, now: Now) -> Refused | None:
    """Why no more is released at this moment: the log holds as many releases as a ceiling lets pass."""
    keys = _counted(bundle.request)
    if set(ceilings.of_body(sealer.watched.state.decisions[found.decision.index].body)) != keys:
        return Refused("the decision's entry counts as another's than the request's")
    own = of_one_look(sealer.watched.state, found.decision.index)
    others = [one for one in sealer.watched.state.releases if one.decision not in own]
    for ceiling in policies.lowered(now.policy, now.gate.standing):
        if _reached(ceiling, keys, others, now.today):
            return Refused(f"there have been as many releases as the ceiling `{ceiling.cites}` lets pass: it waits")
    return None


def _counted(request: Mapping[str, object]) -> set[ceilings.Key]:
    """By what a release is counted: what the log tells of who asks, and nothing of the reason."""
    return {one for one in ceilings.keys(request) if one[0] is not Counted.TEMPLATE}


def _reached(ceiling: Ceiling, keys: Iterable[ceilings.Key], others: Sequence[Release], today: int) -> bool:
    within = [one for one in others if one.day > today - ceiling.days]
    return any(of is ceiling.of and sum((of, key) in one.keys for one in within) >= ceiling.most for of, key in keys)


def _to_whom(bundle: Bundle, found: Judged, sealer: Sealer, now: Now) -> Sealable | Refused:
    officer = judged.picked_up(bundle.picked_up, found.case, now.gate)
    if isinstance(officer, Refused):
        return officer
    enrolled = recipients.enrolled(now.gate.standing, officer.person)
    if why := recipients.refusal(enrolled, officer.person, now.today):
        return why
    if enrolled is None or enrolled.digest != bundle.picked_up.certificate:
        return Refused("the officer signed for another certificate than the one that is enrolled")
    to = certificates.recipient(enrolled.certificate, sealer.told.trusted(), sealer.told.revoked(), now.at)
    if isinstance(to, Refused):
        return Refused(f"nothing is sealed to the officer's certificate: {to.why}")
    return Sealable(found, officer, to, enrolled.digest, now)


# Sealing


def _sealed_before(sealable: Sealable, sealer: Sealer) -> list[Release] | Refused:
    """The entries of a release of this decision; why it may not be sealed, where there is one, or where it waits for another."""
    index = sealable.found.decision.index
    own = of_one_look(sealer.watched.state, index)
    there = [one for one in sealer.watched.state.releases if one.decision in own]
    kept = sealer.store.package(index)
    if there and (kept is None or any(one.package != _digest(kept) for one in there)):
        return Refused("this decision was sealed before")
    if kept is not None and not is_sealed_to(kept, sealable.to):
        return Refused("it is sealed to another, and waits for them yet")
    return there


def _sealed(bundle: Bundle, sealable: Sealable, sealer: Sealer, clock: dt.datetime) -> bytes | Refused:
    """The package of what was decided: signed, sealed to the officer, and kept."""
    content = _content(bundle, sealable, sealer)
    if isinstance(content, Refused):
        return content
    made = package.sealed(content, sealer.told.signer, sealable.to)
    sealer.store.keep(sealable.found.decision.index, made, clock)
    return made


def _content(bundle: Bundle, sealable: Sealable, sealer: Sealer) -> bytes | Refused:
    """What is signed: the least that answers, read again and held to what was decided."""
    opened = opener.opened(bundle.sealed, sealer.told.key)
    if isinstance(opened, Refused):
        return Refused(f"what is shown as the record is not sealed to the sealer: {opened.why}")
    held = opened_record.verified(opened, sealer.told.broker)
    if isinstance(held, Refused):
        return held
    record = judged.record(sealable.found, held, sealer.told.origin, sealable.now.gate)
    if isinstance(record, Refused):
        return record
    wanted, manifest = _wanted(sealable), _manifest(sealable, sealer)
    fields = release.least(record, wanted, bundle.request)
    if isinstance(fields, Refused):
        return fields
    try:
        said = release.written(release.Release(manifest, fields))
    except ValueError as fault:
        return Refused(str(fault))
    return release.refusal(said, manifest, wanted) or said


def _wanted(sealable: Sealable) -> list[Wanted]:
    case, law = sealable.found.case, sealable.now.law
    decided = case.decided
    items, confirmed = (decided.items, decided.confirmed) if decided else ((), ())
    return [Wanted(item, law.reaches(case.request or {}, item), item in confirmed) for item in items]


def _manifest(sealable: Sealable, sealer: Sealer) -> Manifest:
    found, officer = sealable.found, sealable.officer
    request = found.case.request or {}
    return Manifest(
        request=found.case.digest,
        request_id=str(request.get("request_id", "")),
        case=found.case.id,
        log=sealer.told.origin,
        decision=found.decision.index,
        entry=found.decision.leaf.hex(),
        authority=found.decision.entry.authority or "",
        recipient=release.Recipient(officer.name, officer.office, sealable.certificate),
        purpose=str(request.get("purpose", "")),
        periods=release.periods(request),
        use_until=_use_until(sealable),
        recall=sealer.told.recall,
    )


def _use_until(sealable: Sealable) -> str:
    """Of the days from which it could be counted the earliest: an entry may give itself one that is still to come."""
    decided, today = sealable.found.decision, sealable.now.today
    days = (day_of(decided.entry.day) or today, decided.since.date().toordinal() if decided.since else today, today)
    return iso(min(days) + sealable.now.policy.use_days)


# Handing over


def _handed_over(
    entry: Mapping[str, object], sealable: Sealable, before: list[Release] | Refused, sealer: Sealer
) -> Reply:
    """The package, if its release stands in the log: this one, of this decision, to this officer, once."""
    if isinstance(before, Refused):
        return refused(before.why)
    index = sealable.found.decision.index
    made = sealer.store.package(index)
    if made is None:
        return refused("nothing is sealed of this decision, or it was kept for fifteen minutes and is destroyed")
    shown = judged.shown(entry, Kind.RELEASE, sealer.watched)
    if isinstance(shown, Refused):
        return refused(shown.why)
    packed = Packed(index, _digest(made), sealable.certificate, sealable.found.case.digest)
    if shown.values.get(releases.PACKAGE) != releases.written(packed):
        return refused("the release that is shown is of another package")
    if [one.index for one in before] != [shown.index] or before[0].recipient != sealable.certificate:
        return refused("the release does not stand in the log, to the offices, as it is shown")
    if before[0].keys != _counted(sealable.found.case.request or {}):
        return refused("the release was entered as another's than the request's")
    if shown.entry.authority != sealable.found.decision.entry.authority:
        return refused("the release was entered under another authority than its decision")
    return Reply(Answer.HANDED_OVER, package=_digest(made), use_until=_use_until(sealable), sealed=made)
