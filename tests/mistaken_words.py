"""Mistakes in the words of the pack, one at a time: planted on one side only, each must be found.

Not planted, because no ruling can show them: `unknown` of a rule that turns on the item alone (its facts are always
known); the scope of a page on which each rule has its own; an item's `source` (no rule asks it); `freeze_receiver` for
`stop_sender` (both bar the disclosure); the days of an order that bars nothing; a reading that is not in force; `cites`, `means`, `cure`, `verified` (words for
people). Nor the step of a fact that a reading establishes: a pack that puts it later than the request does not load.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import reference
from random_requests import DECIDED, IN_FORCE, MEMBERS, PACK, STATED, TURNS, writes

RULING = [f"readings/{name}.md" for _, name in PACK.in_force]
PAGES = [path for path in DECIDED if reference.has_rules(path)]
TABLES = [
    path for path in DECIDED if path in {"facts.toml", "items.toml", IN_FORCE, *RULING} or path.startswith("orders/")
]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the file it stands in, the rules that it touches, its key and what it says there, and the file's words with it."""

    file: str
    rules: frozenset[str]
    key: str
    says: str
    text: str

    @property
    def words(self) -> dict[str, str]:
        """The words of the whole pack."""
        return {**DECIDED, self.file: self.text}


def in_a_page(file: str, text: str) -> Iterator[Mistake]:
    """Mistakes in a page's rules and in its front matter."""
    for name, keys in reference.blocks(text, "rule"):
        for key, value in _mistaken_keys(keys, next(rule for rule in PACK.rules if rule.id == name)):
            lines = "".join(f"{key}: {value}\n" for key, value in {**keys, key: value}.items())
            before, _, rest = text.partition(f"```rule {name}\n")
            wrong = f"{before}```rule {name}\n{lines}```{rest.partition('```')[2]}"
            yield Mistake(file, frozenset({name}), key, f"{name} {key}: {value}", wrong)
    front = reference.front(text)
    of_page = {name for name, _ in reference.blocks(text, "rule")}
    bound = {rule.id for rule in PACK.rules if rule.each == "order" and "governs" in front}
    for key, value in _mistaken_front(text, front):
        line = f"{key}: {value}"
        rest = re.sub(rf"^{key}:.*\n([ \t]+.*\n)*", "", text, count=1, flags=re.MULTILINE)
        yield Mistake(file, frozenset(of_page | bound), key, line, rest.replace("---\n", f"---\n{line}\n", 1))


def _mistaken_keys(keys: Mapping[str, str], rule: reference.Rule) -> Iterator[tuple[str, str]]:
    yield "otherwise", _another(rule.otherwise)
    if not needs_no_fact(rule):
        yield "unknown", _another(rule.unknown)
    yield from (("needs", wrong) for wrong in mistaken(rule.needs))
    if "when" in keys:
        yield from (("when", wrong) for wrong in ("True", *mistaken(rule.when)))
    if "scope" in keys:
        yield "scope", "any"
    yield from (("from", "2025-12-01"), ("until", "2025-03-15"))


