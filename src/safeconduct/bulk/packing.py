"""What the questions of a law turn on in a row, packed into a few whole numbers.

Rows that agree in every choice and truth that a question asks for, and in the truth of every comparison, get the same
answers. Packed, a million rows of a file are soon told apart into those that differ; the questions are then put to one
row of each kind. A digit stands for each column (unknown, false, true; or unknown, or a member of a choice) and for each
comparison; digits make a number as long as it stays a BIGINT. A value that is no member of its choice counts as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from pathlib import Path

from pyarrow import parquet
from sqlglot import exp

from safeconduct.bulk.lowering import Lowered, asked, column
from safeconduct.core.expression import Kind

_LARGEST = 1 << 62
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)

Digit = tuple[Callable[[int], exp.Expr], int]
"""Of a weight the digit so often, as an expression over the columns of a row; and how many values it may have."""


def packed(lowered: Lowered, constant: Container[str]) -> dict[str, exp.Expr]:
    """The numbers of a row, each with its name; what the `constant` columns say tells no rows apart."""
    return {f"packed_{number}": word for number, word in enumerate(_numbers(_digits(lowered, constant)))}


def constant(facts: Path) -> frozenset[str]:
    """The columns of a file of facts that say the same in every row, or nothing in any, by what Parquet notes of them."""
    metadata = parquet.read_metadata(facts)
    groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
    columns = range(metadata.num_columns) if groups else ()
    said = {groups[0].column(at).path_in_schema: {_only(group.column(at)) for group in groups} for at in columns}
    return frozenset(name for name, values in said.items() if len(values) == 1 and _SEVERAL not in values)


_SEVERAL = object()


def _only(column: parquet.ColumnChunkMetaData) -> object:
    """What alone a column says in a group of rows; `_SEVERAL` where it says more, or where that is not noted."""
    noted = column.statistics
    if noted is None or noted.null_count is None:
        return _SEVERAL
    if noted.null_count == column.num_values:
        return None
    alone = noted.has_min_max and not noted.null_count and noted.min == noted.max
    return (noted.min,) if alone else _SEVERAL


def choices(lowered: Lowered) -> dict[str, exp.Expr]:
    """The columns of choices, each with what it says where it says a member of its choice; else it is unknown."""
    columns = ((name, said, column(name)) for name, said in _members(lowered).items())
    return {name: exp.case().when(said.isin(*members), said.copy()) for name, members, said in columns}


def _members(lowered: Lowered) -> dict[str, Sequence[str]]:
    """The members of every choice that is known by the step."""
    choices = (fact for fact in lowered.law.pack.facts.values() if fact.sort.kind is Kind.CHOICE)
    return {fact.name: fact.sort.members for fact in choices if fact.step <= lowered.step}


def _digits(lowered: Lowered, constant: Container[str]) -> Iterator[Digit]:
    members = _members(lowered)
    compared = {node: None for question in lowered.questions for node in question.find_all(*_COMPARISONS)}
    found = (one for question in lowered.questions for one in question.find_all(exp.Column))
    names = dict.fromkeys(one.name for one in found if not one.find_ancestor(*_COMPARISONS))
    for name in (name for name in names if name not in constant):
        yield _choice(column(name), members[name]) if name in members else _truth(column(name))
    for node in compared:
        if any(one.name not in constant for one in node.find_all(exp.Column)):
            yield _truth(exp.Paren(this=node.copy()))
    yield from (_stated(column(asked(item))) for item in lowered.law.pack.items if asked(item) not in constant)


def _truth(truth: exp.Expr) -> Digit:
    def digit(weight: int) -> exp.Expr:
        unknown = exp.Is(this=truth.copy(), expression=exp.null())
        return exp.Case(ifs=[_then(truth, weight), _then(unknown, 2 * weight)], default=_weight(0))

    return digit, 3


def _stated(truth: exp.Expr) -> Digit:
    """A truth that is never unknown."""
    return lambda weight: exp.Case(ifs=[_then(truth, weight)], default=_weight(0)), 2


def _then(truth: exp.Expr, weight: int) -> exp.If:
    return exp.If(this=truth, true=_weight(weight))


def _weight(weight: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(weight), exp.DType.BIGINT, copy=False)


def _choice(said: exp.Expr, members: Sequence[str]) -> Digit:
    """The place of a member, from 1, and 0 for what is none.

    Made of functions of one column alone: DuckDB values those once for each value of a stretch of rows, not for each row.
    """

    def digit(weight: int) -> exp.Expr:
        known = exp.Array(expressions=[exp.Literal.string(member) for member in members])
        weights = exp.Array(expressions=[_weight(place * weight) for place in range(len(members) + 1)])
        place = exp.Anonymous(this="LIST_POSITION", expressions=[known, said])
        from_0 = exp.Anonymous(this="GREATEST", expressions=[place, exp.Literal.number(0)])  # of a null and 0 it is 0
        return exp.Anonymous(
            this="LIST_EXTRACT", expressions=[weights, exp.Add(this=from_0, expression=exp.Literal.number(1))]
        )

    return digit, len(members) + 1


def _numbers(digits: Iterable[Digit]) -> Iterator[exp.Expr]:
    terms, weight = list[exp.Expr](), 1
    for digit, values in digits:
        if weight * values > _LARGEST:
            yield _sum(terms)
            terms, weight = [], 1
        terms.append(digit(weight))
        weight *= values
    yield _sum(terms)


def _sum(terms: Iterable[exp.Expr]) -> exp.Expr:
    total = _weight(0)
    for term in terms:
        total = exp.Add(this=total, expression=term)
    return total
