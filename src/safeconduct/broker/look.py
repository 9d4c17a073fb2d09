"""One look: a permit and a request in, at most one record out.

    1  the permit is of its form, signed by the desk, for this register and this request, and fifteen minutes young
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
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from safeconduct.broker.records import Record, on_file, releasable
from safeconduct.broker.register import Register
from safeconduct.broker.reply import Answer, Outcome, Reply, Route, content
from safeconduct.broker.settings import Settings
from safeconduct.broker.store import Store
from safeconduct.broker.unread import Unread
from safeconduct.core import permit, subject
from safeconduct.core.household import household, shares_surname
from safeconduct.core.identifiers import identifiers
from safeconduct.core.matching import Found, OnFile, Sought, decide
from safeconduct.core.permit import Refused, Signed
from safeconduct.core.places import Place
from safeconduct.envelope import seal

_SEASON = 91
"""Days in which the lot of a person stays: asking again tells nothing of why the route is what it is."""
_PERSON = re.compile(r"[0-9A-Za-z._-]{1,64}")
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker at work: what it was told, its store, and the register."""

    settings: Settings
    store: Store
    register: Register


@dataclass(frozen=True, slots=True)
class Opened:
    """A record opened, as it stands and as it was compared, and those that were read beside it."""

    record: Record
    on_file: OnFile
    beside: tuple[OnFile, ...]


def refused(why: str, broker: Broker) -> Reply:
    """A refusal, as long as every answer."""
    return Reply(Answer.REFUSED, _sealed("", None, broker), why)


def look(said: object, request: object, broker: Broker, now: dt.datetime) -> Reply:
    """Look, under the permit `said`, for whom `request` is about."""
    signed = _permitted(said, request, broker, now)
    if isinstance(signed, Refused) or not isinstance(request, dict):
        return refused(signed.why if isinstance(signed, Refused) else "the request is no object", broker)
    sought = subject.sought(request)
    tags = tuple(broker.settings.keys.counted(one) for one in identifiers(sought))
    policy = broker.settings.policy
    try:
        used = broker.store.use(signed.permit.mark, tags, now.toordinal(), policy.within_days)
    except sqlite3.Error:
        return refused("the broker's store cannot be written; nothing was looked up", broker)
    if used is None:
        return refused("the permit was used before", broker)
    if used.alike >= policy.most_alike:
        return _looked(Outcome.WITHHELD, used.look, signed, broker)
    try:
        return _read(sought, request, used.look, signed, broker, now)
    except Unread as fault:
        return refused(f"{fault}; the permit is used", broker)


def _permitted(said: object, request: object, broker: Broker, now: dt.datetime) -> Signed | Refused:
    signed = permit.read(said)
    if isinstance(signed, Refused):
        return signed
    digest = permit.request_digest(request)
    if isinstance(digest, Refused):
        return digest
    return permit.refusal(signed, broker.settings.desk, broker.settings.register_name, digest, now) or signed


def _read(  # noqa: PLR0913, PLR0917  # all of what a look turns on
    sought: Sought, request: Mapping[str, object], nth: int, signed: Signed, broker: Broker, now: dt.datetime
) -> Reply:
    records = broker.register.about(sought.place) if sought.place else []
    held = [on_file(one) for one in records]
    match = decide(sought, held)
    if match.found is not Found.ONE or match.record is None or sought.place is None:
        return _looked(Outcome(match.found), nth, signed, broker)
    at = match.record
    opened = Opened(records[at], held[at], (*held[:at], *held[at + 1 :]))
    sealed = _sealed(signed.permit.id, releasable(opened.record, subject.items(request), sought.place), broker)
    route = _route(opened, sought.place, request, broker, now)
    return Reply(Answer.LOOKED, sealed, look=nth, found=Outcome.ONE, route=route, card=match.card)


def _looked(found: Outcome, nth: int, signed: Signed, broker: Broker) -> Reply:
    return Reply(Answer.LOOKED, _sealed(signed.permit.id, None, broker), look=nth, found=found)


def _route(opened: Opened, sought: Place, request: Mapping[str, object], broker: Broker, now: dt.datetime) -> Route:
    """All three are asked, whatever the first one says."""
    person, keys = opened.record.person_id, broker.settings.keys
    reasons = (
        broker.store.is_marked(keys.mark(person)),
        keys.is_drawn(person, now.toordinal() // _SEASON, broker.settings.policy.lot_one_in),
        shares_surname(subject.askers(request), household(opened.on_file, sought, opened.beside)),
    )
    return Route.PROTECTED if any(reasons) else Route.ORDINARY


def _sealed(permit_id: str, record: dict[str, object] | None, broker: Broker) -> bytes:
    said = content(permit_id, record)
    if said is None:
        raise Unread("the record is longer than what is sealed")
    return seal(said, broker.settings.sealer)


def mark(person: object, by: object, broker: Broker, *, present: object) -> Reply:
    """Set or clear the mark of a person: two persons' act. The answer tells nothing of the register, or of the mark before."""
    if not isinstance(person, str) or not _PERSON.fullmatch(person):
        return refused("the person is no id of a register's", broker)
    if not isinstance(present, bool) or not _are_two(by):
        return refused("a mark is set or cleared by two persons, named in `by`, and `present` is true or false", broker)
    try:
        broker.store.mark(broker.settings.keys.mark(person), present=present)
    except sqlite3.Error:
        return refused("the broker's store cannot be written; the mark is as it was", broker)
    return Reply(Answer.DONE, _sealed("", None, broker))


def _are_two(by: object) -> bool:
    if (
        not isinstance(by, list)
        or len(by) != 2
        or not all(isinstance(one, str) and len(one) <= _LONGEST_NAME for one in by)
    ):
        return False
    names = {" ".join(one.split()).casefold() for one in by}
    return len(names) == 2 and "" not in names
