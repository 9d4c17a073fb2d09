"""What a stopper needs, beside a key of their own: the settings and the policy of the sealer to read, and a folder to write into."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from logged import NOW
from safeconduct import envelope
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.keys import person as keys
from safeconduct.sealer import direct, settings
from safeconduct.town import log


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The settings of a sealer none of whose keys can be read, its log's policy, the folder, and two stoppers' keys."""
    log.make(tmp_path, NOW, ["26 USC 6103(i)(2)"])
    for path in tmp_path.glob("*.key"):
        path.unlink()
    named = re.findall(r"^([a-z_]+) = ([\"\[].*?[\"\]])  |^([a-z_]+) = (\".*\")$", settings.__doc__ or "", re.MULTILINE)
    said = {**{one or other: value or text for one, value, other, text in named}, "stoppers": '["a", "b"]'}
    (tmp_path / "sealer.toml").write_text("".join(f"{key} = {value}\n" for key, value in said.items()))
    (tmp_path / "sealer-stops").mkdir()
    for name in ("i.roy", "a.court"):
        keys.make(tmp_path, name, name, NOW)
    return tmp_path


def run(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from safeconduct.cli import main; main()", "sealer", *words]
    return subprocess.run([*command, "--config", "sealer.toml"], capture_output=True, text=True, check=False, cwd=place)


def standing(place: Path) -> dict[str, Stop]:
    files = {path.name: path.read_text() for path in (place / "sealer-stops").iterdir()}
    stoppers = [envelope.certificate(place / f"{name}.pem") for name in ("i.roy", "a.court")]
    return direct.standing(files, stoppers, log.ORIGIN)


def test_one_stops_and_two_lift_without_a_key_of_the_sealer_s(place: Path) -> None:
    done = run(place, "stop", "--key", "i.roy.key", "--agency", "DEA", "--why", "to see the file")
    assert done.stderr == ""
    stop = done.stdout.strip()
    assert standing(place) == {stop: Stop(Target.AGENCY, "DEA", "to see the file")}
    alone = run(place, "lift", stop, "--key", "i.roy.key")
    assert alone.returncode == 2
    assert list(standing(place)) == [stop]
    assert run(place, "lift", stop, "--key", "i.roy.key", "--key", "a.court.key").returncode == 0
    assert standing(place) == {}


def test_a_stop_that_names_two_things_or_none_is_a_wrong_call(place: Path) -> None:
    for words in ([], ["--agency", "DEA", "--request", "R-1"], ["--agency", "DEA", "--everything"]):
        done = run(place, "stop", "--key", "i.roy.key", "--why", "…", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "do not name one thing to stop; name one" in done.stderr
    assert standing(place) == {}
