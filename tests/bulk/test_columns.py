"""Findings over columns are the findings in one request: the same facts, items, wrongs and rulings, in every format."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from filed import DECK, Command, Json, as_csv, as_parquet, as_xlsx, cells, ndjson
from safeconduct import preflight
from safeconduct.bulk import facts, files
from safeconduct.bulk.facts import Found, Run
from safeconduct.bulk.looks import looked_at
from safeconduct.bulk.lowering import asked, shown
from safeconduct.bulk.stretches import Lines, reason
from safeconduct.core import intake
from safeconduct.core.cells import Shape
from safeconduct.core.intake import Unreadable
from safeconduct.preflight import Preflight

ODD: Sequence[Any] = (
    None, "", "  ", "none", True, False, 0, 7, -1, 2.5, 10**30, [], {}, [None], [[]], [{}], ["x"], {"a": 1}, "true", "x",
    "2025-06-27", "2025-02-30", "0001-01-01", "all", "2023Q2", ["2022", 2023, True], "DHS", "ICE", "FBI", "department_head",
    "delegate", "8 USC 1326", "18 USC 1343; 8 USC 1253(a)(1)(C)", ["8 USC 1325", ""], "26 USC 6103(i)(1)", "26 USC 6103(c)",
    "treasury-dhs-2025-04-07", ["treasury-dhs-2025-04-07", "mine"], "Failed to Provide 90001", "general delivery", "NA", "«ñ» 李",
    "a;b", "line\nbreak", 'quote"d', "=1+1", "\u202e", "\x00", "item", ["mailing_address", "tin"], ["mailing_address", "mailing_address"],
    [{"name": "X. Y", "agency": "ICE", "personally_and_directly_engaged": False}], [{"name": 5}], [{"agency": ["a"]}],
    [{"personally_and_directly_engaged": "yes"}, {"name": ""}], [{"name": "A. B"}, "x"],
)  # fmt: skip


def paths(document: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, inner in document.items():
        yield (*above, key)
        if isinstance(inner, dict):
            yield from paths(inner, (*above, key))


def mutated(count: int, seed: int, values: Sequence[Any] = ODD) -> list[Json]:
    """Requests of the deck, each with a few fields left out or saying something odd."""
    chance = random.Random(seed)  # noqa: S311  # which requests are tried is no secret
    made = []
    for number in range(count):
        document: Json = json.loads(json.dumps(chance.choice(DECK)["request"])) | {"request_id": f"R-{number}"}
        for _ in range(chance.randrange(6)):
            *above, last = chance.choice([path for path in paths(document) if path != ("request_id",)])
            here = document
            for key in above:
                here = here[key] if isinstance(here.get(key), dict) else {}
            if chance.random() < 0.3:
                here.pop(last, None)
            elif chance.random() < 0.1:
                here[chance.choice(["odd", "*", "a.b", ""])] = chance.choice(values)
            else:
                here[last] = json.loads(json.dumps(chance.choice(values)))
        made.append(document)
    return made


RUN = Run("us_irc_6103", None, 739_464, "offence", b"secret")
Told = dict[int, tuple[object, ...] | list[tuple[str, str]]]


@pytest.fixture(scope="module")
def under() -> Preflight:
    return preflight.opened().under(RUN.on)


def one_by_one(documents: Iterable[object], under: Preflight) -> Told:
    """What each request says, or what is wrong with it."""
    how, told = under.opened.intake, Told()
    for number, document in enumerate(documents, 1):
        read = intake.read(document, how, RUN.on)
        if isinstance(read, Unreadable):
            told[number] = sorted((wrong.field, reason(wrong)) for wrong in read.wrongs)
        else:
            items = [item in (read.items or ()) for item in how.pack.items]
            told[number] = (read.id, *items, *(read.facts.get(fact.name) for fact in shown(how.pack)))
    return told


def in_columns(found: Iterable[Found], under: Preflight) -> Told:
    """The same of what was found in stretches."""
    pack, told = under.opened.pack, Told()
    names = ["request_id", *map(asked, pack.items), *(fact.name for fact in shown(pack))]
    for one in found:
        for row in one.facts.to_pylist():
            told[row["row"]] = tuple(row[name] for name in names)
        for rejected in one.rejected:
            wrongs = told.setdefault(rejected.row, [])
            assert isinstance(wrongs, list)
            wrongs.append((rejected.field, rejected.reason))
            wrongs.sort()
    return told


def in_file(path: Path, under: Preflight) -> Told:
    """The same of what was found in a file."""
    find = facts.finder(RUN)
    source = files.opened(path, looked_at(under.opened.intake))
    return in_columns(map(find, source.stretches()), under)


def test_columns_say_of_any_request_what_the_request_says(tmp_path: Path, under: Preflight) -> None:
    documents = mutated(2_000, seed=1)
    (tmp_path / "requests").write_text(ndjson(documents), encoding="utf-8")
    alone, together = one_by_one(documents, under), in_file(tmp_path / "requests", under)
    assert together == alone
    readable = sum(isinstance(one, tuple) for one in alone.values())
    assert 400 < readable < 1_600


OPENED = preflight.opened()
SHAPES, PATHS, WHOLE = (
    intake.shapes(OPENED.intake.pack), looked_at(OPENED.intake), intake.parents(OPENED.intake.pack),
)  # fmt: skip


def tabular(document: Mapping[str, Any], above: str = "") -> bool:
    """Whether a table can say what the request says, in one way: the cells of a column are all of its shape."""
    return all(_tabular(f"{above}{key}", said) for key, said in document.items())


def _tabular(path: str, said: object) -> bool:
    shape = SHAPES.get(path, Shape.TEXT)
    if path not in PATHS:
        return False
    if isinstance(said, dict):
        return path in WHOLE and bool(said) and tabular(said, f"{path}.")
    if isinstance(said, str):
        plain = bool(said) and said == said.strip() and said != "none" and "\x00" not in said
        one = shape is Shape.TEXT or (path in {"offence", "removal_order.ground"} and ";" not in said)
        return plain and (one or (shape is Shape.TRUTH and said != "true"))
    if isinstance(said, list) and said:
        of = {Shape.TEXTS: str, Shape.OBJECTS: dict}.get(shape, type(None))
        return all(isinstance(one, of) and one and not (isinstance(one, str) and ";" in one) for one in said)
    return said is None or (isinstance(said, bool) and shape is Shape.TRUTH)


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_a_table_says_of_a_request_what_the_request_says(form: str, tmp_path: Path, under: Preflight) -> None:
    documents = [document for document in mutated(2_500, seed=2) if tabular(document)]
    table = [cells(document) for document in documents]
    file = tmp_path / "requests"
    if form == "csv":
        file.write_bytes(as_csv(table).encode())
    else:
        (as_parquet if form == "parquet" else as_xlsx)(file, table)
    alone, together = one_by_one(documents, under), in_file(file, under)
    assert len(alone) > 150
    differing = {row for row in alone if isinstance(alone[row], tuple) or isinstance(together[row], tuple)}
    assert {row: together[row] for row in differing} == {row: alone[row] for row in differing}
    assert {row: fields(together[row]) for row in alone} == {row: fields(alone[row]) for row in alone}


def fields(told: tuple[object, ...] | list[tuple[str, str]]) -> set[str]:
    """The fields with which something is wrong, the places within their lists left out."""
    return {field.split("[")[0] for field, _ in told} if isinstance(told, list) else set()


@pytest.mark.parametrize("size", [1, 7, 400])
def test_stretches_of_any_size_say_the_same(size: int, under: Preflight) -> None:
    documents = mutated(100 if size == 1 else 400, seed=3)
    lines = [json.dumps(document).encode() for document in documents]
    paths = looked_at(under.opened.intake)
    find = facts.finder(RUN)
    stretches = (Lines(at + 1, tuple(lines[at : at + size]), paths) for at in range(0, len(lines), size))
    assert in_columns(map(find, stretches), under) == one_by_one(documents, under)


def test_several_processes_say_the_same_in_the_same_order(
    under: Preflight, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("safeconduct.bulk.cores.CORES", 2)
    monkeypatch.setattr("safeconduct.bulk.lines.STRETCH", 50)
    documents = mutated(400, seed=4)
    (tmp_path / "requests").write_text(ndjson(documents), encoding="utf-8")
    found = list(facts.found(files.opened(tmp_path / "requests", looked_at(under.opened.intake)), RUN))
    assert in_columns(found, under) == one_by_one(documents, under)
    rows = [row for one in found for row in one.facts.column("row").to_pylist()]
    assert rows == sorted(rows)


@pytest.mark.parametrize("alike", [True, False])
def test_the_ruling_on_a_row_is_the_ruling_on_its_request(alike: bool, screen: Command, under: Preflight) -> None:  # noqa: FBT001
    plain = [
        None,
        "none of these",
        "2025-06-27",
        True,
        False,
        ["mailing_address", "tin"],
        ["mailing_address"],
        "8 USC 1326",
    ]
    documents = mutated(600, 5, plain) if not alike else [json.loads(json.dumps(DECK[0]["request"])) for _ in range(40)]
    for number, document in enumerate(documents):
        document["request_id"] = f"R-{number}"
        if alike and number == 33:
            document["in_writing"] = False
    said = screen(ndjson(documents))
    ruled = {ruling["request_id"]: ruling for ruling in said.rulings}
    checked = {document["request_id"]: preflight.check(document, under) for document in documents}
    readable = {name: one.ruling for name, one in checked.items() if not isinstance(one, Unreadable)}
    assert ruled.keys() == readable.keys()
    for name, ruling in readable.items():
        assert ruled[name]["outcome"] == ruling.outcome.name.lower()
        assert sorted(ruled[name]["items_permitted"]) == sorted(i.item for i in ruling.items if i.may_disclose)
    assert len({ruling["outcome"] for ruling in said.rulings}) > 1
