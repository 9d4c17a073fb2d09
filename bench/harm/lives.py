"""The scripted life of a request, to which faults happen: `python bench/harm/lives.py`.

It holds everything that is needed in memory, and forks for each line of its input: a broker of a town, a life, or whoever looks
afterwards. What it is forked for is the real thing: the broker serves its socket from its own store, the life is led by a desk on
a journal and a log, and whoever looks afterwards audits. A life is a list of acts, each with an id of its own; whoever takes it up
gives the same commands again. Each acknowledgement goes to the output by `writev`, which no store calls.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import cryptography.hazmat.backends.openssl  # noqa: F401  # which is imported late: before any child, not in the middle of one
import duckdb  # noqa: F401  # as above, and so are those that follow
import psycopg  # noqa: F401
from django.db import connections

from harm import writing
from safeconduct import preflight
from safeconduct.broker import register, serve, store
from safeconduct.broker.settings import settings as broker_settings
from safeconduct.core import names, subject
from safeconduct.core.case import commands as tell_to
from safeconduct.core.case.case import LOOK, Case, card_digest, ruling_digest
from safeconduct.core.case.events import EntryMade, Logged, Looked
from safeconduct.core.case.life import State
from safeconduct.core.facts import EstablishedBy
from safeconduct.core.gate.commands import Approve, SetControl, proposal_digest
from safeconduct.core.gate.events import EntriesMade
from safeconduct.core.gate.stops import Stop, Target, written
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import audit, jobs, loaded, settings, ticking, town, views
from safeconduct.desk.desk import Desk, Done
from safeconduct.journal import events, journal
from safeconduct.journal import store as stores
from safeconduct.journal.events import GATE
from safeconduct.journal.journal import reading
from safeconduct.journal.models import Command
from safeconduct.logbook import asking, disk, verify
from safeconduct.logbook import reading as log_reading
from safeconduct.logbook.faults import DiskFailed, Stopped
from safeconduct.logbook.served import Folder
from safeconduct.shelf import Misplaced

PAPER = f"sha256:{'5' * 64}"
REQUEST = "right-address"
BROKE, ENDED, UNDONE = 4, 3, 5
_MOST = 6
"""How often a life asks again for what was not done: after a lapse the look is signed anew, after a lock it is waited for."""


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


def warm(folder: Path) -> None:
    """Have in memory what every life reads alike: the pack, and its law of today."""
    vars(preflight)["opened"] = cache(preflight.opened)
    preflight.check(_request(folder), preflight.opened("us_irc_6103").under(now().toordinal()))


def _request(folder: Path, name: str = REQUEST) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "requests" / f"{name}.json").read_text(encoding="utf-8"))
    return said


def ident(act: str) -> str:
    """The id of an act's command: the same whoever gives it."""
    return hashlib.sha256(act.encode()).hexdigest()[:32]


def tell(what: str) -> None:
    """Say something that arrives whatever happens next."""
    os.writev(sys.stdout.fileno(), [f"{what}\n".encode()])


class Undone(Exception):
    """An act was not done, and says why."""


