"""The tables of statutes: which words cite which code, and what kind of statute each section is.

    { at = "8 USC 1253", kind = "criminal" }        8 USC 1253(a)(1)  →  criminal
    { at = "8 USC 1253(c)", kind = "civil" }        8 USC 1253(c)(2)  →  civil

The two tables of a pack, federal and states', are loaded and checked here, and asked for the kind of a section. How
words, numbers and marks make a citation is for `citations`; whether a kind permits, holds or refuses is for the
pack's rules.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeGuard

from safeconduct.core.faults import PackFault
from safeconduct.core.tables import line_of, table

Table: TypeAlias = tuple[str, str]
"""A table of a pack: the name of its file, and its text (TOML)."""

Subdivisions: TypeAlias = tuple[str, ...]
"""("a", "1", "A") for (a)(1)(A)."""

Number: TypeAlias = tuple[int, str]
"""A section as it sorts; see `ordered`."""

Place: TypeAlias = tuple[str, str, Subdivisions]
"""Title, section, subdivisions; the section is "" for the whole title."""

_Entry: TypeAlias = tuple[str, str, str, Subdivisions]  # title, first section, last section of a range, subdivisions


class Kind(StrEnum):
    """What a text designates, weakest first. Only the last is a federal criminal statute without more."""

    STATE = "state"
    CIVIL = "civil"
    TAX = "tax"
    UNRECOGNISED = "unrecognised"
    UNLISTED = "unlisted"
    CRIMINAL = "criminal"


Span: TypeAlias = tuple[Number, Number, Kind]
"""The first and the last section of a range, and what kind all of them are."""

KINDS = tuple(Kind)
CODES = ("USC", "CFR")
"""The federal codes: sections of the one are looked up one by one, the other has a kind as a whole."""

_FEDERAL = (Kind.CIVIL, Kind.TAX, Kind.UNLISTED, Kind.CRIMINAL)


class Role(StrEnum):
    """What a form of words does in a citation."""

    FEDERAL = "federal"
    ACT = "act"
    NAME = "name"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Form:
    """Words that cite `code`; `title` is their spelling in the table. `shape` and `behind` as in state_codes.toml."""

    code: str
    title: str
    role: Role
    shape: str = ""
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Forms of words by their letters alone, and every beginning of one, so that a search knows when to stop."""

    forms: Mapping[str, Form]
    beginnings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Act:
    """An act and where its sections stand: in a title of the Code, under the same numbers where `sections` is empty."""

    name: str
    title: str
    sections: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Statutes:
    """The two tables, ready for look-up: `places` and `spans` of the United States Code, `codes` for all others.

    `spans` are the ranges of each title, the narrowest first; parts of a `closed` place have entries of their own or none. A value is equal to itself alone, so that it can stand
    for its tables where readings are remembered.
    """

    forms: Words
    subjects: Words
    acts: Mapping[str, Act]
    codes: Mapping[str, Kind]
    places: Mapping[Place, Kind]
    closed: frozenset[Place]
    spans: Mapping[str, Sequence[Span]]

    def kind(self, code: str, title: str, section: str, subdivisions: Subdivisions) -> Kind:
        """The kind of a section: subdivision before section, before the narrowest range, before title; else unlisted."""
        if code != "USC":
            return self.codes.get(code, Kind.UNLISTED)
        section, parts = section.lower(), _folded(subdivisions)
        for depth in range(len(parts), -1, -1):
            if listed := self.places.get((title, section, parts[:depth])):
                within = depth < len(parts) and (title, section, parts[:depth]) in self.closed
                return Kind.UNLISTED if within else listed
        number = ordered(section)
        around = (listed for low, high, listed in self.spans.get(title, ()) if low <= number <= high)
        return next(around, None) or self.places.get((title, "", ()), Kind.UNLISTED)


def is_title(number: str) -> bool:
    """Whether `number` is a title of the United States Code, of which there are 54; the regulations have fifty."""
    return number.isascii() and number.isdecimal() and 1 <= int(number) <= 54


