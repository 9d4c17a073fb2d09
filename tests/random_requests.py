"""The requests on which the program, SQL and `tests/reference.py` are compared, and what they disagree on.

Most of the requests go round the rules: all that a rule turns on is varied while the rest would pass, so that no rule
hides behind another. The others are drawn at random. They are the same in each run.
"""

from __future__ import annotations

import gc
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import reference
from safeconduct import shelf
from safeconduct.core import law
from safeconduct.core.facts import Step
from safeconduct.core.orders import Order
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import Outcome

FOLDER = Path(shelf.__file__).parent / "packs" / shelf.DEFAULT
SHIPPED = reference.files(FOLDER)
PACK = reference.pack(SHIPPED)
STATED = tuple(name for name, fact in PACK.facts.items() if fact.established_by != "reading")
MEMBERS = {
    **{name: fact.members for name, fact in PACK.facts.items()},
    "item.name": tuple(PACK.items),
    "item.kind": tuple({item["kind"]: None for item in PACK.items.values()}),
}
TURNS = ("2025-04-07", "2025-09-01", "2025-11-21", "2026-02-05")
ORDERED = {order.window[0] or 0 for order in PACK.orders}
OFFSETS = (-40, -1, 0, 55)
OF_READINGS = (-41, -40, 0)  # by the first turn: before the first reading that is decided, under it, under the next
AT_RANDOM = 1000
FEWEST, MOST = 20, 450
FEWEST_BY_DAY = 150  # where it turns on the day or on an agreement too whether a rule fails

Value = bool | int | str | None
Truth = bool | None
Facts = Mapping[str, Value]


def decided(words: Mapping[str, str]) -> dict[str, str]:
    """The pack with what the shipped one leaves open: contested words decided, now one way and now the other; an order that ends.

    As shipped, the rules on the undecided words could be neither met nor failed, and no `until` would be tried. The first
    reading begins within the days drawn, so that some lie before all readings. What the one reading in force answers with
    yes, the other answers with no.
    """
    changed = dict(words)
    for path in (path for path in words if path.startswith("readings/")):
        changed[path] = answered(words[path], ("yes", "no") if path == MEMORANDUM else ("no", "yes"))
    changed[NOTICE] = words[NOTICE].replace("\nkind = ", f"\nuntil = {TURNS[-1]}\nkind = ")
    changed[IN_FORCE] = re.sub(r"^from = .*$", f"from = {FIRST}", words[IN_FORCE], count=1, flags=re.MULTILINE)
    return changed


def answered(reading: str, answers: tuple[str, ...]) -> str:
    """A reading with what it leaves open answered by `answers` in turn."""
    turn = itertools.cycle(answers)
    return re.sub(r"undecided$", lambda _: next(turn), reading, flags=re.MULTILINE)


def both_in_force(words: Mapping[str, str]) -> dict[str, str]:
    """The pack with its two readings in force from one day on: the stricter rules."""
    since = re.compile(r"^from = .*$", flags=re.MULTILINE)
    return {**words, IN_FORCE: since.sub(f"from = {FIRST}", words[IN_FORCE])}


def parted(words: Mapping[str, str]) -> dict[str, str]:
    """The pack with orders that bear on some items alone, and one that gives way to another for as long as that stands.

    A rule on what else orders bar is put beside those on disclosure and notice.
    """
    some = 'data = ["mailing_address", "wages_from_employer"]'
    changed = dict(words)
    changed[NOTICE] = words[NOTICE].replace(ALL_DATA, 'data = ["mailing_address"]')
    changed[STOP] = words[STOP].replace(ALL_DATA, some)
    changed[FREEZE] = words[FREEZE] + GIVES_WAY
    changed[DENIAL] = words[DENIAL].replace("\nkind = ", "\nuntil = 2026-03-20\nkind = ")
    changed["orders.md"] = words["orders.md"] + ON_COPIES
    return changed


