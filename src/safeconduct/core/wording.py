"""What a request's words amount to: findings that look inside a text.

The clause named, the kind of statute cited, the ground of an order, the reason, the name, the address. The arts of
reading these are `citations`, `reasons`, `names` and `addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from safeconduct.core import addresses, citations, names, reasons
from safeconduct.core.facts import Fact
from safeconduct.core.fields import LEFT_OUT, At, Found, Missing, Wrong
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import UNKNOWN, Finding, fault, missing, setting, table_of
from safeconduct.core.statutes import Statutes, statutes

_tables = lru_cache(maxsize=8)(statutes)  # several facts rest on one table; it is read once


def clause(fact: Fact, pack: Pack) -> Finding:
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
            return missing(fact, raw)
        named = citations.read(raw, statutes) if isinstance(raw, str) and _only_cites(raw) else ()
        if len(named) != 1:
            return Wrong(
                fact.path,
                "is not the citation of one clause",
                f"cite one clause, such as {next(iter(fact.samples.values()))}",
            )
        cited = named[0]
        for depth in range(len(cited.subdivisions), -1, -1):
            above = citations.Citation(cited.code, cited.title, cited.section, cited.subdivisions[:depth])
            if above in listed and (depth or not cited.subdivisions):
                return Found(listed[above])
        return Found("other" if (cited.code, cited.title) in titles else "elsewhere")

    return find


def _statutes(fact: Fact, pack: Pack) -> Statutes:
    return _tables(table_of(fact, pack, "table"), table_of(fact, pack, "states"))


_ORDINAL = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CITING = frozenset(
    "usc us c s code of the and title section sections sec secs ss united states ina irc internal revenue".split()
)


def _only_cites(text: str) -> bool:
    """Whether a text holds no words but those of citations: `not under 26 USC 6103(i)(2)` names no authority."""
    return all(len(word) < 2 or word.lower() in _CITING for word in re.findall(r"(?<![\w(])[^\W\d_]+(?![\w)])", text))


def _cited(fact: Fact, pack: Pack, text: str, statutes: Statutes) -> citations.Citation:
    named = citations.read(text, statutes)
    if len(named) != 1:
        raise fault(
            fact,
            pack,
            f"has `{text}` for a citation, which it is not",
            "cite by title and section, as in 8 USC 1253(a)(1)",
        )
    return named[0]


def statute_kind(fact: Fact, pack: Pack) -> Finding:
    """The weakest kind of the statutes cited."""
    statutes = _statutes(fact, pack)

    def find(at: At) -> Found | Wrong:
        texts = at.texts(fact.path)
        if not isinstance(texts, list):
            return texts if isinstance(texts, Wrong) else missing(fact, texts)
        if not texts:
            return Found("none")
        weakest = citations.kind_of(texts, statutes)
        number = next(n for n, text in enumerate(texts) if citations.kind_of([text], statutes) is weakest)
        return Found(
            str(weakest), f"the {_ORDINAL[number]} of those named" if len(texts) > 1 and number < len(_ORDINAL) else ""
        )

    return find


def cites(fact: Fact, pack: Pack) -> Finding:
    """Whether a statute cited is, holds or lies within `within`."""
    statutes = _statutes(fact, pack)
    within = _cited(fact, pack, setting(fact, pack, "within"), statutes)

    def find(at: At) -> Found | Wrong:
        texts = at.texts(fact.path)
        if not isinstance(texts, list):
            return texts if isinstance(texts, Wrong) else UNKNOWN if texts is LEFT_OUT else Found(value=False)
        return Found(
            any(citations.touches(cited, within) for text in texts for cited in citations.read(text, statutes))
        )

    return find


def ground(fact: Fact, pack: Pack) -> Finding:
    """Which of `grounds` is cited, the first of them that is; `other` where none is."""
    statutes = _statutes(fact, pack)
    grounds = fact.settings.get("grounds")
    if not isinstance(grounds, Mapping) or not all(isinstance(text, str) for text in grounds.values()):
        raise fault(fact, pack, "has no `grounds`", 'add grounds = { member = "a citation" }')
    known = {name: _cited(fact, pack, text, statutes) for name, text in grounds.items()}

    def find(at: At) -> Found | Wrong:
        texts = at.texts(fact.path)
        if not isinstance(texts, list):
            return texts if isinstance(texts, Wrong) else missing(fact, texts)
        cited = [one for text in texts if _only_cites(text) for one in citations.read(text, statutes)]
        said = [name for name, ground in known.items() if any(citations.touches(one, ground) for one in cited)]
        return Found(said[0] if said else "other")

    return find


def reason_kind(fact: Fact, pack: Pack) -> Finding:
    """What the reason amounts to, beside what stands at `purpose`."""
    table = reasons.reasons(*table_of(fact, pack, "table"))
    purpose_path = setting(fact, pack, "purpose")

    def find(at: At) -> Found | Wrong:
        raw, purpose = at.raw(fact.path), at.look(purpose_path)  # a blank reason is an empty one, not one left out
        if isinstance(raw, Missing):
            return missing(fact, raw, "empty")
        if not isinstance(raw, str):
            return Wrong(fact.path, "is no text", "write it between quotation marks")
        weighed = reasons.weigh(raw, purpose if isinstance(purpose, str) else None, table)
        return Found(str(weighed.kind), weighed.note)

    return find


def name_grade(fact: Fact, pack: Pack) -> Finding:
    """Whether the name at the path, with the parts at `given` and `family`, names one person."""
    paths = (fact.path, setting(fact, pack, "given"), setting(fact, pack, "family"))

    def find(at: At) -> Found | Wrong:
        looked = [at.look(path) for path in paths]
        for path, raw in zip(paths, looked, strict=True):
            if not isinstance(raw, (str, Missing)):
                return Wrong(path, "is no text", "write it between quotation marks")
        if looked == _ALL_LEFT_OUT:
            return UNKNOWN
        full, given, family = ["" if isinstance(raw, Missing) else str(raw) for raw in looked]
        return Found(str(names.grade(full, given, family)))

    return find


_ALL_LEFT_OUT = [LEFT_OUT] * 3


def address_grade(fact: Fact, _: Pack) -> Finding:
    """The grade of the address."""

    def find(at: At) -> Found | Wrong:
        raw = at.look(fact.path)
        if isinstance(raw, Missing):
            return missing(fact, raw, "empty")
        if not isinstance(raw, str):
            return Wrong(fact.path, "is no text", "write it between quotation marks, in one line")
        graded = addresses.grade(raw)
        return Found(str(graded.grade), graded.reason)

    return find
