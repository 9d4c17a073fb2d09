"""The particulars of a reason: what only one person's case has, a date, a docket, an amount, an event told.

Particulars are named by kind, never by their words, which may be personal. Whether they are true, and enough, is for
the review.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from safeconduct.core.reasons_table import Listing
from safeconduct.core.telling import told

CASE_NUMBER = "a case number"

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY_FIRST = (
    rf"{_DAY} (?:of |de )?{_MONTH}(?:,? (?:de |del )?\d{{4}})?"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}-\d{1,2}-\d{4}"
)
_MONTH_FIRST = rf"{_MONTH},? (?:{_DAY}\b(?:,? \d{{4}})?|(?:of |de )?\d{{4}})"

_COUNTED = r"(?:dollars|pesos|euros|kilograms?|kilos?|kg|pounds|lbs|grams|ounces|rounds|pills)"
_CASE = r"(?:case|docket|file|matter|complaint|indictment|incident|investigation|warrant|tip|dossier|report)"
_DOCUMENT = r"(?:exhibit|paragraph|para|page|tab|invoice|check|cheque|receipt|count|ledger|transaction|bates|affidavit|voucher|statement)s?"

# The law's own numbers and dates are nobody's particulars: citations, forms, the agreement's day. What begins with a
# digit and what begins with a letter stand apart in these patterns, so that most words are passed over at once.
_CITED = (
    r"\d{1,3} ?(?:u\.? ?s\.? ?c\b(?:ode|\.)?|united states code|c\.? ?f\.? ?r\b\.?),?(?: ?(?:§{1,3}|sections?|sec\.|parts?))? ?\d[\w.-]{0,20}(?:\(\w{1,5}\)){0,8}"
    r"|\d{3,5}(?:\(\w{1,5}\)){1,8}"
)
_NAMED = (
    r"(?:sections?|sec\.|title|chapter|part|ina|public law|pub\. ?l\.|order|forms?) (?:no\. ?)?(?:[a-z]{1,2}-)?\d[\w-]{0,20}(?:\(\w{1,5}\)){0,8}"
    r"|(?:i|n|w|g|ds|eoir)-\d{1,3}[a-z]?\b"
)
_NAMED_AFAR = (
    r"(?:paragraphs?|clauses?) \(?\w{1,5}\)? of (?:sub)?section \d+"
    r"|(?:memorandum of understanding|mou|executive order|proclamation|agreement(?<!plea agreement)|act(?<!an act)|as|this request|our request|policy)"
    rf"(?: (?!order)[a-z0-9-]{{1,20}}){{0,4}}?,? (?:of|dated|signed|effective|from|on) (?:{_DAY_FIRST}|{_MONTH_FIRST})"
)
_SIGNED = r"§{1,3} ?\d[\w.-]{0,20}(?:\(\w{1,5}\)){0,8}"
_LAW_NEAR = re.compile(rf"\b(?:(?=\d)(?:{_CITED})|(?=[a-z])(?:{_NAMED}))|{_SIGNED}")
_LAW_AFAR = re.compile(rf"\b(?:{_NAMED_AFAR})")
_LAW = re.compile(rf"\b(?:(?=\d)(?:{_CITED})|(?=[a-z])(?:{_NAMED}|{_NAMED_AFAR}))|{_SIGNED}")

_PARTICULARS = re.compile(
    r"\b(?:(?=\d)(?:"
    r"(?P<docket>(?:\d{1,2}:)?\d{2}-(?:cr|mj|cv|mc|gj|sw|po|crim)-\d{1,12}|\d{4}r\d{5}\b)"
    rf"|(?P<date>{_DAY_FIRST})"
    r"|(?P<time>(?:[01]?\d|2[0-3]):[0-5]\d\b|1?\d ?[ap]\.?m\b)"
    rf"|(?P<amount>\d[\d,.]{{0,15}} ?{_COUNTED}\b))"
    r"|(?=[a-z])(?:"
    rf"(?P<case>{_CASE}"
    r"(?: (?:no\b\.?|number|file|num\b\.?|id))?[ #:]{1,3}(?!(?:19|20)\d\d\b(?![-:]))(?=[a-z:/.-]{0,30}\d)(?=[a-z0-9:/.-]{0,30}\d{2})[a-z0-9][a-z0-9:/.-]{2,40})"
    r"|(?P<file>a(?:-?(?:file|number|no\b\.?))?[ #:-]{0,3}\d{3}[ -]?\d{3}[ -]?\d{2,3}\b)"
    rf"|(?P<month>{_MONTH_FIRST})"
    r"|(?P<money>(?:usd|eur) ?\d)"
    r"|(?P<jury>gj (?:no\b\.? ?)?\d{2,4}-\d{1,12})"
    rf"|(?P<document>{_DOCUMENT}\.?"
    r" (?:no\. ?|number |#)?[a-z]{0,3}-?\d{1,12}\b)"
    r"|(?P<number>[a-z]{2,8}-\d{2,4}-\d{2,12})))"
    r"|(?P<sum>[$€£] ?\d)"
)
_SAID = {
    "docket": "the docket of a court",
    **dict.fromkeys(("case", "file", "jury", "number"), CASE_NUMBER),
    **dict.fromkeys(("date", "month"), "a date"),
    **dict.fromkeys(("amount", "money", "sum"), "an amount"),
    "time": "a time",
    "document": "a document",
}
_EVENT = "an event told"

_DIGIT = re.compile(r"\d").search

# The words that the patterns know. No pattern but `_LAW_AFAR` reaches over any other word.
_KNOWN = re.compile(
    rf"[a-z]|{_MONTH}|{_COUNTED}|{_CASE}|{_DOCUMENT}|(?:sub)?sections?|sec|title|chapter|parts?|ina|public|law|pub|order|forms?"
    r"|of|de|del|a?(?:file|number|no)|num|id|gj|am|pm|united|states|code(?:sections?|sec|parts?)?|usc|us|sc|cfr|cf|fr|usd|eur"
).fullmatch
_BEGINS_AFAR = frozenset(
    "paragraph paragraphs clause clauses memorandum mou executive proclamation agreement act as request policy".split()
)
_BEGINS_LAW = frozenset(
    """
    section sections sec title chapter part ina public pub order form forms u us usc united c cf cfr i n w g ds eoir
    """.split()
)
_LETTERS = re.compile(r"[a-z]+").findall
_BARE_FIGURE = re.compile(r"[$0-9][0-9,.:;/-]*").fullmatch
_PLAIN_SIGNS = re.compile(r"[a-z\"'(),.;:!?-]+").fullmatch
_CITES = re.compile(r"[§(]|\d[uc]").search

# What `_known` makes of a word that no pattern knows, and puts before one that may begin a name of the law.
_GAP, _AFAR_MARK, _LAW_MARK = "\n", "\f", "\v"
_LONGEST = 2_000  # of a text whose words are remembered

_NAME = re.compile(r" (?<=[a-z,;'\d] )([A-Z][a-z]{2,})")


def particulars(text: str, plain: str, clauses: Sequence[Sequence[str]], table: Listing) -> tuple[str, ...]:
    """The kinds of particulars in `text`, which is also given plain and by clauses: those in numbers first."""
    found = dict.fromkeys(_in_figures(plain) if _DIGIT(plain) else ())
    if _tells_an_event(text, clauses, table):
        found[_EVENT] = None
    return tuple(found)


def _in_figures(plain: str) -> Sequence[str]:
    """The kinds of particulars that the patterns find; they are run where known words stand around a figure."""
    few = _near_figures(plain) if len(plain) <= _LONGEST and plain.isprintable() else _LAW.sub(" ", plain)
    return [_SAID[each.lastgroup or ""] for each in _PARTICULARS.finditer(few)]


def _near_figures(plain: str) -> str:
    """What is left of a text without the law's own figures, and without what no pattern can find."""
    known = "".join(map(_known, plain.split(" ")))
    if _AFAR_MARK in known:
        if _LAW_AFAR.search(plain):
            return _LAW.sub(" ", plain)
        known = known.replace(_AFAR_MARK, "")
    few = _GAP.join([words for words in known.split(_GAP) if words and _DIGIT(words)])
    return _LAW_NEAR.sub(" ", few.replace(_LAW_MARK, "")) if _LAW_MARK in few else few


