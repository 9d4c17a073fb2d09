"""What the tests share: the shipped pack as texts, as a value, and made ready for a day."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling

import desked
import sealed
from brokered import Trial, trial
from clusters import cluster
from filed import Command
from in_town import town_in
from random_requests import (
    BOTH_IN_FORCE,
    DECIDED,
    FOLDER,
    PARTED,
    Sample,
    before_courts,
    contested,
    laid_out,
    requests,
    sample,
)
from safeconduct import preflight, shelf
from safeconduct.core.days import day
from safeconduct.core.rulepack import Pack
from safeconduct.journal import store
from safeconduct.preflight import Preflight
from safeconduct.proof.prove import Proved, prove

Changed = Callable[..., Path]

DECKS = Path(__file__).parent / "decks"
PACK = Path(shelf.__file__).parent / "packs" / shelf.DEFAULT


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where SAFECONDUCT_NO_SKIP is set (.ci/run), a test that was skipped fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("SAFECONDUCT_NO_SKIP") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


TOGETHER = {"tests/bulk/test_rulings_agree.py": "rulings", "tests/core/test_law_against_reference.py": "rulings"}
"""Files that one worker runs, for the samples of rulings that they share. Any other file is a group by itself."""

LONGEST = [
    "rulings",
    "tests/desk/test_faults.py",
    "tests/bulk/test_zoo.py",
    "tests/test_cli.py",
    "tests/desk/test_desk_session.py",
    "tests/proof/test_diff.py",
    "tests/proof/test_prove.py",
]
"""What takes longest is begun first (`--no-loadscope-reorder`), so that no worker is left with it when the others have done."""


def _group(of: str) -> str:
    file = of.partition("::")[0]
    return TOGETHER.get(file, file)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first."""
    items.sort(key=lambda item: LONGEST.index(group) if (group := _group(item.nodeid)) in LONGEST else len(LONGEST))


class Groups(LoadFileScheduling):  # type: ignore[misc]  # xdist says no types
    """Gives each group to a worker."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Groups | None:
    """The scheduler where tests are given out by file."""
    return Groups(config, log) if config.getoption("dist") == "loadfile" else None


@cache
def _files() -> dict[str, str]:
    paths = [path for path in PACK.rglob("*") if path.suffix in {".md", ".toml"}]
    return {path.relative_to(PACK).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture
def files() -> dict[str, str]:
    """The files of the shipped pack, by path within it; a copy to spoil."""
    return dict(_files())


_opened = cache(preflight.opened)


def _shipped_once(pack: str = shelf.DEFAULT, orders: Path | None = None) -> preflight.Opened:
    """A pack that ships, opened once; any other may have changed since."""
    anew = _opened.__wrapped__
    return _opened(pack) if pack in shelf.shipped() and orders is None else anew(pack, orders)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command `screen`, run in this process: it opens each pack once and draws no charts."""
    monkeypatch.setattr("safeconduct.preflight.opened", _opened)
    monkeypatch.setattr("safeconduct.report.page", lambda _: "a page")
    return Command(monkeypatch, capfd, tmp_path)


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The shipped pack."""
    return shelf.pack()


@pytest.fixture(scope="session")
def august() -> Preflight:
    """The shipped pack under the law of 1 August 2025, before any order of a court."""
    ordinal = day("2025-08-01")
    assert ordinal is not None
    return preflight.opened().under(ordinal)


@pytest.fixture(scope="session")
def shipped() -> Sample:
    """The random requests ruled on by the shipped pack."""
    return sample(FOLDER, requests())


@pytest.fixture(scope="session")
def sides_taken(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The random requests ruled on by the pack with every contested word decided."""
    return sample(laid_out(DECIDED, tmp_path_factory.mktemp("decided")), requests())


@pytest.fixture(scope="session")
def both_readings(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The requests that may turn on a reading, ruled on where two are in force."""
    return sample(laid_out(BOTH_IN_FORCE, tmp_path_factory.mktemp("both")), contested())


@pytest.fixture(scope="session")
def parted_orders(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The requests that may turn on an order, ruled on where orders bear on some items alone and one has given way."""
    return sample(laid_out(PARTED, tmp_path_factory.mktemp("parted")), list(before_courts()))


@pytest.fixture
def complete() -> dict[str, object]:
    """A complete request under (i)(2): case O01 of the open deck; a copy to spoil."""
    deck = json.loads((DECKS / "irc-6103.json").read_text(encoding="utf-8"))
    request: dict[str, object] = json.loads(json.dumps(deck[0]["request"]))
    return request


@pytest.fixture
def at(tmp_path: Path) -> Trial:
    """A broker in a folder of its own."""
    return trial(tmp_path)


@pytest.fixture(scope="session")
def _town_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town_in(tmp_path_factory.mktemp("town") / "t")


@pytest.fixture
def place(_town_made: Path, tmp_path: Path) -> Iterator[Path]:
    """A town with a desk, of one's own."""
    yield shutil.copytree(_town_made, tmp_path / "t")
    store.use(":memory:")


@pytest.fixture(scope="session")
def proved() -> Proved:
    """Everything that is proved of the shipped pack."""
    return prove("us_irc_6103")


@pytest.fixture
def changed(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Changed:
    """Copies of the shipped pack, each with one file changed: `changed(file, old, new)`."""

    def lay_out(file: str = "README.md", old: str = "", new: str = "") -> Path:
        assert old in files[file]
        text = files[file].replace(old, new) if old else files[file] + new
        return laid_out({**files, file: text}, tmp_path_factory.mktemp("pack"))

    return lay_out


# A town with a desk


@pytest.fixture(scope="session")
def opened_once() -> Iterator[None]:
    """Each pack is opened once; a desk that is started anew for each step would open it for each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("safeconduct.preflight.opened", _shipped_once)
        yield


@pytest.fixture(scope="session")
def stages(opened_once: None) -> Iterator[desked.Stages]:  # noqa: ARG001
    """A town, and the same after each step of a request's life."""
    brokers, into = desked.Brokers(), desked.quick()
    yield desked.Stages(desked.make_town(into / "town"), into, brokers)
    brokers.end()
    shutil.rmtree(into)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], desked.Postgres]]:
    """A PostgreSQL server for journals, begun when it is first asked for."""
    with ExitStack() as stack:
        yield cache(lambda: desked.Postgres(stack.enter_context(cluster())))


@pytest.fixture(params=["sqlite", "postgresql"])
def lay(
    request: pytest.FixtureRequest, stages: desked.Stages, postgres: Callable[[], desked.Postgres]
) -> Iterator[desked.Lay]:
    """Lays copies of the town, on a store of either kind."""
    with desked.laying(str(request.param), stages, postgres) as laying:
        yield laying


@pytest.fixture
def lay_sqlite(stages: desked.Stages, postgres: Callable[[], desked.Postgres]) -> Iterator[desked.Lay]:
    """Lays copies of the town, on SQLite."""
    with desked.laying("sqlite", stages, postgres) as laying:
        yield laying


# A sealer, and whoever keeps its log


@pytest.fixture(scope="session")
def ground(stages: desked.Stages) -> Iterator[sealed.Ground]:
    """The town at the pick-up of two releases, walked once."""
    into = desked.quick()
    yield sealed.ground(stages, into / "ground")
    shutil.rmtree(into)


@pytest.fixture
def scene(ground: sealed.Ground) -> Iterator[sealed.Scene]:
    """A copy of it, of one's own."""
    into = desked.quick()
    made = sealed.Scene(ground, into / "t")
    yield made
    made.end()
    shutil.rmtree(into)
