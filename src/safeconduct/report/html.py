"""Building blocks of a page in HTML. Whatever is not HTML already is escaped on its way in, so nothing can be forgotten.

The page is one file that asks for nothing: no script, no font, no picture from elsewhere, and it says so to the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

# What changes how other text is shown, or what no file can hold: controls, marks of direction, halves of pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def clean(said: str) -> str:
    """A text from data, with a sign in place of whatever cannot be seen."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", said)


def text(said: str) -> Html:
    """A text, escaped if it is not HTML already."""
    return said if isinstance(said, Html) else Html(escape(clean(said)))


def joined(inner: Iterable[str]) -> Html:
    """Pieces one after another, each escaped if it is not HTML already."""
    return Html("".join(map(text, inner)))


def tag(name: str, *inner: str, **marks: str) -> Html:
    """An element. A mark's trailing underscore is dropped (`class_`), one within it is a hyphen (`aria_label`)."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(clean(mark))}"' for key, mark in marks.items())
    return Html(f"<{name}{written}>{joined(inner)}</{name}>")


def listed(items: Iterable[str], kind: str = "ul", **marks: str) -> Html:
    """A list."""
    return tag(kind, *(tag("li", item) for item in items), **marks)


def pairs(told: Iterable[tuple[str, str]]) -> Html:
    """Names and what they stand for."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", what)) for name, what in told))


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Html:
    """A table that scrolls by itself where the page is narrow. Whole numbers are set to the right."""
    given = list(rows)
    first = given[0] if given else heads
    head = (_cell(cell, "th", name, scope="col") for name, cell in zip(heads, first, strict=True))
    body = (tag("tr", *(_cell(cell, "td", _plain(cell)) for cell in row)) for row in given)
    inner = tag("table", tag("caption", caption), tag("thead", tag("tr", *head)), tag("tbody", *body))
    return tag("div", inner, class_="scroll", tabindex="0", role="group", aria_label=caption)


def _cell(of: str | int, name: str, inner: str, **marks: str) -> Html:
    return tag(name, inner, **marks) if isinstance(of, str) else tag(name, inner, class_="figure", **marks)


def _plain(cell: str | int) -> str:
    return cell if isinstance(cell, str) else number(cell)


def document(title: str, *body: str) -> str:
    """A whole page."""
    head = joined(
        [
            Html('<meta charset="utf-8">'),
            Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Html('<meta name="color-scheme" content="light dark">'),
            tag("title", title),
            tag("style", _style()),
        ]
    )
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{joined(body)}</body></html>\n'


def masthead(what: str) -> Html:
    """The line at the head of every page."""
    return tag("header", tag("p", tag("b", "Safeconduct"), tag("span", what), class_="masthead"))


def foot() -> Html:
    """The line at the foot of every page."""
    words = "This page asks for nothing from any network and holds no script."
    return tag("footer", tag("p", words))


@cache
def _style() -> Html:
    return Html(Path(__file__).with_name("report.css").read_text(encoding="utf-8"))


def number(value: int) -> str:
    """A whole number as a person reads it."""
    return f"{value:,}"


def counted(value: int, one: str, many: str = "") -> str:
    """So many of something."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def share(part: float, whole: float) -> str:
    """A part of a whole, to a tenth of a percent; never all or nothing where it is not quite."""
    if whole <= 0:
        return "—"
    if 0 < part / whole < 0.001:
        return "< 0.1\N{NO-BREAK SPACE}%"
    return percent(1 if part >= whole else min(part / whole, 0.999), 1)


def percent(fraction: float, places: int = 2) -> str:
    """A fraction in percent, without idle noughts."""
    return f"{100 * fraction:.{places}f}".rstrip("0").rstrip(".") + "\N{NO-BREAK SPACE}%"


def said(name: str) -> str:
    """A name of the program's, as words."""
    return name.replace("_", " ")
