"""Facts at random, in the shape of `facts.parquet`, to rule on: as a file of 2025 had them, near a permit, or by chance alone.

A fact is drawn over all its values, unknown among them; a clause is (i)(2), or none that there is: the peers have no other.
What (i)(2) does not turn on is unknown but where chance alone decides. In `alike` nearly all rows share few patterns; those of `near`
would be permitted but for some facts, none in one row and many in the next; in `any` chance alone decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from random import Random

import polars as pl

from safeconduct import shelf
from safeconduct.core.expression import Kind
from safeconduct.core.facts import EstablishedBy, Fact, Step
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY

Value = bool | int | str | None

LAW_DATE = date(2025, 8, 1)
DAY = LAW_DATE.toordinal()
GRAINS = 10_000


class Likeness(StrEnum):
    """How the rows are drawn."""

    ALIKE = "alike"
    NEAR = "near"
    ANY = "any"


PASSES: Mapping[str, Value] = {
    "authority.clause": "i2", "request.in_writing": True, "request.made_on": DAY, "asker.office": "department_head",
    "asker.office_stated": True, "asker.component": False, "asker.standing": "federal", "asker.department": "DHS",
    "agreement.claim": "in_force", "officers.listed": 1, "officers.unnamed": 0, "officers.engaged": True,
    "officers.agency": "asking", "officers.any_component": False, "purpose.stated": "criminal_investigation",
    "offence.kind": "criminal", "offence.failure_to_depart": True, "offence.departure_period": True,
    "reason.kind": "individual", "periods.kind": "specified",
    "items.listed": 1, "items.other_return_information": 0, "subject.name": "full", "address.grade": "deliverable",
    "removal_order.given": True, "removal_order.final": True, "removal_order.final_on": DAY - 200,
    "removal_order.ground": "deportable", "removal_order.stayed": False, "removal_order.relief_pending": False,
    "removal_order.judicial_review": False, "removal_order.court_final_on": DAY - 200,
}  # fmt: skip

# Per ten thousand rows of `alike`; what is not named is as in PASSES.
ALIKE: Mapping[str, Mapping[Value, int]] = {
    "authority.clause": {"none": 110, "elsewhere": 60, None: 30},
    "request.in_writing": {None: 20},
    "asker.office": {
        "component_head": 700,
        "inspector_general": 300,
        "field_office_director": 40,
        "other": 20,
        None: 10,
    },
    "asker.component": {True: 4000},
    "asker.department": {"other": 600},
    "agreement.claim": {"none": 800, "unknown": 30, None: 20},
    "officers.listed": {0: 150, 2: 300},
    "officers.engaged": {False: 20, None: 100},
    "officers.agency": {"department": 500, "other": 40},
    "officers.any_component": {True: 4000, None: 20},
    "purpose.stated": {"civil_removal": 250, "grand_jury": 100, "missing_or_exploited_child": 20},
    "offence.kind": {"civil": 150, "unlisted": 40, "none": 60, "unrecognised": 40},
    "offence.failure_to_depart": {False: 2500},
    "offence.departure_period": {False: 2600},
    "reason.kind": {"generic": 2500, "contradicts": 300, "empty": 100},
    "periods.kind": {"all": 200, "none": 100},
    "items.listed": {2: 200},
    "subject.name": {"single": 60, "placeholder": 20},
    "address.grade": {"placeholder": 900, "partial": 1200, "institution": 300, "empty": 200, "deliverable_unit": 100},
    "removal_order.given": {False: 150, None: 30},
    "removal_order.final": {False: 100, None: 40},
    "removal_order.ground": {"inadmissible": 900, "other": 50, None: 60},
    "removal_order.stayed": {True: 60, None: 100},
    "removal_order.relief_pending": {True: 150, None: 200},
    "removal_order.judicial_review": {True: 300, None: 30},
}
ALIKE_DAYS = {
    "request.made_on": (0, 30),
    "removal_order.final_on": (30, 3000),
    "removal_order.court_final_on": (20, 900),
}
ALIKE_ASKED = {"mailing_address": 9800, "name": 150, "tin": 100, "wages_from_employer": 60}


def requested(pack: Pack) -> list[Fact]:
    """The facts that a request itself can tell: the columns of `facts.parquet`."""
    facts = pack.facts.values()
    return [fact for fact in facts if fact.step is Step.REQUEST and fact.established_by is not EstablishedBy.READING]


def facts(rows: int, likeness: Likeness, seed: int = 0) -> pl.DataFrame:
    """So many `rows` of facts at random, the same for the same `seed`."""
    pack, dice = shelf.pack(), Random(seed)
    row = pl.int_range(rows, dtype=pl.Int64, eager=True).alias("row")
    drawn = {fact.name: _fact(fact, rows, likeness, dice) for fact in requested(pack)}
    if likeness is Likeness.NEAR:
        passes = {
            name: pl.Series([PASSES.get(name)], dtype=of.dtype).new_from_index(0, rows) for name, of in drawn.items()
        }
        spoilt = _spoilt(list(drawn), rows, dice)
        drawn = {name: drawn[name].zip_with(spoilt[name], passes[name]) for name in drawn}
    return row.to_frame().select(
        "row",
        pl.format("R-{}", pl.col("row").cast(pl.String).str.zfill(7)).alias("request_id"),
        *(of.alias(name) for name, of in drawn.items()),
        *_asked(tuple(pack.items), rows, likeness, dice),
    )


def _spoilt(names: Sequence[str], rows: int, dice: Random) -> dict[str, pl.Series]:
    """In which rows each fact is left to chance: up to four that are declared together, and in some rows many others."""
    first, width = _drawn(range(len(names)), rows, dice), _drawn(range(5), rows, dice)
    share = _drawn((0, 0, 0, 1, 2, 5, 20, 60), rows, dice)
    return {
        name: ((first <= place) & (first + width > place)) | (_drawn(range(100), rows, dice) < share)
        for place, name in enumerate(names)
    }


def _fact(fact: Fact, rows: int, likeness: Likeness, dice: Random) -> pl.Series:
    drawn = _drawn(_pool(fact.name) if likeness is Likeness.ALIKE else _values(fact), rows, dice)
    return drawn.cast(_DTYPES[fact.sort.kind])


_DTYPES = {Kind.TRUTH: pl.Boolean, Kind.COUNT: pl.Int32, Kind.DAY: pl.Int32, Kind.CHOICE: pl.String}


def _pool(name: str) -> Sequence[Value]:
    if name in ALIKE_DAYS:
        nearest, farthest = ALIKE_DAYS[name]
        return [DAY - back for back in range(nearest, farthest)]
    rare = ALIKE.get(name, {})
    others = [value for value, times in rare.items() for _ in range(times)]
    return [*others, *[PASSES.get(name)] * (GRAINS - len(others))]


def _values(fact: Fact) -> Sequence[Value]:
    """The values of a fact, unknown among them."""
    match fact.sort.kind:
        case Kind.TRUTH:
            return (True, False, None)
        case Kind.COUNT:
            return (0, 1, 2, None)
        case Kind.DAY:
            return (*(DAY - back for back in (-1, 0, 1, 89, 90, 91, 92, 180, 181, 182)), None)
        case Kind.CHOICE:
            return (*(fact.sort.members if fact.name != AUTHORITY else ("i2", "i2", "none", "elsewhere")), None)


def _asked(items: Sequence[str], rows: int, likeness: Likeness, dice: Random) -> list[pl.Series]:
    """Which items are asked for: in `any` none in some rows and several in others, else mostly the address alone."""
    if likeness is Likeness.ALIKE:
        shares = {item: ALIKE_ASKED.get(item, 0) for item in items}
    else:
        shares = {item: 7000 if item == "mailing_address" and likeness is Likeness.NEAR else 1000 for item in items}
    return [(_drawn(range(GRAINS), rows, dice) < share).alias(f"asked.{item}") for item, share in shares.items()]


def _drawn(pool: Sequence[Value], rows: int, dice: Random) -> pl.Series:
    return pl.Series(pool, strict=True).sample(rows, with_replacement=True, seed=dice.getrandbits(32))
