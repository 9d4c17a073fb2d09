"""What a person may see: placed, proved, entered before each use of the key, and of one form whatever there is to tell."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from brokered import NOW, Json, Trial
from entered import OPENED, Town, look, town
from safeconduct import sockets
from safeconduct.broker import serve, slot_reply, slots, store
from safeconduct.broker.ask import ask_slot
from safeconduct.broker.look import Broker
from safeconduct.broker.reply import SIZE
from safeconduct.broker.slot_reply import BLANK, SLOT_SIZE, SlotAct, SlotReply, frame
from safeconduct.core.log import disclosures
from safeconduct.core.log import slots as maps
from safeconduct.core.log.commitments import Opening
from safeconduct.core.log.disclosures import Shown
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.slots import Told
from safeconduct.logbook.entering import Said

SALT = base64.b64encode(b"s" * 32).decode()
TOLD: list[Json] = [
    {"index": 7, "openings": {"request": {"salt": SALT, "value": "dmFsdWU="}}},
    {"index": 9, "openings": {}},
]
READ = (Told(7, {"request": Opening(b"s" * 32, b"value")}), Told(9, {}))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A broker that was told of a log."""
    return town(tmp_path_factory.mktemp("slots"))


@pytest.fixture
def broker(here: Town) -> Iterator[Broker]:
    with here.at.broker() as made:
        yield made


def use(said: object, broker: Broker, now: dt.datetime = NOW) -> SlotReply:
    return slots.use(said, broker.settings, broker.store, now)


def root_in(here: Town, shown: object) -> bytes:
    """The root in an entry of the log, as whoever believes the log's policy reads it."""
    found = disclosures.verified(disclosures.read(shown), here.log.told.policy)
    assert isinstance(found, Shown), found
    assert found.under.day is not None
    root = maps.root_in(found, found.under.day)
    assert isinstance(root, bytes), root
    return root


def test_what_was_placed_is_proved_under_the_root_that_stands_in_the_log(here: Town, broker: Broker) -> None:
    placed = here.slot(broker, "place", "told", TOLD)
    assert (placed.answer, placed.given) == (SlotAct.PLACED, BLANK)
    proved = here.slot(broker, "prove", "told")
    root = root_in(here, here.logs_root(proved.root))
    assert root == placed.root
    assert maps.opened(proved.given, root) == READ


def test_who_has_no_slot_is_given_one_that_tells_nothing_as_is_whoever_all_is_withheld_from(
    here: Town, broker: Broker
) -> None:
    here.slot(broker, "place", "withheld", [])
    before = here.slot(broker, "prove", "withheld")
    unknown = here.slot(broker, "prove", "unknown")
    assert unknown.root != before.root
    for reply in (here.slot(broker, "prove", "withheld"), here.slot(broker, "prove", "unknown")):
        assert (reply.answer, reply.root) == (SlotAct.PROVED, unknown.root)
        assert maps.opened(reply.given, root_in(here, here.logs_root(reply.root))) == ()


def test_an_answer_does_not_hold_under_a_root_from_before_the_slot_stood_there(here: Town, broker: Broker) -> None:
    before = here.slot(broker, "prove", "somebody").root
    after = here.slot(broker, "prove", "another")
    assert maps.opened(after.given, after.root) == ()
    assert maps.opened(after.given, before) == Refused(
        "the proof does not lead from the slot to the root that the log holds"
    )


def test_placing_takes_the_place_of_the_whole_and_proving_leaves_it(here: Town, broker: Broker) -> None:
    here.slot(broker, "place", "changed", TOLD)
    first = here.slot(broker, "prove", "changed")
    again = here.slot(broker, "prove", "changed")
    assert again == first
    here.slot(broker, "place", "changed", TOLD[1:])
    second = here.slot(broker, "prove", "changed")
    assert maps.opened(second.given, second.root) == READ[1:]
    assert (first.given.tag, first.given.key) == (second.given.tag, second.given.key)
    assert first.given.slot != second.given.slot


def test_a_key_opens_its_person_s_slot_and_no_other(here: Town, broker: Broker) -> None:
    one, other = here.slot(broker, "prove", "one"), here.slot(broker, "prove", "other")
    assert maps.opened(replace(other.given, key=one.given.key), other.root) == Refused("the key does not open the slot")
    assert not {one.given.tag, one.given.key} & {other.given.tag, other.given.key}


# Entered first