ALL_DATA = "data = []"
GIVES_WAY = """
[set_aside]
on = 2026-03-01
because_of = "dcc-2026-02-24"
why = "The appeal was decided."
by = ["A. Counsel, Office of Chief Counsel", "B. Officer, Privacy and Disclosure"]
"""
ON_COPIES = """
```rule order.copies
each:      order
cites:     order
when:      order.bars.copy and not order.demands.notice
needs:     request.in_writing
otherwise: hold
unknown:   hold
means:     An order bars copies.
```
"""
STOP, FREEZE = "orders/ddc-2025-11-21.toml", "orders/dmass-2026-02-05.toml"
DENIAL = "orders/dcc-2026-02-24.toml"
NOTICE = "orders/ddc-2025-09-notice.toml"
IN_FORCE = "readings/in-force.toml"
MEMORANDUM = "readings/memorandum-2025-04-07.md"
FIRST = date(2025, 2, 26)
DECIDED = decided(SHIPPED)
BOTH_IN_FORCE = both_in_force(DECIDED)
PARTED = parted(SHIPPED)


@dataclass(frozen=True, slots=True)
class Request:
    """What either side is asked. `about` is the rule that it goes round, "" for one drawn at random."""

    about: str
    facts: Mapping[str, Value]
    asked: tuple[str, ...] | None
    step: Step
    day: int


ON_WHICH_LAW_IS_NAMED = date.fromisoformat(TURNS[0]).toordinal()
"""The day of all requests that go round rules which name the day of the law: of each day these ask a question of their own."""

WOULD_PASS: Mapping[str, Value] = {
    "authority.clause": "i2",
    "request.in_writing": True,
    "request.made_on": 0,
    "asker.office": "department_head",
    "asker.office_stated": True,
    "asker.component": False,
    "asker.standing": "federal",
    "asker.department": "DHS",
    "agreement.claim": "none",
    "officers.listed": 1,
    "officers.unnamed": 0,
    "officers.engaged": True,
    "officers.agency": "asking",
    "officers.any_component": False,
    "purpose.stated": "criminal_investigation",
    "offence.kind": "criminal",
    "offence.failure_to_depart": True,
    "offence.departure_period": True,
    "reason.kind": "individual",
    "reason.stated": True,
    "periods.kind": "specified",
    "items.listed": 1,
    "items.other_return_information": 0,
    "subject.name": "full",
    "address.grade": "deliverable",
    "removal_order.given": True,
    "removal_order.final": True,
    "removal_order.final_on": 91,
    "removal_order.ground": "deportable",
    "removal_order.judicial_review": False,
    "removal_order.court_final_on": 91,
    "removal_order.stayed": False,
    "removal_order.relief_pending": False,
    "asker.agency_stated": True,
    "asker.law_enforcement": True,
    "asker.intelligence": True,
    "asker.secret_service": False,
    "asker.accountability_office": False,
    "asker.delegation_given": True,
    "asker.delegation_from": "department_head",
    "asker.delegation_on": 91,
    "officers.standing": "federal",
    "officers.law_enforcement": True,
    "officers.intelligence": True,
    "periods.stated": True,
    "court_order.given": True,
    "court_order.kind": "i1",
    "court_order.court": "district",
    "court_order.issued_on": 90,
    "court_order.expires_on": -1,
    "court_order.applicant_office": "us_attorney",
    "court_order.covers_periods": "within",
    **{f"court_order.covers[{item}]": True for item in PACK.items},
    "court_order.findings_given": True,
    "court_order.reasonable_cause_act": True,
    "court_order.may_be_relevant": True,
    "court_order.exclusive_use": True,
    "court_order.not_obtainable_elsewhere": True,
    "court_order.fugitive_from_justice": True,
    "warrant.given": True,
    "warrant.kind": "federal_felony_arrest",
    "warrant.issued_on": 90,
    "emergency.given": True,
    "emergency.danger": "death_or_injury",
    "emergency.imminent": True,
    "emergency.recipient": "federal",
    "claim.given": True,
    "claim.kind": "federal_claim",
    "claim.authority": "collection",
    "program.kind": "vi",
    "program.agency": "listed",
    "consent.given": True,
    "consent.designates_asker": True,
    "consent.signed_on": 90,
    **{f"consent.covers[{item}]": True for item in PACK.items},
    "consent.covers_periods": "within",
    "consent.for_this_purpose": True,
    "interest.relation": "self",
    "proceeding.obtained_under": "i1",
    "proceeding.probative": True,
    "proceeding.production_ordered": True,
    "custodian.own_finding": True,
    "custodian.interest_found": True,
    "review.court_order_seen": True,
    "review.warrant_seen": True,
    "review.called_back": True,
    "review.necessary": True,
    "review.engaged_in_response": True,
    "review.responsible_for_intelligence": True,
    "review.audit_authorized": True,
    "review.committee_notified": True,
    "review.claim_shown": True,
    "review.program_shown": True,
    "review.consent_seen": True,
    "review.identity_shown": True,
    "review.administration_impaired": False,
    "review.admission_impairs": False,
    "review.party": True,
    "custodian.received_on": 0,
    "register.match": "one",
    "register.address_agrees": True,
    "review.impairment": False,
    "review.engagement_found": True,
    "review.use_confined": True,
    "review.reason_specific": True,
    "review.elements_shown": True,
    "review.willfulness_shown": True,
    "review.removal_order_seen": True,
    "review.office_verified": True,
    "review.agreement_terms_read": True,
    "review.notice_given": True,
    "custodian.officer_named_for_many": False,
    "custodian.receiver_confined": True,
    "safeguards.in_order": True,
    "batch.tripped": False,
}


