"""Faults brought upon a log's writer, one a run, and what the log is worth afterwards.

    killed, or an error     at the n-th system call of a kind, by strace; where that may not trace, at the n-th call of the
                            function of `os`, which a shim stands for (SQLite's own calls are then spared)
    half a write            by the shim in either case: strace can lie about a write, but not do half of one
    file too large          by RLIMIT_FSIZE: the kernel writes half and then refuses
    no space left           on a small file system of its own, where one may be mounted

Which calls there are is counted first, in a run without a fault. After each fault a healthy process takes the log up.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harm import audited, writing
from safeconduct.core.log.policy import Believed
from safeconduct.logbook.settings import settings
from safeconduct.logbook.writer import Logbook
from safeconduct.town import log as town
from safeconduct.witness.client import Response

KILLED = (
    "openat", "read", "pread64", "write", "pwrite64", "lseek", "fsync", "fdatasync", "rename", "mkdir", "unlink", "unlinkat",
    "rmdir", "ftruncate", "flock", "fcntl", "getdents64", "close",
)  # fmt: skip
ERRORS = {
    "openat": ("EIO", "EMFILE"),
    "read": ("EIO",),
    "pread64": ("EIO",),
    "write": ("EIO", "ENOSPC"),
    "pwrite64": ("EIO", "ENOSPC"),
    "fsync": ("EIO",),
    "fdatasync": ("EIO",),
    "rename": ("EIO", "ENOSPC"),
    "mkdir": ("EIO", "ENOSPC"),
    "unlink": ("EIO",),
    "unlinkat": ("EIO",),
    "rmdir": ("EIO",),
    "ftruncate": ("EIO",),
    "close": ("EIO",),
}
SHIMMED_ERRORS = {"open": ("EIO", "EMFILE"), **{name: ERRORS[name] for name in ERRORS if name in writing.SHIMMED}}
AUTHORITIES = ("26 USC 6103(i)(2)",)
BEGUN = {"empty": (0, 0), "grown": (253, 2)}
"""How many entries are published, and how many ahead, in the log that a run begins with."""
LIMITS = (
    16,
    64,
    100,
    180,
    256,
    400,
    700,
    1_500,
    2_500,
    4_000,
    6_500,
    7_000,
    8_191,
    8_192,
    9_000,
    12_288,
    13_000,
    20_000,
)
_GOLDEN = 0.618
ROOMS = tuple(range(0, 60, 4))
"""How many KiB there is room for on a file system that fills up in the middle of a run, beyond the log as it begins."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: how it is brought about, at which call, of which log."""

    how: str
    begun: str
    call: str
    when: int
    what: str
    threads: bool = False

    @property
    def kind(self) -> str:
        """What the table counts it under."""
        what = {"kill": "kill -9", "half": "half of a write", "full": "half a write, then ENOSPC"}.get(
            self.what, self.what
        )
        at = f"{what} at {self.call}" if self.call else what
        return f"{at}, {self.how}{', threads' if self.threads else ''}"


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one run."""

    fault: Fault
    status: int
    struck: bool
    acknowledged: int
    lost: int
    doubled: int
    wrong: str

    @property
    def recovered(self) -> bool:
        """Whether nothing is wrong with the log."""
        return not (self.wrong or self.lost or self.doubled)


def may_trace() -> bool:
    """Whether strace is here, and lets a fault happen in a process that it attaches to."""
    if not shutil.which("strace"):
        return False
    sleeping = subprocess.Popen([shutil.which("sleep") or "sleep", "30"])
    try:
        with strace(sleeping.pid, ["-e", "trace=none"]) as traced:
            return traced is not None
    finally:
        sleeping.kill()
        sleeping.wait()


@contextmanager
def strace(number: int, options: Sequence[str], into: str = "/dev/null") -> Iterator[subprocess.Popen[str] | None]:
    """Strace, attached; None where it cannot be."""
    command = [shutil.which("strace") or "strace", "-f", "-o", into, *options, "-p", str(number)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as traced:
        line = traced.stderr.readline() if traced.stderr else ""
        try:
            yield traced if "attached" in line else None
        finally:
            if traced.poll() is None:
                traced.terminate()


@dataclass(frozen=True, slots=True)
class Run:
    """What a process said, and its status."""

    status: int
    said: Sequence[str]

    @classmethod
    def heard(cls, heard: IO[str]) -> Run:
        """Listen to it to its end."""
        said: list[str] = []
        for line in heard:
            if line.startswith("status "):
                return cls(int(line.split()[1]), said)
            said.append(line.rstrip("\n"))
        raise audited.Unsound("the process that is forked has ended")


class Bench:
    """A folder in which runs take place, and the process that is forked for each."""

    def __init__(self, folder: Path, *, traced: bool) -> None:
        """Make the logs that runs begin with."""
        self.folder, self.traced = folder, traced
        for name, (published, ahead) in BEGUN.items():
            _make(folder / name, published, ahead)
        self._process = subprocess.Popen(
            [sys.executable, str(Path(writing.__file__))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def _run(self, folder: Path, tracing: Sequence[str] = (), into: str = "/dev/null", **told: object) -> Run:
        """One run."""
        said, heard = self._process.stdin, self._process.stdout
        if said is None or heard is None:
            raise audited.Unsound("the process has no pipes")
        said.write(json.dumps({"folder": str(folder), "halt": bool(tracing), **told}) + "\n")
        said.flush()
        number = int(heard.readline())
        if not tracing:
            return Run.heard(heard)
        _wait_until_halted(number)
        with strace(number, tracing, into) as traced:
            os.kill(number, signal.SIGCONT)
            run = Run.heard(heard)
            if traced:
                traced.wait()
        return run

    def _fresh(self, begun: str, name: str = "run") -> Path:
        folder = self.folder / name
        if folder.exists():
            shutil.rmtree(folder)
        return shutil.copytree(self.folder / begun, folder)

    # Which faults there are

    def faults(self) -> list[Fault]:
        """Every fault that there is to be brought about, in order of their kinds."""
        found = [fault for begun in BEGUN for fault in (self._traced(begun) if self.traced else self._shimmed(begun))]
        found += [fault for begun in BEGUN for fault in self._written(begun)]
        found += [Fault("RLIMIT_FSIZE", begun, "", limit, "file too large") for begun in BEGUN for limit in LIMITS]
        if may_mount(self.folder):
            found += [Fault("tmpfs", begun, "", room, "no space left") for begun in BEGUN for room in ROOMS]
        return sorted(found, key=lambda one: (one.kind, one.begun, one.when))

    def _traced(self, begun: str) -> Iterator[Fault]:
        into = self.folder / "calls"
        folder = self._fresh(begun)
        _must(
            self._run(folder, ["-e", f"trace={','.join(KILLED)}"], str(into)).status == 0, "a run without a fault fails"
        )
        calls = Counter(re.findall(r"^\d+ +(\w+)\(", into.read_text(encoding="utf-8", errors="replace"), re.MULTILINE))
        for call in KILLED:
            for what in ("kill", *ERRORS.get(call, ())):
                yield from (Fault("strace", begun, call, when + 1, what) for when in range(calls[call]))
        for call in ("write", "fsync", "fdatasync", "pwrite64"):
            yield from (Fault("strace", begun, call, when, "kill", threads=True) for when in range(1, 9))

    def _counted(self, begun: str) -> dict[str, int]:
        folder = self._fresh(begun)
        _must(self._run(folder, count=True).status == 0, "a run without a fault fails")
        found: dict[str, int] = json.loads((folder / "counted").read_text(encoding="utf-8"))
        return found

    def _shimmed(self, begun: str) -> Iterator[Fault]:
        for call, times in self._counted(begun).items():
            for what in ("kill", *SHIMMED_ERRORS.get(call, ())):
                yield from (Fault("shim", begun, call, when + 1, what) for when in range(times))

    def _written(self, begun: str) -> Iterator[Fault]:
        times = self._counted(begun)["write"]
        for what in ("half", "full"):
            yield from (Fault("shim", begun, "write", when + 1, what) for when in range(times))

    # One of them

    def bring(self, fault: Fault) -> Came:
        """Bring a fault about, and see what the log is worth afterwards."""
        with self._place(fault) as folder:
            if fault.how == "strace":
                done = "signal=KILL" if fault.what == "kill" else f"error={fault.what}"
                options = ["-e", f"trace={fault.call}", "-e", f"inject={fault.call}:{done}:when={fault.when}"]
                into = self.folder / "struck"
                run = self._run(folder, options, str(into), threads=fault.threads)
                struck = bool(re.search(r"INJECTED|SIGKILL", into.read_text(encoding="utf-8", errors="replace")))
            elif fault.how == "shim":
                run, struck = self._run(folder, shim=[fault.call, fault.when, fault.what]), True
            else:
                run = self._run(folder, largest=fault.when if fault.how == "RLIMIT_FSIZE" else 0)
                struck = run.status != 0 or "unwitnessed" in run.said
            if fault.how != "tmpfs":
                return afterwards(folder, fault, run, struck=struck)
            roomy = shutil.copytree(folder, self.folder / "run")
        return afterwards(roomy, fault, run, struck=struck)

    @contextmanager
    def _place(self, fault: Fault) -> Iterator[Path]:
        if fault.how != "tmpfs":
            yield self._fresh(fault.begun)
            return
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        small = self.folder / "small"
        small.mkdir(exist_ok=True)
        files = [path.stat().st_size for path in (self.folder / fault.begun).rglob("*") if path.is_file()]
        with mounted(small, 4 * sum(-(-size // 4_096) for size in files) + fault.when):
            yield shutil.copytree(self.folder / fault.begun, small / "run")


def may_mount(folder: Path) -> bool:
    """Whether a file system of one's own may be mounted."""
    trial = folder / "trial"
    trial.mkdir(exist_ok=True)
    with suppress(subprocess.CalledProcessError, FileNotFoundError), mounted(trial, 64):
        return True
    return False


