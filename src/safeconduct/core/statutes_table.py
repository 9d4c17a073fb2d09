"""The table of federal statutes as it is written: its entries, the two codes, and acts cited by their own sections.

    { at = "8 USC 1253", kind = "criminal" }
    { at = "8 USC 1320 to 1330", kind = "unlisted" }

Each line is held to its form here; what an entry says of a section is for `statutes`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from safeconduct.core.code_forms import Claim, Form, Role
from safeconduct.core.sections import Subdivisions, is_title, ordered
from safeconduct.core.tables import Declared, table

Reach: TypeAlias = tuple[str, str, str, Subdivisions]
"""Title, first section, last section of a range, subdivisions; "" where there is none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the table says of a reach of the Code. The parts of a `closed` one have entries of their own or none."""

    reach: Reach
    kind: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Act:
    """An act and where its sections stand: in a title of the Code, under the same numbers where `sections` is empty."""

    name: str
    title: str
    sections: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Federal:
    """The table: entries, the kinds of codes that have one as a whole, acts, and the words that cite codes and acts."""

    entries: tuple[Entry, ...]
    kinds: Mapping[str, str]
    acts: tuple[Act, ...]
    claims: tuple[Claim, ...]


CODES = ("USC", "CFR")
"""The federal codes: sections of the one are looked up one by one, the other has a kind as a whole."""

_KEYS = frozenset(("at", "kind", "what", "closed"))
_SECTION = r"[1-9][0-9]{0,4}[A-Za-z]{0,4}(?:-[0-9]{1,4}[A-Za-z]{0,2}){0,2}"
_ENTRY = re.compile(rf"([1-9][0-9]?) USC(?: ({_SECTION})(?: to ({_SECTION})|((?:\([0-9A-Za-z]{{1,6}}\)){{0,9}})))?\Z")


def federal(file: str, text: str, kinds: Collection[str]) -> Federal:
    """The table in `text`; a statute is of one of `kinds`.

    Raises:
        PackFault: the table is malformed.
    """
    whole = Declared(file, text, "the table of statutes", "", table(file, text))
    whole.only(("as_of", "entries", "code", "act"))
    whole.day("as_of")
    codes, acts = whole.tables("code", "name"), whole.tables("act", "name")
    return Federal(
        _entries(whole, kinds),
        {name: kind for name, kind in (_code(each, kinds) for each in codes) if kind},
        tuple(map(_act, acts)),
        (*(_claim(code, Role.FEDERAL) for code in codes), *(_claim(act, Role.ACT) for act in acts)),
    )


def _entries(whole: Declared, kinds: Collection[str]) -> tuple[Entry, ...]:
    entries: dict[Reach, Entry] = {}
    for each in whole.tables("entries", "at"):
        entry = _entry(each, kinds)
        if entries.setdefault(entry.reach, entry) is not entry:
            raise each.fault("is listed twice", "keep one of the two", "at")
    if not entries:
        mend = 'list them: entries = [ { at = "18 USC 1343", kind = "criminal" }, … ]'
        raise whole.fault("has no entries", mend, "entries")
    return tuple(entries.values())


def _entry(each: Declared, kinds: Collection[str]) -> Entry:
    reach = _reach(each)
    each.only(_KEYS)
    each.string("what", "")
    return Entry(reach, each.one_of("kind", kinds), each.truth("closed"))


def _reach(each: Declared) -> Reach:
    parsed = _ENTRY.match(each.string("at"))
    if parsed is None or not is_title(parsed[1]):
        mend = "write it as `8 USC`, `8 USC 1326(b)(1)` or `18 USC 871 to 880`"
        raise each.fault("is no place in the Code", mend, "at")
    title, first, last, parts = parsed.groups("")
    if last and ordered(first) >= ordered(last):
        raise each.fault("is a range that does not run upwards", "put the lower section first", "at")
    return title, first.lower(), last.lower(), tuple(re.findall(r"[0-9a-z]+", parts.lower()))


def _code(each: Declared, kinds: Collection[str]) -> tuple[str, str]:
    each.only(("name", "kind", "words"))
    return each.one_of("name", CODES), each.one_of("kind", kinds) if "kind" in each.keys else ""


def _act(each: Declared) -> Act:
    name = each.string("name")
    each.only(("name", "title", "words", "sections"))
    title = each.string("title", "")
    if title and not is_title(title):
        raise each.fault(
            f"stands in `{title}`, which is no title of the Code", 'write its number: title = "8"', "title"
        )
    sections = each.section("sections")
    for own in sorted(sections.keys):
        if not re.fullmatch(_SECTION, sections.string(own)):
            raise sections.fault(f"leads from {own} to no section", f'write {own} = "1326"', own)
    return Act(name, title, {own.upper(): section for own, section in sections.keys.items()})


def _claim(each: Declared, role: Role) -> Claim:
    return Claim(Form(each.string("name"), "", role), each.texts("words", ()), each, "words")
