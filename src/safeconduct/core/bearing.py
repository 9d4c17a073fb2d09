"""What an agency is: findings on the marks that it bears in the custodian's table, on its line, on its strength.

A mark is what the table says that an agency is or is not, such as an agency of law enforcement; of most it says nothing,
and a person judges. Where an agency stands beside another is `standing`'s concern.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from safeconduct.core.agencies import Agencies, Agency, find
from safeconduct.core.expression import every
from safeconduct.core.facts import Fact
from safeconduct.core.fields import ABSENT, LEFT_OUT, At, Found, Missing, Wrong
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import UNKNOWN, Finding, fault, field_of_each, no_text, owes, setting
from safeconduct.core.standing import agencies_of


def agency_is(fact: Fact, pack: Pack) -> Finding:
    """Whether the agency at the path bears the mark `of`; unknown for one that is unlisted or of which nothing is said."""
    table, mark = agencies_of(fact, pack), _mark(fact, pack)
    return _of_one(fact, table, lambda agency: agency.marks.get(mark))


def agency_within(fact: Fact, pack: Pack) -> Finding:
    """Whether the agency at the path is the one with the id `of`, or a component of it; unknown for an unlisted one."""
    table, ident = agencies_of(fact, pack), setting(fact, pack, "of")
    if ident not in table.lines:
        raise fault(
            fact, pack, f"is found within `{ident}`, which the table does not list", "write the id of one it lists"
        )
    return _of_one(fact, table, lambda agency: ident in agency.line)


def _of_one(fact: Fact, table: Agencies, say: Callable[[Agency], bool | None]) -> Finding:
    def find_truth(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return UNKNOWN if raw is LEFT_OUT else Found(value=False)
        if not isinstance(raw, str):
            return no_text(fact)
        agency = find(raw, table, at.on)
        if agency is None:
            return Found(None, "the custodian's table does not list the agency")
        truth = say(agency)
        said = "does not say it of" if truth is None else "lists it as"
        return Found(truth, f"the custodian's table {said} {agency.name}")

    return find_truth


def _mark(fact: Fact, pack: Pack) -> str:
    mark, marks = setting(fact, pack, "of"), agencies_of(fact, pack).marks
    if mark not in marks:
        known = f"write one of {', '.join(marks)}" if marks else "list it in `marks` at the top of the table"
        raise fault(fact, pack, f"asks for the mark `{mark}`, which the table of agencies has not", known)
    return mark


def every_agency_is(fact: Fact, pack: Pack) -> Finding:
    """Whether the agency of every one listed bears the mark `of`, after Kleene: true where the list is empty."""
    table, key, mark = agencies_of(fact, pack), setting(fact, pack, "field"), _mark(fact, pack)

    def find_truth(at: At) -> Found | Wrong:
        said = field_of_each(fact.path, key, at)
        if not isinstance(said, list):
            return said if isinstance(said, Wrong) else UNKNOWN
        truths = [agency.marks.get(mark) if agency else None for agency in _each(said, table, at.on)]
        whole = every(truths)
        return Found(whole, "" if whole else f"{fact.path}[{truths.index(whole)}].{key}")

    return find_truth


def _each(names: Sequence[str | None], table: Agencies, on: int) -> list[Agency | None]:
    return [find(name, table, on) if name else None for name in names]


def standing_of_each(fact: Fact, pack: Pack) -> Finding:
    """The weakest standing among the agencies of those listed, in the order of the table; `nobody` where none is listed.

    `of` is the weakest that will do. Whoever certainly stands below it outweighs one whose agency is left out, which
    leaves it unknown, and one whose agency is unlisted; these outweigh whoever stands high enough.
    """
    table, key, enough = agencies_of(fact, pack), setting(fact, pack, "field"), setting(fact, pack, "of")
    if enough not in table.standings:
        what = f"takes the standing `{enough}` to do, which the table of agencies has not"
        raise fault(fact, pack, what, f"write one of {', '.join(table.standings)}")
    owes(fact, pack, table.standings)
    last = table.standings.index(enough) + 1
    enough_or_more, below = table.standings[:last], table.standings[last:]
    weakest_first = (*reversed(below), None, "unlisted", *reversed(enough_or_more))

    def find_weakest(at: At) -> Found | Wrong:
        said = field_of_each(fact.path, key, at)
        if isinstance(said, Wrong):
            return said
        if said is ABSENT or not said:
            return Found("nobody")
        if isinstance(said, Missing):
            return UNKNOWN
        words = _standings(said, table, at.on)
        weakest = next(word for word in weakest_first if word in words)
        return Found(weakest, "" if weakest in enough_or_more else f"{fact.path}[{words.index(weakest)}].{key}")

    return find_weakest


def _standings(names: Sequence[str | None], table: Agencies, on: int) -> list[str | None]:
    agencies = _each(names, table, on)
    return [
        agency.standing if agency else None if name is None else "unlisted"
        for name, agency in zip(names, agencies, strict=True)
    ]
