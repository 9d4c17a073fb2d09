"""The figures for files of requests, on a synthetic town: `safeconduct bench screen`.

Files of each size: as in 2025 (one reason for all, so that no row is permitted), and honest (every reason another, most
rows permitted). And the file of 2025 with one reason for all that would pass, so that its rows can be searched for. These
two are searched for in a register of ten million. Each run is the command itself, from the shell; memory is what its
processes hold together, counted once where they share it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from safeconduct.town import register, requests
from safeconduct.town.world import world

PERSONS, SEED = 10_000_000, 2025
SIZES = {"2025": (10_000, 100_000, 1_000_000, 1_280_000), "honest": (10_000, 100_000, 1_280_000)}
SEARCHED = {("passable", 1_280_000), ("honest", 1_280_000)}
PASSABLE = "Served with a final order on 1 October 2024, he declined to go on 3 February 2025; a target letter is due in case HSI-24-00871."
COMMAND = str(Path(sys.executable).parent / "safeconduct")


def town(folder: Path) -> tuple[Path, dict[tuple[str, int], Path]]:
    """The register and the files, made where they are not there yet."""
    people = folder / "register.parquet"
    if not people.exists():
        begun = time.perf_counter()
        register.write(people, PERSONS, SEED)
        print(f"a town of {PERSONS:,} made in {time.perf_counter() - begun:.0f} s", flush=True)
    files = {}
    for name, write in (("2025", requests.write_as_in_2025), ("honest", requests.write_honest)):
        for rows in SIZES[name]:
            file = files[name, rows] = folder / f"{name}-{rows}.csv"
            if not file.exists():
                write(file, people, rows, SEED)
    files["passable", 1_280_000] = folder / "passable-1280000.csv"
    reasoned(files["2025", 1_280_000], files["passable", 1_280_000])
    return people, files


def reasoned(file: Path, to: Path) -> None:
    """The same file with another reason for all."""
    if not to.exists():
        said = world().reason_of_2025
        with file.open(encoding="utf-8") as rows, to.open("w", encoding="utf-8") as changed:
            changed.writelines(row.replace(said, f'"{PASSABLE}"') for row in rows)


def processes(root: int) -> Iterator[int]:
    """A process and all that it has started."""
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from processes(int(child))


def held(root: int) -> int:
    """The bytes that a process and its children hold (proportional set size)."""
    total = 0
    try:
        for process in processes(root):
            said = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += int(next(line for line in said.splitlines() if line.startswith("Pss:")).split()[1])
    except (OSError, StopIteration):
        return 0  # one of them has just ended
    return total * 1024


def run(arguments: Sequence[str]) -> tuple[float, int, dict[str, object]]:
    """The seconds and the peak of memory of one run of `safeconduct screen`, and its summary."""
    begun, most = time.perf_counter(), 0
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        command = [COMMAND, "screen", *arguments, "--on", "2025-08-01", "--out", f"{folder}/out", "--json"]
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL)
        while process.poll() is None:
            most = max(most, held(process.pid))
            time.sleep(0.5)  # to look is not free: the kernel walks all pages
        seconds = time.perf_counter() - begun
        said.seek(0)
        if process.returncode not in {0, 1}:
            raise SystemExit(f"safeconduct screen ended with {process.returncode}")
        return seconds, most, json.load(said)


def lenient(folder: Path) -> Path:
    """A policy under which nothing trips: without it no file of this size would ever be searched."""
    from safeconduct import shelf  # noqa: PLC0415

    policy = folder / "measure.toml"
    policy.write_text(shelf.pack().files[shelf.TRIPWIRES].replace("from_rows = 20", "from_rows = 1_000_000_000"))
    return policy


def main() -> None:
    """Print the figures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "safeconduct-bench"
    folder.mkdir(exist_ok=True)
    people, files = town(folder)
    policy = lenient(folder)
    print(f"{'file':>8} {'rows':>10} {'searched in':>12} {'seconds':>8} {'rows/s':>9} {'peak MB':>8}  steps")
    for (name, rows), file in files.items():
        searched = ["--register", str(people)] if (name, rows) in SEARCHED else []
        seconds, most, summary = run([str(file), "--policy", str(policy), *searched])
        place = f"{PERSONS:,}" if searched else "nothing"
        figures = f"{seconds:>8.1f} {rows / seconds:>9,.0f} {most / 1e6:>8,.0f}"
        print(f"{name:>8} {rows:>10,} {place:>12} {figures}  {summary['seconds']}", flush=True)
        if searched:
            print(f"{'':>20} match: {summary['match']}")


if __name__ == "__main__":
    main()
