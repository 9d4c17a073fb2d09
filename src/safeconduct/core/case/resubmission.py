"""A request made again after a refusal: it must answer each point, and may add to what it said, not change it.

In 2025 a refused file came back two months later with other words and no answer. Whether a case is a resubmission the asker says;
where the asker does not, a request of the same agency about the same person shortly after a refusal is taken for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safeconduct.core import names, subject
from safeconduct.core.case.events import Reason
from safeconduct.core.fields import At
from safeconduct.core.identifiers import identifiers

_MAY_BE_ADDED_TO = ("purpose", "offence")


def unanswered(refused: Sequence[Reason], answers: Mapping[str, str]) -> tuple[Reason, ...]:
    """The points of a refusal that nothing answers."""
    return tuple(reason for reason in refused if not answers.get(reason.rule, "").strip())


def contradictions(earlier: Mapping[str, object], later: Mapping[str, object]) -> tuple[str, ...]:
    """What the later request changes of what the earlier stated, where it may only add: purpose, offence, engagement.

    One of another agency, or about another person, is no request made again.
    """
    changed = [path for path in _MAY_BE_ADDED_TO if not _said(earlier, path) <= _said(later, path)]
    changed += ["asker.agency"] if _agency(earlier) != _agency(later) else []
    return (*changed, *_engagement(earlier, later), *(["subject"] if _is_of_another(earlier, later) else []))


def _agency(request: Mapping[str, object]) -> frozenset[str]:
    said = At(request, 0).look("asker.agency")
    return frozenset(names.words(said)) if isinstance(said, str) else frozenset()


def _is_of_another(earlier: Mapping[str, object], later: Mapping[str, object]) -> bool:
    """Whether it is about another person: nothing by which a person is known agrees, or, where nothing is given, not the name."""
    before, after = (set(identifiers(subject.sought(one))) for one in (earlier, later))
    if before and after:
        return before.isdisjoint(after)
    named = [At(one, 0).look("subject.name") for one in (earlier, later)]
    words = [frozenset(names.words(one)) if isinstance(one, str) else frozenset() for one in named]
    return bool(words[0]) and words[0] != words[1]


def _said(request: Mapping[str, object], path: str) -> frozenset[str]:
    """What is stated at a path, as a set without blanks."""
    said = At(request, 0).look(path)
    listed = said if isinstance(said, list) else [said]
    return frozenset("".join(one.casefold().split()) for one in listed if isinstance(one, str))


def _engagement(earlier: Mapping[str, object], later: Mapping[str, object]) -> Iterator[str]:
    before, after = _engaged(earlier), _engaged(later)
    if any(name not in after or (stated is not None and after[name] != stated) for name, stated in before.items()):
        yield "officers"


def _engaged(request: Mapping[str, object]) -> dict[frozenset[str], object]:
    listed = At(request, 0).listed("officers")
    officers = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {
        frozenset(names.words(one["name"])): one.get("personally_and_directly_engaged")
        for one in officers
        if isinstance(one.get("name"), str)
    }
