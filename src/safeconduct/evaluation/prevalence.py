"""The deck's stated figures, read: what requests carry, what a register has, and what share of requests a stratum is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Carried:
    """What requests carry: shares of those to which it applies."""

    birth_date: float
    number: float
    suffix: float
    middle: float
    middle_initial: float
    unit: float
    respelt: float
    first_alone: float
    second_alone: float
    reversed: float
    exchanged: float
    unparted: float
    short: float
    initial: float
    by_middle: float
    mistyped: float


@dataclass(frozen=True, slots=True)
class Held:
    """What a register has: shares of its persons."""

    birth_date: float
    number: float
    middle: float
    second_surname: float
    unit: float
    deceased: float


@dataclass(frozen=True, slots=True)
class Stated:
    """A stratum as stated: what it says, its shares of all requests, and what its requests carry."""

    name: str
    says: str
    absent: float
    on_file: float
    carried: Carried


@cache
def _told() -> Mapping[str, Any]:
    return tomllib.loads((files("safeconduct.evaluation") / "deck.toml").read_text(encoding="utf-8"))


@cache
def held() -> Held:
    """What a register has."""
    return Held(**_told()["on_file"])


@cache
def stated() -> Mapping[str, Stated]:
    """The strata, by name, in the order of the file."""
    carried = Carried(**_told()["carried"])
    return {
        name: Stated(name, one["says"], one["absent"], one["on_file"], replace(carried, **one.get("carried", {})))
        for name, one in _told()["strata"].items()
    }


@cache
def short_forms() -> Mapping[str, tuple[str, ...]]:
    """The short forms that requests give, by the plain name."""
    return {name: tuple(forms.split()) for name, forms in _told()["short"].items()}