def ordered(section: str) -> Number:
    """A section as it sorts: 1320a-7b behind 1320a, before 1320b. What is no number sorts below all."""
    digits = re.match(r"[0-9]{1,9}", section)
    return (int(digits[0]), section[digits.end() :].lower()) if digits else (-1, section)


def statutes(federal: Table, states: Table) -> Statutes:
    """The tables of federal statutes and of the states' codes, checked, ready for look-up.

    Raises:
        PackFault: a table is malformed; the fault names the line and what to change.
    """
    federal_file, states_file = _Source(*federal), _Source(*states)
    ours, theirs = federal_file.read(), states_file.read()
    federal_file.only(ours, {"as_of", "entries", "code", "act"}, [])
    entries = _entries(federal_file, ours.get("entries"))
    forms: dict[str, Form] = {}
    codes = _codes(federal_file, ours.get("code", []), forms)
    acts = _acts(federal_file, ours.get("act", []), forms)
    subjects = _subjects(states_file, theirs)
    codes |= _states(states_file, theirs, forms)
    places = {(title, first, parts): listed for (title, first, last, parts), listed in entries.items() if not last}
    closed = frozenset(place for place in places if entries[place[0], place[1], "", place[2]][1])
    kinds = {place: listed for place, (listed, _) in places.items()}
    return Statutes(_words(forms), _words(subjects), acts, codes, kinds, closed, _spans(entries))


_SECTION = r"[1-9][0-9]{0,4}[A-Za-z]{0,4}(?:-[0-9]{1,4}[A-Za-z]{0,2}){0,2}"
_ENTRY = re.compile(rf"([1-9][0-9]?) USC(?: ({_SECTION})(?: to ({_SECTION})|((?:\([0-9A-Za-z]{{1,6}}\)){{0,9}})))?\Z")
_POSTAL = re.compile(r"[A-Z]{2}\Z|state\Z|local\Z")
_SHAPE = re.compile(r"0(?:[.:-]0)*\Z")


@dataclass(frozen=True, slots=True)
class _Source:
    """A table and its text, so that a fault can name the line."""

    file: str
    text: str

    def fault(self, words: Sequence[str], what: str, mend: str, under: str = "") -> PackFault:
        """A fault on the first line that holds `words`, from the line on that is the heading `under`."""
        start = line_of(self.text, under)
        rest = "\n".join(self.text.splitlines()[start - 1 :])
        return PackFault(self.file, start - 1 + line_of(rest, *words), what, mend)

    def read(self) -> dict[str, object]:
        parsed: dict[str, object] = table(self.file, self.text)
        if not isinstance(parsed.get("as_of"), dt.date):
            raise self.fault(["as_of"], "the table bears no date", "give the day it speaks for: `as_of = 2026-11-24`")
        return parsed

    def only(self, given: Mapping[str, object], keys: AbstractSet[str], words: Sequence[str], under: str = "") -> None:
        if strange := sorted(given.keys() - keys):
            what = f"`{strange[0]}` is no key here"
            raise self.fault([*words, strange[0]], what, f"use {', '.join(sorted(keys))}", under)

    def string(self, given: Mapping[str, object], key: str, words: Sequence[str]) -> str:
        value = given.get(key)
        if not isinstance(value, str) or not value:
            raise self.fault(words, f"`{key}` is wanting, or no text", f'give it: `{key} = "…"`')
        return value

    def strings(self, given: Mapping[str, object], key: str, under: str = "") -> list[str]:
        value = given.get(key, [])
        if not _all_text(value):
            raise self.fault([f"{key} ="], f"`{key}` is no list of texts", f'write `{key} = ["…", "…"]`', under)
        return value

    def tables(self, given: object, key: str) -> list[dict[str, object]]:
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            mend = f"head each with `[[{key}]]`, or list them in `{key} = [ … ]`"
            raise self.fault([key], f"`{key}` is no list of tables", mend)
        return given

    def kind(self, given: Mapping[str, object], words: Sequence[str]) -> Kind:
        named = self.string(given, "kind", words)
        if named not in _FEDERAL:
            raise self.fault(words, f"`{named}` is no kind of federal statute", f"it is one of {', '.join(_FEDERAL)}")
        return Kind(named)


