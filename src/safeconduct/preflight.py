"""The pre-flight: one request against the law alone, with no register in sight.

Open a pack, take the law of a day, find, rule: the asker's own check before filing. The date and the reading are the
caller's here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from safeconduct import shelf
from safeconduct.core import law
from safeconduct.core.cases import Case, cases, differences
from safeconduct.core.coverage import Coverage, coverage
from safeconduct.core.expression import Facts
from safeconduct.core.intake import Intake, Request, Unreadable, intake, read
from safeconduct.core.law import Law, Ruling
from safeconduct.core.orders import Order
from safeconduct.core.rulepack import Pack
from safeconduct.core.sensitivity import Otherwise, sensitivity


@dataclass(frozen=True, slots=True)
class Opened:
    """A pack with the orders of courts beside it, and how requests are read under it."""

    pack: Pack
    orders: tuple[Order, ...]
    intake: Intake
    orders_digest: str
    engine_digest: str

    def under(self, on: int, reading: str | None = None) -> Preflight:
        """The law of the day `on` (proleptic ordinal), under `reading` or the one in force that day.

        Raises:
            Misplaced: the pack has no such reading.
            PackFault: an order in force is carried out by no rule.
        """
        if reading and reading not in self.pack.readings:
            known = ", ".join(sorted(self.pack.readings))
            what = f"the pack {self.pack.name} has none of that name"
            raise shelf.Misplaced("--reading", what, f"write one of {known}")
        return Preflight(law.as_of(self.pack, self.orders, on, reading), self)


@dataclass(frozen=True, slots=True)
class Preflight:
    """The law of one day, ready to check requests."""

    law: Law
    opened: Opened


@dataclass(frozen=True, slots=True)
class Checked:
    """A request and the ruling on it."""

    request: Request
    ruling: Ruling
    under: Preflight

    @property
    def known(self) -> Facts:
        """What was known: what the request shows, and what the reading says of contested words."""
        return {**self.request.facts, **law.answers(self.ruling.reading, self.under.law.pack)}

    @property
    def otherwise(self) -> tuple[Otherwise, ...]:
        """What the request would come to under the pack's other readings, where that is something else."""
        return sensitivity(self.ruling, self.under.law, self.request.facts, self.request.items)


def opened(pack: str = shelf.DEFAULT, orders: Path | None = None) -> Opened:
    """The pack `pack`, with the orders of courts in the folder `orders` or else beside it.

    Raises:
        Misplaced: a file is missing or cannot be read.
        PackFault: the pack or an order is malformed.
    """
    loaded = shelf.pack(pack)
    standing, seal = shelf.court_orders(loaded, pack, orders)
    return Opened(loaded, standing, intake(loaded), seal, shelf.engine_digest())


def check(document: object, under: Preflight) -> Checked | Unreadable:
    """The ruling on the request in `document` (parsed JSON), or what cannot be read of it."""
    request = read(document, under.opened.intake, under.law.on)
    if isinstance(request, Unreadable):
        return request
    return Checked(request, law.rule(under.law, request.facts, request.items), under)


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked case, and the ruling on it at its step; None where its request cannot be read."""

    case: Case
    ruling: Ruling | None

    @property
    def differences(self) -> list[str]:
        """In what the ruling differs from what the pack's authors say."""
        return ["the request cannot be read"] if self.ruling is None else list(differences(self.case, self.ruling))


def worked(opened: Opened) -> tuple[Worked, ...]:
    """Every worked case of the pack, ruled on.

    Raises:
        PackFault: a case is malformed.
    """
    listed = cases(opened.pack)
    laws = {key: opened.under(*key) for key in {(case.on, case.reading) for case in listed}}
    return tuple(Worked(case, _ruled(case, laws[case.on, case.reading])) for case in listed)


def _ruled(case: Case, under: Preflight) -> Ruling | None:
    request = read(case.request, under.opened.intake, under.law.on)
    if isinstance(request, Unreadable):
        return None
    return law.rule(under.law, {**request.facts, **case.found}, request.items, case.step)


def covered(opened: Opened, of: Iterable[Worked]) -> tuple[Coverage, ...]:
    """How often the worked cases make each rule of the pack true, false and unknown."""
    return coverage(opened.pack, ((each.case.name, each.ruling) for each in of if each.ruling))
