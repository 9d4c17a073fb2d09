"""The program's law against `tests/reference.py`, the slow and obvious ruling: they must agree on whatever facts.

Most of the requests go round the rules: all that a rule turns on is varied while the rest would pass, so that no rule
hides behind another. The others are drawn at random. A comparison is worth what it would catch; so mistakes are planted,
in the words of the pack on one side only, in the reference's mechanics and in the program's, and each must be found.
Last come Kleene's tables, written out by hand.
"""

from __future__ import annotations

import ast
import itertools
import keyword
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

import reference
from safeconduct import shelf
from safeconduct.core import expression, grammar, law
from safeconduct.core.facts import Step
from safeconduct.core.faults import PackFault
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
AT_RANDOM = 1000
FEWEST, MOST = 20, 450
FEWEST_BY_DAY = 150  # where it turns on the day or on an agreement too whether a rule fails

Value = bool | int | str | None
Truth = bool | None
Facts = Mapping[str, Value]


def decided(words: Mapping[str, str]) -> dict[str, str]:
    """The pack with what the shipped one leaves open: contested words decided, now one way and now the other; an order that ends.

    As shipped, the rules on the undecided words could be neither met nor failed, and no `until` would be tried. The first
    reading begins within the days drawn, so that some lie before all readings.
    """
    answers = itertools.cycle(("yes", "no", "no", "yes"))
    changed = dict(words)
    for path in (path for path in words if path.startswith("readings/")):
        changed[path] = re.sub(r"undecided$", lambda _: next(answers), words[path], flags=re.MULTILINE)
    changed[NOTICE] = words[NOTICE].replace("\nkind = ", f"\nuntil = {TURNS[-1]}\nkind = ")
    changed[IN_FORCE] = re.sub(r"^from = .*$", f"from = {FIRST}", words[IN_FORCE], count=1, flags=re.MULTILINE)
    return changed


NOTICE = "orders/ddc-2025-09-notice.toml"
IN_FORCE = "readings/in-force.toml"
FIRST = date(2025, 2, 26)
DECIDED = decided(SHIPPED)


@dataclass(frozen=True, slots=True)
class Request:
    """What either side is asked. `about` is the rule that it goes round, "" for one drawn at random."""

    about: str
    facts: Mapping[str, Value]
    asked: tuple[str, ...] | None
    step: Step
    day: int


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
    "offence.improper_entry": True,
    "offence.reentry": True,
    "reason.kind": "individual",
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
    "removal_order.court_order_given": False,
    "removal_order.court_final_on": 91,
    "removal_order.stayed": False,
    "removal_order.relief_pending": False,
    "custodian.received_on": 0,
    "register.match": "one",
    "review.impairment": False,
    "review.engagement_found": True,
    "review.use_confined": True,
    "review.reason_specific": True,
    "review.elements_shown": True,
    "review.removal_order_seen": True,
    "review.office_verified": True,
    "review.agreement_terms_read": True,
    "review.notice_given": True,
    "safeguards.in_order": True,
    "batch.tripped": False,
}


# What the agreement does not govern: an inspector general's own investigation.
EXCEPTED: Mapping[str, Value] = {
    "asker.office": "inspector_general",
    "asker.component": False,
    "officers.any_component": False,
}


def requests() -> Iterator[Request]:
    """The requests, the same in each run: unknown facts and absent ones are well represented.

    Each rule has dice of its own, so that a rule added to the pack leaves the requests round the others as they were.
    """
    for rule in PACK.rules:
        yield from round_rule(rule, Random(rule.id))  # noqa: S311 - chance without secrets, and the same in each run
    dice = Random(6103)  # noqa: S311 - as above
    for _ in range(AT_RANDOM):
        yield at_random(dice)


def round_rule(rule: reference.Rule, dice: Random) -> Iterator[Request]:
    """Requests in which all that `rule` turns on is varied and the rest would pass; and one for each authority there is.

    Where an agreement governs, most come close to what it excepts.
    """
    own = [
        ({"authority.clause": dice.choice(sorted(rule.scope) or ["i2"]), **varied}, asked, step)
        for varied, asked, step in variations(rule, dice)
    ]
    foreign = [({"authority.clause": authority}, *dice.choice(own)[1:]) for authority in values("authority.clause")]
    for varied, asked, step in own + foreign:
        other: dict[str, Value] = {"asker.department": dice.choice(("DHS", "other", "other", "other"))}
        if governing := governed_by(rule):
            doubted = {name: dice.choice(values(name)) for name in EXCEPTED if PACK.facts[name].kind == "truth"}
            other |= {"asker.department": "DHS", **dice.choice(({}, EXCEPTED, {**EXCEPTED, **doubted}))}
            other |= {name: dice.choice(values(name)) for name in dice.sample(governing, dice.choice((0, 1, 1, 2)))}
        turns = TURNS[:1] if writes(rule, "reading.") else TURNS
        yield _request(rule.id, {**WOULD_PASS, **other, **varied}, (asked, step), turns, dice)


