"""Files of requests: that the program can read every row, what it rules on them, and that the truth beside them is true."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pytest

from safeconduct import preflight
from safeconduct.core.intake import Unreadable
from safeconduct.core.reasons import Kind
from safeconduct.core.rules import Outcome
from safeconduct.town import register, requests
from safeconduct.town.drawing import toml
from safeconduct.town.numbers import never_issued
from safeconduct.town.world import world

ROWS = 1_500
CHECKED = {"of_2025": 250, "honest": 1_000}  # of each file so many are ruled on
WRITERS: dict[str, Callable[[Path, Path, int, int], None]] = {
    "of_2025": requests.write_as_in_2025,
    "honest": requests.write_honest,
}
BOTH = pytest.mark.parametrize("name", WRITERS)
Written = dict[str, Path]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of five thousand persons."""
    path = tmp_path_factory.mktemp("town") / "register.parquet"
    register.write(path, 5_000, 7)
    return path


@pytest.fixture(scope="module")
def written(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Both files as NDJSON."""
    folder = tmp_path_factory.mktemp("requests")
    for name, write in WRITERS.items():
        write(folder / f"{name}.ndjson", town, ROWS, 11)
    return {name: folder / f"{name}.ndjson" for name in WRITERS}


@cache
def documents(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def checked(path: Path) -> list[preflight.Checked | Unreadable]:
    law = preflight.opened().under(dt.date(2025, 8, 1).toordinal())
    return [preflight.check(document, law) for document in documents(path)[: CHECKED[path.stem]]]


def ruled(path: Path) -> list[preflight.Checked]:
    return [one for one in checked(path) if isinstance(one, preflight.Checked)]


def truth(path: Path) -> list[tuple[str, int | None, str]]:
    with duckdb.connect() as connection:
        return connection.read_parquet(str(path.with_name(f"{path.stem}.truth.parquet"))).fetchall()


def persons(town: Path) -> list[dict[str, object]]:
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(town))
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def subject(document: dict[str, object]) -> dict[str, str]:
    found = document["subject"]
    assert isinstance(found, dict)
    return found


def cell(column: str, text: str) -> object:
    """What a cell of a CSV file says, by the contract."""
    if text == "none":
        return None
    if column in ("items", "taxable_periods"):
        return text.split(";")
    return json.loads(text) if column == "officers" or text in ("true", "false") else text


def nested(row: dict[str, str]) -> dict[str, object]:
    document: dict[str, object] = {}
    for column, text in row.items():
        if not text:
            continue
        *above, last = column.split(".")
        here = document
        for name in above:
            inner = here.setdefault(name, {})
            assert isinstance(inner, dict)
            here = inner
        here[last] = cell(column, text)
    return document


# Both files


@BOTH
def test_every_request_can_be_read_and_nothing_in_it_is_unread(name: str, written: Written) -> None:
    found = checked(written[name])
    assert [one.wrongs for one in found if isinstance(one, Unreadable)] == []
    assert len(ruled(written[name])) == CHECKED[name]
    assert [one.request.unread for one in ruled(written[name]) if one.request.unread] == []


@BOTH
def test_requests_are_numbered_in_the_order_of_the_rows(name: str, written: Written) -> None:
    numbers = [str(document["request_id"]) for document in documents(written[name])]
    assert len(set(numbers)) == ROWS
    assert numbers == sorted(numbers) == [one for one, _, _ in truth(written[name])]


@BOTH
def test_the_three_forms_say_the_same(name: str, town: Path, tmp_path: Path) -> None:
    for suffix in (".csv", ".ndjson", ".parquet"):
        WRITERS[name](tmp_path / f"r{suffix}", town, 200, 11)
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [nested(row) for row in rows] == documents(tmp_path / "r.ndjson")
    with duckdb.connect() as connection:
        table = connection.read_parquet(str(tmp_path / "r.parquet"))
        assert set(map(str, table.types)) == {"VARCHAR"}
        kept = [dict(zip(table.columns, (text or "" for text in row), strict=True)) for row in table.fetchall()]
    assert kept == rows


@BOTH
def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(name: str, town: Path, tmp_path: Path) -> None:
    for file, seed in (("a", 11), ("b", 11), ("c", 12)):
        WRITERS[name](tmp_path / f"{file}.csv", town, 300, seed)
    first, same, other = ((tmp_path / f"{file}.csv").read_bytes() for file in "abc")
    assert first == same != other


@BOTH
def test_nobody_is_asked_for_twice(name: str, written: Written) -> None:
    known = [person for _, person, _ in truth(written[name]) if person is not None]
    assert len(known) == len(set(known)) > 50


@BOTH
def test_the_truth_names_every_stratum(name: str, written: Written) -> None:
    assert {how for _, _, how in truth(written[name])} == toml("strata.toml")[name].keys() | {"unknown_address"}
    assert sum(one["share"] for one in toml("strata.toml")[name].values()) == 10_000


@BOTH
def test_only_strata_about_known_persons_name_one(name: str, written: Written) -> None:
    known = {how for how, one in toml("strata.toml")[name].items() if one.get("known")} | {"unknown_address"}
    assert all((person is not None) == (how in known) for _, person, how in truth(written[name]))


@BOTH
def test_numbers_and_birth_dates_of_known_persons_are_theirs(name: str, written: Written, town: Path) -> None:
    people = persons(town)
    for document, (_, person, _) in zip(documents(written[name]), truth(written[name]), strict=True):
        if person is not None:
            who = subject(document)
            assert who.get("tin", people[person]["number"]) == people[person]["number"]
            assert who.get("birth_date", str(people[person]["birth_date"])) == str(people[person]["birth_date"])


@BOTH
def test_a_number_is_somebody_elses_only_in_its_stratum(name: str, written: Written, town: Path) -> None:
    held = {person["number"] for person in persons(town)}
    for document, (_, person, how) in zip(documents(written[name]), truth(written[name]), strict=True):
        number = subject(document).get("tin")
        assert number is None or never_issued(number)
        if person is None:
            assert (number in held) == (how == "foreign_number")


def test_a_namesake_has_the_name_and_address_of_a_person_and_another_birth_date(written: Written, town: Path) -> None:
    people = persons(town)
    found = zip(documents(written["honest"]), truth(written["honest"]), strict=True)
    namesakes = [subject(document) for document, (_, _, how) in found if how == "namesake_at_address"]
    homes = defaultdict(list)
    for person in people:
        homes[person["given_name"], person["family_name"]].append(person)
    alike = [(who, homes[who["given_name"], who["family_name"]]) for who in namesakes]
    assert len(alike) > 10
    assert all(any(at(who, str(one["street"])) for one in homes) for who, homes in alike if written_whole(who))
    assert not [who for who, homes in alike if who.get("birth_date") in {str(one["birth_date"]) for one in homes}]


def at(who: dict[str, str], street: str) -> bool:
    return who["address"].replace(",", "").startswith(street)


def written_whole(who: dict[str, str]) -> bool:
    """Whether the address is no slip."""
    return who["address"].count(",") > 1 and not who["address"].startswith("Unknown")


@BOTH
def test_more_persons_than_there_are_cannot_be_asked_for(name: str, town: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ask for more persons than the register's 5000; ask for fewer"):
        WRITERS[name](tmp_path / "r.csv", town, 200_000, 11)
    assert list(tmp_path.iterdir()) == []


@BOTH
def test_a_form_that_is_not_written_is_named_with_those_that_are(name: str, town: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"r\.txt: the name ends in none of \.csv, \.parquet, \.ndjson"):
        WRITERS[name](tmp_path / "r.txt", town, 10, 11)


# The file of 2025


def test_in_2025_one_officer_one_offence_and_one_reason_are_on_every_row(written: Written) -> None:
    fields = ("officers", "offence", "reason", "asker", "agreement", "purpose", "items", "made_on", "taxable_periods")
    assert len({json.dumps([document[field] for field in fields]) for document in documents(written["of_2025"])}) == 1
    assert documents(written["of_2025"])[0]["made_on"] == str(world().today)


def test_in_2025_the_reason_would_fit_anybody_and_nothing_is_permitted(written: Written) -> None:
    assert {one.request.facts["reason.kind"] for one in ruled(written["of_2025"])} == {Kind.GENERIC}
    assert Outcome.PERMIT not in {one.ruling.outcome for one in ruled(written["of_2025"])}


def test_in_2025_three_addresses_in_ten_are_insufficient(written: Written) -> None:
    grades = Counter(str(one.request.facts["address.grade"]) for one in ruled(written["of_2025"]))
    assert 0.22 < 1 - (grades["deliverable"] + grades["deliverable_unit"]) / grades.total() < 0.38
    assert {"placeholder", "partial", "None"} <= grades.keys()


def test_in_2025_six_in_ten_give_a_birth_date_and_four_in_a_hundred_a_number(written: Written) -> None:
    subjects = [subject(document) for document in documents(written["of_2025"])]
    assert 0.55 < sum("birth_date" in who for who in subjects) / ROWS < 0.65
    assert 0.02 < sum("tin" in who for who in subjects) / ROWS < 0.06


# The honest file


def test_most_honest_requests_are_permitted_and_every_outcome_but_stayed_occurs(written: Written) -> None:
    outcomes = Counter(one.ruling.outcome for one in ruled(written["honest"]))
    assert outcomes[Outcome.PERMIT] > 0.9 * outcomes.total()
    assert outcomes.keys() == set(Outcome) - {Outcome.STAYED}


def test_honest_reasons_are_individual_but_for_slips(written: Written) -> None:
    kinds = Counter(str(one.request.facts["reason.kind"]) for one in ruled(written["honest"]))
    assert kinds["individual"] > 0.98 * kinds.total()
    assert kinds.keys() <= {"individual", "contradicts"}


def test_honest_reasons_share_no_template(written: Written) -> None:
    reasons = [str(document["reason"]) for document in documents(written["honest"])]
    assert not [reason for reason in reasons if "{" in reason or "}" in reason]
    slip = toml("world.toml")["slips"]["reason"]
    templates = [re.sub(r"\b[A-Z]\w*\b|[\d$,.:-]+", "#", reason) for reason in reasons if reason != slip]
    assert len(set(templates)) > 0.97 * len(templates)


def test_no_officer_has_more_than_eight_requests(written: Written) -> None:
    officers = Counter(
        json.dumps(document["officers"]).split('"title"')[0] for document in documents(written["honest"])
    )
    assert max(officers.values()) <= 8


def test_several_agencies_ask_for_many_offences(written: Written) -> None:
    asked = {(json.dumps(document["asker"]), document["offence"]) for document in documents(written["honest"])}
    assert len({asker for asker, _ in asked}) >= len(world().askers)
    assert len({offence for _, offence in asked}) > 12


def test_known_persons_of_the_honest_file_come_with_a_birth_date_or_a_number(written: Written) -> None:
    found = list(zip(documents(written["honest"]), truth(written["honest"]), strict=True))
    known = [document for document, (_, person, _) in found if person is not None]
    assert 0.55 < len(known) / ROWS < 0.65
    assert all({"birth_date", "tin"} & subject(document).keys() for document in known)
