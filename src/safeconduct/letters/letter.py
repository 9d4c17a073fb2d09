"""A letter, as a value: who writes to whom, about which request, and what is said. One function a kind, and no other way to one.

    incomplete    before the look: what is missing, what would cure it, until when
    refused       before the look: why, in full, and what would cure it
    released      after it: that what the law allows can be fetched; not what it is
    not_released  after it: one text, whatever the reason
    recall        to whoever holds what was disclosed: what to do with it, and until when

A letter carries of the person asked about nothing but the id of the request. After the look it cannot carry a reason: the functions
take none. How it is worded is `page`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a letter tells."""

    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    RELEASED = "released"
    NOT_RELEASED = "not_released"
    RECALL = "recall"


class Language(StrEnum):
    """In which language."""

    ENGLISH = "en"
    SPANISH = "es"


@dataclass(frozen=True, slots=True)
class Custodian:
    """Who writes: the custodian's name, and the lines of the address to which one replies."""

    name: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom: the agency, and who signed for it. No address: the custodian knows none but the register's."""

    agency: str
    signatory: str


@dataclass(frozen=True, slots=True)
class Concerning:
    """What every letter has: its language, who writes to whom, about which request and case, on which day."""

    language: Language
    custodian: Custodian
    to: Addressee
    request_id: str
    case: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text and the language it is in."""

    text: str
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class Told:
    """A coded reason as it is told: the rule, what it cites, what it means, what would cure it (a text without words: nothing)."""

    rule: str
    cites: Spoken
    means: Spoken
    cure: Spoken


class Duty(StrEnum):
    """What whoever holds a recalled package has to do."""

    ACKNOWLEDGE = "acknowledge"
    QUARANTINE = "quarantine"
    DESTROY = "destroy"
    CERTIFY = "certify"


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is recalled: the decision, by its index in which log; each duty with its day; why, where that is told."""

    entry: int
    log: str
    duties: Mapping[Duty, dt.date]
    why: Spoken | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter. `due` is the last day on which a request could be completed; `recalled` is of a recall alone."""

    kind: Kind
    of: Concerning
    reasons: tuple[Told, ...] = ()
    due: dt.date | None = None
    recalled: Recalled | None = None


def incomplete(of: Concerning, reasons: tuple[Told, ...], due: dt.date) -> Letter:
    """That a request lacks something which the asker can supply, until the end of a day."""
    return Letter(Kind.INCOMPLETE, of, reasons, due)


def refused(of: Concerning, reasons: tuple[Told, ...], lapsed: dt.date | None = None) -> Letter:
    """That a request is refused before any look; `lapsed` is the day until which it could have been completed."""
    return Letter(Kind.REFUSED, of, reasons, lapsed)


def released(of: Concerning) -> Letter:
    """That what the law allows can be fetched."""
    return Letter(Kind.RELEASED, of)


def not_released(of: Concerning) -> Letter:
    """That nothing is released. There is no reason that it could be given."""
    return Letter(Kind.NOT_RELEASED, of)


def recall(of: Concerning, recalled: Recalled) -> Letter:
    """That what was disclosed is recalled."""
    return Letter(Kind.RECALL, of, recalled=recalled)
