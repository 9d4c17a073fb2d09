"""The town's world: the day, the agencies that ask, the offices and officers in whose names they do. All are invented.

What they ask, and of whom, is for `requests`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from safeconduct.town.drawing import toml


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer who is said to be engaged in a matter."""

    name: str
    title: str
    agency: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who signs: an office of an agency and its holder, the agreement relied on, and the officers' agency and title.

    `shares` says how the asker's officers divide over the kinds of cases.
    """

    agency: str
    office: str
    name: str
    officers: str
    title: str
    agreement: str | None = None
    shares: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Court:
    """A court, by its short name, and a judge of it."""

    name: str
    judge: str


@dataclass(frozen=True, slots=True)
class World:
    """The day, who asks on it, the one officer of 2025 with the words said for everybody, and a court."""

    today: dt.date
    askers: tuple[Asker, ...]
    asker_of_2025: Asker
    officer_of_2025: Officer
    offence_of_2025: str
    reason_of_2025: str
    court: Court

    def ago(self, days: int) -> dt.date:
        """The day so many days before today."""
        return self.today - dt.timedelta(days=days)


@cache
def world() -> World:
    """The world of 27 June 2025, the day of the request for 1.28 million addresses."""
    told = toml("world.toml")
    said: dict[str, Any] = told["of_2025"]
    officer = Officer(said["officer"], said["title"], said["officer_agency"])
    asker = Asker(said["agency"], said["office"], said["name"], officer.agency, officer.title, said["agreement"])
    askers = tuple(Asker(**one) for one in told["asker"])
    court = Court(**told["court"])
    return World(told["today"], askers, asker, officer, said["offence"], said["reason"], court)
