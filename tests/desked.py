"""A town with a desk, for tests: made once and copied, on SQLite or PostgreSQL, its clock where it is put, with a broker's process.

world    a copy of a town: its desk, its people with their keys, its clock
STEPS    the honest life of a request, one step after another; `walk` takes them
stages   the town as it stands after each of them, walked once
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import psycopg
import pyarrow as pa
from django.db import connections
from pyarrow import parquet

import brokered
from clusters import Cluster
from safeconduct import sockets
from safeconduct.broker import register, serve, store
from safeconduct.broker import settings as brokers
from safeconduct.broker.look import Broker
from safeconduct.core import names, subject
from safeconduct.core.case import case as cases
from safeconduct.core.case.case import FIRST, SECOND, Case
from safeconduct.core.case.commands import (
    CheckFact,
    Claim,
    DecideFirst,
    DecideSecond,
    DenyKin,
    Establish,
    PassFirst,
    Receive,
)
from safeconduct.core.case.life import State
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.gate import stops
from safeconduct.core.gate.commands import Approve, SetControl, name, proposal_digest
from safeconduct.core.gate.gate import Gate, Signed
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import loaded, ticking, town
from safeconduct.desk.desk import Advanced, Desk, Done
from safeconduct.desk.settings import FILE, Settings, settings
from safeconduct.journal import events, journal, projections
from safeconduct.journal import store as journals
from safeconduct.journal.events import Row
from safeconduct.laws import Laws
from safeconduct.logbook import settings as logs

Json = dict[str, Any]
_MEMORY = Path("/dev/shm")  # noqa: S108  # a disk that is none: nothing here loses its current
FOUNDED = dt.datetime.now(dt.UTC).replace(hour=12, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
"""When the town's staff went on duty: yesterday, so that a test may let the clock run as it does."""
ITEMS = ("mailing_address",)
DOCUMENT = "sha256:" + "1" * 64
ESTABLISHED = {"review.office_verified": True, "safeguards.in_order": True, "custodian.receiver_confined": True}
ORDER = """\
court = "D.D.C."
docket = "1:26-cv-00001"
issued = 2025-11-21
from = 2025-11-21
kind = "stop_sender"
verbs = ["disclose"]
scope = "authority.clause == i2"
last_checked = 2026-11-23
says = "bars every disclosure under (i)(2)"
"""
NOBODY_DRAWN = "a.lund"
_LAWS: dict[tuple[str, ...], Laws] = {}
_AT_WORK: list[str] = []
"""The journal that is used by this process."""
_IMPAIRS = ("review.impairment", "review.administration_impaired", "review.admission_impairs")
_TABLES = ("journal_event", "journal_tally", "journal_standing", "journal_command")
Result = Done | Refused | Advanced | int


def new_id() -> str:
    """An id that no command has had."""
    return secrets.token_hex(16)


def happened(result: Result) -> tuple[str, ...]:
    """The names of what happened; nothing where it was refused."""
    match result:
        case Done():
            return tuple(name(type(one)) for one in result.happened)
        case Advanced():
            return result.happened
    return ()


def why(result: object) -> str:
    """Why nothing happened; "" where something did."""
    return str(getattr(result, "why", "") or getattr(result, "waits", ""))


def quick() -> Path:
    """A new folder on a disk that needs no waiting for, where this machine has one; its name is short."""
    return Path(tempfile.mkdtemp(prefix="desk", dir=_MEMORY if _MEMORY.is_dir() else None))


# A broker, its clock where it is put


