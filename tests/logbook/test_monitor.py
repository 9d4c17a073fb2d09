"""Who verifies, audits and monitors a log, and what each of them finds: rollback, fork, split view, freeze, and the rest."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from logged import NOW, Log, log
from safeconduct import preflight
from safeconduct.core.log import entries, notes
from safeconduct.core.log.entries import InForce, Kind
from safeconduct.core.log.notes import Note
from safeconduct.core.log.policy import Believed, Policy
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import audit, entering, monitor, orders_and_stops, verify
from safeconduct.logbook.daily import Days
from safeconduct.logbook.entering import Said
from safeconduct.logbook.keeping import Kept
from safeconduct.logbook.monitor import Bounds, Seen, Watch
from safeconduct.logbook.reading import Office
from safeconduct.logbook.served import Folder
from safeconduct.shelf import Misplaced

OPENED = preflight.opened()
HOUR = dt.timedelta(hours=1)
IN_FORCE = InForce(OPENED.pack.digest, OPENED.orders_digest, OPENED.engine_digest)
UNMOVED = [f"{index:04}".encode() * 50 for index in range(600)]


@pytest.fixture
def town(tmp_path: Path) -> Log:
    return log(tmp_path)


def note(of: Log) -> Note:
    return notes.read((of.served / "checkpoint").read_bytes())


def look(
    of: Log,
    before: Note | None = None,
    *,
    elsewhere: dict[str, Note] | None = None,
    at: dt.datetime = NOW,
    office: bool = False,
) -> Seen:
    """What a monitor sees that remembers `before`."""
    reads = Office(of.state, of.folder / "inspector.key", of.told.decoys) if office else None
    return monitor.look(Watch(Folder(of.served), of.told.policy, elsewhere or {}, reads), before, at)


def alarms(seen: Seen) -> list[str]:
    return [alarm.what for alarm in seen.alarms]


def nothing(index: int, day: str = "2026-11-30") -> bytes:
    """An entry as there are thousands."""
    entry = entries.Entry(
        Kind.NOTICE, None, None, day, IN_FORCE, dict.fromkeys(entries.GROUPS, bytes([index]) * 32), b"b" * 32
    )
    return entries.written(entry)


# A monitor


def test_a_log_that_grows_raises_no_alarm_and_is_remembered(town: Log) -> None:
    town.holds(*map(nothing, range(3)))
    first = look(town)
    town.holds(*map(nothing, range(3, 44)))
    second = look(town, first.note)
    assert alarms(first) == alarms(second) == []
    assert second.latest is not None
    assert second.latest.checkpoint.size == 44


def test_a_rollback_is_found_and_what_was_seen_stays_remembered(town: Log) -> None:
    town.holds(*map(nothing, range(3)))
    shutil.copytree(town.served, town.folder / "older")
    town.holds(*map(nothing, range(3, 9)))
    seen = look(town)
    shutil.rmtree(town.served)
    (town.folder / "older").rename(town.served)
    again = look(town, seen.note)
    assert alarms(again) == ["rollback"]
    assert again.note == seen.note, "whoever takes the older for the newest would not see the second one"


def test_a_fork_is_found_though_its_quorum_cosigned_it(tmp_path: Path) -> None:
    """The log's keys and both witnesses' in one hand: they cosign anything, and who remembers still sees it."""
    town = log(tmp_path)
    town.holds(*map(nothing, range(3)))
    seen = look(town)
    for path in (town.served, town.state):
        shutil.rmtree(path)
    from safeconduct.logbook import left  # noqa: PLC0415  # to make what nobody makes twice
    from safeconduct.witness import store  # noqa: PLC0415  # as above

    left.make(town.served, town.state)
    for name in ("witness-1", "witness-2"):
        (tmp_path / f"{name}.sqlite").unlink()
        store.make(tmp_path / f"{name}.sqlite")
    town.holds(*map(nothing, range(10, 16)))
    assert alarms(look(town, seen.note)) == ["fork"]


def test_a_split_view_is_found_by_what_is_shown_elsewhere(town: Log, tmp_path_factory: pytest.TempPathFactory) -> None:
    town.holds(*map(nothing, range(3)))
    other = Log(tmp_path_factory.mktemp("other") / "town")
    shutil.copytree(town.folder, other.folder)
    town.holds(nothing(3))
    other.holds(nothing(4))
    assert alarms(look(town, elsewhere={"mirror": note(other)})) == ["split view"]
    other.holds(nothing(5), nothing(6))
    assert alarms(look(town, elsewhere={"mirror": note(other)})) == ["behind"]
    assert alarms(look(town, elsewhere={"mirror": note(town)})) == []


def test_what_the_log_did_not_sign_is_not_held_against_it(town: Log, tmp_path_factory: pytest.TempPathFactory) -> None:
    town.holds(nothing(1))
    stranger = log(tmp_path_factory.mktemp("stranger"))
    stranger.holds(nothing(2), nothing(3))
    assert alarms(look(town, elsewhere={"a stranger": note(stranger)})) == []


def test_a_log_that_stands_still_is_found(town: Log) -> None:
    town.holds(nothing(1))
    assert alarms(look(town, at=NOW + dt.timedelta(minutes=14))) == []
    assert alarms(look(town, at=NOW + dt.timedelta(minutes=16))) == ["frozen"]
    town.now += dt.timedelta(minutes=16)
    town.holds()
    assert alarms(look(town, at=town.now)) == [], "the same tree, cosigned again, is alive"


def test_a_witness_whose_clock_is_wrong_is_found(town: Log) -> None:
    town.holds(nothing(1))
    found = verify.checkpoint(Folder(town.served), town.told.policy)
    assert isinstance(found, verify.Verified)
    skewed = replace(found.under, times={"witness-1": int(NOW.timestamp()), "witness-2": int((NOW - HOUR).timestamp())})
    early = replace(found.under, times={"witness-1": int((NOW + HOUR).timestamp())})
    watch = Watch(Folder(town.served), town.told.policy, {})
    assert "clock" in [one.what for one in monitor.of_times(watch, skewed, NOW)]
    assert [one.what for one in monitor.of_times(watch, early, NOW)] == ["clock"]


def test_a_signature_that_was_taken_off_is_found(town: Log) -> None:
    """Either key of the log's is enough for the policy; a monitor knows that both have always signed."""
    town.holds(nothing(1))
    whole = note(town)
    (town.served / "checkpoint").write_bytes(
        notes.written(Note(whole.text, whole.signatures[:1] + whole.signatures[2:]))
    )
    assert isinstance(town.checkpoint, Believed)
    assert alarms(look(town)) == ["unsigned"]


