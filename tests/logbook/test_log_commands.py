"""The log's commands where something is wrong: one message, the right status, and nothing half done."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from logged import Log, log
from safeconduct.logbook import keeping
from safeconduct.town.log import make

TODAY = dt.datetime.now(dt.UTC)
BY = ("--by", "A. Lund, counsel", "--by", "B. Moss, privacy office")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from safeconduct.cli import main; main()", "log", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def town(tmp_path: Path) -> Log:
    """A town's log of today, with a tick's worth of nothing in it."""
    make(tmp_path, TODAY, ("26 USC 6103(c)",), step=8)
    with keeping.kept(tmp_path / "logbook.toml", lambda: TODAY) as at:
        at.publish()
    return Log(tmp_path)


def test_a_bundle_that_is_gone_does_not_verify_whoever_reads_it(town: Log) -> None:
    config, key = town.folder / "logbook.toml", town.folder / "inspector.key"
    (town.served / "tile/entries/000.p/8").unlink()
    (town.folder / "an.entry").write_bytes(b"x" * 2048)
    for words in (
        ("state", config, "--key", key),
        ("prove", town.folder / "an.entry", town.served),
        ("audit", town.served),
    ):
        result = run(*words)
        assert (result.returncode, result.stdout) == (1, ""), words
        assert result.stderr.startswith("safeconduct: not verified: tile/entries/000"), words
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("control", "CONFIG", "--subject", "figures", "--name", "x", *BY), "not entered by hand"),
        (("control", "CONFIG", "--subject", "stop", "--name", "a\nb", *BY), "printed on a line"),
        (("control", "CONFIG", "--subject", "stop", "--name", "x", "--by", "A. Lund"), "no person and office"),
        (("control", "CONFIG", "--subject", "person", "--name", "x", *BY), "something that there is not"),
        (("figures", "CONFIG", "--since", "foo", "--until", "2026-12-01", *BY, "--key", "KEY", "--out", "OUT"), "first day"),
        (("figures", "CONFIG", "--since", "2026-01-01", "--until", "2027-01-01", *BY, "--key", "KEY", "--out", "CONFIG"), "there already"),
        (("policy", "CONFIG", "POLICY", *BY, "--effective-on", "2027-01-01", "--out", "CONFIG"), "there already"),
        (("monitor", "LOG", "--memory", "CONFIG"), "no monitor's memory"),
        (("verify", "nowhere"), "is no folder"),
        (("verify", "LOG", "--entry", "CONFIG"), "--proof"),
        (("open", "CONFIG", "0", "--key", "judge=KEY", "--out", "OUT"), "no office and key"),
    ],
)  # fmt: skip
def test_a_wrong_call_gets_one_message_and_enters_nothing(town: Log, words: tuple[str, ...], why: str) -> None:
    places = {
        "CONFIG": town.folder / "logbook.toml", "KEY": town.folder / "inspector.key", "OUT": town.folder / "out",
        "POLICY": town.folder / "policy.txt", "LOG": town.served,
    }  # fmt: skip
    before = (town.served / "checkpoint").read_bytes()
    result = run(*(places.get(word, word) for word in words))
    assert (result.returncode, result.stdout) == (2, "")
    assert why in result.stderr
    assert result.stderr.count("safeconduct: ") == 1
    assert "Traceback" not in result.stderr
    assert (town.served / "checkpoint").read_bytes() == before


def test_a_change_of_policy_that_nobody_would_follow_is_not_entered(town: Log) -> None:
    config, policy = town.folder / "logbook.toml", town.folder / "policy.txt"
    wider = town.folder / "wider.txt"
    wider.write_text(policy.read_text().replace("both all", "both any"))
    alone = run("policy", config, wider, *BY[:2], "--effective-on", "2099-01-01", "--out", town.folder / "out")
    hasty = run("policy", config, wider, *BY, "--effective-on", TODAY.date().isoformat(), "--out", town.folder / "out")
    assert [one.returncode for one in (alone, hasty)] == [1, 1]
    assert "two persons of two offices" in alone.stderr
    assert "30 days" in hasty.stderr
    assert not (town.folder / "out").exists()


def test_figures_of_an_office_that_reads_nothing_are_not_entered(town: Log) -> None:
    config = town.folder / "logbook.toml"
    stop = run("control", config, "--subject", "stop", "--name", "a court", *BY)
    assert stop.returncode == 0, stop.stderr
    days = ("--since", "2026-01-01", "--until", "2099-01-01")
    result = run("figures", config, *days, *BY, "--key", town.folder / "court.key", "--out", town.folder / "out")
    assert (result.returncode, result.stdout) == (2, "")
    assert "does not read entry" in result.stderr
    erased = run("erase", config, "0", *BY, "--key", town.folder / "court.key")
    assert (erased.returncode, erased.stdout) == (2, "")


def test_three_offices_that_are_one_and_a_witness_without_an_address_make_no_log(tmp_path: Path) -> None:
    other = log(tmp_path)
    key = next(line for line in (tmp_path / "policy.txt").read_text().splitlines() if "witness-1" in line).split()[2]
    court, custodian, inspector = (other.folder / f"{name}.pem" for name in ("court", "custodian", "inspector-general"))

    def made(address: str, *offices: Path) -> subprocess.CompletedProcess[str]:
        named = zip(("--custodian", "--inspector-general", "--court"), offices, strict=True)
        held = [word for pair in named for word in pair]
        return run(
            "init", tmp_path / "gate", "--origin", "tax.example.gov/log", "--witness", f"{key} {address}", "--quorum", "1",
            "--office", court, *held,
        )  # fmt: skip

    one = made("https://w.example", court, court, inspector)
    lost = made("notaurl", custodian, inspector, court)
    assert [result.returncode for result in (one, lost)] == [2, 2]
    assert "three offices" in one.stderr
    assert "no address" in lost.stderr
    assert not (tmp_path / "gate").exists()
    assert made("https://w.example", custodian, inspector, court).returncode == 0
