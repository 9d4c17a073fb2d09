"""One look: what opens a record, what does not, what of it comes back, and which reviewer it goes to."""

from __future__ import annotations

import base64
import datetime as dt
import sqlite3
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

import brokered
from brokered import MOVED, NOBODY, NOW, ONE, SEVERAL, Json, Trial, request
from safeconduct.broker import look as looking
from safeconduct.broker.look import Broker
from safeconduct.broker.reply import Answer, Outcome, frame, read
from safeconduct.core import subject
from safeconduct.core.matching import Said
from safeconduct.core.opened_record import Route
from safeconduct.keys.broker import BrokerKeys

MINUTE = dt.timedelta(minutes=1)


def test_a_permit_opens_one_record_and_shows_the_evidence_without_the_address(at: Trial) -> None:
    with at.broker() as broker:
        reply = at.look(broker)
    assert (reply.answer, reply.found, reply.look, reply.why) == (Answer.LOOKED, Outcome.ONE, 1, "")
    assert [(line.what, line.said) for line in reply.card][:4] == [
        ("name", Said.AGREES), ("address", Said.AGREES), ("birth date", Said.AGREES), ("number", Said.AGREES),
    ]  # fmt: skip
    in_the_clear = frame(reply).decode().replace(base64.b64encode(reply.sealed).decode(), "")
    assert not [word for word in ("JUNIPER", "Juniper", "60505", "Maria", "Lopez", "912-40") if word in in_the_clear]


def test_what_may_be_released_is_for_the_sealer_and_holds_the_items_asked_for_alone(at: Trial) -> None:
    with at.broker() as broker:
        reply = at.look(broker)
    record = at.opened(reply)["record"]
    address = {
        "street": "418 JUNIPER ST APT 7",
        "city": "AURORA",
        "state": "IL",
        "postal_code": "60505",
        "which": "present",
    }
    assert record == {"mailing_address": address}


def test_the_envelope_says_under_which_permit_it_was_found(at: Trial) -> None:
    asked = request()
    permit = at.permit(asked)
    with at.broker() as broker:
        reply = looking.look(permit, asked, broker, NOW)
    assert at.opened(reply)["permit"] == permit["permit"]["id"]


def test_an_earlier_address_identifies_and_does_not_unlock_a_newer_one(at: Trial) -> None:
    with at.broker() as broker:
        reply = at.look(broker, **MOVED)
    assert reply.found is Outcome.ONE
    sealed = str(at.opened(reply))
    assert "77 OAK AVE" in sealed
    assert "earlier" in sealed
    assert "BIRCH" not in sealed


@pytest.mark.parametrize(
    ("unit", "street", "which"),
    [
        (" Apt 2", "6 ASH CT APT 2", "earlier"),
        (" Apt 3", "6 ASH CT APT 3", "present"),
        (" Apt 2", "6 ASH CT", "present"),
    ],
)
def test_who_moved_within_the_building_is_given_by_the_home_that_was_sought(
    at: Trial, unit: str, street: str, which: str
) -> None:
    first, *others = brokered.persons()
    here = "6 ASH CT APT 3" if "APT" in street else "6 ASH CT"
    there = "6 ASH CT APT 2" if "APT" in street else None
    earlier = {"earlier_street": there, "earlier_city": "AURORA", "earlier_state": "IL", "earlier_postal_code": "60505"}
    brokered.write_parquet(at.register, [first | earlier | {"street": here}, *others])
    with at.broker() as broker:
        reply = at.look(broker, address=f"6 Ash Ct{unit}, Aurora, IL 60505")
    sealed = at.opened(reply)["record"]["mailing_address"]
    assert (sealed["street"], sealed["which"]) == (street, which)
    assert f"{'the' if which == 'present' else 'an'} {which} one" in reply.card[1].how


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        (ONE, Outcome.ONE),
        (SEVERAL, Outcome.SEVERAL),
        (NOBODY, Outcome.NONE),
        ({"birth_date": "1984-03-10"}, Outcome.NONE),
        ({"address": "Failed to Provide 60505"}, Outcome.NONE),
        ({"address": "419 Juniper St Apt 7, Aurora, IL 60505"}, Outcome.NONE),
        ({"birth_date": None, "tin": None}, Outcome.NONE),
    ],
)
def test_who_is_not_surely_one_person_is_nobody(at: Trial, subject: Json, found: Outcome) -> None:
    with at.broker() as broker:
        reply = at.look(broker, **subject)
        assert reply.found is found
        assert (at.opened(reply)["record"] is None) == (found is not Outcome.ONE)


