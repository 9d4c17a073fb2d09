"""Witnesses that do not as they should: some of the town's are answered for, the others answer themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from logged import Log, log
from safeconduct.town.log import LOCAL
from safeconduct.witness.client import Response, Transport

Answering = Callable[[str, bytes | None], Response]


@dataclass
class Contrary:
    """A way to the town's witnesses, on which those that are named here are answered for."""

    honest: Transport
    instead: dict[str, Answering] = field(default_factory=dict)

    def __call__(self, url: str, body: bytes | None) -> Response:
        """Call the witness at an address, or whoever answers for it."""
        name = url.removeprefix(LOCAL).partition("/")[0]
        return self.instead.get(name, self.honest)(url, body)


def contrary(folder: Path, *, step: int = 1) -> tuple[Log, Contrary]:
    """A log in `folder` without entries, and the way to its witnesses."""
    made = log(folder, step=step)
    way = Contrary(made.transport)
    made.transport = way
    return made, way


def saying(status: int, kind: str = "text/plain; charset=utf-8", content: bytes = b"") -> Answering:
    """One that answers everything alike."""
    return lambda _url, _body: (status, kind, content)


def silent(fault: OSError) -> Answering:
    """One that does not answer."""

    def call(_url: str, _body: bytes | None) -> Response:
        raise fault

    return call


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
