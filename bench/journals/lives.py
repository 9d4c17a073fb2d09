"""A journal of many lives, valid and invented: rows made of a few templates, under anchors that stand in a town's log.

Of a hundred lives of ten events each

    70  are asked about and withdrawn before any look; nobody signs anything
    20  are reviewed, passed and withdrawn; officer and reviewer sign
    10  have their look entered in the log, and are answered; officer and reviewer sign

Every signature is one, over the command of its own case. What stands in the log for a look is as long as an entry and nothing else:
what opening a body costs is the log's to measure. Lives go on side by side, some thousand at a time.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db import DEFAULT_DB_ALIAS, connections

from safeconduct.core import canonical
from safeconduct.core.case import commands
from safeconduct.core.case import events as happened
from safeconduct.core.case.case import ruling_digest
from safeconduct.core.gate.commands import KIND, written
from safeconduct.core.gate.events import Signature
from safeconduct.core.log.lines import based
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import ticking, town
from safeconduct.desk.desk import Desk
from safeconduct.desk.entering import log
from safeconduct.journal import events
from safeconduct.journal.journal import writing

EVENTS, AT_ONCE, ANCHORS = 10, 2_000, 100
"""Events of a life, lives side by side, anchors over all."""
_CASE, _NUMBER, _OFFICER, _DIGEST, _INDEX = "@CASE@", "@NUMBER@", "@OFFICER@", "@DIGEST@", "@INDEX@"
_SIGNATURE, _ENTRY = b"@SIGNATURE@", b"@ENTRY@"
_LENGTH = 2_048
_INSERT = "INSERT INTO journal_event (stream, version, kind, shape, body, command) VALUES (?, ?, ?, 1, ?, '')"
Template = tuple[str, str]
Row = tuple[str, int, str, str]
Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Kinds:
    """The templates of the three kinds of lives: kind and body of each event."""

    asked: Sequence[Template]
    reviewed: Sequence[Template]
    looked: Sequence[Template]
    request: str
    """The request in its canonical form, by whose digest it is known."""

    def of(self, nth: int) -> Sequence[Template]:
        """The templates of the life of that number."""
        return self.looked if nth % 10 == 0 else self.reviewed if nth % 10 in {3, 6} else self.asked


def fill(desk: Desk, people: Path, request: dict[str, object], many: int) -> None:
    """Fill the journal of a desk with so many events, each hundredth of them under an anchor of its own."""
    lives = -(-many // EVENTS)
    made, sign = _kinds(request, desk, _officer(people)), _signing(people, desk)
    each = -(-lives // ANCHORS)
    for begin in range(0, lives, each):
        numbers = range(begin, min(begin + each, lives))
        places = _entered(desk, [nth for nth in numbers if made.of(nth) is made.looked])
        with writing():
            connection = connections[DEFAULT_DB_ALIAS].connection
            for first in range(numbers.start, numbers.stop, AT_ONCE):
                some = range(first, min(first + AT_ONCE, numbers.stop))
                connection.executemany(_INSERT, _side_by_side([_life(nth, made, sign, places) for nth in some]))
        ticked = ticking.tick(desk)
        if isinstance(ticked, Refused):
            raise SystemExit(ticked.why)


def _side_by_side(lives: Sequence[Sequence[Row]]) -> Iterator[Row]:
    return (life[version] for version in range(EVENTS) for life in lives)


def _entry(nth: int) -> bytes:
    """What stands in the log for a look: as long as an entry, and no two alike."""
    return sha256(nth.to_bytes(8, "big")).digest() * (_LENGTH // 32)


def _entered(desk: Desk, numbers: Sequence[int]) -> dict[int, int]:
    """Bring the looks of lives to the log; the index of each."""
    with writing() as at:
        law = desk.laws.opened(desk.gate_of.at(at, desk.clock()))
    with log(desk.told.log, law, desk.clock) as here:
        places = here.brought([(_entry(nth), here.size) for nth in numbers])
    if isinstance(places, Refused):
        raise SystemExit(places.why)
    return {nth: places[_entry(nth)].index for nth in numbers}


def _life(nth: int, kinds: Kinds, sign: dict[str, Callable[[str, str], str]], places: dict[int, int]) -> list[Row]:
    case = f"c-{nth:020d}"
    own = {_CASE: case, _NUMBER: f"{nth:09d}", _OFFICER: _word(nth // 7)}
    digest = sha256(_put(kinds.request, own).encode()).hexdigest()
    said = {**own, _DIGEST: digest, _INDEX: str(places.get(nth, 0))}
    return [(case, version, kind, _filled(body, said, nth, sign)) for version, (kind, body) in enumerate(kinds.of(nth))]


def _put(template: str, said: dict[str, str]) -> str:
    for mark, text in said.items():
        if mark in template:
            template = template.replace(mark, text)
    return template


def _filled(body: str, said: dict[str, str], nth: int, sign: dict[str, Callable[[str, str], str]]) -> str:
    body = _put(body, said)
    if _MARK_SIGNATURE in body:
        of = sign["deny_kin" if '"deny_kin"' in body else "pass_first"]
        body = body.replace(_MARK_SIGNATURE, of(said[_CASE], said[_DIGEST]))
    if _MARK_ENTRY in body:
        body = body.replace(_MARK_ENTRY, based(_entry(nth)))
    return body


_MARK_SIGNATURE, _MARK_ENTRY = based(_SIGNATURE), based(_ENTRY)


def _word(number: int) -> str:
    """A name of letters alone."""
    letters = ""
    for _ in range(5):
        number, letter = divmod(number, 26)
        letters += chr(ord("a") + letter)
    return letters.capitalize()


# Templates


def _denies(by: str) -> commands.DenyKin:
    return commands.DenyKin(f"k-{_CASE}", by, _CASE, f"sha256:{_DIGEST}")


def _passes(by: str, at: dt.datetime) -> commands.PassFirst:
    return commands.PassFirst(f"p-{_CASE}", by, _CASE, f"sha256:{_DIGEST}", ruling_digest(_ruled(at)))


def _signing(people: Path, desk: Desk) -> dict[str, Callable[[str, str], str]]:
    """How a case's commands are signed, by their names."""
    return {
        "deny_kin": _signer(people, desk.log.origin, _denies(_officer(people))),
        "pass_first": _signer(people, desk.log.origin, _passes(_reviewer(0), desk.clock().replace(microsecond=0))),
    }


