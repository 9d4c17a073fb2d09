"""The page of the demo: the exchange of 2025, in small. Three figures first, then what stands behind each.

What the script of 2025 would have done is a reconstruction, and every place that tells of it says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeconduct.report.charts import Ink, scaled
from safeconduct.report.drawings import Bar, Part, bars, sheets, stack
from safeconduct.report.figures import INKS, figure
from safeconduct.report.html import (
    Html,
    counted,
    document,
    foot,
    joined,
    listed,
    masthead,
    number,
    said,
    share,
    table,
    tag,
)
from safeconduct.report.screened import part, verdict
from safeconduct.report.summary import Counterfactual, Summary, Today, looked_up

_TITLE = "The exchange of 2025, in small"
_LEAD = "One file of {rows}, made like those of 2025, goes two ways: through a script that asked only whether the address field was blank, and through Safeconduct. Beside it stands a small file, honestly made. Every person is invented."
_GROUNDS = {
    "by_number": "let go on name and number",
    "by_address": "let go on name and address",
    "unlawfully": "let go unlawfully",
    "address_never_compared": "the address was never compared",
    "no_address_of_the_taxpayer": "no address of the taxpayer was given",
    "wrong_person": "another person's address",
}
_STAMP = "COUNTERFACTUAL"
_MOST = 1000  # sheets in a heap; beyond it, each stands for several


def page(replay: Summary, honest: Summary, then: Counterfactual, today: Today) -> str:
    """The page."""
    lead = tag("p", _LEAD.format(rows=counted(then["rows"], "request")), class_="lead")
    opening = tag("div", tag("h1", _TITLE), lead, class_="prologue")
    names = ["then", "now", "honest", "today", "limits"]
    inner = [_script(then), _same(replay), _small(honest), _today(today), _limits()]
    titles = [
        "What the script would have let go",
        "The same file, through Safeconduct",
        "A small file, honestly made",
        "The same file today",
        "What this is not",
    ]
    links = (tag("a", title, href=f"#{name}") for name, title in zip(names, titles, strict=True))
    sections = (_section(*each) for each in zip(names, titles, inner, strict=True))
    content = tag("nav", listed(links, "ol"), aria_label="Contents")
    main = tag("main", opening, _trio(replay, honest, then), content, *sections)
    return document(f"{_TITLE} · Safeconduct", masthead("A demonstration"), main, foot())


def _section(name: str, title: str, inner: Html) -> Html:
    return tag("section", tag("h2", title, id=name), tag("div", inner), aria_labelledby=name)


# The three figures


def _trio(replay: Summary, honest: Summary, then: Counterfactual) -> Html:
    one = (
        "A sheet stands for so many rows as is said beneath it."
        if _each(then["released"]) > 1
        else "Each sheet is one row."
    )
    key = (
        f"{one} A filled one would have left the building; an outlined one may be looked at, by two people, by itself."
    )
    return joined(
        [tag("div", _then(then), _now(replay), _honest(honest), class_="trio"), tag("p", key, class_="quiet")]
    )


def _card(kind: str, title: str, huge: int, words: str, picture: Html) -> Html:
    head = tag("p", _STAMP if kind == "then" else "MEASURED", class_="stamp")
    return tag(
        "div", head, tag("h2", title), tag("p", number(huge), class_="huge"), tag("p", words), picture, class_=kind
    )


def _then(then: Counterfactual) -> Html:
    words = (
        f"of {counted(then['rows'], 'row')} would have been released, {number(then['unlawfully'])} of them unlawfully."
    )
    return _card("then", "The script of 2025", then["released"], words, _heap(then["released"], words))


def _now(replay: Summary) -> Html:
    words = f"of {counted(replay['rows']['read'], 'row')} looked up, and none released. {verdict(replay)}."
    searched = looked_up(replay)
    picture = _heap(searched, words) if searched else tag("p", "Nothing left the building.", class_="empty")
    return _card("now", "Safeconduct, the same file", searched, words, picture)


def _honest(honest: Summary) -> Html:
    if looked_up(honest):
        count, state = honest["match"]["one"], "found as exactly one person"
    else:
        count, state = honest["outcomes"].get("permit", 0), "are permitted a look by the law"
    rows = counted(honest["rows"]["read"], "row")
    words = f"of {rows} {state}. Each goes on to two people, by itself. None is released yet."
    return _card("honest", "Safeconduct, an honest file", count, words, _heap(count, words, Ink.PERMIT, outlined=True))


def _heap(count: int, words: str, ink: Ink = Ink.STOP, *, outlined: bool = False) -> Html:
    """The count as sheets, with its figure as a table."""
    each = _each(count)
    several = f"Each sheet stands for {number(each)} rows." if each > 1 else ""
    picture = scaled(f"{number(count)} {words} {several}".strip(), sheets(-(-count // each), ink, outlined=outlined))
    data = table("The figure as a table", ["Sheets", "Rows"], [("outlined" if outlined else "filled", count)])
    told = tag("details", tag("summary", "The figure as a table"), data)
    return tag("figure", picture, tag("p", several, class_="quiet") if several else Html(), told, class_="heap")


def _each(count: int) -> int:
    """How many rows a sheet stands for."""
    return max(-(-count // _MOST), 1)


# What stands behind them


def _script(then: Counterfactual) -> Html:
    released = then["released"]
    counts = {
        "by_number": then["by_number"],
        "by_address": then["by_address"],
        "unlawfully": then["unlawfully"],
        "address_never_compared": then["address_never_compared"],
        "no_address_of_the_taxpayer": then["no_address_of_the_taxpayer"],
        "wrong_person": then["wrong_person"],
    }
    message = f"Counterfactual: of {number(released)} rows let go, {number(then['address_never_compared'])} had no address compared and {number(then['wrong_person'])} would have told of another person."
    shown = [_ground(name, rows, released) for name, rows in counts.items()]
    data = table(
        "What the script would have let go",
        ["Ground", "Rows"],
        [(_GROUNDS[name], rows) for name, rows in counts.items()],
    )
    stamp = tag("p", _STAMP, class_="stamp")
    source = tag(
        "p",
        "A reconstruction from public accounts of the script, run on invented persons. It tells what such a script does, not what was done to anyone.",
    )
    return joined([stamp, source, figure(message, bars(shown, released), data, _overlap(then)), _examples(then)])


def _overlap(then: Counterfactual) -> Html:
    whole = "The first two add up to the whole. " if then["by_number"] + then["by_address"] == then["released"] else ""
    return tag("p", f"{whole}Grounds overlap: one row can count under several.", class_="quiet")


def _ground(name: str, rows: int, released: int) -> Bar:
    ink = Ink.QUIET if name in {"by_number", "by_address"} else Ink.STOP
    return Bar(_GROUNDS[name], f"{share(rows, released)} of what was let go", number(rows), rows, ink)


def _examples(then: Counterfactual) -> Html:
    if not then["examples"]:
        return Html()
    rows = [(one["address"], said(one["grade"]), one["rows"]) for one in then["examples"]]
    return table("What passed for an address, because it was not blank", ["Address as written", "Grade", "Rows"], rows)


def _same(replay: Summary) -> Html:
    lead = tag(
        "p",
        f"{verdict(replay)}. Each row was ruled on by itself all the same, so that whoever asked can mend it.",
        class_="statement",
    )
    return joined([lead, *(part(name, replay, 3) for name in ("tripwires", "balance", "wanting", "addresses", "law"))])


def _small(honest: Summary) -> Html:
    lead = tag(
        "p",
        f"{verdict(honest)}. The same law, the same thresholds, and requests that say what the statute asks.",
        class_="statement",
    )
    return joined([lead, *(part(name, honest, 3) for name in ("balance", "match", "wanting"))])


def _today(today: Today) -> Html:
    counts, orders = today["outcomes"], today["orders"]
    parts = [Part(said(name), rows, INKS.get(name, Ink.TEXT)) for name, rows in counts.items()]
    total = sum(counts.values())
    message = f"Under the law of {today['on']}, of {counted(total, 'row')}: {_told(parts)}."
    stand = f"{counted(len(orders), 'order')} of courts {'stands' if len(orders) == 1 else 'stand'} in the way: {'; '.join(orders)}."
    data = table("The same file today", ["Outcome", "Rows"], [(one.name, one.rows) for one in parts])
    return figure(message, stack([parts]), data, tag("p", stand if orders else "No order of a court is in force."))


def _told(parts: list[Part]) -> str:
    return ", ".join(f"{number(one.rows)} {one.name}" for one in parts if one.rows) or "nothing to rule on"


def _limits() -> Html:
    return listed(_limit())


def _limit() -> Iterator[str]:
    yield "Not what happened: the script is reconstructed from public accounts, and its figures here are those of an invented file."
    yield "Not a release. Screening hands nothing over; what the law permits has still to pass two people, one by one."
    yield "Nothing from any custodian's register is in here."
    yield "Not legal advice."
