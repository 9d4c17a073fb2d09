"""No oracle: what the asker may read from the search on is a function of the ruling on the request and of the clock.

A player asks for persons of registers that hypothesis makes, reads everything there is for an asker to read on every day,
and fails to tell *nobody*, *several*, *withheld* and *refused after the look* apart; nor from what is read where no look was
made at all. Here that is the state, the day, the letter and the sizes; later parts (receipts, counts, pages) add theirs to `reads`. A
second player reads what passes between broker and desk, sealed: its sizes, shapes and ticks. A third reads the log's public
part, a fourth what the person asked about is given. Each has its control: an answer that leaks, by which the player tells
them apart.
"""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import brokered
from brokered import DIGEST, NOBODY, ONE, SEVERAL, Json, Trial, request, trial
from entered import ASKER, Town, town
from logged import AUTHORITIES, Log
from safeconduct import shelf
from safeconduct.broker import look as looking
from safeconduct.broker import slot_reply
from safeconduct.broker import slots as slot_calls
from safeconduct.broker import store as stores
from safeconduct.broker.look import Broker
from safeconduct.broker.records import COLUMNS
from safeconduct.broker.register import Register
from safeconduct.broker.reply import Outcome, Reply, frame
from safeconduct.broker.settings import Policy
from safeconduct.broker.slot_reply import SlotReply
from safeconduct.core import answer
from safeconduct.core.answer import Seen, State, Waiting, asker_sees
from safeconduct.core.case import commands as asking
from safeconduct.core.case import hand_over, handle, life
from safeconduct.core.case.case import Case
from safeconduct.core.case.events import Looked, Matched
from safeconduct.core.case.events import Ruled as Ruling
from safeconduct.core.case.life import State as Stands
from safeconduct.core.case.now import Law, Now
from safeconduct.core.days import iso
from safeconduct.core.gate import gate as gates
from safeconduct.core.gate.events import Signature
from safeconduct.core.gate.persons import Person, Role
from safeconduct.core.log import slots
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.entries import Outcome as Heard
from safeconduct.core.log.entries import read as read_entry
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.refusals import Refused as No
from safeconduct.core.log.slots import Told
from safeconduct.core.rules import Outcome as Ruled
from safeconduct.desk import views
from safeconduct.logbook import entering
from safeconduct.logbook.entering import Said

PASSED = dt.date(2026, 11, 24).toordinal()
DAYS = range(PASSED, PASSED + 15)
D = dt.date(2026, 12, 2).toordinal()  # Thanksgiving lies between
POLICY = Waiting()
See = Callable[[Ruled, int | None, int, Outcome, bool], Seen]


def sees(ruled: Ruled, passed_on: int | None, now: int, _: Outcome, decided: bool) -> Seen:  # noqa: FBT001  # the fate of a case
    """What the asker sees. What was found is at hand here, and `asker_sees` has no place to put it."""
    return asker_sees(ruled, passed_on, now, POLICY, decided=decided)


@dataclass(frozen=True)
class Fate:
    """What became of a request inside: what the broker answered, and whether two persons decided to release."""

    reply: Reply
    decided: bool

    @property
    def name(self) -> str:
        """In words."""
        return self.reply.found if self.reply.found is not Outcome.ONE else "released" if self.decided else "refused"


def reads(fate: Fate | None, see: See) -> list[object]:
    """Everything that the asker can read, day by day; `None` is a request that no look followed."""
    found, decided = (fate.reply.found, fate.decided) if fate else (Outcome.NOT_SEARCHED, False)
    pages = [see(Ruled.PERMIT, PASSED, now, found, decided) for now in DAYS]
    return [(page, len(page.letter), len(repr(page))) for page in pages]


# Worlds that hypothesis makes


GIVEN, FAMILY = ["Ana", "Ben", "Eve"], ["Lund", "Moss"]
BORN, NUMBERS = ["1980-02-03", "1991-07-11"], ["912-40-1234", "666-10-0001"]
STREETS = ["4 ELM ST", "4 ELM ST APT 2", "7 OAK AVE"]
people = st.fixed_dictionaries(
    {
        "given_name": st.sampled_from(GIVEN), "family_name": st.sampled_from(FAMILY), "birth_date": st.sampled_from(BORN),
        "number": st.sampled_from(NUMBERS), "street": st.sampled_from(STREETS),
        "earlier_street": st.sampled_from([None, *STREETS]), "deceased": st.sampled_from(["false", "false", "true"]),
    }
)  # fmt: skip
asked = st.fixed_dictionaries(
    {"name": st.builds("{} {}".format, st.sampled_from(GIVEN), st.sampled_from(FAMILY)), "birth_date": st.sampled_from(BORN),
     "tin": st.sampled_from([None, *NUMBERS]), "address": st.sampled_from([f"{street}, Aurora, IL 60505" for street in STREETS])}
)  # fmt: skip


