"""The desk: load, decide, append, in one transaction. One function a step; what follows from a command says the core.

A command is done once, by its id. A stop, an order and whatever else governs the gate is written while nobody else writes
(`alone`), under the lock that every step of a case shares: so there is no step beside it that has not seen it. What the machine owes
a case is done by `advance`, which asks again after each step, and what has to stand in the log by `tick`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from safeconduct.core.case import commands, hand_over, handle, passage, receipt
from safeconduct.core.case.case import RELEASE, Case, apply, digest
from safeconduct.core.case.ceilings import keys as counted_keys
from safeconduct.core.case.commands import Complete, DecideFirst, DecideSecond, OfAsker, PickUp, Receive
from safeconduct.core.case.events import Event, Lifted, Stopped
from safeconduct.core.case.life import AWAITED, State
from safeconduct.core.case.now import Now
from safeconduct.core.case.passage import Step
from safeconduct.core.gate import gate as gates
from safeconduct.core.gate import stops
from safeconduct.core.gate.commands import name
from safeconduct.core.gate.events import Controlled
from safeconduct.core.gate.events import Event as OfGate
from safeconduct.core.gate.gate import Gate, Signed
from safeconduct.core.gate.policy import Counted
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import asking, handing, loaded
from safeconduct.desk.dated import Dated
from safeconduct.desk.handing import HandedOver
from safeconduct.desk.loaded import GateOf, Loaded
from safeconduct.desk.proved import Notary
from safeconduct.desk.settings import Settings
from safeconduct.desk.telling import Broker
from safeconduct.journal import projections, store
from safeconduct.journal.events import GATE
from safeconduct.journal.journal import Journal, Raced, SaidOtherwise, reading, writing
from safeconduct.laws import Laws
from safeconduct.logbook import settings as logs
from safeconduct.sealer.reply import Answer as OfSealer
from safeconduct.sealer.reply import Reply
from safeconduct.shelf import Misplaced

_AGAIN, _STEPS = 5, 20
_SINCE = 365
"""Days in which a request of the same agency about the same person is taken for the same matter."""
Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: to which case (or the gate), what happened, and whether the command had been done before."""

    stream: str
    happened: tuple[object, ...]
    before: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """Which request is weighed: of a case that is there its id and the position of its receipt, of a new one neither."""

    request: Mapping[str, object]
    resubmits: str | None = None
    case: str = ""
    received: int | None = None
    tripped: bool = False
    is_new: bool = True
    """Whether it may ask what others ask: a new request, or one that is completed."""
    is_confirmed: bool = False
    """Whether it is decided to confirm something of it."""

    @classmethod
    def of(cls, held: Loaded, command: object = None) -> About:
        """The request of a case; where it is completed, the completed one."""
        request = command.request if isinstance(command, Complete) else held.case.request or {}
        is_new = isinstance(command, Complete)
        confirms = isinstance(command, DecideFirst | DecideSecond) and bool(command.confirmed)
        said = (request, held.case.resubmits, held.case.id, held.received)
        return cls(*said, is_new=is_new, is_confirmed=confirms)


Answer = Callable[[Case, Now], Sequence[Event] | Refused]


@dataclass(frozen=True, slots=True)
class Advanced:
    """The names of what happened to a case by the machine, and why it went no further, where something keeps it."""

    happened: tuple[str, ...]
    waits: str = ""


