"""What requests can show: the values that facts take together in requests that can be written.

z3 may think of a request whose office is left out and yet stated. So facts that look at the same fields are found, by the
pack's own findings, in many ways of filling these fields: with the samples of a choice's members, with what the worked
cases say there, with null, or left out. What is found together is a combination that a request can show, and each comes
with the fields that show it. A witness must be made of such combinations; a proof does not rest on them.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import z3

from safeconduct.core.expression import Kind, Value
from safeconduct.core.facts import Fact
from safeconduct.core.fields import At, Found
from safeconduct.core.findings import looks_at
from safeconduct.core.intake import Intake
from safeconduct.core.rulepack import Pack
from safeconduct.proof.symbols import Formula, Symbols, asked, both, contrary, either, holds, truth_named

ITEMS = "items"
_MOST, _MANY, _KEPT = 4000, 40, 5
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
class Look:
    """How requests are read under one pack, which of its facts are looked for, and their symbols."""

    how: Intake
    facts: tuple[Fact, ...]
    symbols: Symbols


def look(how: Intake, symbols: Symbols) -> Look:
    """A look for every fact that a request can show."""
    return Look(how, tuple(how.pack.facts[name] for name in how.findings), symbols)


def day_of(one: Look, on: int) -> int:
    """The day of the law for a look: the one to which it is bound, or else `on`."""
    day = one.symbols.day
    return int(day.as_long()) if z3.is_int_value(day) else on


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that look at the same fields, each with the number of its look.

    `above` are the objects in which these fields stand, and at which a fact looks too; `objects` those among the fields.
    """

    paths: tuple[str, ...]
    facts: tuple[tuple[int, Fact], ...]
    above: tuple[str, ...]
    objects: tuple[str, ...]

    @property
    def undated(self) -> bool:
        """Whether what is found in the fields is the same on every day."""
        return not any(dated(fact) for _, fact in self.facts)

    @property
    def dated_by_agreements(self) -> bool:
        """Whether what is found turns on which agreements there are."""
        return any(fact.finding == "agreement" for _, fact in self.facts)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is found together: what stands at the objects, above and own, the facts' values, the items asked for."""

    objects: tuple[Any, ...]
    values: tuple[Any, ...]
    items: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Combinations:
    """What a group of facts can show together, each with some ways of filling the fields that show it."""

    group: Group
    ways: Mapping[Shown, tuple[Fill, ...]]


def dated(fact: Fact) -> bool:
    """Whether how `fact` is found may depend on the day of the law."""
    return fact.finding not in _UNDATED


def groups(looks: tuple[Look, ...]) -> tuple[Group, ...]:
    """The facts that a request can show, those together that look at the same fields."""
    joined: list[tuple[frozenset[str], tuple[tuple[int, Fact], ...]]] = [(frozenset({ITEMS}), ())]
    for number, fact in ((number, fact) for number, of in enumerate(looks) for fact in of.facts):
        paths = frozenset(looks_at(fact))
        near = [each for each in joined if each[0] & paths]
        joined = [each for each in joined if not each[0] & paths]
        joined.append(
            (paths.union(*(each[0] for each in near)), (*(one for each in near for one in each[1]), (number, fact)))
        )
    looked_at = {path for paths, _ in joined for path in paths}
    return tuple(_group(paths, facts, looked_at) for paths, facts in joined)


def _group(paths: frozenset[str], facts: tuple[tuple[int, Fact], ...], looked_at: set[str]) -> Group:
    above = {outer for path in paths for outer in _above(path)} & looked_at
    objects = [path for path in sorted(paths) if any(other.startswith(f"{path}.") for other in looked_at)]
    return Group(tuple(sorted(paths)), facts, tuple(sorted(above)), tuple(objects))


def _above(path: str) -> Iterator[str]:
    words = path.split(".")
    return (".".join(words[:depth]) for depth in range(1, len(words)))


def combinations(
    group: Group, looks: tuple[Look, ...], documents: tuple[Fill, ...], days: tuple[int, ...]
) -> Combinations:
    """What the facts of `group` can show, each look on its day; `documents` are requests to draw upon."""
    ways: dict[Shown, list[Fill]] = {}
    reader = _Reader(group, looks, days)
    for fill in _fills(group, looks, documents, days):
        shown = reader.shown(fill)
        if shown is not None and len(kept := ways.setdefault(shown, [])) < _KEPT:
            kept.append(fill)
    return Combinations(group, {shown: tuple(fills) for shown, fills in ways.items()})


def _fills(group: Group, looks: tuple[Look, ...], documents: tuple[Fill, ...], days: tuple[int, ...]) -> Iterator[Fill]:
    """Ways of filling the group's fields: those of the documents first, then all there are, or as many as are enough."""
    packs = [look.how.pack for look in looks]
    pools = {path: _distinct(_pool(path, group, packs, documents, days)) for path in group.paths}
    for above in _states(group.above):
        paths = [path for path in group.paths if _shut(path, above) is Mark.OBJECT]
        own = [{path: _as_written(path, group, document) for path in paths} for document in documents]
        for fill in itertools.chain(own, _products(paths, pools, own)):
            yield {**above, **fill}