# What must be otherwise for a request under another clause than (i)(2) to pass.
OTHERWISE: Mapping[str, Mapping[str, Value]] = {
    "i3A": {"items.other_return_information": 1},
    "i3B": {"purpose.stated": "emergency_life"},
    "i3C": {"purpose.stated": "terrorism_response"},
    "i5": {"purpose.stated": "locate_fugitive", "court_order.kind": "i5"},
    "i7A": {"purpose.stated": "terrorism_response", "asker.office": "delegate"},
    "i7B": {
        "purpose.stated": "intelligence_analysis",
        "asker.standing": "justice",
        "asker.department": "other",
        "asker.office": "attorney_general",
    },
    "i7C": {"purpose.stated": "terrorism_response", "court_order.kind": "i7C"},
    "i7D": {
        "purpose.stated": "terrorism_response",
        "court_order.kind": "i7C",
        "court_order.applicant_office": "department_head",
    },
    "i8": {"purpose.stated": "audit", "asker.office": "comptroller_general", "asker.accountability_office": True},
    "l7": {"purpose.stated": "benefit_eligibility"},
    "m2": {"purpose.stated": "debt_collection"},
}
REACHED = {"i3A": "wages_from_employer", "l7": "unearned_income"}
"""An item that the clause reaches, where that is not the mailing address."""


# What the agreement does not govern: an inspector general's own investigation.
EXCEPTED: Mapping[str, Value] = {
    "asker.office": "inspector_general",
    "asker.component": False,
}


@cache
def requests() -> tuple[Request, ...]:
    """The requests, the same in each run and drawn once in it: unknown facts and absent ones are well represented."""
    return tuple(_drawn())


def _drawn() -> Iterator[Request]:
    """Each rule has dice of its own, so that a rule added to the pack leaves the requests round the others as they were."""
    for rule in PACK.rules:
        yield from round_rule(rule, Random(rule.id))  # noqa: S311 - chance without secrets, and the same in each run
        yield from under_no_authority(rule)
    dice = Random(6103)  # noqa: S311 - as above
    for _ in range(AT_RANDOM):
        yield at_random(dice)


def contested() -> list[Request]:
    """Those of the requests that go round the rules on contested words, and those at random, before any order of a court."""
    about = {"", *(rule.id for rule in PACK.rules if writes(rule, "reading."))}
    drawn = [request for request in requests() if request.about in about and request.day < min(ORDERED)]
    return [*drawn, *between_readings()]


def before_courts() -> Iterator[Request]:
    """Those of the requests that go round the rules on orders, those at random, and some on the days on which orders turn."""
    own = {rule.id for rule in PACK.rules if rule.each == "order"}
    drawn = [request for request in requests() if request.about in {"", *own}]
    yield from drawn
    dice = Random(24022026)  # noqa: S311 - as above
    for turn, request in itertools.product(("2026-02-24", "2026-03-01", "2026-03-20"), drawn[:400]):
        day = date.fromisoformat(turn).toordinal() + dice.choice((-1, 0, 1))
        asked = dice.choice((request.asked, ("mailing_address", "tin"), ("tin",), ("wages_from_employer",)))
        facts = {**request.facts, "asker.department": dice.choice(("DHS", "DHS", "other", None))}
        yield replace(request, facts=facts, asked=asked, day=day)


