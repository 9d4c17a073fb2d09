"""The desk's notice to broker and sealer that a stop was set, or lifted: it goes out at once, and not by way of the log.

    {"stop": {"kind": "safeconduct stop v1", "id": "…32 figures…", "name": "R-17", "act": "set", "content": "…as `stops` writes it…",
              "register": "town-2025", "issued_at": "2026-11-29T19:00:00Z"},
     "signature": "…base64 of an ECDSA signature, P-256 with SHA-256, over the words of `KIND`, a line end, and the
                   canonical form of `stop`…",
     "entry": {…of a lifting alone: a disclosure of the control by which two persons lifted the stop…},
     "before": "…of a lifting alone: the log's checkpoint from after the stop was set, in which that entry is not yet…"}

To set a stop narrows, and the desk's signature is enough, however late it comes. To lift one widens, and takes the control in the
log besides. A name may be stopped again, so a lifting must be younger than what it lifts: by how old the proof of an entry is one
cannot tell how old the entry is, but an entry that a checkpoint does not hold was entered after the witnesses saw that checkpoint.
That a notice or an entry was used, and which stops stand, is for whoever is told to remember.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec

from safeconduct.core import canonical, documents, permit, records
from safeconduct.core.canonical import NoForm
from safeconduct.core.days import day as day_of
from safeconduct.core.log import controls, notes, uses
from safeconduct.core.log.bodies import STATEMENT
from safeconduct.core.log.controls import Control
from safeconduct.core.log.disclosures import Shown
from safeconduct.core.log.entries import Kind
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Policy, believed
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.uses import Entered

KIND = "safeconduct stop v1"
_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 200
_OF_A_LIFTING = {"entry", "before"}
_LIFTING = "the lifting"


class Act(StrEnum):
    """What became of a stop."""

    SET = "set"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says: that the stop of that name, in that register, was set or lifted (UTC, whole seconds)."""

    id: str
    name: str
    act: Act
    content: str
    register: str
    issued_at: dt.datetime

    @property
    def body(self) -> dict[str, object]:
        """The notice as JSON, without its signature."""
        return {"kind": KIND, **records.document(self)}

    @property
    def signed_bytes(self) -> bytes:
        """What is signed."""
        return f"{KIND}\n".encode() + canonical.written(self.body)

    @property
    def known_by(self) -> bytes:
        """By what it is known to have come before, however it was signed."""
        return sha256(self.signed_bytes).digest()


@dataclass(frozen=True, slots=True)
class Signed:
    """A notice with a signature and, of a lifting, what is shown of the log; nobody has verified any of it yet."""

    notice: Notice
    signature: bytes
    entry: object = None
    before: object = None


@dataclass(frozen=True, slots=True)
class Lifting:
    """A lifting that is proved: where it stands in the log, and a time (since 1970) after which it was entered."""

    entered: Entered
    after: int


@dataclass(frozen=True, slots=True)
class _Carried:
    stop: object
    signature: bytes


def read(document: object) -> Signed | Refused:
    """The notice in a parsed JSON document: these fields, each of its shape, and no others."""
    if not isinstance(document, dict) or document.keys() - _OF_A_LIFTING != {"stop", "signature"}:
        return Refused("a stop is no object of `stop`, `signature` and, where it is lifted, `entry` and `before`")
    try:
        carried = records.read(_Carried, {name: document[name] for name in ("stop", "signature")})
        notice = _notice(carried.stop)
    except Malformed as fault:
        return Refused(f"the notice of a stop cannot be read: {fault}")
    return Signed(notice, carried.signature, document.get("entry"), document.get("before"))


def _notice(said: object) -> Notice:
    if not isinstance(said, dict) or said.get("kind") != KIND:
        raise Malformed("it is of another kind")
    notice = records.read(Notice, {name: value for name, value in said.items() if name != "kind"})
    if not _ID.fullmatch(notice.id):
        raise Malformed("its `id` is not 32 hexadecimal figures")
    if not 0 < len(notice.name) <= _LONGEST_NAME or not notice.name.isprintable():
        raise Malformed("its `name` is none that can be printed on a line")
    if notice.act is Act.LIFTED and notice.content:
        raise Malformed("it lifts a stop, and has a `content`")
    if isinstance(canonical.canonical(notice.body), NoForm):
        raise Malformed("it has no canonical form")
    return notice


