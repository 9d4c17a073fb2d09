"""Tripwires: figures of a file of requests past which it is no work of persons on persons, and is stopped as a whole.

    dated = 2026-11-25
    from_rows = 20

    [persons_per_officer]
    over = 15
    says = "One officer is named for more persons than one officer can be personally and directly engaged with."

The thresholds are the custodian's policy, no law: one dated file, which this module reads and applies. A tripwire stops a
file before any register is opened; its rows are still ruled on. How the figures are counted is `bulk.tripwires`' concern,
by what rows are alike `likeness`'.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.faults import PackFault
from safeconduct.core.tables import Declared, table


class Figure(StrEnum):
    """What is counted."""

    PLACEHOLDERS = "placeholders"
    PERSONS_PER_OFFICER = "persons_per_officer"
    IDENTICAL_REASONS = "identical_reasons"
    REASON_TEMPLATES = "reason_templates"
    ONE_OFFENCE = "one_offence"
    DUPLICATE_PERSONS = "duplicate_persons"


SHARES = frozenset(Figure) - {Figure.PERSONS_PER_OFFICER}
"""The figures that are shares of the rows, between 0 and 1; the other is a number of persons."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure must not go over `over`; it counts only where it stands for `rows` rows or more."""

    figure: Figure
    over: float
    rows: int
    says: str

    @property
    def cites(self) -> str:
        """How the threshold is cited."""
        return f"policy:{self.figure}"


@dataclass(frozen=True, slots=True)
class Policy:
    """The thresholds of a day (proleptic ordinal). `fact` and `among` say what a placeholder is, `offence` where one stands."""

    dated: int
    from_rows: int
    thresholds: tuple[Threshold, ...]
    fact: str
    among: tuple[str, ...]
    offence: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure as counted, the rows it stands for, and the first of them."""

    figure: float
    rows: int
    first_row: int | None


@dataclass(frozen=True, slots=True)
class Tripwire:
    """A threshold beside the figure of a file."""

    threshold: Threshold
    counted: Counted
    tripped: bool


_TOP = ("dated", "from_rows")
_OWN: Mapping[Figure, tuple[str, ...]] = {Figure.PLACEHOLDERS: ("fact", "among"), Figure.ONE_OFFENCE: ("path",)}


def policy(file: str, text: str) -> Policy:
    """The policy in `text` (TOML).

    Raises:
        PackFault: a threshold is missing or malformed, or there is one for no figure.
    """
    whole = Declared(file, text, "the policy of tripwires", "", table(file, text))
    whole.only((*_TOP, *Figure))
    sections = {figure: whole.section(figure) for figure in Figure}
    for figure, section in sections.items():
        section.only(("over", "rows", "says", *_OWN.get(figure, ())))
    placeholders = sections[Figure.PLACEHOLDERS]
    return Policy(
        dated=whole.day("dated"),
        from_rows=whole.count("from_rows", 0),
        thresholds=tuple(_threshold(figure, section) for figure, section in sections.items()),
        fact=placeholders.string("fact"),
        among=tuple(placeholders.texts("among")),
        offence=sections[Figure.ONE_OFFENCE].string("path"),
    )


def _threshold(figure: Figure, section: Declared) -> Threshold:
    over = section.keys.get("over")
    if (
        isinstance(over, bool)
        or not isinstance(over, int | float)
        or not 0 <= over < math.inf
        or (figure in SHARES and over > 1)
    ):
        mend = "write a share between 0 and 1" if figure in SHARES else "write a number of persons"
        raise section.fault("has an `over` that is none", mend, "over")
    return Threshold(figure, over, section.count("rows", 1), section.string("says"))


def weigh(policy: Policy, rows: int, counted: Mapping[Figure, Counted]) -> tuple[Tripwire, ...]:
    """The figures of a file of `rows` rows beside their thresholds. Below `from_rows` rows nothing trips."""
    return tuple(
        Tripwire(each, found, _trips(policy, each, found, rows))
        for each in policy.thresholds
        for found in [counted[each.figure]]
    )


def _trips(policy: Policy, threshold: Threshold, counted: Counted, rows: int) -> bool:
    return rows >= policy.from_rows and counted.figure > threshold.over and counted.rows >= threshold.rows


def tripped(tripwires: Iterable[Tripwire]) -> bool:
    """Whether the file is stopped as a whole."""
    return any(each.tripped for each in tripwires)


def placeholder_is_known(policy: Policy, file: str, members: Mapping[str, Iterable[str]]) -> None:
    """Hold the policy to the pack: what it calls a placeholder must be values of a fact, given by its members.

    Raises:
        PackFault: the fact, or one of its values, is none of the pack's.
    """
    known = tuple(members.get(policy.fact, ()))
    for value in policy.among or ("",):
        if value not in known:
            what = f"the placeholder `{policy.fact}` in `{value}` is no value of a fact of the pack"
            raise PackFault(file, 1, what, f"write values of {', '.join(sorted(members))}")


def offence_is_known(policy: Policy, file: str, paths: Collection[str]) -> None:
    """Hold the policy to the requests: where it says that the statute stands, one is looked for.

    Raises:
        PackFault: it is none of `paths`.
    """
    if policy.offence not in paths:
        what = f"the path `{policy.offence}` in `{Figure.ONE_OFFENCE}` is no field at which anything looks"
        raise PackFault(file, 1, what, f"write one of {', '.join(sorted(paths))}")
