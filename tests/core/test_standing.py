"""Where agencies stand and what they are: by the table's own standings and marks, and honestly where it says nothing."""

from __future__ import annotations

import pytest

from findings_alone import finding_of, found, note, wrong
from safeconduct.core.faults import PackFault
from safeconduct.core.rulepack import Pack
from safeconduct.core.sought import Finding

TABLE = "tables/agencies.toml"
AGENCIES = """standings = ["crown", "shire"]
marks = ["watch"]

[[agency]]
id = "CROWN"
name = "Crown Office"
standing = "crown"

[[agency]]
id = "GUARD"
name = "Guard"
component_of = "CROWN"
standing = "crown"
is = ["watch"]

[[agency]]
id = "SCRIBES"
name = "Scribes"
standing = "crown"
is_not = ["watch"]

[[agency]]
id = "REEVE"
name = "Reeve"
standing = "shire"
is = ["watch"]
"""
STANDING = """
kind = "choice"
path = "asker.agency"
finding = "standing"
table = "tables/agencies.toml"
members = { crown = "Guard", shire = "Reeve", unlisted = "Distant", none = "" }
"""
IS = """
kind = "truth"
path = "asker.agency"
finding = "agency_is"
table = "tables/agencies.toml"
of = "watch"
"""
WITHIN = IS.replace("agency_is", "agency_within").replace('"watch"', '"CROWN"')
EVERY = """
kind = "truth"
path = "officers"
finding = "every_agency_is"
table = "tables/agencies.toml"
field = "agency"
of = "watch"
"""
EACH = """
kind = "choice"
path = "officers"
finding = "standing_of_each"
table = "tables/agencies.toml"
field = "agency"
of = "crown"
members = { crown = "Guard", shire = "Reeve", unlisted = "Distant", nobody = "" }
"""
LEFT_OUT: dict[str, object] = {}


def by(declaration: str, pack: Pack, agencies: str = AGENCIES) -> Finding:
    return finding_of(declaration, {TABLE: agencies}, pack)


def asker(agency: object) -> dict[str, object]:
    return {"asker": {"agency": agency}}


def officers(*agencies: str | None) -> dict[str, object]:
    """Officers of `agencies`; of one that is None the agency is left out."""
    return {"officers": [{} if agency is None else {"agency": agency} for agency in agencies]}


# Standings are the table's own


@pytest.mark.parametrize(("agency", "standing"), [("Guard", "crown"), ("Reeve", "shire"), ("Distant", "unlisted"), (None, "none")])  # fmt: skip
def test_an_agency_stands_as_the_table_says(agency: str | None, standing: str, pack: Pack) -> None:
    assert found(by(STANDING, pack), asker(agency)) == standing


def test_a_standing_left_out_is_unknown(pack: Pack) -> None:
    assert found(by(STANDING, pack), LEFT_OUT) is None


@pytest.mark.parametrize("declaration", [STANDING, EACH])
@pytest.mark.parametrize("member", ["crown", "shire", "unlisted"])
def test_a_fact_that_lacks_a_standing_of_the_table_is_refused(declaration: str, member: str, pack: Pack) -> None:
    without = declaration.replace(f"{member} =", f"not_{member} =")
    with pytest.raises(PackFault, match=f"lacks the member `{member}`; add it, with its sample"):
        by(without, pack)


# Marks


@pytest.mark.parametrize(
    ("agency", "watch"),
    [("Guard", True), ("Reeve", True), ("Scribes", False), ("Crown Office", None), ("Distant", None), (None, False)],
)
def test_an_agency_is_what_the_table_marks_it_as(agency: str | None, *, watch: bool | None, pack: Pack) -> None:
    assert found(by(IS, pack), asker(agency)) is watch


def test_what_an_agency_left_out_is_is_unknown(pack: Pack) -> None:
    assert found(by(IS, pack), LEFT_OUT) is None


@pytest.mark.parametrize(
    ("agency", "seen"),
    [
        ("Guard", "the custodian's table lists it as Guard"),
        ("Crown Office", "the custodian's table does not say it of Crown Office"),
        ("Distant", "the custodian's table does not list the agency"),
    ],
)
def test_what_the_table_says_of_a_mark_is_told(agency: str, seen: str, pack: Pack) -> None:
    assert note(by(IS, pack), asker(agency)) == seen


@pytest.mark.parametrize("declaration", [IS, WITHIN])
def test_an_agency_that_is_no_text_cannot_be_read(declaration: str, pack: Pack) -> None:
    assert wrong(by(declaration, pack), asker(3)) == "asker.agency is no text"


@pytest.mark.parametrize(
    ("agencies", "watch"),
    [
        (("Guard", "Reeve"), True),
        (("Guard", "Scribes"), False),
        (("Guard", "Crown Office"), None),
        (("Guard", "Distant"), None),
        (("Guard", None), None),
        ((None, "Distant", "Scribes"), False),
        ((), True),
    ],
)
def test_every_agency_is_so_after_kleene(agencies: tuple[str | None, ...], *, watch: bool | None, pack: Pack) -> None:
    assert found(by(EVERY, pack), officers(*agencies)) is watch


