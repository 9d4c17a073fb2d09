"""What the log is told of a case: the clause, the outcome, who asks; to the offices what they work from; and nothing of the person.

A look commits to its permit, and to the first reviewer's signature. A decision commits to the ruling, to what each found and signed, and
to how many events the case had; the events themselves are under the anchors of the journal.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from safeconduct.core import canonical, records
from safeconduct.core.case.case import DECISION, LOOK, RELEASE, Case
from safeconduct.core.case.events import FirstDecided, SecondDecided
from safeconduct.core.fields import At
from safeconduct.core.gate.persons import Person, fingerprint
from safeconduct.core.log import commitments, releases, uses
from safeconduct.core.log.bodies import Body
from safeconduct.core.log.commitments import SALT, Opening
from safeconduct.core.log.entries import Kind, Outcome
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.releases import PACKAGE, Packed
from safeconduct.core.permit import read as read_permit
from safeconduct.core.rules import AUTHORITY
from safeconduct.logbook.entering import Said
from safeconduct.logbook.settings import Settings
from safeconduct.preflight import Opened

_LONGEST, _MOST = 200, 50


def said_of(case: Case, kind: str, law: Opened, told: Settings, persons: Mapping[str, Person]) -> Said | Refused:
    """What is entered of a look or of a decision."""
    authority = authority_of(case, law)
    if authority not in told.authorities:
        return Refused("its authority is none of the log's settings")
    if kind == RELEASE:
        return _release(case, authority)
    return _look(case, authority) if kind == LOOK else _decision(case, authority, persons)


def authority_of(case: Case, law: Opened) -> str:
    """The clause that the request names, in the pack's own spelling; the one for no clause where it names another."""
    samples = law.pack.facts[AUTHORITY].samples
    named = str(At(case.request or {}, 0).look("authority")).replace(" ", "")
    return next((sample for sample in samples.values() if sample.replace(" ", "") == named), samples.get("none", ""))


def _look(case: Case, authority: str) -> Said | Refused:
    signed = read_permit(dict(case.permit.permit)) if case.permit else None
    if signed is None or not hasattr(signed, "permit") or case.passed is None:
        return Refused("there is no permit to be entered")
    values = {
        uses.GROUP: signed.permit.signed_bytes,
        "reviewers": canonical.written(records.document(case.passed.signature)),
    }
    return Said(Kind.LOOK, _asker(case), values, authority)


def _decision(case: Case, authority: str, persons: Mapping[str, Person]) -> Said:
    released = case.decided is not None and case.decided.release and not case.has_ended
    decided = [one for one in (case.first, case.second) if one is not None]
    ruling = canonical.written(_ruling(case, decided))
    look = case.entered(LOOK)
    body: Body = {
        **_asker(case),
        "decision": f"sha256:{commitments.commitment('ruling', Opening(secrets.token_bytes(SALT), ruling)).hex()}",
        "look": look.index if look else None,
        "reviewers": [_key(one.by, persons) for one in decided],
    }
    values = {
        "ruling": ruling,
        "request": case.digest.encode(),
        "reviewers": canonical.written({"signatures": [records.document(one.signature) for one in decided]}),
    }
    return Said(Kind.DECISION, body, values, authority, Outcome.RELEASED if released else Outcome.NOT_RELEASED)


def _release(case: Case, authority: str) -> Said | Refused:
    decision, sealed, asked = case.entered(DECISION), case.sealed, case.picked_up
    if decision is None or sealed is None or asked is None:
        return Refused("nothing is sealed that could be entered")
    said = {"decision": decision.index, "package": sealed.package, "recipient": asked.certificate}
    values = {PACKAGE: releases.written(Packed(decision.index, sealed.package, asked.certificate, case.digest))}
    return Said(Kind.RELEASE, {**_asker(case), **said}, values, authority, Outcome.RELEASED)


def _ruling(case: Case, decided: Sequence[FirstDecided | SecondDecided]) -> dict[str, object]:
    """What was ruled and decided, under which law."""
    return {
        "case": case.id,
        "confirmed": list(case.decided.confirmed) if case.decided else [],
        "decisions": [records.document(one) for one in decided],
        "established": [records.document(one) for one in case.establishing],
        "events": case.version,
        "items": list(case.decided.items) if case.decided else [],
        "refused": [records.document(one) for one in case.refused or ()],
        "ruled": records.document(case.ruled) if case.ruled else None,
        "state": str(case.state),
    }


def _key(person: str, persons: Mapping[str, Person]) -> str:
    """The digest of a reviewer's key."""
    certificate = persons[person].certificate if person in persons else None
    return fingerprint(certificate) if certificate else f"sha256:{'0' * 64}"


def _asker(case: Case) -> dict[str, object]:
    at = At(case.request or {}, 0)
    agreement, listed = at.look("agreement"), at.listed("officers")
    officers = [one.get("name") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {
        "agency": _text(at.look("asker.agency")),
        "agreements": [_text(agreement)] if isinstance(agreement, str) else [],
        "officers": [_text(one) for one in officers if isinstance(one, str)][:_MOST],
        "signatory": _text(at.look("asker.name")),
    }


def _text(said: object) -> str:
    """A text as a body holds one."""
    text = "".join(char for char in said if char.isprintable())[:_LONGEST] if isinstance(said, str) else ""
    return text or "(none given)"
