"""What a table of the pack says of a name, and who administers what it names."""

from __future__ import annotations

import pytest

from findings_alone import finding_of, found, note, wrong
from safeconduct.core.faults import PackFault
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import Finding

TABLES = {
    "tables/agencies.toml": """standings = ["crown", "shire"]

[[agency]]
id = "CROWN"
name = "Crown Office"
standing = "crown"

[[agency]]
id = "ALMONER"
name = "Almoner"
component_of = "CROWN"
standing = "crown"

[[agency]]
id = "PANTRY"
name = "Pantry"
component_of = "ALMONER"
standing = "crown"

[[agency]]
id = "GUARD"
name = "Guard"
component_of = "CROWN"
standing = "crown"

[[agency]]
id = "REEVE"
name = "Reeve"
standing = "shire"
""",
    "tables/programs.toml": """[[entry]]
is = "bread"
names = ["Bread"]
phrases = ["loaves"]
agencies = ["ALMONER"]
standings = ["shire"]

[[entry]]
is = "salt"
names = ["Salt"]
agencies = ["ALMONER"]
""",
}
LISTED = """
kind = "choice"
path = "program"
finding = "listed"
table = "tables/programs.toml"
members = { bread = "Bread", salt = "Salt", unlisted = "Pepper", none = "" }
"""
ADMINISTERS = """
kind = "choice"
path = "program"
finding = "administers"
table = "tables/programs.toml"
agencies = "tables/agencies.toml"
asking = "asker.agency"
members = { listed = "1", above = "2", standing = "3", other = "4", unlisted = "5", none = "6" }
"""


def by(declaration: str, pack: Pack, *changes: tuple[str, str, str]) -> Finding:
    tables = dict(TABLES)
    for table, old, new in changes:
        assert old in tables[table]
        tables[table] = tables[table].replace(old, new, 1)
    return finding_of(declaration, tables, pack)


def asked(program: object, agency: object) -> dict[str, object]:
    return {"program": program, "asker": {"agency": agency}}


# Listed


@pytest.mark.parametrize(
    ("program", "said"), [("the bread", "bread"), ("Loaves for all", "bread"), ("Pepper", "unlisted"), (None, "none")]
)
def test_a_text_is_what_the_table_says_it_is(program: str | None, said: str, pack: Pack) -> None:
    assert found(by(LISTED, pack), {"program": program}) == said


@pytest.mark.parametrize("document", [{}, {"program": " "}])
def test_a_text_left_out_is_unknown(document: dict[str, object], pack: Pack) -> None:
    assert found(by(LISTED, pack), document) is None


def test_that_the_table_does_not_know_a_text_is_told_and_the_text_is_not(pack: Pack) -> None:
    assert note(by(LISTED, pack), {"program": "Pepper"}) == "the custodian's table does not know it"


@pytest.mark.parametrize("declaration", [LISTED, ADMINISTERS])
def test_a_list_does_not_stand_for_its_one_text(declaration: str, pack: Pack) -> None:
    assert wrong(by(declaration, pack), asked(["Bread"], "Reeve")) == "program is no text"


@pytest.mark.parametrize("member", ["bread", "salt", "unlisted", "none"])
def test_a_fact_that_lacks_a_member_of_the_table_is_refused(member: str, pack: Pack) -> None:
    with pytest.raises(PackFault, match=f"lacks the member `{member}`; add it, with its sample"):
        by(LISTED.replace(f"{member} =", f"not_{member} ="), pack)


def test_a_table_that_the_pack_has_not_is_refused(pack: Pack) -> None:
    with pytest.raises(PackFault, match=r"rests on the table tables/spices\.toml, which the pack has not"):
        by(LISTED.replace("programs.toml", "spices.toml"), pack)


# Administers


