"""The founding of a custodian's own gate: who is named, by which two persons, once; and what of it is not taken."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desked import Lay, World
from safeconduct.core.log import controls
from safeconduct.core.log.refusals import Refused
from safeconduct.desk import founding
from safeconduct.desk.desk_commands import app
from safeconduct.shelf import Misplaced

PEOPLE = """\
by = ["f.novak", "t.berg"]

[[person]]
person = "f.novak"
name = "Filip Novak"
office = "counsel"
roles = ["counsel"]
key = "people/f.novak.pem"

[[person]]
person = "t.berg"
name = "Tomas Berg"
office = "administration"
roles = ["administrator"]
key = "people/t.berg.pem"

[[person]]
person = "isolde-kirkbridge"
name = "Isolde Kirkbridge"
office = "DEA"
roles = ["officer"]
key = "people/isolde-kirkbridge.pem"
recipient = "people/isolde-kirkbridge-sealing.pem"
"""
ON = dt.date(2026, 11, 30)


def written(world: World, *changed: tuple[str, str]) -> Path:
    said = PEOPLE
    for old, new in changed:
        assert old in said
        said = said.replace(old, new)
    path = world.folder / "founding.toml"
    path.write_text(said, encoding="utf-8")
    return path


def test_a_founding_sets_pack_program_orders_people_their_keys_and_to_whom_is_sealed(lay_sqlite: Lay) -> None:
    people, by = founding.read(written(lay_sqlite()))
    said = founding.control("us_irc_6103", people, by, ON)
    assert isinstance(said, controls.Control)
    parts = {(one.subject, one.name) for one in controls.parts_of(said)}
    assert {("pack", "us_irc_6103"), ("engine", "safeconduct"), ("role", "t.berg"), ("key", "f.novak")} <= parts
    assert {name for subject, name in parts if subject == "recipient"} == {"isolde-kirkbridge"}
    assert any(subject == "order" for subject, _ in parts)
    assert founding.facts(said)["digest"] == said.digest


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (('by = ["f.novak", "t.berg"]', 'by = ["f.novak"]'), "two persons of two offices"),
        (('office = "administration"', 'office = "Counsel"'), "two persons of two offices"),
        (('by = ["f.novak", "t.berg"]', 'by = ["f.novak", "nobody"]'), "named among the people"),
        (('person = "t.berg"', 'person = "f.novak"'), "two people bear one id"),
    ],
)
def test_it_takes_two_persons_of_two_offices_whom_it_names_itself(
    lay_sqlite: Lay, changed: tuple[str, str], why: str
) -> None:
    people, by = founding.read(written(lay_sqlite(), changed))
    said = founding.control("us_irc_6103", people, by, ON)
    assert isinstance(said, Refused)
    assert why in said.why


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (('roles = ["counsel"]', 'roles = ["king"]'), "person 1: .*is none of"),
        (('roles = ["counsel"]', "roles = []"), "person 1 .*has no role"),
        (('key = "people/f.novak.pem"', 'key = "people/nobody.pem"'), "nobody.pem: cannot be read"),
        (('key = "people/f.novak.pem"', 'key = "founding.toml"'), "no X.509 certificate"),
        (('name = "Filip Novak"\n', ""), "person 1: .*has not the fields"),
        (('recipient = "people/isolde-kirkbridge-sealing.pem"', 'recipient = "desk.pem"'), "no X.509 certificate"),
        (('by = ["f.novak", "t.berg"]', 'from = "nowhere"'), "is no founding"),
        (('by = ["f.novak", "t.berg"]', "by = ["), "is no TOML"),
    ],
)
def test_what_is_wrong_with_it_is_named_with_the_person(lay_sqlite: Lay, changed: tuple[str, str], why: str) -> None:
    path = written(lay_sqlite(), changed)
    with pytest.raises(Misplaced, match=why):
        founding.read(path)


def test_a_gate_is_founded_once(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    people, by = founding.read(written(world))
    said = founding.control("us_irc_6103", people, by, world.now.date())
    assert isinstance(said, controls.Control)
    before = world.kinds("gate")
    why = founding.found(world.desk(), said)
    assert why is not None
    assert "founded already" in why.why
    assert world.kinds("gate") == before


def test_the_command_prints_what_two_persons_compare_and_enters_nothing_when_it_is_dry(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    path, before = written(world), world.kinds("gate").count("controlled")
    world.close()
    done = CliRunner().invoke(app, ["found", str(path), "--dry", "--desk", str(world.folder / "desk.toml")])
    assert done.exit_code == 0, done.output
    assert "digest  sha256:" in done.output
    assert "recipient  1" in done.output
    assert world.kinds("gate").count("controlled") == before
    world.close()
    done = CliRunner().invoke(app, ["found", str(path), "--desk", str(world.folder / "desk.toml")])
    assert done.exit_code == 1
    assert "founded already" in done.output
