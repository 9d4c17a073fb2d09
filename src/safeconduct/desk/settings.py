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

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.permit import REGISTER_NAME
from safeconduct.settings_file import Form, listed, read
from safeconduct.shelf import Misplaced

FILE = "desk.toml"
_FORM = Form(
    "docs/desk.md",
    texts=("journal", "log", "broker", "register_name", "key"),
    lists=("packs",),
    texts_left_out=("sealer", "account", "letters"),
)


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
    return Settings(
        journal=journal if "://" in journal else str(beside / journal),
        log=beside / str(said["log"]),
        broker=beside / str(said["broker"]),
        register_name=str(said["register_name"]),
        key=beside / str(said["key"]),
        packs=tuple(_pack(one, beside) for one in listed(said["packs"])),
        account=str(said.get("account", "")),
        sealer=beside / str(said["sealer"]) if "sealer" in said else None,
        letters=beside / str(said["letters"]) if "letters" in said else None,
    )


def _pack(said: str, beside: Path) -> str:
    """A pack that ships by its name; any other by its folder, beside the settings."""
    return str(beside / said) if "/" in said else said


def _said(path: Path) -> Mapping[str, object]:
    said = read(path, _FORM)
    if not REGISTER_NAME.fullmatch(str(said["register_name"])):
        raise Misplaced(path, "has a `register_name` that is none", "write small letters, figures and hyphens")
    return said
