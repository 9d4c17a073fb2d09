"""The same law for people: a ruling as JSON and as a page.

The words are the statute's and the pack's own; this module arranges them. It prints nothing and reads nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeconduct.core.days import iso
from safeconduct.core.expression import Kind, Value
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.law import Conclusion, ItemRuling, Verdict
from safeconduct.core.rulepack import opens
from safeconduct.core.rules import Outcome, Rule
from safeconduct.preflight import Checked

MEANING = {
    Outcome.PERMIT: "The law allows a look and, after review, a release. This is not yet a release.",
    Outcome.INCOMPLETE: "Something that the clause requires is missing or insufficient, and the asker can supply it.",
    Outcome.HOLD: "A person must judge a question of law or fact first. Nothing is looked up meanwhile.",
    Outcome.REFUSE: "No authority reaches it, or a condition fails that supplying a fact cannot cure.",
    Outcome.STAYED: "An order of a court in force bars it.",
}


def word(outcome: Outcome) -> str:
    """The outcome as the contract writes it."""
    return outcome.name.lower()


def as_document(checked: Checked) -> dict[str, object]:
    """The ruling in the shape of contract.md, ready for JSON."""
    law, ruling, request = checked.under.law, checked.ruling, checked.request
    return {
        "request_id": request.id,
        "outcome": word(ruling.outcome),
        "step": Step.REQUEST.name.lower(),
        "authority": request.authority or None,
        "pack": law.pack.name,
        "pack_digest": law.pack.digest,
        "orders_digest": checked.under.orders_digest,
        "engine_digest": checked.under.engine_digest,
        "reading": ruling.reading.name,
        "law_on": iso(law.on),
        "findings": [_finding(conclusion, checked) for conclusion in ruling.conclusions],
        "items": [
            {"item": i.item, "may_disclose": i.may_disclose, "outcome": word(i.outcome), "because": because(i, checked)}
            for i in ruling.items
        ],
    }


def _finding(conclusion: Conclusion, checked: Checked) -> dict[str, object]:
    rule, bears = conclusion.rule, conclusion.consequence is not Outcome.PERMIT
    finding: dict[str, object] = {
        "rule": rule.id,
        "cites": cites(rule, checked),
        "title": rule.title,
        "layer": str(rule.layer),
        "verdict": str(conclusion.verdict),
        "consequence": word(conclusion.consequence) if bears else None,
        "facts": {name: _plain(value, checked.under.law.pack.facts[name]) for name, value in conclusion.facts.items()},
    }
    if bears:
        finding["means"] = rule.means
        finding["seen"] = list(seen(conclusion, checked))
        finding["cure"] = rule.cure or None
    return finding


def cites(rule: Rule, checked: Checked) -> str:
    """What the rule cites; where that is a fact, what the request names there."""
    return checked.request.named.get(rule.cites, rule.cites) or "agreement"


def because(item: ItemRuling, checked: Checked) -> list[str]:
    """Why an item may or may not be disclosed: the clauses that reach it, or what keeps it out."""
    kept_out = [
        f"{cites(c.rule, checked)}: {c.rule.means}" for c in item.conclusions if c.consequence is not Outcome.PERMIT
    ]
    if kept_out:
        return kept_out
    reached = [c.rule.cites for c in item.conclusions if c.verdict is Verdict.MET and opens(c.rule)]
    if checked.ruling.outcome is not Outcome.PERMIT:
        return [f"{', '.join(reached)} reaches it, but the request is {_state(checked.ruling.outcome)}"]
    return list(dict.fromkeys(reached))


def _state(outcome: Outcome) -> str:
    return {Outcome.HOLD: "on hold", Outcome.REFUSE: "refused"}.get(outcome, word(outcome))


def seen(conclusion: Conclusion, checked: Checked) -> Iterator[str]:
    """What the request shows of the facts that a rule rests on, one sentence each."""
    for name, value in conclusion.facts.items():
        fact = checked.under.law.pack.facts[name]
        if fact.step is Step.REQUEST:
            note = checked.request.notes.get(name, "")
            yield f"{fact.meaning}: {spoken(value, fact)}" + (f" ({note})" if note else "")


def _plain(value: Value, fact: Fact) -> Value:
    return iso(value) if fact.sort.kind is Kind.DAY and isinstance(value, int) else value


def spoken(value: Value, fact: Fact) -> str:
    """A fact's value as a person would say it."""
    match _plain(value, fact):
        case None:
            return "not stated" if fact.established_by is EstablishedBy.ASKER else "not known"
        case bool(truth):
            return "yes" if truth else "no"
        case plain:
            return str(plain).replace("_", " ")


