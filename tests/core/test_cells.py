"""Cells of a table: what each says, by the shape of its column."""

from __future__ import annotations

import json

import pytest

from safeconduct.core.cells import Shape, nesting, reader
from safeconduct.core.fields import LEFT_OUT, Wrong


@pytest.mark.parametrize("shape", Shape)
def test_none_written_out_is_null_whatever_the_column(shape: Shape) -> None:
    assert reader(shape, json.loads)(" none ") is None
    assert reader(shape, json.loads)("None") == (["None"] if shape is Shape.TEXTS else "None")


@pytest.mark.parametrize(
    ("cell", "shape", "said"),
    [
        ("true", Shape.TRUTH, True), ("TRUE ", Shape.TRUTH, True), ("False", Shape.TRUTH, False), ("yes", Shape.TRUTH, "yes"),
        ("1", Shape.TRUTH, "1"), ("true", Shape.TEXT, "true"), ("12", Shape.TEXT, "12"), ("[1]", Shape.TEXT, "[1]"),
        (" 012 ", Shape.NUMBER, 12), ("-1", Shape.NUMBER, "-1"), ("1.0", Shape.NUMBER, "1.0"), ("१२", Shape.NUMBER, "१२"),
        ("9" * 19, Shape.NUMBER, "9" * 19), ("2022; 2023;", Shape.TEXTS, ["2022", "2023"]), (";", Shape.TEXTS, []),
        ('["a;b"]', Shape.TEXTS, ["a;b"]), ('["a"', Shape.TEXTS, '["a"'), ('{"a": 1}', Shape.TEXTS, {"a": 1}),
        ('[{"name": "X"}]', Shape.OBJECTS, [{"name": "X"}]), ("J. Rivera; X", Shape.OBJECTS, "J. Rivera; X"),
        ("  a  ", Shape.TEXT, "  a  "),
    ],
)  # fmt: skip
def test_a_cell_says_what_its_column_expects_or_stands_as_it_is(cell: str, shape: Shape, said: object) -> None:
    assert reader(shape, json.loads)(cell) == said


def test_fields_by_their_paths_make_an_object_and_those_left_out_are_not_in_it() -> None:
    nest = nesting(["a", "b.c", "b.d.e", "f.g"])
    assert nest([1, None, [], LEFT_OUT]) == {"a": 1, "b": {"c": None, "d": {"e": []}}}
    assert nest([LEFT_OUT] * 4) == {}


@pytest.mark.parametrize("paths", [["a", "a.b"], ["a.b", "a"], ["a.b.c", "a.b"], ["a.b", "a.b.c"], ["a", "a"]])
def test_a_field_beside_its_whole_cannot_be_read(paths: list[str]) -> None:
    wrong = nesting(paths)([None, "x"])
    assert isinstance(wrong, Wrong)
    assert (wrong.field, wrong.what) == ("a", "is given as a whole and by its fields")
    assert nesting(paths)([LEFT_OUT, "x"]) == nesting(paths[1:])(["x"])