class _Undo(Exception):
    """A refusal within a transaction: nothing of it stays."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.why)
        self.why = why


class Desk:
    """A desk at work. One at a time in a process; its calls may come from one thread at a time."""

    def __init__(self, told: Settings, clock: Clock) -> None:
        """Take up the journal and the log that the settings name.

        Raises:
            Misplaced: one of them cannot be used.
        """
        store.use(told.journal)
        self.told, self.clock = told, clock
        self.log = logs.settings(told.log)
        self.gate_of = GateOf(self.log.origin)
        self.laws = Laws(told.packs)
        self.dated = Dated(self.log, clock)
        self.broker = Broker(told, self.log, clock)

    # Askers

    def receive(self, command: Receive, *, tripped: bool = False) -> Done | Refused:
        """Take a request in, rule on it, and let it go on, wait, or go back."""
        case_id = f"c-{hashlib.sha256(command.id.encode()).hexdigest()[:20]}"
        return self.tried(lambda: self._receive(command, case_id, tripped=tripped))

    def _receive(self, command: Receive, case_id: str, *, tripped: bool) -> Done | Refused:
        now = self.dated.now()
        if isinstance(now, Refused):
            return now
        with writing() as at:
            done = at.done_before(replace(command, token=""), case_id)  # which is drawn anew where it is given again
            if done is not None:
                return Done(done, (), before=True)
            gate = self.gate_of.at(at, now)
            at.lock(_counted_by(command.request))
            moment = self._moment(at, gate, About(command.request, command.resubmits, tripped=tripped))
            known = projections.case_of(digest(command.request))
            if known is not None:
                raise _Undo(Refused(f"this request was received before, as {known}"))
            case, happened = Case(case_id), handle.of_asker(Case(case_id), command, moment)
            return self._appended(at, Loaded(case, 0), happened, command.id)

    def of_asker(self, command: OfAsker) -> Done | Refused:
        """What an asker does to a request that was received."""
        return self.tried(lambda: self._told(command, lambda case, now: handle.of_asker(case, command, now)))

    # The custodian's people

    def tell(self, signed: Signed) -> Done | Refused:
        """A signed command to a case."""
        return self.tried(lambda: self._told(signed.command, lambda case, now: handle.signed(case, signed, now)))

    def _told(
        self,
        command: object,
        answer: Answer,
    ) -> Done | Refused:
        now = self.dated.now()
        if isinstance(now, Refused):
            return now
        case_id = str(getattr(command, "case", ""))
        with writing() as at:
            done = at.done_before(command, case_id)
            if done is not None:
                return Done(done, (), before=True)
            gate, held = self.gate_of.at(at, now), loaded.case(at, case_id)
            if held.case.request is None:
                raise _Undo(Refused("there is no such case"))
            about = About.of(held, command)
            by = getattr(command, "by", "")
            at.lock([*_counted_by(held.case.request), *_counted_by(about.request), f"decided:{by}"])
            moment = self._moment(at, gate, about)
            return self._appended(at, held, answer(held.case, moment), str(getattr(command, "id", "")))

    def govern(self, signed: Signed, reviewed: object = None) -> Done | Refused:
        """A signed command to the gate: it is written while nobody else writes. A stop is told to the broker at once."""
        done = self.tried(lambda: self._governed(signed, reviewed))
        if isinstance(done, Done):
            self.tell_broker()
        return done

    def tell_broker(self) -> tuple[str, ...]:
        """Tell the broker of every stop that it has not acknowledged; the names of those that it did not take."""
        with reading() as at:
            self.gate_of.at(at, self.clock())
        return self.broker.tell(self.gate_of.folded)

    def _governed(self, signed: Signed, reviewed: object) -> Done | Refused:
        now = self.dated.now()
        if isinstance(now, Refused):
            return now
        with writing(alone=True) as at:
            done = at.done_before(signed.command, GATE)
            if done is not None:
                return Done(done, (), before=True)
            gate = self.gate_of.at(at, now)
            if why := self.laws.unreadable(signed.command, gate):
                raise _Undo(why)
            happened = gates.handle(signed, gate, reviewed)
            if isinstance(happened, Refused):
                raise _Undo(happened)
            at.append(GATE, self.gate_of.folded.version, happened, str(getattr(signed.command, "id", "")))
            self._mark_stopped(at, happened, now)
        return Done(GATE, tuple(happened))

    def _mark_stopped(self, at: Journal, happened: Sequence[OfGate], now: dt.datetime) -> None:
        """Record a stop against one request, or its lifting, with the request as well."""
        for event in happened:
            if not isinstance(event, Controlled) or event.control.subject != "stop":
                continue
            control, by = event.control, tuple(one.person for one in event.control.by)
            before = self.gate_of.folded.stop_before(control.name)
            stop = stops.read(control.content if control.act == "set" else before)
            if stop.target is not stops.Target.REQUEST:
                continue
            said = Stopped(now, by[0], control.name) if control.act == "set" else Lifted(now, by, control.name)
            for case_id in projections.cases_of_id(stop.of):
                held = loaded.case(at, case_id)
                self._appended(at, held, [said], "")

    def mark(self, signed: Sequence[Signed]) -> Refused | None:
        """Set or clear a protected person's mark, at the broker. No event tells of it: no list may show who is marked.

        Raises:
            Misplaced: the broker does not answer.
        """
        now = self.dated.now()
        if isinstance(now, Refused):
            return now
        with reading() as at:
            by = gates.marked(signed, self.gate_of.at(at, now))
        return by if isinstance(by, Refused) else asking.mark(signed[0].command, by, self.told)

    # What is weighed, and what is added

    def _moment(self, at: Journal, gate: Gate, about: About) -> Now:
        """Everything that a command is weighed against."""
        law, policy = self.laws.law(gate), self.laws.policy(gate)
        counts = projections.counts(counted_keys(about.request), policy.ceilings, gate.on, about.received)
        most = self.laws.named_for_many(gate)
        return Now(
            at=gate.now,
            gate=gate,
            policy=policy,
            law=law,
            counts=counts,
            **self._beside(at, gate, about),
            tripped=about.tripped,
            named_for_many=any(of is Counted.OFFICER and many > most for (of, _, _), many in counts.within.items()),
        )

    def _beside(self, at: Journal, gate: Gate, about: About) -> dict[str, Any]:
        """What else is asked: of a case that is there what later steps are held to, of a new one which others it is like."""
        others = self._others(at, gate, about)
        if about.is_confirmed:
            others["confirmed"] = self._was_confirmed(at, gate, about)
        return others | self._of_case(gate, about) if about.case else others

    def _was_confirmed(self, at: Journal, gate: Gate, about: About) -> bool:
        """Whether something was confirmed to the same agency of the same person, in what is taken for the same matter."""
        known = projections.cases_about(projections.persons_asked_about(about.request), gate.on - _SINCE)
        others = (loaded.case(at, one).case for one in known if one != about.case)
        return any(one.decided is not None and one.decided.confirmed and one.state in AWAITED for one in others)

    def _of_case(self, gate: Gate, about: About) -> dict[str, Any]:
        """What bears on the later steps of a case: its anchor, and what was done today."""
        return {
            "anchor": self.gate_of.folded.covering(about.received) if about.received else None,
            "decisions_today": projections.decisions_on(gate.on),
            "emergencies_today": projections.emergencies_on(gate.on),
        }

    def _others(self, at: Journal, gate: Gate, about: About) -> dict[str, Any]:
        """The requests of the same agency about the same person: one that was refused and comes again, and those that are open."""
        others: list[str] = []
        if about.is_new:
            others = projections.cases_about(projections.persons_asked_about(about.request), gate.on - _SINCE)
        earlier = about.resubmits if about.case else projections.refused_among(others) or about.resubmits
        return {
            "earlier": loaded.case(at, earlier).case if earlier else None,
            "alike": tuple(one for one in projections.open_among(others) if one != about.case),
        }

    def _appended(self, at: Journal, held: Loaded, happened: Sequence[Event] | Refused, command: str) -> Done | Refused:
        if isinstance(happened, Refused):
            raise _Undo(happened)
        if not happened:
            return Done(held.case.id, ())
        rows = at.append(held.case.id, held.case.version, happened, command)
        case = held.case
        for event in happened:
            case = apply(case, event)
        projections.project(case, happened, held.received or rows[0].position)
        return Done(case.id, tuple(happened))

    def added(self, at: Journal, held: Loaded, happened: Sequence[Event]) -> Done | Refused:
        """Add what the machine did to a case, within a transaction."""
        return self._appended(at, held, happened, "")

    def tried(self, doing: Callable[[], Done | Refused]) -> Done | Refused:
        """Do it; where another was faster, do it again on what is there now."""
        for _ in range(_AGAIN):
            try:
                return doing()
            except Raced:
                continue
            except _Undo as undone:
                return undone.why
            except SaidOtherwise:
                return Refused(
                    "a command of this id was done, and said something else; give each command an id of its own"
                )
        return Refused("others write to the same case all the time; try again")

    # What the machine owes

    def advance(self, case_id: str) -> Advanced:
        """Take every step that is owed to a case now, but for what waits for the log."""
        happened: list[str] = []
        for _ in range(_STEPS):
            done = self.tried(lambda: self._step(case_id))
            if isinstance(done, Refused):
                return Advanced(tuple(happened), done.why)
            if not done.happened:
                break
            happened += [name(type(event)) for event in done.happened]
        return Advanced(tuple(happened))

    def owed(self, case_id: str) -> Step | Refused | None:
        """What is owed to a case now, as it is."""
        now = self.weighed(case_id)
        with reading() as at:
            return now if isinstance(now, Refused) else passage.owed(loaded.case(at, case_id).case, now)

    def weighed(self, case_id: str) -> Now | Refused:
        """What a command to a case would be weighed against now."""
        now = self.dated.now()
        if isinstance(now, Refused):
            return now
        with reading() as at:
            return self._moment(at, self.gate_of.at(at, now), About.of(loaded.case(at, case_id)))

    def _step(self, case_id: str) -> Done | Refused:
        now = self.dated.now()
        if isinstance(now, Refused):
            return now
        with writing() as at:
            gate, held = self.gate_of.at(at, now), loaded.case(at, case_id)
            if held.case.request is None:
                raise _Undo(Refused("there is no such case"))
            at.lock([*_counted_by(held.case.request), *(["emergency"] if held.case.emergency else [])])
            moment = self._moment(at, gate, About.of(held))
            step = passage.owed(held.case, moment)
            if step is Step.LOOK:
                if why := passage.may_look(held.case, moment):
                    raise _Undo(why)
            elif step is Step.SEAL:
                if why := hand_over.still_allowed(held.case, moment):
                    raise _Undo(why)
            else:
                return self._appended(at, held, handle.checked(held.case, self._taken(step, held, moment), moment), "")
        return self._look(held) if step is Step.LOOK else self._seal(held, moment)

    def _taken(self, step: Step | None, held: Loaded, now: Now) -> Sequence[Event] | Refused:
        """What happens by a step of the machine that needs nothing but journal and log."""
        if step is Step.PERMIT:
            return self._permitted(held, now)
        if step is Step.COOL:
            return self._cooled(held, now)
        return _TAKEN[step](held.case, now) if step in _TAKEN else []

    def _permitted(self, held: Loaded, now: Now) -> Sequence[Event] | Refused:
        """A permit, if the law, the stops and whoever asks let it be; and everything that was signed is proved from the log."""
        case = held.case
        if why := passage.may_permit(case, now) or self._notary(now.gate).of_case(case.id, held.happened):
            return why
        written = asking.permit(case, self.told, self.laws.in_force(now.gate), self.clock())
        return passage.permitted(written, now)

    def _cooled(self, held: Loaded, now: Now) -> Sequence[Event] | Refused:
        """A release cools, if everything that was signed is proved from the log, and the decision stands there."""
        notary = self._notary(now.gate)
        if why := notary.of_case(held.case.id, held.happened) or notary.of_release(held.case):
            return why
        return passage.cool(held.case, now)

    def _notary(self, gate: Gate) -> Notary:
        return Notary(self.log, self.gate_of, gate)

    def _look(self, held: Loaded) -> Done | Refused:
        """One look: asked outside of any transaction, for the broker takes its time; a stop that comes meanwhile it has itself.

        It is asked once, by one process at a time: to whoever comes second it would say that the permit is used. What it answers is
        recorded again where another was faster.
        """
        with asking.alone(self.told):
            return self._asked(held)

    def _asked(self, held: Loaded) -> Done | Refused:
        with reading() as at:
            if loaded.case(at, held.case.id).case.version != held.case.version:
                return Done(held.case.id, ())
        try:
            reply = asking.look(held.case, self.told)
        except Misplaced as fault:
            return Refused(str(fault))
        if isinstance(reply, Refused):
            return reply

        def answer(one: Case, now: Now) -> Sequence[Event] | Refused:
            """What was answered is kept, whatever was remarked meanwhile: under this permit there is no other answer."""
            waits = one.state is State.LOOK_LOGGED and one.permit == held.case.permit
            return asking.answered(reply, now) if waits else []

        return self.tried(lambda: self._machine(held.case.id, answer))

    # The release

    def _seal(self, held: Loaded, now: Now) -> Done | Refused:
        """Have the sealer seal what is picked up: asked outside of any transaction, and answered the same if asked again."""
        reply = self._asked_of_sealer(held.case, now, OfSealer.SEALED)
        if isinstance(reply, Refused):
            return reply

        def answer(one: Case, then: Now) -> Sequence[Event] | Refused:
            waits = one.state is State.PICKED_UP and one.picked_up == held.case.picked_up
            return hand_over.sealed(reply.package, reply.use_until, then) if waits else []

        return self.tried(lambda: self._machine(held.case.id, answer))

    def is_theirs(self, signed: Signed) -> Refused | None:
        """Why what is being picked up is not for whoever signs this; None where it is."""
        found = self._theirs(signed)
        return found if isinstance(found, Refused) else None

    def hand_over(self, signed: Signed) -> HandedOver | Refused:
        """Hand over to the officer whose pick-up that is what was sealed and entered; again, within a few minutes, where it was lost."""
        found = self._theirs(signed)
        if isinstance(found, Refused):
            return found
        case, now = found
        if why := hand_over.may_hand_over(case, now):
            return why
        reply = self._asked_of_sealer(case, now, OfSealer.HANDED_OVER)
        if isinstance(reply, Refused):
            return reply
        done = self.tried(lambda: self._machine(case.id, _released))
        entered = case.entered(RELEASE)
        return done if isinstance(done, Refused) else HandedOver(reply.sealed, dict(entered.shown) if entered else {})

    def _theirs(self, signed: Signed) -> tuple[Case, Now] | Refused:
        """The case that whoever signs this picks up, and what is weighed of it now."""
        case_id = str(getattr(signed.command, "case", ""))
        now = self.weighed(case_id)
        if isinstance(now, Refused):
            return now
        with reading() as at:
            case = loaded.case(at, case_id).case
        by, asked = gates.authenticated(signed, now.gate, commands.MAY), case.picked_up
        if isinstance(by, Refused) or asked is None or by.person != asked.by or not isinstance(signed.command, PickUp):
            return Refused("nothing was sealed for whoever asks this")
        return case, now

    def _asked_of_sealer(self, case: Case, now: Now, wanted: OfSealer) -> Reply | Refused:
        bundle = handing.shown(case, now)
        if isinstance(bundle, Refused):
            return bundle
        try:
            return handing.asked(bundle, self.told, wanted)
        except Misplaced as fault:
            return Refused(str(fault))

    def _machine(self, case_id: str, answer: Answer) -> Done | Refused:
        now = self.dated.now()
        if isinstance(now, Refused):
            return now
        with writing() as at:
            gate, held = self.gate_of.at(at, now), loaded.case(at, case_id)
            happened = answer(held.case, self._moment(at, gate, About.of(held)))
            return self._appended(at, held, happened, "")


_TAKEN: Mapping[Step | None, Answer] = {
    Step.RULE_ANEW: receipt.ruled_anew,
    Step.LET_THROUGH: receipt.let_through,
    Step.LAPSE_CURE: receipt.lapsed,
    Step.DRAW: passage.draw,
    Step.LAPSE: lambda _, now: passage.look_lapsed("the permit ran out before the look", now),
    Step.FIND_NOTHING: lambda _, now: passage.found_nothing(now),
    Step.ANSWER: lambda _, now: passage.answer(now),
    Step.LAPSE_SEAL: lambda _, now: hand_over.seal_lapsed("it was not handed over in time", now),
    Step.OVERDUE: hand_over.became_overdue,
}
"""The steps that need nothing but the case."""


def _released(case: Case, now: Now) -> Sequence[Event] | Refused:
    return handle.checked(case, hand_over.released(case, now), now)


def _counted_by(request: Mapping[str, object]) -> list[str]:
    """By what nobody else may count or look up meanwhile, while a request is weighed."""
    counted = [f"{of}:{key}" for of, key in counted_keys(request)]
    return [*counted, digest(request), *projections.persons_asked_about(request)]
