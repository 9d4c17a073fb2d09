"""A register of each kind, read only: the same persons found in each, and the registers that are not opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from brokered import Json, persons, request, write_csv, write_parquet
from clusters import Cluster, cluster
from safeconduct.broker import register
from safeconduct.broker.postgres import Postgres
from safeconduct.broker.records import COLUMNS, Record
from safeconduct.broker.unread import Unread
from safeconduct.core import subject
from safeconduct.core.places import Place
from safeconduct.shelf import Misplaced

ADDRESSES = [
    "418 Juniper St Apt 7, Aurora, IL 60505",
    "12 Elm St, Springfield, IL 62704",
    "77 Oak Ave, Springfield, IL 62704-1234",
    "9 Pine Rd, Springfield, IL 62704",
    "1 Cedar St, Springfield, IL 62704",
]
READER = "broker"


def place(address: str) -> Place:
    found = subject.sought(request(address=address)).place
    assert found is not None
    return found


def read(name: object, table: str = "register") -> list[list[Record]]:
    with register.opened(str(name), table) as opened:
        return [sorted(opened.about(place(address)), key=lambda one: one.person_id) for address in ADDRESSES]


def names(found: list[list[Record]]) -> list[list[str]]:
    return [[one.family_name for one in records] for records in found]


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        running.run(f"CREATE ROLE {READER} LOGIN", "CREATE ROLE writer LOGIN")
        yield running


def laid(server: Cluster, rows: list[Json], table: str = "register", types: str = "") -> None:
    """Lay the rows in a table that the broker's account may read."""
    columns = ", ".join(f"{name} {'bigint' if name == 'person_id' else types or 'text'}" for name in COLUMNS)
    server.run(
        f'DROP TABLE IF EXISTS "{table}"',
        f'CREATE TABLE "{table}" ({columns})',
        f'GRANT SELECT ON "{table}" TO {READER}, writer',
    )
    text = io.StringIO()
    csv.DictWriter(text, COLUMNS).writerows(rows)
    with (
        psycopg.connect(server.address(), autocommit=True) as connection,
        connection.cursor().copy(f'COPY "{table}" FROM STDIN (FORMAT csv)'.encode()) as copy,
    ):
        copy.write(text.getvalue())


def test_only_who_lives_or_lived_in_such_a_house_of_the_code_is_read(tmp_path: Path) -> None:
    found = names(read(write_parquet(tmp_path / "r.parquet", persons())))
    assert found == [
        ["Lopez Garcia", "Rivera"],
        ["Miller", "Miller", "Nguyễn"],
        ["Kowalski", "Stone", "Fischer", "Nguyễn"],
        ["Nguyễn"],
        ["Miller", "Miller", "Nguyễn"],
    ]  # whose street is in other signs is left to the match


def test_the_three_kinds_of_register_give_the_same_records(tmp_path: Path, server: Cluster) -> None:
    laid(server, persons())
    from_parquet = read(write_parquet(tmp_path / "r.parquet", persons()))
    assert read(write_csv(tmp_path / "r.csv", persons())) == from_parquet
    assert read(server.address(READER)) == from_parquet


