"""The custodian's policy: one dated file, held to its pack, lowered by the log and never raised."""

from __future__ import annotations

import pytest

from cases import POLICY
from safeconduct import shelf
from safeconduct.core.faults import PackFault
from safeconduct.core.gate import policy as policies
from safeconduct.core.gate.policy import Counted, Known, fits, policy
from safeconduct.core.log.controls import Control, Entered, Standing, digest_of
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY

CEILING = '[[ceiling]]\nof = "officer"\ndays = 30\nmost = 15\n'


def test_a_policy_says_days_shares_ceilings_and_what_the_desk_knows() -> None:
    found = policy(POLICY + CEILING)
    assert (found.answer_after, found.decisions_a_day, found.emergencies) == (5, 20, frozenset({"e"}))
    assert found.facts == {Known.MATCH: "register.match", Known.CALLED_BACK: "review.called_back"}
    assert [(one.of, one.days, one.most, one.cites) for one in found.ceilings] == [
        (Counted.OFFICER, 30, 15, "officer in 30 days")
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dated = 2026-11-29\n", ""), ("dated = 2026-11-29", 'dated = "soon"'), ("answer_after = 5", "answer_after = 0"),
        ("answer_after = 5", "answer_after = -1"), ("answer_after = 5", 'answer_after = "5"'), ("answer_after = 5", "answer_after = true"),
        ("hold_days = 30\n", ""), ("planted_one_in = 50", "planted_one_in = 1"), ("decisions_a_day = 20", "decisions_a_day = 0"),
        ("cure_days", "cured_days"), ("[facts]", "[fact]"), ('match = "register.match"', 'matched = "register.match"'),
        ('emergencies = ["e"]', 'emergencies = "e"'), ('of = "officer"', 'of = "person"'), ("days = 30\nmost", "days = 0\nmost"),
        ("most = 15", "most = 0"), ("most = 15\n", ""), ("most = 15", "most = 15\nleast = 1"), ("[[ceiling]]", "[ceiling]"),
    ],
)  # fmt: skip
def test_a_bad_policy_is_its_author_s_fault(old: str, new: str) -> None:
    assert old in POLICY + CEILING
    with pytest.raises(PackFault):
        policy((POLICY + CEILING).replace(old, new, 1))


def test_no_cool_off_at_all_may_be_said() -> None:
    assert policy(POLICY.replace("cool_off_hours = 24", "cool_off_hours = 0")).cool_off_hours == 0


def test_the_shipped_policy_fits_its_pack_and_one_that_names_what_the_pack_has_not_does_not(pack: Pack) -> None:
    shipped = shelf.gate_policy(pack)
    fits(shipped, pack.facts, AUTHORITY)
    assert {(one.of, one.days) for one in shipped.ceilings} >= {
        (of, days) for of in ("officer", "signatory", "agency", "agreement") for days in (1, 30, 365)
    }
    with pytest.raises(PackFault, match="no fact"):
        fits(policy(POLICY.replace("register.match", "register.mismatch")), pack.facts, AUTHORITY)
    without = POLICY.split("[facts]", maxsplit=1)[0] + "[facts]\n"
    other = policy(without.replace('["e"]', '["none of them"]'))
    with pytest.raises(PackFault, match="no authority"):
        fits(other, pack.facts, AUTHORITY)


def test_a_ceiling_in_the_log_that_cannot_be_read_lets_nothing_pass() -> None:

    one = Control("ceiling", "officer in 30 days", "set", "many", digest_of("many"), (), "2026-11-29")
    lowered = policies.lowered(
        policy(POLICY + CEILING), Standing({("ceiling", one.name): Entered(0, "2026-11-29", one)})
    )
    assert [ceiling.most for ceiling in lowered] == [0]