@pytest.mark.parametrize("document", [LEFT_OUT, {"officers": None}])
def test_every_agency_of_a_list_that_is_not_there_is_unknown(document: dict[str, object], pack: Pack) -> None:
    assert found(by(EVERY, pack), document) is None


@pytest.mark.parametrize(
    ("agencies", "where"),
    [(("Guard", None, "Scribes"), "officers[2].agency"), (("Guard", None), "officers[1].agency"), (("Guard",), "")],
)
def test_the_officer_who_decides_of_every_agency_is_named(
    agencies: tuple[str | None, ...], where: str, pack: Pack
) -> None:
    assert note(by(EVERY, pack), officers(*agencies)) == where


@pytest.mark.parametrize("declaration", [IS, EVERY])
def test_a_mark_that_the_table_has_not_is_refused(declaration: str, pack: Pack) -> None:
    with pytest.raises(
        PackFault, match="asks for the mark `ward`, which the table of agencies has not; write one of watch"
    ):
        by(declaration.replace('"watch"', '"ward"'), pack)


def test_a_table_without_marks_is_to_list_them(pack: Pack) -> None:
    bare = (
        AGENCIES.replace('marks = ["watch"]\n', "").replace('is = ["watch"]\n', "").replace('is_not = ["watch"]\n', "")
    )
    with pytest.raises(PackFault, match="list it in `marks` at the top of the table"):
        by(IS, pack, bare)


# Within


@pytest.mark.parametrize(
    ("agency", "inside"),
    [("Crown Office", True), ("Guard", True), ("Scribes", False), ("Distant", None), (None, False)],
)
def test_an_agency_is_within_itself_and_all_above_it(agency: str | None, *, inside: bool | None, pack: Pack) -> None:
    assert found(by(WITHIN, pack), asker(agency)) is inside


def test_the_department_is_not_within_its_component(pack: Pack) -> None:
    assert found(by(WITHIN.replace("CROWN", "GUARD"), pack), asker("Crown Office")) is False


def test_an_agency_left_out_is_within_none_or_all(pack: Pack) -> None:
    assert found(by(WITHIN, pack), LEFT_OUT) is None


def test_an_agency_that_the_table_lacks_holds_nobody(pack: Pack) -> None:
    with pytest.raises(PackFault, match="is found within `COURT`, which the table does not list; write the id of one"):
        by(WITHIN.replace("CROWN", "COURT"), pack)


# The weakest standing of those listed


@pytest.mark.parametrize(
    ("agencies", "weakest"),
    [
        (("Guard", "Scribes"), "crown"),
        (("Guard", "Distant"), "unlisted"),
        (("Guard", "Distant", None), None),
        (("Guard", None), None),
        (("Guard", "Reeve"), "shire"),
        (("Distant", None, "Reeve"), "shire"),
        ((), "nobody"),
    ],
)
def test_whoever_stands_too_low_outweighs_whoever_is_not_known(
    agencies: tuple[str | None, ...], weakest: str | None, pack: Pack
) -> None:
    assert found(by(EACH, pack), officers(*agencies)) == weakest


@pytest.mark.parametrize(
    ("agencies", "weakest"),
    [(("Guard", "Reeve"), "shire"), (("Reeve", "Distant"), "unlisted"), (("Reeve", None), None)],
)
def test_whoever_stands_high_enough_does_not(agencies: tuple[str | None, ...], weakest: str | None, pack: Pack) -> None:
    assert found(by(EACH.replace('of = "crown"', 'of = "shire"'), pack), officers(*agencies)) == weakest


def test_nobody_is_listed_where_null_is_and_unknown_where_the_list_is_left_out(pack: Pack) -> None:
    assert found(by(EACH, pack), {"officers": None}) == "nobody"
    assert found(by(EACH, pack), LEFT_OUT) is None


@pytest.mark.parametrize(
    ("agencies", "where"), [(("Guard", "Reeve"), "officers[1].agency"), (("Guard", "Scribes"), "")]
)
def test_the_officer_of_the_weakest_standing_is_named(agencies: tuple[str, ...], where: str, pack: Pack) -> None:
    assert note(by(EACH, pack), officers(*agencies)) == where


@pytest.mark.parametrize("declaration", [EVERY, EACH])
def test_officers_that_are_no_list_cannot_be_read(declaration: str, pack: Pack) -> None:
    assert wrong(by(declaration, pack), {"officers": "Guard"}) == "officers is no list"


def test_a_standing_that_will_do_must_be_of_the_table(pack: Pack) -> None:
    with pytest.raises(PackFault, match="takes the standing `realm` to do, which the table of agencies has not"):
        by(EACH.replace('of = "crown"', 'of = "realm"'), pack)
