"""What requests can show: the values that facts take together in requests that can be written.

z3 may think of a request whose office is left out and yet stated. So facts that look at the same fields are found, by the
pack's own findings, in many ways of filling these fields: with the samples of a choice's members, with what the worked
cases say there, with null, or left out. What is found together is a combination that a request can show, and each comes
with the fields that show it. A witness must be made of such combinations; a proof does not rest on them.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import z3

from safeconduct.core.cells import Shape
from safeconduct.core.days import iso
from safeconduct.core.expression import Kind, Value
from safeconduct.core.facts import Fact
from safeconduct.core.fields import At, Found
from safeconduct.core.findings import looks_at
from safeconduct.core.intake import Intake, shapes
from safeconduct.proof.symbols import Formula, Symbols, asked

ITEMS = "items"
_MOST = 4000
_UNDATED = {
    "value", "given", "stated", "every", "count", "count_nameless", "count_kind", "clause", "statute_kind", "cites", "ground",
    "reason_kind", "name_grade", "address_grade", "covers",
}  # fmt: skip
"""The ways of finding that do not look at the day of the law."""


class Mark(Enum):
    """What stands at a path instead of a value: nothing, an object with fields of its own, or any number or day."""

    LEFT_OUT = "left out"
    OBJECT = "an object"
    ANY = "any"


Fill = Mapping[str, Any]
"""What stands at each of some paths of a request: a JSON value, or a `Mark`."""


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that look at the same fields; `above` are the objects in which these stand and which a fact looks at too."""

    paths: tuple[str, ...]
    facts: tuple[Fact, ...]
    above: tuple[str, ...]

    @property
    def undated(self) -> bool:
        """Whether what is found in the fields is the same on every day."""
        return all(fact.finding in _UNDATED for fact in self.facts)


Shown = tuple[tuple[Any, ...], tuple[Any, ...], frozenset[str] | None]
"""A combination: what stands at the objects above, the facts' values, and the items asked for where the group has these."""


@dataclass(frozen=True, slots=True)
class Combinations:
    """What a group of facts can show together, each with the ways of filling the fields that show it."""

    group: Group
    ways: Mapping[Shown, tuple[Fill, ...]]


def dated(fact: Fact) -> bool:
    """Whether how `fact` is found may depend on the day of the law."""
    return fact.finding not in _UNDATED


def groups(how: Intake) -> tuple[Group, ...]:
    """The facts that a request can show, those together that look at the same fields."""
    joined: list[tuple[set[str], list[Fact]]] = [({ITEMS}, [])]
    for name in how.findings:
        fact = how.pack.facts[name]
        paths, facts = set(looks_at(fact)), [fact]
        apart = [each for each in joined if not each[0] & paths]
        for each in joined:
            if each[0] & paths:
                paths |= each[0]
                facts = each[1] + facts
        joined = [*apart, (paths, facts)]
    looked_at = {path for paths, _ in joined for path in paths}
    return tuple(
        Group(tuple(sorted(paths)), tuple(facts), tuple(sorted({a for p in paths for a in _above(p)} & looked_at)))
        for paths, facts in joined
    )


def _above(path: str) -> Iterator[str]:
    words = path.split(".")
    return (".".join(words[:depth]) for depth in range(1, len(words)))


def combinations(group: Group, how: Intake, documents: Iterable[Fill], on: int) -> Combinations:
    """What the facts of `group` can show on the day `on`; `documents` are requests to draw upon."""
    drawn = tuple(documents)
    pools = {path: _pool(path, how, drawn) for path in group.paths}
    ways: dict[Shown, list[Fill]] = {}
    for fill in _fills(group, pools, drawn):
        shown = _shown(group, fill, how, on)
        if shown is not None and len(kept := ways.setdefault(shown, [])) < 5:
            kept.append(fill)
    return Combinations(group, {shown: tuple(fills) for shown, fills in ways.items()})


