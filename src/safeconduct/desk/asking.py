"""The broker, asked: one look under a permit, and stops handed on. What the broker answers is not believed beyond its shape."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from safeconduct.broker.ask import ask
from safeconduct.broker.reply import Answer, Reply
from safeconduct.core.case.case import Case
from safeconduct.core.case.events import Compared, Event, Looked, Matched
from safeconduct.core.case.now import Now
from safeconduct.core.case.passage import look_lapsed, looked
from safeconduct.core.gate.commands import MarkPerson
from safeconduct.core.log import uses
from safeconduct.core.log.entries import InForce
from safeconduct.core.log.refusals import Refused
from safeconduct.core.permit import Permit, written
from safeconduct.desk.settings import Settings
from safeconduct.keys import desk as key


def permit(case: Case, told: Settings, in_force: InForce, now: dt.datetime) -> dict[str, object]:
    """A permit for one look for the case's request, as it is written, signed with the desk's key; its entry comes later.

    Raises:
        Misplaced: the key cannot be used.
    """
    issued = now.astimezone(dt.UTC).replace(microsecond=0)
    made = Permit(secrets.token_hex(16), told.register_name, case.digest, in_force.pack, in_force.orders, issued)
    return written(made, key.signs(told.key, made.signed_bytes))


@contextmanager
def alone(told: Settings) -> Iterator[None]:
    """Ask the broker while no other process of this desk does: a lock beside the desk's key."""
    place = os.open(told.key.with_name(".asking"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def look(case: Case, told: Settings) -> Reply | Refused:
    """What the broker answers to the case's permit, shown with the proof of its entry.

    Raises:
        Misplaced: nobody answers.
    """
    entry = case.entered("look")
    if case.permit is None or entry is None:
        return Refused("the look does not stand in the log")
    call: dict[str, object] = {
        "call": "look",
        "permit": {**case.permit.permit, "entry": _for_the_broker(entry.shown)},
        "request": case.request,
    }
    return ask(told.broker, call)


def _for_the_broker(shown: Mapping[str, object]) -> dict[str, object]:
    """The entry, opened to what is to be done, and not to who passed it."""
    opened = shown.get("openings", {})
    return {
        **shown,
        "openings": {group: one for group, one in opened.items() if group == uses.GROUP}
        if isinstance(opened, dict)
        else {},
    }


def answered(reply: Reply, now: Now) -> Sequence[Event] | Refused:
    """What a reply comes to: a look, a permit that was used before, or a refusal that leaves everything as it is."""
    if reply.answer is Answer.LOOKED:
        card = [Compared(one.what, str(one.said), one.how) for one in reply.card]
        matched = Matched(now.at, tuple(card), str(reply.route), reply.sealed)
        return looked(Looked(now.at, str(reply.found), reply.look), matched)
    if reply.spent:
        return look_lapsed(reply.why, now)
    return Refused(f"the broker: {reply.why}")


def mark(command: object, by: Sequence[str], told: Settings) -> Refused | None:
    """Have the broker set or clear a mark; why it did not, or None. Its answer is the same whatever was there.

    Raises:
        Misplaced: nobody answers.
    """
    if not isinstance(command, MarkPerson):
        return Refused("that is no mark")
    call: dict[str, object] = {"call": "mark", "person": command.person, "present": command.present, "by": list(by)}
    reply = ask(told.broker, call)
    return None if reply.answer is Answer.DONE else Refused(f"the broker: {reply.why}")
