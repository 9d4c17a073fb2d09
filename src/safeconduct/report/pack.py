"""A pack as one page for people: the law as the program has understood it, and how well its worked cases try it.

Above all what the pack is and what is not certain of it; then its clauses in their order; then what they speak of: items,
facts, readings side by side, agreements, orders of courts; at the end the rules that lack a case, and the cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from safeconduct.core import page as pages
from safeconduct.core.coverage import WANTED, Coverage, place
from safeconduct.core.days import iso
from safeconduct.core.facts import EstablishedBy, Fact
from safeconduct.core.orders import Order
from safeconduct.core.page import Block, Entry
from safeconduct.core.readings import Reading
from safeconduct.preflight import Opened, Worked
from safeconduct.render_pack import choice
from safeconduct.report.clauses import answer, article, condition, contents, outcome, quoted
from safeconduct.report.html import Html, document, foot, joined, listed, masthead, number, pairs, said, table, tag
from safeconduct.report.prose import prose
from safeconduct.report.shown import Shown, link, shown


def page(opened: Opened, worked: Sequence[Worked], covered: Sequence[Coverage], on: int) -> str:
    """The page of the pack that is `opened`, as it stands on the day `on`."""
    whole = shown(opened, worked, covered, on)
    sections = [_section(name, heading, inner(whole)) for name, (heading, inner) in _SECTIONS.items()]
    about = _section("about", "About this pack", _about(whole))
    articles = [article(each, whole) for each in whole.pack.pages]
    main = tag("main", _opening(whole), _contents(whole), about, *articles, *sections, id="main", class_="pack")
    skip = tag("a", "Skip to the contents", href="#contents", class_="skip")
    return document(f"{whole.pack.title} · Safeconduct", skip, masthead("A rule pack"), main, foot())


def _section(name: str, heading: str, inner: Html) -> Html:
    return tag("section", tag("h2", heading, id=name), tag("div", inner), aria_labelledby=name, class_="thing")


def _opening(whole: Shown) -> Html:
    pack, lacking = whole.pack, sum(bool(of.lacking) for of in whole.covered.values())
    told = [
        (len(pack.rules), "rules"),
        (len(whole.worked), "worked cases"),
        (len(pack.rules) - lacking, "rules tried in every way that they can be"),
        (lacking, "rules that lack a case"),
    ]
    figures = tag("ul", *(tag("li", tag("b", number(value)), " ", name) for value, name in told), class_="figures")
    about = f"Pack {pack.name}, revision {pack.revision}, as it stands on {iso(whole.on)}"
    return tag(
        "div",
        tag("p", about, class_="file"),
        tag("h1", pack.title),
        tag("p", pack.caution, class_="lead"),
        figures,
        class_="title",
    )


def _contents(whole: Shown) -> Html:
    own = (contents(each, whole) for each in whole.pack.pages)
    links = [link("About this pack", "about"), *own, *(link(heading, name) for name, (heading, _) in _SECTIONS.items())]
    return tag(
        "nav", tag("h2", "Contents", id="contents"), listed(links, "ol"), aria_labelledby="contents", class_="contents"
    )


def _about(whole: Shown) -> Html:
    read = pages.read("README.md", whole.pack.files["README.md"])
    return joined([*_said(read, 3), pairs(_digests(whole))])


def _said(of: pages.Page, level: int) -> Iterator[Html]:
    """A page without rules: its headings but the first, its quotations, its prose."""
    for clause in of.clauses:
        if clause.depth > 1:
            yield tag(f"h{level}", f"{clause.ref} · {clause.title}" if clause.title else clause.ref)
        for part in clause.parts:
            if not isinstance(part, Block):
                yield quoted(part.text) if isinstance(part, Entry) else prose(part.lines)


def _digests(whole: Shown) -> Iterator[tuple[str, str]]:
    yield "Pack", tag("code", whole.pack.digest)
    yield "Orders of courts", tag("code", whole.opened.orders_digest)
    yield "Engine", tag("code", whole.opened.engine_digest)


# What the clauses speak of


def _items(whole: Shown) -> Html:
    rows = [
        (tag("code", item.name), item.meaning, said(item.kind), said(item.source), item.cites)
        for item in whole.pack.items.values()
    ]
    return table(
        "Every item, its kind and whence the custodian had it", ["Item", "What it is", "Kind", "Source", "Cites"], rows
    )


def _facts(whole: Shown) -> Html:
    heads = ["Fact", "What it says", "May be", "Established"]
    return table("The facts on which the rules turn", heads, [_fact(fact, whole) for fact in whole.pack.facts.values()])


def _fact(fact: Fact, whole: Shown) -> Sequence[str]:
    name = tag("code", fact.name, id=whole.facts[fact.name])
    may = "; ".join(choice(member, fact) for member in fact.sort.members) or f"a {fact.sort.kind}"
    step = "" if fact.established_by is EstablishedBy.READING else f", at the {fact.step.name.lower()}"
    where = [", in ", tag("code", fact.path)] if fact.path else []
    return name, fact.meaning, may, joined([f"by the {fact.established_by}{step}", *where])


def _readings(whole: Shown) -> Html:
    readings = list(whole.pack.readings.values())
    contested = [fact for fact in whole.pack.facts.values() if fact.established_by is EstablishedBy.READING]
    told: list[tuple[str, Callable[[Reading], str]]] = [
        ("Title", lambda of: of.title),
        ("Author", lambda of: f"{of.author}, {of.office}"),
        ("Dated", lambda of: of.dated),
        ("Text", lambda of: "confirmed" if of.verified else "UNCONFIRMED"),
        ("In force", lambda of: _rules(of, whole)),
    ]
    rows = [(name, *(say(of) for of in readings)) for name, say in told]
    rows += [(fact.meaning, *(tag("b", answer(of.values.get(fact.name))) for of in readings)) for fact in contested]
    heads = ["", *(link(of.name, whole.readings[of.name]) for of in readings)]
    side = table("What each reading says of each contested word", ["Contested", *heads[1:]], rows)
    return joined([side, *(_reading(of, whole) for of in readings)])


def _rules(of: Reading, whole: Shown) -> str:
    days = ", ".join(iso(entry.since) for entry in whole.pack.readings_in_force if entry.name == of.name)
    return f"from {days}" if days else "never; it can be chosen for study"


def _reading(of: Reading, whole: Shown) -> Html:
    head = tag("h3", tag("span", of.name, class_="cited"), " ", of.title, id=whole.readings[of.name])
    return tag("div", head, *_said(pages.read(of.file, whole.pack.files[of.file]), 4), class_="reading")


def _agreements(whole: Shown) -> Html:
    if not whole.pack.agreements:
        return tag("p", "The pack knows of none.")
    return joined(
        tag(
            "div",
            tag("h3", tag("span", of.name, class_="cited"), " ", of.title),
            pairs([("From", iso(of.since)), ("Until", iso(of.until) if of.until else "no end is known"),
                   ("Governs requests where", condition(of.governs, whole))]),
            class_="reading",
        )
        for of in whole.pack.agreements.values()
    )  # fmt: skip


def _orders(whole: Shown) -> Html:
    orders = whole.opened.orders
    groups = {
        f"In force on {iso(whole.on)}": [order for order in orders if order.stands_on(whole.on)],
        "Past": [order for order in orders if order.until is not None and order.until <= whole.on],
        "Not yet in force": [order for order in orders if order.since > whole.on],
    }
    told = [joined([tag("h3", name), *map(_order, group)]) for name, group in groups.items() if group]
    return joined(told) if told else tag("p", "There are none.")


def _order(of: Order) -> Html:
    told = [
        ("Court and docket", f"{of.court}, {of.docket}"),
        ("Kind", said(of.kind)),
        ("Bars", ", ".join(said(verb) for verb in sorted(of.verbs)) or "nothing by itself"),
        ("In force", f"from {iso(of.since)}" + (f" until {iso(of.until)}" if of.until else "; no end is known")),
        ("Last checked", iso(of.last_checked)),
    ]
    return tag("div", tag("h4", of.cites), tag("p", of.says), pairs(told), class_="reading")


# The cases


def _lacking(whole: Shown) -> Html:
    rows = [
        (
            link(of.rule.id, whole.rules[place(of.rule)]),
            of.rule.cites,
            of.rule.title,
            ", ".join(WANTED[each] for each in of.lacking),
        )
        for of in whole.covered.values()
        if of.lacking
    ]
    why = "A rule should have a worked case that makes it true, one that makes it false and one in which it cannot be told. What a rule cannot be is not asked of it."
    if not rows:
        return joined([tag("p", why), tag("p", "Every rule has them.")])
    return joined([tag("p", why), table("Rules that lack a case", ["Rule", "Cites", "Title", "Never"], rows)])


def _cases(whole: Shown) -> Html:
    if not whole.worked:
        return tag("p", "The pack has none.")
    heads = ["Case", "What it is", "Law of", "At the", "Must come to", "Does it?"]
    return table(
        "Each case, the law that it is ruled under, and what must come of it",
        heads,
        [_case(each, whole) for each in whole.worked],
    )


def _case(of: Worked, whole: Shown) -> Sequence[str]:
    case = of.case
    name = tag("span", case.name, id=whole.cases[case.name])
    under = joined([tag("span", iso(case.on), class_="figure"), f", reading {case.reading}" if case.reading else ""])
    does = "yes" if not of.differences else tag("b", "; ".join(of.differences), class_="fault")
    return name, case.says, under, case.step.name.lower(), outcome(case.outcome), does


_SECTIONS: dict[str, tuple[str, Callable[[Shown], Html]]] = {
    "items": ("What can be asked for", _items),
    "facts": ("The facts", _facts),
    "readings": ("Readings side by side", _readings),
    "agreements": ("Agreements", _agreements),
    "orders": ("Orders of courts", _orders),
    "lacking": ("Rules that lack a case", _lacking),
    "cases": ("The worked cases", _cases),
}