def _fills(group: Group, pools: Mapping[str, list[Any]], documents: tuple[Fill, ...]) -> Iterator[Fill]:
    """Ways of filling the group's fields: those of the documents first, then all there are, or as many as are enough."""
    for states in itertools.product((Mark.OBJECT, None, Mark.LEFT_OUT), repeat=len(group.above)):
        above = dict(zip(group.above, states, strict=True))
        shut = tuple(f"{path}." for path, state in above.items() if state is not Mark.OBJECT)
        open_paths = [path for path in group.paths if not path.startswith(shut)] if shut else list(group.paths)
        own = [{path: at(document, path) for path in open_paths} for document in documents]
        for fill in itertools.chain(own, _products(open_paths, pools, own)):
            yield {**above, **fill}


def _products(paths: list[str], pools: Mapping[str, list[Any]], own: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    size = 1
    for path in paths:
        size *= len(pools[path])
    if size <= _MOST:
        yield from (dict(zip(paths, values, strict=True)) for values in itertools.product(*(pools[p] for p in paths)))
        return
    for one, two in itertools.combinations(paths, 2):
        pairs = itertools.product(pools[one], pools[two])
        yield from ({**own[0], one: a, two: b} for a, b in itertools.islice(pairs, _MOST) if own)


def _shown(group: Group, fill: Fill, how: Intake, on: int) -> Shown | None:
    document: dict[str, Any] = {}
    for path, value in sorted(fill.items()):
        put(document, path, value)
    here = At(document, on)
    values: list[Any] = []
    for fact in group.facts:
        found = how.findings[fact.name](here)
        if not isinstance(found, Found):
            return None
        values.append(_any(fact, found.value))
    above = tuple(fill[path] for path in group.above)
    shut = next((state for state in above if state is not Mark.OBJECT), None)
    own = tuple(_state(fill.get(path, shut)) for path in group.paths if _is_object(path, how))
    items = None
    if ITEMS in group.paths:
        listed = fill.get(ITEMS)
        items = frozenset(listed) if isinstance(listed, list) else frozenset()
    return (*above, *own), tuple(values), items


def _any(fact: Fact, value: Value) -> Any:  # noqa: ANN401  # a value of a fact, or a mark
    free = fact.finding == "value" and fact.sort.kind in (Kind.DAY, Kind.COUNT)
    return Mark.ANY if free and value is not None else value


def _state(value: object) -> object:
    return value if value is None or value is Mark.LEFT_OUT else Mark.OBJECT


def _is_object(path: str, how: Intake) -> bool:
    return any(other.startswith(f"{path}.") for fact in how.pack.facts.values() for other in looks_at(fact))


def _pool(path: str, how: Intake, documents: Iterable[Fill]) -> list[Any]:
    """What may stand at `path`."""
    if _is_object(path, how):
        return [Mark.OBJECT, None, Mark.LEFT_OUT]
    pool = [*(at(document, path) for document in documents), *_said(path, how), *_listed(path, how, documents)]
    return _distinct([*pool, None, Mark.LEFT_OUT])


def _said(path: str, how: Intake) -> Iterator[Any]:
    """What the declarations of facts say may stand there: their samples, and the texts of their settings."""
    for fact in (fact for fact in how.pack.facts.values() if fact.path == path and fact.name in how.findings):
        yield from (sample for sample in fact.samples.values() if sample and "field" not in fact.settings)
        within, grounds = fact.settings.get("within"), fact.settings.get("grounds")
        yield from ([within] if isinstance(within, str) else [])
        yield from (grounds.values() if isinstance(grounds, Mapping) else [])
        if fact.finding == "value":
            yield from {Kind.TRUTH: [True, False], Kind.DAY: ["2024-01-31"], Kind.COUNT: [1]}.get(fact.sort.kind, [])
        if "[" in fact.name:
            yield from ([], [fact.name.partition("[")[2][:-1]], list(how.pack.items))


def _listed(path: str, how: Intake, documents: Iterable[Fill]) -> Iterator[Any]:
    """Lists: of the items, and of the objects that findings look into."""
    if path == ITEMS:
        for number in (0, 1, 2):
            yield from (list(some) for some in itertools.combinations(how.pack.items, number))
        yield list(how.pack.items)
    elif shapes(how.pack).get(path) is Shape.OBJECTS:
        yield []
        yield from ([one] for one in _objects(path, how, documents))


def _objects(path: str, how: Intake, documents: Iterable[Fill]) -> Iterator[dict[str, Any]]:
    """Objects whose fields are filled in every way that a finding may tell from another."""
    facts = [fact for fact in how.pack.facts.values() if fact.path == path and "field" in fact.settings]
    fields: dict[str, list[Any]] = {}
    for fact in facts:
        key = str(fact.settings["field"])
        texts = [sample for sample in fact.samples.values() if sample]
        truths = [True, False] if fact.finding == "every" else []
        fields.setdefault(key, []).extend([*texts, *truths])
    listed = [one for document in documents if isinstance(many := at(document, path), list) for one in many]
    for key, pool in fields.items():
        pool.extend(one[key] for one in listed if isinstance(one, dict) and key in one)
        fields[key] = [*_distinct(pool)[:40], Mark.LEFT_OUT]
    first = next((one for one in listed if isinstance(one, dict)), {})
    for one, two in itertools.combinations(fields, 2) if len(fields) > 1 else [(key, key) for key in fields]:
        for a, b in itertools.product(fields[one], fields[two]):
            made = {**first, one: a, two: b}
            yield {key: value for key, value in made.items() if value is not Mark.LEFT_OUT}


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list({repr(value): value for value in values}.values())


def at(document: Fill, path: str) -> Any:  # noqa: ANN401  # a JSON value, or a mark
    """What stands at `path` of a request."""
    here: Any = document
    for word in path.split("."):
        if not isinstance(here, dict) or word not in here:
            return Mark.LEFT_OUT
        here = here[word]
    return here


def put(document: dict[str, Any], path: str, value: object) -> None:
    """Let `value` stand at `path`; take away what stands there where it is `LEFT_OUT`."""
    *above, last = path.split(".")
    here = document
    for word in above:
        if not isinstance(here.get(word), dict):
            if value is Mark.LEFT_OUT:
                return
            here[word] = {}
        here = here[word]
    if value is Mark.LEFT_OUT:
        here.pop(last, None)
    elif value is Mark.OBJECT:
        here[last] = here[last] if isinstance(here.get(last), dict) else {}
    else:
        here[last] = copy.deepcopy(value)


def can_be_shown(of: Combinations, symbols: Symbols, how: Intake) -> Formula:
    """That the facts of a group take a combination that a request can show."""
    ways = [
        z3.And([
            *(_stands(path, state) for path, state in zip(_objects_of(of.group, how), states, strict=True)),
            *(_is(symbols, fact, value) for fact, value in zip(of.group.facts, values, strict=True)),
            *(asked(item) if item in items else z3.Not(asked(item)) for item in (how.pack.items if items is not None else ())),
        ])
        for states, values, items in of.ways
    ]  # fmt: skip
    return z3.Or(ways)


def _objects_of(group: Group, how: Intake) -> tuple[str, ...]:
    return (*group.above, *(path for path in group.paths if _is_object(path, how)))


def _stands(path: str, state: object) -> Formula:
    present, null = z3.Bool(f"{path} is an object"), z3.Bool(f"{path} is null")
    return z3.And(present == (state is Mark.OBJECT), null == (state is None))


def _is(symbols: Symbols, fact: Fact, value: Any) -> Formula:  # noqa: ANN401  # a value of a fact, or a mark
    return symbols.number_of(fact.name).known if value is Mark.ANY else symbols.is_(fact, value)
