"""No other entry point to a custodian's register exists: who opens one, in the program's own source.

The broker does. Bulk work, the town and the script of 2025 read files by the same engine, each register of theirs being one
of nobody: the town makes it, the others ask `bulk.register` first. The evaluation reads a labelled sample that the custodian
drew into a file itself, of at most 50,000 rows, and no register.
"""

from __future__ import annotations

import pytest

from source import MODULES, SOURCE, answered, imported, who_imports

ENGINES = {"duckdb", "psycopg", "sqlite3", "pyarrow.parquet", "pyspark", "polars", "pandas", "sqlalchemy", "fastexcel"}


def test_the_broker_speaks_to_the_register_s_database_and_witness_and_journal_have_their_own() -> None:
    assert who_imports("psycopg") == {"broker.postgres"}
    assert who_imports("sqlite3") == {
        "broker.store", "broker.look", "broker.slots", "broker.stops", "witness.store", "witness.serve", "town.log",
    }  # fmt: skip
    assert {module for module in who_imports("django.db") if not module.startswith("journal.")} == {"desk.backup"}
    assert not who_imports("sqlalchemy") | who_imports("pandas") | who_imports("polars")


def test_only_the_broker_bulk_work_and_the_town_have_an_engine_for_files() -> None:
    with_engine = {module for engine in ENGINES for module in who_imports(engine)}
    others = {module for module in with_engine if module.split(".")[0] not in {"bulk", "town", "broker", "witness"}}
    assert others <= {"script_of_2025", "evaluation.sample_file"}
    assert {module for module in with_engine if module.startswith("broker.")} == {
        "broker.register", "broker.postgres", "broker.store", "broker.look", "broker.slots", "broker.stops", "broker.town",
    }  # fmt: skip


def test_the_register_is_opened_for_looks_and_for_nothing_else() -> None:
    assert who_imports("safeconduct.broker.register") == {"broker.look", "broker.serve"}
    assert who_imports("safeconduct.broker.postgres") == {"broker.register"}
    assert who_imports("safeconduct.broker.look") == {"broker.serve"}
    assert who_imports("safeconduct.broker.serve") == {"broker.commands"}


def test_the_desk_calls_the_broker_s_socket_and_nobody_else_reaches_into_it() -> None:
    outside = {module for module in who_imports("safeconduct.broker") if not module.startswith("broker.")}
    assert outside == {"cli", "desk.asking", "desk.telling", "desk.town"}
    reached = {name for module in ("desk.asking", "desk.telling") for name in imported(module) if ".broker." in name}
    assert {name.split(".")[2] for name in reached} == {"ask", "reply"}


def test_who_reads_a_register_in_bulk_asks_first_whether_it_is_synthetic() -> None:
    for module in who_imports("safeconduct.bulk.register"):
        assert "synthetic" in (SOURCE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"), module


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("broker.")])
def test_the_broker_never_reads_a_register_as_a_whole(module: str) -> None:
    """No statement without a condition, but for the columns' names and the question whether somebody may exist."""
    text = (SOURCE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    for line in text.splitlines():
        statements = line.count("FROM {}") + line.count("FROM {rows}")
        assert statements <= line.count("WHERE") + line.count("LIMIT 0"), line


def test_the_broker_has_four_calls() -> None:
    """One call opens; the others, for a mark, a slot and a stop, return nothing from the register."""
    assert sorted(answered("broker.serve")) == ["look", "mark", "slot", "stop"]
