"""Findings over a whole file, on every core: from a file of requests to `facts.parquet`.

The file is read in stretches by this process; others make each into rows, find, and send the columns back, in the order
of the file. Beside the facts, which hold no name, come keys by which rows are alike, for the tripwires: seals under a
secret that is drawn for the run and forgotten with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from safeconduct import preflight
from safeconduct.bulk.alike import alike
from safeconduct.bulk.columns import Columns, looks
from safeconduct.bulk.cores import spread
from safeconduct.bulk.source import Source
from safeconduct.bulk.stretches import Rejected, Stretch, reason
from safeconduct.core import intake


@dataclass(frozen=True, slots=True)
class Run:
    """What every process of a run must know: the pack, the orders, the day of the law, and what rows are compared by."""

    pack: str
    orders: Path | None
    on: int
    offence: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a stretch: facts of the rows that can be read, keys of all rows, and what was rejected."""

    facts: pa.RecordBatch
    keys: pa.RecordBatch
    rejected: tuple[Rejected, ...]
    unread: frozenset[str] = field(default_factory=frozenset)


def found(source: Source, run: Run) -> Iterator[Found]:
    """What is found in a file, stretch by stretch, in order.

    Raises:
        Misplaced: the file turns out not to be readable as a whole.
    """
    yield from spread(finder, run, source.stretches())


def finder(run: Run) -> Callable[[Stretch], Found]:
    """What looks at one stretch after another."""
    opened = preflight.opened(run.pack, run.orders)
    shapes = intake.shapes(opened.intake.pack)
    facts = Columns(looks(opened.intake), run.on)
    keys = Columns(alike(run.offence, run.secret), run.on)

    def find(stretch: Stretch) -> Found:
        rows = stretch.rows

        def said(path: str, cell: str) -> object:
            return stretch.said(path, cell, shapes)

        seen = facts.see(rows.columns, rows.numbers, said)
        rejected = (Rejected(number, wrong.field, reason(wrong)) for number, wrong in seen.told())
        compared = keys.see(rows.columns, rows.numbers, said).columns
        return Found(seen.readable, compared, (*rows.rejected, *rejected), rows.unread)

    return find
