"""The table of agencies: found by its names and forms, or not at all; and faults that say what to mend."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest

from safeconduct.core.agencies import Agencies, Agency, agencies, find, within
from safeconduct.core.faults import PackFault

ON = date(2025, 8, 1).toordinal()
FILE = "agencies.toml"
SMALL = """standings = ["federal", "state"]
[[agency]]
id = "ALPHA"
name = "Department of Alpha"
standing = "federal"
aliases = ["ALPHA"]

[[agency]]
id = "BETA"
name = "Beta Service"
component_of = "ALPHA"
standing = "federal"
from = 2020-01-01
until = 2025-01-01
"""
TOP = 'standings = ["federal", "state"]'
MARKED = SMALL.replace(TOP, f'{TOP}\nmarks = ["police"]')


@pytest.fixture(scope="module")
def custodian() -> Agencies:
    table = files("safeconduct") / "packs" / "us_irc_6103" / "tables" / FILE
    return agencies(FILE, table.read_text("utf-8"))


def known(name: str, table: Agencies) -> Agency:
    agency = find(name, table, ON)
    assert agency is not None
    return agency


@pytest.mark.parametrize(
    ("name", "ident"),
    [
        ("DHS", "DHS"),
        ("D.H.S.", "DHS"),
        ("d.h.s", "DHS"),
        ("the U.S. department of  Homeland security", "DHS"),
        ("United States Dept. of Homeland Security", "DHS"),
        ("U.S. Immigration and Customs Enforcement", "ICE"),
        ("Immigration & Customs Enforcement", "ICE"),
        ("ICE/ERO", "ERO"),
        ("U.S. Department of Homeland Security, Immigration and Customs Enforcement (ICE)", "ICE"),
        ("Homeland Security Investigations", "HSI"),
        ("F.B.I.", "FBI"),
        ("Bureau of Alcohol, Tobacco, Firearms, and Explosives", "ATF"),
        ("U.S. Attorney's Office for the Northern District of Illinois", "USAO"),
        ("United States Attorney\u2019s Office, District of New Mexico", "USAO"),
        ("DHS OIG", "DHS-OIG"),
        ("Office of the Inspector General, U.S. Department of Justice", "DOJ-OIG"),
        ("Department of Justice, Criminal Division", "CRM"),
        ("IRS", "IRS"),
        ("FinCEN", "FINCEN"),
        ("Postal Inspection Service", "USPIS"),
        ("Government Accountability Office", "GAO"),
        ("U.S. Capitol Police", "USCP"),
        ("VA Police", "VA-POLICE"),
    ],
)
def test_an_agency_is_found_as_officers_write_it(custodian: Agencies, name: str, ident: str) -> None:
    assert known(name, custodian).id == ident


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "...",
        "Bureau of Distant Affairs",
        "Homeland",
        "DHSS",
        "Department of Homeland Security Police",
        "Immigration and Customs",
        "Attorney's Office",
        "Capitol Police",
        "Criminal Division",
        "Inspector General",
        "FBI Police Department",
        "FBI/ICE",
        "ICE and a friend",
        "HSI, Bureau of Distant Affairs",
        "Federal Police",
        "Royal Canadian Mounted Police",
        "Illinois",
        "Police",
        "County Sheriff",
        "Atlantis State Police",
        "FB\u0406",
        "FBI " * 100,
    ],
)
def test_a_near_miss_is_no_match(custodian: Agencies, name: str) -> None:
    assert find(name, custodian, ON) is None


@pytest.mark.parametrize(
    ("name", "ident", "standing"),
    [
        ("Illinois State Police", "illinois-state-police", "state"),
        ("State Police of Illinois", "illinois-state-police", "state"),
        ("IL State Police", "illinois-state-police", "state"),
        ("Texas Department of Public Safety", "texas-department-of-public-safety", "state"),
        ("Cook County Sheriff's Office", "cook-county-sheriff", "local"),
        ("Sheriff of Cook County", "cook-county-sheriff", "local"),
        ("Chicago Police Department", "chicago-police-department", "local"),
        ("City of Chicago Police", "chicago-police-department", "local"),
        ("Springfield Police Department, IL", "springfield-police-department-illinois", "local"),
        ("Harris County District Attorney's Office", "harris-county-district-attorney", "local"),
        ("Attorney General of Texas", "texas-attorney-general", "state"),
        ("California DMV", "california-department-of-motor-vehicles", "state"),
        ("Navajo Nation Police", "navajo-nation-police-department", "local"),
        ("Doña Ana County Sheriff", "doña-ana-county-sheriff", "local"),
        ("Department of Human Services of Illinois", "illinois-department-of-human-services", "state"),
        ("Texas Workforce Commission", "texas-workforce-commission", "state"),
        ("Cook County Housing Authority", "cook-county-housing-authority", "local"),
        ("Guam Police", "GUAM-POLICE", "state"),
    ],
)  # fmt: skip
def test_a_state_or_local_agency_is_known_by_the_form_of_its_name(
    custodian: Agencies, name: str, ident: str, standing: str
) -> None:
    agency = known(name, custodian)
    assert (agency.id, agency.standing, agency.department) == (ident, standing, ident)


def test_of_ways_apart_each_names_an_agency_of_its_own(custodian: Agencies) -> None:
    aid, health = "Illinois Department of Employment Security", "Illinois Department of Healthcare and Family Services"
    assert known(aid, custodian).id != known(health, custodian).id


def test_the_line_runs_from_the_agency_up_to_its_department(custodian: Agencies) -> None:
    assert known("ERO", custodian).line == ("ERO", "ICE", "DHS")
    assert known("ERO", custodian).department == "DHS"
    assert known("DCIS", custodian).line == ("DCIS", "DOD-OIG", "DOD")


@pytest.mark.parametrize(
    ("department", "components"),
    [
        ("DHS", "ICE HSI ERO USSS CBP USBP USCIS TSA FEMA USCG FPS DHS-OIG"),
        ("DOJ", "FBI DEA ATF USMS BOP EOUSA USAO CRM DOJ-OIG"),
        ("TREASURY", "IRS TIGTA FINCEN TTB"),
        ("USPS", "USPIS"),
    ],
)
def test_components_belong_to_their_department(custodian: Agencies, department: str, components: str) -> None:
    by_id = {listed.agency.id: listed.agency for listed in custodian.listed.values()}
    assert {by_id[ident].department for ident in components.split()} == {department}


def test_the_justice_department_and_its_components_stand_as_justice(custodian: Agencies) -> None:
    justice = {listed.agency.standing for listed in custodian.listed.values() if listed.agency.department == "DOJ"}
    others = {listed.agency.standing for listed in custodian.listed.values() if listed.agency.department != "DOJ"}
    assert (justice, others) == ({"justice"}, {"federal", "legislative_or_judicial", "state"})


def test_a_component_at_any_depth_is_within_the_asking_agency(custodian: Agencies) -> None:
    assert within(known("ERO", custodian), known("DHS", custodian))
    assert within(known("DHS", custodian), known("DHS", custodian))


def test_neither_the_department_nor_a_sister_is_within_a_component(custodian: Agencies) -> None:
    assert not within(known("DHS", custodian), known("ICE", custodian))
    assert not within(known("CBP", custodian), known("ICE", custodian))
    assert not within(known("Cook County Sheriff", custodian), known("Lake County Sheriff", custodian))


def test_every_name_in_the_table_is_found_by_its_own_id(custodian: Agencies) -> None:
    for listed in custodian.listed.values():
        day = min(ON, listed.until - 1)
        assert find(listed.agency.name, custodian, day) == listed.agency


# Marks: what an agency is


LINE = """standings = ["federal", "state"]
marks = ["police", "secret"]

