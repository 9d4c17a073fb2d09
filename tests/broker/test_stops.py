"""Stops at the broker: what each bears on, that none is lost, and what alone lifts one."""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from brokered import ASKERS, NOW, ONE, Json, Trial, request, until
from entered import Town, look, town
from safeconduct.broker import look as looking
from safeconduct.broker import stops as taking
from safeconduct.broker.ask import tell_of_stop
from safeconduct.broker.look import Broker
from safeconduct.broker.reply import SIZE, Answer, frame
from safeconduct.core.gate import notices
from safeconduct.core.gate.notices import Act, Notice, Signed
from safeconduct.core.gate.stops import Stop, Target, written
from safeconduct.core.log import controls, uses
from safeconduct.core.log.controls import Control, Person
from safeconduct.core.log.refusals import Refused
from safeconduct.keys import desk
from safeconduct.logbook import entering
from safeconduct.logbook.entering import Said

MINUTE = dt.timedelta(minutes=1)
EVERYTHING = written(Stop(Target.EVERYTHING, "", "counsel wants to see it"))
LUND, OKAFOR = Person("A. Lund", "counsel"), Person("B. Okafor", "inspector general")
DECISION = controls.digest_of("the decision that lifts it")
ASKED = request() | {"request_id": "R-17"}
OTHER = request() | {
    "request_id": "R-18",
    "asker": {"agency": "USMS", "office": "head", "name": "Grete Halvorsen"},
    "officers": [{"name": "Ines Quarto", "title": "Deputy", "agency": "USMS"}],
}


def notice(name: str = "S-1", content: str = EVERYTHING, at: dt.datetime = NOW, **changed: object) -> Notice:
    """A stop that is set, unless changed."""
    one = Notice(secrets.token_hex(16), name, Act.SET, content, "town", at.replace(microsecond=0))
    return replace(one, **changed)  # type: ignore[arg-type]


def signed(folder: Path, one: Notice, entry: object = None, before: object = None) -> Json:
    """The notice as the desk signs it."""
    return notices.written(one, desk.signs(folder / "desk.key", one.signed_bytes), entry, before)


def told(broker: Broker, said: object, now: dt.datetime = NOW) -> str:
    """Why the broker does not do it; "" where it is done."""
    why = taking.take(said, broker.settings, broker.store, now)
    return why.why if isinstance(why, Refused) else why or ""


def stop(at: Trial, broker: Broker, name: str = "S-1", content: str = EVERYTHING, now: dt.datetime = NOW) -> None:
    assert not told(broker, signed(at.folder, notice(name, content, now)), now)


def looked(at: Trial, broker: Broker, asked: Json | None = None, now: dt.datetime = NOW) -> str:
    """Why a look is refused; "" where it is made."""
    asked = ASKED if asked is None else asked
    return looking.look(at.permit(asked, now), asked, broker, now).why


# What a stop bears on


BEARS = {
    "everything": (Stop(Target.EVERYTHING, "", ""), True, True),
    "a request": (Stop(Target.REQUEST, "R-17", ""), True, False),
    "another request": (Stop(Target.REQUEST, "R-19", ""), False, False),
    "an officer": (Stop(Target.OFFICER, ASKERS["officer"], ""), True, False),
    "an officer, written otherwise": (Stop(Target.OFFICER, "OLSON, Aaron", ""), True, False),
    "a signatory": (Stop(Target.OFFICER, ASKERS["asker"], ""), True, False),
    "another officer": (Stop(Target.OFFICER, "Jonas Ek", ""), False, False),
    "an agency": (Stop(Target.AGENCY, "ssa oig", ""), True, False),
    "an agency by another name": (Stop(Target.AGENCY, "Inspector of Benefits", "", ("SSA OIG",)), True, False),
    "an agency by a component of it": (Stop(Target.AGENCY, "Justice", "", ("FBI", "USMS")), False, True),
    "another agency": (Stop(Target.AGENCY, "FBI", "", ("Bureau",)), False, False),
}


