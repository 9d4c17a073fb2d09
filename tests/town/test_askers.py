"""Two more who ask what one request of a town asks: what becomes of each is told by who asks alone."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from safeconduct import preflight
from safeconduct.core.intake import Unreadable
from safeconduct.core.rules import Outcome
from safeconduct.town import askers

ON = dt.date(2026, 11, 29)


def test_the_law_lets_one_of_them_ask_and_orders_of_courts_keep_the_other_from_it(
    complete: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / "right-address.json").write_text(json.dumps(complete), encoding="utf-8")
    written = askers.write(tmp_path)
    assert [path.stem for path in written] == [askers.US_ATTORNEY, askers.STAYED]
    asked = [json.loads(path.read_text(encoding="utf-8")) for path in written]
    under = preflight.opened().under(ON.toordinal())
    outcomes = [said.ruling.outcome for one in asked if not isinstance(said := preflight.check(one, under), Unreadable)]
    assert outcomes == [Outcome.PERMIT, Outcome.STAYED]
    assert len({json.dumps(one["subject"]) for one in asked}) == 1
    assert len({one["request_id"] for one in asked}) == 2
