"""The law of now, as the core asks for it: the pack that the log says is in force, the orders that the journal holds, the day in law.

The desk takes no date and no reading from its caller. What that law says of a request is for `law_in_force`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from safeconduct import law_in_force, preflight, shelf
from safeconduct.core.case.now import Law
from safeconduct.core.faults import PackFault
from safeconduct.core.gate import policy as policies
from safeconduct.core.gate.commands import SetControl
from safeconduct.core.gate.gate import Gate
from safeconduct.core.gate.policy import Policy
from safeconduct.core.log.entries import InForce
from safeconduct.core.log.refusals import Refused
from safeconduct.core.rulepack import Pack
from safeconduct.core.tripwires import Figure
from safeconduct.preflight import Opened, Preflight

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
            self._last = (key, opened, under, law_in_force.law(under, policy, in_force=known), policy)
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


def _named_for_many(pack: Pack) -> float:
    thresholds = shelf.tripwires(pack).policy.thresholds
    return next((one.over for one in thresholds if one.figure is Figure.PERSONS_PER_OFFICER), math.inf)