@contextmanager
def mounted(at: Path, kibibytes: int) -> Iterator[None]:
    """A small file system, for as long as this lasts."""
    options = f"size={kibibytes}k"
    subprocess.run(
        [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at)],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        subprocess.run([shutil.which("umount") or "umount", str(at)], check=True)


def _must(holds: bool, what: str) -> None:  # noqa: FBT001  # as `assert` has it, and said whoever runs it
    if not holds:
        raise audited.Unsound(what)


def _wait_until_halted(number: int) -> None:
    status = Path(f"/proc/{number}/stat")
    while status.read_text(encoding="ascii").rpartition(") ")[2][:1] != "T":
        time.sleep(0.001)


def _make(folder: Path, published: int, ahead: int) -> None:
    folder.mkdir()
    town.make(folder, writing.NOW, AUTHORITIES)
    before = _before(published + ahead)
    with _healthy(folder, writing.transport(folder)) as writer:
        if published:
            writer.append(before[:published])
            _must(isinstance(writer.publish(), Believed), "no quorum of witnesses that answer")
            writer.append(before[published:])


def _before(size: int) -> list[bytes]:
    return [f"before {number:04}".encode() for number in range(size)]


@contextmanager
def _healthy(folder: Path, call: Callable[[str, bytes | None], Response]) -> Iterator[Logbook]:
    with Logbook(settings(folder / "logbook.toml"), lambda: writing.NOW, None, call) as writer:
        yield writer


