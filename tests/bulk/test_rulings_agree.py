"""The law in SQL against the interpreter and the reference: one ruling by every way, on the same random requests.

By each law of the sample's days and at each step the requests are written to a file of facts and ruled on by DuckDB, and
the outcome, the rules that failed, the rules that cannot be told and the items permitted are compared, request by request.

Then mistakes are planted. In the questions: every node of every question is spoilt in turn (`mistaken_sql`), and a mistake
must show in the ruling on some request of the sample, or else in no request at all: what it is taken to be over every
combination of the facts it turns on. In the mechanics: functions of `lowering` and `rulings` are replaced. In the words:
the pack that SQL is made from says something else. Mistakes in the other two ways are planted in
`core/test_law_against_reference.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sqlglot import exp

import reference
from mistaken_sql import mistaken
from mistaken_words import PAGES, TABLES, Mistake, in_a_page, in_a_table
from random_requests import (
    DECIDED,
    ON_WHICH_LAW_IS_NAMED,
    PACK,
    STATED,
    TURNS,
    WOULD_PASS,
    Reference,
    Request,
    Sample,
    Value,
    dated,
    laid_out,
    lasting,
    program,
    values,
)
from ruled_in_bulk import Batch, InBulk, Told, batches, by_program, by_reference, in_bulk, ruled, table, write
from safeconduct.bulk import lowering, packing, rulings
from safeconduct.bulk.lowering import Lowered, UnderReading
from safeconduct.core.expression import Among, And, Constant, Days, Node, Not, Or, Ref, Term
from safeconduct.core.facts import LAW_ON, Step
from safeconduct.core.faults import PackFault
from safeconduct.core.law import Law
from safeconduct.core.readings import NO_READING
from safeconduct.core.rules import AUTHORITY, Rule

FIRST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Bulk:
    """A sample ruled on in SQL, batch by batch."""

    sample: Sample
    ruled: list[InBulk] = field(repr=False)

    def unlike(self) -> list[str]:
        """What SQL tells otherwise than the other two."""
        return [line for one in self.ruled for line in differences(one, self.sample)]


def differences(one: InBulk, sample: Sample) -> list[str]:
    """The requests of a batch of which SQL tells otherwise than the interpreter or the reference, a line each."""
    by_way = ((by_program(sample.rulings[at]), by_reference(sample.theirs[at])) for at in one.batch.places)
    told = zip(one.batch.places, one.told, by_way, strict=True)
    return [f"{sample.requests[at]}: {ours}, {others}" for at, ours, others in told if {ours} != set(others)]


def bulk(sample: Sample, folder: Path) -> Bulk:
    return of_batches(sample, batches(sample), folder)


def of_batches(sample: Sample, some: Iterable[Batch], folder: Path) -> Bulk:
    found = [
        in_bulk(batch, [sample.requests[at] for at in batch.places], folder / f"{number}.parquet")
        for number, batch in enumerate(some)
    ]
    lasting()
    return Bulk(sample, found)


def each_law_once(some: Iterable[Batch]) -> list[Batch]:
    """Of the batches those of the first day of each law, where laws that differ in the day alone are one.

    What the rules that name the day make of it is asked of every day of the other samples.
    """
    first: dict[object, Batch] = {}
    for batch in sorted(some, key=lambda batch: batch.law.on):
        first.setdefault((batch.step, *_standing(batch.law)), batch)
    return list(first.values())


def _standing(of: Law) -> Iterator[object]:
    """The orders, readings and rules of a law, those rules by name alone that name the day."""
    dated = {rule.id for rule in of.pack.rules if LAW_ON in rule.facts}
    yield from (order.name for order in of.orders)
    yield from (reading.name for reading in of.readings)
    for rule in itertools.chain(of.rules, *of.item_rules.values()):
        yield rule.id if rule.id.partition("[")[0] in dated else rule


@pytest.fixture(scope="module")
def decided_in_sql(sides_taken: Sample, tmp_path_factory: pytest.TempPathFactory) -> Bulk:
    return bulk(sides_taken, tmp_path_factory.mktemp("facts"))


# They agree


def test_sql_interpreter_and_reference_agree_on_every_request(shipped: Sample, tmp_path: Path) -> None:
    assert bulk(shipped, tmp_path).unlike() == []


def test_they_agree_too_where_readings_decide_every_contested_word(decided_in_sql: Bulk) -> None:
    assert decided_in_sql.unlike() == []


def test_they_agree_too_where_two_readings_are_in_force_and_the_stricter_rules(
    both_readings: Sample, tmp_path: Path
) -> None:
    ruled = of_batches(both_readings, each_law_once(batches(both_readings)), tmp_path)
    assert {len(one.lowered.readings) for one in ruled.ruled} == {1, 2}
    assert ruled.unlike() == []


def test_they_agree_too_where_orders_bear_on_some_items_alone_and_one_has_given_way(
    parted_orders: Sample, tmp_path: Path
) -> None:
    ruled = of_batches(parted_orders, each_law_once(batches(parted_orders)), tmp_path)
    assert ruled.unlike() == []


# Mistakes in the questions


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of some laws: its number in each batch where it is asked, and whether it weighs there if unknown."""

    question: exp.Expr
    numbers: dict[int, int]
    weighs: set[bool]


