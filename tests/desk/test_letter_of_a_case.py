"""The letter of a case is what its asker may read of it, on the day: in full before the look, and after it one of two."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from desked import FOUNDED, RECEIVED, Json, Lay, Stages, World, new_id, why
from lettered import ENGLISH, SPANISH, read, text
from safeconduct.cli import app
from safeconduct.core.case.case import FIRST
from safeconduct.core.case.commands import RefuseFirst, Withdraw
from safeconduct.core.log import disclosures, proofs
from safeconduct.desk import letters, loaded
from safeconduct.desk.desk import Done
from safeconduct.desk.letters import Asked
from safeconduct.journal.journal import reading
from safeconduct.letters import typeset
from safeconduct.letters.letter import Custodian, Kind, Language, Letter
from safeconduct.letters.signing import ATTACHED

LATER = 20.0
"""Days after which every request was answered."""


def written(world: World, case_id: str, language: Language = ENGLISH) -> bytes:
    made = letters.written(world.desk(), case_id, language)
    assert isinstance(made, bytes), made
    return made


def received(world: World, **changed: Any) -> str:  # noqa: ANN401  # any of its fields
    """The case of a request that is taken in, some of it changed."""
    done = world.receive(world.request(**changed))
    assert isinstance(done, Done), done
    return done.stream


def person_of(world: World, case_id: str) -> Json:
    """Whom the request of a case asks about."""
    request: Any = world.case(case_id).request
    return dict(request["subject"])


def unsigned(world: World, case_id: str) -> Letter:
    """The letter as a value."""
    desk, gate = world.desk(), world.gate
    with reading() as at:
        held = loaded.case(at, case_id)
    asked = Asked(Custodian("C", ("A",)), ENGLISH, gate.on, desk.laws.policy(gate), desk.laws.opened(gate).pack.files)
    made = letters.of_case(held, asked)
    assert isinstance(made, Letter), made
    return made


def test_a_request_that_is_sent_back_is_told_what_is_missing_and_until_when(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    subject = {**world.request()["subject"], "address": "Failed to Provide 90001"}
    case = world.case(received(world, subject=subject, reason=None))
    english, spanish = (text(written(world, case.id, one)) for one in (ENGLISH, SPANISH))
    assert "Your request is incomplete" in english
    assert "The request does not set forth an address of the taxpayer." in english
    assert "Su solicitud está incompleta" in spanish
    assert "La solicitud no indica una dirección del contribuyente." in spanish
    due = dt.date.fromisoformat(case.sent_back_until)
    assert f"{due.day}, {due.year}" in english
    assert f"{due.day} de " in spanish
    assert not dict(read(written(world, case.id)).attachments)


def test_a_request_that_was_not_completed_in_time_is_told_so(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    case_id = received(world, reason=None)
    world.later(days=60)
    world.tick()
    assert world.case(case_id).state == "refused"
    assert "was not completed by the end of" in text(written(world, case_id))


def test_a_refusal_is_told_with_its_reasons_and_proved_from_the_log(lay_sqlite: Lay) -> None:
    world = lay_sqlite()
    case_id = received(world, purpose="civil_removal")
    world.tick()
    case, made = world.case(case_id), written(world, case_id)
    assert "No clause opens these records for civil immigration enforcement." in text(made)
    [proof] = read(made).attachments[ATTACHED]
    logged = case.entered("decision")
    assert logged is not None
    shown = disclosures.read(dict(logged.shown))
    assert proofs.read(proof) == shown.proof
    assert not getattr(proofs.verified(proofs.read(proof), shown.entry, world.told_log.policy), "why", "")


def test_what_the_first_reviewer_wrote_is_told_as_it_was_written(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("kin_denied")
    case = world.case(stages.case)
    said = world.say(RefuseFirst(new_id(), case.person(FIRST), case.id, "The *exhibit* is another's.", "Give yours."))
    assert not why(said)
    spanish = text(written(world, case.id, SPANISH))
    assert (
        "Revisión de la solicitud Regla review.first The *exhibit* is another's. Cómo subsanarlo: Give yours."
        in spanish
    )


@pytest.mark.parametrize("stage", [RECEIVED, "drawn", "passed", "looked", "second_decided", "cooling"])
def test_until_its_day_there_is_no_letter_and_nothing_tells_how_far_it_has_come(
    lay_sqlite: Lay, stages: Stages, stage: str
) -> None:
    world = lay_sqlite(stage)
    said = why(letters.written(world.desk(), stages.case, ENGLISH))
    before = stage in {RECEIVED, "drawn"}
    until = world.case(stages.case).answer_on
    assert said.startswith("there is no letter of a request that is ")
    assert said.endswith("ruled" if stage == RECEIVED else "first review" if before else f"under review until {until}")


def test_what_is_not_released_is_told_in_the_same_bytes_whatever_became_of_it(lay_sqlite: Lay, stages: Stages) -> None:
    made = set()
    for stage in ("passed", "permitted", "look_logged", "looked", "first_decided", "second_decided"):
        world = lay_sqlite(stage)
        world.later(days=LATER)
        for _ in range(2):  # answered, and the answer entered
            world.tick()
            letter = unsigned(world, stages.case)
            assert letter.kind is Kind.NOT_RELEASED
            made.add(typeset.pdf(letter))
        case = world.case(stages.case)
        entered = case.entered("decision")
        assert entered is not None
        assert entered.at.date().isoformat() >= case.answer_on, "when it was entered would tell what was found"
        assert letters.proof(case, letter.kind) is not None
        world.close()
    assert len(made) == 1


def test_what_is_released_is_told_on_its_day_with_the_proof(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("cooling")
    day = dt.date.fromisoformat(world.case(stages.case).answer_on)
    world.later(days=(day - FOUNDED.date()).days)
    world.enter()
    made = written(world, stages.case)
    assert "What the law allows of it is released" in text(made)
    assert ATTACHED in read(made).attachments
    assert unsigned(world, stages.case).of.day == day


def test_nothing_of_the_person_asked_about_is_in_any_letter(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("cooling")
    kept = {
        **person_of(world, stages.case),
        "tin": "911-70-5678",
        "name": "Zebediah Quintanilla-Ostrowski",
        "given_name": "Zebediah",
    }
    kept |= {"family_name": "Quintanilla-Ostrowski", "birth_date": "1961-03-07"}
    incomplete = received(world, subject=kept, reason=None)
    refused = received(world, subject=kept, purpose="civil_removal", request_id="R-2")
    world.later(days=LATER)
    world.enter()
    for case_id in (stages.case, incomplete, refused):
        of = person_of(world, case_id)
        for language in (ENGLISH, SPANISH):
            said = text(written(world, case_id, language)).lower()
            assert [name for name, one in of.items() if one and str(one).lower() in said] == []


def test_a_withdrawn_request_has_no_letter(lay_sqlite: Lay, stages: Stages) -> None:
    world = lay_sqlite("passed")
    world.desk().of_asker(Withdraw(new_id(), "portal", stages.case))
    assert why(letters.written(world.desk(), stages.case, ENGLISH)).endswith("withdrawn")


def run(world: World, *words: str) -> tuple[int, str]:
    """A command of the desk, in the town's folder."""
    done = CliRunner().invoke(app, ["case", "letter", *words, "--desk", str(world.folder / "desk.toml")])
    return done.exit_code, done.output


def test_the_command_writes_it_or_says_why_not(lay_sqlite: Lay, tmp_path: Path) -> None:
    world = lay_sqlite()
    case_id, out = received(world, reason=None), tmp_path / "letter.pdf"
    world.close()
    code, said = run(world, case_id, "--out", str(out), "--language", "es")
    assert (code, said.strip()) == (0, str(out))
    assert "Su solicitud" in text(out.read_bytes())
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["letter.pdf"]
