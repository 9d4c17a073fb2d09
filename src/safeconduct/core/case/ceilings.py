"""How often is too often: requests counted over days, by officer, signatory, agency, agreement, and by template of their reasons.

All that come in are counted alike, by file, form or API. Above a ceiling a request waits, in the order of receipt; it is neither
refused nor granted. The figures come from the journal (`tallies`); where the ceilings stand, `gate.policy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from safeconduct.core import likeness, names
from safeconduct.core.fields import At
from safeconduct.core.gate.policy import Ceiling, Counted

Key = tuple[Counted, str]
"""Of what a request counts: of an officer, say, and which one (a digest)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests let through before this one: by key and days; and the keys of requests that came before it and still wait."""

    within: Mapping[tuple[Counted, str, int], int]
    waiting: frozenset[Key] = frozenset()


NONE = Counts({})


def keys(request: Mapping[str, object]) -> tuple[Key, ...]:
    """By what a request is counted."""
    at = At(request, 0)
    officers = [(Counted.OFFICER, name) for name in likeness.officers(at)]
    signatory = at.look("asker.name")
    signed = " ".join(sorted(names.words(signatory))) if isinstance(signatory, str) else ""
    agency, agreement = at.look("asker.agency"), at.look("agreement")
    template = likeness.template(at, likeness.name(at))
    said = [
        *officers,
        (Counted.SIGNATORY, signed),
        (Counted.AGENCY, " ".join(names.words(agency)) if isinstance(agency, str) else ""),
        (Counted.AGREEMENT, agreement if isinstance(agreement, str) else ""),
        (Counted.TEMPLATE, template or ""),
    ]
    return tuple((counted, _of(text)) for counted, text in said if text)


def of_body(body: Mapping[str, object]) -> tuple[Key, ...]:
    """By what an entry counts whose body that is: the log tells who asked, and nothing of the reason."""
    agreements, officers = body.get("agreements"), body.get("officers")
    return keys(
        {
            "agreement": agreements[0] if isinstance(agreements, list) and agreements else None,
            "asker": {"agency": body.get("agency"), "name": body.get("signatory")},
            "officers": [{"name": name} for name in officers] if isinstance(officers, list) else [],
        }
    )


def _of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def reached(of: Iterable[Key], ceilings: Iterable[Ceiling], counts: Counts) -> tuple[tuple[Ceiling, Key], ...]:
    """The ceilings at which requests counted so already are, or behind which others wait; each with the key that is there."""
    mine = tuple(of)
    return tuple(
        (ceiling, (counted, key))
        for ceiling in ceilings
        for counted, key in mine
        if counted is ceiling.of
        and (counts.within.get((counted, key, ceiling.days), 0) >= ceiling.most or (counted, key) in counts.waiting)
    )
