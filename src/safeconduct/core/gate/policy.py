"""The custodian's own policy for the life of a request: days, shares and ceilings. One dated file of the pack, `gate.toml`.

    dated = 2026-11-29
    answer_after = 5

    emergencies = ["i3B"]

    [facts]
    match = "register.match"

    [[ceiling]]
    of = "officer"
    days = 30
    most = 15

`emergencies` are the authorities under which the cool-off falls away; `facts` names the pack's facts that the desk itself knows. It is no law: it delays, spreads and bounds, and never refuses by itself. A ceiling that was set in the log bounds further, never
less; the file is part of the pack's digest, so that widening it is widening the pack.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from safeconduct.core.facts import Fact
from safeconduct.core.faults import PackFault
from safeconduct.core.log.controls import Standing
from safeconduct.core.tables import Declared, table

FILE = "gate.toml"


class Counted(StrEnum):
    """Of what requests are counted over time."""

    OFFICER = "officer"
    SIGNATORY = "signatory"
    AGENCY = "agency"
    AGREEMENT = "agreement"
    TEMPLATE = "template"
    """Requests whose reasons are one sentence but for names, dates and numbers."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most so many requests go on in so many days, of one officer, signatory, agency, agreement or template."""

    of: Counted
    days: int
    most: int

    @property
    def cites(self) -> str:
        """How it is cited, and under which name a lower one is set."""
        return f"{self.of} in {self.days} days"


class Known(StrEnum):
    """What the desk itself establishes, where the pack has a fact for it."""

    MATCH = "match"
    ADDRESS_AGREES = "address_agrees"
    RECEIVED_ON = "received_on"
    TRIPPED = "tripped"
    NAMED_FOR_MANY = "named_for_many"
    CALLED_BACK = "called_back"


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of a day. Days are calendar days where they are not said to be working days."""

    dated: int
    answer_after: int
    """Working days from the first review to the answer."""
    counsel_after: int
    """Working days within which counsel reviews an emergency."""
    cool_off_hours: int
    cure_days: int
    """Days in which an asker may complete a request that was sent back."""
    hold_days: int
    """Days until a hold's owner decides."""
    preserve_days: int
    use_days: int
    """Days from the decision within which what is released may be used."""
    acknowledge_days: int
    """Working days within which the holder acknowledges a recall."""
    destroy_days: int
    """Days within which what is recalled is destroyed."""
    decisions_a_day: int
    """Of one reviewer."""
    emergencies_a_day: int
    planted_one_in: int
    ceilings: tuple[Ceiling, ...]
    emergencies: frozenset[str]
    facts: Mapping[Known, str]


_NUMBERS = tuple(name for name in Policy.__annotations__ if name not in {"dated", "ceilings", "emergencies", "facts"})
_LEAST = {"cool_off_hours": 0, "planted_one_in": 2}


def policy(text: str, file: str = FILE) -> Policy:
    """The policy in `text` (TOML).

    Raises:
        PackFault: it is malformed.
    """
    whole = Declared(file, text, "the gate's policy", "", table(file, text))
    whole.only(("dated", *_NUMBERS, "emergencies", "facts", "ceiling"))
    numbers = {name: _number(whole, name, _LEAST.get(name, 1)) for name in _NUMBERS}
    known = whole.section("facts")
    known.only(list(Known))
    facts = {one: known.string(one) for one in Known if one in known.keys}
    emergencies = frozenset(whole.texts("emergencies", ()))
    return Policy(whole.day("dated"), **numbers, ceilings=tuple(_ceilings(whole)), emergencies=emergencies, facts=facts)


def fits(of: Policy, facts: Mapping[str, Fact], authority: str, file: str = FILE) -> None:
    """Hold the policy to its pack: the facts that it names are the pack's, and so are its emergencies.

    Raises:
        PackFault: they are not.
    """
    for name in of.facts.values():
        if name not in facts:
            raise PackFault(file, 1, f"names `{name}`, which is no fact of the pack", "name one that is")
    for clause in of.emergencies:
        if clause not in facts[authority].sort.members:
            raise PackFault(file, 1, f"names the emergency `{clause}`, which is no authority of the pack", "name one")


def _number(d: Declared, key: str, least: int) -> int:
    """A whole number that stands there: none is taken for granted."""
    found = d.keys.get(key)
    if not isinstance(found, int) or isinstance(found, bool) or found < least:
        raise d.fault(f"gives no `{key}`, or one that is too small", f"write a whole number from {least} on", key)
    return found


def _ceilings(whole: Declared) -> Iterator[Ceiling]:
    for each in whole.tables("ceiling", "of"):
        each.only(("of", "days", "most"))
        yield Ceiling(Counted(each.one_of("of", list(Counted))), _number(each, "days", 1), _number(each, "most", 1))


def lowered(of: Policy, standing: Standing) -> tuple[Ceiling, ...]:
    """The ceilings, each as low as a control of its name has set it."""
    return tuple(Ceiling(one.of, one.days, min(one.most, _set(one, standing))) for one in of.ceilings)


def _set(one: Ceiling, standing: Standing) -> int:
    entered = standing.in_force.get(("ceiling", one.cites))
    said = entered.control.content.strip() if entered else ""
    if entered and not (said.isascii() and said.isdecimal()):
        return 0  # what cannot be read lets nothing pass
    return int(said) if said else one.most
