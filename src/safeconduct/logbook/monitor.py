"""What only somebody who comes back can see: that a log went back, forked, froze, or tells other things elsewhere.

A monitor remembers the last checkpoint it believed. Every time it asks the log, and whoever else shows that log (its
witnesses, other addresses), and raises an alarm for each of these:

    rollback    fewer entries than were remembered             fork        the tree remembered is no beginning of this one
    split view  another place shows another tree               frozen      no witness has cosigned for too long
    behind      another place shows more entries               clock       a witness's time is far from the others', or in the future
    forgotten   what was remembered is not believed            unbelieved  what is shown is not
    damaged     entries that are shown to be there cannot be read
    unsigned    a key of the log's has not signed              dated       a new entry gives itself a day that cannot be
    stale       the orders and stops were not entered for an hour (with an office's key)
    closed      the openings of an entry are gone and no erasure was entered                                (likewise)
    overdue     a notice that was withheld is past its day       lacking     an entry's body is gone            (likewise)

What a monitor never sees is what two colluding quorums show to others alone; therefore there should be several monitors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from safeconduct.core.log import entries, merkle, notes, sets, tiles
from safeconduct.core.log.controls import ERASURE
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.notes import Note
from safeconduct.core.log.policy import Believed, Policy, believed
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import openings, reading, verify
from safeconduct.logbook.faults import Lacking
from safeconduct.logbook.reading import Office, Read
from safeconduct.logbook.served import Served

_FUTURE = 60
"""Seconds that a witness's clock may be before the monitor's."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong, in one word and in a sentence."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """From when on something is an alarm, in seconds: without a cosignature, between witnesses, without orders and stops."""

    fresh: int = 900
    skew: int = 300
    orders: int = 3_600


@dataclass(frozen=True, slots=True)
class Seen:
    """What a monitor saw: the checkpoint to remember, if one is to be, and the alarms."""

    latest: Believed | None
    note: Note | None
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """A log that is watched: where it is served, by which policy, what others show of it, and who watches."""

    served: Served
    policy: Policy
    elsewhere: Mapping[str, Note]
    office: Office | None = None
    bounds: Bounds = Bounds()


def look(watch: Watch, remembered: Note | None, now: dt.datetime) -> Seen:
    """Look at the log once. What was remembered stays so where the log cannot be believed, or went back.

    Raises:
        Misplaced: the log shows no checkpoint at all, or the office's key cannot be used.
    """
    before = _believed(remembered, watch.policy)
    if remembered and before is None:
        return Seen(
            None,
            remembered,
            (Alarm("forgotten", "what was remembered is of another log, or changed, or under another policy"),),
        )
    found = verify.verify(watch.served, watch.policy)
    if isinstance(found, Refused):
        return Seen(before, remembered, (Alarm("unbelieved", found.why),))
    latest = found.under
    alarms = list(_since(watch, before, latest))
    went_on = not alarms
    alarms += _elsewhere(watch, latest)
    alarms += of_times(watch, latest, now)
    alarms += _unsigned(watch.policy, latest)
    try:
        alarms += [*_dated(watch, before, latest), *_of_office(watch, latest, now)]
    except (Lacking, Malformed) as fault:
        alarms.append(Alarm("damaged", f"entries cannot be read: {fault}"))
    keep = (latest, found.note) if went_on else (before, remembered)
    return Seen(*keep, tuple(alarms))


def _believed(note: Note | None, policy: Policy) -> Believed | None:
    found = believed(note, policy) if note else None
    return found if isinstance(found, Believed) else None


def _since(watch: Watch, before: Believed | None, latest: Believed) -> Iterator[Alarm]:
    if before is None:
        return
    old, new = before.checkpoint, latest.checkpoint
    if new.size < old.size:
        yield Alarm("rollback", f"the log shows {new.size:,} entries; {old.size:,} were there before")
    elif not _begins(watch.served, old.size, old.root, latest):
        yield Alarm(
            "fork", f"the tree of {old.size:,} entries that was there before is no beginning of the one shown now"
        )


def _begins(served: Served, size: int, root: bytes, latest: Believed) -> bool:
    """Whether the tree that is served begins with that one."""
    tree = latest.checkpoint
    try:
        path = merkle.consistency(size, tree.size, tiles.tiled(tree.size, served.tile))
    except (Lacking, Malformed):
        return False
    return merkle.is_consistent(size, root, tree.size, tree.root, path)


