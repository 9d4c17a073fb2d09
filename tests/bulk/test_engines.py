"""Which engines there are, and what is said where one cannot be had; no Spark is needed for it."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from filed import Command, ndjson, request
from safeconduct.bulk import engines, spark_session


def without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    """A machine that has what Spark wants, but for what is missing."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(spark_session, "find_spec", lambda name: None if name in missing else find_spec("duckdb"))
    monkeypatch.setattr("shutil.which", lambda name, path=None: None if name in missing or path else f"/bin/{name}")


def test_an_engine_that_nobody_knows_is_named_with_those_there_are() -> None:
    assert engines.lacking("hive") == "hive is no engine; leave it out, or write duckdb or spark"


def test_duckdb_wants_nothing() -> None:
    assert engines.lacking("duckdb") == ""


def test_without_pyspark_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "pyspark")
    assert engines.lacking("spark") == "PySpark is not installed; run `pip install 'safeconduct[spark]'`"


def test_without_a_java_it_is_said_how_to_install_one(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "java")
    said = engines.lacking("spark")
    assert said.startswith("there is no Java; install one of 17 or newer")
    assert "apt-get install openjdk-17-jre-headless" in said


def test_a_java_home_without_a_java_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch)
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    assert engines.lacking("spark").startswith("JAVA_HOME names no Java")


def test_with_both_spark_wants_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch)
    assert engines.lacking("spark") == ""


def test_a_screening_on_an_engine_that_cannot_be_had_leaves_nothing(
    screen: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, "java")
    said = screen(ndjson([request(1)]), "--engine", "spark")
    assert said.status == 2
    assert "--engine: there is no Java" in said.told
    assert not said.out.exists()
