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
from typing import Any

from safeconduct import preflight, report, script_of_2025
from safeconduct.bulk import results, rulings, summary
from safeconduct.bulk.engine import engine
from safeconduct.bulk.lowering import lower
from safeconduct.bulk.screen import Screening, screen
from safeconduct.core.orders import binding
from safeconduct.shelf import Misplaced
from safeconduct.town import register, requests

THEN = dt.date(2025, 8, 1)


@dataclass(frozen=True, slots=True)
class Town:
    """How many persons, how many requests as in 2025 and honest ones, drawn by which seed, in which form."""

    persons: int
    as_in_2025: int
    honest: int
    seed: int
    form: str


IN_SMALL = Town(persons=100_000, as_in_2025=20_000, honest=40, seed=2025, form="csv")


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a town."""

    register: Path
    as_in_2025: Path
    honest: Path


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: the two files screened, the counterfactual, today's law, and the page that shows them."""

    replay: dict[str, Any]
    honest: dict[str, Any]
    counterfactual: dict[str, Any]
    today: dict[str, Any]
    page: Path


def town(folder: Path, of: Town, tell: Callable[[str], None]) -> Made:
    """Make a town in `folder`.

    Raises:
        Misplaced: it cannot be written, or more persons are asked for than the town has.
    """
    made = Made(
        folder / "register.parquet",
        folder / f"requests-as-in-2025.{of.form}",
        folder / f"requests-honest.{of.form}",
    )
    tell(f"making a town of {of.persons:,} persons who do not exist, and two files of requests")
    with results.written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        register.write(made.register, of.persons, of.seed)
        try:
            requests.write_as_in_2025(made.as_in_2025, made.register, of.as_in_2025, of.seed)
            requests.write_honest(made.honest, made.register, of.honest, of.seed)
        except ValueError as fault:
            raise Misplaced(folder, str(fault), "make a larger town") from None
    return made


def run(folder: Path, on: dt.date, tell: Callable[[str], None]) -> Replayed:
    """Replay the exchange in `folder`; `on` is today.

    Raises:
        Misplaced: the folder cannot be written.
    """
    made = town(folder, IN_SMALL, tell)
    tell(
        f"screening {IN_SMALL.as_in_2025:,} requests as they were sent in 2025, and {IN_SMALL.honest} as they might be"
    )
    as_in_2025, honest = (_screened(file, made.register) for file in (made.as_in_2025, made.honest))
    tell("trying the script of 2025 on the same file")
    truth = made.as_in_2025.with_name(f"{made.as_in_2025.stem}.truth.parquet")
    screened = _beside(made.as_in_2025)
    counterfactual = script_of_2025.let_go(made.as_in_2025, truth, made.register, screened)
    today = _today(screened / "facts.parquet", on)
    page = folder / "report.html"
    with results.written(page):
        page.write_text(report.demo_page(as_in_2025, honest, counterfactual, today), encoding="utf-8")
    return Replayed(as_in_2025, honest, counterfactual, today, page)


def said(replayed: Replayed) -> str:
    """What came of it, in Markdown."""
    then, now, honest, today = replayed.counterfactual, replayed.replay, replayed.honest, replayed.today
    tripped = sum(each["tripped"] for each in now["tripwires"])
    match = honest["match"]
    return f"""# The exchange of 2025, in small

- COUNTERFACTUAL, a reconstruction from public accounts: of {then["rows"]:,} requests the script of 2025 would have let go \
**{then["released"]:,}** addresses, {then["unlawfully"]:,} of them unlawfully, {then["wrong_person"]:,} of another person \
than was meant.
- Safeconduct, as of {now["law_on"]}, stops the same file as a whole ({tripped} tripwires) and looks up **0**. Row by row: \
{_counted(now["outcomes"])}.
- An honest file of {honest["rows"]["ruled"]} beside it: {_counted(honest["outcomes"])}; of the permitted, {match["one"]} \
lead to exactly one record, {match["none"] + match["several"]} to nobody. Each goes to two people.
- The same {then["rows"]:,} under the law of {today["on"]}: {_counted(today["outcomes"])} \
({", ".join(today["orders"]) or "no order of a court in force"}).

See {replayed.page}
"""


def _counted(outcomes: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {word}" for word, count in outcomes.items() if count) or "none"


def _beside(file: Path) -> Path:
    return file.with_suffix("")


def _screened(file: Path, people: Path) -> dict[str, object]:
    asked = Screening(file, _beside(file), THEN.toordinal(), register=people)
    return screen(asked, lambda _what, _count: None).summary


def _today(facts: Path, on: dt.date) -> dict[str, object]:
    """What the law of the day `on`, orders of courts included, makes of the same findings."""
    lowered = lower(preflight.opened().under(on.toordinal()).law)
    with engine(facts.parent) as connection:
        rulings.rule(facts, lowered, connection)
        tallies = rulings.tallies(connection)
    bound = binding(lowered.law.orders, lowered.law.on)
    barring = [order.cites for order in bound if "disclose" in order.verbs]
    return {"on": on.isoformat(), "outcomes": summary.outcomes(tallies), "orders": barring}
