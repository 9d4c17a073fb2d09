"""The figures of a release: `safeconduct bench release`, or `bench/release.py [TOWNS]`.

A request from its receipt to the package in the officer's hands: desk, broker and sealer at their sockets in this process, two
witnesses, SQLite, every entry's log published at once. What people need for reading, cooling and the day of the answer is taken out;
what the machine does at each of their commands, their signatures among it, is in. Beside it, in the same run and the same folder, the
floor: as many fsyncs as one such life makes, done alone. How many that are is counted by strace over a life of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from safeconduct import opening, sockets
from safeconduct.broker import register, store
from safeconduct.broker import serve as brokers
from safeconduct.broker import settings as broker_settings
from safeconduct.broker.look import Broker
from safeconduct.core import names, subject
from safeconduct.core.case import commands as tell_to
from safeconduct.core.case.case import Case, card_digest, ruling_digest
from safeconduct.core.case.life import State
from safeconduct.core.facts import EstablishedBy
from safeconduct.core.gate.persons import fingerprint
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import settings, ticking, town, views
from safeconduct.desk.desk import Desk
from safeconduct.desk.handing import HandedOver
from safeconduct.desk.speaking import held
from safeconduct.keys import town as town_keys
from safeconduct.sealer import serve as sealers
from safeconduct.sealer import settings as sealer_settings

TOWNS, DAYS, MOST = 3, 8, 100.0
REQUESTS = ("right-address", "other-spelling", "earlier-address", "one-surname", "namesake-elsewhere")
PAPER = f"sha256:{'5' * 64}"


@dataclass
class Life:
    """A request of a town, led to its release; `spent` is what the machine took at each step, by name (seconds)."""

    desk: Desk
    place: Path
    request: dict[str, Any]
    id: str = ""
    spent: dict[str, float] = field(default_factory=dict)

    def step(self, what: str, work: Callable[[], object]) -> Any:  # noqa: ANN401  # whatever the step gives
        """Take a step, and tell how long it took."""
        begun = time.perf_counter()
        done = work()
        self.spent[what] = self.spent.get(what, 0.0) + time.perf_counter() - begun
        if isinstance(done, Refused):
            raise TypeError(f"{what}: {done.why}")
        return done

    def case(self) -> Case:
        """The case as it stands."""
        return held(self.id)

    def say(self, kind: type, by: str, **said: object) -> object:
        """A command of somebody's, signed."""
        command = kind(id=secrets.token_hex(16), by=by, case=self.id, **said)
        return self.desk.tell(town.sign(command, self.desk.log.origin, self.place / town.PEOPLE))

    def tick(self) -> object:
        """A tick."""
        return ticking.tick(self.desk)

    def to_decision(self) -> bool:
        """From receipt to the cooling of a decision; whether one person was found."""
        received = tell_to.Receive(secrets.token_hex(16), "bench", "api", self.request, secrets.token_hex(32))
        self.id = self.step("received", lambda: self.desk.receive(received)).stream
        self.step("drawn", self.tick)
        for asker in subject.askers(self.request):
            person = "-".join(names.words(asker))[:60]
            self.step("kin denied", partial(self.say, tell_to.DenyKin, person, request=self.case().digest))
        self.step("passed", self._pass)
        self.step("looked", self.tick)
        if self.case().state is not State.MATCHED:
            return False
        self.step("judged", self._judge)
        self.step("decision entered", self.tick)
        return self.case().state is State.COOLING

    def _pass(self) -> object:
        case = self.case()
        ruling = ruling_digest(case.ruled) if case.ruled else ""
        done = self.say(tell_to.PassFirst, case.person("first"), request=case.digest, ruling=ruling)
        self.desk.advance(self.id)
        return done

    def _judge(self) -> object:
        first = self.case().person("first")
        self.say(tell_to.Claim, first)
        self.say(tell_to.Establish, first, facts=self._facts(EstablishedBy.CUSTODIAN), document=PAPER)
        self._decide(tell_to.DecideFirst, first)
        self.desk.advance(self.id)
        case = self.case()
        second, fact = case.person("second"), case.fact.fact if case.fact else ""
        self.say(tell_to.CheckFact, second, fact=fact, agrees=True, document=PAPER)
        return self._decide(tell_to.DecideSecond, second)

    def _decide(self, kind: type, by: str) -> object:
        case = self.case()
        card = card_digest(case.matched) if case.matched else ""
        items, found = case.ruled.items if case.ruled else (), self._facts(EstablishedBy.REVIEWER)
        return self.say(
            kind, by, request=case.digest, card=card, release=True, items=items, findings=found, why="it agrees"
        )

    def _facts(self, by: EstablishedBy) -> dict[str, bool]:
        now = self.desk.weighed(self.id)
        if isinstance(now, Refused):
            raise TypeError(now.why)
        wanted = views.wanted(self.case(), now, by)
        return {name: not name.endswith(("impairment", "impaired", "impairs")) for name, _ in wanted}

    def to_hands(self) -> HandedOver:
        """From the pick-up to the package."""
        person = "-".join(names.words(str(self.request["asker"]["name"])))[:60]
        certificate = (self.place / town.PEOPLE / f"{person}{town.SEALED_TO}.pem").read_text(encoding="utf-8")
        said = {"request": self.case().digest, "certificate": fingerprint(certificate)}
        command = tell_to.PickUp(id=secrets.token_hex(16), by=person, case=self.id, **said)
        signed = town.sign(command, self.desk.log.origin, self.place / town.PEOPLE)
        self.step("picked up", lambda: self.desk.tell(signed))
        self.step("sealed", lambda: self.desk.advance(self.id))
        self.step("release entered", lambda: ticking.enter(self.desk))
        had: HandedOver = self.step("handed over", lambda: self.desk.hand_over(signed))
        return had


