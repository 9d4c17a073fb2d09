"""Orders of courts: data beside the pack, refused with line and cure where malformed."""

from __future__ import annotations

import pytest

from safeconduct import shelf
from safeconduct.core.expression import value
from safeconduct.core.faults import PackFault
from safeconduct.core.orders import orders
from safeconduct.core.rulepack import Pack

ORDER = """\
court = "D.D.C."
docket = "1:25-cv-00457"
issued = 2025-11-21
from = 2025-11-21
kind = "stop_sender"
verbs = ["disclose"]
agreement = "treasury-dhs-2025-04-07"
last_checked = 2026-11-23
says = "stops the sender"
"""

MISTAKES = {
    "no court": ('court = "D.D.C."\n', "", 'orders/x.toml:1: the order has no `court`; add court = "…"'),
    "a day in quotation marks": (
        "issued = 2025-11-21", 'issued = "2025-11-21"',
        "orders/x.toml:3: the order has no day in `issued`; add issued = YYYY-MM-DD, without quotation marks",
    ),
    "a kind that there is not": (
        'kind = "stop_sender"', 'kind = "ban"',
        "orders/x.toml:5: the order gives the kind `ban`, which there is not; write one of stop_sender, freeze_receiver, notice_before_release, relief_denied",
    ),
    "a verb that there is not": (
        '["disclose"]', '["disclose", "read"]',
        "orders/x.toml:6: the order bars a verb that there is not; write some of disclose, inspect, use, copy, act_upon",
    ),
    "a stop that does not bar the disclosure": (
        '["disclose"]', '["use"]',
        'orders/x.toml:6: the order stops the sender and does not bar `disclose`; add "disclose" to verbs',
    ),
    "an agreement that the pack lacks": (
        "treasury-dhs-2025-04-07", "treasury-dhs",
        "orders/x.toml:7: the order names the agreement `treasury-dhs`, which the pack lacks; name one of treasury-dhs-2025-04-07, or give a scope",
    ),
    "a key misspelt": (
        "docket =", "dockett =",
        "orders/x.toml:2: the order has the key `dockett`, which does not belong there; write `docket`",
    ),
    "a day of force before that of issue": (
        "from = 2025-11-21",
        "from = 2025-11-20",
        "orders/x.toml:4: the order binds before it was issued; give in `from` the day of issue or a later one",
    ),
    "a scope that is no expression": (
        'agreement = "treasury-dhs-2025-04-07"',
        'scope = "asker.agency == DHS"',
        "orders/x.toml:7: the order has a scope that cannot be read: `asker.agency` is no declared fact; write",
    ),
    "an end before the beginning": (
        "from = 2025-11-21",
        "from = 2025-11-21\nuntil=2025-11-21",
        "orders/x.toml:5: the order ends before it begins; give in `until` a later day than in `from`",
    ),
    "no TOML": ("issued = 2025-11-21", "issued 2025-11-21", "orders/x.toml:3: the table cannot be read:"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_malformed_order_is_refused_with_its_line_and_its_cure(mistake: str, pack: Pack) -> None:
    good, bad, message = MISTAKES[mistake]
    with pytest.raises(PackFault) as fault:
        orders({"orders/x.toml": ORDER.replace(good, bad)}, pack)
    assert str(fault.value).startswith(message)


def test_an_order_is_cited_by_court_and_date(pack: Pack) -> None:
    assert orders({"orders/x.toml": ORDER}, pack)[0].cites == "D.D.C. 2025-11-21"


def test_the_shipped_orders_are_of_every_kind_and_none_has_ended(pack: Pack) -> None:
    shipped, _ = shelf.court_orders(pack, shelf.DEFAULT)
    assert [(order.name, str(order.kind), order.until) for order in shipped] == [
        ("ddc-2025-09-notice", "notice_before_release", None),
        ("ddc-2025-11-21", "stop_sender", None),
        ("dmass-2026-02-05", "freeze_receiver", None),
        ("dcc-2026-02-24", "relief_denied", None),
    ]


def test_an_order_may_have_a_scope_of_its_own(pack: Pack) -> None:
    (order,) = orders(
        {
            "orders/x.toml": ORDER.replace(
                'agreement = "treasury-dhs-2025-04-07"', 'scope = "asker.standing == justice"'
            )
        },
        pack,
    )
    assert value(order.scope, {"asker.standing": "justice"}) is True
    assert value(order.scope, {"asker.standing": None}) is None
