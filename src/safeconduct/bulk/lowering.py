"""The law of a day lowered to SQL: the same tree over facts, put to every row of a file at once.

Of a rule one question is asked, `when and not needs`: true where it fails, null where that cannot be told. SQL's own
three values are Kleene's, so the tree is written out as it stands. Rules that ask the same of a row (one `each: item`
rule over many items) ask it once. The answers of a row are two masks, failed and unknown, which lie interleaved: of every
question first the one bit, then the other. What the masks come to says `law.weigh`, the function that weighs one
request. Running the query is `rulings`' concern; the SQL is built with sqlglot and any dialect of it will do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from safeconduct.core import law
from safeconduct.core.expression import Among, And, Compare, Constant, Days, Node, Not, Or, Ref, Term
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.law import Conclusion, Law, Ruling, Verdict
from safeconduct.core.readings import Reading
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY, Rule

BYTES = 7
"""Bytes a word of a mask, so that it stays a positive BIGINT."""
_FAILED, _UNKNOWN = 1, 2

_COMPARED: Mapping[str, type[exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE]] = {
    "==": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip


def shown(pack: Pack) -> tuple[Fact, ...]:
    """The facts of `pack` that a request can show: the columns of a file of facts."""
    return tuple(
        fact
        for fact in pack.facts.values()
        if fact.step is Step.REQUEST and fact.established_by is not EstablishedBy.READING
    )


def asked(item: str) -> str:
    """The column of a file of facts that says whether a request asks for `item`."""
    return f"asked.{item}"


@dataclass(frozen=True, slots=True)
class UnderReading:
    """The rules of a law under one of its readings, each with the number of its question."""

    reading: Reading
    own: tuple[tuple[Rule, int], ...]
    of_items: Mapping[str, tuple[tuple[Rule, int], ...]]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A law in SQL: the questions, and which rule asks which, reading by reading."""

    law: Law
    step: Step
    questions: tuple[exp.Expr, ...]
    readings: tuple[UnderReading, ...]


def lower(law: Law, step: Step = Step.REQUEST) -> Lowered:
    """`law` in SQL, for rows of which the facts of `step` are known."""
    questions: dict[exp.Expr, int] = {}
    readings = tuple(_under(reading, law, step, questions) for reading in law.readings)
    return Lowered(law, step, tuple(questions), readings)


def _under(reading: Reading, of: Law, step: Step, questions: dict[exp.Expr, int]) -> UnderReading:
    settled = law.answers(reading, of.pack)
    settled |= {name: None for name, fact in of.pack.facts.items() if fact.step > step}

    def put(rules: Iterable[Rule]) -> tuple[tuple[Rule, int], ...]:
        return tuple((rule, questions.setdefault(_question(rule, settled), len(questions))) for rule in rules)

    return UnderReading(reading, put(of.rules), {item: put(rules) for item, rules in of.item_rules.items()})


def _question(rule: Rule, settled: Mapping[str, bool | None]) -> exp.Expr:
    """Whether `rule` fails. A rule of other clauses than the one named does not apply."""
    fails = exp.and_(sql(rule.when, settled), exp.not_(sql(rule.needs, settled), copy=False), copy=False)
    if not rule.scope:
        return fails
    named = sql(Among(Ref(AUTHORITY), rule.scope), settled)
    return exp.and_(exp.Coalesce(this=named, expressions=[exp.false()]), fails, copy=False)


def sql(node: Node, settled: Mapping[str, bool | None]) -> exp.Expr:
    """`node` as a truth over the columns of a file of facts; facts in `settled` stand for their truths."""
    match node:
        case Ref(name):
            return _truth(settled[name]) if name in settled else column(name)
        case Constant(truth):
            return _truth(bool(truth))
        case Among(Ref(name), members):
            return exp.null() if name in settled else column(name).isin(*sorted(members))
        case Not(of):
            return exp.not_(sql(of, settled), copy=False)
        case And(of):
            return exp.and_(*(sql(part, settled) for part in of), copy=False)
        case Or(of):
            return exp.or_(*(sql(part, settled) for part in of), copy=False)
        case Compare(left, sign, right):
            return _COMPARED[sign](this=_term(left, settled), expression=_term(right, settled))


def _term(term: Term, settled: Mapping[str, bool | None]) -> exp.Expr:
    match term:
        case Constant(number):
            return exp.Literal.number(number)
        case Ref(name):
            return exp.null() if name in settled else column(name)
        case Days(to, since):
            return exp.paren(exp.Sub(this=_term(to, settled), expression=_term(since, settled)))