def _states(above: tuple[str, ...]) -> Iterator[Fill]:
    """What may stand at the objects above, outer ones first: what lies in one that is not there is not spoken of."""
    for states in itertools.product((Mark.OBJECT, None, Mark.LEFT_OUT), repeat=len(above)):
        whole = dict(zip(above, states, strict=True))
        inner = [path for path in above if _shut(path, whole) is not Mark.OBJECT]
        if all(whole[path] is _shut(path, whole) for path in inner):
            yield {path: state for path, state in whole.items() if path not in inner}


def _shut(path: str, fill: Fill) -> object:
    """What stands instead of the outermost object above `path` that is not there; `OBJECT` where all are."""
    states = (fill[outer] for outer in _above(path) if outer in fill)
    return next((state for state in states if state is not Mark.OBJECT), Mark.OBJECT)


def _products(paths: list[str], pools: Mapping[str, list[Any]], own: list[dict[str, Any]]) -> Iterator[Fill]:
    """Everything that may stand at `paths` together; where that is too much, what may stand at two of them at a time."""
    if math.prod(len(pools[path]) for path in paths) <= _MOST:
        yield from (dict(zip(paths, values, strict=True)) for values in itertools.product(*(pools[p] for p in paths)))
        return
    for one, two in itertools.combinations(paths, 2):
        pairs = itertools.islice(itertools.product(pools[one], pools[two]), _MOST)
        yield from ({**(own[0] if own else {}), one: a, two: b} for a, b in pairs)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Finds the facts of a group in its fields, however they are filled, each look on its day.

    A fact turns on the fields at which it looks and on no others: it is found once for all ways of filling the rest. Fields
    are told apart by the values themselves, which live at least as long as this.
    """

    group: Group
    looks: tuple[Look, ...]
    days: tuple[int, ...]
    found: dict[tuple[int, ...], object] = field(default_factory=dict)
    near: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Tell for each fact the fields on which it turns: those at which it looks, those above and those within."""
        paths = (*self.group.above, *self.group.paths)
        for _, fact in self.group.facts:
            own = looks_at(fact)
            self.near.append(tuple(path for path in paths if any(_touch(path, one) for one in own)))

    def shown(self, fill: Fill) -> Shown | None:
        """What is found in fields that are filled so; None where they cannot be read."""
        values: list[Any] = []
        for nth, (_, fact) in enumerate(self.group.facts):
            key = (nth, *(id(fill.get(path, Mark.LEFT_OUT)) for path in self.near[nth]))
            if key not in self.found:
                self.found[key] = self._find(nth, fill)
            found = self.found[key]
            if not isinstance(found, Found):
                return None
            values.append(_any(fact, found.value))
        objects = tuple(fill.get(path, _shut(path, fill)) for path in (*self.group.above, *self.group.objects))
        return Shown(objects, tuple(values), items_of(fill) if ITEMS in self.group.paths else None)

    def _find(self, nth: int, fill: Fill) -> object:
        document: dict[str, Any] = {}
        for path, value in sorted(fill.items()):
            if path in self.near[nth]:
                put(document, path, value)
        number, fact = self.group.facts[nth]
        return self.looks[number].how.findings[fact.name](At(document, self.days[number]))


