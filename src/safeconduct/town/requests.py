"""Synthetic files of requests about the persons of a register, and about others who are not in it.

One as the exchange of 2025 is described, one as honest agencies would send it. Beside each lies `<stem>.truth.parquet`:
which person of the register a request is truly about, if any, and how it was made. The form of the files is for `forms`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from safeconduct.town import forms
from safeconduct.town.drawing import drawing, load, set_variables, text, toml
from safeconduct.town.world import Asker, World, world

_PER_FILE = 10_000
_TRUTH = "SELECT request_id(row_id) AS request_id, person_id, how FROM told"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of file: the strata it is made of, the SQL that words it, and what the SQL is told."""

    strata: str
    sql: str
    said: Mapping[str, object]
    sloppy: bool


def write_as_in_2025(path: Path, register: Path, rows: int, seed: int) -> None:
    """Write `rows` requests as in 2025: one asker, one officer and one reason for everybody, and few persons known.

    Raises:
        ValueError: the suffix is none of those that `forms` writes, or more persons are asked for than there are.
    """
    _write(path, register, rows, seed, _Kind("of_2025", "in_2025.sql", {"world": _said_in_2025(world())}, sloppy=True))


def write_honest(path: Path, register: Path, rows: int, seed: int) -> None:
    """Write `rows` requests as honest agencies would: few for each officer, each with a reason of its own.

    Raises:
        ValueError: the suffix is none of those that `forms` writes, or more persons are asked for than there are.
    """
    _write(path, register, rows, seed, _Kind("honest", "honest.sql", _said_honestly(), sloppy=False))


def _write(path: Path, register: Path, rows: int, seed: int, kind: _Kind) -> None:
    if path.suffix not in forms.SUFFIXES:
        raise ValueError(f"{path.name}: the name ends in none of {', '.join(forms.SUFFIXES)}")
    persons, strata = _persons(register), _strata(kind.strata)
    if rows * sum(one["share"] for one in strata if one["known"]) > persons * _PER_FILE:
        raise ValueError(f"{rows} requests ask for more persons than the register's {persons}; ask for fewer")
    with drawing(persons, f"{kind.strata} {seed}") as town:
        load(town, "strata", strata)
        set_variables(town, {"rows": rows, "register": str(register), "sloppy": kind.sloppy, **_shared(), **kind.said})
        _load_cases(town)
        town.execute(text("requests.sql"))
        town.execute(text(kind.sql))
        forms.write(town, path)
        truth = str(path.with_name(f"{path.stem}.truth.parquet"))
        town.execute(f"COPY ({_TRUTH}) TO $path (FORMAT parquet, COMPRESSION zstd)", {"path": truth})


def _persons(register: Path) -> int:
    with duckdb.connect() as connection:
        [(count,)] = connection.execute("SELECT count(*) FROM read_parquet($path)", {"path": str(register)}).fetchall()
    return int(count)


def _strata(file: str) -> list[dict[str, Any]]:
    """How many of ten thousand requests come about in which way. Those about known persons are first."""
    told: dict[str, dict[str, Any]] = toml("strata.toml")[file]
    return [
        {"nth": nth, "how": how, "share": one["share"], "numbered": one["number"]}
        | {"known": one.get("known", False), "near": one.get("near", False)}
        for nth, (how, one) in enumerate(told.items())
    ]


def _shared() -> dict[str, object]:
    told = toml("strata.toml")
    return {"today": str(world().today), "insufficient": told["insufficient"], "grounds": told["grounds"]}


def _said_in_2025(now: World) -> dict[str, object]:
    asker, officer = now.asker_of_2025, now.officer_of_2025
    named = {
        "name": officer.name,
        "title": officer.title,
        "agency": officer.agency,
        "personally_and_directly_engaged": True,
        "attested_on": str(now.ago(7)),
    }
    said = {"offence": now.offence_of_2025, "reason": now.reason_of_2025, "agreement": asker.agreement}
    signed = {"agency": asker.agency, "office": asker.office, "name": asker.name}
    return {**said, **signed, "officers": json.dumps([named])}


def _said_honestly() -> dict[str, object]:
    words = toml("reasons.toml")
    names = list(toml("names.toml").values())
    return {
        "slips": toml("world.toml")["slips"],
        "blanks": words["blank"],
        "orders": words["orders"],
        **{part: [_capital(line) for line in words[part]] for part in ("evidence", "need")},
        "cities": _cities(),
        "officer_given": _once(group[kind] for group in names for kind in ("male", "female")),
        "officer_family": _once(group["family"] for group in names),
    }


def _once(lists: Iterable[str]) -> list[str]:
    """Each name once, in its first spelling, so that two officers never bear the same."""
    return list(dict.fromkeys(name.split("/")[0] for listed in lists for name in listed.split()))


def _cities() -> list[str]:
    lines = text("places.csv").splitlines()[1:]
    return list(dict.fromkeys(line.split(",")[0].title() for line in lines if line.endswith("general")))


def _capital(line: str) -> str:
    """The sentence with its first letter, or its first blank's, large."""
    return line[0] + line[1].upper() + line[2:] if line.startswith("{") else line


def _load_cases(town: duckdb.DuckDBPyConnection) -> None:
    """The kinds of cases with their sentences and offences; who asks in which, as often as the shares say."""
    words, offences = toml("reasons.toml"), toml("world.toml")["offences"]
    kinds = [
        {
            "kind": kind,
            "openings": [_capital(line) for line in words["opening"][kind]],
            "events": [_capital(line) for line in words["event"][kind]],
            "offences": offences[kind],
        }
        for kind in offences
    ]
    load(town, "kind_of_case", kinds)
    shares = [(asker, kind, share) for asker in world().askers for kind, share in asker.shares.items()]
    load(town, "askers", [_row(nth, *each) for nth, each in enumerate(shares)])


def _row(nth: int, asker: Asker, kind: str, share: int) -> Mapping[str, object]:
    signed = {"agency": asker.agency, "office": asker.office, "name": asker.name, "agreement": asker.agreement}
    return {"nth": nth, "kind": kind, "share": share, **signed, "officers": asker.officers, "title": asker.title}
