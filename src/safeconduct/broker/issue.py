"""The town's desk, until there is a desk: it signs a look permit for a request that today's law permits, and for no other.

It takes no date and no reading. What a custodian's desk asks besides (a reviewer, the entry in the log) is not asked here,
and so the broker takes its permits for a register of nobody only.
"""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

from safeconduct import preflight
from safeconduct.core.intake import Unreadable
from safeconduct.core.permit import Permit, Refused, request_digest, written
from safeconduct.core.rules import Outcome
from safeconduct.keys import desk


def issue(request: object, key: Path, register_name: str, now: dt.datetime) -> dict[str, object] | Refused:
    """A permit for one look for `request`, signed with the desk's key in the file `key`; or why there is none.

    Raises:
        Misplaced: the key cannot be used.
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
        register_name,
        digest,
        opened.pack.digest,
        opened.orders_digest,
        now.astimezone(dt.UTC).replace(microsecond=0),
    )
    return written(permit, desk.signs(key, permit.signed_bytes))