@dataclass
class Brokers:
    """A process that has everything loaded, and begins brokers by a fork: a start of Python for each would take a second."""

    _process: subprocess.Popen[str] | None = None

    def begin(self, folder: Path, place: Path, most_alike: int) -> int:
        """Begin a broker of the town in `folder`; the id of its process."""
        if self._process is None:
            paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
            self._process = subprocess.Popen(
                [sys.executable, "-c", "import desked; desked.fork_brokers()"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=paths,
            )  # fmt: skip
        into, out = self._pipes(self._process)
        into.write(json.dumps([str(folder), str(place), most_alike]) + "\n")
        into.flush()
        said: list[object] = json.loads(out.readline())
        assert said[0] == "serving", said
        return int(str(said[1]))

    @staticmethod
    def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
        assert process.stdin is not None
        assert process.stdout is not None
        return process.stdin, process.stdout

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            into, out = self._pipes(self._process)
            into.close()
            self._process.wait()
            out.close()


NEVER = 10**15
"""Of so many records one would take the protected route by lot: a test whose case took it now and then would fail now and then."""


def fork_brokers() -> None:
    """Begin a broker for each line that is read, by a fork."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those that end leave nothing behind
    for line in sys.stdin:
        folder, place, most_alike = json.loads(line)
        if os.fork() == 0:
            _attend(Path(folder), Path(place), most_alike)


def _attend(folder: Path, place: Path, most_alike: int) -> None:
    told = brokers.settings(folder / "broker.toml")
    policy = replace(told.policy, most_alike=most_alike, lot_one_in=NEVER)
    told = replace(told, policy=policy, tick_ms=10)
    with (
        store.Store(told.store) as kept,
        register.opened(str(folder / "register.parquet"), told.table) as read,
        sockets.listening(place, told.desk_uid) as listener,
    ):
        print(json.dumps(["serving", os.getpid()]), flush=True)  # noqa: T201  # to whoever began it
        serve.attending(listener, Broker(told, kept, read), lambda: _clock(folder)).attend()


def _clock(folder: Path) -> dt.datetime:
    return dt.datetime.fromisoformat((folder / "clock").read_text())


# A copy of a town


@dataclass
class World:
    """A copy of a town: where it lies, and what time it is."""

    folder: Path
    url: str
    now: dt.datetime
    brokers: Brokers
    most_alike: int = 1_000
    starts_anew: bool = False
    broker_at: Path | None = None
    """Where another broker listens, that is to be called."""
    _socket: Path = field(default_factory=lambda: quick() / "s")
    _broker: int = 0
    _desk: Desk | None = None

    @property
    def told(self) -> Settings:
        """The settings of the desk."""
        return replace(settings(self.folder / FILE), journal=self.url, broker=self.broker_at or self._socket)

    def desk(self) -> Desk:
        """The desk; one that has just been started where that is said, or where somebody wrote into the journal."""
        if self._desk is None or self.starts_anew or _AT_WORK[-1:] != [self.url]:
            self._desk = Desk(self.told, lambda: self.now)
            _AT_WORK[:] = [self.url]
            if not self.starts_anew:
                self._desk.laws = _LAWS.setdefault(self.told.packs, self._desk.laws)
        return self._desk

    @property
    def people(self) -> Path:
        """Where the people's keys lie."""
        return self.folder / town.PEOPLE

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**by)
        (self.folder / "clock").write_text(self.now.isoformat())

    # The broker

    def begin_broker(self) -> None:
        """Begin the broker, if it has not been begun."""
        if not self._broker and not self.broker_at:
            self.later()
            self._broker = self.brokers.begin(self.folder, self._socket, self.most_alike)

    def end_broker(self) -> None:
        """End the broker, if it has been begun."""
        if self._broker:
            os.kill(self._broker, signal.SIGKILL)
            brokered.until(lambda: not _is_there(self._broker))
            self._broker = 0
            self._socket.unlink(missing_ok=True)

    def end(self) -> None:
        """End what was begun."""
        self.end_broker()
        self.close()
        shutil.rmtree(self._socket.parent)

    def close(self) -> None:
        """Have nobody in this process use the journal."""
        connections.close_all()
        self._desk = None

    # What is done

    def request(self, how: str = "right-address", **changed: object) -> Json:
        """One of the town's requests, by how it was made, some of it changed."""
        said: Json = json.loads((self.folder / "requests" / f"{how}.json").read_text(encoding="utf-8"))
        return {**said, **changed}

    def receive(self, request: Json | None = None, **said: Any) -> Done | Refused:  # noqa: ANN401  # as the command has them
        """Have a request received."""
        command = {"id": new_id(), "by": "portal", "channel": "api", "token": secrets.token_hex(32)} | said
        return self.desk().receive(Receive(request=request or self.request(), **command))

    def signed(self, command: Any) -> Signed:  # noqa: ANN401  # one of many
        """A command, signed by whoever gives it; where nobody was drawn, by somebody who was not."""
        command = command if command.by else replace(command, by=NOBODY_DRAWN)
        return town.sign(command, self.told_log.origin, self.people)

    @property
    def told_log(self) -> logs.Settings:
        """The settings of the log."""
        return self.desk().log

    def say(self, command: object) -> Done | Refused:
        """A signed command to a case."""
        return self.desk().tell(self.signed(command))

    def govern(self, command: object) -> Done | Refused:
        """A signed command to the gate."""
        return self.desk().govern(self.signed(command))

    def enter(self) -> int | Refused:
        """Bring what is to stand in the log there, and take no step of a case."""
        return ticking.enter(self.desk())

    def tick(self) -> ticking.Ticked:
        """One tick."""
        found = ticking.tick(self.desk())
        assert isinstance(found, ticking.Ticked), found
        return found

    def advance(self, case_id: str) -> Advanced:
        """Let the machine take its steps."""
        return self.desk().advance(case_id)

    # What governs

    def set(self, by: str, subject: str, named: str, content: str, act: str = "set", *, on: str = "") -> Done | Refused:
        """Set or end what governs the gate."""
        day = on or self.now.date().isoformat()
        return self.govern(SetControl(new_id(), by, subject, named, act, content, day))

    def stop(self, by: str = "a.lund", of: Stop | None = None, named: str = "a stop") -> Done | Refused:
        """Stop everything, or what is said."""
        return self.set(by, "stop", named, stops.written(of or Stop(Target.EVERYTHING, "", "a test")))

    def end_with_two(self, subject: str, named: str, by: tuple[str, str] = ("f.novak", "i.roy")) -> Done | Refused:
        """End a stop or an order: one proposes, and another approves."""
        proposal = new_id()
        day = self.now.date().isoformat()
        ended = SetControl(proposal, by[0], subject, named, "ended", DOCUMENT, day)
        proposed = self.govern(ended)
        assert happened(proposed) == ("proposed",), proposed
        return self.govern(Approve(new_id(), by[1], proposal, proposal_digest(ended)))

    # What stands there

    def case(self, case_id: str) -> Case:
        """The case as it stands in the journal."""
        self.desk()
        with journal.writing() as at:
            return loaded.case(at, case_id).case

    @property
    def gate(self) -> Gate:
        """The gate as it stands in the journal."""
        desk = self.desk()
        with journal.writing() as at:
            return desk.gate_of.at(at, self.now)

    def rows(self, stream: str = "") -> list[Row]:
        """The journal's rows, of one stream or all."""
        self.desk()
        found = list(journal.every())
        return [row for row in found if row.stream == stream] if stream else found

    def kinds(self, stream: str) -> list[str]:
        """What happened in a stream, by name."""
        return [row.kind for row in self.rows(stream)]

    def events(self, stream: str) -> list[Any]:
        """The events of a stream."""
        return [events.read(row) for row in self.rows(stream)]

    def insider(self, *statements: str, values: Sequence[Sequence[object]] = ()) -> None:
        """What somebody does who has every right on the database; statements are written as SQLite has them."""
        self.close()
        if "://" in self.url:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("SET session_replication_role = replica")
                connection.execute("ALTER TABLE journal_event ALTER COLUMN position SET GENERATED BY DEFAULT")
                for nth, one in enumerate(statements):
                    connection.execute(one.replace("?", "%s").encode(), values[nth] if nth < len(values) else ())
            return
        with sqlite3.connect(self.url) as file:
            for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f"DROP TRIGGER {row[0]}")
            for nth, one in enumerate(statements):
                file.execute(one, values[nth] if nth < len(values) else ())
        file.close()

    def make_lists_again(self) -> None:
        """Have the journal's lists and counts made again, so that they are those of what now stands there."""
        self.desk()
        with journal.writing():
            projections.rebuild()

    def forge(self, stream: str, event: object, version: int | None = None) -> None:
        """Write an event into the journal as somebody does who has every right on it."""
        at = len(self.rows(stream)) if version is None else version
        self.insider(
            "INSERT INTO journal_event (stream, version, kind, shape, command, body) VALUES (?, ?, ?, ?, '', ?)",
            values=[(stream, at, *events.written(event))],
        )
        self.make_lists_again()


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


