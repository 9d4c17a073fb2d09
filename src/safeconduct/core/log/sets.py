"""The set of orders and stops that stand, as a control says it: entered at each change and at least hourly.

    {"at": "2026-11-28T15:00:00+00:00", "orders": ["D.D.C. 2025-11-21"], "orders_digest": "sha256:…", "stops": ["…"]}

The newest such entry proves which stops stood when it was made, and so that no other did. When it is entered is for `logbook` and
for the desk's tick.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from safeconduct.core import canonical, documents
from safeconduct.core.log import controls
from safeconduct.core.log.controls import ORDERS_AND_STOPS, Control, Person

_WRITER = Person("the log's writer", "logbook")


@dataclass(frozen=True, slots=True)
class Set:
    """When it was made, the orders as they are cited, their digest, and the names of the stops."""

    at: dt.datetime
    orders: tuple[str, ...]
    orders_digest: str
    stops: tuple[str, ...]

    def is_as(self, other: Set) -> bool:
        """Whether both say that the same stands."""
        return (self.orders, self.orders_digest, self.stops) == (other.orders, other.orders_digest, other.stops)


def of(orders: Iterable[str], orders_digest: str, stops: Iterable[str], now: dt.datetime) -> Set:
    """The set of these orders and stops."""
    return Set(now.astimezone(dt.UTC).replace(microsecond=0), tuple(orders), orders_digest, tuple(sorted(stops)))


def control(of: Set) -> Control:
    """The control by which a set is entered."""
    said = {
        "at": of.at.isoformat(),
        "orders": list(of.orders),
        "orders_digest": of.orders_digest,
        "stops": list(of.stops),
    }
    content = canonical.written(said).decode()
    on = of.at.date().isoformat()
    return Control(ORDERS_AND_STOPS, "all", "set", content, controls.digest_of(content), (_WRITER,), on)


def read(control: Control) -> Set | None:
    """The set that a control says; None where it says none."""
    if control.subject != ORDERS_AND_STOPS:
        return None
    try:
        said = documents.read(control.content)
        at = dt.datetime.fromisoformat(said["at"]) if isinstance(said, dict) else None
    except (documents.NoDocument, KeyError, TypeError, ValueError):
        return None
    if at is None or at.tzinfo is None or not isinstance(said, dict):
        return None
    lists = [said.get("orders"), said.get("stops")]
    if not isinstance(said.get("orders_digest"), str) or not all(_are_texts(one) for one in lists):
        return None
    return Set(at, tuple(said["orders"]), said["orders_digest"], tuple(said["stops"]))


def _are_texts(said: object) -> bool:
    return isinstance(said, list) and all(isinstance(one, str) for one in said)
