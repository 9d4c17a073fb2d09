"""A town with a desk, for tests: made once, copied, and served by its broker as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from harm import lives
from safeconduct.desk import town
from safeconduct.journal import store

COMMAND = (sys.executable, "-c", "from safeconduct.cli import main; main()")


def town_in(folder: Path) -> Path:
    """A town with a desk in `folder`, which is not there yet."""
    town.make(folder, lives.now())
    store.use(":memory:")
    (folder / "today").write_text(lives.now().date().isoformat(), encoding="utf-8")
    with (folder / "broker.toml").open("a", encoding="utf-8") as file:
        file.write("tick_ms = 50\n")
    return folder


@contextmanager
def serving(place: Path, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """The broker of a town, as a process."""
    words = ["broker", "serve", "--register", str(place / "register.parquet")]
    words += ["--socket", str(place / "broker.sock"), "--config", str(place / "broker.toml")]
    with subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True, env=env) as running:
        try:
            until = time.monotonic() + 60
            assert running.stderr is not None
            while "serving looks" not in running.stderr.readline():
                assert time.monotonic() < until, "the broker does not begin"
            yield running
        finally:
            running.kill()
