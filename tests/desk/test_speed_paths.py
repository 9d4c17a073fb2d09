"""What was made fast says the same as what it stands for, put plainly: counts, lists made again, copies, times, forms, audits."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from hypothesis import given
from hypothesis import strategies as st

from journals import lives
from safeconduct.core import canonical, records
from safeconduct.core.case import case as cases
from safeconduct.core.case import ceilings
from safeconduct.core.case.case import Case
from safeconduct.core.case.commands import Receive, Withdraw
from safeconduct.core.case.events import LetThrough
from safeconduct.core.case.life import State
from safeconduct.core.gate.policy import Ceiling, Counted
from safeconduct.core.log.lines import Malformed
from safeconduct.desk import audit, settings, town
from safeconduct.desk.desk import Desk, Done
from safeconduct.journal import journal, projections, sql, store
from safeconduct.journal.events import GATE
from safeconduct.journal.journal import SaidOtherwise, reading, writing
from safeconduct.journal.models import Standing, Tally
from safeconduct.town import requests

NOW = dt.datetime(2026, 11, 29, 15, 0, tzinfo=dt.UTC)
KEYS = ((Counted.OFFICER, "o"), (Counted.AGENCY, "a"), (Counted.TEMPLATE, "t"))
CEILINGS = [Ceiling(Counted.OFFICER, 1, 3), Ceiling(Counted.OFFICER, 30, 5), Ceiling(Counted.AGENCY, 365, 9)]
TODAY = NOW.date().toordinal()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("desk") / "town"
    town.make(made, NOW)
    return made


@pytest.fixture(scope="module")
def asked(folder: Path) -> list[dict[str, object]]:
    lines = folder.parent / "asked.ndjson"
    requests.write_honest(lines, folder / "register.parquet", 80, 7)
    return lives.requests(lines)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[None]:
    """A journal in which nothing is."""
    store.make(str(tmp_path / "journal.sqlite"))
    yield
    connections.close_all()


def desk_at(folder: Path) -> Desk:
    return Desk(settings.settings(folder / settings.FILE), lambda: NOW)


def receive(desk: Desk, request: dict[str, object]) -> Done:
    done = desk.receive(Receive(secrets.token_hex(16), "x", "api", request, secrets.token_hex(16)))
    assert isinstance(done, Done)
    return done


def lists() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    tallies = sql.rows('SELECT "of", "key", day, "case" FROM journal_tally ORDER BY id')
    return tallies, sql.rows('SELECT * FROM journal_standing ORDER BY "case"')


# Lists and counts


@pytest.mark.parametrize("held", [10_000, 2])
def test_lists_made_again_are_those_that_were_kept(
    folder: Path, asked: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    desk = desk_at(folder)
    if not Standing.objects.exists():
        received = [receive(desk, request).stream for request in asked]
        for case in received[::7]:
            desk.of_asker(Withdraw(secrets.token_hex(16), "x", case))
    kept = lists()
    assert set(Standing.objects.values_list("state", flat=True)) >= {"ruled", "held", "withdrawn"}
    monkeypatch.setattr(projections, "_LIVES", held)
    monkeypatch.setattr(projections, "_ROWS", 5)
    with writing(alone=True):
        assert projections.rebuild() == journal.last()
    assert lists() == kept


def counted_slowly(before: int | None) -> ceilings.Counts:
    """The same, one question for each key and each window."""
    within = {
        (counted, key, days): Tally.objects.filter(of=str(counted), key=key, day__gt=TODAY - days).count()
        for counted, key in KEYS
        for days in {one.days for one in CEILINGS if one.of is counted}
    }
    waiting = set()
    for case, received in Standing.objects.filter(is_open=True, hold="ceiling").values_list("case", "received"):
        if before is None or received < before:
            waiting |= set(Tally.objects.filter(case=case, of__startswith="~").values_list("of", "key"))
    return ceilings.Counts(within, frozenset((of, key) for of, key in KEYS if (f"~{of}", key) in waiting))


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("before", [None, 0, 3, 5, 99])
def test_one_question_counts_as_one_for_each_key_and_window_did(before: int | None) -> None:
    for day in (TODAY - 400, TODAY - 365, TODAY - 364, TODAY - 30, TODAY - 1, TODAY, TODAY):
        for of, key in (("officer", "o"), ("officer", "other"), ("agency", "a"), ("request", "a")):
            Tally.objects.create(of=of, key=key, day=day, case="c-1")
    for nth, (hold, is_open, key) in enumerate(
        [("ceiling", True, "o"), ("ceiling", False, "a"), ("law", True, "a"), ("ceiling", True, "a"), ("", True, "t")]
    ):
        case = f"c-{nth}"
        Standing.objects.create(case=case, state="held", received=nth + 1, hold=hold, is_open=is_open)
        of = {"o": "~officer", "a": "~agency", "t": "~template"}[key]
        Tally.objects.create(of=of, key=key, day=TODAY, case=case)
    assert projections.counts(KEYS, CEILINGS, TODAY, before) == counted_slowly(before)


@pytest.mark.usefixtures("empty")
def test_without_keys_and_without_ceilings_nothing_is_counted() -> None:
    assert projections.counts((), CEILINGS, TODAY) == ceilings.NONE
    assert projections.counts(KEYS, [], TODAY) == ceilings.NONE
    assert projections.cases_about([], TODAY) == []
    assert projections.refused_among([]) is None
    assert projections.open_among([]) == []


@pytest.mark.usefixtures("empty")
def test_where_a_case_stands_is_brought_up_to_date_and_its_receipt_stays() -> None:
    case = Case("c-1", state=State.RULED, request={})
    projections.project(case, [LetThrough(NOW)], 7)
    projections.project(replace(case, state=State.WITHDRAWN), [], 9)
    [standing] = Standing.objects.all()
    assert (standing.state, standing.received, standing.is_open) == ("withdrawn", 7, False)


# The journal


@pytest.mark.usefixtures("empty")
def test_what_is_appended_at_once_is_read_in_its_order() -> None:
    with writing() as at:
        rows = at.append("c-1", 0, [LetThrough(NOW)] * 5, "k")
        assert at.append("c-1", 5, []) == []
    with reading() as at:
        assert at.read("c-1") == rows
    assert [row.version for row in rows] == [0, 1, 2, 3, 4]
    assert journal.before(rows[3]) == rows[:3]
    assert journal.many(rows[1].position) == 3


@pytest.mark.usefixtures("empty")
def test_a_command_is_done_once_and_says_one_thing() -> None:
    command = Withdraw("k", "x", "c-1")
    with writing() as at:
        assert at.done_before(command, "c-1") is None
        assert at.done_before(command, "c-2") == "c-1"
        with pytest.raises(SaidOtherwise):
            at.done_before(replace(command, by="y"), "c-1")


@pytest.mark.usefixtures("empty")
def test_more_rows_than_one_statement_takes_are_inserted_in_their_order() -> None:
    given_ = [("of", str(nth), nth, "c") for nth in range(1_001)]
    sql.insert('journal_tally ("of", "key", day, "case")', given_)
    assert list(Tally.objects.order_by("id").values_list("of", "key", "day", "case")) == given_


@pytest.mark.usefixtures("empty")
def test_of_some_kinds_all_are_found_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_BATCH", 2)
    with writing() as at:
        rows = at.append("c-1", 0, [LetThrough(NOW)] * 5)
    assert list(journal.of_kinds(("let_through", "none"), 0)) == rows
    assert list(journal.of_kinds(("none",), 0)) == []


@pytest.mark.usefixtures("empty")
def test_after_a_long_transaction_nothing_is_spilled_any_more() -> None:
    asked_ = "PRAGMA cache_spill"
    before = sql.rows(asked_)
    with store.long():
        assert sql.rows(asked_) != before
    assert sql.rows(asked_) == before == [(0,)]


# Documents


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def form(value: object) -> str:
    """RFC 8785, put plainly."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{form(name)}:{form(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(form, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@given(JSON)
