"""What the broker seals to the sealer of one look: the permit, its entry, the card's digest, the route, the record or nothing; and signs.

    {"card": "sha256:…", "entry": "<64 figures>", "permit": "…32 figures…", "record": {…} or null, "route": "ordinary" or "protected",
     "signature": "…base64…"}

Signed (ECDSA, P-256, SHA-256) are the words of `KIND`, a line end, and the canonical form of all but the signature. Anybody can seal
to the sealer's certificate: by the signature it knows that the broker found this, under this permit, that the reviewers saw this card,
and which of them had to judge it.
`entry` is by what the look's entry is known to be used (`uses.Entered.known_by`), "" where the broker knows no log. Attack: the look is
entered a second time, and with it a decision that was released or reversed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric import ec

from safeconduct.core import canonical, documents, permit
from safeconduct.core.log.lines import Malformed, based, unbased
from safeconduct.core.log.refusals import Refused
from safeconduct.core.matching import Compared

KIND = b"safeconduct record v2\n"
_FIELDS = {"card", "entry", "permit", "record", "route", "signature"}
_UNREADABLE = Refused("what the broker sealed cannot be read")


class Route(StrEnum):
    """Which reviewer a case goes to."""

    ORDINARY = "ordinary"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """What a look came to, under which permit, entered where, with which card (its digest), by which route it is judged.

    A record that is None is nothing that may be released.
    """

    permit: str
    entry: str
    card: str
    route: Route
    record: Mapping[str, object] | None

    @property
    def body(self) -> dict[str, object]:
        """The same as JSON, without its signature."""
        held = {"card": self.card, "entry": self.entry, "permit": self.permit}
        return {**held, "record": self.record, "route": str(self.route)}

    @property
    def signed_bytes(self) -> bytes:
        """What is signed."""
        return KIND + canonical.written(self.body)


def card_digest(card: Iterable[Compared]) -> str:
    """The digest of a card, as the reviewers sign it."""
    lines = [{"how": one.how, "said": str(one.said), "what": one.what} for one in card]
    said = canonical.digest({"card": lines})
    return said if isinstance(said, str) else ""


def written(opened: OpenedRecord, signature: bytes) -> dict[str, object]:
    """It with its signature, as JSON."""
    return {**opened.body, "signature": based(signature)}


def verified(said: bytes, broker: ec.EllipticCurvePublicKey) -> OpenedRecord | Refused:
    """What was sealed, if the broker signed it."""
    try:
        document = documents.read(said.decode())
    except (documents.NoDocument, UnicodeDecodeError):
        return _UNREADABLE
    if not isinstance(document, dict) or document.keys() != _FIELDS:
        return _UNREADABLE
    record, signature = document["record"], document["signature"]
    texts = (document["permit"], document["entry"], document["card"], signature)
    if not all(isinstance(one, str) for one in texts) or not isinstance(record, dict | None):
        return _UNREADABLE
    try:
        opened = OpenedRecord(document["permit"], document["entry"], document["card"], Route(document["route"]), record)
        held = permit.is_signed(opened.signed_bytes, unbased(signature, "a signature"), broker)
    except (Malformed, ValueError):
        return _UNREADABLE
    return opened if held else Refused("what is sealed as the record was not signed by the broker")
