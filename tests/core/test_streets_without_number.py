"""No street without a house number is enough: every street of the synthetic town, and 20,000 made at random."""

from __future__ import annotations

import csv
import random
import tomllib
from collections.abc import Callable, Iterator
from itertools import cycle, product
from pathlib import Path

from safeconduct import town
from safeconduct.core.addresses import Grade, grade

TOWN = Path(town.__file__).parent
ENOUGH = {Grade.DELIVERABLE, Grade.DELIVERABLE_UNIT}
SUFFIXES = "ST AVE RD DR LN CT PL BLVD WAY CIR TER".split()  # those of the town's drawing
MADE = 20_000


def names(key: str) -> list[str]:
    """A list of the town's streets."""
    listed: str = tomllib.loads((TOWN / "streets.toml").read_text(encoding="utf-8"))[key]
    return [name.strip() for name in listed.split(",") if name.strip()]


def places() -> list[str]:
    """The last lines of the town."""
    with (TOWN / "places.csv").open(encoding="utf-8", newline="") as file:
        return [f"{row['city']}, {row['state']} {row['postal_code']}" for row in csv.DictReader(file)]


def enough(lines: list[str], last_lines: list[str]) -> list[str]:
    """The addresses that are graded as enough, each line before one of the last lines."""
    texts = [f"{line}, {place}" for line, place in zip(lines, cycle(last_lines), strict=False)]
    return [text for text in texts if grade(text).grade in ENOUGH]


def test_no_street_of_the_town_is_enough_without_its_number_and_all_are_with_it() -> None:
    streets = [f"{name} {suffix}" for name, suffix in product(names("names"), SUFFIXES)]
    civil = [place for place in places() if place.split(",")[0] not in {"APO", "FPO", "DPO"}]
    assert enough(streets, civil) == []
    assert len(enough([f"418 {street}" for street in streets], civil)) == len(streets)


def test_no_street_is_enough_before_any_place_of_the_town() -> None:
    for line in ("JUNIPER ST", "5TH AVE", "N 42ND ST APT 4", "COUNTY ROAD 12", "TWO RIVERS RD"):
        assert enough([line] * len(places()), places()) == []


def test_no_street_of_an_urbanization_is_enough_without_its_number() -> None:
    urbanizations, streets = names("urbanizations"), names("calles")
    lines = [f"URB {urbanization}, {street}" for urbanization, street in product(urbanizations, streets)]
    assert enough([*lines, *streets], ["SAN JUAN, PR 00926", "CAROLINA, PR 00985"]) == []


COUNTED = "TWO RIVERS,THREE BRIDGES,SEVEN OAKS,TWELVE OAKS,ONE TREE HILL,SIX FORKS,TEN MILE,TWO NOTCH,FIVE POINTS,9 MILE,12 MILE"
ROADS = "HIGHWAY {},US HWY {},STATE ROUTE {},COUNTY ROAD {},FM {},CR {}A,I-{},INTERSTATE {} N,RR {},AVENUE {},CALLE {},LOOP {} W,E {}00 S"
UNITS = ",,, APT {}, UNIT {}B, # {},; LOT {},; 2ND FLOOR, REAR".split(",")
BEFORE = "APT {} ;UNIT {}, ;C/O MARIA LOPEZ, ;BLDG {} ;ROOM {}, ;2ND FLOOR ".split(";")


def made(chance: random.Random) -> Iterator[str]:
    """Delivery lines without a house number, of many forms."""
    listed = names("names")
    forms: tuple[Callable[[], str], ...] = (
        lambda: f"{' '.join(chance.sample(listed, chance.choice((1, 1, 2))))} {chance.choice(SUFFIXES)}",
        lambda: f"{chance.choice(COUNTED.split(','))} {chance.choice(('RD', 'DR', 'LN', 'BLVD'))}",
        lambda: f"{chance.randint(4, 20)}TH {chance.choice(('ST', 'AVE', 'PL', 'TER'))}",
        lambda: chance.choice(ROADS.split(",")).format(chance.randint(1, 99)),
        lambda: f"{chance.choice('ABCDGHKLM')} ST",
    )
    while True:
        line = chance.choice(forms)()
        if chance.random() < 0.3:
            line = f"{chance.choice(('N', 'SW', 'EAST'))} {line}"
        if chance.random() < 0.2:
            line = f"{chance.choice(BEFORE).format(chance.randint(1, 400))}{line}"
        unit = chance.choice(UNITS).format(chance.randint(1, 400)).replace(";", ",")
        yield line if "CALLE" in line else line + unit  # Calle 5 # 12 is a number in Puerto Rico


def test_no_street_made_at_random_is_enough_without_its_number() -> None:
    chance = random.Random(28)  # noqa: S311  streets to try, not a secret
    lines = [line for line, _ in zip(made(chance), range(MADE), strict=False)]
    assert enough(lines, places()) == []
    assert enough([line.lower() for line in lines], [place.replace(",", "").lower() for place in places()]) == []
