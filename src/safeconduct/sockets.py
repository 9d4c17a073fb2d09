"""A socket of this machine on which one line of JSON goes in and one comes out: how the desk calls broker and sealer.

A line is whole within a few seconds or is answered by nobody; two lines at once, or half of one, are none. The kernel says which
account is at the other end. What a line means, and how long an answer is, is for whoever serves it.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safeconduct.core import documents
from safeconduct.shelf import Misplaced

PATIENCE = 5.0
"""Seconds in which a line must be there."""
_AT_ONCE, _WAITING = 32, 128
_LONGEST_PATH = 100
_ASKING = 60.0
Answer = Callable[[bytes], bytes]


@contextmanager
def listening(place: Path, desk_uid: int) -> Iterator[socket.socket]:
    """A socket at `place`, which is there while it is listened to.

    Raises:
        Misplaced: it cannot be listened at.
    """
    _clear(place)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177 if desk_uid == os.geteuid() else 0o117)
    try:
        listener.bind(str(place))
    except OSError as fault:
        listener.close()
        what = f"cannot be listened at: {(fault.strerror or str(fault)).lower()}"
        raise Misplaced(place, what, "name a socket in a folder of its server's") from None
    finally:
        os.umask(before)
    try:
        listener.listen(_WAITING)
        yield listener
    finally:
        listener.close()
        place.unlink(missing_ok=True)


def _clear(place: Path) -> None:
    """Take away the socket of a server that was killed."""
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


class Attending:
    """Attends to whoever of one account calls: each on a thread, a line at a time; `tick` is at which multiples it answers (seconds)."""

    def __init__(self, listener: socket.socket, account: int, longest: int, answer: Answer, tick: float = 0.0) -> None:
        self._listener, self._account, self._longest, self._answer, self._tick = (
            listener,
            account,
            longest,
            answer,
            tick,
        )
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
                line = _line(connection, self._longest) if _caller(connection) == self._account else None
                if line is not None:
                    received = time.monotonic()
                    answer = self._answer(line)
                    _wait(received, self._tick)
                    connection.settimeout(PATIENCE)
                    connection.sendall(answer)
        finally:
            self._places.release()


def read(line: bytes, longest: int) -> object:
    """The call in a line, an object; a text of why there is none."""
    if len(line) > longest:
        return f"the call is longer than {longest} bytes"
    try:
        said = documents.read(line.decode())
    except (documents.NoDocument, UnicodeDecodeError):
        return "the call is no JSON, or could be read in two ways"
    return said if isinstance(said, dict) else "that is no call that is answered here"


def _caller(connection: socket.socket) -> int:
    """The account that is at the other end, as the kernel says."""
    said = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", said)
    return int(uid)


def _line(connection: socket.socket, longest: int) -> bytes | None:
    """What came before the first end of a line, or too much; None where the line was not there in time, or more came."""
    until = time.monotonic() + PATIENCE
    read = bytearray()
    while b"\n" not in read and len(read) <= longest:
        connection.settimeout(max(0.001, until - time.monotonic()))
        said = connection.recv(1 << 16)
        if not said or time.monotonic() > until:
            return None
        read += said
    line, _, more = bytes(read).partition(b"\n")
    return None if more else line


def _wait(since: float, tick: float) -> None:
    """Wait for the next multiple of the tick."""
    if tick:
        time.sleep(tick - (time.monotonic() - since) % tick)


def asked(place: Path, line: bytes, longest: int) -> bytes:
    """What is answered at the socket `place` to a line: up to its end, and no more than so many bytes.

    Raises:
        OSError: nobody answers there.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(place))
        connection.settimeout(_ASKING)
        connection.sendall(line)
        answer = bytearray()
        while not answer.endswith(b"\n") and len(answer) < longest and (said := connection.recv(1 << 16)):
            answer += said
    return bytes(answer[:longest])
