"""A pack's own prose, which is Markdown, as HTML. Nothing in it is taken for HTML, and nothing leads off the page.

A link is shown by its words, an image by its source as written; so prose can neither load anything nor hide anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it import MarkdownIt

from safeconduct.report.html import Html, clean, tag


def _silent(*_: object) -> str:
    return ""


_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "reference", "heading", "lheading"])
)
for _mark in ("link_open", "link_close"):
    _MARKDOWN.add_render_rule(_mark, _silent)


def prose(lines: Iterable[str]) -> Html:
    """The prose in `lines`; nothing where they are blank."""
    written = "\n".join(lines).strip("\n")
    return tag("div", Html(_MARKDOWN.render(clean(written))), class_="prose") if written.strip() else Html()