@dataclass
class Life:
    """A life, led or taken up."""

    folder: Path
    by_jobs: bool = False
    name: str = REQUEST
    desk: Desk = field(init=False)
    request: dict[str, Any] = field(init=False)
    case_id: str = field(init=False)

    def __post_init__(self) -> None:
        """Take up the desk."""
        self.desk = Desk(settings.settings(self.folder / settings.FILE), now)
        self.request = _request(self.folder, self.name)
        self.case_id = f"c-{hashlib.sha256(self.id_of('receive').encode()).hexdigest()[:20]}"

    def id_of(self, act: str) -> str:
        """The id of an act's command."""
        return ident(f"{self.name}: {act}")

    def acts(self) -> list[tuple[str, Callable[[], None]]]:
        """The acts, in their order."""
        askers = subject.askers(self.request)
        kin = [(f"deny {nth}", self._denying(asker)) for nth, asker in enumerate(askers)]
        return [
            ("tick 0", self.tick), ("receive", self.receive), ("tick 1", self.tick), *kin, ("pass", self.pass_first), ("stop", self.stop),
            ("tick 2", self.tick), ("lift", self.lift), ("approve", self.approve), ("advance 1", self.advance), ("tick 3", self.tick),
            ("look", self.until_looked), ("claim", self.claim), ("establish", self.establish), ("first", self.first),
            ("advance 2", self.advance), ("check", self.check), ("second", self.second), ("tick 4", self.tick),
            ("cool", self.until_cooling),
        ]  # fmt: skip

    def case(self) -> Case:
        """The case as it stands."""
        with reading() as at:
            return loaded.case(at, self.case_id).case

    def _said(self, act: str, done: Done | Refused) -> None:
        if isinstance(done, Refused):
            raise Undone(f"{act}: {done.why}")
        tell(f"ack {self.id_of(act)} {done.stream} {act}")

    def _say(self, act: str, kind: type, by: str, **said: object) -> None:
        command = kind(id=self.id_of(act), by=by, case=self.case_id, **said)
        self._said(act, self.desk.tell(town.sign(command, self.desk.log.origin, self.folder / town.PEOPLE)))

    def receive(self) -> None:
        """The request comes in."""
        self._said(
            "receive",
            self.desk.receive(tell_to.Receive(self.id_of("receive"), "the agency", "api", self.request, "7" * 64)),
        )

    def tick(self) -> None:
        """One tick."""
        if self.by_jobs:
            self._work(jobs.tick.enqueue)
            return
        ticked = ticking.tick(self.desk)
        if isinstance(ticked, Refused):
            raise Undone(f"tick: {ticked.why}")

    def advance(self) -> None:
        """The machine's steps, here or by the queue."""
        if self.by_jobs:
            self._work(lambda: jobs.nudge(self.case_id))
        else:
            self.desk.advance(self.case_id)

    def _work(self, enqueue: Callable[[], object]) -> None:
        vars(jobs).update(_at_work=[self.desk])
        enqueue()
        jobs.work()

    def _denying(self, asker: str) -> Callable[[], None]:
        person = "-".join(names.words(asker))[:60]
        return lambda: self._say(f"deny {person}", tell_to.DenyKin, person, request=self.case().digest)

    def pass_first(self) -> None:
        """The first reviewer passes the request."""
        case = self.case()
        ruling = ruling_digest(case.ruled) if case.ruled else ""
        self._say("pass", tell_to.PassFirst, case.person("first"), request=case.digest, ruling=ruling)

    def _govern(self, act: str, command: object) -> None:
        self._said(act, self.desk.govern(town.sign(command, self.desk.log.origin, self.folder / town.PEOPLE)))

    def stop(self) -> None:
        """Counsel stops it, at once."""
        content = written(Stop(Target.REQUEST, str(self.request["request_id"]), "counsel wants to see the file"))
        self._govern("stop", SetControl(self.id_of("stop"), "f.novak", "stop", "a stop", "set", content, self._today()))

    def _today(self) -> str:
        return (self.folder / "today").read_text(encoding="utf-8")

    def lift(self) -> None:
        """Counsel wants it lifted."""
        self._govern("lift", SetControl(self.id_of("lift"), "f.novak", "stop", "a stop", "ended", PAPER, self._today()))

    def approve(self) -> None:
        """The inspector approves."""
        with reading() as at:
            proposals = self.desk.gate_of.at(at, now()).proposals or {}
            done = Command.objects.filter(command=self.id_of("approve")).exists()
        for proposal, one in proposals.items():
            self._govern("approve", Approve(self.id_of("approve"), "i.roy", proposal, proposal_digest(one.control)))
        if not proposals and not done:
            raise Undone("approve: nothing is proposed")

    def until_looked(self) -> None:
        """Ticks until the broker has looked; after a lapse the first reviewer signs the look again."""
        for nth in range(_MOST):
            case = self.case()
            if case.looked is not None:
                return
            if case.state is State.LAPSED:
                ruling = ruling_digest(case.ruled) if case.ruled else ""
                act = f"renew {case.version}"
                self._say(act, tell_to.RenewLook, case.person("first"), request=case.digest, ruling=ruling)
            if nth:
                self.tick()
            self.advance()
        raise Undone(f"look: {self.case().state}, {self.desk.advance(self.case_id).waits}")

    def claim(self) -> None:
        """The first reviewer takes it up."""
        self._say("claim", tell_to.Claim, self.case().person("first"))

    def establish(self) -> None:
        """The custodian's own facts."""
        facts = self._facts(EstablishedBy.CUSTODIAN)
        self._say("establish", tell_to.Establish, self.case().person("first"), facts=facts, document=PAPER)

    def first(self) -> None:
        """The first decides."""
        self._decide("first", tell_to.DecideFirst, self.case().person("first"))

    def check(self) -> None:
        """The second compares a fact with its document."""
        case = self.case()
        fact = case.fact.fact if case.fact else ""
        self._say("check", tell_to.CheckFact, case.person("second"), fact=fact, agrees=True, document=PAPER)

    def second(self) -> None:
        """The second decides."""
        self._decide("second", tell_to.DecideSecond, self.case().person("second"))

    def _decide(self, act: str, kind: type, by: str) -> None:
        case = self.case()
        said = {"request": case.digest, "card": card_digest(case.matched) if case.matched else "", "release": True}
        items = case.ruled.items if case.ruled else ()
        why = "name, address and number agree; the reason is this person's own"
        self._say(act, kind, by, **said, items=items, findings=self._facts(EstablishedBy.REVIEWER), why=why)

    def _facts(self, by: EstablishedBy) -> Mapping[str, bool]:
        """What is to be found, found in the asker's favour; written down once, for a command given again says the same."""
        kept = self.folder / f"{self.name}-{by.name.lower()}.json"
        if not kept.exists():
            weighed = self.desk.weighed(self.case_id)
            if isinstance(weighed, Refused):
                raise Undone(weighed.why)
            wanted = views.wanted(self.case(), weighed, by)
            found = {name: not name.endswith(("impairment", "impaired", "impairs")) for name, _ in wanted}
            kept.write_text(json.dumps(found), encoding="utf-8")
        facts: dict[str, bool] = json.loads(kept.read_text(encoding="utf-8"))
        return facts

    def until_cooling(self) -> None:
        """Ticks until the decision cools, and once more, so that an anchor covers it."""
        for _ in range(_MOST):
            self.tick()
            if self.case().state is State.COOLING:
                self.tick()
                return
        raise Undone(f"cool: {self.case().state}, {self.desk.advance(self.case_id).waits}")