def variations(rule: reference.Rule, dice: Random) -> Iterator[tuple[Facts, tuple[str, ...], Step]]:
    """Values for all that `rule` turns on, with items and a step: first those with at most two facts changed, then any.

    Changed are facts of WOULD_PASS, to members that the rule names. Items and steps are gone through where they matter.
    """
    written = f"{rule.when} {rule.needs}"
    names = [name for name in STATED if name in reference.names(rule.when) | reference.names(rule.needs)]
    said = {name: [value for value in values(name) if not isinstance(value, str) or value in written] for name in names}
    near = [
        {**{name: WOULD_PASS[name] for name in names}, **dict(zip(pair, pair_values, strict=True))}
        for pair in itertools.combinations(names, min(2, len(names)))
        for pair_values in itertools.product(*(said[name] for name in pair))
    ]
    every = [dict(zip(names, combination, strict=True)) for combination in itertools.product(*map(values, names))]
    items = tuple(PACK.items) if rule.each == "item" else ("mailing_address",)
    steps = tuple(Step) if reference.step_of(PACK, rule) != "request" else (None,)
    fewest = FEWEST_BY_DAY if governed_by(rule) or writes(rule, "reading.") else FEWEST
    for combinations in (near, every) if names else (near,):
        drawn = list(itertools.product(combinations, items, steps))
        dice.shuffle(drawn)
        for varied, item, step in itertools.islice(itertools.cycle(drawn), min(max(len(drawn), fewest), MOST)):
            others = [other for other in PACK.items if other != item] if rule.each == "item" else []
            yield varied, (item, *dice.sample(others, min(len(others), 1))), step or dice.choice(tuple(Step))


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
        facts |= {name: value for name, value in WOULD_PASS.items() if name not in spoilt}
        facts |= {"asker.department": dice.choice(("DHS", "other"))}
    asked = tuple(dice.sample(tuple(PACK.items), dice.choice((1, 1, 2, 5))))
    or_other = dice.choice((asked, asked, asked, ("mailing_address",), (), None))
    return _request("", facts, (or_other, dice.choice(tuple(Step))), TURNS, dice)


def values(name: str) -> tuple[Value, ...]:
    """The values of a fact, unknown among them. A day is given by how long before the day of the law it lies."""
    match PACK.facts[name].kind:
        case "truth":
            return (True, False, None)
        case "count":
            return (0, 1, 2, None)
        case "day":
            return (-1, 0, 90, 91, None)
        case _:
            return (*MEMBERS[name], None)


def _request(
    about: str, facts: Facts, asked: tuple[tuple[str, ...] | None, Step], turns: tuple[str, ...], dice: Random
) -> Request:
    turn = date.fromisoformat(dice.choice(turns)).toordinal()
    day = turn + dice.choice((-41, -40, -1, 0, 1, 55))
    dated = {name: _dated(name, value, day) for name, value in facts.items()}
    left_out = {name for name, value in dated.items() if value is None and dice.random() < 0.5}
    kept = {name: value for name, value in dated.items() if name not in left_out}
    return Request(about, kept, *asked, day)


def _dated(name: str, value: Value, day: int) -> Value:
    return day - value if isinstance(value, int) and PACK.facts[name].kind == "day" else value


