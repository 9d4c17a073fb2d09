"""docs/broker.md, followed as written: its commands run in an empty folder, and what they print compared line by line.

What is drawn anew each time is not compared: the permit's id, and the route where the lot may fall.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

PAGE = Path(__file__).parent.parent.parent / "docs" / "broker.md"
PROGRAM = f"""#!/bin/sh
exec {shlex.quote(sys.executable)} -c 'from safeconduct.cli import main; main()' "$@"
"""


def steps() -> Iterator[tuple[str, str]]:
    """Each command of the page and what it prints."""
    for block in re.findall(r"(?:^    .*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        for step in re.split(r"^    \$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = step.partition("\n")
            yield command, re.sub(r"^    ", "", printed, flags=re.MULTILINE)


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
    program = tmp_path / "bin" / "safeconduct"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONUTF8": "1", "COLUMNS": "120"}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command, printed in steps():
            if command.endswith(" &"):
                running.append(begun(command, printed, tmp_path, environment))
                continue
            said = command.replace("PERSON", person(tmp_path)) if "PERSON" in command else command
            done = subprocess.run(
                ["/bin/sh", "-c", said],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )  # the page's own commands
            assert plain(done.stdout).rstrip() == plain(printed).rstrip(), command
    finally:
        for one in running:
            one.terminate()
            one.wait()


def begun(command: str, printed: str, folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A command that runs on, once it has said what the page says."""
    log = folder / "log"
    with log.open("wb") as file:
        words = shlex.split(command.removesuffix(" &"))
        process = subprocess.Popen(words, cwd=folder, env=environment, stderr=file, stdout=file)
    end = time.monotonic() + 30
    while printed.strip() not in log.read_text():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)
    return process


def test_the_page_names_every_setting_and_command() -> None:
    from safeconduct.broker import commands, settings  # noqa: PLC0415  # beside their one use

    page = PAGE.read_text(encoding="utf-8")
    keys = re.findall(r"^    ([a-z_]+) = ", str(settings.__doc__), re.MULTILINE)
    assert [key for key in keys if f"`{key}`" not in page] == []
    names = [command.callback.__name__ for command in commands.app.registered_commands if command.callback]
    assert [name for name in names if f"safeconduct broker {name}" not in page] == []
