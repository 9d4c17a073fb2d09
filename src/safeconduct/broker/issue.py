"""The town's desk, until there is a desk: it signs a look permit for a request that today's law permits, and for no other.

It takes no date and no reading. Where the town has a log, the look is entered in it and the proof goes along with the permit.
What a custodian's desk asks besides, a reviewer, is not asked here, and so the broker takes its permits for a register of
nobody only.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from pathlib import Path

from safeconduct import preflight
from safeconduct.core.fields import At
from safeconduct.core.intake import Unreadable
from safeconduct.core.log import uses
from safeconduct.core.log.bodies import Body
from safeconduct.core.log.entries import InForce, Kind
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.refusals import Refused as NotEntered
from safeconduct.core.permit import Permit, request_digest, written
from safeconduct.core.rules import AUTHORITY, Outcome
from safeconduct.keys import desk
from safeconduct.logbook.entering import Said
from safeconduct.preflight import Checked, Opened
from safeconduct.town.entered import entered


@dataclass(frozen=True, slots=True)
class Desk:
    """The town's desk: the file of its key, for which register, and the settings of the town's log, where it has one."""

    key: Path
    register_name: str
    log: Path | None = None


def issue(request: object, by: Desk, now: dt.datetime) -> dict[str, object] | Refused:
    """A permit for one look for `request`, signed with the desk's key, and entered; or why there is none.

    Raises:
        Misplaced: the key or the log cannot be used.
        PackFault: the law cannot be read.
    """
    opened = preflight.opened()
    checked = preflight.check(request, opened.under(now.toordinal()))
    if isinstance(checked, Unreadable):
        return Refused(f"the request cannot be read: {checked.wrongs[0].field} {checked.wrongs[0].what}")
    if checked.ruling.outcome is not Outcome.PERMIT:
        return Refused(
            f"the law does not permit it: {checked.ruling.outcome.name.lower()}; `safeconduct check` says why"
        )
    digest = request_digest(request)
    if isinstance(digest, Refused):
        return digest
    permit = Permit(
        secrets.token_hex(16),
        by.register_name,
        digest,
        opened.pack.digest,
        opened.orders_digest,
        now.astimezone(dt.UTC).replace(microsecond=0),
    )
    signature = desk.signs(by.key, permit.signed_bytes)
    if by.log is None:
        return written(permit, signature)
    entry = entered(by.log, said(permit, checked, request), in_force(opened), uses.GROUP, lambda: now)
    return (
        Refused(f"the look is not entered: {entry.why}")
        if isinstance(entry, NotEntered)
        else written(permit, signature, entry)
    )


def in_force(opened: Opened) -> InForce:
    """What an entry says is in force."""
    return InForce(opened.pack.digest, opened.orders_digest, opened.engine_digest)


def said(permit: Permit, checked: Checked, request: object) -> Said:
    """What is entered of a look: the clause in the pack's own spelling, to the offices who asks, and a commitment to the permit."""
    authority = checked.under.opened.pack.facts[AUTHORITY].samples[str(checked.request.facts[AUTHORITY])]
    return Said(Kind.LOOK, _body(request), {uses.GROUP: permit.signed_bytes}, authority)


def _body(request: object) -> Body:
    at = At(request if isinstance(request, dict) else {}, 0)
    agreement, officers = at.look("agreement"), at.listed("officers")
    return {
        "agency": at.look("asker.agency"),
        "agreements": [agreement] if isinstance(agreement, str) else [],
        "officers": [one.get("name") for one in officers if isinstance(one, dict)]
        if isinstance(officers, list)
        else [],
        "signatory": at.look("asker.name"),
    }
