"""Who the custodian is in its letters, and with which key it signs them: one TOML file, read strictly, and what it names beside it.

name = "The Town's Treasury"                       who writes
address = ["12 Elm Street", "Springfield, IL"]     to which one replies, line by line
key = "letters.key"                                ECDSA, P-256 or P-384
certificate = "letters.pem"                        of that key, with nonRepudiation in its key usage
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from safeconduct.letters.letter import Custodian
from safeconduct.settings_file import Form, is_text, read
from safeconduct.shelf import Misplaced

FILE = "letters.toml"
_FORM = Form("docs/letters.md", texts=("name", "key", "certificate"), others=("address",))
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Settings:
    """Who writes letters, and with which key they are signed."""

    custodian: Custodian
    key: Path
    certificate: Path


def settings(path: Path) -> Settings:
    """The settings in the file `path`.

    Raises:
        Misplaced: it cannot be read, or is not of its form.
    """
    said = read(path, _FORM)
    lines = said["address"]
    if not isinstance(lines, list) or not 1 <= len(lines) <= _MOST_LINES or not all(map(is_text, lines)):
        raise Misplaced(path, "has an `address` that is none", f"write one to {_MOST_LINES} lines, each a text")
    beside = path.parent
    name, key, certificate = (str(said[one]) for one in _FORM.texts)
    return Settings(Custodian(name, tuple(lines)), beside / key, beside / certificate)