def _all_text(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)


def _folded(parts: Iterable[str]) -> Subdivisions:
    return tuple(part.lower() for part in parts)


def _entries(source: _Source, given: object) -> dict[_Entry, tuple[Kind, bool]]:
    if given is None:
        mend = 'list them: `entries = [ { at = "18 USC 1343", kind = "criminal" }, … ]`'
        raise source.fault([], "the table has no entries", mend)
    entries: dict[_Entry, tuple[Kind, bool]] = {}
    for each in source.tables(given, "entries"):
        at = source.string(each, "at", [f'"{value}"' for value in each.values() if isinstance(value, str)])
        words = [f'"{at}"']
        source.only(each, {"at", "kind", "what", "closed"}, words)
        if "what" in each:
            source.string(each, "what", words)
        entry = _entry(source, at)
        if entry in entries:
            raise source.fault(words, f"`{at}` is listed twice", "keep one of the two")
        if not isinstance(each.get("closed", False), bool):
            raise source.fault(words, "`closed` is neither true nor false", "write `closed = true`, or leave it out")
        entries[entry] = source.kind(each, words), bool(each.get("closed"))
    return entries


def _entry(source: _Source, at: str) -> _Entry:
    parsed = _ENTRY.match(at)
    if parsed is None or not is_title(parsed[1]):
        mend = "write it as `8 USC`, `8 USC 1326(b)(1)` or `18 USC 871 to 880`"
        raise source.fault([f'"{at}"'], f"`{at}` is no place in the Code", mend)
    title, first, last, parts = parsed.groups("")
    if last and ordered(first) >= ordered(last):
        raise source.fault([f'"{at}"'], f"the range `{at}` does not run upwards", "put the lower section first")
    return title, first.lower(), last.lower(), _folded(re.findall(r"[0-9A-Za-z]+", parts))


def _spans(entries: Mapping[_Entry, tuple[Kind, bool]]) -> dict[str, list[Span]]:
    """The ranges of each title, the narrowest first."""
    spans: dict[str, list[Span]] = {}
    for (title, first, last, _), (listed, _) in entries.items():
        if last:
            spans.setdefault(title, []).append((ordered(first), ordered(last), listed))
    return {title: sorted(ranges, key=lambda span: span[1][0] - span[0][0]) for title, ranges in spans.items()}


