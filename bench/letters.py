"""The figures for letters: set as PDF, and signed with a proof attached; of each kind, in both languages. Run by `safeconduct bench letters`."""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from safeconduct import shelf
from safeconduct.core.case.events import Reason
from safeconduct.keys import town
from safeconduct.letters import letter as letters
from safeconduct.letters import signing, typeset
from safeconduct.letters.letter import Addressee, Concerning, Custodian, Duty, Language, Letter, Recalled
from safeconduct.letters.told import told

ROUNDS = 40
DAY = dt.date(2026, 12, 4)
PROOF = b"c2sp.org/tlog-proof@v1\n" + b"x" * 9_000
"""As long as a proof with the quantum-safe signatures of a log and two witnesses."""


def milliseconds(works: Sequence[Callable[[], object]]) -> float:
    """The median of what one of `works` takes."""
    taken = []
    for work in works:
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def of_each_kind(language: Language) -> list[Letter]:
    """A letter of each kind; reasons as the shipped pack has them, six of them."""
    pack = shelf.pack()
    reasons = [Reason(rule.id, rule.cites, rule.means, rule.cure) for rule in pack.rules if rule.id.startswith("i2.B")]
    said = told(reasons[:6], language, pack.files)
    custodian = Custodian("Office of Disclosure", ("1 Town Square", "Nowhere, KS 00000"))
    of = Concerning(language, custodian, Addressee("DOJ", "A. Attorney"), "R-1", "c-08967c1aa9129dfffe37", DAY)
    recalled = Recalled(73894, "town.example/log", dict.fromkeys(Duty, DAY))
    return [
        letters.incomplete(of, said, DAY),
        letters.refused(of, said),
        letters.released(of),
        letters.not_released(of),
        letters.recall(of, recalled),
    ]


def of_case(letter: Letter, nth: int) -> Letter:
    """The same to another, so that nothing of what was set before is there again but the words."""
    of = replace(letter.of, case=f"c-{nth:020x}", to=Addressee("DOJ", f"A. Attorney {nth}"))
    return replace(letter, of=of)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        now = dt.datetime(2026, 12, 4, 12, tzinfo=dt.UTC)
        town.make_letters(Path(folder), now)
        key, certificate = Path(folder) / town.LETTERS, Path(folder) / town.LETTERS_CERTIFICATE
        print("letter                     set  signed beside it     bytes    signed")
        for language in Language:
            for one in of_each_kind(language):
                pdf = typeset.pdf(one)
                made = signing.signed(pdf, key, certificate, PROOF, now)
                setting = milliseconds([partial(typeset.pdf, of_case(one, nth)) for nth in range(ROUNDS)])
                signs = milliseconds([partial(signing.signed, pdf, key, certificate, PROOF, now)] * ROUNDS)
                name = f"{one.kind} ({language})"
                print(f"{name:<20} {setting:7.1f} ms       {signs:7.1f} ms {len(pdf):9,} {len(made):9,}")


if __name__ == "__main__":
    main()