def page(checked: Checked) -> str:
    """The ruling as a page for the asker and for counsel, in Markdown."""
    return "\n".join([*_head(checked), *_bearing(checked), *_items(checked), *_rest(checked), *_foot(checked)])


def _head(checked: Checked) -> Iterator[str]:
    law, ruling, request = checked.under.law, checked.ruling, checked.request
    yield f"# {request.id}: {word(ruling.outcome).upper()}"
    yield ""
    yield MEANING[ruling.outcome]
    yield ""
    yield f"Asked under {request.authority or 'no authority'}; ruled by the law of {iso(law.on)}, on the reading “{ruling.reading.title}”."
    yield ""


def _bearing(checked: Checked) -> Iterator[str]:
    bearing = sorted((c for c in checked.ruling.conclusions if c.consequence), key=lambda c: -c.consequence)
    if not bearing:
        return
    yield "## What stands in the way"
    yield ""
    for conclusion in bearing:
        rule = conclusion.rule
        yield f"**{word(conclusion.consequence)}** · {cites(rule, checked)} · {_item_title(rule)}"
        yield ""
        yield f"- {rule.means}"
        yield from (f"- Seen: {sentence}" for sentence in seen(conclusion, checked))
        if rule.cure:
            yield f"- Cure: {rule.cure}"
        yield ""


def _item_title(rule: Rule) -> str:
    return f"{rule.title} ({rule.item})" if rule.item else rule.title


def _items(checked: Checked) -> Iterator[str]:
    if not checked.ruling.items:
        return
    yield "## What was asked for"
    yield ""
    for item in checked.ruling.items:
        may = "may be disclosed after review" if item.may_disclose else "may not be disclosed"
        yield f"- **{item.item}** {may}: {'; '.join(because(item, checked))}"
    yield ""


def _rest(checked: Checked) -> Iterator[str]:
    conclusions = checked.ruling.conclusions
    yield from _listed(
        "What the request meets",
        [f"{cites(c.rule, checked)} · {_item_title(c.rule)}" for c in conclusions if c.verdict is Verdict.MET],
    )
    yield from _listed(
        "What is judged later, by the register or a reviewer",
        [f"{cites(c.rule, checked)} · {_turns_on(c, checked)}" for c in conclusions if c.verdict is Verdict.OPEN],
    )


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from (f"## {title}", "", *dict.fromkeys(f"- {line}" for line in lines), "")


def _turns_on(conclusion: Conclusion, checked: Checked) -> str:
    facts = [checked.under.law.pack.facts[name] for name in conclusion.facts]
    later = [fact for fact in facts if fact.step > Step.REQUEST]
    return "; ".join(f"whether {f.meaning}" if f.sort.kind is Kind.TRUTH else f.meaning for f in later)


def _foot(checked: Checked) -> Iterator[str]:
    law = checked.under.law
    seals = {f"pack {law.pack.name} {law.pack.revision}": law.pack.digest, "orders": checked.under.orders_digest}
    seals["engine"] = checked.under.engine_digest
    last = (
        f"; orders of courts last checked {iso(min(order.last_checked for order in law.orders))}" if law.orders else ""
    )
    yield "---"
    yield ", ".join(f"{name} {seal[:19]}" for name, seal in seals.items()) + last
