"""What happened to the gate itself: what governs it was set or ended, proposed, brought to the log; who went on duty.

Events are in the past tense and never change; their shapes are those of `records`. What they come to is for `gate`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Anchored:
    """That the journal up to an event stands in the log.

    The root is over all events after the last anchor up to `through`; it was entered at `index`, and `note` is the first
    checkpoint that held it and that the witnesses cosigned. `duty` is who was on duty then.
    """

    at: dt.datetime
    after: int
    through: int
    root: str
    index: int
    note: str
    duty: tuple[str, ...]


Event = Controlled | Proposed | Dismissed | DutyBegan | DutyEnded | Anchored
KINDS: dict[str, type] = {
    "controlled": Controlled,
    "proposed": Proposed,
    "dismissed": Dismissed,
    "duty_began": DutyBegan,
    "duty_ended": DutyEnded,
    "anchored": Anchored,
}
