"""Worked cases: read from TOML, and told from what a ruling says; how they cover the rules of a pack."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from safeconduct import preflight
from safeconduct.core.cases import Case, cases
from safeconduct.core.coverage import Coverage
from safeconduct.core.facts import EstablishedBy, Step
from safeconduct.core.faults import PackFault
from safeconduct.core.intake import intake
from safeconduct.core.law import Verdict
from safeconduct.core.rulepack import Pack, load
from safeconduct.preflight import Opened

CASE = """\
[base.one]
made_on = "2025-06-27"
null = ["warrant"]

[base.one.subject]
name = "Maria Lopez"
address = "90001"

[[case]]
case = "C-1"
says = "changed, made absent, left out"
on = 2025-08-01
base = "one"
with = { "subject.address" = "12 Elm St", "asker.office" = "delegate" }
null = ["agreement"]
without = ["made_on"]
outcome = "hold"
"""

MISTAKES = {
    "an outcome that there is not": (
        'outcome = "hold"',
        'outcome = "denied"',
        "gives the outcome `denied`, which there is not",
    ),
    "no day": ("on = 2025-08-01", 'on = "2025-08-01"', "has no day in `on`"),
    "a base that there is not": ('base = "one"', 'base = "two"', "gives the base `two`, which there is not"),
    "a key misspelt": ("without =", "witout =", "has the key `witout`, which does not belong there; write `without`"),
    "a reading that the pack lacks": (
        'base = "one"',
        'base = "one"\nreading = "mine"',
        "gives the reading `mine`, which there is not",
    ),
    "changes that are no table": (
        'with = { "subject.address" = "12 Elm St", "asker.office" = "delegate" }',
        'with = "x"',
        "has a `with` of another form",
    ),
    "fields that are no list": ('without = ["made_on"]', "without = 3", "has a `without` of another form"),
}


def read(text: str, pack: Pack) -> tuple[Case, ...]:
    return cases(replace(pack, files={"cases.toml": text}))


def test_a_case_is_its_base_with_fields_changed_made_absent_or_left_out(pack: Pack) -> None:
    (case,) = read(CASE, pack)
    assert case.request == {
        "request_id": "C-1",
        "subject": {"name": "Maria Lopez", "address": "12 Elm St"},
        "asker": {"office": "delegate"},
        "agreement": None,
        "warrant": None,
    }


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_malformed_case_is_refused_by_its_name(mistake: str, pack: Pack) -> None:
    good, bad, message = MISTAKES[mistake]
    with pytest.raises(PackFault) as fault:
        read(CASE.replace(good, bad), pack)
    assert str(fault.value).startswith(f"cases.toml:10: the case C-1 {message}")


@pytest.mark.parametrize(
    "text", ['case = "x"', "case = [1]", "base = 3", "base = { one = 3 }", CASE + CASE[CASE.index("[[case]]") :]]
)
def test_a_file_that_holds_no_cases_or_two_of_a_name_is_refused(text: str, pack: Pack) -> None:
    with pytest.raises(PackFault):
        read(text, pack)


def test_a_pack_without_cases_has_none(pack: Pack) -> None:
    assert cases(replace(pack, files={})) == ()


# Ruled on at a later step


FOUND = CASE.replace(
    'outcome = "hold"',
    '''step = "review"
found = { "review.impairment" = false, "register.match" = "one", "custodian.received_on" = 2025-06-28 }
outcome = "hold"''',
)

NOT_FOUND = {
    "another form": ('found = { "review.impairment" = false, ', "found = 3 #", "has a `found` of another form"),
    "no fact": ("review.impairment", "review.impairmnt", "finds `review.impairmnt`, which is no fact of the pack; write `review.impairment`"),
    "a fact that the request states": ("review.impairment", "request.in_writing", "finds `request.in_writing`, which the request states; change the request"),
    "a fact that a reading settles": ("review.impairment", "reading.delegate_may_ask", "finds `reading.delegate_may_ask`, which a reading settles"),
    "a fact of a later step": ('step = "review"', 'step = "search"', "finds `review.impairment`, which is known at the review, and is ruled on at the search"),
    "a fact of a later step than the request": ('step = "review"\n', "", "finds `review.impairment`, which is known at the review, and is ruled on at the request"),
    "no truth": ('"review.impairment" = false', '"review.impairment" = 0', "finds `review.impairment` to be what it never is; write true or false"),
    "no member": ('"register.match" = "one"', '"register.match" = "two"', "finds `register.match` to be what it never is; write one of one, none, several"),
    "no day": ("= 2025-06-28", '= "2025-06-28"', "finds `custodian.received_on` to be what it never is; write a day"),
    "a moment": ("= 2025-06-28", "= 2025-06-28T10:00:00", "finds `custodian.received_on` to be what it never is; write a day"),
    "a step that there is not": ('step = "review"', 'step = "look"', "gives the step `look`, which there is not"),
}  # fmt: skip


def test_a_case_is_ruled_on_at_the_request_unless_it_says_otherwise(pack: Pack) -> None:
    assert [(case.step, case.found) for case in read(CASE, pack)] == [(Step.REQUEST, {})]


def test_a_case_at_a_later_step_says_what_was_found(pack: Pack) -> None:
    (case,) = read(FOUND, pack)
    day = dt.date(2025, 6, 28).toordinal()
    assert case.step is Step.REVIEW
    assert case.found == {"review.impairment": False, "register.match": "one", "custodian.received_on": day}


@pytest.mark.parametrize("mistake", NOT_FOUND)
def test_what_cannot_have_been_found_is_refused_by_its_name(mistake: str, pack: Pack) -> None:
    good, bad, message = NOT_FOUND[mistake]
    assert good in FOUND
    with pytest.raises(PackFault) as fault:
        read(FOUND.replace(good, bad), pack)
    assert str(fault.value).startswith(f"cases.toml:10: the case C-1 {message}")


def test_a_count_is_found_as_a_whole_number_that_is_not_below_nought(pack: Pack) -> None:
    fact = replace(pack.facts["officers.listed"], path="", established_by=EstablishedBy.CUSTODIAN)
    counted = replace(pack, facts={**pack.facts, "officers.listed": fact})
    text = CASE.replace('outcome = "hold"', 'found = { "officers.listed" = 2 }\noutcome = "hold"')
    assert read(text, counted)[0].found == {"officers.listed": 2}
    for wrong in ("-1", "true", '"2"'):
        with pytest.raises(PackFault, match="write a whole number"):
            read(text.replace("= 2 }", f"= {wrong} }}"), counted)


def test_a_base_carries_what_was_found_and_a_case_extends_it(pack: Pack) -> None:
    based = FOUND.replace(
        'null = ["warrant"]', 'null = ["warrant"]\nfound = { "review.impairment" = true, "safeguards.in_order" = true }'
    )
    (case,) = read(based, pack)
    assert (case.found["review.impairment"], case.found["safeguards.in_order"]) == (False, True)
    assert "found" not in case.request
    (case,) = read(based.replace('without = ["made_on"]', 'without = ["safeguards.in_order"]'), pack)
    assert "safeguards.in_order" not in case.found
    assert case.request["made_on"] == "2025-06-27"
    assert "safeguards" not in case.request


def test_what_a_base_found_later_is_not_known_at_an_earlier_step(pack: Pack) -> None:
    based = CASE.replace(
        'null = ["warrant"]', 'null = ["warrant"]\nfound = { "register.match" = "one", "review.impairment" = true }'
    )
    assert read(based, pack)[0].found == {}
    assert read(based.replace('outcome = "hold"', 'step = "search"\noutcome = "hold"'), pack)[0].found == {
        "register.match": "one"
    }


def test_a_base_that_finds_what_cannot_be_is_refused_by_its_name(pack: Pack) -> None:
    with pytest.raises(PackFault, match=r"cases.toml:1: the base one finds `review.impairment` to be what it never is"):
        read(CASE.replace('null = ["warrant"]', 'found = { "review.impairment" = 1 }'), pack)


def test_witnesses_are_cases_and_share_the_bases(pack: Pack) -> None:
    witness = CASE[CASE.index("[[case]]") :].replace("C-1", "P-1")
    own = witness.replace('base = "one"', 'base = "two"').replace("P-1", "P-2") + '[base.two]\nmade_on = "2025-06-28"\n'
    read_both = cases(replace(pack, files={"cases.toml": CASE, "witnesses.toml": witness + own}))
    assert [case.name for case in read_both] == ["C-1", "P-1", "P-2"]
    assert [case.name for case in cases(replace(pack, files={"witnesses.toml": own}))] == ["P-2"]


def test_a_name_is_given_once_in_both_files(pack: Pack) -> None:
    witness = CASE[CASE.index("[[case]]") :]
    with pytest.raises(PackFault, match=r"witnesses\.toml:2: the case C-1 is there twice; rename one of the two"):
        cases(replace(pack, files={"cases.toml": CASE, "witnesses.toml": witness}))
    with pytest.raises(
        PackFault, match=r"witnesses\.toml:1: the file of cases has the base one, which another file has too"
    ):
        cases(replace(pack, files={"cases.toml": CASE, "witnesses.toml": CASE.replace("C-1", "P-1")}))


def test_what_was_found_is_ruled_on() -> None:
    later = [each for each in preflight.worked(preflight.opened()) if each.case.step is Step.REVIEW]
    assert later
    assert all(c.verdict is not Verdict.OPEN for each in later if each.ruling for c in each.ruling.conclusions)


# What the cases cover

PAGE = """---
source: policy:
scope: {scope}
layer: policy
---
### tried · what a rule can be

