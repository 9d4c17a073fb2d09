"""A change of whom to believe: entered in the log, cosigned by the old quorum, and so followed by whoever believed the old policy.

    [ <disclosure of the control entry "witness policy", its statement opened>, … one for each part ]

A change names the digest of the policy whose place it takes, so that an old change does not lead back to an old policy. It takes
two persons of two offices. One that widens, by which a checkpoint could be believed that was not before,
waits its thirty days in the log; to believe a key no longer is at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from safeconduct.core import documents
from safeconduct.core.days import day as day_of
from safeconduct.core.log import controls, disclosures, policy
from safeconduct.core.log.controls import Control, Entered
from safeconduct.core.log.disclosures import Disclosure, Shown
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Policy
from safeconduct.core.log.refusals import Refused

SUBJECT = "witness policy"
_MOST = 12
"""Witnesses of a policy up to which every set of them is tried; beyond, a change counts as widening."""


def widens(old: Policy, new: Policy) -> bool:
    """Whether a checkpoint could be believed by the new policy that the old one does not believe."""
    if {log.key for log in new.logs} - {log.key for log in old.logs} or (new.evidence and not old.evidence):
        return True
    if len(new.witnesses) > _MOST:
        return old != new
    names = {witness.key: witness.name for witness in old.witnesses}
    for many in range(len(new.witnesses) + 1):
        for some in combinations(new.witnesses, many):
            met_before = old.is_met(frozenset(names[one.key] for one in some if one.key in names))
            if new.is_met(frozenset(one.name for one in some)) and not met_before:
                return True
    return False


def read(document: object) -> list[Disclosure]:
    """The change in a parsed JSON document; nothing of it is verified.

    Raises:
        Malformed: it is none.
    """
    if not isinstance(document, list) or not document:
        raise Malformed("a change of policy is no list of disclosures")
    return [disclosures.read(one) for one in document]


def followed(text: str, change: Sequence[Disclosure], on: str) -> str | Refused:
    """The text of the policy that takes that one's place on a day, if that one believes the change.

    Raises:
        Malformed: the text is no policy.
    """
    old, entered = policy.read(text), list[Entered]()
    for one in change:
        shown = disclosures.verified(one, old)
        found = shown if isinstance(shown, Refused) else _entered(shown)
        if isinstance(found, Refused):
            return found
        entered.append(found)
    control = controls.joined(entered)
    if control is None:
        return Refused("parts of it are lacking, or do not fit together")
    if control.name != controls.digest_of(text):
        return Refused("it takes the place of another policy than that one")
    return _weighed(old, control, max(one.entered_on for one in entered), on)


def refusal(old: Policy, control: Control, entered_on: str) -> Refused | None:
    """Why nobody who believes the old policy would follow a change that is entered on that day, whatever day it is then."""
    try:
        new = policy.read(control.content)
    except Malformed as fault:
        return Refused(f"what it changes to is no policy: {fault}")
    if few := controls.two_of_two_offices(control.by):
        return few
    first, effective = day_of(entered_on) or 0, day_of(control.effective_on) or 0
    if widens(old, new) and effective < first + controls.WAITING:
        return Refused(f"it widens, and was to have effect before {controls.WAITING} days in the log")
    return None


def _weighed(old: Policy, control: Control, entered_on: str, on: str) -> str | Refused:
    if why := refusal(old, control, entered_on):
        return why
    if (day_of(control.effective_on) or 0) > (day_of(on) or 0):
        return Refused(f"it has effect on {control.effective_on}, and not before")
    return control.content


def _entered(shown: Shown) -> Entered | Refused:
    """The control that is shown. It was entered at the latest on the witnesses' day of the checkpoint, whatever it says of itself."""
    statement = shown.values.get("statement")
    if shown.entry.kind is not Kind.CONTROL or statement is None:
        return Refused("what is shown is no control whose statement is opened")
    try:
        said = documents.read(statement.decode("utf-8"))
        control = controls.read(said if isinstance(said, Mapping) else None)
    except (documents.NoDocument, UnicodeDecodeError, Malformed) as fault:
        return Refused(f"what is shown is no control: {fault}")
    if control.subject != SUBJECT or control.act != "set":
        return Refused("what is shown sets no witness policy")
    if shown.under.day is None:
        return Refused("no witness says when it was entered")
    return Entered(shown.index, max(shown.entry.day, shown.under.day), control)
