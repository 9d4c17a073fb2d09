"""Attacks drawn at random, one upon the other, with every right on the database, the desk's key and the log: all end in a refusal.

Or in exactly the honest package, sealed to the honest officer: much of what is shown is not what the sealer goes by.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desked import quick
from safeconduct.core.gate.persons import written as named_written
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.gate.stops import written as stop_written
from safeconduct.core.log.controls import FOUNDING, Control, Person, digest_of, founding
from safeconduct.core.log.entries import Kind, Outcome
from safeconduct.core.log.refusals import Refused
from safeconduct.core.release import Field
from safeconduct.keys import town as town_keys
from safeconduct.logbook import bodies, entering
from safeconduct.sealer import bundle as bundles
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.reply import Reply
from sealed import HANDED_OVER, NOVAK, REFUSED, SEALED, Ground, Json, Scene, laws, opened_index, ruling

DAY = dt.timedelta(days=1)
BOUNDED = settings(
    deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
CHANCE = st.integers(0, 2**32)


class Honest(dict[str, tuple[Field, ...]]):
    """What is released of each case."""

    def __repr__(self) -> str:
        """Short: it is printed with every attack that succeeds."""
        return "what is honest"


@pytest.fixture(scope="module")
def honest(ground: Ground) -> Iterator[Honest]:
    """What is released of each of the two cases."""
    into = quick()
    scene = Scene(ground, into / "t")
    yield Honest({one.case: scene.hands_over(scene.entered(one)).fields for one in ground.bundles})
    scene.end()
    shutil.rmtree(into)


def is_honest(scene: Scene, reply: Reply, bundle: Bundle, honest: Honest) -> bool:
    """Whether a reply gives away nothing, or what was decided, to whom it was decided."""
    if reply.answer is REFUSED:
        return (reply.sealed, reply.package) == (b"", "")
    at = [
        one for one in (scene.told.store / "packages").iterdir() if digest_of_bytes(one.read_bytes()) == reply.package
    ]
    kept = at[0].read_bytes()
    if reply.answer is HANDED_OVER and kept != reply.sealed:
        return False
    of = next(one for one in scene.of.bundles if one.case == bundle.case)
    found = scene.opens(kept, of.picked_up.by)
    manifest = found.manifest
    return (found.fields, manifest.recipient.certificate, manifest.case, manifest.request_id) == (
        honest[of.case], of.picked_up.certificate, of.case, of.request["request_id"],
    )  # fmt: skip


def digest_of_bytes(said: bytes) -> str:
    """As the sealer names a package."""
    return f"sha256:{sha256(said).hexdigest()}"


# What is shown


def places(said: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a document."""
    if at:
        yield at
    parts: Sequence[tuple[str | int, object]] = []
    if isinstance(said, dict):
        parts = list(said.items())
    elif isinstance(said, list):
        parts = list(enumerate(said))
    for name, one in parts:
        yield from places(one, (*at, name))


def at_place(said: Any, place: Sequence[str | int]) -> Any:  # noqa: ANN401  # JSON
    """What stands there; None where there is no such place."""
    for name in place:
        try:
            said = said[name]
        except (KeyError, IndexError, TypeError):
            return None
    return said


def mutated(said: Json, others: Sequence[Json], seed: int) -> Json:
    """A document with one thing changed, taken out, put in, or taken from another."""
    chance = random.Random(seed)  # noqa: S311  # attacks are the same in every run
    made: Json = json.loads(json.dumps(said))
    whole = [place for place in places(made) if len(place) == 1]
    place = chance.choice(whole if chance.random() < 0.3 else list(places(made)))
    above, name = at_place(made, place[:-1]), place[-1]
    how = chance.random()
    if how < 0.4:
        above[name] = changed(above[name], chance)
    elif how < 0.7:
        there = at_place(chance.choice(others), place)
        above[name] = there if there is not None else changed(above[name], chance)
    elif how < 0.85:
        del above[name]
    elif isinstance(above, dict):
        above[f"{name}2"] = above[name]
    else:
        above.append(above[name])
    return made


