"""What `screen` tells of a file of requests: the shape of summary.json. Counts, and nothing of any one request."""

from __future__ import annotations

from typing import Literal, TypedDict


class Rows(TypedDict):
    """The balance: read = ruled + rejected."""

    read: int
    ruled: int
    rejected: int


class Rejected(TypedDict):
    """Rows that could not be read, by field and reason."""

    field: str
    reason: str
    rows: int


class RuleCount(TypedDict):
    """One rule, and the rows that fail it or of which it cannot be told."""

    rule: str
    cites: str
    title: str
    layer: str
    consequence: str
    failed: int
    unknown: int
    means: str
    cure: str


class Tripwire(TypedDict):
    """A figure of the whole file against its threshold; of a `share`, both are fractions."""

    name: str
    cites: str
    says: str
    figure: float
    threshold: float
    unit: str
    tripped: bool
    first_row: int | None


class Policy(TypedDict):
    """The file of thresholds."""

    file: str
    dated: str
    digest: str
    from_rows: int


class Match(TypedDict):
    """What a search of the register came to, by rows."""

    one: int
    none: int
    several: int
    not_searched: int


class Register(TypedDict):
    """The register that was searched."""

    persons: int
    synthetic: bool


class Summary(TypedDict):
    """summary.json."""

    file: str
    engine: str
    law_on: str
    pack: str
    reading: list[str]
    pack_digest: str
    orders_digest: str
    engine_digest: str
    orders: list[str]
    policy: Policy | None
    rows: Rows
    rejected: list[Rejected]
    outcomes: dict[str, int]
    rules: list[RuleCount]
    address_grades: dict[str, int]
    tripwires: list[Tripwire]
    tripped: bool
    match: Match
    register: Register | None
    not_searched_because: str | None
    seconds: dict[str, float]


class Example(TypedDict):
    """An address as it was written, invented, and in how many rows."""

    address: str
    grade: str
    rows: int


class Counterfactual(TypedDict):
    """What the script of 2025 would have let go. The counts by ground overlap; by_number and by_address do not."""

    rows: int
    released: int
    by_number: int
    by_address: int
    unlawfully: int
    no_address_of_the_taxpayer: int
    address_never_compared: int
    wrong_person: int
    examples: list[Example]


class Today(TypedDict):
    """The same requests under the law of another day."""

    on: str
    outcomes: dict[str, int]
    orders: list[str]


Ground = Literal["unlawfully", "address_never_compared", "no_address_of_the_taxpayer", "wrong_person"]


def looked_up(summary: Summary) -> int:
    """The rows for which the register was searched."""
    match = summary["match"]
    return match["one"] + match["none"] + match["several"]
