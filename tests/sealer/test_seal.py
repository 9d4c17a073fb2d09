"""One call to the sealer: the honest path, and each thing that must hold, with what happens where the sealer does not ask for it.

An attack is refused as the program is; and with the one check taken out that stands against it, it succeeds. So no test here passes
because something else refuses.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

import certified
from desked import ORDER, new_id
from safeconduct import envelope
from safeconduct.core import opened_record, records
from safeconduct.core.case.commands import DecideFirst, DecideSecond, PickUp
from safeconduct.core.case.events import PickedUp
from safeconduct.core.gate import recipients
from safeconduct.core.gate.persons import Role
from safeconduct.core.gate.persons import written as named_written
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.gate.stops import written as stop_written
from safeconduct.core.log.controls import Control, Person, digest_of
from safeconduct.core.log.entries import Kind, Outcome
from safeconduct.core.log.refusals import Refused
from safeconduct.core.opened_record import OpenedRecord, Route
from safeconduct.desk.town import STAFF
from safeconduct.keys import person as keys
from safeconduct.keys import recipient as opener
from safeconduct.keys import town as town_keys
from safeconduct.keys.broker import signing
from safeconduct.logbook import bodies, entering
from safeconduct.sealer import direct
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.direct import Act, File, Said, Signature
from safeconduct.shelf import Misplaced
from sealed import (
    HANDED_OVER,
    NOVAK,
    REFUSED,
    SEALED,
    Json,
    Scene,
    certificate_of,
    opened_values,
    ruling,
)

DAY = dt.timedelta(days=1)
SIGNATORY, STRANGER = "isolde-kirkbridge", "mykola-j-jordan"
ALMA = Person("Alma Lund", "disclosure")


# The honest path


def test_what_was_decided_is_sealed_entered_and_handed_over_to_the_officer(scene: Scene) -> None:
    found = scene.hands_over()
    assert found.manifest.recipient.name == "Adrian H. Shevchenko"
    assert found.manifest.recipient.certificate == scene.bundle.picked_up.certificate
    assert (found.manifest.case, found.manifest.log) == (scene.bundle.case, "town.example/log")
    assert found.manifest.decision == scene.index_of(scene.bundle)
    [field] = found.fields
    assert (field.item, field.clauses) == ("mailing_address", ("26 USC 6103(i)(2)(C)",))


def test_nothing_but_a_digest_is_told_before_the_release_stands_in_the_log(scene: Scene) -> None:
    reply = scene.asks()
    assert (reply.answer, reply.sealed) == (SEALED, b"")
    assert scene.asks() == reply


def test_within_fifteen_minutes_the_same_bytes_are_handed_over_again(scene: Scene) -> None:
    entered = scene.entered()
    first = scene.asks(entered)
    scene.later(minutes=14)
    scene.end()
    assert scene.asks(entered) == first
    assert first.answer is HANDED_OVER


def test_after_fifteen_minutes_it_is_destroyed_and_never_sealed_again(scene: Scene) -> None:
    entered = scene.entered()
    scene.later(minutes=15)
    assert "destroyed" in scene.refuses(entered) or "sealed before" in scene.refuses(entered)
    assert scene.refuses() == "this decision was sealed before"
    assert not list((scene.told.store / "packages").iterdir())


def test_what_was_sealed_and_not_entered_lapses_and_can_be_sealed_anew(scene: Scene) -> None:
    first = scene.asks()
    scene.later(minutes=15)
    again = scene.asks()
    assert again.answer is SEALED
    assert again.package != first.package


def test_the_signatory_may_pick_it_up_as_well(scene: Scene) -> None:
    assert scene.hands_over(scene.entered(by(scene, SIGNATORY))).manifest.recipient.name == "Isolde Kirkbridge"


def test_another_request_is_handed_over_beside_it(scene: Scene) -> None:
    scene.hands_over()
    assert scene.hands_over(scene.entered(scene.other)).manifest.case == scene.other.case


# Attacks


def by(scene: Scene, person: str, key: str = "", **changed: object) -> Bundle:
    """Picked up by another, who signs for it; or with another's key."""
    said = scene.bundle.picked_up.signature.said
    assert isinstance(said, dict)
    asked = PickUp(new_id(), person, scene.bundle.case, said["request"], certificate_of(scene.folder, person))
    asked = replace(asked, **changed)  # type: ignore[arg-type]  # one of its fields
    event = PickedUp(scene.now, person, asked.certificate, scene.as_kept(asked, key))
    return replace(scene.bundle, picked_up=event)


