"""(i)(2) by the law of 1 August 2025 as the shipped pack has it, written by hand in Polars: all that a request alone decides.

A rule is one expression, true where it is *broken* (it applies, and what it needs is not so), null where that cannot be
told: Polars' own `&`, `|` and `~` are Kleene's, so it is `when & ~needs`. Every rule is valued once for every row and kept
as two bits; outcomes and lists are made once for each pattern of bits and joined to the rows that have it.

Nothing is taken from the pack or from the program: who changes a rule there changes it here. Left out is what can say
nothing on a request: the rules that turn on a search or a review are open, (i)(2)(C) is always met under the reading in
force, and no order of a court was. So are all other clauses: a request names (i)(2), none, another title or nothing.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars import Expr, col

PERMIT, INCOMPLETE, HOLD, REFUSE = range(4)
OUTCOMES = ("permit", "incomplete", "hold", "refuse")

ITEMS = (
    "name", "mailing_address", "tin", "filing_status", "spouse_name", "dependents", "wages_from_return", "wages_from_employer",
    "unearned_income", "net_self_employment_income", "bank_account", "employer", "return", "transcript",
)  # fmt: skip
ADDRESS = "mailing_address"
OPENED = ("name", "mailing_address", "tin", "wages_from_employer", "unearned_income", "employer")
CLAUSES = ("i2", "none", "elsewhere")
NOTHING = CLAUSES[1:]
OF_JUSTICE = (
    "attorney_general", "deputy_attorney_general", "associate_attorney_general", "assistant_attorney_general", "fbi_director",
    "dea_administrator", "us_attorney", "special_prosecutor", "strike_force_attorney",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on the request: where it is broken, what follows from that, and what where that is unknown."""

    id: str
    broken: Expr
    otherwise: int
    unknown: int = INCOMPLETE


def among(choice: Expr, *members: str) -> Expr:
    """Whether a choice is one of a few `members`: sooner found by comparing than by `is_in`."""
    return functools.reduce(operator.or_, [choice == member for member in members])


CLAUSE, OFFICE, STANDING = col("authority.clause"), col("asker.office"), col("asker.standing")
OFFICERS, THEIRS = col("officers.listed") > 0, col("officers.agency")
PURPOSE, OFFENCE, REASON = col("purpose.stated"), col("offence.kind"), col("reason.kind")
CHILD = PURPOSE == "missing_or_exploited_child"
NO_CRIME = among(OFFENCE, "tax", "civil", "state")
OWN_INVESTIGATION = (OFFICE == "inspector_general") & ~col("asker.component")
GOVERNED = (col("asker.department") == "DHS") & ~OWN_INVESTIGATION


def law() -> list[Rule]:
    """The rules on the request, in the order of the pack."""
    return [*_default(), *_asker(), *_matter(), *_content(), *_no_authority(), *_failure_to_depart(), *_agreement()]


def _default() -> list[Rule]:
    return [
        Rule("a.authority", among(CLAUSE, "none", "elsewhere"), REFUSE),
        Rule("a.asked", ~(col("items.listed") > 0), INCOMPLETE),
    ]


def _asker() -> list[Rule]:
    closed = among(OFFICE, "department_head", "inspector_general", "component_head", "delegate")
    stated, justice, undecided = col("asker.office_stated"), OFFICE.is_in(OF_JUSTICE), pl.lit(None, pl.Boolean)
    for_department = justice | among(OFFICE, "department_head", "inspector_general")
    such = among(THEIRS, "asking", "unlisted") | ((THEIRS == "department") & for_department)
    return _i2(
        Rule("A.federal", ~among(STANDING, "justice", "federal", "unlisted"), REFUSE),
        Rule("A.known", STANDING == "unlisted", HOLD),
        Rule("A.office", ~(closed | (among(STANDING, "justice", "unlisted") & justice)), REFUSE),
        Rule("A.component", stated & (OFFICE == "component_head") & undecided, REFUSE, HOLD),
        Rule("A.delegate", stated & (OFFICE == "delegate") & undecided, REFUSE, HOLD),
        Rule("A.named", ~(OFFICERS & (col("officers.unnamed") == 0)), INCOMPLETE),
        Rule("A.engaged", OFFICERS & ~col("officers.engaged"), REFUSE),
        Rule("A.such_agency", OFFICERS & ~such, REFUSE),
        Rule("A.officers_known", OFFICERS & (THEIRS == "unlisted"), HOLD),
    )


