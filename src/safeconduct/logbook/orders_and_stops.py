"""The set of orders and stops that stand (`core.log.sets`), where the log's writer itself enters what governs the gate.

Bodies are sealed to offices, of which the writer is none; so it keeps of the stops and holds that it entered what they were and
since when they are ended, in a file of its own. Where a desk keeps the log, its tick enters the set.

    stops       {"hold": {}, "stop": {"D.D.C. 2026-11-28": {"digest": "sha256:…", "until": null}}}
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safeconduct.core import documents
from safeconduct.core.log import controls, sets
from safeconduct.core.log.controls import Control
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import disk
from safeconduct.preflight import Opened
from safeconduct.shelf import Misplaced, text_of

_FILE = "stops"
_KINDS = ("hold", "stop")
_LONGEST = 1 << 20


def standing(state: Path, subject: str, today: str) -> list[str]:
    """The names of the stops, or of the holds, that stand on a day.

    Raises:
        Misplaced: the file cannot be read.
    """
    kept = _kept(state)[subject]
    return sorted(name for name, one in kept.items() if one["until"] is None or one["until"] > today)


def _kept(state: Path) -> dict[str, dict[str, Any]]:
    path = state / _FILE
    if not path.exists():
        return {kind: {} for kind in _KINDS}
    try:
        said = documents.read(text_of(path, _LONGEST))
    except documents.NoDocument:
        said = None
    if not isinstance(said, dict) or said.keys() != set(_KINDS) or not all(map(_is_kept, said.values())):
        raise Misplaced(path, "is no list of stops and holds", "restore it; `safeconduct log state` tells which stand")
    return said


def _is_kept(said: object) -> bool:
    return isinstance(said, dict) and all(
        isinstance(one, dict) and one.keys() == {"digest", "until"} for one in said.values()
    )


def refusal(state: Path, one: Control, today: str) -> Refused | None:
    """Why a control would have no effect, so far as the writer knows what stood before.

    Raises:
        Misplaced: the file cannot be read.
    """
    return controls.refusal(one, today, _before(_kept(state).get(one.subject, {}), one))


def _before(kept: Mapping[str, Any], one: Control) -> Control | None:
    held = kept.get(one.name)
    return Control(one.subject, one.name, "set", "", held["digest"], one.by, one.effective_on) if held else None


def take_note(state: Path, one: Control, today: str) -> None:
    """Keep that a stop or a hold was set, or from when it is ended, if that has effect.

    Raises:
        Misplaced, DiskFailed: the file cannot be read, or not be written.
    """
    if one.subject not in _KINDS or refusal(state, one, today):
        return
    kept = _kept(state)
    until = one.effective_on if one.act == "ended" else None
    digest = kept[one.subject].get(one.name, {"digest": one.digest})["digest"] if until else one.digest
    kept[one.subject][one.name] = {"digest": digest, "until": until}
    disk.replace(state / _FILE, json.dumps(kept, ensure_ascii=False, sort_keys=True).encode() + b"\n")


def control(state: Path, opened: Opened, now: dt.datetime) -> Control:
    """The set as it stands, to be entered."""
    return of(opened, standing(state, "stop", now.astimezone(dt.UTC).date().isoformat()), now)


def of(opened: Opened, stops: Sequence[str], now: dt.datetime) -> Control:
    """The set of the orders in `opened` and of these stops, to be entered."""
    return sets.control(sets.of([order.cites for order in opened.orders], opened.orders_digest, stops, now))
