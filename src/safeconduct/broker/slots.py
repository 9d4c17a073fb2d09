"""What a person may see: a slot placed, or proved. The register is out of reach from here.

    place  {"act": "place", "person": "…", "content": [{"index": 73894, "openings": {…}}, …], "entry": {…}}
    prove  {"act": "prove", "person": "…", "entry": {…}}

Each uses the broker's key, and so each carries the proof that it was entered in the log: as a notice or a control, opened to
the call itself, in this register. A content takes the place of the whole one before it. Who asks and has no slot gets one
that tells nothing, by the same steps; the answer is handed over once the root that came with it is in the log. So a person
about whom there is nothing and one from whom everything is withheld are answered alike. Entering roots and handing over are
the desk's.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

from safeconduct.broker.records import PERSON
from safeconduct.broker.settings import Settings
from safeconduct.broker.slot_reply import SlotAct, SlotReply
from safeconduct.broker.store import Slot, Store
from safeconduct.core.canonical import NoForm
from safeconduct.core.log import slots, uses
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.slots import Answer

_KINDS = frozenset({Kind.NOTICE, Kind.CONTROL})
_NOTHING = slots.content(()) or b""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call that is of its form: whose slot, what is to be sealed in it, and what its entry must be opened to."""

    act: SlotAct
    person: str
    content: bytes
    said: bytes
    entry: object


def refused(why: str) -> SlotReply:
    """A refusal, as long as every answer."""
    return SlotReply(SlotAct.REFUSED, why)


def use(said: object, told: Settings, store: Store, now: dt.datetime) -> SlotReply:
    """Place a person's slot or prove it, as the call says."""
    asked = _asked(said, told.register_name)
    if isinstance(asked, Refused):
        return refused(asked.why)
    if told.log is None:
        return refused("the broker was told of no log; name `log_policy` in its settings")
    entered = uses.entered(asked.entry, uses.Use("the call", _KINDS, asked.said), told.log, now)
    if isinstance(entered, Refused):
        return refused(entered.why)
    try:
        slot = _slot(asked, entered.known_by, told, store)
    except sqlite3.Error:
        return refused("the broker's store cannot be written; the slot is as it was")
    return _reply(asked, slot, told) if slot else refused("the entry in the log that the call shows was used before")


def _slot(asked: _Asked, entry: bytes, told: Settings, store: Store) -> Slot | None:
    sealed = told.keys.slot(asked.person, asked.content)
    return store.slot(entry, told.keys.slot_tag(asked.person), sealed, replace=asked.act is SlotAct.PLACED)


def _reply(asked: _Asked, slot: Slot, told: Settings) -> SlotReply:
    if asked.act is SlotAct.PLACED:
        return SlotReply(asked.act, root=slot.root)
    tag, key = told.keys.slot_tag(asked.person), told.keys.slot_key(asked.person)
    return SlotReply(asked.act, root=slot.root, given=Answer(tag, slot.sealed, key, slot.proof))


def _asked(said: object, register: str) -> _Asked | Refused:
    match said:
        case {"act": "place", "person": str(person), "content": told, "entry": entry, **rest} if not rest:
            try:
                content = slots.content(slots.told_in(told))
            except Malformed as fault:
                return Refused(f"the content cannot be read: {fault}")
            if content is None:
                return Refused("the content is longer than a slot holds; tell less of it here")
            return _of(SlotAct.PLACED, person, content, slots.used("place", register, person, told), entry)
        case {"act": "prove", "person": str(person), "entry": entry, **rest} if not rest:
            return _of(SlotAct.PROVED, person, _NOTHING, slots.used("prove", register, person), entry)
    return Refused("a slot is asked for with `act` (place or prove), `person`, `entry`, and to place it `content`")


def _of(act: SlotAct, person: str, content: bytes, said: bytes | NoForm, entry: object) -> _Asked | Refused:
    if not PERSON.fullmatch(person):
        return Refused("the person is no id of a register's")
    if isinstance(said, NoForm):
        return Refused(f"the call has no canonical form: {said.why}")
    return _Asked(act, person, content, said, entry)
