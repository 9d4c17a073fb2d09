"""The demo's log: what it enters, what it shows, and that a second run goes on where the first one ended."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from logged import NOW
from safeconduct import demo_log
from safeconduct.logbook import audit
from safeconduct.logbook.audit import Audited
from safeconduct.logbook.settings import settings


def test_the_demo_enters_its_refusals_and_every_attempt_on_its_log_is_found(tmp_path: Path) -> None:
    for run in range(2):
        now = NOW + dt.timedelta(hours=run)
        told, attempts = demo_log.run(tmp_path, lambda now=now: now)  # type: ignore[misc]  # a clock
        assert f"{16 + 8 * run} entries" in told
        bent, shown, restored = attempts.splitlines()
        assert "not verified: tile/0/000.p/" in bent
        assert "rollback: the log shows" in shown
        assert "a witness has seen" in restored
    policy = settings(tmp_path / "logbook.toml").policy
    assert isinstance(audit.audit(str(tmp_path / "log"), policy, lambda *_: None), Audited)
    assert not policy.evidence
    assert not list(tmp_path.glob(".older-*"))