# The honest life


def askers(case: Case) -> list[str]:
    """Who asks, by the ids under which they have keys."""
    return ["-".join(names.words(asker))[:60] for asker in subject.askers(case.request or {})]


def findings(desk: Desk, now: dt.datetime) -> dict[str, Any]:
    """What a reviewer finds where everything is in order."""
    with journal.writing() as at:
        gate = desk.gate_of.at(at, now)
    known = desk.laws.policy(gate).facts.values()
    facts = desk.laws.opened(gate).pack.facts
    found = [one for one, fact in facts.items() if fact.established_by is EstablishedBy.REVIEWER and one not in known]
    return {one: one not in _IMPAIRS for one in found if facts[one].step is Step.REVIEW}


def draw(world: World, case_id: str) -> Result:
    """The receipt is anchored, and the first reviewer drawn."""
    entered = world.enter()
    return entered if isinstance(entered, Refused) else world.advance(case_id)


def deny_kin(world: World, case_id: str) -> Result:
    """Everybody who asks signs that the person is no kin."""
    case = world.case(case_id)
    said = [world.say(DenyKin(new_id(), one, case_id, case.digest)) for one in askers(case)]
    return next((one for one in said if isinstance(one, Refused)), said[-1])


def pass_first(world: World, case_id: str) -> Result:
    """The first reviewer passes the request."""
    case = world.case(case_id)
    ruling = cases.ruling_digest(case.ruled) if case.ruled else ""
    return world.say(PassFirst(new_id(), case.person(FIRST), case_id, case.digest, ruling))


