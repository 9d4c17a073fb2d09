"""A labelled sample: what it tells, what it never tells, and how it says what is wrong with the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from safeconduct.cli import app
from safeconduct.evaluation.render_sample import as_document, page
from safeconduct.evaluation.sample import NOBODY_ABSENT, RIGHT, WRONG_ABSENT, sampled
from safeconduct.evaluation.sample_file import MOST_ROWS
from safeconduct.evaluation.suppression import ALL, FEWER
from safeconduct.shelf import Misplaced

RULING = "allowed by the privacy officer, A. Keller, 2026-11-02"
PRIVATE = "Zebediah"
HOME = "418 Juniper St Apt 7, Aurora, IL 60505"
ROW = {
    "request.name": f"{PRIVATE} Lopez",
    "request.address": HOME,
    "request.birth_date": "1984-03-02",
    "record.given_name": PRIVATE,
    "record.family_name": "Lopez Garcia",
    "record.address": HOME,
    "record.birth_date": "1984-03-02",
    "record.number": "912-40-1234",
    "label": "same",
    "origin": "hispanic",
}
OTHER = {**ROW, "record.birth_date": "1961-07-08", "label": "other"}


def written(folder: Path, *rows: Mapping[str, str], times: int = 1) -> Path:
    path = folder / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        table.writeheader()
        for _ in range(times):
            table.writerows(rows)
    return path


def test_it_counts_the_right_person_found_and_nobody_found(tmp_path: Path) -> None:
    found = sampled(written(tmp_path, ROW, OTHER, OTHER, times=20), RULING)
    assert found.counts[ALL, RIGHT] == 20
    assert found.counts[ALL, WRONG_ABSENT] is FEWER
    assert found.good


def test_a_parquet_file_says_the_same(tmp_path: Path) -> None:
    table = pa.table({name: [text] * 30 for name, text in ROW.items()})
    parquet.write_table(table, tmp_path / "sample.parquet")
    assert sampled(tmp_path / "sample.parquet", RULING).counts[ALL, RIGHT] == 30


def test_records_of_one_case_are_put_before_the_decision_together(tmp_path: Path) -> None:
    both = [
        {**one, "case": str(case)} for case in range(12) for one in (ROW, {**OTHER, "record.birth_date": "1984-03-02"})
    ]
    found = sampled(written(tmp_path, *both), RULING)
    assert found.counts[ALL, RIGHT] is FEWER  # two of the name: nobody


def test_wrong_persons_are_told_where_they_are_eleven(tmp_path: Path) -> None:
    found = sampled(written(tmp_path, {**ROW, "label": "other"}, times=11), RULING)
    assert found.counts[ALL, WRONG_ABSENT] == 11
    assert not found.good


def test_a_bound_takes_fewer_than_eleven_as_ten(tmp_path: Path) -> None:
    found = sampled(written(tmp_path, *[ROW] * 20, *[OTHER] * 50, times=20), RULING)
    assert found.wrong_at_most(WRONG_ABSENT, [NOBODY_ABSENT]) == pytest.approx(0.0168, abs=0.001)


def test_the_page_repeats_the_ruling_and_no_row(tmp_path: Path) -> None:
    found = sampled(written(tmp_path, ROW, OTHER, times=20), RULING)
    for text in (page(found), json.dumps(as_document(found))):
        assert RULING in text
        assert not [value for value in (PRIVATE, "Juniper", "1984", "1234") if value in text]


def test_the_ruling_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "ruling.txt").write_text(RULING, encoding="utf-8")
    assert sampled(written(tmp_path, ROW), str(tmp_path / "ruling.txt")).ruling == RULING


@pytest.mark.parametrize("ruling", ["allowed by the privacy officer", "2026-11-02", "allowed by A. Keller, 2026-02-30"])
def test_a_ruling_says_who_and_when(tmp_path: Path, ruling: str) -> None:
    with pytest.raises(Misplaced, match="does not say who allowed this run, and on what day"):
        sampled(written(tmp_path, ROW), ruling)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"label": PRIVATE}, "`label` is neither `same` nor `other`"),
        ({"record.birth_date": PRIVATE}, "`record.birth_date` is no date"),
        ({"request.birth_date": "1984-02-30"}, "`request.birth_date` is no date"),
        ({"record.number": PRIVATE}, "`record.number` has not nine figures"),
        ({"record.given_name": ""}, "`record.name` is empty"),
        ({"request.name": ""}, "`request.name` is empty"),
        ({"origin": f"{PRIVATE}!"}, "`origin` is no label"),
        ({"record.deceased": PRIVATE}, "`record.deceased` is neither true nor false"),
        ({"case": "1"}, "`request.address` is not as in the case's first row"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_field_and_never_by_value(
    tmp_path: Path, changed: Mapping[str, str], field: str
) -> None:
    first = {**ROW, "record.deceased": "", "case": "1" if "case" in changed else ""}
    if "case" in changed:
        first["request.address"] = "9 Harbor Ln, Portland, ME 04101"
    with pytest.raises(Misplaced) as fault:
        sampled(written(tmp_path, first, {**first, **ROW, **changed}), RULING)
    assert f"row 2: {field}" in str(fault.value)
    assert PRIVATE not in str(fault.value)


def test_two_records_cannot_both_be_the_person(tmp_path: Path) -> None:
    with pytest.raises(Misplaced, match="row 2: `label` is `same` once more"):
        sampled(written(tmp_path, *[{**ROW, "case": "1"}] * 2), RULING)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("label,request.address\nsame,x\n", "has no column `record.address`"),
        ("label,label\n", "column 2, label, is unknown or stands twice"),
        ("label,request.adress\n", "column 2, request.adress, is unknown"),
        ('label,request.address,record.address\n"same\n', "is no CSV"),
        ("label,request.address,record.address\nsame\n", "a row of 1 cells"),
        ("label,request.address,record.address\n", "has no rows"),
    ],
)
def test_a_file_that_is_no_sample_says_why(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "sample.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Misplaced, match=said):
        sampled(tmp_path / "sample.csv", RULING)


def test_more_rows_than_a_sample_may_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misplaced, match="has more than 50,000 rows"):
        sampled(written(tmp_path, ROW, times=MOST_ROWS + 1), RULING)


def test_the_command_takes_no_sample_without_a_ruling(tmp_path: Path) -> None:
    path = str(written(tmp_path, ROW))
    assert CliRunner().invoke(app, ["match", "evaluate", "--sample", path]).exit_code == 2
    assert CliRunner().invoke(app, ["match", "evaluate", "--ruling", RULING]).exit_code == 2


def test_the_command_prints_one_document(tmp_path: Path) -> None:
    path = str(written(tmp_path, ROW, OTHER, times=20))
    done = CliRunner().invoke(app, ["match", "evaluate", "--sample", path, "--ruling", RULING, "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["ruling"] == RULING
