"""Tiles: where they lie, how wide they are, which a log that grew has to write, and that the tree over them is the tree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outside import Case, vectors
from safeconduct.core.log import merkle, tiles
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.tiles import ENTRIES, WIDTH, Tile

GO = vectors("go-tile-paths")
MANY = 70_000
LEAVES = [merkle.leaf(number.to_bytes(4, "big")) for number in range(MANY)]
HELD = merkle.held(LEAVES)
SIZES = st.integers(0, MANY) | st.builds(
    lambda times, off: max(0, min(MANY, times * WIDTH + off)), st.integers(0, 273), st.integers(-2, 2)
)


def naive(size: int) -> Iterator[Tile]:
    """The tiles of a tree as c2sp.org/tlog-tiles says: at level l there are floor(size / 256**l) hashes, 256 to a tile."""
    for level in (ENTRIES, *range(9)):
        hashes = size // 256 ** max(level, 0)
        yield from (Tile(level, index) for index in range(hashes // 256))
        if hashes % 256:
            yield Tile(level, hashes // 256, hashes % 256)


# Where they lie


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(0, 1_000_000), "tile/0/x001/x000/000"),
        (Tile(63, 5, 1), "tile/63/005.p/1"),
        (Tile(1, 0, 255), "tile/1/000.p/255"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(ENTRIES, 273, 112), "tile/entries/273.p/112"),
        (Tile(ENTRIES, 1_234_067), "tile/entries/x001/x234/067"),
        (Tile(0, 2**55), "tile/0/x036/x028/x797/x018/x963/968"),
    ],
)
def test_a_tile_lies_where_the_standard_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile.whole.path == path.split(".p/", maxsplit=1)[0]


@pytest.mark.parametrize("case", GO["paths"], ids=lambda case: case["path"])
def test_a_tile_lies_where_go_has_it_but_for_the_height_and_the_name_of_entries(case: Case) -> None:
    tile = Tile(case["l"], case["n"], WIDTH if case["w"] == 2 ** case["h"] else case["w"])
    assert tile.path == case["path"].replace(f"tile/{case['h']}/", "tile/").replace("/data/", "/entries/")


@pytest.mark.parametrize("case", GO["new_tiles"], ids=lambda case: f"{case['old']}-{case['new']}")
def test_as_many_tiles_are_new_as_go_says_for_tiles_of_its_height(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "HEIGHT", case["h"])
    monkeypatch.setattr(tiles, "WIDTH", 2 ** case["h"])
    found = [tile for tile in tiles.of_growth(case["old"], case["new"]) if tile.level != ENTRIES]
    assert len(found) == case["count"]


def test_no_two_tiles_lie_in_one_place() -> None:
    found = [tile.path for size in (*range(0, 3000, 37), 69_999, MANY) for tile in naive(size)]
    assert len(set(found)) == len({tile for size in (*range(0, 3000, 37), 69_999, MANY) for tile in naive(size)})


# How wide they are

OF_SIZE = {
    0: {},
    1: {0: (0, 1)},
    255: {0: (0, 255)},
    256: {0: (1, 0), 1: (0, 1)},
    257: {0: (1, 1), 1: (0, 1)},
    65_535: {0: (255, 255), 1: (0, 255)},
    65_536: {0: (256, 0), 1: (1, 0), 2: (0, 1)},
    65_537: {0: (256, 1), 1: (1, 0), 2: (0, 1)},
    70_000: {0: (273, 112), 1: (1, 17), 2: (0, 1)},
}
"""By level: how many tiles are full, and how wide the partial one is (0: there is none)."""


@pytest.mark.parametrize("size", OF_SIZE)
def test_a_tree_has_the_tiles_that_its_size_says(size: int) -> None:
    found = {tile for tile in tiles.every(size) if tile.level != ENTRIES}
    assert tiles.levels(size) == len(OF_SIZE[size])
    assert found == {
        *(Tile(level, index) for level, (full, _) in OF_SIZE[size].items() for index in range(full)),
        *(Tile(level, full, partial) for level, (full, partial) in OF_SIZE[size].items() if partial),
    }
    bundles = {Tile(0, tile.index, tile.width) for tile in tiles.every(size) if tile.level == ENTRIES}
    assert bundles == {tile for tile in found if tile.level == 0}


def test_a_tree_of_the_greatest_size_has_eight_levels() -> None:
    assert tiles.levels(2**63 - 1) == 8
    assert tiles.width(7, 0, 2**63 - 1) == 127
    assert tiles.width(8, 0, 2**63 - 1) == 0


@settings(deadline=None)
@given(SIZES)
def test_every_tile_is_named_once_and_those_of_entries_come_first(size: int) -> None:
    found = list(tiles.every(size))
    assert len(found) == len(set(found))
    assert set(found) == set(naive(size))
    assert found == sorted(found)
    assert all(tiles.width(tile.level, tile.index, size) == tile.width for tile in found)
    for level in range(ENTRIES, 4):
        after = 1 + max((tile.index for tile in found if tile.level == level), default=-1)
        assert tiles.width(level, after, size) == 0


@settings(deadline=None)
@given(SIZES, SIZES)
def test_a_log_that_grew_writes_what_it_did_not_have(one: int, other: int) -> None:
    old, new = sorted((one, other))
    found = list(tiles.of_growth(old, new))
    assert len(found) == len(set(found))
    assert set(found) == set(naive(new)) - set(naive(old))
    assert found == sorted(found)


# What is in them


@pytest.mark.parametrize("width", [1, 2, 255, 256])
def test_a_tile_holds_as_many_hashes_as_it_is_wide(width: int) -> None:
    tile = Tile(0, 3, width)
    content = b"".join(LEAVES[:width])
    assert tiles.hashes(tile, content) == LEAVES[:width]
    for wrong in (b"", content[:-1], content + b"\x00", content[:-32], content + LEAVES[0]):
        with pytest.raises(Malformed, match=f"holds not {width} hashes"):
            tiles.hashes(tile, wrong)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_a_bundle_is_read_as_it_is_written(entries: list[bytes]) -> None:
    assert tiles.entries(Tile(ENTRIES, 0, len(entries)), tiles.bundled(entries)) == entries


def test_an_entry_has_from_none_to_65_535_bytes() -> None:
    entries = [b"", b"x" * 65_535, b""]
    said = tiles.bundled(entries)
    assert said[:4] == b"\x00\x00\xff\xff"
    assert tiles.entries(Tile(ENTRIES, 0, 3), said) == entries
    with pytest.raises(OverflowError):
        tiles.bundled([b"x" * 65_536])


def test_a_full_bundle_is_of_256_entries() -> None:
    entries = [bytes(number) for number in range(256)]
    assert tiles.entries(Tile(ENTRIES, 0), tiles.bundled(entries)) == entries


def test_a_bundle_with_a_byte_too_few_or_too_many_is_refused() -> None:
    entries = [b"one", b"", b"three"]
    tile, said = Tile(ENTRIES, 0, 3), tiles.bundled(entries)
    for end in range(len(said)):
        with pytest.raises(Malformed, match="ends in the middle of an entry"):
            tiles.entries(tile, said[:end])
    for more in (b"\x00", b"\x00\x00", b"\x00\x01x"):
        with pytest.raises(Malformed, match="holds more than 3 entries"):
            tiles.entries(tile, said + more)
    for width in (1, 2):
        with pytest.raises(Malformed, match="holds more than"):
            tiles.entries(Tile(ENTRIES, 0, width), said)


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(1, 5))
def test_whatever_is_read_as_a_bundle_is_how_it_is_written(said: bytes, width: int) -> None:
    try:
        entries = tiles.entries(Tile(ENTRIES, 0, width), said)
    except Malformed:
        return
    assert len(entries) == width
    assert tiles.bundled(entries) == said


# The tree over them


@cache
def row(level: int) -> list[bytes]:
    """The hashes over 256**level leaves each, as many as there are in the tree of MANY."""
    if level == 0:
        return LEAVES
    below = row(level - 1)
    return [merkle.root(below[nth : nth + 256]) for nth in range(0, len(below) - len(below) % 256, 256)]


def content(tile: Tile) -> bytes:
    return b"".join(row(tile.level)[tile.index * WIDTH : tile.index * WIDTH + tile.width])


@pytest.mark.parametrize("size", [*OF_SIZE, *Random(7).sample(range(MANY), 8)])  # noqa: S311  # the same sizes each run
def test_the_tree_over_tiles_is_the_tree_over_its_leaves(size: int) -> None:
    asked: list[Tile] = []

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        return content(tile)

    at, drawn = tiles.tiled(size, read), Random(size)  # noqa: S311  # as above
    edge = merkle.edge(size, at)
    assert edge == merkle.NOTHING.grown(LEAVES[:size])
    for index in drawn.sample(range(size), min(size, 12)):
        proof = merkle.inclusion(index, size, at)
        assert merkle.includes(edge.root, size, index, LEAVES[index], proof)
        old = drawn.randrange(1, size + 1)
        assert merkle.is_consistent(old, merkle.edge(old, at).root, size, edge.root, merkle.consistency(old, size, at))
    for level in range(size.bit_length()):
        nth = drawn.randrange(size >> level)
        assert at(level, nth) == HELD(level, nth)
    assert set(asked) <= set(naive(size))
    assert len(asked) == len(set(asked))


def test_a_tile_that_is_not_of_its_form_is_refused_when_it_is_read() -> None:
    at = tiles.tiled(300, lambda tile: content(tile)[:-1])
    with pytest.raises(Malformed, match="holds not 44 hashes"):
        at(0, 299)


def test_what_the_reader_of_tiles_raises_comes_through_and_is_tried_again() -> None:
    asked = []

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        raise FileNotFoundError(tile.path)

    at = tiles.tiled(300, read)
    for _ in range(2):
        with pytest.raises(FileNotFoundError, match="tile/0/001"):
            at(0, 299)
    assert asked == [Tile(0, 1, 44)] * 2
