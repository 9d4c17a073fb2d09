"""Findings over columns: of a batch of rows, each distinct combination of cells is looked at once.

The functions that find are those that find in one request (`core.findings`); here they are given, of a row, the cells at
which they look, and the answer is taken to every row that has the same. A row of which something cannot be read is told
apart with the field and the reason, in the words that the check of one request has for it. Where rows come from is for
`files`; running over a whole file for `facts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from safeconduct.bulk.lowering import asked, shown
from safeconduct.core import findings, intake
from safeconduct.core.cells import nesting
from safeconduct.core.expression import Kind
from safeconduct.core.facts import Fact
from safeconduct.core.fields import LEFT_OUT, At, Flat, Found, Wrong
from safeconduct.core.intake import Intake

Read = Callable[[str, str], object]
"""Reads the cell of a column, given the column's path: a JSON value."""

Cells = tuple[str | None, ...]
"""The cells at which a look looks, in one row; None where nothing stands."""

Said = Sequence[object]
"""What a look says of a row: a value for each of its columns, or everything that is wrong, as `Wrong`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a look says of a row, told apart: a value for each of its columns (None where something is wrong); what is wrong."""

    values: Sequence[object]
    wrongs: tuple[Wrong, ...]


def _answer(said: Said, width: int) -> Answer:
    wrongs = tuple([one for one in said if isinstance(one, Wrong)])
    return Answer((None,) * width, wrongs) if wrongs else Answer(said, ())


_TYPES = {Kind.TRUTH: pa.bool_(), Kind.COUNT: pa.int64(), Kind.DAY: pa.int32(), Kind.CHOICE: pa.string()}
_MOST_KEPT, _TRIED, _SELDOM = 250_000, 50_000, 20
_LONGEST_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the cells of `paths`, answered in the columns `names` of these types.

    `presence` is set where it only matters whether something stands beneath the path.
    """

    paths: tuple[str, ...]
    names: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    answer: Callable[[At], Said]
    presence: bool = False


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


def looks(how: Intake) -> tuple[Look, ...]:
    """The looks that make of a row its line in a file of facts."""
    ids = Look(("request_id",), ("request_id",), (pa.string(),), _id)
    wholes = (Look((parent,), (), (), _whole(parent), presence=True) for parent in intake.parents(how.pack))
    items = Look(("items",), tuple(map(asked, how.pack.items)), (pa.bool_(),) * len(how.pack.items), _items(how))
    return (ids, *wholes, items, *(_finding(fact, how) for fact in shown(how.pack)))


def looked_at(how: Intake) -> frozenset[str]:
    """The paths of a request that something reads, and all above them; an asker hears of any other."""
    return frozenset(".".join(path) for path in intake.known(how.pack))


def merged(looks: Iterable[Look]) -> tuple[Look, ...]:
    """The looks, those at the same paths made one: what they look at is put together once."""
    alike: dict[tuple[tuple[str, ...], bool], list[Look]] = {}
    for look in looks:
        alike.setdefault((look.paths, look.presence), []).append(look)
    return tuple(_one(same) for same in alike.values())


def _one(looks: Sequence[Look]) -> Look:
    answers = [look.answer for look in looks]
    return Look(
        looks[0].paths,
        tuple(name for look in looks for name in look.names),
        tuple(kind for look in looks for kind in look.types),
        lambda at: [one for answer in answers for one in answer(at)],
        looks[0].presence,
    )


def _id(at: At) -> Said:
    return list(intake.wrong_id(at)) or [at.look("request_id")]


def _whole(parent: str) -> Callable[[At], Said]:
    return lambda at: list(intake.wrong_object(at, parent))


def _items(how: Intake) -> Callable[[At], Said]:
    def answer(at: At) -> Said:
        items, wrongs = intake.items_asked(at, how.pack)
        return wrongs or [item in (items or ()) for item in how.pack.items]

    return answer


def _finding(fact: Fact, how: Intake) -> Look:
    find = how.findings[fact.name]

    def answer(at: At) -> Said:
        found = find(at)
        return [found.value if isinstance(found, Found) else found]

    presence = findings.shape(fact) is None
    return Look(findings.looks_at(fact), (fact.name,), (_TYPES[fact.sort.kind],), answer, presence)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a batch: its distinct cells, what each says once it has been read, each row's place among them."""

    name: str
    cells: list[str | None]
    said: list[object]
    places: pa.Array

    def read(self, place: int, read: Read) -> object:
        """What the cell at `place` says."""
        if self.said[place] is _UNREAD:
            self.said[place] = read(self.name, self.cells[place] or "")
        return self.said[place]


_UNREAD = object()


class Kept:
    """What a look has answered so far; given up where the same is hardly ever asked again, as of names and addresses."""

    def __init__(self) -> None:
        self._answers: dict[Cells, Answer] = {}
        self._asked = self._known = 0
        self._given_up = False

    def get(self, cells: Cells) -> Answer | None:
        """The answer for such cells, where there is one."""
        answer = self._answers.get(cells)
        self._asked += 1
        self._known += answer is not None
        return answer

    def keep(self, cells: Cells, answer: Answer) -> None:
        """Keep an answer, but for long cells: what an asker sends must not fill the memory."""
        short = sum([len(cell) for cell in cells if cell]) <= _LONGEST_KEPT
        if short and not self._given_up and len(self._answers) < _MOST_KEPT:
            self._answers[cells] = answer

    def review(self) -> None:
        """Give up where keeping has not paid."""
        if self._asked > _TRIED and self._known * _SELDOM < self._asked:
            self._answers.clear()
            self._given_up = True


