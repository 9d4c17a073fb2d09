"""A stretch of a file of requests: rows as columns of texts, named by their paths, each row with its number.

    Table    of CSV, Parquet, a spreadsheet: a cell is a text by the rules of `core.cells`
    Lines    of NDJSON, objects, one a line: a cell is the JSON text of what stands at the path

A stretch can be sent to another process and is made into rows there. A row that is none (too few cells, no JSON) is
`Rejected`, and the rows around it go on. Rows are counted from 1, a header not among them. Where stretches come from is
for `files`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from safeconduct.core import cells, documents
from safeconduct.core.cells import Shape
from safeconduct.core.fields import Wrong

WHOLE = "row"
"""Stands for the field where a row cannot be read as a whole."""
TOO_LONG = "is longer than a request can be; write one request a row"

_MOST_UNREAD = 20
_OTHER = "*"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be read: its number, the field, and the reason with what would mend it."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in columns, null where nothing stands; those that were rejected; fields that nothing reads."""

    columns: pa.RecordBatch
    numbers: pa.Array
    rejected: tuple[Rejected, ...] = ()
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table."""

    rows: Rows

    @property
    def span(self) -> range:
        """Numbers among which those of the rows lie."""
        numbers = self.rows.numbers
        return range(numbers[0].as_py(), numbers[-1].as_py() + 1) if len(numbers) else range(0)

    def reader(self, path: str, shapes: Mapping[str, Shape]) -> Callable[[str], object]:
        """Reads a cell of the column `path`: the JSON value that it stands for."""
        return cells.reader(shapes.get(path, Shape.TEXT), documents.read)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of NDJSON, the first of them row `first`, with the paths at which something looks.

    A line is None where it was too long to keep.
    """

    first: int
    lines: tuple[bytes | None, ...]
    paths: frozenset[str]

    @property
    def span(self) -> range:
        """Numbers among which those of the rows lie."""
        return range(self.first, self.first + len(self.lines))

    @property
    def _whole(self) -> frozenset[str]:
        """The paths beneath which something looks."""
        return frozenset(path[:at] for path in self.paths for at, char in enumerate(path) if char == ".")

    @property
    def rows(self) -> Rows:
        """The objects of the lines, in columns."""
        read = [
            _object(number, line) for number, line in enumerate(self.lines, self.first) if line is None or line.strip()
        ]
        objects = [one for one in read if not isinstance(one, Rejected)]
        fields = [dict(_flat(document, "", self.paths, self._whole)) for _, document in objects]
        told = {name for one in fields for name in one}
        names = sorted(name for name in told if name in self.paths or name.endswith(f".{_OTHER}"))
        columns = [pa.array([one.get(name) for one in fields], pa.string()) for name in names]
        unread = sorted(told.difference(names))[:_MOST_UNREAD]
        numbers = pa.array([number for number, _ in objects], pa.int64())
        rejected = tuple(one for one in read if isinstance(one, Rejected))
        return Rows(batch(names, columns, len(fields)), numbers, rejected, frozenset(unread))

    def reader(self, path: str, shapes: Mapping[str, Shape]) -> Callable[[str], object]:
        """Reads a cell: the JSON value that it stands for."""
        del path, shapes
        return json.loads


Stretch = Table | Lines


def no_rows(names: Sequence[str], rejected: tuple[Rejected, ...] = ()) -> Table:
    """A stretch of a table in which no row can be read: it has its columns all the same."""
    columns = pa.RecordBatch.from_pylist([], pa.schema([(name, pa.string()) for name in names]))
    return Table(Rows(columns, pa.array([], pa.int64()), rejected))


def batch(names: Sequence[str], columns: Sequence[pa.Array], length: int) -> pa.RecordBatch:
    """Columns side by side; a batch of no column would not know how many rows it has."""
    if not names:
        names, columns = ["row"], [pa.nulls(length, pa.string())]
    return pa.RecordBatch.from_arrays(list(columns), names=list(names))


def reason(wrong: Wrong) -> str:
    """What is wrong with a field and what would mend it, as it is told of one request."""
    return f"{wrong.what}; {wrong.mend}"


def _object(number: int, line: bytes | None) -> tuple[int, dict[str, object]] | Rejected:
    if line is None:
        return Rejected(number, WHOLE, TOO_LONG)
    try:
        document = documents.read(line.decode().rstrip())
    except UnicodeDecodeError:
        return Rejected(number, WHOLE, "is not UTF-8; save the file as UTF-8")
    except documents.NoDocument as fault:
        return Rejected(number, WHOLE, str(fault))
    return (
        (number, document)
        if isinstance(document, dict)
        else Rejected(number, WHOLE, "is no object; write one request between braces")
    )


def _flat(
    fields: Mapping[str, object], above: str, paths: Container[str], whole: Container[str]
) -> Iterator[tuple[str, str]]:
    """The fields of an object by their paths, each as JSON text; an object at one of the `whole` is its fields.

    Of fields that nothing reads it matters that they stand there: their object is given, and is no text.
    """
    for key, said in fields.items():
        path = f"{above}{key}"
        if "." in key:
            path = f"{path} (a name with a dot)"
        if isinstance(said, dict) and said and path in whole:
            yield from _flat(said, f"{path}.", paths, whole)
            continue
        yield path, json.dumps(said) if path in paths else "null"
        if above and path not in paths:
            yield f"{above}{_OTHER}", "true"
