"""The same law for people: a ruling as JSON and as a page.

The words are the statute's and the pack's own; this module arranges them. It prints nothing and reads nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from safeconduct import render_orders
from safeconduct.core.days import iso
from safeconduct.core.expression import Kind, Value
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.law import Conclusion, ItemRuling, Verdict, opens
from safeconduct.core.rules import AUTHORITY, Outcome, Rule
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
        "authority": request.named[AUTHORITY] or None,
        "pack": law.pack.name,
        "pack_digest": law.pack.digest,
        "orders_digest": checked.under.opened.orders_digest,
        "engine_digest": checked.under.opened.engine_digest,
        "reading": ruling.reading.name,
        "law_on": iso(law.on),
        "findings": [_finding(conclusion, checked) for conclusion in ruling.conclusions],
        "items": [
            {"item": i.item, "may_disclose": i.may_disclose, "because": because(i, checked)} for i in ruling.items
        ],
        "orders": render_orders.as_documents(checked),
        "sensitivity": [
            {
                "reading": other.reading.name,
                "outcome": word(other.outcome),
                "items": list(other.items),
                "because": [conclusion.rule.id for conclusion in other.because],
            }
            for other in checked.otherwise
        ],
    }


def _finding(conclusion: Conclusion, checked: Checked) -> dict[str, object]:
    rule, bears = conclusion.rule, conclusion.bears
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
        finding["means"] = means(conclusion, checked)
        finding["seen"] = list(seen(conclusion, checked))
        finding["cure"] = cure(conclusion) or None
    return finding


def cites(rule: Rule, checked: Checked) -> str:
    """What the rule cites; where that is a fact, what the request names there."""
    fact = checked.under.law.pack.facts.get(rule.cites)
    return rule.cites if fact is None else checked.request.named[rule.cites] or fact.path


def means(conclusion: Conclusion, checked: Checked) -> str:
    """What a conclusion means for the asker: the rule's own words where it fails, what is wanting where it cannot be told."""
    if conclusion.verdict is not Verdict.UNKNOWN:
        return conclusion.rule.means
    facts = [checked.under.law.pack.facts[name] for name, value in conclusion.facts.items() if value is None]
    return " ".join(wanting(facts, checked))


def wanting(facts: Iterable[Fact], checked: Checked) -> Iterator[str]:
    """What is not known, a sentence for each who could say: the asker by the fields of the request."""
    facts, notes = list(facts), checked.request.notes
    stated = [fact for fact in facts if fact.established_by is EstablishedBy.ASKER]
    fields = dict.fromkeys(f"`{notes.get(fact.name, fact.path)}`" for fact in stated)
    if fields:
        yield f"Not stated: {', '.join(fields)}."
    for fact in facts:
        if fact.established_by is EstablishedBy.READING:
            yield f"The reading in force leaves open {_whether(fact)}."
        elif fact.established_by is not EstablishedBy.ASKER:
            yield f"Not known: {_whether(fact)}."


def _whether(fact: Fact) -> str:
    return f"whether {fact.meaning}" if fact.sort.kind is Kind.TRUTH else fact.meaning


def cure(conclusion: Conclusion) -> str:
    """What would mend it; nothing where a stated fact fails, which supplying a fact cannot cure."""
    failed = conclusion.verdict is Verdict.NOT_MET and conclusion.consequence >= Outcome.REFUSE
    return "" if failed else conclusion.rule.cure


def because(item: ItemRuling, checked: Checked) -> list[str]:
    """Why an item may or may not be disclosed: the clauses that reach it, or what keeps it out."""
    kept_out = [f"{cites(c.rule, checked)}: {means(c, checked)}" for c in item.conclusions if c.bears]
    if kept_out:
        return kept_out
    reached = [c.rule.cites for c in item.conclusions if c.verdict is Verdict.MET and opens(c.rule)]
    if checked.ruling.outcome is not Outcome.PERMIT:
        return [f"{', '.join(reached)} reaches it, but the request is {_state(checked.ruling.outcome)}"]
    return list(dict.fromkeys(reached))


def _state(outcome: Outcome) -> str:
    return {Outcome.HOLD: "on hold", Outcome.REFUSE: "refused"}.get(outcome, word(outcome))


def seen(conclusion: Conclusion, checked: Checked) -> Iterator[str]:
    """What the request shows of the facts that a rule rests on, one sentence each; of an order, its scope says enough."""
    facts = {} if conclusion.rule.each == "order" else conclusion.facts
    for name, value in facts.items():
        fact = checked.under.law.pack.facts[name]
        if fact.step is Step.REQUEST and value is not None:  # what is wanting is said apart
            note = checked.request.notes.get(name, "")
            yield f"{spoken(value, fact)}, of {_whether(fact)}" + (f" ({note})" if note else "")


def _plain(value: Value, fact: Fact) -> Value:
    return iso(value) if fact.sort.kind is Kind.DAY and isinstance(value, int) else value


def spoken(value: Value, fact: Fact) -> str:
    """A fact's value as a person would say it."""
    match _plain(value, fact):
        case bool(truth):
            return "yes" if truth else "no"
        case str(member) if fact.finding == "clause":
            return fact.samples[member]
        case plain:
            return str(plain).replace("_", " ")


def page(checked: Checked) -> str:
    """The ruling as a page for the asker and for counsel, in Markdown."""
    within = [*_orders(checked), *_otherwise(checked)]
    return "\n".join([*_head(checked), *_bearing(checked), *_items(checked), *within, *_rest(checked), *_foot(checked)])


def brief(checked: Checked) -> str:
    """The ruling in short: the outcome, what stands in the way, what was asked for. In Markdown."""
    return "\n".join([*_head(checked), *_bearing(checked), *_items(checked)])