@dataclass(frozen=True, slots=True)
class Program:
    """The program's law by the pack in a folder."""

    pack: Pack
    orders: tuple[Order, ...]
    laws: dict[int, law.Law] = field(default_factory=dict)

    def ruling(self, request: Request) -> law.Ruling:
        """The program's ruling."""
        if request.day not in self.laws:
            self.laws[request.day] = law.as_of(self.pack, self.orders, request.day)
        return law.rule(self.laws[request.day], request.facts, request.asked, request.step)


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
    theirs = slow.ruling(request)
    if [item.item for item in ours.items] != list(theirs.items):
        return [f"items: {[item.item for item in ours.items]}, {list(theirs.items)}"]
    told = [("outcome", ours.outcome.name.lower(), theirs.outcome)]
    for item, ruling in zip(ours.items, theirs.items.values(), strict=True):
        told.append((f"{item.item}: outcome", item.outcome.name.lower(), ruling.outcome))
        told.append((f"{item.item}: may_disclose", str(item.may_disclose), str(ruling.may_disclose)))
        told += _findings(item.conclusions, ruling.findings)
    told += _findings(ours.conclusions, theirs.findings)
    unlike = [(what, one, other) for what, one, other in told if one != other]
    return [
        f"{what}: {one}, reference {other}"
        for what, one, other in unlike
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
    """The requests, and the program's rulings on them by the pack in `folder`."""

    folder: Path
    requests: list[Request] = field(repr=False)
    rulings: list[law.Ruling] = field(repr=False)

    def near(self, rules: Iterable[str] = ()) -> list[tuple[Request, law.Ruling]]:
        """The requests that go round `rules`, or all where none is named, each with its ruling."""
        pairs = zip(self.requests, self.rulings, strict=True)
        return [pair for pair in pairs if pair[0].about in rules] if rules else list(pairs)


@pytest.fixture(scope="module")
def shipped() -> Sample:
    return sample(FOLDER)


@pytest.fixture(scope="module")
def sides_taken(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return sample(laid_out(DECIDED, tmp_path_factory.mktemp("decided")))


def sample(folder: Path) -> Sample:
    ours = program(folder)
    drawn = list(requests())
    return Sample(folder, drawn, [ours.ruling(request) for request in drawn])


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


# They agree


def test_program_and_reference_agree_on_every_rule_of_every_request(shipped: Sample) -> None:
    assert first_difference(shipped.near(), Reference(PACK)) is None


def test_they_agree_too_where_readings_decide_every_contested_word(sides_taken: Sample) -> None:
    assert first_difference(sides_taken.near(), Reference(reference.pack(DECIDED))) is None


def test_the_requests_reach_every_outcome_verdict_step_and_both_sides_of_every_rule(
    shipped: Sample, sides_taken: Sample
) -> None:
    outcomes = Counter(ruling.outcome for ruling in shipped.rulings)
    assert set(outcomes) == set(Outcome)
    assert min(outcomes.values()) > 100
    assert all(_permitted_at(step, shipped) > 20 for step in Step)
    reached = _reached(sides_taken)
    assert {verdict for _, verdict in reached} == set(law.Verdict)
    sides = {(rule.id, side) for rule in PACK.rules for side in ("met", "not_met")}
    never_met = {(rule.id, "met") for rule in PACK.rules if rule.needs == "False"}
    assert sides - reached == never_met
    unknowable = {rule.id for rule in PACK.rules if needs_no_fact(rule)}
    assert {rule.id for rule in PACK.rules} - {name for name, verdict in reached if verdict == "unknown"} == unknowable


def test_the_requests_come_to_what_the_agreement_excepts_from_every_side(sides_taken: Sample) -> None:
    of_the_inspector = {"authority.clause": "i2", "asker.department": "DHS", "asker.office": "inspector_general"}
    sides = {
        (request.facts.get("asker.component"), request.facts.get("officers.any_component"))
        for request in sides_taken.requests
        if of_the_inspector.items() <= request.facts.items()
    }
    assert sides == set(itertools.product((True, False, None), repeat=2))


def _permitted_at(step: Step, sample: Sample) -> int:
    pairs = zip(sample.requests, sample.rulings, strict=True)
    return sum(request.step is step and ruling.outcome is Outcome.PERMIT for request, ruling in pairs)


def _reached(sample: Sample) -> set[tuple[str, str]]:
    own = [told for ruling in sample.rulings for told in ruling.conclusions]
    of_items = [told for ruling in sample.rulings for item in ruling.items for told in item.conclusions]
    return {(told.rule.id.partition("[")[0], str(told.verdict)) for told in own + of_items}


def needs_no_fact(rule: reference.Rule) -> bool:
    """Whether the rule turns on the item alone, so that it is never unknown."""
    written = reference.names(rule.when) | reference.names(rule.needs)
    return not rule.governs and written <= {"item.name", "item.kind", "item.source", "item"}


# Mistakes in the words of the pack: each is found when it stands on one side only, and by the requests round the rules
# that it touches.
#
# Not planted, because no ruling can show them: `unknown` of a rule that turns on the item alone (its facts are always
# known); the scope of a page on which each rule has its own; an item's `source` (no rule asks it); `freeze_receiver` for
# `stop_sender` (both bar the disclosure); a reading that is not in force; `cites`, `means`, `cure`, `verified` (words for
# people). Nor the step of a fact that a reading establishes: a pack that puts it later than the request does not load.


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: the file it stands in, the rules that it touches, its key and what it says there, and the file's words with it."""

    file: str
    rules: frozenset[str]
    key: str
    says: str
    text: str

    @property
    def words(self) -> dict[str, str]:
        """The words of the whole pack."""
        return {**DECIDED, self.file: self.text}


def in_a_page(file: str, text: str) -> Iterator[Mistake]:
    """Mistakes in a page's rules and in its front matter."""
    for name, keys in reference.blocks(text, "rule"):
        for key, value in _mistaken_keys(keys, next(rule for rule in PACK.rules if rule.id == name)):
            lines = "".join(f"{key}: {value}\n" for key, value in {**keys, key: value}.items())
            before, _, rest = text.partition(f"```rule {name}\n")
            wrong = f"{before}```rule {name}\n{lines}```{rest.partition('```')[2]}"
            yield Mistake(file, frozenset({name}), key, f"{name} {key}: {value}", wrong)
    front = reference.front(text)
    of_page = {name for name, _ in reference.blocks(text, "rule")}
    bound = {rule.id for rule in PACK.rules if rule.each == "order" and "governs" in front}
    for key, value in _mistaken_front(text, front):
        line = f"{key}: {value}"
        rest = re.sub(rf"^{key}:.*\n([ \t]+.*\n)*", "", text, count=1, flags=re.MULTILINE)
        yield Mistake(file, frozenset(of_page | bound), key, line, rest.replace("---\n", f"---\n{line}\n", 1))


def _mistaken_keys(keys: Mapping[str, str], rule: reference.Rule) -> Iterator[tuple[str, str]]:
    yield "otherwise", _another(rule.otherwise)
    if not needs_no_fact(rule):
        yield "unknown", _another(rule.unknown)
    yield from (("needs", wrong) for wrong in mistaken(rule.needs))
    if "when" in keys:
        yield from (("when", wrong) for wrong in ("True", *mistaken(rule.when)))
    if "scope" in keys:
        yield "scope", "any"
    yield from (("from", "2025-12-01"), ("until", "2025-03-15"))


def _mistaken_front(text: str, front: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "layer", "policy" if front["layer"] == "statute" else "statute"
    yield "until", "2025-03-15"
    if "governs" in front:
        yield from (("governs", wrong) for wrong in ("True", *mistaken(front["governs"])))
        yield "from", "2025-04-08"
    if text.count("\nscope:") == 1:  # where no rule of the page has a scope of its own
        yield from (("scope", scope) for scope in _mistaken_scopes(front["scope"]))


def _mistaken_scopes(scope: str) -> list[str]:
    if scope == "any":
        return ["i2"]
    named = scope.split()
    fewer = [" ".join(authority for authority in named if authority != lost) for lost in named]
    return [f"{scope} i4", *(scope or "any" for scope in fewer)]


def _another(outcome: str) -> str:
    """The next heavier outcome, which asks for no more words than the rule has; of the heaviest, the next lighter."""
    return reference.OUTCOMES[reference.OUTCOMES.index(outcome) + (-1 if outcome == "stayed" else 1)]


def in_a_table(file: str, text: str) -> Iterator[Mistake]:
    """Mistakes in an order, in the days and answers of the readings, in the kinds of items and the steps of facts."""
    for found in re.finditer(r"^([a-z_.]+)( = |: +)(\S.*)$", text, re.MULTILINE):
        key, sign, value = found.groups()
        above = (
            text[: found.start()].rpartition("\n[")[2].partition("]")[0] if file in {"facts.toml", "items.toml"} else ""
        )
        for wrong in _mistaken_values(file, above, key, value):
            changed = text[: found.start()] + key + sign + wrong + text[found.end() :]
            yield Mistake(file, _touched(file, above, key), key, f"{above} {key}: {wrong}", changed)


def _touched(file: str, above: str, key: str) -> frozenset[str]:
    """The rules that a mistake in a table touches."""
    match file.partition("/")[0]:
        case "orders":
            return frozenset(rule.id for rule in PACK.rules if rule.each == "order")
        case "facts.toml":
            return frozenset(rule.id for rule in PACK.rules if writes(rule, above))
        case "items.toml":
            return frozenset(rule.id for rule in PACK.rules if writes(rule, "item.kind"))
        case _:
            word = "reading." if key == "from" else key
            return frozenset(rule.id for rule in PACK.rules if writes(rule, word))


def _mistaken_values(file: str, above: str, key: str, value: str) -> list[str]:
    match file.partition("/")[0], key:
        case "facts.toml", "step" if above in STATED:
            return [f'"{step}"' for step in reference.STEPS if step not in value][-1:]
        case "items.toml", "kind":
            return ['"other_return_information"' if value == '"identity"' else '"identity"']
        case "orders", "verbs":
            return ['["disclose"]' if value == "[]" else "[]"]
        case "orders", "kind":
            return ['"stop_sender"' if "notice" in value else '"notice_before_release"']
        case "orders", "from" if "\nuntil" in DECIDED[file]:
            return [_next(value)]
        case "orders", "from":
            return [_next(value), f"{value}\nuntil = {_next(TURNS[-1])}"]
        case "orders", "until":
            return [_next(value)]
        case "readings", "from":
            return [_next(value)]
        case "readings", _ if value in reference.ANSWERS:
            return [answer for answer in reference.ANSWERS if answer != value]
    return []


def _next(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()


RULING = [f"readings/{name}.md" for _, name in PACK.in_force]
PAGES = [path for path in DECIDED if reference.has_rules(path)]
TABLES = [
    path for path in DECIDED if path in {"facts.toml", "items.toml", IN_FORCE, *RULING} or path.startswith("orders/")
]


@pytest.mark.parametrize("file", [*PAGES, *TABLES])
def test_a_mistake_in_the_words_of_one_side_is_found_and_in_both_they_agree(
    file: str, sides_taken: Sample, tmp_path: Path
) -> None:
    slow = Reference(reference.pack(DECIDED))
    laid_out(DECIDED, tmp_path)
    planted = [
        mistake
        for mistake in (in_a_page if file in PAGES else in_a_table)(file, DECIDED[file])
        if mistake.text != DECIDED[file]
    ]
    assert planted
    missed, tried = [], 0
    for index, mistake in enumerate(planted):
        wrong = Reference(reference.pack(mistake.words))
        near = sides_taken.near(mistake.rules)
        found = first_difference(near, wrong)
        if found is None:
            missed.append(mistake.says)
        elif index % 2 == 0 or mistake.key not in {"needs", "when"}:
            shown = [found[0], *(request for request, _ in near)]
            tried += planted_in_the_program(laid_out({file: mistake.text}, tmp_path), shown, slow, wrong, mistake.says)
    assert missed == []
    assert tried > 0


def planted_in_the_program(folder: Path, near: list[Request], slow: Reference, wrong: Reference, says: str) -> bool:
    """The mistake in the program alone is found; where both have it they agree. False where the program refuses it, as it must some."""
    same_day = [request for request in near if request.day == near[0].day][:6]
    try:
        ours = program(folder)
        alike = not any(differences(ours.ruling(request), wrong, request) for request in same_day)
        found = any(differences(ours.ruling(request), slow, request) for request in near)
    except PackFault:
        return False
    assert found, says
    assert alike, says
    return True


def mistaken(written: str) -> list[str]:
    """The expression with one mistake: a part negated or lost, a member lost or gained, a sign or number shifted."""
    return [ast.unparse(wrong) for wrong in _wrong(ast.parse(f"({written})", mode="eval").body)]


def _wrong(node: ast.expr) -> Iterator[ast.expr]:
    yield ast.UnaryOp(ast.Not(), node)
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            yield from (ast.UnaryOp(ast.Not(), wrong) for wrong in _wrong(part))
        case ast.BoolOp(op=op, values=parts):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), parts)
            for before, part, after in _each_of(parts):
                yield _joined(op, [*before, *after])
                yield from (_joined(op, [*before, wrong, *after]) for wrong in _wrong(part))
        case ast.Compare():
            yield from _wrong_comparison(node)


def _wrong_comparison(node: ast.Compare) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Set(elts=members)]):
            for before, _, after in _each_of(members) if len(members) > 1 else ():
                yield ast.Compare(left, [ast.In()], [ast.Set([*before, *after])])
            yield ast.Compare(left, [ast.In()], [ast.Set([*members, _stranger(left, members)])])
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as sign], comparators=[ast.Name() as member]):
            yield ast.Compare(left, [sign], [_stranger(left, [member])])
        case ast.Compare(left=left, ops=[sign], comparators=[ast.Constant(value=int() as number)]):
            yield ast.Compare(left, [sign], [ast.Constant(number + 1)])
            yield from (ast.Compare(left, [other], [ast.Constant(number)]) for other in SHIFTED.get(type(sign), ()))
            if isinstance(left, ast.BinOp):
                yield ast.Compare(ast.BinOp(left.right, ast.Sub(), left.left), [sign], [ast.Constant(number)])
        case ast.Compare(left=left, ops=[sign], comparators=[ast.Attribute() as right]):
            yield ast.Compare(right, [sign], [left])
            yield from (ast.Compare(left, [other], [right]) for other in SHIFTED.get(type(sign), ()))


