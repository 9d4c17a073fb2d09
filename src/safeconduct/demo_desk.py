"""The demo's desk: one request from its receipt to the cooling of a decision, one that is stayed, and one about nobody.

People with keys, each of whom signs. What is shown is what the journal says, and it is audited against the log. In which town it
happens is for `demo_town`; what comes after the decision for `demo_release`.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any

from safeconduct.core import names, subject
from safeconduct.core.case import commands as tell_to
from safeconduct.core.case.case import Case, card_digest, ruling_digest
from safeconduct.core.facts import EstablishedBy
from safeconduct.core.gate.commands import Approve, SetControl, proposal_digest
from safeconduct.core.gate.commands import name as kind_of
from safeconduct.core.gate.stops import Stop, Target, written
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import audit, settings, ticking, town, views
from safeconduct.desk.desk import Desk, Done
from safeconduct.desk.speaking import gate, held
from safeconduct.desk.town import sign

_TICKS = 10
_PAPER = f"sha256:{'5' * 64}"

OPENING = (
    "A request in its life: every step is an event of the journal, the journal is anchored in the log, and everybody who acts signs with "
    "a key that stands there since a week. (The town was founded long ago by a clock of its own, or nobody could sign today.) Desk, "
    "broker and sealer are three processes; what the demo does, the desk does.\n"
)


class Walk:
    """One request, brought through its life by the people of the town."""

    def __init__(self, desk: Desk, request: str) -> None:
        self.desk, self.place = desk, desk.told.log.parent
        file = self.place / "requests" / f"{request}.json"
        self.request: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        done = desk.receive(tell_to.Receive(_id(), "the agency", "api", self.request, secrets.token_hex(32)))
        if isinstance(done, Refused):
            raise TypeError(f"the town's request is not received: {done.why}")
        self.id, self.received = done.stream, done

    def case(self) -> Case:
        """The case as it stands."""
        return held(self.id)

    def say(self, kind: type, by: str, **said: object) -> Done | Refused:
        """A command of somebody's, signed."""
        command = kind(id=_id(), by=by, case=self.id, **said)
        return self.desk.tell(sign(command, self.desk.log.origin, self.place / town.PEOPLE))

    def told(self, what: str, done: Done | Refused) -> str:
        """A line of what was done, or why it was not."""
        if isinstance(done, Refused):
            return f"- {what}: *not done: {done.why}*"
        happened = [kind_of(type(one)).replace("_", " ") for one in done.happened]
        return f"- {what}: {', '.join(happened)}"

    def tick(self) -> str:
        """A tick, and what became of this case by it."""
        ticked = ticking.tick(self.desk)
        if isinstance(ticked, Refused):
            return f"*not ticked: {ticked.why}*"
        one = ticked.advanced.get(self.id)
        return ", ".join(said.replace("_", " ") for said in one.happened) or one.waits if one else "nothing more"

    def reviewed(self) -> Iterator[str]:
        """From receipt to the pass of the first review."""
        yield self.told(f"`{self.request['request_id']}` comes in under {self.request['authority']}", self.received)
        yield f"- a tick brings the journal's root to the log, the witnesses cosign, and their checkpoint is the lot's seed: {self.tick()}"
        for asker in subject.askers(self.request):
            done = self.say(tell_to.DenyKin, "-".join(names.words(asker))[:60], request=self.case().digest)
            yield self.told(f"{asker} signs that the person is no kin or acquaintance", done)

    def passed(self) -> str:
        """The first reviewer passes the request."""
        case = self.case()
        first = case.person("first")
        ruling = ruling_digest(case.ruled) if case.ruled else ""
        done = self.say(tell_to.PassFirst, first, request=case.digest, ruling=ruling)
        return self.told(f"{first}, drawn by lot, passes the request and signs the look", done)

    def to_cooling(self) -> Iterator[str]:
        """The whole way, with a stop in the middle."""
        yield from self.reviewed()
        yield self.passed()
        yield from self.stopped_and_lifted()
        ticked = "; then ".join(self.until_looked())
        yield f"- ticks bring the lifting to the broker and the look to the log, and the broker looks once: {ticked}"
        yield from self.decided()
        yield f"- the decision stands in the log: {self.tick()}"
        yield self.seen()

    def until_looked(self) -> Iterator[str]:
        """Ticks until the broker has looked. A lifting must be younger than its stop by the witnesses' clocks, which tell seconds."""
        for _ in range(_TICKS):
            yield self.tick()
            if self.case().looked:
                return
            time.sleep(1.0)

    def stopped_and_lifted(self) -> Iterator[str]:
        """A stop by one person; its lifting by two."""
        name, today = f"stop {self.request['request_id']}", self.desk.clock().date().isoformat()
        content = written(Stop(Target.REQUEST, str(self.request["request_id"]), "counsel wants to see the file"))
        yield self.told(
            "f.novak, counsel, stops it: one person, at once", self.govern("f.novak", name, "set", content, today)
        )
        yield f"- so the next step is not taken: *{self.tick()}*"
        proposal = self.govern("f.novak", name, "ended", _PAPER, today)
        yield self.told("f.novak wants it lifted, which takes two", proposal)
        yield self.told("i.roy, of the inspector general's office, approves", self.approve("i.roy"))

    def govern(self, by: str, name: str, act: str, content: str, today: str) -> Done | Refused:
        """A control, signed."""
        command = SetControl(_id(), by, "stop", name, act, content, today)
        return self.desk.govern(sign(command, self.desk.log.origin, self.place / town.PEOPLE))

    def approve(self, by: str) -> Done | Refused:
        """What is proposed, approved."""
        [(proposal, one)] = (gate(self.desk).proposals or {}).items()
        command = Approve(_id(), by, proposal, proposal_digest(one.control))
        return self.desk.govern(sign(command, self.desk.log.origin, self.place / town.PEOPLE))

    def decided(self) -> Iterator[str]:
        """Two people, each by their own judgement."""
        case = self.case()
        first = case.person("first")
        card = "; ".join(f"{one.what} {one.said}" for one in case.matched.card) if case.matched else "none"
        yield f"- the card, which is all that a reviewer sees of the record: {card}"
        yield self.told(f"{first} takes it up", self.say(tell_to.Claim, first))
        yield self.told(
            "the custodian's own facts, with their paper",
            self.say(tell_to.Establish, first, facts=self.facts(EstablishedBy.CUSTODIAN), document=_PAPER),
        )
        yield self.told(f"{first} decides", self.decide(tell_to.DecideFirst, first))
        advanced = self.desk.advance(self.id)
        case = self.case()
        second, fact = case.person("second"), case.fact.fact if case.fact else ""
        yield f"- another is drawn, who sees nothing of it: {', '.join(one.replace('_', ' ') for one in advanced.happened)}"
        done = self.say(tell_to.CheckFact, second, fact=fact, agrees=True, document=_PAPER)
        yield self.told(f"{second} compares the fact that the lot fell on, `{fact}`, with its document", done)
        yield self.told(f"{second} decides", self.decide(tell_to.DecideSecond, second))

    def decide(self, kind: type, by: str) -> Done | Refused:
        """A decision to release what was asked for."""
        case = self.case()
        said = {"request": case.digest, "card": card_digest(case.matched) if case.matched else "", "release": True}
        items = case.ruled.items if case.ruled else ()
        why = "name, address and number agree; the reason is this person's own"
        return self.say(kind, by, **said, items=items, findings=self.facts(EstablishedBy.REVIEWER), why=why)

    def facts(self, by: EstablishedBy) -> Mapping[str, bool]:
        """What somebody has to find, found in the asker's favour: no impairment, everything else so."""
        now = self.desk.weighed(self.id)
        if isinstance(now, Refused):
            raise TypeError(now.why)
        wanted = views.wanted(self.case(), now, by)
        return {name: not name.endswith(("impairment", "impaired", "impairs")) for name, _ in wanted}

    def for_asker(self) -> views.ForAsker:
        """What the asker may read of it now."""
        now = self.desk.weighed(self.id)
        if isinstance(now, Refused):
            raise TypeError(now.why)
        return views.for_asker(self.case(), now.today, now.policy)

    def seen(self) -> str:
        """What the asker reads of it now."""
        said = self.for_asker()
        until = "" if said.seen.letter else f", until {self.case().answer_on}"
        return f"- the asker reads: *{said.stands.replace('_', ' ')}{until}*\n"

    def to_its_stay(self) -> Iterator[str]:
        """A request that orders of courts keep from every further step."""
        yield self.told(f"`{self.request['request_id']}` asks the same, and comes in", self.received)
        for one in self.for_asker().reasons:
            yield f"- it goes no further: {one.cites}: {one.means}"
        yield f"- it is held until the orders are lifted, or its owner decides by {self.for_asker().due}; no permit is made\n"

    def to_nothing(self) -> Iterator[str]:
        """A request about somebody who is not in the register: the asker cannot tell it from the other."""
        yield from self.reviewed()
        yield self.passed()
        yield f"- ticks: {'; then '.join(self.until_looked())}; {self.tick()}"
        looked = self.case().looked
        yield f"- inside: found {looked.found if looked else 'nothing'}, and decided: not released"
        yield self.seen()


def _id() -> str:
    return secrets.token_hex(16)


def audited(desk: Desk) -> str:
    """The journal, audited against the log."""
    ticking.tick(desk)
    place = desk.told.log.parent
    found = audit.audit(desk, place / "inspector.key")
    if isinstance(found, Refused):
        raise TypeError(found.why)
    wrong = "; ".join(found.wrong) or "nothing is wrong"
    config = place / settings.FILE
    return (
        f"The journal, audited against the log: {found.events} events of {found.cases} cases under {found.anchors} anchors; {wrong}.\n\n"
        f"    safeconduct desk audit --desk {config} --key {place}/inspector.key\n"
        f"    safeconduct role list --desk {config}\n    safeconduct case receive {place}/requests/right-address.json --desk {config}\n"
    )
