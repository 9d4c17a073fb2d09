"""The orders of courts that bear on a request, side by side, as JSON and for people: which binds, which conflict, which gave way.

What follows from an order stands among the ruling's findings, like any other rule's; this module shows the orders.
"""

from __future__ import annotations

from collections.abc import Iterator

from safeconduct.core.days import iso
from safeconduct.core.facts import VERBS
from safeconduct.core.orders import Order, bearing, binding
from safeconduct.preflight import Checked


def as_documents(checked: Checked) -> list[dict[str, object]]:
    """The orders in force whose scope holds the request or may hold it, ready for JSON."""
    shown = _shown(checked)
    return [
        {
            "name": order.name,
            "court": order.court,
            "docket": order.docket,
            "case": order.case or None,
            "kind": str(order.kind),
            "verbs": _verbs(order),
            "parties": list(order.parties),
            "data": list(order.data) or None,
            "issued": iso(order.issued),
            "from": iso(order.since),
            "until": _day(order.until),
            "served": _day(order.served),
            "last_checked": iso(order.last_checked),
            "says": order.says,
            "unconfirmed": list(order.unconfirmed),
            "in_scope": within,
            "binds": _binds(order, checked),
            "conflicts_with": _conflicts(order, shown),
            "set_aside": _set_aside(order, checked),
        }
        for order, within in shown.values()
    ]


def _shown(checked: Checked) -> dict[str, tuple[Order, bool | None]]:
    told = bearing(checked.under.law.orders, checked.known)
    return {order.name: (order, within) for order, within in told}


def _verbs(order: Order) -> list[str]:
    return [verb for verb in VERBS if verb in order.verbs]


def _day(day: int | None) -> str | None:
    return None if day is None else iso(day)


def _binds(order: Order, checked: Checked) -> bool:
    law = checked.under.law
    return order in binding(law.orders, law.on)


def _conflicts(order: Order, shown: dict[str, tuple[Order, bool | None]]) -> list[str]:
    """Those shown beside it: a conflict with an order that is not in force is none."""
    return [name for name in order.conflicts_with if name in shown]


def _set_aside(order: Order, checked: Checked) -> dict[str, object] | None:
    """Counsel's record, where the order gives way by it today."""
    record = order.set_aside
    if record is None or _binds(order, checked):
        return None
    return {"on": iso(record.on), "because_of": record.because_of, "why": record.why, "by": list(record.by)}


def lines(checked: Checked) -> Iterator[str]:
    """The orders as a list in Markdown, a line each, with lines beneath for what else is to be known."""
    shown = _shown(checked)
    for order, within in shown.values():
        yield f"- **{order.cites}** · {order.docket}{f' ({order.case})' if order.case else ''} · {_does(order, checked)}"
        yield f"  - {order.says}"
        yield f"  - {_dated(order)}"
        yield from (f"  - {line}" for line in _beside(order, within, shown, checked))


def _does(order: Order, checked: Checked) -> str:
    what = f"{str(order.kind).replace('_', ' ')}: bars {_listed(_verbs(order)) or 'nothing'}"
    of = f" of {_listed(order.data)}" if order.data else ""
    whom = f"; binds {', '.join(order.parties)}" if order.parties else ""
    return f"{what}{of}{whom}{'; set aside by counsel' if _set_aside(order, checked) else ''}"


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(word.replace("_", " ") for word in words)


def _dated(order: Order) -> str:
    until = f"until {iso(order.until)}" if order.until else "no end"
    served = f"served {iso(order.served)}" if order.served else "service not recorded"
    return f"Issued {iso(order.issued)}, in force from {iso(order.since)}, {until}; {served}; last checked {iso(order.last_checked)}."


def _beside(
    order: Order,
    within: bool | None,  # noqa: FBT001  # a truth value is its subject
    shown: dict[str, tuple[Order, bool | None]],
    checked: Checked,
) -> Iterator[str]:
    if within is None:
        yield "It cannot be told whether the request is within its scope; it is treated as if it were."
    conflicts = [shown[name][0].cites for name in _conflicts(order, shown)]
    if conflicts:
        yield f"In conflict with {', '.join(conflicts)}."
    record = order.set_aside if _set_aside(order, checked) else None
    if record:
        yield f"Set aside from {iso(record.on)} for {record.because_of}: {record.why} Signed by {'; '.join(record.by)}."
    if order.unconfirmed:
        yield f"UNCONFIRMED: {'; '.join(order.unconfirmed)}."