def afterwards(folder: Path, fault: Fault, run: Run, *, struck: bool) -> Came:
    """What a healthy process finds: the log opens, audits clean, and holds each acknowledged entry once, where it was said."""
    taken = [(int(one.split()[1]), bytes.fromhex(one.split()[2])) for one in run.said if one.startswith("taken ")]
    before = _before(sum(BEGUN[fault.begun]))
    wrong = [one for one in run.said if one.startswith("broke ")]
    if run.status not in {0, writing.ENDED, -signal.SIGKILL}:
        wrong.append(f"the process ended with {run.status}")
    held: list[bytes] = []
    try:
        held = _taken_up(folder, run.said, BEGUN[fault.begun][0])
    except Exception as fault_of_ours:  # noqa: BLE001  # whatever it is, the log did not recover
        wrong.append(f"{type(fault_of_ours).__name__}: {fault_of_ours}")
    every = [*before, *(one for batch in writing.sent() for one in batch)]
    lost = sum(held[index : index + 1] != [entry] for index, entry in [*enumerate(before), *taken])
    doubled = len(held) - len(set(held))
    if not wrong and (set(held) - set(every) or sorted(held) != sorted(every)):
        wrong.append("it holds what was never sent, or lacks what was sent anew")
    return Came(fault, run.status, struck, len(before) + len(taken), lost, doubled, "; ".join(wrong))


