"""Findings of fact: the closed library of ways in which a request's text becomes typed facts.

A finding is a fact that needs looking inside a text or a list. Each is made once, at the edge, by one function here, and
says in a sentence what it saw. Every pack draws on the same library and brings its own tables; what follows from a
finding is law and stands in the pack. Findings that are an art of their own live in their own modules: `addresses`,
`agencies`, `citations`, `names`, `reasons`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from safeconduct.core import addresses, agencies, citations, names, reasons
from safeconduct.core.days import day
from safeconduct.core.expression import Kind, contrary, every
from safeconduct.core.facts import Fact
from safeconduct.core.fields import ABSENT, LEFT_OUT, At, Found, Missing, Wrong
from safeconduct.core.page import PackFault
from safeconduct.core.rulepack import Pack
from safeconduct.core.statutes import KINDS, Statutes, statutes
from safeconduct.core.tables import line_of

Finding = Callable[[At], Found | Wrong]
UNKNOWN = Found(None)


def finding(fact: Fact, pack: Pack) -> Finding:
    """How `fact` is found in a request, from the library and the tables of `pack`.

    Raises:
        PackFault: there is no such finding, or a setting or table of it is missing or malformed.
    """
    if fact.finding not in _LIBRARY:
        raise _fault(
            fact,
            pack,
            f"is found by `{fact.finding}`, which there is not",
            f"write one of {', '.join(sorted(_LIBRARY))}",
        )
    kind = _KIND_OF.get(fact.finding)
    if kind and fact.sort.kind is not kind:
        raise _fault(fact, pack, f"is found by `{fact.finding}`, which makes a {kind}", f'write kind = "{kind}"')
    wanting = sorted(_MEMBERS_OF.get(fact.finding, frozenset()) - set(fact.sort.members))
    if wanting:
        raise _fault(
            fact, pack, f"is found by `{fact.finding}` and lacks the member `{wanting[0]}`", "add it, with its sample"
        )
    return _LIBRARY[fact.finding](fact, pack)


# Several facts rest on one table; it is read once.
_agencies = lru_cache(maxsize=8)(agencies.agencies)
_citations = lru_cache(maxsize=8)(statutes)


def _fault(fact: Fact, pack: Pack, what: str, mend: str) -> PackFault:
    line = line_of(pack.files["facts.toml"], f"[{fact.name}]")
    return PackFault("facts.toml", line, f"`{fact.name}` {what}", mend)


def _setting(fact: Fact, pack: Pack, key: str) -> str:
    value = fact.settings.get(key)
    if not isinstance(value, str):
        raise _fault(fact, pack, f"is found by `{fact.finding}` and has no `{key}`", f'add {key} = "…"')
    return value


def _table(fact: Fact, pack: Pack, key: str) -> tuple[str, str]:
    file = _setting(fact, pack, key)
    if file not in pack.files:
        raise _fault(fact, pack, f"rests on the table {file}, which the pack has not", "add the file, or name another")
    return file, pack.files[file]


# Values that simply stand there


def _value(fact: Fact, pack: Pack) -> Finding:
    return {Kind.TRUTH: _truth, Kind.DAY: _day, Kind.COUNT: _number, Kind.CHOICE: _choice}[fact.sort.kind](fact, pack)


def _truth(fact: Fact, _: Pack) -> Finding:
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


def _day(fact: Fact, _: Pack) -> Finding:
    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return UNKNOWN
        ordinal = day(raw) if isinstance(raw, str) else None
        return Found(ordinal) if ordinal else Wrong(fact.path, "is no date of the calendar", "write it as YYYY-MM-DD")

    return find


def _no_text(fact: Fact) -> Wrong:
    return Wrong(fact.path, "is no text", "write it between quotation marks")


def _number(fact: Fact, _: Pack) -> Finding:
    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return UNKNOWN
        whole = isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0
        return Found(raw) if whole else Wrong(fact.path, "is no whole number", "write digits")  # type: ignore[arg-type]  # it is an int

    return find


def _choice(fact: Fact, _: Pack) -> Finding:
    members = {sample: member for member, sample in fact.samples.items() if sample}

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return _missing(fact, raw)
        if isinstance(raw, str) and raw in members:
            return Found(members[raw])
        return Wrong(fact.path, "is none of the words that may stand there", _nearest(raw, members))

    return find


def _missing(fact: Fact, raw: Missing, absent: str = "none") -> Found:
    return Found(absent) if raw is ABSENT and absent in fact.sort.members else UNKNOWN


def _nearest(raw: object, words: Iterable[str]) -> str:
    words = list(words)
    near = (
        difflib.get_close_matches(raw.lower().replace(" ", "_"), words, n=1)
        if isinstance(raw, str) and len(raw) < 80
        else []
    )
    return f"write `{near[0]}`, if that is meant" if near else f"write one of {', '.join(words)}"


def _law_day(_fact: Fact, _: Pack) -> Finding:
    return lambda at: Found(at.on)


def _given(fact: Fact, _: Pack) -> Finding:
    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        return UNKNOWN if raw is LEFT_OUT else Found(raw is not ABSENT)

    return find


def _stated(fact: Fact, _: Pack) -> Finding:
    return lambda at: Found(at.look(fact.path) is not LEFT_OUT)


# Lists


def _count(fact: Fact, _: Pack) -> Finding:
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


def _count_nameless(fact: Fact, pack: Pack) -> Finding:
    key = _setting(fact, pack, "field")

    def find(at: At) -> Found | Wrong:
        said = _field_of_each(fact.path, key, at)
        if not isinstance(said, list):
            return said if isinstance(said, Wrong) else _none_of(said)
        grades = [names.grade(name or "", "", "") for name in said]
        return Found(sum(grade not in {names.NameGrade.FULL, names.NameGrade.SINGLE} for grade in grades))

    return find


def _every(fact: Fact, pack: Pack) -> Finding:
    key = _setting(fact, pack, "field")

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
        return Found(every(truth if isinstance(truth, bool) else None for truth in truths))

    return find


def _count_kind(fact: Fact, pack: Pack) -> Finding:
    kind = _setting(fact, pack, "of")
    counted = {name for name, item in pack.items.items() if item.kind == kind}

    def find(at: At) -> Found | Wrong:
        listed = at.texts(fact.path)
        if not isinstance(listed, list):
            return listed if isinstance(listed, Wrong) else _none_of(listed)
        return Found(len(counted.intersection(listed)))

    return find


_PERIOD = re.compile(r"((?:19|20)[0-9]{2})(?:-?Q([1-4]))?")
_ALL_PERIODS = re.compile(r"(?:all|any|every)\b", re.IGNORECASE)


def _periods(fact: Fact, pack: Pack) -> Finding:
    most = int(_setting(fact, pack, "most"))

    def find(at: At) -> Found | Wrong:
        listed = at.texts(fact.path, also=int)
        if not isinstance(listed, list):
            return listed if isinstance(listed, Wrong) else _missing(fact, listed)
        read = [
            None if _ALL_PERIODS.match(period) else _PERIOD.fullmatch(period.upper()) or period for period in listed
        ]
        unread = next((number for number, period in enumerate(read) if isinstance(period, str)), None)
        if unread is not None:
            return Wrong(
                f"{fact.path}[{unread}]",
                "is no taxable period",
                'write a year ("2023"), a quarter ("2023Q2"), or "all"',
            )
        begun = [_begins(period) <= at.on for period in read if isinstance(period, re.Match)]
        if None in read or len(set(listed)) > most:
            return Found("all")
        return Found("specified" if begun and all(begun) else "none", "" if all(begun) else "a period has not begun")

    return find


def _begins(period: re.Match[str]) -> int:
    """The first day of a year or of a quarter (proleptic ordinal)."""
    return dt.date(int(period[1]), 3 * int(period[2] or 1) - 2, 1).toordinal()


# What a table says


def _standing(fact: Fact, pack: Pack) -> Finding:
    return _of_agency(fact, pack, lambda agency: agency.standing, unlisted="unlisted")


def _department(fact: Fact, pack: Pack) -> Finding:
    members = fact.sort.members
    return _of_agency(
        fact, pack, lambda agency: agency.department if agency.department in members else "other", unlisted=None
    )


def _of_agency(fact: Fact, pack: Pack, say: Callable[[agencies.Agency], str], unlisted: str | None) -> Finding:
    table = _agencies(*_table(fact, pack, "table"))

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if not isinstance(raw, str):
            return _missing(fact, raw) if isinstance(raw, Missing) else _no_text(fact)
        agency = agencies.find(raw, table, at.on)
        if agency is None:
            return Found(unlisted, "the custodian's table does not list the agency")
        return Found(say(agency), f"the custodian's table lists it as {agency.name}")

    return find


def _component(fact: Fact, pack: Pack) -> Finding:
    table = _agencies(*_table(fact, pack, "table"))

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return UNKNOWN if raw is LEFT_OUT else Found(value=False)
        return Found(_is_component(raw, table, at.on)) if isinstance(raw, str) else _no_text(fact)

    return find


def _is_component(name: str, table: agencies.Agencies, on: int) -> bool | None:
    agency = agencies.find(name, table, on)
    return None if agency is None else agency.is_component


def _any_component(fact: Fact, pack: Pack) -> Finding:
    table, key = _agencies(*_table(fact, pack, "table")), _setting(fact, pack, "field")

    def find(at: At) -> Found | Wrong:
        said = _field_of_each(fact.path, key, at)
        if not isinstance(said, list):
            return said if isinstance(said, Wrong) else UNKNOWN if said is LEFT_OUT else Found(value=False)
        components = [None if name is None else _is_component(name, table, at.on) for name in said]
        return Found(contrary(every(contrary(component) for component in components)))

    return find


def _agency_of_each(fact: Fact, pack: Pack) -> Finding:
    table = _agencies(*_table(fact, pack, "table"))
    key, asking_path = _setting(fact, pack, "field"), _setting(fact, pack, "asking")

    def find(at: At) -> Found | Wrong:
        said, asking = _field_of_each(fact.path, key, at), at.look(asking_path)
        if isinstance(said, Wrong):
            return said
        if said is ABSENT or not said:
            return Found("nobody")
        if isinstance(said, Missing) or not isinstance(asking, str):
            return UNKNOWN
        words = [None if name is None else _beside(name, asking, table, at.on) for name in said]
        return Found(next((word for word in ("other", None, "unlisted", "department") if word in words), "asking"))

    return find


def _field_of_each(path: str, key: str, at: At) -> list[str | None] | Missing | Wrong:
    """The text at `key` of every object listed at `path`; None where there is none."""
    listed = at.objects(path)
    if not isinstance(listed, list):
        return listed
    texts = [At(one, at.on).look(key) for one in listed]
    odd = next((number for number, text in enumerate(texts) if not isinstance(text, str | Missing)), None)
    if odd is not None:
        return Wrong(f"{path}[{odd}].{key}", "is no text", "write it between quotation marks")
    return [text if isinstance(text, str) else None for text in texts]


def _beside(officers: str, asking: str, table: agencies.Agencies, on: int) -> str:
    """An officer's agency: the asking one or a component of it, another of its department, another, or unlisted."""
    if officers.strip().casefold() == asking.strip().casefold():
        return "asking"
    theirs, ours = agencies.find(officers, table, on), agencies.find(asking, table, on)
    if theirs is None or ours is None:
        return "unlisted"
    if agencies.within(theirs, ours):
        return "asking"
    return "department" if theirs.department == ours.department else "other"


