"""What a cell of a table says: the JSON value that would stand at its column's path in a request.

    (empty)                     left out: unknown
    none                        null: known not to exist
    2022; 2023                  a list of texts
    [{"name": "J. Rivera"}]     objects, and anything else that begins with a bracket, as JSON

A table holds a request a row, its fields as columns with dots in the names. Which shape a column has follows from the
findings that look at it. What cannot be read is left as it stands, and the finding says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from functools import partial

from safeconduct.core.fields import LEFT_OUT, Wrong


class Shape(IntEnum):
    """What a finding expects at a path; where several look at one path, the last of them in this order."""

    TEXT = 0
    NUMBER = 1
    TRUTH = 2
    TEXTS = 3
    OBJECTS = 4


NONE = "none"
_TRUTHS = {"true": True, "false": False}
_LONGEST_NUMBER = 18


def reader(shape: Shape, json: Callable[[str], object]) -> Callable[[str], object]:
    """Reads the cells of a column, none of them blank; `json` reads JSON, strictly, and raises ValueError where it is none."""
    if shape is Shape.TEXT:
        return lambda cell: None if cell == NONE or cell.strip() == NONE else cell
    return partial(_value, shape=shape, json=json)


def _value(cell: str, shape: Shape, json: Callable[[str], object]) -> object:
    said = cell.strip()
    if said == NONE:
        return None
    if shape is Shape.TRUTH:
        return _TRUTHS.get(said.lower(), cell)
    if shape is Shape.NUMBER:
        return int(said) if said.isdecimal() and said.isascii() and len(said) <= _LONGEST_NUMBER else cell
    if said[:1] in {"[", "{"}:
        return _as_json(cell, json)
    return _texts(said) if shape is Shape.TEXTS else cell


def _as_json(cell: str, json: Callable[[str], object]) -> object:
    try:
        return json(cell)
    except ValueError:
        return cell


def _texts(said: str) -> list[str]:
    return [text for part in said.split(";") if (text := part.strip())]


def nesting(paths: Iterable[str]) -> Callable[[Iterable[object]], Mapping[str, object] | Wrong]:
    """Makes the object whose fields at `paths` hold the values given, `LEFT_OUT` where a field is left out.

    A field that is given beside its whole cannot be read.
    """
    places = tuple((path, tuple(above), last) for path in paths for *above, last in [path.split(".")])

    def nest(values: Iterable[object]) -> Mapping[str, object] | Wrong:
        whole: dict[str, object] = {}
        for (path, above, last), value in zip(places, values, strict=True):
            if value is LEFT_OUT:
                continue
            here = whole
            for word in above:
                inner = here.setdefault(word, {})
                if not isinstance(inner, dict):
                    return _twice(path)
                here = inner
            if last in here:
                return _twice(path)
            here[last] = value
        return whole

    return nest


def _twice(path: str) -> Wrong:
    mend = "give either the whole or its fields, and `none` in the whole where there is none"
    return Wrong(path.split(".", maxsplit=1)[0], "is given as a whole and by its fields", mend)
