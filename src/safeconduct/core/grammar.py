"""How an expression is written: Python's syntax, a closed list of its nodes, every fact declared and every type right.

    asker.office in {department_head, inspector_general} and officers.listed > 0
    not removal_order.stayed
    request.made_on - removal_order.final_on > 90

Python's own `ast` parses; this module admits what the law needs and refuses all else, saying what to write instead.
There are no lists, floats, divisions, patterns or case foldings: engines differ on them, so they belong to findings.
"""

from __future__ import annotations

import ast
import difflib
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass

from safeconduct.core.expression import Among, And, Compare, Constant, Days, Kind, Node, Not, Or, Ref, Sort, Term

_SIGN_OF: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_LONGEST = 4000


class ExpressionFault(ValueError):
    """An expression that cannot be read. The pack's author must mend it.

    `what` is wrong, `mend` is what to write, `offset` is where in the text, in characters from its beginning.
    """

    def __init__(self, what: str, mend: str, offset: int = 0) -> None:
        super().__init__(f"{what}; {mend}")
        self.what, self.mend, self.offset = what, mend, offset


def read(text: str, sorts: Mapping[str, Sort]) -> Node:
    """The tree of the expression `text`, every fact in it declared in `sorts`.

    Raises:
        ExpressionFault: the text is no expression of this language, or its types do not fit.
    """
    if len(text) > _LONGEST:
        raise ExpressionFault(f"the expression is longer than {_LONGEST} characters", "make it several rules")
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError as fault:
        raise _unreadable(text, (fault.offset or 1) - 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise _unreadable(text, 0) from None
    return _Reader(sorts).truth(body)


def _unreadable(text: str, offset: int) -> ExpressionFault:
    for found in re.finditer(r"(?<=\.)[A-Za-z_]+|[A-Za-z_]+(?=\.)", text):
        if keyword.iskeyword(found[0]):
            return ExpressionFault(
                f"`{found[0]}` cannot be part of a fact's name: Python keeps the word for itself",
                "rename the fact in facts.toml and here",
                found.start(),
            )
    return ExpressionFault(
        f"`{text}` is no expression",
        "write facts joined by `and`, `or`, `not`, comparisons or `in {…}`, as in `asker.office == department_head`",
        offset,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads Python's tree into ours and checks the types on the way down."""

    sorts: Mapping[str, Sort]

    def truth(self, node: ast.expr) -> Node:
        match node:
            case ast.BoolOp(op=ast.And(), values=parts):
                return And(tuple(self.truth(part) for part in parts))
            case ast.BoolOp(op=ast.Or(), values=parts):
                return Or(tuple(self.truth(part) for part in parts))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.truth(operand))
            case ast.Constant(value=bool(constant)):
                return Constant(constant)
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self.comparison(node, left, sign, right)
            case ast.Attribute():
                return self.truth_fact(node)
            case _:
                raise self.foreign(node)

    def truth_fact(self, node: ast.Attribute) -> Ref:
        fact, sort = self.fact(node)
        if sort.kind is not Kind.TRUTH:
            raise _at(
                node,
                f"`{fact.name}` is a {sort.kind} and not true or false by itself",
                f"compare it, as in `{fact.name} {_example(sort)}`",
            )
        return fact

    def fact(self, node: ast.Attribute) -> tuple[Ref, Sort]:
        name = ast.unparse(node)
        if name not in self.sorts:
            near = difflib.get_close_matches(name, self.sorts, n=1)
            hint = f"write `{near[0]}`, or declare it in facts.toml" if near else "declare it in facts.toml"
            raise _at(node, f"`{name}` is no declared fact", hint)
        return Ref(name), self.sorts[name]

    def comparison(self, node: ast.Compare, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> Node:
        if isinstance(left, ast.Attribute) and self.fact(left)[1].kind is Kind.CHOICE:
            return self.choice(left, sign, right)
        if type(sign) not in _SIGN_OF:
            raise _at(
                node, f"`{ast.unparse(node)}`: `in` is for a choice", "compare numbers and days by == != < <= > >="
            )
        (a, unit_a), (b, unit_b) = self.term(left), self.term(right)
        if unit_a != unit_b:
            raise _at(node, f"`{ast.unparse(node)}` compares a {unit_a} with a {unit_b}", "compare like with like")
        return Compare(a, _SIGN_OF[type(sign)], b)

    def choice(self, left: ast.Attribute, sign: ast.cmpop, right: ast.expr) -> Node:
        fact, sort = self.fact(left)
        match sign, right:
            case ((ast.Eq() | ast.NotEq()), ast.Name(id=member)):
                members = [member]
            case ((ast.In() | ast.NotIn()), ast.Set(elts=elements)) if all(isinstance(e, ast.Name) for e in elements):
                members = [ast.unparse(element) for element in elements]
            case _:
                raise _at(
                    left,
                    f"`{fact.name}` is a choice and is compared with something else",
                    f"write `{fact.name} {_example(sort)}` or `{fact.name} in {{one, other}}`",
                )
        self.known(left, fact, sort, members)
        among = Among(fact, frozenset(members))
        return Not(among) if isinstance(sign, ast.NotEq | ast.NotIn) else among

    def known(self, node: ast.expr, fact: Ref, sort: Sort, members: list[str]) -> None:
        for member in members:
            if member not in sort.members:
                raise _at(
                    node,
                    f"`{fact.name}` is compared with `{member}`, which it never is",
                    f"it is one of {', '.join(sort.members)}",
                )

    def term(self, node: ast.expr) -> tuple[Term, str]:
        match node:
            case ast.Constant(value=int(number)) if not isinstance(number, bool):
                return Constant(number), "number"
            case ast.Attribute():
                fact, sort = self.fact(node)
                return fact, self.unit(node, fact, sort)
            case ast.BinOp(left=ast.Attribute() as to, op=ast.Sub(), right=ast.Attribute() as since):
                return self.days(node, to, since), "number"
            case _:
                raise self.foreign(node)

    def unit(self, node: ast.expr, fact: Ref, sort: Sort) -> str:
        match sort.kind:
            case Kind.DAY:
                return "day"
            case Kind.COUNT:
                return "number"
            case _:
                mend = f"write `{' '.join((fact.name, _example(sort))).strip()}`"
                raise _at(node, f"`{fact.name}` is a {sort.kind} and is compared as a number", mend)

    def days(self, node: ast.BinOp, to: ast.Attribute, since: ast.Attribute) -> Days:
        (later, sort_to), (earlier, sort_since) = self.fact(to), self.fact(since)
        if (sort_to.kind, sort_since.kind) != (Kind.DAY, Kind.DAY):
            raise _at(
                node, f"`{ast.unparse(node)}` subtracts what is no day", "subtract a day from a day and nothing else"
            )
        return Days(later, earlier)

    def foreign(self, node: ast.expr) -> ExpressionFault:
        what = f"`{ast.unparse(node)}` does not belong to the language of rules"
        match node:
            case ast.Name(id=name):
                mend = f"a fact's name has a dot, as in `asker.office`; if `{name}` is a member, put it behind `==` or `in`"
            case ast.Compare():
                mend = "compare two things at a time and join the comparisons by `and`"
            case _:
                mend = (
                    "write facts, whole numbers, members of a choice, `and or not`, comparisons, `in {…}` and day - day; "
                    "what needs more is a finding"
                )
        return _at(node, what, mend)


def _at(node: ast.expr, what: str, mend: str) -> ExpressionFault:
    return ExpressionFault(what, mend, node.col_offset)


def _example(sort: Sort) -> str:
    return f"== {sort.members[0]}" if sort.members else "" if sort.kind is Kind.TRUTH else "> 0"