def stopped(scene: Scene) -> Bundle:
    scene.stops(Stop(Target.OFFICER, "Adrian Shevchenko", "a test"))
    return scene.bundle


def stopped_directly(scene: Scene) -> Bundle:
    put_directly(scene, "i.roy")
    return scene.bundle


def stopped_and_the_file_taken_away(scene: Scene) -> Bundle:
    path = put_directly(scene, "i.roy")
    scene.asks()
    path.unlink()
    scene.end()
    return scene.bundle


def put_directly(scene: Scene, *stoppers: str, act: Act = Act.SET, of: str = "", content: str = "") -> Path:
    """A direct stop, or its lifting, signed by stoppers, in the folder in which they put it."""
    content = content or ("" if act is Act.LIFTED else stop_written(Stop(Target.EVERYTHING, "", "a test")))
    said = Said(direct.KIND, secrets.token_hex(16), act, content, of, "town.example/log")
    signed = tuple(
        Signature(
            direct.digest_of(envelope.certificate(scene.people / f"{one}.pem")),
            keys.signs(scene.people / f"{one}.key", said.signed_bytes),
        )
        for one in stoppers
    )
    path = scene.told.stops / f"{said.id}.json"
    path.write_text(direct.written(File(said, signed)))
    return path


def lifted_by_names(scene: Scene) -> Bundle:
    scene.stops()
    scene.controls("stop", "a stop", digest_of("a document"), act="ended")
    return scene.bundle


def lifted_by_an_old_signature(scene: Scene) -> Bundle:
    """A stop was lifted by two who signed it; another of its name is set on the same day, and the lifting entered once more."""
    document = digest_of("a document")
    scene.stops()
    signed = scene.two_sign("stop", "a stop", document, "ended", by=("f.novak", "i.roy"))
    two = (NOVAK, Person("Indira Roy", "inspector general"))
    scene.controls("stop", "a stop", document, two, act="ended", signed=signed)
    assert scene.asks().answer is SEALED
    scene.stops()
    scene.controls("stop", "a stop", document, two, act="ended", signed=signed)
    return scene.bundle


def with_an_old_set(scene: Scene) -> Bundle:
    scene.now += dt.timedelta(minutes=61)
    scene.enters(entering.Said(Kind.NOTICE, {"about": 0, "act": "opened", "due": None}))
    return scene.bundle


def with_a_stop_in_the_set_alone(scene: Scene) -> Bundle:
    """The desk's keeper has a stop withheld; the set that the tick entered names it."""
    scene.enters(*entering.control(scene.set_now("a stop")))
    return scene.bundle


def with_a_frozen_log(scene: Scene) -> Bundle:
    scene.now += dt.timedelta(minutes=6)
    return scene.bundle


def with_an_older_log(scene: Scene) -> Bundle:
    """The log as it was before a stop: kept, and put back a moment later, after the sealer was begun anew."""
    kept = {path: path.read_bytes() for path in (scene.folder / "log").rglob("*") if path.is_file()}
    scene.stops()
    scene.asks()
    scene.end()
    for path in (scene.folder / "log").rglob("*"):
        if path.is_file():
            path.unlink()
    for path, content in kept.items():
        path.write_bytes(content)
    return scene.bundle


def with_a_body_taken_away(scene: Scene) -> Bundle:
    """A stop, entered by the tick before it entered the set, and its body taken away."""
    content = stop_written(Stop(Target.EVERYTHING, "", "a test"))
    one = Control("stop", "a stop", "set", content, digest_of(content), (ALMA,), scene.now.date().isoformat())
    [(_, made)] = scene.enters(*entering.control(one))
    digest = json.loads(made.entry)["body"]
    (scene.folder / "logbook" / bodies.FOLDER / digest[:2] / f"{digest}.p7m").unlink()
    return scene.bundle


