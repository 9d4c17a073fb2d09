"""One tick of the desk: what has to stand in the log is brought there, the log is published, and every case takes its next steps.

    1  controls and an anchor over the journal are made into entries, and so are looks and decisions: in the journal first
    2  they are brought to the log and published
    3  that they stand there is recorded, with the proof
    4  every case that the machine owes something takes its steps

Killed anywhere, the next tick goes on from what the journal and the log hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from safeconduct.core.case import signed
from safeconduct.core.case.case import DECISION, LOOK, RELEASE
from safeconduct.core.case.life import ENDS, State
from safeconduct.core.case.passage import Step
from safeconduct.core.gate.events import Controlled, Entered, EntriesMade, What
from safeconduct.core.gate.gate import Fold, Gate
from safeconduct.core.log import controls, notes, sets
from safeconduct.core.log.controls import Control
from safeconduct.core.log.policy import Believed, believed
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import behind, loaded
from safeconduct.desk.desk import Advanced, Desk, Done
from safeconduct.desk.entering import Log, Place, log
from safeconduct.desk.proved import Notary
from safeconduct.journal import anchors, journal, projections
from safeconduct.journal.events import GATE
from safeconduct.journal.journal import reading, writing

_MADE_OF = ENDS | {State.LOOK_PERMITTED, State.DECIDED, State.SEALED}
_HOUR = dt.timedelta(minutes=55)
"""The set of orders and stops is entered at least hourly; a tick may come late."""
_OF = {State.LOOK_PERMITTED: LOOK, State.SEALED: RELEASE}
"""Of which kind the entry of a case in a state is; of a decision in every other."""
_MOST = 200
"""Cases of which entries are made in one tick."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many entries a tick brought to the log, and what became of the cases then that moved or that something keeps."""

    entered: int
    advanced: Mapping[str, Advanced]
    untold: tuple[str, ...] = ()
    """Stops that the broker has not taken yet."""


def tick(desk: Desk) -> Ticked | Refused:
    """One tick.

    Raises:
        Misplaced, Stopped, DiskFailed, Unread, OutOfOrder: the log or the journal cannot be used.
    """
    found = _entered(desk)
    if isinstance(found, Refused):
        return found
    entered, kept = found
    untold = desk.tell_broker()
    return Ticked(entered, kept | sweep(desk), untold)


def enter(desk: Desk) -> int | Refused:
    """Bring to the log what has to stand there; how many entries. No case takes a step, and the broker is told of nothing.

    Raises:
        Misplaced, Stopped, DiskFailed, Unread, OutOfOrder: the log or the journal cannot be used.
    """
    found = _entered(desk)
    return found if isinstance(found, Refused) else found[0]


def _entered(desk: Desk) -> tuple[int, dict[str, Advanced]] | Refused:
    """How many entries were brought to the log, and what keeps the cases of which none could be made."""
    gate = _gate(desk)
    with log(desk.told.log, desk.laws.opened(gate), desk.clock) as at:
        if isinstance(desk.dated.now(), Refused):
            at.at.writer.publish()
        behind.stop_if_behind(desk, at)
        if isinstance(now := desk.dated.now(), Refused):
            return now
        _make_of_gate(desk, at)
        kept = _make_of_cases(desk, at)
        entered = _bring(desk, at)
    return entered if isinstance(entered, Refused) else (entered, kept)


def _gate(desk: Desk) -> Gate:
    with writing() as at:
        return desk.gate_of.at(at, desk.clock())


def _make_of_gate(desk: Desk, at: Log) -> None:
    """Entries of the controls that have none yet, and of an anchor over what was added since the last."""
    with writing(alone=True) as here:
        gate = desk.gate_of.at(here, at.now)
        folded = desk.gate_of.folded
        notary = Notary(desk.log, desk.gate_of, gate)
        proved = {version: one for version, one in folded.unmade.items() if notary.of_control(version) is None}
        ready = {version: one for version, one in proved.items() if _may_be_entered(at, folded, version, one)}
        made = [_made(at, version, desk.gate_of.controlled[version]) for version in ready]
        made += _set_made(desk, at, gate, [one for version, one in folded.unmade.items() if version not in ready])
        after = folded.anchors[-1].through if folded.anchors else 0
        under_way = any(what is What.ANCHOR for what, _ in folded.made)
        if not under_way and (journal.has_news(after) or len(ready) < len(proved)):
            made.append(_anchor(at, gate, after))
        if made:
            here.append(GATE, folded.version, made)


def _may_be_entered(at: Log, folded: Fold, version: int, control: Control) -> bool:
    """The lifting of a stop waits for an anchor that is younger than the stop: without one between them it proves nothing to the broker."""
    if control.subject != "stop" or control.act == "set":
        return True
    since = max((folded.times[one.index] for one in folded.entered if _sets(one, control.name, version)), default=None)
    newest = believed(notes.read(folded.anchors[-1].note.encode()), at.at.told.policy) if folded.anchors else None
    if since is None or not isinstance(newest, Believed) or newest.time is None:
        return since is None
    return newest.time > int(since.timestamp())


def _sets(entered: controls.Entered, name: str, before: int) -> bool:
    one = entered.control
    return entered.index < before and (one.subject, one.name, one.act) == ("stop", name, "set")


