"""Looks over columns: of a batch of rows, each distinct combination of cells is looked at once.

Of a row a look is given the cells at which it looks, and its answer is taken to every row that has the same. A row of which
something cannot be read is told apart with the field and the reason, in the words that the check of one request has for
it. What is looked at is for `looks`, where rows come from for `files`, running over a whole file for `facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.bulk.looks import Look, Said, merged
from safeconduct.core import intake
from safeconduct.core.cells import nesting
from safeconduct.core.fields import LEFT_OUT, At, Flat, Wrong

Reader = Callable[[str], Callable[[str], object]]
"""Of a column's path, what reads its cells: a JSON value each."""

Cells = tuple[str | None, ...]
"""The cells at which a look looks, in one row; None where nothing stands."""

_MOST_KEPT, _TRIED, _SELDOM = 250_000, 50_000, 20
_LONGEST_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Bad:
    """Stands for an answer where something cannot be read."""

    wrongs: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a batch: a column for every name of every look, and what is wrong, by the place of the row."""

    columns: pa.RecordBatch
    wrongs: Mapping[int, Sequence[Wrong]]

    def of(self, names: Sequence[str], *, readable: bool) -> pa.RecordBatch:
        """The columns `names`; of the rows that can be read, or of all."""
        columns = self.columns.select(["row", *names])
        if not readable or not self.wrongs:
            return columns
        return columns.filter(pa.array([at not in self.wrongs for at in range(len(columns))]))

    def told(self) -> Iterator[tuple[int, Wrong]]:
        """What is wrong, by the number of the row: of every field the first."""
        for at in sorted(self.wrongs):
            number = self.columns.column("row")[at].as_py()
            yield from ((number, wrong) for wrong in intake.first_of_each_field(self.wrongs[at]))


class Column:
    """A column of a batch: its distinct cells, each row's place among them, and what the cells say once they are read."""

    def __init__(self, cells: list[str | None], places: pa.Array, read: Callable[[str], object]) -> None:
        self.cells, self.places, self._read = cells, places, read
        self._said: list[object] = [LEFT_OUT if cell is None else _UNREAD for cell in cells]

    def said(self, place: int) -> object:
        """What the cell at `place` says."""
        said = self._said[place]
        if said is _UNREAD:
            said = self._said[place] = self._read(self.cells[place] or "")
        return said

    def all_said(self) -> list[object]:
        """What every cell says."""
        return [self.said(place) if said is _UNREAD else said for place, said in enumerate(self._said)]


_UNREAD = object()


class Kept:
    """What a look has answered so far; given up where the same is hardly ever asked again, as of names and addresses."""

    def __init__(self) -> None:
        self.answers: dict[Cells, Said | Bad] = {}
        self.given_up = False
        self._asked = self._new = 0

    def keep(self, cells: Cells, answer: Said | Bad) -> None:
        """Keep an answer, but for long cells: what an asker sends must not fill the memory."""
        self._new += 1
        if len(self.answers) < _MOST_KEPT and sum([len(cell) for cell in cells if cell]) <= _LONGEST_KEPT:
            self.answers[cells] = answer

    def review(self, asked: int) -> None:
        """Give up where keeping has not paid, now that so many more have been asked for."""
        self._asked += asked
        if self._asked > _TRIED and (self._asked - self._new) * _SELDOM < self._asked:
            self.answers.clear()
            self.given_up = True