def written(notice: Notice, signature: bytes, entry: object = None, before: object = None) -> dict[str, object]:
    """A notice with its signature and, of a lifting, what is shown of the log, as JSON."""
    said: dict[str, object] = {"stop": notice.body, "signature": base64.b64encode(signature).decode()}
    return said if notice.act is Act.SET else {**said, "entry": entry, "before": before}


def refusal(signed: Signed, desk: ec.EllipticCurvePublicKey, register: str, now: dt.datetime) -> Refused | None:
    """Why a notice is not the desk's for `register`, or, of a lifting, not of now; None where it is."""
    notice = signed.notice
    if not permit.is_signed(notice.signed_bytes, signed.signature, desk):
        return Refused("the stop is not signed by the desk")
    if notice.register != register:
        return Refused("the stop is for another register")
    if notice.act is Act.SET:
        return None  # whatever the clocks say: it narrows
    if notice.issued_at > now + permit.AHEAD:
        return Refused("the lifting is issued in the future: one of the two clocks is wrong")
    return (
        Refused("the lifting has expired: it held for fifteen minutes")
        if now >= notice.issued_at + permit.HOLDS
        else None
    )


def lifting(signed: Signed, policy: Policy, now: dt.datetime) -> Lifting | Refused:
    """What proves, to whoever believes that policy, that two persons of two offices lifted the stop."""
    shown = uses.shown(signed.entry, _LIFTING, policy, now)
    if isinstance(shown, Refused):
        return shown
    control = _control(shown)
    if isinstance(control, Refused):
        return control
    if why := _other(control, signed.notice) or _without_effect(control, shown, now):
        return Refused(why)
    after = _after(signed.before, shown, policy)
    return after if isinstance(after, Refused) else Lifting(uses.place_of(shown), after)


def _control(shown: Shown) -> Control | Refused:
    statement = shown.values.get(STATEMENT)
    if shown.entry.kind is not Kind.CONTROL or statement is None:
        return Refused("what is shown of the lifting is no control whose statement is opened")
    try:
        return controls.read(documents.read(statement.decode()))
    except (documents.NoDocument, Malformed, UnicodeDecodeError):
        return Refused("what is shown of the lifting opens to no control")


def _other(control: Control, notice: Notice) -> str:
    """What makes the control one of something else; "" where nothing does."""
    if (control.subject, control.act, control.part) != ("stop", "ended", (1, 1)):
        return "the control that is shown ends no stop"
    return "" if control.name == notice.name else "the control that is shown ends a stop of another name"


def _without_effect(control: Control, shown: Shown, now: dt.datetime) -> str:
    """Why the control has no effect, or none yet; "" where it has."""
    if found := controls.refusal(control, shown.entry.day):
        return f"the control that is shown has no effect: {found.why}"
    begun = (day_of(control.effective_on) or 0) <= now.astimezone(dt.UTC).toordinal()
    return "" if begun else "the control that is shown has no effect yet"


def _after(said: object, shown: Shown, policy: Policy) -> int | Refused:
    """The time of a checkpoint, as text, that has not the entry yet: the entry is younger."""
    if not isinstance(said, str):
        return Refused("the lifting has no checkpoint with it from before it was entered")
    try:
        found = believed(notes.read(said.encode("utf-8", "surrogatepass")), policy)
    except Malformed as fault:
        return Refused(f"the checkpoint before the lifting cannot be read: {fault}")
    if isinstance(found, Refused):
        return Refused(f"the checkpoint before the lifting is not believed: {found.why}")
    if found.checkpoint.origin != shown.under.checkpoint.origin or found.checkpoint.size > shown.index:
        return Refused("the checkpoint before the lifting is another log's, or holds it already")
    return (
        found.time if found.time is not None else Refused("no witness says when the checkpoint before the lifting was")
    )