def advance(world: World, case_id: str) -> Result:
    """The machine takes its steps."""
    return world.advance(case_id)


def enter(world: World, _: str) -> Result:
    """What is to stand in the log is brought there."""
    return world.enter()


def look(world: World, case_id: str) -> Result:
    """The broker looks."""
    if world.case(case_id).state is State.LOOK_LOGGED:
        world.begin_broker()
    return world.advance(case_id)


def claim(world: World, case_id: str) -> Result:
    """The first reviewer takes up the case."""
    return world.say(Claim(new_id(), world.case(case_id).person(FIRST), case_id))


def establish(world: World, case_id: str) -> Result:
    """The custodian's own facts are established."""
    return world.say(Establish(new_id(), world.case(case_id).person(FIRST), case_id, ESTABLISHED, DOCUMENT))


def decision(world: World, case_id: str, place: str, **changed: Any) -> DecideFirst | DecideSecond:  # noqa: ANN401
    """A decision to release, of one of the two, some of it changed."""
    case = world.case(case_id)
    card = cases.card_digest(case.matched) if case.matched else ""
    said: Json = {
        "release": True,
        "items": ITEMS,
        "findings": findings(world.desk(), world.now),
        "why": "all agrees",
    } | changed
    kind: type[DecideFirst | DecideSecond] = DecideFirst if place == FIRST else DecideSecond
    return kind(id=new_id(), by=case.person(place), case=case_id, request=case.digest, card=card, **said)


def decide_first(world: World, case_id: str) -> Result:
    """The first decision."""
    return world.say(decision(world, case_id, FIRST))


