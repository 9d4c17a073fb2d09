"""What the free reason of a request amounts to.

"the specific reason or reasons why such disclosure is, or may be, relevant", 26 USC 6103(i)(2)(B)(iv):

    nothing said                                   empty
    words that would fit anybody                   generic
    a use that is not the stated purpose           contradicts, whatever else it says
    something that only this person's case has     individual

A use counts where the reason asks for it ("so that officers can deport him"), not where it tells of what was done
("was deported on 3 May 2021", "obstructed removal officers"). In doubt it counts, and a person reads the reason.
The phrases are the pack's; whether the particulars are true, and enough, is for the review.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from safeconduct.core.faults import PackFault
from safeconduct.core.tables import line_of, table


class Kind(StrEnum):
    """What a reason amounts to."""

    EMPTY = "empty"
    GENERIC = "generic"
    CONTRADICTS = "contradicts"
    INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reason weighed. `particulars` names kinds ("a date"), never the words, which may be personal."""

    kind: Kind
    particulars: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words in order, the last first: each a set of alternatives, or None for a gap of up to three words."""

    backwards: tuple[frozenset[str] | None, ...]
    use: str
    opens: bool


@dataclass(frozen=True, slots=True)
class _Speech:
    """How a clause speaks: see the table."""

    told: frozenset[str]
    asked: frozenset[str]
    doers: frozenset[str]
    handing: frozenset[str]
    describing: frozenset[str]
    stops: frozenset[str]
    denials: frozenset[str]
    denied: frozenset[str]
    taken_back: frozenset[str]
    conditions: frozenset[str]
    doubted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reasons:
    """The table. `phrases` are found by their last word; `contradicts` gives for each use the purposes it is not."""

    empty: frozenset[str]
    boilerplate: frozenset[str]
    circumstances: frozenset[str]
    speech: _Speech
    phrases: Mapping[str, tuple[_Phrase, ...]]
    contradicts: Mapping[str, frozenset[str]]


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

# The law's own numbers and dates are nobody's particulars: citations, forms, the agreement's day. What begins with a
# digit and what begins with a letter stand apart in these patterns, so that most words are passed over at once.
_LAW = re.compile(
    r"\b(?:(?=\d)(?:"
    r"\d{1,3} ?(?:u\.? ?s\.? ?c\b(?:ode|\.)?|united states code|c\.? ?f\.? ?r\b\.?),?(?: ?(?:§{1,3}|sections?|sec\.|parts?))? ?\d[\w.-]{0,20}(?:\(\w{1,5}\)){0,8}"
    r"|\d{3,5}(?:\(\w{1,5}\)){1,8})"
    r"|(?=[a-z])(?:"
    r"(?:sections?|sec\.|title|chapter|part|ina|public law|pub\. ?l\.|order|forms?) (?:no\. ?)?(?:[a-z]{1,2}-)?\d[\w-]{0,20}(?:\(\w{1,5}\)){0,8}"
    r"|(?:paragraphs?|clauses?) \(?\w{1,5}\)? of (?:sub)?section \d+"
    r"|(?:i|n|w|g|ds|eoir)-\d{1,3}[a-z]?\b"
    r"|(?:memorandum of understanding|mou|executive order|proclamation|agreement(?<!plea agreement)|act(?<!an act)|as|this request|our request|policy)"
    rf"(?: (?!order)[a-z0-9-]{{1,20}}){{0,4}}?,? (?:of|dated|signed|effective|from|on) (?:{_DAY_FIRST}|{_MONTH_FIRST})))"
    r"|§{1,3} ?\d[\w.-]{0,20}(?:\(\w{1,5}\)){0,8}"
)

_PARTICULARS = re.compile(
    r"\b(?:(?=\d)(?:"
    r"(?P<docket>(?:\d{1,2}:)?\d{2}-(?:cr|mj|cv|mc|gj|sw|po|crim)-\d{1,12}|\d{4}r\d{5}\b)"
    rf"|(?P<date>{_DAY_FIRST})"
    r"|(?P<time>(?:[01]?\d|2[0-3]):[0-5]\d\b|1?\d ?[ap]\.?m\b)"
    r"|(?P<amount>\d[\d,.]{0,15} ?(?:dollars|pesos|euros|kilograms?|kilos?|kg|pounds|lbs|grams|ounces|rounds|pills)\b))"
    r"|(?=[a-z])(?:"
    r"(?P<case>(?:case|docket|file|matter|complaint|indictment|incident|investigation|warrant|tip|dossier|report)"
    r"(?: (?:no\b\.?|number|file|num\b\.?|id))?[ #:]{1,3}(?!(?:19|20)\d\d\b(?![-:]))(?=[a-z:/.-]{0,30}\d)(?=[a-z0-9:/.-]{0,30}\d{2})[a-z0-9][a-z0-9:/.-]{2,40})"
    r"|(?P<file>a(?:-?(?:file|number|no\b\.?))?[ #:-]{0,3}\d{3}[ -]?\d{3}[ -]?\d{2,3}\b)"
    rf"|(?P<month>{_MONTH_FIRST})"
    r"|(?P<money>(?:usd|eur) ?\d)"
    r"|(?P<document>(?:exhibit|paragraph|para|page|tab|invoice|check|cheque|receipt|count|ledger|transaction|bates|affidavit|voucher|statement)s?\.?"
    r" (?:no\. ?|number |#)?[a-z]{0,3}-?\d{1,12}\b)"
    r"|(?P<number>[a-z]{2,8}-\d{2,4}-\d{2,12})))"
    r"|(?P<sum>[$€£] ?\d)"
)
_CASE_NUMBER = "a case number"
_OWN_WORDS = 3
_SAID = {
    "docket": "the docket of a court",
    **dict.fromkeys(("case", "file", "number"), _CASE_NUMBER),
    **dict.fromkeys(("date", "month"), "a date"),
    **dict.fromkeys(("amount", "money", "sum"), "an amount"),
    "time": "a time",
    "document": "a document",
}
_EVENT = "an event told"

_ARTICLES = frozenset(("the", "a", "an", "this", "that", "these", "those", "said", "such"))
_LONGEST, _OVERLAP = 120, 40
_AUXILIARIES = frozenset(("was", "were", "had", "been", "has"))
_NAME = re.compile(r"(?<=[a-z,;'\d] )[A-Z][a-z]{2,}")
_CLAUSE = re.compile(r"[.;:!?\n\u2013\u2014]+(?:\s|$)|\s[-\u2013\u2014]+\s|\u2014")
_WORD = re.compile(r"[a-z0-9]+")
_LETTERS = re.compile(r"[^\W\d_]{2,60}")
_HYPHENED = re.compile(r"(?<=[a-z])-(?=[a-z])")
_SPACED = re.compile(r"\b[a-z](?: [a-z]){3,20}\b")


def weigh(text: str, purpose: str | None, table: Reasons) -> Weighed:
    """What the reason `text` amounts to, for the stated `purpose`; without one nothing can contradict it."""
    plain = _plain(text)
    clauses = _clauses(plain)
    if _mixes_scripts(text):
        return Weighed(
            Kind.GENERIC, (), "The reason mixes letters of several scripts in one word: write it in Latin letters."
        )
    if _says_nothing(clauses, table):
        return Weighed(Kind.EMPTY, (), "The reason says nothing.")
    particulars = _particulars(text, plain, clauses, table)
    use = _contradiction([*clauses, *_clauses(_joined(plain))], purpose, table)
    if use:
        note = f"The reason asks for a use, {use}, that is not the stated purpose."
        return Weighed(Kind.CONTRADICTS, particulars, note)
    if particulars == (_CASE_NUMBER,) and _is_boilerplate(clauses, table):
        return Weighed(Kind.GENERIC, particulars, "The reason names a case and says nothing of it.")
    if particulars:
        return Weighed(
            Kind.INDIVIDUAL, particulars, f"The reason holds particulars of one case: {', '.join(particulars)}."
        )
    return Weighed(Kind.GENERIC, (), "The reason would fit anybody: it holds no particular of this person's case.")


def _clauses(plain: str) -> list[list[str]]:
    return [part for clause in _CLAUSE.split(plain) for part in _parts(_WORD.findall(clause))]


def _joined(plain: str) -> str:
    """The text with words put together that hyphens or blanks take apart: `de-port`, `d e p o r t`; "" where none are."""
    whole = _SPACED.sub(lambda letters: letters[0].replace(" ", ""), _HYPHENED.sub("", plain))
    return "" if whole == plain else whole


def _mixes_scripts(text: str) -> bool:
    """Whether a word holds letters of two scripts: a Cyrillic е in `dеport` hides the word from every list."""
    if text.isascii():
        return False
    return any(len({unicodedata.name(char, "").split(" ")[0] for char in word}) > 1 for word in _LETTERS.findall(text))


def _plain(text: str) -> str:
    """The text without case and accents, and without the points of initials: `U.S.C.` becomes `usc`."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).replace("\u2019", "'")
        plain = "".join(char for char in plain if unicodedata.category(char)[0] not in "MC" or char == "\n")
    plain = plain.replace("won't", "will not").replace("can't", "can not").replace("n't", " not").replace("'s", " ")
    return re.sub(r"\b([a-z])\.(?=[a-z\s,)]|$)", r"\1", plain)


