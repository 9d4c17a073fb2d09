"""A report, put together: the verdict above all, then each section under its heading.

Of several files each is an article of one page. Headings keep their order whichever it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from safeconduct.report.findings import addresses, rejected, tripped_message, tripwires, wanting
from safeconduct.report.html import Html, counted, document, foot, listed, masthead, number, tag
from safeconduct.report.sections import balance, law, match, notes
from safeconduct.report.summary import Summary, looked_up

Section = Callable[[Summary], Html]

_SECTIONS: dict[str, tuple[str, Section]] = {
    "tripwires": ("The tripwires", tripwires),
    "balance": ("The balance of rows", balance),
    "wanting": ("What was wanting", wanting),
    "addresses": ("The addresses", addresses),
    "match": ("The match", match),
    "rejected": ("Rows rejected", rejected),
    "law": ("The law applied", law),
    "notes": ("What this is not", notes),
}
_STOPPED = tuple(_SECTIONS)
_DECIDED = ("balance", "wanting", "addresses", "tripwires", "match", "rejected", "law", "notes")
_SEALS = {  # an octagon barred, a list, an empty sheet: told by shape, not by colour alone
    "stopped": '<path d="M20 4h24l16 16v24L44 60H20L4 44V20Z"/><path class="mark" d="M16 32h32"/>',
    "decided": '<path d="M10 4h44v56H10Z"/><path class="mark" d="M19 20h26M19 32h26M19 44h16"/>',
    "nothing": '<path d="M10 4h44v56H10Z"/>',
}


def one(summary: Summary) -> str:
    """The page of one file."""
    title = f"{verdict(summary)} · {summary['file']} · Safeconduct"
    names = _order(summary)
    content = tag("nav", listed((_link(name) for name in names), "ol"), aria_label="Contents")
    main = tag("main", _opening(summary, 1), content, *(section(name, summary, 2) for name in names))
    return document(title, masthead("Screening of a file of requests"), main, foot())


def several(summaries: Sequence[Summary]) -> str:
    """One page of several files, each an article."""
    stopped = sum(summary["tripped"] for summary in summaries)
    title = f"{counted(len(summaries), 'file')} of requests, {number(stopped)} stopped as a whole"
    links = (tag("a", f"{each['file']}: {verdict(each)}", href=f"#file-{at}") for at, each in enumerate(summaries))
    content = tag("nav", listed(links, "ol"), aria_label="Contents")
    articles = (_article(each, f"file-{at}") for at, each in enumerate(summaries))
    main = tag("main", tag("h1", title), content, *articles)
    return document(f"{title} · Safeconduct", masthead("Screening of files of requests"), main, foot())


def _article(summary: Summary, name: str) -> Html:
    inner = [section(which, summary, 3, f"{name}-") for which in _order(summary)]
    return tag("article", _opening(summary, 2), *inner, id=name)


def _order(summary: Summary) -> tuple[str, ...]:
    return _STOPPED if summary["tripped"] else _DECIDED


def _link(name: str) -> Html:
    return tag("a", _SECTIONS[name][0], href=f"#{name}")


def part(name: str, summary: Summary, level: int) -> Html:
    """What stands in a section, under its heading, as a part of a greater one."""
    heading, inner = _SECTIONS[name]
    return tag("div", tag(f"h{level}", heading), inner(summary), class_="part")


def section(name: str, summary: Summary, level: int, prefix: str = "") -> Html:
    """A section with its heading; `prefix` keeps names apart where a page holds several files."""
    heading, inner = _SECTIONS[name]
    head = tag(f"h{level}", heading, id=f"{prefix}{name}")
    return tag("section", head, tag("div", inner(summary)), aria_labelledby=f"{prefix}{name}")


# The verdict


def verdict(summary: Summary) -> str:
    """What became of the file, in a line."""
    rows, tripped = summary["rows"], sum(wire["tripped"] for wire in summary["tripwires"])
    if summary["tripped"]:
        return f"Stopped as a whole: {counted(tripped, 'tripwire')}"
    if not rows["read"]:
        return "Nothing to rule on"
    return "Decided row by row" if rows["ruled"] else "No row could be read"


def state(summary: Summary) -> str:
    """The verdict as one of three seals."""
    if summary["tripped"]:
        return "stopped"
    return "decided" if summary["rows"]["ruled"] else "nothing"


def _opening(summary: Summary, level: int) -> Html:
    which = state(summary)
    seal = tag("svg", Html(_SEALS[which]), class_="seal", viewBox="0 0 64 64", aria_hidden="true")
    words = [
        tag("p", summary["file"], class_="file"),
        tag(f"h{level}", verdict(summary), class_="verdict"),
        _lead(summary),
    ]
    return tag("div", seal, tag("div", *words), _figures(summary), class_=f"opening {which}")


def _lead(summary: Summary) -> Html:
    return tag("p", " ".join(_said(summary)), class_="lead")


def _said(summary: Summary) -> Iterator[str]:
    if summary["tripped"]:
        searched, wires = looked_up(summary), summary["tripwires"]
        yield tripped_message(sum(wire["tripped"] for wire in wires), len(wires))
        yield f"{counted(searched, 'row')} had been looked up." if searched else "Nothing was looked up for any row."
        yield "What the law would say of each row by itself is told below; it opens nothing."
    elif not summary["rows"]["ruled"]:
        yield _unruled(summary["rows"]["read"])
    else:
        yield from _decided(summary)


def _unruled(read: int) -> str:
    if not read:
        return "The file holds no rows."
    return f"{'Its only row was' if read == 1 else f'All {number(read)} rows were'} rejected before the law was asked."


def _decided(summary: Summary) -> Iterator[str]:
    permitted = summary["outcomes"].get("permit", 0)
    drawn = "No tripwire was set off" if summary["tripwires"] else "No tripwire was drawn"
    yield f"{drawn}, so each row stands or falls by itself."
    ruled = counted(summary["rows"]["ruled"], "row")
    yield f"The law permits a look for {number(permitted) if permitted else 'none'} of {ruled}."


def _figures(summary: Summary) -> Html:
    told = [
        (summary["rows"]["read"], "read"),
        (summary["outcomes"].get("permit", 0), "permitted a look by the law"),
        (looked_up(summary), "looked up"),
        (0, "released: screening never releases"),
    ]
    return tag("ul", *(tag("li", tag("b", number(value)), " ", name) for value, name in told), class_="figures")
