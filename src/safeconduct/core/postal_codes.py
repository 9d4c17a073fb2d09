"""What the table of postal codes says: which state a five-digit code lies in, and which cities have which codes.

The answers come from `postal_codes_table`, drawn from the package `zipcodes` and kept as text, because the package
itself needs a quarter of a second to unfold before its first answer. Whether a house stands behind a code, no table
says: delivery points are licensed data of the Postal Service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from safeconduct.core.postal_codes_table import CITIES, CODES, OTHER_NAMES

_NAMES = ("", *CODES)  # of the states; none stands for codes that do not exist
_SHORT = {"SAINT": "ST", "SAINTE": "STE", "FORT": "FT", "MOUNT": "MT"}
_WRITTEN_OUT = {short: word for word, short in _SHORT.items()}
_DIRECTIONS = {"NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W"}
_APOSTROPHE = re.compile(r"\b([DLO]) (?=[A-Z]{3})")


def state_of(code: str) -> str:
    """The state, by its two letters, that a five-digit code lies in; empty if no such code exists."""
    if len(code) != 5 or not (code.isascii() and code.isdecimal()):
        return ""
    return _NAMES[_states()[int(code)]]


@cache
def cities_of(state: str) -> Mapping[str, str]:
    """The cities of a state, each with its codes, a space between them; empty if there is no such state.

    Names are in capitals, without points, apostrophes and hyphens; accepted variants of a name count as the name.
    """
    cities: dict[str, str] = {}
    for area, names in CITIES.get(state, {}).items():
        for name, codes in _entries(area, names):
            for spelling in _spellings(name):
                cities[spelling] = f"{cities[spelling]} {codes}" if spelling in cities else codes
    return cities


@lru_cache(maxsize=1 << 10)
def has_name(code: str, name: str) -> bool:
    """Whether the place of a code goes by this name, if only among those that live there: Manhattan 10027, De Kalb 60115."""
    area, state = code[:3], state_of(code)
    tables = (table.get(state, {}).get(area, "") for table in (CITIES, OTHER_NAMES))
    spelled = (
        spelling
        for names in tables
        for known, codes in _entries(area, names)
        if code in codes
        for spelling in _spellings(known)
    )
    return any(spelling.replace(" ", "") == name.replace(" ", "") for spelling in spelled)


@lru_cache(maxsize=1 << 13)
def is_city(name: str) -> bool:
    """Whether any state has a city of this name."""
    return any(name in cities_of(state) for state in CITIES)


@cache
def _states() -> bytes:
    """For every code from 00000 to 99999 the place of its state in `_NAMES`: a tenth of a megabyte, where a dict has four."""
    places = bytearray(100_000)
    for place, state in enumerate(_NAMES[1:], start=1):
        for run in CODES[state].split():
            first, _, last = run.partition("-")
            places[int(first) : int(last or first) + 1] = bytes([place]) * (int(last or first) - int(first) + 1)
    return bytes(places)


def _entries(area: str, names: str) -> Iterator[tuple[str, str]]:
    """The names of an area as the table has them, each with its codes."""
    for entry in names.split(","):
        name = entry.strip(" \n-0123456789")
        if name:
            runs = entry[entry.index(name) + len(name) :].strip()
            yield " ".join(name.split()), f"{area}{runs}" if len(runs) == 2 else " ".join(_codes(area, runs))


def _codes(area: str, runs: str) -> Iterator[str]:
    for run in runs.split():
        first, _, last = run.partition("-")
        yield from (f"{area}{end:02}" for end in range(int(first), int(last or first) + 1))


def _spellings(name: str) -> set[str]:
    """A name as the table has it; with its Saint, Fort, Mount or first direction short or written out; d'Alene as one."""
    words = name.split()
    if len(words) == 1:
        return {name}
    short = [_SHORT.get(word, word) for word in words]
    pointed = [_DIRECTIONS.get(words[0], words[0]), *short[1:]]
    spelled = map(" ".join, (short, [_WRITTEN_OUT.get(word, word) for word in words], pointed))
    return {name, _APOSTROPHE.sub(r"\1", name), *spelled}
