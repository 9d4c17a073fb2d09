"""The clauses of a pack on its page: each with its quotation, the pack's own prose, and its rules in plain words.

A page of the pack becomes an article, a clause a section of it. What a rule says is told by what its facts mean, with
their names beside it. The worked cases that exercise a rule stand beneath it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safeconduct.core.coverage import WANTED, Coverage, place
from safeconduct.core.days import iso
from safeconduct.core.expression import FALSE, TRUE, And, Node, Not, Or, facts_of
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.law import Verdict
from safeconduct.core.page import Block, Clause, Entry, Page, Prose
from safeconduct.core.rules import AUTHORITY, Outcome, Rule
from safeconduct.render import word
from safeconduct.render_pack import choice, words
from safeconduct.report.html import Html, counted, joined, listed, number, pairs, tag
from safeconduct.report.prose import prose
from safeconduct.report.shown import Shown, link

_CLAUSE = 2  # headings of this depth or more are clauses; above them stands the title of the page
_FEW = 3
_LEFT = {"item": ", for each item asked for, one by one", "order": ", for each order of a court in force, one by one"}


def article(page: Page, shown: Shown) -> Html:
    """A page of the pack: its title, its opening words, its clauses."""
    titles = [clause for clause in page.clauses if clause.depth < _CLAUSE]
    opening = joined([_parts(page, clause, shown) for clause in titles])
    clauses = [_clause(page, clause, shown) for clause in page.clauses if clause.depth >= _CLAUSE]
    head = tag("h2", title(page), id=shown.pages[page.file])
    return tag("article", head, tag("div", opening, class_="preamble"), *clauses, class_="of-pack")


def title(page: Page) -> str:
    """How a page of the pack is headed."""
    named = next((clause for clause in page.clauses if clause.depth == 1), None)
    if named is None:
        return page.front["title"].text if "title" in page.front else page.file.removesuffix(".md")
    return f"{named.ref} · {named.title}" if named.title else named.ref


def headed(page: Page, clause: Clause, shown: Shown) -> tuple[str, str]:
    """How a clause is cited, "" where its heading is no citation; and how it is titled."""
    rules = shown.rules_of(page, clause)
    cited = rules[0].cites if rules and clause.ref in rules[0].cites else ""
    return cited or (clause.ref if clause.title else ""), clause.title or clause.ref


def contents(page: Page, shown: Shown) -> Html:
    """A page of the pack and its clauses, as links."""
    clauses = [clause for clause in page.clauses if clause.depth >= _CLAUSE]
    links = (_to(page, clause, shown) for clause in clauses)
    return joined([link(title(page), shown.pages[page.file]), listed(links, "ol") if clauses else Html()])


def _to(page: Page, clause: Clause, shown: Shown) -> Html:
    cited, titled = headed(page, clause, shown)
    inner = [tag("span", cited, class_="quiet"), " "] if cited else []
    return link(joined([*inner, titled]), shown.clauses[page.file, clause.line])


def _clause(page: Page, clause: Clause, shown: Shown) -> Html:
    cited, titled = headed(page, clause, shown)
    name = shown.clauses[page.file, clause.line]
    small = [tag("span", cited, class_="cited"), " "] if cited else []
    head = tag("h3", *small, titled, id=name)
    return tag("section", head, tag("div", _parts(page, clause, shown)), aria_labelledby=name, class_="clause")


def _parts(page: Page, clause: Clause, shown: Shown) -> Html:
    return joined(_part(page, part, shown) for part in clause.parts)


def _part(page: Page, part: Entry | Block | Prose, shown: Shown) -> Html:
    match part:
        case Entry(text):
            return quoted(text)
        case Prose(lines):
            return prose(lines)
        case Block():
            return _rule(shown.covered[page.file, part.line], shown)


def quoted(text: str) -> Html:
    """The statute's own words."""
    return tag("blockquote", tag("p", text))


# A rule


def _rule(of: Coverage, shown: Shown) -> Html:
    name = shown.rules[place(of.rule)]
    head = tag("h4", tag("span", "Rule ", class_="quiet"), of.rule.id, id=name)
    top = tag("div", head, tag("p", *_marks(of.rule), class_="marks"), class_="head")
    return tag("div", top, pairs(_told(of.rule, shown)), _tried(of, shown), class_="rule")


def _marks(rule: Rule) -> Iterator[Html]:
    yield tag("span", str(rule.layer), class_=f"mark {rule.layer}")
    for day, when in ((rule.since, "from"), (rule.until, "until")):
        if day is not None:
            yield tag("span", f"{when} {iso(day)}", class_="mark")
    if not rule.verified:
        yield tag("span", "UNCONFIRMED", class_="mark unconfirmed")


