"""The grader's time an address, beside `usaddress`, and of one call in a fresh process. Run: `python bench/addresses.py`.

The column is made on the spot: distinct addresses of many forms, with cities and codes of the table; nobody lives
there. The peer splits an address into labelled parts and grades nothing; it is the nearest thing at hand. Rounds are
interleaved; medians are printed, and nothing is asserted.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable

import usaddress

from safeconduct.core.addresses import grade
from safeconduct.core.postal_codes import cities_of
from safeconduct.core.postal_codes_table import CODES

SIZE, ROUNDS, PEER_SHARE = 20_000, 9, 20
NAMES = "JUNIPER Oak Elm Maple Washington Lakeview Sunset Cedar Park Main Church Highland Rose Willow Fox Eagle Luther".split()
SUFFIXES = "St Ave Rd Dr Ln Blvd Ct Street Avenue Road Way Pl Ter Pkwy".split()
UNITS = ("", "", " Apt {}", ", Unit {}", " #{}", ", Bldg 2 Apt {}")
STATES = sorted(set(CODES) - {"AA", "AE", "AP", "PR"})
CITIES = {state: sorted(cities_of(state)) for state in STATES}


def last_line(chance: random.Random) -> str:
    """A state, a city of it and a code of that city."""
    state = chance.choice(STATES)
    city = chance.choice(CITIES[state])
    return f"{city.title()}, {state} {chance.choice(cities_of(state)[city].split())}"


def street(chance: random.Random) -> str:
    """One of the forms of a delivery line, the plain ones most often."""
    number = chance.randint(1, 19_999)
    name = " ".join(chance.sample(NAMES, chance.choice((1, 1, 2))))
    plain = f"{number} {chance.choice(('', '', 'N ', 'SW '))}{name} {chance.choice(SUFFIXES)}"
    rare = (
        f"PO Box {number}",
        f"RR {number % 9 + 1} Box {number}",
        f"{number} County Road {number % 700}",
        f"{number} US Hwy {number % 90 + 1} E",
        f"{name} County Jail, {plain}",
        f"Unknown {number}",
        f"{name} St",
    )
    return (
        plain + chance.choice(UNITS).format(chance.randint(1, 400)) if chance.random() < 0.85 else chance.choice(rare)
    )


def column(chance: random.Random) -> list[str]:
    """Distinct addresses; some all small, some without commas."""
    texts: dict[str, None] = {}
    while len(texts) < SIZE:
        text = f"{street(chance)}, {last_line(chance)}"
        texts[text.lower().replace(",", "") if chance.random() < 0.1 else text] = None
    return list(texts)


def microseconds(work: Callable[[str], object], texts: list[str]) -> float:
    """The time an address."""
    start = time.perf_counter()
    for text in texts:
        work(text)
    return (time.perf_counter() - start) / len(texts) * 1e6


def cold() -> float:
    """Milliseconds from import to the grade in a process of its own, Python's own start not counted."""
    call = (
        "import time; start = time.perf_counter(); from safeconduct.core.addresses import grade; "
        "grade('418 Juniper St Apt 7, Aurora, IL 60505'); print((time.perf_counter() - start) * 1e3)"
    )
    return float(subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Print the figures."""
    chance = random.Random(28)
    ours, peers = [], []
    for _ in range(ROUNDS):
        texts = column(chance)
        ours.append(microseconds(grade, texts))
        peers.append(microseconds(usaddress.parse, texts[::PEER_SHARE]))
    print(f"{SIZE} distinct addresses a round, {ROUNDS} rounds interleaved; a new column each round")
    print(f"grades of the last round: {dict(Counter(grade(text).grade.value for text in texts))}")
    print(
        f"grade            median {statistics.median(ours):6.2f} µs an address  (min {min(ours):.2f}, max {max(ours):.2f})"
    )
    print(
        f"usaddress.parse  median {statistics.median(peers):6.2f} µs an address  (min {min(peers):.2f}, max {max(peers):.2f})"
    )
    print(
        f"one call in a fresh process, import included: median {statistics.median(cold() for _ in range(ROUNDS)):.0f} ms"
    )


if __name__ == "__main__":
    main()
