"""An entry, made: commitments under fresh salts, a body sealed to offices, openings kept two of three; then it may be appended.

What an entry refers to is on the disk before the entry is. A crash between the two leaves a body or openings of no entry,
which tell nobody anything.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from safeconduct.core import canonical
from safeconduct.core.log import controls, decoys, entries, merkle
from safeconduct.core.log.bodies import SALT_OF_STATEMENT, STATEMENT, Body
from safeconduct.core.log.commitments import SALT, Opening, commitment
from safeconduct.core.log.controls import Control, Signed
from safeconduct.core.log.entries import GROUPS, Entry, InForce, Kind, Outcome
from safeconduct.core.log.lines import Malformed, based
from safeconduct.keys.decoys import Decoys
from safeconduct.logbook import bodies, openings
from safeconduct.logbook.settings import Settings
from safeconduct.logbook.writer import Filling

_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be entered: the public part, what is committed to by group, and the body for the offices."""

    kind: Kind
    body: Body
    values: Mapping[str, bytes] = field(default_factory=dict)
    authority: str | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """An entry, ready to be appended, and what opens it. The openings are for whoever made it, and are kept nowhere else in the clear."""

    entry: bytes
    openings: Mapping[str, Opening] = field(repr=False)


def made(said: Said, in_force: InForce, told: Settings, now: dt.datetime) -> Made:
    """The entry of what is said; its body and its openings are on the disk when this has ended.

    Raises:
        ValueError: what is said holds anything that such an entry does not hold.
        DiskFailed: the disk does not take it.
    """
    if said.authority is not None and said.authority not in told.authorities:
        raise ValueError("its authority is none of the settings', and so none that an entry which is nothing has")
    opened = {group: Opening(secrets.token_bytes(SALT), said.values.get(group, b"")) for group in GROUPS}
    entry = Entry(
        said.kind,
        said.authority,
        said.outcome,
        day_of(now),
        in_force,
        {group: commitment(group, one) for group, one in opened.items()},
        bodies.keep(told.state, said.kind, _body(said, opened), told.offices.bodies),
    )
    written = entries.written(entry, told.entry_bytes)
    openings.keep(told.state, merkle.leaf(written), opened, told.offices.openings)
    return Made(written, opened)


def _body(said: Said, opened: Mapping[str, Opening]) -> Body:
    """The body; of a control with the salt of its statement, so that an office sees that others are shown the same."""
    return {**said.body, SALT_OF_STATEMENT: based(opened[STATEMENT].salt)} if said.kind is Kind.CONTROL else said.body


def day_of(now: dt.datetime) -> str:
    """The day of a time, which is as fine as an entry's time is."""
    return now.astimezone(dt.UTC).date().isoformat()


def control(one: Control, signatures: Sequence[Signed] = ()) -> list[Said]:
    """What is to be entered of a control, with the signatures of those who did it: as many entries as its content takes parts."""
    stated = [controls.written(part, signatures) for part in controls.parted(one)]
    return [Said(Kind.CONTROL, said, {STATEMENT: canonical.written(said)}) for said in stated]


def filling(secret: Decoys, in_force: InForce, authorities: Sequence[str], length: int) -> Filling:
    """What fills up a tick: entries that are nothing, as they are drawn for their indices; the others stand anywhere among them.

    Each bears the day and the digests of now or of the tick before. At midnight, and when a digest changes, a tick has both: what
    was entered just before would otherwise be the one that differs.
    """

    def made(indices: Sequence[int], now: dt.datetime, before: bytes) -> list[bytes]:
        either = [(day_of(now), in_force), *_of(before)]

        def one(index: int) -> bytes:
            day, digests = _CHANCE.choice(either)
            return decoys.decoy(lambda what: secret.drawn(index, what), day, digests, authorities, length)

        return [one(index) for index in indices]

    return Filling(made, lambda room, many: sorted(_CHANCE.sample(range(room), many)))


def _of(before: bytes) -> list[tuple[str, InForce]]:
    """The day and the digests of an entry, where it is one."""
    try:
        entry = entries.read(before)
    except Malformed:
        return []
    return [(entry.day, entry.in_force)]
