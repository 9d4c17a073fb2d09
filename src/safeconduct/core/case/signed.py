"""What a signature must say for an event to be what was signed: by which command, and with which words.

Only events are here by which a case comes nearer to a release, or which decide who may act in it; an objection, a refusal or a
reversal that somebody forged is for the audit. Who a person is, and by which key, is for whoever asks: the desk, the audit, the sealer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safeconduct.core import canonical, records
from safeconduct.core.case import events
from safeconduct.core.case.case import Case, card_digest, digest, ruling_digest
from safeconduct.core.case.events import Event
from safeconduct.core.gate import commands, persons
from safeconduct.core.gate.events import Controlled, Signature
from safeconduct.core.gate.persons import Person
from safeconduct.core.log.controls import Control, Signed
from safeconduct.core.log.refusals import Refused


@dataclass(frozen=True, slots=True)
class Must:
    """The command, and at least what it has to say."""

    command: str
    says: Mapping[str, object]


def of_event(event: Event, case: Case) -> Must | None:
    """What the signature of an event must say, in the case as it is after it; None where nobody has to sign it."""
    if isinstance(event, events.Received | events.Completed):
        return None if digest(event.request) == event.digest else Must("receive", {})
    saying = _SAYING.get(type(event))
    if saying is None:
        return None
    command, says = saying
    return Must(command, says(event, case))


def of_control(event: Controlled, nth: int) -> Mapping[str, object]:
    """What the nth signature of a control must say: the first sets or proposes, the second approves that very proposal."""
    control, signature = event.control, event.signatures[nth]
    if nth == 0:
        said = {name: getattr(control, name) for name in ("subject", "name", "act", "content", "effective_on")}
        return {"command": "set_control", "by": signature.person, "id": signature.command, **said}
    said = {"proposal": event.signatures[0].command, "digest": commands.proposal_digest(control)}
    return {"command": "approve", "by": signature.person, "id": signature.command, **said}


def refusal(
    signature: Signature, said: Mapping[str, object], person: Person, gate: str, at: dt.datetime
) -> Refused | None:
    """Why a signature is not that person's over a command to the gate of that name which says at least this; None where it is."""
    document = signature.said
    if not isinstance(document, dict) or any(document.get(name) != value for name, value in said.items()):
        return Refused("what was signed is not what is to be done")
    bytes_ = commands.KIND + canonical.written({**document, "gate": gate})
    return persons.refusal(person, bytes_, signature.signature, at)


def signatures(event: Controlled) -> tuple[Signed, ...]:
    """The signatures of a control, as they are entered with it."""
    return tuple(Signed(one.person, one.command, one.signature) for one in event.signatures)


def as_kept(control: Control, signatures: Sequence[Signed]) -> tuple[Signature, ...]:
    """The signatures that were entered with a control, as the journal keeps them."""
    acts = zip(signatures, commands.acts(control, signatures), strict=True)
    return tuple(Signature(one.person, one.command, commands.written(act, ""), one.signature) for one, act in acts)


def _look(_: Any, case: Case) -> dict[str, object]:  # noqa: ANN401  # one of several events
    return {"request": case.digest, "ruling": ruling_digest(case.ruled) if case.ruled else ""}


def _decided(event: events.FirstDecided | events.SecondDecided, case: Case) -> dict[str, object]:
    said = records.document(event)
    judged = {"request": case.digest, "card": card_digest(case.matched) if case.matched else ""}
    return {**judged, **{name: said[name] for name in ("release", "items", "findings", "why", "confirmed")}}


def _own(*names: str, **more: object) -> Callable[[Any, Case], dict[str, object]]:
    """The event's own words of those names, and what the command says besides."""

    def says(event: object, _: Case) -> dict[str, object]:
        said = records.document(event)
        return {**{name: said[name] for name in names}, **more}

    return says


_SAYING: Mapping[type, tuple[str, Callable[[Any, Case], dict[str, object]]]] = {
    events.KinDenied: ("deny_kin", lambda _, case: {"request": case.digest}),
    events.CalledBack: ("call_back", _own("bears_out", "number_from", "says")),
    events.HoldEnded: ("end_hold", _own("why", decision="goes_on")),
    events.FirstPassed: ("pass_first", _look),
    events.LookRenewed: ("renew_look", _look),
    events.Established: ("establish", _own("facts", "document")),
    events.FirstDecided: ("decide_first", _decided),
    events.FactChecked: ("check_fact", _own("fact", "agrees", "document")),
    events.SecondDecided: ("decide_second", _decided),
    events.PickedUp: ("pick_up", lambda event, case: {"request": case.digest, "certificate": event.certificate}),
    events.Recalled: ("recall", _own("why")),
    events.SentOn: ("settle_dispute", _own("why", send_on=True)),
}
