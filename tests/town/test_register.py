"""The synthetic register: whom it holds, that nobody in it is real, and that nothing but seed and size decide."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb
import pytest

from safeconduct.core.addresses import Grade, grade
from safeconduct.core.postal_codes import cities_of, state_of
from safeconduct.town import register
from safeconduct.town.drawing import drawing, toml
from safeconduct.town.numbers import never_issued_sql

COLUMNS = {
    "person_id": "BIGINT", "given_name": "VARCHAR", "middle_name": "VARCHAR", "family_name": "VARCHAR", "suffix": "VARCHAR",
    "birth_date": "DATE", "number": "VARCHAR", "number_kind": "VARCHAR", "street": "VARCHAR", "city": "VARCHAR",
    "state": "VARCHAR", "postal_code": "VARCHAR", "earlier_street": "VARCHAR", "earlier_city": "VARCHAR",
    "earlier_state": "VARCHAR", "earlier_postal_code": "VARCHAR", "deceased": "BOOLEAN", "household": "BIGINT",
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of five thousand persons."""
    path = tmp_path_factory.mktemp("town") / "register.parquet"
    register.write(path, 5_000, 7)
    return path


def rows(path: Path, what: str = "SELECT * FROM register") -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.read_parquet(str(path)).create_view("register")
        return connection.execute(what).fetchall()


def count(path: Path, what: str) -> int:
    found = rows(path, f"SELECT count(*) FROM ({what})")[0][0]  # noqa: S608  # our own words
    assert isinstance(found, int)
    return found


def test_the_columns_are_those_that_others_read(town: Path) -> None:
    with duckdb.connect() as connection:
        register_ = connection.read_parquet(str(town))
        assert dict(zip(register_.columns, map(str, register_.types), strict=True)) == COLUMNS


def test_persons_are_numbered_from_nought_in_the_order_of_the_rows(town: Path) -> None:
    assert [person for (person,) in rows(town, "SELECT person_id FROM register")] == list(range(5_000))


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in "ab":
        register.write(tmp_path / name, 2_000, 7)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_threads_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for threads in (1, 4):
        alone = partial(duckdb.connect, config={"threads": threads})
        monkeypatch.setattr("duckdb.connect", alone)
        register.write(tmp_path / str(threads), 130_000, 7)  # more than one group of rows
        monkeypatch.undo()
    assert (tmp_path / "1").read_bytes() == (tmp_path / "4").read_bytes()


def test_another_seed_writes_other_persons(town: Path, tmp_path: Path) -> None:
    register.write(tmp_path / "other", 5_000, 8)
    names = "SELECT given_name, family_name, birth_date FROM register"
    assert len(set(rows(town, names)) & set(rows(tmp_path / "other", names))) < 5


def test_every_person_has_a_number_that_was_never_issued(town: Path) -> None:
    assert count(town, f"FROM register WHERE NOT {never_issued_sql('number')}") == 0


def test_a_number_is_one_persons_but_for_a_few_that_are_stolen(tmp_path: Path) -> None:
    register.write(tmp_path / "large", 60_000, 7)
    shared = count(tmp_path / "large", "SELECT 1 FROM register GROUP BY number HAVING count(*) > 1")
    assert 5 <= shared <= 60


def test_nothing_that_must_be_there_is_missing(town: Path) -> None:
    may_lack = {"middle_name", "suffix", "earlier_street", "earlier_city", "earlier_state", "earlier_postal_code"}
    lacking = " OR ".join(f"{column} IS NULL" for column in COLUMNS.keys() - may_lack)
    assert count(town, f"FROM register WHERE {lacking}") == 0


