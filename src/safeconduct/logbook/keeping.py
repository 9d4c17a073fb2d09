"""The log kept by hand or by the clock: the writer is opened from its settings for one act, and closed again.

Whatever is entered is on the disk when an act has ended; it is in the tree at the next tick, or at once in a town, whose
policy says that it is no evidence.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from safeconduct import preflight
from safeconduct.core.log import controls, entries, merkle, retention
from safeconduct.core.log.controls import Control, Person, Standing
from safeconduct.core.log.disclosures import Disclosure
from safeconduct.core.log.entries import InForce
from safeconduct.core.log.policy import Believed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.retention import Permanent
from safeconduct.logbook import entering, openings, orders_and_stops, verify
from safeconduct.logbook.entering import Made, Said
from safeconduct.logbook.left import InUse
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import Settings, settings
from safeconduct.logbook.writer import Logbook, Unwitnessed
from safeconduct.preflight import Opened
from safeconduct.shelf import Misplaced
from safeconduct.witness import client

Clock = Callable[[], dt.datetime]
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A log at work: its settings, its writer, the law and the orders under which it is written, the clock."""

    told: Settings
    writer: Logbook
    opened: Opened
    clock: Clock

    @property
    def in_force(self) -> InForce:
        """The digests that stand in every entry."""
        return _in_force(self.opened)

    def enter(self, said: Sequence[Said]) -> tuple[range, list[Made]]:
        """Enter what is said; the numbers, and what was made of each. It is on the disk when this has ended."""
        made = [entering.made(one, self.in_force, self.told, self.clock()) for one in said]
        return self.writer.append([one.entry for one in made]), made

    def control(self, one: Control) -> range:
        """Enter a control; and the orders and stops that stand then, where it is a stop or an order."""
        said = entering.control(one)
        orders_and_stops.take_note(self.told.state, one, entering.day_of(self.clock()))
        if one.subject in {"stop", "order"}:
            said += entering.control(orders_and_stops.control(self.told.state, self.opened, self.clock()))
        taken, _ = self.enter(said)
        return taken

    def publish(self) -> Believed:
        """Publish what was entered.

        Raises:
            Misplaced: no quorum of witnesses cosigned; what was entered stays on the disk.
        """
        found = self.writer.publish()
        if isinstance(found, Unwitnessed):
            mend = "see to the witnesses; the entries are on the disk, and the next tick asks again"
            raise Misplaced(self.told.log, f"was not published: {found.why}", mend)
        return found

    def indices(self, numbers: Sequence[int]) -> list[int]:
        """The indices of entries that were entered and published here."""
        return [self.writer.index(number) for number in numbers]

    def shown(self, number: int, made: Made, groups: Sequence[str]) -> Disclosure:
        """A disclosure of an entry that was entered and published here, with some of its groups opened."""
        openings = {group: made.openings[group] for group in groups}
        return Disclosure(made.entry, openings, self.writer.prove(self.writer.index(number)))


@contextmanager
def kept(config: Path, clock: Clock, under: Opened | None = None) -> Iterator[Kept]:
    """The log of the settings in the file `config`, opened to be written; `under` is the law where it is not the settings'.

    Raises:
        Misplaced, PackFault, Stopped, DiskFailed: it cannot be.
    """
    told = settings(config)
    opened = under or preflight.opened(orders=told.orders)
    filling = entering.filling(told.decoys, _in_force(opened), told.authorities, told.entry_bytes)
    with _opened(lambda: Logbook(told, clock, filling, transport(config, told, clock))) as writer:
        yield Kept(told, writer, opened, clock)


def _in_force(opened: Opened) -> InForce:
    return InForce(opened.pack.digest, opened.orders_digest, opened.engine_digest)


def _opened(opening: Callable[[], Logbook]) -> Logbook:
    """The writer, waited for while another has the log for one act."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return opening()
        except InUse:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def transport(config: Path, told: Settings, clock: Clock) -> client.Transport:
    """How witnesses are reached: by HTTP, and in a town, whose policy says that it is no evidence, in this process."""
    if told.policy.evidence:
        return client.over_http
    from safeconduct.town import log as town  # noqa: PLC0415  # the town stands above the log it is made of

    return town.transport(config.parent, clock)


# Showing and erasing


def entered_and_shown(at: Kept, one: Control) -> list[Disclosure]:
    """A control, entered, published, and disclosed with its statement, a disclosure for each of its parts.

    Raises:
        Misplaced: it was not published.
    """
    at.publish()  # without a quorum nothing is entered whose proof could then not be written down
    taken, made = at.enter(entering.control(one))
    at.publish()
    return [at.shown(number, each, ["statement"]) for number, each in zip(taken, made, strict=True)]


def openings_of(config: Path, index: int, keys: dict[str, Path]) -> Disclosure | Refused:
    """An entry with everything that it commits to, opened by two offices, and the proof of it."""
    told = settings(config)
    found = verify.prove(Folder(told.log), told.policy, index)
    if isinstance(found, Refused):
        return found
    entry, proof = found
    opened = openings.opened(told.state, merkle.leaf(entry), keys)
    return Disclosure(entry, {group: one for group, one in opened.items() if one.value}, proof)


def erase(
    at: Kept, index: int, by: tuple[Person, ...], permanent: Sequence[Permanent], standing: Standing
) -> range | Refused:
    """Make what an entry commits to unreadable for good, after entering that it was done.

    Raises:
        Misplaced: there is nothing to erase.
    """
    found = verify.prove(Folder(at.told.log), at.told.policy, index)
    if isinstance(found, Refused):
        return found
    entry, _ = found
    if held := orders_and_stops.standing(at.told.state, retention.HOLD, entering.day_of(at.clock())):
        return Refused(f"{len(held)} hold{'s stand' if len(held) > 1 else ' stands'}, under which nothing is erased")
    if refusal := retention.refusal(entries.read(entry), permanent, standing):
        return refusal
    one = _erasure(index, by, entering.day_of(at.clock()))
    if refusal := controls.two_of_two_offices(one.by):
        return refusal
    if not openings.is_kept(at.told.state, merkle.leaf(entry)):
        raise Misplaced(f"entry {index}", "has no openings here", "it is nothing, or was erased before")
    taken = at.control(one)
    openings.erase(at.told.state, merkle.leaf(entry))
    return taken


def _erasure(index: int, by: tuple[Person, ...], today: str) -> Control:
    content = str(index)
    return Control(controls.ERASURE, f"entry {index}", "set", content, controls.digest_of(content), by, today)