```rule tried
{keys}
means:     It is not so.
cure:      Mend it.
```
"""
ANY = {"true", "false", "unknown"}
CAN = {
    "a fact of the request": ("needs: request.in_writing\notherwise: hold", ANY),
    "nothing": ("needs: False\notherwise: hold", {"false"}),
    "nothing, where something is so": ("when: request.in_writing\nneeds: False\notherwise: hold", {"false", "unknown"}),
    "the clause that the scope has passed": ("needs: authority.clause == i2\notherwise: hold", {"true"}),
    "another clause than that of the scope": ("needs: not authority.clause in {i1, i2}\notherwise: hold", {"false"}),
    "a clause, or else a fact": ("needs: authority.clause == i1 or request.in_writing\notherwise: hold", ANY),
    "a clause, and a fact beside it": ("needs: authority.clause == i2 and request.in_writing\notherwise: hold", ANY),
    "what no reading decides": ("needs: reading.delegate_may_ask\notherwise: hold\nunknown: hold", {"unknown"}),
    "what readings decide both ways": ("needs: reading.identity_by_itself\notherwise: hold\nunknown: hold", ANY),
    "what an item is": ("each: item\nneeds: item.name == mailing_address\notherwise: hold", {"true", "false"}),
    "what some item is, where something is so": ("each: item\nwhen: item.name == mailing_address\nneeds: request.in_writing\notherwise: hold", ANY),
}  # fmt: skip


def tried(keys: str, files: dict[str, str], scope: str = "i2") -> tuple[Opened, Coverage]:
    """The shipped pack with a rule `tried`, and how its worked cases cover that."""
    pack = load({**files, "tried.md": PAGE.format(keys=keys, scope=scope)})
    opened = Opened(pack, (), intake(pack), "", "")
    of = preflight.covered(opened, preflight.worked(opened))
    return opened, next(each for each in of if each.rule.id == "tried")


@pytest.mark.parametrize("needs", CAN)
def test_what_a_rule_can_be_is_read_off_its_expressions(needs: str, files: dict[str, str]) -> None:
    keys, can = CAN[needs]
    _, of = tried(keys, files)
    names = {Verdict.MET: "true", Verdict.NOT_MET: "false", Verdict.UNKNOWN: "unknown"}
    assert {names[verdict] for verdict in of.possible} == can
    assert not [verdict for verdict in names if of.cases[verdict] and verdict not in of.possible]


def test_no_case_makes_a_rule_of_the_pack_what_it_is_held_not_to_be() -> None:
    opened = preflight.opened()
    for of in preflight.covered(opened, preflight.worked(opened)):
        brought = {verdict for verdict in (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN) if of.cases[verdict]}
        assert brought <= of.possible, of.rule.id


def test_cases_are_counted_by_what_they_make_of_a_rule(files: dict[str, str]) -> None:
    del files["cases.toml"], files["witnesses.toml"]
    base = '[base.one]\nauthority = "26 USC 6103(i)(2)"\nin_writing = true\nitems = ["mailing_address"]\n'
    case = '[[case]]\ncase = "{}"\nsays = "x"\non = 2025-08-01\nbase = "one"\noutcome = "hold"\n{}\n'
    listed = [("A", ""), ("B", "with = { in_writing = false }"), ("C", 'without = ["in_writing"]'), ("D", ""),
              ("E", 'with = { authority = "26 USC 6103(c)" }')]  # fmt: skip
    files["cases.toml"] = base + "".join(case.format(*each) for each in listed)
    _, of = tried("needs: request.in_writing\notherwise: hold", files)
    assert [of.cases[verdict] for verdict in (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)] == [
        ("A", "D"),
        ("B",),
        ("C",),
    ]
    assert of.lacking == ()
    _, of = tried("needs: not review.impairment\notherwise: hold\nunknown: hold", files)
    assert of.cases[Verdict.OPEN] == ("A", "B", "C", "D")
    assert of.lacking == (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)


def test_what_is_made_of_a_rule_for_items_counts_for_the_rule_once_a_case(files: dict[str, str]) -> None:
    base = '[base.one]\nauthority = "26 USC 6103(i)(2)"\nitems = ["mailing_address", "filing_status", "dependents"]\n'
    case = '[[case]]\ncase = "A"\nsays = "x"\non = 2025-08-01\nbase = "one"\noutcome = "hold"\n'
    files["cases.toml"] = base + case
    del files["witnesses.toml"]
    _, of = tried("each: item\nneeds: item.name == mailing_address\notherwise: hold", files)
    assert (of.cases[Verdict.MET], of.cases[Verdict.NOT_MET]) == (("A",), ("A",))