def _matter() -> list[Rule]:
    criminal = ["criminal_investigation", "criminal_proceeding_preparation", "grand_jury", "missing_or_exploited_child"]
    return _i2(
        Rule("A.purpose", ~among(PURPOSE, *criminal), REFUSE),
        Rule("A.criminal", ~CHILD & NO_CRIME, REFUSE),
        Rule("A.designated", ~CHILD & (OFFENCE == "unlisted"), HOLD),
        Rule("A.child", CHILD & among(OFFENCE, "tax", "civil", "state", "unlisted"), HOLD),
        Rule("A.solely", REASON == "contradicts", HOLD),
    )


def _content() -> list[Rule]:
    periods, graded = col("periods.kind"), col("address.grade")
    return _i2(
        Rule("B.writing", ~col("request.in_writing"), INCOMPLETE),
        Rule("B.i.name", col("subject.name") != "full", INCOMPLETE),
        Rule("B.i.address", ~among(graded, "deliverable", "deliverable_unit"), INCOMPLETE),
        Rule("B.ii.periods", periods == "none", INCOMPLETE),
        Rule("B.ii.all", periods == "all", HOLD),
        Rule("B.iii.statute", among(OFFENCE, "none", "unrecognised"), INCOMPLETE),
        Rule("B.iv.reason", ~among(REASON, "individual", "contradicts"), INCOMPLETE),
    )


def _no_authority() -> list[Rule]:
    return [
        Rule("none.voter_roll", PURPOSE == "voter_roll", REFUSE),
        Rule("none.civil_removal", PURPOSE == "civil_removal", REFUSE),
    ]


def _failure_to_depart() -> list[Rule]:
    given, final_on = col("removal_order.given"), col("removal_order.final_on")
    depart = col("offence.failure_to_depart")
    charged, period = depart & given, col("offence.departure_period") & given
    made_on, court_on = col("request.made_on"), col("removal_order.court_final_on")
    review = col("removal_order.judicial_review")
    ran_out = (~review & (made_on - final_on > 90)) | (review & (made_on - court_on > 90))
    agree = ~review | (court_on >= final_on)
    return [
        Rule("1253.order", depart & ~given, REFUSE),
        Rule("1253.final", charged & ~col("removal_order.final"), REFUSE),
        Rule("1253.outstanding", charged & col("removal_order.stayed"), REFUSE),
        Rule("1253.ground", charged & (col("removal_order.ground") != "deportable"), REFUSE),
        Rule("1253.ninety_days", period & ~ran_out, REFUSE),
        Rule("1253.dates", period & ~agree, INCOMPLETE),
        Rule("1253.proper_steps", charged & col("removal_order.relief_pending"), HOLD),
    ]


def _agreement() -> list[Rule]:
    return [
        Rule("agreement.claim", among(col("agreement.claim"), "not_in_force", "unknown"), REFUSE, HOLD),
        Rule(
            "agreement.whose_investigation",
            (col("asker.department") == "DHS") & OWN_INVESTIGATION & col("officers.any_component"),
            HOLD,
        ),
        Rule(
            "agreement.own_matter",
            (col("asker.department") == "DHS") & OWN_INVESTIGATION & col("offence.failure_to_depart"),
            HOLD,
        ),
        Rule("treasury-dhs.statutes", GOVERNED & ~CHILD & NO_CRIME, REFUSE),
    ]