SHIFTED: Mapping[type[ast.cmpop], tuple[ast.cmpop, ...]] = {
    ast.Gt: (ast.GtE(), ast.Lt()),
    ast.LtE: (ast.Lt(), ast.Eq()),
    ast.Eq: (ast.GtE(), ast.NotEq()),
}


def _each_of(parts: list[ast.expr]) -> list[tuple[list[ast.expr], ast.expr, list[ast.expr]]]:
    return [(parts[:index], part, parts[index + 1 :]) for index, part in enumerate(parts)]


def _joined(op: ast.boolop, parts: list[ast.expr]) -> ast.expr:
    return ast.BoolOp(op, parts) if len(parts) > 1 else parts[0]


def _stranger(fact: ast.expr, members: list[ast.expr]) -> ast.expr:
    """A member of the fact that is not among `members`, and that an expression can say."""
    taken = {ast.unparse(member) for member in members} | set(keyword.kwlist)
    return ast.Name(next(member for member in reversed(MEMBERS[ast.unparse(fact)]) if member not in taken))


# Mistakes in the mechanics


def _verdict_where(
    applies: Mapping[Truth, Truth], needed: Mapping[Truth, Truth]
) -> Callable[[Truth, Truth, bool], str]:
    right = reference.verdict
    return lambda one, other, later: right(applies.get(one, one), needed.get(other, other), later)