def _parts(clause: list[str]) -> Iterator[list[str]]:
    """The clause; one without end in parts that overlap by more than a phrase, so that its cost stays linear."""
    for start in range(0, max(1, len(clause) - _OVERLAP), _LONGEST - _OVERLAP):
        yield clause[start : start + _LONGEST]


def _says_nothing(clauses: Sequence[Sequence[str]], table: Reasons) -> bool:
    words = {word for clause in clauses for word in clause}
    return all(word in table.empty or (len(set(word)) == 1 and (word[0] in "0x")) for word in words)


def _particulars(text: str, plain: str, clauses: Sequence[Sequence[str]], table: Reasons) -> tuple[str, ...]:
    found: dict[str, None] = {}
    if re.search(r"\d", plain):
        for each in _PARTICULARS.finditer(_LAW.sub(" ", plain)):
            found[_SAID[each.lastgroup or ""]] = None
    if _tells_an_event(text, clauses, table):
        found[_EVENT] = None
    return tuple(found)


def _is_boilerplate(clauses: Sequence[Sequence[str]], table: Reasons) -> bool:
    """Whether fewer than three words would not fit anybody's request."""
    words = {word for clause in clauses for word in clause if not any(char.isdigit() for char in word)}
    return len(words - table.boilerplate - _ARTICLES) < _OWN_WORDS