def _agreement(fact: Fact, pack: Pack) -> Finding:
    def find(at: At) -> Found | Wrong:
        texts = at.texts(fact.path)
        if isinstance(texts, Wrong):
            return texts
        if isinstance(texts, Missing) or not texts:  # a request that leaves the agreement out names none
            return Found("none")
        known = [pack.agreements.get(text) for text in texts]
        if None in known:
            return Found("unknown")
        return Found("in_force" if all(one and one.stands_on(at.on) for one in known) else "not_in_force")

    return find


# What a text is


def _clause(fact: Fact, pack: Pack) -> Finding:
    """The clause named: the one listed, or the one within which the citation lies; `other` in the same title."""
    statutes = _statutes(fact, pack)
    apart = {"other", "elsewhere"}
    listed = {
        _cited(fact, pack, sample, statutes): member for member, sample in fact.samples.items() if member not in apart
    }
    titles = {(clause.code, clause.title) for clause in listed}

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return _missing(fact, raw)
        named = citations.read(raw, statutes) if isinstance(raw, str) and _only_cites(raw) else ()
        if len(named) != 1:
            return Wrong(
                fact.path, "is not the citation of one clause", f"cite one clause, as in {fact.samples['other']}"
            )
        cited = named[0]
        for depth in range(len(cited.subdivisions), -1, -1):
            above = citations.Citation(cited.code, cited.title, cited.section, cited.subdivisions[:depth])
            if above in listed and (depth or not cited.subdivisions):
                return Found(listed[above])
        return Found("other" if (cited.code, cited.title) in titles else "elsewhere")

    return find


