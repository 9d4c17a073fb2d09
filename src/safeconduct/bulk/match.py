"""The first match of a file of requests against a synthetic register: for each row one record, several, or none.

    rows that the law permits → their keys → persons of the same postal code and birth date, or of the same number
        → the keys of those → how many persons agree in name, in address (current or earlier), and in a second factor

The register is narrowed before any name of it is looked at. Only rows that the law permits are searched, and nothing of
the register leaves but the count. How keys are made is `core.matching`'s concern; the full match will take its place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.bulk.cores import spread
from safeconduct.bulk.engine import rows_of
from safeconduct.bulk.register import COLUMNS, Register
from safeconduct.bulk.source import STRETCH, Source
from safeconduct.bulk.stretches import Stretch
from safeconduct.core import addresses
from safeconduct.core.cells import Shape
from safeconduct.core.matching import address_key, birth_key, name_key, number_key

_SUBJECT = tuple(f"subject.{field}" for field in ("name", "given_name", "family_name", "birth_date", "tin", "address"))
_KEYS = ("name", "address", "earlier", "postal_code", "birth_date", "counts", "number")
_TEXT = pa.string()
_SCHEMA = pa.schema([("id", pa.int64()), *((key, pa.bool_() if key == "counts" else _TEXT) for key in _KEYS)])
Keys = tuple[int, str | None, str | None, str | None, str | None, str | None, bool, str | None]


def search(source: Source, register: Register, connection: duckdb.DuckDBPyConnection) -> None:
    """Search for each row of `ruled` that is permitted: fills the table `searched` (row, match).

    Raises:
        ValueError: the register is not synthetic. Nobody is ever looked for in bulk on another.
    """
    if not register.synthetic:
        raise ValueError("a register that is not synthetic is not searched in bulk")
    rows = connection.execute("SELECT row FROM ruled WHERE outcome = 'permit' ORDER BY row").fetchall()
    permitted = [row for (row,) in rows]
    _table("asked", spread(_of_requests, None, _permitted(source, permitted)), connection)
    narrowed = _narrowed(register, connection)
    _table("persons", spread(_of_persons, None, narrowed), connection)
    connection.execute(_DECIDED)


def _table(name: str, batches: Iterable[pa.RecordBatch], connection: duckdb.DuckDBPyConnection) -> None:
    connection.register("batches", pa.RecordBatchReader.from_batches(_SCHEMA, batches))
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM batches")
    connection.unregister("batches")


def _permitted(source: Source, rows: Sequence[int]) -> Iterator[tuple[Stretch, pa.Array]]:
    """The stretches in which permitted rows lie, each with their numbers."""
    for stretch in source.stretches():
        own = rows[bisect_left(rows, stretch.span.start) : bisect_left(rows, stretch.span.stop)]
        if own:
            yield stretch, pa.array(own, pa.int64())


def _of_requests(_: None) -> Callable[[tuple[Stretch, pa.Array]], pa.RecordBatch]:
    def keys(given: tuple[Stretch, pa.Array]) -> pa.RecordBatch:
        stretch, permitted = given
        rows = stretch.rows
        within = pc.is_in(rows.numbers, permitted)
        cells = rows.columns.filter(within)
        columns = [_said(name, cells, stretch) for name in _SUBJECT]
        numbers = rows.numbers.filter(within).to_pylist()
        return _batch(_request(number, *said) for number, *said in zip(numbers, *columns, strict=True))

    return keys


def _said(name: str, cells: pa.RecordBatch, stretch: Stretch) -> list[str]:
    """The texts of a column; "" where there is none."""
    if name not in cells.schema.names:
        return [""] * len(cells)
    shapes: Mapping[str, Shape] = {}
    read = stretch.reader(name, shapes)
    said = (read(cell) if cell else None for cell in cells.column(name).to_pylist())
    return [one if isinstance(one, str) else "" for one in said]


def _request(row: int, full: str, given: str, family: str, born: str, number: str, address: str) -> Keys:  # noqa: PLR0913, PLR0917  # as many as a subject has
    parts = addresses.grade(address).parts
    name, figures = name_key(full, given, family), number_key(number)
    counts = bool(born and birth_key(born)) or figures is not None
    return row, name, address_key(parts), None, parts.get("postal_code", "")[:5], born or None, counts, figures


def _narrowed(register: Register, connection: duckdb.DuckDBPyConnection) -> list[pa.RecordBatch]:
    """The persons of the register of whom some request gives the postal code and the birth date, or the number."""
    reader: pa.RecordBatchReader = connection.sql(_NARROWED.format(register=rows_of(register.path))).to_arrow_reader(
        STRETCH
    )
    return list(reader)


_NARROWED = f"""
    SELECT {", ".join(COLUMNS)}
    FROM {{register}}
    WHERE (postal_code, birth_date) IN (SELECT (postal_code, try_cast(birth_date AS DATE)) FROM asked WHERE counts)
       OR (earlier_postal_code, birth_date) IN (SELECT (postal_code, try_cast(birth_date AS DATE)) FROM asked WHERE counts)
       OR replace(number, '-', '') IN (SELECT number FROM asked)
"""

_DECIDED = """
    INSERT INTO searched
    WITH homes AS (
        SELECT id, name, birth_date, number, address FROM persons
        UNION
        SELECT id, name, birth_date, number, earlier FROM persons WHERE earlier IS NOT NULL
    ), agreeing AS (
        SELECT asked.id AS row, count(DISTINCT homes.id) AS persons
        FROM asked JOIN homes USING (name, address)
        WHERE asked.counts
          AND coalesce(asked.birth_date = homes.birth_date, TRUE)
          AND coalesce(asked.number = homes.number, TRUE)
        GROUP BY asked.id
    )
    SELECT asked.id AS row,
           CASE WHEN persons IS NULL THEN 'none' WHEN persons = 1 THEN 'one' ELSE 'several' END AS match
    FROM asked LEFT JOIN agreeing ON asked.id = agreeing.row
"""


def _of_persons(_: None) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    def keys(persons: pa.RecordBatch) -> pa.RecordBatch:
        columns = (persons.column(name).to_pylist() for name in COLUMNS)
        return _batch(_person(*said) for said in zip(*columns, strict=True))

    return keys


def _person(person: int, given: str, family: str, born: object, number: str, *places: str | None) -> Keys:
    now, earlier = places[:4], places[4:]
    name = name_key("", given or "", family or "")
    return person, name, _place(now), _place(earlier), now[-1], str(born) if born else None, True, number_key(number)


def _place(place: Sequence[str | None]) -> str | None:
    street, city, state, code = (part or "" for part in place)
    return address_key(addresses.grade(f"{street}, {city}, {state} {code}").parts) if street else None


def _batch(keys: Iterable[Keys]) -> pa.RecordBatch:
    columns = list(zip(*keys, strict=True)) or [()] * len(_SCHEMA)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
    )
