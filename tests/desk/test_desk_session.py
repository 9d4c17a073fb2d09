"""docs/desk.md, followed as written, and docs/life.md, as the table draws it. What is drawn anew each time is not compared."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from followed import DOCS, follow
from safeconduct import render_life


def plain(said: str) -> str:
    """Without what is drawn anew: ids, days, and on whom or what the lot fell."""
    said = re.sub(r"c-[0-9a-f]{20}", "CASE", said)
    said = re.sub(r"\d{4}-\d{2}-\d{2}", "DAY", said)
    said = re.sub(r"approve [0-9a-f]{32}", "approve PROPOSAL", said)
    said = re.sub(r"events \d+ to \d+|event \d+|\d+ (events|entries|since)", "SO MANY", said)
    return re.sub(r"\b[a-z]\.(?:lund|okoro|weiss|sato|moreau)\b", "SOMEBODY", said)


def test_the_page_is_true(tmp_path: Path) -> None:
    follow("desk.md", tmp_path, plain)


def test_the_life_is_drawn_from_the_table() -> None:
    assert (DOCS / "life.md").read_text(encoding="utf-8") == render_life.page()


def test_the_page_names_every_setting_and_command() -> None:
    from safeconduct.desk import settings  # noqa: PLC0415  # beside its one use

    page = (DOCS / "desk.md").read_text(encoding="utf-8")
    keys = re.findall(r"^([a-z_]+) = ", str(settings.__doc__), re.MULTILINE)
    assert keys
    assert [key for key in keys if f"`{key}`" not in page] == []
    desk = [
        import_module(f"safeconduct.desk.{module}") for module in ("desk_commands", "case_commands", "gate_commands")
    ]
    apps = [
        desk[0].app,
        desk[1].app,
        *(getattr(desk[2], one) for one in ("stop", "order", "role", "key_app", "duty", "policy")),
    ]
    named = [
        one.name or (one.callback.__name__ if one.callback else "") for app in apps for one in app.registered_commands
    ]
    assert [name for name in named if not re.search(rf"\b{re.escape(name)}\b", page)] == []
