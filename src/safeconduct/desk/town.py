"""A town with a desk, to try everything on: the broker's town, a journal, people with keys, and a founding nine days ago.

DIR/desk.toml  DIR/journal.sqlite  DIR/people/<id>.key, <id>.pem   and of the broker's town: register, keys, log, requests

A person's key is used from the seventh day on after the first checkpoint of a day that held it. So that nobody has to wait, the town
was founded nine days ago by a clock of its own, which its own witnesses believe; they are called in this very process, and the log's policy says that it is no evidence.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from safeconduct import preflight, shelf
from safeconduct.broker import town as towns
from safeconduct.core import names, subject
from safeconduct.core.gate import commands, persons
from safeconduct.core.gate.commands import BeginDuty
from safeconduct.core.gate.events import Controlled
from safeconduct.core.gate.gate import Signed
from safeconduct.core.gate.persons import Named, Role
from safeconduct.core.log import controls
from safeconduct.core.log.controls import Control
from safeconduct.desk import settings, ticking
from safeconduct.desk.desk import Desk
from safeconduct.desk.laws import ENGINE
from safeconduct.journal import store
from safeconduct.journal.events import GATE
from safeconduct.journal.journal import writing
from safeconduct.keys import person as keys
from safeconduct.keys import town as town_keys
from safeconduct.logbook.settings import FILE as LOG_FILE
from safeconduct.preflight import Opened

PEOPLE = "people"
FOUNDED, STOOD = dt.timedelta(days=9), dt.timedelta(days=8)
_SAID = f"""\
# The desk of a town in which nobody exists.
journal = "{{journal}}"
log = "{LOG_FILE}"
broker = "broker.sock"
register_name = "town"
key = "{town_keys.DESK}"
packs = ["us_irc_6103"]
"""
STAFF = (
    Named("a.lund", "Alma Lund", "disclosure", (Role.REVIEWER,)),
    Named("b.okoro", "Bright Okoro", "disclosure", (Role.REVIEWER,)),
    Named("c.weiss", "Clara Weiss", "disclosure", (Role.REVIEWER,)),
    Named("d.sato", "Daiki Sato", "disclosure", (Role.REVIEWER, Role.PROTECTED_REVIEWER)),
    Named("e.moreau", "Elise Moreau", "disclosure", (Role.PROTECTED_REVIEWER, Role.REVIEWER)),
    Named("f.novak", "Filip Novak", "counsel", (Role.COUNSEL,)),
    Named("g.haddad", "Ghada Haddad", "counsel", (Role.COUNSEL,)),
    Named("i.roy", "Indira Roy", "inspector general", (Role.INSPECTOR,)),
    Named("t.berg", "Tomas Berg", "administration", (Role.ADMINISTRATOR,)),
)
"""The people of the custodian."""


def make(folder: Path, now: dt.datetime, journal: str = "journal.sqlite") -> list[Path]:
    """Make it in `folder`, which is not there yet or empty; the requests that today's law permits.

    Raises:
        Misplaced: the folder is in use, or cannot be written.
    """
    asked = towns.make(folder, now - FOUNDED, now)
    requests = [json.loads(path.read_text(encoding="utf-8")) for path in asked]
    (folder / settings.FILE).write_text(_SAID.format(journal=journal), encoding="utf-8")
    people = [*STAFF, *_officers(requests)]
    (folder / PEOPLE).mkdir(mode=0o700)
    for one in people:
        keys.make(folder / PEOPLE, one.person, one.name, now - FOUNDED)
    told = settings.settings(folder / settings.FILE)
    store.make(told.journal)
    found(told, people, folder / PEOPLE, now - FOUNDED)
    _begin(Desk(told, lambda: now), [one for one in STAFF if one.person not in {"i.roy", "t.berg"}], folder / PEOPLE)
    return asked


def _officers(requests: Iterable[Mapping[str, object]]) -> list[Named]:
    """Everybody who asks in the town's requests, each with a key: an officer signs that the person is no kin."""
    found: dict[str, Named] = {}
    for request in requests:
        agency = str(_asker(request).get("agency"))
        for name in subject.askers(request):
            person = "-".join(names.words(name))[:60]
            found.setdefault(person, Named(person, name, agency, (Role.OFFICER,)))
    return list(found.values())


def _asker(request: Mapping[str, object]) -> Mapping[str, object]:
    said = request.get("asker")
    return said if isinstance(said, dict) else {}


def founding(opened: Opened, orders: Mapping[str, str], people: Iterable[Named], keys_in: Path, on: str) -> Control:
    """The founding: pack, program, the orders of courts in force, the people with their roles and keys."""
    parts = [("pack", opened.pack.name, opened.pack.digest), ("engine", ENGINE, opened.engine_digest)]
    parts += [("order", name, text) for name, text in orders.items()]
    for one in people:
        parts.append(("role", one.person, persons.written(one)))
        parts.append(("key", one.person, (keys_in / f"{one.person}.pem").read_text(encoding="utf-8")))
    content = controls.founding(parts)
    by = (controls.Person("Filip Novak", "counsel"), controls.Person("Tomas Berg", "administration"))
    return Control(controls.FOUNDING, "gate", "set", content, controls.digest_of(content), by, on)


def found(told: settings.Settings, people: Sequence[Named], keys_in: Path, at: dt.datetime) -> None:
    """Found the gate: one entry of two offices, in the journal and in the log, at a time of the town's own clock."""
    pack = told.packs[0]
    opened = preflight.opened(pack)
    control = founding(opened, shelf.order_texts(pack), people, keys_in, at.date().isoformat())
    desk = Desk(told, lambda: at)
    with writing(alone=True) as here:
        here.append(GATE, 0, [Controlled(at.replace(microsecond=0), control, ())])
    ticking.tick(desk)
    ticked = ticking.tick(Desk(told, lambda: at + (FOUNDED - STOOD)))
    if not isinstance(ticked, ticking.Ticked):
        raise shelf.Misplaced(told.log, f"cannot be written: {ticked.why}", "name a folder that can be written")


def _begin(desk: Desk, staff: Iterable[Named], keys_in: Path) -> None:
    """Put the staff on duty, each by a command of their own."""
    ticking.tick(desk)
    for one in staff:
        signed = sign(BeginDuty(secrets.token_hex(16), one.person, one.person), desk.log.origin, keys_in)
        desk.govern(signed)
    ticking.tick(desk)


def sign(command: object, gate: str, keys_in: Path) -> Signed:
    """A command, signed with the key of whoever gives it."""
    by = str(getattr(command, "by", ""))
    return Signed(command, keys.signs(keys_in / f"{by}.key", commands.signed_bytes(command, gate)))
