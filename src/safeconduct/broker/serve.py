"""The broker's one socket: a line of JSON in, a line of JSON out, and the connection is closed.

    {"call": "look", "permit": {…}, "request": {…}}
    {"call": "mark", "person": "…", "present": true, "by": ["…", "…"]}
    {"call": "slot", "act": "prove", "person": "…", "entry": {…}}
    {"call": "stop", "stop": {…}, "signature": "…"}

There is no other call. A line is at most `LONGEST` bytes and must be there whole within a few seconds; half of one is
answered by nobody. Answers are of one size (those to a call for a slot of another one) and go out at multiples of the tick after the line came, so that neither tells
what was found. One call at a time is served, so no look that begins after a stop was answered passes it. Only the desk's account may call.
"""

from __future__ import annotations

import datetime as dt
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from safeconduct import sockets
from safeconduct.broker import look, register, slot_reply, slots, stops, store
from safeconduct.broker.look import Broker
from safeconduct.broker.register import Register
from safeconduct.broker.reply import Reply, frame
from safeconduct.broker.settings import Settings
from safeconduct.broker.slot_reply import SlotReply
from safeconduct.core.places import Place
from safeconduct.sockets import Attending, listening

LONGEST = 1 << 18
_FAULT = "this is a fault of the broker; a permit that was given is to be taken for used"
_NOWHERE = Place("1 NOWHERE ST|00000")
Clock = Callable[[], dt.datetime]


def serve(name: str, place: Path, settings: Settings, clock: Clock, ready: Callable[[str], None]) -> None:
    """Serve looks into the register `name` at the socket `place`, until this process is ended.

    Raises:
        Misplaced: the register, the store or the socket cannot be used.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what was read stays in no image of this process
    with (
        store.Store(settings.store) as kept,
        register.opened(name, settings.table) as read,
        listening(place, settings.desk_uid) as listener,
    ):
        _tell_of_slowness(read, settings.tick_ms, ready)
        ready(f"serving looks into `{settings.register_name}`, a register of nobody, at {place}{_believing(settings)}")
        attending(listener, Broker(settings, kept, read), clock).attend()


def _believing(settings: Settings) -> str:
    """What is to be known of whose entries are believed. No register is served yet but of nobody, so a demo's log will do."""
    if settings.log is None:
        return "; no look is asked for its entry in a log"
    return "" if settings.log.evidence else "; the policy of its log says that it is not evidence"


def _tell_of_slowness(read: Register, tick_ms: int, tell: Callable[[str], None]) -> None:
    """Say so where a look takes longer than the tick: one that was withheld is then answered sooner than one that was made."""
    begun = time.monotonic()
    read.about(_NOWHERE)
    taken = round((time.monotonic() - begun) * 1000)
    if taken > tick_ms / 2:
        tell(
            f"a look into this register takes {taken} ms, more than half of the tick; set tick_ms to {taken * 3} or more"
        )


def attending(listener: socket.socket, broker: Broker, clock: Clock) -> Attending:
    """Attends to whoever calls: each on a thread, one look at a time."""
    one_at_a_time = threading.Lock()

    def answer(line: bytes) -> bytes:
        with one_at_a_time:
            said = sockets.read(line, LONGEST)
            try:
                return _framed(_called(said, broker, clock()))
            except Exception as fault:  # noqa: BLE001  # whatever it is: its words may quote the register
                print(f"safeconduct: a call failed: {type(fault).__name__}", file=sys.stderr)  # noqa: T201  # a process has no other mouth
                return _framed(_refused(said, _FAULT, broker))

    tick = broker.settings.tick_ms / 1000
    return Attending(listener, broker.settings.desk_uid, LONGEST, answer, tick)


def _framed(reply: Reply | SlotReply) -> bytes:
    return slot_reply.frame(reply) if isinstance(reply, SlotReply) else frame(reply)


def _refused(said: object, why: str, broker: Broker) -> Reply | SlotReply:
    """A refusal, as long as what is answered to such a call."""
    is_of_slot = isinstance(said, dict) and said.get("call") == "slot"
    return slots.refused(why) if is_of_slot else look.refused(why, broker)


def _called(said: object, broker: Broker, now: dt.datetime) -> Reply | SlotReply:
    match said:
        case {"call": "look", "permit": permit, "request": request, **rest} if not rest:
            return look.look(permit, request, broker, now)
        case {"call": "mark", "person": person, "present": present, "by": by, **rest} if not rest:
            return look.mark(person, by, broker, present=present)
        case {"call": "slot", **rest}:
            return slots.use(rest, broker.settings, broker.store, now)
        case {"call": "stop", **rest}:
            return look.of_stop(stops.take(rest, broker.settings, broker.store, now), broker)
    return look.refused(said if isinstance(said, str) else "that is no call of the broker's", broker)