def _i2(*rules: Rule) -> list[Rule]:
    return [Rule(f"i2.{rule.id}", rule.broken, rule.otherwise, rule.unknown) for rule in rules]


LAW = law()
FOR_ALL = {"a.authority", "a.asked", "none.voter_roll", "none.civil_removal", "agreement.claim"}

# The bits of a row: two for a truth that may be untold. The words of `own` have the rules of LAW, `sought` what items turn on.
SO, UNTOLD = 1, 2
A_WORD = 32
OWN = {f"own_{at // A_WORD}": LAW[at : at + A_WORD] for at in range(0, len(LAW), A_WORD)}
ASKED, GOVERNS, NAMED = 1, 1 << len(ITEMS), 1 << len(ITEMS) + 2
NO_CLAUSE = len(CLAUSES)

IDS = pl.Enum(
    [rule.id for rule in LAW]
    + [f"{rule}[{item}]" for item in ITEMS for rule in ("a.authorized", "i2.A.information", "treasury-dhs.items")]
)


def rule(facts: Path, rulings: Path) -> None:
    """Rule on every row of the file `facts` and write the file `rulings`."""
    own = {word: _own(rules) for word, rules in OWN.items()}
    rows = pl.scan_parquet(facts).select("row", "request_id", **own, sought=_sought()).collect(engine="streaming")
    patterns = rows.lazy().select(*OWN, "sought").unique().collect(engine="streaming")
    ruled = _ruled(patterns.lazy()).collect().rechunk()  # gathered from one chunk: a few times as fast as from two
    told = rows.join(ruled, on=[*OWN, "sought"], how="left", maintain_order="left").drop(*OWN, "sought")
    told.write_parquet(rulings, compression="snappy", statistics=False)


def _own(rules: list[Rule]) -> Expr:
    """Two bits for every one of `rules`; nought where the rule is none for the clause named."""
    places = {rule.id: 4**place for place, rule in enumerate(rules)}
    bits = {rule.id: rule.broken.cast(pl.UInt64).fill_null(UNTOLD) * places[rule.id] for rule in rules}
    nought = pl.lit(0, pl.UInt64)
    for_all = _sum([nought, *(bits[name] for name in bits if name in FOR_ALL)])
    for_i2 = _sum([nought, *(bits[name] for name in bits if name not in FOR_ALL)])
    return for_all + pl.when(CLAUSE == "i2").then(for_i2).otherwise(0)


def _sought() -> Expr:
    """The items asked for, a bit each; whether the agreement governs; which clause is named."""
    asked = _sum(col(f"asked.{item}").cast(pl.UInt32) * (ASKED << place) for place, item in enumerate(ITEMS))
    governs = pl.when(CLAUSE == "i2").then(GOVERNED.cast(pl.UInt32).fill_null(UNTOLD)).otherwise(0)
    named = CLAUSE.cast(pl.Enum(CLAUSES)).to_physical().cast(pl.UInt32).fill_null(NO_CLAUSE)
    return asked + governs * GOVERNS + named * NAMED


def _sum(parts: Iterable[Expr]) -> Expr:
    return functools.reduce(operator.add, parts)


# Once for each pattern