def _statutes(fact: Fact, pack: Pack) -> Statutes:
    return _citations(_table(fact, pack, "table"), _table(fact, pack, "states"))


_CITING = frozenset(
    "usc us c s code of the and title section sections sec secs ss united states ina irc internal revenue".split()
)


def _only_cites(text: str) -> bool:
    """Whether a text holds no words but those of citations: `not under 26 USC 6103(i)(2)` names no authority."""
    return all(len(word) < 2 or word.lower() in _CITING for word in re.findall(r"(?<![\w(])[^\W\d_]+(?![\w)])", text))


def _cited(fact: Fact, pack: Pack, text: str, statutes: Statutes) -> citations.Citation:
    named = citations.read(text, statutes)
    if len(named) != 1:
        raise _fault(
            fact,
            pack,
            f"has `{text}` for a citation, which it is not",
            "cite by title and section, as in 8 USC 1253(a)(1)",
        )
    return named[0]


def _statute_kind(fact: Fact, pack: Pack) -> Finding:
    statutes = _statutes(fact, pack)

    def find(at: At) -> Found | Wrong:
        texts = at.texts(fact.path)
        if not isinstance(texts, list):
            return texts if isinstance(texts, Wrong) else _missing(fact, texts)
        return Found(str(citations.kind_of(texts, statutes)) if texts else "none")

    return find