class Columns:
    """Looks at batches, one after another, under the law of the day `on`; keeps what it has seen of frequent cells."""

    def __init__(self, looks: Iterable[Look], on: int) -> None:
        self._looks, self._on = merged(looks), on
        self._kept: dict[tuple[Look, tuple[str, ...]], Kept] = {}

    def see(self, rows: pa.RecordBatch, numbers: pa.Array, read: Read) -> Seen:
        """Look at `rows`, whose columns are texts named by paths; `numbers` are the rows' own (int64)."""
        columns = {name: _column(rows.column(name), name) for name in rows.schema.names}
        arrays: dict[str, pa.Array] = {"row": numbers}
        wrongs: dict[int, list[Wrong]] = {}
        for look in self._looks:
            answers, codes = self._answered(look, columns, len(rows), read)
            for at, code in _rows_of({code for code, answer in enumerate(answers) if answer.wrongs}, codes):
                wrongs.setdefault(at, []).extend(answers[code].wrongs)
            for n, (name, kind) in enumerate(zip(look.names, look.types, strict=True)):
                arrays[name] = pa.array([answer.values[n] for answer in answers], kind).take(codes)
        return Seen(pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays)), wrongs)

    def _answered(
        self, look: Look, columns: Mapping[str, Column], length: int, read: Read
    ) -> tuple[list[Answer], pa.Array]:
        """The answers of a look to each distinct combination of the cells it looks at, and each row's combination."""
        names = tuple(name for name in columns if _touches(name, look.paths))
        seen = [
            _presence(columns[name]) if look.presence and _is_within(name, look.paths) else columns[name]
            for name in names
        ]
        combined, codes = _combined(seen, length)
        kept, put_together = self._kept.setdefault((look, names), Kept()), _put_together(names, look)
        answers = []
        for places in combined:
            cells = tuple([column.cells[place] for column, place in zip(seen, places, strict=True)])
            answer = kept.get(cells)
            if answer is None:
                at = put_together(
                    [column.read(place, read) for column, place in zip(seen, places, strict=True)], self._on
                )
                answer = _answer([at] if isinstance(at, Wrong) else look.answer(at), len(look.names))
                kept.keep(cells, answer)
            answers.append(answer)
        kept.review()
        return answers, codes


def _put_together(names: tuple[str, ...], look: Look) -> Callable[[list[object], int], At | Wrong]:
    """Makes of a row's values, on a day of the law, what a finding looks at.

    Fields by their paths, where it looks at each for itself; else one object within another.
    """
    if set(names) <= set(look.paths):
        return lambda values, on: Flat(
            {name: one for name, one in zip(names, values, strict=True) if one is not LEFT_OUT}, on
        )
    nest = nesting(names)

    def within(values: list[object], on: int) -> At | Wrong:
        whole = nest(values)
        return whole if isinstance(whole, Wrong) else At(whole, on)

    return within


def _column(texts: pa.Array, name: str) -> Column:
    encoded = texts.dictionary_encode(null_encoding="encode")
    cells = [None if not cell or cell.isspace() else cell for cell in encoded.dictionary.to_pylist()]
    said = [LEFT_OUT if cell is None else _UNREAD for cell in cells]
    return Column(name, cells, said, encoded.indices.cast(pa.int64()))


def _presence(column: Column) -> Column:
    """A column of which it only matters whether something stands there."""
    there = pa.array([int(cell is not None) for cell in column.cells], pa.int64())
    return Column(column.name, [None, "given"], [LEFT_OUT, True], there.take(column.places))


def _touches(column: str, paths: Iterable[str]) -> bool:
    """Whether what stands in a column belongs to one of the paths: the field itself, one above it, or one within."""
    return _is_within(column, paths) or any(path == column or path.startswith(f"{column}.") for path in paths)


def _is_within(column: str, paths: Iterable[str]) -> bool:
    return any(column.startswith(f"{path}.") for path in paths)


def _combined(columns: Sequence[Column], length: int) -> tuple[list[tuple[int, ...]], pa.Array]:
    """The distinct combinations of places in `columns`, and for each row the place of its own among them."""
    rows: list[tuple[int, ...]] = [()]
    codes = pa.array([0], pa.int64()).take(pa.array(bytes(length), pa.uint8()).cast(pa.int64()))
    for column in columns:
        width = len(column.cells) or 1
        paired = pc.add(pc.multiply(codes, width), column.places).dictionary_encode()
        rows = [(*rows[pair // width], pair % width) for pair in paired.dictionary.to_pylist()]
        codes = paired.indices.cast(pa.int64())
    return rows, codes


def _rows_of(bad: set[int], codes: pa.Array) -> Iterator[tuple[int, int]]:
    """The places of the rows whose combination is one of `bad`, each with that combination."""
    if bad:
        places = pc.indices_nonzero(pc.is_in(codes, pa.array(sorted(bad), pa.int64())))
        yield from zip(places.to_pylist(), codes.take(places).to_pylist(), strict=True)