def between_readings() -> Iterator[Request]:
    """Requests that pass or fail by a contested word alone: now the one reading is the stricter, and now the other."""
    day = FIRST.toordinal()
    facts = {name: dated(name, value, day) for name, value in WOULD_PASS.items()}
    for office, others, step in itertools.product(("component_head", "delegate"), (0, 1), Step):
        contested: Facts = {"asker.office": office, "items.other_return_information": others}
        yield Request("", {**facts, **contested}, ("mailing_address",), step, day)


def round_rule(rule: reference.Rule, dice: Random) -> Iterator[Request]:
    """Requests in which all that `rule` turns on is varied and the rest would pass; and one for each authority there is.

    The latter are such as the rule would fail, whoever it belongs to.

    Where an agreement governs, most come close to what it excepts; and some that the rule would fail are in doubt about
    one fact on which that turns.
    """
    turns = TURNS[:1] if writes(rule, "reading.") or writes(rule, "law.on") else TURNS
    offsets = (0,) if writes(rule, "law.on") else (-41, *OFFSETS) if writes(rule, "reading.") else OFFSETS
    own = [
        ({**under(dice.choice(sorted(rule.scope) or ["i2"])), **varied}, asked, step)
        for varied, asked, step in variations(rule, dice)
    ]
    if rule.each != "item":
        own = [(varied, (REACHED.get(str(varied["authority.clause"]), asked[0]),), step) for varied, asked, step in own]
    failing = [each for each in own if would_fail(rule, *each)] or own
    things = {asked[0] for _, asked, _ in failing} if tells_items_apart(rule) else {""}
    foreign = [
        ({**varied, "authority.clause": authority}, asked, step)
        for authority in values("authority.clause")
        for thing in sorted(things)
        for varied, asked, step in [dice.choice([each for each in failing if thing in (each[1][0], "")])]
    ]
    for varied, asked, step in own + foreign:
        other: dict[str, Value] = {"asker.department": dice.choice(("DHS", "other", "other", "other"))}
        if governing := governed_by(rule):
            doubted = {name: dice.choice(values(name)) for name in EXCEPTED if PACK.facts[name].kind == "truth"}
            other |= {"asker.department": "DHS", **dice.choice(({}, EXCEPTED, {**EXCEPTED, **doubted}))}
            other |= {name: dice.choice(values(name)) for name in dice.sample(governing, dice.choice((0, 1, 1, 2)))}
        yield _request(rule.id, {**WOULD_PASS, **other, **varied}, (asked, step), turns, dice, offsets=offsets)
    for (varied, asked, step), offset in itertools.product(foreign, OF_READINGS if writes(rule, "reading.") else ()):
        yield _request(rule.id, {**WOULD_PASS, **varied}, (asked, step), turns, dice, offsets=(offset,))
    for doubt, turn in itertools.product(doubts(rule), turns):
        varied, asked, step = dice.choice(failing)
        yield _request(rule.id, {**WOULD_PASS, **varied, **doubt}, (asked, step), (turn,), dice)


def under_no_authority(rule: reference.Rule) -> Iterator[Request]:
    """Requests that leave the authority out, for each item that `rule` may open and all on which that turns: is it reached?"""
    turns = sorted(reference.names(rule.when) & set(STATED)) if rule.each == "item" else []
    for told, item in itertools.product(itertools.product(*map(values, turns)), PACK.items if turns else ()):
        facts = {**WOULD_PASS, "authority.clause": None, **dict(zip(turns, told, strict=True))}
        day = ON_WHICH_LAW_IS_NAMED
        on_the_day = {name: dated(name, value, day) for name, value in facts.items()}
        yield Request(rule.id, on_the_day, (item,), Step.REQUEST, day)


def tells_items_apart(rule: reference.Rule) -> bool:
    """Whether `rule` is written in a fact declared for each item, or opens an item by other facts than the item's own."""
    opening = {name for name in reference.names(rule.when) if rule.each == "item" and name in PACK.facts}
    return bool(opening | PACK.of_each_item & (reference.names(rule.when) | reference.names(rule.needs)))