@dataclass
class Clock:
    """This machine's clock, put on where a bench waits for nobody."""

    ahead: dt.timedelta = dt.timedelta()

    def __call__(self) -> dt.datetime:
        """The time."""
        return dt.datetime.now(dt.UTC) + self.ahead


@contextmanager
def served(place: Path, clock: Clock) -> Iterator[None]:
    """Broker and sealer, each at its socket."""
    of_broker = replace(broker_settings.settings(place / "broker.toml"), tick_ms=0)
    of_sealer = sealer_settings.settings(place / sealer_settings.FILE)
    with (
        store.Store(of_broker.store) as kept,
        register.opened(str(place / "register.parquet"), of_broker.table) as read,
        sealers.opened(of_sealer) as sealer,
        sockets.listening(place / "broker.sock", of_broker.desk_uid) as at_broker,
        sockets.listening(place / "sealer.sock", of_sealer.desk_uid) as at_sealer,
    ):
        for one in (
            brokers.attending(at_broker, Broker(of_broker, kept, read), clock),
            sealers.attending(at_sealer, sealer, clock, threading.Lock()),
        ):
            threading.Thread(target=one.attend, daemon=True).start()
        yield


def lives(place: Path) -> list[dict[str, float]]:
    """What the machine took at each step of every request of a new town that came to a release; the first is for warming."""
    clock = Clock()
    town.make(place, clock())
    desk = Desk(settings.settings(place / settings.FILE), clock)
    found = []
    with served(place, clock):
        led = [Life(desk, place, _request(place, name)) for name in REQUESTS]
        decided = [life for life in led if life.to_decision()]
        days_pass(place, desk, clock)
        for life in decided:
            opened(life, life.to_hands(), place)
            found.append(life.spent)
    return found[1:]


def days_pass(place: Path, desk: Desk, clock: Clock) -> None:
    """Let the days until the answer pass, with a tick on each; none of it is timed."""
    for nth in range(1, DAYS + 1):
        clock.ahead = dt.timedelta(days=nth)
        ticking.tick(desk)
    town_keys.list_revoked(place, (), clock())


