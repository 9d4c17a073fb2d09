"""The custodian's dated table of agencies: who an agency is, what it is part of, where it stands, and what it is.

A name is found as it stands in the table or not at all: case, points, commas, "the", "&" and a leading "U.S." do not
matter, "Dept." is a department, every other word counts. State and local agencies are known by the form of their
names, which the table lists too. Two known names of one line ("DHS/ICE") name the lower one. How the
table is written is for `agencies_table`, how names are compared for `agency_names`, what an agency may ask for is for
the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from safeconduct.core.agencies_table import FormRow, Listing, Marks, Row, listing
from safeconduct.core.agency_names import SLOTS, Way, filled, form_key, key, slots, strange_slots, way_of

# Longer than any name in use; a name is outside text, and forms are tried on it one after another.
_LONGEST = 160
_PARTED = re.compile(r"[/,;:()\[\]|\u2010-\u2015]|\s-+\s")


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency. `line` holds the ids from itself up to `department`, the topmost.

    `inspects` is true of the office of an inspector general. `marks` says of some of the table's marks whether the
    agency bears them.
    """

    id: str
    name: str
    standing: str
    department: str
    line: tuple[str, ...]
    inspects: bool = False
    marks: Mapping[str, bool] = field(default_factory=dict, hash=False)

    @property
    def is_component(self) -> bool:
        """Whether it is a part of a department, and not the office of an inspector general."""
        return len(self.line) > 1 and not self.inspects


@dataclass(frozen=True, slots=True)
class _Listed:
    """An agency with the days, half-open, on which it and all above it are in the table."""

    agency: Agency
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of name. `id_words` is its first way, to be filled; a `listed` agency stands for all that it finds."""

    ways: tuple[Way, ...]
    id_words: str
    standing: str
    marks: Mapping[str, bool]
    listed: _Listed | None


@dataclass(frozen=True, slots=True, eq=False)
class Agencies:
    """The table. `standings`, the strongest first, and `marks` are its own; `lines` are the agencies' by their ids.

    Agencies are `listed` by each way of writing them; `forms` are those of state and local names.
    """

    standings: tuple[str, ...]
    marks: tuple[str, ...]
    lines: Mapping[str, tuple[str, ...]]
    listed: Mapping[str, _Listed]
    forms: tuple[_Form, ...]
    states: Mapping[str, str]
    no_place: frozenset[str]


def find(name: str, table: Agencies, on: int) -> Agency | None:
    """The agency that `name` names on the day `on` (a proleptic ordinal); None where the table lacks it."""
    return _find(name, table, on) if len(name) <= _LONGEST else None


@lru_cache(maxsize=4096)  # several facts look for the same agency, and a file names the same few again and again
def _find(name: str, table: Agencies, on: int) -> Agency | None:
    return _listed(name, table, on) or _of_one_line(name, table, on) or _by_form(key(name), table, on)


def within(agency: Agency, asking: Agency) -> bool:
    """Whether `agency` is the asking agency or one of its components, at any depth."""
    return asking.id in agency.line


def names_within(asking: Agency, table: Agencies, on: int) -> frozenset[str]:
    """By which ways of writing the agency and its components are known on a day."""
    return frozenset(
        way for way, one in table.listed.items() if within(one.agency, asking) and one.since <= on < one.until
    )


def _listed(name: str, table: Agencies, on: int) -> Agency | None:
    found = table.listed.get(key(name))
    return found.agency if found and found.since <= on < found.until else None


def _of_one_line(name: str, table: Agencies, on: int) -> Agency | None:
    """The lowest of several known names, where each is of the others' line: "Homeland Security (ICE/HSI)"."""
    parts = [part for part in _PARTED.split(name) if part.strip(" .")]
    found = [agency for part in parts if (agency := _listed(part, table, on))]
    if len(parts) < 2 or len(found) < len(parts):
        return None
    lowest = max(found, key=lambda agency: len(agency.line))
    return lowest if all(agency.id in lowest.line for agency in found) else None


def _by_form(said: str, table: Agencies, on: int) -> Agency | None:
    for form in table.forms:
        for each in form.ways:
            words = _slots(each, said, table)
            if words is None:
                continue
            if form.listed:
                return form.listed.agency if form.listed.since <= on < form.listed.until else None
            return _formed(form, words)
    return None


