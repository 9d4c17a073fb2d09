"""A stop: one person's act, at once, against a request, an officer, an agency, or everything. What it bears on cannot go on.

    {"also":[],"of":"R-17","target":"request","why":"counsel wants to see the order of removal"}

is the content of a control `stop`. A name is compared without case, marks and the order of its words, and one with more words than
the other is the same; a stop of which it cannot be told what it bears on bears on everything. `also` are other names of an agency,
and those of its components: broker and sealer read the same stops as the desk, and have no table of agencies.
"""

from __future__ import annotations

import json
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
            return request.get("request_id") == stop.of
        case Target.OFFICER:
            return _is_among((stop.of,), subject.askers(request))
        case Target.AGENCY:
            return _is_among((stop.of, *stop.also), _agencies(request))


def _is_among(stopped: Iterable[str], others: Iterable[str]) -> bool:
    there = [frozenset(names.words(other)) for other in others]
    return any(
        not words or any(words <= other or other <= words for other in there)
        for words in (frozenset(names.words(name)) for name in stopped)
    )


def _agencies(request: Mapping[str, object]) -> list[str]:
    at = At(request, 0)
    listed = at.listed("officers")
    officers = [At(one, 0) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    said = (at.look("asker.agency"), *(officer.look("agency") for officer in officers))
    return [one for one in said if isinstance(one, str)]
