"""What is done without anybody's waiting: ticks, and the steps of single cases, by django-tasks.

A job's arguments are case ids and nothing else. A job is a nudge, not a record: what is owed is read from the journal, so that one
that is lost, or was running when its worker was killed, is made good by the next tick, and one that is done twice does nothing more.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from safeconduct.core.log.refusals import Refused
from safeconduct.desk import settings, ticking
from safeconduct.desk.desk import Desk
from safeconduct.desk.ticking import Ticked

DESK = "SAFECONDUCT_DESK"
"""The variable that tells a worker where the desk's settings lie."""
_STALE = dt.timedelta(minutes=5)
_desks: dict[Path, Desk] = {}


class Failed(Exception):
    """A job failed. Its words are the kind of the fault alone: the queue keeps them, and may quote nobody."""


def _desk() -> Desk:
    path = Path(os.environ[DESK])
    if path not in _desks:
        _desks[path] = Desk(settings.settings(path), lambda: dt.datetime.now(dt.UTC))
    return _desks[path]


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
    """Have a case's steps taken soon."""
    advance.enqueue(case=case)


def revive(now: dt.datetime | None = None) -> int:
    """Put back the jobs of workers that were killed: those that have been running for longer than any takes; how many."""
    since = (now or timezone.now()) - _STALE
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=since)
    return int(running.update(status=TaskResultStatus.READY, started_at=None, worker_ids=[]))


def forget(now: dt.datetime | None = None) -> int:
    """Take away what the queue keeps of jobs that are over; how many."""
    over = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    many, _ = DBTaskResult.objects.filter(status__in=over, finished_at__lt=(now or timezone.now())).delete()
    return int(many)


def run(desk: Desk, tell: Callable[[str], None], *, ticks: int | None = None) -> None:
    """Tick until ended, and do between ticks what was asked for meanwhile; `ticks` ends it after so many.

    Raises:
        Misplaced, Stopped, DiskFailed, Unread, OutOfOrder: the log or the journal cannot be used.
    """
    worker = _worker()
    done = 0
    while ticks is None or done < ticks:
        begun = time.monotonic()
        revive()
        ticked = ticking.tick(desk)
        if isinstance(ticked, Refused):
            tell(f"not ticked: {ticked.why}")
        else:
            _tell(ticked, tell)
        done += 1
        while time.monotonic() - begun < max(desk.log.tick_s, 1) and (ticks is None or done < ticks):
            worker()
            time.sleep(0.2)


def _tell(ticked: Ticked, tell: Callable[[str], None]) -> None:
    for case, one in ticked.advanced.items():
        tell(f"{case}: {', '.join(one.happened) or 'waits'}{f' ({one.waits})' if one.waits else ''}")
    for stop in ticked.untold:
        tell(f"the broker has not taken the stop `{stop}` yet; see that it runs")


def _worker() -> Callable[[], None]:
    """Whatever is queued, done one after the other by django-tasks' own worker, until nothing is."""
    from django_tasks_db.management.commands.db_worker import Worker  # noqa: PLC0415  # a command of Django's

    def work() -> None:
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

    return work
