"""A log as it is served: a folder, or an address of HTTP. Whoever reads one believes nothing of it before it is verified."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from safeconduct.core.log import notes, tiles
from safeconduct.core.log.merkle import HASH
from safeconduct.core.log.tiles import ENTRIES, WIDTH, Tile
from safeconduct.logbook.faults import Lacking
from safeconduct.shelf import Misplaced
from safeconduct.witness.client import over_http

DAILY = "daily"
"""The folder of the checkpoints that are kept, one of each day."""
_CHECKPOINT = "checkpoint"
_LONGEST = WIDTH * (tiles.LONGEST_ENTRY + 2)


class Served(Protocol):
    """Whatever a log is read from."""

    def checkpoint(self) -> bytes:
        """The latest checkpoint, unread. Raises Misplaced where there is none."""

    def tile(self, tile: Tile) -> bytes:
        """A tile or bundle, unread. Raises Lacking where it is not there."""

    def daily(self, day: str) -> bytes:
        """The checkpoint that was kept of a day, unread. Raises Lacking where there is none."""


class Folder:
    """A log in a folder."""

    def __init__(self, folder: Path) -> None:
        """Read the log in `folder`."""
        self.path = folder

    def checkpoint(self) -> bytes:
        """The latest checkpoint.

        Raises:
            Misplaced: there is none.
        """
        try:
            with (self.path / _CHECKPOINT).open("rb") as file:
                return file.read(notes.LONGEST + 1)
        except OSError as fault:
            what = f"has no checkpoint that can be read: {(fault.strerror or 'an error').lower()}"
            raise Misplaced(self.path, what, "name the folder of a log, or its address") from None

    def tile(self, tile: Tile) -> bytes:
        """A tile, from the full one where the partial one was taken away.

        Raises:
            Lacking: it is not there.
        """
        for one in (tile, tile.whole):
            try:
                return cut(one, (self.path / one.path).read_bytes(), tile.width)
            except FileNotFoundError:
                continue
            except OSError as fault:
                raise Lacking(f"{one.path}: {(fault.strerror or 'an error').lower()}") from None
        raise Lacking(f"{tile.path} is not there")

    def daily(self, day: str) -> bytes:
        """The checkpoint that was kept of a day.

        Raises:
            Lacking: there is none.
        """
        try:
            with (self.path / DAILY / day).open("rb") as file:
                return file.read(notes.LONGEST + 1)
        except OSError:
            raise Lacking(f"{DAILY}/{day} is not there") from None


class Address:
    """A log that is served over HTTP."""

    def __init__(self, url: str) -> None:
        """Read the log at `url`."""
        self.url = url.rstrip("/")

    def checkpoint(self) -> bytes:
        """The latest checkpoint.

        Raises:
            Misplaced: there is none.
        """
        try:
            return self._fetched(_CHECKPOINT)
        except (Lacking, OSError) as fault:
            what = f"has no checkpoint that can be fetched: {str(fault)[:80].lower()}"
            raise Misplaced(self.url, what, "name the address of a log, or its folder") from None

    def tile(self, tile: Tile) -> bytes:
        """A tile, from the full one where the partial one was taken away.

        Raises:
            Lacking: it is not there, or nobody answers.
        """
        try:
            return self._fetched(tile.path)
        except Lacking:
            if tile.width == WIDTH:
                raise
            return cut(tile.whole, self._fetched(tile.whole.path), tile.width)
        except OSError as fault:
            raise Lacking(f"{tile.path}: {str(fault)[:80].lower()}") from None

    def daily(self, day: str) -> bytes:
        """The checkpoint that was kept of a day.

        Raises:
            Lacking: there is none, or nobody answers.
        """
        try:
            return self._fetched(f"{DAILY}/{day}")
        except OSError as fault:
            raise Lacking(f"{DAILY}/{day}: {str(fault)[:80].lower()}") from None

    def _fetched(self, path: str) -> bytes:
        status, _, body = over_http(f"{self.url}/{path}", None, _LONGEST)
        if status != 200:
            raise Lacking(f"{path}: status {status}")
        return body


def at(place: str) -> Folder | Address:
    """The log at a place: an address of HTTP, or a folder."""
    return Address(place) if place.startswith(("http://", "https://")) else Folder(Path(place))


def cut(tile: Tile, content: bytes, width: int) -> bytes:
    """What the tile was when it was only so wide."""
    if tile.width == width:
        return content
    if tile.level == ENTRIES:
        return tiles.bundled(tiles.entries(tile, content)[:width])
    return content[: width * HASH]
