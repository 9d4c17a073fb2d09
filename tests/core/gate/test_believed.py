"""What governs the gate to whoever believes of the log only what was signed: names alone widen nothing, today or on any day to come."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from cases import DAY, DIGEST, FOUNDED, GATE, STAFF, certificate_of, founding, key_of
from safeconduct.core.gate import commands
from safeconduct.core.gate.believed import Believed
from safeconduct.core.gate.commands import Approve, SetControl, proposal_digest
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.persons import Named, Role, written
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.gate.stops import written as stop_written
from safeconduct.core.log import controls, sets
from safeconduct.core.log.controls import Control, Entered, Person, Signed

NOVAK, BERG, ROY = (
    ("novak", "Filip Novak", "counsel"),
    ("berg", "Tomas Berg", "administration"),
    ("roy", "Indira Roy", "inspector general"),
)
Who = tuple[str, str, str]
STOP = stop_written(Stop(Target.EVERYTHING, "", "a test"))
NEW = certificate_of("another")
OLD = certificate_of("lund")
STARTED = FOUNDED + 10 * DAY


@dataclass
class Log:
    """Controls in the order in which they are entered, believed one after the other."""

    believed: Believed = field(default_factory=lambda: Believed(GATE, founding().control.digest))
    on: dt.datetime = STARTED
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    entered: list[Entered] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.take(founding().control, on=FOUNDED)

    def take(self, one: Control, signed: tuple[Signed, ...] = (), on: dt.datetime | None = None) -> None:
        """A control as it is entered: in parts where it is long."""
        for part in controls.parted(one):
            self.entered.append(Entered(next(self.numbers), (on or self.on).date().isoformat(), part, signed))
            self.believed.add(self.entered[-1])

    def sets(self, subject: str, name: str, content: str, *by: Who, act: str = "set", after: int = 0, signed: bool = False,
             key: str = "") -> tuple[Signed, ...]:  # fmt: skip
        """Set or end something, by those names; signed by them where that is said; the signatures."""
        effective = (self.on + after * DAY).date().isoformat()
        persons = tuple(Person(name, office) for _, name, office in by)
        one = Control(subject, name, act, content, controls.digest_of(content), persons, effective)
        given = self.signed(one, by, key) if signed else ()
        self.take(one, given)
        return given

    def signed(self, one: Control, by: tuple[Who, ...], key: str = "") -> tuple[Signed, ...]:
        """Each over what they do: the first sets, the others approve."""
        first = SetControl(
            f"{next(self.numbers):032x}", by[0][0], one.subject, one.name, one.act, one.content, one.effective_on
        )
        said: list[SetControl | Approve] = [first]
        said += [Approve(f"{next(self.numbers):032x}", who, first.id, proposal_digest(one)) for who, _, _ in by[1:]]
        return tuple(Signed(each.by, each.id, _signs(each, key or each.by)) for each in said)

    def at(self, days: int = 0) -> Gate:
        """The gate so many days on."""
        return self.believed.at(self.on + days * DAY)


def _signs(command: object, key: str) -> bytes:
    return key_of(key).sign(commands.signed_bytes(command, GATE), ec.ECDSA(SHA256()))


# The founding


def test_the_founding_that_was_told_beforehand_is_believed_and_names_people() -> None:
    assert set(Log().at().persons) == {one.person for one in STAFF}


def test_no_other_founding_is_and_nothing_after_it() -> None:
    log = Log(Believed(GATE, controls.digest_of("another")))
    log.sets("role", "x", written(Named("x", "X", "x", (Role.REVIEWER,))), NOVAK, BERG, signed=True)
    assert (log.at().persons, log.believed.entered) == ({}, [])


def test_a_second_founding_is_none() -> None:
    log = Log()
    log.take(replace(founding().control, name="another"))
    assert len(log.believed.entered) == 1


@pytest.mark.parametrize("name", ["o", "another"])
def test_what_it_sets_itself_cannot_be_set_before_it_by_names(name: str) -> None:
    """An order that bars nothing, under the name of one that the founding enters."""
    whole = json.dumps([*json.loads(founding().control.content), {"content": "bars", "name": "o", "subject": "order"}])
    one = replace(founding().control, content=whole, digest=controls.digest_of(whole))
    log = Log(Believed(GATE, one.digest))
    log.sets("order", name, "bars nothing", NOVAK)
    log.take(one)
    assert bool(log.at().persons) == (name == "another")
    assert log.at().orders.get("o") in {"bars", "bars nothing" if name == "o" else "bars"}


# What narrows


@pytest.mark.parametrize(
    ("subject", "name", "content", "act"),
    [("stop", "s", STOP, "set"), ("order", "o", "an order", "set"), ("ceiling", "officer in 30 days", "3", "set"),
     ("role", "lund", "", "ended"), ("key", "lund", "", "ended"), ("recipient", "rivera", "", "ended")],
)  # fmt: skip
def test_what_narrows_is_believed_by_one_name_and_at_once(subject: str, name: str, content: str, act: str) -> None:
    log = Log()
    log.sets(subject, name, content, ("x", "Anybody", "anywhere"), act=act, after=300)
    stands = (subject, name) in log.at().standing.in_force
    assert stands == (act == "set")
    assert log.believed.unbelieved == []


# What widens


Widening = tuple[str, str, str, str, int]
WIDENING: list[Widening] = [
    ("role", "x", written(Named("x", "X", "disclosure", (Role.REVIEWER,))), "set", 0),
    ("key", "lund", NEW, "set", 7),
    ("key", "x", NEW, "set", 7),
    ("recipient", "rivera", NEW, "set", 7),
    ("pack", "toy", controls.digest_of("wider"), "set", 30),
    ("engine", "safeconduct", controls.digest_of("another"), "set", 30),
    ("stop", "s", DIGEST, "ended", 0),
    ("order", "o", DIGEST, "ended", 0),
    ("ceiling", "officer in 30 days", "9", "set", 30),
    ("ceiling", "officer in 30 days", "", "ended", 30),
]


def widening() -> Log:
    """A log in which a stop, an order and a ceiling stand."""
    log = Log()
    log.sets("stop", "s", STOP, ROY)
    log.sets("order", "o", "an order", NOVAK)
    log.sets("ceiling", "officer in 30 days", "3", NOVAK)
    return log


def first(subject: str) -> Who:
    """Who may set something."""
    return {"stop": ROY, "engine": BERG}.get(subject, NOVAK)


@pytest.mark.parametrize("case", WIDENING)
@pytest.mark.parametrize(
    "how", ["names", "one", "another's key", "one twice", "two of one office", "stripped", "moved"]
)
def test_what_widens_has_no_effect_unless_two_signed_it(case: Widening, how: str) -> None:
    subject, name, content, act, after = case
    log = widening()
    before, by = log.at(400).set_to(subject, name), (first(subject), BERG if first(subject) is NOVAK else NOVAK)
    said = (subject, name, content)
    match how:
        case "names":
            log.sets(*said, *by, act=act, after=after)
        case "one":
            log.sets(*said, by[0], act=act, after=after, signed=True)
        case "another's key":
            log.sets(*said, *by, act=act, after=after, signed=True, key="stone")
        case "one twice":
            log.sets(*said, by[0], by[0], act=act, after=after, signed=True)
        case "two of one office":
            log.sets(*said, by[0], ("haddad", "Ghada Haddad", by[0][2]), act=act, after=after, signed=True)
        case _:
            effective = (log.on + after * DAY).date().isoformat()
            persons = tuple(Person(who, office) for _, who, office in by)
            one = Control(subject, name, act, content, controls.digest_of(content), persons, effective)
            signed = log.signed(one, by)
            moved = replace(one, effective_on=(log.on + (after + 1) * DAY).date().isoformat())
            log.take(*((one, signed[:1]) if how == "stripped" else (moved, signed)))
    assert [log.at(days).set_to(subject, name) for days in (0, 1, 40, 400)] == [before] * 4


@pytest.mark.parametrize(("subject", "name", "content", "act", "after"), WIDENING)
def test_and_has_it_from_its_day_on_where_they_did(subject: str, name: str, content: str, act: str, after: int) -> None:
    log = widening()
    before, by = log.at().set_to(subject, name), (first(subject), BERG if first(subject) is NOVAK else NOVAK)
    log.sets(subject, name, content, *by, act=act, after=after, signed=True)
    wanted = content if act == "set" else None
    assert log.at(after).set_to(subject, name) == wanted
    assert after == 0 or log.at(after - 1).set_to(subject, name) == before


def test_an_officer_approves_nothing() -> None:
    log = widening()
    log.sets("stop", "s", DIGEST, ROY, ("rivera", "J. Rivera", "DHS"), act="ended", signed=True)
    assert "s" in (log.at().stops or {})


def test_a_reviewer_sets_no_key() -> None:
    log = Log()
    log.sets("key", "x", NEW, ("lund", "Alma Lund", "disclosure"), BERG, after=7, signed=True)
    assert log.at(8).set_to("key", "x") is None


def test_one_natural_person_of_two_ids_is_not_two() -> None:
    log = widening()
    log.sets(
        "stop",
        "s",
        DIGEST,
        ("lund", "Alma Lund", "disclosure"),
        ("lund2", "LUND, Álma", "appeals"),
        act="ended",
        signed=True,
    )
    assert "s" in (log.at().stops or {})


def test_a_key_of_yesterday_signs_nothing_before_its_week_is_over() -> None:
    log = Log()
    log.sets("key", "berg", certificate_of("another"), NOVAK, ROY, after=7, signed=True)
    log.sets("stop", "s", STOP, ROY)
    log.sets("stop", "s", DIGEST, ROY, BERG, act="ended", signed=True, key="another")
    assert "s" in (log.at().stops or {})


# Signatures that were used, or that wait


def test_a_signature_serves_once() -> None:
    log = widening()
    used = log.sets("stop", "s", DIGEST, ROY, NOVAK, act="ended", signed=True)
    assert "s" not in (log.at().stops or {})
    log.sets("stop", "s", STOP, ROY)
    ended = Control("stop", "s", "ended", DIGEST, controls.digest_of(DIGEST), tuple(Person(n, o) for _, n, o in (ROY, NOVAK)),
                    log.on.date().isoformat())  # fmt: skip
    log.take(ended, used)
    assert "s" in (log.at().stops or {})


@pytest.mark.parametrize(
    ("subject", "name", "old"), [("key", "lund", OLD), ("recipient", "rivera", certificate_of("rivera"))]
)
@pytest.mark.parametrize("after", [0, 7, 14])
def test_what_is_about_to_be_replaced_is_not_brought_back_by_names(
    subject: str, name: str, old: str, after: int
) -> None:
    log = Log()
    log.sets(subject, name, NEW, NOVAK, BERG, after=7, signed=True)
    log.sets(subject, name, old, NOVAK, BERG, after=after)
    assert [log.at(days).set_to(subject, name) for days in (6, 7, 8, 15, 60)] == [old, NEW, NEW, NEW, NEW]


def test_a_stop_that_is_set_once_more_while_its_lifting_waits_stands() -> None:
    log = widening()
    log.sets("stop", "s", DIGEST, ROY, NOVAK, act="ended", after=5, signed=True)
    log.sets("stop", "s", STOP, ROY)
    assert "s" in (log.at(6).stops or {})


def test_a_control_in_parts_is_taken_whole_or_not_at_all() -> None:
    log = Log()
    one = Control(
        "order",
        "o",
        "set",
        "x" * 20_000,
        controls.digest_of("x" * 20_000),
        (Person("a", "b"),),
        log.on.date().isoformat(),
    )
    first_, second, third = controls.parted(one)
    for part in (first_, third, second):
        log.believed.add(Entered(next(log.numbers), one.effective_on, part))
    assert log.at().orders == {}
    for part in (first_, second, third):
        log.believed.add(Entered(next(log.numbers), one.effective_on, part))
    assert log.at().orders == {"o": "x" * 20_000}


def test_the_newest_set_is_told_and_governs_nothing() -> None:
    log = Log()
    for stops in ((), ("s",)):
        log.take(sets.control(sets.of((), DIGEST, stops, log.on)))
    assert log.believed.newest_set is not None
    assert log.believed.newest_set[1].stops == ("s",)
    assert len(log.believed.entered) == 1


# Whatever is entered by names


MOVES = st.tuples(
    st.sampled_from(
        [("role", "x", written(Named("x", "X", "disclosure", (Role.REVIEWER,)))), ("key", "lund", NEW), ("key", "lund", OLD),
         ("key", "x", NEW), ("recipient", "rivera", NEW), ("recipient", "rivera", certificate_of("rivera")), ("stop", "s", STOP),
         ("stop", "s", DIGEST), ("order", "o", "another"), ("ceiling", "officer in 30 days", "9"),
         ("ceiling", "officer in 30 days", "3"), ("pack", "toy", controls.digest_of("wider")), ("pack", "toy", DIGEST),
         ("pack", "toy", f"{controls.digest_of('wider')} narrows {DIGEST}")]
    ),
    st.sampled_from(["set", "set", "ended"]),
    st.sampled_from([-30, 0, 0, 7, 30, 31]),
    st.sampled_from([0, 0, 0, 1, 7, 31]),
)  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(moves=st.lists(MOVES, min_size=1, max_size=7), rotated=st.booleans())
def test_no_sequence_of_controls_by_names_lets_more_pass_on_any_day(
    moves: list[tuple[tuple[str, str, str], str, int, int]], *, rotated: bool
) -> None:
    log = widening()
    if rotated:
        log.sets("key", "lund", NEW, NOVAK, BERG, after=7, signed=True)
        log.sets("pack", "toy", controls.digest_of("later"), NOVAK, BERG, after=30, signed=True)
    lies = log.on
    honest = [log.at(days) for days in (0, 7, 30, 100)]
    for said, act, after, passing in moves:
        log.on += passing * DAY
        log.sets(*said, NOVAK, BERG, act=act, after=after)
    for before, days in zip(honest, (0, 7, 30, 100), strict=True):
        log.on = lies
        gate = log.at(days)
        assert gate.persons.keys() <= before.persons.keys()
        assert all(one.certificate in {None, before.persons[who].certificate} for who, one in gate.persons.items())
        assert gate.set_to("recipient", "rivera") in {None, before.set_to("recipient", "rivera")}
        assert gate.set_to("pack", "toy") == before.set_to("pack", "toy")
        assert {"s"} <= (gate.stops or {}).keys()
        assert gate.orders["o"] == "an order"
        assert int(gate.set_to("ceiling", "officer in 30 days") or 99) <= 3


OF_PEOPLE = st.tuples(
    st.sampled_from(
        [("key", "novak", NEW), ("role", "berg", written(Named("berg", "T. Berg", "counsel", (Role.COUNSEL,))))]
    ),
    st.sampled_from(["set", "ended"]),
    st.sampled_from([0, 7]),
    st.sampled_from([0, 7]),
)
"""Of those who sign themselves."""


class _OfEverything(Believed):
    """The same, each control weighed against all that was entered before it: slow, and plain."""

    def _standing(self, under: str, one: Entered) -> controls.Standing:
        del under
        return controls.standing(self.entered, one.entered_on)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.one_of(MOVES, OF_PEOPLE), st.booleans()), min_size=1, max_size=8))
def test_what_bears_on_no_control_is_not_looked_at_and_nothing_is_believed_otherwise(
    moves: list[tuple[tuple[tuple[str, str, str], str, int, int], bool]],
) -> None:
    log, slow = widening(), _OfEverything(GATE, founding().control.digest)
    for (said, act, after, passing), signed in moves:
        log.on += passing * DAY
        log.sets(*said, NOVAK, BERG, act=act, after=after, signed=signed)
    for one in log.entered:
        slow.add(one)
    assert (log.believed.entered, log.believed.unbelieved) == (slow.entered, slow.unbelieved)
