"""Rulings on a file of facts, run by DuckDB out of core: from `facts.parquet` to `rulings.parquet`.

Rows that differ in nothing that a rule turns on are of one kind (`packing`); the questions of the law (`lowering`) are put
to one row of each. Its answers are masks; each distinct combination of masks is weighed once, by the function that weighs
one request, and joined back to all rows. Every row is keyed by its number and its id.

    row BIGINT, request_id VARCHAR, outcome VARCHAR, failed VARCHAR[], unknown VARCHAR[], items_permitted VARCHAR[],
    match VARCHAR
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlglot import exp

from safeconduct.bulk.engine import rows_of, text
from safeconduct.bulk.lowering import Lowered, masks, query, ruling
from safeconduct.bulk.packing import choices, constant, packed
from safeconduct.core.law import Ruling, Verdict
from safeconduct.core.rules import Outcome

NOT_SEARCHED = "not_searched"
MATCHES = ("one", "none", "several", NOT_SEARCHED)

_PATTERN = pa.schema(
    [
        ("outcome", pa.string()),
        ("failed", pa.list_(pa.string())),
        ("unknown", pa.list_(pa.string())),
        ("items_permitted", pa.list_(pa.string())),
    ]
)


def rule(facts: Path, lowered: Lowered, connection: duckdb.DuckDBPyConnection) -> None:
    """Rule on every row of the file `facts`: leaves the view `ruled`, with the columns above but for `match`.

    Leaves the table `searched` too, empty: nothing has been searched.
    """
    numbers = packed(lowered, constant(facts))
    _tell_apart(facts, numbers, connection)
    _ask_one_of_each(facts, lowered, connection)
    weigh(lowered, ", ".join(numbers), connection)


def weigh(lowered: Lowered, keys: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Leave what `rule` leaves, given the tables `keyed`, `kinds` and `masked`: by which `keys` a row has its kind's answers."""
    _decide(lowered, keys, connection)
    connection.execute(
        f"CREATE TEMP VIEW ruled AS SELECT row, request_id, {', '.join(_PATTERN.names)} FROM keyed JOIN decided USING ({keys})"
    )
    connection.execute(f"CREATE TYPE match_word AS ENUM ({_listed(MATCHES)})")
    connection.execute("CREATE TEMP TABLE searched (row BIGINT, match match_word)")


def _tell_apart(facts: Path, numbers: Mapping[str, exp.Expr], connection: duckdb.DuckDBPyConnection) -> None:
    """Leave the table `keyed`, each row with its numbers, and `kinds`, one row of each kind and how many there are."""
    named = ", ".join(f"{column.sql(dialect='duckdb')} AS {name}" for name, column in numbers.items())
    keys = ", ".join(numbers)
    connection.execute(f"CREATE TEMP TABLE keyed AS SELECT row, request_id, {named} FROM {rows_of(facts)}")
    connection.execute(
        f"CREATE TEMP TABLE kinds AS SELECT {keys}, min(row) AS row, count(*) AS rows FROM keyed GROUP BY {keys}"
    )


def _ask_one_of_each(facts: Path, lowered: Lowered, connection: duckdb.DuckDBPyConnection) -> None:
    """Leave the table `masked`, the answers of one row of each kind."""
    known = ", ".join(f'{said.sql(dialect="duckdb")} AS "{name}"' for name, said in choices(lowered).items())
    connection.execute(
        f"CREATE TEMP VIEW one_of_each AS SELECT * REPLACE ({known}) FROM {rows_of(facts)} SEMI JOIN kinds USING (row)"
    )
    answers = query(lowered, exp.to_table("one_of_each")).sql(dialect="duckdb", copy=False)
    connection.execute(f"CREATE TEMP TABLE masked AS {answers}")


def _decide(lowered: Lowered, keys: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Leave the table `decided`, what each kind of row comes to. Names are an ENUM there, which is soon written."""
    words = ", ".join(masks(lowered))
    patterns = connection.execute(f"SELECT DISTINCT {words} FROM masked").fetchall()
    connection.register("weighed", _weighed(lowered, patterns))
    connection.execute(f"CREATE TYPE outcome_word AS ENUM ({_listed(outcome.name.lower() for outcome in Outcome)})")
    connection.execute(f"CREATE TYPE rule_id AS ENUM ({_listed(_ids(lowered))})")
    connection.execute(f"CREATE TYPE item_name AS ENUM ({_listed(('none', *lowered.law.pack.items))})")
    connection.execute(
        f"CREATE TEMP TABLE decided AS SELECT {keys}, rows, outcome::outcome_word AS outcome, failed::rule_id[] AS failed,"
        " unknown::rule_id[] AS unknown, items_permitted::item_name[] AS items_permitted"
        f" FROM kinds JOIN masked USING (row) JOIN weighed USING ({words})"
    )
    connection.unregister("weighed")


def _ids(lowered: Lowered) -> Iterable[str]:
    """The rules' names, each once; `none` so that there is one at all."""
    rules = (*lowered.law.rules, *(rule for of_item in lowered.law.item_rules.values() for rule in of_item))
    return dict.fromkeys(("none", *(rule.id for rule in rules)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(text, names))


def _weighed(lowered: Lowered, patterns: Sequence[Sequence[int]]) -> pa.Table:
    """Each combination of masks with what it comes to."""
    rulings = [ruling(lowered, words) for words in patterns]
    names = masks(lowered)
    words = [pa.array([words[number] for words in patterns], pa.int64()) for number in range(len(names))]
    told = [pa.array(column, kind) for column, kind in zip(_columns(rulings), _PATTERN.types, strict=True)]
    return pa.table([*words, *told], names=[*names, *_PATTERN.names])


def _columns(rulings: Sequence[Ruling]) -> Iterator[list[object]]:
    yield [ruling.outcome.name.lower() for ruling in rulings]
    yield [ids(ruling, Verdict.NOT_MET) for ruling in rulings]
    yield [ids(ruling, Verdict.UNKNOWN) for ruling in rulings]
    yield [[item.item for item in ruling.items if item.may_disclose] for ruling in rulings]


def ids(ruling: Ruling, verdict: Verdict) -> list[str]:
    """The rules of a ruling that came to `verdict`, each once, those of the request before those of its items."""
    of_items = (conclusion for item in ruling.items for conclusion in item.conclusions)
    told = dict.fromkeys(c.rule.id for c in (*ruling.conclusions, *of_items) if c.verdict is verdict)
    return list(told)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows came to one combination of outcome, rules and items."""

    outcome: str
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    items_permitted: tuple[str, ...]
    rows: int


def tallies(connection: duckdb.DuckDBPyConnection) -> list[Tally]:
    """The rows of `ruled`, counted."""
    rows = connection.execute(f"SELECT {', '.join(_PATTERN.names)}, rows FROM decided").fetchall()
    return [
        Tally(outcome, tuple(failed), tuple(unknown), tuple(items), counted)
        for outcome, failed, unknown, items, counted in rows
    ]


def write(rulings: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the rows of `ruled` to Parquet, with what the table `searched` (row, match) says of those that it holds."""
    connection.execute(
        "COPY (SELECT row, request_id, outcome, failed, unknown, items_permitted,"
        f" coalesce(match, '{NOT_SEARCHED}'::match_word) AS match FROM ruled LEFT JOIN searched USING (row))"
        f" TO {text(rulings)} (FORMAT parquet)"
    )
