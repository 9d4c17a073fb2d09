"""The first match: one record or nobody, and never a person who is not in the register."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from filed import Command, Json, ndjson, request
from safeconduct import shelf
from safeconduct.bulk import compared
from safeconduct.bulk.register import COLUMNS
from safeconduct.core import addresses, matching, same_name
from safeconduct.core.places import Place, place
from safeconduct.town import register, requests

MARIA = {
    "person_id": 1, "given_name": "Maria", "family_name": "Lopez Garcia", "birth_date": dt.date(1984, 3, 2),
    "number": "912-40-1234", "street": "418 JUNIPER ST APT 7", "city": "AURORA", "state": "IL", "postal_code": "60505",
}  # fmt: skip
SUBJECT = {"given_name": "Maria", "family_name": "Lopez Garcia", "address": "418 Juniper St Apt 7, Aurora, IL 60505"}


def registered(folder: Path, *persons: Json) -> Path:
    """A register of these persons."""
    types = {"person_id": pa.int64(), "birth_date": pa.date32(), "deceased": pa.bool_()}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    parquet.write_table(pa.Table.from_pylist(list(persons), schema), folder / "register.parquet")
    return folder / "register.parquet"


def asked(**subject: Any) -> str:  # noqa: ANN401  # whatever may stand in a request
    return ndjson([request(1, subject=SUBJECT | subject)])


def found(screen: Command, tmp_path: Path, sent: str, *persons: Json) -> str:
    """What the search for the one request of a file came to."""
    said = screen(sent, "--register", registered(tmp_path, *persons))
    match: str = said.rulings[0]["match"]
    return match


@pytest.mark.parametrize(
    ("second", "match"),
    [
        ({"birth_date": "1984-03-02"}, "one"),
        ({"tin": "912-40-1234"}, "one"),
        ({"tin": "912401234", "birth_date": "1984-03-02"}, "one"),
        ({}, "none"),
        ({"birth_date": "1984-03-03"}, "none"),
        ({"tin": "912-40-1235"}, "none"),
        ({"tin": "912-40-1234", "birth_date": "1984-03-03"}, "none"),
    ],
)
def test_name_and_address_need_a_second_factor_and_nothing_that_contradicts(
    screen: Command, tmp_path: Path, second: Json, match: str
) -> None:
    assert found(screen, tmp_path, asked(**second), MARIA) == match


def test_the_first_of_january_is_no_second_factor(screen: Command, tmp_path: Path) -> None:
    new_year = MARIA | {"birth_date": dt.date(1984, 1, 1)}
    assert found(screen, tmp_path, asked(birth_date="1984-01-01"), new_year) == "none"


def test_two_records_that_agree_are_nobody(screen: Command, tmp_path: Path) -> None:
    twin = MARIA | {"person_id": 2, "number": "912-40-9999"}
    assert found(screen, tmp_path, asked(birth_date="1984-03-02"), MARIA, twin) == "several"


@pytest.mark.parametrize(
    "address", ["418 JUNIPER STREET #7, AURORA IL 60505", "418 Juniper St., Apt 7, Aurora, Illinois 60505-1234"]
)
def test_an_address_is_compared_in_the_words_of_the_post(screen: Command, tmp_path: Path, address: str) -> None:
    assert found(screen, tmp_path, asked(birth_date="1984-03-02", address=address), MARIA) == "one"


@pytest.mark.parametrize(
    "other", [{"family_name": "Perez Garcia"}, {"address": "419 Juniper St Apt 7, Aurora, IL 60505"}]
)
def test_another_name_or_address_is_nobody(screen: Command, tmp_path: Path, other: Json) -> None:
    assert found(screen, tmp_path, asked(tin="912-40-1234", **other), MARIA) == "none"


def test_an_earlier_address_identifies(screen: Command, tmp_path: Path) -> None:
    earlier = {f"earlier_{name}": MARIA[name] for name in ("street", "city", "state", "postal_code")}
    moved = MARIA | earlier | {"street": "9 ELM ST", "city": "JOLIET", "postal_code": "60431"}
    assert found(screen, tmp_path, asked(birth_date="1984-03-02"), moved) == "one"


def test_what_the_law_does_not_permit_is_not_searched_for(screen: Command, tmp_path: Path) -> None:
    sent = ndjson([request(1, in_writing=False, subject=SUBJECT | {"birth_date": "1984-03-02"})])
    assert found(screen, tmp_path, sent, MARIA) == "not_searched"


@given(
    st.text("0123456789 '`,.-#/()ILZP", max_size=12),
    st.integers(0, 40),
    st.sampled_from(
        [
            "418 Juniper St Apt 7, Aurora, IL 60505",
            "418 Juniper St, Aurora IL 60505-1234",
            "PO Box 9, Aurora, IL 605'05",
            "60505 Cañón Rd, Aurora, IL 60505",
        ]
    ),
)
def test_no_postal_code_is_read_in_an_address_that_was_not_among_those_it_may_name(
    noise: str, at: int, address: str
) -> None:
    written = address[:at] + noise + address[at:]
    codes, read = compared.codes(written), addresses.grade(written).parts.get("postal_code", "")[:5]
    assert codes is None or not read or read in codes


POLICY = shelf.pack().files[shelf.TRIPWIRES].replace("from_rows = 20", "from_rows = 100000")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A register, requests about its persons and others, and a policy under which nothing trips."""
    folder = tmp_path_factory.mktemp("town")
    register.write(folder / "people.parquet", 4000, 7)
    requests.write_honest(folder / "sent.ndjson", folder / "people.parquet", 1500, 7)
    (folder / "lenient.toml").write_text(POLICY, encoding="utf-8")
    return folder / "people.parquet", folder / "sent.ndjson", folder / "lenient.toml"


