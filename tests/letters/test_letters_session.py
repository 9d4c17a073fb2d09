"""docs/letters.md, followed as written. Ids and days are drawn anew each time, and are not compared."""

from __future__ import annotations

import re
from pathlib import Path

from followed import DOCS, follow
from safeconduct.letters import settings
from safeconduct.letters.letter import Kind


def plain(said: str) -> str:
    """Without what is drawn anew."""
    return re.sub(r"\d{4}-\d{2}-\d{2}", "DAY", re.sub(r"c-[0-9a-f]{20}", "CASE", said))


def test_the_page_is_true(tmp_path: Path) -> None:
    follow("letters.md", tmp_path, plain)


def test_the_page_names_every_kind_and_setting() -> None:
    page = (DOCS / "letters.md").read_text(encoding="utf-8")
    assert [kind for kind in Kind if f"| {kind.replace('_', ' ')} |" not in page] == []
    keys = re.findall(r"^([a-z_]+) = ", str(settings.__doc__), re.MULTILINE)
    assert keys
    assert [key for key in keys if f"| `{key}` |" not in page] == []