def _tells_an_event(text: str, clauses: Sequence[Sequence[str]], table: Reasons) -> bool:
    """Whether a clause tells an act in the past with a circumstance: a name, a person, a place, a thing of its own."""
    names = {name.casefold() for name in _NAME.findall(text)} - table.boilerplate
    for clause in clauses:
        told = {
            word
            for at, word in enumerate(clause)
            if _tells(clause, at, table.speech) or _did_use(clause, at, table.speech)
        }
        own = [word for word in clause if word not in table.boilerplate and not word.isdigit()]
        about = [word for word in own if word not in told]
        circumstance = not (names | table.circumstances).isdisjoint(about)
        if (told.intersection(own) and (len(about) > 3 or circumstance)) or (told and not names.isdisjoint(about)):
            return True
    return False


def _tells(clause: Sequence[str], at: int, speech: _Speech) -> bool:
    """Whether the word at `at` tells of the past: `was`, `fled`, `threatened`; not `to be found`, not `if that failed`."""
    word = clause[at]
    tells = word in speech.told or (
        word.endswith("ed") and len(word) > 4 and word not in speech.asked and word not in speech.describing
    )
    return tells and "if" not in (before := clause[max(0, at - 2) : at]) and before[-1:] != ["be"]


def _did_use(clause: Sequence[str], at: int, speech: _Speech) -> bool:
    return at > 0 and clause[at] in ("used", "sought") and clause[at - 1] in speech.doers


