"""Orders of courts: data beside the pack, one dated TOML file each.

    court = "D.D.C."
    docket = "1:25-cv-00457"
    issued = 2025-11-21
    from = 2025-11-21
    kind = "stop_sender"
    verbs = ["disclose"]
    agreement = "treasury-dhs-2025-04-07"
    last_checked = 2026-11-23
    says = "…"

An order names the agreement whose requests it binds, or gives a `scope` of its own, an expression over facts. Whether a request is one of these is tested on what the custodian
knows: the agreement's own `governs`, with no regard to whether the agreement still runs. An order without `until`
stands. What follows from an order says the rule marked `each: order`; this module leaves that to `law`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core import grammar
from safeconduct.core.days import iso
from safeconduct.core.expression import Node
from safeconduct.core.rulepack import Pack
from safeconduct.core.tables import Declared, table


class Kind(StrEnum):
    """What an order does: stop the sender, freeze the receiver too, or demand notice before a release."""

    STOP_SENDER = "stop_sender"
    FREEZE_RECEIVER = "freeze_receiver"
    NOTICE_BEFORE_RELEASE = "notice_before_release"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a court. `since` and `until` are proleptic ordinals, half-open; `scope` is true of requests it binds."""

    name: str
    court: str
    docket: str
    issued: int
    kind: Kind
    verbs: frozenset[str]
    scope: Node
    since: int
    until: int | None
    last_checked: int
    says: str

    @property
    def cites(self) -> str:
        """How the order is cited: court and date."""
        return f"{self.court} {iso(self.issued)}"

    def stands_on(self, day: int) -> bool:
        """Whether the order is in force on `day`."""
        return self.since <= day and (self.until is None or day < self.until)


_VERBS = ("disclose", "inspect", "use", "copy", "act_upon")
_BARRING = (Kind.STOP_SENDER, Kind.FREEZE_RECEIVER)
_KEYS = {
    "court", "docket", "judge", "case", "issued", "from", "until", "kind", "verbs", "binds", "agreement", "scope", "served",
    "last_checked", "says", "unconfirmed", "sources",
}  # fmt: skip


def orders(files: Mapping[str, str], pack: Pack) -> tuple[Order, ...]:
    """The orders in `files` (name to TOML text), by day of issue; their agreements must be known to `pack`.

    Raises:
        PackFault: a file is no TOML, or a key is missing or malformed.
    """
    return tuple(
        sorted((_order(name, text, pack) for name, text in files.items()), key=lambda order: (order.issued, order.name))
    )


def _order(file: str, text: str, pack: Pack) -> Order:
    declared = Declared(file, text, "the order", "", table(file, text))
    declared.only(_KEYS)
    scope = _scope(declared, pack)
    _in_order(declared)
    return Order(
        name=file.rsplit("/", 1)[-1].removesuffix(".toml"),
        court=declared.string("court"),
        docket=declared.string("docket"),
        issued=declared.day("issued"),
        kind=Kind(declared.one_of("kind", list(Kind))),
        verbs=_verbs(declared),
        scope=scope,
        since=declared.day("from"),
        until=declared.day("until") if "until" in declared.keys else None,
        last_checked=declared.day("last_checked"),
        says=" ".join(declared.string("says").split()),
    )


def _scope(declared: Declared, pack: Pack) -> Node:
    """The requests that an order binds: those of an agreement, or those of an expression of its own."""
    if "scope" in declared.keys:
        try:
            return grammar.read(declared.string("scope"), {fact.name: fact.sort for fact in pack.facts.values()})
        except grammar.ExpressionFault as fault:
            raise declared.fault(f"has a scope that cannot be read: {fault.what}", fault.mend, "scope") from None
    agreement = declared.string("agreement")
    if agreement not in pack.agreements:
        mend = (
            f"name one of {', '.join(sorted(pack.agreements))}, or give a scope" if pack.agreements else "give a scope"
        )
        raise declared.fault(f"names the agreement `{agreement}`, which the pack lacks", mend, "agreement")
    return pack.agreements[agreement].governs


def _in_order(declared: Declared) -> None:
    since, issued = declared.day("from"), declared.day("issued")
    if issued > since:
        raise declared.fault("binds before it was issued", "give in `from` the day of issue or a later one", "from")
    if "until" in declared.keys and declared.day("until") <= since:
        raise declared.fault("ends before it begins", "give in `until` a later day than in `from`", "until")


def _verbs(declared: Declared) -> frozenset[str]:
    value = declared.keys.get("verbs", [])
    if not isinstance(value, list) or not all(verb in _VERBS for verb in value):
        raise declared.fault("bars a verb that there is not", f"write some of {', '.join(_VERBS)}", "verbs")
    if declared.keys["kind"] in _BARRING and "disclose" not in value:
        raise declared.fault("stops the sender and does not bar `disclose`", 'add "disclose" to verbs', "verbs")
    return frozenset(value)
