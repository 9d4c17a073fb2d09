"""docs/release.md, followed as written: from a town to an opened package, and back. What is drawn anew each time is not compared."""

from __future__ import annotations

import re
from pathlib import Path

from followed import DOCS, follow
from safeconduct.sealer import commands, settings

PAGE = (DOCS / "release.md").read_text(encoding="utf-8")


def plain(said: str) -> str:
    """Without what is drawn anew: ids, days, where in the log it stands."""
    said = re.sub(r"c-[0-9a-f]{20}", "CASE", said)
    said = re.sub(r"\b[0-9a-f]{32}\b", "ID", said)
    said = re.sub(r"\d{4}-\d{2}-\d{2}(?= by its|, and its|\*|$)", "DAY", said, flags=re.MULTILINE)
    return re.sub(r"Entry \d+|there at \d+|leaf, \d+", "SO MANY", said)


def test_the_page_is_true(tmp_path: Path) -> None:
    follow("release.md", tmp_path, plain)


def test_the_page_names_every_setting_and_command_of_the_sealer() -> None:
    keys = re.findall(r"^([a-z_]+) = ", settings.__doc__ or "", re.MULTILINE)
    assert len(keys) > 15
    table = PAGE[PAGE.index("## The sealer's settings") : PAGE.index("## Direct stops")]
    assert [key for key in keys if f"`{key}`" not in table] == []
    named = [one.name or (one.callback.__name__ if one.callback else "") for one in commands.app.registered_commands]
    assert [name for name in named if f"safeconduct sealer {name}" not in PAGE] == []
