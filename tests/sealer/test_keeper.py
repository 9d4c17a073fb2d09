"""Whoever keeps the desk's machine and the log enters what they like, under any names: nothing of it brings a release nearer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from desked import new_id
from safeconduct.core.case.commands import PickUp
from safeconduct.core.case.events import PickedUp
from safeconduct.core.gate import recipients
from safeconduct.core.gate.persons import Named, Role, written
from safeconduct.core.log.controls import Person, digest_of
from safeconduct.core.log.entries import Outcome
from safeconduct.keys import town as town_keys
from safeconduct.logbook import entering
from safeconduct.sealer.bundle import Bundle
from sealed import NOVAK, REFUSED, SEALED, Json, Scene, certificate_of, opened_index, ruling

SIGNATORY = "isolde-kirkbridge"
YESTERDAY = dt.timedelta(days=1)


def picked_up_by(scene: Scene, bundle: Bundle, person: str) -> Bundle:
    """The bundle, picked up by another person of the request's, who signs for it."""
    old = bundle.picked_up
    asked = PickUp(new_id(), person, bundle.case, ruling_request(bundle), certificate_of(scene.folder, person))
    return replace(bundle, picked_up=PickedUp(old.at, person, asked.certificate, scene.as_kept(asked)))


def ruling_request(bundle: Bundle) -> str:
    said = bundle.picked_up.signature.said
    assert isinstance(said, dict)
    return str(said["request"])


# The decision, entered once more


def test_a_decision_that_is_entered_today_and_dated_yesterday_has_not_cooled(scene: Scene) -> None:
    day = (scene.now - YESTERDAY).date().isoformat()
    assert scene.refuses(scene.decides(scene.bundle, day=day)).startswith("the decision has not cooled")


def test_a_decision_that_is_dated_in_the_future_is_none_of_today(scene: Scene) -> None:
    day = (scene.now + 300 * YESTERDAY).date().isoformat()
    assert scene.refuses(scene.decides(scene.bundle, day=day)).startswith("the decision has not cooled")


def test_a_decision_that_was_released_is_not_released_once_more_from_a_second_entry(scene: Scene) -> None:
    scene.entered()
    again = scene.decides(scene.bundle)
    scene.later(days=2)
    assert scene.asks(again).answer is REFUSED


def test_nor_after_it_was_handed_over_and_look_and_decision_are_entered_once_more(scene: Scene) -> None:
    scene.hands_over()
    again = scene.decides(scene.looks(scene.bundle))
    scene.later(days=2)
    scene.end()
    assert scene.refuses(again) == "the record was found by a look that was entered elsewhere in the log"


def test_a_decision_that_was_reversed_is_not_entered_once_more(scene: Scene) -> None:
    scene.decides(scene.bundle, outcome=Outcome.NOT_RELEASED)
    assert "reversed" in scene.refuses()
    again = scene.decides(scene.bundle)
    scene.later(days=2)
    assert "reversed" in scene.refuses(again)


def test_a_decision_counts_as_of_the_look_that_is_shown(scene: Scene) -> None:
    elsewhere = scene.decides(scene.bundle, look=opened_index(scene.other.look))
    scene.later(days=2)
    assert scene.refuses(elsewhere) == "the decision's entry says that it is of another look"


def test_a_decision_is_entered_under_the_authority_that_the_request_names(scene: Scene) -> None:
    told = scene.folder / "logbook.toml"
    told.write_text(told.read_text().replace("authorities = [", 'authorities = ["26 USC 6103(i)(1)", '))
    elsewhere = scene.decides(scene.bundle, authority="26 USC 6103(i)(1)")
    scene.later(days=2)
    assert scene.refuses(elsewhere) == "the decision was entered under another authority than the request names"


# Ceilings


def lowered(scene: Scene, of: str = "officer in 30 days", most: int = 1) -> None:
    """A ceiling, as low as counsel alone may set it."""
    scene.controls("ceiling", of, str(most), (NOVAK,))


def test_above_a_ceiling_it_waits(scene: Scene) -> None:
    lowered(scene)
    scene.hands_over()
    assert "as many releases as the ceiling `officer in 30 days` lets pass" in scene.refuses(scene.other)


@pytest.mark.parametrize(
    "body", [{"officers": ["Nobody Known"]}, {"signatory": "Nobody"}, {"agency": "X"}, {"officers": []}]
)
def test_a_release_that_is_entered_as_another_s_is_not_handed_over(scene: Scene, body: Json) -> None:
    assert scene.refuses(scene.entered(**body)) == "the release was entered as another's than the request's"


@pytest.mark.parametrize(
    "body", [{"officers": []}, {"officers": ["Nobody Known"]}, {"signatory": "Nobody"}, {"agency": "X"}]
)
def test_a_decision_that_is_entered_as_another_s_counts_for_nobody(scene: Scene, body: Json) -> None:
    lowered(scene)
    scene.hands_over()
    once_more = scene.decides(scene.other, **body)
    scene.later(days=2)
    assert scene.refuses(once_more) == "the decision's entry counts as another's than the request's"


def test_a_ceiling_is_not_raised_by_names(scene: Scene) -> None:
    lowered(scene)
    scene.hands_over()
    scene.controls("ceiling", "officer in 30 days", "1000")
    scene.controls("ceiling", "officer in 30 days", "", act="ended")
    scene.later(days=40)
    assert scene.gate.set_to("ceiling", "officer in 30 days") == "1"


