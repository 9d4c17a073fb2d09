"""What is done without anybody's waiting: ticks, and the steps of single cases, by django-tasks.

A job's arguments are case ids and nothing else. A job is a nudge, not a record: what is owed is read from the journal, so that one
that is lost, or was running when its worker was killed, is made good by the next tick, and one that is done twice does nothing more.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from safeconduct.core.log.refusals import Refused
from safeconduct.desk import speaking, ticking
from safeconduct.desk.desk import Desk, Done
from safeconduct.desk.ticking import Ticked
from safeconduct.journal.events import GATE
from safeconduct.journal.journal import reading
from safeconduct.journal.store import Unavailable

DESK = "SAFECONDUCT_DESK"
"""The variable that tells a worker of django-tasks' own where the desk's settings lie; `run` knows its desk."""
_CASE = re.compile(r"c-[0-9a-f]{20}")
_STALE = dt.timedelta(minutes=5)
_PAUSE = 0.2
_at_work: list[Desk] = []


class Failed(Exception):
    """A job failed. Its words are the kind of the fault alone: the queue keeps them, and may quote nobody."""


def _desk() -> Desk:
    """The desk of this process."""
    if not _at_work:
        _at_work.append(speaking.desk_at(Path(os.environ[DESK])))
    return _at_work[0]


def _done(doing: Callable[[], object]) -> None:
    try:
        doing()
    except Exception as fault:  # noqa: BLE001  # its words may quote a request
        raise Failed(type(fault).__name__) from None


@task()
def advance(case: str) -> None:
    """Take the steps that are owed to a case."""
    _done(lambda: _desk().advance(case))


@task()
def tick() -> None:
    """One tick of the desk and of the log."""
    _done(lambda: ticking.tick(_desk()))


def nudge(case: str) -> None:
    """Have a case's steps taken soon.

    Raises:
        ValueError: it is no case's id; nothing else may be kept by the queue.
        Unavailable: the queue cannot be used. The next tick does the same.
    """
    if not _CASE.fullmatch(case):
        raise ValueError("a job is told the id of a case, and nothing else")
    with reading():
        advance.enqueue(case=case)


def followed(done: Done | Refused) -> Done | Refused:
    """What a command came to, handed on as it is; where something happened to a case, its steps are taken soon.

    For whoever cannot wait for them, as the web. The command stands whatever becomes of the nudge: without it the next tick goes on.
    """
    if isinstance(done, Done) and done.happened and done.stream != GATE:
        try:
            nudge(done.stream)
        except Unavailable:
            return done
    return done


def revive(now: dt.datetime | None = None) -> int:
    """Put back the jobs of workers that were killed: those that have been running for longer than any takes; how many."""
    since = (now or timezone.now()) - _STALE
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=since)
    with reading():
        return int(running.update(status=TaskResultStatus.READY, started_at=None, worker_ids=[]))


def forget(now: dt.datetime | None = None) -> dict[str, int]:
    """Take away what the queue keeps of jobs that are over; how many of them failed, by the last line that they left."""
    over = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    finished = DBTaskResult.objects.filter(status__in=over, finished_at__lte=(now or timezone.now()))
    with reading():
        ended = list(finished.values_list("id", "traceback"))
        DBTaskResult.objects.filter(id__in=[one for one, _ in ended]).delete()
    return dict(Counter(said.strip().rpartition("\n")[2].rpartition(" ")[2] for _, said in ended if said))


def run(desk: Desk, tell: Callable[[str], None], *, ticks: int | None = None) -> None:
    """Tick until ended, and do between ticks what was asked for meanwhile; `ticks` ends it after so many.

    A journal that cannot be used for a while is told of, and asked again.

    Raises:
        Misplaced, Stopped, DiskFailed, Unread, OutOfOrder: the log cannot be used, or the journal is damaged.
    """
    _at_work[:] = [desk]
    done = 0
    while True:
        due = time.monotonic() + max(desk.log.tick_s, 1)
        _trying(lambda: _ticked(desk, tell), tell)
        done += 1
        if done == ticks:
            return
        _trying(work, tell)  # once at the least, be a tick as slow as it may
        while time.monotonic() < due:
            time.sleep(_PAUSE)
            _trying(work, tell)


def _trying(doing: Callable[[], None], tell: Callable[[str], None]) -> None:
    try:
        doing()
    except Unavailable as fault:
        tell(str(fault))
        time.sleep(_PAUSE)


def _ticked(desk: Desk, tell: Callable[[str], None]) -> None:
    revive()
    for kind, many in forget().items():
        tell(f"{many} jobs failed: {kind}")
    ticked = ticking.tick(desk)
    if isinstance(ticked, Refused):
        tell(f"not ticked: {ticked.why}")
    else:
        _tell(ticked, tell)


def _tell(ticked: Ticked, tell: Callable[[str], None]) -> None:
    for case, one in ticked.advanced.items():
        tell(f"{case}: {', '.join(one.happened) or 'waits'}{f' ({one.waits})' if one.waits else ''}")
    for stop in ticked.untold:
        tell(f"the broker has not taken the stop `{stop}` yet; see that it runs")


def work() -> None:
    """Whatever is queued, done one after the other by django-tasks' own worker, until nothing is.

    Raises:
        Unavailable: the queue cannot be used.
    """
    from django_tasks_db.management.commands.db_worker import Worker  # noqa: PLC0415  # a command of Django's

    with reading():
        Worker(
            queue_names=["*"],
            interval=0.0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"desk-{os.getpid()}",
            excluded_queue_names=[],
        ).run()
