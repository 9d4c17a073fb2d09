"""Stops, told to the broker at once: what was set with the desk's signature alone, what was lifted with the log's proof of it.

A notice is made of the event that it tells of, so that it is the same whenever it is told: all are told again when the desk starts,
and a broker whose store was restored knows them again. That nobody answers hinders no stop: the desk itself has it already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from safeconduct.broker.ask import tell_of_stop
from safeconduct.broker.reply import Answer
from safeconduct.core.gate.events import Anchored, Opened
from safeconduct.core.gate.gate import Fold
from safeconduct.core.gate.notices import Act, Notice, written
from safeconduct.core.log import checkpoints, disclosures, notes
from safeconduct.core.log.bodies import STATEMENT
from safeconduct.core.log.commitments import Opening
from safeconduct.core.log.controls import Entered
from safeconduct.core.log.disclosures import Disclosure
from safeconduct.core.log.refusals import Refused
from safeconduct.desk.settings import Settings
from safeconduct.keys import desk as key
from safeconduct.logbook import settings as logs
from safeconduct.logbook import verify
from safeconduct.logbook.served import Folder
from safeconduct.shelf import Misplaced


@dataclass(slots=True)
class Broker:
    """The broker, as it is told of stops; what it has acknowledged is not told again in this process."""

    told: Settings
    log: logs.Settings
    clock: Callable[[], dt.datetime]
    acknowledged: set[int] = field(default_factory=set)

    def tell(self, folded: Fold) -> tuple[str, ...]:
        """Tell of every stop that was set or lifted and not acknowledged; the names of those that it did not take."""
        return tuple(entered.control.name for entered in self._untold(folded) if not self._took(entered, folded))

    def _untold(self, folded: Fold) -> Iterator[Entered]:
        """Stops in the order of their events. A lifting waits until it stands in the log."""
        for entered in folded.entered:
            if entered.control.subject != "stop" or entered.index in self.acknowledged:
                continue
            if entered.control.act == "set" or entered.index in folded.controls:
                yield entered

    def _took(self, entered: Entered, folded: Fold) -> bool:
        notice = self._notice(entered, folded)
        signature = key.signs(self.told.key, notice.signed_bytes)
        proof = self._proof(entered, folded) if notice.act is Act.LIFTED else (None, None)
        if proof is None:
            return False
        try:
            reply = tell_of_stop(self.told.broker, written(notice, signature, *proof))
        except Misplaced:
            return False
        if reply.answer is not Answer.DONE and not reply.spent:
            return False
        self.acknowledged.add(entered.index)
        return True

    def _notice(self, entered: Entered, folded: Fold) -> Notice:
        control = entered.control
        act = Act.SET if control.act == "set" else Act.LIFTED
        known = sha256(
            f"safeconduct stop event v1\n{entered.index}\n{control.digest}\n{control.name}".encode()
        ).hexdigest()
        content = control.content if act is Act.SET else ""
        at = folded.times[entered.index] if act is Act.SET else self.clock().replace(microsecond=0)
        return Notice(known[:32], control.name, act, content, self.told.register_name, at)

    def _proof(self, entered: Entered, folded: Fold) -> tuple[object, object] | None:
        """The lifting, as it stands in the log, and a checkpoint from before it, which shows that it is younger than the stop."""
        made, indices = folded.controls[entered.index]
        found = verify.prove(Folder(self.log.log), self.log.policy, indices[-1])
        before = _before(folded.anchors, indices[-1])
        if isinstance(found, Refused) or before is None:
            return None
        opening: Opened = made.opened[-1]
        shown = Disclosure(found[0], {STATEMENT: Opening(opening.salt, opening.value)}, found[1])
        return disclosures.written(shown), before


def _before(anchors: list[Anchored], index: int) -> str | None:
    """The newest checkpoint that an anchor keeps and that did not hold the entry at an index."""
    held = (one.note for one in reversed(anchors) if _size(one.note) <= index)
    return next(held, None)


def _size(note: str) -> int:
    return checkpoints.read(notes.read(note.encode()).text).size
