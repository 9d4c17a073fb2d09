"""Vectors that others made, a file each beneath `vectors/`, with where they are from. Nothing is fetched while tests run."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent / "vectors"

Case = dict[str, Any]


def vectors(name: str) -> Any:  # noqa: ANN401  # each file has the form that its makers gave it
    """What the file of that name says."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def notes_of(kind: str) -> list[Case]:
    """The items of one kind among the notes that others signed."""
    return [item for item in vectors("cosigned-notes")["items"] if item["kind"] == kind]


def example(name: str) -> Case:
    """The example of that name in the texts of C2SP."""
    found: Case = next(one for one in vectors("c2sp-examples")["examples"] if one["name"].startswith(name))
    return found


def named(case: Case) -> str:
    """A case's name, for pytest."""
    return str(case["name"])


def unbased(said: str | None) -> bytes:
    """The bytes of base64 as Go's JSON has it: none where there is null."""
    return b64decode(said or "", validate=True)


def kind_of(key: str) -> int:
    """The kind that a key says it is of, whether or not it is verified here."""
    return b64decode(key.split("+", 2)[2])[0]
