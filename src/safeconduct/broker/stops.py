"""Stops at the broker: set by the desk's word at once, lifted by two persons whose act stands in the log. No register is in reach.

    {"call": "stop", "stop": {…}, "signature": "…"}
    {"call": "stop", "stop": {…}, "signature": "…", "entry": {…}, "before": "…"}

What such a notice says and what proves a lifting is `core.gate.notices`'; what a stop bears on is `core.gate.stops`'. A stop is on
the disk before it is answered, and every look after that asks whether one bears on its request. A notice that came before is
answered as done, and nothing is changed: one that set what was lifted since does not stop it again. Stops of one name add up, for
another content in the place of the first would be the desk's word for letting pass; they are lifted together.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping

from safeconduct.broker.settings import Settings
from safeconduct.broker.store import Stands, Stopped, Store
from safeconduct.core.gate import notices, stops
from safeconduct.core.gate.notices import Act, Notice, Signed
from safeconduct.core.log.policy import Policy
from safeconduct.core.log.refusals import Refused

_NO_LOG = (
    "the broker was told of no log, and so no stop can be lifted here: two names prove nothing; "
    "name `log_policy` in its settings"
)


def take(said: object, told: Settings, store: Store, now: dt.datetime) -> Refused | Stands | None:
    """Set or lift a stop, as the notice says. None: it is done, and on the disk."""
    signed = notices.read(said)
    if isinstance(signed, Refused):
        return signed
    if why := notices.refusal(signed, told.desk, told.register_name, now):
        return why
    try:
        if signed.notice.act is Act.LIFTED:
            return _lifted(signed, told, store, now)
        _set(signed.notice, store, now)
    except sqlite3.Error:
        return Refused("the broker's store cannot be written; the stop is as it was")
    return None


def _set(notice: Notice, store: Store, now: dt.datetime) -> None:
    since = min(notice.issued_at, now)  # or a desk whose clock is ahead would set what nothing lifts
    store.stop(notice.known_by, Stopped(notice.name, notice.content, int(since.timestamp())))


def _lifted(signed: Signed, told: Settings, store: Store, now: dt.datetime) -> Refused | Stands | None:
    return Refused(_NO_LOG) if told.log is None else _proved(signed, told.log, store, now)


def _proved(signed: Signed, policy: Policy, store: Store, now: dt.datetime) -> Refused | Stands | None:
    found = notices.lifting(signed, policy, now)
    if isinstance(found, Refused):
        return found
    return store.lift(signed.notice.known_by, found.entered.known_by, signed.notice.name, found.after)


def bearing(request: Mapping[str, object], store: Store) -> str:
    """The name of the first stop that bears on a request; "" where none does."""
    return next((one.name for one in store.stops() if _bears(one, request)), "")


def _bears(one: Stopped, request: Mapping[str, object]) -> bool:
    return bool(stops.bearing({one.name: stops.read(one.content)}, request))
