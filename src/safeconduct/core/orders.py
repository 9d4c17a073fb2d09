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

An order names the agreement whose requests it binds, or gives a `scope` of its own, an expression over facts. Whether a
request is one of these is tested on what the custodian knows, never on what the asker may leave out, and with no regard
to whether the agreement still runs. An order with `data` bars those items alone. An order without `until` stands. What
counsel records where orders conflict is `conflicts`' concern; what follows from an order says the rule marked
`each: order`, which `law` applies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from safeconduct.core import expression, grammar
from safeconduct.core.conflicts import SetAside, conflicting, holds_together, set_aside
from safeconduct.core.days import iso
from safeconduct.core.expression import FALSE, Facts, Node
from safeconduct.core.facts import VERBS, EstablishedBy, Fact
from safeconduct.core.rulepack import Pack, digest
from safeconduct.core.rules import AUTHORITY
from safeconduct.core.tables import Declared, table


class Kind(StrEnum):
    """What an order does: stop the sender, freeze the receiver too, demand notice before a release, or decline to bar."""

    STOP_SENDER = "stop_sender"
    FREEZE_RECEIVER = "freeze_receiver"
    NOTICE_BEFORE_RELEASE = "notice_before_release"
    RELIEF_DENIED = "relief_denied"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a court. `since` and `until` are proleptic ordinals, half-open; `scope` is true of requests it bears on.

    `data` names the items that it bears on, and is empty where it bears on all; `parties` are those whom it binds.
    `conflicts_with` names the orders beside it that say otherwise, whichever of the two declares it.
    """

    name: str
    court: str
    docket: str
    case: str
    issued: int
    kind: Kind
    verbs: frozenset[str]
    parties: tuple[str, ...]
    scope: Node
    data: tuple[str, ...]
    since: int
    until: int | None
    served: int | None
    last_checked: int
    says: str
    unconfirmed: tuple[str, ...]
    conflicts_with: tuple[str, ...]
    set_aside: SetAside | None

    @property
    def cites(self) -> str:
        """How the order is cited: court and date."""
        return f"{self.court} {iso(self.issued)}"

    @property
    def truths(self) -> dict[str, Node]:
        """What the order does, as the facts of which a rule marked `each: order` speaks: each as wide as its scope."""
        bars = {f"order.bars.{verb}": self.scope if verb in self.verbs else FALSE for verb in VERBS}
        return bars | {"order.demands.notice": self.scope if self.kind is Kind.NOTICE_BEFORE_RELEASE else FALSE}

    def stands_on(self, day: int) -> bool:
        """Whether the order is in force on `day`."""
        return self.since <= day and (self.until is None or day < self.until)


def binding(orders: Iterable[Order], day: int) -> tuple[Order, ...]:
    """Those of `orders` that bind on `day`: in force, no refusal to bar, and not set aside.

    One is set aside for as long as the order stands to which it gives way.
    """
    standing = [order for order in orders if order.stands_on(day)]
    names = {order.name for order in standing}
    return tuple(
        order for order in standing if order.kind is not Kind.RELIEF_DENIED and not _gives_way(order, names, day)
    )


def _gives_way(order: Order, standing: set[str], day: int) -> bool:
    record = order.set_aside
    return record is not None and record.on <= day and record.because_of in standing


def bearing(orders: Iterable[Order], facts: Facts) -> tuple[tuple[Order, bool | None], ...]:
    """Those of `orders` that bear on a request of which `facts` are known, or may: None where it cannot be told."""
    told = ((order, expression.value(order.scope, facts)) for order in orders)
    return tuple((order, within) for order, within in told if within is not False)


_BARRING = (Kind.STOP_SENDER, Kind.FREEZE_RECEIVER)
_KEYS = {
    "court", "docket", "judge", "case", "issued", "from", "until", "kind", "verbs", "binds", "agreement", "scope", "data",
    "served", "last_checked", "says", "unconfirmed", "sources", "conflicts_with", "set_aside",
}  # fmt: skip
_OFFICE = "asker.office"
_OWN = (EstablishedBy.CUSTODIAN, EstablishedBy.REGISTER, EstablishedBy.REVIEWER, EstablishedBy.READING)


def orders(files: Mapping[str, str], pack: Pack) -> tuple[Order, ...]:
    """The orders in `files` (name to TOML text), by day of issue; their agreements and items must be known to `pack`.

    Raises:
        PackFault: a file is no TOML, a key is missing or malformed, or the orders do not hold together.
    """
    declared = {_name(file): Declared(file, text, "the order", "", table(file, text)) for file, text in files.items()}
    read = {name: _order(name, each, pack, declared) for name, each in declared.items()}
    whole = [replace(order, conflicts_with=_both_ways(order, read)) for order in read.values()]
    given_way = {order.name for order in whole if order.set_aside}
    for order in whole:
        if order.set_aside:
            holds_together(order.set_aside, declared[order.name], order.conflicts_with, given_way)
    return tuple(sorted(whole, key=lambda order: (order.issued, order.name)))


def file_of(name: str) -> str:
    """The file of the order of that name."""
    return f"orders/{name}.toml"


def seal(texts: Mapping[str, str]) -> str:
    """The digest of the orders that are written in `texts`, by name."""
    return digest({file_of(name): text for name, text in texts.items()})


def _name(file: str) -> str:
    return file.rsplit("/", 1)[-1].removesuffix(".toml")


def _both_ways(order: Order, read: Mapping[str, Order]) -> tuple[str, ...]:
    back = (other.name for other in read.values() if order.name in other.conflicts_with)
    return tuple(sorted({*order.conflicts_with, *back}))


def _order(name: str, declared: Declared, pack: Pack, others: Iterable[str]) -> Order:
    declared.only(_KEYS)
    scope = _scope(declared, pack)
    _in_order(declared)
    kind = Kind(declared.one_of("kind", list(Kind)))
    return Order(
        name=name,
        court=declared.string("court"),
        docket=declared.string("docket"),
        case=declared.string("case", ""),
        issued=declared.day("issued"),
        kind=kind,
        verbs=_verbs(declared, kind),
        parties=declared.texts("binds", ()),
        scope=scope,
        data=_data(declared, pack),
        since=declared.day("from"),
        until=declared.day("until") if "until" in declared.keys else None,
        served=declared.day("served") if "served" in declared.keys else None,
        last_checked=declared.day("last_checked"),
        says=" ".join(declared.string("says").split()),
        unconfirmed=declared.texts("unconfirmed", ()),
        conflicts_with=conflicting(name, declared, others),
        set_aside=set_aside(declared),
    )


def _scope(declared: Declared, pack: Pack) -> Node:
    """The requests that an order bears on: those of an agreement, or those of an expression of its own."""
    if "scope" in declared.keys:
        try:
            scope = grammar.read(declared.string("scope"), {fact.name: fact.sort for fact in pack.facts.values()})
        except grammar.ExpressionFault as fault:
            raise declared.fault(f"has a scope that cannot be read: {fault.what}", fault.mend, "scope") from None
        _beyond_the_asker(scope, declared, pack, "scope", "has a `scope`")
        return scope
    agreement = declared.string("agreement")
    if agreement not in pack.agreements:
        mend = (
            f"name one of {', '.join(sorted(pack.agreements))}, or give a scope" if pack.agreements else "give a scope"
        )
        raise declared.fault(f"names the agreement `{agreement}`, which the pack lacks", mend, "agreement")
    governs = pack.agreements[agreement].governs
    _beyond_the_asker(governs, declared, pack, "agreement", f"rests on what `{agreement}` governs")
    return governs


def _beyond_the_asker(scope: Node, declared: Declared, pack: Pack, key: str, says: str) -> None:
    """Hold a scope to what the custodian knows: whoever could leave a request out of an order by a word would do so."""
    for name in sorted(expression.facts_of(scope)):
        if not _custodian_knows(pack.facts[name]):
            what = f"{says} that turns on `{name}`, which the asker may state or leave out at will"
            mend = "let it turn on what the custodian finds, the authority named and the office that signs"
            raise declared.fault(what, mend, key)


def _custodian_knows(fact: Fact) -> bool:
    """The custodian's own findings and what no request states; beside these the authority and the office, unknown if left out."""
    named = fact.name == AUTHORITY or (fact.path == _OFFICE and fact.finding == "value")
    in_no_request = not fact.path and fact.established_by is not EstablishedBy.ASKER
    return named or fact.established_by in _OWN or in_no_request


