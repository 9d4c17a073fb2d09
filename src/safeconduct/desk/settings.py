"""The desk's settings: one TOML file, read strictly, and what it names beside it.

journal = "journal.sqlite"     a file, or postgresql://account@host/database
log = "logbook.toml"           the settings of the log, which the desk keeps
broker = "broker.sock"         the broker's socket
register_name = "town"         the register's name, as permits give it
key = "desk.key"               signs look permits and stops: ECDSA, P-256
packs = ["us_irc_6103"]        where packs lie; the one is applied that the log says is in force

sealer = "sealer.sock"         the sealer's socket; without it nothing is handed over
account = "desk"               of PostgreSQL: whom `desk init` lets add to the journal
letters = "letters.toml"       who the custodian is in its letters, and with which key it signs them
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.permit import REGISTER_NAME
from safeconduct.shelf import Misplaced, text_of

FILE = "desk.toml"
_LONGEST = 20_000
_TEXTS = ("journal", "log", "broker", "register_name", "key")
_MAY_BE_LEFT_OUT = ("sealer", "account", "letters")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the desk is told before it starts."""

    journal: str
    log: Path
    broker: Path
    register_name: str
    key: Path
    packs: tuple[str, ...]
    account: str
    sealer: Path | None = None
    letters: Path | None = None


def settings(path: Path) -> Settings:
    """The settings in the file `path`.

    Raises:
        Misplaced: it cannot be read, or is not of its form.
    """
    said = _said(path)
    beside = path.parent
    journal = str(said["journal"])
    packs = said["packs"]
    return Settings(
        journal=journal if "://" in journal else str(beside / journal),
        log=beside / str(said["log"]),
        broker=beside / str(said["broker"]),
        register_name=str(said["register_name"]),
        key=beside / str(said["key"]),
        packs=tuple(_pack(str(one), beside) for one in (packs if isinstance(packs, list) else [])),
        account=str(said.get("account", "")),
        sealer=beside / str(said["sealer"]) if "sealer" in said else None,
        letters=beside / str(said["letters"]) if "letters" in said else None,
    )


def _pack(said: str, beside: Path) -> str:
    """A pack that ships by its name; any other by its folder, beside the settings."""
    return str(beside / said) if "/" in said else said


def _said(path: Path) -> Mapping[str, object]:
    try:
        said = tomllib.loads(text_of(path, _LONGEST))
    except tomllib.TOMLDecodeError as fault:
        raise Misplaced(path, f"is no TOML: {str(fault)[:80].lower()}", "mend it there") from None
    for name, value in said.items():
        if name not in (*_TEXTS, *_MAY_BE_LEFT_OUT, "packs"):
            known = ", ".join((*_TEXTS, "packs", *_MAY_BE_LEFT_OUT))
            raise Misplaced(path, f"has a `{name[:40]!r}` that nothing reads", f"write one of {known}")
        if name != "packs" and (not isinstance(value, str) or not value):
            raise Misplaced(path, f"has a `{name}` that is no text", "write it between quotation marks")
    lacking = next((name for name in (*_TEXTS, "packs") if name not in said), "")
    if lacking:
        raise Misplaced(path, f"has no `{lacking}`", "write it; docs/desk.md shows the file")
    packs = said["packs"]
    if not isinstance(packs, list) or not packs or not all(isinstance(one, str) and one for one in packs):
        raise Misplaced(path, "has `packs` that are no list of texts", 'write packs = ["us_irc_6103"]')
    if not REGISTER_NAME.fullmatch(str(said["register_name"])):
        raise Misplaced(path, "has a `register_name` that is none", "write small letters, figures and hyphens")
    return said
