"""Backups on both stores: there and back; what is not one, or not whole, is refused and leaves nothing half done."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import ProgrammingError, connections

from harm import lives
from harm.lives import Life
from harm.postgres import Server, server
from safeconduct.core import canonical
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import audit, backup, behind, jobs, settings, ticking
from safeconduct.desk.desk import Desk
from safeconduct.envelope import recipient, seal
from safeconduct.journal import events, journal, store
from safeconduct.journal.journal import reading
from safeconduct.journal.models import Command, Standing, Tally
from safeconduct.shelf import Misplaced

FIRST = b"safeconduct journal backup v1\n"


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as made:
        if made is None:
            pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path, running: Server) -> Iterator[tuple[str, str]]:
    """Two journals of a kind, neither made."""
    if request.param == "sqlite":
        yield str(tmp_path / "one.sqlite"), str(tmp_path / "other.sqlite")
    else:
        for name in ("one", "other"):
            running.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        yield running.address("one"), running.address("other")
    store.use(":memory:")


@pytest.fixture
def kept(place: Path, urls: tuple[str, str], tmp_path: Path) -> Path:
    """A backup of a town's journal; the first of the two journals holds it, the second is empty."""
    Desk(settings.settings(place / settings.FILE), lives.now)
    backup.write(tmp_path / "first", [place / "inspector.pem"])
    for url in urls:
        store.make(url)
    store.use(urls[0])
    backup.restore(tmp_path / "first", place / "inspector.key")
    return tmp_path / "first"


def held() -> list[object]:
    """Everything that is in the journal in use."""
    with reading():
        rows: list[object] = list(journal.every())
        rows += sorted(Command.objects.values_list("command", "said", "stream"))
        rows += sorted(Tally.objects.values_list("of", "key", "day", "case"))
        return rows + sorted(Standing.objects.values_list("case", "state", "received"))


def parts(file: Path) -> list[bytes]:
    said, found = file.read_bytes().removeprefix(FIRST), []
    while said:
        length = 8 + int.from_bytes(said[:8], "big")
        found.append(said[:length])
        said = said[length:]
    return found


def pointed(place: Path, url: str) -> Path:
    """The settings of a town, with another journal."""
    config = place / settings.FILE
    lines = config.read_text(encoding="utf-8").splitlines()
    said = [f"journal = {json.dumps(url)}" if line.startswith("journal") else line for line in lines]
    config.write_text("\n".join(said), encoding="utf-8")
    return config


def test_a_journal_comes_back_as_it_was(kept: Path, urls: tuple[str, str], place: Path, tmp_path: Path) -> None:
    before = held()
    many = backup.write(tmp_path / "second", [place / "inspector.pem", place / "sealer.pem"])
    assert many == sum(1 for _ in journal.every()) > 10
    for key in ("inspector.key", "sealer.key"):
        with pytest.raises(Misplaced, match="not empty"):
            backup.restore(tmp_path / "second", place / key)
    assert held() == before
    store.use(urls[1])
    assert backup.restore(tmp_path / "second", place / "sealer.key") == many
    assert held() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".second")] == []
    assert b"duty_began" not in kept.read_bytes() + (tmp_path / "second").read_bytes()


def test_a_command_that_was_done_is_not_done_again_after_a_restore(
    kept: Path, urls: tuple[str, str], place: Path, tmp_path: Path
) -> None:
    assert kept.exists()
    Life(_at(place, urls[0])).receive()
    backup.write(tmp_path / "second", [place / "inspector.pem"])
    store.use(urls[1])
    backup.restore(tmp_path / "second", place / "inspector.key")
    life = Life(_at(place, urls[1]))
    before = held()
    life.receive()
    assert held() == before
    assert not isinstance(ticking.tick(life.desk), Refused)  # and the journal is added to, after what was restored


def _at(place: Path, url: str) -> Path:
    pointed(place, url)
    return place


def test_what_is_no_whole_backup_is_refused_and_leaves_nothing(
    kept: Path, urls: tuple[str, str], place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_ROWS", 5)  # many parts
    for name in ("second", "third"):
        backup.write(tmp_path / name, [place / "inspector.pem"])
    one, another, whole = parts(tmp_path / "second"), parts(tmp_path / "third"), kept.read_bytes()
    assert len(one) == len(another) > 4
    to = recipient(place / "inspector.pem")

    def sealed(*said: object) -> bytes:
        made = [seal(canonical.written(part), to) for part in said]
        return FIRST + b"".join(len(each).to_bytes(8, "big") + each for each in made)

    row = [1, "gate", 0, "duty_began", 1, "", "{}"]
    wrong = {
        "nothing": b"", "no backup": b"a", "its beginning alone": FIRST, "cut in a part": whole[:-1], "cut in a length": whole[:-len(parts(kept)[-1]) + 3],
        "without its last part": FIRST + b"".join(one[:-1]), "without its first": FIRST + b"".join(one[1:]),
        "parts swapped": FIRST + b"".join([one[1], one[0], *one[2:]]), "a part twice": FIRST + b"".join([one[0], *one]),
        "a part of another": FIRST + b"".join([one[0], another[1], *one[2:]]), "its end of another": FIRST + b"".join([*one[:-1], another[-1]]),
        "more after its end": FIRST + b"".join([*one, one[-1]]), "a bit turned": whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:],
        "too long a part": FIRST + (1 << 40).to_bytes(8, "big") + b"x", "no object": sealed([1]),
        "a row too short": sealed({"backup": "a", "part": 0, "rows": [[1]]}), "rows that are none": sealed({"backup": "a", "part": 0, "rows": 7}),
        "a row twice": sealed({"backup": "a", "part": 0, "rows": [row, row]}), "a text for a number": sealed({"backup": "a", "part": 0, "rows": [["x", *row[1:]]]}),
        "an event that is none": sealed({"backup": "a", "part": 0, "rows": [[1, "c-1", *row[2:]]]}, {"backup": "a", "part": 1, "events": 1, "root": "0"}),
        "commands that are none": sealed({"backup": "a", "part": 0, "commands": [["a"]]}),
    }  # fmt: skip
    store.use(urls[1])
    empty = held()
    for what, content in wrong.items():
        (tmp_path / "wrong").write_bytes(content)
        with pytest.raises(Misplaced) as told:
            backup.restore(tmp_path / "wrong", place / "inspector.key")
        assert "journal: cannot" not in str(told.value), what
        assert held() == empty, what
    for key in ("sealer.key", "people/a.lund.key", "log.key", "nothing.key"):
        with pytest.raises(Misplaced):
            backup.restore(kept, place / key)
    with pytest.raises(Misplaced):
        backup.restore(tmp_path / "not there", place / "inspector.key")
    assert held() == empty
    backup.restore(kept, place / "inspector.key")  # and a good one still can be


