"""How names of agencies are compared, and the forms that many names have.

"The U.S. Dept. of X & Y" is compared as `us department of x and y`; "{place} County Sheriff" is a form, whose slot holds
"cook" in "Cook County Sheriff". Which agency a name names is for `agencies`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

SLOTS = ("state", "place", "district")

_SLOT = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=1 << 12)  # a file names a few agencies over and over
def key(name: str) -> str:
    """A name as it is compared: `The U.S. Dept. of X & Y` becomes `us department of x and y`."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    plain = re.sub(r"[.'\u2018\u2019`]", "", plain)
    words = " ".join("department" if word == "dept" else word for word in re.findall(r"\w+", plain) if word != "the")
    return re.sub(r"\b(?:united states(?: of america)?|u s(?: a)?|usa)\b", "us", words)


def strange_slots(way: str) -> list[str]:
    """The slots of a form that are none of `SLOTS`."""
    return [slot for slot in _SLOT.findall(way) if slot not in SLOTS]


def slots(states: Iterable[str], districts: Iterable[str], longest: int) -> dict[str, str]:
    """What each slot holds, as a pattern: a state, a district, a place of up to `longest` words."""
    place = rf"[^\W\d_]+(?: [^\W\d_]+){{0,{longest - 1}}}"
    return {"state": _any_of(states), "district": _any_of(map(key, districts)), "place": place}


@dataclass(frozen=True, slots=True)
class Way:
    """A form as names are held to it: its own words, and its pattern, which is compiled only for a name that has all of them."""

    words: tuple[str, ...]
    pattern: str

    def said(self, name: str) -> dict[str, str] | None:
        """What a name, as it is compared, says in the slots; None where it is not of this form."""
        found = _compiled(self.pattern).fullmatch(name) if all(words in name for words in self.words) else None
        return {slot: said for slot, said in found.groupdict().items() if said} if found else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def way_of(words: str, held: Mapping[str, str]) -> Way:
    """The way that `words` write: its slots are groups, and behind a {place} a state may follow, the group `where`."""
    form = form_key(words)
    filled = _SLOT.sub(lambda slot: f"(?P<{slot[1]}>{held[slot[1]]})", form)
    where = f"(?: (?P<where>{held['state']}))?" if "place" in _SLOT.findall(words) else ""
    return Way(tuple(own for part in _SLOT.split(form)[::2] if (own := part.strip())), filled + where)


def form_key(way: str) -> str:
    """The words of a form as they are compared, its slots left standing."""
    parts = enumerate(_SLOT.split(way))
    return " ".join(key(part) if n % 2 == 0 else f"{{{part}}}" for n, part in parts if part.strip())


def filled(words: str, said: Mapping[str, str]) -> str:
    """The words of a form with what was `said` in its slots; the state that followed a place stands at the end."""
    name = _SLOT.sub(lambda slot: said[slot[1]], words)
    return f"{name} {said['where']}" if "where" in said else name


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)"
