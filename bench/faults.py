"""The figures of faults: `safeconduct bench faults`, or `bench/faults.py [NUMBER]` for those of the log, `desk_faults.py` for the desk's.

Each run is a process that opens a log, appends and publishes with its witnesses, and to which one thing happens: it is killed
at a system call, or a call fails, or the disk is full. Then a healthy process takes the log up, and the log is read from its
entries up. What was acknowledged must stand once, where it was said to.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import desk_faults
from harm import faults
from harm.faults import Bench, Came

NUMBER = 1_000


def main() -> None:
    """Print the figures."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    traced = faults.may_trace()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), traced=traced)
        every = bench.faults()
        begun = time.perf_counter()
        came: list[Came] = [bench.bring(fault) for fault in faults.spread(every, number)]
        seconds = time.perf_counter() - begun
        bench.close()
    print(
        f"by {faults.method(traced=traced)}; {len(came):,} of the {len(every):,} faults that there are, {seconds:,.0f} s\n"
    )
    print(f"{'':48}{'runs':>7}{'struck':>8}{'recovered':>11}{'acknowledged':>14}{'lost':>6}{'doubled':>9}")
    for kind, *figures in [*faults.table(came), ("all", *faults.total(came))]:
        runs, struck, recovered, acknowledged, lost, doubled = figures
        print(f"{kind:48}{runs:7,}{struck:8,}{recovered:11,}{acknowledged:14,}{lost:6,}{doubled:9,}")
    for one in came:
        if not one.recovered:
            print(f"NOT RECOVERED: {one.fault}: {one.lost} lost, {one.doubled} doubled; {one.wrong}")
    recovered = all(one.recovered for one in came)
    if len(sys.argv) == 1:
        print("\nThe desk:\n", flush=True)
        recovered = desk_faults.figures(desk_faults.NUMBER) and recovered
    sys.exit(not recovered)


if __name__ == "__main__":
    main()