def of_another_founding(scene: Scene) -> Bundle:
    at = scene.folder / "sealer.toml"
    at.write_text(at.read_text().replace(scene.told.founding, digest_of("another")))
    scene.end()
    return scene.bundle


def with_an_order(scene: Scene) -> Bundle:
    scene.controls("order", "ddc-2026-11-30", ORDER, (NOVAK,))
    return scene.bundle


def reversed_(scene: Scene) -> Bundle:
    scene.decides(scene.bundle, outcome=Outcome.NOT_RELEASED)
    return scene.bundle


def entered_now(scene: Scene) -> Bundle:
    return scene.decides(scene.bundle)


def later_decided(scene: Scene, change: Callable[[Json], None]) -> Bundle:
    """The decision entered once more, opened to a ruling that was changed, and cooled."""
    said = ruling(scene.bundle)
    change(said)
    found = scene.decides(scene.bundle, ruling=said)
    scene.later(days=2)
    return found


def decided(scene: Scene, nth: int, key: str = "", **changed: Any) -> Callable[[Json], None]:  # noqa: ANN401
    """One of the two decisions taken anew, some of it otherwise, signed by whoever decides or with another key."""

    def change(said: Json) -> None:
        old = said["decisions"][nth]
        document = {name: one for name, one in old["signature"]["said"].items() if name not in {"command", "gate"}}
        command = (DecideFirst, DecideSecond)[nth](**(_tuples(document) | {"id": new_id()} | changed))
        signature = records.document(scene.as_kept(command, key))
        said["decisions"][nth] = {**old, **{name: one for name, one in records.document(command).items() if name in old},
                                  "signature": signature}  # fmt: skip

    return change


def _tuples(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}


def signed_by_another(scene: Scene) -> Bundle:
    return later_decided(scene, decided(scene, 1, key=STRANGER))


def by_one_in_both_places(scene: Scene) -> Bundle:
    first = str(ruling(scene.bundle)["decisions"][0]["by"])
    return later_decided(scene, decided(scene, 1, by=first))


def by_an_officer(scene: Scene) -> Bundle:
    return later_decided(scene, decided(scene, 1, by=STRANGER))


def one_of_them_not_to_release(scene: Scene) -> Bundle:
    return later_decided(scene, decided(scene, 1, release=False))


def more_items_than_decided(scene: Scene) -> Bundle:
    return later_decided(scene, lambda said: said.update(items=["mailing_address", "name"]))


def with_confirmed_stripped(scene: Scene) -> Bundle:
    def change(said: Json) -> None:
        decided(scene, 1, confirmed=("mailing_address",))(said)
        said["confirmed"] = []

    return later_decided(scene, change)


def with_a_finding_of_the_register(scene: Scene) -> Bundle:
    """A reviewer who says what only the register can say: the desk refuses it, and so what was signed is of no use here either."""
    found = ruling(scene.bundle)["decisions"][0]["findings"]
    return later_decided(scene, decided(scene, 0, findings={**found, "register.match": "one"}))


def established_by_a_stranger(scene: Scene) -> Bundle:
    def change(said: Json) -> None:
        said["established"][0]["signature"]["signature"] = said["decisions"][0]["signature"]["signature"]

    return later_decided(scene, change)


def of_another_look(scene: Scene) -> Bundle:
    return replace(scene.bundle, look=scene.other.look)


def looked_by_nobody(scene: Scene) -> Bundle:
    """A look is entered as passed by an officer; the record is that of the first."""
    values = opened_values(scene.bundle.look)
    values["reviewers"] = values["reviewers"].replace(b'"pass_first"', b'"deny_kin"')
    entry = entering.Said(Kind.LOOK, asker(scene), values, "26 USC 6103(i)(2)")
    [(index, made)] = scene.enters(entry)
    return replace(scene.bundle, look=scene.shows(index, made, *values))


def asker(scene: Scene) -> Json:
    request: Any = scene.bundle.request
    return {"agency": request["asker"]["agency"], "agreements": [], "signatory": request["asker"]["name"],
            "officers": [one["name"] for one in request["officers"]]}  # fmt: skip


