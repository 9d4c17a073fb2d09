"""Tiles (c2sp.org/tlog-tiles): a tree and its entries as files that never change once they are full.

    tile/<level>/<n>[.p/<width>]      up to 256 hashes of 32 bytes; n in groups of three figures, all but the last after an x
    tile/entries/<n>[.p/<width>]      up to 256 entries, each after its length in two bytes, the greater first

A tile at level l holds hashes over 256**l entries each. Of a tree's right edge the tiles are partial, as wide as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.merkle import HASH, At, level_above

HEIGHT, WIDTH = 8, 256
ENTRIES = -1
"""The level that stands for bundles of entries."""
LONGEST_ENTRY = 0xFFFF
_LENGTH = 2
_AT_HAND = 512


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile, or a bundle of entries: its level, its place in it, and how wide it is."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies."""
        groups = [f"{self.index % 1000:03}"]
        rest = self.index // 1000
        while rest:
            groups.append(f"x{rest % 1000:03}")
            rest //= 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"

    @property
    def whole(self) -> Tile:
        """The same tile, grown to its full width."""
        return Tile(self.level, self.index)


def width(level: int, index: int, size: int) -> int:
    """How wide the tile at that place is in a tree of that size; 0 where there is none."""
    hashes = size >> (HEIGHT * max(level, 0))
    return max(0, min(WIDTH, hashes - index * WIDTH))


def levels(size: int) -> int:
    """How many levels of tiles a tree of that size has."""
    return max(1, -(-size.bit_length() // HEIGHT)) if size else 0


def of_growth(old: int, new: int) -> Iterator[Tile]:
    """The tiles and bundles of the tree of size `new` that the tree of size `old` does not have, those of entries first."""
    for level in (ENTRIES, *range(levels(new))):
        hashes = new >> (HEIGHT * max(level, 0))
        first = (old >> (HEIGHT * max(level, 0))) // WIDTH
        for index in range(first, -(-hashes // WIDTH)):
            if width(level, index, new) != width(level, index, old):
                yield Tile(level, index, width(level, index, new))


def every(size: int) -> Iterator[Tile]:
    """Every tile and bundle of the tree of that size."""
    return of_growth(0, size)


def hashes(tile: Tile, content: bytes) -> list[bytes]:
    """The hashes in a tile.

    Raises:
        Malformed: it holds not as many as it is wide.
    """
    if len(content) != tile.width * HASH:
        raise Malformed(f"{tile.path} holds not {tile.width} hashes")
    return [content[begin : begin + HASH] for begin in range(0, len(content), HASH)]


def bundled(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle; each is at most 65,535 bytes."""
    return b"".join(len(entry).to_bytes(_LENGTH, "big") + entry for entry in entries)


def entries(bundle: Tile, content: bytes) -> list[bytes]:
    """The entries in a bundle.

    Raises:
        Malformed: it holds not as many as it is wide, or more than they are.
    """
    stride = _LENGTH + int.from_bytes(content[:_LENGTH], "big")
    heads = content[:_LENGTH] * bundle.width
    if len(content) == stride * bundle.width and content[::stride] + content[1::stride] == heads[::2] + heads[1::2]:
        return [
            content[begin + _LENGTH : begin + stride] for begin in range(0, len(content), stride)
        ]  # all equally long
    found, begin = [], 0
    for _ in range(bundle.width):
        end = begin + _LENGTH + int.from_bytes(content[begin : begin + _LENGTH], "big")
        if end > len(content) or begin + _LENGTH > len(content):
            raise Malformed(f"{bundle.path} ends in the middle of an entry")
        found.append(content[begin + _LENGTH : end])
        begin = end
    if begin != len(content):
        raise Malformed(f"{bundle.path} holds more than {bundle.width} entries")
    return found


def tiled(size: int, read: Callable[[Tile], bytes]) -> At:
    """`at` over the tiles of a tree of that size, each of which is read once while it is at hand.

    What `at` raises: Malformed, where a tile is not of its form, and whatever `read` raises.
    """

    @lru_cache(maxsize=_AT_HAND)
    def subtrees(level: int, index: int) -> list[list[bytes]]:
        tile = Tile(level, index, width(level, index, size))
        rows = [hashes(tile, read(tile))]
        while len(rows[-1]) > 1:
            rows.append(level_above(rows[-1][: len(rows[-1]) & ~1]))
        return rows

    def at(level: int, nth: int) -> bytes:
        tile_level, row = divmod(level, HEIGHT)
        index, within = divmod(nth, WIDTH >> row)
        return subtrees(tile_level, index)[row][within]

    return at
