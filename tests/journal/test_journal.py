"""The journal on a store of either kind: only added to, each stream in order, each command once, old shapes read as new ones."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connections

from desked import FOUNDED, Lay, Postgres, Stages, World, live_on, quick
from safeconduct.core import canonical
from safeconduct.core.case.commands import Withdraw
from safeconduct.core.case.events import LetThrough, Withdrawn
from safeconduct.core.gate.events import DutyBegan
from safeconduct.core.log import merkle
from safeconduct.journal import anchors, events, journal, projections, store
from safeconduct.journal.events import Row, Unread
from safeconduct.journal.journal import Raced, SaidOtherwise, writing
from safeconduct.journal.models import Command, Standing, Tally
from safeconduct.shelf import Misplaced

NOW = FOUNDED
Url = str


@pytest.fixture
def file() -> Iterator[Path]:
    """Where a journal in a file may lie."""
    folder = quick()
    yield folder / "journal.sqlite"
    connections.close_all()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, postgres: Callable[[], Postgres], file: Path) -> Iterator[Url]:
    """A journal with nothing in it."""
    if request.param == "postgresql":
        made = postgres().database()
        store.use(made)
    else:
        made = str(file)
        store.make(made)
    yield made
    connections.close_all()


def withdrawn(by: str = "a") -> Withdrawn:
    return Withdrawn(NOW, by)


def added(stream: str, version: int, *by: str) -> list[Row]:
    with writing() as at:
        return at.append(stream, version, [withdrawn(one) for one in by])


def owner(url: Url, statement: str) -> None:
    """Run a statement as the owner of the tables."""
    connections.close_all()
    if "://" in url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())
        return
    with sqlite3.connect(url) as file:
        file.execute(statement)
    file.close()


TOUCHING = {
    "update": "UPDATE journal_event SET body = '{}' WHERE version = 0",
    "update of nothing else": "UPDATE journal_event SET command = command",
    "delete": "DELETE FROM journal_event",
    "replace": "INSERT INTO journal_event (position, stream, version, kind, shape, command, body)"
    " OVERRIDING SYSTEM VALUE VALUES (1, 's', 0, 'withdrawn', 1, '', '{}')"
    " ON CONFLICT (stream, version) DO UPDATE SET body = '{}'",
    "truncate": "TRUNCATE journal_event",
}


@pytest.mark.parametrize("how", TOUCHING)
def test_what_stands_in_the_journal_is_changed_by_nobody_not_even_its_owner(url: Url, how: str) -> None:
    added("s", 0, "a", "b")
    before = list(journal.every())
    statement = TOUCHING[how]
    if "://" not in url:
        statement = statement.replace(" OVERRIDING SYSTEM VALUE", "")
        if how == "truncate":
            statement = "DELETE FROM journal_event WHERE true"
    with pytest.raises((psycopg.Error, sqlite3.Error), match="only added to"):
        owner(url, statement)
    assert list(journal.every()) == before


def test_sqlite_replaces_no_row_by_another(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("claimed")
    before = world.rows()
    for clash in ("position, stream, version", "stream, version, position"):
        values = {"position": "1", "stream": "'gate'", "version": "0"}
        said = ", ".join(values[one] for one in clash.split(", "))
        with pytest.raises(sqlite3.Error):
            owner(
                world.url,
                f"INSERT OR REPLACE INTO journal_event ({clash}, kind, shape, command, body)"  # noqa: S608
                f" VALUES ({said}, 'withdrawn', 1, '', '{{}}')",
            )
    assert world.rows() == before
    assert stages.case


def test_an_account_that_was_granted_may_add_and_read_and_no_more(postgres: Callable[[], Postgres]) -> None:
    server, database = postgres(), postgres().database()
    account = f"desk{server.made}"
    server.server.run(f"CREATE ROLE {account} LOGIN")
    store.make(database, account)
    connections.close_all()
    theirs = database.replace("owner@", f"{account}@")
    store.use(theirs)
    added("s", 0, "a", "b")
    assert [row.version for row in journal.every()] == [0, 1]
    with writing() as at:
        at.done_before(Withdraw("id", "a", "s"), "s")
        Standing.objects.create(case="s", state="withdrawn", received=1)
        Tally.objects.create(of="officer", key="k", day=1, case="s")
        Standing.objects.filter(case="s").delete()
    for statement in (
        "UPDATE journal_event SET body = '{}'",
        "DELETE FROM journal_event",
        "TRUNCATE journal_event",
        "ALTER TABLE journal_event DISABLE TRIGGER ALL",
        "DROP TRIGGER journal_event_is_not_changed ON journal_event",
        "DROP TABLE journal_event",
        "UPDATE journal_command SET said = ''",
        "DELETE FROM journal_command",
        "SELECT setval('journal_event_position_seq', 1)",
        "SET session_replication_role = replica",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner(theirs, statement)
    connections.close_all()


def test_a_file_has_no_accounts(file: Path) -> None:
    with pytest.raises(Misplaced, match="PostgreSQL alone"):
        store.make(str(file), "desk")


def test_a_journals_file_is_its_owners_alone(file: Path) -> None:
    store.make(str(file))
    assert file.stat().st_mode & 0o077 == 0


def test_a_commit_waits_for_the_disk(url: Url) -> None:
    with connections["default"].cursor() as cursor:
        if "://" in url:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
            return
        for pragma, value in {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "temp_store": 2}.items():
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone() == (value,), pragma


# Streams


def test_a_stream_is_added_to_at_the_version_that_was_read_or_not_at_all(url: Url) -> None:
    assert url
    added("s", 0, "a")
    for version in (0, 2):
        if version == 0:
            with pytest.raises(Raced):
                added("s", version, "b")
    added("t", 0, "b")
    with writing() as at:
        assert [row.version for row in at.read("s")] == [0]
        assert [row.version for row in at.read("s", 1)] == []


def test_of_several_events_all_are_added_or_none(url: Url) -> None:
    assert url
    added("s", 0, "a", "b")
    with pytest.raises(Raced):
        added("s", 1, "c", "d")
    assert len(list(journal.every())) == 2


def test_what_is_refused_within_a_transaction_leaves_nothing(url: Url) -> None:
    assert url

    def fail() -> None:
        with writing() as at:
            at.append("s", 0, [withdrawn()])
            at.done_before(Withdraw("id", "a", "s"), "s")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(journal.every()) == []
    assert not Command.objects.exists()


def test_a_transaction_is_not_begun_within_another(url: Url) -> None:
    assert url
    with writing(), pytest.raises(RuntimeError), writing():
        pass


def test_of_two_who_add_at_once_one_is_told_that_the_other_was_faster(url: Url) -> None:
    store.use(url)
    results: list[object] = []
    gate = threading.Barrier(4)

    def add(by: str) -> None:
        gate.wait()
        try:
            results.append(len(added("s", 0, by, by)))
        except Raced:
            results.append("raced")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=(str(nth),)) for nth in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["2", "raced", "raced", "raced"]
    assert [row.version for row in journal.every()] == [0, 1]


def test_while_one_writes_alone_nobody_else_does(url: Url) -> None:
    store.use(url)
    seen: list[int] = []
    began = threading.Event()

    def beside() -> None:
        began.set()
        added("t", 0, "beside")
        seen.append(1)
        connections.close_all()

    thread = threading.Thread(target=beside)
    with writing(alone=True) as at:
        thread.start()
        began.wait()
        thread.join(0.2)
        assert not seen
        at.append("s", 0, [withdrawn()])
    thread.join()
    assert [row.stream for row in journal.every()] == ["s", "t"]


def test_on_postgresql_others_write_beside_one_another(postgres: Callable[[], Postgres]) -> None:
    url = postgres().database()
    store.use(url)

    def beside() -> None:
        added("t", 0, "beside")
        connections.close_all()

    with writing() as at:
        at.append("s", 0, [withdrawn()])
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
    assert {row.stream for row in journal.every()} == {"s", "t"}
    connections.close_all()


def test_what_one_counts_by_is_counted_by_nobody_else_meanwhile(postgres: Callable[[], Postgres]) -> None:
    url = postgres().database()
    store.use(url)
    order: list[str] = []

    def beside() -> None:
        with writing() as at:
            at.lock(["officer:b", "officer:a"])
            order.append("beside")
        connections.close_all()

    thread = threading.Thread(target=beside)
    with writing() as at:
        at.lock(["officer:a"])
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "beside"]
    connections.close_all()


# Commands


def test_a_command_is_done_once_by_its_id(url: Url) -> None:
    assert url
    command = Withdraw("id", "a", "s")
    with writing() as at:
        assert at.done_before(command, "s") is None
    with writing() as at:
        assert at.done_before(command, "elsewhere") == "s"
    with pytest.raises(SaidOtherwise), writing() as at:
        at.done_before(Withdraw("id", "b", "s"), "s")


# Rows and shapes


def test_an_event_is_read_as_it_was_written(url: Url) -> None:
    assert url
    [row] = added("s", 0, "Zoë \U0001f600")
    [read] = list(journal.every())
    assert read == row
    assert events.read(read) == withdrawn("Zoë \U0001f600")


def row(kind: str, body: object, shape: int = 1) -> Row:
    return Row(1, "s", 0, kind, shape, "", canonical.written(body).decode() if isinstance(body, dict) else str(body))


@pytest.mark.parametrize(
    "said",
    [
        row("of_no_kind", {}),
        row("withdrawn", {"at": "2026-11-30T15:00:00Z", "by": "a"}, 0),
        row("withdrawn", {"at": "2026-11-30T15:00:00Z", "by": "a"}, 2),
        row("withdrawn", {"at": "2026-11-30T15:00:00Z"}),
        row("withdrawn", {"at": "2026-11-30T15:00:00Z", "by": "a", "more": 1}),
        row("withdrawn", {"at": "2026-11-30T15:00:00Z", "by": 1}),
        row("withdrawn", {"at": "yesterday", "by": "a"}),
        row("withdrawn", '{"at": "2026-11-30T15:00:00Z", "by": "a", "by": "b"}'),
        row("withdrawn", "no json"),
        row("withdrawn", "[]"),
    ],
)
def test_a_row_that_this_program_did_not_write_is_not_read(said: Row) -> None:
    with pytest.raises(Unread):
        events.read(said)


def test_an_older_shape_is_read_as_the_newest_step_by_step_and_stays_as_it_is(
    url: Url, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert url
    first = {"at": "2026-11-30T15:00:00Z", "whom": "a"}
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_event (stream, version, kind, shape, command, body) VALUES ('s', 0, 'withdrawn', 1, '', %s)",
            [json.dumps(first)],
        )
    monkeypatch.setitem(events.SHAPES, "withdrawn", 3)
    monkeypatch.setitem(events.UPCASTS, ("withdrawn", 1), lambda body: {"at": body["at"], "who": body["whom"]})
    monkeypatch.setitem(events.UPCASTS, ("withdrawn", 2), lambda body: {"at": body["at"], "by": body["who"]})
    [old] = list(journal.every())
    assert events.read(old) == Withdrawn(dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC), "a")
    assert json.loads(old.body) == first
    [new] = added("s", 1, "b")
    assert new.shape == 3
    assert events.read(new) == withdrawn("b")
    monkeypatch.setitem(events.SHAPES, "withdrawn", 2)
    with pytest.raises(Unread, match="does not know"):
        events.read(new)


def test_every_kind_has_one_name_and_is_of_the_gate_or_of_cases() -> None:
    assert len(events.KINDS) == len(set(events.KINDS.values()))
    assert events.written(DutyBegan(NOW, "a", "b"))[0] == "duty_began"
    assert events.written(LetThrough(NOW))[:2] == ("let_through", 1)


# Lists and counts


def listed() -> tuple[object, ...]:
    tallies = Tally.objects.order_by("of", "key", "day", "case").values_list("of", "key", "day", "case")
    return (list(tallies), list(Standing.objects.order_by("case").values_list()))


def test_lists_and_counts_made_again_are_those_that_were_kept_up(lay: Lay, stages: Stages) -> None:
    world = lay("first_decided")
    for how in ("earlier-address", "foreign-number", "absent"):
        world.receive(world.request(how))
    world.receive(world.request("one-surname", in_writing=False))
    world.receive(world.request("other-spelling", purpose=None))
    world.set("f.novak", "ceiling", "officer in 1 days", "1")
    world.receive(world.request("earlier-address", request_id="R-1", subject=world.request("absent")["subject"]))
    live_on(world, stages.case)
    world.tick()
    world.later(days=8)
    world.tick()
    before = listed()
    with writing():
        assert projections.rebuild() == len(world.rows())
    assert listed() == before


def test_what_the_log_has_kept_counts_after_the_lists_were_made_again(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    world.desk()
    Tally.objects.create(of="officer", key="k", day=1, case="log:7")
    with writing():
        projections.rebuild()
    assert Tally.objects.filter(case="log:7").count() == 1


def test_lists_hold_nobodys_name(lay_sqlite: Lay) -> None:
    world = lay_sqlite("cooling")
    connections.close_all()
    said = world.request()
    with sqlite3.connect(world.url) as file:
        rows = [
            str(each)
            for table in ("journal_tally", "journal_standing", "journal_command")
            for each in file.execute(f"SELECT * FROM {table}")  # noqa: S608
        ]
    file.close()
    for name in (
        said["subject"]["family_name"],
        said["asker"]["name"],
        said["asker"]["agency"],
        said["subject"]["tin"],
    ):
        assert not [one for one in rows if name in one]


def test_none_waits_for_the_log_behind_hundreds_that_wait_for_people(url: Url) -> None:
    assert url
    waiting = [Standing(case=f"c-{nth}", state="passed", received=nth + 1) for nth in range(700)]
    Standing.objects.bulk_create([*waiting, Standing(case="last", state="decided", received=900)])
    assert projections.to_be_entered(200) == ["last"]
    assert list(projections.owing("2026-11-30"))[-1] == "last"
    assert len(list(projections.owing("2026-11-30"))) == 701


# Anchors


def rows_of(many: int) -> list[Row]:
    return [Row(nth + 1, "s", nth, "withdrawn", 1, f"c{nth}", json.dumps({"nth": nth})) for nth in range(many)]


def root_of(rows: list[Row]) -> bytes:
    edge = merkle.NOTHING.grown(anchors.leaves(rows))
    return edge.root


@pytest.mark.parametrize("nth", [0, 3, 6])
def test_an_event_changed_in_anything_left_out_or_put_between_is_another_root(nth: int) -> None:
    rows = rows_of(7)
    root = root_of(rows)
    one = rows[nth]
    for changed in (
        Row(99, one.stream, one.version, one.kind, one.shape, one.command, one.body),
        Row(one.position, "t", one.version, one.kind, one.shape, one.command, one.body),
        Row(one.position, one.stream, 99, one.kind, one.shape, one.command, one.body),
        Row(one.position, one.stream, one.version, "received", one.shape, one.command, one.body),
        Row(one.position, one.stream, one.version, one.kind, 2, one.command, one.body),
        Row(one.position, one.stream, one.version, one.kind, one.shape, "other", one.body),
        Row(one.position, one.stream, one.version, one.kind, one.shape, one.command, "{}"),
    ):
        assert root_of([*rows[:nth], changed, *rows[nth + 1 :]]) != root
    assert root_of([*rows[:nth], *rows[nth + 1 :]]) != root
    assert root_of([*rows[:nth], one, *rows[nth:]]) != root
    assert root_of([*rows[nth + 1 :], *rows[: nth + 1]]) != root or nth == 6


def test_a_root_is_over_the_events_after_one_position_up_to_another(url: Url) -> None:
    assert url
    made = added("s", 0, *"abcdefg")
    whole = anchors.root(0, made[-1].position)
    assert (whole.events, whole.root) == (7, root_of(made).hex())
    part = anchors.root(made[1].position, made[4].position)
    assert (part.events, part.root) == (3, root_of(made[2:5]).hex())
    read = anchors.read(anchors.control(part, NOW).content)
    assert read == part


@pytest.mark.parametrize("said", ["", "{}", "[]", '{"after": 1}', '{"after":-1,"events":"x","root":"","through":0}'])
def test_what_tells_no_root_is_none(said: str) -> None:
    assert anchors.read(said) is None


def test_one_event_is_shown_to_stand_under_its_anchor_without_the_others(lay: Lay, stages: Stages) -> None:
    world = lay("claimed")
    world.tick()
    gate = world.desk().gate_of
    with writing() as at:
        gate.at(at, world.now)
    received = world.rows(stages.case)[0]
    found = gate.folded.covering(received.position)
    assert found is not None
    _, anchor = found
    covered = list(journal.every(anchor.after, anchor.through))
    nth = [row.position for row in covered].index(received.position)
    leaves = list(anchors.leaves(covered))
    path, root = merkle.inclusion(nth, len(leaves), merkle.held(leaves)), bytes.fromhex(anchor.root)
    assert merkle.includes(root, len(leaves), nth, leaves[nth], path)
    [other] = anchors.leaves([replace(received, body="{}")])
    assert not merkle.includes(root, len(leaves), nth, other, path)


def test_an_anchor_is_not_made_of_nothing_but_entries_of_the_log(lay: Lay) -> None:
    world: World = lay()
    world.tick()
    before = world.kinds("gate")
    for _ in range(3):
        world.tick()
    assert len(world.kinds("gate")) - len(before) <= 2
    with pytest.raises(DatabaseError):
        connections["default"].cursor().execute("SELECT nothing FROM nowhere")
    connections.close_all()
