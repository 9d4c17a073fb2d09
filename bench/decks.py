"""How the grader does on the decks of addresses. Run by `make bench`, or `python bench/decks.py`.

`addresses.csv` is the open deck. The development, second and third decks were used to make the rules better, so their figures
are a regression and no evidence; of the third, written without sight of rules and decks, the first run took 5 of 205 for deliverable. The held-out deck was written by someone who saw neither the rules nor the other decks,
and no rule was changed on its account, but one that was taken back was seen to miss a row of it. The outside deck was written
likewise, later; its first run is the figure, and no rule has been changed on its account.
"""

from __future__ import annotations

import csv
from pathlib import Path

from safeconduct.core.addresses import Grade, grade

DECKS = Path(__file__).parent.parent / "tests" / "decks"
NAMES = {
    "addresses.csv": "open",
    "addresses-development.csv": "development",
    "addresses-second.csv": "second",
    "addresses-third.csv": "third",
    "addresses-held-out.csv": "held out",
    "addresses-outside.csv": "outside",
}
SUFFICIENT = {Grade.DELIVERABLE, Grade.DELIVERABLE_UNIT}


def main() -> None:
    """Print, for each deck, how many grades are exact, how many accepts unsafe, how many good addresses recognised."""
    print(f"{'deck':<12} {'addresses':>9} {'exact':>7} {'unsafe accepts':>16} {'deliverable recognised':>24}")
    for file, name in NAMES.items():
        with (DECKS / file).open(encoding="utf-8", newline="") as deck:
            pairs = [(Grade(row["grade"]), grade(row["address"]).grade) for row in csv.DictReader(deck)]
        good = [found for label, found in pairs if label in SUFFICIENT]
        bad = [found for label, found in pairs if label not in SUFFICIENT]
        exact = sum(label is found for label, found in pairs)
        unsafe, recognised = sum(found in SUFFICIENT for found in bad), sum(found in SUFFICIENT for found in good)
        shares = f"{unsafe} of {len(bad)}", f"{recognised} of {len(good)} ({recognised / len(good):.1%})"
        print(f"{name:<12} {len(pairs):>9} {exact:>7} {shares[0]:>16} {shares[1]:>24}")


if __name__ == "__main__":
    main()
