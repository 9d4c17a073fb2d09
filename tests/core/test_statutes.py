"""The tables of statutes: what they say of a section, and what is wrong with one that does not load."""

from __future__ import annotations

import pytest

from safeconduct.core.faults import PackFault
from safeconduct.core.sections import is_title, ordered
from safeconduct.core.statutes import KINDS, Kind, Statutes, statutes

SMALL_FEDERAL = """
as_of = 2026-11-24
entries = [
  { at = "8 USC", kind = "civil" },
  { at = "8 USC 1253", kind = "criminal", what = "failure to depart" },
  { at = "8 USC 1253(c)", kind = "civil" },
  { at = "8 USC 1320 to 1330", kind = "unlisted" },
  { at = "8 USC 1324 to 1326", kind = "criminal" },
]
[[code]]
name = "USC"
words = ["U.S.C."]
[[act]]
name = "INA"
title = "8"
words = ["INA"]
sections = { 243 = "1253" }
"""
SMALL_STATES = """
as_of = 2026-11-24
code_words = ["code"]
other_words = ["penal"]
[CA]
name = "California"
names = ["Cal."]
codes = ["CPC"]
shaped = { "PC" = "0" }
behind = ["PC"]
"""


def small(federal: str = SMALL_FEDERAL, states: str = SMALL_STATES) -> Statutes:
    return statutes(("f.toml", federal), ("s.toml", states))


def test_the_kinds_stand_weakest_first() -> None:
    assert [str(each) for each in KINDS] == ["state", "civil", "tax", "unrecognised", "unlisted", "criminal"]


@pytest.mark.parametrize(
    ("section", "parts", "expected"),
    [
        ("1331", (), "civil"),
        ("1321", (), "unlisted"),
        ("1325", (), "criminal"),
        ("1325a", (), "criminal"),
        ("1253", ("a",), "criminal"),
        ("1253", ("c", "1"), "civil"),
        ("1253", ("C",), "civil"),
    ],
)
def test_the_narrower_range_and_the_deeper_entry_win(section: str, parts: tuple[str, ...], expected: str) -> None:
    assert small().kind("USC", "8", section, parts) == expected


def test_what_no_entry_reaches_is_unlisted() -> None:
    assert small().kind("USC", "7", "9998", ()) is Kind.UNLISTED
    assert small().kind("CFR", "8", "287.7", ()) is Kind.UNLISTED
    assert small().kind("INA", "", "999", ()) is Kind.UNLISTED


def test_what_a_state_lists_is_a_state_s() -> None:
    assert small().kind("CA", "Penal Code", "211", ()) is Kind.STATE


def test_a_code_has_the_kind_that_the_table_gives_it() -> None:
    tables = small(federal=SMALL_FEDERAL + '[[code]]\nname = "CFR"\nkind = "civil"\nwords = ["C.F.R."]\n')
    assert tables.kind("CFR", "8", "287.7", ()) is Kind.CIVIL


def test_sections_sort_by_number_and_then_by_what_follows_it() -> None:
    assert sorted(["1320b", "1320a-7b", "App. 3", "1320A", "99"], key=ordered) == [
        "App. 3",
        "99",
        "1320A",
        "1320a-7b",
        "1320b",
    ]


