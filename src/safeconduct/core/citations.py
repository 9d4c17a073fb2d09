"""Reading legal citations in a text.

    18 U.S.C. §§ 1343, 1349 and 1956(h)  →  18 USC 1343 · 18 USC 1349 · 18 USC 1956(h)  →  criminal
    Cal. Penal Code 211                  →  CA Penal Code 211                           →  state

Which words cite which code, and what kind each section is, say the tables of `statutes`; how words, numbers and marks
make a citation is said here. A text is read from left to right: a word that opens a form of citation is looked up with
the words behind it, the number before it is a title, the numbers behind it are sections. Each step looks a bounded way
ahead, and a row of sections is read only where it is known to be cited, so the time is linear in the text.

Reading leans to what refuses or holds: the weakest of several citations decides, a number glued to anything strange is
no section, and a federal section without an entry is unlisted. Whether the facts make out the offence is for a
reviewer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from safeconduct.core.code_forms import Form, Role, Words
from safeconduct.core.sections import Subdivisions, is_title, ordered
from safeconduct.core.statutes import KINDS, Kind, Statutes
from safeconduct.core.statutes_table import Act


@dataclass(frozen=True, slots=True)
class Citation:
    """One section of one code, or a part of it.

    `code` is "USC", "CFR", the postal code of a state or territory, "state" or "local" where the text names none, or
    the name of an act whose section the tables do not place in the Code ("INA", "Pub. L."). `title` is "8" for a
    federal code, the words that name a state's code ("Penal Code", "18 Pa.C.S."), else "".
    """

    code: str
    title: str
    section: str
    subdivisions: Subdivisions = ()

    def __str__(self) -> str:
        named = (self.title, self.code) if self.code in {"USC", "CFR"} else (self.code, self.title)
        parts = "".join(f"({part})" for part in self.subdivisions)
        return " ".join(part for part in (*named, self.section) if part) + parts


def kind_of(texts: Sequence[str], statutes: Statutes) -> Kind:
    """The weakest kind of all citations in `texts`.

    No text, a text without a citation, and a text that names the Code before what could not be read as a section are
    unrecognised: `18 USC 1343; 8 USC l231` hides a second statute. One that leaves the end open, `18 USC 1343 and others`,
    designates none for that part, and it is unlisted.
    """
    return _weakest(_kind_in(text, statutes) for text in texts)


def _kind_in(text: str, statutes: Statutes) -> Kind:
    kinds = [kind(citation, statutes) for citation in read(text, statutes)]
    if kinds and _OPEN_ENDED.search(text):
        kinds.append(Kind.UNLISTED)
    return _weakest(
        [*kinds, Kind.UNRECOGNISED] if any(_is_unread(text, code) for code in _CODE.finditer(text)) else kinds
    )


def _is_unread(text: str, code: re.Match[str]) -> bool:
    """Whether the word for the Code stands neither before a section nor behind its title."""
    return text[_skip(_OPEN, text, code.end()) :][:1] not in _DIGITS and not _before(_BEHIND_TITLE, text, code.start())


def kind(citation: Citation, statutes: Statutes) -> Kind:
    """What kind of statute `citation` is; the most specific entry of the tables wins. Never "unrecognised"."""
    return _kind(statutes, citation.code, citation.title, citation.section, citation.subdivisions)


def touches(citation: Citation, other: Citation) -> bool:
    """Whether one is the other or lies within it: 8 USC 1253 and 8 USC 1253(a)(1)(A) touch, (a)(1)(A) and (B) do not."""
    return all(mine == theirs for mine, theirs in zip(_steps(citation), _steps(other), strict=False))


def read(text: str, statutes: Statutes) -> tuple[Citation, ...]:
    """Every citation in `text`, in order; () where it holds none. Linear in the length of `text`."""
    return _remembered(text, statutes) if len(text) <= _SHORT else _read(text, statutes)


_kind = lru_cache(maxsize=4096)(Statutes.kind)
_SHORT = 256  # longer texts are not remembered: what an asker sends must not fill the memory


def _weakest(kinds: Iterable[Kind]) -> Kind:
    return min(kinds, key=KINDS.index, default=Kind.UNRECOGNISED)


def _steps(citation: Citation) -> tuple[str, ...]:
    """From the code down to the last subdivision; a citation lies within another that is a beginning of it."""
    return citation.code, citation.title, citation.section.lower(), *map(str.lower, citation.subdivisions)


# The marks of a citation. Every repetition is bounded or of one class, so that no pattern takes more than linear time.
# A number must begin behind, and end before, what may stand beside a citation: "134" before a full-width digit or a
# NUL is no section.
_SPELLINGS = {
    **dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212], "-"),  # dashes and minus
    **dict.fromkeys([0x00A0, 0x2007, 0x2009, 0x202F], " "),  # spaces that do not break
    **dict.fromkeys([0x2018, 0x2019, 0x02BB], "'"),  # Hawai'i
    0x00F3: "o",  # Código Penal
}
_FREE = r"(?<![^\s,;:(\[/&\"'*•>-])"
_END = r"(?=\Z|[\s,;:()\[\]/&\"'*]|[.-](?![0-9A-Za-z]))"
_MARK = r"(?:§{1,3}|\b(?:sections?|secs?|ss|s)\b\.?)"

_WORD = re.compile(r"[A-Za-z]+|§+")
_JOINED = re.compile(r"[.\s&',]{0,4}([A-Za-z]{1,24})(?![A-Za-z])")
_SECTION_MARK = re.compile(r"§{1,3}|sections?|secs?", re.IGNORECASE)

# What stands before a form of words, or before a section sign.
_TITLE = r"([0-9]{1,3}(?:-?[A-Z](?![A-Za-z]))?)"
_LEAD = re.compile(_FREE + _TITLE + r"(?:[\s.,§-]{0,3}|,?\s{1,2}of\s{1,2}(?:the\s{1,2})?)\Z", re.IGNORECASE)
_STATE_LEAD = re.compile(_FREE + _TITLE + r"[\s.§-]{0,3}\Z")
_TITLED = re.compile(r"\btitle\s{1,2}([0-9]{1,2})[\s,]{0,3}\Z", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:[,;&/]|\band|\bor)\s{0,3}\Z", re.IGNORECASE)
_SEVERAL = re.compile(r"(?:§§|sections|secs)[ .]*\Z", re.IGNORECASE)
_BEHIND = re.compile(_FREE + r"([0-9][0-9.:-]{0,12})(?:\([A-Za-z0-9]{1,3}\)){0,4}[\s,]{1,3}\Z")
_CODE_OF = re.compile(
    r"([A-Za-z]{1,24})\s{1,2}of\s{1,2}(?:the\s{1,2})?(?:(?:state|commonwealth)\s{1,2}of\s{1,2})?\Z", re.IGNORECASE
)

_CODE = re.compile(
    r"(?<![A-Za-z])(?:u\.?\s?s\.?\s?c(?:ode|\.?\s?[as](?![A-Za-z]))?|united states code)(?![A-Za-z])", re.IGNORECASE
)
_OPEN_ENDED = re.compile(
    r"\b(?:(?:and|or|&)\s{1,2}(?:any\s{1,2}|all\s{1,2})?(?:others?|related|similar|additional|further)\b|any\s{1,2}other\b|among\s{1,2}others|etc\b|y\s{1,2}otros|u\s{1,2}otros)",
    re.IGNORECASE,
)
_BEHIND_TITLE = re.compile(r"\b(?:title|of)\s{1,2}[0-9]{1,2}[\s,]{0,3}(?:of\s)?(?:the\s)?\Z", re.IGNORECASE)
_DIGITS = frozenset("123456789")

# What stands between a form of words and its sections.
_OPEN = re.compile(rf"(?:[\s,.:(-]|{_MARK}|\btitle\b|\btit\b){{0,12}}", re.IGNORECASE)
_RULE_OPEN = re.compile(rf"(?:[\s,.:(-]|{_MARK}|\bparts?\b){{0,12}}", re.IGNORECASE)
_STATE_OPEN = re.compile(r"(?:[\s,.:(§-]|\bnos?\b){0,8}", re.IGNORECASE)
_APPENDIX = re.compile(r"[\s,.]{0,3}app(?:endi)?x?\b\.?", re.IGNORECASE)
_SUBJECT_GAP = re.compile(r"[\s,.:;&('-]{0,6}")
_CHAPTER = re.compile(rf"([0-9]{{1,4}}(?:-?[A-Z])?)\b[\s,)]{{0,4}}(?i:{_MARK})\s{{0,2}}(?=[0-9])")

# Sections, and what stands behind them.
_DATE = r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}\b"
_LETTERS = r"(?:(?!usc|cfr)(?P<letter>[a-z])(?P=letter){0,3})?"
_FEDERAL_SECTION = re.compile(
    rf"(?!{_DATE})([1-9][0-9]{{0,4}}{_LETTERS}(?:-[0-9]{{1,4}}[a-z]{{0,2}}){{0,2}}){_END}", re.IGNORECASE
)
_RULE_SECTION = re.compile(
    rf"([1-9][0-9]{{0,4}}[a-z]{{0,2}}(?:\.[0-9]{{1,5}}[a-z]{{0,2}}(?:-[0-9]{{1,4}}[a-z]?){{0,2}})?){_END}",
    re.IGNORECASE,
)
_ACT_SECTION = re.compile(rf"([1-9][0-9]{{0,4}}[a-z]{{0,2}}(?:-[0-9]{{1,4}})?){_END}", re.IGNORECASE)
_STATE_SECTION = re.compile(rf"([0-9]{{1,6}}[a-z]{{0,2}}(?:[.:/-][0-9a-z]{{1,8}}){{0,7}}){_END}", re.IGNORECASE)
_PATTERNS = {"USC": (_OPEN, _FEDERAL_SECTION), "CFR": (_RULE_OPEN, _RULE_SECTION)}
_PART = r"\(\s?([0-9]{1,3}|([A-Za-z])\2?|[ivxIVX]{1,6})\s?\)"
_PARTS = re.compile(rf"(?:\s?{_PART}){{1,9}}")
_ONE_PART = re.compile(_PART)
_PARTS_MARK = re.compile(r"[\s,]{0,2}\bsub(?:section|sec|division|paragraph)s?\b\.?\s{0,2}(?=\()", re.IGNORECASE)
_TO = re.compile(rf"\s{{0,2}}(?:-|\bto\b|\bthrough\b|\bthru\b)\s{{0,2}}(?:{_MARK}\s{{0,2}})?", re.IGNORECASE)
_AND = re.compile(
    r"(?:\s{0,2}\([^()0-9]{2,80}\))?\s{0,3}(?:[,;&/]|\band\b|\bor\b|(?:-|\bto\b|\bthrough\b)(?=\s?\())\s{0,3}"
    r"(?:(?:and|or)\b\s{0,3}|&\s{0,3})?"
    rf"({_MARK}\s{{0,2}}|sub(?:section|division|paragraph)s?\s{{1,2}})?",
    re.IGNORECASE,
)
_OF_TITLE = re.compile(r"[\s,]{0,3}of\s{1,2}(?:title\s{1,2})?([0-9]{1,2})\b", re.IGNORECASE)
_THEN = re.compile(r"[\s,(]{0,3}(?:of\s{1,2})?(?:the\s{1,2})?", re.IGNORECASE)
_OF = re.compile(r"\s{0,3}of\b", re.IGNORECASE)
_WORD_BEHIND = re.compile(r"\s{0,2}([A-Za-z]{1,24})")

# What a row of sections does not hold: years, and numbers that count or measure something.
_YEAR = re.compile(r"20[0-3][0-9]\Z")
_JOINS = frozenset({"and", "or", "to", "through", "thru", "et", "of", "in", "as", "under"})
_COUNTED = frozenset(
    """
    address addresses alien aliens case cases charge charges count counts day days defendant defendants dollars grams
    hour hours individual individuals item items kg kilograms month months occasion occasions people percent person
    persons request requests subject subjects times usd victim victims week weeks year years
    """.split()
)
_UNNAMED = "title"  # in place of the code, for a title of a code that the text has not named so far

_Cited: TypeAlias = tuple[str, Subdivisions]  # a section as written, before it is known whose it is


def _read(text: str, statutes: Statutes) -> tuple[Citation, ...]:
    text = text if text.isascii() else text.translate(_SPELLINGS)
    found: list[Citation] = []
    at = 0
    while word := _WORD.search(text, at):
        if _SECTION_MARK.fullmatch(word[0]):
            cited, at = _section_first(text, word, found[-1] if found else None, statutes)
        else:
            cited, at = _form_first(text, word, statutes)
        found.extend(cited)
    return _settled(found)


_remembered = lru_cache(maxsize=8192)(_read)


def _settled(found: Sequence[Citation]) -> tuple[Citation, ...]:
    """`section 1231 of title 8` names a title of no code: of the Code, unless the text cites another and not that."""
    named = {citation.code for citation in found} - {_UNNAMED}
    unnamed = "USC" if "USC" in named or not named else ""
    settled = (replace(each, code=unnamed) if each.code == _UNNAMED else each for each in found)
    return tuple(each for each in settled if each.code)


def _form_first(text: str, word: re.Match[str], statutes: Statutes) -> tuple[list[Citation], int]:
    """`18 U.S.C. § 1343`, `187 PC`: what the words at hand cite, and where to go on."""
    form, end = _longest(text, word.start(), statutes.forms)
    if form is None:
        return [], word.end()
    cited, close = _after(text, word.start(), end, form, statutes)
    if cited:
        return cited, close
    if form.behind and (number := _before(_BEHIND, text, word.start())):
        # Without its subdivisions, since a state's code has one kind.
        return [Citation(form.code, form.title, number[1].rstrip(".:-"))], end
    return [], word.end()


def _section_first(
    text: str, word: re.Match[str], last: Citation | None, statutes: Statutes
) -> tuple[list[Citation], int]:
    """`section 1343 of title 18, United States Code`: the section is known before the code."""
    row, end = _row(text, _skip(_OPEN, text, word.end()), _STATE_SECTION, statutes)
    if not row:
        return [], word.end()
    titled = _OF_TITLE.match(text, end)
    start = _skip(_THEN, text, titled.end() if titled else end)
    titled = titled or _before(_TITLED, text, word.start())
    title = titled[1] if titled else ""
    form, close = _longest(text, start, statutes.forms)
    if form is None:
        return _without_form(text, word, title, row, None if _OF.match(text, end) else last), end
    cited, after = _after(text, start, close, form, statutes)
    if cited:
        return cited, after
    if form.role in {Role.FEDERAL, Role.ACT}:
        return _whose(form, title, row, statutes), close
    coded, named, after = _subjects(text, close, statutes)
    return (_stated(form, title, named, row), after) if coded or form.role is Role.CODE else ([], end)


def _without_form(
    text: str, word: re.Match[str], title: str, row: Sequence[_Cited], last: Citation | None
) -> list[Citation]:
    """A row of a title that is named; or of the code cited last: `18 U.S.C. § 1343, wire fraud; § 1349, conspiracy`."""
    if title:
        return [Citation(_UNNAMED, title, *each) for each in row]
    if last and last.code == "USC" and word[0][0] == "§" and _before(_GOES_ON, text, word.start()):
        return [Citation("USC", last.title, *each) for each in row]
    return []


def _after(text: str, start: int, end: int, form: Form, statutes: Statutes) -> tuple[list[Citation], int]:
    """The sections behind a form of words that stands from `start` to `end`, and where they end."""
    if form.role in {Role.NAME, Role.CODE}:
        return _state(text, start, end, form, statutes)
    opening, section = _PATTERNS.get(form.code, (_OPEN, _ACT_SECTION))
    appended = _skip(_APPENDIX, text, end)
    at = _skip(opening, text, appended)
    titled = _before(_LEAD, text, start)
    if form.role is Role.FEDERAL and titled is None and (titled := _CHAPTER.match(text, at)):
        at = titled.end()  # `U.S. Code, Title 18, Section 1343`
    title = titled[1] if titled else ""
    if form.role is Role.FEDERAL and not is_title(title):
        return [], end
    row, close = _row(text, at, section, statutes)
    if appended > end:
        row = [(f"App. {number}", parts) for number, parts in row]
    return _whose(form, title, row, statutes), close


def _whose(form: Form, title: str, row: Sequence[_Cited], statutes: Statutes) -> list[Citation]:
    """The sections as citations of a federal code or an act; none where a code's title is wanting or is no title."""
    if form.role is Role.ACT:
        return [_placed(statutes.acts[form.code], *each) for each in row]
    return [Citation(form.code, str(int(title)), *each) for each in row] if is_title(title) else []


