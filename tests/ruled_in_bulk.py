"""The random requests as files of facts, ruled on in SQL law by law and step by step; and what a ruling tells.

Days on which the same rules, orders and readings stand have one law, and share a file. A file holds every fact that is
known of its requests, those of later steps than its own too: the query has to leave them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

import reference
from random_requests import PACK, STATED, Program, Request, Sample, Value, program
from safeconduct.bulk import lowering, rulings
from safeconduct.bulk.lowering import Lowered, asked, masks
from safeconduct.bulk.packing import constant, packed
from safeconduct.core import law
from safeconduct.core.facts import Step
from safeconduct.core.law import Law, Verdict

TYPES = {"truth": pa.bool_(), "count": pa.int32(), "day": pa.int32(), "choice": pa.string()}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a request: the outcome, the rules that failed or cannot be told, the items that may be disclosed."""

    outcome: str
    failed: frozenset[str]
    unknown: frozenset[str]
    permitted: frozenset[str]


def by_reference(ruling: reference.Ruling) -> Told:
    found = [*ruling.findings.items(), *(each for item in ruling.items.values() for each in item.findings.items())]
    failed, unknown = (
        frozenset(name for name, finding in found if finding.verdict == verdict) for verdict in ("not_met", "unknown")
    )
    permitted = frozenset(name for name, item in ruling.items.items() if item.may_disclose)
    return Told(ruling.outcome, failed, unknown, permitted)


def by_program(ruling: law.Ruling) -> Told:
    found = [*ruling.conclusions, *(told for item in ruling.items for told in item.conclusions)]
    failed, unknown = (
        frozenset(told.rule.id for told in found if told.verdict is verdict)
        for verdict in (Verdict.NOT_MET, Verdict.UNKNOWN)
    )
    permitted = frozenset(item.item for item in ruling.items if item.may_disclose)
    return Told(ruling.outcome.name.lower(), failed, unknown, permitted)


@dataclass(frozen=True, slots=True)
class Batch:
    """Requests of a sample, by their places in it, on which one law rules at one step."""

    law: Law
    step: Step
    places: list[int]


def batches(sample: Sample, ours: Program | None = None) -> list[Batch]:
    """The requests of a sample by the laws of `ours`, the sample's own where it is left out."""
    laws = ours or program(sample.folder)
    found: list[Batch] = []
    days: dict[tuple[int, Step], Batch] = {}
    for place, request in enumerate(sample.requests):
        key = request.day, request.step
        if key not in days:
            days[key] = _batch(laws.law_of(request.day), request.step, found)
        days[key].places.append(place)
    return found


def _batch(of: Law, step: Step, found: list[Batch]) -> Batch:
    for batch in found:
        if batch.step is step and batch.law == replace(of, on=batch.law.on):
            return batch
    found.append(Batch(of, step, []))
    return found[-1]


def write(requests: Sequence[Request], file: Path, facts: Iterable[str] = STATED) -> None:
    """`requests` as a file of facts. Where a request leaves out what it asks for, that is null."""
    pq.write_table(table(requests, facts), file)


def table(requests: Sequence[Request], facts: Iterable[str] = STATED) -> pa.Table:
    columns = {name: pa.array(_values(name, requests), TYPES[PACK.facts[name].kind]) for name in facts}
    wants = {
        asked(item): pa.array([None if each.asked is None else item in each.asked for each in requests], pa.bool_())
        for item in PACK.items
    }
    rows = {"row": pa.array(range(len(requests)), pa.int64()), "request_id": [f"R{n}" for n in range(len(requests))]}
    return pa.table({**rows, **columns, **wants})


def _values(name: str, requests: Sequence[Request]) -> list[Value]:
    return [request.facts.get(name) for request in requests]


@dataclass(frozen=True)
class InBulk:
    """A batch ruled on in SQL: what is told of each of its requests, and the words of its masks."""

    batch: Batch
    lowered: Lowered
    told: list[Told]
    words: list[tuple[int, ...]] = field(repr=False)

    @cached_property
    def rows(self) -> dict[int, int]:
        """Row by place in the sample."""
        return {place: row for row, place in enumerate(self.batch.places)}


def in_bulk(batch: Batch, requests: Sequence[Request], file: Path) -> InBulk:
    """`requests`, those of the batch, ruled on in SQL by way of `file`."""
    write(requests, file)
    return ruled(batch, lowering.lower(batch.law, batch.step), file, words_too=True)


def ruled(batch: Batch, lowered: Lowered, file: Path, *, words_too: bool = False) -> InBulk:
    """The file of facts ruled on by the law as lowered; with the words of the masks where they are asked for."""
    with duckdb.connect(config={"threads": 1}) as connection:
        rulings.rule(file, lowered, connection)
        rows = connection.execute(
            "SELECT request_id, outcome, failed, unknown, items_permitted FROM ruled ORDER BY row"
        ).fetchall()
        words = _words(lowered, constant(file), connection) if words_too else []
    assert [name for name, *_ in rows] == [f"R{number}" for number in range(len(rows))]
    return InBulk(batch, lowered, [_told(*row[1:]) for row in rows], words)


def _words(
    lowered: Lowered, passed_over: frozenset[str], connection: duckdb.DuckDBPyConnection
) -> list[tuple[int, ...]]:
    """The words of each row's masks: those of the row of its kind to which the questions were put."""
    keys, words = ", ".join(packed(lowered, passed_over)), ", ".join(masks(lowered))
    of_kinds = f"SELECT {keys}, {words} FROM kinds JOIN masked USING (row)"  # noqa: S608 - of our own making
    query = f"SELECT {words} FROM keyed JOIN ({of_kinds}) USING ({keys}) ORDER BY row"  # noqa: S608 - as above
    return connection.execute(query).fetchall()


def _told(outcome: str, *lists: list[str]) -> Told:
    assert all(len(set(names)) == len(names) for names in lists), "a name stands twice"
    failed, unknown, permitted = map(frozenset, lists)
    return Told(outcome, failed, unknown, permitted)
