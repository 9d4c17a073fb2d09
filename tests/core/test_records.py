"""Records as documents and back, strictly: each has one form, and nothing else is one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pytest

from cases import World
from safeconduct.core import records
from safeconduct.core.case import events
from safeconduct.core.case.life import State
from safeconduct.core.gate import events as gate_events
from safeconduct.core.gate.commands import name
from safeconduct.core.log.lines import Malformed


class _Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class _Inner:
    at: dt.datetime


@dataclass(frozen=True)
class _Record:
    text: str
    truth: bool
    number: int
    raw: bytes
    colour: _Colour
    some: tuple[_Inner, ...]
    by: Mapping[str, bool | int | str | None]
    maybe: _Inner | None


AT = dt.datetime(2026, 11, 30, 15, 0, tzinfo=dt.UTC)
WHOLE = _Record("x", True, 1, b"\x00\xff", _Colour.RED, (_Inner(AT),), {"a": True, "b": 1, "c": "x", "d": None}, None)


def test_a_record_is_read_as_it_is_written() -> None:
    written = json.loads(json.dumps(records.document(WHOLE)))
    assert records.read(_Record, written) == WHOLE
    assert written["some"] == [{"at": "2026-11-30T15:00:00Z"}]


@pytest.mark.parametrize(
    "changed",
    [
        {"text": 1}, {"truth": 1}, {"number": True}, {"number": 1.5}, {"raw": "AP8"}, {"raw": "AP9="}, {"raw": "é"}, {"raw": "AP8=\n"},
        {"colour": "blue"}, {"some": {}}, {"some": [{"at": "2026-11-30"}]}, {"some": [{"at": "2026-11-30T15:00:00+00:00"}]},
        {"some": [{"at": "2026-11-30T15:00:60Z"}]}, {"some": [{"at": "2026-1-30T15:00:00Z"}]}, {"some": [{}]}, {"by": []},
        {"by": {"a": [1]}}, {"by": {"a": 0.5}}, {"maybe": 1}, {"more": 1},
    ],
)  # fmt: skip
def test_what_is_not_of_its_form_is_no_record(changed: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        records.read(_Record, {**records.document(WHOLE), **changed})


def test_what_lacks_a_field_is_no_record() -> None:
    written = records.document(WHOLE)
    for field in written:
        with pytest.raises(Malformed):
            records.read(_Record, {one: value for one, value in written.items() if one != field})
    with pytest.raises(TypeError):
        records.document("x")


def test_every_event_of_a_life_and_of_the_gate_comes_back_as_it_was() -> None:
    world = World().to(State.COOLING)
    kinds = {**events.KINDS, **gate_events.KINDS}
    for event in [*world.cases["c1"], *world.governed]:
        written = json.loads(json.dumps(records.document(event)))
        assert records.document(records.read(kinds[name(type(event))], written)) == written