def check_fact(world: World, case_id: str) -> Result:
    """The second reviewer checks the fact that was drawn."""
    case = world.case(case_id)
    fact = case.fact.fact if case.fact else ""
    return world.say(CheckFact(new_id(), case.person(SECOND), case_id, fact, True, DOCUMENT))


def decide_second(world: World, case_id: str) -> Result:
    """The second decision."""
    return world.say(decision(world, case_id, SECOND))


Doing = Callable[[World, str], Result]
STEPS: Mapping[str, tuple[Doing, State]] = {
    "drawn": (draw, State.FIRST_REVIEW),
    "kin_denied": (deny_kin, State.FIRST_REVIEW),
    "passed": (pass_first, State.PASSED),
    "permitted": (advance, State.LOOK_PERMITTED),
    "look_logged": (enter, State.LOOK_LOGGED),
    "looked": (look, State.MATCHED),
    "claimed": (claim, State.CLAIMED),
    "established": (establish, State.CLAIMED),
    "first_decided": (decide_first, State.FIRST_DECIDED),
    "second_drawn": (advance, State.SECOND_REVIEW),
    "fact_checked": (check_fact, State.SECOND_REVIEW),
    "second_decided": (decide_second, State.DECIDED),
    "logged": (enter, State.LOGGED),
    "cooling": (advance, State.COOLING),
}
"""The honest life after receipt: each step by name, what is done, and where it leads."""
RECEIVED = "received"
STAGES = (RECEIVED, *STEPS)


def walk(world: World, case_id: str, to: str, since: str = RECEIVED) -> None:
    """Take the honest steps after one up to another."""
    for step in STAGES[STAGES.index(since) + 1 : STAGES.index(to) + 1]:
        doing, state = STEPS[step]
        result = doing(world, case_id)
        assert world.case(case_id).state is state, (step, result)


def go_on(world: World, case_id: str, since: str) -> list[str]:
    """Try each honest step after one, whatever becomes of it; the names of what happened. On PostgreSQL only the next three."""
    done: list[str] = []
    begin, many = STAGES.index(since) + 1, 3 if "://" in world.url else len(STAGES)
    for step in STAGES[begin : begin + many]:
        done += happened(STEPS[step][0](world, case_id))
    return done


def live_on(world: World, case_id: str) -> Case:
    """Do what is next, as honest people do it, until nothing comes of it any more; the case as it then stands."""
    for _ in range(2 * len(STEPS)):
        case = world.case(case_id)
        done = [happened(doing(world, case_id)) for doing in _NEXT.get(case.state, ())]
        if not any(done) and world.case(case_id).version == case.version:
            break
    return world.case(case_id)


_NEXT: Mapping[State, tuple[Doing, ...]] = {
    State.RULED: (draw,),
    State.FIRST_REVIEW: (deny_kin, pass_first),
    State.PASSED: (deny_kin, advance),
    State.LOOK_PERMITTED: (enter,),
    State.LOOK_LOGGED: (look,),
    State.LOOKED: (advance,),
    State.MATCHED: (claim,),
    State.CLAIMED: (establish, decide_first),
    State.FIRST_DECIDED: (advance,),
    State.SECOND_REVIEW: (advance, check_fact, decide_second),
    State.DECIDED: (enter,),
    State.LOGGED: (advance,),
}


# Towns, and stores of journals


def make_town(folder: Path) -> Path:
    """A town that was founded nine days before `FOUNDED`, with the broker's dozen among its register."""
    town.make(folder, FOUNDED)
    connections.close_all()
    at = folder / "register.parquet"
    towns = parquet.read_table(at)
    [like] = towns.slice(0, 1).to_pylist()
    dozen = [{**one, "person_id": str(900_000 + nth)} for nth, one in enumerate(brokered.persons())]
    columns = {
        of.name: pa.array([one.get(of.name) if of.name in one else str(like[of.name]) for one in dozen], pa.string())
        for of in towns.schema
    }
    added = pa.table({of.name: columns[of.name].cast(of.type) for of in towns.schema}, towns.schema)
    parquet.write_table(pa.concat_tables([towns, added]), at)
    return folder


