"""The log, as the sealer reads it: every entry once, from the first to the newest that was witnessed a moment ago.

What was read is what the witnesses cosigned, for the root over it is computed here, entry by entry. So nothing can be left out, put
between or taken back: a log that is shorter than it was, or another one, is refused, also after the sealer was started anew. An
entry that is neither nothing nor readable may be a stop, and then nothing is sealed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from safeconduct.core.case import ceilings
from safeconduct.core.case.ceilings import Key
from safeconduct.core.days import day as day_of
from safeconduct.core.gate.believed import Believed
from safeconduct.core.log.bodies import Body
from safeconduct.core.log.entries import Entry, Kind, Outcome
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.merkle import HASH, NOTHING, Edge
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import reading, served, verify
from safeconduct.logbook.faults import Lacking
from safeconduct.logbook.reading import Office, Read
from safeconduct.sealer.settings import Settings
from safeconduct.sealer.store import Seen, Store

FRESH = 300
"""Seconds that the newest checkpoint may be old."""
_AHEAD = 60
"""Seconds that the witnesses may be before the clock here."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release that was entered: where, on which day (ordinal), of which decision, what was sealed and to whom, and as whose it counts."""

    index: int
    day: int
    decision: int
    package: str
    recipient: str
    keys: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that was entered: its public part, its body, the day by which it is proved to have been there."""

    entry: Entry
    body: Body
    on: str


@dataclass(slots=True)
class _State:
    """What the entries come to that were read."""

    believed: Believed
    edge: Edge = NOTHING
    leaves: bytearray = field(default_factory=bytearray)
    decisions: dict[int, Decision] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    lacking: list[int] = field(default_factory=list)

    def add(self, one: Read) -> None:
        """One entry more."""
        self.leaves += one.leaf
        if one.is_lacking:
            self.lacking.append(one.index)
        if one.body is None:
            return
        if entered := reading.entered(one):
            self.believed.add(entered)
        elif one.entry.kind is Kind.DECISION:
            self.decisions[one.index] = Decision(one.entry, one.body, one.on)
        elif one.entry.kind is Kind.RELEASE:
            self.releases.append(_release(one, one.body))


def _release(one: Read, body: Body) -> Release:
    decision = body["decision"]
    of = (decision if isinstance(decision, int) else -1, str(body["package"]), str(body["recipient"]))
    return Release(one.index, day_of(one.on) or 0, *of, frozenset(ceilings.of_body(body)))


@dataclass(slots=True)
class Watched:
    """The log as it is watched by a sealer that runs: what it was told, what it remembers, and what it has read."""

    told: Settings
    store: Store
    _state: _State = field(init=False)

    def __post_init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._state = _State(Believed(self.told.origin, self.told.founding))

    @property
    def state(self) -> _State:
        """What the log came to when it was read last."""
        return self._state

    def leaf(self, index: int) -> bytes:
        """The leaf's hash at an index; none where there is no such entry."""
        return bytes(self._state.leaves[HASH * index : HASH * (index + 1)]) if index >= 0 else b""

    def read(self, now: dt.datetime) -> dt.datetime | Refused:
        """Read what came since; the date in law, which is that of the newest checkpoint.

        Raises:
            Misplaced: there is no log, or the sealer's key cannot be used.
        """
        log = served.at(self.told.log)
        found = verify.checkpoint(log, self.told.policy)
        if isinstance(found, Refused):
            return Refused(f"the log is not believed: {found.why}")
        tree = found.under.checkpoint
        at = _dated(found.under.time, now)
        if isinstance(at, Refused):
            return at
        if tree.size < max(self._state.edge.size, self.store.seen.size):
            return Refused("the log is shorter than it was: an older state was restored, or something was taken back")
        office = Office(self.told.bodies, self.told.key, self.told.decoys)
        try:
            reads = reading.read(log, found.under, self.told.policy, office, self._state.edge.size)
            edge = self._grown(reads)
        except (Lacking, Malformed) as fault:
            self._forget()
            return Refused(f"the log cannot be read: {fault}")
        except BaseException:
            self._forget()  # or what was read of it would be read once more, and count twice
            raise
        if edge is None or edge.root != tree.root:
            self._forget()
            return Refused(
                "the entries that are served are not those that the witnesses cosigned, or not those of before"
            )
        self._state.edge = edge
        self.store.remember(Seen(edge.size, edge.root))
        return at

    def _grown(self, reads: Iterator[Read]) -> Edge | None:
        """The edge after what came since; None where what was remembered is not the beginning of it."""
        edge, seen = self._state.edge, self.store.seen
        for one in reads:
            self._state.add(one)
            edge = edge.grown([one.leaf])
            if edge.size == seen.size and edge.root != seen.root:
                return None
        return edge


def _dated(time: int | None, now: dt.datetime) -> dt.datetime | Refused:
    """The date in law; why there is none."""
    if time is None:
        return Refused("no witness says when the log was")
    since = now.timestamp() - time
    if since > FRESH:
        return Refused(
            "the newest checkpoint was witnessed more than five minutes ago: a stop could be missing from it"
        )
    if since < -_AHEAD:
        return Refused("the newest checkpoint was witnessed in the future: the clock here or the witnesses' is wrong")
    return dt.datetime.fromtimestamp(time, dt.UTC)


def is_lifted(state: _State, index: int) -> bool:
    """Whether an entry says of a decision's look that nothing is released after all.

    Whichever stands first: after it nothing of that look is released. Attack: the decision is entered once more behind it.
    """
    look = state.decisions[index].body["look"]
    return any(
        one.entry.outcome is Outcome.NOT_RELEASED and one.body["look"] == look for one in state.decisions.values()
    )


def of_one_look(state: _State, index: int) -> set[int]:
    """Where the decisions stand that were entered of one look, of which one is given: a decision that is entered twice is one."""
    look = state.decisions[index].body["look"]
    return {at for at, one in state.decisions.items() if one.body["look"] == look}
