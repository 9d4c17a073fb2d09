"""The sealer, asked: what an officer picks up is sealed, entered in the log, and handed over. The desk itself can open none of it.

Whatever the sealer says is recorded as it says it. What it refuses is refused; nothing that the desk could add would change that.
"""

from __future__ import annotations

from dataclasses import dataclass

from safeconduct.core.case.case import DECISION, LOOK, RELEASE, Case
from safeconduct.core.case.now import Now
from safeconduct.core.log.refusals import Refused
from safeconduct.desk.settings import Settings
from safeconduct.sealer.ask import ask
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.reply import Answer, Reply


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What the officer takes: the package, and the disclosure of its release in the log, which travels beside it."""

    package: bytes
    proof: dict[str, object]


def shown(case: Case, now: Now) -> Bundle | Refused:
    """What the sealer is shown of a case: with the entry of the release, once that stands in the log."""
    look, decision, entered = case.entered(LOOK), case.entered(DECISION), case.entered(RELEASE)
    if look is None or decision is None or case.matched is None or case.picked_up is None or case.received_at is None:
        return Refused("look and decision do not stand in the log, or nobody picks it up")
    return Bundle(
        case=case.id,
        request=case.request or {},
        received_at=case.received_at,
        tripped=now.tripped,
        named_for_many=now.named_for_many,
        called_back=case.called_back,
        look=look.shown,
        decision=decision.shown,
        card=case.matched.card,
        sealed=case.matched.sealed,
        picked_up=case.picked_up,
        entry=entered.shown if entered else None,
    )


def asked(bundle: Bundle, told: Settings, wanted: Answer) -> Reply | Refused:
    """What the sealer answers, if it is what is wanted.

    Raises:
        Misplaced: nobody answers.
    """
    if told.sealer is None:
        return Refused("the desk's settings name no `sealer`")
    reply = ask(told.sealer, bundle)
    return reply if reply.answer is wanted else Refused(f"the sealer: {reply.why or 'it answers something else'}")
