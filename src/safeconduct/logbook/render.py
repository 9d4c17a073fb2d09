"""What the log's commands tell, for people and as JSON. Nothing of it is about anyone who was asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict

from safeconduct.core.log.controls import Entered, Standing
from safeconduct.core.log.disclosures import Shown
from safeconduct.core.log.lines import based
from safeconduct.core.log.notes import VerifierKey
from safeconduct.core.log.policy import Believed, Policy
from safeconduct.core.log.refusals import Refused
from safeconduct.logbook.monitor import Seen
from safeconduct.logbook.reading import Read, Tally

_LAST = 253_402_300_799
"""The last second that the calendar has."""
_NO_EVIDENCE = "the policy says of itself that it is no evidence: these witnesses are a demo's or a test's"


def moment(seconds: int) -> str:
    """A time as it is written for people and machines."""
    if seconds > _LAST:
        return f"{seconds} seconds after 1970"
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _key(key: VerifierKey) -> str:
    return f"{key.kind.name.replace('_', '-')} {key.id.hex()}"


def believed(found: Believed, policy: Policy) -> Iterator[str]:
    """A checkpoint that is believed, in lines."""
    tree = found.checkpoint
    yield f"{tree.origin}: {tree.size:,} entries, root {based(tree.root)}"
    yield f"  signed by     {', '.join(_key(key) for key in found.signed_by)}"
    yield from (f"  NOT signed by {_key(key)}" for key in found.unsigned_by(policy))
    for name, time in sorted(found.times.items()):
        yield f"  cosigned by   {name} at {moment(time)}"
    if found.time is not None:
        yield f"  date in law   {moment(found.time)}, the median of the witnesses' times"
    yield f"  quorum        {policy.quorum}: met"
    if not policy.evidence:
        yield f"  mind          {_NO_EVIDENCE}"


def as_document(found: Believed | Refused, policy: Policy) -> dict[str, object]:
    """The same as JSON; or why nothing is believed."""
    if isinstance(found, Refused):
        return {"verified": False, "why": found.why}
    tree = found.checkpoint
    return {
        "verified": True,
        "origin": tree.origin,
        "size": tree.size,
        "root": based(tree.root),
        "signed_by": [str(key) for key in found.signed_by],
        "cosigned": {name: moment(time) for name, time in sorted(found.times.items())},
        "date": moment(found.time) if found.time is not None else None,
        "quorum": policy.quorum,
        "evidence": policy.evidence,
    }


def seen(found: Seen) -> Iterator[str]:
    """What a monitor saw, in lines."""
    if found.latest:
        yield f"{found.latest.checkpoint.origin}: {found.latest.checkpoint.size:,} entries are remembered"
    yield from (f"ALARM {alarm.what}: {alarm.why}" for alarm in found.alarms)
    if not found.alarms:
        yield "no alarm"


def seen_as_document(found: Seen) -> dict[str, object]:
    """The same as JSON."""
    size = found.latest.checkpoint.size if found.latest else None
    return {"size": size, "alarms": [asdict(alarm) for alarm in found.alarms]}


def shown(found: Shown, policy: Policy) -> Iterator[str]:
    """What a disclosure shows, in lines."""
    entry = found.entry
    yield from believed(found.under, policy)
    said = " · ".join(str(one) for one in (entry.kind, entry.authority, entry.outcome, entry.day) if one)
    yield f"  {f'entry {found.index:,}':<13} {said}"
    for group, value in sorted(found.values.items()):
        yield f"  {group:<13} {_on_a_line(value.decode('utf-8', 'replace'))}"


def _on_a_line(text: str) -> str:
    """A text of somebody's as it may stand on a terminal: what would move the cursor or turn the line is shown as ?."""
    return "".join(char if char.isprintable() else "?" for char in text)


def standing(found: Standing, reads: list[Read], by_agency: Tally) -> Iterator[str]:
    """What is in force, what waits, what has no effect, and the counts behind the ceilings, in lines."""
    kinds = [one.entry.kind for one in reads if one.body is not None]
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    yield f"{len(reads):,} entries; read with this key: " + (
        ", ".join(f"{n:,} {kind}" for kind, n in counts.items()) or "none"
    )
    lacking = [one.index for one in reads if one.is_lacking]
    if lacking:
        yield f"{len(lacking):,} entries without a body that opens, the first at {lacking[0]:,}"
    yield from (f"  in force      {_entered(one)}" for one in found.in_force.values())
    yield from (f"  waits         {_entered(one)}, from {one.control.effective_on}" for one in found.waiting)
    yield from (f"  no effect     {_entered(one)}: {why}" for one, why in found.without_effect)
    for agency in sorted({*by_agency.looks, *by_agency.releases}):
        yield f"  {agency}: {by_agency.looks.get(agency, 0):,} looks, {by_agency.releases.get(agency, 0):,} releases"


def _entered(one: Entered) -> str:
    control = one.control
    who = ", ".join(f"{by.person} ({by.office})" for by in control.by)
    return f"{control.subject} `{control.name}` {control.act}, entry {one.index:,} of {one.entered_on}, by {who}"


def standing_as_document(found: Standing, reads: list[Read], by_agency: Tally) -> dict[str, object]:
    """The same as JSON, with the contents."""
    return {
        "entries": len(reads),
        "lacking": [one.index for one in reads if one.is_lacking],
        "in_force": [asdict(one) for one in found.in_force.values()],
        "waiting": [asdict(one) for one in found.waiting],
        "without_effect": [{**asdict(one), "why": why} for one, why in found.without_effect],
        "by_agency": asdict(by_agency),
    }
