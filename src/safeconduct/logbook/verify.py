"""Whether what a log serves is what its policy believes: the checkpoint's signatures, and that the tiles are of that tree.

`verify` looks at the right edge alone, which is quick whatever the size; `audit` computes everything again. Neither can tell
that an older state is shown, or another one to others: that is for witnesses, and for `monitor`.
"""

from __future__ import annotations

from dataclasses import dataclass

from safeconduct.core.log import merkle, notes, proofs, tiles
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.notes import Note
from safeconduct.core.log.policy import Believed, Policy, believed
from safeconduct.core.log.proofs import Proof
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook.faults import Lacking
from safeconduct.logbook.served import Served


@dataclass(frozen=True, slots=True)
class Verified:
    """A checkpoint that is served, and believed."""

    note: Note
    under: Believed


def checkpoint(served: Served, policy: Policy) -> Verified | Refused:
    """The checkpoint that is served, if the policy believes it.

    Raises:
        Misplaced: there is none.
    """
    try:
        note = notes.read(served.checkpoint())
    except Malformed as fault:
        return Refused(str(fault))
    found = believed(note, policy)
    return found if isinstance(found, Refused) else Verified(note, found)


def verify(served: Served, policy: Policy) -> Verified | Refused:
    """The checkpoint that is served, if the policy believes it and the tiles at its edge are of its tree.

    Raises:
        Misplaced: there is none.
    """
    found = checkpoint(served, policy)
    if isinstance(found, Refused):
        return found
    tree = found.under.checkpoint
    try:
        root = merkle.edge(tree.size, tiles.tiled(tree.size, served.tile)).root
    except (Lacking, Malformed) as fault:
        return Refused(str(fault))
    return found if root == tree.root else Refused("the tiles are of another tree than the checkpoint")


def entry(served: Served, index: int, size: int) -> bytes:
    """The entry at an index of a tree of that size.

    Raises:
        Lacking, Malformed: the log has it not.
    """
    at, within = divmod(index, tiles.WIDTH)
    bundle = tiles.Tile(tiles.ENTRIES, at, tiles.width(tiles.ENTRIES, at, size))
    return tiles.entries(bundle, served.tile(bundle))[within]


def prove(served: Served, policy: Policy, index: int, extra: bytes = b"") -> tuple[bytes, Proof] | Refused:
    """An entry and the proof of it, which holds under the policy.

    Raises:
        Misplaced: there is no checkpoint.
    """
    found = checkpoint(served, policy)
    if isinstance(found, Refused):
        return found
    size = found.under.checkpoint.size
    if not 0 <= index < size:
        return Refused(
            f"the log has {size:,} entries, of which the last is {size - 1:,}" if size else "the log is empty"
        )
    try:
        path = merkle.inclusion(index, size, tiles.tiled(size, served.tile))
        said = entry(served, index, size)
    except (Lacking, Malformed) as fault:
        return Refused(str(fault))
    proof = Proof(index, tuple(path), found.note, extra)
    held = proofs.verified(proof, said, policy)
    return held if isinstance(held, Refused) else (said, proof)
