"""The kind of a reason: nothing, boilerplate, a use that is not the purpose, or one person's own case."""

from __future__ import annotations

import csv
import json
import time
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.faults import PackFault
from safeconduct.core.reasons import Kind, Reasons, reasons, weigh

FILE = "reasons.toml"
TEXT = (files("safeconduct") / "packs" / "us_irc_6103" / "tables" / FILE).read_text("utf-8")
TABLE = reasons(FILE, TEXT)
DECKS = Path(__file__).parent.parent / "decks"
CRIMINAL = "criminal_investigation"


def kind(text: str, purpose: str | None = CRIMINAL, table: Reasons = TABLE) -> Kind:
    return weigh(text, purpose, table).kind


def test_every_reason_of_the_deck_is_of_its_kind() -> None:
    with (DECKS / "reasons.csv").open(encoding="utf-8", newline="") as deck:
        rows = list(csv.DictReader(deck))
    wrong = [row["reason"] for row in rows if kind(row["reason"], row["purpose"]) != row["kind"]]
    assert (len(rows) > 380, wrong) == (True, [])


def test_the_reasons_of_the_open_cases_are_of_their_kind() -> None:
    cases = json.loads((DECKS / "irc-6103.json").read_text("utf-8"))
    other = {"O08": Kind.EMPTY, "O40": Kind.CONTRADICTS}
    for case in cases:
        request = case["request"]
        assert kind(request["reason"], request["purpose"]) == other.get(case["case"], Kind.INDIVIDUAL), case["case"]


@pytest.mark.parametrize(
    "text",
    [
        "The subject was deported on 3 May 2021 and found in Laredo on 2 June 2025.",
        "The subject was served with a final order of removal on 1 October 2024 and declined to depart.",
        "The subject obstructed removal officers on 4 May 2025.",
        "He failed to present himself for removal on 12 March 2025.",
        "Needed to prove that the subject refused to be removed on 3 May 2025.",
    ],
)
def test_a_removal_told_is_no_removal_asked_for(text: str) -> None:
    assert kind(text) is Kind.INDIVIDUAL


@pytest.mark.parametrize(
    "fact", ["He was deported on 3 May 2021.", "Case HSI-24-00871.", "He struck an officer on 4 May 2025."]
)
@pytest.mark.parametrize(
    "use",
    ["We will deport him.", "For ERO.", "To execute the removal order.", "It will go to a data matching program."],
)
def test_a_use_that_is_not_the_purpose_outranks_every_particular(fact: str, use: str) -> None:
    assert kind(f"{fact} {use}") is Kind.CONTRADICTS
    assert kind(f"{use} {fact}") is Kind.CONTRADICTS


@pytest.mark.parametrize(
    "text",
    [
        "The address will not be used for civil removal.",
        "Not for removal or any civil purpose.",
        "The data will never be used for deportation.",
        "No information will be used for deportation.",
        "It won't be used for removal.",
    ],
)
def test_a_plain_denial_is_no_contradiction_and_no_particular(text: str) -> None:
    assert kind(text) is Kind.GENERIC


@pytest.mark.parametrize(
    "text",
    [
        "Not only for removal.",
        "Not just for removal but for prosecution.",
        "Not merely for removal.",
        "Not for prosecution but for removal.",
        "It will not be used for removal alone.",
        "It will not be used for removal unless a supervisor agrees.",
        "Unless a supervisor agrees, it will not be used for removal.",
        "It will not be used for removal at this time.",
        "It will be used for no purpose other than removal.",
        "It will never not be used for removal.",
        "It is not true that the address will not be used for removal.",
        "It will not be used for prosecution, it is for removal.",
    ],
)
def test_a_denial_with_a_door_in_it_is_none(text: str) -> None:
    assert kind(text) is Kind.CONTRADICTS


def test_the_same_words_contradict_one_purpose_and_not_another() -> None:
    assert kind("To deport the subject.", "grand_jury") is Kind.CONTRADICTS
    assert kind("To deport the subject.", "civil_removal") is Kind.GENERIC
    assert kind("To determine eligibility for benefits.", CRIMINAL) is Kind.CONTRADICTS
    assert kind("To determine eligibility for benefits.", "benefit_eligibility") is Kind.GENERIC