_OF_THE_DISK = (Misplaced, DiskFailed, Stopped, OSError)


def lead(folder: Path, told: Mapping[str, Any]) -> int:
    """Lead a life from act `since` to act `until`; what befalls it is in `told`."""
    life = Life(folder, bool(told.get("jobs")))
    acts = life.acts()[told.get("since", 0) : told.get("until")]
    if told.get("largest"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (told["largest"], told["largest"]))
    if told.get("halt"):
        os.kill(os.getpid(), signal.SIGSTOP)
    for nth, (act, do) in enumerate(acts):
        if told.get("lock") == nth:
            _locked(life, told["seconds"])
        if told.get("pause") and nth == 1:
            os.kill(os.getpid(), signal.SIGSTOP)
        status = _tried(act, do, told.get("tries", 2))
        if status:
            return status
        tell(f"did {act}")
        if told.get("kill") == nth:
            os.kill(os.getpid(), signal.SIGKILL)
    return 0


def _tried(act: str, do: Callable[[], None], tries: int) -> int:
    """Do an act; where it fails as it may, once more in the same process. A status of the process where it was not done."""
    for left in reversed(range(tries)):
        try:
            do()
        except _OF_THE_DISK as fault:
            tell(f"failed {act}: {type(fault).__name__} {fault}")
            if not left:
                return ENDED
        except Undone as fault:
            tell(f"undone {fault}")
            if not left:
                return UNDONE
        except BaseException as fault:
            where = traceback.extract_tb(fault.__traceback__)[-4:]
            tell(
                f"broke {act}: {type(fault).__name__} {fault} in {', '.join(f'{one.name} {one.lineno}' for one in where)}"
            )
            raise
        else:
            return 0
    return UNDONE


_LOCKER = """
import sqlite3, sys, time
at = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
at.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
at.execute("ROLLBACK")
"""


def _locked(life: Life, seconds: float) -> None:
    """Have another process keep the journal locked, for longer than a writer waits."""
    command = [sys.executable, "-S", "-E", "-c", _LOCKER, life.desk.told.journal, str(seconds)]
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # it has no folder
        locker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=nowhere)
    if locker.stdout:
        locker.stdout.readline()


# Afterwards