def test_the_canonical_form_is_the_one_of_its_rules(document: object) -> None:
    found = canonical.canonical(document)
    try:
        wanted: object = form(document).encode()
    except UnicodeEncodeError:
        wanted = canonical.NoForm("it holds half of a character")
    assert found == wanted


def test_names_beyond_the_basic_plane_stand_before_the_last_of_it() -> None:
    document = {"\uffee": 1, "\U0001f600": {"\uffee": 2, "\U0001f600": 3}}
    assert canonical.written(document) == form(document).encode()
    assert canonical.written(document).decode().startswith('{"\U0001f600"')


@pytest.mark.parametrize(
    "text",
    "2026-11-29T15:00:00Z 2026-11-29T15:00:00+00:00 2026-11-29T15:00:00.5Z 2026-11-29T15:00:00 2026-11-29 20261129T150000Z"
    " 2026-11-29t15:00:00Z 2026-1-29T15:00:00Z 2026-13-29T15:00:00Z 0001-01-01T00:00:00Z 9999-12-31T23:59:59Z"
    " 0001-01-01T00:00:00+14:00 2026-W48-7T15:00:00Z x".split(),
)
def test_a_time_is_read_where_it_was_written_by_us_and_nowhere_else(text: str) -> None:
    try:
        plain = dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        wanted: object = LetThrough(plain) if records.instant(plain) == text else None
    except ValueError:
        wanted = None
    try:
        found: object = records.read(LetThrough, {"at": text})
    except Malformed:
        found = None
    assert found == wanted


def test_a_case_after_an_event_differs_from_the_one_before_in_what_changed_alone() -> None:
    before = Case("c-1", state=State.RULED, version=2, request={"a": 1}, kin_denied=frozenset("b"))
    after = cases.apply(before, LetThrough(NOW))
    assert after == replace(before, version=3, through=True)
    assert {one.name for one in fields(Case) if getattr(before, one.name) is not getattr(after, one.name)} == {
        "version",
        "through",
    }


# The audit


def test_every_entry_that_a_case_says_stands_in_the_log_is_held_to_it(
    tmp_path: Path, asked: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lives, "ANCHORS", 3)
    made = tmp_path / "town"
    town.make(made, NOW)
    desk = desk_at(made)
    lives.fill(desk, made / town.PEOPLE, asked[0], 1_000)
    found = audit.audit(desk, made / "inspector.key")
    assert isinstance(found, audit.Audited)
    assert (found.cases, found.wrong) == (100, ())
    assert found.events == journal.last()
    assert found.unproved == sum(row.stream == GATE for row in journal.every(found.events - found.unproved))
    case, index = moved()
    found = audit.audit(desk, made / "inspector.key")
    assert isinstance(found, audit.Audited)
    assert f"{case}: its look is said to be entry {index} of the log, and is not" in found.wrong


def moved() -> tuple[str, int]:
    """Say of an entry, in the journal's own file, that it stands one further on."""
    row = next(iter(journal.of_kinds(("logged",), 0)))
    body = json.loads(row.body)
    body["index"] += 1
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_event_is_not_changed")
        said: list[str | int] = [canonical.written(body).decode(), row.position]
        cursor.execute("UPDATE journal_event SET body = %s WHERE position = %s", said)
    return row.stream, body["index"]
