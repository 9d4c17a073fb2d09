"""What is looked at in a row of a file: findings, as looks at the cells that they need.

A look names the paths at which it looks and the columns in which it answers. The functions that answer are those that
find in one request (`core.findings`, `core.intake`). How a look is put to many rows is `columns`' concern.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from safeconduct.bulk.lowering import asked, shown
from safeconduct.core import findings, intake
from safeconduct.core.expression import Kind
from safeconduct.core.facts import Fact
from safeconduct.core.fields import At, Found
from safeconduct.core.intake import Intake

Said = Sequence[object]
"""What a look says of a row: a value for each of its columns, or everything that is wrong, as `Wrong`."""

_TYPES = {Kind.TRUTH: pa.bool_(), Kind.COUNT: pa.int64(), Kind.DAY: pa.int32(), Kind.CHOICE: pa.string()}


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the cells of `paths`, answered in the columns `names` of these types.

    `presence` is set where it only matters whether something stands beneath the path.
    """

    paths: tuple[str, ...]
    names: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    answer: Callable[[At], Said]
    presence: bool = False


def looks(how: Intake) -> tuple[Look, ...]:
    """The looks that make of a row its line in a file of facts."""
    ids = Look(("request_id",), ("request_id",), (pa.string(),), _id)
    wholes = (Look((parent,), (), (), _whole(parent), presence=True) for parent in how.parents)
    items = Look(("items",), tuple(map(asked, how.pack.items)), (pa.bool_(),) * len(how.pack.items), _items(how))
    return (ids, *wholes, items, *(_finding(fact, how) for fact in shown(how.pack)))


def looked_at(how: Intake) -> frozenset[str]:
    """The paths of a request that something reads, and all above them; an asker hears of any other."""
    return frozenset(".".join(path) for path in how.known)


def merged(looks: Iterable[Look]) -> tuple[Look, ...]:
    """The looks, those at the same paths made one: what they look at is put together once."""
    alike: dict[tuple[tuple[str, ...], bool], list[Look]] = {}
    for look in looks:
        alike.setdefault((look.paths, look.presence), []).append(look)
    return tuple(_one(same) if len(same) > 1 else same[0] for same in alike.values())


def _one(looks: Sequence[Look]) -> Look:
    answers = [look.answer for look in looks]
    return Look(
        looks[0].paths,
        tuple(name for look in looks for name in look.names),
        tuple(kind for look in looks for kind in look.types),
        lambda at: [one for answer in answers for one in answer(at)],
        looks[0].presence,
    )


def _id(at: At) -> Said:
    return list(intake.wrong_id(at)) or [at.look("request_id")]


def _whole(parent: str) -> Callable[[At], Said]:
    return lambda at: list(intake.wrong_object(at, parent))


def _items(how: Intake) -> Callable[[At], Said]:
    def answer(at: At) -> Said:
        items, wrongs = intake.items_asked(at, how.pack)
        return wrongs or [item in (items or ()) for item in how.pack.items]

    return answer


def _finding(fact: Fact, how: Intake) -> Look:
    if not fact.path:  # the custodian's to say: no request states it
        return Look((), (fact.name,), (_TYPES[fact.sort.kind],), lambda _: [None])
    find = how.findings[fact.name]

    def answer(at: At) -> Said:
        found = find(at)
        return [found.value if isinstance(found, Found) else found]

    presence = findings.shape(fact) is None
    return Look(findings.looks_at(fact), (fact.name,), (_TYPES[fact.sort.kind],), answer, presence)