ANA: Json = {
    "given_name": "Ana", "family_name": "Lund", "birth_date": BORN[0], "number": NUMBERS[0], "street": STREETS[0],
    "earlier_street": None, "deceased": "false",
}  # fmt: skip
ANA_SOUGHT: Json = {
    "name": "Ana Lund",
    "birth_date": BORN[0],
    "tin": NUMBERS[0],
    "address": f"{STREETS[0]}, Aurora, IL 60505",
}


class InMemory:
    """The rows of a register that hypothesis made."""

    def __init__(self, persons: Sequence[Json]) -> None:
        self._rows = [_row(nth, person) for nth, person in enumerate(persons)]

    def near(self, code: str, figures: str) -> list[list[object]]:
        """All of them: others do no harm."""
        assert (code, figures.isdecimal()) == ("60505", True)
        return self._rows

    def close(self) -> None:
        """Nothing is open."""


def _row(nth: int, person: Json) -> list[object]:
    town = {"city": "AURORA", "state": "IL", "postal_code": "60505"}
    earlier = {f"earlier_{name}": value for name, value in town.items()}
    return [({"person_id": nth} | town | earlier | person).get(name) for name in COLUMNS]


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return trial(tmp_path_factory.mktemp("oracle"))


@pytest.fixture(scope="module")
def broker(at: Trial) -> Iterator[Broker]:
    with at.broker() as made:
        yield replace(made, settings=replace(made.settings, policy=Policy(most_alike=10**6)))


def fates(at: Trial, broker: Broker, persons: Sequence[Json], subject: Json) -> list[Fate]:
    """A request's fate in this world; and in the one where the broker withholds it. What was found may be decided both ways."""
    here = replace(broker, register=Register(InMemory(persons)))
    strict = replace(here, settings=replace(here.settings, policy=Policy(most_alike=1)))
    looked, withheld = at.look(here, **subject), at.look(strict, **subject)
    assert withheld.found is Outcome.WITHHELD
    both = (False, True) if looked.found is Outcome.ONE else (False,)
    return [Fate(withheld, decided=False), *(Fate(looked, decided) for decided in both)]


SEEN: set[str] = set()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(persons=st.lists(people, min_size=1, max_size=5), subject=asked)
@example(persons=[ANA, ANA], subject=ANA_SOUGHT)  # several, and below one and nobody: chance alone may miss them
@example(persons=[ANA], subject=ANA_SOUGHT)
@example(persons=[{**ANA, "given_name": "Ben"}], subject=ANA_SOUGHT)
def test_the_asker_reads_the_same_whatever_was_found(
    at: Trial, broker: Broker, persons: list[Json], subject: Json
) -> None:
    unlooked = reads(None, sees)
    for fate in fates(at, broker, persons, subject):
        SEEN.add(fate.name)
        if fate.decided:
            assert reads(fate, sees)[: D - PASSED] == unlooked[: D - PASSED], "a release shows before its day"
        else:
            assert reads(fate, sees) == unlooked


def test_every_fate_was_among_them() -> None:
    assert {"none", "several", "withheld", "refused", "released"} <= SEEN


# Controls: players who can tell, where there is something to tell


def _early(ruled: Ruled, passed_on: int | None, now: int, found: Outcome, decided: bool) -> Seen:  # noqa: FBT001  # as `sees`
    """Answers "nobody" a day earlier."""
    return sees(ruled, passed_on, now + (found is Outcome.NONE), found, decided)


def _wordy(ruled: Ruled, passed_on: int | None, now: int, found: Outcome, decided: bool) -> Seen:  # noqa: FBT001  # as `sees`
    """Writes a longer letter where the look was withheld."""
    page = sees(ruled, passed_on, now, found, decided)
    return replace(page, letter=page.letter + " " * (found is Outcome.WITHHELD and bool(page.letter)))