def test_two_that_are_entered_at_once_at_the_ceiling_are_not_both_handed_over(scene: Scene) -> None:
    lowered(scene)
    both = [scene.asks(one) for one in (scene.bundle, scene.other)]
    assert [one.answer for one in both] == [SEALED, SEALED]
    shown = [
        replace(one, entry=scene.release(one, reply.package))
        for one, reply in zip((scene.bundle, scene.other), both, strict=True)
    ]
    assert [scene.asks(one).answer for one in shown] == [REFUSED, REFUSED]


# The recipient


def test_what_is_sealed_to_one_is_not_entered_as_released_to_another(scene: Scene) -> None:
    sealed = scene.asks()
    assert sealed.answer is SEALED
    swapped = picked_up_by(scene, scene.bundle, SIGNATORY)
    assert scene.refuses(swapped) == "it is sealed to another, and waits for them yet"
    entered = replace(swapped, entry=scene.release(swapped, sealed.package))
    assert scene.refuses(entered) == "it is sealed to another, and waits for them yet"


def test_a_namesake_of_another_agency_is_nobody_whom_the_request_names(scene: Scene) -> None:
    named = Named("m.quick", "Shevchenko, Adrian H.", "ICE", (Role.OFFICER,))
    scene.newcomer(named.name, named.office, Role.OFFICER)
    town_keys.make_officer(scene.folder, scene.people / "m.quick-sealing", named.name, scene.now - 40 * YESTERDAY)
    on, today = (scene.now + 7 * YESTERDAY).date().isoformat(), scene.now.date().isoformat()
    for subject, content, when in (
        ("role", written(named), today),
        ("key", scene.key_of("m.quick"), on),
        (recipients.SUBJECT, (scene.people / "m.quick-sealing.pem").read_text(), on),
    ):
        scene.controls(
            subject, "m.quick", content, signed=scene.two_sign(subject, "m.quick", content, on=when), on=when
        )
    scene.later(days=8)
    assert "m.quick" in scene.gate.persons
    swapped = picked_up_by(scene, scene.bundle, "m.quick")
    assert "neither an officer nor the signatory" in scene.refuses(swapped)


# What governs


def test_a_key_that_is_being_replaced_does_not_come_back_by_names(scene: Scene) -> None:
    """Entered while it stands yet it widens nothing; on the day on which the new one comes in its place it would."""
    reviewer = str(ruling(scene.bundle)["decisions"][0]["by"])
    old, on = scene.key_of(reviewer), (scene.now + 7 * YESTERDAY).date().isoformat()
    (scene.people / f"{reviewer}.pem").rename(scene.people / "lost.pem")
    (scene.people / f"{reviewer}.key").rename(scene.people / "lost.key")
    scene.newcomer("A Successor")
    new = scene.key_of("m.quick")
    scene.controls("key", reviewer, new, signed=scene.two_sign("key", reviewer, new, on=on), on=on)
    scene.controls("key", reviewer, old, on=on)
    scene.later(days=8)
    assert scene.gate.persons[reviewer].certificate == new


def test_a_pack_that_waits_for_its_day_has_no_effect_by_an_entry_that_is_dated_after_it(scene: Scene) -> None:
    before, wider = scene.gate.set_to("pack", "us_irc_6103"), f"sha256:{'7' * 64}"
    on = (scene.now + 30 * YESTERDAY).date().isoformat()
    scene.controls("pack", "us_irc_6103", wider, signed=scene.two_sign("pack", "us_irc_6103", wider, on=on), on=on)
    scene.controls("pack", "us_irc_6103", wider, day=(scene.now + 31 * YESTERDAY).date().isoformat())
    assert scene.gate.set_to("pack", "us_irc_6103") == before


def test_a_set_of_orders_and_stops_that_is_dated_in_the_future_is_none(scene: Scene) -> None:
    scene.enters(*entering.control(scene.set_now(at=scene.now + 400 * YESTERDAY)))
    assert "set of orders and stops" in scene.refuses()


def test_two_ids_of_one_natural_person_are_not_two(scene: Scene) -> None:
    """Named to two offices by two others, for the custodian did not see that they are one."""
    named = scene.newcomer("Novak Filip", "administration", Role.ADMINISTRATOR)
    content = written(named)
    on = (scene.now + 7 * YESTERDAY).date().isoformat()
    scene.controls("role", "m.quick", content, signed=scene.two_sign("role", "m.quick", content))
    key = scene.key_of("m.quick")
    scene.controls("key", "m.quick", key, signed=scene.two_sign("key", "m.quick", key, on=on), on=on)
    scene.stops()
    scene.later(days=8)
    document = digest_of("a document")
    signed = scene.two_sign("stop", "a stop", document, "ended", by=("f.novak", "m.quick"))
    by = (NOVAK, Person("Novak Filip", "administration"))
    scene.controls("stop", "a stop", document, by, act="ended", signed=signed)
    assert "stopped: a stop" in scene.refuses()


def test_a_stop_is_not_hidden_among_others(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeconduct.sealer.store._MOST_STOPS", 5)
    for nth in range(6):
        (scene.told.stops / f"!{nth}").write_text("")
    (scene.told.stops / f"{'a' * 32}.json").write_text("what nobody can read")
    assert "stopped at the sealer" in scene.refuses()
