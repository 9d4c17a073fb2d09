"""A town with a desk, to try everything on: the broker's town, a journal, people with keys, and a founding nine days ago.

DIR/desk.toml  DIR/letters.toml  DIR/journal.sqlite  DIR/people/<id>.key, <id>.pem   and of the broker's town: register, keys, log, requests

A person's key is used from the seventh day on after the first checkpoint of a day that held it. So that nobody has to wait, the town
was founded nine days ago by a clock of its own, which its own witnesses believe; they are called in this very process, and the log's policy says that it is no evidence.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from safeconduct import shelf
from safeconduct.broker import town as towns
from safeconduct.core import names, subject
from safeconduct.core.gate import commands
from safeconduct.core.gate.commands import BeginDuty
from safeconduct.core.gate.gate import Signed
from safeconduct.core.gate.persons import Named, Role
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import founding, settings, ticking
from safeconduct.desk.desk import Desk
from safeconduct.desk.founding import Founded
from safeconduct.journal import store
from safeconduct.keys import person as keys
from safeconduct.keys import sealing
from safeconduct.keys import town as town_keys
from safeconduct.letters import settings as letter_settings
from safeconduct.logbook import settings as logs
from safeconduct.logbook.settings import FILE as LOG_FILE
from safeconduct.sealer import settings as sealers
from safeconduct.sealer import store as stores
from safeconduct.town import askers, clock

PEOPLE = "people"
FOUNDED, STOOD = dt.timedelta(days=9), dt.timedelta(days=8)
_SAID = f"""\
# The desk of a town in which nobody exists.
journal = "{{journal}}"
log = "{LOG_FILE}"
broker = "broker.sock"
sealer = "sealer.sock"
register_name = "town"
key = "{town_keys.DESK}"
packs = ["us_irc_6103"]
letters = "{letter_settings.FILE}"
"""
_LETTERS = f"""\
# Who writes the town's letters. Nobody answers at this address.
name = "Office of Disclosure, Treasury of the Town"
address = ["1 Town Square", "Nowhere, KS 00000"]
key = "{town_keys.LETTERS}"
certificate = "{town_keys.LETTERS_CERTIFICATE}"
"""
SEALED_TO = "-sealing"
"""How the file of an officer's certificate ends to which is sealed."""
COURT = "court-signing"
_SEALER = f"""\
# The sealer of a town in which nobody exists.
log = "log"
bodies = "logbook"
policy = "policy.txt"
decoys = "decoys.key"
founding = "{{founded}}"
key = "{town_keys.SEALER}"
signing = "{sealing.KEY}"
certificate = "{sealing.CERTIFICATE}"
broker = "{town_keys.BROKER_PUBLIC}"
authorities = "{town_keys.AUTHORITIES}"
revocations = "{town_keys.REVOCATIONS}"
packs = ["us_irc_6103"]
stoppers = ["people/i.roy.pem", "{COURT}.pem"]
stops = "sealer-stops"
store = "sealer"
recall = "https://town.example/recalls"
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
    """Make it in `folder`, which is not there yet or empty; the requests: those that today's law permits, and one that is stayed.

    Raises:
        Misplaced: the folder is in use, or cannot be written.
    """
    permitted = towns.make(folder, now - FOUNDED, now)
    asked = [*askers.write(folder / towns.REQUESTS), *permitted]
    requests = [json.loads(path.read_text(encoding="utf-8")) for path in asked]
    (folder / settings.FILE).write_text(_SAID.format(journal=journal), encoding="utf-8")
    (folder / letter_settings.FILE).write_text(_LETTERS, encoding="utf-8")
    people = [*STAFF, *_officers(requests)]
    (folder / PEOPLE).mkdir(mode=0o700)
    town_keys.make_authority(folder, now - FOUNDED)
    for one in people:
        keys.make(folder / PEOPLE, one.person, one.name, now - FOUNDED)
        if Role.OFFICER in one.roles:
            town_keys.make_officer(folder, folder / PEOPLE / f"{one.person}{SEALED_TO}", one.name, now - FOUNDED)
    told = settings.settings(folder / settings.FILE)
    store.make(told.journal)
    founded = found(told, people, folder / PEOPLE, now - FOUNDED)
    _make_sealer(folder, founded, now)
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


def found(told: settings.Settings, people: Sequence[Named], keys_in: Path, at: dt.datetime) -> str:
    """Found the gate: one entry of two offices, in the journal and in the log, at a time of the town's own clock; its digest."""
    named = [_founded(one, keys_in) for one in people]
    control = founding.control(told.packs[0], named, ("f.novak", "t.berg"), at.date())
    if isinstance(control, Refused):
        raise shelf.Misplaced(told.log, f"cannot be founded: {control.why}", "name other people")
    why = founding.found(Desk(told, lambda: at), control)
    ticked = why or ticking.tick(Desk(told, lambda: at + (FOUNDED - STOOD)))
    if isinstance(ticked, Refused):
        raise shelf.Misplaced(told.log, f"cannot be written: {ticked.why}", "name a folder that can be written")
    return control.digest


def _founded(one: Named, keys_in: Path) -> Founded:
    texts = [keys_in / f"{one.person}{end}.pem" for end in ("", SEALED_TO)]
    key, sealed_to = (path.read_text(encoding="utf-8") if path.is_file() else "" for path in texts)
    return Founded(one, key, sealed_to)


def _make_sealer(folder: Path, founded: str, now: dt.datetime) -> None:
    """The sealer of the town: its signing key, its settings, its empty store; and the court's key, which stops it."""
    sealing.make(folder, now - FOUNDED)
    keys.make(folder, COURT, "The town's court", now - FOUNDED)
    town_keys.list_revoked(folder, (), now)
    stores.make(folder / "sealer")
    (folder / "sealer-stops").mkdir()
    (folder / sealers.FILE).write_text(_SEALER.format(founded=founded), encoding="utf-8")


def later(folder: Path, by: dt.timedelta) -> None:
    """Let time pass in the town; its authority lists anew what is revoked."""
    clock.put_on(folder, by)
    town_keys.list_revoked(folder, (), clock.clock(folder, logs.settings(folder / LOG_FILE).policy)())


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