def _cites(fact: Fact, pack: Pack) -> Finding:
    statutes = _statutes(fact, pack)
    within = _cited(fact, pack, _setting(fact, pack, "within"), statutes)

    def find(at: At) -> Found | Wrong:
        texts = at.texts(fact.path)
        if not isinstance(texts, list):
            return texts if isinstance(texts, Wrong) else UNKNOWN if texts is LEFT_OUT else Found(value=False)
        return Found(
            any(citations.touches(cited, within) for text in texts for cited in citations.read(text, statutes))
        )

    return find


def _ground(fact: Fact, pack: Pack) -> Finding:
    statutes = _statutes(fact, pack)
    grounds = fact.settings.get("grounds")
    if not isinstance(grounds, Mapping) or not all(isinstance(text, str) for text in grounds.values()):
        raise _fault(fact, pack, "has no `grounds`", 'add grounds = { member = "a citation" }')
    known = {name: _cited(fact, pack, text, statutes) for name, text in grounds.items()}

    def find(at: At) -> Found | Wrong:
        texts = at.texts(fact.path)
        if not isinstance(texts, list):
            return texts if isinstance(texts, Wrong) else _missing(fact, texts)
        cited = [one for text in texts if _only_cites(text) for one in citations.read(text, statutes)]
        said = [name for name, ground in known.items() if any(citations.touches(one, ground) for one in cited)]
        return Found(said[0] if said else "other")

    return find


