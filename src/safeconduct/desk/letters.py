"""The letter of a case as it stands: what its asker may read of it (`views.for_asker`), and nothing else, in the language asked for.

    sent back                    incomplete, until it is completed or its day has passed
    refused before the look      refused
    on the day of the answer     released, or not released
    under review, held, …        no letter; why not

    recalled                     a recall, to whoever holds it

Nothing of the look comes in here but by `for_asker`. A letter bears the day of what it tells, so that it is the same however often
it is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from safeconduct.core.case.case import DECISION, RELEASE, Case
from safeconduct.core.case.events import Recalled as RecalledEvent
from safeconduct.core.case.events import Refused as RefusedEvent
from safeconduct.core.case.events import SentBack
from safeconduct.core.fields import At
from safeconduct.core.gate.policy import Policy
from safeconduct.core.log import disclosures, proofs
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import loaded, views
from safeconduct.desk.desk import Desk
from safeconduct.desk.loaded import Loaded
from safeconduct.desk.views import ForAsker
from safeconduct.journal.journal import reading
from safeconduct.letters import letter as letters
from safeconduct.letters import signing, typeset
from safeconduct.letters.letter import Addressee, Concerning, Custodian, Duty, Kind, Language, Letter, Recalled, Spoken
from safeconduct.letters.settings import settings
from safeconduct.letters.told import told
from safeconduct.shelf import Misplaced

_LAPSED_BY = "the desk"
"""Who refuses what was not completed in time (`receipt.lapsed`)."""
_PROVED = {Kind.REFUSED: DECISION, Kind.RELEASED: DECISION, Kind.NOT_RELEASED: DECISION, Kind.RECALL: RELEASE}
"""With which letters the proof of which entry goes. Of what is not released the entry is of the day of the answer, whatever was found."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a letter is made by: who writes, in which language; on which day (ordinal), under which policy; the pack's files, for their words."""

    custodian: Custodian
    language: Language
    today: int
    policy: Policy
    files: Mapping[str, str]
    log: str = ""
    """The log's name."""


def written(desk: Desk, case_id: str, language: Language) -> bytes | Refused:
    """The letter of a case as it stands now: a PDF, signed, with the proof that goes with it; or why there is none.

    Raises:
        Misplaced: the desk's settings name no letters, there is no such case, or key or certificate cannot be used.
        PackFault: the pack's words are malformed.
    """
    if desk.told.letters is None:
        raise Misplaced(
            "the desk's settings", "name no letters", 'write letters = "letters.toml"; docs/letters.md shows it'
        )
    told_by, now = settings(desk.told.letters), desk.dated.now()
    if isinstance(now, Refused):
        return now
    with reading() as at:
        gate, held = desk.gate_of.at(at, now), loaded.case(at, case_id)
    if held.case.request is None:
        raise Misplaced(case_id, "is no case of this desk", "name one that `safeconduct case list` prints")
    files = desk.laws.opened(gate).pack.files
    letter = of_case(held, Asked(told_by.custodian, language, gate.on, desk.laws.policy(gate), files, desk.log.origin))
    if isinstance(letter, Refused):
        return letter
    return signing.signed(typeset.pdf(letter), told_by.key, told_by.certificate, proof(held.case, letter.kind), now)


def of_case(held: Loaded, asked: Asked) -> Letter | Refused:
    """The letter of a case, as far as its asker may read of it; or why there is none.

    Raises:
        PackFault: the pack's words are malformed.
    """
    said = views.for_asker(held.case, asked.today, asked.policy)
    if held.case.recalled is not None:
        return _recall(held, held.case.recalled, said, asked)
    match said.stands:
        case "incomplete":
            reasons = told(said.reasons, asked.language, asked.files)
            return letters.incomplete(_concerning(held, said, asked), reasons, dt.date.fromisoformat(said.due))
        case "refused":
            reasons = told(said.reasons, asked.language, asked.files)
            return letters.refused(_concerning(held, said, asked), reasons, _lapsed(held))
        case "released":
            return letters.released(_concerning(held, said, asked))
        case "not_released":
            return letters.not_released(_concerning(held, said, asked))
    day = f" until {dt.date.fromordinal(said.seen.day)}" if said.seen.day else ""
    return Refused(f"there is no letter of a request that is {said.stands.replace('_', ' ')}{day}")


def _recall(held: Loaded, recalled: RecalledEvent, said: ForAsker, asked: Asked) -> Letter:
    """The recall, to whoever holds what was handed over: it is set apart at once, and destroyed and that certified by its day."""
    acknowledge, destroy = (dt.date.fromisoformat(one) for one in (recalled.acknowledge_by, recalled.destroy_by))
    days = {Duty.ACKNOWLEDGE: acknowledge, Duty.QUARANTINE: acknowledge, Duty.DESTROY: destroy, Duty.CERTIFY: destroy}
    decision = held.case.entered(DECISION)
    of = replace(_concerning(held, said, asked), day=recalled.at.date())
    told_of = Recalled(decision.index if decision else 0, asked.log, days, Spoken(recalled.why))
    return letters.recall(of, told_of)


def proof(case: Case, kind: Kind) -> bytes | None:
    """The proof that goes with a letter: that the decision's entry is in the log; None where there is none, or none may be told."""
    logged = case.entered(_PROVED[kind]) if kind in _PROVED else None
    return proofs.written(disclosures.read(dict(logged.shown)).proof) if logged else None


def _concerning(held: Loaded, said: ForAsker, asked: Asked) -> Concerning:
    request = At(held.case.request or {}, 0)
    agency, name, request_id = (
        str(request.look(field) or "") for field in ("asker.agency", "asker.name", "request_id")
    )
    day = _day(held, said, asked.today)
    return Concerning(asked.language, asked.custodian, Addressee(agency, name), request_id, held.case.id, day)


def _day(held: Loaded, said: ForAsker, today: int) -> dt.date:
    """The day of what is told: of the answer, which in an emergency may come before its day; else of the event."""
    if said.seen.day is not None:
        return dt.date.fromordinal(min(said.seen.day, today))
    told_last = [one.at for one in held.happened if isinstance(one, SentBack | RefusedEvent)]
    return told_last[-1].date()


def _lapsed(held: Loaded) -> dt.date | None:
    """The day until which the request could have been completed, where it was refused because it was not."""
    last = next((one for one in reversed(held.happened) if isinstance(one, RefusedEvent)), None)
    return dt.date.fromisoformat(held.case.sent_back_until) if last is not None and last.by == _LAPSED_BY else None
