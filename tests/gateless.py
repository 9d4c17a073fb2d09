"""Matchers with one gate removed, made of the match itself: the deck must catch each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from safeconduct.core.matching import Found, Match, OnFile, Sought, decide


def whoever_comes_first(sought: Sought, records: Sequence[OnFile]) -> Match:
    """Without uniqueness: the first record that would be found alone."""
    for at, one in enumerate(records):
        if decide(sought, [one]).found is Found.ONE:
            return Match(Found.ONE, at, "")
    return decide(sought, [])


def new_year_is_a_day(sought: Sought, records: Sequence[OnFile]) -> Match:
    """1 January as a full birth date: it is put a day later on both sides."""
    return decide(replace(sought, birth_date=_later(sought.birth_date)), [_born_later(one) for one in records])


def _born_later(one: OnFile) -> OnFile:
    return replace(one, birth_date=_later(one.birth_date))


def _later(day: str | None) -> str | None:
    return f"{day[:4]}-01-02" if day and day.endswith("-01-01") else day


def contradictions_are_ignored(sought: Sought, records: Sequence[OnFile]) -> Match:
    """What differs is not on file."""
    return decide(sought, [_agreeing(sought, one) for one in records])


def _agreeing(sought: Sought, one: OnFile) -> OnFile:
    return replace(
        one,
        birth_date=one.birth_date if one.birth_date == sought.birth_date else None,
        number=one.number if one.number == sought.number else None,
        name=replace(one.name, suffix=sought.name.suffix),
        deceased=False,
    )


def name_and_address_alone(sought: Sought, records: Sequence[OnFile]) -> Match:
    """Without a second factor: everybody has the birth date and the number that are asked for."""
    asked = replace(sought, birth_date="1970-05-05", number="912345678")
    return decide(asked, [replace(one, birth_date="1970-05-05", number="912345678") for one in records])
