"""A stop: one person's act, at once, against a request, an officer, an agency, or everything. What it bears on cannot go on.

    {"also":[],"of":"R-17","target":"request","why":"counsel wants to see the order of removal"}

is the content of a control `stop`. A name is compared without case, marks and the order of its words, and one with more words than
the other, or with initials, is the same; in letters that are not Latin it may be anybody's. A stop of which it cannot be told what it
bears on bears on everything. `also` are other names of an agency, and those of its components: broker and sealer read the same stops
as the desk, and have no table of agencies.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core import documents, names, records, subject
from safeconduct.core.fields import At
from safeconduct.core.log.controls import Standing
from safeconduct.core.log.lines import Malformed


class Target(StrEnum):
    """What a stop is against."""

    EVERYTHING = "everything"
    AGENCY = "agency"
    OFFICER = "officer"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop. `of` names the agency, the officer (or signatory), or the request by its id; "" where everything is stopped."""

    target: Target
    of: str
    why: str
    also: tuple[str, ...] = ()


_LONGEST = 200
_EVERYTHING = Stop(Target.EVERYTHING, "", "")


def written(stop: Stop) -> str:
    """The content of a control `stop`."""
    return json.dumps(records.document(stop), ensure_ascii=False, sort_keys=True)


def read(content: str) -> Stop:
    """The stop in a content. One that cannot be read stops everything: it was meant to stop something."""
    try:
        return records.read(Stop, documents.read(content))
    except (documents.NoDocument, Malformed):
        return _EVERYTHING


def standing(controls: Standing) -> dict[str, Stop]:
    """The stops that stand, by their names."""
    return {name: read(one.control.content) for (what, name), one in controls.in_force.items() if what == "stop"}


def bearing(stops: Mapping[str, Stop], request: Mapping[str, object]) -> list[str]:
    """The names of the stops that bear on a request."""
    return [name for name, stop in stops.items() if _bears(stop, request)]


def _bears(stop: Stop, request: Mapping[str, object]) -> bool:
    match stop.target:
        case Target.EVERYTHING:
            return True
        case Target.REQUEST:
            return not stop.of or request.get("request_id") == stop.of
        case Target.OFFICER:
            return _is_among((stop.of,), subject.askers(request))
        case Target.AGENCY:
            return _is_among((stop.of, *stop.also), _agencies(request))


def may_be_one(name: str, other: str) -> bool:
    """Whether two names may be those of one."""
    return _is_one(_words(name), _words(other))


def _is_among(stopped: Iterable[str], others: Iterable[str]) -> bool:
    there = [_words(other) for other in others]
    return not there or any(_is_one(_words(name), other) for name in stopped for other in there)


def _words(name: str) -> frozenset[str] | None:
    """The words of a name; None where it may be read as another than it is: too long, without words, in signs that look alike."""
    words = frozenset(names.words(name))
    odd = any(char.isalpha() and not unicodedata.name(char, "").startswith("LATIN") for char in name)
    return None if odd or not words or len(name) > _LONGEST else words


def _is_one(name: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether two names may be one: every word of the shorter stands in the longer, be it as an initial."""
    if name is None or other is None:
        return True
    shorter, longer = sorted((name, other), key=len)
    return all(any(_is_word(word, there) for there in longer) for word in shorter)


def _is_word(one: str, other: str) -> bool:
    return one == other or (1 in {len(one), len(other)} and one[0] == other[0])


def _agencies(request: Mapping[str, object]) -> list[str]:
    at = At(request, 0)
    listed = at.listed("officers")
    officers = [At(one, 0) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    said = (at.look("asker.agency"), *(officer.look("agency") for officer in officers))
    return [one if isinstance(one, str) else "" for one in said]