def opened(life: Life, had: HandedOver, place: Path) -> None:
    """Hold every package to what `safeconduct open` asks of one: what is measured is a release."""
    person = "-".join(names.words(str(life.request["asker"]["name"])))[:60]
    package = place / f"{life.id}.p7m"
    package.write_bytes(had.package)
    package.with_suffix(".proof.json").write_text(json.dumps(had.proof), encoding="utf-8")
    files = opening.beside(package, place / town.PEOPLE / f"{person}{town.SEALED_TO}.key")
    said = opening.opened(files, dt.datetime.now(dt.UTC))
    if isinstance(said, Refused):
        raise TypeError(said.why)


def _request(place: Path, name: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((place / "requests" / f"{name}.json").read_text(encoding="utf-8"))
    return said


# The floor


def fsyncs() -> int | None:
    """How many fsyncs one life makes, from a town whose lives are led under strace; None where there is none."""
    if not shutil.which("strace"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        counted = Path(folder) / "counted"
        command = [
            "strace",
            "-f",
            "-o",
            str(counted),
            "-e",
            "trace=fsync,fdatasync,write",
            "-e",
            "signal=none",
            sys.executable,
            __file__,
            "--once",
            folder,
        ]
        subprocess.run(command, check=True, capture_output=True)
        said = counted.read_text(errors="replace")
    begin, end = said.index("<<begin>>"), said.index("<<end>>")
    return len(re.findall(r"\bf(?:data)?sync\(", said[begin:end]))


def once(folder: Path) -> None:
    """Lead one life, with marks at its beginning and its end for whoever counts; the days between are not counted."""
    place, clock = folder / "town", Clock()
    town.make(place, clock())
    desk = Desk(settings.settings(place / settings.FILE), clock)
    with served(place, clock):
        first, second = (Life(desk, place, _request(place, name)) for name in REQUESTS[:2])
        for life in (first, second):
            if life is second:
                os.write(2, b"<<begin>>")
            life.to_decision()
        days_pass(place, desk, clock)
        second.to_hands()
        os.write(2, b"<<end>>")


def floor(folder: Path, many: int) -> float:
    """The seconds that so many fsyncs take, each after a page was written, and nothing else."""
    with (folder / "floor").open("wb", buffering=0) as file:
        begun = time.perf_counter()
        for _ in range(many):
            file.write(b"\0" * 4096)
            os.fsync(file.fileno())
        return time.perf_counter() - begun


def main() -> None:
    """Print the figures."""
    if sys.argv[1:2] == ["--once"]:
        once(Path(sys.argv[2]))
        return
    towns = int(sys.argv[1]) if len(sys.argv) > 1 else TOWNS
    many = fsyncs()
    totals: list[float] = []
    floors: list[float] = []
    steps: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for nth in range(towns):
            for spent in lives(Path(folder) / f"town-{nth}"):
                totals.append(sum(spent.values()) * 1000)
                floors.append(floor(Path(folder), many or 0) * 1000)
                for what, took in spent.items():
                    steps.setdefault(what, []).append(took * 1000)
    print(f"# A release ({len(totals)} of {towns} towns, load {os.getloadavg()[0]:.1f})\n")
    for what, times in steps.items():
        print(f"  {what:<18} {statistics.median(times):7.1f} ms")
    median, least = statistics.median(totals), statistics.median(floors)
    print(f"\nreceived to released: {median:,.0f} ms (fastest {min(totals):,.0f}, slowest {max(totals):,.0f})")
    if many is None:
        print("the floor was not counted: no strace on this machine")
        return
    print(f"the floor: {many} fsyncs alone, {least:,.0f} ms")
    print(f"above the floor: {median - least:,.0f} ms; asked: {MOST:.0f} or less")


if __name__ == "__main__":
    main()
