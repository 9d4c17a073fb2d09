"""The shapes of a report's pictures: bars under their words, wholes cut into parts, figures against thresholds, sheets.

Each is a drawing: a function from a width to a chart. Nothing is told by colour alone: every bar has its words and its
figure beside it. Bars of something are never so short that they cannot be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

import altair as alt

from safeconduct.report.charts import Drawing, Ink, short

_LETTER, _BOLD = 6.4, 7.7  # pixels, of the broader faces
_LEAST = 4  # pixels: what is not nothing can be seen
_ACROSS = 28  # sheets in a line
_BEYOND = 2.0  # times the threshold: what is more is drawn as an arrow


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar under its words: `rows` in full, then `unsure` in outline; `figure` is set at the right."""

    title: str
    note: str
    figure: str
    rows: int
    ink: Ink
    unsure: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole."""

    name: str
    rows: int
    ink: Ink


@dataclass(frozen=True, slots=True)
class Bullet:
    """A figure in multiples of its threshold."""

    title: str
    note: str
    times: float
    tripped: bool


def _base(rows: Iterable[dict[str, object]]) -> alt.Chart:
    """A chart of one line a row, in their order."""
    y = alt.Y("line:O", axis=None, sort=None, scale=alt.Scale(padding=0))
    return alt.Chart(alt.InlineData(values=[{"line": line, **row} for line, row in enumerate(rows)])).encode(y=y)


def _titled(base: alt.Chart) -> list[alt.Chart]:
    """Title and figure on one line, the note beneath."""
    title = base.mark_text(x=0, dy=-17, fontSize=14, fontWeight="bold", color=Ink.TEXT, align="left")
    figure = base.mark_text(x="width", dy=-17, fontSize=14, fontWeight="bold", color=Ink.TEXT, align="right")
    note = base.mark_text(x=0, dy=1, fontSize=13, color=Ink.QUIET, align="left")
    return [
        title.encode(text=alt.Text("title:N")),
        figure.encode(text=alt.Text("figure:N")),
        note.encode(text=alt.Text("note:N")),
    ]


def bars(given: Sequence[Bar], whole: int) -> Drawing:
    """Bars against the whole that they are parts of, one under another."""

    def draw(width: int) -> alt.LayerChart:
        base = _base(_bar(bar, width, max(whole, 1) * _LEAST / width) for bar in given)
        x = alt.X("rows:Q", axis=None, scale=alt.Scale(domain=[0, max(whole, 1)], nice=False))
        track = base.mark_bar(x=0, x2="width", height=8, yOffset=18, color=Ink.TRACK)
        sure = base.mark_bar(height=8, yOffset=18).encode(x=x, color=alt.Color("ink:N", scale=None))
        unsure = base.transform_filter("datum.end > datum.rows").mark_bar(
            height=6, yOffset=18, color=Ink.ON, strokeWidth=2
        )
        open_ = unsure.encode(x=x, x2=alt.X2("end"), stroke=alt.Stroke("ink:N", scale=None))
        layers = [track, open_, sure, *_titled(base)]
        return alt.LayerChart(layer=layers, width=width, height=58 * len(given))

    return draw


def _bar(bar: Bar, width: int, least: float) -> dict[str, object]:
    title = short(bar.title, width - _BOLD * (len(bar.figure) + 2), _BOLD)
    rows = max(bar.rows, least) if bar.rows else 0
    end = rows + max(bar.unsure, least) if bar.unsure else rows
    note = short(bar.note, width, _LETTER)
    return {"title": title, "note": note, "figure": bar.figure, "rows": rows, "end": end, "ink": bar.ink}


def stack(lines: Sequence[Sequence[Part]]) -> Drawing:
    """Wholes cut into their parts, all to one scale; a part bears its name where there is room for it."""
    whole = max((sum(part.rows for part in line) for line in lines), default=0)

    def draw(width: int) -> alt.LayerChart:
        parts = [row for at, line in enumerate(lines) for row in _stacked(at, line, width / max(whole, 1))]
        y = alt.Y("at:O", axis=None, scale=alt.Scale(domain=list(range(len(lines))), padding=0))
        scale = alt.Scale(domain=[0, max([width, *(row["end"] for row in parts)])], nice=False)
        base = alt.Chart(alt.InlineData(values=[dict(row) for row in parts])).encode(y=y)
        bar = base.mark_bar(height=38, stroke=Ink.ON, strokeWidth=1.5)
        words = base.mark_text(fontSize=13, fontWeight="bold", color=Ink.ON)
        layers = [
            bar.encode(
                x=alt.X("start:Q", axis=None, scale=scale), x2=alt.X2("end"), color=alt.Color("ink:N", scale=None)
            ),
            words.encode(x=alt.X("middle:Q", axis=None), text=alt.Text("name:N")),
        ]
        return alt.LayerChart(layer=layers, width=width, height=46 * len(lines))

    return draw


class _Stacked(TypedDict):
    at: int
    start: float
    middle: float
    end: float
    name: str
    ink: Ink


def _stacked(at: int, parts: Sequence[Part], scale: float) -> Iterator[_Stacked]:
    """The parts that are not nothing, in pixels."""
    start = 0.0
    for part in (part for part in parts if part.rows):
        wide = max(part.rows * scale, _LEAST)
        name = part.name if _BOLD * (len(part.name) + 1) <= wide else ""
        yield {"at": at, "start": start, "middle": start + wide / 2, "end": start + wide, "name": name, "ink": part.ink}
        start += wide


def bullets(given: Sequence[Bullet]) -> Drawing:
    """Figures against their thresholds: every threshold stands at one place, and an arrow goes on past the edge."""

    def draw(width: int) -> alt.LayerChart:
        base = _base(_bullet(bullet, width) for bullet in given)
        scale = alt.Scale(domain=[0, _BEYOND * 1.03], nice=False)
        x, ink = alt.X("times:Q", axis=None, scale=scale), alt.Color("ink:N", scale=None)
        track = base.mark_bar(x=0, x2="width", height=12, yOffset=20, color=Ink.TRACK)
        bar = base.mark_bar(height=6, yOffset=20).encode(x=x, color=ink)
        arrow = base.transform_filter("datum.beyond").mark_point(
            shape="triangle-right", size=150, yOffset=20, filled=True, opacity=1
        )
        mark = base.mark_tick(thickness=3, size=22, yOffset=20, color=Ink.TEXT).encode(x=alt.XDatum(1))
        layers = [track, bar, arrow.encode(x=x, color=ink), mark, *_titled(base)]
        return alt.LayerChart(layer=layers, width=width, height=64 * len(given))

    return draw


def _bullet(bullet: Bullet, width: int) -> dict[str, object]:
    figure = "TRIPPED" if bullet.tripped else "not tripped"
    title = short(bullet.title, width - _BOLD * (len(figure) + 2), _BOLD)
    times = min(bullet.times, _BEYOND)
    ink = Ink.STOP if bullet.tripped else Ink.PERMIT
    beyond = bullet.times > _BEYOND
    note = short(bullet.note, width, _LETTER)
    return {"title": title, "note": note, "figure": figure, "times": times, "ink": ink, "beyond": beyond}


def sheets(count: int, ink: Ink, *, outlined: bool = False) -> Drawing:
    """A heap of sheets of paper, one for each of a count: filled in, or in outline."""

    def draw(width: int) -> alt.LayerChart:
        down = max(-(-count // _ACROSS), 1)
        heap = alt.InlineData(values=[{"x": at % _ACROSS, "y": at // _ACROSS} for at in range(count)])
        x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, _ACROSS], nice=False))
        y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[down, 0], nice=False))
        base = alt.Chart(heap).transform_calculate(x2="datum.x + 0.7", y2="datum.y + 0.78")
        sheet = base.mark_rect(color=ink) if not outlined else base.mark_rect(color=Ink.ON, stroke=ink, strokeWidth=1.5)
        height = round(width / _ACROSS * 1.2 * down) + 1
        return alt.LayerChart(
            layer=[sheet.encode(x=x, x2=alt.X2("x2"), y=y, y2=alt.Y2("y2"))], width=width, height=height
        )

    return draw