def _ruled(patterns: pl.LazyFrame) -> pl.LazyFrame:
    """Outcome and lists for every pattern of bits."""
    sought = col("sought")
    bits = patterns.with_columns(asked=sought % GOVERNS, governs=sought // GOVERNS % 4, named=sought // NAMED)
    return bits.with_columns(outcome=pl.max_horizontal(_of_request(), _of_best_item())).select(
        *OWN, "sought", _word("outcome"), failed=_failed(), unknown=_unknown(), items_permitted=_items_permitted()
    )


def _word(outcome: str) -> Expr:
    return pl.lit(pl.Series(OUTCOMES, dtype=pl.Enum(OUTCOMES))).gather(col(outcome)).alias(outcome)


def _of_request() -> Expr:
    """The heaviest that follows from a rule of LAW."""
    heaviest = pl.lit(PERMIT)
    for outcome in (INCOMPLETE, HOLD, REFUSE):
        for word, rules in OWN.items():
            reached = [SO * 4**place for place, rule in enumerate(rules) if rule.otherwise == outcome]
            reached += [UNTOLD * 4**place for place, rule in enumerate(rules) if rule.unknown == outcome]
            heaviest = pl.when(_has(word, sum(reached))).then(outcome).otherwise(heaviest)
    return heaviest


def _of_best_item() -> Expr:
    """What follows for the item that fares best; who asks for none is given none."""
    others = _has("asked", _bits(item for item in OPENED if item != ADDRESS))
    i2 = (
        pl.when(_has("asked", _bits([ADDRESS])) | (others & (col("governs") == 0)))
        .then(PERMIT)
        .when(others & (col("governs") == UNTOLD))
        .then(INCOMPLETE)
        .otherwise(REFUSE)
    )
    return (
        pl.when((col("asked") == 0) | (col("named") == NO_CLAUSE))
        .then(INCOMPLETE)
        .when(_names(*NOTHING))
        .then(REFUSE)
        .otherwise(i2)
    )


def _failed() -> Expr:
    return _list([*_of_law(SO), *(one for item in ITEMS for one in _of_item(item))])


def _of_item(item: str) -> list[Expr]:
    """The rules that an item breaks, each null where it does not."""
    asked = _has("asked", _bits([item]))
    by_clause = [None, *[f"a.authorized[{item}]"] * 2, None]
    broken: list[Expr] = [pl.when(asked).then(pl.lit(pl.Series(by_clause, dtype=IDS)).gather(col("named")))]
    if item not in OPENED:
        broken.append(pl.when(asked & _names("i2")).then(_id(f"i2.A.information[{item}]")))
    if item != ADDRESS:
        broken.append(pl.when(asked & (col("governs") == SO)).then(_id(f"treasury-dhs.items[{item}]")))
    return broken


def _unknown() -> Expr:
    untold = _of_law(UNTOLD)
    for item in ITEMS:
        asked = _has("asked", _bits([item]))
        untold.append(pl.when(asked & (col("named") == NO_CLAUSE)).then(_id(f"a.authorized[{item}]")))
        if item != ADDRESS:
            untold.append(pl.when(asked & (col("governs") == UNTOLD)).then(_id(f"treasury-dhs.items[{item}]")))
    return _list(untold)


def _items_permitted() -> Expr:
    kind, permitted = pl.Enum(ITEMS), col("outcome") == PERMIT
    free = {item: permitted if item == ADDRESS else permitted & (col("governs") == 0) for item in OPENED}
    return _list([pl.when(_has("asked", _bits([i])) & free[i]).then(pl.lit(i, kind)) for i in ITEMS if i in OPENED])


def _of_law(truth: int) -> list[Expr]:
    return [
        pl.when(_has(word, truth * 4**place)).then(_id(rule.id))
        for word, rules in OWN.items()
        for place, rule in enumerate(rules)
    ]


def _id(rule: str) -> Expr:
    return pl.lit(rule, IDS)


def _has(column: str, mask: int) -> Expr:
    """Whether a pattern has one of the bits of `mask`."""
    return col(column) & pl.lit(mask, pl.UInt64 if column in OWN else pl.UInt32) != 0


def _bits(items: Iterable[str]) -> int:
    return sum(ASKED << ITEMS.index(item) for item in items)


def _names(*clauses: str) -> Expr:
    return col("named").is_in([CLAUSES.index(clause) for clause in clauses])


def _list(parts: list[Expr]) -> Expr:
    """Those of `parts` that are not null, in their order."""
    return pl.concat_arr(parts).arr.to_list().list.filter(pl.element().is_not_null())