def _signer(people: Path, gate: str, command: commands.DenyKin | commands.PassFirst) -> Callable[[str, str], str]:
    key = load_pem_private_key((people / f"{command.by}.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SystemExit(f"{command.by} has another key")
    template, how = (KIND + canonical.written(written(command, gate))).decode(), ec.ECDSA(SHA256())

    def sign(case: str, digest: str) -> str:
        said = template.replace(_CASE, case).replace(_DIGEST, digest)
        return based(key.sign(said.encode(), how))

    return sign


def _reviewer(nth: int) -> str:
    return town.STAFF[nth].person


def _officer(people: Path) -> str:
    """One who asks, and has a key."""
    staff = {one.person for one in town.STAFF}
    signing = (path.stem for path in sorted(people.glob("*.key")) if not path.stem.endswith(town.SEALED_TO))
    return next(one for one in signing if one not in staff)


def _kinds(request: dict[str, object], desk: Desk, officer: str) -> Kinds:
    at = desk.clock().replace(microsecond=0)
    request = {**request, "request_id": f"L-{_NUMBER}", "subject": {**_object(request["subject"]), "tin": _NUMBER}}
    officers = [{**_object(one), "name": f"Vesper {_OFFICER}"} for one in _listed(request["officers"])]
    request = {**request, "officers": officers}
    begun = [
        happened.Received(at, request, f"sha256:{_DIGEST}", "api", "x", None, {}, secrets.token_hex(16)),
        _ruled(at),
        happened.LetThrough(at),
        happened.Drawn(at, "first", _reviewer(0), tuple(one.person for one in town.STAFF), 1, (), ""),
    ]
    signed = [
        happened.KinDenied(at, officer, _signature(_denies(officer))),
        happened.FirstPassed(
            at, _reviewer(0), (at.date() + dt.timedelta(7)).isoformat(), _signature(_passes(_reviewer(0), at))
        ),
    ]
    asks = happened.ClarificationAsked(
        at, _reviewer(0), "Which of the two addresses of the order is meant, and since when?"
    )
    told = happened.ClarificationGiven(
        at, "x", "The later one, since the second of May; the order is attached to the file."
    )
    ends, kept = happened.Withdrawn(at, "x"), happened.Preserved(at, "x", (at.date() + dt.timedelta(90)).isoformat())
    return Kinds(
        _templates([*begun, asks, told, asks, told, kept, ends]),
        _templates([*begun, asks, told, kept, *signed, ends]),
        _templates([*begun, *signed, *_look(at, request), happened.Answered(at)]),
        canonical.written(request).decode(),
    )


def _look(at: dt.datetime, request: dict[str, object]) -> list[object]:
    body = {"permit": f"{_CASE}", "register": "town", "request": f"sha256:{_DIGEST}", "issued_at": at.isoformat()}
    shown = {"entry": based(_ENTRY), "proof": {"index": 0, "path": [_DIGEST] * 20}, "openings": {}}
    return [
        happened.LookPermitted(at, {"permit": body, "signature": _DIGEST * 2}),
        happened.EntryMade(at, "look", _ENTRY, {"use": {"salt": _DIGEST, "value": _DIGEST}}, 0),
        replace(happened.Logged(at, "look", _AN_INDEX, {}), shown={**shown, "of": len(request)}),
    ]


_AN_INDEX = 987_654_321


def _ruled(at: dt.datetime) -> happened.Ruled:
    digest, items = f"sha256:{'0' * 64}", ("mailing_address",)
    return happened.Ruled(at, "permit", (), items, digest, digest, digest, "memorandum-2025-04-07", at.date().isoformat(), False)  # fmt: skip


def _signature(command: commands.DenyKin | commands.PassFirst) -> Signature:
    return Signature(command.by, command.id, written(command, ""), _SIGNATURE)


def _templates(happening: Sequence[object]) -> list[Template]:
    written_ = [events.written(event) for event in happening]
    return [(kind, body.replace(str(_AN_INDEX), _INDEX)) for kind, _, body in written_]


def _object(said: object) -> dict[str, object]:
    return dict(said) if isinstance(said, dict) else {}


def _listed(said: object) -> list[object]:
    return list(said) if isinstance(said, list) else []


def requests(lines: Path) -> list[dict[str, object]]:
    """The requests of a file of them, one a line."""
    return [_object(json.loads(line)) for line in lines.read_text(encoding="utf-8").splitlines()]
