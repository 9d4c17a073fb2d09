"""Requests in files, for tests: as NDJSON, CSV, Parquet and .xlsx, and what the command says of them."""

from __future__ import annotations

import copy
import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from safeconduct import cli
from safeconduct.bulk.results import NAMES

DECK = json.loads((Path(__file__).parent / "decks" / "irc-6103.json").read_text(encoding="utf-8"))
ON = "2025-08-01"
PERSONAL = ("Maria", "Lopez", "Garcia", "Juniper", "912-40", "1984", "Rivera")
Json = dict[str, Any]


def request(number: int, **changes: object) -> Json:
    """Case O01 of the open deck, which is permitted, under another id; some of its fields changed."""
    return copy.deepcopy(DECK[0]["request"]) | {"request_id": f"R-{number}"} | changes


def cells(document: Mapping[str, object], above: str = "") -> dict[str, str]:
    """A request as the cells of a row, by the paths of its fields."""
    row: dict[str, str] = {}
    for key, said in document.items():
        if isinstance(said, dict) and said:
            row |= cells(said, f"{above}{key}.")
        elif isinstance(said, list):
            plain = said and all(isinstance(one, str) for one in said)
            row[above + key] = "; ".join(said) if plain else json.dumps(said)
        elif said is None or isinstance(said, bool):
            row[above + key] = "none" if said is None else str(said).lower()
        else:
            row[above + key] = str(said)
    return row


def rows(count: int) -> list[dict[str, str]]:
    """So many rows that are permitted."""
    return [cells(request(number)) for number in range(1, count + 1)]


def ndjson(documents: Iterable[Mapping[str, object]]) -> str:
    return "".join(json.dumps(document) + "\n" for document in documents)


def names_of(table: Sequence[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys(name for row in table for name in row))


def as_csv(table: Sequence[Mapping[str, str]], delimiter: str = ",", end: str = "\r\n") -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, names_of(table), delimiter=delimiter, lineterminator=end, restval="")
    writer.writeheader()
    writer.writerows(table)
    return file.getvalue()


def as_parquet(path: Path, table: Sequence[Mapping[str, object]], **columns: pa.Array) -> Path:
    """Write rows to a Parquet file, a column that is given in place of theirs."""
    made = {name: pa.array([row.get(name) for row in table], pa.string()) for name in names_of(table)}
    parquet.write_table(pa.table(made | columns), path)
    return path


def as_xlsx(path: Path, table: Sequence[Mapping[str, object]]) -> Path:
    """Write rows to the one sheet of a workbook, each value as what it is."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet()
        for column, name in enumerate(names_of(table)):
            sheet.write_string(0, column, name)
            for number, row in enumerate(table, 1):
                said = row.get(name)
                if isinstance(said, str):
                    sheet.write_string(number, column, said)
                elif said is not None:
                    sheet.write(number, column, said)
    return path


@dataclass(frozen=True, slots=True)
class Said:
    """What the command said, and what it left in the folder."""

    status: object
    printed: str
    told: str
    out: Path

    @property
    def summary(self) -> Json:
        """The figures."""
        summary: Json = json.loads((self.out / "summary.json").read_text(encoding="utf-8"))
        return summary

    @property
    def rejected(self) -> list[tuple[int, str, str]]:
        """The rows that were rejected: the number, the field, the reason."""
        with (self.out / "rejected.csv").open(encoding="utf-8", newline="") as file:
            return [(int(row["row"]), row["field"], row["reason"]) for row in csv.DictReader(file)]

    @property
    def rulings(self) -> list[Json]:
        """The rulings, in the order of their rows."""
        told: list[Json] = parquet.read_table(self.out / "rulings.parquet").sort_by("row").to_pylist()
        return told


class Command:
    """Runs `safeconduct screen` in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str], folder: Path) -> None:
        self._monkeypatch, self._captured, self.folder = monkeypatch, captured, folder

    def __call__(self, file: Path | str | bytes, *words: object, out: Path | None = None, on: str = ON) -> Said:
        """Screen a file, or one that holds this text."""
        path = file if isinstance(file, Path) else self.folder / "requests"
        if not isinstance(file, Path):
            path.write_bytes(file if isinstance(file, bytes) else file.encode())
        out = out or self.folder / "out"
        command = ["safeconduct", "screen", path, "--out", out, "--on", on, *words]
        self._monkeypatch.setattr(sys, "argv", list(map(str, command)))
        self._captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed, told = self._captured.readouterr()
        return Said(ended.value.code, printed, told, out)


def is_complete(out: Path) -> bool:
    """Whether a folder holds the results, all of them, and nothing else."""
    return sorted(path.name for path in out.iterdir()) == sorted(NAMES)


def left_over(folder: Path) -> list[str]:
    """What a run has left in the folder that it should not have."""
    return [str(path) for path in folder.rglob("*") if path.name.startswith(".") or path.name == "scratch"]