def _consequence_of(taken: Mapping[str, str]) -> Callable[[reference.Rule, str], str]:
    right = reference.consequence
    return lambda rule, verdict: right(rule, taken.get(verdict, verdict))


def _swapped(one: str, other: str) -> tuple[str, ...]:
    return tuple({one: other, other: one}.get(outcome, outcome) for outcome in reference.OUTCOMES)


def _unknown_as(truth: Truth, right: Callable[..., Truth]) -> Callable[..., Truth]:
    """`right`, where what it finds unknown is taken for `truth`."""
    return lambda *of: truth if right(*of) is None else right(*of)


def _binding(order: reference.Order, known: Facts) -> dict[str, Value]:
    """What the order does, where an order binds only what is known to fall within it."""
    return {name: value or False for name, value in RIGHT_ORDER_FACTS(order, known).items()}


RIGHT_ORDER_FACTS = reference.order_facts
IN_THE_REFERENCE: Mapping[str, tuple[str, object]] = {
    "an unknown need is taken to fail": ("verdict", _verdict_where({}, {None: False})),
    "an unknown need is taken to be met": ("verdict", _verdict_where({}, {None: True})),
    "what may apply is taken to apply": ("verdict", _verdict_where({None: True}, {})),
    "what may apply is taken not to": ("verdict", _verdict_where({None: False}, {})),
    "what does not apply is asked": ("verdict", _verdict_where({False: True}, {})),
    "what is open is weighed": ("consequence", _consequence_of({"open": "unknown"})),
    "what is unknown is taken to fail": ("consequence", _consequence_of({"unknown": "not_met"})),
    "what fails is taken as unknown": ("consequence", _consequence_of({"not_met": "unknown"})),
    "the lightest prevails": ("heaviest", lambda outcomes: reference.best(outcome or "permit" for outcome in outcomes)),
    "the worst item counts": ("best", reference.heaviest),
    "no item counts": ("best", lambda _: "permit"),
    "refuse outranks stayed": ("OUTCOMES", _swapped("refuse", "stayed")),
    "hold outranks refuse": ("OUTCOMES", _swapped("hold", "refuse")),
    "incomplete outranks hold": ("OUTCOMES", _swapped("incomplete", "hold")),
    "permit outranks incomplete": ("OUTCOMES", _swapped("permit", "incomplete")),
    "later facts are known before": ("known_at", lambda _, facts, __: dict(facts)),
    "a rule belongs to the first step": ("step_of", lambda *_: "request"),
    "from is out": ("runs_on", lambda window, day: (window[0] or 0) < day and (window[1] is None or day < window[1])),
    "until is in": ("runs_on", lambda window, day: (window[0] or 0) <= day and (window[1] is None or day <= window[1])),
    "dates do not count": ("runs_on", lambda *_: True),
    "the first reading stays": ("reading_on", lambda pack, _: pack.readings[min(pack.in_force)[1]]),
    "no reading rules": ("reading_on", lambda *_: {}),
    "every rule belongs": ("belongs", lambda *_: True),
    "only rules for any authority belong": ("belongs", lambda rule, _: not rule.scope),
    "a request without authority has all": (
        "belongs",
        lambda rule, known: known.get("authority.clause") in {None, *rule.scope},
    ),
    "an agreement governs all": ("when", lambda rule, facts: reference.truth(rule.when, facts)),
    "everything is reached": ("is_reached", lambda *_: True),
    "nothing is reached": ("is_reached", lambda *_: False),
    "doubt about reach is a no": ("is_reached", _unknown_as(False, reference.is_reached)),
    "doubt about an order's scope is a no": ("order_facts", _binding),
    "an item is disclosed by itself": ("may_disclose", lambda _, of_item: of_item == "permit"),
    "an item is disclosed with the request": ("may_disclose", lambda outcome, _: outcome == "permit"),
    "items' rules are never told of the request": ("none_is_left", lambda _: False),
    "and: unknown is false": ("both", _unknown_as(False, reference.both)),
    "and: unknown is true": ("both", _unknown_as(True, reference.both)),
    "or: unknown is false": ("either", _unknown_as(False, reference.either)),
    "or: unknown is true": ("either", _unknown_as(True, reference.either)),
    "not: unknown is true": ("contrary", _unknown_as(True, reference.contrary)),
    "not: unknown is false": ("contrary", _unknown_as(False, reference.contrary)),
    "in: unknown is false": ("among", _unknown_as(False, reference.among)),
    "a comparison with unknown is false": ("compared", _unknown_as(False, reference.compared)),
    "a comparison with unknown is true": ("compared", _unknown_as(True, reference.compared)),
}