def test_a_backup_that_cannot_be_written_leaves_no_part_of_it(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk(settings.settings(place / settings.FILE), lives.now)
    (tmp_path / "there").write_bytes(b"mine")
    with pytest.raises(Misplaced, match="not there yet"):
        backup.write(tmp_path / "there", [place / "inspector.pem"])
    assert (tmp_path / "there").read_bytes() == b"mine"
    with pytest.raises(Misplaced):
        backup.write(tmp_path / "out", [place / "inspector.key"])
    with pytest.raises(Misplaced):
        backup.write(tmp_path / "no" / "out", [place / "inspector.pem"])
    files = sorted(path.name for path in tmp_path.iterdir())
    monkeypatch.setattr(backup, "_put", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(Misplaced, match="no space left"):
        backup.write(tmp_path / "out", [place / "inspector.pem"])
    assert sorted(path.name for path in tmp_path.iterdir()) == files


def test_an_older_backup_starts_stopped_and_can_be_rebuilt(place: Path, urls: tuple[str, str], tmp_path: Path) -> None:
    life = Life(place)
    for act, do in life.acts():
        do()
        if act == "tick 1":
            backup.write(tmp_path / "older", [place / "inspector.pem"])
        if act == "tick 2":  # meanwhile a stop was set, and stands in the log
            break
    shutil.rmtree(place / "journal.sqlite", ignore_errors=True)
    store.make(urls[1])
    backup.restore(tmp_path / "older", place / "inspector.key")
    again = Life(_at(place, urls[1]))
    assert "a stop" not in stops(again.desk)
    assert not isinstance(ticking.tick(again.desk), Refused)
    assert any("behind" in name for name in stops(again.desk))
    rebuilt = behind.rebuild(again.desk, place / "inspector.key")
    assert rebuilt.controls == 1
    assert "a stop" in stops(again.desk)
    assert not isinstance(ticking.tick(again.desk), Refused)
    assert behind.rebuild(again.desk, place / "inspector.key").controls == 0
    found = audit.audit(again.desk, place / "inspector.key")
    assert not isinstance(found, Refused)
    assert all("anchor" in one for one in found.wrong)  # of the journal that is lost, and of nothing else


def stops(desk: Desk) -> list[str]:
    with reading() as at:
        return sorted(desk.gate_of.at(at, lives.now()).stops or {})


def test_a_statement_that_fails_repeats_no_request_in_the_log_of_postgresql(place: Path, running: Server) -> None:
    running.run("DROP DATABASE IF EXISTS one WITH (FORCE)", "CREATE DATABASE one")
    Desk(settings.settings(place / settings.FILE), lives.now)
    backup.write(place / "kept", [place / "inspector.pem"])
    store.make(running.address("one"))
    backup.restore(place / "kept", place / "inspector.key")
    life = Life(_at(place, running.address("one")))
    life.receive()
    row = next(row for row in journal.every() if row.stream == life.case_id)
    with pytest.raises(journal.Raced), journal.writing() as at:
        at.append(row.stream, 0, [events.read(row)])
    store.use(":memory:")
    said = (running.folder / "log").read_text(encoding="utf-8", errors="replace")
    assert "duplicate key" in said
    for word in ("Sutstead", "LOCUST", "680-00", "Stoutsville"):
        assert word not in said


def test_an_account_of_postgresql_may_add_to_the_journal_and_no_more(place: Path, running: Server) -> None:
    running.run(
        "DROP DATABASE IF EXISTS one WITH (FORCE)",
        "CREATE DATABASE one",
        "DROP ROLE IF EXISTS desk",
        "CREATE ROLE desk LOGIN",
    )
    Desk(settings.settings(place / settings.FILE), lives.now)
    backup.write(place / "kept", [place / "inspector.pem"])
    store.make(running.address("one"), "desk")
    backup.restore(place / "kept", place / "inspector.key")
    life = Life(_at(place, running.address("one").replace("owner@", "desk@")))
    life.receive()
    vars(jobs).update(_at_work=[life.desk])
    jobs.nudge(life.case_id)
    jobs.work()
    assert jobs.forget() == {}
    assert not isinstance(ticking.tick(life.desk), Refused)
    for statement in ("UPDATE journal_event SET kind = 'a'", "DELETE FROM journal_event", "TRUNCATE journal_event", "DROP TABLE journal_event",
                      "UPDATE journal_command SET said = 'a'", "DELETE FROM journal_command", "ALTER TABLE journal_event DISABLE TRIGGER ALL"):  # fmt: skip
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), journal.writing():
            connections["default"].cursor().execute(statement)
    store.use(":memory:")
