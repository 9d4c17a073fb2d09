"""Reading citations and kinding them, by the tables of the pack for 26 USC 6103."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.citations import Citation, kind, kind_of, read, touches
from safeconduct.core.statutes import KINDS, Kind, statutes

TABLES = files("safeconduct") / "packs" / "us_irc_6103" / "tables"
FEDERAL = (TABLES / "statutes.toml").read_text(encoding="utf-8")
STATES = (TABLES / "state_codes.toml").read_text(encoding="utf-8")
PACK = statutes(("statutes.toml", FEDERAL), ("state_codes.toml", STATES))


def written(text: str) -> list[str]:
    return [str(citation) for citation in read(text, PACK)]


@pytest.mark.parametrize(
    "text",
    [
        "8 USC 1253(a)(1)(A)",
        "8 U.S.C. § 1253(a)(1)(A)",
        "8 u.s.c. §1253(A)(1)(a)",
        "8 U. S. C. Sec. 1253 (a) (1) (A)",
        "8USC1253(a)(1)(A)",
        "8-USC-1253(a)(1)(A)",
        "8 U.S.C.A. § 1253(a)(1)(A)",
        "8 U.S. Code § 1253(a)(1)(A)",
        "Title 8, United States Code, Section 1253(a)(1)(A)",
        "Title 8 of the United States Code, section 1253(a)(1)(A)",
        "section 1253(a)(1)(A) of title 8, United States Code",
        "Section 1253(a)(1)(A) of Title 8 of the U.S.C.",
        "section 1253(a)(1)(A) of 8 USC",
        "U.S. Code, Title 8, Section 1253(a)(1)(A)",
        "8 USC 1253, subsection (a)(1)(A)",
        "INA § 243(a)(1)(A)",
        "§ 243(a)(1)(A) INA",
        "section 243(a)(1)(A) of the Immigration and Nationality Act",
        "failure to depart (8 USC 1253(a)(1)(A)), 1 count",
        "\u00a08\u00a0U.S.C.\u00a0§\u00a01253(a)(1)(A).",
    ],
)
def test_one_section_is_read_in_each_of_its_forms(text: str) -> None:
    assert [each.lower() for each in written(text)] == ["8 usc 1253(a)(1)(a)"]
    assert kind_of([text], PACK) is Kind.CRIMINAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18 U.S.C. §§ 1343, 1349 and 1956(h)", ["18 USC 1343", "18 USC 1349", "18 USC 1956(h)"]),
        ("8 U.S.C. Sec. 1326(a), (b)(2)", ["8 USC 1326(a)", "8 USC 1326(b)(2)"]),
        ("8 USC 1324(a)(1)(A)(ii) and (iii)", ["8 USC 1324(a)(1)(A)(ii)", "8 USC 1324(a)(1)(A)(iii)"]),
        ("8 USC 1324(a)(1)(A)(ii), (b)", ["8 USC 1324(a)(1)(A)(ii)", "8 USC 1324(b)"]),
        ("8 USC 1253(a)(1)(A)\u2013(C)", ["8 USC 1253(a)(1)(A)", "8 USC 1253(a)(1)(C)"]),
        ("21 U.S.C. 841(a)(1)/846", ["21 USC 841(a)(1)", "21 USC 846"]),
        ("18 USC 1343; 18 USC 1349", ["18 USC 1343", "18 USC 1349"]),
        ("18 USC 1341 (mail fraud) and 1343 (wire fraud)", ["18 USC 1341", "18 USC 1343"]),
        ("18 U.S.C. § 1343, wire fraud; § 1349, conspiracy", ["18 USC 1343", "18 USC 1349"]),
        ("15 USC 78dd-1 to 78dd-3", ["15 USC 78dd-1", "15 USC 78dd-3"]),
        ("18 USC 1343\u20131345", ["18 USC 1343", "18 USC 1344", "18 USC 1345"]),
        ("42 U.S.C. § 1320a\u20137b(b)", ["42 USC 1320a-7b(b)"]),
        ("50 U.S.C. App. § 2410", ["50 USC App. 2410"]),
        ("8 C.F.R. § 274a.2(b)", ["8 CFR 274a.2(b)"]),
        ("8 CFR Part 287", ["8 CFR 287"]),
    ],
)
def test_lists_and_ranges_give_each_section(text: str, expected: list[str]) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    "behind",
    [
        ", 3 counts",
        " and 90 days elapsed",
        ", 2025-06-01",
        ", 10/01/2024",
        ", 2024",
        " et seq.",
        ", case 24-00871",
        " or Code 12",
    ],
)
def test_numbers_that_count_or_date_are_no_sections(behind: str) -> None:
    assert written(f"8 USC 1326{behind}") == ["8 USC 1326"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "various",
        "immigration violation",
        "Title 8",
        "18 USC",
        "8 USC ,",
        "1343",
        "section 1343",
        "99 USC 1",
        "§",
        "wire fraud",
    ],
)
def test_a_text_without_a_section_of_a_code_is_unrecognised(text: str) -> None:
    assert written(text) == []
    assert kind_of([text], PACK) is Kind.UNRECOGNISED


@pytest.mark.parametrize(
    "text",
    [
        "18 USC 134\uff13",
        "\uff118 USC 1343",
        "1\u200b8 USC 1253",
        "18 USC 134\u200b3",
        "18 USC 1343\0",
        "18 USC 1343.5",
        "118 USC 1343",
    ],
)
def test_a_number_glued_to_something_strange_is_no_citation(text: str) -> None:
    assert kind_of([text], PACK) is Kind.UNRECOGNISED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8 USC 1231", "civil"),
        ("8 USC 1227", "civil"),
        ("8 USC 1229a", "civil"),
        ("8 USC 1182", "civil"),
        ("8 USC 1253(c)", "civil"),
        ("8 USC 1324a", "civil"),
        ("8 USC 1324a(f)(1)", "criminal"),
        ("8 USC 1324A(F)", "criminal"),
        ("8 USC 1324c(e)", "criminal"),
        ("8 USC 1325(b)", "civil"),
        ("8 USC 1326(b)(2)", "criminal"),
        ("8 USC 1304(e)", "criminal"),
        ("8 USC 1185", "unlisted"),
        ("18 USC 371", "criminal"),
        ("18 USC 2332a", "criminal"),
        ("18 USC 2339B", "criminal"),
        ("18 USC 981", "civil"),
        ("18 USC 1964(c)", "civil"),
        ("18 USC 1962(c)", "criminal"),
        ("18 USC 2724", "civil"),
        ("18 USC 3142", "unlisted"),
        ("18 USC 9999", "unlisted"),
        ("18 USC 1-2725", "unlisted"),
        ("18 USC 1961-1968", "civil"),
        ("21 USC 841(a)(1)", "criminal"),
        ("21 USC 881", "civil"),
        ("26 USC 7201", "tax"),
        ("26 USC 7213", "tax"),
        ("26 USC 5861(d)", "unlisted"),
        ("I.R.C. § 7201", "tax"),
        ("31 USC 5324", "criminal"),
        ("31 USC 3729", "civil"),
        ("42 USC 1320a-7b(b)", "criminal"),
        ("42 USC 1320a-7a", "civil"),
        ("42 USC 1983", "civil"),
        ("15 USC 78j(b)", "criminal"),
        ("50 USC 1705(b)", "civil"),
        ("7 USC 9998", "unlisted"),
        ("8 CFR 287.7", "unlisted"),
        ("INA 276", "criminal"),
        ("INA 237(a)(2)", "civil"),
        ("INA 999", "unlisted"),
        ("Pub. L. No. 107-56 § 326", "unlisted"),
    ],
)
def test_a_federal_citation_has_the_kind_of_its_most_specific_entry(text: str, expected: str) -> None:
    assert kind_of([text], PACK) == expected


STATE_FORMS = {
    "AL": ["Ala. Code § 13A-6-2", "Code of Alabama 13A-6-2"],
    "AK": ["AS 11.41.230", "Alaska Stat. § 11.41.230"],
    "AZ": ["A.R.S. § 13-1105", "ARS 13-1105", "Ariz. Rev. Stat. Ann. § 13-1105"],
    "AR": ["Ark. Code Ann. § 5-10-101", "A.C.A. 5-10-101"],
    "CA": [
        "Cal. Penal Code 211",
        "California Penal Code section 187",
        "Cal. Health & Safety Code § 11378",
        "PC 187",
        "187(a) PC",
    ],
    "CO": ["C.R.S. 18-3-102", "Colo. Rev. Stat. § 18-3-102"],
    "CT": ["Conn. Gen. Stat. § 53a-54a", "C.G.S. 53a-54a"],
    "DE": ["11 Del. C. § 611", "Del. Code Ann. tit. 11, § 611"],
    "DC": ["D.C. Code § 22-2101", "DC Official Code 22-2101"],
    "FL": ["Fla. Stat. 784.03", "F.S. 784.03", "section 784.03, Florida Statutes", "784.03, Florida Statutes"],
    "GA": ["O.C.G.A. § 16-5-1", "Official Code of Georgia Annotated 16-5-1"],
    "HI": ["HRS 707-701", "Haw. Rev. Stat. § 707-701", "Hawai\u02bbi Revised Statutes 707-701"],
    "ID": ["Idaho Code § 18-4001"],
    "IL": ["720 ILCS 5/9-1", "720 Ill. Comp. Stat. 5/9-1"],
    "IN": ["Ind. Code § 35-42-1-1", "IC 35-42-1-1"],
    "IA": ["Iowa Code § 707.2"],
    "KS": ["K.S.A. 21-5402", "Kan. Stat. Ann. § 21-5402"],
    "KY": ["KRS 507.020", "Ky. Rev. Stat. § 507.020"],
    "LA": ["La. R.S. 14:30", "R.S. 14:30", "La. Rev. Stat. Ann. § 14:30"],
    "ME": ["17-A M.R.S. § 207", "Me. Rev. Stat. tit. 17-A, § 207"],
    "MD": ["Md. Code, Crim. Law § 2-201", "Md. Code Ann., Crim. Law § 2-201"],
    "MA": ["M.G.L. c. 265, § 13A", "Mass. Gen. Laws ch. 265, § 13A", "G.L. c. 265, § 13A"],
    "MI": ["MCL 750.316", "Mich. Comp. Laws § 750.316"],
    "MN": ["Minn. Stat. § 609.185"],
    "MS": ["Miss. Code Ann. § 97-3-19"],
    "MO": ["RSMo 565.020", "Mo. Rev. Stat. § 565.020", "565.020 RSMo"],
    "MT": ["MCA 45-5-102", "Mont. Code Ann. § 45-5-102"],
    "NE": ["Neb. Rev. Stat. § 28-303"],
    "NV": ["NRS 200.010", "Nev. Rev. Stat. § 200.010"],
    "NH": ["RSA 630:1-a", "N.H. Rev. Stat. Ann. § 630:1-a"],
    "NJ": ["N.J.S.A. 2C:11-3", "N.J. Stat. Ann. § 2C:11-3"],
    "NM": ["NMSA 30-2-1", "NMSA 1978, § 30-2-1", "N.M. Stat. Ann. § 30-2-1"],
    "NY": ["N.Y. Penal Law § 125.25", "New York Penal Law 125.25", "NY PL 125.25"],
    "NC": ["N.C. Gen. Stat. § 14-17", "N.C.G.S. 14-17", "G.S. 14-17"],
    "ND": ["N.D.C.C. 12.1-16-01", "N.D. Cent. Code § 12.1-16-01"],
    "OH": ["Ohio Rev. Code 2903.01", "R.C. 2903.01", "ORC 2903.01", "Ohio Revised Code section 2903.01"],
    "OK": ["21 O.S. § 644", "Okla. Stat. tit. 21, § 644"],
    "OR": ["ORS 163.115", "Or. Rev. Stat. § 163.115"],
    "PA": ["18 Pa.C.S. § 2701", "18 Pa. Cons. Stat. § 2701", "18 Pa.C.S.A. 2701"],
    "RI": ["R.I. Gen. Laws § 11-23-1", "G.L. 11-23-1"],
    "SC": ["S.C. Code § 16-3-10", "S.C. Code Ann. § 16-3-10"],
    "SD": ["SDCL 22-16-4", "S.D. Codified Laws § 22-16-4"],
    "TN": ["T.C.A. 39-13-202", "Tenn. Code Ann. § 39-13-202"],
    "TX": ["Tex. Penal Code § 19.02", "Texas Health and Safety Code 481.112"],
    "UT": ["Utah Code § 76-5-203", "Utah Code Ann. § 76-5-203"],
    "VT": ["13 V.S.A. § 1023", "Vt. Stat. Ann. tit. 13, § 1023"],
    "VA": ["Va. Code § 18.2-32", "Code of Virginia § 18.2-32"],
    "WA": ["RCW 9A.32.030", "Wash. Rev. Code § 9A.32.030", "Revised Code of Washington 9A.32.030"],
    "WV": ["W. Va. Code § 61-2-1"],
    "WI": ["Wis. Stat. § 940.01"],
    "WY": ["Wyo. Stat. § 6-2-101", "W.S. 6-2-101"],
    "AS": ["A.S.C.A. § 46.3502"],
    "GU": ["9 GCA § 16.40", "9 Guam Code Ann. § 16.40"],
    "MP": ["6 CMC § 1101", "6 N. Mar. I. Code § 1101"],
    "PR": ["33 L.P.R.A. § 4734", "P.R. Laws Ann. tit. 33, § 4734", "Código Penal de Puerto Rico art. 93"],
    "VI": ["14 V.I.C. § 922", "V.I. Code Ann. tit. 14, § 922"],
    "state": ["Penal Code 211", "Vehicle Code § 23152", "section 187 of the Penal Code"],
    "local": ["Los Angeles Municipal Code section 41.18", "N.Y.C. Admin. Code § 10-131", "City Ordinance 12-4"],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in STATE_FORMS.items() for text in texts])
def test_a_state_s_code_is_read_in_its_forms(code: str, text: str) -> None:
    (citation,) = read(text, PACK)
    assert citation.code == code
    assert kind(citation, PACK) is Kind.STATE


def test_every_state_of_the_table_has_a_form_that_is_tested() -> None:
    assert {key for key, value in tomllib.loads(STATES).items() if isinstance(value, dict)} == set(STATE_FORMS)


@pytest.mark.parametrize(
    "text",
    [
        "charged as 18 USC 1343",
        "under California law, 18 USC 1343",
        "18 USC 1343, in New York",
        "see R.S.; 18 USC 1343",
    ],
)
def test_a_word_that_also_cites_a_state_leaves_a_federal_citation_alone(text: str) -> None:
    assert written(text) == ["18 USC 1343"]


def test_a_section_sign_of_another_document_is_not_of_the_code_cited_last() -> None:
    assert written("8 USC 1253(a)(1)(A) pursuant to EO 14161 § 12") == ["8 USC 1253(a)(1)(A)"]
    assert written("8 USC 1253(a)(1)(A) (see § 12 of the order)") == ["8 USC 1253(a)(1)(A)"]


def test_a_title_of_no_code_is_of_the_united_states_code_unless_the_text_cites_another_alone() -> None:
    assert written("section 1231 of title 8") == ["8 USC 1231"]
    assert written("Title 8, section 1326") == ["8 USC 1326"]
    assert written("8 CFR 1003.1. The act is section 1326 of title 8") == ["8 CFR 1003.1"]
    assert written("section 1231 of title 8 and section 1326 of title 8, United States Code") == [
        "8 USC 1231",
        "8 USC 1326",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "18 USC 1343 and others",
        "8 USC 1326 or any other violation",
        "18 USC 1343, among others",
        "18 USC 1343 and related offenses",
        "18 USC 1343 y otros",
    ],
)
def test_a_text_that_leaves_its_end_open_designates_nothing_for_that_part(text: str) -> None:
    assert kind_of([text], PACK) is Kind.UNLISTED


def test_a_mixed_text_gives_both_and_the_weakest_decides() -> None:
    text = "18 USC 1343 and Cal. Penal Code 211"
    assert written(text) == ["18 USC 1343", "CA Penal Code 211"]
    assert kind_of([text], PACK) is Kind.STATE
    assert kind_of(["18 USC 1343", "26 USC 7201"], PACK) is Kind.TAX
    assert kind_of(["18 USC 1343", "7 USC 9998"], PACK) is Kind.UNLISTED
    assert kind_of(["7 USC 9998", "various"], PACK) is Kind.UNRECOGNISED
    assert kind_of([], PACK) is Kind.UNRECOGNISED


def test_a_regulation_beside_a_crime_is_left_to_a_person() -> None:
    assert kind_of(["15 USC 78j(b); 17 CFR 240.10b-5"], PACK) is Kind.UNLISTED
    assert kind_of(["8 USC 1231; 8 CFR 241.4"], PACK) is Kind.CIVIL


def test_a_citation_touches_what_lies_within_it_and_nothing_beside_it() -> None:
    whole, part, beside, other = (
        read(f"8 USC {each}", PACK)[0] for each in ("1253", "1253(a)(1)(A)", "1253(a)(1)(B)", "1253a(a)")
    )
    assert touches(whole, part)
    assert touches(part, whole)
    assert touches(part, Citation("USC", "8", "1253", ("A", "1", "a")))
    assert not touches(part, beside)
    assert not touches(whole, other)
    assert not touches(whole, Citation("USC", "18", "1253"))


def test_every_entry_of_the_table_reads_back_as_its_own_kind() -> None:
    for entry in tomllib.loads(FEDERAL)["entries"]:
        if " to " not in entry["at"] and not entry["at"].endswith("USC"):
            (citation,) = read(entry["at"], PACK)
            assert str(citation) == entry["at"]
            assert kind(citation, PACK) == entry["kind"]


@given(st.text(alphabet=st.sampled_from(list("§18 USCusc.,;()-/anodfIetil0123456789AaBb&\0\uff11\u200b")), max_size=80))
def test_any_text_has_a_kind_and_reads_alike_with_or_without_memory(text: str) -> None:
    assert kind_of([text], PACK) in KINDS
    assert read(text, PACK) == read(text + " " * 300, PACK)


FRAGMENTS = [
    "8 USC 1253(a)",
    "18 U.S.C. §§ 1343, 1349",
    "Cal. Penal Code 211",
    "26 USC 7201",
    "various",
    "and",
    ";",
    "§ 2",
    "INA 243",
]


@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6))
def test_citations_put_together_never_make_a_text_stronger_than_its_weakest_part(parts: list[str]) -> None:
    alone = [kind_of([part], PACK) for part in parts if read(part, PACK)]
    if alone:
        assert KINDS.index(kind_of(["; ".join(parts)], PACK)) <= min(map(KINDS.index, alone))


@pytest.mark.parametrize(
    "seed",
    [
        "§ ",
        "section 1 ",
        "18 USC ",
        "1, ",
        "Cal. ",
        "Cal. code ",
        "as 1, ",
        "(a)",
        "1-30, ",
        "1-AS, ",  # every number of the row opens a form of words that comes to nothing
        "1-USC, ",
        " ",
        "\0",
        "A.",
        "18 USC 5 (x ",
        "1",
    ],
)
def test_a_long_text_takes_time_in_proportion(seed: str) -> None:
    def seconds(length: int) -> float:
        text = "18 USC " + (seed * length)[:length]
        begun = perf_counter()
        read(text, PACK)
        return perf_counter() - begun

    seconds(1_000)
    assert min(seconds(100_000) for _ in range(2)) < 10  # a quadratic reading of 100 kB takes minutes