def _head(checked: Checked) -> Iterator[str]:
    law, ruling, request = checked.under.law, checked.ruling, checked.request
    facts = {name for c in _all(checked) for name in c.facts}
    read = any(law.pack.facts[name].established_by is EstablishedBy.READING for name in facts)
    reading = f", on the reading “{ruling.reading.title}”" if read else ""
    yield f"# {word(ruling.outcome).upper()}"
    yield ""
    yield MEANING[ruling.outcome]
    yield ""
    named = f"`{request.id.replace('`', ' ')}`"
    yield f"Request {named}, asked under {request.named[AUTHORITY] or 'no authority'}; ruled as of {iso(law.on)}{reading}."
    yield law.pack.caution
    yield ""


def _all(checked: Checked) -> Iterator[Conclusion]:
    yield from checked.ruling.conclusions
    yield from (c for item in checked.ruling.items for c in item.conclusions)


def _bearing(checked: Checked) -> Iterator[str]:
    bearing = [c for c in checked.ruling.conclusions if c.bears]
    told = sorted((c for c in bearing if c.applies is not None), key=lambda c: -c.consequence)
    groups = groupby(told, key=lambda c: (c.consequence, cites(c.rule, checked), _item_title(c.rule)))
    if told:
        yield from ("## What stands in the way", "")
    for (consequence, cited, title), group in groups:
        yield from (f"**{word(consequence)}** · {cited} · {title}", "", *_said(list(group), checked), "")
    untold = [c for c in bearing if c.applies is None]
    lines = [f"**{word(c.consequence)}** · {cites(c.rule, checked)} · {_item_title(c.rule)}" for c in untold]
    yield from _listed("What may stand in the way, for want of what is not stated", lines)


def _said(group: list[Conclusion], checked: Checked) -> Iterator[str]:
    """Of conclusions under one clause and title: what they mean, what was seen, what would cure them, each once."""
    facts = checked.under.law.pack.facts
    unknown = {
        name: facts[name] for c in group if c.verdict is Verdict.UNKNOWN for name in c.facts if c.facts[name] is None
    }
    failing = [c.rule.means for c in group if c.verdict is not Verdict.UNKNOWN]
    yield from (f"- {sentence}" for sentence in dict.fromkeys([*failing, *wanting(unknown.values(), checked)]))
    yield from dict.fromkeys(f"- Seen: {sentence}" for c in group for sentence in seen(c, checked))
    yield from dict.fromkeys(f"- Cure: {cure(c)}" for c in group if cure(c))


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


def _orders(checked: Checked) -> Iterator[str]:
    shown = list(render_orders.lines(checked))
    if shown:
        yield from ("## Orders of courts", "", *shown, "")


def _otherwise(checked: Checked) -> Iterator[str]:
    """Only what differs at this step: what turns on a later one is not weighed here, under any reading."""
    others = checked.otherwise
    if not others:
        return
    yield from ("## Under other readings", "", "As far as the request shows today, the ruling would be another:", "")
    for other in others:
        said = f"“{other.reading.title}” ({other.reading.office}, `{other.reading.name}`)"
        yield f"- **{word(other.outcome)}** under {said}: {', '.join(other.items) or 'nothing'} may be disclosed"
        yield from dict.fromkeys(f"  - {_told_under(conclusion, checked)}" for conclusion in other.because)
    yield ""


def _told_under(conclusion: Conclusion, checked: Checked) -> str:
    told = {Verdict.MET: "met", Verdict.NOT_MET: "not met", Verdict.UNKNOWN: "left open"}
    said = told.get(conclusion.verdict, "does not apply")
    return f"{cites(conclusion.rule, checked)} · {_item_title(conclusion.rule)}: {said}"


def _rest(checked: Checked) -> Iterator[str]:
    conclusions = checked.ruling.conclusions
    failing = {(c.rule.cites, c.rule.title) for c in conclusions if c.bears}
    met = [c.rule for c in conclusions if c.verdict is Verdict.MET and (c.rule.cites, c.rule.title) not in failing]
    later = [c for c in conclusions if c.verdict is Verdict.OPEN]
    beside = [c.rule for c in conclusions if c.rule.each == "order" and c.verdict is Verdict.NOT_APPLICABLE]
    yield from _listed(
        "What the request meets, as far as it shows today",
        [f"{cites(rule, checked)} · {_item_title(rule)}" for rule in met],
    )
    yield from _listed(
        "What is judged later, by the register or a reviewer",
        [f"{cites(c.rule, checked)} · {_turns_on(c, checked)}" for c in later],
    )
    yield from _listed(
        "Orders of courts in force that do not reach this request", [f"{r.cites} · {r.title}" for r in beside]
    )


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from (f"## {title}", "", *dict.fromkeys(f"- {line}" for line in lines), "")


def _turns_on(conclusion: Conclusion, checked: Checked) -> str:
    facts = [checked.under.law.pack.facts[name] for name in conclusion.facts]
    return "; ".join(_whether(fact) for fact in facts if fact.step > Step.REQUEST)


def _foot(checked: Checked) -> Iterator[str]:
    law = checked.under.law
    seals = {f"pack {law.pack.name} {law.pack.revision}": law.pack.digest, "orders": checked.under.opened.orders_digest}
    seals["engine"] = checked.under.opened.engine_digest
    last = (
        f"; orders of courts last checked {iso(min(order.last_checked for order in law.orders))}" if law.orders else ""
    )
    yield "---"
    yield ", ".join(f"{name} {seal[:19]}" for name, seal in seals.items()) + last
