"""What the entry of a release commits to as its `package`, and so what it proves of a file that somebody holds.

    {"decision":41,"package":"sha256:…","recipient":"sha256:…","request":"sha256:…"}

in canonical JSON: the index of the decision's entry, and the digests of the sealed file as it was handed over, of the certificate
that it is sealed to, and of the request. The entry was in the log before the file was handed over; that there is no other of the same
decision is for whoever counts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from safeconduct.core import canonical, documents, records
from safeconduct.core.log import disclosures
from safeconduct.core.log.disclosures import Disclosure, Shown
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Policy
from safeconduct.core.log.refusals import Refused

PACKAGE = "package"


@dataclass(frozen=True, slots=True)
class Packed:
    """A package as the log has it."""

    decision: int
    package: str
    recipient: str
    request: str


def written(packed: Packed) -> bytes:
    """What is committed to."""
    return canonical.written(records.document(packed))


def proved(disclosure: Disclosure, policy: Policy, packed: Packed, origin: str) -> Shown | Refused:
    """What a disclosure shows to whoever believes that policy, if it is of that package, in the log of that name."""
    shown = disclosures.verified(disclosure, policy)
    if isinstance(shown, Refused):
        return shown
    if shown.entry.kind is not Kind.RELEASE:  # its outcome is `released`: it has no other
        return Refused(f"the entry is of a {shown.entry.kind}, not of a release")
    if PACKAGE not in shown.values:
        return Refused("the entry's package is not opened")
    if shown.values[PACKAGE] != written(packed):
        return Refused(_differs(shown.values[PACKAGE], packed))
    if shown.under.checkpoint.origin != origin:
        return Refused("the entry is in another log than the release names")
    if shown.index <= packed.decision:
        return Refused("the entry stands before the decision of which it is to be the release")
    return shown


def _differs(said: bytes, packed: Packed) -> str:
    """In what an entry says something else of its package."""
    try:
        found = records.read(Packed, documents.read(said.decode("utf-8")))
    except (documents.NoDocument, Malformed, UnicodeDecodeError):
        return "the entry says of its package what no entry of a release says"
    differing = [one.name for one in fields(packed) if getattr(found, one.name) != getattr(packed, one.name)]
    return f"the entry is of another {' and '.join(differing)}" if differing else "the entry is not in its one form"