def under(authority: str) -> dict[str, Value]:
    """What must be so, beside WOULD_PASS, for a request under `authority` to pass."""
    return {**OTHERWISE.get(authority, {}), "authority.clause": authority}


def doubts(rule: reference.Rule) -> Iterator[Facts]:
    """What turns on one fact alone: whether an agreement governs the request, where the rule asks."""
    for name in governed_by(rule):
        for excepted in ({}, EXCEPTED):
            stranger = next(value for value in reversed(values(name)[:-1]) if value != {**WOULD_PASS, **EXCEPTED}[name])
            yield from ({"asker.department": "DHS", **excepted, name: value} for value in (None, stranger))


def variations(rule: reference.Rule, dice: Random) -> Iterator[tuple[Facts, tuple[str, ...], Step]]:
    """Values for all that `rule` turns on, with items and a step: first those with at most two facts changed, then any.

    Changed are facts of WOULD_PASS, to members that the rule names. Items and steps are gone through where they matter.
    """
    written = f"{rule.when} {rule.needs}"
    passing = {**WOULD_PASS, **OTHERWISE.get(dice.choice(sorted(rule.scope) or ["i2"]), {})}
    passing |= dict.fromkeys(PACK.of_each_item, True)
    stated = (*STATED, *sorted(PACK.of_each_item))
    names = [name for name in stated if name in reference.names(rule.when) | reference.names(rule.needs)]
    said = {name: [value for value in values(name) if not isinstance(value, str) or value in written] for name in names}
    near = [
        {**{name: passing[name] for name in names}, **dict(zip(pair, pair_values, strict=True))}
        for pair in itertools.combinations(names, min(2, len(names)))
        for pair_values in itertools.product(*(said[name] for name in pair))
    ]
    every = [dict(zip(names, combination, strict=True)) for combination in itertools.product(*map(values, names))]
    items = tuple(PACK.items) if rule.each == "item" else ("mailing_address",)
    steps = tuple(Step) if reference.step_of(PACK, rule) != "request" else (None,)
    by_day = governed_by(rule) or writes(rule, "reading.") or writes(rule, "law.on")
    fewest = (
        MOST if len(names) > 3 else FEWEST_BY_DAY if by_day else FEWEST
    )  # what must meet in one request seldom does
    for combinations in (near, every, failing_but_for_one(rule, every, names)) if names else (near,):
        drawn = list(itertools.product(combinations, items, steps))
        dice.shuffle(drawn)
        for varied, item, step in itertools.islice(itertools.cycle(drawn), min(max(len(drawn), fewest), MOST)):
            others = [other for other in PACK.items if other != item] if rule.each == "item" else []
            of_item = {f"{name}[{item}]" if name in PACK.of_each_item else name: said for name, said in varied.items()}
            yield of_item, (item, *dice.sample(others, min(len(others), 1))), step or dice.choice(tuple(Step))


def failing_but_for_one(rule: reference.Rule, every: Sequence[Facts], names: Sequence[str]) -> list[Facts]:
    """A combination of facts on which `rule` fails whatever the item, and those that differ from it in one fact."""
    settled: Facts = {"item.name": None, "item.kind": None, "law.on": 0}
    fails = (
        one
        for one in every
        if reference.truth(rule.when, {**one, **settled}) is True
        and reference.truth(rule.needs, {**one, **settled}) is False
    )
    base = (
        next(fails, None) if not any(PACK.facts[name].kind == "day" for name in names if name in PACK.facts) else None
    )
    return [{**base, name: value} for name in names for value in values(name)] if base else []


def would_fail(rule: reference.Rule, varied: Facts, asked: tuple[str, ...], step: Step) -> bool:
    """Whether what `rule` needs is known not to be so, where it may apply; a reading may always say what would fail it."""
    facts = {**_before_variation(rule), **{name: dated(name, value, 0) for name, value in varied.items()}}
    known = {**reference.known_at(PACK, facts, step.name.lower()), "law.on": 0}
    known |= reference.item_facts(PACK, asked[0], known)
    return reference.truth(rule.when, known) is not False and reference.truth(rule.needs, known) is False


@cache
def _before_variation(rule: reference.Rule) -> Facts:
    read: Facts = {name: name in reference.names(rule.when) for name in PACK.facts if name not in STATED}
    return {name: dated(name, value, 0) for name, value in {**read, **WOULD_PASS}.items()}