def _in_order(declared: Declared) -> None:
    since, issued = declared.day("from"), declared.day("issued")
    if issued > since:
        raise declared.fault("binds before it was issued", "give in `from` the day of issue or a later one", "from")
    if "until" in declared.keys and declared.day("until") <= since:
        raise declared.fault("ends before it begins", "give in `until` a later day than in `from`", "until")


def _verbs(declared: Declared, kind: Kind) -> frozenset[str]:
    value = declared.keys.get("verbs", [])
    if not isinstance(value, list) or not all(verb in VERBS for verb in value):
        raise declared.fault("bars a verb that there is not", f"write some of {', '.join(VERBS)}", "verbs")
    if kind in _BARRING and "disclose" not in value:
        raise declared.fault("stops the sender and does not bar `disclose`", 'add "disclose" to verbs', "verbs")
    if kind is Kind.RELIEF_DENIED and value:
        raise declared.fault("declines to bar and bars a verb", "write verbs = [], or another kind", "verbs")
    if kind is Kind.RELIEF_DENIED and "set_aside" in declared.keys:
        raise declared.fault("bars nothing and is set aside", "take [set_aside] out", "set_aside")
    return frozenset(value)


def _data(declared: Declared, pack: Pack) -> tuple[str, ...]:
    named = declared.texts("data", ())
    for item in named:
        if item not in pack.items:
            what = f"bears on the item `{item}`, which the pack lacks"
            raise declared.fault(what, f"name some of {', '.join(pack.items)}; none for all", "data", item)
    return tuple(dict.fromkeys(named))
