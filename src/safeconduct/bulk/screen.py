"""A file of requests against the law, row by row, from the file to a folder of results.

    facts.parquet     the findings, no names
    rulings.parquet   one row a request
    rejected.csv      rows that cannot be read: row, field, reason
    summary.json      the figures
    report.html       the figures for people

This module puts the steps of `bulk` in their order. A file that sets off a tripwire is stopped before any register is
opened; on a register that is not synthetic nothing is searched. That a folder holds all of the results or none is
`results`' concern.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from safeconduct import preflight, report, shelf
from safeconduct.bulk import engines, facts, files, register, results, rulings, summary, tripwires
from safeconduct.bulk.engine import engine, text
from safeconduct.bulk.engines import Engine
from safeconduct.bulk.facts import Run, Tell
from safeconduct.bulk.looks import looked_at
from safeconduct.bulk.lowering import Lowered, lower
from safeconduct.bulk.register import Register
from safeconduct.bulk.source import Source, unread_field
from safeconduct.core.tripwires import Tripwire, tripped, weigh
from safeconduct.preflight import Opened
from safeconduct.shelf import Thresholds

_MEMORY = "1500MB"


@dataclass(frozen=True, slots=True)
class Screening:
    """What is asked for: a file of requests, the folder of its results, whose law, and beside what."""

    requests: Path
    out: Path
    on: int
    reading: str | None = None
    pack: str = shelf.DEFAULT
    orders: Path | None = None
    register: Path | None = None
    policy: Path | None = None
    engine: str = engines.DUCKDB


@dataclass(frozen=True, slots=True)
class Screened:
    """What a file came to: its figures, and what its reader should hear of it."""

    summary: dict[str, object]
    notes: tuple[str, ...]

    @property
    def tripped(self) -> bool:
        """Whether the file was stopped as a whole."""
        return self.summary["tripped"] is True


@dataclass(frozen=True, slots=True)
class Under:
    """The law, the policy and the file of a screening, opened."""

    opened: Opened
    lowered: Lowered
    thresholds: Thresholds
    source: Source
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        begun = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - begun, 3)


def screen(asked: Screening, tell: Tell) -> Screened:
    """Screen a file of requests and leave the results in a folder.

    Raises:
        Misplaced: a file cannot be read as a whole, or the folder cannot be written.
        PackFault: the pack, an order or the policy is malformed.
    """
    results.spared(asked.out, (asked.requests, asked.register, asked.policy))
    opened = preflight.opened(asked.pack, asked.orders)
    lowered = lower(opened.under(asked.on, asked.reading).law)
    thresholds = shelf.tripwires(opened.pack, asked.policy)
    if asked.register and not asked.register.is_file():
        raise shelf.Misplaced(asked.register, "cannot be read: no such file", "name a register")
    under = Under(opened, lowered, thresholds, files.opened(asked.requests, looked_at(opened.intake)))
    with results.folder(asked.out) as folder, engine(folder / results.SCRATCH, _MEMORY) as connection:
        unread = _found(asked, under, folder, connection, tell)
        with engines.begun(asked.engine, folder / results.SCRATCH) as by:
            figures = _ruled(asked, under, folder, connection, by)
        _told(figures, folder, connection)
    notes = (unread_field(name, looked_at(opened.intake)) for name in sorted(unread))
    return Screened(figures, (*under.source.notes, *notes))


def trips(requests: Path, on: int) -> bool:
    """Whether a file of requests sets off a tripwire, by the law of a day; nothing of it is written anywhere.

    Raises:
        Misplaced: the file cannot be read as a whole.
        PackFault: the pack is malformed.
    """
    opened = preflight.opened()
    policy = shelf.tripwires(opened.pack).policy
    run = Run(shelf.DEFAULT, None, on, policy.offence, secrets.token_bytes(32))
    with duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": ""}) as connection:
        rows = facts.held(files.opened(requests, looked_at(opened.intake)), run, connection)
        return tripped(weigh(policy, rows, tripwires.counted(policy, rows, connection)))


def _found(
    asked: Screening, under: Under, folder: Path, connection: duckdb.DuckDBPyConnection, tell: Tell
) -> frozenset[str]:
    offence = under.thresholds.policy.offence
    run = Run(asked.pack, asked.orders, asked.on, offence, secrets.token_bytes(32))
    with under.step("read and find"):
        return facts.write(under.source, run, folder, connection, tell)


def _ruled(
    asked: Screening, under: Under, folder: Path, connection: duckdb.DuckDBPyConnection, by: Engine
) -> dict[str, object]:
    """Rule, hold to the tripwires, search where that is allowed, write the rulings; the figures."""
    with under.step("rule"):
        by.rule(folder / "facts.parquet", under.lowered, connection)
        tallies = rulings.tallies(connection)
    rows = sum(tally.rows for tally in tallies)
    with under.step("tripwires"):
        counted = tripwires.counted(under.thresholds.policy, rows, connection)
        weighed = weigh(under.thresholds.policy, rows, counted)
    with under.step("search"):
        searched, because = _searched(asked, under, weighed, connection, by)
    with under.step("write"):
        rulings.write(folder / "rulings.parquet", connection)
    rejected = len(connection.execute("SELECT DISTINCT row FROM rejected").fetchall())
    return {
        "file": asked.requests.name,
        "engine": by.name,
        **summary.applied(under.lowered),
        "orders_digest": under.opened.orders_digest,
        "engine_digest": under.opened.engine_digest,
        "policy": summary.policy(under.thresholds),
        "rows": {"read": rows + rejected, "ruled": rows, "rejected": rejected},
        "rejected": summary.rejected(connection),
        "outcomes": summary.outcomes(tallies),
        "rules": summary.rules(under.lowered.law, tallies),
        "address_grades": summary.grades(under.thresholds.policy.fact, connection),
        "tripwires": [summary.tripwire(each) for each in weighed],
        "tripped": tripped(weighed),
        "match": summary.matches(rows, connection),
        "register": searched and {"persons": searched.persons, "synthetic": searched.synthetic},
        "not_searched_because": because,
        "seconds": under.seconds,
    }


def _searched(
    asked: Screening, under: Under, weighed: tuple[Tripwire, ...], connection: duckdb.DuckDBPyConnection, by: Engine
) -> tuple[Register | None, str | None]:
    """The register, where it was searched; why nothing was searched, where it was not."""
    if tripped(weighed):
        return None, "the file set off a tripwire and is stopped as a whole"
    if asked.register is None:
        return None, "no register was named"
    found = register.opened(asked.register, connection)
    if not found.synthetic:
        return found, "the register is not synthetic: these requests go one by one, at the desk"
    with register.whole(asked.register):
        by.search(under.source, found, connection)
    return found, None


def _told(figures: dict[str, object], folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        f"COPY (FROM rejected ORDER BY row, field) TO {text(folder / 'rejected.csv')} (FORMAT csv, HEADER true)"
    )
    said = json.dumps(figures, ensure_ascii=False, indent=2)
    (folder / "summary.json").write_text(said + "\n", encoding="utf-8")
    (folder / "report.html").write_text(report.page(figures), encoding="utf-8")
