"""A table of named things, such as courts or programs: what a name in it comes to, or that the table does not know it.

    [[entry]]
    is = "district"
    names = ["{at} {state}", "{district} District of {state}"]
    before = ["Magistrate Judge"]
    behind = ["Eastern Division"]
    where = [
      { at = "N.D.", district = "Northern", state = ["Illinois", "Ill."] },
    ]

    [[entry]]
    is = "other"
    phrases = ["Superior Court"]

Names are compared as those of agencies are: case, points, commas and "the" do not matter; nor does a blank between single
letters ("N. D."). A name is written once for each row of `where`, its slots filled. Words `before` and `behind` a name are passed over.
Only where no name fits are phrases sought, as whole words within the text; a text that holds phrases of two kinds is not
known. Who administers an entry, `agencies` by their ids, those that bear some `marks`, and all of some `standings` save those
that bear one of `save_marks`, is weighed in `lookup`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from safeconduct.core.agency_names import key
from safeconduct.core.tables import Declared, table


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name may come to. A fault of it is said `at` its place in the file."""

    member: str
    agencies: tuple[str, ...]
    standings: tuple[str, ...]
    marks: tuple[str, ...]
    save_marks: tuple[str, ...]
    at: Declared


@dataclass(frozen=True, slots=True)
class Entries:
    """The table: entries by each way of writing them, by the phrases that tell them, and the words passed over."""

    all: tuple[Entry, ...]
    named: Mapping[str, Entry]
    phrases: Mapping[str, Entry]
    before: tuple[str, ...]
    behind: tuple[str, ...]


# Longer than any name in use; a name is outside text.
_LONGEST = 300
_WHO = ("agencies", "standings", "marks", "save_marks")
_KEYS = ("is", "names", "phrases", "before", "behind", "where", *_WHO)
_SLOT = re.compile(r"\{(\w+)\}")
_SINGLE = re.compile(r"\b(\w) (?=\w\b)")


def sought(name: str, entries: Entries) -> Entry | None:
    """The entry that `name` names, or whose phrases stand in it; None where the table does not know it."""
    said = _key(name) if len(name) <= _LONGEST else ""
    return _named(said, entries) or _told(said, entries)


def _key(name: str) -> str:
    return _SINGLE.sub(r"\1", key(name))


def _named(said: str, entries: Entries) -> Entry | None:
    shorter = (said.removesuffix(f" {words}") for words in entries.behind)
    ways = [said, *shorter, *(said.removeprefix(f"{words} ") for words in entries.before)]
    return next((entries.named[way] for way in ways if way in entries.named), None)


def _told(said: str, entries: Entries) -> Entry | None:
    told = [entry for phrase, entry in entries.phrases.items() if f" {phrase} " in f" {said} "]
    return told[0] if len({entry.member for entry in told}) == 1 else None


def entries(file: str, text: str) -> Entries:
    """The table in `text`.

    Raises:
        PackFault: a key is missing, unknown or of another type, an entry has neither names nor phrases, a slot is filled
            by no row or a row fills no slot, or two entries are written alike.
    """
    whole = Declared(file, text, "the table of entries", "", table(file, text))
    whole.only(("entry",))
    listed = [(_entry(each), each) for each in whole.tables("entry", "is")]
    if not listed:
        raise whole.fault("has no entries", 'head each with [[entry]] and write is = "…", names = ["…"]', "entry")
    before, behind = (
        dict.fromkeys(_key(words) for _, each in listed for words in each.texts(place, ()))
        for place in ("before", "behind")
    )
    return Entries(
        all=tuple(entry for entry, _ in listed),
        named=_by_way("names", ((entry, way) for entry, each in listed for way in _names(each))),
        phrases=_by_way("phrases", ((entry, way) for entry, each in listed for way in each.texts("phrases", ()))),
        before=tuple(before),
        behind=tuple(behind),
    )


def _entry(each: Declared) -> Entry:
    member = each.string("is")
    each.only(_KEYS)
    if "names" not in each.keys and "phrases" not in each.keys:
        raise each.fault("has neither names nor phrases", 'add names = ["…"]', "is")
    agencies, standings, marks, save_marks = (each.texts(key, ()) for key in _WHO)
    return Entry(member, agencies, standings, marks, save_marks, each)


def _by_way(place: str, said: Iterable[tuple[Entry, str]]) -> dict[str, Entry]:
    by_way: dict[str, Entry] = {}
    for entry, words in said:
        way = _key(words)
        if not way:
            raise entry.at.fault(f"is written `{words}`, which holds no word", "write words", place, f'"{words}"')
        other = by_way.setdefault(way, entry)
        if other is not entry:
            what = f"is written `{words}`, as `{other.member}` is"
            raise entry.at.fault(what, "keep it with one of the two", place, f'"{words}"')
    return by_way


def _names(each: Declared) -> Iterator[str]:
    """Every name, its slots filled from each row of `where`; a slot that a row leaves out stays empty in it."""
    names, rows = each.texts("names", ()), each.tables("where", "state")
    slots = {slot: name for name in names for slot in _SLOT.findall(name)}
    for row in rows:
        row.only(slots)
    for slot, name in slots.items():
        if not any(slot in row.keys for row in rows):
            what = f"has the slot `{{{slot}}}`, which no row of `where` fills"
            raise each.fault(what, f'write where = [ {{ {slot} = "…" }}, … ]', "names", f'"{name}"')
    fillings = [filling for row in rows for filling in _fillings(row, tuple(slots))] or [{}]
    yield from (_written(name, filling) for name, filling in itertools.product(names, fillings))


def _written(name: str, filling: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda slot: filling[slot[1]], name)


def _fillings(row: Declared, slots: Sequence[str]) -> Iterator[dict[str, str]]:
    texts = [_texts(row, slot) for slot in slots]
    yield from (dict(zip(slots, filling, strict=True)) for filling in itertools.product(*texts))


def _texts(row: Declared, slot: str) -> tuple[str, ...]:
    """What a row holds at a slot: a text or a list of texts; nothing, where it leaves the slot out."""
    if slot not in row.keys:
        return ("",)
    return (row.string(slot),) if isinstance(row.keys[slot], str) else row.texts(slot)