def test_a_checkpoint_that_is_not_believed_is_an_alarm_and_is_not_remembered(town: Log) -> None:
    town.holds(nothing(1))
    whole = note(town)
    (town.served / "checkpoint").write_bytes(notes.written(Note(whole.text, whole.signatures[:2])))
    seen = look(town, whole)
    assert alarms(seen) == ["unbelieved"]
    assert seen.note == whole


@pytest.mark.parametrize(
    ("day", "found"), [("2026-11-30", []), ("2026-11-29", []), ("2026-10-01", ["dated"]), ("2026-12-01", ["dated"])]
)
def test_an_entry_that_gives_itself_another_day_is_found(town: Log, day: str, found: list[str]) -> None:
    """Or a widening could be entered today as of a month ago."""
    town.holds(nothing(1))
    before = look(town).note
    town.holds(nothing(2, day))
    assert alarms(look(town, before)) == found


def test_what_is_no_entry_is_found(town: Log) -> None:
    town.holds(nothing(1))
    before = look(town).note
    town.holds(b"an address: 12 Elm St")
    assert alarms(look(town, before)) == ["dated"]


# With the key of an office


def kept(of: Log, writer: object) -> Kept:
    return Kept(of.told, writer, OPENED, lambda: of.now)  # type: ignore[arg-type]  # a writer


def test_orders_and_stops_that_were_not_entered_for_an_hour_are_found(town: Log) -> None:
    with town.writer() as writer:
        at = kept(town, writer)
        at.enter(entering.control(orders_and_stops.control(town.state, OPENED, NOW)))
        at.publish()
    assert alarms(look(town, office=True)) == []
    assert "stale" in alarms(look(town, office=True, at=NOW + HOUR + dt.timedelta(minutes=1)))
    assert "stale" not in alarms(look(town, at=NOW + 2 * HOUR)), "who has no key cannot tell"


def test_a_notice_withheld_past_its_day_is_found_until_it_is_opened_or_renewed(town: Log) -> None:
    def notice(about: int, act: str, due: str | None) -> Said:
        return Said(Kind.NOTICE, {"about": about, "act": act, "due": due})

    def overdue(on: dt.datetime) -> list[str]:
        return [alarm.why for alarm in look(town, office=True, at=on).alarms if alarm.what == "overdue"]

    with town.writer() as writer:
        at = kept(town, writer)
        at.enter([notice(0, "withheld", "2026-12-05"), notice(9, "withheld", "2026-12-20")])
        at.publish()
        assert overdue(NOW) == []
        later = NOW + dt.timedelta(days=10)
        assert overdue(later) == ["the notice of entry 0 was withheld until 2026-12-05"]
        at.enter([notice(0, "renewed", "2027-01-05"), notice(1, "opened", None)])
        at.publish()
    assert overdue(later) == []
    assert overdue(NOW + dt.timedelta(days=60)) == ["the notice of entry 0 was withheld until 2027-01-05"]


