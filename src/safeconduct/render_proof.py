"""Proofs and comparisons for people and as JSON: what is proved, on which request it fails, where two laws differ.

It prints nothing and reads nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from safeconduct.core.days import iso
from safeconduct.core.expression import Kind, Value
from safeconduct.core.law import Conclusion, Ruling
from safeconduct.core.rulepack import Pack
from safeconduct.proof.diff import Difference, Rulings, Side
from safeconduct.proof.prove import Proof, Proved, Verdict
from safeconduct.proof.ruled import Told
from safeconduct.render import word

_SAID = {
    Verdict.PROVED: "proved",
    Verdict.VACUOUS: "nothing to prove",
    Verdict.BROKEN: "NOT SO",
    Verdict.UNDECIDED: "NOT PROVED",
}


def as_document(proved: Proved) -> dict[str, object]:
    """What was proved of a pack, ready for JSON."""
    pack = proved.opened.pack
    return {
        "pack": pack.name,
        "pack_digest": pack.digest,
        "orders_digest": proved.opened.orders_digest,
        "engine_digest": proved.opened.engine_digest,
        "holds": proved.good,
        "invariants": [_proof(proof, pack) for proof in proved.proofs],
    }


def _proof(proof: Proof, pack: Pack) -> dict[str, object]:
    control = proof.control
    tried: dict[str, object] | None = None
    if control is not None:
        witness = [told(one, pack) for one in control.witness]
        tried = {"change": control.change, "fails": control.failed, "why": control.why, "requests": witness}
    return {
        "invariant": proof.name,
        "says": proof.says,
        "verdict": str(proof.verdict),
        "why": proof.why,
        "counterexample": [told(one, pack) for one in proof.witness],
        "control": tried,
        "shown": dict(proof.shown),
        "reached": {rule: told(one, pack) for rule, one in proof.reached.items()},
    }


def told(one: Told, pack: Pack) -> dict[str, object]:
    """A request of a witness, with all that it takes to rule on it again, and the ruling."""
    return {
        "request": one.document,
        "law_on": iso(one.on),
        "step": one.step.name.lower(),
        "reading": one.ruling.reading.name,
        "reading_says": dict(one.ruling.reading.values),
        "given": _plain(one.given, pack),
        "ruling": _ruling(one.ruling),
    }


def _plain(given: Mapping[str, Value], pack: Pack) -> dict[str, Value]:
    days = {name for name in given if pack.facts[name].sort.kind is Kind.DAY}
    return {name: iso(int(value)) if name in days and value else value for name, value in given.items()}


def _ruling(ruling: Ruling) -> dict[str, object]:
    return {
        "outcome": word(ruling.outcome),
        "findings": [
            {"rule": c.rule.id, "cites": c.rule.cites, "verdict": str(c.verdict), "consequence": word(c.consequence)}
            for c in _bearing(ruling)
        ],
        "items": [{"item": item.item, "may_disclose": item.may_disclose} for item in ruling.items],
    }


def _bearing(ruling: Ruling) -> list[Conclusion]:
    every = (*ruling.conclusions, *(c for item in ruling.items for c in item.conclusions))
    return list({c.rule.id: c for c in every if c.bears}.values())


def page(proved: Proved) -> str:
    """What was proved of a pack, for people: each invariant a paragraph, with its control, and the request that breaks it."""
    pack = proved.opened.pack
    lines = [line for proof in proved.proofs for line in _paragraph(proof, pack)]
    good = sum(proof.good for proof in proved.proofs)
    return "\n".join(
        [*lines, f"{good} of {len(proved.proofs)} invariants hold of every request, each with its control"]
    )


def _paragraph(proof: Proof, pack: Pack) -> Iterator[str]:
    yield f"{_SAID[proof.verdict]:>16}  {proof.says}"
    if proof.shown or proof.reached:
        found = f", {len(proof.reached)} by requests found" if proof.reached else ""
        yield f"{'':18}{len(proof.shown) + len(proof.reached)} rules: {len(proof.shown)} shown by worked cases{found}"
    if proof.why:
        yield f"{'':18}{proof.why}"
    for number, one in enumerate(proof.witness, 1):
        yield from _request(one, pack, f"request {number}" if len(proof.witness) > 1 else "request")
    control = proof.control
    if control is not None and control.failed:
        yield f"{'':18}{control.change} it fails, as it must{f' ({control.why})' if control.why else ''}"
    elif control is not None:
        yield f"{'':18}ITS CONTROL DOES NOT FAIL: {' '.join(filter(None, (control.change, control.why)))}"


def _request(one: Told, pack: Pack, called: str) -> Iterator[str]:
    yield f"{'':18}{called}: {word(one.ruling.outcome)}, by the law of {iso(one.on)}, at {one.step.name.lower()}, {_read(one)}"
    bearing = [f"{c.rule.id} ({word(c.consequence)})" for c in _bearing(one.ruling)]
    if bearing:
        yield f"{'':18}what bears on it: {', '.join(bearing)}"
    if one.given:
        yield f"{'':18}given that {'; '.join(f'{name} is {_say(value)}' for name, value in _plain(one.given, pack).items())}"
    yield f"{'':18}{json.dumps(one.document, ensure_ascii=False)}"


def _read(one: Told) -> str:
    values = one.ruling.reading.values
    says = "; ".join(f"{name} {_say(value)}" for name, value in values.items())
    return f"on the reading {one.ruling.reading.name}" + (f" ({says})" if not one.ruling.reading.file and says else "")


def _say(value: Value) -> str:
    return (
        "undecided" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    )


def difference_as_document(difference: Difference) -> dict[str, object]:
    """Where two laws differ, ready for JSON. `widens` is true too where that is undecided, which `undecided` says."""
    return {
        "a": _side(difference.a),
        "b": _side(difference.b),
        "differ": not difference.same,
        "widens": difference.widens is not None or difference.undecided,
        "undecided": difference.undecided,
        "unseen": list(difference.unseen),
        "difference": _rulings(difference.differ, difference),
        "widening": _rulings(difference.widens, difference),
    }


def _side(side: Side) -> dict[str, object]:
    pack = side.opened.pack
    return {
        "law": side.said,
        "pack": pack.name,
        "pack_digest": pack.digest,
        "orders_digest": side.opened.orders_digest,
        "law_on": iso(side.on) if side.on else None,
        "reading": side.reading,
    }


def _rulings(both: Rulings | None, of: Difference) -> dict[str, Any] | None:
    return None if both is None else {"a": told(both.a, of.a.opened.pack), "b": told(both.b, of.b.opened.pack)}


def difference_page(difference: Difference) -> str:
    """Where two laws differ, for people."""
    return "\n".join(_difference(difference))


def _difference(of: Difference) -> Iterator[str]:
    if of.differ is not None:
        yield f"{of.a.said} and {of.b.said} differ on this request:"
        yield from _told_apart(of.differ, of)
    elif of.undecided:
        yield f"Whether {of.a.said} and {of.b.said} differ is undecided."
    else:
        yield f"{of.a.said} and {of.b.said} rule alike on every request."
    yield from (f"Not seen by the prover: {what}." for what in of.unseen)
    if of.widens is not None:
        yield f"{of.b.said} WIDENS {of.a.said}: it permits what the other does not."
        yield from _told_apart(of.widens, of) if of.widens != of.differ else ()
    elif of.undecided:
        yield f"Whether {of.b.said} widens is undecided, which counts as widening."
    elif of.differ is not None:
        yield f"{of.b.said} does not widen: it permits no request and no item that {of.a.said} does not."


def _told_apart(both: Rulings, of: Difference) -> Iterable[str]:
    yield from _request(both.a, of.a.opened.pack, of.a.said)
    yield from list(_request(both.b, of.b.opened.pack, of.b.said))[:-1]
