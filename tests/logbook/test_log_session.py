"""docs/log.md, followed as written. What is drawn anew each time (keys, roots, digests, times) is not compared."""

from __future__ import annotations

import re
import socket
from importlib import import_module
from pathlib import Path

from followed import DOCS, follow
from safeconduct.logbook import reading, verify
from safeconduct.logbook.reading import Office
from safeconduct.logbook.served import Folder
from safeconduct.logbook.settings import settings

HASH, KEY, TIME = r"[A-Za-z0-9+/]{43}=", r"\b[0-9a-f]{8}\b", r"\d{4}-\d{2}-\d{2}T[\d:]+Z"


def plain(said: str) -> str:
    """Without what is drawn anew."""
    said = re.sub(r"openings/\S+", "openings/FILE;", said)
    said = re.sub(r"entered at [\d, ]+", "entered at PLACES ", re.sub(r"entry \d+ ", "entry PLACE ", said))
    for drawn, name in (
        (HASH, "HASH"),
        (r"[0-9a-f]{64}", "DIGEST"),
        (TIME, "TIME"),
        (r"\d{4}-\d{2}-\d{2}\b", "DAY"),
        (KEY, "KEY"),
    ):
        said = re.sub(drawn, name, said)
    return said.replace('"DAY', '"').replace("D.D.C. DAY", "D.D.C. …")


def place_of_the_stop(town: Path) -> int:
    """The index of the stop that the page enters, which is drawn anew each time."""
    office = Office(town / "logbook", town / "inspector.key")
    policy = settings(town / "logbook.toml").policy
    found = verify.checkpoint(Folder(town / "log"), policy)
    assert isinstance(found, verify.Verified)
    read = reading.read(Folder(town / "log"), found.under, policy, office)
    return next(one.index for one in read if one.body and one.body["subject"] == "stop")


def free() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_page_is_true(tmp_path: Path) -> None:
    ports = {f"127.0.0.1:808{nth}": f"127.0.0.1:{free()}" for nth in (1, 2, 3)}

    def filled(command: str) -> str:
        if "prove 2" in command or "logbook.toml 2" in command:
            command = re.sub(r"(prove|logbook.toml) 2", rf"\1 {place_of_the_stop(tmp_path / 'try')}", command)
        for written, taken in ports.items():
            command = command.replace(written, taken)
        return command

    def as_written(said: str) -> str:
        for written, taken in ports.items():
            said = said.replace(taken, written)
        return plain(said)

    follow("log.md", tmp_path, as_written, filled)


def test_the_page_names_every_setting_and_command() -> None:
    from safeconduct.logbook import settings  # noqa: PLC0415  # beside its one use

    page = (DOCS / "log.md").read_text(encoding="utf-8")
    keys = re.findall(r"^([a-z_0-9]+) = ", str(settings.__doc__), re.MULTILINE)
    assert keys
    assert [key for key in keys if f"`{key}`" not in page] == []
    for module in ("logbook.acts", "witness.commands"):
        app = import_module(f"safeconduct.{module}").app
        names = [one.name or (one.callback.__name__ if one.callback else "") for one in app.registered_commands]
        assert [name for name in names if not re.search(rf"\b{name}\b", page)] == []
