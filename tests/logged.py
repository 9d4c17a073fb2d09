"""A town's log in a folder, for tests: its writer, its witnesses, and a clock that stands where it is put."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from safeconduct.core.log import notes
from safeconduct.core.log.policy import Believed, believed
from safeconduct.logbook.settings import Settings, settings
from safeconduct.logbook.writer import Filling, Logbook, Unwitnessed
from safeconduct.town import log as town
from safeconduct.witness.client import Transport

AUTHORITIES = ("26 USC 6103(i)(1)", "26 USC 6103(i)(2)", "26 USC 6103(i)(5)", "26 USC 6103(c)")
NOW = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)


@dataclass
class Log:
    """A folder with a log, its keys and its witnesses."""

    folder: Path
    now: dt.datetime = NOW
    transport: Transport = field(init=False)

    def __post_init__(self) -> None:
        self.transport = town.transport(self.folder, lambda: self.now)

    @property
    def served(self) -> Path:
        """The folder that is served."""
        return self.folder / "log"

    @property
    def state(self) -> Path:
        """The writer's own folder."""
        return self.folder / "logbook"

    @property
    def told(self) -> Settings:
        """The writer's settings."""
        return settings(self.folder / "logbook.toml")

    @contextmanager
    def writer(self, filling: Filling | None = None) -> Iterator[Logbook]:
        """The writer, at work in this process."""
        with Logbook(self.told, lambda: self.now, filling, self.transport) as made:
            yield made

    def holds(self, *entries: bytes) -> Believed:
        """Append entries and publish."""
        with self.writer() as writer:
            if entries:
                writer.append(entries)
            found = writer.publish()
        assert not isinstance(found, Unwitnessed), found
        return found

    @property
    def checkpoint(self) -> Believed:
        """What is served, as its policy believes it."""
        found = believed(notes.read((self.served / "checkpoint").read_bytes()), self.told.policy)
        assert isinstance(found, Believed), found
        return found


def log(folder: Path, *, step: int = 1) -> Log:
    """A log without entries in `folder`."""
    town.make(folder, NOW, AUTHORITIES, step=step)
    return Log(folder)
