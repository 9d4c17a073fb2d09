"""A connection to DuckDB in which the town is drawn: the words, and the macros by which chance picks among them.

All chance is `draw(thing, salt, n)`, a hash of the thing, the salt and the seed: what comes out depends on these and the
size of the town, never on threads or on what was drawn before. What is drawn is for `register` and `requests`.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from itertools import count
from typing import Any

import duckdb

from safeconduct.town.numbers import CAPACITY_ITIN, CAPACITY_SSN

_DATA = files("safeconduct.town")
_GENDERS = ("male", "female")


@contextmanager
def drawing(persons: int, seed: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the words and macros of a town of `persons`, drawn by `seed`."""
    with duckdb.connect() as town:
        set_variables(town, {"seed": seed, "persons": persons, "itins": CAPACITY_ITIN, "ssns": CAPACITY_SSN})
        tables = {"folk": _folk(), "spellings": list(_spellings()), "roads": list(_roads()), "towns": _places()}
        for name, rows in tables.items():
            load(town, name, rows)
        town.execute(text("drawing.sql"))
        yield town


def text(name: str) -> str:
    """The text of a file of the town's."""
    return (_DATA / name).read_text(encoding="utf-8")


def toml(name: str) -> dict[str, Any]:
    """A TOML file of the town's."""
    return tomllib.loads(text(name))


def set_variables(town: duckdb.DuckDBPyConnection, variables: Mapping[str, object]) -> None:
    """Set variables, which the SQL reads with `getvariable`."""
    for name, value in variables.items():
        town.execute(f"SET VARIABLE {name} = $value", {"value": value})


def load(town: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """A table `name` of `rows`, which are all of one shape."""
    town.execute(f"CREATE TEMP TABLE {name} AS SELECT unnest($rows, recursive := true)", {"rows": list(rows)})


def _folk() -> list[Mapping[str, object]]:
    """Whose names how many of a thousand households bear, and how many in a thousand hold ITINs and two surnames."""
    groups = enumerate(toml("names.toml").values())
    return [
        {"folk": number, "share": group["share"], "itin": group["itin"], "doubles": group.get("doubles", 20)}
        for number, group in groups
    ]


def _spellings() -> Iterator[Mapping[str, object]]:
    """Every name with its spellings, its place among its like, and their number."""
    for folk, group in enumerate(toml("names.toml").values()):
        for kind in (*_GENDERS, "family"):
            listed = group[kind].split()
            for rank, name in enumerate(listed):
                yield {"folk": folk, "kind": kind, "rank": rank, "of": len(listed), "names": name.split("/")}
        tail = [stem + end for stem in group.get("stems", "").split() for end in group.get("ends", "").split()]
        for rank, name in enumerate(tail):
            yield {"folk": folk, "kind": "tail", "rank": rank, "of": len(tail), "names": [name]}


def _roads() -> Iterator[Mapping[str, object]]:
    """Streets and the urbanizations of Puerto Rico, with what stands before the number of the house."""
    words = toml("streets.toml")
    names = [name.strip() for name in words["names"].split(",")]
    for rank, name in enumerate(names):
        yield {"kind": "street", "rank": rank, "of": len(names), "before": "", "name": name}
    areas = [f"URB {area} " for area in words["urbanizations"].split(",")]
    calles = [(area, calle) for area in areas for calle in words["calles"].split(",")]
    for rank, (area, calle) in enumerate(calles):
        yield {"kind": "calle", "rank": rank, "of": len(calles), "before": area, "name": calle}


def _places() -> list[Mapping[str, object]]:
    """Cities with a postal code of theirs, the large ones first; those of Puerto Rico and military ones apart."""
    header, *lines = text("places.csv").splitlines()
    rows = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    kinds = Counter(row["kind"] for row in rows)
    ranks = {kind: count() for kind in kinds}
    return [{**row, "rank": next(ranks[row["kind"]]), "of": kinds[row["kind"]]} for row in rows]
