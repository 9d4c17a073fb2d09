"""The last line of an address (Publication 28, 22): city, state and postal code, read from the end.

It settles the place

- by a postal code that exists, whose state is the one written and whose city is the one written, if the table knows any
  city of that name; or, state and city left out, by the code alone;
- or by a city that the table knows in the state that is written, or in the one that the code lies in.

Publication 28 wants all three, but each of these leads to the rest. A city that the table does not know settles nothing:
with a code and no state it may well be abroad ("Bangkok 10110"), with a state and no code it may not exist; beside both
it is passed over, for the table has no quarters of cities ("Hollywood Dell, CA 90028").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from safeconduct.core.postal_codes import cities_of, has_name, is_city, state_of
from safeconduct.core.publication28 import MILITARY_STATES, NATION, STATES


class LastLine(NamedTuple):
    """What the end of an address says; `start` is where it begins, as a count of words."""

    start: int
    city: str
    stated: str  # the state as written, by its two letters
    code: str
    state: str  # the state that the code lies in; without a code, the one stated
    codes: str  # the city's codes; empty if the table knows no such city in the state


_CODE_AND_FOUR = re.compile(r"([0-9]{5})-?[0-9]{4}")
_LABELS = frozenset({",", "ZIP", "ZIPCODE", "CODE", "POSTAL", "CP"})
_PASSED_OVER = _LABELS | {name.split()[-1] for name in NATION}
_ENDS_OF_STATE = frozenset(name.split()[-1] for name in STATES if " " in name)
_MOST_WORDS = 5  # of a city's name, of a nation's
_UNIT_IN_CITY = re.compile(r"[ud#][ea]")  # "Unit E Pittsburgh"
_UNKNOWN_CITY = re.compile(r"(?:[wsSZgmaeDlOEKToxUdBy]|t(?=w))*[wsZgmaeDlOEKoxUdB]")


def last_line(words: list[str], shape: str) -> LastLine:
    """Read country, code, state and city from the end of an address."""
    code = words[-1]
    stated = lies_in = state_of(code)
    end = len(words) - 2
    if not stated or end < 0 or words[end] != stated or stated in _ENDS_OF_STATE:  # seldom: "IL 60505" ends nearly all
        end, stated, code, lies_in = _any_end(words)
    if end and words[end - 1] == ",":
        end -= 1
    if end and words[end - 1] in _PASSED_OVER:
        end = _before_nation(words, end)
    start, city, codes = _city(words, shape, end, lies_in or stated)
    return LastLine(start, city, stated, code, lies_in, codes)


def _any_end(words: list[str]) -> tuple[int, str, str, str]:
    """Where the state begins, the state written, the code, and the state that it lies in."""
    end, code = _before_code(words, _before_nation(words, len(words)))
    end_of_state = _before_nation(words, end)
    end, stated = _before_state(words, end_of_state)
    if stated and not code:
        end, code = _before_code(words, end)  # "Aurora 60505 IL"
    lies_in = state_of(code) if code else stated
    if stated != lies_in and stated and " ".join(words[end:end_of_state]) in cities_of(lies_in):
        end, stated = end_of_state, ""  # "Washington 20001": the city, not the state
    return end, stated, code, lies_in


def _before_nation(words: list[str], end: int) -> int:
    """Where the commas, labels and names of this country begin that stand before `end`."""
    while end and words[end - 1] in _PASSED_OVER:
        size = 1 if words[end - 1] in _LABELS else _words_of_nation(words, end)
        if not size:
            break
        end -= size
    return end


def _words_of_nation(words: list[str], end: int) -> int:
    sizes = range(min(_MOST_WORDS, end), 0, -1)
    return next((size for size in sizes if " ".join(words[end - size : end]) in NATION), 0)


def _before_code(words: list[str], end: int) -> tuple[int, str]:
    word = words[end - 1] if end else ""
    if len(word) == 5 and word.isdecimal():
        return end - 1, word
    if found := _CODE_AND_FOUR.fullmatch(word):
        return end - 1, found[1]
    if end > 1 and [len(word) for word in words[end - 2 : end] if word.isdecimal()] == [5, 4]:
        return end - 2, words[end - 2]  # "62704 1234"
    return end, ""


def _before_state(words: list[str], end: int) -> tuple[int, str]:
    word = words[end - 1] if end else ""
    if word in _ENDS_OF_STATE:
        for size in range(min(_MOST_WORDS, end), 1, -1):
            if state := STATES.get(" ".join(words[end - size : end])):
                return end - size, state
    state = STATES.get(word, "")
    return (end - 1, state) if state else (end, "")


def _city(words: list[str], shape: str, end: int, state: str) -> tuple[int, str, str]:
    """Where the city begins: the longest name before the state that the table has, else what stands after a comma."""
    cities = cities_of(state)
    comma = shape.rfind(",", 0, end) + 1
    for start in range(max(comma, end - _MOST_WORDS), end):
        city = " ".join(words[start:end])
        codes = cities.get(city)
        if codes and (start == comma or not _UNIT_IN_CITY.match(shape, start - 1)):
            return start, city, codes
    if state and comma and _UNKNOWN_CITY.fullmatch(shape, comma, end):
        return comma, " ".join(words[comma:end]), ""
    return end, "", ""


_MILITARY = frozenset({"APO", "FPO", "DPO"})  # no places: one may stand for another
_NOT_OF_CITY = "The postal code is not one of the city written."


def lack_of(last: LastLine, *, trailing: bool) -> str:
    """What the last line lacks, as a sentence, or nothing; `trailing` if words stand between it and the delivery line."""
    if last.code and last.state == last.stated != "" and last.code in last.codes:
        return ""
    if last.code and not last.state:
        return "There is no such postal code."
    if not last.state:
        return "City and state, or the postal code, are missing."
    if last.stated and last.stated != last.state:
        return "The postal code belongs to another state than the one written."
    if last.code and last.city and is_elsewhere(last, last.city):
        return _NOT_OF_CITY
    if last.code and (last.stated or not (last.city or trailing)):
        return ""
    if last.codes and not trailing:
        return ""
    return "The state has no such city: write city, state and postal code."


def is_elsewhere(last: LastLine, city: str) -> bool:
    """Whether the table knows a city of this name, and not where the last line is."""
    if last.state in MILITARY_STATES:
        return city not in _MILITARY and is_city(city)
    if not last.code:
        return city != last.city and is_city(city)
    codes = cities_of(last.state).get(city, "")
    return last.code not in codes and bool(codes or is_city(city)) and not has_name(last.code, city)
