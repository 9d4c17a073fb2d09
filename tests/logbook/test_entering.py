"""What is entered, who can read it, who can open it, what can be erased, and what an outsider could still tell."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from logged import AUTHORITIES, NOW, Log, log
from safeconduct import preflight, shelf
from safeconduct.core.log import controls, disclosures, entries, merkle
from safeconduct.core.log.controls import Control, Person, digest_of
from safeconduct.core.log.entries import GROUPS, Kind, Outcome
from safeconduct.core.log.lines import Malformed, based
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.shares import OFFICES
from safeconduct.logbook import bodies, entering, figures, keeping, monitor, openings, orders_and_stops, reading
from safeconduct.logbook.entering import Said
from safeconduct.logbook.keeping import Kept
from safeconduct.logbook.reading import Office, Read
from safeconduct.logbook.served import Folder
from safeconduct.logbook.writer import Logbook
from safeconduct.shelf import Misplaced

OPENED = preflight.opened()
FREE = AUTHORITIES[-1]
"""An authority of which no permanent record is demanded."""
DIGEST = "sha256:" + "0" * 64
IN_FORCE = entries.InForce(OPENED.pack.digest, OPENED.orders_digest, OPENED.engine_digest)
ASKER = {"agency": "DHS", "agreements": ["treasury-dhs-2025-04-07"], "officers": ["B. Moss"], "signatory": "C. Lund"}
TWO = (Person("A. Lund", "counsel"), Person("B. Moss", "privacy office"))
PERSON = b'{"subject":{"name":"Maria Lopez Garcia","tin":"912-40-1234"}}'
LOOK = Said(Kind.LOOK, ASKER, {"request": PERSON}, AUTHORITIES[1])
DECISION = Said(
    Kind.DECISION, {**ASKER, "decision": DIGEST, "look": 0, "reviewers": [DIGEST]}, {"ruling": b"permit"}, AUTHORITIES[1], Outcome.RELEASED
)  # fmt: skip


@contextmanager
def kept(of: Log, *, anywhere: bool = False) -> Iterator[Kept]:
    """The log at work, under the shipped law. What is something stands first in its tick, unless it stands anywhere."""
    filling = entering.filling(of.told.decoys, IN_FORCE, of.told.authorities, of.told.entry_bytes)
    if not anywhere:
        filling = replace(filling, placed=lambda _, many: list(range(many)))
    with Logbook(of.told, lambda: of.now, filling, of.transport) as writer:
        yield Kept(of.told, writer, OPENED, lambda: of.now)


@pytest.fixture
def town(tmp_path: Path) -> Log:
    return log(tmp_path, step=8)


def read(of: Log, key: str = "inspector.key") -> list[Read]:
    office = Office(of.state, of.folder / key, of.told.decoys)
    return list(reading.read(Folder(of.served), of.checkpoint, of.told.policy, office))


def stop(name: str = "D.D.C. 2026-11-28", act: str = "set", by: tuple[Person, ...] = TWO[:1]) -> Control:
    return Control("stop", name, act, "all", digest_of("all"), by, "2026-11-30")


# Who reads what


@pytest.mark.parametrize("office", ["sealer", "broker", "inspector"])
def test_an_office_reads_the_bodies_and_tells_what_is_nothing(town: Log, office: str) -> None:
    with kept(town) as at:
        at.enter([LOOK, DECISION])
        at.publish()
    found = read(town, f"{office}.key")
    assert [(one.entry.kind, one.body) for one in found[:2]] == [(Kind.LOOK, ASKER), (Kind.DECISION, DECISION.body)]
    assert [one.is_decoy for one in found] == [False, False, *[True] * 6]
    assert not any(one.is_lacking for one in found)


@pytest.mark.parametrize("stranger", ["court", "custodian", "inspector-general"])
def test_who_is_not_of_those_offices_reads_nothing(town: Log, stranger: str) -> None:
    with kept(town) as at:
        at.enter([LOOK])
        at.publish()
    assert not any(one.body for one in read(town, f"{stranger}.key"))


def test_a_body_that_was_taken_away_or_changed_is_lacking(town: Log) -> None:
    with kept(town) as at:
        at.enter([LOOK, DECISION])
        at.publish()
    gone, changed = (next((town.state / "bodies").rglob(f"{one.entry.body.hex()}.p7m")) for one in read(town)[:2])
    gone.unlink()
    changed.write_bytes(changed.read_bytes()[:-1] + b"\0")
    assert [one.is_lacking for one in read(town)[:3]] == [True, True, False]


def test_from_the_bodies_what_governs_the_gate_is_rebuilt_and_the_ceilings_are_counted(town: Log) -> None:
    with kept(town) as at:
        at.control(stop())
        at.control(stop("D. Mass. 2026-02-05"))
        at.control(stop("D. Mass. 2026-02-05", "ended"))
        at.enter([LOOK, LOOK, DECISION])
        at.enter(
            [
                Said(
                    Kind.RELEASE,
                    {**ASKER, "decision": 4, "package": DIGEST, "recipient": DIGEST},
                    {},
                    AUTHORITIES[1],
                    Outcome.RELEASED,
                )
            ]
        )
        at.publish()
    found = read(town)
    standing = reading.standing(found, NOW.date())
    assert {name for subject, name in standing.in_force if subject == "stop"} == {
        "D.D.C. 2026-11-28",
        "D. Mass. 2026-02-05",
    }
    newest = json.loads(standing.in_force["orders and stops", "all"].control.content)
    assert newest["stops"] == ["D. Mass. 2026-02-05", "D.D.C. 2026-11-28"]
    assert newest["orders_digest"] == OPENED.orders_digest
    assert reading.tally(found, "agency", "2026-11-01") == reading.Tally({"DHS": 2}, {"DHS": 1})
    assert reading.tally(found, "officers", "2026-12-01") == reading.Tally({}, {})


def test_the_whole_pack_can_be_entered_and_comes_back_from_the_log(town: Log) -> None:
    whole = json.dumps(dict(OPENED.pack.files), sort_keys=True, ensure_ascii=False)[:60_000]
    with kept(town) as at:
        at.control(Control("pack", "us_irc_6103", "set", whole, digest_of(whole), TWO, "2026-12-30"))
        at.publish()
    assert [one.control.subject for one in reading.standing(read(town), NOW.date()).waiting] == ["pack"]
    standing = reading.standing(read(town), dt.date(2026, 12, 30))
    assert standing.in_force["pack", "us_irc_6103"].control.content == whole


def test_the_public_is_told_figures_and_none_under_eleven(town: Log) -> None:
    with kept(town) as at:
        at.enter([LOOK] * 14)
        at.enter([Said(Kind.LOOK, {**ASKER, "agency": "SSA OIG"}, {}, AUTHORITIES[1])] * 3)
        at.enter([Said(Kind.LOOK, {**ASKER, "agency": "FBI"}, {}, AUTHORITIES[1])] * 12)
        at.publish()
        one = figures.figures(read(town), "2026-11-01", "2026-12-01", TWO, NOW)
        [shown] = keeping.entered_and_shown(at, one)
    assert one.name == "2026-11-01 to 2026-12-01"
    said = json.loads(one.content)
    assert said["looks"]["others"] == "fewer than 11", "who asked for few is not even named"
    assert said["looks"].keys() == {"DHS", "FBI", "all", "others"}
    assert {said["looks"]["DHS"], said["looks"]["FBI"]} <= {14, 12, "held back"}
    assert said["looks"]["all"] == "held back" or "held back" in {said["looks"]["DHS"], said["looks"]["FBI"]}
    assert set(said["releases"].values()) <= {"fewer than 11", "held back"}
    found = disclosures.verified(shown, town.told.policy)
    assert isinstance(found, disclosures.Shown)
    assert json.loads(json.loads(found.values["statement"])["content"]) == said


def test_openings_that_were_taken_away_are_an_alarm_and_erased_ones_are_not(town: Log) -> None:
    with kept(town) as at:
        at.enter([replace(LOOK, authority=FREE)] * 2)
        at.publish()
        keeping.erase(at, 0, TWO, (), controls.Standing({}))
        at.publish()

    def closed() -> list[str]:
        office = Office(town.state, town.folder / "inspector.key", town.told.decoys)
        seen = monitor.look(monitor.Watch(Folder(town.served), town.told.policy, {}, office), None, town.now)
        return [alarm.why for alarm in seen.alarms if alarm.what == "closed"]

    assert closed() == []
    for path in (town.state / "openings").rglob("*.json"):
        path.unlink()
    assert closed()[0] == "what entry 1 commits to can be opened by nobody, and no erasure was entered"


def test_figures_go_by_the_witnesses_days_and_not_by_what_entries_say(town: Log) -> None:
    with kept(town) as at:
        later, town.now = town.now, town.now - dt.timedelta(days=40)
        made = [entering.made(LOOK, IN_FORCE, town.told, town.now) for _ in range(12)]
        town.now = later
        at.writer.append([one.entry for one in made])
        at.publish()
    before, since = (
        figures.figures(read(town), *days, TWO, NOW)
        for days in (("2026-10-01", "2026-11-30"), ("2026-11-30", "2026-12-01"))
    )
    assert json.loads(before.content)["looks"] == {}
    assert json.loads(since.content)["looks"]["DHS"] == 12


def test_of_days_without_anything_the_figures_are_empty(town: Log) -> None:
    with kept(town) as at:
        at.enter([LOOK])
        at.publish()
    said = json.loads(figures.figures(read(town), "2026-10-01", "2026-11-01", TWO, NOW).content)
    assert said == {"from": "2026-10-01", "looks": {}, "releases": {}, "until": "2026-11-01"}


def test_offices_read_what_others_are_shown_or_nothing(town: Log) -> None:
    """A control whose body says one thing and whose statement another is lacking: it could be hidden so from one or the other."""
    [said] = entering.control(stop())
    harmless = controls.written(replace(stop(), name="a harmless note"))
    with kept(town) as at:
        at.enter([said, replace(said, body=harmless)])
        at.publish()
    assert [one.is_lacking for one in read(town)[:2]] == [False, True]
    assert {name for _, name in reading.standing(read(town), NOW.date()).in_force} == {"D.D.C. 2026-11-28"}


def test_what_is_no_entry_at_all_blinds_nobody(town: Log) -> None:
    with kept(town) as at:
        at.writer.append([b"x" * 2_048])
        at.control(stop())
        at.publish()
    found = read(town)
    assert [one.is_lacking for one in found[:2]] == [True, False]
    assert ("stop", "D.D.C. 2026-11-28") in reading.standing(found, NOW.date()).in_force


def test_an_entry_that_is_dated_back_was_entered_on_the_witnesses_day(town: Log) -> None:
    """Or a widening would have waited its thirty days within a minute, and a look would fall out of the count."""
    wide = Control("ceiling", "a day", "set", "99", digest_of("99"), TWO, "2026-11-30", widens=True)
    with kept(town) as at:
        later, town.now = town.now, town.now - dt.timedelta(days=31)
        made = [entering.made(one, IN_FORCE, town.told, town.now) for one in [*entering.control(wide), LOOK]]
        town.now = later
        at.writer.append([one.entry for one in made])
        at.publish()
    found = read(town)
    assert [(one.entry.day, one.on) for one in found[:2]] == [("2026-10-30", "2026-11-30")] * 2
    standing = reading.standing(found, NOW.date())
    assert ("ceiling", "a day") not in standing.in_force
    assert [why for _, why in standing.without_effect] == [
        "it widens, and was to have effect before 30 days in the log"
    ]
    assert reading.tally(found, "agency", "2026-11-30").looks == {"DHS": 1}


def test_a_stop_that_is_to_be_ended_is_told_as_standing_until_then(town: Log) -> None:
    document = digest_of("the decision that ends it")
    ended = replace(stop(act="ended", by=TWO), content=document, digest=digest_of(document), effective_on="2027-01-15")
    with kept(town) as at:
        at.control(stop())
        at.control(ended)
    for day, stands in ("2026-12-01", True), ("2027-01-14", True), ("2027-01-15", False):
        assert bool(orders_and_stops.standing(town.state, "stop", day)) == stands


def test_a_stop_is_not_ended_by_setting_another_in_its_place(town: Log) -> None:
    other = replace(stop(), content="none", digest=digest_of("none"))
    with kept(town) as at:
        at.control(stop())
        assert orders_and_stops.refusal(town.state, other, "2026-11-30") is not None
        at.control(other)
        at.publish()
    held = reading.standing(read(town), NOW.date()).in_force["stop", "D.D.C. 2026-11-28"]
    assert held.control.content == "all"


def test_an_authority_that_no_decoy_has_is_not_entered(town: Log) -> None:
    with kept(town) as at, pytest.raises(ValueError, match="authority"):
        at.enter([replace(LOOK, authority="Maria Lopez Garcia 912-40-1234")])


@pytest.mark.parametrize("before", ["2026-11-29", "2026-11-30"])
def test_at_midnight_the_day_of_an_entry_does_not_tell_that_it_is_something(town: Log, before: str) -> None:
    """A tick over midnight has entries that are nothing of both days, whether or not something is among them."""
    filling = entering.filling(town.told.decoys, IN_FORCE, AUTHORITIES, entries.LENGTH)
    last = filling.made([7], dt.datetime.fromisoformat(f"{before}T23:59:30+00:00"), b"")[0]
    days = Counter(entries.read(one).day for one in filling.made(range(8, 208), NOW, last))
    assert days.keys() == {before, "2026-11-30"}
    assert all(count > 50 for count in days.values())


# What opens an entry


@pytest.mark.parametrize("without", ["custodian", "inspector_general", "court"])
def test_two_offices_open_an_entry_and_show_it_with_its_proof(town: Log, without: str) -> None:
    with kept(town) as at:
        at.enter([LOOK])
        at.publish()
    keys = {one: town.folder / f"{one.replace('_', '-')}.key" for one in OFFICES if one != without}
    shown = keeping.openings_of(town.folder / "logbook.toml", 0, keys)
    assert isinstance(shown, disclosures.Disclosure)
    again = disclosures.read(json.loads(json.dumps(disclosures.written(shown))))
    found = disclosures.verified(again, town.told.policy)
    assert isinstance(found, disclosures.Shown)
    assert (found.index, found.entry.kind, found.values) == (0, Kind.LOOK, {"request": PERSON})


def test_one_office_opens_nothing_and_neither_does_another_s_key(town: Log) -> None:
    with kept(town) as at:
        _, [made] = at.enter([LOOK])
    leaf, court = merkle.leaf(made.entry), town.folder / "court.key"
    with pytest.raises(Misplaced, match="two offices"):
        openings.opened(town.state, leaf, {"court": court})
    with pytest.raises(Misplaced, match="does not open the part of the custodian"):
        openings.opened(town.state, leaf, {"court": court, "custodian": court})


def test_a_disclosure_that_was_changed_shows_nothing(town: Log) -> None:
    with kept(town) as at:
        [number], [made] = at.enter([LOOK])
        at.publish()
        said = json.dumps(disclosures.written(at.shown(number, made, ["request", "ruling"])))
    good, policy = json.loads(said), town.told.policy
    other = {**good, "openings": {"ruling": good["openings"]["request"]}}
    assert disclosures.verified(disclosures.read(other), policy) == Refused(
        "what is shown as the ruling is not what was committed to"
    )
    wrong = {**good, "entry": based(bytes(2048))}
    assert isinstance(disclosures.verified(disclosures.read(wrong), policy), Refused)
    spoiled: list[object] = [
        [], {}, {**good, "more": 1}, {**good, "format": "x"}, {**good, "openings": {"subject": {}}}, {**good, "proof": 1},
        {**good, "openings": {"request": {"salt": "AA==", "value": ""}}}, {**good, "openings": []}, {**good, "entry": 1},
    ]  # fmt: skip
    for one in spoiled:
        with pytest.raises(Malformed):
            disclosures.read(one)


def test_what_is_erased_nobody_opens_again_and_the_tree_stands(town: Log) -> None:
    free = Said(Kind.LOOK, ASKER, {"request": PERSON}, FREE)
    with kept(town) as at:
        _, [made] = at.enter([free])
        at.publish()
        taken = keeping.erase(at, 0, TWO, shelf.kept_for_good(OPENED.pack), reading.standing(read(town), NOW.date()))
        assert isinstance(taken, range)
        at.publish()
        with pytest.raises(Misplaced, match="erased"):
            openings.opened(town.state, merkle.leaf(made.entry), {})
        with pytest.raises(Misplaced, match="was erased before"):
            keeping.erase(at, 0, TWO, (), controls.Standing({}))
    assert read(town)[0].entry.kind is Kind.LOOK
    assert ("erasure", "entry 0") in reading.standing(read(town), NOW.date()).in_force
    assert not [path for path in town.state.rglob("*") if path.is_file() and b"Lopez Garcia" in path.read_bytes()]


def test_nothing_is_erased_by_one_person_or_that_the_law_or_a_hold_keeps(town: Log) -> None:
    free = Said(Kind.LOOK, ASKER, {"request": PERSON}, FREE)
    permanent = shelf.kept_for_good(OPENED.pack)
    with kept(town) as at:
        at.enter([LOOK, free])
        at.enter(entering.control(stop()))
        at.publish()
        nothing = controls.Standing({})
        refusals = [
            keeping.erase(at, 0, TWO, permanent, nothing), keeping.erase(at, 1, TWO[:1], permanent, nothing),
            keeping.erase(at, 2, TWO, permanent, nothing), keeping.erase(at, 999, TWO, permanent, nothing),
        ]  # fmt: skip
        at.control(Control("hold", "a case", "set", "", digest_of(""), TWO[:1], "2026-11-30"))
        refusals.append(keeping.erase(at, 1, TWO, permanent, nothing))
        at.publish()
        held = reading.standing(read(town), NOW.date())
        (town.state / "stops").unlink()
        refusals.append(keeping.erase(at, 1, TWO, permanent, held))
    assert [one.why for one in refusals if isinstance(one, Refused)] == [
        "26 USC 6103(p)(3)(A) demands a permanent record of it", "it takes two persons of two offices",
        "what governs the gate stays readable; it holds nothing about whoever was asked about",
        "the log has 8 entries, of which the last is 7", "1 hold stands, under which nothing is erased",
        "a hold stands, under which nothing is erased",
    ]  # fmt: skip


# What lies where


def test_nothing_of_the_person_lies_anywhere_in_the_clear(town: Log) -> None:
    with kept(town) as at:
        at.enter([LOOK, DECISION])
        at.publish()
    words = [b"Lopez Garcia", b"912-40-1234", b"B. Moss", b"C. Lund", b"treasury-dhs"]  # none of them base64
    held = {
        path: path.read_bytes() for path in town.folder.rglob("*") if path.is_file() and path.name != "logbook.toml"
    }
    assert not [(path, word) for path, said in held.items() for word in words if word in said]
    assert not [path for path in held if re.search("lopez|dhs", str(path.relative_to(town.folder)), re.IGNORECASE)]


def test_two_entries_of_one_case_have_nothing_in_common_but_what_thousands_have(town: Log) -> None:
    with kept(town) as at:
        at.enter([LOOK, LOOK])
        at.publish()
    one, other = (found.entry for found in read(town)[:2])
    assert not set(one.commitments.values()) & set(other.commitments.values())
    assert one.body != other.body
    assert len(set(one.commitments.values())) == len(GROUPS), (
        "what is empty is committed to under a salt of its own too"
    )


# What an outsider could still tell: the test that tries


def told_apart(something: list[entries.Entry], nothing: list[entries.Entry]) -> list[str]:
    """By what single field of the public part an outsider tells entries from those that are nothing, if by any."""
    fields: dict[str, Callable[[entries.Entry], object]] = {
        "kind": lambda one: one.kind, "day": lambda one: one.day, "in force": lambda one: one.in_force,
        "authority": lambda one: one.authority, "outcome": lambda one: one.outcome,
        "a first byte": lambda one: one.body[0] >> 7, "a last byte": lambda one: one.commitments["request"][-1] & 1,
    }  # fmt: skip
    return [name for name, of in fields.items() if not {of(one) for one in something} <= {of(one) for one in nothing}]


def test_an_outsider_does_not_tell_what_is_something_from_what_is_nothing(tmp_path: Path) -> None:
    of = log(tmp_path, step=64)
    with kept(of) as at:
        for said in (LOOK, DECISION, Said(Kind.NOTICE, {"about": 0, "act": "withheld", "due": None})):
            at.enter([said])
            at.publish()
    found = read(of)
    something, nothing = ([one.entry for one in found if one.is_decoy == is_decoy] for is_decoy in (False, True))
    assert len(something) == 3
    assert told_apart(something, nothing) == []


def test_with_nothing_to_hide_among_an_outsider_does_tell(tmp_path: Path) -> None:
    """The control: without decoys, the one look of the day is there for everybody to see."""
    of = log(tmp_path, step=1)
    with kept(of) as at:
        at.enter([LOOK])
        at.publish()
    assert Counter(one.entry.kind for one in read(of)) == {Kind.LOOK: 1}


def test_a_tick_without_anything_looks_like_a_tick_with_something(tmp_path: Path) -> None:
    of = log(tmp_path, step=8)
    sizes = []
    with kept(of) as at:
        for said in ([], [LOOK], [], [LOOK, DECISION, LOOK]):
            if said:
                at.enter(said)
            sizes.append(at.publish().checkpoint.size)
    assert sizes == [8, 16, 24, 32]


def places(of: Log, ticks: int, *, anywhere: bool) -> Counter[int]:
    """At which places of their ticks entries stand that are something, of as many ticks with one."""
    found: Counter[int] = Counter()
    with kept(of, anywhere=anywhere) as at:
        for _ in range(ticks):
            [number] = at.writer.append([b"something"])
            at.writer.publish()
            found[at.writer.index(number) % 8] += 1
    return found


def test_no_place_in_a_tick_tells_what_is_something(town: Log) -> None:
    """Of 240 ticks with one each, every place has about 30; that one has fewer than 8 or more than 60 has odds of 1 to 10**5."""
    found = places(town, 240, anywhere=True)
    assert all(8 <= found[place] <= 60 for place in range(8)), found


def test_were_it_the_first_of_its_tick_its_place_would_tell(town: Log) -> None:
    assert places(town, 5, anywhere=False) == {0: 5}


def test_decoys_are_drawn_of_every_kind_so_that_a_day_has_looks_whether_or_not_there_was_one(town: Log) -> None:
    filling = entering.filling(town.told.decoys, IN_FORCE, AUTHORITIES, entries.LENGTH)
    kinds = Counter(entries.read(said).kind for said in filling.made(range(700), NOW, b""))
    assert all(60 < kinds[kind] < 270 for kind in Kind), kinds


def test_what_cannot_be_entered_leaves_nothing_behind(town: Log) -> None:
    with kept(town) as at:
        with pytest.raises(ValueError, match="fields"):
            at.enter([Said(Kind.LOOK, {**ASKER, "subject": "Maria"}, {}, AUTHORITIES[1])])
        with pytest.raises(ValueError, match="no such entry"):
            at.enter([Said(Kind.LOOK, ASKER, {}, None)])
        assert at.writer.size == 0
    assert not list((town.state / "openings").rglob("*.json")) if (town.state / "openings").exists() else True


def test_a_body_opens_to_no_other_kind(town: Log) -> None:
    digest = bodies.keep(town.state, Kind.LOOK, ASKER, town.told.offices.bodies)
    assert bodies.opened(town.state, digest, town.folder / "inspector.key") == (Kind.LOOK, ASKER)
    assert bodies.opened(town.state, b"x" * 32, town.folder / "inspector.key") is None


def test_the_day_of_an_entry_is_as_fine_as_its_time_is() -> None:
    assert (
        entering.day_of(dt.datetime(2026, 11, 30, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=-5)))) == "2026-12-01"
    )