@pytest.mark.parametrize(
    "text",
    [
        "To keep the voter roll clean: the subject registered on 3 March 2024 in Cook County.",
        "The subject may be registered to vote in Illinois; a tip of 3 March 2025 says so, and the rolls must be kept clean.",
        "Case 25-0311: to find out whether the subject is registered to vote.",
        "On 3 March 2025 the subject was listed among voters; the state will strike her name and needs the address.",
        "To find out whether the subject, who applied on 3 March 2025, draws SNAP benefits.",
        "To keep the state's voter roll clean; the subject may be registered.",
        "To keep the voter roll clean.",
        "The address will be given to the state board of elections.",
        "To check whether the subject is registered to vote.",
        "Needed to verify that the subject is not registered to vote.",
        "To find non-citizens on the voter rolls.",
        "To remove ineligible voters from the rolls.",
        "The Secretary of State of Illinois will match the address against voter registrations.",
        "To determine whether the subject voted.",
        "To find out whether the subject draws SNAP benefits.",
        "To find out if the subject claims welfare.",
        "To see whether the subject draws benefits.",
        "So that the state can cut off food stamps.",
        "To revoke the subject's visa.",
        "To deny the subject's asylum application.",
        "So that the voting list stays current.",
        "Keeping electoral rolls accurate.",
        "To confirm that she is registered to vote.",
        "We want to know if he votes.",
        "To compare the address with the voter registrations of Texas.",
        "For the board of elections.",
        "It will be shared with the Board of Elections.",
        "The Board of Elections needs the address.",
        "To help states keep their rolls current.",
        "To see if she is on the voter list.",
        "To learn whether the subject is a registered voter.",
        "Aliens on the voter rolls must be found.",
        "To check if the subject is not currently registered to vote.",
        "To find out whether the family gets food stamps.",
        "To stop her food stamps.",
        "To cancel his visa.",
        "To terminate his legal status.",
        "To deny her naturalization application.",
        "On 3 May 2025 a tip came in; the county needs the address to drop her from the voter list.",
        "To verify the subject's voter registration.",
        "To see whether he is on Medicaid.",
        "So the consulate can revoke her visa.",
        "We need it to determine if the subject is receiving Medicaid.",
        "To share it with the county board of elections.",
        "To establish whether the subject has voted in Illinois.",
        "Needed to cancel her voter registration.",
    ],
)
def test_voter_rolls_benefits_and_leave_to_stay_are_no_criminal_purpose(text: str) -> None:
    assert kind(text) is Kind.CONTRADICTS


@pytest.mark.parametrize(
    "text",
    [
        "The subject registered to vote on 3 March 2024 as a citizen.",
        "The subject registered to vote on 3 March 2024 in Cook County as a citizen; she is not one (18 USC 1015(f)).",
        "The subject was registered to vote on 3 March 2024 and voted on 5 November 2024 while an alien.",
        "The subject is registered to vote in Cook County since 3 March 2024, having sworn that she is a citizen.",
        "The subject voted in Dallas on 5 November 2024 while registered under a false claim of citizenship.",
        "On 3 March 2024 the subject told the clerk of the board of elections that she was a citizen.",
        "The subject presented a forged card to the county board of elections on 3 March 2024.",
        "The subject, a clerk of the board of elections, changed 40 records on 3 March 2024.",
        "The subject gave a false address to the Board of Elections on 3 March 2024.",
        "The subject was paid $400 to vote on 5 November 2024.",
        "The subject drew SNAP benefits on 3 March 2025 under a dead man's name.",
        "The subject claimed SNAP benefits in two states on 3 March 2025 and 4 March 2025.",
        "The subject sold food stamps worth $9,000 on 3 March 2025.",
        "The consul revoked his visa on 3 March 2024; he flew in on a forged one on 4 May 2024.",
        "The subject lied in her asylum application of 3 March 2024.",
        "His asylum application was denied on 3 March 2024; he forged the notice of 4 May 2024.",
        "The subject threatened to revoke the workers' visas on 3 March 2025 unless they kept working without pay.",
        "The subject offered voters $20 each on 5 November 2024.",
        "The subject registered 40 noncitizens on the voter rolls on 3 March 2024.",
        "The subject conspired to remove voters from the rolls on 3 March 2024 by forged letters.",
        "The subject told the officer on 11 February 2025 that he would keep his old name; he cut the tag of 3 March 2025.",
        "The registrar's records show that the subject registered to vote on 3 March 2024 under a false name.",
        "Records confirm that the subject is registered to vote since 3 March 2024 as a citizen.",
        "The subject stole 40 ballots from the county board of elections on 5 November 2024.",
        "The claim for unemployment benefits of 3 March 2021 was made in a dead man's name from the subject's phone.",
        "The subject asked a neighbor on 3 March 2024 whether he voted, and struck him.",
        "A witness checked on 3 March 2025 whether the subject is registered to vote; she is, as a citizen.",
        "The subject kept two ledgers on 3 March 2024 and kept one clean for the bank examiners.",
        "The plaintiff's name was struck off the lease of 3 March 2024 by the subject with a forged signature.",
        "The subject's parole officer found a pistol on 3 March 2025 in his apartment.",
    ],
)
def test_votes_benefits_and_visas_told_as_crimes_are_one_persons_own(text: str) -> None:
    assert kind(text) is Kind.INDIVIDUAL


