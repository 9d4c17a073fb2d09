"""A table of named things: found by their names and phrases, or not at all; and faults that say what to mend."""

from __future__ import annotations

from importlib.resources import files

import pytest

from safeconduct.core.entries import Entries, entries, sought
from safeconduct.core.faults import PackFault

FILE = "courts.toml"
SMALL = """
[[entry]]
is = "high"
names = ["{at} {state}", "High Court of {district} {state}"]
behind = ["Upper Bench"]
where = [
  { at = "N.D.", district = "Northern", state = ["Arden", "Ard."] },
  { at = "D.", state = "Lorn" },
]

[[entry]]
is = "low"
names = ["The Reeve's Table"]
phrases = ["Low Court", "Moot"]

[[entry]]
is = "none_at_all"
phrases = ["Tavern"]
"""


def shipped(table: str) -> Entries:
    path = files("safeconduct") / "packs" / "us_irc_6103" / "tables" / table
    return entries(table, path.read_text("utf-8"))


@pytest.fixture(scope="module")
def courts() -> Entries:
    return shipped("courts.toml")


@pytest.fixture(scope="module")
def programs() -> Entries:
    return shipped("programs.toml")


def member(name: str, table: Entries) -> str | None:
    entry = sought(name, table)
    return entry.member if entry else None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("N.D. Ard.", "high"),
        ("N. D. Arden", "high"),
        ("nd ard", "high"),
        ("the High Court of Northern Arden", "high"),
        ("High Court of Lorn", "high"),
        ("D. Lorn", "high"),
        ("D. Lorn, Upper Bench", "high"),
        ("Reeve's table", "low"),
        ("the moot of Arden", "low"),
        ("Low Court or moot", "low"),
        ("Tavern", "none_at_all"),
    ],
)
def test_a_name_is_found_as_it_stands_or_by_a_phrase_in_it(name: str, said: str) -> None:
    assert member(name, entries(FILE, SMALL)) == said


@pytest.mark.parametrize(
    "name",
    [
        "",
        "...",
        "N.D. Lorn",
        "D. Arden",
        "Upper Bench",
        "High Court",
        "High Court of Northern Arden and Lorn",
        "Lower Bench of N.D. Ard.",
        "Moots",
        "Lowland Court",
        "Moot in the Tavern",
        "Moot " * 100,
    ],
)
def test_a_near_miss_is_not_known(name: str) -> None:
    assert member(name, entries(FILE, SMALL)) is None


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "has no entries"),
        ("[[entry]", 1, "cannot be read"),
        (SMALL + "\n[[court]]\n", 20, "has the key `court`"),
        (SMALL.replace('is = "low"\n', ""), 11, "has no `is`"),
        (SMALL.replace('phrases = ["Tavern"]', ""), 17, "has neither names nor phrases"),
        (SMALL.replace("behind", "behold"), 5, "has the key `behold`"),
        (SMALL.replace('["Tavern"]', '"Tavern"'), 18, "gives a `phrases` that is no list of texts"),
        (SMALL.replace('"Tavern"', '"..."'), 18, "is written `...`, which holds no word"),
        (SMALL.replace('"Tavern"', '"The MOOT"'), 18, "is written `The MOOT`, as `low` is"),
        (SMALL.replace("The Reeve's Table", "n.d. arden"), 13, "is written `n.d. arden`, as `high` is"),
        (SMALL.replace("district =", "shire ="), 7, "has the key `shire`"),
        (SMALL.replace("{at} {state}", "{place} {state}"), 7, "has the key `at`"),
        (SMALL.replace("The Reeve", "The {who}"), 13, "has the slot `{who}`, which no row of `where` fills"),
        (SMALL.replace('state = "Lorn"', "state = 3"), 8, "gives a `state` that is no list of texts"),
        (SMALL.replace('["Arden", "Ard."]', "[]"), 7, "has no `state`"),
    ],
)
def test_a_malformed_table_says_where_and_what_to_mend(text: str, line: int, what: str) -> None:
    with pytest.raises(PackFault) as fault:
        entries(FILE, text)
    assert what in str(fault.value)
    assert fault.value.line == line
    assert fault.value.mend