@pytest.mark.parametrize("what", BEARS)
def test_a_stop_bears_on_what_it_is_against_and_on_nothing_else(at: Trial, what: str) -> None:
    against, here, there = BEARS[what]
    with at.broker() as broker:
        stop(at, broker, content=written(against))
        assert [looked(at, broker, asked) for asked in (ASKED, OTHER)] == [
            "stopped: S-1" if one else "" for one in (here, there)
        ]


@pytest.mark.parametrize("content", ["", "{", "null", "{}", '{"target": "request"}', EVERYTHING.replace("every", "no")])
def test_a_stop_that_cannot_be_read_stops_everything(at: Trial, content: str) -> None:
    with at.broker() as broker:
        stop(at, broker, content=content)
        assert [looked(at, broker, asked) for asked in (ASKED, OTHER)] == ["stopped: S-1"] * 2


def test_a_look_that_is_stopped_uses_no_permit_and_reads_nothing(at: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    permit = at.permit(ASKED)
    with at.broker() as broker:
        stop(at, broker)
        with monkeypatch.context() as unread:
            unread.setattr(broker.register, "about", None)
            assert looking.look(permit, ASKED, broker, NOW).why == "stopped: S-1"
        broker.store._connection.execute("DELETE FROM stops")  # noqa: SLF001  # as if it had been lifted
        reply = looking.look(permit, ASKED, broker, NOW)
    assert (reply.answer, reply.look) == (Answer.LOOKED, 1)


def test_who_has_no_permit_learns_of_no_stop(at: Trial) -> None:
    with at.broker() as broker:
        stop(at, broker)
        assert looking.look(at.permit(OTHER), ASKED, broker, NOW).why == "the permit is for another request"


def test_marks_are_set_while_everything_is_stopped(at: Trial) -> None:
    with at.broker() as broker:
        stop(at, broker)
        assert looking.mark("1", ["Ada", "Grace"], broker, present=True).answer is Answer.DONE


def test_where_the_store_cannot_tell_its_stops_nothing_is_looked_up(at: Trial) -> None:
    with at.broker() as broker:
        broker.store._connection.execute("DROP TABLE stops")  # noqa: SLF001  # a damaged file
        assert "nothing was looked up" in looked(at, broker)
        assert "the stop is as it was" in told(broker, signed(at.folder, notice()))


# Whose word sets one


def test_a_stop_that_comes_late_or_from_a_clock_that_is_ahead_stops(at: Trial) -> None:
    for hours in (-1000, 1000):
        with at.broker() as broker:
            stop(at, broker, f"S{hours}", now=NOW)
            assert not told(broker, signed(at.folder, notice("S-2", at=NOW + dt.timedelta(hours=hours))))
            assert looked(at, broker)


def test_a_second_stop_of_one_name_adds_to_the_first(at: Trial) -> None:
    with at.broker() as broker:
        stop(at, broker)
        stop(at, broker, content=written(Stop(Target.REQUEST, "R-99", "")))
        assert looked(at, broker) == "stopped: S-1"


def _unsigned(at: Trial) -> Json:
    return {**signed(at.folder, notice()), "signature": ""}


def _by_another(at: Trial) -> Json:
    one, other = notice(), ec.generate_private_key(ec.SECP256R1())
    return {
        **signed(at.folder, one),
        "signature": base64.b64encode(other.sign(one.signed_bytes, ec.ECDSA(SHA256()))).decode(),
    }


def _turned(at: Trial) -> Json:
    said = signed(at.folder, notice())
    return {**said, "stop": {**said["stop"], "name": "S-2"}}


def _with(**changed: object) -> Callable[[Trial], Json]:
    def made(at: Trial) -> Json:
        said = signed(at.folder, notice())
        return {**said, "stop": {**said["stop"], **changed}}

    return made


def _permit_s(at: Trial) -> Json:
    """A signature of the desk's over something else."""
    return {**signed(at.folder, notice()), "signature": at.permit(ASKED)["signature"]}


WRONG: dict[str, tuple[Callable[[Trial], object], str]] = {
    "unsigned": (_unsigned, "is not signed by the desk"),
    "signed by another": (_by_another, "is not signed by the desk"),
    "signed over another": (_permit_s, "is not signed by the desk"),
    "another than was signed": (_turned, "is not signed by the desk"),
    "for another register": (lambda at: signed(at.folder, notice(register="city")), "is for another register"),
    "no object": (lambda _: ["stop"], "is no object of"),
    "nothing": (lambda _: {}, "is no object of"),
    "a field too many": (lambda at: {**signed(at.folder, notice()), "by": "Ada"}, "is no object of"),
    "no signature": (lambda _: {"stop": notice().body}, "is no object of"),
    "a signature that is none": (lambda at: {**signed(at.folder, notice()), "signature": "%"}, "is no base64"),
    "a text": (lambda at: {**signed(at.folder, notice()), "stop": "S-1"}, "it is of another kind"),
    "another kind": (_with(kind="safeconduct look permit v1"), "it is of another kind"),
    "a stop with a field too many": (_with(by="Ada"), "has not the fields"),
    "another act": (_with(act="ended"), "is none of set, lifted"),
    "a short id": (_with(id="0" * 31), "its `id` is not"),
    "no name": (_with(name=""), "its `name` is none"),
    "a name of two lines": (_with(name="S-1\nS-2"), "its `name` is none"),
    "a long name": (_with(name="S" * 201), "its `name` is none"),
    "a name that is no text": (_with(name=1), "is no str"),
    "half a character": (_with(content="\ud800"), "has no canonical form"),
    "no day": (_with(issued_at="2026-02-30T15:00:00Z"), "is no time"),
    "another zone": (_with(issued_at="2026-11-30T15:00:00+00:00"), "is no time"),
    "a lifting with a content": (_with(act="lifted"), "has a `content`"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_the_desk_s_notice_sets_nothing(at: Trial, what: str) -> None:
    made, why = WRONG[what]
    with at.broker() as broker:
        assert why in told(broker, made(at))
        assert not looked(at, broker)


@pytest.mark.parametrize(
    "changed",
    [{"id": "1" * 32}, {"name": "S-2"}, {"act": Act.LIFTED}, {"content": ""}, {"register": "city"}, {"issued_at": NOW + MINUTE}],
)  # fmt: skip
def test_every_field_of_a_notice_is_signed(changed: dict[str, object]) -> None:
    one = notice(id="0" * 32)
    assert replace(one, **changed).signed_bytes != one.signed_bytes  # type: ignore[arg-type]


def test_a_notice_is_read_as_it_was_written(at: Trial) -> None:
    one = notice("Заявление 17 😀")
    found = notices.read(json.loads(json.dumps(signed(at.folder, one))))
    assert isinstance(found, Signed)
    assert found.notice == one
    lifted = signed(at.folder, notice(act=Act.LIFTED, content=""), {"entry": 1}, "a note")
    found = notices.read(lifted)
    assert isinstance(found, Signed)
    assert (found.entry, found.before) == ({"entry": 1}, "a note")


# Lifted


@dataclass(frozen=True)
class Stopped:
    """A broker with a log, a stop that was set at `NOW`, and a checkpoint from a minute after."""

    here: Town
    broker: Broker
    before: str

    def entered(self, now: dt.datetime = NOW + 2 * MINUTE, **changed: object) -> Json:
        """What is shown of the entry of a control that lifts the stop, unless changed."""
        by, on = (LUND, OKAFOR), NOW.date().isoformat()
        said: Json = {
            "subject": "stop",
            "name": "S-1",
            "act": "ended",
            "content": DECISION,
            "by": by,
            "effective_on": on,
        }
        said |= changed
        control = Control(**said, digest=controls.digest_of(said["content"]), widens=True)
        [one] = entering.control(control)
        return self.here.entered(one, "statement", now)

    def lift(self, entry: object, before: object = "", now: dt.datetime = NOW + 2 * MINUTE, **changed: object) -> str:
        """Why the stop is not lifted; "" where it is."""
        return told(self.broker, self.lifting(entry, before, now, **changed), now)

    def lifting(
        self, entry: object, before: object = "", now: dt.datetime = NOW + 2 * MINUTE, **changed: object
    ) -> Json:
        """The notice of its lifting."""
        one = replace(notice(act=Act.LIFTED, content="", at=now), **changed)  # type: ignore[arg-type]
        return signed(self.here.at.folder, one, entry, self.before if before == "" else before)

    def again(self, now: dt.datetime) -> None:
        """Set it again."""
        stop(self.here.at, self.broker, now=now)

    def stands(self) -> bool:
        """Whether it stands."""
        return bool(self.broker.store.stops())


def checkpoint(here: Town, now: dt.datetime) -> str:
    """The log's checkpoint, published then."""
    here.entered(look(b""), now=now)
    return (here.log.served / "checkpoint").read_text(encoding="utf-8")


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Stopped]:
    here = town(tmp_path, most_alike=1000)
    with here.at.broker() as broker:
        stop(here.at, broker)
        yield Stopped(here, broker, checkpoint(here, NOW + MINUTE))


def test_two_persons_of_two_offices_lift_a_stop_through_the_log(stopped: Stopped) -> None:
    now = NOW + 3 * MINUTE
    permit = stopped.here.permit(ASKED, now)
    assert looking.look(permit, ASKED, stopped.broker, now).why == "stopped: S-1"
    assert stopped.lift(stopped.entered(now), now=now) == ""
    assert not stopped.stands()
    assert looking.look(permit, ASKED, stopped.broker, now).answer is Answer.LOOKED


def test_all_stops_of_the_name_are_lifted_and_no_other(stopped: Stopped) -> None:
    stopped.again(NOW)
    stop(stopped.here.at, stopped.broker, "S-2")
    assert stopped.lift(stopped.entered()) == ""
    assert [one.name for one in stopped.broker.store.stops()] == ["S-2"]


def test_where_the_broker_was_told_of_no_log_nothing_lifts_a_stop(stopped: Stopped) -> None:
    alone = replace(stopped.broker, settings=replace(stopped.broker.settings, log=None))
    found = replace(stopped, broker=alone).lift(stopped.entered())
    assert "was told of no log, and so no stop can be lifted here" in found
    assert looked(stopped.here.at, alone) == "stopped: S-1"


CONTROLS: dict[str, Json] = {
    "has no effect: it takes two persons of two offices": {"by": (LUND,)},
    "it takes two persons of two offices": {"by": (LUND, Person("C. Reyes", "Counsel"))},
    "two persons of two offices": {"by": (LUND, Person("a. lund", "inspector general"))},
    "it takes the digest of the document": {"content": "because"},
    "ends a stop of another name": {"name": "S-10"},
    "ends no stop": {"act": "set", "content": EVERYTHING},
    "control that is shown ends no stop": {"subject": "hold"},
    "has no effect yet": {"effective_on": "2026-12-01"},
}


@pytest.mark.parametrize("why", CONTROLS)
def test_a_control_that_lifts_nothing_in_the_log_lifts_nothing_here(stopped: Stopped, why: str) -> None:
    assert why in stopped.lift(stopped.entered(**CONTROLS[why]))
    assert stopped.stands()


def _said() -> Said:
    control = Control("stop", "S-1", "ended", DECISION, controls.digest_of(DECISION), (LUND, OKAFOR), "2026-11-30")
    [one] = entering.control(control)
    return one


def _elsewhere(stopped: Stopped) -> Json:
    folder = stopped.here.at.folder / "elsewhere"
    folder.mkdir()
    return replace(stopped, here=town(folder)).entered()


def _unwitnessed(stopped: Stopped) -> Json:
    shown = stopped.entered()
    kept = "".join(line for line in shown["proof"].splitlines(keepends=True) if "witness-2" not in line)
    return {**shown, "proof": kept}


def _opened_otherwise(stopped: Stopped) -> Json:
    shown, other = stopped.entered(), stopped.entered(by=(LUND,))
    return {**other, "openings": shown["openings"]}


def _of_no_control(stopped: Stopped) -> Json:
    return stopped.here.entered(look(_said().values["statement"]), "request", NOW + 2 * MINUTE)


NOT_PROVED: dict[str, Callable[[Stopped], object]] = {
    "has no proof with it that it was entered": lambda _: None,
    "was entered cannot be read": lambda _: {},
    "is not believed: no log of the policy has signed it": _elsewhere,
    "is not believed: the quorum `both` has not cosigned it": _unwitnessed,
    "is not what was committed to": _opened_otherwise,
    "is no control whose statement is opened": lambda stopped: {**stopped.entered(), "openings": {}},
    "no control whose statement": _of_no_control,
    "opens to no control": lambda stopped: stopped.here.entered(
        replace(_said(), values={"statement": b'{"act":"ended"}'}), "statement", NOW + 2 * MINUTE
    ),
}


@pytest.mark.parametrize("why", NOT_PROVED)
def test_what_is_not_proved_lifts_nothing(stopped: Stopped, why: str) -> None:
    assert why in stopped.lift(NOT_PROVED[why](stopped))
    assert stopped.stands()
    assert stopped.lift(stopped.entered()) == ""


@pytest.mark.parametrize(
    ("later", "why"),
    [(-6, "the lifting was entered in the future"), (-5, ""), (899, ""), (900, "the lifting was entered too long ago")],
)
def test_a_stale_proof_lifts_nothing(stopped: Stopped, later: int, why: str) -> None:
    now = NOW + 2 * MINUTE + dt.timedelta(seconds=later)
    found = stopped.lift(stopped.entered(), now=now)
    assert (why in found) if why else not found
    assert stopped.stands() is bool(why)


@pytest.mark.parametrize(
    ("later", "why"), [(-15, "the lifting has expired"), (1, "the lifting is issued in the future")]
)
def test_a_notice_that_is_not_of_now_lifts_nothing(stopped: Stopped, later: int, why: str) -> None:
    now = NOW + 2 * MINUTE
    assert why in stopped.lift(stopped.entered(), now=now, issued_at=now + later * MINUTE)
    assert stopped.stands()


def test_the_proof_alone_lifts_nothing(stopped: Stopped) -> None:
    now = NOW + 2 * MINUTE
    said = signed(stopped.here.at.folder, notice("S-1", "", now, act=Act.LIFTED), stopped.entered(), stopped.before)
    other = {**said, "signature": stopped.here.at.permit(ASKED)["signature"]}
    assert told(stopped.broker, other, now) == "the stop is not signed by the desk"
    assert stopped.stands()


# Once, and no younger stop


def test_an_entry_lifts_once(stopped: Stopped) -> None:
    entry = stopped.entered()
    assert stopped.lift(entry) == ""
    stopped.again(NOW + 3 * MINUTE)
    assert stopped.lift(entry, now=NOW + 3 * MINUTE) == "the entry in the log that the lifting shows was used before"
    assert stopped.stands()


def test_a_lifting_that_was_never_used_lifts_no_stop_that_is_younger(stopped: Stopped) -> None:
    kept = stopped.entered()
    assert stopped.lift(stopped.entered()) == ""
    stopped.again(NOW + 3 * MINUTE)
    assert "is younger than what is shown of its lifting" in stopped.lift(kept, now=NOW + 3 * MINUTE)
    later = checkpoint(stopped.here, NOW + 4 * MINUTE)
    assert "holds it already" in stopped.lift(kept, later, now=NOW + 4 * MINUTE)
    assert stopped.stands()
    assert stopped.lift(stopped.entered(NOW + 5 * MINUTE), later, now=NOW + 5 * MINUTE) == ""


def test_a_stop_of_the_same_second_as_the_checkpoint_is_not_older(stopped: Stopped) -> None:
    stopped.again(NOW + MINUTE)
    assert "is younger" in stopped.lift(stopped.entered())
    assert len(stopped.broker.store.stops()) == 2


def test_a_stop_that_was_set_by_a_clock_that_is_ahead_can_be_lifted(tmp_path: Path) -> None:
    here = town(tmp_path)
    with here.at.broker() as broker:
        assert not told(broker, signed(tmp_path, notice(at=NOW + dt.timedelta(days=400))))
        assert Stopped(here, broker, "").stands()
        stopped = Stopped(here, broker, checkpoint(here, NOW + MINUTE))
        assert stopped.lift(stopped.entered()) == ""


BEFORE: dict[str, Callable[[Stopped], object]] = {
    "has no checkpoint with it": lambda _: None,
    "before the lifting cannot be read": lambda _: "a checkpoint",
    "before the lifting is not believed: no log": lambda stopped: stopped.before.replace("— ", "— x"),
    "before the lifting is not believed: the quorum": lambda stopped: "".join(
        line for line in stopped.before.splitlines(keepends=True) if "witness-2" not in line
    ),
    "another log's, or holds it already": lambda stopped: (stopped.here.log.served / "checkpoint").read_text(),
}


@pytest.mark.parametrize("why", BEFORE)
def test_a_lifting_shows_a_checkpoint_from_before_it(stopped: Stopped, why: str) -> None:
    entry = stopped.entered()
    assert why in stopped.lift(entry, BEFORE[why](stopped))
    assert stopped.stands()
    assert stopped.lift(entry) == ""


def test_a_policy_without_witnesses_lifts_nothing(stopped: Stopped) -> None:
    policy = stopped.broker.settings.log
    assert policy is not None
    alone = replace(policy, witnesses=(), groups=(), quorum="none")
    without = replace(stopped.broker, settings=replace(stopped.broker.settings, log=alone))
    assert "no witness says when" in replace(stopped, broker=without).lift(stopped.entered())


def test_where_no_stop_of_the_name_stands_the_entry_is_not_used(stopped: Stopped) -> None:
    entry = stopped.entered()
    assert stopped.lift(entry) == ""
    entry = stopped.entered()
    assert stopped.lift(entry) == "no stop of that name stands"
    assert not told(stopped.broker, signed(stopped.here.at.folder, notice(at=NOW)))
    assert stopped.lift(entry) == ""


def test_an_entry_that_lifted_serves_nothing_else(stopped: Stopped) -> None:
    entry = stopped.entered()
    assert stopped.lift(entry) == ""
    assert stopped.broker.settings.log is not None
    found = notices.lifting(
        Signed(notice(act=Act.LIFTED, content=""), b"", entry, stopped.before),
        stopped.broker.settings.log,
        NOW + 2 * MINUTE,
    )
    assert not isinstance(found, Refused)
    assert isinstance(found.entered, uses.Entered)
    assert stopped.broker.store.use(b"a permit", [], 1, 1, found.entered.known_by) == (
        "the entry in the log that the permit shows was used before"
    )


# The same again


def test_a_notice_that_came_before_is_done_and_changes_nothing(stopped: Stopped) -> None:
    first = signed(stopped.here.at.folder, notice("S-9"))
    assert [told(stopped.broker, first) for _ in range(2)] == ["", ""]
    assert [one.name for one in stopped.broker.store.stops()] == ["S-1", "S-9"]
    lifted = signed(
        stopped.here.at.folder,
        notice("S-9", "", NOW + 2 * MINUTE, act=Act.LIFTED),
        stopped.entered(name="S-9"),
        stopped.before,
    )
    assert [told(stopped.broker, lifted, NOW + 2 * MINUTE) for _ in range(2)] == ["", ""]
    assert told(stopped.broker, first, NOW + 3 * MINUTE) == ""
    assert [one.name for one in stopped.broker.store.stops()] == ["S-1"]
    stop(stopped.here.at, stopped.broker, "S-9", now=NOW + 3 * MINUTE)
    assert told(stopped.broker, lifted, NOW + 3 * MINUTE) == ""
    assert [one.name for one in stopped.broker.store.stops()] == ["S-1", "S-9"]


def test_another_notice_under_an_id_that_came_before_stops(at: Trial) -> None:
    with at.broker() as broker:
        first = notice(content=written(Stop(Target.REQUEST, "R-99", "")))
        for one in (first, replace(first, content=EVERYTHING)):
            assert not told(broker, signed(at.folder, one))
        assert looked(at, broker) == "stopped: S-1"


def test_a_notice_signed_anew_is_the_same_notice(at: Trial) -> None:
    one = notice()
    with at.broker() as broker:
        for _ in range(3):
            assert not told(broker, signed(at.folder, one))
        assert len(broker.store.stops()) == 1


def test_a_lifting_with_nothing_left_to_lift_is_told_from_one_that_is_not_proved(stopped: Stopped) -> None:
    def answer(entry: object, now: dt.datetime = NOW + 2 * MINUTE) -> tuple[Answer, bool]:
        broker = stopped.broker
        why = taking.take(stopped.lifting(entry, now=now), broker.settings, broker.store, now)
        reply = looking.of_stop(why, broker)
        return reply.answer, reply.spent

    kept, entry = stopped.entered(), stopped.entered()
    assert answer({}) == (Answer.REFUSED, False)
    assert answer(entry) == (Answer.DONE, False)
    assert answer(entry) == answer(stopped.entered()) == (Answer.REFUSED, True)
    stopped.again(NOW + 3 * MINUTE)
    assert answer(kept, NOW + 3 * MINUTE) == (Answer.REFUSED, False)


# On the disk


def test_a_stop_and_its_lifting_outlast_the_broker(tmp_path: Path) -> None:
    here = town(tmp_path)
    with here.at.broker() as broker:
        stop(here.at, broker)
    before = checkpoint(here, NOW + MINUTE)
    with here.at.broker() as broker:
        assert [one.name for one in broker.store.stops()] == ["S-1"]
        entry = Stopped(here, broker, before).entered()
        assert Stopped(here, broker, before).lift(entry) == ""
    with here.at.broker() as broker:
        assert broker.store.stops() == []
        assert "was used before" in Stopped(here, broker, before).lift(entry)


def test_the_content_of_a_stop_that_was_lifted_is_gone_from_the_file(stopped: Stopped) -> None:
    kept = stopped.here.at.folder / "store" / "broker.sqlite"
    stop(stopped.here.at, stopped.broker, content=written(Stop(Target.OFFICER, "Aaron D. Olson", "")))
    assert b"Aaron D. Olson" in kept.read_bytes()
    assert stopped.lift(stopped.entered()) == ""
    assert b"Aaron D. Olson" not in kept.read_bytes()


def test_when_the_store_cannot_be_written_a_stop_is_not_said_to_be_set(at: Trial) -> None:
    with at.broker() as broker:
        full = broker.store._connection  # noqa: SLF001  # a full disk
        [(pages,)] = full.execute("PRAGMA page_count").fetchall()
        full.execute(f"PRAGMA max_page_count = {pages}")
        long = signed(at.folder, notice(content="x" * 100_000))
        assert "the stop is as it was" in told(broker, long)
        assert not looked(at, broker)
        full.execute("PRAGMA max_page_count = 100000")
        assert told(broker, long) == ""
        assert looked(at, broker)


def test_a_stop_is_on_the_disk_when_it_is_answered(at: Trial) -> None:
    with at.broker() as broker:
        stop(at, broker)
        with sqlite3.connect(at.folder / "store" / "broker.sqlite") as on_disk:
            assert on_disk.execute("SELECT name FROM stops").fetchall() == [("S-1",)]
        on_disk.close()


# Over the socket


def now() -> dt.datetime:
    """The time, as the process has it."""
    return dt.datetime.now(dt.UTC)


def test_a_broker_killed_after_its_answer_is_stopped_when_it_begins_anew(at: Trial) -> None:
    with at.process() as running:
        assert at.call_for(ASKED).answer is Answer.LOOKED
        assert tell_of_stop(at.socket, signed(at.folder, notice(at=now()))).answer is Answer.DONE
        running.kill()
        running.wait()
    with at.process():
        assert at.call_for(ASKED).why == "stopped: S-1"


def test_a_broker_killed_at_any_moment_has_a_stop_whole_or_not_at_all(at: Trial) -> None:
    line = json.dumps({"call": "stop", **signed(at.folder, notice(at=now()))}).encode() + b"\n"
    for wait in (0.0, 0.004, 0.012):
        with at.process() as running:
            killer = threading.Timer(wait, running.kill)
            killer.start()
            answer = b""
            with suppress(OSError):
                answer = at.send(line)
            killer.join()
            running.wait()
        with at.broker() as broker:
            stood = bool(broker.store.stops())
            assert stood or not answer
            assert bool(looked(at, broker)) is stood
    with at.process():
        assert at.call({"call": "stop", **signed(at.folder, notice(at=now()))}).answer is Answer.DONE


def test_no_look_that_begins_after_a_stop_was_answered_passes_it(at: Trial) -> None:
    at.say(most_alike=1000, tick_ms=10)
    said: list[tuple[float, str]] = []
    ended = threading.Event()

    def looks() -> None:
        while not ended.is_set():
            asked = request()
            permit = at.permit(asked, now())
            begun = time.monotonic()
            said.append((begun, at.call_for(asked, permit).why))

    with at.process():
        callers = [threading.Thread(target=looks) for _ in range(4)]
        for one in callers:
            one.start()
        until(lambda: len(said) > 20)
        assert tell_of_stop(at.socket, signed(at.folder, notice(at=now()))).answer is Answer.DONE
        answered, before = time.monotonic(), len(said)
        until(lambda: len(said) > before + 20)
        ended.set()
        for one in callers:
            one.join()
    assert {why for begun, why in said if begun >= answered} == {"stopped: S-1"}
    assert "" in {why for begun, why in said if begun < answered}


def test_answers_about_stops_are_as_long_as_every_answer_and_come_at_the_tick(at: Trial) -> None:
    at.say(tick_ms=100)
    taken = []
    with at.process():
        for said in (
            signed(at.folder, notice(at=now())),
            signed(at.folder, notice(act=Act.LIFTED, content="", at=now())),
            {},
        ):
            begun = time.monotonic()
            assert len(at.send(json.dumps({"call": "stop", **said}).encode() + b"\n")) == SIZE
            taken.append(time.monotonic() - begun)
    assert min(taken) >= 0.1


def test_the_longest_name_of_a_stop_stands_in_an_answer_of_the_one_size(at: Trial) -> None:
    with at.broker() as broker:
        made = at.look(broker, **ONE)
        stop(at, broker, "😀" * 200)
        reply = looking.look(at.permit(ASKED), ASKED, broker, NOW)
        replies = [made, reply, looking.done(broker), looking.refused("", broker)]
    assert reply.why == "stopped: " + "😀" * 200
    assert {len(frame(one)) for one in replies} == {SIZE}
    assert len({len(one.sealed) for one in replies}) == 1
