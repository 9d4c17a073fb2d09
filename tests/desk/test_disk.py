"""The disk: a desk is filled, brought to many states and killed; no word of a request stands anywhere but in the journal's own files."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from harm.lives import Life
from in_town import COMMAND, serving
from safeconduct.core.case.life import State
from safeconduct.desk import jobs
from safeconduct.journal import journal

FURTHEST = {
    "right-address": "cool", "other-spelling": "first", "one-surname": "claim", "unknown-address": "look", "absent": "look",
    "earlier-address": "advance 1", "foreign-number": "pass", "namesake-elsewhere": "deny 1", "namesake-at-address": "receive",
    "relative-at-address": "receive",
}  # fmt: skip
"""How far each of the town's requests is brought."""
STOPS = {"stop", "lift", "approve"}
ITS_OWN = ("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "register.parquet", "requests")
"""Where words may stand: the journal's own files, and what was there before: the town's register and its requests."""
MARK = "Quibblethwaite saw it"
SECOND = "the custodian's file of Quibblethwaite"


def words(request: Mapping[str, Any]) -> set[str]:
    """What a request says of somebody: names, numbers, addresses, reasons."""
    about = [said for said in request["subject"].values() if isinstance(said, str)]
    reason = str(request["reason"])
    found = {*about, reason, *(one.strip() for one in reason.split(".")), about[0].split()[-1], MARK, SECOND}
    return {one for one in found if len(one) >= 5}


def spelt(word: str) -> Iterator[bytes]:
    """A word as it may be written: plainly, in wider signs, escaped, and in base64 at each of three alignments."""
    plain = word.encode()
    yield from (plain, word.upper().encode(), word.lower().encode(), word.encode("utf-16-le"), word.encode("utf-16-be"))
    escaped = json.dumps(word)[1:-1].encode()
    yield escaped
    for said in {plain, escaped}:
        for before in range(3):
            shifted = base64.b64encode(b"\0" * before + said)
            inner = shifted[(before * 4 + 2) // 3 + (before > 0) :].rstrip(b"=")[:-1]
            if len(inner) >= 6:
                yield inner
                yield inner.replace(b"+", b"-").replace(b"/", b"_")


def found(folders: Sequence[Path], needles: Mapping[bytes, str]) -> dict[str, set[str]]:
    """Which files hold which words."""
    where: dict[str, set[str]] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            names = path.relative_to(folder).parts
            if not path.is_file() or names[0] in ITS_OWN:
                continue
            said = path.read_bytes() + str(path).encode()
            if held := {word for needle, word in needles.items() if needle in said}:
                where[str(path)] = held
    return where


@pytest.fixture
def filled(place: Path) -> dict[str, Life]:
    """Requests in the town whose reasons say something that nothing else says."""
    for name in FURTHEST:
        path = place / "requests" / f"{name}.json"
        request = json.loads(path.read_text(encoding="utf-8"))
        request["reason"] = f"{request['reason']} {MARK} on 3 May 2025 at Zoë's in {name}."
        path.write_text(json.dumps(request), encoding="utf-8")
    return {name: Life(place, name=name) for name in FURTHEST}


def brought(lives: Mapping[str, Life]) -> None:
    """Bring each request as far as it is to go, act by act, with ticks that are of all of them."""
    one = next(iter(lives.values()))
    names = [act for act, _ in one.acts()]
    for nth, act in enumerate(names):
        if act in STOPS or act in {"tick 0", "tick 2"}:
            continue
        if act.startswith("tick"):
            one.tick()
            continue
        for name, life in lives.items():
            if nth > names.index(FURTHEST[name]) or life.case().state in {
                State.NOT_RELEASED,
                State.DECIDED,
                State.LOGGED,
            }:
                continue
            if act in {"look", "cool"} or not act.startswith("advance"):
                life.acts()[nth][1]() if act != "look" else life.advance()
            else:
                life.advance()


def test_no_word_of_a_request_stands_anywhere_but_in_the_journal(
    filled: dict[str, Life], place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, here = tmp_path / "temporary", tmp_path / "here"
    temporary.mkdir()
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    env = dict(os.environ)
    public = " ".join(path.name for path in (place / "people").iterdir()).lower()  # who asks may share a name
    said = {word for life in filled.values() for word in words(life.request) if word.lower() not in public}
    needles = {one: word for word in said for one in spelt(word)}
    assert len(found([place / "requests"], needles)) >= len(FURTHEST)  # where they stand they are found
    with serving(place, env) as broker:
        brought(filled)
        states = {name: str(life.case().state) for name, life in filled.items()}
        assert len(set(states.values())) >= 6, states
        assert "cooling" in states.values()
        refused = list(_commands(place, filled, env, here))
        log = (here / "worker.out").open("wb")
        words_of_run = [*COMMAND, "desk", "run", "--desk", str(place / "desk.toml")]
        with log, subprocess.Popen(words_of_run, stdout=log, stderr=log, env=env, cwd=here) as worker:
            until = time.monotonic() + 30
            for life in filled.values():
                jobs.nudge(life.case_id)
            while DBTaskResult.objects.exclude(status="SUCCESSFUL").exists() and time.monotonic() < until:
                time.sleep(0.05)
            worker.send_signal(signal.SIGKILL)
        broker.send_signal(signal.SIGKILL)
        broker.wait()
    assert (place / "journal.sqlite-wal").stat().st_size > 0  # nobody had the time to clear up
    for printed in refused:
        assert [word for needle, word in needles.items() if needle in printed.encode()] == [], printed
    assert any(needle in (place / "journal.sqlite-wal").read_bytes() for needle in needles)
    assert found([place, temporary, here], needles) == {}
    assert sorted(path.name for path in temporary.iterdir()) == []


def _commands(place: Path, filled: Mapping[str, Life], env: Mapping[str, str], here: Path) -> Iterator[str]:
    """What commands that are refused print, and what a backup and a file of requests leave."""
    desk = ["--desk", str(place / "desk.toml")]
    life = filled["right-address"]
    first = life.case().person("first")
    (here.parent / "spoilt.json").write_text(
        json.dumps({**life.request, "offence": 7, "made_on": MARK}), encoding="utf-8"
    )
    file = place / "requests" / "some.ndjson"
    lines = [json.dumps({**each.request, "request_id": f"{name} again"}) for name, each in filled.items()]
    file.write_text("\n".join([*lines, lines[0], f'{{"reason": "{MARK}', f'"{SECOND}"']), encoding="utf-8")
    calls = [
        ["case", "receive", str(place / "requests" / "right-address.json"), *desk],
        ["case", "receive", str(here.parent / "spoilt.json"), *desk],
        ["case", "receive", str(file), *desk],
        ["case", "decide", life.case_id, "--as", first, "--release", "--why", SECOND, *desk],
        ["case", "refuse", life.case_id, "--as", first, "--why", SECOND, *desk],
        ["desk", "backup", str(here / "backup"), "--to", str(place / "inspector.pem"), *desk],
    ]  # fmt: skip
    for call in calls:
        done = subprocess.run([*COMMAND, *call], capture_output=True, text=True, env=env, cwd=here, check=False)
        assert (done.returncode == 0) == (call[:2] == ["desk", "backup"]), done.stdout + done.stderr
        assert "fault of the program" not in done.stderr, done.stderr
        yield done.stdout + done.stderr
    assert (here / "backup").stat().st_size > 10_000


def test_a_file_of_requests_that_is_taken_in_leaves_nothing_even_where_it_is_killed(
    place: Path, tmp_path: Path
) -> None:
    temporary, here = tmp_path / "temporary", tmp_path / "here"
    temporary.mkdir()
    here.mkdir()
    life = Life(place)
    needles = {one: word for word in words(life.request) for one in spelt(word)}
    request = life.request
    lines = [
        json.dumps({**request, "request_id": f"F-{nth}", "reason": f"{MARK} in {nth} places."}) for nth in range(400)
    ]
    (place / "requests" / "some.ndjson").write_text("\n".join(lines), encoding="utf-8")
    words_of_call = [
        *COMMAND,
        "case",
        "receive",
        str(place / "requests" / "some.ndjson"),
        "--desk",
        str(place / "desk.toml"),
    ]
    env = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(
        words_of_call, env=env, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        until = time.monotonic() + 60
        while not taken() and running.poll() is None:
            assert not list(temporary.iterdir()), "something is put into a temporary folder"
            assert time.monotonic() < until
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    assert taken()
    assert list(temporary.iterdir()) == list(here.iterdir()) == []
    assert found([place, temporary, here], needles) == {}


def taken() -> int:
    """How many requests came in."""
    return sum(row.kind == "received" for row in journal.every())


def test_what_is_searched_for_is_found_in_each_spelling(tmp_path: Path) -> None:
    needles = {one: word for word in ("Zoë Nguyễn", "912-40-1234") for one in spelt(word)}
    document = json.dumps({"name": "Zoë Nguyễn", "number": "912-40-1234"}).encode()
    plain = json.dumps({"name": "Zoë Nguyễn", "number": "912-40-1234"}, ensure_ascii=False)
    spellings = [plain.encode(), plain.encode("utf-16-le"), plain.encode("utf-16-be"), document]
    spellings += [base64.b64encode(b"x" * nth + said) for nth in range(3) for said in (plain.encode(), document)]
    for nth, said in enumerate(spellings):
        (tmp_path / f"{nth}").mkdir()
        (tmp_path / f"{nth}" / "file").write_bytes(b"before " + said + b" after")
        assert found([tmp_path / f"{nth}"], needles) == {
            str(tmp_path / f"{nth}" / "file"): {"Zoë Nguyễn", "912-40-1234"}
        }