def test_nothing_of_a_record_that_is_not_the_one_comes_back(at: Trial) -> None:
    with at.broker() as broker:
        replies = [at.look(broker, **subject) for subject in (NOBODY, SEVERAL, {"birth_date": "1984-03-10"})]
    assert {reply.card for reply in replies} == {looking.refused("", broker).card}


def test_a_street_in_other_signs_is_not_passed_over_by_what_narrows_the_register(at: Trial) -> None:
    with at.broker() as broker:
        place = subject.sought(request(address="9 Pine Rd, Springfield, IL 62704")).place
        assert place is not None
        assert [one.family_name for one in broker.register.about(place)] == ["Nguyễn"]


# Permits


def spoilt(at: Trial, asked: Json) -> dict[str, Json]:
    """Permits that open nothing, each by the word of its refusal."""
    good = at.permit(asked)
    body, signature = good["permit"], good["signature"]
    return {
        "another register": at.permit(asked, register_name="county"),
        "another request": at.permit(request(name="Somebody Else")),
        "expired": at.permit(asked, NOW - 15 * MINUTE),
        "in the future": at.permit(asked, NOW + MINUTE),
        "not signed by the desk": {"permit": {**body, "id": "0" * 32}, "signature": signature},
        "no object": {**good, "more": 1},
        "the fields": {"permit": {**body, "more": "1"}, "signature": signature},
        "`id`": {"permit": {**body, "id": "A" * 32}, "signature": signature},
        "`kind`": {"permit": {**body, "kind": "safeconduct look permit v2"}, "signature": signature},
        "`issued_at`": {"permit": {**body, "issued_at": "2026-13-30T15:00:00Z"}, "signature": signature},
        "base64": {"permit": body, "signature": signature + "\n"},
    }


REFUSALS = [
    "another register", "another request", "expired", "in the future", "not signed by the desk", "no object", "the fields",
    "`id`", "`kind`", "`issued_at`", "base64",
]  # fmt: skip


@pytest.mark.parametrize("why", REFUSALS)
def test_a_permit_that_is_not_for_this_look_opens_nothing_and_is_told_why(at: Trial, why: str) -> None:
    asked = request()
    with at.broker() as broker:
        reply = looking.look(spoilt(at, asked)[why], asked, broker, NOW)
        assert reply.answer is Answer.REFUSED
        assert why in reply.why
        assert at.look(broker).look == 1, "a refusal is no look"


def test_a_permit_of_another_desk_opens_nothing(at: Trial, tmp_path_factory: pytest.TempPathFactory) -> None:
    stranger = brokered.trial(tmp_path_factory.mktemp("stranger"))
    asked = request()
    with at.broker() as broker:
        assert "not signed by the desk" in looking.look(stranger.permit(asked), asked, broker, NOW).why


def test_a_permit_holds_for_fifteen_minutes(at: Trial) -> None:
    asked = request()
    with at.broker() as broker:
        permit = at.permit(asked)
        assert looking.look(permit, asked, broker, NOW + 15 * MINUTE).answer is Answer.REFUSED
        assert looking.look(permit, asked, broker, NOW + 14.9 * MINUTE).answer is Answer.LOOKED


def test_a_permit_is_used_once_and_stays_used_when_the_broker_begins_anew(at: Trial) -> None:
    asked = request()
    permit = at.permit(asked)
    with at.broker() as broker:
        assert looking.look(permit, asked, broker, NOW).answer is Answer.LOOKED
        assert looking.look(permit, asked, broker, NOW).why == "the permit was used before"
    with at.broker() as broker:
        assert looking.look(permit, asked, broker, NOW).why == "the permit was used before"


def test_a_refusal_says_whether_the_permit_can_do_anything_yet(at: Trial) -> None:
    asked = request()
    permit = at.permit(asked)
    with at.broker() as broker:
        early = looking.look(permit, asked, broker, NOW - 10 * MINUTE)
        assert not looking.look(permit, asked, broker, NOW).spent
        used = looking.look(permit, asked, broker, NOW)
    assert [(one.answer, one.spent) for one in (early, used)] == [(Answer.REFUSED, False), (Answer.REFUSED, True)]
    assert [read(frame(one)) for one in (early, used)] == [early, used]


def test_another_signature_made_of_the_first_is_no_other_permit(at: Trial) -> None:
    asked = request()
    permit = at.permit(asked)
    r, s = decode_dss_signature(base64.b64decode(permit["signature"]))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    twin = {**permit, "signature": base64.b64encode(encode_dss_signature(r, order - s)).decode()}
    with at.broker() as broker:
        assert looking.look(permit, asked, broker, NOW).answer is Answer.LOOKED
        assert looking.look(twin, asked, broker, NOW).why == "the permit was used before"


