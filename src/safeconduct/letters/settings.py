"""Who the custodian is in its letters, and with which key it signs them: one TOML file, read strictly, and what it names beside it.

name = "The Town's Treasury"                       who writes
address = ["12 Elm Street", "Springfield, IL"]     to which one replies, line by line
key = "letters.key"                                ECDSA, P-256 or P-384
certificate = "letters.pem"                        of that key, with nonRepudiation in its key usage
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from safeconduct.letters.letter import Custodian
from safeconduct.shelf import Misplaced, text_of

FILE = "letters.toml"
_LONGEST = 20_000
_TEXTS = ("name", "key", "certificate")
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
    try:
        said = tomllib.loads(text_of(path, _LONGEST))
    except tomllib.TOMLDecodeError as fault:
        raise Misplaced(path, f"is no TOML: {str(fault)[:80].lower()}", "mend it there") from None
    known = (*_TEXTS, "address")
    if unread := next((name for name in said if name not in known), ""):
        raise Misplaced(path, f"has a `{unread[:40]}` that nothing reads", f"write {', '.join(known)}")
    if absent := next((name for name in known if name not in said), ""):
        raise Misplaced(path, f"has no `{absent}`", "write it; docs/letters.md shows the file")
    if wrong := next((name for name in _TEXTS if not _is_text(said[name])), ""):
        raise Misplaced(path, f"has a `{wrong}` that is no text", "write it between quotation marks")
    lines = said["address"]
    if not isinstance(lines, list) or not 1 <= len(lines) <= _MOST_LINES or not all(map(_is_text, lines)):
        raise Misplaced(path, "has an `address` that is none", f"write one to {_MOST_LINES} lines, each a text")
    beside = path.parent
    return Settings(Custodian(said["name"], tuple(lines)), beside / said["key"], beside / said["certificate"])


def _is_text(said: object) -> bool:
    return isinstance(said, str) and bool(said.strip())
