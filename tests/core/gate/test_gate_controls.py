"""What governs the gate: founded once by two offices, narrowed at once by one, widened by two who are two."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cases import (
    DAY,
    DIGEST,
    FOUNDED,
    GATE,
    MONDAY,
    STAFF,
    World,
    certificate_of,
    founding,
    happened,
    key_of,
    sign,
    why,
)
from safeconduct.core.gate import commands, persons, stops
from safeconduct.core.gate import gate as gates
from safeconduct.core.gate.commands import Approve, BeginDuty, Dismiss, EndDuty, SetControl, signed_bytes
from safeconduct.core.gate.events import Controlled, DutyBegan, Proposed
from safeconduct.core.gate.gate import Signed
from safeconduct.core.gate.persons import Named, Role
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.log import controls
from safeconduct.core.log.refusals import Refused as No

LATER = "2026-12-30"
NEW = Named("moss", "Bo Moss", "disclosure", (Role.REVIEWER,))
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def proposed(answer: Any) -> Proposed:  # noqa: ANN401  # what happened, or why not
    assert not isinstance(answer, No), answer.why
    [event] = answer
    assert isinstance(event, Proposed)
    return event


def approve(world: World, one: Proposed, by: str, digest: str = "") -> Any:  # noqa: ANN401
    return world.govern(Approve(world.id(), by, one.signature.command, digest or commands.proposal_digest(one.control)))


def stands(world: World, subject: str, name: str) -> str | None:
    return world.gate.set_to(subject, name)


# The founding


def test_the_founding_sets_roles_and_keys_whose_seven_days_have_not_gone_by() -> None:
    young = World(at=FOUNDED + 6 * DAY)
    assert set(young.gate.persons) == {one.person for one in STAFF}
    assert young.gate.on_duty([Role.REVIEWER]) == []
    assert "seven" in why(young.govern(EndDuty("i", "berg", "lund"))) or "7 days" in why(
        young.govern(EndDuty("i", "berg", "lund"))
    )
    assert World(at=FOUNDED + 7 * DAY).gate.on_duty([Role.REVIEWER]) == ["lund", "okoro", "sato", "weiss"]


@pytest.mark.parametrize("by", [[("A", "x"), ("B", "x")], [("A", "x"), ("a", "y")], [("A", "x")]])
def test_a_founding_of_one_person_or_one_office_sets_nothing(by: list[tuple[str, str]]) -> None:
    assert gates.fold([founding(by=by)], GATE, MONDAY).persons == {}


def test_a_second_founding_sets_nothing() -> None:
    world = World()
    other = founding([NEW])
    found = gates.fold([*world.governed, other], GATE, MONDAY)
    assert "moss" not in found.persons
    assert "comes first, once" in found.standing.without_effect[0][1]


def test_a_stop_or_an_order_may_come_before_the_founding_and_stays() -> None:
    stop = gates.stopped_behind(FOUNDED)
    found = gates.fold([stop, founding()], GATE, MONDAY)
    assert set(found.stops or {}) == {gates.BEHIND}
    assert "lund" in found.persons


# Narrowing, widening


def test_a_stop_is_lifted_by_two_of_two_offices_and_the_document_s_digest_and_at_once() -> None:
    world = World()
    world.stop(Target.EVERYTHING)
    assert "digest of the document" in why(world.set("stop", "a stop", "we may", "novak", "ended"))
    one = proposed(world.set("stop", "a stop", DIGEST, "novak", "ended"))
    assert world.gate.stops
    assert "not what was proposed" in why(approve(world, one, "roy", digest=A))
    assert "takes two persons" in why(approve(world, one, "novak"))
    assert happened(approve(world, one, "roy")) == ["controlled"]
    assert not world.gate.stops
    assert "nothing of that name" in why(approve(world, one, "roy"))


def test_a_stop_is_not_replaced_by_another_of_its_name() -> None:
    world = World()
    world.stop(Target.EVERYTHING)
    harmless = stops.written(Stop(Target.REQUEST, "R-none", "why"))
    assert "another stop has that name" in why(world.set("stop", "a stop", harmless, "novak"))
    by = tuple(controls.Person(*one) for one in (("Filip Novak", "counsel"), ("Indira Roy", "inspector general")))
    said = controls.Control("stop", "a stop", "set", harmless, controls.digest_of(harmless), by, "2026-11-30")
    found = gates.fold([*world.governed, Controlled(MONDAY, said, ())], GATE, MONDAY)
    assert [one.target for one in (found.stops or {}).values()] == [Target.EVERYTHING]


def test_the_same_natural_person_under_another_id_is_no_second_person() -> None:
    world = World()
    world.stop(Target.EVERYTHING)
    one = proposed(world.set("stop", "a stop", DIGEST, "lund", "ended"))
    assert "takes two persons" in why(approve(world, one, "lund2"))


def test_two_persons_of_one_office_are_not_enough() -> None:
    world = World()
    world.stop(Target.EVERYTHING)
    one = proposed(world.set("stop", "a stop", DIGEST, "lund", "ended"))
    assert "two persons of two offices" in why(approve(world, one, "okoro"))
    assert isinstance(approve(world, one, "rivera"), No)


def test_whoever_proposed_and_is_not_in_that_role_any_more_has_not_proposed() -> None:
    world = World()
    one = proposed(world.set("role", "moss", persons.written(NEW), "berg"))
    gate = world.gate
    now_officer = replace(gate.persons["berg"], roles=frozenset({Role.INSPECTOR}))
    gate = replace(gate, persons={**gate.persons, "berg": now_officer})
    said = sign(Approve(world.id(), "novak", one.signature.command, commands.proposal_digest(one.control)))
    assert "could not propose it any more" in why(gates.handle(said, gate))
    gone = replace(gate, persons={name: one for name, one in gate.persons.items() if name != "berg"})
    assert "still be named" in why(gates.handle(said, gone))


def test_a_role_is_two_persons_and_no_waiting_and_a_key_two_and_seven_days() -> None:
    world = World()
    one = proposed(world.set("role", "moss", persons.written(NEW), "berg"))
    assert "moss" not in world.gate.persons
    approve(world, one, "novak")
    assert world.gate.persons["moss"].certificate is None
    assert "before 7 days" in why(world.set("key", "moss", certificate_of("moss"), "berg"))
    assert "before 7 days" in why(world.set("key", "moss", certificate_of("moss"), "berg", on="2026-12-06"))
    one = proposed(world.set("key", "moss", certificate_of("moss"), "berg", on="2026-12-07"))
    approve(world, one, "novak")
    duty = BeginDuty(world.id(), "moss", "moss")
    world.at = MONDAY + 6 * DAY
    assert "no key in force" in why(world.govern(duty))
    world.at = MONDAY + 7 * DAY
    assert happened(world.govern(duty)) == ["duty_began"]
    assert "moss" in world.gate.on_duty([Role.REVIEWER])


def test_a_role_or_a_key_is_taken_away_by_one_and_at_once() -> None:
    world = World()
    assert happened(world.set("key", "lund", "lost", "berg", "ended")) == ["controlled"]
    assert "no key in force" in why(world.govern(EndDuty(world.id(), "lund", "lund")))
    assert happened(world.set("role", "okoro", "left", "berg", "ended")) == ["controlled"]
    assert "named to no role" in why(world.govern(EndDuty(world.id(), "okoro", "okoro")))


def test_a_ceiling_is_lowered_by_one_at_once_and_raised_by_two_after_thirty_days() -> None:
    world, name = World(), "officer in 30 days"
    assert "whole number" in why(world.set("ceiling", name, "few", "roy"))
    assert happened(world.set("ceiling", name, "5", "roy")) == ["controlled"]
    assert happened(world.set("ceiling", name, "4", "berg")) == ["controlled"]
    assert "before 30 days" in why(world.set("ceiling", name, "6", "roy"))
    assert "before 30 days" in why(world.set("ceiling", name, "6", "roy", on="2026-12-29"))
    one = proposed(world.set("ceiling", name, "6", "roy", on=LATER))
    assert happened(approve(world, one, "berg")) == ["controlled"]
    assert stands(world, "ceiling", name) == "4"
    world.at = MONDAY + 29 * DAY
    assert stands(world, "ceiling", name) == "4"
    world.at += DAY
    assert stands(world, "ceiling", name) == "6"


def test_a_widening_that_is_approved_too_late_waits_its_thirty_days_from_then() -> None:
    world = World()
    world.set("ceiling", "x", "4", "roy")
    one = proposed(world.set("ceiling", "x", "6", "roy", on=LATER))
    world.at += DAY
    assert "before 30 days" in why(approve(world, one, "berg"))


def test_a_pack_that_narrows_is_in_force_at_once_by_two_and_one_that_widens_in_thirty_days() -> None:
    world = World()
    assert "before 30 days" in why(world.set("pack", "toy", A, "novak"))
    assert "before 30 days" in why(world.set("pack", "toy", f"{A} narrows {B}", "novak"))
    one = proposed(world.set("pack", "toy", f"{A} narrows {DIGEST}", "novak"))
    assert stands(world, "pack", "toy") == DIGEST
    approve(world, one, "berg")
    assert stands(world, "pack", "toy") == f"{A} narrows {DIGEST}"
    one = proposed(world.set("pack", "toy", B, "novak", on=LATER))
    approve(world, one, "roy")
    assert stands(world, "pack", "toy") == f"{A} narrows {DIGEST}"
    world.at += 30 * DAY
    assert stands(world, "pack", "toy") == B


def test_a_pack_that_narrowed_at_once_stays_when_a_wider_one_that_waited_before_it_has_its_day() -> None:
    world = World()
    approve(world, proposed(world.set("pack", "toy", B, "novak", on=LATER)), "roy")
    world.at += DAY
    approve(world, proposed(world.set("pack", "toy", f"{A} narrows {DIGEST}", "novak")), "berg")
    for days in (1, 28, 29, 60):
        world.at = MONDAY + days * DAY
        assert stands(world, "pack", "toy") == f"{A} narrows {DIGEST}"


def test_a_founding_stays_when_what_was_entered_before_it_has_its_day() -> None:
    two = tuple(controls.Person(*one) for one in (("A", "x"), ("B", "y")))
    early = controls.Control("reading", "r", "set", "x", controls.digest_of("x"), two, "2026-12-25")
    events = [Controlled(FOUNDED, early, ()), founding()]
    for at in (MONDAY, MONDAY.replace(month=12, day=26)):
        assert "lund" in gates.fold(events, GATE, at).persons


def test_a_court_s_order_is_entered_by_one_at_once_and_ended_by_two_and_its_digest() -> None:
    world = World()
    world.order()
    assert world.gate.orders == {"an order": "nobody is told anything"}
    assert "digest of the document" in why(world.set("order", "an order", "over", "novak", "ended"))
    one = proposed(world.set("order", "an order", DIGEST, "novak", "ended"))
    assert world.gate.orders
    approve(world, one, "berg")
    assert world.gate.orders == {}


# What is not done


@pytest.mark.parametrize(
    ("subject", "by"),
    [("order", "lund"), ("role", "roy"), ("key", "lund"), ("pack", "berg"), ("engine", "novak"), ("stop", "berg"), ("ceiling", "lund"),
     ("founding", "berg"), ("figures", "berg"), ("journal", "berg"), ("reading", "novak"), ("nothing", "novak")],
)  # fmt: skip
def test_each_subject_is_for_its_roles(subject: str, by: str) -> None:
    assert "not set or ended by" in why(World().set(subject, "x", "x", by))


@pytest.mark.parametrize(
    ("subject", "name", "content", "found"),
    [
        ("role", "moss", "{}", "nobody to a role"), ("role", "other", persons.written(NEW), "nobody to a role"),
        ("role", "moss", persons.written(replace(NEW, roles=())), "nobody to a role"),
        ("role", "moss", persons.written(replace(NEW, name="??")), "nobody to a role"),
        ("key", "moss", "a key", "X.509"),
    ],
)  # fmt: skip
def test_what_says_nothing_of_its_subject_is_not_set(subject: str, name: str, content: str, found: str) -> None:
    assert found in why(World().set(subject, name, content, "berg"))


def test_what_does_not_stand_is_not_ended_and_what_narrows_has_effect_at_once() -> None:
    world = World()
    assert "no stop `x` stands" in why(world.set("stop", "x", DIGEST, "novak", "ended"))
    assert "at once" in why(world.set("stop", "x", stops.written(Stop(Target.EVERYTHING, "", "")), "novak", on=LATER))
    assert "day" in why(world.set("stop", "x", "y", "novak", on="tomorrow"))
    assert "does something" in why(world.set("stop", "x", "y", "novak", "lifted"))


def test_a_proposal_is_dismissed_by_one() -> None:
    world = World()
    world.stop(Target.EVERYTHING)
    one = proposed(world.set("stop", "a stop", DIGEST, "novak", "ended"))
    assert happened(world.govern(Dismiss(world.id(), "roy", one.signature.command, "no"))) == ["dismissed"]
    assert "nothing of that name" in why(approve(world, one, "roy"))
    assert "nothing of that kind" in why(world.govern(Dismiss(world.id(), "roy", one.signature.command, "no")))


def test_a_command_to_the_gate_is_signed_for_this_gate_by_a_custodian_s_person() -> None:
    gate, command = World().gate, SetControl("i", "roy", "stop", "x", "set", "y", "2026-11-30")
    assert "signature" in why(gates.handle(sign(command, "novak"), gate))
    assert "signature" in why(gates.handle(sign(command, at="elsewhere"), gate))
    assert "signature" in why(gates.handle(Signed(replace(command, name="z"), sign(command).signature), gate))
    assert "is for:" in why(gates.handle(sign(replace(command, by="rivera")), gate))
    assert "is for: nobody" in why(gates.handle(sign(DutyBegan(MONDAY, "x", "roy")), gate))
    assert signed_bytes(command, GATE) != signed_bytes(command, "elsewhere")


def test_duty_begins_for_custodians_once_and_ends() -> None:
    world = World()
    for person in ("rivera", "lund", "nobody"):
        assert "not on duty yet" in why(world.govern(BeginDuty(world.id(), "berg", person)))
    world.on_duty("lund2")
    assert "lund2" in world.gate.duty
    world.off_duty("lund2")
    assert "nothing of that kind" in why(world.govern(EndDuty(world.id(), "berg", "lund2")))


# Keys


def test_a_certificate_is_used_only_in_its_days_and_on_its_curves() -> None:
    person = World().gate.persons["lund"]
    said = b"something"
    from_ = sign(SetControl("i", "lund", "stop", "x", "set", "y", "2026-11-30"))
    signed = signed_bytes(from_.command, GATE)
    assert persons.refusal(person, signed, from_.signature, MONDAY) is None
    assert "none of lund over this act" in str(persons.refusal(person, said, from_.signature, MONDAY))
    assert "not valid today" in str(persons.refusal(person, signed, from_.signature, MONDAY.replace(year=2040)))
    assert "has no key" in str(persons.refusal(replace(person, certificate=None), signed, from_.signature, MONDAY))
    assert key_of("lund").curve.name == "secp256r1"
    assert isinstance(persons.public_key("-----BEGIN CERTIFICATE-----"), No)
