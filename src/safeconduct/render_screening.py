"""A screened file for people, in Markdown: what was decided, what was wanting, what tripped, and where the results lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_MOST_RULES = 8


def page(summary: Mapping[str, Any], out: Path) -> str:
    """The page of a summary whose results lie in `out`."""
    return "\n".join(_lines(summary, out))


def _lines(summary: Mapping[str, Any], out: Path) -> Iterator[str]:
    rows = summary["rows"]
    yield "# STOPPED AS A WHOLE" if summary["tripped"] else "# DECIDED ROW BY ROW"
    yield ""
    yield f"{rows['read']:,} rows read: {rows['ruled']:,} ruled on, {rows['rejected']:,} rejected. Law of {summary['law_on']}."
    yield ""
    yield from (f"- {word}: {count:,}" for word, count in summary["outcomes"].items())
    yield ""
    yield from _tripwires(summary)
    yield from _wanting(summary)
    yield from _searched(summary)
    yield f"Results: {out}/ (report.html for people; rulings.parquet, facts.parquet, rejected.csv, summary.json)"


def _tripwires(summary: Mapping[str, Any]) -> Iterator[str]:
    for each in summary["tripwires"]:
        if each["tripped"]:
            yield f"- **{each['cites']}**: {_figure(each['figure'], each)}, at most {_figure(each['threshold'], each)}. {each['says']}"
    if summary["tripped"]:
        yield ""
        yield "No register was opened. A tripwire is no refusal: a person clears the file or sends it back."
        yield ""


def _figure(figure: float, tripwire: Mapping[str, Any]) -> str:
    return f"{figure:.1%} of the rows" if tripwire["unit"] == "share" else f"{figure:,} persons"


def _wanting(summary: Mapping[str, Any]) -> Iterator[str]:
    for rule in summary["rules"][:_MOST_RULES]:
        unknown = f", not to be told in {rule['unknown']:,}" if rule["unknown"] else ""
        yield f"- {rule['cites']} · {rule['title']}: fails in {rule['failed']:,} rows{unknown} ({rule['consequence']})"
    if len(summary["rules"]) > _MOST_RULES:
        yield f"- … and {len(summary['rules']) - _MOST_RULES} more rules, in report.html"
    yield ""


def _searched(summary: Mapping[str, Any]) -> Iterator[str]:
    if summary["not_searched_because"]:
        yield f"Nothing was searched: {summary['not_searched_because']}."
    else:
        match = summary["match"]
        yield f"Searched in a synthetic register: one record {match['one']:,}, none {match['none']:,}, several {match['several']:,}."
    yield ""
