"""Faults brought upon a desk, one a life, and what its journal, its log and its broker are worth afterwards.

    killed                  between two commands, or at the n-th system call of a kind, by strace: of SQLite, of the log, of the socket
    an error                EIO or ENOSPC at the n-th such call, or from it on
    a worker killed         in the middle of a job of the queue
    the broker killed       at the n-th system call of its store or its socket, and served anew
    locked                  another process keeps SQLite to itself for longer than a writer waits
    the disk full           RLIMIT_FSIZE, or a small file system of its own, where one may be mounted
    PostgreSQL restarted    at once (`immediate`), between commands and at the n-th call to it

A life begins at a stage that was copied from a town that was made once, in which the acts before have been done. Then a fresh process
takes it up and brings it to its end. The broker is the real one, a process with a store of its own for each town that was copied.
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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from harm import audited, faults, lives
from harm.postgres import Server
from safeconduct.desk import settings, town
from safeconduct.journal import store as stores

KILLED = (
    "pwrite64",
    "fdatasync",
    "write",
    "fsync",
    "rename",
    "openat",
    "ftruncate",
    "unlink",
    "fcntl",
    "flock",
    "sendto",
    "recvfrom",
    "close",
)
ERRORS = {
    "pwrite64": ("EIO", "ENOSPC"),
    "fdatasync": ("EIO",),
    "write": ("EIO", "ENOSPC"),
    "fsync": ("EIO",),
    "rename": ("EIO", "ENOSPC"),
    "openat": ("EIO", "EMFILE"),
    "pread64": ("EIO",),
    "ftruncate": ("EIO",),
    "sendto": ("EPIPE",),
    "recvfrom": ("ECONNRESET",),
}
LASTING = {"pwrite64": ("EIO", "ENOSPC"), "write": ("ENOSPC",), "fdatasync": ("EIO",)}
OF_THE_BROKER = {"pwrite64": 7, "fdatasync": 5, "unlink": 1, "sendto": 1, "recvfrom": 1}
LIMITS = (170_000, 200_000, 260_000, 330_000, 420_000, 6_900, 9_000, 20_000, 100_000)
ROOMS = tuple(range(0, 64, 8))
AMONG = (
    "tick 0",
    "tick 1",
    "pass",
    "approve",
    "advance 1",
    "tick 3",
    "establish",
    "advance 2",
    "second",
    "tick 4",
    "cool",
)
"""At which acts calls are struck; what happens between commands, happens between all."""
LONG = 2
"""How many acts a life goes on before it is taken up, where nothing ends it."""
PATIENCE, LOCKED = 0.3, 0.9
_FRESH = 200.0
"""Seconds after which stages are made anew: a permit holds for fifteen minutes, and the witnesses' time for five."""
_QUIET = ("EIO", "ENOSPC")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: of which kind, at which stage, at which call."""

    how: str
    stage: int
    call: str = ""
    when: int = 0
    what: str = "kill"

    @property
    def kind(self) -> str:
        """What the table counts it under."""
        return f"{self.how}{f': {self.what} at {self.call}' if self.call else ''}"


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one fault."""

    fault: Fault
    struck: bool
    acknowledged: int
    lost: int
    doubled: int
    wrong: str

    @property
    def recovered(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.wrong)


@dataclass
class Town:
    """A town at each stage of its life, made anew before it is too old."""

    base: Path
    stages: Path
    server: Server | None = None
    made: float = -1e9
    reference: dict[str, list[str]] = field(default_factory=dict)
    acts: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """By which its databases are named."""
        return self.base.name