def with_the_record_of_another(scene: Scene) -> Bundle:
    return replace(scene.bundle, sealed=scene.other.sealed)


def with_a_record_of_one_s_own(scene: Scene) -> Bundle:
    """Anybody can seal to the sealer; the permit, the card and the entry are no secret."""
    said = opener.opened(scene.bundle.sealed, scene.told.key)
    assert not isinstance(said, Refused)
    document = json.loads(said)
    document["record"] = {
        "mailing_address": {"street": "1 ELSEWHERE", "city": "X", "state": "OR", "postal_code": "97317"}
    }
    sealed = envelope.seal(json.dumps(document).encode(), envelope.recipient(scene.folder / "sealer.pem"))
    return replace(scene.bundle, sealed=sealed)


def on_the_protected_route(scene: Scene, second: str) -> Bundle:
    """The broker sent the case to the reviewers for protected persons; another decided in the second place."""
    said = opener.opened(scene.bundle.sealed, scene.told.key)
    assert not isinstance(said, Refused)
    document = json.loads(said)
    permit, entry, card = (document[name] for name in ("permit", "entry", "card"))
    routed = OpenedRecord(permit, entry, card, Route.PROTECTED, document["record"])
    signed = opened_record.written(routed, signing(scene.folder / "broker-signing.key").signs(routed.signed_bytes))
    sealed = envelope.seal(json.dumps(signed).encode(), envelope.recipient(scene.folder / "sealer.pem"))
    return replace(later_decided(scene, decided(scene, 1, by=second)), sealed=sealed)


def a_second(scene: Scene, *, protected: bool) -> str:
    """Somebody who may decide in the second place, and is a reviewer for protected persons or none."""
    passed = {one["by"] for one in ruling(scene.bundle)["decisions"][:1]}
    return next(
        one.person
        for one in STAFF
        if Role.REVIEWER in one.roles
        and (Role.PROTECTED_REVIEWER in one.roles) is protected
        and one.person not in passed
    )


def on_the_protected_route_past_its_reviewer(scene: Scene) -> Bundle:
    return on_the_protected_route(scene, a_second(scene, protected=False))


def with_another_card(scene: Scene) -> Bundle:
    [first, *others] = scene.bundle.card
    return replace(scene.bundle, card=(replace(first, said="differs"), *others))


def with_another_request(scene: Scene) -> Bundle:
    return replace(scene.bundle, request={**scene.bundle.request, "request_id": "H-1"})


def picked_up_by_a_stranger(scene: Scene) -> Bundle:
    return by(scene, STRANGER)


def picked_up_with_another_s_key(scene: Scene) -> Bundle:
    return by(scene, SIGNATORY, key=STRANGER)


def picked_up_to_another_s_certificate(scene: Scene) -> Bundle:
    return by(scene, SIGNATORY, certificate=certificate_of(scene.folder, STRANGER))


def revoked(scene: Scene) -> Bundle:
    officer = scene.people / f"{scene.bundle.picked_up.by}-sealing.pem"
    town_keys.list_revoked(scene.folder, [officer], scene.now)
    return scene.bundle


def without_a_list(scene: Scene) -> Bundle:
    (scene.folder / "revocations" / "town.crl").unlink()
    return scene.bundle


def with_a_list_of_last_week(scene: Scene) -> Bundle:
    town_keys.list_revoked(scene.folder, (), scene.now - 8 * DAY)
    return scene.bundle


def made_anew(scene: Scene, officer: str) -> str:
    """Another key and certificate of an officer's, in the place of those that were enrolled."""
    for end in (".key", ".pem"):
        (scene.people / f"{officer}-sealing{end}").unlink()
    town_keys.make_officer(scene.folder, scene.people / f"{officer}-sealing", "Adrian H. Shevchenko", scene.now - DAY)
    return (scene.people / f"{officer}-sealing.pem").read_text()


def with_a_new_certificate(scene: Scene) -> Bundle:
    """Enrolled by two as it should be, and used at once."""
    officer = scene.bundle.picked_up.by
    pem = made_anew(scene, officer)
    on = (scene.now + 7 * DAY).date().isoformat()
    signed = scene.two_sign(recipients.SUBJECT, officer, pem, on=on)
    scene.controls(recipients.SUBJECT, officer, pem, signed=signed, on=on)
    return by(scene, officer)