# The shipped courts


def test_there_are_ninety_four_district_courts(courts: Entries) -> None:
    rows = [each.at.keys.get("where", [{}]) for each in courts.all if each.member == "district"]
    assert sum(map(len, rows)) == 94


@pytest.mark.parametrize(
    "name",
    [
        "N.D. Ill.",
        "N. D. Ill.",
        "N.D. Illinois",
        "Northern District of Illinois",
        "United States District Court for the Northern District of Illinois",
        "United States District Court, Northern District of Illinois, Eastern Division",
        "U.S. District Court, N.D. Ill.",
        "S.D.N.Y.",
        "SDNY",
        "D. Mass.",
        "U.S. District Court for the District of Massachusetts",
        "S.D. W. Va.",
        "E.D. Va.",
        "D.P.R.",
        "D.D.C.",
        "United States District Court for the District of Columbia",
        "D. Guam",
        "District Court of Guam",
        "D.V.I.",
        "District Court of the Virgin Islands",
        "D.N. Mar. I.",
        "District Court for the Northern Mariana Islands",
    ],
)
def test_a_federal_district_court_is_found_as_lawyers_write_it(courts: Entries, name: str) -> None:
    assert member(name, courts) == "district"


@pytest.mark.parametrize(
    "name",
    [
        "D.C. Superior Court",
        "Superior Court of California, County of Los Angeles",
        "Circuit Court of Cook County",
        "U.S. Immigration Court, Chicago",
        "Board of Immigration Appeals",
        "United States Court of Appeals for the Ninth Circuit",
        "Supreme Court of the United States",
        "190th Judicial District Court, Harris County, Texas",
        "United States Bankruptcy Court for the Northern District of Illinois",
        "U.S. Tax Court",
    ],
)
def test_another_court_is_another(courts: Entries, name: str) -> None:
    assert member(name, courts) == "other"


@pytest.mark.parametrize(
    "name",
    [
        "Texas District Court",
        "Alaska District Court",
        "District Court of Harris County",
        "District Court, Clark County, Nevada",
        "U.S. District Court",
        "District of Columbia",
        "M.D. Cal.",
        "N.D. Mass.",
        "D. Ill.",
        "D.C.",
        "the usual one",
    ],
)
def test_a_name_that_may_be_a_states_court_or_none_is_not_known(courts: Entries, name: str) -> None:
    assert member(name, courts) is None


# The shipped programs


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("TANF", "i"), ("Medicaid", "ii"), ("Medicare Part D low-income subsidy", "ii"), ("SSI", "iii"), ("AABD", "iv"),
        ("unemployment compensation", "v"), ("Unemployment Insurance", "v"), ("SNAP", "vi"), ("Food Stamps", "vi"),
        ("State supplementary payments", "vii"), ("VA pension", "viii_pension"), ("Parents' DIC", "viii_indemnity"),
        ("38 U.S.C. § 1710(b)", "viii_health"), ("TDIU", "viii_unemployability"), ("Section 8", "ix"),
        ("Housing Choice Voucher program", "ix"), ("26 U.S.C. § 6103(l)(7)(D)(viii)(IV)", "viii_unemployability"),
        ("federally administered State supplementary payments", "iii"),
        ("WIC", None), ("Medicare", None), ("Social Security", None), ("VA health care", None), ("SNAP and TANF", None),
    ],
)  # fmt: skip
def test_a_program_is_found_by_the_names_that_people_use(programs: Entries, name: str, clause: str | None) -> None:
    assert member(name, programs) == clause


def test_every_program_of_the_statute_is_listed(programs: Entries) -> None:
    viii = ["viii_pension", "viii_indemnity", "viii_health", "viii_unemployability"]
    assert [each.member for each in programs.all] == ["i", "ii", "iii", "iv", "v", "vi", "vii", *viii, "ix"]