def asked(ruled: Sequence[InBulk]) -> list[Asked]:
    """The distinct questions of the laws; of those that name the day of the law, those of the day on which they are tried."""
    found: dict[exp.Expr, Asked] = {}
    for batch, one in enumerate(ruled):
        for number, question in enumerate(one.lowered.questions):
            if _of_another_day(question):
                continue
            each = found.setdefault(question, Asked(question, {}, set()))
            each.numbers[batch] = number
            each.weighs.update(rule.step <= one.lowered.step for rule in _asking(one, number))
    return list(found.values())


def _of_another_day(question: exp.Expr) -> bool:
    days = {int(one.this) for one in question.find_all(exp.Literal) if one.is_int and int(one.this) > 600_000}
    return bool(days - {ON_WHICH_LAW_IS_NAMED})


def _asking(one: InBulk, number: int) -> Iterator[Rule]:
    for reading in one.lowered.readings:
        rules = itertools.chain(reading.own, *reading.of_items.values())
        yield from (rule for rule, asks in rules if asks == number)


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A question with a mistake in it."""

    asked: Asked
    what: str
    wrong: exp.Expr

    def parts(self) -> tuple[str, str]:
        """The question and its mistaken form, as far as either can weigh."""
        return self._weighing(self.asked.question), self._weighing(self.wrong)

    def _weighing(self, form: exp.Expr) -> str:
        told = form if True in self.asked.weighs else exp.func("COALESCE", form, exp.false())
        return told.sql(dialect="duckdb")


def test_every_mistake_in_a_question_is_found_or_shown_to_be_none(decided_in_sql: Bulk) -> None:
    planted = [Spoilt(each, *wrong) for each in asked(decided_in_sql.ruled) for wrong in mistaken(each.question)]
    with duckdb.connect(config={"threads": 1}) as connection:
        shown = showing(planted, decided_in_sql, connection)
        missed = [each for each, rows in zip(planted, shown, strict=True) if not found(each, rows, decided_in_sql)]
        unproven = [f"{each.what}, in {each.asked.question}" for each in missed if not is_none(each, connection)]
    assert unproven == []
    assert len(planted) - len(missed) > 1600


Row = tuple[int, int]
"""A request's place in the sample, and the bits of an answer to it."""


def showing(planted: Sequence[Spoilt], of: Bulk, connection: duckdb.DuckDBPyConnection) -> Iterator[list[Row]]:
    """For each mistake the requests to whose question it gives another answer, the first thousands, with that answer."""
    batch = {at: number for number, one in enumerate(of.ruled) for at in one.batch.places}
    batch_of = pa.array([batch[at] for at in range(len(batch))])
    connection.register("facts", table(of.sample.requests))
    for several in _batched(planted, 300):
        parts = [each.parts() for each in several]
        forms = list(dict.fromkeys(itertools.chain(*parts)))
        query = f"SELECT {', '.join(forms)} FROM facts"  # noqa: S608 - of our own making
        answers = connection.sql(query).to_arrow_table().columns
        bits = dict(zip(forms, map(_bits, answers), strict=True))
        for each, (right, wrong) in zip(several, parts, strict=True):
            asked_there = pc.is_in(batch_of, pa.array(each.asked.numbers))
            differs = pc.not_equal(bits[right], bits[wrong])
            places = pc.indices_nonzero(pc.and_(asked_there, differs))[:FIRST_ROWS]
            yield list(zip(places.to_pylist(), bits[wrong].take(places).to_pylist(), strict=True))