def _contradiction(clauses: Sequence[Sequence[str]], purpose: str | None, table: Reasons) -> str | None:
    """The first use asked for that the purpose is not."""
    for said in clauses:
        if table.phrases.keys().isdisjoint(said):
            continue
        clause = [word for word in said if word not in _ARTICLES]
        for use, start in _uses(clause, table):
            if purpose in table.contradicts[use] and not _denied(clause, start, table.speech):
                return use
    return None


def _uses(clause: Sequence[str], table: Reasons) -> Iterator[tuple[str, int]]:
    """The uses that a clause asks for, each with the place where its phrase begins."""
    for end, word in enumerate(clause):
        for phrase in table.phrases.get(word, ()):
            start = _start(phrase.backwards, clause, end, table.speech)
            if start is None or (phrase.opens and (start or _tells_after(clause, end, table.speech))):
                continue
            if not _told_before(clause, start, table.speech):
                yield phrase.use, start


def _start(backwards: Sequence[frozenset[str] | None], clause: Sequence[str], end: int, speech: _Speech) -> int | None:
    """Where the phrase that ends at `end` begins; None where it does not stand there."""
    at, gap = end, 0
    for element in backwards:
        if element is None:
            gap = 3
            continue
        while gap and at >= 0 and clause[at] not in element and not _bars_gap(clause, at, speech):
            at, gap = at - 1, gap - 1
        if at < 0 or clause[at] not in element:
            return None
        at, gap = at - 1, 0
    return at + 1


def _bars_gap(clause: Sequence[str], at: int, speech: _Speech) -> bool:
    return clause[at] in speech.stops or (clause[at] in speech.told and _tells(clause, at, speech))


def _tells_after(clause: Sequence[str], end: int, speech: _Speech) -> bool:
    return any(_tells(clause, at, speech) for at in range(end + 1, len(clause)))


def _told_before(clause: Sequence[str], start: int, speech: _Speech) -> bool:
    """Whether the words before a phrase tell of the past: the nearest word that asks or tells decides."""
    for at in range(start - 1, -1, -1):
        word = clause[at]
        if word in ("be", "being") or (word == "may" and not _in_date(clause, at)):
            return any(_tells(clause, before, speech) for before in range(max(0, at - 2), at))
        if word in speech.asked:
            return False
        behind = clause[at - 1] if at else ""
        if _tells(clause, at, speech) and (word not in speech.handing or behind in _AUXILIARIES):
            return True
    return False


def _in_date(clause: Sequence[str], at: int) -> bool:
    return any(word.isdigit() for word in clause[max(0, at - 1) : at + 2])


def _denied(clause: Sequence[str], start: int, speech: _Speech) -> bool:
    """Whether the clause plainly says that the use will not be made.

    "Not only", "unless", "not … but", "never not" and "it is not true that … not" say no such thing.
    """
    first = start
    while first and (clause[first - 1] in speech.denied or clause[first - 1] in speech.denials):
        first -= 1
    denials = [at for at in range(first, start) if clause[at] in speech.denials]
    if not denials or any(at + 1 in denials for at in denials):
        return False
    before, after = clause[: denials[0]], clause[denials[0] :]
    return (
        speech.taken_back.isdisjoint(after)
        and speech.doubted.isdisjoint(before)
        and speech.conditions.isdisjoint(clause)
    )


