"""Jobs: nudges that may be lost, killed, or done twice, and of which the queue keeps the ids of cases alone."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from harm.lives import Life
from in_town import COMMAND, serving
from safeconduct.core.case.life import State
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import jobs, ticking
from safeconduct.desk.desk import Desk, Done

Rows = list[tuple[object, ...]]


def rows(place: Path, wanted: str = "*") -> Rows:
    with closing(sqlite3.connect(place / "journal.sqlite")) as at:
        return at.execute(f"SELECT {wanted} FROM django_tasks_database_dbtaskresult").fetchall()  # noqa: S608  # words of ours


def until(true: Callable[[], object], patience: float = 30.0) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it never came to be so"
        time.sleep(0.02)


def led(life: Life, last: str) -> None:
    """Lead a life up to an act."""
    for act, do in life.acts():
        do()
        if act == last:
            return


@contextmanager
def worker(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`safeconduct desk run`, after its first tick."""
    env = {name: value for name, value in os.environ.items() if name != jobs.DESK}
    words = [*COMMAND, "desk", "run", "--desk", str(place / "desk.toml")]
    with (place / "worker.out").open("wb") as out, subprocess.Popen(words, stdout=out, stderr=out, env=env) as running:
        try:
            yield running
        finally:
            running.kill()


def ticks_every(place: Path, seconds: int) -> None:
    config = place / "logbook.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("tick_s = 0", f"tick_s = {seconds}"), encoding="utf-8")


def test_a_worker_that_is_killed_in_the_middle_of_a_job_is_made_good_by_the_next_tick(place: Path) -> None:
    life = Life(place)
    led(life, "advance 1")
    ticks_every(place, 120)
    nobody = Desk(replace(life.desk.told, broker=place / "nobody.sock"), life.desk.clock)
    ticking.tick(nobody)  # the look is in the log, and was not made: nobody answered
    assert life.case().state is State.LOOK_LOGGED
    with worker(place) as running:
        until(
            lambda: "cannot be called" in (place / "worker.out").read_text(encoding="utf-8")
        )  # its first tick is over
        with serving(place) as broker:
            broker.send_signal(signal.SIGSTOP)
            jobs.nudge(life.case_id)
            until(lambda: rows(place, "status") == [("RUNNING",)])
            time.sleep(0.5)
            running.send_signal(signal.SIGKILL)
            running.wait()
            broker.kill()  # which had not read what it was asked
    assert rows(place, "status") == [("RUNNING",)]
    assert jobs.revive() == 0  # it may be at work still
    with serving(place):
        assert not isinstance(ticking.tick(life.desk), Refused)
        assert life.case().state is State.MATCHED
        version = life.case().version
        assert jobs.revive(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6)) == 1
        vars(jobs).update(_at_work=[life.desk])
        jobs.work()
    assert rows(place, "status") == [("SUCCESSFUL",)]
    assert life.case().version == version


def test_a_job_done_twice_does_nothing_more(place: Path) -> None:
    life = Life(place)
    led(life, "pass")
    vars(jobs).update(_at_work=[life.desk])
    jobs.nudge(life.case_id)
    jobs.nudge(life.case_id)
    jobs.work()
    assert [one for (one,) in rows(place, "status")] == ["SUCCESSFUL"] * 2
    assert life.case().state is State.LOOK_PERMITTED
    assert sum(one == "look_permitted" for one in kinds(place, life.case_id)) == 1
    version = life.case().version
    DBTaskResult.objects.update(status="READY")
    jobs.work()
    assert life.case().version == version


def kinds(place: Path, stream: str) -> list[str]:
    with closing(sqlite3.connect(place / "journal.sqlite")) as at:
        return [one for (one,) in at.execute("SELECT kind FROM journal_event WHERE stream = ?", (stream,))]


def test_a_command_is_followed_by_a_nudge_and_stands_without_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(place)
    refused = Refused("no")
    assert jobs.followed(refused) is refused
    for done in (Done("gate", ("something",)), Done(life.case_id, ()), Done(life.case_id, (), before=True)):
        assert jobs.followed(done) is done
    assert rows(place) == []
    done = Done(life.case_id, ("something",))
    assert jobs.followed(done) is done
    assert [json.loads(str(one)) for (one,) in rows(place, "args_kwargs")] == [
        {"args": [], "kwargs": {"case": life.case_id}}
    ]
    with closing(sqlite3.connect(place / "journal.sqlite", isolation_level=None)) as other:
        monkeypatch.setattr("safeconduct.journal.store._PATIENCE", 0.1)
        again = Life(place)
        other.execute("BEGIN EXCLUSIVE")
        assert jobs.followed(done) is done
        other.execute("ROLLBACK")
        assert again.case_id == life.case_id
    assert len(rows(place)) == 1


@pytest.mark.parametrize(
    "said", ["", "gate", "Bruce Sutstead", "c-0123456789abcdef012", "c-" + "g" * 20, "c-" + "0" * 20 + "\n"]
)
def test_a_job_is_told_the_id_of_a_case_and_nothing_else(place: Path, said: str) -> None:
    Life(place)
    with pytest.raises(ValueError, match="the id of a case"):
        jobs.nudge(said)
    assert rows(place) == []


def test_what_the_queue_keeps_of_a_job_that_failed_quotes_nobody(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(place)
    said = json.dumps(life.request)

    def fail(*_: object) -> None:
        fault = ValueError(said)
        fault.add_note(said)
        raise fault from RuntimeError(said)

    monkeypatch.setattr(life.desk, "advance", fail)
    monkeypatch.setattr("safeconduct.desk.ticking.tick", fail)
    vars(jobs).update(_at_work=[life.desk])
    jobs.nudge(life.case_id)
    jobs.tick.enqueue()
    jobs.work()
    kept = repr(rows(place))
    assert [one for (one,) in rows(place, "status")] == ["FAILED"] * 2
    assert rows(place, "DISTINCT exception_class_path") == [("safeconduct.desk.jobs.Failed",)]
    assert "Failed: ValueError" in kept
    for word in ("Sutstead", "680-00", "LOCUST", "Stoutsville", "counterfeit", life.request["request_id"]):
        assert word not in kept
    assert jobs.forget() == {"ValueError": 2}
    assert rows(place) == []


def test_running_keeps_the_queue_small_and_tells_what_failed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(place)
    monkeypatch.setattr(life.desk, "advance", lambda _: (_ for _ in ()).throw(KeyError("Sutstead")))
    for _ in range(20):
        jobs.nudge(life.case_id)
    told: list[str] = []
    jobs.run(life.desk, told.append, ticks=2)
    assert told == ["20 jobs failed: KeyError"]
    assert rows(place) == []


def test_a_journal_that_is_locked_is_told_of_and_asked_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeconduct.journal.store._PATIENCE", 0.1)
    life = Life(place)
    told: list[str] = []
    with closing(sqlite3.connect(place / "journal.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        def tell(what: str) -> None:
            told.append(what)
            if other.in_transaction:
                other.execute("ROLLBACK")

        jobs.run(life.desk, tell, ticks=2)
    assert told == [
        "the journal: cannot be used: others have kept it locked for too long; see to its store, and do the same again"
    ]
