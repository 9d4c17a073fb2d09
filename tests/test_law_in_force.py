"""The law in force, asked again and again: what is kept of one answer is never the answer to another question."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from functools import cache, partial
from itertools import islice

from safeconduct import law_in_force, preflight, shelf
from safeconduct.core.case.events import Value
from safeconduct.core.cases import cases
from safeconduct.core.expression import Kind
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.rulepack import Pack
from safeconduct.law_in_force import LawInForce

ON = dt.date(2026, 11, 27).toordinal()
ASKED = 300


opened = cache(preflight.opened)


def law(pack: Pack) -> LawInForce:
    """The law of a day, of which nothing was asked yet."""
    return LawInForce(opened().under(ON), shelf.gate_policy(pack))


def findings(pack: Pack, drawn: random.Random) -> Mapping[str, Value]:
    """Some of what a reviewer or the custodian establishes, at random."""
    truths = [fact for fact in pack.facts.values() if fact.sort.kind is Kind.TRUTH]
    found = [fact.name for fact in truths if fact.established_by in {EstablishedBy.REVIEWER, EstablishedBy.CUSTODIAN}]
    return {name: drawn.random() < 0.8 for name in drawn.sample(found, drawn.randint(0, len(found)))}


def test_whatever_was_asked_before_the_ruling_is_that_of_a_law_of_which_nothing_was_asked(pack: Pack) -> None:
    kept, drawn = law(pack), random.Random(8)  # noqa: S311
    requests = [one.request for one in islice(cases(pack), 12)]
    rulings = set()
    for _ in range(ASKED):
        asked = drawn.choice(requests), findings(pack, drawn), drawn.choice(list(Step))
        said = kept.rule(*asked)
        assert said == law(pack).rule(*asked)
        rulings.add(str(said))
    assert len(rulings) > 12


def test_however_many_are_asked_no_more_than_so_many_answers_are_kept() -> None:
    kept, made = law_in_force.Held[None](), list[int]()
    for nth in [*range(1_500), 1_499, 0]:
        kept.said({"request_id": f"H-{nth}"}, (), partial(made.append, nth))
    assert made == [*range(1_500), 0]