def look_at(folder: Path, told: Mapping[str, Any]) -> int:
    """Take the life up where the journal says that it is, bring it to its end, and look at everything; one line of JSON."""
    before = _states(folder)
    life = Life(folder)
    if told.get("jobs"):
        jobs.revive(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
        vars(jobs).update(_at_work=[life.desk])
        jobs.work()
    for act, do in life.acts()[told.get("since", 0) :]:
        if _tried(act, do, 2):
            tell(json.dumps({"stuck": act, "before": before}))
            return 0
    tell(json.dumps({"before": before, **_seen(life)}))
    return 0


def _states(folder: Path) -> dict[str, list[str]]:
    """Which events each command is there with."""
    Desk(settings.settings(folder / settings.FILE), now)
    found: dict[str, list[str]] = {}
    with reading():
        for row in journal.every():
            if row.command:
                found.setdefault(row.command, []).append(row.kind)
    return found


def _seen(life: Life) -> dict[str, object]:
    found = audit.audit(life.desk, life.folder / "inspector.key")
    wrong = [found.why] if isinstance(found, Refused) else list(found.wrong)
    with reading():
        rows = list(journal.every())
        commands = dict(Counter(Command.objects.values_list("command", flat=True)))
    happened = [(row, events.read(row)) for row in rows]
    made = [one for _, event in happened for one in _entries(event)]
    lost, doubled, strangers = _in_the_log(life, made)
    looked = [row for row, event in happened if isinstance(event, Looked)]
    logged = [event for _, event in happened if isinstance(event, Logged) and event.kind == LOOK]
    case = life.case()
    return {
        "wrong": wrong,
        "kinds": dict(Counter(row.kind for row in rows if row.stream == life.case_id)),
        "controls": sum(row.kind == "controlled" and row.command != "" for row in rows),
        "commands": commands,
        "events": _by_command(rows),
        "entries": [len(made), lost, doubled, strangers],
        "looks": [_looks(life.folder), len(looked), len(logged)],
        "state": str(case.state),
        "behind": any(row.kind == "controlled" and "behind" in row.body for row in rows if row.stream == GATE),
    }


def _by_command(rows: Sequence[events.Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.command:
            found.setdefault(row.command, []).append(row.kind)
    return found


def _entries(event: object) -> Sequence[bytes]:
    if isinstance(event, EntriesMade):
        return event.entries
    return [event.entry] if isinstance(event, EntryMade) else []


def _in_the_log(life: Life, made: Sequence[bytes]) -> tuple[int, int, int]:
    """Entries of the journal that are not in the tree, those that are there twice, and what is there that nobody made."""
    found = verify.checkpoint(Folder(life.desk.log.log), life.desk.log.policy)
    if isinstance(found, Refused):
        return len(made), 0, 0
    office = log_reading.Office(life.desk.log.state, life.folder / "inspector.key", life.desk.log.decoys)
    raw = dict(log_reading.raw(Folder(life.desk.log.log), 0, found.under.checkpoint.size))
    times = Counter(raw.values())
    is_nothing = {
        one.index
        for one in log_reading.read(Folder(life.desk.log.log), found.under, life.desk.log.policy, office)
        if one.is_decoy
    }
    known = set(made)
    strangers = sum(index not in is_nothing and entry not in known for index, entry in raw.items())
    return (
        sum(times[one] == 0 for one in known),
        sum(times[one] > 1 for one in known) + len(made) - len(known),
        strangers,
    )


def _looks(folder: Path) -> int:
    """The looks that the broker has counted."""
    import sqlite3  # noqa: PLC0415  # here alone

    with sqlite3.connect(f"file:{folder / 'store' / 'broker.sqlite'}?mode=ro", uri=True) as at:
        [(looks,)] = at.execute("SELECT count FROM looks").fetchall()
    return int(looks)


# The process that is forked


def broker(folder: Path) -> int:
    """Serve looks, as `safeconduct broker serve` does."""
    told = broker_settings(folder / "broker.toml")
    serve.serve(str(folder / "register.parquet"), folder / "broker.sock", told, lambda: dt.datetime.now(dt.UTC), tell)
    return 0


def child(told: dict[str, Any]) -> int:
    """What is to be done in one child."""
    folder = Path(told["folder"])
    if told["what"] == "broker":
        return broker(folder)
    if told.get("patience"):
        vars(stores)["_PATIENCE"] = told["patience"]
    if not told.get("threads"):
        vars(disk)["ThreadPoolExecutor"] = writing.InTurn
        vars(asking)["Thread"] = writing.AtOnce
    return lead(folder, told) if told["what"] == "life" else look_at(folder, told)


def main() -> None:
    """Fork for each line of the input; the first names a town to be warmed by. A child's output goes to the file it is told."""
    warm(Path(sys.stdin.readline().strip()))
    _ = (register, store, connections)
    print("ready", flush=True)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for line in sys.stdin:
        told = json.loads(line)
        if told["what"] == "wait":
            _, status = os.waitpid(told["number"], 0)
            print("status", os.waitstatus_to_exitcode(status), flush=True)
            continue
        number = os.fork()
        if number == 0:
            status = BROKE
            try:
                out = os.open(told["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                os.dup2(out, 1)
                os.dup2(out, 2)
                status = child(told)
            except SystemExit:
                status = 0
            except BaseException:  # noqa: BLE001  # it is told, and its status says the rest
                tell(f"broke {traceback.format_exc()}")
            finally:
                os._exit(status)
        print(number, flush=True)


if __name__ == "__main__":
    main()
