"""Past decisions ruled on again: counts each way, and nothing that leads to a row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from filed import Command
from safeconduct import preflight
from safeconduct.bulk.flips import FEWEST, flips, held_back
from safeconduct.core.days import day
from safeconduct.core.law import Law
from safeconduct.core.rules import Outcome
from safeconduct.shelf import Misplaced

DECK = json.loads((Path(__file__).parent.parent / "decks" / "irc-6103.json").read_text(encoding="utf-8"))
ON = day("2025-08-01") or 0
FORMER = "identity-not-by-itself"


@pytest.fixture
def facts(screen: Command, tmp_path: Path) -> Path:
    """The facts of forty requests that were permitted, and of three that were not."""
    permitted = [{**DECK[0]["request"], "request_id": f"R-{number}"} for number in range(40)]
    without = [{**DECK[3]["request"], "request_id": f"N-{number}"} for number in range(3)]
    screen("".join(f"{json.dumps(one)}\n" for one in (*permitted, *without)))
    return next(tmp_path.rglob("facts.parquet"))


def law(reading: str | None = None) -> Law:
    return preflight.opened().under(ON, reading).law


def test_each_way_is_counted_and_few_are_held_back(facts: Path) -> None:
    narrowed = flips(facts, law(), law(FORMER))
    assert narrowed.rows == 43
    assert narrowed.outcomes == {
        (Outcome.PERMIT, Outcome.REFUSE): None,
        (Outcome.INCOMPLETE, Outcome.REFUSE): None,
    }
    assert not narrowed.any_towards_permit


def test_what_would_be_opened_is_counted_by_item(facts: Path) -> None:
    widened = flips(facts, law(FORMER), law())
    assert widened.any_towards_permit
    assert set(widened.exposed) == {"mailing_address"}
    assert widened.exposed["mailing_address"] is None  # the three would follow from the total and the forty


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 40, "b": 30}, {"a": 40, "b": 30}),
        ({"a": 40, "b": FEWEST - 1}, {"a": None, "b": None}),
        ({"a": 40, "b": FEWEST}, {"a": 40, "b": FEWEST}),
        ({"a": 40, "b": 3, "c": 12}, {"a": 40, "b": None, "c": None}),
        ({"a": 40, "b": 3, "c": 2}, {"a": 40, "b": None, "c": None}),
        ({"a": 3}, {"a": None}),
        ({}, {}),
    ],
)
def test_a_small_count_is_held_back_and_the_next_smallest_with_it(
    counts: dict[str, int], told: dict[str, int | None]
) -> None:
    assert held_back(counts) == told


def test_a_file_that_holds_no_facts_of_the_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts.parquet").write_text("no", encoding="utf-8")
    with pytest.raises(Misplaced, match="is no file of facts"):
        flips(tmp_path / "facts.parquet", law(), law(FORMER))
