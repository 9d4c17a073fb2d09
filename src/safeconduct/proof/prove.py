"""Proving: every invariant of a pack for every possible request, each with the change by which it must cease to hold.

An invariant is proved where z3 finds no request that breaks it; else the request is shown. Then the pack is changed as the
negative control says, and a request that breaks the invariant must be found: a proof that a wrong pack would pass too
proves nothing. Last, for every rule there must be a request on which it alone bears: a worked case, or else one that z3
finds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from safeconduct import preflight, shelf
from safeconduct.core import law
from safeconduct.core.cases import FOUND
from safeconduct.core.coverage import place
from safeconduct.core.faults import PackFault
from safeconduct.core.intake import intake
from safeconduct.core.invariants import OF_EVERY_PACK, Control, Invariants, invariants
from safeconduct.core.rulepack import load
from safeconduct.preflight import Opened
from safeconduct.proof.claims import Claim, alone, claims, comes_to
from safeconduct.proof.encoding import Encoded, encode
from safeconduct.proof.ground import finder
from safeconduct.proof.ruled import Told, bearing_alone, told
from safeconduct.proof.symbols import Formula, both, contrary
from safeconduct.proof.witness import Drawn, Finder, Found, Undecided

IDLE = "no_idle_rule"


class Verdict(StrEnum):
    """What became of a claim: it holds of every request, of none that there is to speak of, not of this one, or who knows."""

    PROVED = "proved"
    VACUOUS = "vacuous"
    BROKEN = "broken"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Tried:
    """A negative control: the change, whether the claim ceased to hold as it must, and the request that shows it."""

    change: str
    failed: bool
    why: str = ""
    witness: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one claim. `why` says what is wrong, where something is.

    That no rule is idle is `shown` by worked cases, rule by rule, and by the requests `reached` where no case shows it.
    """

    name: str
    says: str
    verdict: Verdict
    witness: tuple[Told, ...] = ()
    why: str = ""
    control: Tried | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    reached: Mapping[str, Told] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the claim is proved and its control failed."""
        if self.verdict is Verdict.VACUOUS:
            return True
        return self.verdict is Verdict.PROVED and self.control is not None and self.control.failed


@dataclass(frozen=True, slots=True)
class Ground:
    """A law in z3, and how requests are found for it."""

    opened: Opened
    of: Encoded
    finder: Finder
    laws: dict[frozenset[str], Formula] = field(default_factory=dict)

    def so(self, formula: Formula, without: Iterable[str] = ()) -> Formula:
        """That `formula` is true under the law with all rules but those `without`."""
        out = frozenset(without)
        if out not in self.laws:
            rules = self.of.switches.items()
            self.laws[out] = both(contrary(on) if rule in out else on for rule, on in rules)
        return both((self.laws[out], formula))


@dataclass(frozen=True, slots=True)
class Proved:
    """What became of every claim on a pack under its orders.

    `besides` are requests found, where that was asked for, of which rules are not met, or cannot be told, that no case shows.
    """

    opened: Opened
    proofs: tuple[Proof, ...]
    besides: Mapping[tuple[str, law.Verdict], Told] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether every claim is proved, and every control failed."""
        return all(proof.good for proof in self.proofs)


def prove(name: str, orders: Path | None = None, only: Collection[str] = (), *, anew: bool = False) -> Proved:
    """Every invariant of the pack `name` under the orders in the folder `orders`, or else beside it: proved, or not.

    `only` are the names of those that are tried; all, if it is empty. With `anew` a request is found for every rule that no
    case of the authors' own shows, as near to a worked case as may be, so that it can be kept; else those kept count.

    Raises:
        Misplaced: a file is missing or cannot be read.
        PackFault: the pack, an order or an invariant is malformed.
        Disagreement: the prover and the law say otherwise of one request.
    """
    opened = preflight.opened(name, orders)
    opened = _without_those_kept(opened) if anew else opened
    stated = invariants(opened.pack)
    ground = _ground(opened)
    proofs = []
    wanted = set(only) or {IDLE, *(claim.name for claim in claims(ground.of, stated))}
    for claim in (claim for claim in claims(ground.of, stated) if claim.name in wanted):
        proof = _tried(claim, ground)
        if proof.verdict is not Verdict.VACUOUS:
            proof = replace(proof, control=_control(claim, ground, stated, (name, orders)))
        proofs.append(proof)
    if IDLE in wanted:
        proofs.append(_no_idle_rule(ground, anew=anew))
    return Proved(opened, tuple(proofs), dict(_besides(ground)) if anew else {})


def _ground(opened: Opened, drawn: Drawn | None = None) -> Ground:
    of = encode(opened.pack, opened.orders)
    return Ground(opened, of, finder(opened, of, drawn))


def _tried(claim: Claim, ground: Ground) -> Proof:
    if claim.idle:
        return Proof(claim.name, claim.says, Verdict.VACUOUS)
    try:
        found = ground.finder.find(ground.so(claim.broken), claim.other)
    except Undecided as why:
        return Proof(claim.name, claim.says, Verdict.UNDECIDED, why=str(why))
    if found is None:
        return Proof(claim.name, claim.says, Verdict.PROVED)
    return Proof(claim.name, claim.says, Verdict.BROKEN, _told(found, claim, ground.of, ground.opened))


def _told(found: Found, claim: Claim, of: Encoded, opened: Opened) -> tuple[Told, ...]:
    first = told(of, opened.intake, found)
    return (first,) if claim.other is None else (first, told(of, opened.intake, found, claim.other))


