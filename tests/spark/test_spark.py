"""Spark and DuckDB agree on every row: on the rulings of a file and of random requests, and on what the search came to.

These need the extra `spark` and a Java; where either is missing they are skipped, with what is missing as the reason. `.ci/run`
installs both, and runs them in a step of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

import random_requests
from random_requests import FOLDER, sample
from ruled_in_bulk import batches, write
from safeconduct import preflight, shelf
from safeconduct.bulk import engines, files, rulings, screen, spark_session
from safeconduct.bulk.looks import looked_at
from safeconduct.bulk.lowering import lower
from safeconduct.bulk.register import Register
from safeconduct.town import register, requests

PERSONS, ROWS, SEED = 200_000, 20_000, 16
LACKING = spark_session.lacking()
pytestmark = [
    pytest.mark.skipif(bool(LACKING), reason=LACKING),
    pytest.mark.filterwarnings("default"),  # PySpark's own
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register, a file of requests, and a policy under which nothing trips."""
    folder = tmp_path_factory.mktemp("town")
    register.write(folder / "people.parquet", PERSONS, SEED)
    requests.write_honest(folder / "sent.csv", folder / "people.parquet", ROWS, SEED)
    policy = shelf.pack().files[shelf.TRIPWIRES].replace("from_rows = 20", "from_rows = 1000000")
    (folder / "lenient.toml").write_text(policy, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def screened(town: Path) -> dict[str, Path]:
    """The folder of results by the engine; the name of one is a pattern to whoever reads names so."""
    found = {}
    for engine in (engines.DUCKDB, engines.SPARK):
        found[engine] = town / f"by {{{engine},x}} [1]"
        asked = screen.Screening(
            town / "sent.csv", found[engine], date(2025, 8, 1).toordinal(), register=town / "people.parquet",
            policy=town / "lenient.toml", engine=engine,
        )  # fmt: skip
        screen.screen(asked, lambda *_: None)
    return found


def rows(folder: Path) -> list[dict[str, Any]]:
    table: pa.Table = parquet.ParquetFile(folder / "rulings.parquet").read()
    return sorted(table.to_pylist(), key=lambda row: int(row["row"]))


def figures(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return {name: figure for name, figure in said.items() if name not in {"engine", "seconds"}}


def test_every_row_of_a_file_is_ruled_on_and_searched_for_alike(screened: dict[str, Path]) -> None:
    ours, sparks = rows(screened[engines.DUCKDB]), rows(screened[engines.SPARK])
    assert len(ours) > ROWS - 100
    assert {row["match"] for row in ours} == {"one", "none", "several", "not_searched"}
    assert len({row["outcome"] for row in ours}) > 3
    assert [(one, other) for one, other in zip(ours, sparks, strict=True) if one != other] == []


def test_the_figures_of_a_file_are_alike_and_say_by_which_engine(screened: dict[str, Path]) -> None:
    assert figures(screened[engines.SPARK]) == figures(screened[engines.DUCKDB])
    said = json.loads((screened[engines.SPARK] / "summary.json").read_text(encoding="utf-8"))
    assert said["engine"] == "spark"


def test_random_requests_are_ruled_on_alike(tmp_path: Path) -> None:
    some = sample(FOLDER, list(random_requests.requests())[::20])
    batch = max(batches(some), key=lambda batch: len(batch.places))
    write([some.requests[place] for place in batch.places], tmp_path / "facts.parquet")
    lowered = lower(batch.law, batch.step)
    told = {}
    for name in (engines.DUCKDB, engines.SPARK):
        (tmp_path / name).mkdir()
        with duckdb.connect() as connection, engines.begun(name, tmp_path / name) as engine:
            engine.rule(tmp_path / "facts.parquet", lowered, connection)
            told[name] = connection.execute("FROM ruled ORDER BY row").fetchall(), sorted(rulings_of(connection))
    assert len(told[engines.DUCKDB][0]) == len(batch.places) > 50
    assert told[engines.SPARK] == told[engines.DUCKDB]


def rulings_of(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    """The tallies, summed where kinds of row came to the same."""
    summed: dict[tuple[object, ...], int] = {}
    for tally in rulings.tallies(connection):
        key = (tally.outcome, tally.failed, tally.unknown, tally.items_permitted)
        summed[key] = summed.get(key, 0) + tally.rows
    yield from ((*key, rows) for key, rows in summed.items())


def test_a_register_that_is_not_synthetic_is_never_searched(town: Path, tmp_path: Path) -> None:
    source = files.opened(town / "sent.csv", looked_at(preflight.opened().intake))
    real = Register(town / "people.parquet", PERSONS, synthetic=False)
    with (
        duckdb.connect() as connection,
        engines.begun(engines.SPARK, tmp_path) as engine,
        pytest.raises(ValueError) as told,
    ):
        engine.search(source, real, connection)
    assert str(told.value) == "a register that is not synthetic is not searched in bulk"
