"""A request that z3 found, ruled on by the law: the two must say the same, rule by rule.

What z3 says *never* happens is believed; what it says *here* happens is read by `intake` and ruled on by `law`. If these
find another fact, another outcome, or another rule that bears on it, one of the two is wrong: a fault of the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from safeconduct.core import law
from safeconduct.core.coverage import place
from safeconduct.core.expression import Value
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.intake import Intake, Request, Unreadable, read
from safeconduct.core.law import Law, Ruling, Verdict
from safeconduct.core.readings import Reading
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import Outcome, Rule
from safeconduct.proof.claims import Other
from safeconduct.proof.encoding import Encoded
from safeconduct.proof.symbols import AT, Formula, Symbols, both, either, holds
from safeconduct.proof.witness import Found

SUPPOSED = "supposed"
"""The name of a reading that is none of the pack's: a proof covers those too that nobody has yet written."""


class Disagreement(Exception):
    """The prover and the law do not say the same of one request: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Told:
    """A request of a witness: the document, the day of the law, the step, what is given of later steps, the ruling."""

    document: Mapping[str, Any]
    on: int
    step: Step
    given: Mapping[str, Value]
    ruling: Ruling


def told(of: Encoded, how: Intake, found: Found, second: Other | None = None) -> Told:
    """The request `found`, or the second of a pair, ruled on under the law that `of` encodes and the reading supposed.

    Raises:
        Disagreement: the law does not say what z3 says.
        PackFault: the pack is none under which anything is ruled on.
    """
    on, model = found.days[0], found.model
    symbols, document = (second.symbols, found.second or {}) if second else (of.symbols, found.document)
    reading = _reading(of.pack, symbols, model, on)
    one = ruled(replace(of.as_of(on), readings=(reading,)), how, model, symbols, document)
    agree(of, model, one.ruling, second)
    return one


def ruled(taken: Law, how: Intake, model: Formula, symbols: Symbols, document: Mapping[str, Any]) -> Told:
    """The request in `document` under the law `taken`, with what `model` gives of the facts that no request states."""
    request = read(document, how, taken.on)
    if isinstance(request, Unreadable):
        raise Disagreement("the request cannot be read")
    _as_found(request, how, symbols, model)
    step = max(step for step in Step if holds(model, AT[step]))
    given = _given(taken.pack, how, symbols, model, step)
    ruling = law.rule(taken, {**request.facts, **given}, request.items, step)
    return Told(document, taken.on, step, given, ruling)


def _as_found(request: Request, how: Intake, symbols: Symbols, model: Formula) -> None:
    for name in how.findings:
        if symbols.value(symbols.facts[name], model) != request.facts.get(name):
            raise Disagreement(f"`{name}` is found otherwise")


def _given(pack: Pack, how: Intake, symbols: Symbols, model: Formula, step: Step) -> dict[str, Value]:
    """The facts that no request states and that are known at `step`."""
    unstated = [
        fact
        for name, fact in pack.facts.items()
        if name not in how.findings and fact.step <= step and fact.established_by is not EstablishedBy.READING
    ]
    values = {fact.name: symbols.value(fact, model) for fact in unstated}
    return {name: value for name, value in values.items() if value is not None}


def _reading(pack: Pack, symbols: Symbols, model: Formula, on: int) -> Reading:
    """The reading of which `model` speaks: one in force on the day, another of the pack's, or one that is supposed."""
    asked_of = [fact for fact in pack.facts.values() if fact.established_by is EstablishedBy.READING]
    said = {fact.name: _truth(symbols.value(fact, model)) for fact in asked_of}
    known = (*law.readings_in_force(pack, on), *pack.readings.values())
    same = (one for one in known if all(one.values.get(name) is said[name] for name in said))
    supposed = Reading(
        SUPPOSED, "", "a reading that is none of the pack's", "", "", "", "", verified=False, values=said
    )
    return next(same, supposed)


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def agree(of: Encoded, model: Formula, ruling: Ruling, second: Other | None = None) -> None:
    """Hold z3 to the ruling: the outcome, the items, and every rule that is not met or unknown.

    Raises:
        Disagreement: they do not say the same.
    """
    said = tuple(_said(of, ruling))
    so, not_so = (both(one for _, one, is_so in said if is_so), either(one for _, one, is_so in said if not is_so))
    if not _so(model, second, so) or _so(model, second, not_so):
        raise Disagreement(next(what for what, one, is_so in said if _so(model, second, one) is not is_so))


def _so(model: Formula, second: Other | None, formula: Formula) -> bool:
    """Whether `formula` is true of the request in `model`, or of the second of a pair."""
    return holds(model, second.of(formula) if second else formula)


def _said(of: Encoded, ruling: Ruling) -> Iterator[tuple[str, Formula, bool]]:
    """What the law says is so of a request, or is not, as z3 would say it, with the words for where they differ."""
    for outcome in Outcome:
        if outcome is not Outcome.PERMIT:
            yield f"the outcome is {ruling.outcome.name.lower()}", of.at_least(outcome), ruling.outcome >= outcome
    permitted = {one.item for one in ruling.items if one.may_disclose}
    for item in of.pack.items:
        yield f"`{item}` may be disclosed, or may not", of.may(item), item in permitted
    verdicts = {one.rule.id: one.verdict for one in _all(ruling)}
    for one in (*of.own, *(one for item in ruling.items for one in of.of_items[item.item])):
        verdict = verdicts.get(one.rule.id)
        yield f"{one.rule.id} is {verdict}", one.not_met, verdict is Verdict.NOT_MET
        yield f"{one.rule.id} is {verdict}", one.unknown, verdict is Verdict.UNKNOWN


def _all(ruling: Ruling) -> Iterable[law.Conclusion]:
    return (*ruling.conclusions, *(one for item in ruling.items for one in item.conclusions))


def bearing_alone(ruling: Ruling) -> Iterator[Rule]:
    """The rules that are not met and bear alone: on the request or an item no other of their layer weighs as much."""
    own = tuple(one for one in ruling.conclusions if not one.rule.item)
    for group in (own, *(item.conclusions for item in ruling.items)):
        for one in group:
            others = (other for other in group if place(other.rule) != place(one.rule))
            beside = (o.rule.layer is one.rule.layer and o.consequence >= one.rule.otherwise for o in others)
            if one.verdict is Verdict.NOT_MET and not any(beside):
                yield one.rule
