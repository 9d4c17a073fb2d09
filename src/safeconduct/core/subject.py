"""Whom a request is about, as the match takes it; which items it asks for; and who asks.

An address that would not deliver is no ground for a search, whatever else the request carries. What may be asked at all
is the law's; that the request can be read is `intake`'s.
"""

from __future__ import annotations

from collections.abc import Mapping

from safeconduct.core import addresses, same_name
from safeconduct.core.addresses import Grade
from safeconduct.core.fields import At
from safeconduct.core.matching import Sought, birth_date, number
from safeconduct.core.places import Place, place

_REACHES = (Grade.DELIVERABLE, Grade.DELIVERABLE_UNIT)


def sought(request: Mapping[str, object]) -> Sought:
    """Whom the request is about."""
    at = At(request, 0)
    full, given, family = (_text(at, f"subject.{field}") for field in ("name", "given_name", "family_name"))
    return Sought(
        name=same_name.read(full, given, family),
        place=_place(_text(at, "subject.address")),
        birth_date=birth_date(_text(at, "subject.birth_date")),
        number=number(_text(at, "subject.tin")),
    )


def items(request: Mapping[str, object]) -> frozenset[str]:
    """The items that the request asks for."""
    listed = At(request, 0).texts("items")
    return frozenset(listed) if isinstance(listed, list) else frozenset()


def askers(request: Mapping[str, object]) -> tuple[str, ...]:
    """The names of the signatory and of every officer who is to receive."""
    at = At(request, 0)
    listed = at.listed("officers")
    officers = [At(one, 0) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    names = (_text(at, "asker.name"), *(_text(officer, "name") for officer in officers))
    return tuple(name for name in names if name)


def asking(request: Mapping[str, object]) -> frozenset[tuple[str, str]]:
    """The same, each with the agency that asks, and an officer also with one's own."""
    at = At(request, 0)
    listed, agency = at.listed("officers"), _text(at, "asker.agency")
    officers = [At(one, 0) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    own = {(_text(one, "name"), _text(one, "agency")) for one in officers}
    return frozenset({(name, agency) for name in askers(request)} | {pair for pair in own if all(pair)})


def _place(written: str) -> Place | None:
    graded = addresses.grade(written)
    return place(graded.parts) if graded.grade in _REACHES else None


def _text(at: At, path: str) -> str:
    said = at.look(path)
    return said if isinstance(said, str) else ""