@pytest.mark.parametrize("mistake", IN_THE_REFERENCE)
def test_a_mistake_in_the_mechanics_of_the_reference_is_found(
    mistake: str, sides_taken: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, *IN_THE_REFERENCE[mistake])
    assert first_difference(sides_taken.near(), Reference(reference.pack(DECIDED))) is not None


LAW = dict(vars(law))


def _turned(turned: Mapping[law.Verdict, law.Verdict]) -> tuple[str, object]:
    return "_verdict", lambda *of, applies: turned.get(found := LAW["_verdict"](*of, applies=applies), found)


IN_THE_PROGRAM: Mapping[str, tuple[str, object]] = {
    "unknown is taken to fail": _turned({law.Verdict.UNKNOWN: law.Verdict.NOT_MET}),
    "unknown is taken to be met": _turned({law.Verdict.UNKNOWN: law.Verdict.MET}),
    "open is weighed": _turned({law.Verdict.OPEN: law.Verdict.UNKNOWN}),
    "what does not apply fails": _turned({law.Verdict.NOT_APPLICABLE: law.Verdict.NOT_MET}),
    "what fails is not yet open to judgement": _turned({law.Verdict.NOT_MET: law.Verdict.OPEN}),
    "the lightest prevails": (
        "heaviest",
        lambda told: min((one.consequence for one in told), default=Outcome.PERMIT),
    ),
    "nothing weighs": ("heaviest", lambda _: Outcome.PERMIT),
    "later facts are known before": ("_known_at", lambda _, __, facts: facts),
    "no order binds": ("_of_orders", lambda *_: ()),
    "the reading of the day before rules": (
        "_readings_in_force",
        lambda pack, on: LAW["_readings_in_force"](pack, on - 1),
    ),
    "every item passes": (
        "_item",
        lambda *of: replace(LAW["_item"](*of), outcome=Outcome.PERMIT),
    ),
}