def _mistaken_front(text: str, front: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "layer", "policy" if front["layer"] == "statute" else "statute"
    yield "until", "2025-03-15"
    if "governs" in front:
        yield from (("governs", wrong) for wrong in ("True", *mistaken(front["governs"])))
        yield "from", "2025-04-08"
    if text.count("\nscope:") == 1:  # where no rule of the page has a scope of its own
        yield from (("scope", scope) for scope in _mistaken_scopes(front["scope"]))


def _mistaken_scopes(scope: str) -> list[str]:
    if scope == "any":
        return ["i2"]
    named = scope.split()
    fewer = [" ".join(authority for authority in named if authority != lost) for lost in named]
    other = next(authority for authority in ("i4", "i5") if authority not in named)
    return [f"{scope} {other}", *(scope or "any" for scope in fewer)]


def _another(outcome: str) -> str:
    """The next heavier outcome, which asks for no more words than the rule has; of the heaviest, the next lighter."""
    return reference.OUTCOMES[reference.OUTCOMES.index(outcome) + (-1 if outcome == "stayed" else 1)]


def in_a_table(file: str, text: str) -> Iterator[Mistake]:
    """Mistakes in an order, in the days and answers of the readings, in the kinds of items and the steps of facts."""
    for found in re.finditer(r"^([a-z_.]+)( = |: +)(\S.*)$", text, re.MULTILINE):
        key, sign, value = found.groups()
        above = (
            text[: found.start()].rpartition("\n[")[2].partition("]")[0] if file in {"facts.toml", "items.toml"} else ""
        )
        for wrong in _mistaken_values(file, above, key, value):
            changed = text[: found.start()] + key + sign + wrong + text[found.end() :]
            yield Mistake(file, _touched(file, above, key), key, f"{above} {key}: {wrong}", changed)


def _touched(file: str, above: str, key: str) -> frozenset[str]:
    """The rules that a mistake in a table touches."""
    match file.partition("/")[0]:
        case "orders":
            return frozenset(rule.id for rule in PACK.rules if rule.each == "order")
        case "facts.toml":
            return frozenset(rule.id for rule in PACK.rules if writes(rule, above))
        case "items.toml":
            return frozenset(rule.id for rule in PACK.rules if writes(rule, "item.kind"))
        case _:
            word = "reading." if key == "from" else key
            return frozenset(rule.id for rule in PACK.rules if writes(rule, word))


def _mistaken_days(file: str, since: str) -> list[str]:
    """Other days for an order: a later first, and an end where it has none; none for one that bars nothing."""
    if '"relief_denied"' in DECIDED[file]:
        return []
    return [_next(since)] if "\nuntil" in DECIDED[file] else [_next(since), f"{since}\nuntil = {_next(TURNS[-1])}"]


def _mistaken_values(file: str, above: str, key: str, value: str) -> list[str]:
    match file.partition("/")[0], key:
        case "facts.toml", "step" if above in STATED:
            return [f'"{step}"' for step in reference.STEPS if step not in value][-1:]
        case "items.toml", "kind":
            return ['"other_return_information"' if value == '"identity"' else '"identity"']
        case "orders", "verbs":
            return ['["disclose"]' if value == "[]" else "[]"]
        case "orders", "kind":
            return ['"stop_sender"' if "notice" in value else '"notice_before_release"']
        case "orders", "from":
            return _mistaken_days(file, value)
        case "orders", "until":
            return [_next(value)]
        case "readings", "from":
            return [_next(value)]
        case "readings", _ if value in reference.ANSWERS:
            return [answer for answer in reference.ANSWERS if answer != value]
    return []


def _next(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()


def mistaken(written: str) -> list[str]:
    """The expression with one mistake: a part negated or lost, a member lost or gained, a sign or number shifted."""
    return [ast.unparse(wrong) for wrong in _wrong(ast.parse(f"({written})", mode="eval").body)]


def _wrong(node: ast.expr) -> Iterator[ast.expr]:
    yield ast.UnaryOp(ast.Not(), node)
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            yield from (ast.UnaryOp(ast.Not(), wrong) for wrong in _wrong(part))
        case ast.BoolOp(op=op, values=parts):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), parts)
            for before, part, after in _each_of(parts):
                yield _joined(op, [*before, *after])
                yield from (_joined(op, [*before, wrong, *after]) for wrong in _wrong(part))
        case ast.Compare():
            yield from _wrong_comparison(node)


def _wrong_comparison(node: ast.Compare) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Set(elts=members)]):
            for before, _, after in _each_of(members) if len(members) > 1 else ():
                yield ast.Compare(left, [ast.In()], [ast.Set([*before, *after])])
            yield ast.Compare(left, [ast.In()], [ast.Set([*members, _stranger(left, members)])])
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as sign], comparators=[ast.Name() as member]):
            yield ast.Compare(left, [sign], [_stranger(left, [member])])
        case ast.Compare(left=left, ops=[sign], comparators=[ast.Constant(value=int() as number)]):
            yield ast.Compare(left, [sign], [ast.Constant(number + 1)])
            yield from (ast.Compare(left, [other], [ast.Constant(number)]) for other in SHIFTED.get(type(sign), ()))
            if isinstance(left, ast.BinOp):
                yield ast.Compare(ast.BinOp(left.right, ast.Sub(), left.left), [sign], [ast.Constant(number)])
        case ast.Compare(left=left, ops=[sign], comparators=[ast.Attribute() as right]):
            yield ast.Compare(right, [sign], [left])
            yield from (ast.Compare(left, [other], [right]) for other in SHIFTED.get(type(sign), ()))


SHIFTED: Mapping[type[ast.cmpop], tuple[ast.cmpop, ...]] = {
    ast.Gt: (ast.GtE(), ast.Lt()),
    ast.LtE: (ast.Lt(), ast.Eq()),
    ast.Eq: (ast.GtE(), ast.NotEq()),
}


def _each_of(parts: list[ast.expr]) -> list[tuple[list[ast.expr], ast.expr, list[ast.expr]]]:
    return [(parts[:index], part, parts[index + 1 :]) for index, part in enumerate(parts)]


def _joined(op: ast.boolop, parts: list[ast.expr]) -> ast.expr:
    return ast.BoolOp(op, parts) if len(parts) > 1 else parts[0]


def _stranger(fact: ast.expr, members: list[ast.expr]) -> ast.expr:
    """A member of the fact that is not among `members`, and that an expression can say."""
    taken = {ast.unparse(member) for member in members} | set(keyword.kwlist)
    return ast.Name(next(member for member in reversed(MEMBERS[ast.unparse(fact)]) if member not in taken))


def needs_no_fact(rule: reference.Rule) -> bool:
    """Whether the rule turns on the item alone, so that it is never unknown."""
    written = reference.names(rule.when) | reference.names(rule.needs)
    return not rule.governs and written <= {"item.name", "item.kind", "item.source", "item"}
