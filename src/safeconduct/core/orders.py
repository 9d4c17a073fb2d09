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

An order names the agreement whose requests it binds. Whether a request is one of these is tested on what the custodian
knows: the agreement's own `governs`, with no regard to whether the agreement still runs. An order without `until`
stands. What follows from an order says the rule marked `each: order`; this module leaves that to `law`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from safeconduct.core.expression import Node
from safeconduct.core.page import PackFault, line_of, table
from safeconduct.core.rulepack import Pack


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
        return f"{self.court} {dt.date.fromordinal(self.issued).isoformat()}"

    def stands_on(self, day: int) -> bool:
        """Whether the order is in force on `day`."""
        return self.since <= day and (self.until is None or day < self.until)


_VERBS = ("disclose", "inspect", "use", "copy", "act_upon")
_BARRING = (Kind.STOP_SENDER, Kind.FREEZE_RECEIVER)
_KEYS = {
    "court", "docket", "judge", "case", "issued", "from", "until", "kind", "verbs", "binds", "agreement", "served",
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
    keys = _Keys(file, text, table(file, text))
    keys.known()
    agreement = keys.string("agreement")
    if agreement not in pack.agreements:
        raise keys.fault(
            "agreement",
            f"names the agreement `{agreement}`, which the pack lacks",
            f"name one of {', '.join(sorted(pack.agreements))}",
        )
    return Order(
        name=file.rsplit("/", 1)[-1].removesuffix(".toml"),
        court=keys.string("court"),
        docket=keys.string("docket"),
        issued=keys.day("issued"),
        kind=keys.kind(),
        verbs=keys.verbs(),
        scope=pack.agreements[agreement].governs,
        since=keys.day("from"),
        until=keys.day("until") if "until" in keys.keys else None,
        last_checked=keys.day("last_checked"),
        says=keys.string("says"),
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of one order, and how to say what is wrong with them."""

    file: str
    text: str
    keys: Mapping[str, Any]

    def fault(self, key: str, what: str, mend: str) -> PackFault:
        return PackFault(self.file, line_of(self.text, f"{key} ="), f"the order {what}", mend)

    def known(self) -> None:
        unknown = sorted(self.keys.keys() - _KEYS)
        if unknown:
            raise self.fault(
                unknown[0], f"has the key `{unknown[0]}`, which an order has not", f"keep to {', '.join(sorted(_KEYS))}"
            )

    def string(self, key: str) -> str:
        value = self.keys.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, f"does not state its `{key}`", f'add {key} = "…"')
        return value

    def day(self, key: str) -> int:
        value = self.keys.get(key)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.fault(key, f"has no day in `{key}`", f"add {key} = YYYY-MM-DD, without quotation marks")
        return value.toordinal()

    def kind(self) -> Kind:
        value = self.string("kind")
        if value not in list(Kind):
            raise self.fault("kind", f"is of the kind `{value}`, which there is not", f"write one of {', '.join(Kind)}")
        return Kind(value)

    def verbs(self) -> frozenset[str]:
        value = self.keys.get("verbs", [])
        if not isinstance(value, list) or not all(verb in _VERBS for verb in value):
            raise self.fault("verbs", "bars a verb that there is not", f"write some of {', '.join(_VERBS)}")
        if self.kind() in _BARRING and "disclose" not in value:
            raise self.fault("verbs", "stops the sender and does not bar `disclose`", 'add "disclose" to verbs')
        return frozenset(value)
