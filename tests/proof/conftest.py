"""What the tests of the prover share: the shipped pack proved once, and copies of it to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from random_requests import laid_out
from safeconduct.proof.prove import Proved, prove

Changed = Callable[..., Path]


@pytest.fixture(scope="session")
def proved() -> Proved:
    """Everything that is proved of the shipped pack."""
    return prove("us_irc_6103")


@pytest.fixture
def changed(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Changed:
    """Copies of the shipped pack, each with one file changed: `changed(file, old, new)`."""

    def lay_out(file: str = "README.md", old: str = "", new: str = "") -> Path:
        assert old in files[file]
        text = files[file].replace(old, new) if old else files[file] + new
        return laid_out({**files, file: text}, tmp_path_factory.mktemp("pack"))

    return lay_out
