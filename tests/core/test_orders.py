"""Orders of courts: data beside the pack, refused with line and cure where malformed."""

from __future__ import annotations

import re

import pytest

from safeconduct import shelf
from safeconduct.core.days import day as ordinal
from safeconduct.core.expression import value
from safeconduct.core.faults import PackFault
from safeconduct.core.orders import Order, binding, orders
from safeconduct.core.rulepack import Pack, load


def on(date: str) -> int:
    found = ordinal(date)
    assert found is not None
    return found


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

DENIED = """\
court = "D.C. Cir."
docket = "25-5181"
case = "Centro de Trabajadores Unidos v. Bessent"
issued = 2026-02-24
from = 2026-02-24
kind = "relief_denied"
verbs = []
agreement = "treasury-dhs-2025-04-07"
last_checked = 2026-11-23
says = "declines to bar"
"""

RECORD = """
[set_aside]
on = 2026-12-01
because_of = "y"
why = "The appeal was decided."
by = ["A. Counsel, Office of Chief Counsel", "B. Officer, Privacy and Disclosure"]
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
    "an item that the pack lacks": (
        'kind = "stop_sender"', 'kind = "stop_sender"\ndata = ["mailing_addres"]',
        "orders/x.toml:6: the order bears on the item `mailing_addres`, which the pack lacks; name some of name, mailing_address, tin",
    ),
    "a refusal to bar that bars": (
        'kind = "stop_sender"', 'kind = "relief_denied"',
        "orders/x.toml:6: the order declines to bar and bars a verb; write verbs = [], or another kind",
    ),
    "a refusal to bar that is set aside": (
        'kind = "stop_sender"\nverbs = ["disclose"]', 'kind = "relief_denied"\nverbs = []\nset_aside = { on = 2026-01-01 }',
        "orders/x.toml:7: the order bars nothing and is set aside; take [set_aside] out",
    ),
    "a conflict with an order that is not there": (
        'kind = "stop_sender"', 'kind = "stop_sender"\nconflicts_with = ["y", "z"]',
        "orders/x.toml:6: the order conflicts with `z`, which is no other order here; name some of y",
    ),
    "a conflict with itself": (
        'kind = "stop_sender"', 'kind = "stop_sender"\nconflicts_with = ["x"]',
        "orders/x.toml:6: the order conflicts with `x`, which is no other order here; name some of y",
    ),
    "parties that are no list": (
        'kind = "stop_sender"', 'kind = "stop_sender"\nbinds = "IRS"',
        'orders/x.toml:6: the order gives a `binds` that is no list of texts; write binds = ["…", "…"]',
    ),
    "no TOML": ("issued = 2025-11-21", "issued 2025-11-21", "orders/x.toml:3: the table cannot be read:"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_malformed_order_is_refused_with_its_line_and_its_cure(mistake: str, pack: Pack) -> None:
    good, bad, message = MISTAKES[mistake]
    with pytest.raises(PackFault) as fault:
        orders({"orders/x.toml": ORDER.replace(good, bad), "orders/y.toml": DENIED}, pack)
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


# Data in scope, parties, service


def test_an_order_tells_its_parties_its_data_and_its_service_and_may_leave_them_out(pack: Pack) -> None:
    more = ORDER + 'case = "A v. B"\nbinds = ["A", "B"]\nserved = 2025-11-22\ndata = ["tin", "tin", "name"]\n'
    full, bare = orders({"orders/x.toml": more}, pack)[0], orders({"orders/x.toml": ORDER}, pack)[0]
    assert (full.case, full.parties, full.served, full.data) == (
        "A v. B",
        ("A", "B"),
        on("2025-11-22"),
        ("tin", "name"),
    )
    assert (bare.case, bare.parties, bare.served, bare.data) == ("", (), None, ())


# Scope: what the custodian knows


SCOPES = {
    "the authority, the office that signs and the custodian's table": (
        "authority.clause == i2 and asker.department == DHS and not asker.component and asker.office != inspector_general",
        "",
    ),
    "what a later step shows": ("register.match == one and custodian.officer_named_for_many", ""),
    "a purpose": ("asker.department == DHS and purpose.stated == civil_removal", "purpose.stated"),
    "whether officers were named": ("asker.department == DHS and officers.listed > 0", "officers.listed"),
    "whether an office was stated": ("asker.department == DHS and asker.office_stated", "asker.office_stated"),
    "the agreement claimed": ("agreement.claim == in_force", "agreement.claim"),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_turns_on_what_the_custodian_knows_and_on_nothing_that_the_asker_may_leave_out(
    scope: str, pack: Pack
) -> None:
    words, refused = SCOPES[scope]
    text = ORDER.replace('agreement = "treasury-dhs-2025-04-07"', f'scope = "{words}"')
    if not refused:
        assert orders({"orders/x.toml": text}, pack)
        return
    with pytest.raises(PackFault) as fault:
        orders({"orders/x.toml": text}, pack)
    assert str(fault.value) == (
        f"orders/x.toml:7: the order has a `scope` that turns on `{refused}`, which the asker may state or leave out at will;"
        " let it turn on what the custodian finds, the authority named and the office that signs"
    )


def test_an_order_cannot_rest_on_an_agreement_out_of_which_the_asker_could_talk(files: dict[str, str]) -> None:
    page = "agreements/treasury-dhs-2025-04-07.md"
    files[page] = files[page].replace("asker.department == DHS\n", "officers.engaged and asker.department == DHS\n")
    with pytest.raises(PackFault) as fault:
        orders({"orders/x.toml": ORDER}, load(files))
    assert str(fault.value).startswith(
        "orders/x.toml:7: the order rests on what `treasury-dhs-2025-04-07` governs that turns on `officers.engaged`"
    )


# Conflicts, and what counsel records


def of_two(pack: Pack, stop: str = ORDER, denied: str = DENIED) -> dict[str, Order]:
    return {order.name: order for order in orders({"orders/x.toml": stop, "orders/y.toml": denied}, pack)}


@pytest.mark.parametrize("declared_by", ["x", "y", "both"])
def test_a_conflict_is_one_of_both_orders_whichever_declares_it(declared_by: str, pack: Pack) -> None:
    stop = ORDER + ('conflicts_with = ["y"]\n' if declared_by in {"x", "both"} else "")
    denied = DENIED + ('conflicts_with = ["x"]\n' if declared_by in {"y", "both"} else "")
    assert {name: order.conflicts_with for name, order in of_two(pack, stop, denied).items()} == {
        "x": ("y",),
        "y": ("x",),
    }


def test_of_orders_in_conflict_the_stricter_binds(pack: Pack) -> None:
    both = of_two(pack, ORDER, DENIED + 'conflicts_with = ["x"]\n').values()
    assert [order.name for order in binding(both, on("2026-12-01"))] == ["x"]


@pytest.mark.parametrize(
    ("day", "until", "binds"),
    [
        ("2026-11-30", "", True),
        ("2026-12-01", "", False),
        ("2027-06-01", "", False),
        ("2027-06-01", "until = 2027-06-02\n", False),
        ("2027-06-02", "until = 2027-06-02\n", True),
    ],
)
def test_an_order_that_counsel_has_set_aside_binds_till_the_day_and_again_once_the_other_has_ended(
    day: str, until: str, *, binds: bool, pack: Pack
) -> None:
    denied = DENIED.replace("kind =", f'conflicts_with = ["x"]\n{until}kind =')
    both = of_two(pack, ORDER + RECORD, denied).values()
    assert ("x" in {order.name for order in binding(both, on(day))}) is binds


RECORDS = {
    "one person": (', "B. Officer, Privacy and Disclosure"', "", "is not signed by two persons of two offices"),
    "one person twice": ("B. Officer", "a. counsel", "is not signed by two persons of two offices"),
    "one office": ("Privacy and Disclosure", "Office of  Chief Counsel", "is not signed by two persons of two offices"),
    "a person of no office": (
        "B. Officer, Privacy and Disclosure",
        "B. Officer",
        "is signed by one who states no office",
    ),
    "no day": ("on = 2026-12-01", "", "has no day in `on`"),
    "no reason": ('why = "The appeal was decided."', "", "has no `why`"),
    "a blank reason": ("The appeal was decided.", " ", "gives a `why` that is no text"),
    "an order with which it does not conflict": ('"y"', '"z"', "gives way to `z`, with which it does not conflict"),
    "a key too many": ("why =", "until = 2027-01-01\nwhy =", "has the key `until`, which does not belong there"),
}


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_that_does_not_bear_what_it_must_sets_nothing_aside(record: str, pack: Pack) -> None:
    good, bad, message = RECORDS[record]
    assert good in RECORD
    with pytest.raises(PackFault, match=re.escape(f"`set_aside` {message}")) as fault:
        of_two(pack, ORDER + RECORD.replace(good, bad), DENIED + 'conflicts_with = ["x"]\n')
    assert fault.value.file == "orders/x.toml"
    assert fault.value.line > ORDER.count("\n")


def test_two_orders_cannot_each_give_way_to_the_other(pack: Pack) -> None:
    other = ORDER.replace("2025-11-21", "2026-02-05") + 'conflicts_with = ["x"]\n' + RECORD.replace('"y"', '"x"')
    with pytest.raises(PackFault, match=r"gives way to `[xy]`, which is set aside itself"):
        of_two(pack, ORDER + RECORD, other)