def _touch(one: str, other: str) -> bool:
    """Whether two paths are the same, or one leads to the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def items_of(document: Fill) -> frozenset[str]:
    """The items that a request asks for."""
    listed = document.get(ITEMS)
    return frozenset(listed) if isinstance(listed, list) else frozenset()


def _any(fact: Fact, value: Value) -> Value | Mark:
    free = fact.finding == "value" and fact.sort.kind in (Kind.DAY, Kind.COUNT)
    return Mark.ANY if free and value is not None else value


def _as_written(path: str, group: Group, document: Fill) -> Any:  # noqa: ANN401  # a JSON value, or a mark
    value = at(document, path)
    return Mark.OBJECT if path in (*group.above, *group.objects) and isinstance(value, dict) else value


def _pool(
    path: str, group: Group, packs: list[Pack], documents: tuple[Fill, ...], days: tuple[int, ...]
) -> Iterator[Any]:
    """What may stand at `path`."""
    if path in group.objects:
        yield from (Mark.OBJECT, None, Mark.LEFT_OUT)
        return
    written = [at(document, path) for document in documents]
    yield from written
    facts = [fact for _, fact in group.facts if fact.path == path]
    if path == ITEMS:
        yield from _items(packs)
    elif any("field" in fact.settings for fact in facts):
        yield []
        yield from ([one] for one in _objects(facts, written))
    for fact in facts:
        yield from _said(fact, packs)
        yield from _periods(days) if fact.finding == "periods" else ()
    yield from (None, Mark.LEFT_OUT)


def _items(packs: list[Pack]) -> Iterator[list[str]]:
    names = [name for name in packs[0].items if all(name in pack.items for pack in packs)]
    for number in (0, 1, 2, len(names)):
        yield from (list(some) for some in itertools.combinations(names, number))


def _said(fact: Fact, packs: list[Pack]) -> Iterator[Any]:
    """What the declaration of a fact says may stand there: its samples, and the texts of its settings."""
    if "field" not in fact.settings:
        yield from (sample for sample in fact.samples.values() if sample)
    within, grounds = fact.settings.get("within"), fact.settings.get("grounds")
    yield from ([within] if isinstance(within, str) else [])
    yield from (grounds.values() if isinstance(grounds, Mapping) else [])
    if fact.finding == "value":
        yield from _OF_KIND.get(fact.sort.kind, ())
    if "[" in fact.name:
        yield from ([], [fact.name.partition("[")[2][:-1]], list(packs[0].items))


def _periods(days: tuple[int, ...]) -> Iterator[str]:
    """The quarters in which the days of the law lie."""
    for on in map(dt.date.fromordinal, days):
        yield f"{on.year}Q{(on.month + 2) // 3}"


_OF_KIND: Mapping[Kind, tuple[bool | int | str, ...]] = {
    Kind.TRUTH: (True, False),
    Kind.DAY: ("2024-01-31",),
    Kind.COUNT: (1,),
}


def _objects(facts: list[Fact], written: list[Any]) -> Iterator[dict[str, Any]]:
    """Objects for a list, two of their fields at a time filled in every way that a finding may tell from another."""
    listed = [one for many in written if isinstance(many, list) for one in many if isinstance(one, dict)]
    fields: dict[str, list[Any]] = {}
    for fact in facts:
        truths = [True, False] if fact.finding == "every" else []
        samples = [sample for sample in fact.samples.values() if sample]
        fields.setdefault(str(fact.settings.get("field", "")), []).extend([*samples, *truths])
    fields.pop("", None)
    for key, pool in fields.items():
        pool.extend(one[key] for one in listed if key in one)
        fields[key] = [*_distinct(pool)[:_MANY], Mark.LEFT_OUT]
    for one, two in itertools.combinations_with_replacement(fields, 2):
        for a, b in itertools.product(fields[one], fields[two]):
            made = {**(listed[0] if listed else {}), one: a, two: b}
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


def can_be_shown(
    of: Combinations, looks: tuple[Look, ...], items: Iterable[str], marks: tuple[str, str] = ("", "")
) -> Formula:
    """That the facts of a group take a combination that a request can show.

    `marks` tell the fields, and the items asked for, of one request of a pair from those of the other.
    """
    asked_for = list(items)
    return either(_as_shown(shown, of.group, looks, asked_for, marks) for shown in of.ways)


def _as_shown(shown: Shown, group: Group, looks: tuple[Look, ...], items: list[str], marks: tuple[str, str]) -> Formula:
    of_fields, of_items = marks
    stands = zip((*group.above, *group.objects), shown.objects, strict=True)
    parts = [part for path, what in stands for part in _stands(f"{path}{of_fields}", what)]
    for (number, fact), value in zip(group.facts, shown.values, strict=True):
        symbols = looks[number].symbols
        parts.append(symbols.number_of(fact.name).known if value is Mark.ANY else symbols.is_(fact, value))
    if shown.items is not None:
        wanted = [(asked(f"{item}{of_items}"), item in shown.items) for item in items]
        parts += [one if is_wanted else contrary(one) for one, is_wanted in wanted]
    return both(parts)


def _stands(path: str, what: object) -> Iterator[Formula]:
    present, null = state(path)
    yield present if what is Mark.OBJECT else contrary(present)
    yield null if what is None else contrary(null)


def state(path: str) -> tuple[Formula, Formula]:
    """Whether an object stands at `path`, and whether null does."""
    return truth_named(f"{path} is an object"), truth_named(f"{path} is null")


def taken(
    of: Combinations, looks: tuple[Look, ...], model: Formula, items: Iterable[str], marks: tuple[str, str] = ("", "")
) -> Shown:
    """The combination that the facts of a group take in `model`."""
    of_fields, of_items = marks
    objects = tuple(_object(model, f"{path}{of_fields}") for path in (*of.group.above, *of.group.objects))
    values = tuple(_any(fact, looks[number].symbols.value(fact, model)) for number, fact in of.group.facts)
    wanted = frozenset(item for item in items if holds(model, asked(f"{item}{of_items}")))
    return Shown(objects, values, wanted if ITEMS in of.group.paths else None)


def _object(model: Formula, path: str) -> Mark | None:
    present, null = state(path)
    return Mark.OBJECT if holds(model, present) else None if holds(model, null) else Mark.LEFT_OUT


def shown_by(document: Fill, of: Combinations, looks: tuple[Look, ...], days: tuple[int, ...]) -> Shown | None:
    """What `document` shows of the facts of a group; None where it cannot be read."""
    fill: dict[str, Any] = {}
    for path in (*of.group.above, *of.group.paths):
        if _shut(path, fill) is Mark.OBJECT:
            fill[path] = _as_written(path, of.group, document)
    return _Reader(of.group, looks, days).shown(fill)