def _reason_kind(fact: Fact, pack: Pack) -> Finding:
    table = reasons.reasons(*_table(fact, pack, "table"))
    purpose_path = _setting(fact, pack, "purpose")

    def find(at: At) -> Found | Wrong:
        raw, purpose = at.document.get(fact.path, LEFT_OUT), at.look(purpose_path)
        if raw is LEFT_OUT or raw is None:
            return UNKNOWN if raw is LEFT_OUT else Found("empty")
        if not isinstance(raw, str):
            return Wrong(fact.path, "is no text", "write it between quotation marks")
        weighed = reasons.weigh(raw, purpose if isinstance(purpose, str) else None, table)
        return Found(str(weighed.kind), weighed.note)

    return find


def _name_grade(fact: Fact, pack: Pack) -> Finding:
    paths = (fact.path, _setting(fact, pack, "given"), _setting(fact, pack, "family"))

    def find(at: At) -> Found | Wrong:
        looked = [at.look(path) for path in paths]
        for path, raw in zip(paths, looked, strict=True):
            if not isinstance(raw, str | Missing):
                return Wrong(path, "is no text", "write it between quotation marks")
        if all(raw is LEFT_OUT for raw in looked):
            return UNKNOWN
        full, given, family = ("" if isinstance(raw, Missing) else str(raw) for raw in looked)
        return Found(str(names.grade(full, given, family)))

    return find


def _address_grade(fact: Fact, _: Pack) -> Finding:
    def find(at: At) -> Found | Wrong:
        raw = At(at.document, at.on).look(fact.path)
        if isinstance(raw, Missing):
            return _missing(fact, raw, "empty")
        if not isinstance(raw, str):
            return Wrong(fact.path, "is no text", "write it between quotation marks, in one line")
        graded = addresses.grade(raw)
        return Found(str(graded.grade), graded.reason)

    return find


_LIBRARY: Mapping[str, Callable[[Fact, Pack], Finding]] = {
    "value": _value,
    "law_day": _law_day,
    "given": _given,
    "stated": _stated,
    "component": _component,
    "any_component": _any_component,
    "count": _count,
    "count_nameless": _count_nameless,
    "count_kind": _count_kind,
    "every": _every,
    "periods": _periods,
    "standing": _standing,
    "department": _department,
    "agency_of_each": _agency_of_each,
    "agreement": _agreement,
    "clause": _clause,
    "statute_kind": _statute_kind,
    "cites": _cites,
    "ground": _ground,
    "reason_kind": _reason_kind,
    "name_grade": _name_grade,
    "address_grade": _address_grade,
}
_KIND_OF: Mapping[str, Kind] = {
    **dict.fromkeys(("given", "stated", "component", "any_component", "every", "cites"), Kind.TRUTH),
    **dict.fromkeys(("count", "count_nameless", "count_kind"), Kind.COUNT),
    **dict.fromkeys(("periods", "standing", "department", "agency_of_each", "agreement", "clause"), Kind.CHOICE),
    **dict.fromkeys(("statute_kind", "ground", "reason_kind", "name_grade", "address_grade"), Kind.CHOICE),
    "law_day": Kind.DAY,
}
_MEMBERS_OF: Mapping[str, frozenset[str]] = {
    "periods": frozenset({"specified", "all", "none"}),
    "standing": frozenset({*agencies.STANDINGS, "unlisted", "none"}),
    "department": frozenset({"other", "none"}),
    "agency_of_each": frozenset({"asking", "department", "unlisted", "other", "nobody"}),
    "agreement": frozenset({"none", "in_force", "not_in_force", "unknown"}),
    "clause": frozenset({"none", "other", "elsewhere"}),
    "statute_kind": frozenset({*KINDS, "none"}),
    "ground": frozenset({"other", "none"}),
    "reason_kind": frozenset(reasons.Kind),
    "name_grade": frozenset(names.NameGrade),
    "address_grade": frozenset(addresses.Grade),
}
