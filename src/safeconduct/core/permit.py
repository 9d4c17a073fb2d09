"""The look permit: that one look, for one request, in one register, has been entered and may be made once.

    {"permit": {"kind": "safeconduct look permit v1", "id": "…32 figures…", "register": "town-2025",
                "request": "sha256:…", "pack": "sha256:…", "orders": "sha256:…", "issued_at": "2026-11-28T19:00:00Z"},
     "signature": "…base64 of an ECDSA signature, P-256 with SHA-256, over the words of `KIND`, a line end, and the
                   canonical form of `permit`…",
     "entry": {…a disclosure of the entry of this look; left out where there is no log…}}

A permit holds for fifteen minutes. What makes it used is its body (`Permit.known_by`), not its signature: of one ECDSA
signature anybody can make another. The entry is carried here as it came; what it proves is for `log.uses`. Where it is left
out the desk's key alone speaks for the entry, and the broker takes such a permit only where it has been told of no log, for
a register of nobody. That a permit was used is for the broker to remember.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from safeconduct.core import canonical
from safeconduct.core.log.refusals import Refused

KIND = "safeconduct look permit v1"
REGISTER_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
HOLDS = dt.timedelta(minutes=15)
AHEAD = dt.timedelta(seconds=5)
"""How far another's clock may be before the broker's."""
_WRITTEN = "%Y-%m-%dT%H:%M:%SZ"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_SHAPES = {
    "kind": re.compile(re.escape(KIND)),
    "id": re.compile(r"[0-9a-f]{32}"),
    "register": REGISTER_NAME,
    "request": _DIGEST,
    "pack": _DIGEST,
    "orders": _DIGEST,
    "issued_at": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
}
_LONGEST_SIGNATURE = 72
"""Bytes of a DER signature over P-256."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What a permit says: which look, in which register, for which request, under which law, since when (UTC, whole seconds)."""

    id: str
    register: str
    request: str
    pack: str
    orders: str
    issued_at: dt.datetime

    @property
    def body(self) -> dict[str, str]:
        """The permit as JSON, without its signature."""
        return {"kind": KIND, **asdict(self), "issued_at": self.issued_at.strftime(_WRITTEN)}

    @property
    def signed_bytes(self) -> bytes:
        """What is signed."""
        return f"{KIND}\n".encode() + canonical.written(self.body)

    @property
    def known_by(self) -> bytes:
        """By what it is known to be used, however it was signed."""
        return sha256(self.signed_bytes).digest()


@dataclass(frozen=True, slots=True)
class Signed:
    """A permit with a signature, and what is shown of its entry in the log; nobody has verified either yet."""

    permit: Permit
    signature: bytes
    entry: object = None


def read(document: object) -> Signed | Refused:
    """The permit in a parsed JSON document: these fields, each of its shape, and no others."""
    if not isinstance(document, dict) or document.keys() - {"entry"} != {"permit", "signature"}:
        return Refused("the permit is no object of `permit`, `signature` and, where there is a log, `entry`")
    body = document["permit"]
    if not isinstance(body, dict) or body.keys() != _SHAPES.keys():
        return Refused(f"the permit's body has not the fields {', '.join(_SHAPES)} and no others")
    odd = next((name for name, shape in _SHAPES.items() if not _has(body, name, shape)), "")
    issued_at = None if odd else _instant(body["issued_at"])
    if issued_at is None:
        return Refused(f"the permit's `{odd or 'issued_at'}` is not of its form")
    signature = _signature(document["signature"])
    if signature is None:
        return Refused("the permit's signature is no base64 of one")
    said = {name: body[name] for name in _SHAPES if name not in {"kind", "issued_at"}}
    return Signed(Permit(**said, issued_at=issued_at), signature, document.get("entry"))


def _has(body: Mapping[str, object], name: str, shape: re.Pattern[str]) -> bool:
    said = body[name]
    return isinstance(said, str) and shape.fullmatch(said) is not None


def _signature(said: object) -> bytes | None:
    try:
        decoded = base64.b64decode(said, validate=True) if isinstance(said, str) else b""
    except (binascii.Error, ValueError):
        return None
    return decoded if 0 < len(decoded) <= _LONGEST_SIGNATURE and base64.b64encode(decoded).decode() == said else None


def written(permit: Permit, signature: bytes, entry: object = None) -> dict[str, object]:
    """A permit with its signature, and what is shown of its entry, as JSON."""
    said: dict[str, object] = {"permit": permit.body, "signature": base64.b64encode(signature).decode()}
    return said if entry is None else {**said, "entry": entry}


def refusal(
    signed: Signed, desk: ec.EllipticCurvePublicKey, register: str, request: str, now: dt.datetime
) -> Refused | None:
    """Why a permit opens nothing in `register` for the request of that digest at `now`; None where it does, once."""
    permit = signed.permit
    if not is_signed(permit.signed_bytes, signed.signature, desk):
        return Refused("the permit is not signed by the desk")
    if permit.register != register:
        return Refused("the permit is for another register")
    if permit.request != request:
        return Refused("the permit is for another request")
    if permit.issued_at > now + AHEAD:
        return Refused("the permit is issued in the future: one of the two clocks is wrong")
    return Refused("the permit has expired: it held for fifteen minutes") if now >= permit.issued_at + HOLDS else None


def is_signed(said: bytes, signature: bytes, desk: ec.EllipticCurvePublicKey) -> bool:
    """Whether that is a signature of the desk's over `said`."""
    try:
        desk.verify(signature, said, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _instant(written: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(written, _WRITTEN).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def request_digest(request: object) -> str | Refused:
    """The digest of a request as a permit names it."""
    said = canonical.digest(request)
    if isinstance(said, canonical.NoForm):
        return Refused(f"the request has no canonical form: {said.why}")
    return said
