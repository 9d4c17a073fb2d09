"""What is stated: findings of values and lists that simply stand in a request.

A truth, a day, a number, a word of a closed list; whether something is given; how many are listed, whether all of them
are so, and whether an item is among them. Taxable periods are `periods`' concern, what a text amounts to is `wording`'s.
"""

from __future__ import annotations

from safeconduct.core import names
from safeconduct.core.days import day
from safeconduct.core.expression import Kind, every
from safeconduct.core.facts import Fact
from safeconduct.core.fields import ABSENT, LEFT_OUT, At, Found, Missing, Wrong, nearest
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import UNKNOWN, Finding, field_of_each, missing, setting


def value(fact: Fact, _: Pack) -> Finding:
    """What stands at the path, by the kind of the fact."""
    return {Kind.TRUTH: _truth, Kind.DAY: _day, Kind.COUNT: _number, Kind.CHOICE: _choice}[fact.sort.kind](fact)


def _truth(fact: Fact) -> Finding:
    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return UNKNOWN
        return (
            Found(raw)
            if isinstance(raw, bool)
            else Wrong(fact.path, "is neither true nor false", "write true or false, without quotation marks")
        )

    return find


def _day(fact: Fact) -> Finding:
    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return UNKNOWN
        ordinal = day(raw) if isinstance(raw, str) else None
        return Found(ordinal) if ordinal else Wrong(fact.path, "is no date of the calendar", "write it as YYYY-MM-DD")

    return find


def _number(fact: Fact) -> Finding:
    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return UNKNOWN
        if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
            return Found(raw)
        return Wrong(fact.path, "is no whole number", "write digits")

    return find


def _choice(fact: Fact) -> Finding:
    members = {sample: member for member, sample in fact.samples.items() if sample}

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return missing(fact, raw)
        if isinstance(raw, str) and raw in members:
            return Found(members[raw])
        return Wrong(fact.path, "is none of the words that may stand there", nearest(raw, members))

    return find


def given(fact: Fact, _: Pack) -> Finding:
    """Whether what stands at the path exists: not where it is null, unknown where it is left out."""

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        return UNKNOWN if raw is LEFT_OUT else Found(raw is not ABSENT)

    return find


def stated(fact: Fact, _: Pack) -> Finding:
    """Whether the request says anything at the path, be it null. Never unknown."""
    return lambda at: Found(at.look(fact.path) is not LEFT_OUT)


def count(fact: Fact, _: Pack) -> Finding:
    """How many are listed."""

    def find(at: At) -> Found | Wrong:
        listed = at.listed(fact.path)
        return (
            listed
            if isinstance(listed, Wrong)
            else Found(len(listed))
            if isinstance(listed, list)
            else _none_of(listed)
        )

    return find


def _none_of(raw: Missing) -> Found:
    return Found(0) if raw is ABSENT else UNKNOWN


def count_nameless(fact: Fact, pack: Pack) -> Finding:
    """How many are listed without the name of a person in `field`."""
    key = setting(fact, pack, "field")

    def find(at: At) -> Found | Wrong:
        said = field_of_each(fact.path, key, at)
        if not isinstance(said, list):
            return said if isinstance(said, Wrong) else _none_of(said)
        grades = [names.grade(name or "", "", "") for name in said]
        return Found(sum(grade not in {names.NameGrade.FULL, names.NameGrade.SINGLE} for grade in grades))

    return find


def every_one(fact: Fact, pack: Pack) -> Finding:
    """Whether `field` is true of every one listed, after Kleene."""
    key = setting(fact, pack, "field")

    def find(at: At) -> Found | Wrong:
        listed = at.objects(fact.path)
        if not isinstance(listed, list):
            return listed if isinstance(listed, Wrong) else UNKNOWN
        truths = [At(one, at.on).look(key) for one in listed]
        for number, truth in enumerate(truths):
            if not isinstance(truth, bool | Missing):
                return Wrong(
                    f"{fact.path}[{number}].{key}",
                    "is neither true nor false",
                    "write true or false, without quotation marks",
                )
        whole = every(truth if isinstance(truth, bool) else None for truth in truths)
        at_fault = next((number for number, truth in enumerate(truths) if truth is not True), None)
        return Found(whole, "" if at_fault is None else f"{fact.path}[{at_fault}].{key}")

    return find


def count_kind(fact: Fact, pack: Pack) -> Finding:
    """How many different items of the kind `of` are listed."""
    kind = setting(fact, pack, "of")
    counted = {name for name, item in pack.items.items() if item.kind == kind}

    def find(at: At) -> Found | Wrong:
        listed = at.texts(fact.path)
        if not isinstance(listed, list):
            return listed if isinstance(listed, Wrong) else _none_of(listed)
        return Found(len(counted.intersection(listed)))

    return find


def covers(fact: Fact, _: Pack) -> Finding:
    """Whether the item of the fact is among those listed; not where null stands for the list."""

    def find(at: At) -> Found | Wrong:
        listed = at.texts(fact.path)
        if isinstance(listed, Wrong):
            return listed
        return UNKNOWN if listed is LEFT_OUT else Found(isinstance(listed, list) and fact.item in listed)

    return find