@pytest.mark.parametrize("mistake", IN_THE_PROGRAM)
def test_a_mistake_in_the_mechanics_of_the_program_is_found(
    mistake: str, sides_taken: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law, *IN_THE_PROGRAM[mistake])
    ours = program(sides_taken.folder)
    slow = Reference(reference.pack(DECIDED))
    assert any(differences(ours.ruling(request), slow, request) for request in sides_taken.requests)


def test_a_rule_out_of_force_opens_no_item(tmp_path: Path) -> None:
    lapsed = SHIPPED["later.md"].replace("```rule i4.counsel\n", "```rule i4.counsel\nuntil: 2025-06-01\n")
    ours = program(laid_out({**SHIPPED, "later.md": lapsed}, tmp_path))
    slow = Reference(reference.pack({**SHIPPED, "later.md": lapsed}))
    facts = {name: value for name, value in WOULD_PASS.items() if PACK.facts[name].kind != "day"}
    request = Request("", {**facts, "authority.clause": "i4"}, ("return",), Step.REVIEW, date(2025, 7, 1).toordinal())
    assert slow.ruling(request).outcome == "refuse"
    assert differences(ours.ruling(request), slow, request) == []


def test_no_request_settles_a_contested_word_before_the_first_reading(sides_taken: Sample) -> None:
    day = FIRST.toordinal() - 1
    facts = {**WOULD_PASS, "reading.identity_by_itself": True}
    request = Request("", facts, ("mailing_address",), Step.REVIEW, day)
    slow = Reference(reference.pack(DECIDED))
    assert slow.ruling(request).items["mailing_address"].outcome == "hold"
    assert differences(program(sides_taken.folder).ruling(request), slow, request) == []


# Kleene's tables


