"""docs/write-a-pack.md, followed as written: its files laid out in an empty folder, its commands run, its mistakes made.

What a command prints is compared line by line; the digests, which are those of the program too, are not.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeconduct import preflight
from safeconduct.core.cases import cases
from safeconduct.core.faults import PackFault

PAGE = Path(__file__).parent.parent / "docs" / "write-a-pack.md"
PROGRAM = f"""#!/bin/sh
exec {shlex.quote(sys.executable)} -c 'from safeconduct.cli import main; main()' "$@"
"""
Step = tuple[str, str, str]
"""What the reader does (`file` or `command`), the file's path or the command, and the file's text or what is printed."""

Followed = tuple[Path, list[tuple[str, str, str]]]


def steps() -> Iterator[Step]:
    """The steps of the page in their order: a file is named above its fence, a command stands behind a `$`."""
    named, lines = "", iter(PAGE.read_text(encoding="utf-8").split("\n"))
    line = next(lines, None)
    while line is not None:
        if said := re.fullmatch(r"`([\w./-]+)`:", line):
            named = said[1]
        if line == "~~~":
            yield "file", named, "".join(f"{one}\n" for one in iter(lambda: next(lines), "~~~"))
        if line.startswith("    $ "):
            command, printed = line[6:], []
            line = next(lines, None)
            while line is not None and (line.startswith("    ") or not line) and not line.startswith("    $ "):
                printed.append(line[4:])
                line = next(lines, None)
            yield "command", command, "\n".join(printed).rstrip()
            continue
        line = next(lines, None)


def mistakes() -> Iterator[tuple[str, str, str, str]]:
    """The rows of the table of mistakes: the file, what is written, for what, and the message."""
    for row in re.findall(
        r"^\| `([\w./-]+)` \| (.+?) \| `(.+?)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    ):
        file, written, instead_of, message = row
        yield file, "" if written == "nothing" else written.strip("`"), instead_of, message


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """The folder in which the page was followed; and of each command what it should and did print."""
    folder, programs = tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("programs")
    (programs / "safeconduct").write_text(PROGRAM, encoding="utf-8")
    (programs / "safeconduct").chmod(0o755)
    told = []
    for what, name, text in steps():
        if what == "file":
            (folder / name).write_text(text, encoding="utf-8")
        else:
            told.append((name, text, _run(name, folder, programs)))
    return folder, told


def _run(command: str, folder: Path, programs: Path) -> str:
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONUTF8": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    ran = subprocess.run(  # the commands are those of our own page
        ["/bin/sh", "-c", command], cwd=folder, env=environment, text=True, encoding="utf-8", check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return re.sub(r"sha256:[0-9a-f]+", "sha256:…", ran.stdout).rstrip()


def test_every_command_of_the_page_prints_what_the_page_says(followed: Followed) -> None:
    _, told = followed
    assert sum("law cases" in command for command, _, _ in told) == 2
    for command, expected, printed in told:
        assert printed == expected, command


def test_the_pack_that_the_page_ends_with_passes_its_cases(
    followed: Followed,
) -> None:
    folder, _ = followed
    worked = preflight.worked(preflight.opened(str(folder / "tow")))
    tried = [(each.case, each.differences) for each in worked]
    assert len(tried) == 7
    assert [(case.name, wrong) for case, wrong in tried if wrong] == []


def test_the_page_lists_a_dozen_mistakes() -> None:
    assert len(list(mistakes())) >= 12


@pytest.mark.parametrize(("file", "written", "instead_of", "message"), list(mistakes()))
def test_a_mistake_gets_the_message_that_the_page_says(
    file: str, written: str, instead_of: str, message: str, followed: Followed
) -> None:
    path = followed[0] / "tow" / file
    right = path.read_text(encoding="utf-8")
    assert instead_of in right
    path.write_text(right.replace(instead_of, written, 1), encoding="utf-8")
    try:
        with pytest.raises(PackFault) as fault:
            _checked(followed[0] / "tow")
    finally:
        path.write_text(right, encoding="utf-8")
    assert str(fault.value) == message


def _checked(folder: Path) -> None:
    """What `law check` does."""
    opened = preflight.opened(str(folder))
    opened.under(dt.date.max.toordinal())
    cases(opened.pack)
