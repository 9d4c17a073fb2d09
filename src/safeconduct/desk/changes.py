"""What a change of the pack is held to before anybody may propose it: cases, proofs, the difference, and a replay of the journal.

    cases     every worked case of the new pack rules as its authors say
    proofs    every invariant is proved, and every control fails
    diff      a request that only the new pack permits, or that there is none (undecided counts as widening)
    replay    how every request that the journal holds would be ruled on, then and now: counts of eleven and more, no rows

Narrowing takes two persons and is at once; widening takes two persons of two offices and thirty days in the log (`controls`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safeconduct import preflight
from safeconduct.bulk.flips import FEWEST
from safeconduct.core.case.events import Completed, Received
from safeconduct.core.intake import Unreadable
from safeconduct.core.log.refusals import Refused
from safeconduct.journal import events, journal
from safeconduct.preflight import Preflight
from safeconduct.proof import diff, prove

if TYPE_CHECKING:
    from safeconduct.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a new pack was found to be beside the one in force. `differing` is a request that only the new one permits."""

    pack: str
    digest: str
    before: str
    cases: int
    proofs: int
    widens: bool
    differing: Mapping[str, object] | None
    replayed: int
    flips: Mapping[str, int]

    @property
    def content(self) -> str:
        """The content of the control that sets it."""
        return self.digest if self.widens else f"{self.digest} narrows {self.before}"


def reviewed(desk: Desk, new: str) -> Reviewed | Refused:
    """What the pack `new` is found to be; or why it may not even be proposed.

    Raises:
        Misplaced, PackFault: it cannot be read.
    """
    with journal.reading() as at:
        gate = desk.gate_of.at(at, desk.clock())
    before = desk.laws.opened(gate)
    after = preflight.opened(new)
    if after.pack.name != before.pack.name:
        return Refused(f"that is a pack `{after.pack.name}`, and in force is `{before.pack.name}`")
    worked = preflight.worked(after)
    failing = [one.case.name for one in worked if one.differences]
    if failing:
        return Refused(f"{len(failing)} worked cases fail: {', '.join(failing[:5])}")
    proved = prove.prove(new)
    if not proved.good:
        return Refused("an invariant is not proved; `safeconduct law prove` says which")
    found = diff.diff(diff.Side("in force", before, None, None), diff.Side(new, after, None, None))
    flips, many = _replayed(before.under(gate.on), after.under(gate.on))
    return Reviewed(
        pack=after.pack.name,
        digest=after.pack.digest,
        before=before.pack.digest,
        cases=len(worked),
        proofs=len(proved.proofs),
        widens=found.widens is not None or found.undecided or bool(found.unseen),
        differing=dict(found.widens.b.document) if found.widens else None,
        replayed=many,
        flips={said: count for said, count in flips.items() if count >= FEWEST},
    )


def _replayed(before: Preflight, after: Preflight) -> tuple[Counter[str], int]:
    """How the requests of the journal would be ruled on, then and now."""
    flips: Counter[str] = Counter()
    many = 0
    for request in _requests():
        one, other = preflight.check(request, before), preflight.check(request, after)
        many += 1
        if not isinstance(one, Unreadable) and not isinstance(other, Unreadable):
            said = f"{one.ruling.outcome.name.lower()} to {other.ruling.outcome.name.lower()}"
            flips[said] += one.ruling.outcome is not other.ruling.outcome
    return flips, many


def _requests() -> Iterator[Mapping[str, object]]:
    """Every request as it was received last."""
    for _, rows in journal.streams():
        told = [events.read(row) for row in rows if row.kind in {"received", "completed"}]
        yield from (event.request for event in told[-1:] if isinstance(event, Received | Completed))