def _placed(act: Act, section: str, parts: Subdivisions) -> Citation:
    of_title = act.sections.get(section.upper(), "") if act.sections else section
    return (
        Citation("USC", act.title, of_title, parts)
        if act.title and of_title
        else Citation(act.name, "", section, parts)
    )


def _state(text: str, start: int, end: int, form: Form, statutes: Statutes) -> tuple[list[Citation], int]:
    """What a state's name with a code word, or a state's own form, cites."""
    coded, named, at = _subjects(text, end, statutes)
    if form.role is Role.NAME and not coded and not _code_of(text, start, statutes):
        return [], end
    at = _skip(_STATE_OPEN, text, at)
    if chapter := _CHAPTER.match(text, at):
        named, at = f"{named} {chapter[1]}".strip(), chapter.end()
    item = _STATE_SECTION.match(text, at)
    if item is None or not _shape(_take(text, item, _STATE_SECTION)[0][0][0]).startswith(form.shape):
        return [], end
    lead = _before(_STATE_LEAD, text, start)
    row, close = _row(text, at, _STATE_SECTION, statutes)
    return _stated(form, lead[1] if lead else "", named, row), close


def _shape(section: str) -> str:
    return re.sub(r"[0-9]+", "0", section)


def _stated(form: Form, lead: str, named: str, row: Sequence[_Cited]) -> list[Citation]:
    title = " ".join(part for part in (lead, form.title, named) if part)
    return [Citation(form.code, title, *each) for each in row]


