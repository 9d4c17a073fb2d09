"""The set of orders and stops that stand, as it is entered at each change and at least hourly.

    {"at": "2026-11-28T15:00:00+00:00", "orders": ["D.D.C. 2025-11-21"], "orders_digest": "sha256:…", "stops": ["…"]}

The newest such entry proves which stops stood, and so that no other did. Bodies are sealed to offices, of which the writer is
none; so it keeps the names of the stops it entered in a file of its own.

    stops       ["D.D.C. 2026-11-28"]
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from safeconduct.core import canonical, documents
from safeconduct.core.log import controls
from safeconduct.core.log.controls import ORDERS_AND_STOPS, Control, Person
from safeconduct.logbook import disk
from safeconduct.preflight import Opened
from safeconduct.shelf import Misplaced, text_of

_STOPS = "stops"
_LONGEST = 1 << 20
_WRITER = Person("the log's writer", "logbook")


def stops(state: Path) -> list[str]:
    """The names of the stops that stand.

    Raises:
        Misplaced: the file cannot be read.
    """
    path = state / _STOPS
    if not path.exists():
        return []
    said = documents.read(text_of(path, _LONGEST))
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise Misplaced(path, "is no list of stops", "restore it; `safeconduct log state` tells which stand")
    return said


def take_note(state: Path, one: Control, entered_on: str) -> None:
    """Keep that a stop was set; or that it was ended, if that has effect.

    Raises:
        DiskFailed: it could not be kept.
    """
    if one.subject != "stop" or controls.refusal(one, entered_on):
        return
    standing = [name for name in stops(state) if name != one.name]
    if one.act == "set":
        standing.append(one.name)
    disk.replace(state / _STOPS, json.dumps(sorted(standing), ensure_ascii=False).encode() + b"\n")


def control(state: Path, opened: Opened, now: dt.datetime) -> Control:
    """The set as it stands, to be entered."""
    content = canonical.written(
        {
            "at": now.astimezone(dt.UTC).isoformat(timespec="seconds"),
            "orders": [order.cites for order in opened.orders],
            "orders_digest": opened.orders_digest,
            "stops": stops(state),
        }
    ).decode()
    return Control(
        subject=ORDERS_AND_STOPS,
        name="all",
        act="set",
        content=content,
        digest=controls.digest_of(content),
        by=(_WRITER,),
        effective_on=now.astimezone(dt.UTC).date().isoformat(),
    )
