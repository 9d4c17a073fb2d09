"""What the table of postal codes says: which state a five-digit code lies in, and which cities a state has.

The answers come from `postal_codes_table`, drawn from the package `zipcodes` and kept as text, because the package
itself needs a quarter of a second to unfold before its first answer. Whether a house stands behind a code, no table
says: delivery points are licensed data of the Postal Service.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from safeconduct.core.postal_codes_table import CITIES, CODES

_NAMES = ("", *CODES)  # of the states; none stands for codes that do not exist
_SHORT = {"SAINT": "ST", "SAINTE": "STE", "FORT": "FT", "MOUNT": "MT"}
_WRITTEN_OUT = {short: word for word, short in _SHORT.items()}
_DIRECTIONS = {"NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W"}


def state_of(code: str) -> str:
    """The state, by its two letters, that a five-digit code lies in; empty if no such code exists."""
    if len(code) != 5 or not (code.isascii() and code.isdecimal()):
        return ""
    return _NAMES[_states()[int(code)]]


@cache
def cities_of(state: str) -> Mapping[str, frozenset[str]]:
    """The cities of a state, each with the first two digits of its codes; empty if there is no such state.

    Names are in capitals, without points, apostrophes and hyphens; accepted variants of a name count as the name.
    """
    areas: dict[str, set[str]] = {}
    for area, names in CITIES.get(state, {}).items():
        for name in names.split(","):
            for spelling in _spellings(name):
                areas.setdefault(spelling, set()).add(area)
    shared: dict[frozenset[str], frozenset[str]] = {}  # few differ, and one that was just looked at is near
    return {
        name: shared.setdefault(found, found) for name, found in zip(areas, map(frozenset, areas.values()), strict=True)
    }


@cache
def _states() -> bytes:
    """For every code from 00000 to 99999 the place of its state in `_NAMES`: a tenth of a megabyte, where a dict has four."""
    places = bytearray(100_000)
    for place, state in enumerate(_NAMES[1:], start=1):
        for run in CODES[state].split():
            first, _, last = run.partition("-")
            places[int(first) : int(last or first) + 1] = bytes([place]) * (int(last or first) - int(first) + 1)
    return bytes(places)


def _spellings(name: str) -> set[str]:
    """A name as the table has it, and with its Saint, Fort, Mount or first direction short or written out."""
    words = name.split()
    short = [_SHORT.get(word, word) for word in words]
    pointed = [_DIRECTIONS.get(words[0], words[0]), *short[1:]] if len(words) > 1 else words
    return {" ".join(words), *map(" ".join, (short, [_WRITTEN_OUT.get(word, word) for word in words], pointed))}
