"""The tree in SQL, node by node, over known and unknown facts; the words of a mask; the files that are ruled on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from random_requests import FOLDER, PACK, WOULD_PASS, Request, dated, program
from ruled_in_bulk import table
from safeconduct.bulk import rulings
from safeconduct.bulk.lowering import BYTES, Lowered, asked, lower, masks, shown, sql
from safeconduct.bulk.packing import constant
from safeconduct.core import expression
from safeconduct.core.expression import (
    SIGNS,
    Among,
    And,
    Compare,
    Constant,
    Days,
    Kind,
    Node,
    Not,
    Or,
    Ref,
    Sort,
    Value,
)
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.law import Law
from safeconduct.core.readings import NO_READING
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY, Outcome, Rule

A, B, C = Ref("a.truth"), Ref("b.truth"), Ref("c.truth")
FEW, MANY, SINCE, TO, WORD = Ref("a.count"), Ref("b.count"), Ref("a.day"), Ref("b.day"), Ref("a.word")
VALUES: Mapping[Ref, tuple[Value, ...]] = {
    **dict.fromkeys((A, B, C), (True, False, None)),
    **dict.fromkeys((FEW, MANY), (0, 1, 2, None)),
    **dict.fromkeys((SINCE, TO), (100, 190, 191, None)),
    WORD: ("red", "it's", "none", None),
}
TYPES = {"truth": pa.bool_(), "count": pa.int32(), "day": pa.int32(), "word": pa.string()}
NODES: Mapping[str, Node] = {
    "a truth": A,
    "true": expression.TRUE,
    "false": expression.FALSE,
    "one member": Among(WORD, frozenset({"red"})),
    "two members": Among(WORD, frozenset({"red", "none"})),
    "a member with a quotation mark": Among(WORD, frozenset({"it's"})),
    "not": Not(A),
    "not not": Not(Not(A)),
    "not a member": Not(Among(WORD, frozenset({"red", "none"}))),
    "both": And((A, B)),
    "all of three": And((A, B, C)),
    "either": Or((A, B)),
    "one of three": Or((A, B, C)),
    "or beneath and": And((A, Or((B, C)))),
    "and beneath or": Or((A, And((B, C)))),
    "not beneath and": And((Not(A), B)),
    "and beneath not": Not(And((A, Or((B, C))))),
    "or beneath not": Not(Or((A, And((B, C))))),
    "not a comparison": Not(Compare(FEW, ">", Constant(1))),
    "a truth or its contrary": Or((A, Not(A))),
    "a truth and its contrary": And((A, Not(A))),
    "and true": And((expression.TRUE, A)),
    "or false": Or((expression.FALSE, A)),
    **{f"a count {sign} a number": Compare(FEW, sign, Constant(1)) for sign in SIGNS},
    **{f"a number {sign} a count": Compare(Constant(1), sign, FEW) for sign in SIGNS},
    **{f"a count {sign} another": Compare(FEW, sign, MANY) for sign in SIGNS},
    **{f"a day {sign} another": Compare(SINCE, sign, TO) for sign in SIGNS},
    **{f"days {sign} a number": Compare(Days(TO, SINCE), sign, Constant(90)) for sign in SIGNS},
    "a number > days": Compare(Constant(90), ">", Days(TO, SINCE)),
    "days > a count": Compare(Days(TO, SINCE), ">", FEW),
}
ENGINE = duckdb.connect(config={"threads": 1})


def rows(node: Node) -> list[dict[str, Value]]:
    """Every combination of the facts on which `node` rests."""
    refs = [ref for ref in VALUES if ref.name in expression.facts_of(node)]
    names = [ref.name for ref in refs]
    return [dict(zip(names, row, strict=True)) for row in itertools.product(*(VALUES[ref] for ref in refs))]


def in_sql(node: Node, facts: Sequence[Mapping[str, Value]], settled: Mapping[str, bool | None]) -> list[bool | None]:
    """What SQL makes of `node` on each row of facts."""
    names = list(facts[0])
    columns = {name: pa.array([row[name] for row in facts], TYPES[name.partition(".")[2]]) for name in names}
    held = pa.table({"row": list(range(len(facts))), **columns})
    query = f"SELECT {sql(node, settled).sql(dialect='duckdb')} FROM held ORDER BY row"  # noqa: S608 - of our own making
    ENGINE.register("held", held)
    return [truth for (truth,) in ENGINE.execute(query).fetchall()]


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_every_node_is_in_sql_what_it_is_to_the_interpreter_whatever_is_unknown(node: Node) -> None:
    facts = rows(node)
    assert in_sql(node, facts, {}) == [expression.value(node, row) for row in facts]


def test_every_node_that_can_be_unknown_is_unknown_of_some_facts_and_known_of_others() -> None:
    truths = {name: {expression.value(node, row) for row in rows(node)} for name, node in NODES.items()}
    assert {name for name, found in truths.items() if None not in found} == {"true", "false"}
    assert all(found - {None} for found in truths.values())
    certain = {"true", "false", "a truth or its contrary", "a truth and its contrary"}
    assert {name for name, found in truths.items() if len(found) == 3} == set(NODES) - certain


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_a_fact_of_a_later_step_is_unknown_whatever_its_column_holds(node: Node) -> None:
    facts = rows(node)
    for later in expression.facts_of(node):
        known = [{**row, later: None} for row in facts]
        assert in_sql(node, facts, {later: None}) == [expression.value(node, row) for row in known]


@pytest.mark.parametrize("node", [node for node in NODES.values() if A.name in expression.facts_of(node)])
@pytest.mark.parametrize("answer", [True, False, None])
def test_a_contested_word_has_the_value_of_the_reading(node: Node, answer: bool | None) -> None:  # noqa: FBT001 - a truth value
    facts = rows(node)
    known = [{**row, A.name: answer} for row in facts]
    assert in_sql(node, facts, {A.name: answer}) == [expression.value(node, row) for row in known]


def test_trees_at_random_are_in_sql_what_they_are_to_the_interpreter() -> None:
    dice = Random(64)  # noqa: S311 - chance without secrets, and the same in each run
    for _ in range(60):
        node = Or((at_random(dice, 4), And((A, B, C))))
        facts = dice.sample(every := rows(node), min(len(every), 200))
        assert in_sql(node, facts, {}) == [expression.value(node, row) for row in facts], node


def at_random(dice: Random, depth: int) -> Node:
    if depth == 0 or dice.random() < 0.1:
        return dice.choice((A, B, C, Compare(FEW, dice.choice(list(SIGNS)), Constant(1)), NODES["two members"]))
    parts = tuple(at_random(dice, depth - 1) for _ in range(dice.choice((2, 3))))
    return dice.choice((And(parts), Or(parts), Not(parts[0])))


# The words of a mask


def of_many(rules: int, items: int, pack: Pack) -> Law:
    """A law of so many rules, each on a fact of its own, for so many items."""
    fact = next(fact for fact in pack.facts.values() if fact.established_by is EstablishedBy.ASKER)
    item = next(iter(pack.items.values()))
    of_many_items = {f"item_{number}": replace(item, name=f"item_{number}") for number in range(items)}
    facts = {f"fact.{number}": replace(fact, name=f"fact.{number}", sort=Sort(Kind.TRUTH)) for number in range(rules)}
    needed = tuple(replace(_rule(pack), id=name, needs=Ref(name)) for name in facts)
    return Law(
        pack=replace(pack, facts={AUTHORITY: pack.facts[AUTHORITY], **facts}, items=of_many_items),
        orders=(),
        on=0,
        readings=(NO_READING,),
        rules=needed,
        item_rules=dict.fromkeys(of_many_items, ()),
    )


def _rule(pack: Pack) -> Rule:
    free = {"scope": frozenset[str](), "when": expression.TRUE, "step": Step.REQUEST, "each": "", "item": ""}
    return replace(pack.rules[0], otherwise=Outcome.REFUSE, unknown=Outcome.INCOMPLETE, **free)  # type: ignore[arg-type]


def told(lowered: Lowered, facts: pa.Table, file: Path) -> list[tuple[str, list[str], list[str], list[str]]]:
    """What is told of each row: outcome, failed, unknown, items permitted."""
    pq.write_table(facts, file)
    with duckdb.connect() as connection:
        rulings.rule(file, lowered, connection)
        return connection.execute("SELECT outcome, failed, unknown, items_permitted FROM ruled ORDER BY row").fetchall()


def facts_of_many(of: Law, truths: Sequence[Sequence[bool | None]], wanted: Sequence[set[int]]) -> pa.Table:
    names = [rule.id for rule in of.rules]
    columns = {name: pa.array([row[at] for row in truths], pa.bool_()) for at, name in enumerate(names)}
    wants = {asked(name): [at in row for row in wanted] for at, name in enumerate(of.pack.items)}
    rows = {"row": pa.array(range(len(truths)), pa.int64()), "request_id": [str(at) for at in range(len(truths))]}
    return pa.table({**rows, AUTHORITY: pa.nulls(len(truths), pa.string()), **columns, **wants})


@pytest.mark.parametrize(("rules", "items"), [(1, 1), (3, 1), (4, 24), (27, 1), (28, 1), (29, 28), (57, 40), (100, 12)])
def test_every_rule_and_item_has_its_place_however_many_there_are(
    rules: int, items: int, pack: Pack, tmp_path: Path
) -> None:
    of = of_many(rules, items, pack)
    lowered = lower(of)
    assert len(masks(lowered)) == -(-(rules + items) // (4 * BYTES))
    dice = Random(rules)  # noqa: S311 - chance without secrets, and the same in each run
    truths = [*one_not_so(rules), *([dice.choice((True, False, None)) for _ in range(rules)] for _ in range(20))]
    wanted = [{at % items, dice.randrange(items)} for at in range(len(truths))]
    assert told(lowered, facts_of_many(of, truths, wanted), tmp_path / "facts.parquet") == [
        expected(of, row, items_asked) for row, items_asked in zip(truths, wanted, strict=True)
    ]


def one_not_so(rules: int) -> Iterator[list[bool | None]]:
    """All is so but for one rule, which fails or cannot be told; and all fail, or cannot be told, or are so."""
    for at, truth in itertools.product(range(rules), (False, None)):
        yield [truth if other == at else True for other in range(rules)]
    yield from ([truth] * rules for truth in (False, None, True))


def expected(of: Law, truths: Sequence[bool | None], wanted: set[int]) -> tuple[str, list[str], list[str], list[str]]:
    names = [rule.id for rule in of.rules]
    failed, unknown = (
        [name for name, truth in zip(names, truths, strict=True) if truth is sought] for sought in (False, None)
    )
    items = [] if failed or unknown else [f"item_{at}" for at in sorted(wanted)]
    return "refuse" if failed else "incomplete" if unknown else "permit", failed, unknown, items


def test_an_item_list_longer_than_a_word_is_told_whole(pack: Pack, tmp_path: Path) -> None:
    of = of_many(2, 90, pack)
    everything = set(range(90))
    [row] = told(lower(of), facts_of_many(of, [[True, True]], [everything]), tmp_path / "facts.parquet")
    assert row == ("permit", [], [], [f"item_{at}" for at in range(90)])


def test_the_words_of_a_mask_are_never_negative_and_fill_no_more_than_their_bytes(pack: Pack, tmp_path: Path) -> None:
    of = of_many(60, 30, pack)
    lowered = lower(of)
    facts = facts_of_many(of, [[False] * 60, [None] * 60], [set(range(30))] * 2)
    pq.write_table(facts, tmp_path / "facts.parquet")
    with duckdb.connect() as connection:
        rulings.rule(tmp_path / "facts.parquet", lowered, connection)
        words = [word for row in connection.table("masked").select(*masks(lowered)).fetchall() for word in row]
    assert all(0 <= word < 1 << 8 * BYTES for word in words)
    assert max(words).bit_length() == 8 * BYTES


def test_rules_that_ask_the_same_share_a_question(pack: Pack) -> None:
    of = of_many(3, 1, pack)
    twice = replace(of, rules=(*of.rules, *(replace(rule, id=f"{rule.id}.again") for rule in of.rules)))
    assert len(lower(twice).questions) == 3


def test_a_rule_of_a_later_step_is_left_open_and_one_of_this_step_is_not(pack: Pack, tmp_path: Path) -> None:
    of = of_many(1, 1, pack)
    facts = facts_of_many(of, [[None]], [{0}])
    later = replace(of, rules=tuple(replace(rule, step=Step.REVIEW) for rule in of.rules))
    assert told(lower(of), facts, tmp_path / "facts.parquet") == [("incomplete", [], ["fact.0"], [])]
    assert told(lower(later), facts, tmp_path / "facts.parquet") == [("permit", [], [], ["item_0"])]


# The columns that are passed over


@pytest.mark.parametrize("group", [1, 2, 3, 6])
@pytest.mark.parametrize(
    ("said", "one_thing"),
    [
        ([True] * 6, True),
        ([None] * 6, True),
        ([True, True, True, True, True, False], False),
        ([True, None, None, None, None, None], False),
        ([None, None, None, True, True, True], False),
        ([True, True, True, False, False, False], False),
    ],
)
def test_only_a_column_that_says_one_thing_throughout_is_passed_over(
    said: list[bool | None], *, one_thing: bool, group: int, tmp_path: Path
) -> None:
    pq.write_table(pa.table({"said": pa.array(said, pa.bool_())}), tmp_path / "facts.parquet", row_group_size=group)
    assert constant(tmp_path / "facts.parquet") == (frozenset({"said"}) if one_thing else frozenset())


def test_a_column_of_which_nothing_is_noted_is_not_passed_over(tmp_path: Path) -> None:
    pq.write_table(pa.table({"said": [True, True]}), tmp_path / "facts.parquet", write_statistics=False)
    assert constant(tmp_path / "facts.parquet") == frozenset()


def test_texts_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    long = [f"{'a' * 5000}{ending}" for ending in "bc"]
    pq.write_table(pa.table({"said": long}), tmp_path / "facts.parquet")
    assert constant(tmp_path / "facts.parquet") == frozenset()


# The files


def rows_of(of: Law, rows: int) -> pa.Table:
    """So many requests of which all is so."""
    return facts_of_many(of, [[True] * len(of.rules)] * rows, [{0}] * rows)


def a_request(step: Step = Step.REQUEST, *items: str, day: int = 739400) -> Request:
    return Request("", {"authority.clause": "i2"}, items or None, step, day)


def test_at_the_first_step_a_file_need_hold_only_what_a_request_shows(pack: Pack, tmp_path: Path) -> None:
    of = program(FOLDER).law_of(739400)
    names = [fact.name for fact in shown(pack)]
    requests = [a_request(), a_request(Step.REQUEST, "mailing_address")]
    few, every = (told(lower(of), table(requests, facts), tmp_path / "facts.parquet") for facts in (names, PACK.facts))
    assert few == every
    assert {outcome for outcome, *_ in few} == {"hold"}


def test_what_is_neither_asked_for_nor_declined_is_not_asked_for(tmp_path: Path) -> None:
    lowered = lower(program(FOLDER).law_of(739400))
    nothing = replace(a_request(), asked=())
    left_out, declined = told(lowered, table([a_request(), nothing]), tmp_path / "facts.parquet")
    assert left_out == declined


@pytest.mark.parametrize(
    "name",
    ["it's.parquet", "of two words.parquet", 'so "called".parquet', "a;b--c.parquet", "[1].parquet", "100%.parquet"],
)
def test_files_may_have_any_name(name: str, pack: Pack, tmp_path: Path) -> None:
    of = of_many(1, 1, pack)
    folder = tmp_path / "the asker's files"
    folder.mkdir()
    pq.write_table(rows_of(of, 2), folder / name)
    with duckdb.connect() as connection:
        rulings.rule(folder / name, lower(of), connection)
        rulings.write(folder / f"rulings of {name}", connection)
    written = pq.ParquetFile(folder / f"rulings of {name}").read()
    assert sorted(written.column("request_id").to_pylist()) == ["0", "1"]


@pytest.mark.parametrize(
    ("name", "other"), [("[1].parquet", "1.parquet"), ("a*.parquet", "ab.parquet"), ("?.parquet", "x.parquet")]
)
def test_the_name_of_a_file_is_no_pattern(name: str, other: str, pack: Pack, tmp_path: Path) -> None:
    of = of_many(1, 1, pack)
    pq.write_table(rows_of(of, 1), tmp_path / name)
    pq.write_table(rows_of(of, 3), tmp_path / other)
    with duckdb.connect() as connection:
        rulings.rule(tmp_path / name, lower(of), connection)
        assert len(connection.table("ruled").fetchall()) == 1


def test_the_name_of_a_folder_is_no_column(pack: Pack, tmp_path: Path) -> None:
    of = of_many(1, 1, pack)
    (tmp_path / "request_id=7").mkdir()
    pq.write_table(rows_of(of, 1), tmp_path / "request_id=7" / "facts.parquet")
    with duckdb.connect() as connection:
        rulings.rule(tmp_path / "request_id=7" / "facts.parquet", lower(of), connection)
        assert connection.table("ruled").select("request_id").fetchall() == [("0",)]


def test_what_is_no_member_of_a_choice_counts_as_unknown(tmp_path: Path) -> None:
    of = lower(program(FOLDER).law_of(739400), Step.REVIEW)
    choices = [name for name, fact in PACK.facts.items() if fact.kind == "choice"]
    passing = {name: dated(name, value, 739400) for name, value in WOULD_PASS.items()}
    requests = [
        Request("", {**passing, name: said}, ("mailing_address",), Step.REVIEW, 739400)
        for name in choices
        for said in ("nonsense", None)
    ]
    rows = told(of, table(requests), tmp_path / "facts.parquet")
    assert rows[::2] == rows[1::2]
    assert len(rows) > 20


def test_rulings_have_the_columns_that_are_promised_and_one_row_a_request(pack: Pack, tmp_path: Path) -> None:
    of = of_many(1, 1, pack)
    pq.write_table(rows_of(of, 2), tmp_path / "facts.parquet")
    with duckdb.connect() as connection:
        rulings.rule(tmp_path / "facts.parquet", lower(of), connection)
        rulings.write(tmp_path / "rulings.parquet", connection)
    written = pq.read_table(tmp_path / "rulings.parquet")
    assert written.column_names == ["row", "request_id", "outcome", "failed", "unknown", "items_permitted", "match"]
    assert sorted(written.column("row").to_pylist()) == [0, 1]
    assert set(written.column("match").to_pylist()) == {rulings.NOT_SEARCHED}
