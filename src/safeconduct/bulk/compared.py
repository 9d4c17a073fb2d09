"""What is compared in bulk, as columns: of requests that the law permits, and of persons of a synthetic register.

Texts are read here once, by the functions of the core, on every core. A home's building has a key of 64 bits that only
blocks; the building itself, and whatever else `matching` weighs, stands beside it and is compared as it is. A name is
written as `given words|family words|suffix|` and whether it is unparted: its words have none but letters and figures.
No column is an unsigned number, which Spark lacks, and none a list, which every engine is slow at, but figures of addresses.

    said      id (the row), the texts of the subject, born, number, and the postal codes that its address may name
    asked     id, name, born, number, building, unit, key, and the keys of the name
    persons   id, name, born, number, deceased, the present home and the earlier one, and the keys of the name
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.bulk.stretches import Stretch
from safeconduct.core import addresses, matching, name_keys, same_name
from safeconduct.core.cells import Shape
from safeconduct.core.matching import OnFile, Sought
from safeconduct.core.places import Place, place
from safeconduct.core.same_name import Name

_TEXT, _KEY, _LETTERS = pa.string(), pa.int64(), pa.int32()
_OF_NAME = (
    ("name", _TEXT), ("given_keys", _KEY), ("family_keys", _KEY),
    ("given_begins", _LETTERS), ("family_begins", _LETTERS), ("or_begins", _LETTERS), ("open", pa.bool_()),
)  # fmt: skip
_FACTORS = (("born", _TEXT), ("number", _TEXT))
_HOME = (("building", _TEXT), ("unit", _TEXT), ("key", _KEY))
_EARLIER = tuple((f"earlier_{name}", sort) for name, sort in _HOME)
SAID = pa.schema([
    ("id", _KEY), ("name", _TEXT), ("given_name", _TEXT), ("family_name", _TEXT), *_FACTORS, ("address", _TEXT), ("codes", pa.list_(_TEXT)),
])  # fmt: skip
ASKED = pa.schema([("id", _KEY), *_OF_NAME, *_FACTORS, *_HOME, ("digits", pa.list_(_TEXT)), ("code", _TEXT)])
PERSONS = pa.schema([("id", _KEY), *_OF_NAME, *_FACTORS, ("deceased", pa.bool_()), *_HOME, *_EARLIER])
DECIDED = pa.schema([("row", _KEY), ("match", _TEXT)])

_FIVE = re.compile(r"(?=([0-9]{5}))")
_PASSED_OVER = str.maketrans("", "", "'`")
SUBJECT = tuple(f"subject.{field}" for field in ("name", "given_name", "family_name", "birth_date", "tin", "address"))
Values = tuple[Any, ...]


def of_rows(_: None) -> Callable[[tuple[Stretch, pa.Array]], pa.RecordBatch]:
    """What is said of the subjects of a stretch's permitted rows, of those that give a second factor: nobody else can be found."""

    def read(given: tuple[Stretch, pa.Array]) -> pa.RecordBatch:
        stretch, permitted = given
        rows = stretch.rows
        within = pc.is_in(rows.numbers, permitted)
        cells = rows.columns.filter(within)
        columns = [_said(name, cells, stretch) for name in SUBJECT]
        numbers = rows.numbers.filter(within).to_pylist()
        told = (_told(row, *said) for row, *said in zip(numbers, *columns, strict=True))
        return _batch((one for one in told if one), SAID)

    return read


def _said(name: str, cells: pa.RecordBatch, stretch: Stretch) -> list[str]:
    """The texts of a column; "" where there is none."""
    if name not in cells.schema.names:
        return [""] * len(cells)
    shapes: Mapping[str, Shape] = {}
    read = stretch.reader(name, shapes)
    said = (read(cell) if cell else None for cell in cells.column(name).to_pylist())
    return [one if isinstance(one, str) else "" for one in said]


def _told(row: int, full: str, given: str, family: str, born: str, number: str, address: str) -> Values | None:  # noqa: PLR0913, PLR0917  # as many as a subject has
    factors = matching.birth_date(born), matching.number(number)
    return (row, full, given, family, *factors, address, codes(address)) if any(factors) else None


def codes(address: str) -> list[str] | None:
    """The postal codes that an address may name: any five figures in a row; None where it has letters that are read as others, or as none."""
    return list(dict.fromkeys(_FIVE.findall(address.translate(_PASSED_OVER)))) if address.isascii() else None


def of_requests(_: None) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """What is compared of rows, given what is said of their subjects; a row whose address could reach nobody is left out."""

    def read(rows: pa.RecordBatch) -> pa.RecordBatch:
        columns = (rows.column(name).to_pylist() for name in SAID.names[:-1])
        found = (_asked(*said) for said in zip(*columns, strict=True))
        return _batch((one for one in found if one), ASKED)

    return read


