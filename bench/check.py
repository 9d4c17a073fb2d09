"""The figures for one request: a ruling in process, and `safeconduct check` from the shell. Run by `make bench`."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from safeconduct import preflight
from safeconduct.core import law
from safeconduct.core.cases import cases
from safeconduct.core.intake import Request, read

ROUNDS = 15


def seconds(work: Callable[[], object], times: int) -> float:
    """The median over `ROUNDS` rounds of the seconds that one call of `work` takes, `times` calls a round."""
    rounds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - begun) / times)
    return statistics.median(rounds)


def main() -> None:
    """Print the figures."""
    opened = preflight.opened()
    case = cases(opened.pack)[0]
    under = opened.under(case.on)
    request = read(case.request, opened.intake, case.on)
    if not isinstance(request, Request):
        raise SystemExit("the first worked case cannot be read")
    ruling = seconds(lambda: law.rule(under.law, request.facts, request.items), 200)
    whole = seconds(lambda: preflight.check(case.request, under), 50)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "request.json"
        file.write_text(json.dumps(case.request), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "safeconduct"), "check", str(file), "--on", "2025-08-01", "--json"]
        shell = seconds(lambda: subprocess.run(command, check=True, capture_output=True), 1)
    print(f"one ruling with its full explanation, in process   {ruling * 1000:8.3f} ms   (asked: under 1 ms)")
    print(f"one request, findings and ruling, in process       {whole * 1000:8.3f} ms")
    print(f"`safeconduct check` from the shell                 {shell:8.3f} s    (asked: under 0.7 s)")


if __name__ == "__main__":
    main()
