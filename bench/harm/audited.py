"""A log read from the entries up: every file of it is what its entries make it, or the log does not stand.

Stricter than a policy under which one of a log's keys is enough: all keys and all witnesses must have signed, and nothing else
may lie in the folder. It goes by the formats alone, and shares nothing with the writer but how a tile is named and made.
"""

from __future__ import annotations

from pathlib import Path

from safeconduct.core.log import growth, merkle, notes, tiles
from safeconduct.core.log.checkpoints import Checkpoint
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.merkle import HASH
from safeconduct.core.log.policy import Believed, Policy, believed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.tiles import ENTRIES, WIDTH, Tile


class Unsound(Exception):
    """The log does not stand: where, and why."""


def checkpoint(content: bytes, policy: Policy) -> Believed:
    """The checkpoint in a file, signed by every key and witness of the policy and by nobody else.

    Raises:
        Unsound: it is none such.
    """
    try:
        note = notes.read(content)
    except Malformed as fault:
        raise Unsound(f"the checkpoint: {fault}") from None
    found = believed(note, policy)
    if isinstance(found, Refused):
        raise Unsound(f"the checkpoint: {found.why}")
    if len(found.signed_by) != len(policy.logs) or len(found.times) != len(policy.witnesses):
        raise Unsound("the checkpoint: a key of the policy has not signed it")
    if notes.written(note) != content or len(note.signatures) != len(policy.logs) + len(policy.witnesses):
        raise Unsound("the checkpoint: it says more than its signatures cover")
    return found


def entries(folder: Path, policy: Policy) -> list[bytes]:
    """The entries of the log in `folder`.

    Raises:
        Unsound: a file of it is not what it must be.
    """
    held = of(folder, checkpoint(_read(folder / "checkpoint"), policy).checkpoint)
    for path in sorted((folder / "daily").glob("[0-9]*")):
        kept = checkpoint(_read(path), policy).checkpoint
        if kept.size > len(held) or root(held, kept.size) != kept.root:
            raise Unsound(f"the checkpoint of {path.name} is of another tree")
    return held


def of(folder: Path, tree: Checkpoint) -> list[bytes]:
    """The entries of that tree in `folder`.

    Raises:
        Unsound: a tile or bundle is not what it must be.
    """
    held = _entries(folder, tree.size)
    front, made = growth.grown(growth.NOTHING, held)
    if front.root != tree.root:
        raise Unsound("the entries make another root than the checkpoint's")
    wanted = {(tile.level, tile.index): content for tile, content in made}
    for tile, content in made:
        if _read(folder / tile.path) != content:
            raise Unsound(f"{tile.path} is not what the entries make it")
    for path in sorted((folder / "tile").rglob("*")):
        if path.is_file():
            _is_older(path, path.relative_to(folder).as_posix(), wanted)
    return held


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Unsound(f"{path.name}: {fault.strerror}") from None


def _entries(folder: Path, size: int) -> list[bytes]:
    held: list[bytes] = []
    for index in range(-(-size // WIDTH)):
        bundle = Tile(ENTRIES, index, tiles.width(ENTRIES, index, size))
        try:
            held += tiles.entries(bundle, _read(folder / bundle.path))
        except Malformed as fault:
            raise Unsound(str(fault)) from None
    return held


def _is_older(path: Path, name: str, wanted: dict[tuple[int, int], bytes]) -> None:
    """A tile of an earlier size must be the beginning of the one that there is now."""
    _, level, *groups = name.split("/")
    width = int(groups.pop()) if groups[-2:-1] and groups[-2].endswith(".p") else WIDTH
    index = int("".join(group.removesuffix(".p").removeprefix("x") for group in groups))
    tile = Tile(ENTRIES if level == "entries" else int(level), index, width)
    content = wanted.get((tile.level, tile.index))
    if content is None or tile.path != name:
        raise Unsound(f"{name} is of no tile of this tree")
    if tile.level == ENTRIES:
        whole = Tile(ENTRIES, index, _width(content))
        expected = tiles.bundled(tiles.entries(whole, content)[:width])
    else:
        expected = content[: width * HASH]
    if _read(path) != expected:
        raise Unsound(f"{name} is not what it was")


def _width(bundle: bytes) -> int:
    width, at = 0, 0
    while at < len(bundle):
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
        width += 1
    return width


def root(held: list[bytes], size: int) -> bytes:
    """The root over the first entries."""
    return merkle.root([merkle.leaf(one) for one in held[:size]])
