"""A file of settings: every key known and of its kind, none lacking, and what is wrong is said with the key and the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeconduct.settings_file import Form, read
from safeconduct.shelf import Misplaced

FORM = Form("docs/x.md", ("name",), ("packs",), ("openings",), ("table",), {"tick": (1, 9)}, ("fips",))
GOOD = {"name": '"a"', "packs": '["b"]', "openings": "{}"}


def said(folder: Path, **changed: str) -> Path:
    """A file of what is good, some of it changed; "" leaves a key out."""
    path = folder / "x.toml"
    path.write_text("".join(f"{name} = {value}\n" for name, value in {**GOOD, **changed}.items() if value))
    return path


def test_what_is_of_the_form_is_read(tmp_path: Path) -> None:
    path = said(tmp_path, table='"t"', tick="9", fips="false")
    assert read(path, FORM) == {"name": "a", "packs": ["b"], "openings": {}, "table": "t", "tick": 9, "fips": False}
    assert read(said(tmp_path), FORM).keys() == GOOD.keys()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": ""}, "has no `name`; write it; docs/x.md shows the file"),
        ({"packs": ""}, "has no `packs`"),
        ({"openings": ""}, "has no `openings`"),
        ({"name": "3"}, "has a `name` that is no text"),
        ({"name": '" "'}, "has a `name` that is no text"),
        ({"table": "[]"}, "has a `table` that is no text"),
        ({"packs": "[]"}, "has `packs` that are no list of texts"),
        ({"packs": '"b"'}, "has `packs` that are no list of texts"),
        ({"packs": '["b", 1]'}, "has `packs` that are no list of texts"),
        ({"tick": "0"}, "has a `tick` that is no number from 1 to 9"),
        ({"tick": "10"}, "has a `tick` that is no number from 1 to 9"),
        ({"tick": "true"}, "has a `tick` that is no number from 1 to 9"),
        ({"fips": "1"}, "has a `fips` that is neither true nor false"),
        ({"nom": "1"}, "has a `nom` that nothing reads; write one of name, packs, openings, table, tick, fips"),
        ({'"a\\u001b[2J"': "1"}, "has a `a\\x1b[2J` that nothing reads"),
        ({"name": "="}, "is no TOML"),
    ],
)
def test_what_is_not_is_refused_with_the_key(changed: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(Misplaced) as fault:
        read(said(tmp_path, **changed), FORM)
    assert says in str(fault.value)
