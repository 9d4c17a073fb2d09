"""What the entries of a log say to whoever has a key: their bodies, what governs the gate, who was asked how often, what is overdue.

    an entry is   nothing (it is the decoy of its index) · something (its body is there, and opens) · lacking (neither)

An entry that is lacking is the alarm: somebody has taken its body away, or shows others something else than it says, or it is none. The date of an entry is not what it says of itself:
it is the day of the first checkpoint that holds it, of those that the log keeps one a day of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.log import controls, entries, merkle, tiles
from safeconduct.core.log import decoys as drawing
from safeconduct.core.log.bodies import SALT_OF_STATEMENT, Body, is_stated
from safeconduct.core.log.controls import Entered, Standing
from safeconduct.core.log.entries import Entry, InForce, Kind
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Believed, Policy
from safeconduct.core.log.tiles import ENTRIES, WIDTH
from safeconduct.keys.decoys import Decoys
from safeconduct.logbook import bodies
from safeconduct.logbook.daily import Days
from safeconduct.logbook.served import Served


@dataclass(frozen=True, slots=True)
class Read:
    """An entry with its index and leaf; its body, where it was opened; the day by which it is proved to be in; whether it is nothing."""

    index: int
    entry: Entry
    body: Body | None
    on: str
    leaf: bytes
    is_decoy: bool = False

    @property
    def is_lacking(self) -> bool:
        """Whether it should have a body, and has none that opens."""
        return self.body is None and not self.is_decoy


@dataclass(frozen=True, slots=True)
class Office:
    """Who reads: the writer's folder, the office's key, and the secret of the decoys, if it is an office that has it."""

    state: Path
    key: Path
    decoys: Decoys | None = None


def raw(served: Served, begin: int, end: int) -> Iterator[tuple[int, bytes]]:
    """The entries from `begin` up to `end`, each with its index.

    Raises:
        Lacking, Malformed: the log has them not.
    """
    for index in range(begin // WIDTH, -(-end // WIDTH)):
        bundle = tiles.Tile(ENTRIES, index, tiles.width(ENTRIES, index, end))
        for nth, entry in enumerate(tiles.entries(bundle, served.tile(bundle)), index * WIDTH):
            if nth >= begin:
                yield nth, entry


def read(served: Served, under: Believed, policy: Policy, office: Office, begin: int = 0) -> Iterator[Read]:
    """What an office reads of the entries of a tree that is believed, from one of them on.

    Raises:
        Lacking, Malformed: the log has them not.
        Misplaced: the key cannot be used.
    """
    days = Days(served, policy, under)
    for index, said in raw(served, begin, under.checkpoint.size):
        yield _read(index, said, office, days)


_NONE = Entry(Kind.NOTICE, None, None, "0001-01-01", InForce("", "", ""), {}, b"")
"""What stands for an entry that is none: it lacks whatever an entry has."""


def _read(index: int, said: bytes, office: Office, days: Days) -> Read:
    try:
        entry, secret = entries.read(said), office.decoys
    except Malformed:
        return Read(index, _NONE, None, _NONE.day, merkle.leaf(said))
    if secret and drawing.is_decoy(said, lambda what: secret.drawn(index, what)):
        return Read(index, entry, None, entry.day, merkle.leaf(said), is_decoy=True)
    return Read(index, entry, _body(entry, office), days.entered_on(index, entry.day), merkle.leaf(said))


def _body(entry: Entry, office: Office) -> Body | None:
    """The body, if it is of this entry; of a control, only if others are shown the same."""
    found = bodies.opened(office.state, entry.body, office.key)
    if found is None or found[0] is not entry.kind:
        return None
    stated = entry.kind is not Kind.CONTROL or is_stated(found[1], entry)
    return found[1] if stated else None


def entered(read: Read) -> Entered | None:
    """The control that an entry is of; None where it is of something else."""
    if read.entry.kind is not Kind.CONTROL or read.body is None:
        return None
    said = {name: value for name, value in read.body.items() if name != SALT_OF_STATEMENT}
    return Entered(read.index, read.on, controls.read(said), controls.signatures(said))


@dataclass(frozen=True, slots=True)
class Overdue:
    """A notice that was withheld until a day that has passed, and was neither renewed nor opened."""

    index: int
    due: str


def overdue(notices: list[Read], on: str) -> list[Overdue]:
    """The withheld notices that are overdue on a day, of those given in the order of their entries."""
    due: dict[int, str] = {}
    for one in notices:
        if one.entry.kind is Kind.NOTICE and one.body is not None:
            about = one.body["about"]
            first = about if isinstance(about, int) and about in due else one.index
            if one.body["act"] == "opened":
                due.pop(first, None)
            elif isinstance(one.body["due"], str):
                due[first] = one.body["due"]
    return [Overdue(index, day) for index, day in due.items() if day < on]


@dataclass(frozen=True, slots=True)
class Tally:
    """How often somebody asked and was given, for the ceilings: looks and releases, by the name in one field of the bodies."""

    looks: dict[str, int]
    releases: dict[str, int]


def tally(reads: list[Read], field: str, since: str) -> Tally:
    """The tally by `field` (agency, signatory, officers, agreements) of the entries of a day and later."""
    found = Tally({}, {})
    counts = {Kind.LOOK: found.looks, Kind.RELEASE: found.releases}
    for one in reads:
        if one.body is not None and one.entry.kind in counts and one.on >= since:
            said = one.body[field]
            for name in said if isinstance(said, list) else [said]:
                counts[one.entry.kind][str(name)] = counts[one.entry.kind].get(str(name), 0) + 1
    return found


def standing(reads: list[Read], on: dt.date) -> Standing:
    """What is in force on a day, of everything that was entered."""
    found = map(entered, reads)
    return controls.standing((one for one in found if one), on.isoformat())
