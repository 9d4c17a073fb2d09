"""The synthetic register: persons of a town, with their households, addresses and numbers, written as Parquet.

Everything of a person follows from the person's place in the register, the seed and the size, so it is written as a
stream, on any number of threads alike. Requests about these persons are for `requests`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from safeconduct.town.drawing import drawing, load, set_variables, text, toml

_TOGETHER = 12


def write(path: Path, persons: int, seed: int) -> None:
    """Write the register of a town of `persons`, drawn by `seed`, to `path`."""
    with drawing(persons, f"register {seed}") as town:
        living = list(_living())
        load(town, "living", living)
        set_variables(town, {"ways": len(living) // _TOGETHER})
        town.execute(text("register.sql"))
        town.execute("COPY (FROM register) TO $path (FORMAT parquet, COMPRESSION zstd)", {"path": str(path)})


def _living() -> Iterator[Mapping[str, object]]:
    """The twelve places of each way of living together: the role, the head's place, the mother's, who is named alike."""
    for way in toml("households.toml")["twelve"]:
        for place, role in enumerate(way):
            head = way.rindex("H", 0, place + 1)
            after = way.find("H", head + 1)
            members = way[head : after if after > 0 else len(way)]
            yield {
                "role": role,
                "head": head,
                "mother": head + 1 if role in "CTJ" and members[1] == "S" else None,
                "heir": "J" in members,
            }