@lru_cache(maxsize=1 << 13)
def _known(word: str) -> str:
    """The word, with the signs and the blank beside it, if a pattern may know it; else a gap."""
    if _BARE_FIGURE(word):
        return f"{word} "
    letters = _LETTERS(word)
    if not _BEGINS_AFAR.isdisjoint(letters):
        return f"{_AFAR_MARK}{_LAW_MARK}{word} "
    if _CITES(word) or not _BEGINS_LAW.isdisjoint(letters):
        return f"{_LAW_MARK}{word} "
    is_gap = _PLAIN_SIGNS(word) and letters and not any(map(_KNOWN, letters))
    return _GAP if is_gap else f"{word} "


def _tells_an_event(text: str, clauses: Sequence[Sequence[str]], table: Listing) -> bool:
    """Whether a clause tells an act in the past with a circumstance: a name, a person, a place, a thing of its own."""
    own_words = [
        [word for word in clause if word not in table.boilerplate and not word.isdigit()] for clause in clauses
    ]
    for clause, own in zip(clauses, own_words, strict=True):
        if acts := told(clause, own, table.speech):
            about = [word for word in own if word not in acts]
            if len(about) > 3 or not table.circumstances.isdisjoint(about):
                return True
    names = {name.casefold() for name in _NAME.findall(text)} - table.boilerplate
    return any(
        not names.isdisjoint(own)
        and (acts := told(clause, clause, table.speech))
        and not names.isdisjoint({*own} - acts)
        for clause, own in zip(clauses, own_words, strict=True)
    )
