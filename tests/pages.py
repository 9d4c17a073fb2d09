"""A page of HTML, read for what tests ask of it: its elements, its words, and how its colours stand out."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "path", "line", "rect", "br", "hr"}


class Page(HTMLParser):
    """A page's elements, in order, each with its marks and the figure it stands in; and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], int]] = []
        self.within: list[str] = []
        self.figures, self.words = 0, ""
        self.feed(text)
        assert self.within == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and open it."""
        self.figures += tag == "figure"
        self.elements.append((tag, dict(attrs), self.figures if "figure" in [*self.within, tag] else 0))
        if tag not in VOID:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        if tag not in VOID:
            assert self.within.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words += "" if "style" in self.within else data


def contrast(one: str, other: str) -> float:
    """By WCAG 2."""
    dim, bright = sorted(map(_luminance, (one, other)))
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
