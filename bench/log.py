"""The figures of the log: `safeconduct bench log [ENTRIES]`.

1.28 million entries appended durably and published, proofs read from the disk, everything audited; beside it in the same run
pymerkle (its own tree, in memory) and what OpenSSL's SHA-256 alone would take. Entries are as long as the policy has them
(2,048 bytes) and, for comparison with other people's figures, 300 bytes. The town's witnesses cosign at the end of each stretch.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from safeconduct.core.log.refusals import Refused
from safeconduct.logbook import audit
from safeconduct.logbook.settings import settings
from safeconduct.logbook.writer import Logbook
from safeconduct.town import log as town

ENTRIES, STRETCH, PROOFS, PEER = 1_280_000, 16_384, 2_000, 100_000
LENGTHS = (2_048, 300)


def now() -> dt.datetime:
    """The clock."""
    return dt.datetime.now(dt.UTC)


def timed(work: Callable[[], object]) -> float:
    """The seconds that `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def entries(begin: int, count: int, length: int) -> list[bytes]:
    """Entries of a length, no two of them alike."""
    filling = bytes(length - 8)
    return [index.to_bytes(8, "big") + filling for index in range(begin, begin + count)]


def appended(folder: Path, count: int, length: int) -> float:
    """The seconds in which so many entries are appended, on the disk, cosigned and served."""
    town.make(folder, now(), ["26 USC 6103(i)(2)"])
    seconds = 0.0
    with Logbook(settings(folder / "logbook.toml"), now, None, town.transport(folder, now)) as writer:
        for begin in range(0, count, STRETCH):
            given = entries(begin, min(STRETCH, count - begin), length)
            seconds += timed(partial(_taken, writer, given))
    return seconds


def _taken(writer: Logbook, given: list[bytes]) -> None:
    writer.append(given)
    writer.publish()


def one_by_one(folder: Path, count: int) -> float:
    """Entries a second, each appended by itself and on the disk before the next."""
    folder.mkdir()
    town.make(folder, now(), ["26 USC 6103(i)(2)"])
    with Logbook(settings(folder / "logbook.toml"), now, None, town.transport(folder, now)) as writer:
        return count / timed(lambda: [writer.append([entry]) for entry in entries(0, count, LENGTHS[0])])


def proved(folder: Path, count: int) -> float:
    """Proofs a second, of entries drawn at random, each read from the disk and verified."""
    told = settings(folder / "logbook.toml")
    drawn = random.Random(2025).sample(range(count), min(PROOFS, count))

    def work() -> None:
        with Logbook(told, now, None, town.transport(folder, now)) as writer:
            for index in drawn:
                writer.prove(index)

    return len(drawn) / timed(work)


def audited(folder: Path, count: int) -> float:
    """Leaves a second, all of the log computed again."""

    def work() -> None:
        found = audit.audit(str(folder / "log"), settings(folder / "logbook.toml").policy, lambda *_: None)
        if isinstance(found, Refused):
            raise SystemExit(found.why)

    return count / statistics.median(timed(work) for _ in range(3))


def openssl(length: int) -> float:
    """SHA-256 of so many bytes a second on one core, as OpenSSL measures itself."""
    command = ["openssl", "speed", "-seconds", "1", "-bytes", str(length), "-evp", "sha256"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"^sha256\s+([\d.]+)k\s*$", said, re.MULTILINE | re.IGNORECASE)
    return float(found[1]) * 1000 / length if found else float("nan")


def pymerkle(length: int) -> tuple[float, float]:
    """Appends and proofs a second of pymerkle, in memory."""
    from pymerkle import InmemoryTree  # noqa: PLC0415  # a peer

    tree, given = InmemoryTree(algorithm="sha256"), entries(0, PEER, length)
    appends = PEER / timed(lambda: [tree.append_entry(entry) for entry in given])
    drawn = random.Random(2025).sample(range(1, PEER), 500)
    return appends, len(drawn) / timed(lambda: [tree.prove_inclusion(index) for index in drawn])


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    print(f"{count:,} entries; load when begun {os.getloadavg()[0]:.1f}")
    for length in LENGTHS:
        folder = Path(tempfile.mkdtemp(prefix="safeconduct-log-"))
        try:
            seconds = appended(folder, count, length)
            print(f"\nentries of {length:,} bytes")
            print(
                f"  appended, on the disk, cosigned and served  {seconds:.1f} s, {count / seconds:,.0f} a second (asked: 30 s)"
            )
            print(f"  proofs from the disk                        {proved(folder, count):,.0f} a second (asked: 1,000)")
            leaves, ceiling = audited(folder, count), openssl(length)
            print(f"  audited                                     {leaves:,.0f} leaves a second (asked: 400,000)")
            print(
                f"  OpenSSL, one core, the leaves alone         {ceiling:,.0f} a second; ratio {leaves / ceiling:.2f}"
            )
            appends, proofs = pymerkle(length)
            print(
                f"  pymerkle in memory, of {PEER:,}             {appends:,.0f} appended, {proofs:,.0f} proofs a second"
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    single = Path(tempfile.mkdtemp(prefix="safeconduct-log-"))
    print(f"\none entry at a time, each on the disk: {one_by_one(single / 'one', 500):,.0f} a second")
    shutil.rmtree(single, ignore_errors=True)
    print(f"memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
