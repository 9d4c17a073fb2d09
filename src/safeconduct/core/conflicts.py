"""What counsel records where orders of courts conflict: which of two is set aside, from when, why, and by whom.

    [set_aside]
    on = 2026-12-01
    because_of = "dcc-2026-02-24"
    why = "…"
    by = ["A. Counsel, Office of Chief Counsel", "B. Officer, Privacy and Disclosure"]

Of orders that conflict the stricter rules until then. To set one aside is a widening: two persons of two offices sign
it. It lasts as long as both orders stand. What an order is, and on whom it bears, is `orders`' concern.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from safeconduct.core.tables import Declared


@dataclass(frozen=True, slots=True)
class SetAside:
    """Counsel's record: from the day `on` (proleptic ordinal) an order gives way to `because_of`, as signed `by`."""

    on: int
    because_of: str
    why: str
    by: tuple[str, ...]


_KEYS = ("on", "because_of", "why", "by")
_FEWEST = 2


def conflicting(order: str, declared: Declared, others: Iterable[str]) -> tuple[str, ...]:
    """The orders with which `order` declares to conflict, each among `others`.

    Raises:
        PackFault: one is not there, or is the order itself.
    """
    named, known = declared.texts("conflicts_with", ()), sorted({*others} - {order})
    for name in named:
        if name not in known:
            mend = f"name some of {', '.join(known)}" if known else "leave it out: there is no other order"
            raise declared.fault(f"conflicts with `{name}`, which is no other order here", mend, "conflicts_with", name)
    return named


def set_aside(declared: Declared) -> SetAside | None:
    """What counsel recorded in `[set_aside]`; None where there is no such record.

    Raises:
        PackFault: the record lacks a day, an order, a reason, or two persons of two offices.
    """
    if "set_aside" not in declared.keys:
        return None
    record = declared.section("set_aside")
    record.only(_KEYS)
    return SetAside(
        on=record.day("on"),
        because_of=record.string("because_of"),
        why=" ".join(record.string("why").split()),
        by=_two_of_two_offices(record),
    )


def _two_of_two_offices(record: Declared) -> tuple[str, ...]:
    by = record.texts("by")
    signed = [_apart(person) for person in by]
    if not all(name and office for name, office in signed):
        raise record.fault("is signed by one who states no office", 'write by = ["name, office", "name, office"]', "by")
    names, offices = ({each.casefold() for each in said} for said in zip(*signed, strict=True))
    if len(names) < _FEWEST or len(offices) < _FEWEST:
        what = "is not signed by two persons of two offices: to set an order aside widens what is allowed"
        raise record.fault(what, 'write by = ["name, office", "name, office"], each another', "by")
    return by


def _apart(person: str) -> tuple[str, str]:
    name, _, office = person.partition(",")
    return " ".join(name.split()), " ".join(office.split())


def holds_together(
    record: SetAside, declared: Declared, conflicts: Collection[str], yields_too: Collection[str]
) -> None:
    """Hold a record to the orders beside it: it gives way to one that conflicts, and that is not set aside itself.

    Raises:
        PackFault: it does not; of two orders that each gave way to the other neither would rule.
    """
    section = declared.section("set_aside")
    if record.because_of not in conflicts:
        mend = f"name one of {', '.join(sorted(conflicts))}" if conflicts else "say in `conflicts_with` which conflicts"
        raise section.fault(f"gives way to `{record.because_of}`, with which it does not conflict", mend, "because_of")
    if record.because_of in yields_too:
        what = f"gives way to `{record.because_of}`, which is set aside itself"
        raise section.fault(what, "set aside one of the two and not the other", "because_of")