def test_without_a_purpose_nothing_contradicts() -> None:
    assert kind("To deport the subject.", None) is Kind.GENERIC


@pytest.mark.parametrize(
    "text",
    [
        "Violation of 8 U.S.C. § 1253(a)(1)(A) and 18 USC 1546.",
        "Section 1253 of title 8; Form I-589; 26 CFR 301.6103.",
        "Requested under the Memorandum of Understanding of April 7, 2025.",
        "Ordered removed in 2019.",
        "The information is relevant to the investigation. " * 40,
    ],
)
def test_the_laws_numbers_a_bare_year_and_length_are_no_particulars(text: str) -> None:
    assert weigh(text, CRIMINAL, TABLE).particulars == ()
    assert kind(text) is Kind.GENERIC


def test_a_use_is_found_wherever_it_stands_in_a_clause_without_end() -> None:
    for before in range(0, 400, 7):
        assert (
            kind("matter " * before + "so that officers can find and deport him" + " matter" * 200) is Kind.CONTRADICTS
        )


@pytest.mark.parametrize(
    ("text", "particular"),
    [
        ("on 3 May 2025", "a date"),
        ("on May 3, 2025", "a date"),
        ("on 2025-05-03", "a date"),
        ("el 3 de mayo de 2025", "a date"),
        ("case HSI-24-00871", "a case number"),
        ("docket 1:25-cr-00871", "a case number"),
        ("A 209 555 012", "a case number"),
        ("the jury (GJ 25-118)", "a case number"),
        ("GJ no. 2025-7", "a case number"),
        ("at 16:10", "a time"),
        ("$9,500", "an amount"),
        ("40 kilograms", "an amount"),
        ("exhibit 12", "a document"),
        ("paragraph 14 of the case memorandum", "a document"),
        ("The subject threatened his landlord.", "an event told"),
        ("The plea agreement of 3 April 2025", "a date"),
    ],
)
def test_particulars_are_named_by_kind(text: str, particular: str) -> None:
    assert weigh(text, CRIMINAL, TABLE).particulars == (particular,)


NEAR_FIGURES = """
3 14 2025 12, 1253(a)(1) 25-cr-118 hsi-24-00871 4:30 i-205 $9,500 § u.s.c. usc cfr section sec. title order form no. number
of on de from dated may march, junio an act as plea agreement memorandum understanding this request policy executive paragraph
case file a afile ano 209555012 tip #7 exhibit dollars pm gj 25-118 sepember the subject officers, depart; - -- (the
""".split()


@given(st.lists(st.sampled_from(NEAR_FIGURES), max_size=16))
def test_what_is_read_near_figures_alone_is_what_is_read_in_the_whole(words: list[str]) -> None:
    text = " ".join(words)
    short, whole = (weigh(said, CRIMINAL, TABLE).particulars for said in (text, text + " the" * 600))
    assert [each for each in short if each != "an event told"] == [each for each in whole if each != "an event told"]


def test_neither_particulars_nor_note_repeat_the_words() -> None:
    weighed = weigh("On 3 May 2025 Zacarias Quintanilla paid $912 in case HSI-24-00871.", CRIMINAL, TABLE)
    said = " ".join((*weighed.particulars, weighed.note))
    assert not any(word in said for word in ("Zacarias", "Quintanilla", "912", "00871", "May"))


