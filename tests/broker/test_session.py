"""docs/broker.md, followed as written.

What is drawn anew each time is not compared: the permit's id, and the route where the lot may fall.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pyarrow import parquet

from followed import DOCS, follow


def plain(said: str) -> str:
    """Without what is drawn anew."""
    return re.sub(
        r"\b[0-9a-f]{32}\b", "ID", re.sub(r"look (1|2) (.*) the (ordinary|protected) route", r"look \1 \2", said)
    )


def person(folder: Path) -> str:
    """The id of the person of the request that the page speaks of."""
    asked = (folder / "try" / "requests" / "right-address.json").read_text()
    rows = parquet.read_table(folder / "try" / "requests" / "all.truth.parquet").to_pylist()
    return next(str(row["person_id"]) for row in rows if f'"{row["request_id"]}"' in asked)


def test_the_page_is_true(tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine: apt-get install openssl")
    follow(
        "broker.md",
        tmp_path,
        plain,
        lambda command: command.replace("PERSON", person(tmp_path)) if "PERSON" in command else command,
    )


def test_the_page_names_every_setting_and_command() -> None:
    from safeconduct.broker import commands, settings  # noqa: PLC0415  # beside their one use

    page = (DOCS / "broker.md").read_text(encoding="utf-8")
    keys = re.findall(r"^    ([a-z_]+) = ", str(settings.__doc__), re.MULTILINE)
    assert [key for key in keys if f"`{key}`" not in page] == []
    names = [command.callback.__name__ for command in commands.app.registered_commands if command.callback]
    assert [name for name in names if f"safeconduct broker {name}" not in page] == []
