"""The table of agencies as it is written: agencies, inspectors general, and the forms of state and local names.

    [[agency]]
    id = "HSI"
    name = "Homeland Security Investigations"
    component_of = "ICE"
    standing = "federal"
    aliases = ["HSI", "ICE HSI"]

Each table is held to its keys here; who is part of whom, and who is named by what, is for `agencies`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from safeconduct.core.tables import Declared, table


@dataclass(frozen=True, slots=True)
class Row:
    """An agency as listed, from `since` until before `until`; `component_of` is "" for a topmost one.

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
    at: Declared


@dataclass(frozen=True, slots=True)
class FormRow:
    """How the agencies of a `standing` are named, or the one that has the id `agency`."""

    ways: tuple[str, ...]
    standing: str
    agency: str
    at: Declared


@dataclass(frozen=True, slots=True)
class Listing:
    """The table. A {place} is up to `longest` words, none of them in `never`; `states` are by their letters."""

    rows: Mapping[str, Row]
    forms: tuple[FormRow, ...]
    states: Mapping[str, str]
    districts: tuple[str, ...]
    longest: int
    never: frozenset[str]


_KEYS = frozenset(("id", "name", "standing", "component_of", "aliases", "from", "until", "inspects", "us_matters"))
_ALWAYS = (0, dt.date.max.toordinal() + 1)


def listing(file: str, text: str, standings: Collection[str]) -> Listing:
    """The table in `text`; an agency has one of `standings`.

    Raises:
        PackFault: a key is missing, unknown or of another type, an id is given twice, or an inspector general is of
            an agency that is not listed.
    """
    whole = Declared(file, text, "the table of agencies", "", table(file, text))
    whole.only(("agency", "inspectors_general", "place", "district", "states", "form"))
    rows = _rows(whole, standings)
    place, district, states = whole.section("place"), whole.section("district"), whole.section("states")
    place.only(("longest", "never"))
    district.only(("names",))
    return Listing(
        rows=rows | _inspectors_general(whole.section("inspectors_general"), rows),
        forms=tuple(_form(each, standings) for each in whole.tables("form", "agency")),
        states={code: states.string(code) for code in states.keys},
        districts=district.texts("names", ()),
        longest=place.count("longest", 1),
        never=frozenset(place.texts("never", ())),
    )


def _rows(whole: Declared, standings: Collection[str]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for each in whole.tables("agency", "id"):
        row = _row(each, standings)
        if rows.setdefault(row.id, row) is not row:
            raise each.fault("has an id that is given twice", "keep one of the two", "id")
    return rows


def _row(each: Declared, standings: Collection[str]) -> Row:
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
        at=each,
    )


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
        at=section,
    )


def _form(each: Declared, standings: Collection[str]) -> FormRow:
    each.only(("agency", "standing", "ways"))
    agency = each.string("agency", "")
    standing = "" if agency else each.one_of("standing", standings)
    return FormRow(each.texts("ways"), standing, agency, each)
