"""The pictures of a report, drawn by Altair and rendered here, offline, to SVG that stands in the page itself.

Each is drawn twice, for a sheet of paper and for a telephone; the style sheet shows one. Text is text, in whatever face
the reader has. Colours are the style sheet's: each ink below has its rule in report.css, which also knows the dark.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

from safeconduct.report.html import Html, clean, joined, tag

WIDE, NARROW = 680, 312
_OPENING = re.compile(r'^<svg [^>]*viewBox="([^"]*)"[^>]*>')
_SPOKEN = re.compile(r' (?:role|aria-roledescription|aria-hidden)="[^"]*"')  # the picture speaks as one, by its message
_LONG = re.compile(r"(\d\.\d\d)\d+")


class Ink(StrEnum):
    """The colours of the charts, each with its rule in report.css."""

    TEXT = "#1c2433"
    QUIET = "#565f71"
    TRACK = "#e6e1d5"
    ON = "#fffffe"
    STOP = "#9d2b23"
    PERMIT = "#1d6b52"
    INCOMPLETE = "#8a5a06"
    HOLD = "#4a4f9c"
    REFUSE = "#7d2348"
    STAYED = "#33383f"
    REJECTED = "#666d79"


Drawing = Callable[[int], alt.LayerChart]


def drawn(message: str, draw: Drawing) -> Html:
    """A picture with its message, for paper and for a telephone."""
    return joined([_svg(message, draw, WIDE, "wide"), _svg(message, draw, NARROW, "narrow")])


def scaled(message: str, draw: Drawing) -> Html:
    """A picture without words, which may grow and shrink with its place."""
    return _svg(message, draw, NARROW, "scaled")


def _svg(message: str, draw: Drawing, width: int, shown: str) -> Html:
    with debug_mode(False):  # Altair's own check of each chart takes longer than drawing it; the tests have it on
        chart = draw(width).to_dict(validate=False)
    config = {"font": "sans-serif", "aria": False, "background": None, "view": {"stroke": None}, "padding": 0}
    config["autosize"] = {"type": "none"}
    svg = vl_convert.vegalite_to_svg(chart, config=config, allowed_base_urls=[])
    opening = _OPENING.match(svg)
    if opening is None:
        raise ValueError("the renderer's SVG has no viewBox")
    inner = _LONG.sub(r"\1", _SPOKEN.sub("", svg[opening.end() :].removesuffix("</svg>")))
    return tag("svg", Html(inner), role="img", class_=shown, viewBox=opening.group(1), aria_label=message)


def short(said: str, width: float, letter: float) -> str:
    """A text cut to a width in pixels; the table below has it in full."""
    kept = max(int(width / letter), 8)
    said = " ".join(clean(said).split())
    return said if len(said) <= kept else said[: kept - 1].rstrip() + "…"
