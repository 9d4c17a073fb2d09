"""The log's keeper as a process: a tick every so often, the orders and stops every hour, and the folder served if asked.

The writer is opened for each tick, so that acts can be done between them, and so that what a start does after a crash is done
every minute. A witness that does not answer is told of and asked again, and so is an act that keeps the log to itself; a
stop or a failing disk ends the process.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import waitress

from safeconduct.logbook import entering, keeping, orders_and_stops, settings
from safeconduct.logbook.left import InUse
from safeconduct.logbook.settings import Settings
from safeconduct.logbook.writer import Unwitnessed
from safeconduct.shelf import Misplaced
from safeconduct.witness.serve import Begin, Environ

_HOUR = 3_600.0
_SHORTEST = 1.0
_SERVED = re.compile(
    r"/(checkpoint|daily/[0-9-]{10}|tile/(?:entries|[0-9]{1,2})(?:/x[0-9]{3})*/[0-9]{3}(?:\.p/[0-9]{1,3})?)"
)
Tell = Callable[[str], None]


def run(config: Path, listen: str, tell: Tell) -> None:
    """Tick until this process is ended.

    Raises:
        Misplaced, PackFault, Stopped, DiskFailed: it cannot go on.
    """
    told = settings.settings(config)
    with _alone(told.state):
        _run(config, told, listen, tell)


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """One keeper ticks; a second one would double the ticks, and what is entered hourly."""
    lock = os.open(state / "keeper", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Misplaced(state, "is kept by another `log run`", "end that one first") from None
    finally:
        os.close(lock)


def _run(config: Path, told: Settings, listen: str, tell: Tell) -> None:
    if listen:
        _listen(told.log, listen, tell)
    entered_at = -_HOUR
    while True:
        begun = time.monotonic()
        with_orders = begun - entered_at >= _HOUR - told.tick_s
        try:
            _tick(config, tell, with_orders=with_orders)
        except InUse as fault:
            tell(f"not ticked: {fault}")
        else:
            entered_at = begun if with_orders else entered_at
        time.sleep(max(0.0, begun + max(told.tick_s, _SHORTEST) - time.monotonic()))


def _tick(config: Path, tell: Tell, *, with_orders: bool) -> None:
    def clock() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    with keeping.kept(config, clock) as at:
        if with_orders:
            at.enter(entering.control(orders_and_stops.control(at.told.state, at.opened, clock())))
        found = at.writer.publish()
        if isinstance(found, Unwitnessed):
            tell(f"not published: {found.why}")


def _listen(folder: Path, listen: str, tell: Tell) -> None:
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal():
        raise Misplaced("--listen", "is no address", "write it as HOST:PORT, as in 127.0.0.1:8080")
    try:
        server = waitress.create_server(Pages(folder), host=host, port=int(port), threads=4)
    except OSError as fault:
        what = f"cannot be listened at: {(fault.strerror or 'an error').lower()}"
        raise Misplaced(listen, what, "name another port") from None
    threading.Thread(target=server.run, daemon=True).start()
    tell(f"the log is served at http://{host}:{server.effective_port}")


class Pages:
    """A log's folder over HTTP, as tlog-tiles has it: what is full never changes, the checkpoint does."""

    def __init__(self, folder: Path) -> None:
        """Serve the log in `folder`."""
        self._folder = folder

    def __call__(self, environ: Environ, begin: Begin) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        status, headers, body = self._answered(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        begin(f"{status.value} {status.phrase}", [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answered(self, method: str, path: str) -> tuple[HTTPStatus, list[tuple[str, str]], bytes]:
        found = _SERVED.fullmatch(path)
        if method != "GET" or not found:
            return (
                HTTPStatus.NOT_FOUND,
                [("Content-Type", "text/plain; charset=utf-8")],
                b"there is nothing of that name\n",
            )
        try:
            body = (self._folder / found[1]).read_bytes()
        except OSError:
            return HTTPStatus.NOT_FOUND, [("Content-Type", "text/plain; charset=utf-8")], b"it is not there\n"
        if found[1].startswith("tile/"):
            kind, lasting = "application/octet-stream", "public, max-age=31536000, immutable"
        else:
            kind, lasting = "text/plain; charset=utf-8", "max-age=2" if found[1] == "checkpoint" else "max-age=3600"
        return HTTPStatus.OK, [("Content-Type", kind), ("Cache-Control", lasting)], body