def test_a_request_that_has_no_one_form_opens_nothing(at: Trial) -> None:
    asked = request()
    permit = at.permit(asked)
    with at.broker() as broker:
        for odd in (asked | {"weight": 1.5}, asked | {"weight": 2**53}, [asked], None):
            assert looking.look(permit, odd, broker, NOW).answer is Answer.REFUSED


def test_the_looks_are_counted_over_the_broker_s_life(at: Trial) -> None:
    with at.broker() as broker:
        assert [at.look(broker, **subject).look for subject in (ONE, NOBODY, SEVERAL)] == [1, 2, 3]
    with at.broker() as broker:
        assert at.look(broker, **MOVED).look == 4


# What fails on the way


def test_where_the_store_cannot_be_written_nothing_is_looked_up_and_the_permit_is_unused(
    at: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request()
    permit = at.permit(asked)
    with at.broker() as broker:
        full = broker.store._connection  # noqa: SLF001  # a full disk
        [(pages,)] = full.execute("PRAGMA page_count").fetchall()
        full.execute(f"PRAGMA max_page_count = {pages}")
        replies = [
            at.look(broker, tin=f"912-40-{nth:04}", address=f"{nth + 1} Elm St, Aurora, IL 60505") for nth in range(40)
        ]
        assert "cannot be written" in replies[-1].why
        with monkeypatch.context() as unread:
            unread.setattr(broker.register, "about", None)
            assert looking.look(permit, asked, broker, NOW).answer is Answer.REFUSED
        full.execute("PRAGMA max_page_count = 100000")
        assert looking.look(permit, asked, broker, NOW).answer is Answer.LOOKED


def test_where_the_register_cannot_be_read_the_permit_is_used_and_nothing_is_told(at: Trial) -> None:
    asked = request()
    permit = at.permit(asked)
    with at.broker() as broker:
        at.register.write_bytes(b"no register")
        reply = looking.look(permit, asked, broker, NOW)
        assert (reply.answer, reply.why) == (Answer.REFUSED, "the register cannot be read; the permit is used")
        assert looking.look(permit, asked, broker, NOW).why == "the permit was used before"
        assert len(frame(reply)) == 8192


def test_a_record_that_is_longer_than_any_envelope_is_not_cut(at: Trial) -> None:
    first, *others = brokered.persons()
    brokered.write_parquet(at.register, [first | {"middle_name": "x" * 4000}, *others])
    asked = request() | {"items": ["name"]}
    with at.broker() as broker:
        reply = looking.look(at.permit(asked), asked, broker, NOW)
    assert reply.answer is Answer.REFUSED
    assert at.opened(reply)["record"] is None


def test_when_the_register_is_read_the_permit_is_on_the_disk_as_used(
    at: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request()
    permit = at.permit(asked)
    with at.broker() as broker:

        def killed(_: object) -> None:
            with sqlite3.connect(at.folder / "store" / "broker.sqlite") as on_disk:
                assert on_disk.execute("SELECT count(*), (SELECT count FROM looks) FROM used").fetchall() == [(1, 1)]
            on_disk.close()
            raise SystemExit

        monkeypatch.setattr(broker.register, "about", killed)
        with pytest.raises(SystemExit):
            looking.look(permit, asked, broker, NOW)
    with at.broker() as broker:
        assert looking.look(permit, asked, broker, NOW).why == "the permit was used before"


def test_a_register_that_is_reached_by_a_link_is_read(at: Trial) -> None:
    at.register.rename(at.folder / "elsewhere.parquet")
    at.register.symlink_to(at.folder / "elsewhere.parquet")
    with at.broker() as broker:
        assert at.look(broker).found is Outcome.ONE


@pytest.mark.parametrize(
    "subject", ["Maria Lopez", None, [], {"name": {"a": 1}, "address": ["x"], "tin": 912401234}, {}]
)
def test_a_request_of_another_shape_finds_nobody(at: Trial, subject: object) -> None:
    asked = request() | {"subject": subject, "asker": "DHS", "officers": {"name": "x"}, "items": "mailing_address"}
    with at.broker() as broker:
        assert looking.look(at.permit(asked), asked, broker, NOW).found is Outcome.NONE


# Near-identical requests


def test_above_the_threshold_the_look_is_withheld_and_the_register_is_not_read(
    at: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at.broker() as broker:
        found = [at.look(broker).found for _ in range(3)]
        monkeypatch.setattr(broker.register, "about", None)
        assert [*found, at.look(broker).found] == [Outcome.ONE] * 3 + [Outcome.WITHHELD]


ALIKE: dict[str, Callable[[int], Json]] = {
    "the same, where nobody is found": lambda _: NOBODY,
    "the birth date felt for": lambda n: {"birth_date": f"1984-03-1{n}", "tin": None},
    "the number felt for": lambda n: {"tin": f"912-40-000{n}", "birth_date": None},
    "all but the number": lambda n: {
        "name": ["Ada Ek", "Bo Lind", "Cy Dahl", "Di Berg"][n],
        "birth_date": None,
        "address": f"{n + 1} Juniper St, Aurora, IL 60505",
    },
    "the name felt for": lambda n: {"name": f"M{'aeiou'[n]}ria L{'aeiou'[n]}pez", "tin": None},
    "the address felt for": lambda n: {"address": f"{n + 1} Juniper St, Aurora, IL 60505"},
    "the unit felt for": lambda n: {"address": f"418 Juniper St Apt {n + 1}, Aurora, IL 60505", "tin": None, "birth_date": None},
    "a name in other words": lambda n: {
        "name": ["Maria Lopez", "LOPEZ GARCIA, Maria", "Maria Elena Lopez-Garcia", "Mária López"][n], "tin": None,
        "birth_date": None,
    },
}  # fmt: skip


@pytest.mark.parametrize("how", ALIKE)
def test_a_request_that_changes_one_thing_is_counted_with_those_before_it(at: Trial, how: str) -> None:
    with at.broker() as broker:
        found = [at.look(broker, **ALIKE[how](nth)).found for nth in range(4)]
    assert Outcome.WITHHELD not in found[:3]
    assert found[3] is Outcome.WITHHELD


def test_members_of_one_household_are_not_counted_as_one_person(at: Trial) -> None:
    names = ["Juan Garcia Lopez", "Rosa Garcia Lopez", "Inés Garcia Lopez", "Luis Garcia Lopez", "Ana Garcia Lopez"]
    with at.broker() as broker:
        found = [
            at.look(broker, name=name, given_name=name.split()[0], family_name="Garcia Lopez", tin=None,
                    birth_date=f"19{70 + nth}-05-06").found
            for nth, name in enumerate(names)
        ]  # fmt: skip
    assert found == [Outcome.NONE] * 5


def test_requests_are_forgotten_after_the_days_of_the_policy(at: Trial) -> None:
    at.say(within_days=30, most_alike=1)
    with at.broker() as broker:
        assert at.look(broker, **NOBODY).found is Outcome.NONE
        assert at.look(broker, now=NOW + dt.timedelta(days=29), **NOBODY).found is Outcome.WITHHELD
        assert at.look(broker, now=NOW + dt.timedelta(days=59), **NOBODY).found is Outcome.NONE


def test_nothing_of_a_request_or_a_record_stands_in_the_store(at: Trial) -> None:
    with at.broker() as broker:
        at.look(broker)
        looking.mark("1", ["A", "B"], broker, present=True)
    kept = b"".join(path.read_bytes() for path in (at.folder / "store").iterdir()).lower()
    for plain in (
        b"maria",
        b"lopez",
        b"garcia",
        b"juniper",
        b"60505",
        b"912-40",
        b"912401234",
        b"1984",
        b"r-0",
        b"linwood",
    ):
        assert plain not in kept


# Routes


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """On nobody falls the lot."""
    monkeypatch.setattr(BrokerKeys, "is_drawn", lambda *_: False)


def marked(broker: Broker, person: str, *, present: bool = True) -> None:
    assert looking.mark(person, ["Ada", "Grace"], broker, present=present).answer is Answer.DONE


@pytest.mark.usefixtures("undrawn")
def test_a_mark_routes_and_never_refuses(at: Trial) -> None:
    with at.broker() as broker:
        assert at.look(broker).route is Route.ORDINARY
        marked(broker, "1")
        reply = at.look(broker)
        assert (reply.found, reply.route) == (Outcome.ONE, Route.PROTECTED)
        assert at.opened(reply)["record"]
        marked(broker, "1", present=False)
        assert at.look(broker).route is Route.ORDINARY


@pytest.mark.usefixtures("undrawn")
def test_a_mark_is_tested_for_the_record_opened_and_for_no_other(at: Trial) -> None:
    with at.broker() as broker:
        for person in ("2", "3", "4"):
            marked(broker, person)
        assert at.look(broker).route is Route.ORDINARY
        assert at.look(broker, **SEVERAL).route is Route.ORDINARY
        assert at.look(broker, **NOBODY).route is Route.ORDINARY


def test_one_record_in_twenty_takes_the_protected_route_without_a_mark() -> None:
    lot = BrokerKeys(b"m" * 32, b"c" * 32, b"l" * 32, b"s" * 32)
    drawn = sum(lot.is_drawn(str(person), 8_000, 20) for person in range(20_000))
    assert 850 <= drawn <= 1_150


def test_asking_again_in_a_season_does_not_tell_a_mark_from_the_lot(at: Trial) -> None:
    at.say(lot_one_in=2, most_alike=50)
    with at.broker() as broker:
        assert len({at.look(broker).route for _ in range(20)}) == 1


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("asker", "officer", "route"),
    [
        ("Cedric Shaw", "Aaron Olson", Route.ORDINARY),
        ("Teresa Garcia", "Aaron Olson", Route.PROTECTED),
        ("Cedric Shaw", "Diego RIVERA, Jr.", Route.PROTECTED),
        ("Cedric Shaw", "Lopez, Ana", Route.PROTECTED),
        ("Lopez, Cedric", "Aaron Olson", Route.PROTECTED),
        ("Cedric Lopez-Shaw", "Aaron Olson", Route.PROTECTED),
        ("Cedric de la Cruz", "Aaron Olson", Route.ORDINARY),
    ],
)
def test_a_surname_shared_with_the_household_takes_the_protected_route(
    at: Trial, asker: str, officer: str, route: Route
) -> None:
    asked = request()
    asked["asker"]["name"], asked["officers"][0]["name"] = asker, officer
    with at.broker() as broker:
        assert looking.look(at.permit(asked), asked, broker, NOW).route is route


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    ("officer", "route"), [("Bo Stone", Route.PROTECTED), ("Bo Fischer", Route.PROTECTED), ("Bo Ek", Route.ORDINARY)]
)
def test_who_moved_along_and_who_lives_at_the_old_address_are_of_the_household(
    at: Trial, officer: str, route: Route
) -> None:
    asked = request(**MOVED)
    asked["officers"] = ["no object", {"name": officer}]
    with at.broker() as broker:
        assert looking.look(at.permit(asked), asked, broker, NOW).route is route


@pytest.mark.parametrize(
    "by", [["Ada"], ["Ada", "ada "], ["Ada", ""], "Ada, Grace", ["Ada", "Grace", "Joan"], [1, 2], None]
)
def test_a_mark_takes_two_persons(at: Trial, by: object) -> None:
    with at.broker() as broker:
        assert looking.mark("1", by, broker, present=True).answer is Answer.REFUSED


@pytest.mark.parametrize("person", [1, "", "a b", "x" * 65, None, "1'; DROP TABLE marks"])
def test_a_mark_is_of_an_id(at: Trial, person: object) -> None:
    with at.broker() as broker:
        assert looking.mark(person, ["Ada", "Grace"], broker, present=True).answer is Answer.REFUSED


def test_the_answer_to_a_mark_is_the_same_whatever_was_there(at: Trial) -> None:
    with at.broker() as broker:
        calls = [
            ("1", True),
            ("1", True),
            ("1", False),
            ("1", False),
            ("no-such-person", True),
            ("no-such-person", False),
        ]
        replies = [looking.mark(person, ["Ada", "Grace"], broker, present=present) for person, present in calls]
    assert len({(reply.answer, reply.why, reply.look, reply.route, len(frame(reply))) for reply in replies}) == 1


# Every reply is one size


def test_every_reply_is_of_one_size_and_shape(at: Trial) -> None:
    asked = request()
    with at.broker() as broker:
        replies = [at.look(broker, **subject) for subject in (ONE, NOBODY, SEVERAL, MOVED, ONE, ONE, ONE)]
        replies += [looking.look(permit, asked, broker, NOW) for permit in spoilt(at, asked).values()]
        replies += [
            looking.mark("1", ["Ada", "Grace"], broker, present=True),
            looking.mark("", [], broker, present=True),
        ]
    assert Outcome.WITHHELD in {reply.found for reply in replies}
    assert {len(frame(reply)) for reply in replies} == {8192}
    assert len({len(reply.sealed) for reply in replies}) == 1
    assert {tuple(line.what for line in reply.card) for reply in replies} == {
        ("name", "address", "birth date", "number", "suffix", "deceased")
    }