def to_a_certificate_by_names(scene: Scene) -> Bundle:
    """The keeper's own certificate in the officer's place."""
    officer = scene.bundle.picked_up.by
    pem = made_anew(scene, officer)
    scene.controls(recipients.SUBJECT, officer, pem, on=(scene.now + 7 * DAY).date().isoformat())
    scene.later(days=8)
    return by(scene, officer)


def decided_by_a_newcomer_by_names(scene: Scene) -> Bundle:
    """A reviewer of the keeper's making, named and given a key by names alone, decides in the second place."""
    named = scene.newcomer()
    scene.controls("role", named.person, named_written(named))
    scene.controls("key", named.person, scene.key_of(named.person), on=(scene.now + 7 * DAY).date().isoformat())
    scene.later(days=8)
    return later_decided(scene, decided(scene, 1, by=named.person))


def above_a_ceiling(scene: Scene) -> Bundle:
    scene.controls("ceiling", "officer in 30 days", "1", (NOVAK,))
    scene.hands_over(scene.entered(scene.other))
    return scene.bundle


def sealed_before(scene: Scene) -> Bundle:
    scene.hands_over()
    scene.later(minutes=15)
    return scene.bundle


def sealed_to_another(scene: Scene) -> Bundle:
    assert scene.asks().answer is SEALED
    return by(scene, SIGNATORY)


def entered_of_another_package(scene: Scene) -> Bundle:
    assert scene.asks().answer is SEALED
    return replace(scene.bundle, entry=scene.release(scene.bundle, digest_of("another package")))


def entered_and_not_in_the_log(scene: Scene) -> Bundle:
    """What is shown as the release is the decision."""
    assert scene.asks().answer is SEALED
    return replace(scene.bundle, entry=scene.bundle.decision)


def under_another_pack(scene: Scene) -> Bundle:
    """Counsel and another have set another pack than the one that the sealer has."""
    content, on = digest_of("another pack"), (scene.now + 30 * DAY).date().isoformat()
    signed = scene.two_sign("pack", "us_irc_6103", content, on=on)
    scene.controls("pack", "us_irc_6103", content, signed=signed, on=on)
    scene.later(days=30)
    return scene.bundle


Nothing = Callable[..., Any]
NONE: Nothing = lambda *_, **__: None  # noqa: E731
TRUE: Nothing = lambda *_, **__: True  # noqa: E731
SEAL, JUDGED = "safeconduct.sealer.seal", "safeconduct.sealer.judged"
BELIEVED = "safeconduct.core.gate.believed.Believed"


def any_certificate(pem: str, *_: object) -> object:
    return envelope.recipient_of(x509.load_pem_x509_certificate(pem.encode()))


def any_record(_: object, opened: opened_record.OpenedRecord, *__: object) -> object:
    return opened.record


def all_releases(sealable: Any, sealer: Any) -> Any:  # noqa: ANN401
    return [one for one in sealer.watched.state.releases if one.decision == sealable.found.decision.index]


