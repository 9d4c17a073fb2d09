"""What the table says, and that it says what the package `zipcodes` says. Run as a script it draws the table anew."""

from __future__ import annotations

import re
import sys
import textwrap
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import zipcodes

from safeconduct.core import postal_codes, postal_codes_table
from safeconduct.core.postal_codes import cities_of, state_of

HEAD = '''"""Postal codes and cities of each state, by its two letters.

`CODES` holds the five-digit codes in runs; `CITIES` the names of cities, the accepted ones included, under the first
two digits of their codes. Drawn from the package `zipcodes` {version} (MIT) by `python tests/core/test_postal_codes.py`,
which also tests that the two agree. Not to be edited by hand.
"""

# fmt: off
from __future__ import annotations

'''


def drawn() -> str:
    """The source text of `postal_codes_table`."""
    codes: dict[str, set[int]] = defaultdict(set)
    cities: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in zipcodes._zipcodes.list_all():  # noqa: SLF001  the typed part of the package
        codes[row["state"]].add(int(row["zip_code"]))
        for name in filter(None, map(spelled, (row["city"], *row["acceptable_cities"]))):
            cities[row["state"]][row["zip_code"][:2]].add(name)
    lines = [HEAD.format(version=version("zipcodes")), "CODES: dict[str, str] = {\n"]
    lines += [f'    "{state}": {block(" ".join(runs(codes[state])))},\n' for state in sorted(codes)]
    lines += ["}\n\nCITIES: dict[str, dict[str, str]] = {\n"]
    for state in sorted(cities):
        lines += [f'    "{state}": {{\n']
        lines += [
            f'        "{area}": {block(", ".join(sorted(cities[state][area])))},\n' for area in sorted(cities[state])
        ]
        lines += ["    },\n"]
    return "".join([*lines, "}\n"])


def spelled(city: str) -> str:
    """A city in capitals, without points or hyphens; nothing for names of firms that hold digits."""
    if re.search(r"\d", city):
        return ""
    return " ".join(re.sub(r"[^A-Z ]", " ", city.upper().replace("'", "")).split())


def runs(codes: set[int]) -> list[str]:
    """Codes that follow one another as `first-last`."""
    ordered = sorted(codes)
    firsts = [code for code in ordered if code - 1 not in codes]
    lasts = [code for code in ordered if code + 1 not in codes]
    return [f"{a:05}" if a == b else f"{a:05}-{b:05}" for a, b in zip(firsts, lasts, strict=True)]


def block(text: str) -> str:
    return '"""\n' + textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False) + '\n"""'


def test_the_table_says_what_the_package_says() -> None:
    stored = Path(postal_codes_table.__file__).read_text(encoding="ascii")
    assert stored == drawn()


def test_a_code_lies_in_its_state() -> None:
    assert [state_of(code) for code in ("60505", "12345", "00926", "09114")] == ["IL", "NY", "PR", "AE"]


def test_a_code_that_does_not_exist_lies_nowhere() -> None:
    assert [state_of(code) for code in ("00000", "99999", "", "6050")] == [""] * 4


def test_a_city_has_the_first_digits_of_its_codes_in_its_state_only() -> None:
    assert cities_of("IL")["AURORA"] == {"60"}
    assert "AURORA" not in cities_of("HI")
    assert "AURORA" not in cities_of("XX")


def test_saint_fort_and_mount_may_be_short() -> None:
    assert cities_of("MN")["ST PAUL"] == cities_of("MN")["SAINT PAUL"] == {"55"}
    assert cities_of("TX")["FT WORTH"] == cities_of("TX")["FORT WORTH"] == {"76"}


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(postal_codes.__file__).with_name("postal_codes_table.py")
    target.write_text(drawn(), encoding="ascii")
