"""The law written by hand for other engines, in `bench/peers`, against the program's own: they must rule alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from peers import law_in_cedar, law_in_polars
from peers.samples import DAY, Likeness, facts, requested
from safeconduct import shelf
from safeconduct.core import law
from safeconduct.core.law import Conclusion, Ruling, Verdict

PACK = shelf.pack()
LAW = law.as_of(PACK, shelf.court_orders(PACK, shelf.DEFAULT)[0], DAY)
NAMES = [fact.name for fact in requested(PACK)]
ORDER = [rule.id for rule in (*LAW.rules, *(rule for item in PACK.items for rule in LAW.item_rules[item]))]
PLACE = {name: place for place, name in enumerate(ORDER)}

Told = tuple[str, list[str], list[str], list[str]]


def ruled(row: dict[str, object]) -> Told:
    """Outcome, what failed, what is unknown and the items permitted, by the program's law."""
    known = {name: row[name] for name in NAMES}
    ruling = law.rule(LAW, known, [item for item in PACK.items if row[f"asked.{item}"]])  # type: ignore[arg-type]
    permitted = [item.item for item in ruling.items if item.may_disclose]
    return ruling.outcome.name.lower(), ids(ruling, Verdict.NOT_MET), ids(ruling, Verdict.UNKNOWN), permitted


def ids(ruling: Ruling, verdict: Verdict) -> list[str]:
    concluded: Iterable[Conclusion] = (*ruling.conclusions, *(c for item in ruling.items for c in item.conclusions))
    return sorted({each.rule.id for each in concluded if each.verdict is verdict}, key=PLACE.__getitem__)


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    """Requests of every likeness, and what the program says of each."""
    rows = pl.concat([facts(1500, Likeness.ALIKE, 1), facts(4200, Likeness.NEAR, 2), facts(500, Likeness.ANY, 3)])
    return rows.with_columns(row=pl.int_range(rows.height, dtype=pl.Int64))


@pytest.fixture(scope="module")
def expected(sample: pl.DataFrame) -> list[Told]:
    return [ruled(row) for row in sample.iter_rows(named=True)]


def test_the_law_in_polars_rules_as_the_program_does(
    sample: pl.DataFrame, expected: list[Told], tmp_path: Path
) -> None:
    sample.write_parquet(tmp_path / "facts.parquet")
    law_in_polars.rule(tmp_path / "facts.parquet", tmp_path / "rulings.parquet")
    rulings = pl.read_parquet(tmp_path / "rulings.parquet")
    assert rulings.columns == ["row", "request_id", "outcome", "failed", "unknown", "items_permitted"]
    assert rulings.select("row", "request_id").equals(sample.select("row", "request_id"))
    found = rulings.select("outcome", "failed", "unknown", "items_permitted").rows()
    assert [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]] == []


@pytest.fixture(scope="module")
def in_cedar(sample: pl.DataFrame) -> law_in_cedar.Decided:
    return law_in_cedar.decide(sample.gather_every(3))


def test_cedar_permits_what_the_program_does(in_cedar: law_in_cedar.Decided, expected: list[Told]) -> None:
    """A request is permitted where an item is; the items are compared, which says more."""
    assert in_cedar.permitted == [told[3] for told in expected[::3]]


def test_in_cedar_those_rules_forbid_that_are_failed_or_unknown(
    sample: pl.DataFrame, in_cedar: law_in_cedar.Decided, expected: list[Told]
) -> None:
    """Where (i)(2) is named and nothing permitted; `i2.A.information` is not told, for there Cedar permits nothing by itself."""
    asked = (
        sample.select(pl.any_horizontal("^asked\\..*$") & (pl.col("authority.clause") == "i2")).to_series().to_list()
    )
    compared = 0
    for is_asked, forbade, (outcome, failed, unknown, _) in zip(
        asked[::3], in_cedar.forbade, expected[::3], strict=True
    ):
        if is_asked and outcome != "permit":
            compared += 1
            assert forbade == {rule.partition("[")[0] for rule in (*failed, *unknown)} - {"i2.A.information"}
    assert compared > 300


def test_the_sample_reaches_every_clause_of_the_peers_every_outcome_and_rule(
    sample: pl.DataFrame, expected: list[Told]
) -> None:
    assert set(sample["authority.clause"]) == {*law_in_polars.CLAUSES, None}
    outcomes = Counter(outcome for outcome, *_ in expected)
    assert min(outcomes[outcome] for outcome in ("permit", "incomplete", "hold", "refuse")) > 100
    failed = {rule.partition("[")[0] for _, rules, _, _ in expected for rule in rules}
    unknown = {rule.partition("[")[0] for _, _, rules, _ in expected for rule in rules}
    undecided = {"i2.A.component", "i2.A.delegate"}
    assert {rule.id for rule in law_in_polars.LAW} - undecided <= failed
    assert {rule.id for rule in law_in_polars.LAW} | {"treasury-dhs.items", "a.authorized"} <= unknown
