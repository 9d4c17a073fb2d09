"""Everything that a log serves, computed again from its entries up: every leaf, every tile of every level, the root.

Bundles are gone through on every core, and what comes back of each is one hash. What the entries say is read by `reading`;
whether it is true of the world, and whether there should be more of them, no log can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from safeconduct.bulk.cores import spread
from safeconduct.core.log import merkle, tiles
from safeconduct.core.log.growth import Front
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Believed, Policy
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.tiles import ENTRIES, WIDTH, Tile
from safeconduct.logbook import served as serving
from safeconduct.logbook import verify
from safeconduct.logbook.faults import Lacking
from safeconduct.logbook.served import Served

_STRETCH = 64
"""Bundles that a core takes at a time."""
_FEW = 4
"""Stretches that are sooner gone through here than by other processes."""
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Audited:
    """A log, all of which was computed again: under which checkpoint, and how many tiles and bundles there are."""

    under: Believed
    files: int


def audit(place: str, policy: Policy, tell: Tell) -> Audited | Refused:
    """Compute the log at a place again.

    Raises:
        Misplaced: there is no checkpoint.
    """
    served = serving.at(place)
    found = verify.checkpoint(served, policy)
    if isinstance(found, Refused):
        return found
    tree = found.under.checkpoint
    try:
        roots = list(_of_full_bundles(place, tree.size // WIDTH, tell))
        front = _front(served, tree.size, roots)
    except (Lacking, Malformed) as fault:
        return Refused(str(fault))
    if front.root != tree.root:
        return Refused("the entries are of another tree than the checkpoint")
    return Audited(found.under, sum(1 for _ in tiles.every(tree.size)))


def _of_full_bundles(place: str, bundles: int, tell: Tell) -> Iterator[bytes]:
    """The hash over each full bundle, every leaf of which stands in its tile."""
    stretches = [range(begin, min(begin + _STRETCH, bundles)) for begin in range(0, bundles, _STRETCH)]
    gone_through = map(_stretch(place), stretches) if len(stretches) <= _FEW else spread(_stretch, place, stretches)
    done = 0
    for found in gone_through:
        if isinstance(found, str):
            raise Lacking(found)
        yield from found
        done += len(found)
        tell("entries gone through", done * WIDTH)


def _stretch(place: str) -> Callable[[range], list[bytes] | str]:
    """What goes through a stretch of bundles: the hash over each, or what is wrong."""
    served = serving.at(place)

    def roots(stretch: range) -> list[bytes] | str:
        try:
            return [merkle.root(_leaves(served, Tile(ENTRIES, index))) for index in stretch]
        except (Lacking, Malformed) as fault:
            return str(fault)

    return roots


def _leaves(served: Served, bundle: Tile) -> list[bytes]:
    """The hashes of the entries in a bundle, which are those in the tile beside it."""
    leaves = merkle.leaves(tiles.entries(bundle, served.tile(bundle)))
    _compare(served, Tile(0, bundle.index, bundle.width), leaves)
    return leaves


def _compare(served: Served, tile: Tile, hashes: list[bytes]) -> None:
    if served.tile(tile) != b"".join(hashes):
        raise Malformed(f"{tile.path} is not of the entries beneath it")


def _front(served: Served, size: int, hashes: list[bytes]) -> Front:
    """The right edge, and with it every tile above the bundles, from the hashes over the full ones."""
    width = size % WIDTH
    rows = [_leaves(served, Tile(ENTRIES, size // WIDTH, width)) if width else []]
    for level in range(1, tiles.levels(size)):
        for index, begin in enumerate(range(0, len(hashes), WIDTH)):
            part = hashes[begin : begin + WIDTH]
            _compare(served, Tile(level, index, len(part)), part)
        full = len(hashes) // WIDTH * WIDTH
        rows.append(hashes[full:])
        hashes = [merkle.root(hashes[begin : begin + WIDTH]) for begin in range(0, full, WIDTH)]
    return Front(size, (), tuple(map(tuple, rows)))