ATTACKS: Mapping[str, tuple[Callable[[Scene], Bundle], str, Mapping[str, object]]] = {
    "a stop stands in the log": (stopped, "stopped: a stop", {"safeconduct.core.gate.gate.Gate.bearing": lambda *_: []}),
    "a stop stands at the sealer": (stopped_directly, "stopped at the sealer", {f"{SEAL}.direct.standing": lambda *_: {}}),
    "its file was taken away": (stopped_and_the_file_taken_away, "stopped at the sealer", {f"{SEAL}.direct.standing": lambda *_: {}}),
    "a stop is lifted by names": (lifted_by_names, "stopped: a stop", {f"{BELIEVED}._is_signed": TRUE}),
    "a stop is lifted by an old signature": (lifted_by_an_old_signature, "stopped: a stop", {f"{BELIEVED}._is_signed": TRUE}),
    "the set is old": (with_an_old_set, "has not been entered for an hour", {f"{SEAL}._SET_HOLDS": 9 * DAY}),
    "a stop stands in the set alone": (with_a_stop_in_the_set_alone, "stopped: a stop", {f"{SEAL}._stopped": NONE}),
    "the log is frozen": (with_a_frozen_log, "more than five minutes ago", {"safeconduct.sealer.watched.FRESH": 10**6}),
    "the log is put back": (with_an_older_log, "shorter than it was", {"safeconduct.sealer.store.Store.remember": NONE}),
    "a body was taken away": (with_a_body_taken_away, "cannot be read: it may be a stop", {f"{SEAL}._unreadable": NONE}),
    "the founding is another": (of_another_founding, "does not begin with the founding", {}),
    "an order stands": (with_an_order, "", {f"{SEAL}.hand_over.still_allowed": NONE}),
    "it was reversed": (reversed_, "was reversed", {f"{SEAL}.is_lifted": lambda *_: False}),
    "it was entered now": (entered_now, "has not cooled", {f"{SEAL}._has_cooled": TRUE}),
    "another signed": (signed_by_another, "decided: the signature is none of", {f"{JUDGED}._not_signed": NONE}),
    "one decided in both places": (by_one_in_both_places, "two natural persons", {f"{JUDGED}._not_of_two": NONE,
                                                                               f"{JUDGED}._passed_and_second": NONE}),
    "an officer decided": (by_an_officer, "is in no role to do it", {f"{JUDGED}._not_signed": NONE, f"{JUDGED}.record": any_record}),
    "one does not release": (one_of_them_not_to_release, "two have not decided to release",
                             {f"{JUDGED}._not_of_two": NONE, f"{SEAL}.hand_over.still_allowed": NONE}),
    "more items": (more_items_than_decided, "more is to be released than both decided", {}),
    "confirmed is stripped": (with_confirmed_stripped, "where one of the two only confirms it", {f"{JUDGED}._not_of_two": NONE}),
    "a reviewer says what the register says": (with_a_finding_of_the_register, "is no fact that is found here", {f"{SEAL}._beyond": NONE}),
    "what was established is unsigned": (established_by_a_stranger, "established: the signature is none of",
                                         {f"{JUDGED}._not_signed": NONE}),
    "the look is another's": (of_another_look, "the look was for another request", {}),
    "nobody passed the look": (looked_by_nobody, "the look was entered after the decision", {}),
    "the record is another's": (with_the_record_of_another, "under another permit", {f"{JUDGED}.record": any_record}),
    "the record is of one's own": (with_a_record_of_one_s_own, "not signed by the broker",
                                   {"safeconduct.core.permit.is_signed": TRUE}),
    "the route's reviewer is passed by": (on_the_protected_route_past_its_reviewer, "no reviewer for the route",
                                          {f"{JUDGED}.record": any_record}),
    "the card is another": (with_another_card, "what was signed is not what is to be done", {f"{JUDGED}._not_signed": NONE}),
    "the request is another": (with_another_request, "is not the one that was decided", {}),
    "a stranger picks it up": (picked_up_by_a_stranger, "neither an officer nor the signatory",
                               {"safeconduct.core.case.hand_over.is_named": TRUE}),
    "it is picked up with another's key": (picked_up_with_another_s_key, "the pick-up: the signature is none of",
                                           {f"{JUDGED}.signed_by": NONE}),
    "it is picked up to another's certificate": (picked_up_to_another_s_certificate, "another certificate than the one", {}),
    "the certificate is revoked": (revoked, "is revoked", {f"{SEAL}.certificates.recipient": any_certificate}),
    "no list says that it is not": (without_a_list, "give the issuer's CRL", {f"{SEAL}.certificates.recipient": any_certificate}),
    "the list is old": (with_a_list_of_last_week, "too old", {f"{SEAL}.certificates.recipient": any_certificate}),
    "the certificate is new": (with_a_new_certificate, "another certificate than the one", {}),
    "the certificate is there by names": (to_a_certificate_by_names, "another certificate than the one", {f"{BELIEVED}._is_signed": TRUE}),
    "a newcomer by names decides": (decided_by_a_newcomer_by_names, "two natural persons", {f"{BELIEVED}._is_signed": TRUE}),
    "a ceiling is reached": (above_a_ceiling, "it waits", {f"{SEAL}._above_a_ceiling": NONE}),
    "it was sealed before": (sealed_before, "sealed before", {f"{SEAL}._sealed_before": all_releases}),
    "it is sealed to another": (sealed_to_another, "sealed to another", {f"{SEAL}.is_sealed_to": TRUE}),
    "another package was entered": (entered_of_another_package, "sealed before", {}),
    "nothing was entered": (entered_and_not_in_the_log, "is a decision", {}),
    "the pack is another": (under_another_pack, "not the one that the log says is in force", {}),
}  # fmt: skip
"""Each with why it is refused, and what is taken out of the program for it to succeed; nothing where two checks stand against it."""