def changed(said: object, chance: random.Random) -> object:
    """Another value of its kind."""
    if isinstance(said, bool):
        return not said
    if isinstance(said, int):
        return said + chance.choice([-1, 1, 2**31])
    if said is None:
        return chance.choice(["none", False, {}, []])
    if isinstance(said, str):
        return changed_text(said, chance)
    if isinstance(said, list):
        return chance.choice([[], said[::-1], said + said])
    return {}


def changed_text(said: str, chance: random.Random) -> str:
    """Another text: a byte changed where it is base64, a character, a case; or nothing."""
    try:
        raw = bytearray(base64.b64decode(said, validate=True))
    except ValueError:
        raw = bytearray()
    if len(raw) > 8 and chance.random() < 0.7:
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        return base64.b64encode(raw).decode()
    at = chance.randrange(len(said) + 1)
    return chance.choice(["", said[:at] + "0" + said[at + 1 :], said + " ", said.upper(), said[:at], f"{said}\n"])


@pytest.fixture(scope="module")
def standing(ground: Ground) -> Iterator[Scene]:
    """One scene for attacks that leave log and folder as they are."""
    into = quick()
    scene = Scene(ground, into / "t")
    yield scene
    scene.end()
    shutil.rmtree(into)


@settings(BOUNDED, max_examples=700)
@given(seeds=st.lists(CHANCE, min_size=1, max_size=3), of=st.booleans())
def test_whatever_is_changed_in_what_is_shown_gives_nothing_away(
    standing: Scene, honest: Honest, seeds: list[int], *, of: bool
) -> None:
    clear(standing)
    shown: list[Json] = [bundles.written(one) for one in (standing.bundle, standing.other)]
    call = shown[of]
    for seed in seeds:
        call = {"call": "release", "bundle": mutated(call["bundle"], [one["bundle"] for one in shown], seed)}
    given = bundles.read(json.loads(json.dumps(call)))
    if isinstance(given, Refused):
        return
    assert is_honest(standing, standing.asks(given), given, honest)


@settings(BOUNDED, max_examples=150)
@given(seeds=st.lists(CHANCE, min_size=1, max_size=2))
def test_nor_of_what_is_shown_once_it_is_entered(
    honest: Honest, entered: tuple[Scene, Bundle], seeds: list[int]
) -> None:
    scene, shown = entered
    call = bundles.written(shown)["bundle"]
    for seed in seeds:
        call = mutated(call, [bundles.written(scene.other)["bundle"]], seed)  # type: ignore[arg-type,list-item]  # it is JSON
    given = bundles.read({"call": "release", "bundle": json.loads(json.dumps(call))})
    if isinstance(given, Refused):
        return
    assert is_honest(scene, scene.asks(given), given, honest)


@pytest.fixture(scope="module")
def entered(ground: Ground) -> Iterator[tuple[Scene, Bundle]]:
    """A scene in which the first release is sealed and entered, and the second is not."""
    into = quick()
    scene = Scene(ground, into / "t")
    yield scene, scene.entered()
    scene.end()
    shutil.rmtree(into)


def clear(scene: Scene) -> None:
    """Nothing is sealed yet."""
    for path in (scene.told.store / "packages").iterdir():
        path.unlink()


# What is done to the log, and to the desk's folders