def governed_by(rule: reference.Rule) -> list[str]:
    """The facts on which it turns whether an agreement governs a request, where the rule asks."""
    scopes = [order.scope for order in PACK.orders] if rule.each == "order" else [rule.governs] if rule.governs else []
    return sorted({name for scope in scopes for name in reference.names(scope)} & set(STATED))


def writes(rule: reference.Rule, word: str) -> bool:
    """Whether `rule`, or the scope that governs it, is written in a fact whose name begins with `word`."""
    written = reference.names(rule.when) | reference.names(rule.needs) | set(governed_by(rule))
    return any(name.startswith(word) for name in written)


def at_random(dice: Random) -> Request:
    """A request that would pass but for some facts, or one in which all is left to chance."""
    facts = {name: dice.choice(values(name)) for name in PACK.facts}
    if dice.random() < 0.8:
        spoilt = dice.sample(STATED, dice.choice((0, 0, 1, 1, 2, 4, 10)))
        passing = {**WOULD_PASS, **under(dice.choice(("i2", *MEMBERS["authority.clause"])))}
        facts |= {name: value for name, value in passing.items() if name not in spoilt}
        facts |= {"asker.department": dice.choice(("DHS", "other"))}
    asked = tuple(dice.sample(tuple(PACK.items), dice.choice((1, 1, 2, 5))))
    or_other = dice.choice((asked, asked, asked, ("mailing_address",), (), None))
    return _request("", facts, (or_other, dice.choice(tuple(Step))), TURNS, dice)


def values(name: str) -> tuple[Value, ...]:
    """The values of a fact, unknown among them. A day is given by how long before the day of the law it lies."""
    match "truth" if name in PACK.of_each_item else PACK.facts[name].kind:
        case "truth":
            return (True, False, None)
        case "count":
            return (0, 1, 2, None)
        case "day":
            return (-1, 0, 90, 91, None)
        case _:
            return (*MEMBERS[name], None)


def _request(
    about: str,
    facts: Facts,
    asked: tuple[tuple[str, ...] | None, Step],
    turns: tuple[str, ...],
    dice: Random,
    *,
    offsets: tuple[int, ...] = OFFSETS,
) -> Request:
    turn = date.fromisoformat(dice.choice(turns)).toordinal()
    day = turn + dice.choice(offsets)
    on_the_day = {name: dated(name, value, day) for name, value in facts.items()}
    left_out = {name for name, value in on_the_day.items() if value is None and dice.random() < 0.5}
    kept = {name: value for name, value in on_the_day.items() if name not in left_out}
    return Request(about, kept, *asked, day)


def dated(name: str, value: Value, day: int) -> Value:
    return day - value if isinstance(value, int) and PACK.facts[name].kind == "day" else value


@dataclass(frozen=True, slots=True)
class Program:
    """The program's law by the pack in a folder."""

    pack: Pack
    orders: tuple[Order, ...]
    laws: dict[int, law.Law] = field(default_factory=dict)

    def law_of(self, day: int) -> law.Law:
        """The program's law of a day."""
        if day not in self.laws:
            self.laws[day] = law.as_of(self.pack, self.orders, day)
        return self.laws[day]

    def ruling(self, request: Request) -> law.Ruling:
        """The program's ruling."""
        return law.rule(self.law_of(request.day), request.facts, request.asked, request.step)


def program(folder: Path) -> Program:
    pack = shelf.pack(str(folder))
    return Program(pack, shelf.court_orders(pack, str(folder))[0])


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference's law by the words of a pack."""

    pack: reference.Pack
    idle: dict[tuple[str, int], bool] = field(default_factory=dict)

    def ruling(self, request: Request) -> reference.Ruling:
        """The reference's ruling."""
        return reference.rule(self.pack, request.facts, request.asked, request.step.name.lower(), request.day)

    def fails_nobody(self, name: str, day: int) -> bool:
        """Whether the program need not list the rule."""
        if (name, day) not in self.idle:
            self.idle[name, day] = reference.fails_nobody(self.pack, name, day)
        return self.idle[name, day]


UNLISTED = "not listed"


def differences(ours: law.Ruling, slow: Reference, request: Request) -> list[str]:
    """What the two sides do not agree on, a line each."""
    return unlike(ours, slow.ruling(request), slow, request)