def _subjects(text: str, at: int, statutes: Statutes) -> tuple[bool, str, int]:
    """The subject and code words from `at`: whether a code word is among them, the words, and where they end."""
    coded, named = False, []
    for _ in range(12):
        gap = _skip(_SUBJECT_GAP, text, at)
        form, end = _longest(text, gap, statutes.subjects)
        if form is None:
            break
        coded, at = coded or form.role is Role.CODE, end
        if not _SECTION_MARK.fullmatch(form.title):
            named.append(text[gap:end].strip(" ,'"))
    return coded, " ".join(named), at


def _code_of(text: str, start: int, statutes: Statutes) -> bool:
    """Whether `… Code of` stands before a state's name."""
    before = _before(_CODE_OF, text, start)
    form = statutes.subjects.forms.get(before[1].lower()) if before else None
    return form is not None and form.role is Role.CODE


def _longest(text: str, at: int, words: Words) -> tuple[Form | None, int]:
    """The longest form of words that begins at `at`, and where it ends; letters alone are compared."""
    key, found, end = "", None, at
    while word := _JOINED.match(text, at):
        key, at = key + word[1].lower(), word.end()
        if key in words.forms:
            found, end = words.forms[key], at
        if key not in words.beginnings:
            break
    return found, end


def _row(text: str, at: int, pattern: re.Pattern[str], statutes: Statutes) -> tuple[list[_Cited], int]:
    """Sections in a row: `1343, 1349 and 1956(h)`, `1326(a), (b)(2)`, `841-846`; and where the row ends."""
    row: list[_Cited] = []
    several = _before(_SEVERAL, text, at) is not None
    item = pattern.match(text, at)
    while item and not _opens_form(text, item, statutes) and (several or not row or not _counts(text, item)):
        cited, at = _take(text, item, pattern)
        row += cited
        at = _more_parts(text, at, row)
        if not (joint := _AND.match(text, at)):
            break
        several = several or bool(joint[1])
        item = pattern.match(text, joint.end())
    return row, at


