"""The law in z3 against the interpreter: on whatever facts, the same outcome, items and rules that bear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import z3

from random_requests import BOTH_IN_FORCE, DECIDED, SHIPPED, Program, Request, contested, laid_out, program, requests
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.law import Ruling
from safeconduct.core.rules import Outcome
from safeconduct.proof.diff import Lawful, Side, lawful, side
from safeconduct.proof.encoding import encode
from safeconduct.proof.ruled import Disagreement, agree
from safeconduct.proof.symbols import AT, DAY, Formula, Symbols, asked, both, contrary, holds

SOME = 300


class Pinned:
    """The one model of a law in which everything is as in a request."""

    def __init__(self, of: Lawful) -> None:
        self.pack, self.symbols, self.solver = of.side.opened.pack, of.under[0].symbols, z3.Solver()
        self.solver.add(*self.symbols.axioms(), *(on for encoded in of.under for on in encoded.switches.values()))

    def __call__(self, request: Request) -> Formula:
        """The model of `request`."""
        self.solver.push()
        self.solver.add(request.day == DAY, *self._said(request))
        assert self.solver.check() == z3.sat
        model = self.solver.model()
        self.solver.pop()
        return model

    def _said(self, request: Request) -> Iterator[Formula]:
        stated = (one for one in self.pack.facts.values() if one.established_by is not EstablishedBy.READING)
        yield from (self.symbols.is_(fact, request.facts.get(fact.name)) for fact in stated)
        wanted = request.asked or ()
        yield from (asked(item) if item in wanted else contrary(asked(item)) for item in self.pack.items)
        yield from (AT[step] if step <= request.step else contrary(AT[step]) for step in Step)


def some(drawn: Sequence[Request]) -> Sequence[Request]:
    """So many of the requests, from all of them."""
    return drawn[:: max(1, len(drawn) // SOME)]


def law_of(folder: Path) -> Lawful:
    one: Side = side(str(folder))
    return lawful(one, Symbols(one.opened.pack.facts))


@pytest.mark.parametrize("words", [SHIPPED, DECIDED], ids=["as shipped", "with all words decided"])
def test_z3_and_the_interpreter_agree_on_every_rule_that_bears(words: dict[str, str], tmp_path: Path) -> None:
    of, ours = law_of(laid_out(words, tmp_path)), program(tmp_path)
    assert len(of.under) == 1
    drawn = some(requests())
    rulings = [ours.ruling(request) for request in drawn]
    pinned = Pinned(of)
    for request, ruling in zip(drawn, rulings, strict=True):
        agree(of.under[0], pinned(request), ruling)
    assert {ruling.outcome for ruling in rulings} == set(Outcome)
    assert {request.step for request in drawn} == set(Step)


def test_they_agree_too_where_two_readings_are_in_force_and_the_stricter_rules(tmp_path: Path) -> None:
    of, ours = law_of(laid_out(BOTH_IN_FORCE, tmp_path)), program(tmp_path)
    assert len(of.under) == 2
    drawn = some(contested())
    chosen, pinned = set(), Pinned(of)
    for request in drawn:
        ruling, model = ours.ruling(request), pinned(request)
        weights = [outcome for outcome in Outcome if outcome and holds(model, of.at_least(outcome))]
        assert max(weights, default=Outcome.PERMIT) is ruling.outcome
        assert {i for i in of.side.opened.pack.items if holds(model, of.may(i))} == permitted(ruling)
        chosen.add(ruling.reading.name)
    assert len(chosen) >= 2


def permitted(ruling: Ruling) -> set[str]:
    return {item.item for item in ruling.items if item.may_disclose}


def test_a_rule_that_z3_weighs_otherwise_is_a_disagreement(tmp_path: Path, files: dict[str, str]) -> None:
    spoilt = {
        **files,
        "i-2.md": files["i-2.md"].replace("needs:     request.in_writing", "needs:     not request.in_writing"),
    }
    of, ours = law_of(laid_out(spoilt, tmp_path / "spoilt")), program(laid_out(files, tmp_path / "shipped"))
    drawn = [request for request in requests() if request.about == "i2.B.writing"]
    with pytest.raises(Disagreement, match=r"i2\.B\.writing|outcome"):
        _all_agree(drawn, of, ours)


def test_a_rule_taken_out_by_its_switch_is_as_good_as_not_written(tmp_path: Path) -> None:
    one = side(str(laid_out(SHIPPED, tmp_path)))
    of = encode(one.opened.pack, one.opened.orders)
    off = both(contrary(on) if rule == "i2.A.purpose" else on for rule, on in of.switches.items())
    solver = z3.Solver()
    solver.add(*of.axioms(), off, either_bears(of, "i2.A.purpose"))
    assert solver.check() == z3.unsat


def either_bears(of: object, rule: str) -> Formula:
    return z3.Or([one.bears() for one in of.concluded() if one.of == rule])  # type: ignore[attr-defined]


def _all_agree(drawn: list[Request], of: Lawful, ours: Program) -> None:
    pinned = Pinned(of)
    for request in drawn:
        agree(of.under[0], pinned(request), ours.ruling(request))