def _told(rule: Rule, shown: Shown) -> Iterator[tuple[str, str]]:
    yield "Applies to", _applies(rule, shown)
    yield "Must be so", _needs(rule, shown)
    yield "If it is not", joined([outcome(rule.otherwise), ": ", rule.means])
    if rule.facts:
        yield "If it cannot be told", outcome(rule.unknown)
    if rule.cure:
        yield "What would cure it", rule.cure
    if rule.step > Step.REQUEST:
        yield "Judged", {Step.SEARCH: "after the search of the register", Step.REVIEW: "at review"}[rule.step]
    readings = [fact for fact in _facts(rule, shown) if fact.established_by is EstablishedBy.READING]
    if readings:
        yield "Turns on a reading", joined(_read(fact, shown) for fact in readings)


def outcome(which: Outcome) -> Html:
    """An outcome, marked as one."""
    return tag("b", word(which), class_=f"outcome {word(which)}")


def _applies(rule: Rule, shown: Shown) -> Html:
    authority = shown.pack.facts[AUTHORITY]
    clauses = ", ".join(choice(clause, authority) for clause in authority.sort.members if clause in rule.scope)
    whom = f"requests under {clauses}" if rule.scope else "every request"
    whole = f"{whom}{_LEFT[rule.each]}" if rule.each else whom
    return joined([tag("p", whole, ", where" if rule.when != TRUE else ""), _where(rule, shown)])


def _where(rule: Rule, shown: Shown) -> Html:
    return Html() if rule.when == TRUE else condition(rule.when, shown)


def _needs(rule: Rule, shown: Shown) -> Html:
    if rule.needs == FALSE and rule.otherwise is not Outcome.HOLD:
        return tag("p", "nothing can make it so: what the rule applies to always comes to what follows")
    return condition(rule.needs, shown)


def condition(node: Node, shown: Shown) -> Html:
    """An expression in plain words: what hangs together as a list, each part with the names of its facts."""
    match node:
        case And(_):
            return _several("all of this:", _flat(node, And), shown)
        case Or(_):
            return _several("any of this:", _flat(node, Or), shown)
        case Not(And(_) | Or(_)):
            return joined([tag("p", "it is not so that"), condition(node.of, shown)])
        case _:
            return tag("p", words(node, shown.pack), *_names(node, shown))


def _several(how: str, parts: Sequence[Node], shown: Shown) -> Html:
    return joined([tag("p", how, class_="quiet"), listed((condition(part, shown) for part in parts), class_="parts")])


def _flat(node: And | Or, kind: type[And | Or]) -> list[Node]:
    """The parts of an expression, those of parts of its own kind among them."""
    return [inner for part in node.of for inner in (_flat(part, kind) if isinstance(part, kind) else [part])]


def _names(node: Node, shown: Shown) -> Iterator[str]:
    for name in sorted(facts_of(node) & shown.facts.keys()):
        yield from (" ", link(tag("code", name), shown.facts[name]))


def _facts(rule: Rule, shown: Shown) -> list[Fact]:
    return [shown.pack.facts[name] for name in sorted(rule.facts & shown.pack.facts.keys())]


def _read(fact: Fact, shown: Shown) -> Html:
    """What each reading says of a fact."""
    told = [joined([tag("b", answer(reading.values.get(fact.name))), " under ", link(name, shown.readings[name])])
            for name, reading in shown.pack.readings.items()]  # fmt: skip
    return joined([tag("p", f"whether {fact.meaning}:"), listed(told, class_="readings")])


def answer(value: bool | None) -> str:  # noqa: FBT001  # a truth value is its subject
    """What a reading says, as its page writes it."""
    return {True: "yes", False: "no", None: "undecided"}[value]


# The cases that exercise it


def _tried(of: Coverage, shown: Shown) -> Html:
    columns = [_column(of, verdict, said, shown) for verdict, said in WANTED.items()]
    beside = {"does not apply": Verdict.NOT_APPLICABLE, "is still open": Verdict.OPEN}
    left = [f"{words} in {counted(len(of.cases[each]), 'case')}" for words, each in beside.items() if of.cases[each]]
    rest = tag("p", f"It {' and '.join(left)}.", class_="quiet") if left else Html()
    return tag("div", tag("div", *columns, class_="columns"), rest, class_="tried")


def _column(of: Coverage, verdict: Verdict, said: str, shown: Shown) -> Html:
    names = of.cases[verdict]
    if not names:
        lacks = verdict in of.possible
        words = "no case makes it so" if lacks else "it cannot be"
        head = tag("p", tag("b", "0" if lacks else "–"), f" {said}", class_="lacking" if lacks else "idle")
        return tag("div", head, tag("p", words, class_="quiet"))
    left = len(names) - _FEW
    cases = [_case(name, shown) for name in names[:_FEW]]
    more = [f"and {number(left)} more"] if left > 0 else []
    return tag("div", tag("p", tag("b", number(len(names))), f" {said}"), listed([*cases, *more]))


def _case(name: str, shown: Shown) -> Html:
    says: Mapping[str, str] = {each.case.name: each.case.says for each in shown.worked}
    return joined([link(name, shown.cases[name]), f" {says[name]}"])