def _take(text: str, item: re.Match[str], pattern: re.Pattern[str]) -> tuple[list[_Cited], int]:
    """The section at hand with its subdivisions, or the range that it begins; and where it ends."""
    parts, at = _parts(text, item.end())
    if not parts and (to := _TO.match(text, at)) and (last := pattern.match(text, to.end())):
        return [(section, ()) for section in _between(item[1], last[1])], last.end()
    low, _, high = item[1].partition("-")
    ranging = pattern is _FEDERAL_SECTION and "-" not in high and ordered(low) < ordered(high)
    return [(section, parts) for section in (_between(low, high) if ranging else [item[1]])], at


def _between(first: str, last: str) -> list[str]:
    """The sections from `first` to `last`. More than thirty designate none: they stay one, as written, and unlisted."""
    low, high = ordered(first)[0], ordered(last)[0]
    if not 0 <= high - low <= 30:
        return [f"{first}-{last}"]
    return list(dict.fromkeys([first, *(str(number) for number in range(low + 1, high)), last]))


def _more_parts(text: str, at: int, row: list[_Cited]) -> int:
    """`…(a), (b)(2) and (3)`: add each as the same section's; return where they end, `at` where there are none."""
    while joint := _AND.match(text, at):
        parts, end = _parts(text, joint.end())
        if not parts:
            break
        section, before = row[-1]
        row.append((section, (*before[: _level(before, parts[0])], *parts)))
        at = end
    return at