[[agency]]
id = "ALPHA"
name = "Alpha"
standing = "federal"
is = ["police"]
is_not = ["secret"]

[[agency]]
id = "BETA"
name = "Beta"
component_of = "ALPHA"
standing = "federal"
undecided = ["police"]

[[agency]]
id = "GAMMA"
name = "Gamma"
component_of = "BETA"
standing = "federal"
is = ["secret"]

[[agency]]
id = "DELTA"
name = "Delta"
component_of = "ALPHA-OIG"
standing = "federal"
is = ["secret"]

[inspectors_general]
of = ["ALPHA"]
ways = ["{agency} OIG"]

[states]
IL = "Illinois"

[[form]]
standing = "state"
is = ["police"]
ways = ["{state} Police"]

[[form]]
standing = "state"
ways = ["{state} Guard"]
"""


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("Alpha", {"police": True, "secret": False}),
        ("Beta", {"secret": False}),
        ("Gamma", {"secret": True}),
        ("Alpha OIG", {}),
        ("Delta", {"secret": True}),
        ("Illinois Police", {"police": True}),
        ("Illinois Guard", {}),
    ],
)
def test_what_is_said_nearest_in_the_line_of_an_agency_counts(name: str, marks: dict[str, bool]) -> None:
    assert known(name, agencies(FILE, LINE)).marks == marks


@pytest.mark.parametrize(
    ("names", "law_enforcement"),
    [
        ("DHS; ICE; ERO; FBI; DOJ; U.S. Attorney; Secret Service; IRS-CI; TIGTA; Postal Inspection Service; Illinois State Police", True),
        ("Cook County Sheriff; Chicago Police Department; Navajo Nation Police; U.S. Park Police; Coast Guard; DCIS", True),
        ("SSA; HUD; FEMA; EOIR; CMS; FNS; NASA; OPM; Department of Education; VBA; Texas Workforce Commission; CIA; GAO", False),
        ("USCIS; FDNS; IRS; Treasury; TSA; DHS OIG; HHS OIG; OPLA; Bureau of Prisons; California DMV; Attorney General of Texas", None),
    ],
)  # fmt: skip
def test_who_enforces_the_law_is_marked_or_left_to_a_person(
    custodian: Agencies, names: str, *, law_enforcement: bool | None
) -> None:
    said = {name: known(name, custodian).marks.get("law_enforcement") for name in names.split("; ")}
    assert set(said.values()) == {law_enforcement}, said


@pytest.mark.parametrize(
    ("names", "intelligence"),
    [
        ("CIA; NSA; DIA; NGA; NRO; ODNI; NCTC; FBI; DEA; DOJ; Treasury; IRS; DHS I&A; State INR; ONI; MCIA; CG-2", True),
        ("SSA; HUD; FEMA; GAO; Department of Education; USDA; SEC; Illinois State Police; Chicago Police", False),
        ("DHS; ICE; Coast Guard; Army; Department of Defense; DOJ OIG; TIGTA; Department of Energy; State Department", None),
    ],
)  # fmt: skip
def test_who_is_of_the_intelligence_community_is_marked_or_left_to_a_person(
    custodian: Agencies, names: str, *, intelligence: bool | None
) -> None:
    said = {name: known(name, custodian).marks.get("intelligence") for name in names.split("; ")}
    assert set(said.values()) == {intelligence}, said


# Days, and what a malformed table says


@pytest.mark.parametrize(
    ("day", "there"), [("2019-12-31", False), ("2020-01-01", True), ("2024-12-31", True), ("2025-01-01", False)]
)
def test_an_agency_is_listed_from_its_first_day_until_before_its_last(day: str, *, there: bool) -> None:
    found = find("Beta Service", agencies(FILE, SMALL), date.fromisoformat(day).toordinal())
    assert (found is not None) is there


def test_a_component_is_not_listed_before_its_department() -> None:
    later = SMALL.replace('standing = "federal"\naliases', 'standing = "federal"\nfrom = 2023-01-01\naliases')
    assert find("Beta Service", agencies(FILE, later), date(2022, 1, 1).toordinal()) is None


def form(ways: str, rest: str = 'standing = "state"') -> str:
    return f"{SMALL}\n[[form]]\n{rest}\nways = {ways}\n"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[[agency]", 1, "cannot be read"),
        (SMALL + "\n[[office]]\n", 16, "has the key `office`"),
        (SMALL.replace('component_of = "ALPHA"', 'component_of = "GAMMA"'), 11, "`GAMMA`, which is not listed"),
        (SMALL.replace('aliases = ["ALPHA"]', 'component_of = "BETA"'), 11, "above and below"),
        (
            SMALL.replace('"ALPHA"]', '"ALPHA", "beta  service."]'),
            8,
            "`BETA` is named `beta service`, which names `ALPHA` too",
        ),
        (SMALL.replace('id = "BETA"', 'id = "ALPHA"'), 9, "`ALPHA` has an id that is given twice"),
        (
            SMALL.replace('standing = "federal"\naliases', 'standing = "feudal"\naliases'),
            5,
            "gives the standing `feudal`",
        ),
        (SMALL.replace('standing = "federal"\naliases', "aliases"), 2, "`ALPHA` has no `standing`"),
        (SMALL.replace('id = "BETA"\n', ""), 8, "has no `id`"),
        (SMALL.replace('name = "Beta Service"\n', ""), 8, "`BETA` has no `name`"),
        (SMALL.replace("aliases", "alias"), 6, "`ALPHA` has the key `alias`"),
        (SMALL.replace('["ALPHA"]', '["..."]'), 6, "`ALPHA` has the alias `...`, which holds no word"),
        (SMALL.replace('["ALPHA"]', '"ALPHA"'), 6, "gives a `aliases` that is no list of texts"),
        (SMALL.replace("2020-01-01", '"2020-01-01"'), 13, "`BETA` has no day in `from`"),
        (SMALL.replace("2020-01-01", "2020-01-01T09:00:00"), 13, "`BETA` has no day in `from`"),
        (SMALL.replace("2020-01-01", "2025-01-01"), 14, "ends before it begins"),
        (SMALL + '\n[inspectors_general]\nof = ["ALPHA"]\n', 16, "has no `ways`"),
        (
            SMALL + '\n[inspectors_general]\nof = ["GAMMA"]\nways = ["{agency} OIG"]\n',
            17,
            "`GAMMA`, which is not listed",
        ),
        (form('["{planet} Police"]'), 18, "has the slot `{planet}`"),
        (form("[]"), 18, "has no `ways`"),
        (form("3"), 18, "gives a `ways` that is no list of texts"),
        (form("[3]"), 18, "gives a `ways` that is no list of texts"),
        (form('["{place} Police"]', 'standing = "feudal"'), 17, "gives the standing `feudal`"),
        (form('["{place} Police"]', "agency = 3"), 17, "gives a `agency` that is no text"),
        (form('["{place} Police"]', 'standing = "federal"\nplaces = 4'), 18, "has the key `places`"),
        (form('["{place} Police"]', ""), 16, "has no `standing`"),
        (form('["{place} Police"]', 'agency = "GAMMA"'), 17, "`GAMMA` has a form and is not listed"),
        (SMALL + "\n[place]\nlongest = 0\n", 17, "gives a `longest` that counts nothing"),
        (SMALL + '\n[place]\nlongest = "4"\n', 17, "gives a `longest` that counts nothing"),
        (SMALL + "\n[states]\nAL = 3\n", 17, "`states` gives a `AL` that is no text"),
        ("place = 3\n" + SMALL, 1, "has a `place` that is no table"),
        ('standings = ["federal"]\nagency = 3\n', 2, "has a `agency` that is no list of tables"),
        (SMALL.removeprefix(TOP), 1, "has no `standings`"),
        (
            SMALL.replace(TOP, 'standings = ["federal", "unlisted"]'),
            1,
            "lists the standing `unlisted`, which findings say",
        ),
        (SMALL + 'is = ["police"]\n', 15, "`BETA` speaks of the mark `police`, which there is not"),
        (MARKED + 'is = ["police"]\nis_not = ["police"]\n', 17, "`BETA` says two things of the mark `police`"),
        (form('["{place} Police"]', 'agency = "ALPHA"\nis = ["police"]'), 17, "has marks in its form"),
        (
            form('["{place} Police"]', 'standing = "state"\napart = ["{place} Guard"]'),
            18,
            "ways apart that name one agency",
        ),
        (SMALL + '\n[[form]]\nagency = "ALPHA"\napart = ["{place} Guard"]\n', 18, "ways apart that name one agency"),
        (SMALL + '\n[[form]]\nstanding = "state"\n', 16, "has no `ways`"),
        (
            SMALL.replace("until = 2025-01-01", 'inspects = "no"'),
            14,
            "gives a `inspects` that is neither true nor false",
        ),
    ],
)
def test_a_malformed_table_says_where_and_what_to_mend(text: str, line: int, what: str) -> None:
    with pytest.raises(PackFault) as fault:
        agencies(FILE, text)
    assert what in str(fault.value)
    assert fault.value.line == line
    assert fault.value.mend