class Columns:
    """Looks at batches, one after another, under the law of the day `on`; keeps what it has seen of frequent cells."""

    def __init__(self, looks: Iterable[Look], on: int) -> None:
        self._looks, self._on = merged(looks), on
        self._kept: dict[tuple[Look, tuple[str, ...]], Kept] = {}

    def see(self, rows: pa.RecordBatch, numbers: pa.Array, reader: Reader) -> Seen:
        """Look at `rows`, whose columns are texts named by paths; `numbers` are the rows' own (int64)."""
        columns = {name: _column(rows.column(name), reader(name)) for name in rows.schema.names}
        arrays: dict[str, pa.Array] = {"row": numbers}
        wrongs: dict[int, list[Wrong]] = {}
        for look in self._looks:
            answers, codes = self._answered(look, columns, len(rows))
            bad = {code: answer.wrongs for code, answer in enumerate(answers) if isinstance(answer, Bad)}
            for at, code in _rows_of(bad, codes):
                wrongs.setdefault(at, []).extend(bad[code])
            nothing = (None,) * len(look.names)
            told = [nothing if isinstance(answer, Bad) else answer for answer in answers]
            for n, (name, kind) in enumerate(zip(look.names, look.types, strict=True)):
                arrays[name] = pa.array([answer[n] for answer in told], kind).take(codes)
        return Seen(pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays)), wrongs)

    def _answered(self, look: Look, columns: Mapping[str, Column], length: int) -> tuple[list[Said | Bad], pa.Array]:
        """The answers of a look to each distinct combination of the cells it looks at, and each row's combination."""
        names = tuple(name for name in columns if _touches(name, look.paths))
        seen = [
            _presence(columns[name]) if look.presence and _is_within(name, look.paths) else columns[name]
            for name in names
        ]
        combined, codes = _combined(seen, length)
        ask, kept = self._asking(look, names), self._kept.setdefault((look, names), Kept())
        if kept.given_up:
            said = (column.all_said() for column in seen)
            values = ([own[place] for place in places] for own, places in zip(said, combined, strict=True))
            return [ask(row) for row in zip(*values, strict=True)], codes
        cells = [[column.cells[place] for place in places] for column, places in zip(seen, combined, strict=True)]
        answers: list[Said | Bad] = []
        for at, own in enumerate(zip(*cells, strict=True) if cells else [()]):
            answer = kept.answers.get(own)
            if answer is None:
                answer = ask([column.said(places[at]) for column, places in zip(seen, combined, strict=True)])
                kept.keep(own, answer)
            answers.append(answer)
        kept.review(len(answers))
        return answers, codes

    def _asking(self, look: Look, names: tuple[str, ...]) -> Callable[[Sequence[object]], Said | Bad]:
        """Puts a look to a row, given what its cells say."""
        if set(names) <= set(look.paths):  # fields of no field: they need not be put into objects
            fields: dict[str, object] = {}
            at = Flat(fields, self._on)

            def flat(row: Sequence[object]) -> Said | Bad:
                fields.update(zip(names, row, strict=True))
                return _told(look.answer(at))

            return flat
        nest = nesting(names)

        def nested(row: Sequence[object]) -> Said | Bad:
            whole = nest(row)
            return Bad((whole,)) if isinstance(whole, Wrong) else _told(look.answer(At(whole, self._on)))

        return nested


def _told(said: Said) -> Said | Bad:
    wrongs = [one for one in said if one.__class__ is Wrong]
    return Bad(tuple(wrongs)) if wrongs else said


def _column(texts: pa.Array, read: Callable[[str], object]) -> Column:
    encoded = texts.dictionary_encode(null_encoding="encode")
    cells = [None if not cell or cell.isspace() else cell for cell in encoded.dictionary.to_pylist()]
    return Column(cells, encoded.indices.cast(pa.int64()), read)


def _presence(column: Column) -> Column:
    """A column of which it only matters whether something stands there."""
    there = pa.array([int(cell is not None) for cell in column.cells], pa.int64())
    return Column([None, "given"], there.take(column.places), lambda _: True)


def _touches(column: str, paths: Iterable[str]) -> bool:
    """Whether what stands in a column belongs to one of the paths: the field itself, one above it, or one within."""
    return _is_within(column, paths) or any(path == column or path.startswith(f"{column}.") for path in paths)


def _is_within(column: str, paths: Iterable[str]) -> bool:
    return any(column.startswith(f"{path}.") for path in paths)


def _combined(columns: Sequence[Column], length: int) -> tuple[list[list[int]], pa.Array]:
    """The distinct combinations of places, column by column, and for each row which of them is its own.

    Where most rows differ in one column, each row is taken for a combination of its own.
    """
    if len(columns) == 1:
        return [list(range(len(columns[0].cells)))], columns[0].places
    if 2 * max((len(column.cells) for column in columns), default=0) > length:
        return [column.places.to_pylist() for column in columns], pa.array(range(length), pa.int64())
    combined: list[list[int]] = []
    codes = pa.array([0], pa.int64()).take(pa.array(bytes(length), pa.uint8()).cast(pa.int64()))
    for column in columns:
        width = len(column.cells) or 1
        paired = pc.add(pc.multiply(codes, width), column.places).dictionary_encode()
        pairs = paired.dictionary.to_pylist()
        combined = [[places[pair // width] for pair in pairs] for places in combined]
        combined.append([pair % width for pair in pairs])
        codes = paired.indices.cast(pa.int64())
    return combined, codes


def _rows_of(bad: Mapping[int, object], codes: pa.Array) -> Iterator[tuple[int, int]]:
    """The places of the rows whose combination is one of `bad`, each with that combination."""
    if bad:
        places = pc.indices_nonzero(pc.is_in(codes, pa.array(sorted(bad), pa.int64())))
        yield from zip(places.to_pylist(), codes.take(places).to_pylist(), strict=True)
