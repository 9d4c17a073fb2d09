"""The figures of a desk's faults: `safeconduct bench desk_faults`, or `bench/desk_faults.py [NUMBER]`.

Each is one life of a request, from its receipt to the cooling of a decision, to which one thing happens. Then a fresh process takes it
up, gives the same commands again, and brings it to its end; and journal, log and broker are held to one another (`harm.desks`).
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path

from harm import desks, faults
from harm.desks import Bench, Came, Fault
from harm.postgres import server

NUMBER, AT_ONCE = 560, 3


def main() -> None:
    """Print the figures."""
    sys.exit(not figures(int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER))


def figures(number: int) -> bool:
    """Print the figures of so many faults; whether every life went on, and nothing was lost or doubled."""
    begun = time.perf_counter()
    with ProcessPoolExecutor(AT_ONCE) as pool:
        parts = list(pool.map(_part, range(AT_ONCE), [number] * AT_ONCE))
    came: Sequence[Came] = list(chain.from_iterable(part for _, part in parts))
    seconds = time.perf_counter() - begun
    print(
        f"by {faults.method(traced=faults.may_trace())}; {len(came):,} of the {parts[0][0]:,} faults that there are, {seconds:,.0f} s\n"
    )
    print(f"{'':48}{'faults':>8}{'struck':>8}{'acknowledged':>14}{'lost':>6}{'doubled':>9}{'did not go on':>15}")
    for kind, row in [*desks.table(came), ("all", desks.total(came))]:
        many, struck, acknowledged, lost, doubled, stuck = row
        print(f"{kind:48}{many:8,}{struck:8,}{acknowledged:14,}{lost:6,}{doubled:9,}{stuck:15,}")
    for one in came:
        if not one.recovered:
            print(f"NOT RECOVERED: {one.fault}: {one.lost} lost, {one.doubled} doubled; {one.wrong}")
    return all(one.recovered for one in came)


def _part(nth: int, number: int) -> tuple[int, list[Came]]:
    """A share of the faults, in a folder and with a PostgreSQL of its own; how many there are."""
    with tempfile.TemporaryDirectory(prefix="f") as folder, server() as running:
        bench = Bench(Path(folder), running)
        every = bench.faults()
        came = []
        for one in _chosen(every, number)[nth::AT_ONCE]:
            came.append(bench.bring(one))
            if not came[-1].recovered:
                print(came[-1], file=sys.stderr, flush=True)
        bench.close()
    return len(every), came


def _chosen(every: Sequence[Fault], number: int) -> list[Fault]:
    """So many of them: everything that can happen between two commands, and of all others evenly."""
    between = [one for one in every if not one.call and not one.when]
    return [*between, *desks.spread([one for one in every if one not in between], max(0, number - len(between)))]


if __name__ == "__main__":
    main()