def _asked(  # noqa: PLR0913, PLR0917  # as many as a subject has
    row: int, full: str, given: str, family: str, born: str | None, number: str | None, address: str
) -> Values | None:
    graded = addresses.grade(address)
    one = matching.sought(same_name.read(full, given, family), graded, born or "", number or "")
    if one.place is None:
        return None
    home, code = _home(one.place), graded.parts.get("postal_code", "")[:5]
    return (row, *_of_name(one.name), one.birth_date, one.number, *home, _digits(home[0]), code)


def of_persons(_: None) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """What is compared of persons, given the columns `register.COLUMNS`."""

    def read(persons: pa.RecordBatch) -> pa.RecordBatch:
        columns = (persons.column(name).to_pylist() for name in persons.schema.names)
        return _batch((_person(*said) for said in zip(*columns, strict=True)), PERSONS)

    return read


def _person(  # noqa: PLR0913, PLR0917  # as many as a record has
    person: int,
    given: str,
    middle: str,
    family: str,
    suffix: str,
    born: object,
    number: str,
    deceased: object,
    *places: str,
) -> Values:
    name = same_name.read("", f"{given or ''} {middle or ''}", f"{family or ''} {suffix or ''}")
    factors = matching.birth_date(str(born or "")), matching.number(number or "")
    return (person, *_of_name(name), *factors, bool(deceased), *_lived(*places[:4]), *_lived(*places[4:]))


@lru_cache(maxsize=1 << 12)  # who lives together stands together, as a rule
def _lived(street: str | None, city: str | None, state: str | None, code: str | None) -> Values:
    if not street:
        return _home(None)
    return _home(place(addresses.grade(f"{street}, {city or ''}, {state or ''} {code or ''}").parts))


def _home(at: Place | None) -> Values:
    return (at.building, at.unit, key(at.building)) if at else (None, None, None)


def key(building: str) -> int:
    """A key of 64 bits that blocks: two buildings may share one, and are told apart when they are compared."""
    return int.from_bytes(hashlib.blake2b(building.encode(), digest_size=8).digest(), signed=True)


def _digits(building: str | None) -> list[str]:
    """The figures in the name of a building, and "" for one that the register writes without any."""
    street = (building or "").partition("|")[0]
    return ["", *dict.fromkeys("".join(char if char.isdigit() else " " for char in street).split())]


@lru_cache(maxsize=1 << 16)
def _of_name(name: Name) -> Values:
    """The name as written, and its keys."""
    found = name_keys.keys(name)
    begins, or_begins, *_ = (*found.family_begins, None, None)
    written = f"{' '.join(name.given)}|{' '.join(name.family)}|{name.suffix}|{'unparted' if name.unparted else ''}"
    return written, found.given, found.family, found.given_begins, begins, or_begins, found.open


def _named(written: str) -> Name:
    given, family, suffix, unparted = written.split("|")
    return Name(tuple(given.split()), tuple(family.split()), suffix, bool(unparted))


def _batch(rows: Iterable[Values], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def whole(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Pairs in the order of their rows, in batches none of which parts those of a row."""
    left: pa.RecordBatch | None = None
    for batch in batches:
        pairs = batch if left is None else pa.concat_batches([left, batch])
        rows = pairs.column("row").to_pylist()
        at = bisect_left(rows, rows[-1]) if rows else 0
        if at:
            yield pairs.slice(0, at)
        left = pairs.slice(at)
    if left is not None:
        yield left


def decided(_: None) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """What each request of a batch of pairs comes to; all pairs of one request lie in one batch, beside one another."""

    def decide(pairs: pa.RecordBatch) -> pa.RecordBatch:
        columns = (pairs.column(name).to_pylist() for name in PAIR)
        rows, found = [], []
        for row, one, persons in _grouped(zip(*columns, strict=True)):
            rows.append(row)
            found.append(matching.decide(one, persons).found.value)
        return pa.RecordBatch.from_arrays([pa.array(rows, _KEY), pa.array(found, _TEXT)], schema=DECIDED)

    return decide


def _grouped(pairs: Iterable[Values]) -> Iterator[tuple[int, Sought, list[OnFile]]]:
    """Each request with the persons who stand beside it."""
    for row, beside in groupby(pairs, itemgetter(0)):
        own = list(beside)
        yield row, _sought(own[0]), [_on_file(pair) for pair in own]


_OF_ASKED = ("name", "building", "unit", "born", "number")
_OF_PERSON = ("name", "born", "number", "deceased", "building", "unit", "earlier_building", "earlier_unit")
PAIR = ("row", *(f"asked_{name}" for name in _OF_ASKED), *_OF_PERSON)
"""The columns of a pair: what a request gives, and what is on file of a person."""
PAIRED = ", ".join((*(f"a.{name} AS asked_{name}" for name in _OF_ASKED), *(f"p.{name}" for name in _OF_PERSON)))


def _sought(pair: Values) -> Sought:
    _, name, building, unit, born, number, *_ = pair
    return Sought(_named(name), Place(building, unit), born, number)


def _on_file(pair: Values) -> OnFile:
    name, born, number, deceased, building, unit, before, its_unit = pair[6:]
    now = Place(building, unit) if building else None
    earlier = (Place(before, its_unit),) if before else ()
    return OnFile(_named(name), now, earlier, born, number, deceased)