def test_an_entry_whose_body_is_gone_is_found(town: Log) -> None:
    with town.writer() as writer:
        kept(town, writer).enter([Said(Kind.NOTICE, {"about": 0, "act": "withheld", "due": None})])
        writer.publish()
    shutil.rmtree(town.state / "bodies")
    assert "lacking" in alarms(look(town, office=True))


def test_a_bundle_that_is_gone_is_an_alarm(town: Log) -> None:
    town.holds(nothing(1))
    before = look(town).note
    town.holds(nothing(2))
    (town.served / "tile/entries/000.p/2").unlink()
    assert alarms(look(town, before)) == ["damaged"]
    assert alarms(look(town, office=True)) == ["damaged"]


# Verify and audit


def audited(of: Log, policy: Policy | None = None) -> str:
    found = audit.audit(str(of.served), policy or of.told.policy, lambda *_: None)
    return found.why if isinstance(found, Refused) else "well"


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_a_log_of_any_size_is_audited(town: Log, size: int) -> None:
    town.holds(*UNMOVED[:size])
    assert audited(town) == "well"
    assert isinstance(verify.verify(Folder(town.served), town.told.policy), verify.Verified)


def test_an_audit_on_every_core_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = log(tmp_path)
    town.holds(*UNMOVED)
    monkeypatch.setattr(audit, "_STRETCH", 1)
    monkeypatch.setattr(audit, "_FEW", 0)
    assert audited(town) == "well"
    bundle = town.served / "tile/entries/001"
    bundle.write_bytes(bundle.read_bytes().replace(b"0300", b"0301", 1))
    assert audited(town) == "tile/0/001 is not of the entries beneath it"


@pytest.mark.parametrize(
    "path", ["tile/entries/000", "tile/0/001", "tile/1/000.p/2", "tile/0/002.p/88", "tile/entries/002.p/88"]
)
def test_an_audit_finds_whatever_was_changed_or_is_lacking(town: Log, path: str) -> None:
    town.holds(*UNMOVED)
    file = town.served / path
    whole = file.read_bytes()
    for spoiled in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:-1], whole + b"\0", bytes(len(whole))):
        file.write_bytes(spoiled)
        assert audited(town) != "well", path
    file.unlink()
    assert path in audited(town)
    file.write_bytes(whole)
    assert audited(town) == "well"


def test_who_asks_for_a_log_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(Misplaced, match="no checkpoint"):
        verify.verify(Folder(tmp_path / "nowhere"), log(tmp_path).told.policy)


def test_a_proof_is_given_of_what_is_published_and_of_nothing_else(town: Log) -> None:
    town.holds(*UNMOVED[:9])
    found = verify.prove(Folder(town.served), town.told.policy, 8)
    assert not isinstance(found, Refused)
    assert found[0] == UNMOVED[8]
    assert verify.prove(Folder(town.served), town.told.policy, 9) == Refused(
        "the log has 9 entries, of which the last is 8"
    )


# Dates


def test_a_date_is_proved_by_the_checkpoint_of_the_day_and_not_by_what_an_entry_says(town: Log) -> None:
    town.holds(nothing(0))
    for _ in range(3):
        town.now += dt.timedelta(days=1)
        town.holds(nothing(1))
    served, policy = Folder(town.served), town.told.policy

    def day(index: int, said: str) -> str:
        return Days(served, policy, town.checkpoint).entered_on(index, said)

    assert [day(index, "2026-11-30") for index in range(4)] == ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03"]
    assert day(3, "2026-11-01") == "2026-12-03", "said to be of a month ago"
    (town.served / "daily/2026-12-02").write_bytes((town.served / "daily/2026-12-03").read_bytes())
    assert day(2, "2026-11-30") == "2026-12-03", "a day's checkpoint is of that day"


def test_bounds_are_what_the_watcher_sets(town: Log) -> None:
    town.holds(nothing(1))
    watch = Watch(Folder(town.served), town.told.policy, {}, None, Bounds(fresh=10))
    assert alarms(monitor.look(watch, None, NOW + dt.timedelta(seconds=11))) == ["frozen"]