@dataclass
class Stages:
    """The town as it stands after each step of one request's life, walked once; the request's case."""

    town: Path
    into: Path
    brokers: Brokers
    case: str = ""

    def at(self, stage: str) -> Path:
        """The town as it stands after a step."""
        if not self.case:
            self._walk()
        return self.into / stage

    def _walk(self) -> None:
        world = laid(self.town, self.into / "walked", self.brokers)
        received = world.receive()
        assert isinstance(received, Done), received
        self._keep(world, RECEIVED)
        for before, step in zip(STAGES, STEPS, strict=False):
            walk(world, received.stream, step, before)
            self._keep(world, step)
        self.case = received.stream
        world.end()

    def _keep(self, world: World, stage: str) -> None:
        world.end_broker()
        world.close()
        shutil.copytree(world.folder, self.into / stage)


def laid(of: Path, folder: Path, brokers_: Brokers, now: dt.datetime = FOUNDED) -> World:
    """A copy of a town, its journal in SQLite."""
    shutil.copytree(of, folder)
    return World(folder, str(folder / "journal.sqlite"), now, brokers_)


@dataclass
class Postgres:
    """A server for journals: a database of its own for each test, made of one with the tables."""

    server: Cluster
    made: int = 0

    def url(self, database: str, account: str = "owner") -> str:
        """Where a database is reached."""
        return f"postgresql://{account}@/{database}?host={self.server.folder}"

    def database(self) -> str:
        """A new database with the journal's tables; where it is reached."""
        if not self.made:
            self.server.run("CREATE DATABASE tables")
            journals.make(self.url("tables"))
            connections.close_all()
        self.made += 1
        self.server.run(f"CREATE DATABASE j{self.made} TEMPLATE tables")
        return self.url(f"j{self.made}")

    def copy(self, url: str) -> str:
        """A new database that holds what another does, which nobody uses at the moment."""
        connections.close_all()
        of = url.partition("@/")[2].partition("?")[0]
        self.made += 1
        self.server.run(f"CREATE DATABASE j{self.made} TEMPLATE {of}")
        return self.url(f"j{self.made}")

    def holding(self, path: Path) -> str:
        """A new database that holds what the SQLite journal at `path` does."""
        url = self.database()
        file = sqlite3.connect(path)
        with psycopg.connect(url, autocommit=True) as into:
            for table in _TABLES:
                found = file.execute(f"SELECT * FROM {table}")  # noqa: S608  # the names are those above
                columns = [one[0] for one in found.description]
                truths = {nth for nth, one in enumerate(columns) if one in {"is_open", "owes"}}
                listed = ", ".join(f'"{one}"' for one in columns)
                with into.cursor().copy(f"COPY {table} ({listed}) FROM STDIN".encode()) as copy:
                    for row in found:
                        copy.write_row([bool(one) if nth in truths else one for nth, one in enumerate(row)])
            for table, column in (("journal_event", "position"), ("journal_tally", "id")):
                numbers = f"pg_get_serial_sequence('{table}', '{column}')"
                into.execute(f"SELECT setval({numbers}, (SELECT max({column}) FROM {table}))".encode())  # noqa: S608  # as above
        file.close()
        return url


Lay = Callable[..., World]


@contextmanager
def laying(kind: str, stages: Stages, postgres: Callable[[], Postgres]) -> Iterator[Lay]:
    """Lays worlds that are copies of the town after a step, on that kind of store; they are ended at the end."""
    made: list[World] = []
    into = quick()

    def lay(stage: str = "", now: dt.datetime = FOUNDED) -> World:
        of = stages.at(stage) if stage else stages.town
        world = laid(of, into / f"w{len(made)}", stages.brokers, now)
        if kind == "postgresql":
            world.url = postgres().holding(world.folder / "journal.sqlite")
            (world.folder / "journal.sqlite").unlink()
        made.append(world)
        return world

    try:
        yield lay
    finally:
        for world in made:
            world.end()
        shutil.rmtree(into)