T, F, U = True, False, None
BOTH = ((T, T, T), (T, F, F), (T, U, U), (F, T, F), (F, F, F), (F, U, F), (U, T, U), (U, F, F), (U, U, U))
EITHER = ((T, T, T), (T, F, T), (T, U, T), (F, T, T), (F, F, F), (F, U, U), (U, T, T), (U, F, U), (U, U, U))
COMPARED = (
    ("a.count > 2", 3, T), ("a.count > 2", 2, F), ("a.count > 2", U, U), ("a.count >= 2", 2, T), ("a.count >= 2", 1, F),
    ("a.count < 2", 1, T), ("a.count < 2", 2, F), ("a.count <= 2", 2, T), ("a.count <= 2", 3, F), ("a.count <= 2", U, U),
    ("a.count == 0", 0, T), ("a.count == 0", 1, F), ("a.count == 0", U, U), ("a.count != 0", 1, T), ("a.count != 0", 0, F),
    ("a.count != 0", U, U),
    ("a.word == red", "red", T), ("a.word == red", "blue", F), ("a.word == red", U, U),
    ("a.word != red", "blue", T), ("a.word != red", "red", F), ("a.word != red", U, U),
    ("a.word in {red, none}", "red", T), ("a.word in {red, none}", "none", T), ("a.word in {red, none}", "blue", F),
    ("a.word in {red, none}", U, U), ("a.word in {red, blue, none}", U, U),
    ("not a.word in {red, none}", "blue", T), ("not a.word in {red, none}", "red", F), ("not a.word in {red, none}", U, U),
    ("a.truth", T, T), ("a.truth", F, F), ("a.truth", U, U),
    ("not a.truth", T, F), ("not a.truth", F, T), ("not a.truth", U, U), ("not not a.truth", U, U),
)  # fmt: skip
DAYS = ((191, 100, T), (190, 100, F), (100, 191, F), (191, U, U), (U, 100, U), (U, U, U))
SORTS = {
    "a.truth": expression.Sort(expression.Kind.TRUTH),
    "b.truth": expression.Sort(expression.Kind.TRUTH),
    "a.count": expression.Sort(expression.Kind.COUNT),
    "a.day": expression.Sort(expression.Kind.DAY),
    "b.day": expression.Sort(expression.Kind.DAY),
    "a.word": expression.Sort(expression.Kind.CHOICE, ("red", "blue", "none")),
}


def truths(written: str, facts: Mapping[str, Value]) -> set[Truth]:
    """What the program and the reference make of an expression, an unknown fact being None or left out."""
    node = grammar.read(written, SORTS)
    known = {name: value for name, value in facts.items() if value is not None}
    return {
        expression.value(node, facts),
        expression.value(node, known),
        reference.truth(written, facts),
        reference.truth(written, known),
    }


@pytest.mark.parametrize(("left", "right", "truth"), BOTH)
def test_and_is_kleenes(left: Truth, right: Truth, truth: Truth) -> None:
    assert truths("a.truth and b.truth", {"a.truth": left, "b.truth": right}) == {truth}


@pytest.mark.parametrize(("left", "right", "truth"), EITHER)
def test_or_is_kleenes(left: Truth, right: Truth, truth: Truth) -> None:
    assert truths("a.truth or b.truth", {"a.truth": left, "b.truth": right}) == {truth}


@pytest.mark.parametrize(("written", "value", "truth"), COMPARED)
def test_a_comparison_with_an_unknown_fact_is_unknown(written: str, value: Value, truth: Truth) -> None:
    fact = written.removeprefix("not ").removeprefix("not ").split(" ")[0]
    assert truths(written, {fact: value}) == {truth}


@pytest.mark.parametrize(("to", "since", "truth"), DAYS)
def test_days_between_two_days_are_unknown_where_either_is(to: int | None, since: int | None, truth: Truth) -> None:
    assert truths("a.day - b.day > 90", {"a.day": to, "b.day": since}) == {truth}


@pytest.mark.parametrize(
    ("written", "truth"),
    [
        ("a.truth and not a.truth", U),
        ("a.truth or not a.truth", U),
        ("b.truth or a.truth and not b.truth", T),
        ("not b.truth and (a.truth or not a.truth)", F),
        ("not (a.truth and b.truth)", U),
        ("not (a.truth or b.truth)", F),
        ("False and a.truth", F),
        ("True or a.truth", T),
        ("True and a.truth", U),
        ("False or a.truth", U),
    ],
)
def test_parts_that_are_known_decide_the_whole_only_where_kleenes_tables_say_so(written: str, truth: Truth) -> None:
    assert truths(written, {"a.truth": U, "b.truth": T}) == {truth}