@given(st.text(max_size=200))
def test_any_text_has_a_kind_whatever_the_blanks_around_it(text: str) -> None:
    assert kind(text) is kind(f"  {text}\n")


@pytest.mark.parametrize(
    "words",
    [
        "for ",
        "order of removal ",
        "be ",
        "not ",
        "case 1111/",
        "12 may ",
        "8 usc 1(a)",
        "a-1",
        "1-",
        "mou ",
        "as x ",
        "A",
        "1",
        "9,",
        "not used for removal ",
        "(a)",
    ],
)
def test_hostile_length_costs_linear_time(words: str) -> None:
    start = time.perf_counter()
    weigh(words * (400_000 // len(words)), CRIMINAL, TABLE)
    assert time.perf_counter() - start < 5


SMALL = """
[empty]
words = "none"
[boilerplate]
words = "subject"
[circumstances]
words = "bank"
[speech]
told = "was"
asked = "for"
doers = "he"
handing = "given"
describing = "united"
stops = "after"
denials = "not"
denied = "used"
taken_back = "only"
conditions = "unless"
doubted = "true"
[words]
person = "him|her"
[[use]]
name = "removal"
contradicts = ["grand_jury"]
phrases = ["deport <person>", "for .. removal"]
opening = ["removal"]
"""


def test_a_phrase_takes_alternatives_names_and_a_gap_of_three_words() -> None:
    table = reasons(FILE, SMALL)
    for text in ("Deport her.", "for removal", "for one two three removal", "removal"):
        assert kind(text, "grand_jury", table) is Kind.CONTRADICTS
    for text in ("deport them", "for one two three four removal", "their removal"):
        assert kind(text, "grand_jury", table) is Kind.GENERIC


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[empty", 1, "cannot be read"),
        (SMALL.replace("[circumstances]", "[circumstance]"), 6, "has the key `circumstance`"),
        (SMALL.replace('words = "none"', ""), 2, "`empty` has no `words`"),
        (SMALL.replace('told = "was"', "told = 3"), 9, "`speech` gives a `told` that is no text"),
        (SMALL.replace('told = "was"', ""), 8, "`speech` has no `told`"),
        (SMALL.replace('told = "was"', 'tells = "was"'), 9, "`speech` has the key `tells`"),
        (SMALL.replace('person = "him|her"', "person = 3"), 21, "`words` gives a `person` that is no text"),
        (SMALL.replace('["deport <person>", "for .. removal"]', "3"), 25, "gives a `phrases` that is no list of texts"),
        (SMALL.replace('["removal"]', "[3]"), 26, "gives a `opening` that is no list of texts"),
        ("use = 3\n" + SMALL[: SMALL.index("[[use]]")], 1, "has a `use` that is no list of tables"),
        (SMALL[: SMALL.index("[[use]]")], 1, "lists no use"),
        (SMALL.replace('name = "removal"\n', ""), 22, "has no `name`"),
        (SMALL.replace("opening", "openings"), 26, "has the key `openings`"),
        (SMALL.replace('contradicts = ["grand_jury"]', ""), 22, "`removal` has no `contradicts`"),
        (SMALL.replace("deport <person>", "deport <people>"), 25, "`<people>`"),
        (SMALL.replace("deport <person>", "deport .."), 25, "begins or ends with a gap"),
        (SMALL.replace("deport <person>", "Deport (him)?"), 25, "no plain word"),
        (SMALL.replace("deport <person>", "deport the|him"), 25, "no plain word"),
        (SMALL + SMALL[SMALL.index("[[use]]") :], 28, "`removal` is the name of two uses"),
    ],
)
def test_a_malformed_table_says_where_and_what_to_mend(text: str, line: int, what: str) -> None:
    with pytest.raises(PackFault) as fault:
        reasons(FILE, text)
    assert what in str(fault.value)
    assert fault.value.line == line
    assert fault.value.mend


def test_a_city_with_a_lake_in_its_name_is_no_database() -> None:
    assert kind("The subject sold a car in Salt Lake City on 3 May 2024 to a man who paid $4,000.") is Kind.INDIVIDUAL
    assert kind("On 3 May 2024 he lied; the address is to feed the data lake.") is Kind.CONTRADICTS