def test_every_use_is_entered_once(here: Town, broker: Broker) -> None:
    for call in (here.call("place", "once", TOLD), here.call("prove", "once")):
        assert use(call, broker).answer is not SlotAct.REFUSED
        again = use(call, broker)
        assert (again.answer, again.why) == (
            SlotAct.REFUSED,
            "the entry in the log that the call shows was used before",
        )
        assert (again.root, again.given) == (bytes(32), BLANK)


def test_an_entry_used_changes_nothing(here: Town, broker: Broker) -> None:
    old = here.call("place", "kept", TOLD)
    use(old, broker)
    here.slot(broker, "place", "kept", [])
    use(old, broker)
    proved = here.slot(broker, "prove", "kept")
    assert maps.opened(proved.given, proved.root) == ()


def test_a_use_that_was_not_entered_as_itself_is_refused(here: Town, broker: Broker) -> None:
    call = here.call("place", "1", TOLD)
    used, elsewhere = maps.used("prove", "town", "1"), maps.used("prove", "another-town", "1")
    assert isinstance(used, bytes)
    assert isinstance(elsewhere, bytes)
    cases = {
        "the call has no proof with it": {**call, "entry": None},
        "the proof that the call was entered cannot be read": {**call, "entry": {}},
        "the entry is of something else than the call": {**call, "content": []},
        "of something else": {**call, "person": "2"},
        "something else than the call": {"act": "prove", "person": "1", "entry": call["entry"]},
        "the call was entered as a look, which is none of control, notice": {
            "act": "prove", "person": "1", "entry": here.entered(look(used)),
        },
        "is of something else than the call": {
            "act": "prove", "person": "1", "entry": here.entered(Said(Kind.NOTICE, OPENED, {"request": elsewhere})),
        },
        "the entry's request is not opened": {
            "act": "prove", "person": "1", "entry": here.entered(Said(Kind.NOTICE, OPENED, {"request": used}), "asker"),
        },
    }  # fmt: skip
    for why, said in cases.items():
        reply = use(said, broker)
        assert reply.answer is SlotAct.REFUSED
        assert why in reply.why
    late = use(call, broker, NOW + dt.timedelta(minutes=15))
    assert "the call was entered too long ago" in late.why
    assert use(call, broker).answer is SlotAct.PLACED


def test_an_entry_of_a_control_serves_as_well(here: Town, broker: Broker) -> None:
    used = maps.used("prove", "town", "1")
    assert isinstance(used, bytes)
    body = {"act": "set", "by": [{"office": "records", "person": "A. Lund"}], "content": "", "digest": "", "effective_on": "2026-11-30",
            "name": "use", "part": [1, 1], "signatures": [], "subject": "slots", "widens": False}  # fmt: skip
    body["digest"] = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    entry = here.entered(Said(Kind.CONTROL, body, {"request": used}))
    assert use({"act": "prove", "person": "1", "entry": entry}, broker).answer is SlotAct.PROVED


def test_where_the_broker_was_told_of_no_log_no_slot_is_used(here: Town, at: Trial) -> None:
    call = here.call("prove", "1")
    with at.broker() as broker:
        reply = use(call, broker)
    assert reply.why == "the broker was told of no log; name `log_policy` in its settings"


MALFORMED: list[tuple[object, str]] = [
    ({}, "a slot is asked for with"),
    ({"act": "list", "entry": {}}, "a slot is asked for with"),
    ({"act": "prove", "person": "1"}, "a slot is asked for with"),
    ({"act": "prove", "person": 1, "entry": {}}, "a slot is asked for with"),
    ({"act": "prove", "person": "1", "entry": {}, "content": []}, "a slot is asked for with"),
    ({"act": "place", "person": "1", "entry": {}}, "a slot is asked for with"),
    ({"act": "prove", "person": "Ana Lund", "entry": {}}, "the person is no id of a register's"),
    ({"act": "place", "person": "", "entry": {}, "content": []}, "the person is no id of a register's"),
    ({"act": "place", "person": "1", "entry": {}, "content": {}}, "the content cannot be read: what may be told is no list"),
    ({"act": "place", "person": "1", "entry": {}, "content": [{"index": 2**52, "openings": {}}] * 200}, "longer than a slot holds"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "why"), MALFORMED)
def test_a_call_that_is_not_of_its_form_is_refused(broker: Broker, said: object, why: str) -> None:
    reply = use(said, broker)
    assert reply.answer is SlotAct.REFUSED
    assert why in reply.why