def _late(ruled: Ruled, passed_on: int | None, now: int, found: Outcome, decided: bool) -> Seen:  # noqa: FBT001  # as `sees`
    """Fixes the day only when the look is made."""
    return sees(ruled, passed_on if passed_on is None else passed_on + (found is Outcome.SEVERAL), now, found, decided)


@pytest.mark.parametrize(
    ("leak", "of", "found"), [(_early, NOBODY, "none"), (_late, SEVERAL, "several"), (_wordy, ONE, "withheld")]
)
def test_the_player_tells_an_answer_that_leaks(tmp_path: Path, leak: See, of: Json, found: str) -> None:
    made = trial(tmp_path)
    made.say(most_alike=1)
    with made.broker() as here:
        if found == "withheld":
            made.look(here, **of)
        fate = Fate(made.look(here, **of), decided=False)
    assert fate.name == found
    assert reads(fate, sees) == reads(None, sees)
    assert reads(fate, leak) != reads(None, leak)


# By its signature


def test_what_the_asker_sees_has_no_way_to_the_match() -> None:
    taken = {name: str(one.annotation) for name, one in inspect.signature(asker_sees).parameters.items()}
    assert taken == {
        "outcome": "Outcome",
        "passed_on": "int | None",
        "now": "int",
        "policy": "Waiting",
        "decided": "bool",
    }
    tree = ast.parse(Path(answer.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {
        "__future__",
        "dataclasses",
        "enum",
        "safeconduct.core",
        "safeconduct.core.days",
        "safeconduct.core.rules",
    }


@given(st.sampled_from(Ruled), st.none() | st.integers(700_000, 800_000), st.integers(699_000, 801_000))
def test_before_its_day_a_decision_is_not_looked_at(ruled: Ruled, passed_on: int | None, now: int) -> None:
    both = [asker_sees(ruled, passed_on, now, POLICY, decided=decided) for decided in (False, True)]
    if both[0] != both[1]:
        assert [page.state for page in both] == [State.NOT_RELEASED, State.RELEASED]
        assert len({(page.day, len(page.letter)) for page in both}) == 1
    if ruled is not Ruled.PERMIT:
        assert both == [Seen(State.TOLD, None, "")] * 2


def test_the_day_is_known_from_the_first_review_on() -> None:
    pages = [asker_sees(Ruled.PERMIT, PASSED, now, POLICY, decided=False) for now in DAYS]
    assert {page.day for page in pages} == {D}
    assert [page.state for page in pages] == [State.UNDER_REVIEW] * (D - PASSED) + [State.NOT_RELEASED] * (
        15 - D + PASSED
    )


# What passes between broker and desk, for whoever sees it pass


def shape(reply: Reply) -> tuple[object, ...]:
    """What is seen of a reply from outside of it, and its fields without their values."""
    sent = frame(reply)
    said = json.loads(sent)
    return len(sent), list(said), len(said["sealed"]), [list(line) for line in said["card"]]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(persons=st.lists(people, min_size=1, max_size=5), subject=asked)
def test_replies_are_of_one_size_and_shape(at: Trial, broker: Broker, persons: list[Json], subject: Json) -> None:
    shapes = {str(shape(fate.reply)) for fate in fates(at, broker, persons, subject)}
    assert shapes == {str(shape(looking.refused("for a reason", broker)))}


def test_the_player_tells_a_reply_that_is_not_filled_up(at: Trial, broker: Broker) -> None:
    one, nobody = at.look(broker), at.look(broker, **NOBODY)
    assert shape(one) == shape(nobody)
    bare = [json.dumps({"card": [line.how for line in reply.card]}) for reply in (one, nobody)]
    assert len(bare[0]) != len(bare[1])


def test_answers_go_out_at_one_tick_whatever_was_found(tmp_path: Path) -> None:
    tried = []
    for nth in range(4):  # a busy machine may be late once; a broker that leaks is so each time
        tried.append(_ticks(tmp_path / str(nth)))
        if set(tried[-1]) == {1}:
            return
    pytest.fail(f"ticks for one, none, several, one, withheld: {tried}")


def _ticks(folder: Path) -> list[int]:
    """The ticks after which each was answered."""
    folder.mkdir()
    made = trial(folder)
    made.say(tick_ms=500, most_alike=3)
    found, ticks = [], []
    with made.process():
        made.call_for(
            request(name="Nils Holm", tin=None, birth_date="1950-01-02", address="1 Pine Rd, Aurora, IL 60505")
        )
        for one in [request(**subject) for subject in (ONE, NOBODY, SEVERAL, ONE, ONE)]:
            permit = made.permit(one, dt.datetime.now(dt.UTC))
            begun = time.monotonic()
            found.append(made.call_for(one, permit).found)
            ticks.append(int((time.monotonic() - begun) / 0.5))
    assert found == [Outcome.ONE, Outcome.NONE, Outcome.SEVERAL, Outcome.ONE, Outcome.WITHHELD]
    return ticks


# What the log's public part shows, to the asker as to anybody


FATES: dict[str, tuple[Json, bool, bool]] = {
    "none": (NOBODY, False, False),
    "several": (SEVERAL, False, False),
    "withheld": (ONE, True, False),
    "refused": (ONE, False, False),
    "released": (ONE, False, True),
}
"""Who is asked for, whether the broker withholds the look, and whether two persons decide to release."""


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A broker and a log whose ticks are filled up: each fate is played in a copy, so that the decoys drawn are the same."""
    return town(tmp_path_factory.mktemp("gate"), step=8).at.folder


def played(gate: Path, folder: Path, name: str, leak: Callable[[str], int] = lambda _: 0) -> tuple[str, list[object]]:
    """What became of a request, and the log's public part after its look, after its decision, and what is the same in both."""
    shutil.copytree(gate, folder)
    here = Town(Trial(folder), Log(folder))
    subject, withheld, released = FATES[name]
    with same_chance(), here.at.broker() as broker:
        policy = Policy(most_alike=0 if withheld else 3)
        reply = here.look(replace(broker, settings=replace(broker.settings, policy=policy)), _at(PASSED), **subject)
    after_look = public(here)
    with same_chance():
        here.entered(decision(name, released=released), now=_at(D + leak(name)))
    return Fate(reply, released).name, [after_look, public(here)]


@contextmanager
def same_chance() -> Iterator[None]:
    """The places in a tick, drawn alike for every fate: by chance they would differ between two of one fate as well."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(entering, "_CHANCE", random.Random(2025))  # noqa: S311  # chance that is the same twice
        yield


def decision(name: str, *, released: bool) -> Said:
    """What a desk enters of a decision, which says inside of it all that there is to say."""
    body = {**ASKER, "decision": DIGEST, "look": 0, "reviewers": [DIGEST]}
    heard = Heard.RELEASED if released else Heard.NOT_RELEASED
    return Said(Kind.DECISION, body, {"request": b"", "ruling": name.encode()}, AUTHORITIES[0], heard)


def _at(day: int) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromordinal(day), dt.time(15), dt.UTC)


def public(here: Town) -> list[object]:
    """The log as anybody reads it, without the figures that are drawn anew in every entry; the sizes of all that is served."""
    read = [read_entry(one) for one in here.public()]
    fresh = [figure for one in read for figure in (*one.commitments.values(), one.body)]
    assert len(set(fresh)) == len(fresh)
    entries = [(one.kind, one.authority, one.outcome, one.day, one.in_force, sorted(one.commitments)) for one in read]
    served = here.log.served
    files = {str(path.relative_to(served)): path.stat().st_size for path in served.rglob("*") if path.is_file()}
    return [entries, files]


def test_the_log_shows_the_same_of_none_several_withheld_and_refused(gate: Path, tmp_path: Path) -> None:
    traces = {}
    for name in FATES:
        came_to, traces[name] = played(gate, tmp_path / name, name)
        assert came_to == name
    released = traces.pop("released")
    assert all(trace == traces["none"] for trace in traces.values())
    assert released[0] == traces["none"][0], "a release shows before its day"
    assert released[1] != traces["none"][1]
    assert [len(entries) for entries, _ in traces["none"]] == [8, 16]  # type: ignore[has-type,misc]  # a pair


def test_the_player_tells_a_log_that_leaks(gate: Path, tmp_path: Path) -> None:
    """Whoever decides a day later where somebody was found."""
    late = {"refused": 1}
    _, none = played(gate, tmp_path / "none", "none", lambda name: late.get(name, 0))
    _, refused = played(gate, tmp_path / "refused", "refused", lambda name: late.get(name, 0))
    assert none[0] == refused[0]
    assert none[1] != refused[1]


# What the person is given who asks what there is


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Broker]]:
    made = town(tmp_path_factory.mktemp("registry"))
    with made.at.broker() as broker:
        yield made, broker


TOLD: dict[str, object] = {
    "nothing": None,
    "withheld": [],
    "told": [
        {"index": 3, "openings": {"request": {"salt": "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M=", "value": "YWJj"}}}
    ],
    "told much": [{"index": nth, "openings": {}} for nth in range(120)],
}


def slot_shape(reply: SlotReply) -> tuple[object, ...]:
    """What is seen of a reply from outside of it, and its fields without their values."""
    sent = slot_reply.frame(reply)
    said = json.loads(sent)
    return len(sent), {name: len(value) for name, value in said.items() if name not in {"answer", "why", "padding"}}


def _lines_of(call: Callable[[], SlotReply]) -> tuple[SlotReply, set[tuple[str, int]]]:
    """A reply, and the lines of the broker that came to it."""
    watched = {module.__file__ for module in (slot_calls, stores, slot_reply)}
    lines = set()

    def trace(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401  # sys.settrace's own
        if frame.f_code.co_filename not in watched:
            return None
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        reply = call()
        slot_reply.frame(reply)
    finally:
        sys.settrace(before)
    return reply, lines


def test_nothing_withheld_and_told_are_answered_in_one_form_by_the_same_lines(registry: tuple[Town, Broker]) -> None:
    here, broker = registry
    found = {}
    for person, told in TOLD.items():
        name = person.replace(" ", "-")
        if told is not None:
            here.slot(broker, "place", name, told)
        call = here.call("prove", name)
        reply, lines = _lines_of(lambda call=call: slot_calls.use(call, broker.settings, broker.store, brokered.NOW))  # type: ignore[misc]
        assert reply.answer == "proved", reply.why
        found[person] = (slot_shape(reply), lines, slots.opened(reply.given, reply.root))
    assert [len(told) for *_, told in found.values() if not isinstance(told, Refused)] == [0, 0, 1, 120]
    assert len({str(shape) for shape, *_ in found.values()}) == 1
    assert {str(shape) for shape, *_ in found.values()} == {str(slot_shape(slot_calls.refused("for a reason")))}
    assert all(lines == found["nothing"][1] for _, lines, _ in found.values())
    assert len(found["nothing"][1]) > 40


def test_the_player_tells_proofs_and_contents_that_are_cut_short(registry: tuple[Town, Broker]) -> None:
    """A proof without the hashes that follow from the form, and a content that is not filled up."""
    _, broker = registry
    tags = [broker.settings.keys.slot_tag(str(nth)) for nth in range(12)]
    kept = [broker.store.slot(tag, tag, bytes(slots.SIZE), replace=True) for tag in tags]
    proofs = [slot.proof for slot in kept if slot]
    cut = {sum(one != slots.EMPTY[slots.DEPTH - nth] for nth, one in enumerate(proof)) for proof in proofs}
    assert {len(proof) for proof in proofs} == {slots.DEPTH}
    assert len(cut) > 1
    contents = [slots.content(told) or b"" for told in ((), (Told(3, {}),))]
    assert len(contents[0]) == len(contents[1])
    assert len(contents[0].rstrip()) != len(contents[1].rstrip())


# The desk: what the asker reads of a case, and what becomes of whatever the asker does to it


LOOK_ON = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)
OUTSIDE = {Stands.NEW, Stands.REFUSED, Stands.WITHDRAWN, Stands.PLANTED, Stands.DESTROYED}
AFTER_THE_LOOK = sorted(({*Stands} - life.UNTIL_THE_LOOK - OUTSIDE) | {Stands.PASSED, Stands.LAPSED})
OUT = life.AWAITED - {Stands.DESTROYED}
ASKED: Json = {"request_id": "R-1", "asker": {"agency": "SSA OIG", "name": "C. Shaw"}, "subject": {"name": "Ana Lund"}}


def stands(state: Stands, **inside: object) -> Case:
    """A case that passed its first review, in a state after the look, with whatever is known of it inside."""
    case = Case("c-1", state=state, request=ASKED, digest="sha256:" + "0" * 64, passed_on=LOOK_ON.date().toordinal())
    return replace(case, received_at=LOOK_ON, answer_on="2026-12-02", **inside)  # type: ignore[arg-type]  # a case's own fields


def insides() -> list[dict[str, object]]:
    """What may be known inside: nothing, or a look that found nobody or somebody, decisions, a dispute, a stop's marks."""
    looked: dict[str, object] = {"looked": Looked(LOOK_ON, "none", 7)}
    matched: dict[str, object] = {
        "looked": Looked(LOOK_ON, "one", 7),
        "matched": Matched(LOOK_ON, (), "protected", b"sealed"),
    }
    return [{}, looked, matched, {**matched, "disputed": True, "answered": True}]


def now_at(day: int) -> Now:
    """The moment of a command on a day, at a gate at which nothing is set."""
    at = dt.datetime.combine(dt.date.fromordinal(day), dt.time(12), dt.UTC)
    law = Law(lambda *_: No("no law is asked"), {}, lambda _: (), lambda _: frozenset())
    return Now(at, gates.fold([], "town.example/log", at), shelf.gate_policy(shelf.pack()), law)


def test_of_a_case_the_asker_reads_the_same_wherever_it_stands_after_the_look() -> None:
    policy = shelf.gate_policy(shelf.pack())
    for day in DAYS:
        read = {
            (state in OUT, views.for_asker(stands(state, **inside), day, policy))
            for state in AFTER_THE_LOOK
            for inside in insides()
        }
        assert len({page for _, page in read}) == (1 if day < D else 2), iso(day)
        assert {page.seen.state for out, page in read if out} <= {State.UNDER_REVIEW, State.RELEASED}


def test_whatever_the_asker_does_after_the_look_has_one_answer_wherever_the_case_stands() -> None:
    """Or whoever tried to withdraw, to complete or to explain would learn how far it had come."""
    before_its_day = [state for state in AFTER_THE_LOOK if state not in OUT - {Stands.COOLING}]
    for command in (
        asking.Withdraw("1", "asker", "c-1"),
        asking.Complete("2", "asker", "c-1", {**ASKED, "reason": "another"}),
        asking.Clarify("3", "asker", "c-1", "it is so"),
        asking.Preserve("4", "asker", "c-1"),
    ):
        answers = {
            repr(handle.of_asker(stands(state, **inside), command, now_at(PASSED)))
            for state in before_its_day
            for inside in insides()
        }
        assert len(answers) == 1, command


def test_whatever_an_officer_tries_before_the_day_of_the_answer_has_one_answer_wherever_the_case_stands() -> None:
    """A pick-up that is refused in another way where something was decided would tell it."""
    officer = Person("c-shaw", "C. Shaw", "SSA OIG", frozenset({Role.OFFICER}))
    signature = Signature("c-shaw", "1", {}, b"")
    before_its_day = [state for state in AFTER_THE_LOOK if state not in OUT - {Stands.COOLING}]
    cases = [stands(state, **inside) for state in before_its_day for inside in insides()]
    now = now_at(PASSED)
    tried: tuple[Callable[[Case], object], ...] = (
        lambda case: hand_over.pick_up(
            case, asking.PickUp("1", "c-shaw", "c-1", case.digest, ""), officer, signature, now
        ),
        lambda case: hand_over.opened(case, asking.ReportOpening("2", "c-shaw", "c-1", ""), officer, signature, now),
        lambda case: hand_over.acknowledge(
            case, asking.AcknowledgeRecall("3", "c-shaw", "c-1"), officer, signature, now
        ),
        lambda case: hand_over.quarantine(
            case, asking.Quarantine("4", "c-shaw", "c-1", "here"), officer, signature, now
        ),
        lambda case: hand_over.certify(
            case, asking.CertifyDestruction("5", "c-shaw", "c-1", "so"), officer, signature, now
        ),
    )
    assert [len({repr(act(case)) for case in cases}) for act in tried] == [1] * len(tried)


def test_an_emergency_tells_a_release_at_once_and_everything_else_on_one_day() -> None:
    ruled = Ruling(LOOK_ON, "permit", (), (), "", "", "", "", "", emergency=True)
    policy = shelf.gate_policy(shelf.pack())
    day = LOOK_ON.date().toordinal()
    pages = {state: views.for_asker(stands(state, ruled=ruled), day, policy).seen.state for state in AFTER_THE_LOOK}
    assert {state for state, page in pages.items() if page is State.RELEASED} == OUT
    assert {page for state, page in pages.items() if state not in OUT} == {State.UNDER_REVIEW}