def _control(claim: Claim, ground: Ground, stated: Invariants, where: tuple[str, Path | None]) -> Tried:
    """The claim tried on the pack as its control changes it."""
    control = claim.control
    without = claim.without or ({control.without} if control and control.without else set())
    if without:
        return _without(claim, ground, sorted(without))
    if control is None:
        return Tried(
            "", failed=False, why="the pack names no negative control for it: add [[control]] to invariants.toml"
        )
    return _changed(claim, control, ground, stated, where)


def _without(claim: Claim, ground: Ground, without: list[str]) -> Tried:
    change = f"without {', '.join(without)}"
    rules = tuple(rule for rule in ground.of.pack.rules if rule.id not in without)
    of = replace(ground.of, pack=replace(ground.of.pack, rules=rules), on_days={})
    return _broken(change, claim, ground, of, ground.so(claim.broken, without))


def _changed(
    claim: Claim, control: Control, ground: Ground, stated: Invariants, where: tuple[str, Path | None]
) -> Tried:
    change = f"with a change to {control.file}"
    files = ground.of.pack.files
    if files[control.file].count(control.old) != 1:
        return Tried(change, failed=False, why="the words that it changes do not stand there once")
    try:
        pack = load({**files, control.file: files[control.file].replace(control.old, control.new)})
        standing, seal = shelf.court_orders(pack, *where)
    except PackFault as fault:
        return Tried(change, failed=False, why=f"the pack so changed does not load: {fault}")
    opened = replace(ground.opened, pack=pack, orders=standing, intake=intake(pack), orders_digest=seal)
    other = _ground(opened, _still_shown(control.file, ground.finder))
    claim = next(one for one in claims(other.of, stated) if one.name == claim.name)
    return _broken(change, claim, other, other.of, other.so(claim.broken))


def _still_shown(file: str, finder: Finder) -> Drawn:
    """What requests can show under a pack that is changed in one file, as far as that is known already."""
    if file.startswith(("facts.toml", "items.toml", "tables/")):
        return {}
    agreed = file.startswith("agreements/")
    return {key: one for key, one in finder.drawn.items() if not (agreed and one.group.dated_by_agreements)}


def _broken(change: str, claim: Claim, ground: Ground, of: Encoded, formula: Formula) -> Tried:
    """Whether the claim fails under a changed law, as it must: on a request, or because nothing is ruled on under it."""
    try:
        found = ground.finder.find(formula, claim.other)
        if found is None:
            return Tried(change, failed=False, why="it is proved all the same")
        return Tried(change, failed=True, witness=_told(found, claim, of, ground.opened))
    except Undecided as why:
        return Tried(change, failed=False, why=str(why))
    except PackFault as fault:
        return Tried(change, failed=True, why=f"nothing is ruled on under such a pack: {fault.what}")


def _no_idle_rule(ground: Ground, *, anew: bool) -> Proof:
    shown = dict(_by_cases(ground.opened))
    reached, idle, unwritten = dict[str, Told](), [], []
    for rule in _unshown(ground.of, shown):
        try:
            found = ground.finder.find(ground.so(alone(ground.of, rule)), near=anew)
        except Undecided:
            unwritten.append(rule)
            continue
        if found is None:
            idle.append(rule)
        else:
            reached[rule] = told(ground.of, ground.opened.intake, found)
    verdict = Verdict.BROKEN if idle else Verdict.UNDECIDED if unwritten else Verdict.PROVED
    why = "; ".join(
        f"{what}: {', '.join(rules)}"
        for what, rules in (("never alone", idle), ("no such request could be written", unwritten))
        if rules
    )
    says = OF_EVERY_PACK[IDLE]
    return Proof(IDLE, says, verdict, why=why, control=_doubled(ground), shown=shown, reached=reached)


def _besides(ground: Ground) -> Iterator[tuple[tuple[str, law.Verdict], Told]]:
    """For verdicts that no worked case brings about, a request that does, where one is found."""
    for covered in preflight.covered(ground.opened, preflight.worked(ground.opened)):
        for verdict in covered.lacking:
            try:
                found = ground.finder.find(ground.so(comes_to(ground.of, covered.rule.id, verdict)))
            except Undecided:
                continue
            if found is not None:
                yield (covered.rule.id, verdict), told(ground.of, ground.opened.intake, found)


def _unshown(of: Encoded, shown: Mapping[str, str]) -> Iterator[str]:
    """The rules that no worked case shows to bear alone; one for orders only where there are orders."""
    concluded = {one.of for one in of.concluded()}
    for rule in of.pack.rules:
        if rule.id not in shown and (rule.each != "order" or rule.id in concluded):
            yield rule.id


def _without_those_kept(opened: Opened) -> Opened:
    files = {name: text for name, text in opened.pack.files.items() if name != FOUND}
    return replace(opened, pack=replace(opened.pack, files=files))


def _by_cases(opened: Opened) -> Iterator[tuple[str, str]]:
    """For rules that bear alone on a worked case, the first such case."""
    named = {place(rule): rule.id for rule in opened.pack.rules}
    each = (
        (one.case.name, rule) for one in preflight.worked(opened) if one.ruling for rule in bearing_alone(one.ruling)
    )
    yield from {named[place(rule)]: case for case, rule in reversed(list(each))}.items()


def _doubled(ground: Ground) -> Tried | None:
    """The first rule of the pack doubled under another id: neither of the two can then bear alone."""
    pack = ground.of.pack
    if not pack.rules:
        return None
    first = pack.rules[0]
    doubled = replace(pack, rules=(*pack.rules, replace(first, id=f"{first.id} once more")))
    of = encode(doubled, ground.of.orders)
    other = replace(ground, of=of, laws={})
    failed = ground.finder.refuted(other.so(alone(of, first.id)))
    return Tried(f"with {first.id} doubled", failed, "" if failed else "it is proved all the same")
