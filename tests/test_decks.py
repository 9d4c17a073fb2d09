"""The open deck, and the pack's own worked cases, come out right through `safeconduct check`."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from safeconduct import shelf
from safeconduct.cli import app
from safeconduct.core.addresses import grade

DECKS = Path(__file__).parent / "decks"
TEXT = Path(shelf.__file__).parent / "packs" / shelf.DEFAULT / "text"
CASES: list[dict[str, Any]] = json.loads((DECKS / "irc-6103.json").read_text(encoding="utf-8"))


def ruled(case: dict[str, Any], folder: Path) -> tuple[int, dict[str, Any]]:
    file = folder / f"{case['case']}.json"
    file.write_text(json.dumps(case["request"]), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(file), "--on", case["on"], "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['case']} {c['says']}")
def test_a_case_of_the_open_deck_comes_out_right(case: dict[str, Any], tmp_path: Path) -> None:
    status, ruling = ruled(case, tmp_path)
    assert ruling["outcome"] == case["outcome"]
    assert status == (0 if case["outcome"] == "permit" else 1)
    said = {item["item"]: item["may_disclose"] for item in ruling["items"]}
    assert {item: said[item] for item in case.get("items", {})} == case.get("items", {})
    bearing = [f["cites"] for f in ruling["findings"] if f["consequence"] == case["outcome"]]
    assert any(case.get("clause", "") in cites for cites in bearing) or case["outcome"] == "permit"


def test_every_address_of_the_open_deck_has_its_grade() -> None:
    with (DECKS / "addresses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 62
    assert [(row["address"], str(grade(row["address"]).grade)) for row in rows] == [
        (row["address"], row["grade"]) for row in rows
    ]


def test_the_worked_cases_of_the_pack_come_out_as_its_authors_say() -> None:
    result = CliRunner().invoke(app, ["law", "cases", "us_irc_6103", "--json"])
    assert result.exit_code == 0
    assert all(case["passed"] for case in json.loads(result.stdout))


def test_no_word_of_voters_or_of_immigration_stands_in_the_subsections_that_the_pack_holds() -> None:
    """As `no-authority.md` says; S corporations elect."""
    texts = [path.read_text(encoding="utf-8").lower() for path in TEXT.glob("usc26-6103-*.md")]
    assert len(texts) >= 8
    for word in ("immigra", "alien", "deport", "removal", "voter"):
        assert not [text for text in texts if re.search(rf"\b{word}", text)], word
    assert sum(len(re.findall(r"\belection", text)) for text in texts) == 1
