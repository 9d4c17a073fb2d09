"""The sections of a report that account for the file: the balance of its rows, the match, the law applied, the limits.

Each takes the summary and gives what stands under a heading; `screened` puts them in their order. The words are plain,
the figures are the summary's own; nothing is computed here but sums and shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeconduct.render import MEANING, word
from safeconduct.report.charts import Ink
from safeconduct.report.drawings import Part, stack
from safeconduct.report.figures import INKS, figure, legend
from safeconduct.report.html import Html, counted, joined, listed, number, pairs, said, table, tag
from safeconduct.report.summary import Summary, looked_up

_BECAME = {word(outcome): meaning for outcome, meaning in MEANING.items()}
_BECAME["rejected"] = "The row could not be read as a request."
# The balance


def outcomes(summary: Summary) -> list[Part]:
    """The outcomes, in order of weight, those that no row came to among them."""
    names = dict.fromkeys([*INKS, *summary["outcomes"]])
    return [Part(said(name), summary["outcomes"].get(name, 0), INKS.get(name, Ink.TEXT)) for name in names]


def balance(summary: Summary) -> Html:
    """Every row is somewhere: read = ruled + rejected, and what was ruled came to one of five outcomes."""
    rows, parts = summary["rows"], outcomes(summary)
    if not rows["read"]:
        return tag("p", "The file holds no rows, so there is nothing to balance.")
    rejected = Part("rejected", rows["rejected"], Ink.REJECTED)
    lines = [[Part("ruled on", rows["ruled"], Ink.TEXT), rejected], parts]
    picture = stack([line for line in lines if any(part.rows for part in line)])
    message = f"Of {counted(rows['read'], 'row')}, {_heaviest(parts, rows['ruled'], rejected.rows)}."
    ends = [*parts, rejected]
    data = table("The balance of rows", ["What became of it", "Rows"], [(part.name, part.rows) for part in ends])
    key = legend(ends, rows["read"], {part.name: _BECAME.get(part.name, "") for part in ends})
    return joined([_equations(summary, parts), figure(message, picture, data, key)])


def _heaviest(parts: Sequence[Part], ruled: int, rejected: int) -> str:
    if not ruled:
        return f"{number(rejected)} could not be read, and none could be ruled on"
    most = max(parts, key=lambda part: part.rows)
    return f"the law's answer for {number(most.rows)} is “{most.name}”; {number(rejected)} could not be read"


def _equations(summary: Summary, parts: Sequence[Part]) -> Html:
    rows = summary["rows"]
    first = _equation(rows["read"], "read", [("ruled on", rows["ruled"]), ("rejected", rows["rejected"])])
    second = _equation(rows["ruled"], "ruled on", [(part.name, part.rows) for part in parts])
    return tag("div", first, second, class_="equations")


def _equation(whole: int, name: str, parts: Sequence[tuple[str, int]]) -> Html:
    terms = [joined([tag("b", number(rows)), Html("&nbsp;"), term]) for term, rows in parts]
    right = Html(" + ").join(tag("span", term, class_="term") for term in terms)
    stated = tag("p", tag("b", number(whole)), Html("&nbsp;"), name, " = ", Html(right))
    return joined([stated, _balanced(whole, (rows for _, rows in parts))])


def _balanced(whole: int, parts: Iterable[int]) -> Html:
    """Nothing where the parts make up the whole; else a warning that nobody can overlook."""
    fault = "These figures do not balance. Do not rely on this page."
    return Html() if whole == sum(parts) else tag("p", fault, class_="fault")


# The match


def match(summary: Summary) -> Html:
    """What a search came to, or why nothing was searched. Every row that was ruled on was searched or was not."""
    found, searched = summary["match"], looked_up(summary)
    rows = (found["one"], found["none"], found["several"], found["not_searched"])
    inner = (
        _found(summary, searched)
        if searched
        else tag("p", f"Nothing was searched{_because(summary)}", class_="statement")
    )
    left = tag("p", f"{counted(found['not_searched'], 'row')} not searched{_because(summary) if searched else '.'}")
    return joined([inner, left if found["not_searched"] else Html(), _balanced(summary["rows"]["ruled"], rows)])


def _because(summary: Summary) -> str:
    because = summary["not_searched_because"]
    return f": {because}." if because else "."


def _found(summary: Summary, searched: int) -> Html:
    found = summary["match"]
    parts = [
        Part("one", found["one"], Ink.PERMIT),
        Part("none", found["none"], Ink.INCOMPLETE),
        Part("several", found["several"], Ink.HOLD),
    ]
    message = f"Of {counted(searched, 'row')} searched, {number(found['one'])} found exactly one person."
    told = [*((part.name, part.rows) for part in parts), ("not searched", found["not_searched"])]
    data = table("What the search came to", ["Found", "Rows"], told)
    return figure(message, stack([parts]), data, legend(parts, searched, _FOUND))


_FOUND = {
    "one": "Exactly one person agrees on all that was stated.",
    "none": "Nobody does. Nothing is guessed.",
    "several": "More than one does, so nobody is taken.",
}


# The law, and what this is not


def law(summary: Summary) -> Html:
    """Under which law, reading, orders and thresholds the file was ruled on, with their digests."""
    policy = summary["policy"]
    told: list[tuple[str, str]] = [
        ("Law of the day", summary["law_on"]),
        ("Reading in force", ", ".join(summary["reading"]) or "none"),
        ("Orders of courts", ", ".join(summary["orders"]) or "none in force on that day"),
        ("Rule pack", _sealed(summary["pack"], summary["pack_digest"])),
        ("Orders, digest", _sealed("", summary["orders_digest"])),
        ("Engine", _sealed(summary["engine"], summary["engine_digest"])),
    ]
    if policy:
        told.append(("Tripwires", _sealed(f"{policy['file']}, dated {policy['dated']}", policy["digest"])))
    told += [("Took", _took(summary["seconds"]))] if summary["seconds"] else []
    return pairs(told)


def _sealed(name: str, digest: str) -> Html:
    return joined([name, " " if name else "", tag("code", digest)])


def _took(seconds: dict[str, float]) -> str:
    total = sum(seconds.values())
    return "; ".join(f"{step} {took:.1f} s" for step, took in seconds.items()) + f" (together {total:.1f} s)"


def notes(summary: Summary) -> Html:
    """What this page is not."""
    return listed(_notes(summary))


def _notes(summary: Summary) -> Iterable[str]:
    yield "Not a release. Screening hands nothing over. A row that the law permits has still to pass two people, by itself."
    register = summary["register"]
    if register is None:
        yield "Nothing from a register is in here: none was opened."
    else:
        kind = "a synthetic one of invented persons" if register["synthetic"] else "the custodian's sample"
        yield f"Nothing from the register is in here. It was {kind}, {counted(register['persons'], 'person')} in all."
    yield "Counts only: no name, no address and no number of any request."
    yield "For the custodian. Whoever asks is never told what a search found, only whether something is released."
    yield "Not legal advice."
