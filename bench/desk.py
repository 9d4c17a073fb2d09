"""The figures of the desk: `safeconduct bench desk`, or `bench/desk.py [EVENTS]`.

Requests that are received, ruled on and journaled one by one, on SQLite and on a PostgreSQL begun here, as its packages set it up.
Beside each round, in the same run, as many bare commits on the same store: one row of the same size, and nothing else. And a journal
of ten million events (or so many), of which the lists and counts are made again, and which is audited against its log, each in a
process of its own; the memory is the most that such a process held.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

from harm.postgres import server
from journals import lives
from safeconduct.core.case.commands import Receive
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import audit as audits
from safeconduct.desk import settings, town
from safeconduct.desk.desk import Desk, Done
from safeconduct.journal import projections
from safeconduct.journal.journal import writing
from safeconduct.town import register, requests

EVENTS, ROUNDS, ROUND, PERSONS, SEED = 10_000_000, 7, 300, 60_000, 2025
ASKED, MEMORY = 300, 2.0
Request = dict[str, object]


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


def timed(work: Callable[[], object]) -> float:
    """The seconds that `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def load() -> str:
    """How busy the machine is beside this."""
    return f"load {os.getloadavg()[0]:.1f}"


def asked(folder: Path) -> list[Request]:
    """Honest requests of a town, each about another person, most of them of another officer and for another reason."""
    lines = folder / "requests.ndjson"
    register.write(folder / "register.parquet", PERSONS, SEED)
    requests.write_honest(lines, folder / "register.parquet", (ROUNDS + 8) * ROUND, SEED)
    return lives.requests(lines)


# Receive, rule and journal


def receive(desk: Desk, given: Sequence[Request]) -> Counter[str]:
    """Receive requests one by one; what became of them."""
    return Counter(_became(desk.receive(Receive(secrets.token_hex(16), "bench", "api", one, secrets.token_hex(16)))) for one in given)  # fmt: skip


def _became(done: Done | Refused) -> str:
    return type(done.happened[-1]).__name__ if isinstance(done, Done) else "not taken"


class Bare:
    """One commit a request, of a row of the size of what a request leaves in the journal, and nothing else."""

    def __init__(self) -> None:
        with writing():
            connections[DEFAULT_DB_ALIAS].connection.execute("CREATE TABLE bare (nth INTEGER PRIMARY KEY, body TEXT)")
        self.nth = 0
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(
                "SELECT SUM(LENGTH(body)) / COUNT(DISTINCT stream) FROM journal_event WHERE stream <> 'gate'"
            )
            self.body = "x" * int(cursor.fetchone()[0])

    def commit(self, many: int) -> None:
        """Commit so many times."""
        for _ in range(many):
            with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
                cursor.execute("INSERT INTO bare VALUES (%s, %s)", [self.nth, self.body])
            self.nth += 1


def one_by_one(name: str, desk: Desk, given: list[Request]) -> None:
    """Print how many requests a second are received, beside bare commits in alternating rounds."""
    became = receive(desk, given[:ROUND])
    bare, commits, received, worked = Bare(), [], [], 0.0
    for nth in range(1, ROUNDS + 1):
        part = given[nth * ROUND : (nth + 1) * ROUND]
        commits.append(ROUND / timed(lambda: bare.commit(ROUND)))
        begun = time.process_time()
        received.append(ROUND / timed(lambda part=part: became.update(receive(desk, part))))  # type: ignore[misc]
        worked += time.process_time() - begun
    _say(name, statistics.median(received), statistics.median(commits))
    print(f"      {1000 * worked / (ROUNDS * ROUND):.1f} ms of a processor each, the store's own processes left out")
    whole = sum(became.values())
    print("      " + ", ".join(f"{100 * many / whole:.0f} % {what}" for what, many in became.most_common()))


def _say(name: str, received: float, commits: float) -> None:
    lower = min(ASKED, commits / 2)
    met = "met" if received >= lower else "MISSED"
    print(
        f"  {name:24} {received:6.0f} requests a second; {commits:6.0f} bare commits; {received / commits:.2f} of them"
        f" (asked: {lower:.0f}: {met}); {load()}",
        flush=True,
    )


def by_two(folder: Path, begin: int) -> None:
    """Print how many requests a second two processes receive together."""
    each = 2 * ROUND
    children = [
        subprocess.Popen(
            [sys.executable, __file__, "receive", str(folder), str(begin + nth * each), str(begin + (nth + 1) * each)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for nth in range(2)
    ]
    for child in children:
        _heard(child)

    def work() -> None:
        for child in children:
            _told(child)
        for child in children:
            _heard(child)

    print(f"  two processes together   {2 * each / timed(work):6.0f} requests a second; {load()}", flush=True)
    for child in children:
        child.wait()


def _told(child: subprocess.Popen[bytes]) -> None:
    if child.stdin:
        child.stdin.write(b"go\n")
        child.stdin.flush()


def _heard(child: subprocess.Popen[bytes]) -> str:
    return child.stdout.readline().decode() if child.stdout else ""


def child_receive(folder: Path, begin: int, end: int) -> None:
    """One of the two: ready, told to go, done."""
    desk, given = desk_at(folder), lives.requests(folder.parent / "requests.ndjson")[begin:end]
    receive(desk, given[:1])
    print("ready", flush=True)
    sys.stdin.readline()
    receive(desk, given[1:])
    print("done", flush=True)


def desk_at(folder: Path) -> Desk:
    """The desk of a town, at the time of its newest checkpoint: a long round must not be held to its age."""
    desk = Desk(settings.settings(folder / settings.FILE), now)
    found = desk.dated.newest()
    if isinstance(found, Refused) or found.time is None:
        raise SystemExit("the town's log has no time")
    at = dt.datetime.fromtimestamp(found.time, dt.UTC)
    return Desk(desk.told, lambda: at)


# Fold and audit


def many(folder: Path, request: Request, events: int) -> None:
    """Print what it takes to fold and to audit so many events."""
    town.make(folder, now())
    desk = Desk(settings.settings(folder / settings.FILE), now)
    seconds = timed(lambda: lives.fill(desk, folder / town.PEOPLE, request, events))
    connections.close_all()
    size = sum(path.stat().st_size for path in folder.glob("journal.sqlite*")) / 1e9
    print(
        f"\n{events:,} events of {events // lives.EVENTS:,} lives, {size:.1f} GB, filled in {seconds:.0f} s; {load()}"
    )
    for name in ("rebuild", "audit"):
        done = subprocess.run(
            [sys.executable, __file__, name, str(folder)], check=True, stdout=subprocess.PIPE, encoding="utf-8"
        )
        said = json.loads(done.stdout)
        met = "met" if said["memory"] <= MEMORY else "MISSED"
        print(
            f"  {name:8} {said['seconds']:7.0f} s, {events / said['seconds']:8,.0f} events a second,"
            f" {said['memory']:.2f} GB (asked: {MEMORY:.0f} GB: {met}); {said['found']}; {load()}",
            flush=True,
        )


def child(name: str, folder: Path) -> None:
    """Do one of the two, and say how long it took and how much memory."""
    desk = Desk(settings.settings(folder / settings.FILE), now)
    begun = time.perf_counter()
    found = rebuilt() if name == "rebuild" else audited(desk, folder)
    seconds = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": seconds, "memory": memory, "found": found}))


def rebuilt() -> str:
    """Make the lists and counts again."""
    with writing(alone=True):
        return f"{projections.rebuild():,} events folded"


def audited(desk: Desk, folder: Path) -> str:
    """Audit the journal with the inspector's key."""
    found = audits.audit(desk, folder / "inspector.key")
    if isinstance(found, Refused):
        raise SystemExit(found.why)
    return f"{found.events:,} events of {found.cases:,} cases under {found.anchors} anchors, {len(found.wrong)} wrong"


def main() -> None:
    """Print the figures."""
    match sys.argv[1:]:
        case ["receive", folder, begin, end]:
            child_receive(Path(folder), int(begin), int(end))
        case [("rebuild" | "audit") as name, folder]:
            child(name, Path(folder))
        case said:
            figures(int(said[0]) if said else EVENTS)


def figures(events: int) -> None:
    """Print all figures."""
    folder = Path(tempfile.mkdtemp(prefix="safeconduct-desk-"))
    try:
        given = asked(folder)
        print(f"received, ruled on and journaled, {ROUND} requests a round, median of {ROUNDS}; {load()}", flush=True)
        town.make(folder / "sqlite", now())
        one_by_one("SQLite", desk_at(folder / "sqlite"), given)
        with server(keeps=True) as running:
            if running is None:
                print("  no PostgreSQL on this machine: apt-get install postgresql")
            else:
                town.make(folder / "postgresql", now(), running.database("desk"))
                one_by_one("PostgreSQL", desk_at(folder / "postgresql"), given)
                connections.close_all()
                by_two(folder / "postgresql", (ROUNDS + 1) * ROUND)
        if events:
            many(folder / "long", given[0], events)
    finally:
        connections.close_all()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
