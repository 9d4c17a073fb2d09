"""Of which entries the openings are kept, so that nobody may make them unreadable: what a pack's `retention.toml` says.

    [[permanent]]
    cites = "26 USC …"                  the provision that demands a permanent record
    kinds = ["look", "decision"]        of entries of these kinds
    but_for = ["26 USC …"]              under any authority but these

A hold, entered in the log by one person, keeps everything while it stands. What is not kept may be erased; nothing must be. Control entries, which are about
nobody, are always kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safeconduct.core.log.controls import Standing
from safeconduct.core.log.entries import HAS_AUTHORITY, Entry, Kind
from safeconduct.core.log.refusals import Refused
from safeconduct.core.tables import Declared, table

HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Permanent:
    """A provision that demands a permanent record of entries of some kinds, under any authority but some."""

    cites: str
    kinds: frozenset[Kind]
    but_for: frozenset[str]

    def keeps(self, entry: Entry) -> bool:
        """Whether it demands one of this entry."""
        return entry.kind in self.kinds and entry.authority not in self.but_for


def retention(file: str, text: str) -> tuple[Permanent, ...]:
    """The provisions in `text` (TOML).

    Raises:
        PackFault: it is malformed.
    """
    whole = Declared(file, text, "the retention", "", table(file, text))
    whole.only(("permanent",))
    found = []
    for one in whole.tables("permanent", "cites"):
        one.only(("cites", "kinds", "but_for"))
        kinds = one.texts("kinds")
        for kind in kinds:
            if kind not in HAS_AUTHORITY:
                what, mend = f"keeps entries of a kind `{kind}`", f"write some of {', '.join(sorted(HAS_AUTHORITY))}"
                raise one.fault(what, mend, "kinds", kind)
        found.append(Permanent(one.string("cites"), frozenset(map(Kind, kinds)), frozenset(one.texts("but_for", ()))))
    return tuple(found)


def refusal(entry: Entry, permanent: Sequence[Permanent], standing: Standing) -> Refused | None:
    """Why the openings of an entry may not be made unreadable; None where they may."""
    if entry.kind is Kind.CONTROL:
        return Refused("what governs the gate stays readable; it holds nothing about whoever was asked about")
    held = next((name for subject, name in standing.in_force if subject == HOLD), None)
    if held:
        return Refused("a hold stands, under which nothing is erased")
    keeps = next((one for one in permanent if one.keeps(entry)), None)
    return Refused(f"{keeps.cites} demands a permanent record of it") if keeps else None