def test_a_store_that_cannot_be_written_leaves_the_slot_and_the_entry(
    here: Town, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = here.call("place", "full", TOLD)

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(store, "_place", full)
        assert use(call, broker).why == "the broker's store cannot be written; the slot is as it was"
    assert use(call, broker).answer is SlotAct.PLACED


# What is kept


def test_the_store_s_file_tells_no_person_and_nothing_of_what_may_be_told(here: Town, broker: Broker) -> None:
    here.slot(broker, "place", "Person-4711", TOLD)
    kept = (here.at.folder / "store" / "broker.sqlite").read_bytes()
    assert not [word for word in (b"Person-4711", SALT.encode(), b"s" * 32, b"dmFsdWU", b"told") if word in kept]


def test_slots_stand_after_a_new_beginning_and_the_tree_is_kept_whole(tmp_path: Path) -> None:
    made = town(tmp_path)
    with made.at.broker() as broker:
        replies = [made.slot(broker, "place", str(nth), TOLD[: nth % 3]) for nth in range(12)]
    with made.at.broker() as broker:
        proved = [made.slot(broker, "prove", str(nth)) for nth in range(12)]
    assert {reply.root for reply in proved} == {replies[-1].root}
    for nth, reply in enumerate(proved):
        assert maps.opened(reply.given, reply.root) == READ[: nth % 3]


def test_the_first_to_have_a_slot_is_not_alone_in_the_map(here: Town, broker: Broker) -> None:
    proof = here.slot(broker, "prove", "first").given.proof
    assert sum(one != maps.EMPTY[256 - nth] for nth, one in enumerate(proof)) >= 4


# At the socket


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = town(tmp_path_factory.mktemp("served-slots"))
    with made.at.process():
        yield made


def test_slots_are_placed_and_proved_over_the_socket(served: Town) -> None:
    now = dt.datetime.now(dt.UTC)
    placed = ask_slot(served.at.socket, {"call": "slot", **served.call("place", "1", TOLD, now)})
    assert (placed.answer, placed.why) == (SlotAct.PLACED, "")
    proved = ask_slot(served.at.socket, {"call": "slot", **served.call("prove", "1", now=now)})
    assert maps.opened(proved.given, proved.root) == READ
    line = json.dumps({"call": "slot", **served.call("prove", "1", now=now)}).encode() + b"\n"
    assert len(line) < 20_000


@pytest.mark.parametrize(
    "call",
    [{}, {"act": "list"}, {"act": "prove", "person": "1", "entry": {}}, {"act": "prove", "person": "1", "entry": None}],
)
def test_a_refusal_over_the_socket_is_as_long_as_every_answer(served: Town, call: Json) -> None:
    line = served.at.send(json.dumps({"call": "slot", **call}).encode() + b"\n")
    assert len(line) == SLOT_SIZE
    assert slot_reply.read(line).answer is SlotAct.REFUSED


@pytest.mark.parametrize("said", [b'["slot"]', b'"slot"', b'{"call": "slots"}', b'{"call": ["slot"]}', b"slot"])
def test_what_is_no_call_for_a_slot_is_answered_as_what_is_no_call(served: Town, said: bytes) -> None:
    assert len(served.at.send(said + b"\n")) == SIZE


def test_a_reply_is_read_as_it_was_framed(here: Town, broker: Broker) -> None:
    for reply in (here.slot(broker, "prove", "framed"), slots.refused("why"), here.slot(broker, "place", "framed", [])):
        assert slot_reply.read(frame(reply)) == reply
    with pytest.raises(ValueError, match="no reply"):
        slot_reply.read(frame(slots.refused("why")) + b" ")
    with pytest.raises(ValueError, match="longer"):
        frame(slots.refused("why" * 10_000))


def test_a_fault_of_the_broker_in_a_call_for_a_slot_is_as_long_and_repeats_nothing(
    here: Town, broker: Broker, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Person-4711")

    monkeypatch.setattr(slots, "_slot", broken)
    with sockets.listening(here.at.socket, os.geteuid()) as listener:
        attending = threading.Thread(target=_attend, args=(serve.attending(listener, broker, lambda: NOW),))
        attending.start()
        line = here.at.send(json.dumps({"call": "slot", **here.call("prove", "Person-4711")}).encode() + b"\n")
        listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a call
        attending.join()
    assert "fault of the broker" in slot_reply.read(line).why
    assert capfd.readouterr().err == "safeconduct: a call failed: RuntimeError\n"


def _attend(desk: sockets.Attending) -> None:
    with suppress(OSError):
        desk.attend()