def _made(at: Log, version: int, event: Controlled) -> EntriesMade:
    entries, opened = at.control(event.control, signed.signatures(event))
    return EntriesMade(at.now, What.CONTROL, version, entries, opened, at.size)


def _set_made(desk: Desk, at: Log, gate: Gate, unready: Sequence[Control]) -> list[EntriesMade]:
    """The set of orders and stops, where what stands is not what was entered last, or that was an hour ago.

    A stop whose lifting is not entered yet stands in the log, whatever the journal says.
    """
    folded = desk.gate_of.folded
    if any(what is What.SET for what, _ in folded.made):
        return []
    stands = {*(gate.stops or {}), *(one.name for one in unready if (one.subject, one.act) == ("stop", "ended"))}
    opened = desk.laws.opened(gate)
    stands_now = sets.of([order.cites for order in opened.orders], opened.orders_digest, stands, at.now)
    newest, before = folded.set_made, folded.newest_set
    if newest is not None and newest.at + _HOUR > at.now and before is not None and before.is_as(stands_now):
        return []
    entries, opened_to = at.control(sets.control(stands_now))
    return [EntriesMade(at.now, What.SET, folded.version, entries, opened_to, at.size)]


def _anchor(at: Log, gate: Gate, after: int) -> EntriesMade:
    covers = anchors.root(after, journal.last())
    entries, opened = at.control(anchors.control(covers, at.now))
    duty = tuple(sorted(gate.duty))
    return EntriesMade(at.now, What.ANCHOR, covers.through, entries, opened, at.size, covers.after, covers.root, duty)


def _make_of_cases(desk: Desk, at: Log) -> dict[str, Advanced]:
    """Entries of looks that were permitted and of decisions, each in a transaction of its own; and what keeps the others."""
    with reading():
        owing = projections.to_be_entered(_MOST)
    kept: dict[str, Advanced] = {}
    for case_id in owing:
        if desk.owed(case_id) is Step.MAKE_ENTRY:
            made = desk.tried(partial(_make, desk, at, case_id))
            if isinstance(made, Refused):
                kept[case_id] = Advanced((), made.why)
    return kept


def _make(desk: Desk, at: Log, case_id: str) -> Done | Refused:
    with writing() as here:
        gate, held = desk.gate_of.at(here, at.now), loaded.case(here, case_id)
        if held.case.entry is not None or held.case.state not in _MADE_OF:
            return Done(case_id, ())
        kind = _OF.get(held.case.state, DECISION)
        if kind != DECISION and (stops := gate.bearing(held.case.request or {})):
            return Refused(f"stopped: {', '.join(stops)}")  # what is stopped is not brought any nearer
        made = at.of_case(held.case, kind, desk.laws.opened(gate), gate.persons)
        return made if isinstance(made, Refused) else desk.added(here, held, [made])


def _bring(desk: Desk, at: Log) -> int | Refused:
    """Bring to the log what was made, and record where it stands."""
    with writing() as here:
        notary = Notary(desk.log, desk.gate_of, desk.gate_of.at(here, at.now))
        of_gate = [made for made in desk.gate_of.folded.made.values() if notary.of_entries(made) is None]
        of_cases = [loaded.case(here, case_id) for case_id in projections.to_be_entered(_MOST)]
    of_cases = [held for held in of_cases if held.case.entry is not None]
    entries = [(entry, made.since) for made in of_gate for entry in made.entries]
    entries += [(held.case.entry.entry, held.case.entry.since) for held in of_cases if held.case.entry]
    places = at.brought(entries)
    if isinstance(places, Refused):
        return places
    _record_of_gate(desk, at, places)
    for held in of_cases:
        desk.tried(partial(_record_of_case, desk, at, held.case.id, places))
    return len(entries)


def _record_of_gate(desk: Desk, at: Log, places: Mapping[bytes, Place]) -> None:
    with writing(alone=True) as here:
        desk.gate_of.at(here, at.now)
        folded = desk.gate_of.folded
        stand = [
            Entered(at.now, made.what, made.of, tuple(places[one].index for one in made.entries), _note(made, places))
            for made in folded.made.values()
            if all(one in places for one in made.entries)
        ]
        if stand:
            here.append(GATE, folded.version, stand)


def _note(made: EntriesMade, places: Mapping[bytes, Place]) -> str:
    return places[made.entries[0]].note if made.what is What.ANCHOR else ""


def _record_of_case(desk: Desk, at: Log, case_id: str, places: Mapping[bytes, Place]) -> Done | Refused:
    with writing() as here:
        held = loaded.case(here, case_id)
        made = held.case.entry
        if made is None or made.entry not in places:
            return Done(case_id, ())
        return desk.added(here, held, [at.logged(made, places[made.entry], at.now)])


def sweep(desk: Desk) -> dict[str, Advanced]:
    """Let every case that is owed something take its steps; what became of those that moved, or that something keeps."""
    today = desk.clock().date().isoformat()
    with reading():
        owing = projections.owing(today)
    advanced = {case_id: desk.advance(case_id) for case_id in owing}
    return {case_id: one for case_id, one in advanced.items() if one.happened or one.waits}