def column(name: str) -> exp.Column:
    """The column of a file of facts that is called `name`."""
    return exp.column(exp.to_identifier(name, quoted=True))


def _truth(truth: bool | None) -> exp.Expr:  # noqa: FBT001  # a truth value is its subject
    return exp.null() if truth is None else exp.true() if truth else exp.false()


def query(lowered: Lowered, facts: exp.Expr) -> exp.Select:
    """Of every row of `facts`: `row`, `request_id`, and the words `mask_0`, `mask_1` … of its answers.

    The items asked for come after the questions, as answers of their own.
    """
    wants = [column(asked(item)) for item in lowered.law.pack.items]
    put = {f"q{number}": question for number, question in enumerate((*lowered.questions, *wants))}
    answers = _select({name: question.copy() for name, question in put.items()}).from_(facts, copy=False)
    words = dict(zip(masks(lowered), _words(list(put)), strict=True))
    return _select(words).from_(answers.subquery("answered", copy=False), copy=False)


def _select(columns: Mapping[str, exp.Expr]) -> exp.Select:
    named = (exp.Alias(this=said, alias=exp.to_identifier(name)) for name, said in columns.items())
    return exp.Select(expressions=[column("row"), column("request_id"), *named])


def masks(lowered: Lowered) -> list[str]:
    """The names of the words of a row's masks."""
    return [f"mask_{word}" for word in range(-(-(len(lowered.questions) + len(lowered.law.pack.items)) // (4 * BYTES)))]


def _words(answers: list[str]) -> Iterator[exp.Expr]:
    """Answers as words: two bits are summed as bytes, which is cheap, and bytes as words."""
    for at in range(0, len(answers), 4 * BYTES):
        word = answers[at : at + 4 * BYTES]
        parts = [_byte(word[begin : begin + 4]) for begin in range(0, len(word), 4)]
        yield _sum(
            exp.Mul(
                this=exp.cast(exp.Paren(this=part), exp.DType.BIGINT, copy=False),
                expression=exp.Literal.number(1 << 8 * number),
            )
            for number, part in enumerate(parts)
        )


def _byte(answers: list[str]) -> exp.Expr:
    return _sum(_two_bits(exp.column(answer), 2 * number) for number, answer in enumerate(answers))


def _two_bits(answer: exp.Expr, shift: int) -> exp.Expr:
    failed, unknown, neither = (
        exp.cast(exp.Literal.number(bits << shift), exp.DType.UTINYINT) for bits in (_FAILED, _UNKNOWN, 0)
    )
    cannot_be_told = exp.Is(this=answer.copy(), expression=exp.null())
    return exp.Case(ifs=[exp.If(this=answer, true=failed), exp.If(this=cannot_be_told, true=unknown)], default=neither)


def _sum(parts: Iterable[exp.Expr]) -> exp.Expr:
    return reduce(lambda left, right: exp.Add(this=left, expression=right), parts)


def ruling(lowered: Lowered, words: Iterable[int]) -> Ruling:
    """What the masks of a row come to: the strictest ruling of the readings in force.

    Its conclusions are those that failed or cannot be told; what is met bears on nothing.
    """
    mask = sum(word << 8 * BYTES * number for number, word in enumerate(words))
    failed, unknown = _numbers(mask), _numbers(mask >> 1)
    asked = enumerate(lowered.law.pack.items, len(lowered.questions))
    items = [item for number, item in asked if number in failed]
    return law.stricter(_weighed(under, failed, unknown, items, lowered.step) for under in lowered.readings)


def _numbers(mask: int) -> frozenset[int]:
    """The questions of which the first of the two bits is set."""
    digits = f"{mask:b}"[::-1]
    return frozenset(at // 2 for at in range(0, len(digits), 2) if digits[at] == "1")


def _weighed(
    under: UnderReading, failed: frozenset[int], unknown: frozenset[int], items: Iterable[str], step: Step
) -> Ruling:
    def told(rules: Iterable[tuple[Rule, int]]) -> Iterator[Conclusion]:
        """The conclusions that failed or cannot be told. A rule of a later step that cannot be told is open."""
        for rule, number in rules:
            if number in failed:
                yield Conclusion(rule, applies=True, verdict=Verdict.NOT_MET, consequence=rule.otherwise, facts={})
            elif number in unknown and rule.step <= step:
                yield Conclusion(rule, applies=None, verdict=Verdict.UNKNOWN, consequence=rule.unknown, facts={})

    return law.weigh(under.reading, tuple(told(under.own)), {item: tuple(told(under.of_items[item])) for item in items})