def reasons(file: str, text: str) -> Reasons:
    """The table in `text`.

    Raises:
        PackFault: a section or key is missing or unknown, or a phrase cannot be read.
    """
    return _Reader(file, text).table()


@dataclass(frozen=True, slots=True)
class _Reader:
    """One table while it is read: knows the file and the text for its faults."""

    file: str
    text: str

    def table(self) -> Reasons:
        raw = table(self.file, self.text)
        for section in raw.keys() - {"empty", "boilerplate", "circumstances", "speech", "words", "use"}:
            self.fault(f"`{section}` is no part of a table of reasons", "take it out", section)
        speech = _Speech(*(self.words(raw, "speech", key) for key in _Speech.__slots__))
        uses = raw.get("use") or self.fault("no use is listed", "add a `[[use]]` with its phrases")
        contradicts = {self.name(use): frozenset(self.texts(use, "contradicts")) for use in uses}
        if len(contradicts) < len(uses):
            self.fault("two uses bear one name", "name them apart", "[[use]]")
        return Reasons(
            self.words(raw, "empty", "words"),
            self.words(raw, "boilerplate", "words"),
            self.words(raw, "circumstances", "words"),
            speech,
            self.phrases(uses, raw.get("words", {})),
            contradicts,
        )

    def fault(self, what: str, mend: str, *words: str) -> NoReturn:
        raise PackFault(self.file, line_of(self.text, *words), what, mend)

    def words(self, raw: Mapping[str, Any], section: str, key: str) -> frozenset[str]:
        value = raw.get(section, {}).get(key)
        if not isinstance(value, str) or not value.split():
            self.fault(f"`{section}` has no `{key}`", f'add `{key} = """…"""`', f"[{section}]")
        return frozenset(value.split())

    def name(self, use: Mapping[str, Any]) -> str:
        for key in use.keys() - {"name", "contradicts", "phrases", "opening"}:
            self.fault(f"`{key}` is no key of a use", "write name, contradicts, phrases or opening", key, "=")
        name = use.get("name")
        return name if isinstance(name, str) and name else self.fault("a use has no name", "add `name = …`", "[[use]]")

    def texts(self, use: Mapping[str, Any], key: str) -> list[str]:
        value = use.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            self.fault(f"`{use['name']}` has no `{key}`", f"add `{key} = […]`", "name", f'"{use["name"]}"')
        return value

    def phrases(self, uses: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, tuple[_Phrase, ...]]:
        found: dict[str, list[_Phrase]] = defaultdict(list)
        for use in uses:
            for key in ("phrases", "opening"):
                for phrase in self.texts(use, key):
                    read = _Phrase(self.backwards(phrase, names), use["name"], key == "opening")
                    for last in read.backwards[0] or ():
                        found[last].append(read)
        return {last: tuple(phrases) for last, phrases in found.items()}

    def backwards(self, phrase: str, names: Mapping[str, str]) -> tuple[frozenset[str] | None, ...]:
        elements = [None if word == ".." else self.element(word, phrase, names) for word in phrase.split()]
        if not elements or elements[0] is None or elements[-1] is None:
            self.fault(
                f"the phrase `{phrase}` is empty, or begins or ends with a gap",
                "let it begin and end with a word",
                phrase,
            )
        return tuple(reversed(elements))

    def element(self, word: str, phrase: str, names: Mapping[str, str]) -> frozenset[str]:
        if word[0] == "<" and word[1:-1] not in names:
            self.fault(f"`{word}` in `{phrase}` is no name under [words]", "add it there, or write the words", phrase)
        alternatives = (names[word[1:-1]] if word[0] == "<" else word).split("|")
        for each in alternatives:
            if not _WORD.fullmatch(each) or each in _ARTICLES:
                self.fault(
                    f"`{each}` in `{phrase}` is no plain word", "write words in small letters, without articles", phrase
                )
        return frozenset(alternatives)
