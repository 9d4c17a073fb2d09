"""A process that writes to a log, and to which faults happen: `python bench/harm/writing.py`.

It holds everything that is needed in memory, and for each line of its input forks a child, says its number and, when it has
ended, its status. The child halts itself before its first call (whoever traces it begins there), then opens the log, appends
batches and publishes, with the witnesses in the same process. Each acknowledgement goes to the output by `writev`, which the
log itself never calls, so that no fault on `write` is spent on it.

Without `threads` the child does one thing after the other, in one thread, so that the n-th call is the same in every run.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import cryptography.hazmat.backends.openssl  # noqa: F401  # which is imported late: before any child, not in the middle of one

from safeconduct.keys.log import Role, signer
from safeconduct.logbook import asking, disk
from safeconduct.logbook.faults import DiskFailed, Stopped
from safeconduct.logbook.settings import settings
from safeconduct.logbook.writer import Logbook, Unwitnessed
from safeconduct.shelf import Misplaced
from safeconduct.town import log as town
from safeconduct.witness.client import Response
from safeconduct.witness.serve import Witness
from safeconduct.witness.store import Store

NOW = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
BATCHES = (1, 2, 2, 1)
PUBLISHED_AFTER = (1, 2, 3)
ENDED, BROKE = 3, 4
SHIMMED = ("open", "write", "fsync", "fdatasync", "rename", "mkdir", "unlink", "rmdir", "ftruncate", "close")


def sent() -> list[list[bytes]]:
    """What is sent, batch by batch; no entry is sent twice."""
    numbers = iter(range(sum(BATCHES)))
    return [[f"entry {next(numbers):04} ".encode() * 5 for _ in range(size)] for size in BATCHES]


class InTurn(ThreadPoolExecutor):
    """As threads, but one after the other in the thread that asks."""

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], **_: object) -> Iterator[Any]:
        """What `fn` makes of each."""
        return iter([fn(*one) for one in zip(*iterables, strict=False)])

    def __enter__(self) -> Self:
        return self


class AtOnce:
    """As a thread, but over when it has been started."""

    def __init__(self, target: Callable[[], None], daemon: bool) -> None:  # noqa: FBT001  # as threading.Thread has it
        """Run `target`; there is nothing that would go on."""
        self._target, self._daemon = target, daemon

    def start(self) -> None:
        """Run."""
        self._target()


def transport(folder: Path) -> Callable[[str, bytes | None], Response]:
    """A way to the witnesses, whose keys are read before any fault happens."""
    logs = town.log_keys(folder)
    witnesses = {
        name: Witness(
            logs,
            signer(folder / f"{name}.key", f"{name}.town.example", Role.WITNESS),
            Store(folder / f"{name}.sqlite"),
            lambda: NOW,
        )
        for name in town.WITNESSES
    }

    def call(url: str, body: bytes | None) -> Response:
        name, _, path = url.removeprefix(town.LOCAL).partition("/")
        told: list[tuple[str, list[tuple[str, str]]]] = []
        environ = {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "PATH_INFO": f"/{path}",
            "CONTENT_LENGTH": str(len(body or b"")),
            "wsgi.input": BytesIO(body or b""),
        }
        content = b"".join(witnesses[name](environ, lambda status, headers: told.append((status, headers))))
        [(status, headers)] = told
        return int(status.split()[0]), dict(headers)["Content-Type"], content

    return call


def shim(call: str, when: int, how: str) -> None:
    """Let the n-th call of a function of `os` go wrong: killed before it, an error, half a write, half and then a full disk."""
    real: Callable[..., Any] = getattr(os, call)
    made = [0]

    def shimmed(*args: Any, **named: Any) -> Any:  # noqa: ANN401  # as whatever it stands for
        made[0] += 1
        if made[0] == when:
            if how == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if how in {"half", "full"}:
                return real(args[0], bytes(args[1])[: max(1, len(args[1]) // 2)])
            raise OSError(getattr(errno, how), os.strerror(getattr(errno, how)))
        if how == "full" and made[0] > when:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*args, **named)

    setattr(os, call, shimmed)


def counted() -> dict[str, int]:
    """Count the calls that can be shimmed from now on."""
    made = dict.fromkeys(SHIMMED, 0)

    def counting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:  # noqa: ANN401  # as whatever it stands for
            made[name] += 1
            return real(*args, **named)

        return call

    for name in SHIMMED:
        setattr(os, name, counting(name, getattr(os, name)))
    return made


def work(folder: Path, call: Callable[[str, bytes | None], Response]) -> int:
    """Open the log, append, publish; say what was acknowledged."""

    def tell(what: str) -> None:
        os.writev(sys.stdout.fileno(), [f"{what}\n".encode()])

    try:
        with Logbook(settings(folder / "logbook.toml"), lambda: NOW, None, call) as writer:
            for nth, entries in enumerate(sent()):
                for index, entry in zip(writer.append(entries), entries, strict=True):
                    tell(f"taken {index} {entry.hex()}")
                if nth in PUBLISHED_AFTER:
                    found = writer.publish()
                    if isinstance(found, Unwitnessed):
                        tell("unwitnessed")
                    else:
                        tell(f"published {found.checkpoint.size} {found.checkpoint.root.hex()}")
            writer.publish()
    except (DiskFailed, Stopped, Misplaced) as fault:
        tell(f"ended {type(fault).__name__} {fault}")
        return ENDED
    except BaseException as fault:
        tell(f"broke {type(fault).__name__} {fault}")
        raise
    tell("done")
    return 0


def child(told: dict[str, Any]) -> int:
    """One run, of one folder."""
    folder = Path(told["folder"])
    call = transport(folder)
    if not told.get("threads"):
        vars(disk)["ThreadPoolExecutor"] = InTurn
        vars(asking)["Thread"] = AtOnce
    if told.get("largest"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (told["largest"], told["largest"]))
    made = counted() if told.get("count") else None
    if told.get("shim"):
        shim(*told["shim"])
    if told.get("halt"):
        os.kill(os.getpid(), signal.SIGSTOP)
    status = work(folder, call)
    if made:
        (folder / "counted").write_text(json.dumps(made), encoding="utf-8")
    return status


def main() -> None:
    """Fork for each line of the input."""
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            status = BROKE
            try:
                status = child(json.loads(line))
            finally:
                os._exit(status)
        print(number, flush=True)
        _, status = os.waitpid(number, 0)
        print("status", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