class _Scheme:
    """A scene that is worked on, with what is to be shown at the end; `must` is that nothing but a refusal may follow."""

    def __init__(self, scene: Scene, chance: random.Random) -> None:
        self.scene, self.chance, self.must = scene, chance, False
        self.bundle = chance.choice([scene.bundle, scene.bundle, scene.other])
        self.before, self.stops = scene.gate, set[str]()

    def enters_a_stop(self) -> None:
        against = self.chance.choice(
            [Stop(Target.EVERYTHING, "", "w"), Stop(Target.AGENCY, "DEA", "w"), Stop(Target.OFFICER, "A. Shevchenko", "w"),
             Stop(Target.REQUEST, str(self.bundle.request["request_id"]), "w")]
        )  # fmt: skip
        name = f"stop {self.chance.random()}"
        self.scene.stops(against, name)
        self.stops.add(name)
        self.must = True

    def lifts_every_stop_by_names(self) -> None:
        for name in list(self.scene.gate.stops or {}):
            self.scene.controls("stop", name, digest_of("a document"), act="ended")

    def lifts_with_signatures_of_another_lifting(self) -> None:
        signed = self.scene.two_sign("stop", "another stop", digest_of("d"), "ended", by=("f.novak", "i.roy"))
        for name in list(self.scene.gate.stops or {}):
            self.scene.controls("stop", name, digest_of("d"), act="ended", signed=signed)

    def enters_an_empty_set(self) -> None:
        one = self.scene.set_now()
        said = json.loads(one.content)
        said["stops"], said["at"] = [], self.scene.now.isoformat()
        content = json.dumps(said, sort_keys=True, separators=(",", ":"))
        self.scene.enters(*entering.control(replace(one, content=content, digest=digest_of(content))))

    def raises_ceilings_by_names(self) -> None:
        for of in ("officer in 1 days", "officer in 30 days", "agency in 1 days"):
            self.scene.controls("ceiling", of, "1000000")

    def lowers_a_ceiling_to_nothing(self) -> None:
        self.scene.controls("ceiling", "officer in 30 days", "0", (NOVAK,))
        self.must = True

    def names_a_reviewer(self) -> None:
        if not (self.scene.people / "m.quick.key").exists():
            named = self.scene.newcomer()
            self.scene.controls("role", named.person, named_written(named))
            self.scene.controls("key", named.person, self.scene.key_of(named.person), on=self.in_a_week)

    @property
    def in_a_week(self) -> str:
        return (self.scene.now + 7 * DAY).date().isoformat()

    def takes_a_reviewer_s_place(self) -> None:
        """The keeper's own key under a reviewer's id."""
        self.names_a_reviewer()
        reviewer = str(ruling(self.bundle)["decisions"][1]["by"])
        self.scene.controls("key", reviewer, self.scene.key_of("m.quick"), on=self.in_a_week)

    def swaps_the_recipient(self) -> None:
        stranger = (self.scene.people / "mykola-j-jordan-sealing.pem").read_text()
        self.scene.controls("recipient", self.bundle.picked_up.by, stranger, on=self.in_a_week)

    def founds_once_more(self) -> None:
        content = founding([("role", "m.quick", "{}"), ("engine", "safeconduct", digest_of("another"))])
        on = self.scene.now.date().isoformat()
        one = Control(FOUNDING, "gate", "set", content, digest_of(content), (NOVAK, Person("T", "x")), on)
        self.scene.enters(*entering.control(one))

    def sets_another_pack_by_names(self) -> None:
        self.scene.controls(
            "pack", "us_irc_6103", digest_of("another"), on=(self.scene.now + 30 * DAY).date().isoformat()
        )

    def takes_a_body_away(self) -> None:
        at = sorted((self.scene.folder / "logbook" / bodies.FOLDER).rglob("*.p7m"))
        self.chance.choice(at).unlink()
        self.scene.end()
        self.must = True

    def enters_what_nobody_can_read(self) -> None:
        [(_, made)] = self.scene.enters(entering.Said(Kind.NOTICE, {"about": 0, "act": "opened", "due": None}))
        digest = json.loads(made.entry)["body"]
        (self.scene.folder / "logbook" / bodies.FOLDER / digest[:2] / f"{digest}.p7m").write_bytes(b"\x30\x00")
        self.must = True

    def freezes_the_log(self) -> None:
        self.scene.now += dt.timedelta(minutes=6)
        self.must = True

    def puts_the_log_back(self) -> None:
        """As it was before an honest stop."""
        log = self.scene.folder / "log"
        kept = self.scene.folder / "kept"
        shutil.copytree(log, kept)
        self.scene.stops(named="the last")
        self.scene.asks(self.bundle)
        self.scene.end()
        shutil.rmtree(log)
        kept.rename(log)
        self.must = True

    def forges_a_release(self) -> None:
        self.scene.release(self.bundle, digest_of(str(self.chance.random())))
        self.must = True

    def forges_a_release_of_the_other(self) -> None:
        other = self.scene.other if self.bundle is self.scene.bundle else self.scene.bundle
        self.scene.release(other, digest_of("nothing"), agency="X", signatory="Y", officers=["Z"])

    def says_that_nothing_is_released(self) -> None:
        self.scene.decides(self.bundle, outcome=Outcome.NOT_RELEASED)
        self.must = True

    def decides_once_more(self) -> None:
        self.bundle = self.scene.decides(self.bundle)
        self.scene.later(days=2)

    def decides_once_more_as_of_another_look(self) -> None:
        self.bundle = self.scene.decides(self.bundle, look=opened_index(self.scene.other.decision))
        self.scene.later(days=2)
        self.must = True

    def looks_once_more(self) -> None:
        self.bundle = self.scene.looks(self.bundle)

    def widens_the_ruling(self) -> None:
        said = ruling(self.bundle)
        first, second = said["decisions"]
        widened: list[Callable[[], object]] = [
            lambda: said["items"].append("name"),
            lambda: [one["items"].append("name") for one in (first, second, said)],
            lambda: said.update(decisions=[first, {**first, "signature": second["signature"]}]),
            lambda: said.update(decisions=[second, first]),
            lambda: second["findings"].update({"register.match": "one"}),
            lambda: second.update(by=first["by"]),
            lambda: said.update(established=[]),
            lambda: said["established"][0]["facts"].update({"custodian.mark": False}),
            lambda: said.update(case="c-another"),
        ]
        self.chance.choice(widened)()
        self.bundle = self.scene.decides(self.bundle, ruling=said)
        self.scene.later(days=2)
        self.must = True

    def takes_a_signature_from_elsewhere(self) -> None:
        said = ruling(self.bundle)
        first, second = said["decisions"]
        second["signature"]["signature"] = first["signature"]["signature"]
        self.bundle = self.scene.decides(self.bundle, ruling=said)
        self.scene.later(days=2)
        self.must = True

    def lets_time_pass(self) -> None:
        self.scene.later(days=self.chance.choice([2, 8, 31]))

    def lists_the_officer_as_revoked(self) -> None:
        officer = self.scene.people / f"{self.bundle.picked_up.by}-sealing.pem"
        town_keys.list_revoked(self.scene.folder, [officer], self.scene.now)

    def begins_the_sealer_anew(self) -> None:
        self.scene.end()

    def swaps_a_part(self) -> None:
        part = self.chance.choice(["look", "decision", "card", "sealed", "picked_up", "request", "case"])
        other = self.scene.other if self.bundle.case == self.scene.bundle.case else self.scene.bundle
        self.bundle = replace(self.bundle, **{part: getattr(other, part)})
        if part != "card":  # two persons may have one card
            self.must = True

    def says_otherwise_what_the_desk_says(self) -> None:
        self.bundle = replace(self.bundle, tripped=True)
        self.must = True

    def hands_over_first(self) -> None:
        reply = self.scene.asks(self.bundle)
        if reply.answer is SEALED:
            shown = replace(self.bundle, entry=self.scene.release(self.bundle, reply.package))
            assert self.scene.asks(shown).answer is HANDED_OVER
            self.scene.later(minutes=16)
            self.must = True

    def stops_directly(self) -> None:
        (self.scene.told.stops / f"{'e' * 32}.json").write_text(stop_written(Stop(Target.EVERYTHING, "", "w")))
        self.must = True


