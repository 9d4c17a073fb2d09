"""Mistakes in a question put in SQL, one at a time, node by node of its tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from random_requests import MEMBERS

SHIFTED: Mapping[type[exp.Binary], tuple[type[exp.Binary], ...]] = {
    exp.EQ: (exp.NEQ, exp.GTE),
    exp.NEQ: (exp.EQ,),
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GT, exp.EQ),
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LT),
}
BESIDE = (exp.In, exp.Sub, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
"""Beneath these a column is no truth."""

BOTH = (exp.true(), exp.false())


def mistaken(question: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    """The question with one mistake in it, and what the mistake is."""
    for place, node in enumerate(question.walk()):
        for what, wrong in _wrong(node):
            copy = question.copy()
            spoilt = next(other for at, other in enumerate(copy.walk()) if at == place)
            yield f"{what}: {node.sql()}", wrong if place == 0 else _with(copy, spoilt, wrong)


def _with(whole: exp.Expr, spoilt: exp.Expr, wrong: exp.Expr) -> exp.Expr:
    spoilt.replace(exp.paren(wrong))
    return whole


def _wrong(node: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    match node:
        case exp.In():
            yield from _wrong_list(node)
        case exp.And() | exp.Or():
            yield from _wrong_connective(node)
        case exp.Coalesce():
            yield "an authority that is not named is unknown", node.this.copy()
            yield "whoever names no authority names this one", exp.func("COALESCE", node.this.copy(), exp.true())
        case exp.Not():
            yield "not is lost", node.this.copy()
        case exp.Column() if not isinstance(node.parent, BESIDE):
            yield "a truth is negated", exp.not_(node.copy())
            yield from _decided(node)
        case exp.Null():
            yield from (("unknown is taken for a truth", truth) for truth in BOTH)
        case exp.Boolean():
            yield "a constant is turned", exp.Boolean(this=not node.this)
        case _:
            yield from _wrong_number(node)


def _wrong_connective(node: exp.And | exp.Or) -> Iterator[tuple[str, exp.Expr]]:
    other = exp.Or if isinstance(node, exp.And) else exp.And
    yield "and for or, or for and", other(this=node.left.copy(), expression=node.right.copy())
    parts = ("left", node.left, node.right), ("right", node.right, node.left)
    yield from ((f"only the {side}", kept.copy()) for side, kept, lost in parts if lost != exp.true())


def _wrong_number(node: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    match node:
        case exp.Sub():
            yield "the days are reversed", exp.Sub(this=node.right.copy(), expression=node.left.copy())
        case exp.Literal() if not node.is_string:
            yield "one more", exp.Literal.number(int(node.this) + 1)
        case exp.Binary() if type(node) in SHIFTED:
            for sign in SHIFTED[type(node)]:
                said = f"{sign.__name__} for {type(node).__name__}"
                yield said, sign(this=node.left.copy(), expression=node.right.copy())
            yield from _decided(node)


def _wrong_list(node: exp.In) -> Iterator[tuple[str, exp.Expr]]:
    yield "not in for in", exp.not_(node.copy())
    yield from _decided(node, (exp.true(),) if isinstance(node.parent, exp.Coalesce) else BOTH)
    members = node.expressions
    gained = next(each for each in reversed(MEMBERS[node.this.name]) if each not in {member.this for member in members})
    yield f"{gained} is gained", node.this.copy().isin(*(each.copy() for each in members), gained)
    for lost in members if len(members) > 1 else ():
        yield f"{lost.this} is lost", node.this.copy().isin(*(each.copy() for each in members if each is not lost))


def _decided(node: exp.Expr, truths: tuple[exp.Expr, ...] = BOTH) -> Iterator[tuple[str, exp.Expr]]:
    for truth in truths:
        yield f"unknown is {truth.sql().lower()}", exp.func("COALESCE", node.copy(), truth)
