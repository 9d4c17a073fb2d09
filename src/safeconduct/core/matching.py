"""Who a request is about: a first match, exact on name, address and a second factor, one record or nobody.

Name and address alone do not tell a father from his son of the same name in the same house, so a request must carry a
birth date or a number as well. A birth date of 1 January is what registers write where only the year is known, and counts
as none. This module makes the keys by which a request and a record are compared; whether exactly one record has them is
counted where the records are. Variants of names, near misses and contradictions are for the full match, which will
take this one's place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from safeconduct.core import names

_ABBREVIATED = dict(
    pair.split("=")
    for pair in """
    NORTH=N SOUTH=S EAST=E WEST=W NORTHEAST=NE NORTHWEST=NW SOUTHEAST=SE SOUTHWEST=SW STREET=ST AVENUE=AVE AV=AVE ROAD=RD
    DRIVE=DR LANE=LN COURT=CT PLACE=PL BOULEVARD=BLVD CIRCLE=CIR TERRACE=TER TRAIL=TRL PARKWAY=PKWY HIGHWAY=HWY WAY=WAY
    SQUARE=SQ APARTMENT=APT SUITE=STE BUILDING=BLDG FLOOR=FL ROUTE=RTE
    """.split()
)
_UNIT_WORDS = frozenset({"APT", "UNIT", "STE", "NO"})
_PLACE = ("urbanization", "number", "street", "box", "route", "military", "institution")
_FIGURES = re.compile(r"[0-9]{9}")
_NEW_YEAR = "-01-01"


def name_key(full: str, given: str, family: str) -> str | None:
    """The words of a name, those of the two parts where they are given; None where fewer than two words are left."""
    words = names.words(f"{given} {family}" if given and family else full)
    return " ".join(sorted(words)) if len(words) > 1 else None


def address_key(parts: Mapping[str, str]) -> str | None:
    """The place that the parts of an address name, in the words of Publication 28; None without a postal code."""
    place = " ".join(_standard(parts[part]) for part in _PLACE if part in parts)
    unit = " ".join(word for word in _standard(parts.get("unit", "")).split() if word not in _UNIT_WORDS)
    code = parts.get("postal_code", "")[:5]
    return f"{place}|{unit}|{code}" if place and code else None


def _standard(words: str) -> str:
    return " ".join(_ABBREVIATED.get(word, word) for word in words.replace("#", " ").split())


def number_key(number: str) -> str | None:
    """The nine figures of a number; None where it has not nine."""
    figures = re.sub(r"[\s.-]", "", number)
    return figures if _FIGURES.fullmatch(figures) else None


def birth_key(birth_date: str) -> str | None:
    """A birth date as YYYY-MM-DD; None for 1 January, which often stands for a year alone."""
    return None if birth_date.endswith(_NEW_YEAR) else birth_date