@pytest.mark.parametrize(
    ("program", "agency", "said"),
    [
        ("Bread", "Almoner", "listed"),
        ("Bread", "Pantry", "listed"),
        ("Bread", "Crown Office", "above"),
        ("Bread", "Reeve", "standing"),
        ("Bread", "Guard", "other"),
        ("Salt", "Reeve", "other"),
        ("Bread", "Distant", "unlisted"),
        ("Bread", None, "none"),
        (None, "Almoner", "none"),
        (None, "Guard", "other"),
        (None, "Reeve", "none"),
        (None, "Distant", "unlisted"),
        (None, " ", None),
        (None, None, "none"),
        ("Pepper", "Almoner", None),
        ("Pepper", "Guard", "other"),
        (" ", "Guard", "other"),
        ("Pepper", "Distant", "unlisted"),
        (" ", "Almoner", None),
        ("Bread", " ", None),
    ],
)
def test_an_agency_administers_what_it_or_one_above_it_is_listed_with(
    program: str | None, agency: str | None, said: str | None, pack: Pack
) -> None:
    assert found(by(ADMINISTERS, pack), asked(program, agency)) == said


def test_a_mark_may_keep_an_agency_from_what_all_of_its_standing_may(pack: Pack) -> None:
    watch = '[[agency]]\nid = "WATCH"\nname = "Watch"\nstanding = "shire"\nis = ["arms"]\n'
    marked = (
        "tables/agencies.toml",
        'standings = ["crown", "shire"]\n',
        'standings = ["crown", "shire"]\nmarks = ["arms"]\n',
    )
    listed = ("tables/agencies.toml", '[[agency]]\nid = "REEVE"', f'{watch}\n[[agency]]\nid = "REEVE"')
    kept = ("tables/programs.toml", 'standings = ["shire"]', 'standings = ["shire"]\nsave_marks = ["arms"]')
    assert found(by(ADMINISTERS, pack, marked, listed), asked("Bread", "Watch")) == "standing"
    assert found(by(ADMINISTERS, pack, marked, listed, kept), asked("Bread", "Watch")) == "other"
    assert found(by(ADMINISTERS, pack, marked, listed, kept), asked("Bread", "Reeve")) == "standing"


@pytest.mark.parametrize("member", ["listed", "above", "standing", "other", "unlisted", "none"])
def test_a_fact_that_lacks_a_way_of_administering_is_refused(member: str, pack: Pack) -> None:
    with pytest.raises(PackFault, match=f"lacks the member `{member}`; add it, with its sample"):
        by(ADMINISTERS.replace(f"{member} =", f"not_{member} ="), pack)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('["ALMONER"]', '["ALMONRY"]', "names `ALMONRY` in `agencies`, which the table of agencies has not"),
        ('["shire"]', '["shore"]', "names `shore` in `standings`, which the table of agencies has not"),
    ],
)
def test_a_program_of_nobody_known_is_refused_on_its_line(old: str, new: str, what: str, pack: Pack) -> None:
    with pytest.raises(PackFault) as fault:
        by(ADMINISTERS, pack, ("tables/programs.toml", old, new))
    assert what in str(fault.value)
    assert (fault.value.file, fault.value.line) == ("tables/programs.toml", 5 if "ALMONRY" in new else 6)


# The shipped tables


@pytest.mark.parametrize(
    ("program", "agency", "said"),
    [
        ("SNAP", "Illinois Department of Human Services", "listed"),
        ("SNAP", "FNS", "listed"),
        ("SNAP", "USDA", "above"),
        ("SNAP", "Forest Service", "other"),
        ("SSI", "SSA", "listed"),
        ("SSI", "Illinois Department of Human Services", "other"),
        ("Medicaid", "CMS", "listed"),
        ("TANF", "ACF", "other"),
        ("Section 8", "HUD", "listed"),
        ("Section 8", "Chicago Housing Authority", "other"),
        ("VA pension", "Veterans Benefits Administration", "listed"),
        ("unemployment insurance", "Texas Workforce Commission", "listed"),
        ("unemployment insurance", "Cook County Sheriff", "other"),
        ("TANF", "DHS", "other"),
        ("SNAP", "Illinois State Police", "other"),
        ("SNAP", "Chicago Police Department", "other"),
        (None, "DHS", "other"),
        (None, "SSA", "none"),
    ],
)
def test_the_shipped_programs_know_who_administers_them(
    program: str | None, agency: str, said: str, pack: Pack
) -> None:
    assert found(finding_of(ADMINISTERS, pack.files, pack), asked(program, agency)) == said
