"""What governs the gate, as it was entered: who may do what, from when, and what stands in the end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.faults import PackFault
from safeconduct.core.log import bodies, controls, retention, shares
from safeconduct.core.log.controls import Control, Entered, Person, Standing, digest_of, parted, standing
from safeconduct.core.log.entries import Entry, InForce, Kind
from safeconduct.core.log.lines import Malformed, based
from safeconduct.core.log.refusals import Refused

ONE = (Person("A. Lund", "counsel"),)
TWO = (*ONE, Person("B. Moss", "privacy office"))
TODAY = "2026-11-28"


def control(**changed: object) -> Control:
    """A stop, set today by one person, some of it changed."""
    said: dict[str, object] = {
        "subject": "stop",
        "name": "D.D.C. 2026-11-28",
        "act": "set",
        "content": "all",
        "by": ONE,
    }
    said |= {"effective_on": TODAY} | changed
    return Control(**{"digest": digest_of(str(said["content"])), **said})  # type: ignore[arg-type]  # as many kinds as fields


def entered(*some: Control, on: str = TODAY) -> list[Entered]:
    return [Entered(index, on, one) for index, one in enumerate(some)]


def in_force(found: Standing) -> set[tuple[str, str]]:
    return set(found.in_force)


# Forms


def test_a_control_is_read_as_it_is_written() -> None:
    assert controls.read(controls.written(control(by=TWO, widens=True))) == control(by=TWO, widens=True)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"subject": "person"}, "there is not"), ({"act": "lifted"}, "there is not"), ({"name": ""}, "no name"),
        ({"name": "x" * 201}, "no name"), ({"effective_on": "tomorrow"}, "day"), ({"by": []}, "nobody"),
        ({"by": [{"person": "A"}]}, "not named"), ({"by": [{"person": " ", "office": "x"}]}, "no name"),
        ({"part": [0, 1]}, "part"), ({"part": [2, 1]}, "part"), ({"part": [True, 1]}, "part"), ({"part": 1}, "part"),
        ({"digest": digest_of("other")}, "digest"), ({"widens": 1}, "no text"), ({"content": None}, "no text"), ({"more": 1}, "fields"),
    ],
)  # fmt: skip
def test_what_is_not_of_its_form_is_no_control(changed: dict[str, object], why: str) -> None:
    with pytest.raises(Malformed, match=why):
        controls.read({**controls.written(control()), **changed})


@given(st.text(max_size=300) | st.sampled_from(["x" * 10_001, "\u0007" * 5_000, "\U0001f600" * 9_000, "é" * 10_000]))
def test_a_content_however_long_and_written_fits_into_bodies_and_comes_back(content: str) -> None:
    some = parted(control(content=content))
    for one in some:
        bodies.written(Kind.CONTROL, {**controls.written(one), "salt": based(bytes(32))})
    found = standing(entered(*some), TODAY)
    assert found.in_force["stop", "D.D.C. 2026-11-28"].control.content == content
    assert not found.without_effect


# Who may do what, and from when


def test_narrowing_is_at_once_and_one_person_s_act() -> None:
    assert in_force(standing(entered(control()), TODAY)) == {("stop", "D.D.C. 2026-11-28")}


def test_ending_a_stop_widens_whatever_it_says_of_itself() -> None:
    ended = control(act="ended", widens=False)
    found = standing(entered(control(), ended), TODAY)
    assert in_force(found) == {("stop", "D.D.C. 2026-11-28")}
    assert [why for _, why in found.without_effect] == ["it takes two persons of two offices"]


@pytest.mark.parametrize(
    "by", [ONE, ONE * 2, (ONE[0], Person("B. Moss", "Counsel ")), (ONE[0], Person(" a.  lund", "privacy office"))]
)
def test_widening_takes_two_persons_of_two_offices(by: tuple[Person, ...]) -> None:
    raised = control(
        subject="ceiling", name="an officer a day", content="15", widens=True, by=by, effective_on="2027-06-01"
    )
    assert controls.refusal(raised, TODAY) == Refused("it takes two persons of two offices")


@pytest.mark.parametrize(("effective_on", "holds"), [("2026-12-27", False), ("2026-12-28", True), ("2027-06-01", True)])
def test_widening_takes_thirty_days_in_the_log(effective_on: str, *, holds: bool) -> None:
    raised = control(subject="ceiling", content="15", widens=True, by=TWO, effective_on=effective_on)
    assert (controls.refusal(raised, TODAY) is None) == holds


def test_a_court_s_order_that_widens_takes_the_two_persons_and_no_waiting() -> None:
    order = control(subject="order", act="ended", content=digest_of("the court's document"), by=TWO)
    assert controls.refusal(order, TODAY) is None
    assert controls.refusal(replace(order, content="all"), TODAY) is not None
    assert controls.refusal(replace(order, by=ONE), TODAY) is not None
    stop = control(act="ended", by=TWO)
    assert controls.refusal(stop, TODAY) is not None


def test_what_need_not_wait_has_effect_though_it_is_proved_to_be_there_a_day_later_only() -> None:
    """Else a stop that was lifted would stand again for whoever reads the log on another day."""
    lifted = control(act="ended", content=digest_of("the decision that ends it"), by=TWO)
    tomorrow = "2026-11-29"
    assert in_force(standing([*entered(control()), *entered(lifted, on=tomorrow)], tomorrow)) == set()


def test_what_waits_for_its_day_is_not_in_force_before() -> None:
    raised = control(subject="ceiling", name="a day", content="15", widens=True, by=TWO, effective_on="2026-12-28")
    before = control(subject="ceiling", name="a day", content="10")
    both = entered(before, raised)
    assert standing(both, "2026-12-27").in_force["ceiling", "a day"].control.content == "10"
    assert len(standing(both, "2026-12-27").waiting) == 1
    assert standing(both, "2026-12-28").in_force["ceiling", "a day"].control.content == "15"


def test_a_later_control_takes_the_place_of_the_earlier_of_one_name() -> None:
    bounds = [
        control(subject="ceiling", name=name, content=most) for name, most in (("a", "9"), ("a", "8"), ("b", "7"))
    ]
    found = standing(entered(*bounds), TODAY)
    assert {name: one.control.content for (_, name), one in found.in_force.items()} == {
        "a": "8",
        "b": "7",
    }


def test_parts_of_a_content_that_do_not_fit_together_have_no_effect() -> None:
    first, second, *_ = parted(control(content="x" * 25_000))
    for some in ([first], [second], [second, first], [first, replace(second, content="y")], [first, control()]):
        found = standing(entered(*some), TODAY)
        assert "x" not in "".join(one.control.content for one in found.in_force.values())
        assert found.without_effect


# What widens, whatever it says of itself


@pytest.mark.parametrize(
    ("subject", "before", "act", "after", "widens"),
    [
        ("stop", None, "set", "all", False), ("stop", "all", "ended", "all", True), ("stop", "all", "set", "none", True),
        ("stop", "all", "set", "all", False), ("order", "all", "set", "some", True), ("hold", "x", "ended", "x", True),
        ("ceiling", None, "set", "10", False), ("ceiling", "10", "set", "9", False), ("ceiling", "10", "set", "11", True),
        ("ceiling", "10", "set", "many", True), ("ceiling", "10", "ended", "10", True), ("threshold", "0.5", "set", "0.4", True),
        ("role", None, "set", "x", True), ("role", "x", "ended", "x", False), ("role", "x", "set", "y", True),
        ("key", None, "set", "x", True), ("key", "x", "ended", "x", False), ("pack", None, "set", "x", True),
        ("pack", "x", "set", "y", True), ("pack", "x", "set", "x", False), ("agreement", "x", "ended", "x", True),
        ("reading", "x", "set", "y", True), ("figures", None, "set", "x", False), ("orders and stops", "x", "set", "y", False),
    ],
)  # fmt: skip
def test_whether_it_widens_is_concluded_from_what_stood_before(
    subject: str, before: str | None, act: str, after: str, *, widens: bool
) -> None:
    replaced = control(subject=subject, content=before) if before is not None else None
    one = control(subject=subject, act=act, content=after)
    assert controls.widens(one, replaced) == widens
    assert controls.widens(replace(one, widens=True), replaced)


def test_a_name_that_would_forge_a_line_is_none() -> None:
    for name in ("z` set, entry 3\n  in force      order", "\x1b[2J"):
        with pytest.raises(Malformed, match="printed"):
            controls.read(controls.written(control(name=name)))


# Secrets held two of three


@given(*(st.binary(min_size=32, max_size=32) for _ in range(3)))
def test_any_two_offices_have_the_secret_and_one_has_nothing(secret: bytes, first: bytes, second: bytes) -> None:
    given_ = shares.shared(secret, first, second)
    for missing in shares.OFFICES:
        assert shares.joined({office: part for office, part in given_.items() if office != missing}) == secret
    assert shares.joined(given_) == secret
    for office, part in given_.items():
        assert shares.joined({office: part}) is None


@given(*(st.binary(min_size=32, max_size=32) for _ in range(4)))
def test_what_one_office_has_fits_every_secret(secret: bytes, other: bytes, first: bytes, second: bytes) -> None:
    """For each office: with other parts drawn, the same share belongs to another secret."""
    mine = shares.shared(secret, first, second)
    xor = bytes(a ^ b for a, b in zip(secret, other, strict=True))
    first_too = bytes(a ^ b for a, b in zip(first, xor, strict=True))
    second_too = bytes(a ^ b for a, b in zip(second, xor, strict=True))
    assert shares.shared(other, first_too, second)["custodian"] == mine["custodian"]
    assert shares.shared(other, first, second_too)["inspector_general"] == mine["inspector_general"]
    assert shares.shared(other, first, second)["court"] == mine["court"]


def test_parts_of_two_secrets_do_not_fit() -> None:
    one, other = shares.shared(b"a" * 32, b"b" * 32, b"c" * 32), shares.shared(b"d" * 32, b"e" * 32, b"f" * 32)
    assert shares.joined({"custodian": one["custodian"], "court": other["court"]}) is None
    with pytest.raises(ValueError, match="32"):
        shares.shared(b"short", b"b" * 32, b"c" * 32)


# What may not be erased

TEXT = '[[permanent]]\ncites = "26 USC 6103(p)(3)(A)"\nkinds = ["look", "release"]\nbut_for = ["26 USC 6103(c)"]\n'
NOTHING = Standing({})


def entry(kind: Kind, authority: str | None) -> Entry:
    return Entry(kind, authority, None, TODAY, InForce("", "", ""), {}, b"")


def test_what_a_law_keeps_is_not_erased_and_neither_is_what_governs_the_gate() -> None:
    permanent = retention.retention("retention.toml", TEXT)
    kept = [entry(Kind.LOOK, "26 USC 6103(i)(2)"), entry(Kind.RELEASE, "26 USC 6103(i)(1)"), entry(Kind.CONTROL, None)]
    assert all(retention.refusal(one, permanent, NOTHING) for one in kept)
    free = [entry(Kind.LOOK, "26 USC 6103(c)"), entry(Kind.DECISION, "26 USC 6103(i)(2)"), entry(Kind.NOTICE, None)]
    assert not any(retention.refusal(one, permanent, NOTHING) for one in free)


def test_nothing_is_erased_while_a_hold_stands() -> None:
    held = standing(entered(control(subject="hold", name="a case")), TODAY)
    assert retention.refusal(entry(Kind.NOTICE, None), (), held) == Refused(
        "a hold stands, under which nothing is erased"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("look", "control"),
        ("kinds", "kind"),
        ("cites =", "cite ="),
        ('["look", "release"]', '"look"'),
        ("[[permanent]]", "[permanent]"),
        ("= [", "= "),
    ],
)
def test_a_malformed_retention_is_refused(old: str, new: str) -> None:
    with pytest.raises(PackFault):
        retention.retention("retention.toml", TEXT.replace(old, new, 1))
