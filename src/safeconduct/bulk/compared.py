"""What is compared in bulk, as columns: of requests that the law permits, and of persons of a synthetic register.

Texts are read here once, by the functions of the core, on every core. A home's building has a key of 64 bits that only
blocks; the building itself, and whatever else `matching` weighs, stands beside it and is compared as it is.

    asked     id (the row), names, born, number, building, unit, key, and the keys of the name
    persons   id, names, born, number, deceased, the present home and the earlier one, and the keys of the name
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.bulk.stretches import Stretch
from safeconduct.core import addresses, matching, name_keys, same_name
from safeconduct.core.cells import Shape
from safeconduct.core.matching import OnFile, Sought
from safeconduct.core.places import Place, place
from safeconduct.core.same_name import Name

_TEXT, _KEY, _KEYS = pa.string(), pa.uint64(), pa.list_(pa.uint32())
_WORDS = pa.list_(_TEXT)
_NAME = (("given", _WORDS), ("family", _WORDS), ("suffix", _TEXT), ("unparted", pa.bool_()))
_OF_NAME = (
    ("given_keys", _KEYS), ("family_keys", _KEYS), ("given_begins", _TEXT), ("family_begins", _TEXT), ("or_begins", _TEXT),
    ("open", pa.bool_()),
)  # fmt: skip
_FACTORS = (("born", _TEXT), ("number", _TEXT))
_HOME = (("building", _TEXT), ("unit", _TEXT), ("key", _KEY))
_EARLIER = tuple((f"earlier_{name}", sort) for name, sort in _HOME)
ASKED = pa.schema(
    [("id", pa.int64()), *_NAME, *_FACTORS, *_HOME, ("digits", pa.list_(_TEXT)), ("code", _TEXT), *_OF_NAME]
)
PERSONS = pa.schema([("id", pa.int64()), *_NAME, *_FACTORS, ("deceased", pa.bool_()), *_HOME, *_EARLIER, *_OF_NAME])

SUBJECT = tuple(f"subject.{field}" for field in ("name", "given_name", "family_name", "birth_date", "tin", "address"))
Values = tuple[Any, ...]


def of_requests(_: None) -> Callable[[tuple[Stretch, pa.Array]], pa.RecordBatch]:
    """What is compared of the permitted rows of a stretch."""

    def read(given: tuple[Stretch, pa.Array]) -> pa.RecordBatch:
        stretch, permitted = given
        rows = stretch.rows
        within = pc.is_in(rows.numbers, permitted)
        cells = rows.columns.filter(within)
        columns = [_said(name, cells, stretch) for name in SUBJECT]
        numbers = rows.numbers.filter(within).to_pylist()
        return _batch((_asked(row, *said) for row, *said in zip(numbers, *columns, strict=True)), ASKED)

    return read


def _said(name: str, cells: pa.RecordBatch, stretch: Stretch) -> list[str]:
    """The texts of a column; "" where there is none."""
    if name not in cells.schema.names:
        return [""] * len(cells)
    shapes: Mapping[str, Shape] = {}
    read = stretch.reader(name, shapes)
    said = (read(cell) if cell else None for cell in cells.column(name).to_pylist())
    return [one if isinstance(one, str) else "" for one in said]


def _asked(row: int, full: str, given: str, family: str, born: str, number: str, address: str) -> Values:  # noqa: PLR0913, PLR0917  # as many as a subject has
    graded = addresses.grade(address)
    name = same_name.read(full, given, family)
    one = matching.sought(name, graded, born, number)
    code = graded.parts.get("postal_code", "")[:5]
    if one.place is None or not (one.birth_date or one.number):  # nobody can be found
        return (row, *(None,) * (len(ASKED) - 1))
    home = _home(one.place)
    factors = one.birth_date, one.number
    return (row, *_words(name), *factors, *home, _digits(home[0]), code, *_of_name(name))


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
    homes = _home(_lived(*places[:4])), _home(_lived(*places[4:]))
    return (person, *_words(name), *factors, bool(deceased), *homes[0], *homes[1], *_of_name(name))


def _lived(street: str | None, city: str | None, state: str | None, code: str | None) -> Place | None:
    return place(addresses.grade(f"{street}, {city or ''}, {state or ''} {code or ''}").parts) if street else None


def _home(at: Place | None) -> Values:
    return (at.building, at.unit, key(at.building)) if at else (None, None, None)


def key(building: str) -> int:
    """A key of 64 bits that blocks: two buildings may share one, and are told apart when they are compared."""
    return int.from_bytes(hashlib.blake2b(building.encode(), digest_size=8).digest())


def _digits(building: str | None) -> list[str]:
    """The figures in the name of a building, and "" for one that the register writes without any."""
    street = (building or "").partition("|")[0]
    return ["", *dict.fromkeys("".join(char if char.isdigit() else " " for char in street).split())]


def _words(name: Name) -> Values:
    return name.given, name.family, name.suffix, name.unparted


def _of_name(name: Name) -> Values:
    found = name_keys.keys(name)
    begins, or_begins, *_ = (*found.family_begins, None, None)
    return found.given, found.family, found.given_begins, begins, or_begins, found.open


def _batch(rows: Iterable[Values], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def decided(_: None) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """What each request of a batch of pairs comes to; all pairs of one request lie in one batch, beside one another."""

    def decide(pairs: pa.RecordBatch) -> pa.RecordBatch:
        rows, found = [], []
        for row, one, persons in _grouped(pairs):
            rows.append(row)
            found.append(str(matching.decide(one, persons).found))
        return pa.RecordBatch.from_arrays([pa.array(rows, pa.int64()), pa.array(found, _TEXT)], ["row", "match"])

    return decide


def _grouped(pairs: pa.RecordBatch) -> Iterator[tuple[int, Sought, list[OnFile]]]:
    row: int | None = None
    one: Sought | None = None
    persons: list[OnFile] = []
    for pair in zip(*(pairs.column(name).to_pylist() for name in PAIR), strict=True):
        if pair[0] != row:
            if row is not None and one is not None:
                yield row, one, persons
            row, one, persons = pair[0], _sought(*pair[1:9]), []
        persons.append(_on_file(*pair[9:]))
    if row is not None and one is not None:
        yield row, one, persons


_OF_NAME_READ = tuple(name for name, _ in _NAME)
_OF_ASKED = (*_OF_NAME_READ, "building", "unit", "born", "number")
_OF_PERSON = (
    *_OF_NAME_READ, "born", "number", "deceased", "building", "unit", "earlier_building", "earlier_unit",
)  # fmt: skip
PAIR = ("row", *(f"asked_{name}" for name in _OF_ASKED), *_OF_PERSON)
"""The columns of a pair: what a request gives, and what is on file of a person."""
PAIRED = ", ".join((*(f"a.{name} AS asked_{name}" for name in _OF_ASKED), *(f"p.{name}" for name in _OF_PERSON)))


def _named(given: list[str], family: list[str], suffix: str, unparted: bool) -> Name:  # noqa: FBT001  # a truth of the name
    return Name(tuple(given), tuple(family), suffix, unparted)


def _sought(*said: Any) -> Sought:  # noqa: ANN401  # the columns of a pair that a request gives
    building, unit, born, number = said[4:]
    return Sought(_named(*said[:4]), Place(building, unit), born, number)


def _on_file(*said: Any) -> OnFile:  # noqa: ANN401  # the columns of a pair that are on file
    born, number, deceased, building, unit, before, its_unit = said[4:]
    now = Place(building, unit) if building else None
    earlier = (Place(before, its_unit),) if before else ()
    return OnFile(_named(*said[:4]), now, earlier, born, number, deceased)
