"""A page of the docs, followed as written: its commands run in an empty folder, and what they print compared line by line."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
PROGRAM = f"""#!/bin/sh
exec {shlex.quote(sys.executable)} -c 'from safeconduct.cli import main; main()' "$@"
"""


def steps(page: str) -> Iterator[tuple[str, str]]:
    """Each command of the page and what it prints."""
    for block in re.findall(r"(?:^    .*\n)+", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE):
        for step in re.split(r"^    \$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = step.partition("\n")
            yield command, re.sub(r"^    ", "", printed, flags=re.MULTILINE)


def follow(page: str, folder: Path, plain: Callable[[str], str], filled: Callable[[str], str] = str) -> None:
    """Run the page's commands in `folder`; `plain` takes away what is drawn anew, `filled` puts in what the page leaves open."""
    program = folder / "bin" / "safeconduct"
    program.parent.mkdir()
    program.write_text(PROGRAM)
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONUTF8": "1", "COLUMNS": "120"}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command, printed in steps(page):
            said = filled(command)
            if said.endswith(" &"):
                running.append(begun(said, filled(printed), folder, environment))
                continue
            done = subprocess.run(
                ["/bin/sh", "-c", said],
                cwd=folder,
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
    log = folder / f"said-{time.monotonic_ns()}"
    with log.open("wb") as file:
        words = shlex.split(command.removesuffix(" &"))
        process = subprocess.Popen(words, cwd=folder, env=environment, stderr=file, stdout=file)
    end = time.monotonic() + 30
    while printed.strip() not in log.read_text():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)
    return process