MOVES: Mapping[str, Callable[[_Scheme], None]] = {
    name: one for name, one in vars(_Scheme).items() if callable(one) and not name.startswith("_")
}


def nobody_governs_by_names(scheme: _Scheme) -> None:
    """Not even when every day has come that a control could wait for."""
    scene, before = scheme.scene, scheme.before
    scene.later(days=40)
    gate = scene.gate
    assert {"m.quick"}.isdisjoint(gate.persons)
    assert {one.certificate for one in gate.persons.values()} == {one.certificate for one in before.persons.values()}
    for subject, name in [("recipient", one) for one in before.persons] + [
        ("pack", "us_irc_6103"),
        ("engine", "safeconduct"),
    ]:
        assert gate.set_to(subject, name) == before.set_to(subject, name)
    assert scheme.stops <= (gate.stops or {}).keys()
    lowered, ours = laws().policy(gate).ceilings, laws().policy(before).ceilings
    assert all(one.most <= other.most for one, other in zip(lowered, ours, strict=True))


WITHOUT_EFFECT = {
    "begins_the_sealer_anew",
    "decides_once_more",
    "enters_an_empty_set",
    "forges_a_release_of_the_other",
    "founds_once_more",
    "lets_time_pass",
    "lifts_every_stop_by_names",
    "lifts_with_signatures_of_another_lifting",
    "names_a_reviewer",
    "raises_ceilings_by_names",
    "sets_another_pack_by_names",
    "swaps_the_recipient",
    "takes_a_reviewer_s_place",
}
"""What is entered by names alone, or says nothing of the case: an honest package follows as if it were not there."""
LAST = ("freezes_the_log", "puts_the_log_back")
"""After which nothing is entered any more: it would thaw it, or the writer itself sees that the log is another."""