class Bench:
    """A folder in which lives are led, and the process that is forked for each."""

    def __init__(self, folder: Path, server: Server | None = None) -> None:
        """Make the town, and lead a life of it through all stages."""
        self.folder = folder
        self.seen: dict[str, Any] = {}
        self.sqlite = self._town("s", None)
        self._forks = subprocess.Popen(
            [sys.executable, str(Path(lives.__file__))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        self._send(str(self.sqlite.base))
        self.postgres = self._town("p", server) if server else None
        must(self._heard() == "ready", "the process that is forked does not begin")

    def close(self) -> None:
        """End the process."""
        self._forks.communicate()

    def _town(self, name: str, server: Server | None) -> Town:
        base = self.folder / name
        if server:
            server.run(f'CREATE DATABASE "{name}"')
            town.make(base, lives.now(), server.address(name))
        else:
            town.make(base, lives.now())
        stores.use(":memory:")  # nobody may be at a database that is copied
        (base / "today").write_text(lives.now().date().isoformat(), encoding="utf-8")
        with (base / "broker.toml").open("a", encoding="utf-8") as file:
            file.write("tick_ms = 20\n")
        return Town(base, self.folder / f"{name}-stages", server)

    # The process that is forked

    def _send(self, line: str) -> None:
        must(self._forks.stdin is not None, "the process has no pipes")
        pipe: IO[str] = self._forks.stdin  # type: ignore[assignment]  # it is there
        pipe.write(line + "\n")
        pipe.flush()

    def _heard(self) -> str:
        must(self._forks.stdout is not None, "the process has no pipes")
        pipe: IO[str] = self._forks.stdout  # type: ignore[assignment]  # as above
        return pipe.readline().strip()

    def _fork(self, what: str, folder: Path, **told: object) -> tuple[int, Path]:
        out = self.folder / f"{what}.out"
        self._send(json.dumps({"what": what, "folder": str(folder), "out": str(out), **told}))
        return int(self._heard()), out

    def _wait(self, number: int) -> int:
        self._send(json.dumps({"what": "wait", "number": number}))
        return int(self._heard().split()[1])

    def _end(self, number: int) -> None:
        os.kill(number, signal.SIGKILL)
        self._wait(number)

    @contextmanager
    def _broker(self, folder: Path) -> Iterator[list[int]]:
        """The broker of a town; one that was killed is begun again by putting another number there."""
        numbers = [self._begun(folder)]
        try:
            yield numbers
        finally:
            if numbers:
                self._end(numbers.pop())

    def _begun(self, folder: Path) -> int:
        number, out = self._fork("broker", folder)
        until = time.monotonic() + 60
        while "serving looks" not in (said := out.read_text(encoding="utf-8") if out.exists() else ""):
            must(time.monotonic() < until and "broke" not in said, f"the broker does not begin: {said}")
            time.sleep(0.01)
        return number

    # Stages

    def fresh(self, of: Town) -> None:
        """Have stages that are not too old."""
        if time.monotonic() - of.made < _FRESH:
            return
        shutil.rmtree(of.stages, ignore_errors=True)
        place = self._copied(of.base, "stage", of, of.name)
        with self._broker(place):
            acts: list[str] = []
            for stage in range(100):
                self._kept(of, place, stage)
                number, out = self._fork("life", place, since=stage, until=stage + 1, tries=1)
                status, said = self._wait(number), out.read_text(encoding="utf-8")
                must(status == 0, f"a life without a fault does not go on: {said}")
                done = [line.removeprefix("did ") for line in said.splitlines() if line.startswith("did ")]
                if not done:
                    break
                acts += done
            number, out = self._fork("look", place, since=len(acts))
            self._wait(number)
        seen = json.loads(out.read_text(encoding="utf-8").splitlines()[-1])
        of.reference, of.acts, of.made = seen["events"], acts, time.monotonic()
        must(not seen["wrong"] and seen["entries"][1:] == [0, 0, 0], f"a life without a fault is wrong: {seen}")
        for name in ("custodian", "reviewer"):  # what a life found, which every other finds alike
            shutil.copy(place / f"{lives.REQUEST}-{name}.json", of.base)

    def _kept(self, of: Town, place: Path, stage: int) -> None:
        shutil.copytree(place, of.stages / str(stage), ignore=shutil.ignore_patterns("*.sock"))
        for path in of.base.glob("*.json"):
            shutil.copy(path, of.stages / str(stage) / path.name)
        if of.server:
            of.server.copy(f"{of.name}{stage}", f"{of.name}run")

    def _copied(self, source: Path, name: str, of: Town, database: str) -> Path:
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source, place)
        if of.server:
            of.server.copy(f"{of.name}run", database)
            config = place / settings.FILE
            said = re.sub(
                r"(?m)^journal = .*$",
                f'journal = "{of.server.address(f"{of.name}run")}"',
                config.read_text(encoding="utf-8"),
            )
            config.write_text(said, encoding="utf-8")
        return place

    # Which faults there are

    def faults(self, among: Sequence[str] = ()) -> list[Fault]:
        """Every fault that there is to be brought about at these acts, in the order of their kinds."""
        self.fresh(self.sqlite)
        acts = self.sqlite.acts
        stages = [acts.index(one) for one in among or AMONG]
        every = range(len(acts)) if not among else stages
        found = [Fault("kill -9 between commands", stage) for stage in every]
        found += [Fault("SQLite locked", stage) for stage in every]
        found += [Fault("file too large", stage, when=limit) for stage in stages for limit in LIMITS]
        if faults.may_mount(self.folder):
            found += [Fault("no room", stage, when=room) for stage in stages for room in ROOMS]
        if faults.may_trace():
            found += [one for stage in stages for one in self._traced(stage)]
        if self.postgres:
            self.fresh(self.postgres)
            found += [Fault("PostgreSQL restarted between commands", stage) for stage in every]
            found += [
                Fault("PostgreSQL restarted", stage, "sendto", when, "at once")
                for stage in stages
                for when in range(1, 120)
            ]
            found += [Fault("PostgreSQL, kill -9", stage, "sendto", when) for stage in stages for when in range(1, 120)]
        return sorted(found, key=lambda one: (one.kind, one.stage, one.when))

    def _traced(self, stage: int) -> Iterator[Fault]:
        calls = self._calls(stage)
        for call in KILLED:
            yield from (Fault("kill -9", stage, call, when + 1) for when in range(calls[call]))
        for call, errors in ERRORS.items():
            for error in errors:
                yield from (Fault("error", stage, call, when + 1, error) for when in range(calls[call]))
        for call, errors in LASTING.items():
            for error in errors:
                yield from (Fault("error from then on", stage, call, when + 1, error) for when in range(calls[call]))
        act = self.sqlite.acts[stage]
        if act.startswith(("advance", "tick")):
            for call in ("pwrite64", "fdatasync", "sendto", "recvfrom"):
                yield from (Fault("worker killed", stage, call, when) for when in range(1, calls[call] + 1))
        if act == "tick 3":
            for call, times in OF_THE_BROKER.items():
                yield from (Fault("broker killed", stage, call, when) for when in range(1, times + 1))

    def _calls(self, stage: int) -> Counter[str]:
        """How often an act makes each call."""
        place = self._copied(self.sqlite.stages / str(stage), "run", self.sqlite, "")
        into = self.folder / "calls"
        with self._broker(place):
            wanted = sorted({*KILLED, *ERRORS})
            self._traced_life(place, stage, ["-e", f"trace={','.join(wanted)}"], into, long=1)
        return Counter(re.findall(r"^\d+ +(\w+)\(", into.read_text(encoding="utf-8", errors="replace"), re.MULTILINE))

    def _traced_life(
        self, place: Path, stage: int, options: Sequence[str], into: Path, *, long: int = LONG, **told: object
    ) -> tuple[int, Path]:
        number, out = self._fork("life", place, since=stage, until=stage + long, halt=True, **told)
        _until_halted(number)
        with faults.strace(number, options, str(into)) as traced:
            os.kill(number, signal.SIGCONT)
            status = self._wait(number)
            if traced:
                traced.wait()
        return status, out

    # One of them

    def bring(self, fault: Fault) -> Came:
        """Bring a fault about, take the life up, and look at everything."""
        of = self.postgres if fault.how.startswith("PostgreSQL") and self.postgres else self.sqlite
        self.fresh(of)
        with ExitStack() as until_seen:
            with self._place(fault, of) as place, self._broker(place) as numbers:
                status, said, struck = self._struck(fault, of, place, numbers)
                if place == self.folder / "run" and numbers:
                    until_seen.callback(self._end, numbers.pop())  # which goes on to serve whoever takes the life up
                    begun = True
                else:
                    begun = False
                    moved = self._moved(place)
            if not begun:
                place = moved
                until_seen.enter_context(self._broker(place))
            number, out = self._fork("look", place, since=fault.stage, jobs=fault.how.startswith("worker"))
            ended, seen = self._wait(number), out.read_text(encoding="utf-8").splitlines()
        self.seen = _document(seen)
        came = self.weighed(fault, of, [*said, *seen], self.seen)
        wrong = [came.wrong, *_ended(status, said), *([f"whoever looks ended with {ended}"] if ended else [])]
        return replace(came, struck=struck, wrong="; ".join(filter(None, wrong)))

    @contextmanager
    def _place(self, fault: Fault, of: Town) -> Iterator[Path]:
        stage = of.stages / str(fault.stage)
        if fault.how != "no room":
            yield self._copied(stage, "run", of, f"{of.name}{fault.stage}")
            return
        small = self.folder / "small"
        small.mkdir(exist_ok=True)
        files = [path.stat().st_size for path in stage.rglob("*") if path.is_file()]
        folders = sum(path.is_dir() for path in stage.rglob("*"))
        with faults.mounted(small, 4 * (sum(-(-size // 4_096) for size in files) + folders + 8) + fault.when):
            yield shutil.copytree(stage, small / "run")

    def _moved(self, place: Path) -> Path:
        if place == self.folder / "run":
            return place
        shutil.rmtree(self.folder / "run", ignore_errors=True)
        return shutil.copytree(place, self.folder / "run", ignore=shutil.ignore_patterns("*.sock"))

    def _struck(self, fault: Fault, of: Town, place: Path, numbers: list[int]) -> tuple[int, list[str], bool]:
        """Lead a life, and bring the fault about; its status, what it said, whether the fault struck."""
        if fault.how == "broker killed":
            return self._without_a_broker(fault, place, numbers)
        if fault.how == "PostgreSQL restarted" and of.server:
            return self._restarted_within(fault, of.server, place)
        if fault.call:
            into = self.folder / "struck"
            done = "signal=KILL" if fault.what == "kill" else f"error={fault.what}"
            lasts = "+" if fault.how.endswith("on") else ""
            options = ["-e", f"trace={fault.call}", "-e", f"inject={fault.call}:{done}:when={fault.when}{lasts}"]
            status, out = self._traced_life(place, fault.stage, options, into, jobs=fault.how.startswith("worker"))
            struck = bool(re.search(r"INJECTED|SIGKILL", into.read_text(encoding="utf-8", errors="replace")))
            return status, out.read_text(encoding="utf-8").splitlines(), struck
        told: dict[str, object] = {}
        if fault.how == "kill -9 between commands":
            told = {"kill": 0}
        elif fault.how == "SQLite locked":
            told = {"lock": 0, "seconds": LOCKED, "patience": PATIENCE, "tries": 5}
        elif fault.how == "file too large":
            told = {"largest": fault.when}
        if fault.how == "PostgreSQL restarted between commands" and of.server:
            number, out = self._fork("life", place, since=fault.stage, until=fault.stage + LONG, pause=True)
            _until_halted(number)
            of.server.restart()
            os.kill(number, signal.SIGCONT)
        else:
            number, out = self._fork("life", place, since=fault.stage, until=fault.stage + LONG, **told)
        status = self._wait(number)
        said = out.read_text(encoding="utf-8").splitlines()
        failed = any(line.startswith(("failed", "undone")) for line in said)
        return status, said, failed or status != 0 or fault.how.startswith("PostgreSQL")

    def _without_a_broker(self, fault: Fault, place: Path, numbers: list[int]) -> tuple[int, list[str], bool]:
        """A life, and a broker that is killed at a call of its own; then it is begun anew."""
        into = self.folder / "struck"
        options = ["-e", f"trace={fault.call}", "-e", f"inject={fault.call}:signal=KILL:when={fault.when}"]
        with faults.strace(numbers[0], options, str(into)):
            number, out = self._fork("life", place, since=fault.stage, until=fault.stage + LONG, tries=1)
            status = self._wait(number)
        struck = "SIGKILL" in into.read_text(encoding="utf-8", errors="replace")
        with suppress(ProcessLookupError):
            os.kill(numbers[0], signal.SIGKILL)
        self._wait(numbers.pop())
        return status, out.read_text(encoding="utf-8").splitlines(), struck

    def _restarted_within(self, fault: Fault, server: Server, place: Path) -> tuple[int, list[str], bool]:
        """A life that is halted at a call to PostgreSQL, which is restarted meanwhile."""
        into = self.folder / "struck"
        into.unlink(missing_ok=True)
        number, out = self._fork("life", place, since=fault.stage, until=fault.stage + LONG, halt=True)
        _until_halted(number)
        options = ["-e", f"trace={fault.call}", "-e", f"inject={fault.call}:signal=STOP:when={fault.when}"]
        with faults.strace(number, options, str(into)) as traced:
            os.kill(number, signal.SIGCONT)
            struck = _until_stopped(number, into)
            if struck:
                server.restart()
                os.kill(number, signal.SIGCONT)
            status = self._wait(number)
            if traced:
                traced.wait()
        return status, out.read_text(encoding="utf-8").splitlines(), struck

    def weighed(self, fault: Fault, of: Town, said: Sequence[str], found: Mapping[str, Any]) -> Came:
        """What came of a fault: of what was said on the way, and what was found in the end."""
        acknowledged = {line.split()[1] for line in said if line.startswith("ack ")}
        wrong = [line for line in said if line.startswith("broke ")]
        if "stuck" in found or not found:
            why = [line for line in said if line.startswith(("undone", "failed"))][-1:]
            wrong.append(f"it does not go on, at {found.get('stuck', 'its beginning')}: {why}")
            return Came(fault, struck=True, acknowledged=len(acknowledged), lost=0, doubled=0, wrong="; ".join(wrong))
        wrong += [*found["wrong"], *_unlike(found, of.reference)]
        entries, lost, doubled, strangers = found["entries"]
        lost += sum(one not in found["commands"] or not found["events"].get(one) for one in acknowledged)
        doubled += sum(many > 1 for many in found["commands"].values())
        doubled += sum(found["kinds"].get(kind, 0) > 1 for kind in _ONCE) + (found["controls"] > 2)
        if strangers:
            wrong.append(f"{strangers} entries of the log that nobody made, of {entries}")
        return Came(
            fault, struck=True, acknowledged=len(acknowledged), lost=lost, doubled=doubled, wrong="; ".join(wrong)
        )


_ONCE = (
    "received", "first_passed", "claimed", "established", "first_decided", "fact_drawn", "fact_checked", "second_decided", "decided",
    "cooling_began", "looked", "matched",
)  # fmt: skip


def _document(said: Sequence[str]) -> dict[str, Any]:
    """What whoever looked afterwards says last."""
    try:
        found: dict[str, Any] = json.loads(said[-1])
    except (IndexError, ValueError):
        return {}
    return found


def _unlike(found: Mapping[str, Any], reference: Mapping[str, list[str]]) -> Iterator[str]:
    """What is neither as it was before nor as it is after; looks that nobody counted, or that stand not in the log."""
    for when in ("before", "events"):
        for command, kinds in found[when].items():
            if command in reference and kinds != reference[command]:
                yield f"{command} is there in part: {kinds}"
    counted, recorded, logged = found["looks"]
    if not logged >= counted >= recorded == 1:
        yield f"{counted} looks counted by the broker, {recorded} recorded, {logged} entries of looks in the log"
    if found["state"] != "cooling" or found["behind"]:
        yield f"it ends {found['state']}{', stopped as behind its log' if found['behind'] else ''}"


def _ended(status: int, said: Sequence[str]) -> list[str]:
    """What is wrong with how a life ended: it may be killed, or say that it could not go on, and nothing else."""
    known = {0, lives.ENDED, lives.UNDONE, -signal.SIGKILL}
    return [] if status in known else [f"a life ended with {status}: {said[-1:]}"]


def _state(number: int) -> str:
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(") ")[2][:1]
    except FileNotFoundError:
        return "Z"


def _until_halted(number: int) -> None:
    while _state(number) not in "TZ":
        time.sleep(0.001)


def _until_stopped(number: int, into: Path) -> bool:
    """Wait until a process that is traced was stopped, or has ended."""
    while _state(number) != "Z":
        if into.exists() and "stopped by SIGSTOP" in into.read_text(encoding="utf-8", errors="replace"):
            return True
        time.sleep(0.005)
    return False


def must(holds: bool, what: str) -> None:  # noqa: FBT001  # as `assert` has it, and said whoever runs it
    """Hold the bench itself to something."""
    if not holds:
        raise audited.Unsound(what)


# Figures


def spread(every: Sequence[Fault], number: int, by: str = "kind") -> list[Fault]:
    """So many of them: of every kind as many as of the others, so far as it has them, evenly over its places."""
    kinds: dict[str, list[Fault]] = {}
    for one in every:
        kinds.setdefault(getattr(one, by), []).append(one)
    shares, left = dict.fromkeys(kinds, 0), min(number, len(every))
    while left:
        for kind in [kind for kind, share in shares.items() if share < len(kinds[kind])][:left]:
            shares[kind] += 1
            left -= 1
    found = []
    for place, (kind, of) in enumerate(kinds.items()):
        begun = place * 0.618 % 1  # each kind begins elsewhere, so that a few do not all strike the first stages
        found += [of[int((nth + begun) * len(of) / shares[kind])] for nth in range(shares[kind])]
    return found


def total(came: Sequence[Came]) -> tuple[int, int, int, int, int, int]:
    """How many faults, how many struck; commands acknowledged, lost, doubled; how many lives did not go on."""
    return (
        len(came), sum(one.struck for one in came), sum(one.acknowledged for one in came), sum(one.lost for one in came),
        sum(one.doubled for one in came), sum(bool(one.wrong) for one in came),
    )  # fmt: skip


def table(came: Sequence[Came]) -> Iterator[tuple[str, tuple[int, int, int, int, int, int]]]:
    """By kind what `total` gives."""
    kinds: dict[str, list[Came]] = {}
    for one in came:
        kinds.setdefault(one.fault.kind, []).append(one)
    yield from ((kind, total(of)) for kind, of in sorted(kinds.items()))
