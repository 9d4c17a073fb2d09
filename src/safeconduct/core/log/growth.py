"""How a tree grows: what of it must be at hand to append to it, and the tiles that appending brings about.

    front     the hashes of the partial tile of every level, and the entries of the partial bundle
    grown     front + entries → front, and every tile and bundle that is new or wider

Whoever keeps the tiles needs nothing else to go on, and whoever audits a log goes this way again from the first entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safeconduct.core.log import merkle, tiles
from safeconduct.core.log.merkle import Edge
from safeconduct.core.log.tiles import ENTRIES, HEIGHT, WIDTH, Tile


@dataclass(frozen=True, slots=True)
class Front:
    """A tree's right edge as tiles have it: how many entries, those of the partial bundle, and the partial tiles, level by level."""

    size: int = 0
    bundle: tuple[bytes, ...] = ()
    rows: tuple[tuple[bytes, ...], ...] = ()

    @property
    def edge(self) -> Edge:
        """The roots of the perfect subtrees that the tree consists of."""
        peaks = [peak for row in reversed(self.rows) for peak in merkle.NOTHING.grown(row).peaks]
        return Edge(self.size, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return self.edge.root


NOTHING = Front()


def partial(size: int) -> list[Tile]:
    """The partial tiles of a tree of that size, the bundle first: what a front is read from."""
    at = ((level, size >> (HEIGHT * max(level, 0))) for level in (ENTRIES, *range(tiles.levels(size))))
    return [Tile(level, hashes // WIDTH, hashes % WIDTH) for level, hashes in at if hashes % WIDTH]


def grown(front: Front, entries: Sequence[bytes]) -> tuple[Front, list[tuple[Tile, bytes]]]:
    """The front after these entries, and the tiles and bundles that are new or wider, each with its content."""
    if not entries:
        return front, []
    made: list[tuple[Tile, bytes]] = []
    size = front.size + len(entries)
    *whole, last = _parted((*front.bundle, *entries))
    made += _placed(ENTRIES, front.size // WIDTH, [tiles.bundled(one) for one in whole], tiles.bundled(last), len(last))
    rows, hashes = list(front.rows), merkle.leaves(entries)
    level = 0
    while hashes:
        before = rows[level] if level < len(rows) else ()
        *full, row = _parted((*before, *hashes))
        begin = (front.size >> (HEIGHT * level)) // WIDTH
        made += _placed(level, begin, [b"".join(one) for one in full], b"".join(row), len(row))
        rows[level : level + 1] = [tuple(row)]
        hashes = [merkle.root(one) for one in full]
        level += 1
    return Front(size, tuple(last), tuple(rows)), made


def _parted(values: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Values in full tiles' worth, and what is left, which may be nothing."""
    return [values[begin : begin + WIDTH] for begin in range(0, len(values) + 1, WIDTH)]


def _placed(level: int, begin: int, full: Sequence[bytes], last: bytes, width: int) -> Iterator[tuple[Tile, bytes]]:
    for nth, content in enumerate(full):
        yield Tile(level, begin + nth), content
    if width:
        yield Tile(level, begin + len(full), width), last