def _slots(form: Way, name: str, table: Agencies) -> dict[str, str] | None:
    words = form.said(name)
    if words is None:
        return None
    if not table.no_place.isdisjoint(words.get("place", "").split()):
        return None
    return words | {slot: table.states[words[slot]] for slot in ("state", "where") if slot in words}


def _formed(form: _Form, words: dict[str, str]) -> Agency:
    name = filled(form.id_words, words)
    ident = name.replace(" ", "-")
    return Agency(ident, name, form.standing, ident, (ident,), marks=form.marks)


def agencies(file: str, text: str) -> Agencies:
    """The table in `text`.

    Raises:
        PackFault: a key is missing or unknown, a standing, mark or date is none, a parent is missing or in a circle,
            an id or a way of writing is given twice, or a form cannot be read.
    """
    read = listing(file, text)
    listed = {ident: _in_line(row, read.rows) for ident, row in read.rows.items()}
    states = {way: key(name) for code, name in read.states.items() for way in (key(code), key(name))}
    return Agencies(
        standings=read.standings,
        marks=read.marks,
        lines={ident: each.agency.line for ident, each in listed.items()},
        listed=_by_way(read.rows, listed),
        forms=_forms(read, states, listed),
        states=states,
        no_place=read.never,
    )


def _in_line(row: Row, rows: Mapping[str, Row]) -> _Listed:
    line = [row]
    while above := line[-1].component_of:
        if above not in rows:
            what = f"is a component of `{above}`, which is not listed"
            raise line[-1].at.fault(what, "list it", "component_of")
        if rows[above] in line:
            raise line[-1].at.fault(
                f"is above and below `{above}`", "break the circle of `component_of`", "component_of"
            )
        line.append(rows[above])
    ids = tuple(each.id for each in line)
    agency = Agency(row.id, row.name, row.standing, line[-1].id, ids, row.inspects, _marks_in(line))
    return _Listed(agency, max(each.since for each in line), min(each.until for each in line))


def _marks_in(line: Iterable[Row]) -> dict[str, bool]:
    """What is said up the line, the nearest first. An inspector general is no arm of the agency inspected."""
    said: dict[str, bool | None] = {}
    for row in line:
        said = {**row.marks, **said}
        if row.inspects:
            break
    return _known(said)


def _known(said: Marks) -> dict[str, bool]:
    return {mark: saying for mark, saying in said.items() if saying is not None}


def _by_way(rows: Mapping[str, Row], listed: Mapping[str, _Listed]) -> dict[str, _Listed]:
    by_way: dict[str, _Listed] = {}
    for ident, row in rows.items():
        for way in _ways(row):
            other = by_way.setdefault(way, listed[ident])
            if other is not listed[ident]:
                what = f"is named `{way}`, which names `{other.agency.id}` too"
                raise row.at.fault(what, "keep the name with one of the two")
    return by_way


def _ways(row: Row) -> Iterator[str]:
    """Every way of writing an agency; a leading "U.S." may be left out or added unless it tells two apart."""
    for said in row.ways:
        way = key(said)
        if not way:
            raise row.at.fault(f"has the alias `{said}`, which holds no word", 'write aliases = ["…"]', "aliases")
        yield way
        if not row.us_matters:
            yield way.removeprefix("us ") if way.startswith("us ") else f"us {way}"


def _forms(read: Listing, states: Mapping[str, str], listed: Mapping[str, _Listed]) -> tuple[_Form, ...]:
    held = slots(states, read.districts, read.longest)
    return tuple(_form(row, held, listed) for row in read.forms)


def _form(row: FormRow, held: Mapping[str, str], listed: Mapping[str, _Listed]) -> _Form:
    if row.agency and row.agency not in listed:
        raise row.at.fault("has a form and is not listed", "list it, or take the form out", "agency")
    for written in row.ways:
        for slot in strange_slots(written):
            what = f"has the slot `{{{slot}}}`, which no form has"
            raise row.at.fault(what, f"write {', '.join(f'{{{one}}}' for one in SLOTS)}", "ways", f'"{written}"')
    ways = tuple(way_of(written, held) for written in row.ways)
    of = listed[row.agency] if row.agency else None
    return _Form(ways, form_key(row.ways[0]), row.standing, _known(row.marks), of)