def _level(parts: Subdivisions, part: str) -> int:
    """The depth at which `part` is a sibling: the deepest written in its way, (2) behind (a)(1), (iii) behind (ii)."""
    sorts, sort = [_sort(each) for each in parts], _sort(part)
    if sort == "roman" and "roman" not in sorts:
        sort = "letter"
    return max((depth for depth, each in enumerate(sorts) if each == sort), default=0)


def _sort(part: str) -> str:
    if part.isdigit():
        return "digit"
    if part.islower():
        return "letter" if part.strip("ivx") else "roman"
    return "capital"


def _parts(text: str, at: int) -> tuple[Subdivisions, int]:
    run = _PARTS.match(text, _skip(_PARTS_MARK, text, at))
    return (tuple(part[1] for part in _ONE_PART.finditer(run[0])), run.end()) if run else ((), at)


def _opens_form(text: str, item: re.Match[str], statutes: Statutes) -> bool:
    """Whether the number at hand is a title, as 18 is in `8 USC 1326, 18 USC 2`."""
    if len(item[1]) > 4 or text[item.end() : item.end() + 1] in {",", ";"}:
        return False
    form, end = _longest(text, item.end(), statutes.forms)
    if form is None or form.role is Role.ACT:
        return False
    if form.role is Role.FEDERAL:
        return is_title(item[1])
    return form.role is Role.CODE or _subjects(text, end, statutes)[0]


def _counts(text: str, item: re.Match[str]) -> bool:
    """Whether a number in a row is no section: a year, `90 days`, `2 of the officers`."""
    if _YEAR.match(item[1]):
        return True
    behind = _WORD_BEHIND.match(text, item.end())
    word = behind[1].lower() if behind else ""
    return word in _COUNTED or (bool(word) and len(item[1]) < 3 and word not in _JOINS)


def _before(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str] | None:
    """What `pattern`, which closes with the end of a text, finds in the few characters before `at`."""
    return pattern.search(text[max(0, at - 48) : at])


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where the match of `pattern` at `at` ends; `at` itself where it does not match."""
    found = pattern.match(text, at)
    return found.end() if found else at
