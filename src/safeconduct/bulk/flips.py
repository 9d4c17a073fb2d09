"""Past decisions ruled on again: how many would flip, each way, in counts that lead to nobody.

Two laws rule on the same file of facts, row by row; told is how many rows went from which outcome to which, and how many
would open which item. A count below `FEWEST` is held back, and with it the next smallest, or the total would give it
away. No row is ever told, nor its number, nor its id.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb
from pyarrow import ArrowException, parquet

from safeconduct.bulk import rulings
from safeconduct.bulk.engine import engine, rows_of
from safeconduct.bulk.lowering import asked, lower, shown
from safeconduct.core.law import Law
from safeconduct.core.rules import Outcome
from safeconduct.shelf import Misplaced

FEWEST = 11
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Flips:
    """How many rows went from one outcome to another, and how many would open which item; None for a count held back."""

    rows: int
    outcomes: Mapping[tuple[Outcome, Outcome], int | None]
    exposed: Mapping[str, int | None]

    @property
    def any_towards_permit(self) -> bool:
        """Whether a row, or an item of one, that was not permitted would be."""
        return bool(self.exposed)


def flips(facts: Path, before: Law, after: Law) -> Flips:
    """What becomes of the rows of the file `facts` when they are ruled on by `after` instead of `before`.

    Raises:
        Misplaced: the file is no file of facts of the pack.
    """
    for law in (before, after):
        _holds(facts, law)
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place) / name for name in ("before.parquet", "after.parquet")]
        for law, file in zip((before, after), files, strict=True):
            with engine(Path(place)) as connection:
                rulings.rule(facts, lower(law), connection)
                rulings.write(file, connection)
        with engine(Path(place)) as connection:
            return _compared(files[0], files[1], connection)


def _holds(facts: Path, law: Law) -> None:
    """Hold the file to the columns of the pack's facts."""
    try:
        columns = set(parquet.read_schema(facts).names)
    except (OSError, ArrowException):
        raise Misplaced(
            facts, "is no file of facts", "name the facts.parquet that `safeconduct screen` has written"
        ) from None
    wanted = ("row", "request_id", *(fact.name for fact in shown(law.pack)), *map(asked, law.pack.items))
    lacking = next((name for name in wanted if name not in columns), None)
    if lacking:
        what = f"has no column `{lacking}`, of which the pack {law.pack.name} asks"
        raise Misplaced(facts, what, "screen the requests again under this pack")


def _compared(before: Path, after: Path, connection: duckdb.DuckDBPyConnection) -> Flips:
    both = f"{rows_of(before)} AS b JOIN {rows_of(after)} AS a USING (row)"
    counted = connection.execute(
        f"SELECT b.outcome::VARCHAR, a.outcome::VARCHAR, count(*) FROM {both} GROUP BY ALL"
    ).fetchall()
    opened = connection.execute(
        "SELECT item, count(*) FROM (SELECT unnest(list_filter(a.items_permitted,"
        f" lambda one: NOT list_contains(b.items_permitted, one))) AS item FROM {both}) GROUP BY ALL"
    ).fetchall()
    outcomes = {(Outcome[b.upper()], Outcome[a.upper()]): int(rows) for b, a, rows in counted}
    told = held_back(outcomes)
    towards = [count for (b, a), count in told.items() if a is Outcome.PERMIT and b is not a]
    exposed = {str(item): int(rows) for item, rows in opened}
    return Flips(
        rows=sum(outcomes.values()),
        outcomes=told,
        exposed=dict.fromkeys(exposed) if None in towards else held_back(exposed),
    )


def held_back(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """The counts, those below `FEWEST` held back, and where only one is, the next smallest with it."""
    small = [key for key, count in counts.items() if count < FEWEST]
    if len(small) == 1 and len(counts) > 1:
        small.append(min((key for key in counts if key not in small), key=lambda key: counts[key]))
    return {key: None if key in small else count for key, count in counts.items()}
