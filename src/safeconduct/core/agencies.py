"""The custodian's dated table of agencies: who an agency is, what it is part of, and on which side it stands.

    [[agency]]
    id = "HSI"
    name = "Homeland Security Investigations"
    component_of = "ICE"
    standing = "federal"
    aliases = ["HSI", "ICE HSI"]

A name is found as it stands in the table or not at all: case, points, commas, "the", "&" and a leading "U.S." do not
matter, "Dept." is a department, every other word counts. State and local agencies are known by the form of their
names, which the table lists too. Two known names of one line ("DHS/ICE") name the lower one. What an agency may ask
for is for the rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from safeconduct.core.faults import PackFault
from safeconduct.core.tables import line_of, table

STANDINGS = ("justice", "federal", "legislative_or_judicial", "state_or_local")

# Longer than any name in use; a name is outside text, and forms are tried on it one after another.
_LONGEST = 160
_SLOT = re.compile(r"\{(\w+)\}")
_PARTED = re.compile(r"[/,;:()\[\]|\u2010-\u2015]|\s-+\s")
_SECTIONS = {"agency", "inspectors_general", "place", "district", "states", "form"}
_AGENCY_KEYS = {"id", "name", "standing", "component_of", "aliases", "from", "until", "inspects", "us_matters"}


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency. `line` holds the ids from itself up to `department`, the topmost.

    `inspects` is true of the office of an inspector general.
    """

    id: str
    name: str
    standing: str
    department: str
    line: tuple[str, ...]
    inspects: bool = False

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

    ways: tuple[re.Pattern[str], ...]
    id_words: str
    standing: str
    listed: _Listed | None


@dataclass(frozen=True, slots=True)
class Agencies:
    """The table: agencies by each way of writing them, and the forms of state and local names."""

    listed: Mapping[str, _Listed]
    forms: tuple[_Form, ...]
    states: Mapping[str, str]
    no_place: frozenset[str]


def find(name: str, table: Agencies, on: int) -> Agency | None:
    """The agency that `name` names on the day `on` (a proleptic ordinal); None where the table lacks it."""
    if len(name) > _LONGEST:
        return None
    return _listed(name, table, on) or _of_one_line(name, table, on) or _by_form(_key(name), table, on)


def within(agency: Agency, asking: Agency) -> bool:
    """Whether `agency` is the asking agency or one of its components, at any depth."""
    return asking.id in agency.line


def agencies(file: str, text: str) -> Agencies:
    """The table in `text`.

    Raises:
        PackFault: a key is missing or unknown, a standing or date is none, a parent is missing or in a circle,
            an id or a way of writing is given twice, or a form cannot be read.
    """
    return _Reader(file, text).table()


def _listed(name: str, table: Agencies, on: int) -> Agency | None:
    found = table.listed.get(_key(name))
    return found.agency if found and found.since <= on < found.until else None


def _of_one_line(name: str, table: Agencies, on: int) -> Agency | None:
    """The lowest of several known names, where each is of the others' line: "Homeland Security (ICE/HSI)"."""
    parts = [part for part in _PARTED.split(name) if part.strip(" .")]
    found = [agency for part in parts if (agency := _listed(part, table, on))]
    if len(parts) < 2 or len(found) < len(parts):
        return None
    lowest = max(found, key=lambda agency: len(agency.line))
    return lowest if all(agency.id in lowest.line for agency in found) else None


def _by_form(key: str, table: Agencies, on: int) -> Agency | None:
    for form in table.forms:
        for way in form.ways:
            words = _slots(way, key, table)
            if words is None:
                continue
            if form.listed:
                return form.listed.agency if form.listed.since <= on < form.listed.until else None
            return _formed(form, words)
    return None


def _slots(way: re.Pattern[str], key: str, table: Agencies) -> dict[str, str] | None:
    found = way.fullmatch(key)
    if found is None:
        return None
    words = {slot: said for slot, said in found.groupdict().items() if said}
    if not table.no_place.isdisjoint(words.get("place", "").split()):
        return None
    return words | {slot: table.states[words[slot]] for slot in ("state", "where") if slot in words}


def _formed(form: _Form, words: dict[str, str]) -> Agency:
    name = " ".join(
        [_SLOT.sub(lambda slot: words[slot[1]], form.id_words), *([words["where"]] if "where" in words else [])]
    )
    ident = name.replace(" ", "-")
    return Agency(ident, name, form.standing, ident, (ident,))