def _elsewhere(watch: Watch, latest: Believed) -> Iterator[Alarm]:
    """What others show must be signed by the log, or it is none of its own doing; the witnesses' quorum it need not have."""
    alone = Policy(watch.policy.logs, (), (), "none", watch.policy.evidence)
    for place, note in watch.elsewhere.items():
        found = believed(note, alone)
        if isinstance(found, Refused) or found.checkpoint.origin != latest.checkpoint.origin:
            continue
        other = found.checkpoint
        if other.size > latest.checkpoint.size:
            yield Alarm(
                "behind", f"{place} shows {other.size:,} entries, and the log itself {latest.checkpoint.size:,}"
            )
        elif not _begins(watch.served, other.size, other.root, latest):
            yield Alarm("split view", f"{place} shows another tree of {other.size:,} entries, signed by the log")


def of_times(watch: Watch, latest: Believed, now: dt.datetime) -> Iterator[Alarm]:
    """The alarms of a checkpoint's times: nobody cosigned for too long, or a witness's clock is wrong."""
    if latest.time is None:
        return
    at, bounds = now.timestamp(), watch.bounds
    if at - latest.time > bounds.fresh:
        yield Alarm("frozen", f"no quorum has cosigned for {round((at - latest.time) / 60):,} minutes")
    for name, time in latest.times.items():
        if time > at + _FUTURE:
            yield Alarm("clock", f"the witness {name} cosigned at a time that is not yet")
        elif abs(time - latest.time) > bounds.skew:
            yield Alarm(
                "clock", f"the time of the witness {name} is {abs(time - latest.time):,} seconds from the median"
            )


def _unsigned(policy: Policy, latest: Believed) -> Iterator[Alarm]:
    for key in latest.unsigned_by(policy):
        yield Alarm("unsigned", f"the log's key {key.id.hex()} ({key.kind.name}) has not signed")


def _dated(watch: Watch, before: Believed | None, latest: Believed) -> Iterator[Alarm]:
    """New entries were made between the two checkpoints, give or take a day for the tick at midnight."""
    first, last = before.day if before else None, latest.day
    if before is None or first is None or last is None or before.checkpoint.size >= latest.checkpoint.size:
        return
    for index, said in reading.raw(watch.served, before.checkpoint.size, latest.checkpoint.size):
        try:
            given = entries.read(said).day
        except Malformed as fault:
            yield Alarm("dated", f"entry {index:,} is none: {fault}")
            continue
        if not _less_a_day(first) <= given <= last:
            yield Alarm(
                "dated", f"entry {index:,} gives itself the day {given}, and was made between {first} and {last}"
            )


def _less_a_day(day: str) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()


def _of_office(watch: Watch, latest: Believed, now: dt.datetime) -> Iterator[Alarm]:
    if watch.office is None:
        return
    reads = list(reading.read(watch.served, latest, watch.policy, watch.office))
    if watch.office.decoys:
        yield from (
            Alarm("lacking", f"the body of entry {one.index:,} is not there") for one in reads if one.is_lacking
        )
    yield from _closed(reads, watch.office)
    today = now.astimezone(dt.UTC).date().isoformat()
    for one in reading.overdue(reads, today):
        yield Alarm("overdue", f"the notice of entry {one.index:,} was withheld until {one.due}")
    yield from _stale(reads, now, watch.bounds.orders)


def _closed(reads: Sequence[Read], office: Office) -> Iterator[Alarm]:
    """What entries commit to is kept, or its erasure was entered."""
    erased = {
        entered.control.content
        for one in reads
        if (entered := reading.entered(one)) and entered.control.subject == ERASURE
    }
    for one in reads:
        if one.body is not None and str(one.index) not in erased and not openings.is_kept(office.state, one.leaf):
            yield Alarm(
                "closed", f"what entry {one.index:,} commits to can be opened by nobody, and no erasure was entered"
            )


def _stale(reads: Sequence[Read], now: dt.datetime, longest: int) -> Iterator[Alarm]:
    """The orders and stops are entered with the time in their content, which is for offices alone."""
    newest = None
    for one in reads:
        entered = reading.entered(one)
        said = sets.read(entered.control) if entered else None
        newest = said.at if said else newest
    if newest is None or (now - newest).total_seconds() > longest:
        yield Alarm("stale", "the orders and stops in force were not entered within the last hour")


def shown_elsewhere(notes_at: Mapping[str, bytes]) -> dict[str, Note]:
    """What other places show, where it is a note at all."""
    found = {}
    for place, said in notes_at.items():
        try:
            found[place] = notes.read(said)
        except Malformed:
            continue
    return found