@settings(BOUNDED, max_examples=110)
@given(moves=st.lists(st.sampled_from(sorted(MOVES)), min_size=1, max_size=4, unique=True), seed=CHANCE)
def test_whatever_is_done_to_log_and_desk_gives_nothing_away(
    ground: Ground, honest: Honest, moves: list[str], seed: int
) -> None:
    into = quick()
    scene = Scene(ground, into / "t")
    try:
        scheme = _Scheme(scene, random.Random(seed))  # noqa: S311  # as above
        for move in sorted(moves, key=LAST.__contains__):
            MOVES[move](scheme)
        seals(scheme, honest)
        if not set(LAST) & set(moves) and not scene.sealer.watched.state.lacking:
            nobody_governs_by_names(scheme)
    finally:
        scene.end()
        shutil.rmtree(into)


def seals(scheme: _Scheme, honest: Honest) -> None:
    """Ask for what the scheme comes to, enter it where it is sealed, and ask again."""
    reply = scheme.scene.asks(scheme.bundle)
    assert is_honest(scheme.scene, reply, scheme.bundle, honest)
    assert not scheme.must or reply.answer is REFUSED
    if reply.answer is SEALED:
        shown = replace(scheme.bundle, entry=scheme.scene.release(scheme.bundle, reply.package))
        assert is_honest(scheme.scene, scheme.scene.asks(shown), shown, honest)


def test_each_move_alone_ends_in_a_refusal_or_changes_nothing(ground: Ground, honest: Honest) -> None:
    followed = set()
    for name, move in MOVES.items():
        into = quick()
        scene = Scene(ground, into / "t")
        scheme = _Scheme(scene, random.Random(1))  # noqa: S311  # as above
        move(scheme)
        seals(scheme, honest)
        if scene.asks(scheme.bundle).answer is not REFUSED:
            followed.add(name)
        scene.end()
        shutil.rmtree(into)
    assert followed == WITHOUT_EFFECT
