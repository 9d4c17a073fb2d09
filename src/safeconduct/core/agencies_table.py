"""The table of agencies as it is written: agencies, inspectors general, and the forms of state and local names.

    standings = ["federal", "state"]
    marks = ["law_enforcement"]

    [[agency]]
    id = "HSI"
    name = "Homeland Security Investigations"
    component_of = "ICE"
    standing = "federal"
    aliases = ["HSI", "ICE HSI"]
    is = ["law_enforcement"]

Which standings and marks there are, it says itself. Each table is held to its keys here; who is part of whom, and who is
named by what, is for `agencies`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from safeconduct.core.tables import Declared, table

Marks: TypeAlias = Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Row:
    """An agency as listed, from `since` until before `until`; `component_of` is "" for a topmost one.

    `marks` are those of which it says something: that the agency bears it, does not, or (None) that it is undecided.
    A fault of it is said `at` its place in the file.
    """

    id: str
    name: str
    standing: str
    component_of: str
    ways: tuple[str, ...]
    since: int
    until: int
    inspects: bool
    us_matters: bool
    marks: Marks
    at: Declared


@dataclass(frozen=True, slots=True)
class FormRow:
    """How the agencies of a `standing` and its `marks` are named, or the one that has the id `agency`."""

    ways: tuple[str, ...]
    standing: str
    agency: str
    marks: Marks
    at: Declared


@dataclass(frozen=True, slots=True)
class Listing:
    """The table. `standings` are in order of strength, the strongest first; `marks` are what an agency may bear.

    A {place} is up to `longest` words, none of them in `never`; `states` are by their letters.
    """

    standings: tuple[str, ...]
    marks: tuple[str, ...]
    rows: Mapping[str, Row]
    forms: tuple[FormRow, ...]
    states: Mapping[str, str]
    districts: tuple[str, ...]
    longest: int
    never: frozenset[str]


_SAYINGS: Mapping[str, bool | None] = {"is": True, "is_not": False, "undecided": None}
_OF_AN_AGENCY = ("id", "name", "standing", "component_of", "aliases", "from", "until", "inspects", "us_matters")
_KEYS = frozenset((*_OF_AN_AGENCY, *_SAYINGS))
_ALWAYS = (0, dt.date.max.toordinal() + 1)
_NO_STANDING = ("unlisted", "none", "nobody")


def listing(file: str, text: str) -> Listing:
    """The table in `text`.

    Raises:
        PackFault: a key is missing, unknown or of another type, a standing or mark is none of the table's, an id is
            given twice, or an inspector general is of an agency that is not listed.
    """
    whole = Declared(file, text, "the table of agencies", "", table(file, text))
    whole.only(("standings", "marks", "agency", "inspectors_general", "place", "district", "states", "form"))
    standings, marks = _standings(whole), whole.texts("marks", ())
    rows = _rows(whole, standings, marks)
    place, district, states = whole.section("place"), whole.section("district"), whole.section("states")
    place.only(("longest", "never"))
    district.only(("names",))
    return Listing(
        standings=standings,
        marks=marks,
        rows=rows | _inspectors_general(whole.section("inspectors_general"), rows),
        forms=tuple(form for each in whole.tables("form", "agency") for form in _forms(each, standings, marks)),
        states={code: states.string(code) for code in states.keys},
        districts=district.texts("names", ()),
        longest=place.count("longest", 1),
        never=frozenset(place.texts("never", ())),
    )


def _standings(whole: Declared) -> tuple[str, ...]:
    standings = whole.texts("standings")
    for word in _NO_STANDING:
        if word in standings:
            what = f"lists the standing `{word}`, which findings say where there is no standing to tell"
            raise whole.fault(what, "choose another word", "standings")
    return standings


def _rows(whole: Declared, standings: Collection[str], marks: Collection[str]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for each in whole.tables("agency", "id"):
        row = _row(each, standings, marks)
        if rows.setdefault(row.id, row) is not row:
            raise each.fault("has an id that is given twice", "keep one of the two", "id")
    return rows


def _row(each: Declared, standings: Collection[str], marks: Collection[str]) -> Row:
    ident = each.string("id")
    each.only(_KEYS)
    since, until = each.day("from", _ALWAYS[0]), each.day("until", _ALWAYS[1])
    if since >= until:
        raise each.fault("ends before it begins", "let `until` be later than `from`", "until")
    name = each.string("name")
    return Row(
        id=ident,
        name=name,
        standing=each.one_of("standing", standings),
        component_of=each.string("component_of", ""),
        ways=(name, *each.texts("aliases", ())),
        since=since,
        until=until,
        inspects=each.truth("inspects"),
        us_matters=each.truth("us_matters"),
        marks=_marks(each, marks),
        at=each,
    )


def _marks(each: Declared, marks: Collection[str]) -> Marks:
    said: dict[str, bool | None] = {}
    for key, saying in _SAYINGS.items():
        for mark in each.texts(key, ()):
            if mark not in marks:
                what = f"speaks of the mark `{mark}`, which there is not"
                raise each.fault(what, "list it in `marks` at the top of the table", key)
            if mark in said:
                raise each.fault(f"says two things of the mark `{mark}`", "keep one of the two", key)
            said[mark] = saying
    return said


def _inspectors_general(section: Declared, rows: Mapping[str, Row]) -> dict[str, Row]:
    """An inspector general for each agency listed, a component of it, written in every way of the forms."""
    if not section.keys:
        return {}
    section.only(("of", "ways"))
    of, ways = section.texts("of"), section.texts("ways")
    for ident in of:
        if ident not in rows:
            what = f"has an inspector general of `{ident}`, which is not listed"
            raise section.fault(what, "list it, or take it out", "of", f'"{ident}"')
    return {f"{ident}-OIG": _inspector_general(rows[ident], ways, section) for ident in of}


def _inspector_general(above: Row, ways: tuple[str, ...], section: Declared) -> Row:
    said = dict.fromkeys((*above.ways, f"US {above.name}"))
    return Row(
        id=f"{above.id}-OIG",
        name=f"Office of Inspector General of {above.name}",
        standing=above.standing,
        component_of=above.id,
        ways=(
            f"Office of Inspector General of {above.name}",
            *(way.replace("{agency}", one) for way in ways for one in said),
        ),
        since=_ALWAYS[0],
        until=_ALWAYS[1],
        inspects=True,
        us_matters=False,
        marks={},
        at=section,
    )


def _forms(each: Declared, standings: Collection[str], marks: Collection[str]) -> Iterator[FormRow]:
    """The form, or where it lists its ways under `apart` one for each of them."""
    each.only(("agency", "standing", "ways", "apart", *_SAYINGS))
    agency = each.string("agency", "")
    standing = "" if agency else each.one_of("standing", standings)
    if agency and not _SAYINGS.keys().isdisjoint(each.keys):
        raise each.fault("has marks in its form", "say them where the agency is listed", "agency")
    if "apart" not in each.keys:
        yield FormRow(each.texts("ways"), standing, agency, _marks(each, marks), each)
        return
    if agency or "ways" in each.keys:
        raise each.fault("lists ways apart that name one agency", "list them in `ways` alone", "apart")
    for way in each.texts("apart"):
        yield FormRow((way,), standing, agency, _marks(each, marks), each)
