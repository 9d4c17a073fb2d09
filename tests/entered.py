"""A broker with a town's log beside it, for tests: permits, calls and roots that were entered, with the proofs of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import brokered
import logged
from brokered import DIGEST, NOW, Json, Trial
from logged import AUTHORITIES
from safeconduct.broker import look as looking
from safeconduct.broker.look import Broker
from safeconduct.broker.reply import Reply
from safeconduct.broker.slot_reply import SlotReply
from safeconduct.broker.slots import use
from safeconduct.core import permit as permits
from safeconduct.core.log import slots, tiles
from safeconduct.core.log.controls import Person
from safeconduct.core.log.entries import Entry, InForce, Kind
from safeconduct.core.log.entries import read as read_entry
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import bodies, entering
from safeconduct.logbook.entering import Said
from safeconduct.logbook.served import Folder
from safeconduct.town.entered import entered

IN_FORCE = InForce(DIGEST, DIGEST, DIGEST)
ASKER = {"agency": "SSA OIG", "agreements": [], "officers": ["Aaron D. Olson"], "signatory": "Cedric Linwood-Shaw"}
OPENED = {"about": 0, "act": "opened", "due": None}
BY = (Person("A. Lund", "records"),)


@dataclass(frozen=True)
class Town:
    """A folder with both."""

    at: Trial
    log: logged.Log

    def entered(self, said: Said, group: str = "request", now: dt.datetime = NOW, under: InForce = IN_FORCE) -> Json:
        """What is shown of an entry, once it is in the log."""
        shown = entered(self.at.folder / "logbook.toml", said, under, group, lambda: now)
        assert not isinstance(shown, Refused), shown
        return shown

    def permit(self, request: object, now: dt.datetime = NOW) -> Json:
        """A permit for a look that was entered."""
        made = self.at.permit(request, now)
        signed = permits.read(made)
        assert isinstance(signed, permits.Signed)
        return {**made, "entry": self.entered(look(signed.permit.signed_bytes), now=now)}

    def look(self, broker: Broker, now: dt.datetime = NOW, **subject: object) -> Reply:
        """One look, entered."""
        asked = brokered.request(**subject)
        return looking.look(self.permit(asked, now), asked, broker, now)

    def call(self, act: str, person: str, told: object = None, now: dt.datetime = NOW) -> Json:
        """A call for a slot, entered."""
        said = slots.used(act, brokered.NAME, person, told)
        assert isinstance(said, bytes)
        entry = self.entered(Said(Kind.NOTICE, OPENED, {"request": said}), now=now)
        content = {} if told is None else {"content": told}
        return {"act": act, "person": person, "entry": entry, **content}

    def slot(self, broker: Broker, act: str, person: str, told: object = None, now: dt.datetime = NOW) -> SlotReply:
        """What the broker answers to such a call."""
        return use(self.call(act, person, told, now), broker.settings, broker.store, now)

    def logs_root(self, root: bytes, now: dt.datetime = NOW) -> Json:
        """What is shown of the entry of a root of slots."""
        [said] = entering.control(slots.logged(root, BY, now.date().isoformat()))
        return self.entered(said, slots.STATEMENT, now)

    def public(self) -> Sequence[bytes]:
        """Every entry, as whoever reads the log has it."""
        size = self.log.checkpoint.checkpoint.size
        read = Folder(self.log.served).tile
        bundles = [tile for tile in tiles.every(size) if tile.level == tiles.ENTRIES]
        return [entry for tile in bundles for entry in tiles.entries(tile, read(tile))]

    def opened(self) -> list[tuple[Entry, Kind | None]]:
        """Every entry, with the kind of its body as the inspector opens it."""
        found = []
        for entry in map(read_entry, self.public()):
            body = bodies.opened(self.log.state, entry.body, self.at.folder / "inspector.key")
            found.append((entry, body[0] if body else None))
        return found


def look(value: bytes, **changed: object) -> Said:
    """What is entered of a look."""
    said: Mapping[str, object] = {
        "kind": Kind.LOOK,
        "body": ASKER,
        "values": {"request": value},
        "authority": AUTHORITIES[0],
    }
    return Said(**(dict(said) | changed))  # type: ignore[arg-type]


def town(folder: Path, *, step: int = 1, **settings: object) -> Town:
    """Both in `folder`."""
    made = Town(brokered.trial(folder), logged.log(folder, step=step))
    made.at.say(log_policy="policy.txt", **settings)
    (folder / "policy.txt").chmod(0o644)
    return made
