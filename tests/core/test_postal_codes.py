"""What the table says, and that it says what the package `zipcodes` says. Run as a script it draws the table anew."""

from __future__ import annotations

import re
import sys
import textwrap
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import pytest
import zipcodes

from safeconduct.core import postal_codes, postal_codes_table
from safeconduct.core.postal_codes import cities_of, has_name, is_city, state_of

HEAD = '''"""Postal codes and cities of each state, by its two letters.

`CODES` holds the five-digit codes in runs. `CITIES` holds, under the first three digits, the names of cities, the accepted
ones included, each with the last two digits of its codes; `OTHER_NAMES` the names that the Postal Service knows for a
code and does not accept, without those of firms that have a code to themselves. Drawn from the package `zipcodes`
{version} (MIT) by `python tests/core/test_postal_codes.py`, which also tests that the two agree. Not to be edited by hand.
"""

# fmt: off
from __future__ import annotations

'''


Names = dict[str, dict[str, dict[str, set[int]]]]
"""By state, by the first three digits, by name: the last two digits."""


def drawn() -> str:
    """The source text of `postal_codes_table`."""
    codes: dict[str, set[int]] = defaultdict(set)
    cities: Names = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    others: Names = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for row in zipcodes._zipcodes.list_all():  # noqa: SLF001  the typed part of the package
        codes[row["state"]].add(int(row["zip_code"]))
        accepted = set(filter(None, map(spelled, (row["city"], *row["acceptable_cities"]))))
        known = set() if row["zip_code_type"] == "UNIQUE" else set(map(spelled, row["unacceptable_cities"]))
        for names, table in ((accepted, cities), (known - accepted - {""}, others)):
            for name in names:
                table[row["state"]][row["zip_code"][:3]][name].add(int(row["zip_code"][3:]))
    lines = [HEAD.format(version=version("zipcodes")), "CODES: dict[str, str] = {\n"]
    lines += [f'    "{state}": {block(" ".join(runs(codes[state], 5)))},\n' for state in sorted(codes)]
    return "".join([*lines, "}\n", named("CITIES", cities), named("OTHER_NAMES", others)])


def named(title: str, table: Names) -> str:
    """One of the two tables of names."""
    lines = [f"\n{title}: dict[str, dict[str, str]] = {{\n"]
    for state in sorted(table):
        lines += [f'    "{state}": {{\n']
        for area, names in sorted(table[state].items()):
            said = ", ".join(f"{name} {' '.join(runs(codes, 2))}" for name, codes in sorted(names.items()))
            lines += [f'        "{area}": {block(said)},\n']
        lines += ["    },\n"]
    return "".join([*lines, "}\n"])


def spelled(city: str) -> str:
    """A city in capitals, without points or hyphens; nothing for names of firms that hold digits."""
    if re.search(r"\d", city):
        return ""
    return " ".join(re.sub(r"[^A-Z ]", " ", city.upper().replace("'", "")).split())


def runs(codes: set[int], digits: int) -> list[str]:
    """Codes that follow one another as `first-last`."""
    ordered = sorted(codes)
    firsts = [code for code in ordered if code - 1 not in codes]
    lasts = [code for code in ordered if code + 1 not in codes]
    pairs = zip(firsts, lasts, strict=True)
    return [f"{a:0{digits}}" if a == b else f"{a:0{digits}}-{b:0{digits}}" for a, b in pairs]


def block(text: str) -> str:
    return '"""\n' + textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False) + '\n"""'


def test_the_table_says_what_the_package_says() -> None:
    stored = Path(postal_codes_table.__file__).read_text(encoding="ascii")
    assert stored == drawn()


def test_a_code_lies_in_its_state() -> None:
    assert [state_of(code) for code in ("60505", "12345", "00926", "09114")] == ["IL", "NY", "PR", "AE"]


def test_a_code_that_does_not_exist_lies_nowhere() -> None:
    assert [state_of(code) for code in ("00000", "99999", "", "6050")] == [""] * 4


def test_a_city_has_its_codes_and_those_in_its_state_only() -> None:
    assert cities_of("IL")["AURORA"].split() == [*"60502 60503 60504 60505 60506 60507 60568 60569 60572 60598".split()]
    assert "AURORA" not in cities_of("HI")
    assert "AURORA" not in cities_of("XX")


def test_saint_fort_and_mount_may_be_short_and_an_apostrophe_left_out() -> None:
    assert cities_of("MN")["ST PAUL"] == cities_of("MN")["SAINT PAUL"]
    assert cities_of("TX")["FT WORTH"] == cities_of("TX")["FORT WORTH"]
    assert cities_of("ID")["COEUR DALENE"] == cities_of("ID")["COEUR D ALENE"]


def test_a_place_may_go_by_a_name_that_the_postal_service_does_not_accept() -> None:
    assert has_name("90026", "ECHO PARK")
    assert has_name("60115", "DE KALB")
    assert not has_name("60505", "ECHO PARK")
    assert "ECHO PARK" not in cities_of("CA")


def test_a_city_is_known_whatever_its_state() -> None:
    assert is_city("BOSTON")
    assert not is_city("NOSUCHCITY")


def test_no_firm_with_a_code_to_itself_is_a_name_of_its_place() -> None:
    assert not has_name("00501", "INTERNAL REVENUE SERVICE")


@pytest.mark.parametrize("state", sorted(postal_codes_table.CODES))
def test_every_city_has_codes_of_its_state_alone(state: str) -> None:
    codes = {code for said in cities_of(state).values() for code in said.split()}
    assert {state_of(code) for code in codes} == {state}


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(postal_codes.__file__).with_name("postal_codes_table.py")
    target.write_text(drawn(), encoding="ascii")
