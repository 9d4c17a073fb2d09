"""Thirty faults of a desk, spread over their kinds, each with a life that is taken up by a fresh process and brought to its end.

Five hundred and more, with their figures, are `safeconduct bench desk_faults`; how they are brought about says `harm.desks`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harm import desks
from harm.desks import Bench, Came
from harm.postgres import server

NUMBER = 30
AMONG = ("tick 3", "tick 4")
"""At which acts: the tick that brings the look to the log and has the broker look, and the one that brings the decision."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with server() as running:
        made = Bench(tmp_path_factory.mktemp("f"), running)
        yield made
        made.close()


def test_nothing_is_lost_or_doubled_after_thirty_faults(bench: Bench) -> None:
    every = bench.faults(AMONG)
    chosen = desks.spread(every, NUMBER, "how")
    hows = {fault.how for fault in every}
    assert {fault.how for fault in chosen} == hows
    came = [bench.bring(fault) for fault in chosen]
    assert [one for one in came if not one.recovered] == []
    many, struck, acknowledged, lost, doubled, stuck = desks.total(came)
    assert (many, lost, doubled, stuck) == (NUMBER, 0, 0, 0)
    assert struck >= NUMBER * 7 // 10
    assert acknowledged > NUMBER


def test_what_looks_afterwards_does_find_what_is_lost_and_doubled(bench: Bench) -> None:
    """The control: a command that was acknowledged and is not there, an entry that is there twice, a look too many."""
    good = bench.bring(desks.Fault("kill -9 between commands", bench.sqlite.acts.index(AMONG[1])))
    assert good.recovered
    seen = bench.seen
    second = next(one for one, kinds in bench.sqlite.reference.items() if "second_decided" in kinds)
    acts = ["ack 0123 gate never done"]
    assert _came(bench, acts, seen).lost == 1
    assert _came(bench, [], replace_in(seen, "entries", [14, 0, 1, 0])).doubled == 1
    assert "looks counted" in _came(bench, [], replace_in(seen, "looks", [0, 1, 1])).wrong
    assert "in part" in _came(bench, [], replace_in(seen, "before", {second: ["second_decided"]})).wrong
    assert "ends looked" in _came(bench, [], replace_in(seen, "state", "looked")).wrong


def replace_in(seen: dict[str, object], name: str, value: object) -> dict[str, object]:
    return {**seen, name: value}


def _came(bench: Bench, said: list[str], seen: dict[str, object]) -> Came:
    return bench.weighed(desks.Fault("none", 0), bench.sqlite, said, seen)
