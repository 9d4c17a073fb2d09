"""The settings of letters are read strictly: what is wrong, where, and what would mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeconduct.letters.letter import Custodian
from safeconduct.letters.settings import Settings, settings
from safeconduct.shelf import Misplaced

GOOD = 'name = "Office"\naddress = ["1 Square", "Nowhere"]\nkey = "a.key"\ncertificate = "a.pem"\n'


def test_they_say_who_writes_and_with_which_key(tmp_path: Path) -> None:
    file = tmp_path / "letters.toml"
    file.write_text(GOOD)
    assert settings(file) == Settings(
        Custodian("Office", ("1 Square", "Nowhere")), tmp_path / "a.key", tmp_path / "a.pem"
    )


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("name = ", "is no TOML"),
        (GOOD.replace("name", "nom"), "has a `nom` that nothing reads"),
        (GOOD.replace('key = "a.key"\n', ""), "has no `key`"),
        (GOOD.replace('"Office"', "3"), "has a `name` that is no text"),
        (GOOD.replace('"Office"', '" "'), "has a `name` that is no text"),
        (GOOD.replace('["1 Square", "Nowhere"]', "[]"), "has an `address` that is none"),
        (GOOD.replace('["1 Square", "Nowhere"]', '"1 Square"'), "has an `address` that is none"),
        (GOOD.replace('["1 Square", "Nowhere"]', str(["x"] * 7)), "has an `address` that is none"),
    ],
)
def test_what_is_wrong_with_them_is_said(said: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "letters.toml"
    file.write_text(said)
    with pytest.raises(Misplaced, match=says):
        settings(file)
