"""What is shown of one entry to somebody: the entry, the openings of some of its groups, and the proof that it is in the log.

    {"entry": "<base64>", "format": "safeconduct disclosure v1",
     "openings": {"request": {"salt": "<base64>", "value": "<base64>"}}, "proof": "<the text of a .tlog-proof>"}

The rest of the entry stays closed. That these are all the entries there are is not shown by any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from safeconduct.core.log import entries, proofs
from safeconduct.core.log.commitments import SALT, Opening, commitment
from safeconduct.core.log.entries import GROUPS, Entry
from safeconduct.core.log.lines import Malformed, based, unbased
from safeconduct.core.log.policy import Believed, Policy
from safeconduct.core.log.proofs import Proof
from safeconduct.core.log.refusals import Refused

FORMAT = "safeconduct disclosure v1"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """An entry, what opens some of it, and where it stands."""

    entry: bytes
    openings: Mapping[str, Opening]
    proof: Proof


@dataclass(frozen=True, slots=True)
class Shown:
    """What a disclosure shows, all of it verified: the entry, the values of the groups that are opened, and the checkpoint."""

    entry: Entry
    index: int
    values: Mapping[str, bytes]
    under: Believed


def read(document: object) -> Disclosure:
    """The disclosure in a parsed JSON document; nothing of it is verified.

    Raises:
        Malformed: it is none.
    """
    if not isinstance(document, dict) or document.keys() != {"entry", "format", "openings", "proof"}:
        raise Malformed("a disclosure has not the fields of one")
    if document["format"] != FORMAT:
        raise Malformed("a disclosure is of another format")
    proof = document["proof"]
    if not isinstance(proof, str):
        raise Malformed("a disclosure's proof is no text")
    opened = openings_in(document["openings"])
    return Disclosure(_bytes(document["entry"]), opened, proofs.read(proof.encode("utf-8", "surrogatepass")))


def openings_in(document: object) -> dict[str, Opening]:
    """The openings in a parsed JSON object of them, by group.

    Raises:
        Malformed: it is none.
    """
    if not isinstance(document, dict) or not document.keys() <= set(GROUPS):
        raise Malformed("openings are no object of groups that there are")
    return {group: _opening(said) for group, said in document.items()}


def _opening(said: object) -> Opening:
    if not isinstance(said, dict) or said.keys() != {"salt", "value"}:
        raise Malformed("an opening is not a salt and a value")
    opening = Opening(_bytes(said["salt"]), _bytes(said["value"]))
    if len(opening.salt) != SALT:
        raise Malformed(f"a salt is not of {SALT} bytes")
    return opening


def _bytes(said: object) -> bytes:
    if not isinstance(said, str):
        raise Malformed("a disclosure has something that is no text where base64 stands")
    return unbased(said, "a disclosure")


def written(disclosure: Disclosure) -> dict[str, object]:
    """A disclosure as JSON."""
    proof = proofs.written(disclosure.proof).decode()
    openings = openings_written(disclosure.openings)
    return {"entry": based(disclosure.entry), "format": FORMAT, "openings": openings, "proof": proof}


def openings_written(openings: Mapping[str, Opening]) -> dict[str, object]:
    """Openings as JSON."""
    return {group: {"salt": based(one.salt), "value": based(one.value)} for group, one in openings.items()}


def verified(disclosure: Disclosure, policy: Policy) -> Shown | Refused:
    """What a disclosure shows to whoever believes that policy."""
    under = proofs.verified(disclosure.proof, disclosure.entry, policy)
    if isinstance(under, Refused):
        return under
    try:
        entry = entries.read(disclosure.entry)
    except Malformed as fault:
        return Refused(str(fault))
    for group, opening in disclosure.openings.items():
        if commitment(group, opening) != entry.commitments[group]:
            return Refused(f"what is shown as the {group} is not what was committed to")
    values = {group: opening.value for group, opening in disclosure.openings.items()}
    return Shown(entry, disclosure.proof.index, values, under)
