"""Stops as the gate reads them: what cannot be read, or of which it cannot be told what it bears on, stops everything."""

from __future__ import annotations

import pytest

from cases import World, request
from safeconduct.core.gate import stops
from safeconduct.core.gate.stops import Stop, Target


@pytest.mark.parametrize("target", Target)
def test_a_stop_is_read_as_it_is_written(target: Target) -> None:
    one = Stop(target, "x", "why", ("y",))
    assert stops.read(stops.written(one)) == one


@pytest.mark.parametrize(
    "content", ["", "stop", "{}", '{"also":[],"of":"R-2","target":"somebody","why":""}', '{"of":1}', "[1]"]
)
def test_what_cannot_be_read_stops_everything(content: str) -> None:
    assert stops.read(content).target is Target.EVERYTHING
    assert stops.bearing({"s": stops.read(content)}, request()) == ["s"]


@pytest.mark.parametrize(
    ("stop", "bears"),
    [
        (Stop(Target.EVERYTHING, "", ""), True), (Stop(Target.REQUEST, "R-1", ""), True), (Stop(Target.REQUEST, "R-2", ""), False),
        (Stop(Target.REQUEST, "", ""), True), (Stop(Target.OFFICER, "RIVERA, J", ""), True), (Stop(Target.OFFICER, "John Rivera", ""), True),
        (Stop(Target.OFFICER, "A. Head", ""), True), (Stop(Target.OFFICER, "Maria Lopez", ""), False), (Stop(Target.OFFICER, "?", ""), True),
        (Stop(Target.AGENCY, "d.h.s.", ""), True), (Stop(Target.AGENCY, "Homeland Security", "", ("DHS",)), True),
        (Stop(Target.AGENCY, "Homeland Security", ""), False), (Stop(Target.AGENCY, "", ""), True),
    ],
)  # fmt: skip
def test_what_a_stop_bears_on(stop: Stop, *, bears: bool) -> None:
    assert stops.bearing({"s": stop}, request()) == (["s"] if bears else [])


@pytest.mark.parametrize(
    ("name", "other", "one"),
    [
        ("Alma Lund", "lund, alma", True),
        ("A. Lund", "Alma Lund", True),
        ("Alma Lund", "Alma Lundt", False),
        ("Алма", "Bo", True),
    ],
)
def test_in_doubt_two_names_are_one(name: str, other: str, *, one: bool) -> None:
    assert stops.may_be_one(name, other) == stops.may_be_one(other, name) == one


@pytest.mark.parametrize("person", ["lund", "sato", "novak", "haddad", "roy"])
def test_any_reviewer_counsel_or_inspector_stops_alone_and_at_once(person: str) -> None:
    world = World()
    world.stop(Target.EVERYTHING, by=person)
    assert world.gate.bearing(request()) == ["a stop"]


def test_a_stop_that_was_lifted_is_known_by_what_it_was() -> None:
    world = World()
    world.stop(Target.REQUEST, "R-1")
    assert world.gate.stops == {"a stop": Stop(Target.REQUEST, "R-1", "why")}
