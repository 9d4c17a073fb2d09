"""A broker in a folder of its own, for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from brokered import Trial, trial


@pytest.fixture
def at(tmp_path: Path) -> Trial:
    """A broker in a folder of its own."""
    return trial(tmp_path)
