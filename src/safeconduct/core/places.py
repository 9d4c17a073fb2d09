"""A place as it is compared: the building, the unit in it, and the postal code, in the words of Publication 28.

Made of the parts that `addresses` reads. Two addresses are of one building where number, street and postal code agree;
city and state follow from the code. A place without a code, a number or a box is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from safeconduct.core.publication28 import MISSPELT_SUFFIXES

_ABBREVIATED = dict(
    pair.split("=")
    for pair in """
    NORTH=N SOUTH=S EAST=E WEST=W NORTHEAST=NE NORTHWEST=NW SOUTHEAST=SE SOUTHWEST=SW STREET=ST AVENUE=AVE AV=AVE ROAD=RD
    DRIVE=DR LANE=LN COURT=CT PLACE=PL BOULEVARD=BLVD CIRCLE=CIR TERRACE=TER TRAIL=TRL PARKWAY=PKWY HIGHWAY=HWY WAY=WAY
    SQUARE=SQ APARTMENT=APT SUITE=STE BUILDING=BLDG FLOOR=FL ROUTE=RTE
    """.split()
)
_ABBREVIATED |= {wrong: _ABBREVIATED[right] for wrong, right in MISSPELT_SUFFIXES.items()}
_UNIT_WORDS = frozenset({"APT", "UNIT", "STE", "NO"})
_BUILDING = ("urbanization", "number", "street", "box", "route", "military", "institution")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives: `building` with its postal code, and `unit`, "" where none is given."""

    building: str
    unit: str = ""


def place(parts: Mapping[str, str]) -> Place | None:
    """The place that the parts of an address name; None without a postal code or without anything before it."""
    building = " ".join(_standard(parts[part]) for part in _BUILDING if part in parts)
    unit = " ".join(word for word in _standard(parts.get("unit", "")).split() if word not in _UNIT_WORDS)
    code = parts.get("postal_code", "")[:5]
    return Place(f"{building}|{code}", unit) if building and code else None


@lru_cache(maxsize=1 << 16)
def _standard(words: str) -> str:
    return " ".join(_ABBREVIATED.get(word, word) for word in words.replace("#", " ").split())