SUBJECT = frozenset("bruce sutstead 1976 680 4456 989 locust salem 97317 maria lopez garcia juniper aurora".split())
"""Words of the two persons' data."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_is_refused(scene: Scene, attack: str) -> None:
    doing, why, _ = ATTACKS[attack]
    said = scene.refuses(doing(scene))
    assert why in said
    assert not SUBJECT & set(re.findall(r"\w+", said.lower())), "a refusal tells of the person"


@pytest.mark.parametrize("attack", [name for name, (_, _, taken) in ATTACKS.items() if taken])
def test_and_nothing_else_would_have_refused_it(scene: Scene, attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    doing, _, taken = ATTACKS[attack]
    for name, instead in taken.items():
        monkeypatch.setattr(name, instead)
    bundle = doing(scene)
    reply = scene.asks(bundle)
    assert reply.answer is not REFUSED, reply.why


def test_on_the_protected_route_its_reviewer_decides_in_the_second_place(scene: Scene) -> None:
    assert scene.asks(on_the_protected_route(scene, a_second(scene, protected=True))).answer is SEALED


# Direct stops


def test_a_direct_stop_is_lifted_by_two_stoppers_and_not_by_one(scene: Scene) -> None:
    stop = put_directly(scene, "i.roy").stem
    put_directly(scene, "i.roy", "i.roy", act=Act.LIFTED, of=stop)
    assert "stopped at the sealer" in scene.refuses()
    for end in (".key", ".pem"):
        (scene.people / f"court{end}").write_bytes((scene.folder / f"court-signing{end}").read_bytes())
        (scene.people / f"court{end}").chmod(0o600)
    put_directly(scene, "i.roy", "court", act=Act.LIFTED, of=stop)
    assert scene.asks().answer is SEALED


@pytest.mark.parametrize("text", ["", "{", "[]", '{"stop": {}, "signatures": []}'])
def test_a_file_that_cannot_be_read_stops_everything(scene: Scene, text: str) -> None:
    (scene.told.stops / f"{'0' * 32}.json").write_text(text)
    assert "stopped at the sealer" in scene.refuses()


def test_one_that_is_too_long_to_be_read_keeps_the_sealer_from_answering(scene: Scene) -> None:
    (scene.told.stops / f"{'0' * 32}.json").write_text("x" * 30_000)
    with pytest.raises(Misplaced):
        scene.asks()


def test_whoever_is_no_stopper_stops_everything_by_a_file_that_is_no_good(scene: Scene) -> None:
    path = put_directly(scene, "a.lund", content=stop_written(Stop(Target.REQUEST, "R-none", "a test")))
    assert "stopped at the sealer" in scene.refuses()
    path.unlink()
    assert "stopped at the sealer" in scene.refuses()


def test_two_certificates_of_one_key_are_one_stopper() -> None:
    own = certified.key("P-256", "a stopper")
    two = [certified.authority(name).gives(own, "A stopper", ("digital_signature",)) for name in ("A", "B")]
    said = Said(direct.KIND, "1" * 32, Act.LIFTED, "", "2" * 32, "town.example/log")
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    signed = [Signature(direct.digest_of(one), own.sign(said.signed_bytes, ec.ECDSA(SHA256()))) for one in two]
    files = {f"{'1' * 32}.json": direct.written(File(said, tuple(signed))), f"{'2' * 32}.json": "none"}
    assert set(direct.standing(files, two, "town.example/log")) == {"2" * 32}
