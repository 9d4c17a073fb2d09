"""What happened to the gate itself: what governs it was set or ended, proposed, brought to the log; who went on duty.

Events are in the past tense and never change; their shapes are those of `records`. What they come to is for `gate`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.log.controls import Control


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, under which command, with what: the signature is over the command (`commands.signed_bytes`)."""

    person: str
    command: str
    said: object
    signature: bytes


@dataclass(frozen=True, slots=True)
class Controlled:
    """That something by which the gate is governed was set or ended, and that this has effect. `reviewed` is what it was held to."""

    at: dt.datetime
    control: Control
    signatures: tuple[Signature, ...]
    reviewed: object = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """That one person proposed what takes two."""

    at: dt.datetime
    control: Control
    signature: Signature
    reviewed: object = None


@dataclass(frozen=True, slots=True)
class Dismissed:
    """That a proposal was dismissed, by one person."""

    at: dt.datetime
    proposal: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class DutyBegan:
    """That a person is on duty from here on."""

    at: dt.datetime
    person: str
    by: str


@dataclass(frozen=True, slots=True)
class DutyEnded:
    """That a person is on duty no longer."""

    at: dt.datetime
    person: str
    by: str


class What(StrEnum):
    """What of the gate is brought to the log."""

    CONTROL = "control"
    ANCHOR = "anchor"
    SET = "set"
    """The set of orders and stops that stand."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What opens the statement of an entry: salt and value."""

    salt: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class EntriesMade:
    """Entries that are to stand in the log, before they are put there: the same bytes are brought there again after a crash.

    Of a control `of` is its event's number in the gate's stream; of an anchor the position up to which the journal is covered,
    `after` the one from which on, `root` the root over it and `duty` who was on duty then. Of a set it is how many events the gate
    had. `since` is how many entries the log had.
    """

    at: dt.datetime
    what: What
    of: int
    entries: tuple[bytes, ...]
    opened: tuple[Opened, ...]
    since: int
    after: int = 0
    root: str = ""
    duty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """That such entries stand in the log: at which indices; of an anchor `note` is the first witnessed checkpoint that held it."""

    at: dt.datetime
    what: What
    of: int
    indices: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Anchored:
    """An anchor as it stands in the log, made of the two events: the journal up to `through`, the note, who was on duty."""

    after: int
    through: int
    root: str
    index: int
    note: str
    duty: tuple[str, ...]


Event = Controlled | Proposed | Dismissed | DutyBegan | DutyEnded | EntriesMade | Entered
KINDS: dict[str, type] = {
    "controlled": Controlled,
    "proposed": Proposed,
    "dismissed": Dismissed,
    "duty_began": DutyBegan,
    "duty_ended": DutyEnded,
    "entries_made": EntriesMade,
    "entered": Entered,
}
