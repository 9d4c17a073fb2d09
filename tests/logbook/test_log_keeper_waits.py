"""The log's keeper as a process, and an act that has the log for longer than a tick waits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from harm import audited
from logged import log
from safeconduct.logbook import keeping, run


class Enough(Exception):
    """So many ticks are enough."""


def test_an_act_that_keeps_the_log_to_itself_does_not_end_the_keeper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = log(tmp_path)
    told: list[str] = []
    act = at.writer()

    def between_ticks(_: float) -> None:
        if at.served.joinpath("checkpoint").exists():
            raise Enough
        act.__exit__(None, None, None)

    monkeypatch.setattr(keeping, "_PATIENCE", -1.0)
    monkeypatch.setattr(time, "sleep", between_ticks)
    act.__enter__()
    with pytest.raises(Enough):
        run.run(tmp_path / "logbook.toml", "", told.append)
    assert len(told) == 1
    assert told[0].startswith("not ticked: ")
    assert told[0].endswith("logbook: is in use by another writer; end that one first")
    assert audited.entries(at.served, at.told.policy), "the orders and stops were entered at the next tick"
