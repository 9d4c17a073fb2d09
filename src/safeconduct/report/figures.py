"""A picture in a report with all that belongs to it: its message in words, its legend, its figures as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safeconduct.report.charts import Drawing, Ink, drawn
from safeconduct.report.drawings import Part
from safeconduct.report.html import Html, joined, listed, number, share, tag

INKS = {
    "permit": Ink.PERMIT,
    "incomplete": Ink.INCOMPLETE,
    "hold": Ink.HOLD,
    "refuse": Ink.REFUSE,
    "stayed": Ink.STAYED,
}


def figure(message: str, draw: Drawing, data: Html, *under: str) -> Html:
    """A picture that says its message, the message in words, and its figures in a table that can be opened."""
    told = tag("details", tag("summary", "The figures as a table"), data)
    return tag("figure", tag("figcaption", message), drawn(message, draw), *under, told)


def legend(parts: Sequence[Part], whole: int, meanings: dict[str, str]) -> Html:
    """The parts of a whole as a list: swatch, name, figure, share, meaning."""
    return listed(_keys(parts, whole, meanings), class_="legend")


def _keys(parts: Sequence[Part], whole: int, meanings: dict[str, str]) -> Iterator[Html]:
    for part in parts:
        swatch = tag("span", class_=f"swatch {part.ink.name.lower()}", aria_hidden="true")
        head = [swatch, tag("b", part.name), tag("span", number(part.rows), class_="figure")]
        shown = tag("span", share(part.rows, whole), class_="quiet figure")
        yield joined([*head, shown, tag("span", meanings[part.name], class_="meaning")])