def _codes(source: _Source, given: object, forms: dict[str, Form]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for each in source.tables(given, "code"):
        name = source.string(each, "name", ["[[code]]"])
        words = ["name", f'"{name}"']
        source.only(each, {"name", "kind", "words"}, words)
        if name not in CODES:
            raise source.fault(
                words, f"`{name}` is no federal code that can be read", f"it is one of {', '.join(CODES)}"
            )
        if "kind" in each:
            kinds[name] = source.kind(each, words)
        _claim(source, forms, source.strings(each, "words", f'name = "{name}"'), Form(name, "", Role.FEDERAL))
    return kinds


def _acts(source: _Source, given: object, forms: dict[str, Form]) -> dict[str, Act]:
    acts: dict[str, Act] = {}
    for each in source.tables(given, "act"):
        name = source.string(each, "name", ["[[act]]"])
        words = ["name", f'"{name}"']
        source.only(each, {"name", "title", "words", "sections"}, words)
        title = source.string(each, "title", words) if "title" in each else ""
        if title and not is_title(title):
            what = f"`{title}` is no title of the Code"
            raise source.fault(["title", f'"{title}"'], what, 'write its number: `title = "8"`')
        acts[name] = Act(name, title, _crosswalk(source, each.get("sections", {}), words))
        _claim(source, forms, source.strings(each, "words", f'name = "{name}"'), Form(name, "", Role.ACT))
    return acts


def _crosswalk(source: _Source, given: object, words: Sequence[str]) -> dict[str, str]:
    if not isinstance(given, dict):
        raise source.fault(words, "`sections` is no table", 'write `243 = "1326"` under `[act.sections]`')
    for own, section in given.items():
        if not isinstance(section, str) or not re.fullmatch(_SECTION, section):
            raise source.fault([f"{own} ="], f"section {own} of the act leads to no section", f'write `{own} = "1326"`')
    return {own.upper(): section for own, section in given.items()}


def _subjects(source: _Source, given: Mapping[str, object]) -> dict[str, Form]:
    """The single words that may stand between a state's name and a number."""
    words: dict[str, Form] = {}
    for key, role in (("code_words", Role.CODE), ("other_words", Role.NAME)):
        for word in source.strings(given, key):
            if not word.isascii() or not word.isalpha():
                what = f"`{word}` in `{key}` is not one word"
                raise source.fault([f'"{word}"'], what, "write a single word, letters only")
            words.setdefault(word.lower(), Form("", word, role))
    if not given.get("code_words"):
        raise source.fault([], "the table has no `code_words`", 'list them: `code_words = ["code", "stat", … ]`')
    return words


def _states(source: _Source, given: Mapping[str, object], forms: dict[str, Form]) -> dict[str, Kind]:
    states = {code: each for code, each in given.items() if code not in {"as_of", "code_words", "other_words"}}
    for code, each in states.items():
        if not _POSTAL.match(code) or not isinstance(each, dict):
            mend = "head a state with its postal code: `[CA]`; else `[state]`, `[local]`"
            raise source.fault([code], f"`{code}` is no state", mend)
        source.only(each, {"name", "names", "codes", "shaped", "behind"}, [], f"[{code}]")
        source.string(each, "name", [f"[{code}]"])
        _state(source, forms, code, each)
    return dict.fromkeys(states, Kind.STATE)


def _state(source: _Source, forms: dict[str, Form], code: str, given: Mapping[str, object]) -> None:
    under = f"[{code}]"
    shaped = given.get("shaped", {})
    if not isinstance(shaped, dict) or not all(
        isinstance(each, str) and _SHAPE.match(each) for each in shaped.values()
    ):
        what = f"`shaped` of {code} holds no shape"
        raise source.fault(["shaped ="], what, 'write `shaped = { "AS" = "0.0.0" }`', under)
    behind = {_letters(words) for words in source.strings(given, "behind", under)}
    _claim(source, forms, source.strings(given, "names", under), Form(code, "", Role.NAME))
    for words in [*source.strings(given, "codes", under), *shaped]:
        form = Form(code, words, Role.CODE, shaped.get(words, ""), _letters(words) in behind)
        _claim(source, forms, [words], form)
    if stray := behind - forms.keys():
        what = f"`behind` of {code} names `{min(stray)}`, which is no code of its own"
        raise source.fault(["behind ="], what, "list it in `codes` or `shaped` too", under)


def _claim(source: _Source, forms: dict[str, Form], claimed: Sequence[str], form: Form) -> None:
    """Give each of the words to `form`; no words may cite two codes."""
    for words in claimed:
        letters = _letters(words)
        if not letters:
            raise source.fault([f'"{words}"'], f"`{words}` holds no letters", "write the words that cite")
        other = forms.setdefault(letters, form)
        if other is not form:
            what = f"`{words}` already cites {other.code}"
            raise source.fault([f'"{words}"'], what, "keep it in one place", f"[{form.code}]")


def _letters(words: str) -> str:
    return "".join(letter for letter in words.lower() if "a" <= letter <= "z")


def _words(forms: Mapping[str, Form]) -> Words:
    return Words(forms, frozenset(letters[:end] for letters in forms for end in range(1, len(letters))))
