"""The figures of the law over a file of facts, beside the same rules written by hand: `safeconduct bench law`.

From facts.parquet to rulings.parquet, 1.28 million requests under the whole pack as of 1 August 2025, in interleaved
rounds: Safeconduct (SQL of the pack's own pages, on DuckDB) and Polars (`peers/law_in_polars.py`, the rules written out by
hand). Beside them Cedar (`peers/law_in_cedar.py`), which decides one request at a time, on a sample. The facts are those
that `safeconduct screen` finds in the town's two files of 100,000, repeated; and made at random.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from peers import law_in_cedar, law_in_polars, samples
from safeconduct import preflight
from safeconduct.bulk import rulings
from safeconduct.bulk.engine import engine
from safeconduct.bulk.lowering import lower
from safeconduct.town import register, requests

ROWS, ROUNDS, SAMPLE = 1_280_000, 7, 2_000


def found(folder: Path) -> dict[str, Path]:
    """Files of facts of `ROWS` rows, and how long it took to find those that were found."""
    people = folder / "register.parquet"
    register.write(people, 200_000, 2025)
    facts = {}
    for name, write in (("as in 2025", requests.write_as_in_2025), ("honest", requests.write_honest)):
        sent, out = folder / "sent.csv", folder / name
        write(sent, people, 100_000, 2025)
        command = [str(Path(sys.executable).parent / "safeconduct"), "screen", str(sent), "--out", str(out)]
        subprocess.run([*command, "--on", "2025-08-01"], check=False, capture_output=True)
        seconds = json.loads((out / "summary.json").read_text())["seconds"]["read and find"]
        print(f"findings, {name:<12} {seconds / 100_000 * 1e6:8.1f} µs a request (100,000 read and looked at, apart)")
        facts[name] = repeated(out / "facts.parquet", folder / f"{name}.parquet")
    for likeness, rows in ((samples.Likeness.ALIKE, ROWS), (samples.Likeness.ANY, ROWS // 10)):
        file = facts[f"random, {likeness}"] = folder / f"{likeness}.parquet"
        samples.facts(rows, likeness, 1).write_parquet(file, row_group_size=122_880)
    return facts


def repeated(facts: Path, to: Path) -> Path:
    """The rows of a file again and again, each with a number and an id of its own."""
    duckdb.sql(
        f"COPY (SELECT row_number() OVER () AS row, 'R-' || row_number() OVER () AS request_id, * EXCLUDE (row, request_id)"
        f" FROM '{facts}', range(20) LIMIT {ROWS}) TO '{to}' (FORMAT parquet)"
    )
    return to


def ours(facts: Path, to: Path) -> None:
    """Safeconduct's way, the pack's law lowered anew each time."""
    lowered = lower(LAW)
    with tempfile.TemporaryDirectory() as scratch, engine(Path(scratch)) as connection:
        rulings.rule(facts, lowered, connection)
        rulings.write(to, connection)


LAW = preflight.opened().under(samples.DAY).law


def timed(work: Callable[[], None]) -> float:
    """The seconds that `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def counted(query: str) -> int:
    """The one number that a query comes to."""
    with duckdb.connect() as connection:
        return int(connection.execute(query).fetchall()[0][0])


def same(one: Path, other: Path) -> bool:
    """Whether two files of rulings say the same of every row."""
    said = "SELECT row, outcome, list_sort(failed), list_sort(unknown), list_sort(items_permitted) FROM"
    return counted(f"SELECT count(*) FROM ({said} '{one}' EXCEPT ALL {said} '{other}')") == 0


def compared(name: str, facts: Path, folder: Path) -> float:
    """Print the medians of interleaved rounds on one file; the seconds a request of ours."""
    mine, theirs = folder / "ours.parquet", folder / "polars.parquet"
    rows = counted(f"SELECT count(*) FROM '{facts}'")
    rounds = [
        (timed(lambda: ours(facts, mine)), timed(lambda: law_in_polars.rule(facts, theirs)))
        for _ in range(ROUNDS if rows == ROWS else 2)
    ]
    if not same(mine, theirs):
        raise SystemExit(f"{name}: the two do not rule alike")
    own, peer = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(one / other for one, other in rounds)
    kinds = counted(f"SELECT count(DISTINCT (outcome, failed, unknown, items_permitted)) FROM '{mine}'")
    print(
        f"{name:<16} {rows:>9,} rows, {kinds:>7,} kinds of ruling   ours {own:6.2f} s   Polars {peer:6.2f} s   ratio {ratio:5.2f}"
    )
    return float(own / rows)


ALONE = """
import law, pathlib, re, sys
law.ours(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
print(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
"""


def peak(facts: Path) -> int:
    """The most memory, in bytes, that a process takes that does nothing but rule on a file."""
    command = [sys.executable, "-c", ALONE, str(facts), str(facts.with_suffix(".ruled"))]
    said = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parent)
    return int(said.stdout) * 1024


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        facts = found(folder)
        seconds = [compared(name, file, folder) for name, file in facts.items()]
        print(
            f"peak memory, 1.28 million rows as in 2025   {peak(facts['as in 2025']) / 1e6:8,.0f} MB   (asked: under 1,500)"
        )
        sample = pl.read_parquet(facts["honest"]).sample(SAMPLE, seed=1)
        cedar = statistics.median(law_in_cedar.decide(sample).microseconds for _ in range(3))
        print(
            f"Cedar, {SAMPLE:,} honest requests              {cedar:8.1f} µs a request, {cedar / (seconds[1] * 1e6):,.0f} times ours (asked: 100)"
        )


if __name__ == "__main__":
    main()