def searched(screen: Command, town: tuple[Path, Path, Path]) -> dict[str, str]:
    people, sent, policy = town
    said = screen(sent.read_text(encoding="utf-8"), "--register", people, "--policy", policy)
    return {ruling["request_id"]: ruling["match"] for ruling in said.rulings}


def test_of_a_town_only_those_are_found_who_are_in_it_and_nearly_all_of_them(
    screen: Command, town: tuple[Path, Path, Path]
) -> None:
    found = searched(screen, town)
    truth = parquet.read_table(town[1].with_suffix(".truth.parquet")).to_pylist()
    one = [row for row in truth if found[row["request_id"]] == "one"]
    assert [row for row in one if row["person_id"] is None] == []
    right = [row for row in truth if row["how"] in {"right_address", "other_spelling", "one_surname"}]
    assert len(one) > 0.9 * len(right) > 400


def test_every_row_comes_out_as_when_the_whole_register_is_put_to_the_decision(
    screen: Command, town: tuple[Path, Path, Path]
) -> None:
    persons = [on_file(person) for person in parquet.read_table(town[0], columns=list(COLUMNS)).to_pylist()]
    sent = {
        row["request_id"]: row["subject"] for row in map(json.loads, town[1].read_text(encoding="utf-8").splitlines())
    }
    found = {row: match for row, match in searched(screen, town).items() if match != "not_searched"}
    slow = {row: str(matching.decide(sought(sent[row]), persons).found) for row in found}
    assert len(found) > 900
    assert set(found.values()) == {"one", "none", "several"}
    assert {row: (found[row], slow[row]) for row in found if found[row] != slow[row]} == {}


def sought(subject: Json) -> matching.Sought:
    name = same_name.read(subject.get("name") or "", subject.get("given_name") or "", subject.get("family_name") or "")
    born, figures = subject.get("birth_date") or "", subject.get("tin") or ""
    return matching.sought(name, addresses.grade(subject.get("address") or ""), born, figures)


def on_file(person: Json) -> matching.OnFile:
    """A person of a register, read without haste."""

    def home(before: str) -> Place | None:
        street, city, state, code = (person[f"{before}{part}"] for part in ("street", "city", "state", "postal_code"))
        return place(addresses.grade(f"{street}, {city}, {state} {code}").parts) if street else None

    given = " ".join(filter(None, (person["given_name"], person["middle_name"])))
    family = " ".join(filter(None, (person["family_name"], person["suffix"])))
    earlier = home("earlier_")
    return matching.OnFile(
        same_name.read("", given, family), home(""), (earlier,) if earlier else (), str(person["birth_date"]),
        matching.number(person["number"]), person["deceased"],
    )  # fmt: skip