def _bits(answers: pa.ChunkedArray) -> pa.Array:
    """Answers as they stand in a mask: 1 failed, 2 unknown, else 0."""
    return answers.combine_chunks().cast(pa.int8()).fill_null(2)


def _batched(planted: Sequence[Spoilt], size: int) -> Iterator[Sequence[Spoilt]]:
    yield from (planted[begin : begin + size] for begin in range(0, len(planted), size))


def found(each: Spoilt, rows: Iterable[Row], of: Bulk) -> bool:
    """Whether what SQL tells of some row is wrong with the mistake."""
    return any(_told_wrong(each, place, bits, of) for place, bits in rows)


def _told_wrong(each: Spoilt, place: int, bits: int, of: Bulk) -> bool:
    number, one = next((number, one) for number, one in enumerate(of.ruled) if place in one.rows)
    wrong = with_bits(one.words[one.rows[place]], each.asked.numbers[number], bits)
    return by_program(lowering.ruling(one.lowered, wrong)) != by_reference(of.sample.theirs[place])


def with_bits(words: Sequence[int], number: int, bits: int) -> list[int]:
    """The words of a row's masks with other bits for one answer."""
    word, shift = divmod(2 * number, 8 * lowering.BYTES)
    return [w & ~(3 << shift) | bits << shift if at == word else w for at, w in enumerate(words)]


