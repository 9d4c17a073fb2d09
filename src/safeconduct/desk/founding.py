"""The founding of a gate: pack, program, orders of courts, people with roles and keys, entered as one thing by two persons of two offices.

    by = ["f.novak", "t.berg"]

    [[person]]
    person = "a.lund"
    name = "Alma Lund"
    office = "disclosure"
    roles = ["reviewer"]
    key = "people/a.lund.pem"                 their certificate, with which they sign
    recipient = "people/a.lund-sealing.pem"   of an officer: the certificate to which is sealed

It is the first thing in the log, once, and everything that lets more pass afterwards is signed by people whom it names, or whom they
named. So its digest is what sealer and inspector are told, and compare with the two persons, when they are set up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safeconduct import preflight, shelf
from safeconduct.core import records
from safeconduct.core.gate import persons, recipients
from safeconduct.core.gate.events import Controlled
from safeconduct.core.gate.persons import Named
from safeconduct.core.log import controls
from safeconduct.core.log.controls import Control
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import ticking
from safeconduct.desk.desk import Desk
from safeconduct.journal.events import GATE
from safeconduct.journal.journal import writing
from safeconduct.laws import ENGINE
from safeconduct.settings_file import toml
from safeconduct.shelf import Misplaced, text_of

_LONGEST, _LONGEST_CERTIFICATE = 1_000_000, 20_000


@dataclass(frozen=True, slots=True)
class Founded:
    """Somebody whom the founding names: to which roles, with which certificate they sign, and to which is sealed for them ("" for none)."""

    named: Named
    key: str
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    person: str
    name: str
    office: str
    roles: tuple[persons.Role, ...]
    key: str
    recipient: str


def read(path: Path) -> tuple[list[Founded], tuple[str, ...]]:
    """The people of the founding in the file `path`, and the ids of the two who found.

    Raises:
        Misplaced: it, or a certificate that it names, cannot be read or is not of its form.
    """
    said = toml(path, _LONGEST)
    rows, by = said.get("person"), said.get("by")
    if said.keys() - {"person", "by"} or not isinstance(rows, list) or not isinstance(by, list):
        raise Misplaced(path, "is no founding", "write `by` and a [[person]] for each; docs/desk.md shows one")
    return [_founded(one, nth, path) for nth, one in enumerate(rows, 1)], tuple(str(one) for one in by)


def _founded(said: object, nth: int, path: Path) -> Founded:
    try:
        row = records.read(_Row, {"recipient": "", **said} if isinstance(said, dict) else said)
    except Malformed as fault:
        raise Misplaced(path, f"person {nth}: {fault}", "write person, name, office, roles and key") from None
    key = text_of(path.parent / row.key, _LONGEST_CERTIFICATE)
    sealed_to = text_of(path.parent / row.recipient, _LONGEST_CERTIFICATE) if row.recipient else ""
    one = Founded(Named(row.person, row.name, row.office, row.roles), key, sealed_to)
    if why := _odd(one):
        raise Misplaced(path, f"person {nth} (`{row.person[:40]}`): {why}", "mend it there")
    return one


def _odd(one: Founded) -> str:
    """Why somebody cannot be named so; "" where they can."""
    if persons.named(persons.written(one.named)) is None:
        return "has no role, no id, or no name"
    key = persons.public_key(one.key)
    if isinstance(key, Refused):
        return key.why
    return recipients.ill_formed(one.recipient) if one.recipient else ""


def control(pack: str, people: Sequence[Founded], by: Sequence[str], on: dt.date) -> Control | Refused:
    """The founding, as it is entered: of the pack of that name, this program, and the orders that lie beside the pack.

    Raises:
        Misplaced, PackFault: the pack cannot be read.
    """
    named = {one.named.person: one.named for one in people}
    if len(named) < len(people):
        return Refused("two people bear one id")
    two = tuple(controls.Person(named[one].name, named[one].office) for one in by if one in named)
    if len(two) != len(by):
        return Refused("those who found are named among the people")
    if why := controls.two_of_two_offices(two):
        return why
    content = controls.founding(_parts(pack, people))
    return Control(controls.FOUNDING, "gate", "set", content, controls.digest_of(content), two, on.isoformat())


def _parts(pack: str, people: Sequence[Founded]) -> list[tuple[str, str, str]]:
    opened = preflight.opened(pack)
    parts = [("pack", opened.pack.name, opened.pack.digest), ("engine", ENGINE, opened.engine_digest)]
    parts += [("order", name, text) for name, text in shelf.order_texts(pack).items()]
    for one in people:
        parts.append(("role", one.named.person, persons.written(one.named)))
        parts.append(("key", one.named.person, one.key))
        parts += [(recipients.SUBJECT, one.named.person, one.recipient)] if one.recipient else []
    return parts


def found(desk: Desk, founding: Control) -> Refused | None:
    """Put the founding into the journal, which is empty, and bring it to the log; why it is not there.

    Raises:
        Misplaced, Stopped, DiskFailed, Unread, OutOfOrder: the log or the journal cannot be used.
    """
    with writing(alone=True) as here:
        desk.gate_of.at(here, desk.clock())
        if desk.gate_of.folded.version:
            return Refused("this gate is founded already: a founding comes first, and once")
        here.append(GATE, 0, [Controlled(desk.clock().replace(microsecond=0), founding, ())])
    ticked = ticking.tick(desk)
    return ticked if isinstance(ticked, Refused) else None


def facts(founding: Control) -> Mapping[str, str]:
    """What two persons compare before they have it pinned: its digest, and how much it names of each kind."""
    parts = controls.parts_of(founding)
    counted = {what: sum(one.subject == what for one in parts) for what in ("order", "role", "key", recipients.SUBJECT)}
    return {"digest": founding.digest, **{what: str(many) for what, many in counted.items()}}
