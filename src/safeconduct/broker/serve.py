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
import os
import resource
import socket
import stat
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safeconduct.broker import look, register, slot_reply, slots, stops, store
from safeconduct.broker.look import Broker
from safeconduct.broker.register import Register
from safeconduct.broker.reply import Reply, frame
from safeconduct.broker.settings import Settings
from safeconduct.broker.slot_reply import SlotReply
from safeconduct.core import documents
from safeconduct.core.places import Place
from safeconduct.shelf import Misplaced

LONGEST = 1 << 18
PATIENCE = 5.0
"""Seconds in which a line must be there."""
_AT_ONCE, _WAITING = 32, 128
_LONGEST_PATH = 100
_FAULT = "this is a fault of the broker; a permit that was given is to be taken for used"
_NOWHERE = Place("1 NOWHERE ST|00000")
Clock = Callable[[], dt.datetime]


def serve(name: str, place: Path, settings: Settings, ready: Callable[[str], None]) -> None:
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
        Desk(listener, Broker(settings, kept, read), lambda: dt.datetime.now(dt.UTC)).attend()


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


@contextmanager
def listening(place: Path, desk_uid: int) -> Iterator[socket.socket]:
    """A socket at `place`, which is there while it is listened to."""
    _clear(place)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177 if desk_uid == os.geteuid() else 0o117)
    try:
        listener.bind(str(place))
    except OSError as fault:
        listener.close()
        what = f"cannot be listened at: {(fault.strerror or str(fault)).lower()}"
        raise Misplaced(place, what, "name a socket in a folder of the broker's") from None
    finally:
        os.umask(before)
    try:
        listener.listen(_WAITING)
        yield listener
    finally:
        listener.close()
        place.unlink(missing_ok=True)


def _clear(place: Path) -> None:
    """Take away the socket of a broker that was killed."""
    if len(os.fsencode(place)) > _LONGEST_PATH:
        raise Misplaced(place, "is too long a name for a socket", f"name one of at most {_LONGEST_PATH} bytes")
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(place.lstat().st_mode):
            raise Misplaced(place, "is there and is no socket", "name another")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(place))
            except ConnectionRefusedError:
                place.unlink()
            else:
                raise Misplaced(place, "is listened at by another process", "end that one first")


class Desk:
    """Attends to whoever calls: each on a thread, one look at a time."""

    def __init__(self, listener: socket.socket, broker: Broker, clock: Clock) -> None:
        self._listener, self._broker, self._clock = listener, broker, clock
        self._one_at_a_time = threading.Lock()
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def attend(self) -> None:
        """Answer calls until the process is ended; a call that is being answered then is answered first."""
        try:
            while True:
                connection, _ = self._listener.accept()
                if self._places.acquire(blocking=False):
                    threading.Thread(target=self._attend, args=(connection,), daemon=True).start()
                else:
                    connection.close()
        finally:
            until = time.monotonic() + PATIENCE
            for _ in range(_AT_ONCE):
                self._places.acquire(timeout=max(0.0, until - time.monotonic()))

    def _attend(self, connection: socket.socket) -> None:
        try:
            with connection, suppress(OSError):
                line = _line(connection) if _caller(connection) == self._broker.settings.desk_uid else None
                if line is not None:
                    received = time.monotonic()
                    answer = self._answer(line)
                    _wait(received, self._broker.settings.tick_ms / 1000)
                    connection.settimeout(PATIENCE)
                    connection.sendall(answer)
        finally:
            self._places.release()

    def _answer(self, line: bytes) -> bytes:
        with self._one_at_a_time:
            said = _read(line)
            try:
                return _framed(_called(said, self._broker, self._clock()))
            except Exception as fault:  # noqa: BLE001  # whatever it is: its words may quote the register
                print(f"safeconduct: a call failed: {type(fault).__name__}", file=sys.stderr)  # noqa: T201  # a process has no other mouth
                return _framed(_refused(said, _FAULT, self._broker))


def _read(line: bytes) -> object:
    """The call in a line; a text of why there is none."""
    if len(line) > LONGEST:
        return f"the call is longer than {LONGEST} bytes"
    try:
        said = documents.read(line.decode())
    except (documents.NoDocument, UnicodeDecodeError):
        return "the call is no JSON, or could be read in two ways"
    return said if isinstance(said, dict) else "that is no call of the broker's"


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


def _caller(connection: socket.socket) -> int:
    """The account that is at the other end, as the kernel says."""
    said = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", said)
    return int(uid)


def _line(connection: socket.socket) -> bytes | None:
    """What came before the first end of a line, or too much; None where the line was not there in time, or more came."""
    until = time.monotonic() + PATIENCE
    read = bytearray()
    while b"\n" not in read and len(read) <= LONGEST:
        connection.settimeout(max(0.001, until - time.monotonic()))
        said = connection.recv(1 << 16)
        if not said or time.monotonic() > until:
            return None
        read += said
    line, _, more = bytes(read).partition(b"\n")
    return None if more else line


def _wait(since: float, tick: float) -> None:
    """Wait for the next multiple of the tick."""
    time.sleep(tick - (time.monotonic() - since) % tick)
