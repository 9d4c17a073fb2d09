"""One look: a permit and a request in, at most one record out.

    1  the permit is of its form, signed by the desk, for this register and this request, and fifteen minutes young; where the
       broker was told of a log, the look was entered in it; and no stop bears on the request
    2  it is used from here on, and the request is counted; both are on the disk before anything of the register is read
    3  above the threshold of near-identical requests nothing is read
    4  who lives or lived about the building is read, and `core.matching.decide` says which of them is the one
    5  the record opened is asked after for a mark, the lot, and a surname shared with whoever asks: that sets the route
    6  what may be released is sealed, and where there is nothing, as much of nothing

Killed before 2 the permit is unused; killed after it, used. There is no look under a permit that is not. Where a call comes
from, and when it is answered, is for `serve`.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safeconduct.broker import stops
from safeconduct.broker.records import PERSON, on_file, releasable
from safeconduct.broker.register import Register
from safeconduct.broker.reply import BLANK, Answer, Outcome, Reply, content
from safeconduct.broker.settings import Settings
from safeconduct.broker.store import Spent, Stands, Store, Used
from safeconduct.broker.unread import Unread
from safeconduct.core import opened_record, permit, subject
from safeconduct.core.household import household, shares_surname
from safeconduct.core.identifiers import identifiers
from safeconduct.core.log import uses
from safeconduct.core.log.refusals import Refused
from safeconduct.core.matching import Found, OnFile, Sought, decide
from safeconduct.core.opened_record import OpenedRecord, Route, card_digest
from safeconduct.core.permit import Permit, Signed
from safeconduct.envelope import seal

_SEASON = 91
"""Days in which the lot of a person stays: asking again tells nothing of why the route is what it is."""
_LONGEST_NAME = 100
_NOTHING: Mapping[str, object] = {"card": "", "permit": "", "record": None, "signature": ""}
"""What is sealed where nothing was looked for."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker at work: what it was told, its store, and the register."""

    settings: Settings
    store: Store
    register: Register


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for under a permit that is good, whom it is about, and when."""

    permit: Permit
    request: Mapping[str, object]
    sought: Sought
    now: dt.datetime
    entry: bytes | None
    """By what its entry in the log is known to be used; None where the broker was told of no log."""

    @property
    def entered(self) -> str:
        """The same as figures, by which the record that is found is bound to that entry."""
        return self.entry.hex() if self.entry else ""


def refused(why: str, broker: Broker, *, spent: bool = False) -> Reply:
    """A refusal, as long as every answer; `spent` where what was shown can do nothing any more."""
    return Reply(Answer.REFUSED, _sealed(_NOTHING, broker), why, spent=spent)


def done(broker: Broker) -> Reply:
    """That it is done, whatever it was; as long as every answer."""
    return Reply(Answer.DONE, _sealed(_NOTHING, broker))


def of_stop(why: Refused | Stands | None, broker: Broker) -> Reply:
    """What is answered to a notice of a stop, with why it was not taken."""
    if why is None:
        return done(broker)
    if isinstance(why, Refused):
        return refused(why.why, broker)
    return refused(why, broker, spent=why is not Stands.YOUNGER)


def look(said: object, request: object, broker: Broker, now: dt.datetime) -> Reply:
    """Look, under the permit `said`, for whom `request` is about."""
    asked = _permitted(said, request, broker, now)
    if isinstance(asked, Refused):
        return refused(asked.why, broker)
    try:
        if stop := stops.bearing(asked.request, broker.store):
            return refused(f"stopped: {stop}", broker)
        used = _used(asked, broker)
    except sqlite3.Error:
        return refused("the broker's store cannot be written; nothing was looked up", broker)
    if isinstance(used, Spent):
        return refused(used, broker, spent=True)
    if used.alike >= broker.settings.policy.most_alike:
        return _nothing(Outcome.WITHHELD, asked, used, broker)
    try:
        return _read(asked, used, broker)
    except Unread as fault:
        return refused(f"{fault}; the permit is used", broker, spent=True)


def _permitted(said: object, request: object, broker: Broker, now: dt.datetime) -> Asked | Refused:
    signed = permit.read(said)
    if isinstance(signed, Refused):
        return signed
    digest = permit.request_digest(request)
    if isinstance(digest, Refused):
        return digest
    if refusal := permit.refusal(signed, broker.settings.desk, broker.settings.register_name, digest, now):
        return refusal
    if not isinstance(request, dict):
        return Refused("the request is no object")
    entry = _entered(signed, broker, now)
    if isinstance(entry, Refused):
        return entry
    return Asked(signed.permit, request, subject.sought(request), now, entry)


def _entered(signed: Signed, broker: Broker, now: dt.datetime) -> bytes | Refused | None:
    if broker.settings.log is None:
        return None
    found = uses.entered(signed.entry, uses.of_permit(signed.permit), broker.settings.log, now)
    return found.known_by if isinstance(found, uses.Entered) else found


def _used(asked: Asked, broker: Broker) -> Used | Spent:
    tags = [broker.settings.keys.counted(one) for one in identifiers(asked.sought)]
    within = broker.settings.policy.within_days
    return broker.store.use(asked.permit.known_by, tags, asked.now.toordinal(), within, asked.entry)


def _read(asked: Asked, used: Used, broker: Broker) -> Reply:
    """Read who lives or lived about the building, and open the record of the one who is sought, if there is one."""
    sought = asked.sought
    if sought.place is None:
        return _nothing(Outcome.NONE, asked, used, broker)
    records = broker.register.about(sought.place)
    held = [on_file(one) for one in records]
    match = decide(sought, held)
    if match.found is not Found.ONE or match.record is None:
        return _nothing(Outcome(match.found), asked, used, broker)
    at = match.record
    living = household(held[at], sought.place, (*held[:at], *held[at + 1 :]))
    released = releasable(records[at], subject.items(asked.request), sought.place)
    route = _route(records[at].person_id, living, asked, broker)
    sealed = _found(OpenedRecord(asked.permit.id, asked.entered, card_digest(match.card), route, released), broker)
    return Reply(Answer.LOOKED, sealed, look=used.look, found=Outcome.ONE, route=route, card=match.card)


def _nothing(found: Outcome, asked: Asked, used: Used, broker: Broker) -> Reply:
    nothing = OpenedRecord(asked.permit.id, asked.entered, card_digest(BLANK), Route.ORDINARY, None)
    return Reply(Answer.LOOKED, _found(nothing, broker), look=used.look, found=found)


def _route(person: str, living: Sequence[OnFile], asked: Asked, broker: Broker) -> Route:
    """All three are asked, whatever the first one says."""
    keys, season = broker.settings.keys, asked.now.toordinal() // _SEASON
    reasons = (
        broker.store.is_marked(keys.mark(person)),
        keys.is_drawn(person, season, broker.settings.policy.lot_one_in),
        shares_surname(subject.askers(asked.request), living),
    )
    return Route.PROTECTED if any(reasons) else Route.ORDINARY


def _found(opened: OpenedRecord, broker: Broker) -> bytes:
    """What was found, signed, and sealed to the sealer."""
    return _sealed(opened_record.written(opened, broker.settings.signing.signs(opened.signed_bytes)), broker)


def _sealed(said: Mapping[str, object], broker: Broker) -> bytes:
    filled = content(said)
    if filled is None:
        raise Unread("the record is longer than what is sealed")
    return seal(filled, broker.settings.sealer)


def mark(person: object, by: object, broker: Broker, *, present: object) -> Reply:
    """Set or clear the mark of a person: two persons' act. The answer tells nothing of the register, or of the mark before."""
    if not isinstance(person, str) or not PERSON.fullmatch(person):
        return refused("the person is no id of a register's", broker)
    if not isinstance(present, bool) or not _are_two(by):
        return refused("a mark is set or cleared by two persons, named in `by`, and `present` is true or false", broker)
    try:
        broker.store.mark(broker.settings.keys.mark(person), present=present)
    except sqlite3.Error:
        return refused("the broker's store cannot be written; the mark is as it was", broker)
    return done(broker)


def _are_two(by: object) -> bool:
    if (
        not isinstance(by, list)
        or len(by) != 2
        or not all(isinstance(one, str) and len(one) <= _LONGEST_NAME for one in by)
    ):
        return False
    names = {" ".join(one.split()).casefold() for one in by}
    return len(names) == 2 and "" not in names
