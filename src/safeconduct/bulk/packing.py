"""What the questions of a law turn on in a row, packed into a few whole numbers.

Rows that agree in every choice and truth that a question asks for, and in the truth of every comparison, get the same
answers. Packed, a million rows of a file are soon told apart into those that differ; the questions are then put to one
row of each kind. A digit stands for each column (unknown, false, true; or unknown, or a member of a choice) and for each
comparison; digits make a number as long as it stays a BIGINT. A value that is no member of its choice counts as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

from sqlglot import exp

from safeconduct.bulk.lowering import Lowered, asked, column, shown
from safeconduct.core.expression import Kind

_LARGEST = 1 << 62
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)

Digit = tuple[Callable[[int], exp.Expr], int]
"""Of a weight the digit so often, as an expression over the columns of a row; and how many values it may have."""


def packed(lowered: Lowered) -> dict[str, exp.Expr]:
    """The numbers of a row, each with its name."""
    return {f"packed_{number}": word for number, word in enumerate(_numbers(_digits(lowered)))}


def choices(lowered: Lowered) -> dict[str, exp.Expr]:
    """The columns of choices, each with what it says where it says a member of its choice; else it is unknown."""
    columns = ((fact, column(fact.name)) for fact in shown(lowered.law.pack) if fact.sort.kind is Kind.CHOICE)
    return {fact.name: exp.case().when(said.isin(*fact.sort.members), said.copy()) for fact, said in columns}


def _digits(lowered: Lowered) -> Iterator[Digit]:
    members = {fact.name: fact.sort.members for fact in shown(lowered.law.pack) if fact.sort.kind is Kind.CHOICE}
    compared = {node: None for question in lowered.questions for node in question.find_all(*_COMPARISONS)}
    found = (one for question in lowered.questions for one in question.find_all(exp.Column))
    names = dict.fromkeys(one.name for one in found if not one.find_ancestor(*_COMPARISONS))
    for name in names:
        yield _choice(column(name), members[name]) if name in members else _truth(column(name))
    yield from (_truth(exp.paren(node.copy())) for node in compared if node.find(exp.Column))
    yield from (_stated(column(asked(item))) for item in lowered.law.pack.items)


def _truth(truth: exp.Expr) -> Digit:
    def digit(weight: int) -> exp.Expr:
        unknown = truth.copy().is_(exp.null())
        return exp.case().when(truth.copy(), _weight(weight)).when(unknown, _weight(2 * weight)).else_(_weight(0))

    return digit, 3


def _stated(truth: exp.Expr) -> Digit:
    """A truth that is never unknown."""
    return lambda weight: exp.case().when(truth, _weight(weight)).else_(_weight(0)), 2


def _weight(weight: int) -> exp.Expr:
    return exp.cast(exp.Literal.number(weight), exp.DType.BIGINT)


def _choice(said: exp.Expr, members: Sequence[str]) -> Digit:
    """The place of a member, from 1; DuckDB looks it up once for each value that a stretch of rows has, not for each row."""
    place = exp.func("LIST_POSITION", exp.array(*map(exp.Literal.string, members)), said)

    def digit(weight: int) -> exp.Expr:
        weights = exp.array(*(_weight(n * weight) for n in range(1, len(members) + 1)))
        return exp.func("COALESCE", exp.func("LIST_EXTRACT", weights, place.copy()), _weight(0))

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
    return reduce(lambda left, right: exp.Add(this=left, expression=right), terms)
