"""The exchange of 2025, in small: a synthetic town, a file as it was sent then, and what becomes of it.

The file is screened as of 1 August 2025, six days before the addresses were sent; an honest small file is screened beside
it; the script of 2025 is tried on the first as a counterfactual; and the same requests are ruled on by today's law. All of
it on a register of nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from safeconduct import preflight, report, script_of_2025
from safeconduct.bulk import rulings, summary
from safeconduct.bulk.engine import engine
from safeconduct.bulk.lowering import lower
from safeconduct.bulk.screen import Screening, screen
from safeconduct.town import register, requests

THEN = dt.date(2025, 8, 1)
PERSONS, ROWS, HONEST_ROWS, SEED = 100_000, 20_000, 40, 2025


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: the two files screened, the counterfactual, today's law, and the page that shows them."""

    replay: dict[str, object]
    honest: dict[str, object]
    counterfactual: dict[str, object]
    today: dict[str, object]
    page: Path


def run(folder: Path, on: dt.date, tell: Callable[[str], None]) -> Replayed:
    """Replay the exchange in `folder`; `on` is today.

    Raises:
        Misplaced: the folder cannot be written.
    """
    people, sent, honest = (
        folder / "register.parquet",
        folder / "requests-as-in-2025.csv",
        folder / "requests-honest.csv",
    )
    tell(f"making a town of {PERSONS:,} persons who do not exist, and two files of requests")
    folder.mkdir(parents=True, exist_ok=True)
    register.write(people, PERSONS, SEED)
    requests.write_as_in_2025(sent, people, ROWS, SEED)
    requests.write_honest(honest, people, HONEST_ROWS, SEED)
    tell(f"screening {ROWS:,} requests as they were sent in 2025, and {HONEST_ROWS} as they might have been")
    as_in_2025, as_it_might_be = _screened(sent, people), _screened(honest, people)
    tell("trying the script of 2025 on the same file")
    counterfactual = script_of_2025.let_go(sent, _truth(sent), people, _beside(sent))
    today = _today(_beside(sent) / "facts.parquet", on)
    page = folder / "report.html"
    page.write_text(report.demo_page(as_in_2025, as_it_might_be, counterfactual, today), encoding="utf-8")
    return Replayed(as_in_2025, as_it_might_be, counterfactual, today, page)


def _beside(file: Path) -> Path:
    return file.with_suffix("")


def _truth(file: Path) -> Path:
    return file.with_name(f"{file.stem}.truth.parquet")


def _screened(file: Path, people: Path) -> dict[str, object]:
    asked = Screening(file, _beside(file), THEN.toordinal(), register=people)
    return screen(asked, lambda _what, _count: None).summary


def _today(facts: Path, on: dt.date) -> dict[str, object]:
    """What the law of the day `on`, orders of courts included, makes of the same findings."""
    lowered = lower(preflight.opened().under(on.toordinal()).law)
    with engine(facts.parent) as connection:
        rulings.rule(facts, lowered, connection)
        tallies = rulings.tallies(lowered, connection)
    barring = [order.cites for order in lowered.law.orders if "disclose" in order.verbs]
    return {"on": on.isoformat(), "outcomes": summary.outcomes(tallies), "orders": barring}