def is_none(each: Spoilt, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the mistake changes no answer, whatever the facts: it is tried on all their combinations."""
    names = sorted({column.name for column in each.asked.question.find_all(exp.Column)})
    day = date.fromisoformat(TURNS[0]).toordinal()
    facts = ((name, [dated(name, value, day) for value in values(name)]) for name in names)
    every = ", ".join(f"(SELECT unnest({_list(of)}) AS {exp.to_identifier(name, quoted=True)})" for name, of in facts)
    right, wrong = each.parts()
    differs = f"({right}) IS DISTINCT FROM ({wrong})"
    query = f"SELECT count(*) FROM {every or '(SELECT 1)'} WHERE {differs}"  # noqa: S608 - of our own making
    return connection.execute(query).fetchone() == (0,)


def _list(values: Iterable[Value]) -> str:
    return exp.array(*(exp.convert(value) for value in values)).sql(dialect="duckdb")


# Mistakes in the mechanics: each is found on some hundred requests at each step, and under the law of fewer items


ITEMS = ("mailing_address", "wages_from_employer", "return", "tin")
MOST = 180


@dataclass(frozen=True, slots=True)
class Few:
    """Some requests of a batch as a file of facts, and what the reference tells of them."""

    batch: Batch
    lowered: Lowered
    file: Path
    told: list[Told]

    def in_sql(self, *, lowered: bool) -> list[Told]:
        """What SQL tells of them, the law lowered anew or as it was."""
        law_in_sql = self.lowered if lowered else lowering.lower(self.batch.law, self.batch.step)
        return ruled(self.batch, law_in_sql, self.file).told


@pytest.fixture(scope="module")
def few(decided_in_sql: Bulk, tmp_path_factory: pytest.TempPathFactory) -> list[Few]:
    found = [one.batch for one in decided_in_sql.ruled]
    largest = [max((b for b in found if b.step is step), key=lambda b: len(b.places)) for step in reversed(Step)]
    before = next(batch for batch in found if batch.law.readings == (NO_READING,))
    folder = tmp_path_factory.mktemp("few")
    return [some_of(batch, decided_in_sql.sample, folder) for batch in (*largest, before)]


def some_of(batch: Batch, sample: Sample, folder: Path) -> Few:
    """Some hundred requests of the batch, under the law of fewer items."""
    asks_few = [at for at in batch.places if set(sample.requests[at].asked or ()) <= set(ITEMS)]
    return all_of(Batch(narrowed(batch.law, ITEMS), batch.step, asks_few[:: -(-len(asks_few) // MOST)]), sample, folder)


def narrowed(whole: Law, items: Iterable[str]) -> Law:
    """The law for no other items than these."""
    kept = list(items)
    pack = replace(whole.pack, items={item: whole.pack.items[item] for item in kept})
    return replace(whole, pack=pack, item_rules={item: whole.item_rules[item] for item in kept})


def all_of(batch: Batch, sample: Sample, folder: Path) -> Few:
    """The requests of the batch."""
    file = folder / f"{batch.law.on}-{batch.step.name}.parquet"
    write([sample.requests[at] for at in batch.places], file)
    told = [by_reference(sample.theirs[at]) for at in batch.places]
    return Few(batch, lowering.lower(batch.law, batch.step), file, told)


COMPARED = vars(lowering)["_COMPARED"]
RIGHT = {**vars(rulings), **vars(lowering)}
Settled = Mapping[str, bool | None]
Bits = frozenset[int]


def _made(node: Node, settled: Settled) -> exp.Expr:
    made: exp.Expr = RIGHT["sql"](node, settled)
    return made


def _taken_for(truth: exp.Expr) -> object:
    """Every truth, where unknown, taken for `truth`."""
    return lambda node, settled: exp.func("COALESCE", _made(node, settled), truth.copy())


def _for(kind: type[And | Or], wrong: type[And | Or]) -> object:
    return lambda node, settled: _made(wrong(node.of) if isinstance(node, kind) else node, settled)


def _not_in(node: Node, settled: Settled) -> exp.Expr:
    return exp.not_(_made(node, settled)) if isinstance(node, Among) else _made(node, settled)


def _without_not(node: Node, settled: Settled) -> exp.Expr:
    return _made(node.of if isinstance(node, Not) else node, settled)


def _reversed(term: Term, settled: Settled) -> exp.Expr:
    made: exp.Expr = RIGHT["_term"](Days(term.since, term.to) if isinstance(term, Days) else term, settled)
    return made


def _one_more(term: Term, settled: Settled) -> exp.Expr:
    made: exp.Expr = RIGHT["_term"](Constant(term.value + 1) if isinstance(term, Constant) else term, settled)
    return made


def _question(
    *, scope: bool = True, unnamed: exp.Expr | None = None, when: bool = True, needs: bool = True, contrary: bool = True
) -> object:
    """The question of a rule, some parts left out; `unnamed` is what is said where no authority is named."""

    def question(rule: Rule, settled: Settled) -> exp.Expr:
        applies, needed = lowering.sql(rule.when, settled), lowering.sql(rule.needs, settled)
        parts = [applies] * when + [exp.not_(needed) if contrary else needed] * needs
        if rule.scope and scope:
            named = lowering.sql(Among(Ref(AUTHORITY), rule.scope), settled)
            parts = [named if unnamed is None else exp.func("COALESCE", named, unnamed.copy()), *parts]
        return exp.and_(*parts)

    return question


def _settled(change: Callable[[Settled], Settled]) -> object:
    return lambda rule, settled: RIGHT["_question"](rule, change(settled))


def _only_readings(settled: Settled) -> Settled:
    """Facts of later steps are known before."""
    return {name: truth for name, truth in settled.items() if name not in STATED}


def _no_search(settled: Settled) -> Settled:
    """What the search of the register shows is never known."""
    return {**settled, **{name: None for name, fact in PACK.facts.items() if fact.step == "search"}}


def _answered(answer: Callable[[bool | None], bool | None]) -> Callable[[Settled], Settled]:
    """The answers of a reading, each turned."""
    return lambda settled: {name: truth if name in STATED else answer(truth) for name, truth in settled.items()}


def _under(change: Callable[[UnderReading], UnderReading]) -> object:
    return lambda *of: change(RIGHT["_under"](*of))


def _anothers_rules(under: UnderReading) -> UnderReading:
    """Two items have each other's rules."""
    one, other, *_ = ITEMS
    return replace(under, of_items={**under.of_items, one: under.of_items[other], other: under.of_items[one]})


def _anothers_numbers(under: UnderReading) -> UnderReading:
    """Each rule has the number of the next."""
    rules, numbers = zip(*under.own, strict=True)
    return replace(under, own=tuple(zip(rules, (*numbers[1:], numbers[0]), strict=True)))


def _two_bits(failed: int, unknown: int, neither: int, width: int = 2) -> object:
    """The bits of an answer as they should not be."""

    def bits(answer: exp.Expr, shift: int) -> exp.Expr:
        said = [
            exp.cast(exp.Literal.number(code << shift * width // 2), exp.DType.UTINYINT)
            for code in (failed, unknown, neither)
        ]
        return exp.case().when(answer, said[0]).when(answer.is_(exp.null()), said[1]).else_(said[2])

    return bits


def _lighter(answers: list[str]) -> Iterator[exp.Expr]:
    """Every byte but the first weighs half."""
    for word in RIGHT["_words"](answers):
        yield word.transform(
            lambda node: (
                exp.Literal.number(int(node.this) // 2)
                if isinstance(node, exp.Literal) and int(node.this) > 255
                else node
            )
        )


def _weighed(change: Callable[[Bits, Bits, list[str], Step], tuple[Bits, Bits, list[str], Step]]) -> object:
    return lambda under, *of: RIGHT["_weighed"](under, *change(*of))


def _columns(change: Callable[[list[list[object]]], list[list[object]]]) -> object:
    return lambda ruled: change(list(RIGHT["_columns"](ruled)))


IN_SQL: Mapping[str, tuple[object, str, object]] = {
    "unknown is false": (lowering, "sql", _taken_for(exp.false())),
    "and is or": (lowering, "sql", _for(And, Or)),
    "in is not in": (lowering, "sql", _not_in),
    "not is lost": (lowering, "sql", _without_not),
    "days are reversed": (lowering, "_term", _reversed),
    "> is >=": (lowering, "_COMPARED", {**COMPARED, ">": exp.GTE}),
    "<= is <": (lowering, "_COMPARED", {**COMPARED, "<=": exp.LT}),
    "what is not known yet is false": (lowering, "_truth", lambda truth: exp.true() if truth else exp.false()),
    "what is not known yet is true": (lowering, "_truth", lambda truth: exp.false() if truth is False else exp.true()),
    "a rule belongs to all": (lowering, "_question", _question(scope=False)),
    "a rule belongs to whoever names no authority": (lowering, "_question", _question(unnamed=exp.true())),
    "a rule applies always": (lowering, "_question", _question(unnamed=exp.false(), when=False)),
    "a rule fails whatever it needs": (lowering, "_question", _question(unnamed=exp.false(), needs=False)),
    "later facts are known before": (lowering, "_question", _settled(_only_readings)),
    "the search shows nothing": (lowering, "_question", _settled(_no_search)),
    "a reading decides nothing": (lowering, "_question", _settled(_answered(lambda _: None))),
    "a reading says the contrary": (lowering, "_question", _settled(_answered(lambda truth: not truth))),
    "an item has another's rules": (lowering, "_under", _under(_anothers_rules)),
    "a rule has another's answer": (lowering, "_under", _under(_anothers_numbers)),
    "a request has no rules of its own": (lowering, "_under", _under(lambda under: replace(under, own=()))),
    "items have no rules": (
        lowering,
        "_under",
        _under(lambda under: replace(under, of_items=dict.fromkeys(under.of_items, ()))),
    ),
    "failed and unknown are swapped": (lowering, "_two_bits", _two_bits(2, 1, 0)),
    "unknown is failed in the mask": (lowering, "_two_bits", _two_bits(1, 1, 0)),
    "unknown is nothing in the mask": (lowering, "_two_bits", _two_bits(1, 0, 0)),
    "answers overlap": (lowering, "_two_bits", _two_bits(1, 2, 0, width=1)),
    "answers stand in reverse in a byte": (lowering, "_byte", lambda answers: RIGHT["_byte"](answers[::-1])),
    "answers stand in reverse": (lowering, "_words", lambda answers: RIGHT["_words"](answers[::-1])),
    "two answers are swapped": (
        lowering,
        "_words",
        lambda answers: RIGHT["_words"]([answers[1], answers[0], *answers[2:]]),
    ),
    "words are swapped": (lowering, "_words", lambda answers: reversed(list(RIGHT["_words"](answers)))),
    "bytes weigh half": (lowering, "_words", _lighter),
    "another item is asked for": (lowering, "asked", lambda item: RIGHT["asked"](ITEMS[ITEMS.index(item) - 1])),
    "questions are counted from one": (lowering, "_numbers", lambda mask: {at + 1 for at in RIGHT["_numbers"](mask)}),
    "only the first item is ruled on": (
        lowering,
        "_weighed",
        _weighed(lambda failed, unknown, items, step: (failed, unknown, items[:1], step)),
    ),
    "what is open is weighed": (
        lowering,
        "_weighed",
        _weighed(lambda failed, unknown, items, _: (failed, unknown, items, Step.REVIEW)),
    ),
    "only what a request shows is weighed": (
        lowering,
        "_weighed",
        _weighed(lambda failed, unknown, items, _: (failed, unknown, items, Step.REQUEST)),
    ),
    "unknown is taken to fail": (
        lowering,
        "_weighed",
        _weighed(lambda failed, unknown, items, step: (failed | unknown, unknown, items, step)),
    ),
    "unknown is taken to be met": (
        lowering,
        "_weighed",
        _weighed(lambda failed, _, items, step: (failed, frozenset(), items, step)),
    ),
    "failed is taken for unknown": (
        lowering,
        "_weighed",
        _weighed(lambda failed, unknown, items, step: (frozenset(), failed | unknown, items, step)),
    ),
    "the lists are swapped": (rulings, "_columns", _columns(lambda told: [told[0], told[2], told[1], told[3]])),
    "every item is permitted": (rulings, "_columns", _columns(lambda told: [*told[:3], [list(ITEMS)] * len(told[0])])),
    "a row has the ruling of another": (
        rulings,
        "_columns",
        _columns(lambda told: [[*column[1:], column[0]] for column in told]),
    ),
    "only the first word is joined": (rulings, "masks", lambda lowered: RIGHT["masks"](lowered)[:1]),
}

AFTERWARDS = {"_two_bits", "_byte", "_words", "asked", "_numbers", "_weighed", "_columns", "masks"}
"""The law is lowered before these are asked."""


def test_the_few_requests_agree_where_nothing_is_spoilt(few: list[Few]) -> None:
    assert all(some.in_sql(lowered=False) == some.told for some in few)
    assert sum(len(some.told) for some in few) > 150


@pytest.mark.parametrize("mistake", IN_SQL)
def test_a_mistake_in_the_mechanics_of_sql_is_found(
    mistake: str, few: list[Few], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, name, wrong = IN_SQL[mistake]
    monkeypatch.setattr(where, name, wrong)
    assert any(some.in_sql(lowered=name in AFTERWARDS) != some.told for some in few)


# Mistakes in the packing: found on requests of which each differs from the first in one thing alone


def neighbours(step: Step) -> Iterator[Request]:
    """A request that would pass, and those that differ from it in one fact, or in what they ask for."""
    day = date.fromisoformat(TURNS[0]).toordinal() + 1
    facts = {name: dated(name, value, day) for name, value in WOULD_PASS.items()}
    for name in STATED:
        for value in values(name):
            yield Request("", {**facts, name: dated(name, value, day)}, ITEMS[:1], step, day)
    for wanted in (*itertools.combinations(ITEMS, 1), *itertools.combinations(ITEMS, 2), (), None):
        yield Request("", facts, wanted, step, day)


@pytest.fixture(scope="module", params=Step, ids=lambda step: step.name.lower())
def alike(request: pytest.FixtureRequest, sides_taken: Sample, tmp_path_factory: pytest.TempPathFactory) -> Few:
    near = list(neighbours(request.param))
    by_it = narrowed(program(sides_taken.folder).law_of(near[0].day), ITEMS)
    file = tmp_path_factory.mktemp("alike") / "facts.parquet"
    write(near, file)
    told = [by_reference(sides_taken.slow.ruling(each)) for each in near]
    return Few(Batch(by_it, request.param, list(range(len(near)))), lowering.lower(by_it, request.param), file, told)


PACKED = {**vars(packing)}


def _fewer_digits(kept: Callable[[int], bool]) -> object:
    """The digits that tell rows apart, fewer of them: those of so many values."""
    return lambda *of: (digit for digit in PACKED["_digits"](*of) if kept(digit[1]))


def _unknown_is(share: int) -> Callable[[exp.Expr], packing.Digit]:
    """A truth of which unknown has the digit of false, 0, or true, 1."""

    def truth(said: exp.Expr) -> packing.Digit:
        known = exp.func("COALESCE", said, exp.convert(bool(share)))
        digit: packing.Digit = PACKED["_truth"](known)
        return digit

    return truth


IN_PACKING: Mapping[str, tuple[str, object]] = {
    "the items asked for tell no rows apart": ("_digits", _fewer_digits(lambda values: values != 2)),
    "truths and comparisons tell no rows apart": ("_digits", _fewer_digits(lambda values: values != 3)),
    "choices tell no rows apart": ("_digits", _fewer_digits(lambda values: values <= 3)),
    "the first that a question turns on tells no rows apart": (
        "_digits",
        lambda *of: itertools.islice(PACKED["_digits"](*of), 1, None),
    ),
    "digits overlap": (
        "_digits",
        lambda *of: ((digit, max(values - 1, 2)) for digit, values in PACKED["_digits"](*of)),
    ),
    "every truth weighs the same": ("_then", lambda truth, weight: PACKED["_then"](truth, min(weight, 2))),
    "every column is passed over": ("_only", lambda *_: None),
    "unknown is packed as false": ("_truth", _unknown_is(0)),
    "unknown is packed as true": ("_truth", _unknown_is(1)),
    "the last member is packed as unknown": ("_choice", lambda said, members: PACKED["_choice"](said, members[:-1])),
    "the first member is packed as unknown": ("_choice", lambda said, members: PACKED["_choice"](said, members[1:])),
    "the last member is taken for unknown": (
        "choices",
        lambda lowered: {
            fact.name: exp.case().when(
                lowering.column(fact.name).isin(*fact.sort.members[:-1]), lowering.column(fact.name)
            )
            for fact in lowered.law.pack.facts.values()
            if fact.name in PACKED["choices"](lowered)
        },
    ),
    "comparisons of one sign are not told apart": ("_COMPARISONS", (exp.LTE,)),
    "facts of later steps have no members": (
        "_members",
        lambda lowered: {
            fact.name: fact.sort.members[:1] if fact.step else members
            for name, members in PACKED["_members"](lowered).items()
            for fact in [lowered.law.pack.facts[name]]
        },
    ),
}


def test_requests_that_differ_in_one_thing_alone_are_told_as_the_reference_tells_them(alike: Few) -> None:
    assert alike.in_sql(lowered=True) == alike.told


@pytest.mark.parametrize("mistake", IN_PACKING)
@pytest.mark.parametrize("alike", [Step.REVIEW], indirect=True, ids=["review"])
def test_a_mistake_in_the_packing_is_found(mistake: str, alike: Few, monkeypatch: pytest.MonkeyPatch) -> None:
    name, wrong = IN_PACKING[mistake]
    monkeypatch.setattr(rulings if name == "choices" else packing, name, wrong)
    assert alike.in_sql(lowered=True) != alike.told


# Mistakes in the words that SQL is made from


@pytest.mark.parametrize("file", [*PAGES, *TABLES][::2])
def test_a_mistake_in_the_words_that_sql_is_made_from_is_found_and_in_both_they_agree(
    file: str, sides_taken: Sample, tmp_path: Path
) -> None:
    mistakes = list((in_a_page if file in PAGES else in_a_table)(file, DECIDED[file]))
    for mistake in mistakes[len(mistakes) // 2 :] + mistakes:
        wrong = Reference(reference.pack(mistake.words))
        alike = told_otherwise(mistake, wrong, sides_taken)
        law_in_both = alike and _law(laid_out(mistake.words, tmp_path), sides_taken.requests[alike[0]].day)
        if law_in_both:
            some = of_one_law(law_in_both, alike, sides_taken, tmp_path)
            told = some.in_sql(lowered=True)
            assert told != some.told, mistake.says
            assert told == [by_reference(wrong.ruling(sides_taken.requests[at])) for at in alike], mistake.says
            return
    pytest.fail("no mistake was planted")


def told_otherwise(mistake: Mistake, wrong: Reference, sample: Sample) -> list[int]:
    """The requests round the rules with the mistake on a day and at a step where one is told otherwise with it."""
    near = sample.places(mistake.rules)
    for at in near:
        request = sample.requests[at]
        if by_reference(wrong.ruling(request)) != by_reference(sample.theirs[at]):
            when = request.day, request.step
            return [at for at in near if (sample.requests[at].day, sample.requests[at].step) == when]
    return []


def _law(folder: Path, day: int) -> Law | None:
    """The law by the pack in the folder, where the program does not refuse it, as it must some."""
    try:
        return program(folder).law_of(day)
    except PackFault:
        return None


def of_one_law(law_with_it: Law, places: list[int], sample: Sample, folder: Path) -> Few:
    asked = {item for at in places for item in sample.requests[at].asked or ()}
    batch = Batch(narrowed(law_with_it, asked), sample.requests[places[0]].step, places)
    return all_of(batch, sample, folder)