def test_the_code_has_fifty_four_titles() -> None:
    assert [number for number in ("0", "1", "54", "55", "", "17-A", "\uff11") if is_title(number)] == ["1", "54"]


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("as_of = 2026-11-24", "", 1, "has no day in `as_of`"),
        ("as_of = 2026-11-24", "as_of = 'soon'", 2, "has no day in `as_of`"),
        ("entries = [", "entries = [ oops", 3, "cannot be read"),
        ("entries", "articles", 3, "has the key `articles`"),
        ('at = "8 USC 1253", ', "", 5, "has no `at`"),
        ('at = "8 USC 1253"', "at = 1253", 5, "gives a `at` that is no text"),
        ('at = "8 USC 1253"', 'at = "8 U.S.C. 1253"', 5, "is no place in the Code"),
        ('at = "8 USC 1253"', 'at = "88 USC 1253"', 5, "is no place in the Code"),
        ('at = "8 USC 1253"', 'at = "8 USC 1253(c)"', 5, "is listed twice"),
        ("1324 to 1326", "1326 to 1324", 8, "does not run upwards"),
        ('kind = "criminal", what', 'kind = "crime", what', 5, "gives the kind `crime`"),
        ('kind = "criminal", what', 'kind = "unrecognised", what', 5, "gives the kind `unrecognised`"),
        ('kind = "criminal", what', 'sort = "criminal", what', 5, "has the key `sort`"),
        ('what = "failure to depart"', "what = 3", 5, "gives a `what` that is no text"),
        ('what = "failure to depart"', "closed = 1", 5, "gives a `closed` that is neither true nor false"),
        ('name = "USC"', 'name = "USCode"', 11, "gives the name `USCode`"),
        ('words = ["U.S.C."]', 'words = "U.S.C."', 12, "gives a `words` that is no list of texts"),
        ('words = ["U.S.C."]', 'words = ["§§"]', 12, "holds no letters"),
        ('words = ["INA"]', 'words = ["usc"]', 16, "already cites USC"),
        ('title = "8"', 'title = "eight"', 15, "is no title of the Code"),
        ('243 = "1253"', '243 = "§"', 17, "leads from 243 to no section"),
        ('sections = { 243 = "1253" }', 'sections = "1253"', 17, "has a `sections` that is no table"),
        ("[[act]]", "[act]", 13, "has a `act` that is no list of tables"),
        ('"INA"]\nsections', '"INA"]\n[act.sections]\n243 = 8 #', 18, "gives a `243` that is no text"),
        ("entries = [", "entries = [ 3,", 3, "has a `entries` that is no list of tables"),
        ('kind = "criminal", what', "kind = 3, what", 5, "gives a `kind` that is no text"),
        ('title = "8"', "title = 8", 15, "gives a `title` that is no text"),
    ],
)
def test_a_malformed_table_of_statutes_says_where_and_what(old: str, new: str, line: int, what: str) -> None:
    with pytest.raises(PackFault) as fault:
        small(federal=SMALL_FEDERAL.replace(old, new, 1))
    assert what in fault.value.what
    assert (fault.value.file, fault.value.line) == ("f.toml", line)
    assert fault.value.mend


def test_a_table_without_entries_is_a_fault() -> None:
    with pytest.raises(PackFault, match="has no entries"):
        small(federal="as_of = 2026-11-24")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("as_of = 2026-11-24", "", 1, "has no day in `as_of`"),
        ('code_words = ["code"]', "", 1, "has no `code_words`"),
        ('["penal"]', '["penal code"]', 4, "is not one word"),
        ('["penal"]', "[3]", 4, "gives a `other_words` that is no list of texts"),
        ("[CA]", "[Cal]", 5, "has `Cal`, which is no state"),
        ('name = "California"', "", 5, "has no `name`"),
        ('names = ["Cal."]', 'name_s = ["Cal."]', 7, "has the key `name_s`"),
        ('names = ["Cal."]', 'names = "Cal."', 7, "gives a `names` that is no list of texts"),
        ('names = ["Cal."]', 'names = ["..."]', 7, "holds no letters"),
        ('codes = ["CPC"]', 'codes = ["INA"]', 8, "already cites INA"),
        ('"PC" = "0"', '"PC" = "1-2"', 9, "`shaped` gives `PC` no shape"),
        ('{ "PC" = "0" }', "3", 9, "has a `shaped` that is no table"),
        ('behind = ["PC"]', 'behind = ["VC"]', 10, "no code of its own"),
    ],
)
def test_a_malformed_table_of_states_says_where_and_what(old: str, new: str, line: int, what: str) -> None:
    with pytest.raises(PackFault) as fault:
        small(states=SMALL_STATES.replace(old, new, 1))
    assert what in fault.value.what
    assert (fault.value.file, fault.value.line) == ("s.toml", line)
    assert fault.value.mend
