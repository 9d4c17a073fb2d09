"""An entry of the log: its public part, which is all that the log holds. It says nothing about anyone.

    {"authority":"26 USC 6103(i)(2)","body":"<sha256>","commitments":{"asker":"<sha256>",…},"day":"2026-11-28","engine":"sha256:…",
     "format":"safeconduct entry v1","kind":"decision","orders":"sha256:…","outcome":"not released","pack":"sha256:…"}

in canonical JSON (RFC 8785), then line feeds up to the length that every entry has. Every entry has a commitment for every
group of fields, be it to nothing; and a digest of a body that is sealed to offices, be it of none. Nothing in it is the same
as in another entry about the same case, person, officer or agency but what is the same in thousands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from safeconduct.core import canonical, documents
from safeconduct.core.days import day as day_of
from safeconduct.core.log.lines import Malformed

FORMAT = "safeconduct entry v1"
GROUPS = ("statement", "asker", "request", "ruling", "reviewers", "package", "expiry")
"""What is committed to apart, so that each can be shown without the others."""
LENGTH = 2048
_FILLING = b"\n"
_HEX = re.compile(r"[0-9a-f]{64}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LONGEST_AUTHORITY = 60


Choice = TypeVar("Choice", bound=StrEnum)


class Kind(StrEnum):
    """What an entry is of."""

    CONTROL = "control"
    LOOK = "look"
    DECISION = "decision"
    RELEASE = "release"
    NOTICE = "notice"


class Outcome(StrEnum):
    """What the asker hears of a decision, and nothing finer."""

    RELEASED = "released"
    NOT_RELEASED = "not released"


HAS_AUTHORITY = frozenset({Kind.LOOK, Kind.DECISION, Kind.RELEASE})
OUTCOMES = {Kind.DECISION: frozenset(Outcome), Kind.RELEASE: frozenset({Outcome.RELEASED})}


@dataclass(frozen=True, slots=True)
class InForce:
    """The digests of what is in force when an entry is made: pack, orders of courts, and the program's own."""

    pack: str
    orders: str
    engine: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The public part of an entry. `day` is as coarse as its time is; `body` is the SHA-256 of what is sealed to offices."""

    kind: Kind
    authority: str | None
    outcome: Outcome | None
    day: str
    in_force: InForce
    commitments: Mapping[str, bytes]
    body: bytes


def written(entry: Entry, length: int = LENGTH) -> bytes:
    """An entry as it stands in the log.

    Raises:
        ValueError: it is longer than every entry is, or not of its form.
    """
    said = canonical.written(
        {
            "authority": entry.authority,
            "body": entry.body.hex(),
            "commitments": {group: entry.commitments[group].hex() for group in GROUPS},
            "day": entry.day,
            "engine": entry.in_force.engine,
            "format": FORMAT,
            "kind": entry.kind,
            "orders": entry.in_force.orders,
            "outcome": entry.outcome,
            "pack": entry.in_force.pack,
        }
    )
    if len(said) >= length:
        raise ValueError("the entry is longer than every entry is")
    made = said.ljust(length, _FILLING)
    try:
        read(made)
    except Malformed as fault:
        raise ValueError(f"no such entry can be: {fault}") from None
    return made


def read(said: bytes) -> Entry:
    """The entry in `said`.

    Raises:
        Malformed: it is none.
    """
    document = _document(said)
    commitments = document["commitments"]
    if not isinstance(commitments, dict) or commitments.keys() != set(GROUPS):
        raise Malformed("an entry has not one commitment for each group")
    entry = Entry(
        _one_of(Kind, document["kind"]),
        _authority(document["authority"]),
        None if document["outcome"] is None else _one_of(Outcome, document["outcome"]),
        _day(document["day"]),
        InForce(*(_text(document[name], _DIGEST, name) for name in ("pack", "orders", "engine"))),
        {group: bytes.fromhex(_text(commitments[group], _HEX, "commitment")) for group in GROUPS},
        bytes.fromhex(_text(document["body"], _HEX, "body")),
    )
    if (entry.authority is not None) != (entry.kind in HAS_AUTHORITY):
        raise Malformed("an entry has an authority where its kind has none, or none where it has one")
    if entry.outcome not in OUTCOMES.get(entry.kind, frozenset({None})):
        raise Malformed("an entry has an outcome that its kind does not have")
    return entry


_FIELDS = {"authority", "body", "commitments", "day", "engine", "format", "kind", "orders", "outcome", "pack"}


def _document(said: bytes) -> Mapping[str, object]:
    text = said.rstrip(_FILLING)
    try:
        document = documents.read(text.decode("utf-8"))
    except (documents.NoDocument, UnicodeDecodeError):
        raise Malformed("an entry is no JSON") from None
    if not isinstance(document, dict) or document.keys() != _FIELDS or document["format"] != FORMAT:
        raise Malformed("an entry has not the fields of one")
    if canonical.canonical(document) != text or len(text) == len(said):
        raise Malformed("an entry is not in its one form")
    return document


def _one_of(choices: type[Choice], said: object) -> Choice:
    found = next((one for one in choices if one == said), None)
    if found is None:
        raise Malformed("an entry has a kind or an outcome that there is not")
    return found


def _authority(said: object) -> str | None:
    if said is not None and not (isinstance(said, str) and 0 < len(said) <= _LONGEST_AUTHORITY and said.isprintable()):
        raise Malformed("an entry's authority is no citation")
    return said


def _day(said: object) -> str:
    if not isinstance(said, str) or day_of(said) is None:
        raise Malformed("an entry's day is none of the calendar")
    return said


def _text(said: object, shape: re.Pattern[str], what: str) -> str:
    if not isinstance(said, str) or not shape.fullmatch(said):
        raise Malformed(f"an entry's {what} is no digest")
    return said