def _key(name: str) -> str:
    """A name as it is compared: `The U.S. Dept. of X & Y` becomes `us department of x and y`."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " and ")
    plain = re.sub(r"[.'\u2018\u2019`]", "", plain)
    words = " ".join("department" if word == "dept" else word for word in re.findall(r"\w+", plain) if word != "the")
    return re.sub(r"\b(?:united states(?: of america)?|u s(?: a)?|usa)\b", "us", words)


@dataclass(frozen=True, slots=True)
class _Reader:
    """One table while it is read: knows the file and the text for its faults."""

    file: str
    text: str

    def table(self) -> Agencies:
        raw = table(self.file, self.text)
        for section in raw.keys() - _SECTIONS:
            self.fault(f"`{section}` is no part of a table of agencies", f"write one of {_listing(_SECTIONS)}", section)
        rows = self.rows(raw)
        listed = {ident: self.listed(ident, rows) for ident in rows}
        states = {way: _key(name) for code, name in raw.get("states", {}).items() for way in (_key(code), _key(name))}
        place = raw.get("place", {})
        forms = tuple(self.form(form, raw, states, listed) for form in raw.get("form", []))
        return Agencies(self.index(rows, listed), forms, states, frozenset(place.get("never", [])))

    def fault(self, what: str, mend: str, *words: str) -> NoReturn:
        raise PackFault(self.file, line_of(self.text, *words), what, mend)

    def rows(self, raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
        rows: dict[str, dict[str, Any]] = {}
        for row in raw.get("agency", []):
            self.check(row)
            if row["id"] in rows:
                self.fault(f"the id `{row['id']}` is given twice", "keep one of the two", "id", f'"{row["id"]}"')
            rows[row["id"]] = row
        return rows | self.inspectors_general(raw.get("inspectors_general", {"of": [], "ways": []}), rows)

    def check(self, row: dict[str, Any]) -> None:
        ident = str(row.get("id", ""))
        at = f'"{ident}"' if ident else "[[agency]]"
        for key in ("id", "name", "standing"):
            if not isinstance(row.get(key), str) or not row[key]:
                self.fault(f"the agency `{ident}` has no {key}", f"add `{key} = …`", at)
        for key in row.keys() - _AGENCY_KEYS:
            self.fault(
                f"`{key}` of `{ident}` is no key of an agency", f"write one of {_listing(_AGENCY_KEYS)}", key, "="
            )
        if row["standing"] not in STANDINGS:
            self.fault(f"`{ident}` has the standing `{row['standing']}`", f"write one of {_listing(STANDINGS)}", at)
        if not all(isinstance(way, str) and _key(way) for way in _list(row.get("aliases", []))):
            self.fault(f"an alias of `{ident}` is empty or no text", 'write `aliases = ["…"]`', at)
        self.days(row, at)

    def days(self, row: dict[str, Any], at: str) -> tuple[int, int]:
        given = {key: row[key] for key in ("from", "until") if key in row}
        for key, day in given.items():
            if not isinstance(day, date) or isinstance(day, datetime):
                self.fault(
                    f"`{key}` of `{row['id']}` is no date",
                    "write it as 2003-03-01, without quotation marks",
                    key,
                    str(day)[:10],
                )
        since = given["from"].toordinal() if "from" in given else 0
        until = given["until"].toordinal() if "until" in given else date.max.toordinal() + 1
        if since >= until:
            self.fault(f"`{row['id']}` ends before it begins", "let `until` be later than `from`", at)
        return since, until

    def inspectors_general(
        self, section: dict[str, Any], rows: Mapping[str, dict[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """An inspector general for each agency listed, a component of it, written in every way of the forms."""
        for key in ("of", "ways"):
            if not isinstance(section.get(key), list):
                self.fault(f"the inspectors general have no `{key}`", f"add `{key} = […]`", "[inspectors_general]")
        made = {}
        for ident in section["of"]:
            if ident not in rows:
                self.fault(
                    f"an inspector general is of `{ident}`, which is not listed",
                    "list it, or take it out",
                    f'"{ident}"',
                )
            names = {rows[ident]["name"], *_list(rows[ident].get("aliases", []))}
            ways = {
                _key(way.replace("{agency}", said))
                for way in section["ways"]
                for said in [*names, f"US {rows[ident]['name']}"]
            }
            made[f"{ident}-OIG"] = {
                "id": f"{ident}-OIG",
                "name": f"Office of Inspector General of {rows[ident]['name']}",
                "standing": rows[ident]["standing"],
                "component_of": ident,
                "inspects": True,
                "aliases": sorted(ways),
            }
        return made

    def listed(self, ident: str, rows: Mapping[str, dict[str, Any]]) -> _Listed:
        line = [ident]
        since, until = 0, date.max.toordinal() + 1
        while True:
            row = rows[line[-1]]
            first, last = self.days(row, f'"{row["id"]}"')
            since, until = max(since, first), min(until, last)
            above = row.get("component_of")
            if above is None:
                break
            if above not in rows:
                self.fault(
                    f"`{row['id']}` is a component of `{above}`, which is not listed",
                    "list it",
                    "component_of",
                    f'"{above}"',
                )
            if above in line:
                self.fault(
                    f"`{row['id']}` is above and below `{above}`",
                    "break the circle of `component_of`",
                    "id",
                    f'"{row["id"]}"',
                )
            line.append(above)
        row = rows[ident]
        agency = Agency(ident, row["name"], row["standing"], line[-1], tuple(line), bool(row.get("inspects")))
        return _Listed(agency, since, until)

    def index(self, rows: Mapping[str, dict[str, Any]], listed: Mapping[str, _Listed]) -> dict[str, _Listed]:
        index: dict[str, _Listed] = {}
        for ident, row in rows.items():
            for way in _ways(row):
                if index.setdefault(way, listed[ident]) != listed[ident]:
                    other = index[way].agency.id
                    self.fault(
                        f"`{way}` names both `{other}` and `{ident}`", "keep it with one of the two", f'"{ident}"'
                    )
        return index

    def form(
        self, form: dict[str, Any], raw: dict[str, Any], states: Mapping[str, str], listed: Mapping[str, _Listed]
    ) -> _Form:
        ways = form.get("ways") or self.fault("a form has no `ways`", "add `ways = […]`", "[[form]]")
        of = form.get("agency")
        if of is None and form.get("standing") not in STANDINGS:
            self.fault(f"a form has no standing of {_listing(STANDINGS)}", "add `standing = …`", f'"{ways[0]}"')
        if of is not None and of not in listed:
            self.fault(f"a form is of `{of}`, which is not listed", "list it, or take the form out", f'"{of}"')
        slots = {
            "state": _any_of(states),
            "district": _any_of(_key(name) for name in raw.get("district", {}).get("names", [])),
            "place": rf"[^\W\d_]+(?: [^\W\d_]+){{0,{raw.get('place', {}).get('longest', 1) - 1}}}",
        }
        compiled = tuple(self.way(way, slots) for way in ways)
        return _Form(compiled, _form_key(ways[0]), form.get("standing", ""), listed.get(of) if of else None)

    def way(self, way: str, slots: Mapping[str, str]) -> re.Pattern[str]:
        named = _SLOT.findall(way)
        for slot in named:
            if slot not in slots:
                self.fault(f"`{{{slot}}}` is no slot of a form", "write {state}, {place} or {district}", f'"{way}"')
        pattern = _SLOT.sub(lambda slot: f"(?P<{slot[1]}>{slots[slot[1]]})", _form_key(way))
        where = f"(?: (?P<where>{slots['state']}))?" if "place" in named else ""
        return re.compile(pattern + where)


def _form_key(way: str) -> str:
    """The words of a form as they are compared, its slots left standing."""
    return " ".join(
        _key(part) if n % 2 == 0 else f"{{{part}}}" for n, part in enumerate(_SLOT.split(way)) if part.strip()
    )


def _ways(row: Mapping[str, Any]) -> Iterator[str]:
    """Every way of writing an agency; a leading "U.S." may be left out or added unless it tells two apart."""
    for way in [row["name"], *_list(row.get("aliases", []))]:
        key = _key(way)
        yield key
        if not row.get("us_matters"):
            yield key.removeprefix("us ") if key.startswith("us ") else f"us {key}"


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or r"(?!)"


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _listing(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