def _taken_up(folder: Path, said: Sequence[str], begun: int) -> list[bytes]:
    """The entries after a healthy process has gone on, audited before and after what is lacking was sent anew."""
    policy = settings(folder / "logbook.toml").policy
    published = [(int(one.split()[1]), one.split()[2]) for one in said if one.startswith("published ")]
    latest = max((size for size, _ in published), default=begun)
    served = folder / "log" / "checkpoint"
    if served.exists():
        size = audited.checkpoint(served.read_bytes(), policy).checkpoint.size
        _must(size >= latest, "the checkpoint that is served went back")
    else:
        _must(not latest, "the checkpoint that was served is gone")
    call = writing.transport(folder)
    with _healthy(folder, call) as writer:
        _must(isinstance(writer.publish(), Believed), "no quorum of witnesses that answer")
        held = audited.entries(folder / "log", policy)
        lacking = [one for batch in writing.sent() for one in batch if one not in held]
        if lacking:
            writer.append(lacking)
        _must(isinstance(writer.publish(), Believed), "no quorum of witnesses that answer")
    more = audited.entries(folder / "log", policy)
    _must(more[: len(held)] == held, "what was published has changed")
    _must(
        all(audited.root(more, size).hex() == root for size, root in published),
        "a tree that was published is no beginning",
    )
    return more


def spread(faults: Sequence[Fault], number: int) -> list[Fault]:
    """So many of them: of every kind as many as of the others, so far as it has them, evenly over its places."""
    kinds: dict[str, list[Fault]] = {}
    for one in faults:
        kinds.setdefault(one.kind, []).append(one)
    shares, left = dict.fromkeys(kinds, 0), min(number, len(faults))
    while left:
        for kind in [kind for kind, share in shares.items() if share < len(kinds[kind])][:left]:
            shares[kind] += 1
            left -= 1
    found = []
    for place, (kind, of) in enumerate(kinds.items()):
        begun = place * _GOLDEN % 1  # each kind begins elsewhere, so that a few runs do not all strike the first calls
        found += [of[int((nth + begun) * len(of) / shares[kind])] for nth in range(shares[kind])]
    return found


Figures = tuple[int, int, int, int, int, int]


def table(came: Sequence[Came]) -> Iterator[tuple[str, int, int, int, int, int, int]]:
    """By kind what `total` gives."""
    kinds: dict[str, list[Came]] = {}
    for one in came:
        kinds.setdefault(one.fault.kind, []).append(one)
    for kind, runs in sorted(kinds.items()):
        yield (kind, *total(runs))


def total(runs: Sequence[Came]) -> Figures:
    """How many runs, how many were struck, how many recovered; entries acknowledged, lost, doubled."""
    struck, recovered = sum(one.struck for one in runs), sum(one.recovered for one in runs)
    acknowledged, lost = sum(one.acknowledged for one in runs), sum(one.lost for one in runs)
    return len(runs), struck, recovered, acknowledged, lost, sum(one.doubled for one in runs)


def method(*, traced: bool) -> str:
    """In which way faults are brought about here."""
    return "strace" if traced else "a shim of os.write, os.fsync and the like (strace is not here, or may not trace)"
