"""Sixty faults of a writer: killed, failed and full at its system calls, and taken up again by a healthy process.

A thousand of them, with their figures, are `safeconduct bench faults`. Where strace is not here or may not trace, a shim of
the functions of `os` stands for it (`harm.faults` says what that spares).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harm import faults
from harm.faults import Bench

NUMBER = 60


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(tmp_path_factory.mktemp("faults"), traced=faults.may_trace())
    yield made
    made.close()


def test_what_was_acknowledged_stands_once_after_sixty_faults(bench: Bench) -> None:
    every = bench.faults()
    chosen = faults.spread(every, NUMBER)
    assert len(chosen) == NUMBER
    assert {fault.kind for fault in chosen} == {fault.kind for fault in every}
    came = [bench.bring(fault) for fault in chosen]
    print(f"by {faults.method(traced=bench.traced)}")  # noqa: T201  # the run says which it was
    assert [one for one in came if not one.recovered] == []
    runs, struck, recovered, acknowledged, lost, doubled = faults.total(came)
    assert (runs, recovered, lost, doubled) == (NUMBER, NUMBER, 0, 0)
    assert struck >= NUMBER * 9 // 10
    assert acknowledged > 0


def test_the_shim_stands_for_strace_where_that_may_not_trace(bench: Bench, tmp_path: Path) -> None:
    shimmed = Bench(tmp_path, traced=False)
    every = [fault for fault in shimmed.faults() if fault.how == "shim"]
    assert {"kill -9 at fsync, shim", "EIO at fdatasync, shim", "ENOSPC at write, shim", "EIO at rename, shim"} <= {
        fault.kind for fault in every
    }
    came = [shimmed.bring(fault) for fault in faults.spread(every, 24)]
    shimmed.close()
    assert [one for one in came if not one.recovered] == []
    assert bench.folder != shimmed.folder


def test_what_reads_a_log_afterwards_does_find_what_is_lost(tmp_path: Path) -> None:
    """The control: a writer that acknowledges before its entries are on the disk loses some, and that is seen."""
    lying = Bench(tmp_path, traced=False)
    fault = next(one for one in lying.faults() if one.kind == "kill -9 at fdatasync, shim" and one.begun == "empty")
    run = faults.Run(-9, [f"taken 0 {b'never written'.hex()}"])
    folder = tmp_path / "empty"
    came = faults.afterwards(folder, fault, run, struck=True)
    lying.close()
    assert came.lost == 1
    assert not came.recovered