@pytest.mark.parametrize(
    ("stratum", "least", "most"),
    [
        ("FROM register WHERE number_kind = 'ITIN'", 100, 400),
        ("FROM register WHERE number_kind = 'ITIN' AND strftime(birth_date, '%m-%d') = '01-01'", 5, 50),
        ("FROM register WHERE earlier_street IS NOT NULL", 1_500, 2_000),
        ("FROM register WHERE suffix IN ('JR', 'II', 'III')", 15, 80),
        ("FROM register WHERE suffix = 'SR'", 5, 50),
        ("FROM register WHERE contains(family_name, ' ')", 200, 900),
        ("FROM register WHERE contains(family_name, '-')", 50, 300),
        ("FROM register WHERE street LIKE 'PO BOX %'", 100, 350),
        ("FROM register WHERE regexp_matches(street, '^(RR|HC) [0-9]+ BOX ')", 50, 250),
        ("FROM register WHERE state = 'PR' AND street LIKE 'URB %'", 20, 150),
        ("FROM register WHERE state IN ('AA', 'AE', 'AP')", 10, 100),
        ("FROM register WHERE deceased", 20, 150),
        ("SELECT 1 FROM register GROUP BY household, family_name, birth_date HAVING count(*) > 1", 8, 60),  # twins
        ("SELECT 1 FROM register WHERE suffix IS NULL GROUP BY household, given_name, family_name HAVING count(*) > 1", 3, 60),
        ("SELECT 1 FROM register GROUP BY street, city HAVING count(DISTINCT household) > 4", 1, 20),  # preparers, shelters, jails
        ("SELECT 1 FROM register WHERE regexp_matches(street, ' (APT|UNIT) ') GROUP BY regexp_extract(street, '^(.*) (APT|UNIT) ', 1), city HAVING count(DISTINCT household) > 6", 10, 100),
    ],
)  # fmt: skip
def test_every_kind_of_person_and_address_is_there(town: Path, stratum: str, least: int, most: int) -> None:
    assert least <= count(town, stratum) <= most


def test_a_son_of_the_same_name_lives_with_the_elder(town: Path) -> None:
    sons = "SELECT household, given_name FROM register WHERE suffix IN ('JR', 'II', 'III')"
    elders = "SELECT household, given_name FROM register WHERE person_id = household"
    assert set(rows(town, sons)) <= set(rows(town, elders))


def test_a_household_has_one_address(town: Path) -> None:
    assert (
        count(town, "SELECT 1 FROM register GROUP BY household HAVING count(DISTINCT (street, city, postal_code)) > 1")
        == 0
    )


def test_every_city_lies_in_its_state_and_so_does_its_code(town: Path) -> None:
    for city, state, code in rows(town, "SELECT DISTINCT city, state, postal_code FROM register"):
        assert state_of(str(code)) == state
        assert city in cities_of(str(state)) or city in ("APO", "FPO")


def test_every_address_could_be_delivered_to(town: Path) -> None:
    line = "SELECT street || ', ' || city || ', ' || state || ' ' || postal_code FROM register"
    graded = [grade(str(address)).grade for (address,) in rows(town, line)]
    fine = sum(one in (Grade.DELIVERABLE, Grade.DELIVERABLE_UNIT) for one in graded)
    assert fine >= 0.98 * len(graded)


def test_the_names_hold_nothing_that_the_files_use_as_a_mark() -> None:
    marks = set(";,\"'{}[]().:0123456789\\\n\t")
    groups = toml("names.toml").values()
    kinds = ("male", "female", "family", "stems", "ends")
    spellings = [
        name for group in groups for kind in kinds for word in group.get(kind, "").split() for name in word.split("/")
    ]
    assert len(spellings) > 1_000
    assert [name for name in spellings if not name or marks & set(name) or name.casefold() == "none"] == []


def test_some_names_have_several_spellings() -> None:
    with drawing(1_000, "names") as town:
        other = dict(town.execute("SELECT name, other FROM respelt").fetchall())
    assert (other["Nguyễn"], other["Oleksandr"]) == ("Nguyen", "Aleksandr")
    assert other["Mohammed"] in {"Muhammad", "Mohamed", "Mohammad"}


def test_a_thousandth_of_the_households_is_the_measure_of_the_shares() -> None:
    assert sum(group["share"] for group in toml("names.toml").values()) == 1_000
    assert all(len(way) == 12 and way.startswith("H") for way in toml("households.toml")["twelve"])
    assert all(set(way) <= set("HSCTJKBPL") for way in toml("households.toml")["twelve"])
