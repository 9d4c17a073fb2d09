"""The law in force on a day, as the core asks it of a request: the ruling, what the request states, which clauses reach an item.

A case asks the same at each of its steps, and looking into a request's texts is slow: what was said is kept while that law is in
force. Which law that is, is for `laws`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic, TypeVar

from safeconduct import render
from safeconduct.core import canonical
from safeconduct.core import law as laws
from safeconduct.core.case.events import Reason, Ruled, Value
from safeconduct.core.case.now import Law, Request
from safeconduct.core.days import iso
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.gate.policy import Policy
from safeconduct.core.intake import Request as ReadRequest
from safeconduct.core.intake import Unreadable, read
from safeconduct.core.law import Verdict
from safeconduct.core.log.refusals import Refused
from safeconduct.core.rules import AUTHORITY, Outcome
from safeconduct.preflight import Checked, Preflight

Said = TypeVar("Said")
_MOST = 1_000


@dataclass(slots=True)
class Held(Generic[Said]):
    """What was said of requests, each with what was found beside it."""

    _held: dict[tuple[object, ...], Said] = field(default_factory=dict)

    def said(self, request: Request, beside: tuple[object, ...], work: Callable[[], Said]) -> Said:
        """What is said of a request with that beside it; made anew where it is not kept."""
        form = canonical.canonical(request)
        if not isinstance(form, bytes):
            return work()
        key = (sha256(form).digest(), *beside)
        if key not in self._held:
            if len(self._held) >= _MOST:
                self._held.clear()
            self._held[key] = work()
        return self._held[key]


@dataclass(frozen=True, slots=True)
class LawInForce:
    """A law on its day, with the policy of its pack."""

    under: Preflight
    policy: Policy
    _read: Held[ReadRequest | Unreadable] = field(default_factory=Held, repr=False)
    _ruled: Held[Ruled | Refused] = field(default_factory=Held, repr=False)

    def read(self, request: Request) -> ReadRequest | Unreadable:
        """The request as it reads under this law."""
        return self._read.said(request, (), lambda: read(request, self.under.opened.intake, self.under.law.on))

    def rule(self, request: Request, found: Mapping[str, Value], step: Step) -> Ruled | Refused:
        """The ruling on a request with what was found beside it."""
        beside = [(name, type(value), value) for name, value in sorted(found.items())]  # True is 1, and no fact is both
        return self._ruled.said(request, (step, *beside), lambda: self._rule(request, found, step))

    def _rule(self, request: Request, found: Mapping[str, Value], step: Step) -> Ruled | Refused:
        said = self.read(request)
        if isinstance(said, Unreadable):
            first = said.wrongs[0]
            return Refused(f"the request cannot be read: {first.field} {first.what}; {first.mend}")
        ruling = laws.rule(self.under.law, {**said.facts, **found}, said.items, step)
        return ruled(Checked(said, ruling, self.under), self.policy)

    def stated(self, request: Request) -> tuple[str, ...]:
        """The facts that the request itself states; those that a document can bear out, where there are any."""
        said, facts = self.read(request), self.under.law.pack.facts
        if isinstance(said, Unreadable):
            return ()
        there = {name for name, value in said.facts.items() if value not in {None, False, "none"}}
        known = [name for name in facts if name in there and _is_stated(name, self.under)]
        shown = [name for name in known if not facts[name].shown_by.startswith(("the request", "the custodian"))]
        return tuple(shown or known)

    def bearing(self, request: Request) -> frozenset[str]:
        """The facts on which the request's ruling at review rests."""
        said = self.read(request)
        if isinstance(said, Unreadable):
            return frozenset()
        ruling = laws.rule(self.under.law, said.facts, said.items, Step.REVIEW)
        conclusions = [*ruling.conclusions, *(one for item in ruling.items for one in item.conclusions)]
        return frozenset(name for one in conclusions if one.applies is not False for name in one.rule.facts)

    def reaches(self, request: Request, item: str) -> tuple[str, ...]:
        """The clauses by which an item of the request is reached, as they are cited."""
        said = self.read(request)
        if isinstance(said, Unreadable) or item not in self.under.law.pack.items:
            return ()
        conclusions = laws.rule(self.under.law, said.facts, [item], Step.REVIEW).items[0].conclusions
        opening = (one.rule for one in conclusions if laws.opens(one.rule) and one.verdict is Verdict.MET)
        return tuple(dict.fromkeys(one.cites for one in opening))


def law(under: Preflight, policy: Policy, *, in_force: bool) -> Law:
    """A law as the core asks it; `in_force` is whether pack and engine are those that the log says are."""
    asked, facts = LawInForce(under, policy), under.law.pack.facts
    return Law(asked.rule, facts, asked.stated, asked.bearing, asked.reaches, in_force)


def _is_stated(name: str, under: Preflight) -> bool:
    fact = under.law.pack.facts[name]
    return bool(fact.path) and fact.step is Step.REQUEST and fact.established_by is not EstablishedBy.READING


def ruled(checked: Checked, policy: Policy) -> Ruled:
    """A ruling as the journal keeps it, at the beginning of the day of its law."""
    ruling, opened = checked.ruling, checked.under.opened
    bearing = [one for one in ruling.conclusions if one.bears]
    reasons = dict.fromkeys(
        Reason(one.rule.id, render.cites(one.rule, checked), render.means(one, checked), render.cure(one))
        for one in bearing
    )
    allowed = tuple(item.item for item in ruling.items if item.may_disclose)
    return Ruled(
        at=dt.datetime.fromordinal(checked.under.law.on).replace(tzinfo=dt.UTC),
        outcome=ruling.outcome.name.lower(),
        reasons=tuple(reasons),
        items=allowed if ruling.outcome is Outcome.PERMIT else (),
        pack=opened.pack.digest,
        orders=opened.orders_digest,
        engine=opened.engine_digest,
        reading=ruling.reading.name,
        law_on=iso(checked.under.law.on),
        emergency=checked.request.facts.get(AUTHORITY) in policy.emergencies,
    )
