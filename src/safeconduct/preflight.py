"""The pre-flight: one request against the law alone, with no register in sight.

Load, find, rule: the asker's own check before filing, and the first thing that happens to a request once it is filed.
The date and the reading are the caller's here; the desk takes neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from safeconduct import shelf
from safeconduct.core import law
from safeconduct.core.cases import Case, cases
from safeconduct.core.faults import PackFault
from safeconduct.core.intake import Intake, Request, Unreadable, intake, read
from safeconduct.core.law import Law, Ruling
from safeconduct.core.rulepack import Pack
from safeconduct.core.tables import line_of

_CASES = "cases.toml"


@dataclass(frozen=True, slots=True)
class Preflight:
    """A pack made ready to check requests under the law of one day."""

    law: Law
    intake: Intake
    orders_digest: str
    engine_digest: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A request and the ruling on it."""

    request: Request
    ruling: Ruling
    under: Preflight


class NoSuchReading(Exception):
    """A reading that the pack does not know. The caller must act."""


def ready(on: int, pack: str = shelf.DEFAULT, reading: str | None = None, orders: Path | None = None) -> Preflight:
    """The pack `pack` under the law of the day `on` (proleptic ordinal), under `reading` or the one in force.

    Raises:
        Misplaced: a file is missing or cannot be read.
        PackFault: the pack or an order is malformed.
        NoSuchReading: the pack has no reading of that name.
    """
    loaded = shelf.pack(pack)
    if reading is not None and reading not in loaded.readings:
        known = ", ".join(sorted(loaded.readings))
        raise NoSuchReading(f"--reading: the pack {loaded.name} has none of that name; write one of {known}")
    standing, seal = shelf.court_orders(loaded, pack, orders)
    return Preflight(law.as_of(loaded, standing, on, reading), intake(loaded), seal, shelf.engine_digest())


def check(document: object, under: Preflight) -> Checked | Unreadable:
    """The ruling on the request in `document` (parsed JSON), or what cannot be read of it."""
    request = read(document, under.intake, under.law.on)
    if isinstance(request, Unreadable):
        return request
    return Checked(request, law.rule(under.law, request.facts, request.items), under)


def worked(pack: Pack) -> tuple[Case, ...]:
    """The worked cases of `pack`; none where it has no cases.toml.

    Raises:
        PackFault: a case is malformed, or names a reading that the pack lacks.
    """
    read = cases(_CASES, pack.files.get(_CASES, ""))
    for case in read:
        if case.reading is not None and case.reading not in pack.readings:
            line = line_of(pack.files[_CASES], f'"{case.name}"')
            mend = f"write one of {', '.join(sorted(pack.readings))}"
            raise PackFault(_CASES, line, f"the case {case.name} names a reading that the pack lacks", mend)
    return read