def test_a_register_without_the_columns_that_are_merely_welcome_is_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r.csv", persons())
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    kept = [[cell for name, cell in zip(COLUMNS, row, strict=True) if name != "deceased"] for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(kept)
    assert names(read(path))[0] == ["Lopez Garcia", "Rivera"]


def spoilt(**changed: object) -> list[Json]:
    first, *others = persons()
    return [first | changed, *others]


@pytest.mark.parametrize("number", ["123-45-6789", "", None, "912401234", "900-93-1234"])
def test_a_register_of_somebody_who_may_exist_is_not_opened(
    tmp_path: Path, server: Cluster, number: str | None
) -> None:
    laid(server, spoilt(number=number), "real")
    for name in (
        write_parquet(tmp_path / "r.parquet", spoilt(number=number)),
        write_csv(tmp_path / "r.csv", spoilt(number=number)),
        server.address(READER),
    ):
        with pytest.raises(Misplaced, match="not synthetic"), register.opened(str(name), "real"):
            pass


def test_a_register_that_comes_to_hold_somebody_who_may_exist_is_not_read_on(server: Cluster, tmp_path: Path) -> None:
    laid(server, persons(), "changing")
    path = write_parquet(tmp_path / "r.parquet", persons())
    with register.opened(server.address(READER), "changing") as one, register.opened(str(path), "") as other:
        assert one.about(place(ADDRESSES[0]))
        server.run("UPDATE changing SET number = '123-45-6789' WHERE person_id = 1")
        write_parquet(path, spoilt(number="123-45-6789"))
        for opened in (one, other):
            with pytest.raises(Unread):
                opened.about(place(ADDRESSES[0]))


def test_an_account_that_may_write_the_register_is_refused(server: Cluster) -> None:
    laid(server, persons())
    server.run("GRANT UPDATE ON register TO writer")
    for account in ("writer", "owner"):
        with pytest.raises(Misplaced, match="may write"), register.opened(server.address(account), "register"):
            pass


def test_a_session_is_read_only_whatever_the_account_may(server: Cluster) -> None:
    laid(server, persons())
    with closing(Postgres(server.address(READER), "register")) as rows:
        server.run("GRANT INSERT, DELETE ON register TO broker")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            rows._rows(psycopg.sql.SQL("DELETE FROM register"), {})  # noqa: SLF001  # what no call of ours does
    server.run("REVOKE INSERT, DELETE ON register FROM broker")


def test_a_lost_session_is_begun_anew(server: Cluster) -> None:
    laid(server, persons())
    with register.opened(server.address(READER), "register") as opened:
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'broker'")
        with pytest.raises(Unread):
            opened.about(place(ADDRESSES[0]))
        assert len(opened.about(place(ADDRESSES[0]))) == 2


def test_what_is_sought_is_never_a_statement(server: Cluster, tmp_path: Path) -> None:
    laid(server, persons())
    nasty = Place("1 OR 1=1 --|' OR ''='")
    with (
        register.opened(server.address(READER), "register") as one,
        register.opened(str(write_csv(tmp_path / "r.csv", persons())), "") as other,
    ):
        assert one.about(nasty) == other.about(nasty) == []


def test_a_table_of_another_schema_or_name_is_quoted(server: Cluster) -> None:
    laid(server, persons(), "odd name")
    assert names(read(server.address(READER), "odd name"))[0] == ["Lopez Garcia", "Rivera"]
    assert names(read(server.address(READER), "public.odd name"))[0] == ["Lopez Garcia", "Rivera"]
    with pytest.raises(Misplaced), register.opened(server.address(READER), 'register"; DROP TABLE register; --'):
        pass


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://broker:secret@/register", "password"),
        ("postgresql://broker@/register?options=-c%20x%3Dy", "options"),
        ("postgresql://broker@/register?host=/nowhere", "cannot be reached"),
        ("postgresql://[", "no address"),
    ],
)
def test_an_address_that_is_not_used_is_not_repeated(address: str, says: str) -> None:
    with pytest.raises(Misplaced, match=says) as told, register.opened(address, "register"):
        pass
    assert "secret" not in str(told.value)
    assert "nowhere" not in str(told.value)


def test_a_file_that_is_no_register_is_refused(tmp_path: Path) -> None:
    good = write_parquet(tmp_path / "good.parquet", persons()).read_bytes()
    files = {
        "cut.parquet": good[:-20], "empty.parquet": b"", "empty.csv": b"", "twice.csv": b"number,number\n1,2\n",
        "lacking.csv": b"person_id,number\n1,912-40-1234\n", "latin.csv": b"person_id,\xe9\n", "a.txt": good,
        "odd[1].parquet": good,
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        if name == "a.txt":
            continue  # Parquet by another name is Parquet
        with pytest.raises(Misplaced), register.opened(str(tmp_path / name), ""):
            pass
    for name in ("none.parquet", "."):
        with pytest.raises(Misplaced), register.opened(str(tmp_path / name), ""):
            pass


def test_the_engine_of_files_reaches_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with register.opened(str(write_csv(tmp_path / "r.csv", persons())), "") as opened:
        connection = opened._rows._connection  # type: ignore[attr-defined]  # noqa: SLF001  # what no call of ours does
        for statement in (
            f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",  # noqa: S608  # a path of ours
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            "SET enable_external_access = true", "INSTALL httpfs",
        ):  # fmt: skip
            with pytest.raises(Exception, match=r"(?i)permission|disabled|locked|cannot"):
                connection.execute(statement)
        assert list(tmp_path.glob("out*")) == []
