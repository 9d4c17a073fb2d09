"""What the sealer is shown: the request, the proofs, who decided and found what, the sealed record, who picks it up. Nothing of it is believed yet.

    {"call": "release", "bundle": {…the fields of `Bundle`…}}

`look` and `decision` are disclosures of their entries, the look's opened to its permit and to who signed it, the decision's to the
ruling and to the request; `entry`, once the release itself is entered, one of that. What only the desk knows (when the request came,
whether its file was tripped, whether the agency was called back) is said here, and nothing of the log is shown for it:
docs/who-could-still-cheat.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from safeconduct.core import records
from safeconduct.core.case.events import Compared, PickedUp
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.refusals import Refused

LONGEST = 1 << 20
"""Bytes of the longest call."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The request with its case, the disclosures of its look and its decision, the card, the record as the broker sealed it, the pick-up."""

    case: str
    request: Mapping[str, object]
    received_at: dt.datetime
    tripped: bool
    named_for_many: bool
    called_back: bool | None
    look: Mapping[str, object]
    decision: Mapping[str, object]
    card: tuple[Compared, ...]
    sealed: bytes
    picked_up: PickedUp
    entry: Mapping[str, object] | None


def read(said: object) -> Bundle | Refused:
    """The bundle in a call."""
    match said:
        case {"call": "release", "bundle": bundle, **rest} if not rest:
            try:
                return records.read(Bundle, bundle)
            except Malformed as fault:
                return Refused(f"the bundle is none: {fault}")
    return Refused(said if isinstance(said, str) else "that is no call of the sealer's")


def written(bundle: Bundle) -> dict[str, object]:
    """The call that shows a bundle."""
    return {"call": "release", "bundle": records.document(bundle)}
