"""The law of now, as the core asks for it: the pack that the log says is in force, the orders that the journal holds, the day in law.

The desk takes no date and no reading from its caller. What a ruling means is for the core and for `render`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from safeconduct import preflight, render, shelf
from safeconduct.core import canonical
from safeconduct.core import law as laws
from safeconduct.core.case.events import Reason, Ruled, Value
from safeconduct.core.case.now import Law, Request
from safeconduct.core.days import iso
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.faults import PackFault
from safeconduct.core.gate import policy as policies
from safeconduct.core.gate.commands import SetControl
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.policy import Policy
from safeconduct.core.intake import Request as ReadRequest
from safeconduct.core.intake import Unreadable, read
from safeconduct.core.law import Verdict
from safeconduct.core.log.entries import InForce
from safeconduct.core.log.refusals import Refused
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import AUTHORITY, Outcome
from safeconduct.core.tripwires import Figure
from safeconduct.preflight import Checked, Opened, Preflight

_HELD = 1_000
ENGINE = "safeconduct"
"""Under which name the program's own digest is set."""


@dataclass(slots=True)
class Laws:
    """The packs that the desk has, opened once; and the law of the last gate that was asked for."""

    packs: tuple[str, ...]
    _opened: dict[str, Opened] = field(default_factory=dict, repr=False)
    _named: dict[str, float] = field(default_factory=dict, repr=False)
    _last: tuple[tuple[object, ...], Opened, Preflight, Law, Policy] | None = field(default=None, repr=False)

    def opened(self, gate: Gate) -> Opened:
        """The pack in force with the orders that were entered; the first of the packs where none is in force yet.

        Raises:
            Misplaced, PackFault: a pack or an order cannot be read.
        """
        return self._of(gate)[1]

    def law(self, gate: Gate) -> Law:
        """The law of the gate's day."""
        return self._of(gate)[3]

    def policy(self, gate: Gate) -> Policy:
        """The policy of the pack in force, with the ceilings as low as the log has set them."""
        policy = self._of(gate)[4]
        return replace(policy, ceilings=policies.lowered(policy, gate.standing))

    def named_for_many(self, gate: Gate) -> float:
        """For how many persons one officer may be named in a year before a reviewer is told of it."""
        pack = self.opened(gate).pack
        if shelf.TRIPWIRES not in pack.files:
            return math.inf
        if pack.digest not in self._named:
            self._named[pack.digest] = _named_for_many(pack)
        return self._named[pack.digest]

    def unreadable(self, command: object, gate: Gate) -> Refused | None:
        """Why an order that is to be entered cannot be read beside the others; entered so, it would let nothing be ruled on."""
        if not isinstance(command, SetControl) or (command.subject, command.act) != ("order", "set"):
            return None
        try:
            shelf.orders_of(self.opened(gate).pack, {**gate.orders, command.name: command.content})
        except PackFault as fault:
            return Refused(f"the order cannot be read: {fault}")
        return None

    def in_force(self, gate: Gate) -> InForce:
        """The digests that stand in every entry."""
        opened = self.opened(gate)
        return InForce(opened.pack.digest, opened.orders_digest, opened.engine_digest)

    def _of(self, gate: Gate) -> tuple[tuple[object, ...], Opened, Preflight, Law, Policy]:
        orders = tuple(sorted(gate.orders.items()))
        pack, engine = self._pack(gate), gate.set_to("engine", ENGINE)
        key = (gate.on, pack.pack.digest, orders, _digest(gate, pack), engine)
        if self._last is None or self._last[0] != key:
            read, seal = shelf.orders_of(pack.pack, dict(orders))
            opened = replace(pack, orders=read, orders_digest=seal)
            under = opened.under(gate.on)
            known = _digest(gate, pack) == pack.pack.digest and engine == pack.engine_digest
            policy = shelf.gate_policy(pack.pack)
            self._last = (key, opened, under, _law(under, policy, in_force=known), policy)
        return self._last

    def _pack(self, gate: Gate) -> Opened:
        for name in self.packs:
            if name not in self._opened:
                self._opened[name] = preflight.opened(name)
        held = list(self._opened.values())
        return next((one for one in held if _digest(gate, one) == one.pack.digest), held[0])


def _digest(gate: Gate, of: Opened) -> str:
    """The digest of the pack in force under a name; a content may say besides which other it narrows."""
    return (gate.set_to("pack", of.pack.name) or "").partition(" ")[0]


def _reading(under: Preflight) -> Callable[[Request], ReadRequest | Unreadable]:
    """How a request is read under that law. It is asked for at every step of a case, and looking into its texts is slow."""
    held: dict[bytes, ReadRequest | Unreadable] = {}

    def reads(request: Request) -> ReadRequest | Unreadable:
        form = canonical.canonical(request)
        if not isinstance(form, bytes):
            return read(request, under.opened.intake, under.law.on)
        key = sha256(form).digest()
        if key not in held:
            if len(held) >= _HELD:
                held.clear()
            held[key] = read(request, under.opened.intake, under.law.on)
        return held[key]

    return reads


def _law(under: Preflight, policy: Policy, *, in_force: bool) -> Law:
    facts, items = under.law.pack.facts, under.law.pack.items
    reads = _reading(under)

    def rule(request: Request, found: Mapping[str, Value], step: Step) -> Ruled | Refused:
        said = reads(request)
        if isinstance(said, Unreadable):
            first = said.wrongs[0]
            return Refused(f"the request cannot be read: {first.field} {first.what}; {first.mend}")
        ruling = laws.rule(under.law, {**said.facts, **found}, said.items, step)
        return ruled(Checked(said, ruling, under), policy)

    def stated(request: Request) -> tuple[str, ...]:
        said = reads(request)
        if isinstance(said, Unreadable):
            return ()
        there = {name for name, value in said.facts.items() if value not in {None, False, "none"}}
        known = [name for name in facts if name in there and _is_stated(name, under)]
        shown = [name for name in known if not facts[name].shown_by.startswith(("the request", "the custodian"))]
        return tuple(shown or known)

    def bearing(request: Request) -> frozenset[str]:
        said = reads(request)
        if isinstance(said, Unreadable):
            return frozenset()
        ruling = laws.rule(under.law, said.facts, said.items, Step.REVIEW)
        conclusions = [*ruling.conclusions, *(one for item in ruling.items for one in item.conclusions)]
        return frozenset(name for one in conclusions if one.applies is not False for name in one.rule.facts)

    def reaches(request: Request, item: str) -> tuple[str, ...]:
        said = reads(request)
        if isinstance(said, Unreadable) or item not in items:
            return ()
        conclusions = laws.rule(under.law, said.facts, [item], Step.REVIEW).items[0].conclusions
        opening = (one.rule for one in conclusions if laws.opens(one.rule) and one.verdict is Verdict.MET)
        return tuple(dict.fromkeys(one.cites for one in opening))

    return Law(rule, facts, stated, bearing, reaches, in_force)


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


def _named_for_many(pack: Pack) -> float:
    thresholds = shelf.tripwires(pack).policy.thresholds
    return next((one.over for one in thresholds if one.figure is Figure.PERSONS_PER_OFFICER), math.inf)