def unlike(ours: law.Ruling, theirs: reference.Ruling, slow: Reference, request: Request) -> list[str]:
    """As `differences`, where the reference's ruling is known."""
    if [item.item for item in ours.items] != list(theirs.items):
        return [f"items: {[item.item for item in ours.items]}, {list(theirs.items)}"]
    told = [("outcome", ours.outcome.name.lower(), theirs.outcome)]
    for item, ruling in zip(ours.items, theirs.items.values(), strict=True):
        told.append((f"{item.item}: outcome", item.outcome.name.lower(), ruling.outcome))
        told.append((f"{item.item}: may_disclose", str(item.may_disclose), str(ruling.may_disclose)))
        told += _findings(item.conclusions, ruling.findings)
    told += _findings(ours.conclusions, theirs.findings)
    return [
        f"{what}: {one}, reference {other}"
        for what, one, other in told
        if one != other
        if one != UNLISTED or not slow.fails_nobody(what, request.day)
    ]


def _findings(ours: Iterable[law.Conclusion], theirs: Mapping[str, reference.Finding]) -> list[tuple[str, str, str]]:
    listed = [(told.rule.id, f"{told.rule.layer} {told.verdict} {_word(told.consequence)}") for told in ours]
    found = dict(listed)
    assert len(found) == len(listed), "a rule is listed twice"
    needed = {name: f"{told.layer} {told.verdict} {told.consequence}" for name, told in theirs.items()}
    return [(name, found.get(name, UNLISTED), needed.get(name, UNLISTED)) for name in found | needed]


def _word(consequence: Outcome) -> str:
    return "" if consequence is Outcome.PERMIT else consequence.name.lower()


@dataclass(frozen=True, slots=True)
class Sample:
    """Requests, and the rulings on them by the pack in `folder`: the program's, and the reference's in `theirs`."""

    folder: Path
    slow: Reference = field(repr=False)
    requests: Sequence[Request] = field(repr=False)
    rulings: list[law.Ruling] = field(repr=False)
    theirs: list[reference.Ruling] = field(repr=False)
    round: Mapping[str, list[int]] = field(repr=False)

    def near(self, rules: Iterable[str] = ()) -> list[tuple[Request, law.Ruling]]:
        """The requests that go round `rules`, or all where none is named, each with its ruling."""
        return [(self.requests[at], self.rulings[at]) for at in self.places(rules or self.round)]

    def places(self, rules: Iterable[str]) -> list[int]:
        """The places of the requests that go round `rules`, in order."""
        return sorted(at for rule in rules for at in self.round.get(rule, ()))

    def first_difference(self) -> tuple[Request, list[str]] | None:
        """The first request on which program and reference differ, and in what."""
        for request, ours, theirs in zip(self.requests, self.rulings, self.theirs, strict=True):
            if lines := unlike(ours, theirs, self.slow, request):
                return request, lines
        return None


def sample(folder: Path, drawn: Sequence[Request]) -> Sample:
    ours, slow = program(folder), Reference(reference.pack(reference.files(folder)))
    gc.disable()  # nothing of it is garbage
    try:
        rulings = [ours.ruling(request) for request in drawn]
        found = Sample(folder, slow, drawn, rulings, [slow.ruling(request) for request in drawn], _round(drawn))
    finally:
        gc.enable()
    lasting()
    return found


def _round(drawn: Iterable[Request]) -> Mapping[str, list[int]]:
    """The places of the requests by the rule that each goes round."""
    places: dict[str, list[int]] = {}
    for at, request in enumerate(drawn):
        places.setdefault(request.about, []).append(at)
    return places


def lasting() -> None:
    """Let what there is stay: a sample lives as long as the tests, and collecting garbage need not go through it again."""
    gc.collect()
    gc.freeze()


def laid_out(words: Mapping[str, str], folder: Path) -> Path:
    """`folder` with the files that hold `words`, in place of what was there."""
    for path, text in words.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def first_difference(pairs: Iterable[tuple[Request, law.Ruling]], slow: Reference) -> tuple[Request, list[str]] | None:
    """The first request on which the two sides differ, and in what."""
    for request, ours in pairs:
        if lines := differences(ours, slow, request):
            return request, lines
    return None
