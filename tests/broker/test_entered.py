"""No look without an entry in the log, where the broker was told of one: what proves it, and what does not."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import entered as entering
from brokered import DIGEST, NOBODY, NOW, ONE, SEVERAL, Json, Trial, request
from entered import IN_FORCE, Town, look, town
from safeconduct import preflight
from safeconduct.broker import issue, store
from safeconduct.broker import look as looking
from safeconduct.broker.issue import Desk
from safeconduct.broker.look import Broker
from safeconduct.broker.reply import Answer, Outcome, Reply
from safeconduct.broker.settings import settings
from safeconduct.broker.store import Spent
from safeconduct.core import permit as permits
from safeconduct.core.cases import cases
from safeconduct.core.log import uses
from safeconduct.core.log.entries import Kind, read
from safeconduct.core.log.entries import Outcome as Heard
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.uses import Compared, Entered
from safeconduct.core.permit import Signed
from safeconduct.keys import desk
from safeconduct.logbook import bodies
from safeconduct.shelf import Misplaced
from safeconduct.town.log import Neighbours

MINUTE = dt.timedelta(minutes=1)
ASKED = request()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A broker that was told of a log."""
    return town(tmp_path_factory.mktemp("entered"), most_alike=1000)


@pytest.fixture
def broker(here: Town) -> Iterator[Broker]:
    with here.at.broker() as made:
        yield made


def said(permit: Json) -> bytes:
    """What the permit's entry is to be opened to."""
    signed = permits.read(permit)
    assert isinstance(signed, Signed)
    return signed.permit.signed_bytes


def counted(here: Town) -> tuple[int, int, int]:
    """Permits and entries used, and looks counted, as the store has them."""
    with sqlite3.connect(here.at.folder / "store" / "broker.sqlite") as kept:
        found = [kept.execute(f"SELECT {what}").fetchone()[0] for what in (
            "(SELECT count(*) FROM used)", "(SELECT count(*) FROM entered)", "(SELECT count FROM looks)")]  # fmt: skip
    kept.close()
    return found[0], found[1], found[2]


def test_a_look_that_was_entered_is_made_once(here: Town, broker: Broker) -> None:
    before = counted(here)
    permit = here.permit(ASKED)
    assert looking.look(permit, ASKED, broker, NOW).found is Outcome.ONE
    assert looking.look(permit, ASKED, broker, NOW).why == "the permit was used before"
    assert counted(here) == tuple(one + 1 for one in before)


def with_entry(entry: Callable[[Town, Json], object]) -> Callable[[Town], Json]:
    def made(here: Town) -> Json:
        permit = here.at.permit(ASKED)
        return {**permit, "entry": entry(here, permit)}

    return made


def _elsewhere(here: Town, permit: Json) -> Json:
    folder = here.at.folder / "elsewhere"
    folder.mkdir()
    return town(folder).entered(look(said(permit)))


def _turned(here: Town, permit: Json) -> Json:
    """The entry that is shown is another than stands there."""
    shown, other = here.entered(look(said(permit))), here.entered(look(b""))
    return {**shown, "entry": other["entry"]}


def _salted(here: Town, permit: Json) -> Json:
    """Another's opening."""
    shown, other = here.entered(look(said(permit))), here.entered(look(said(permit)))
    return {**shown, "openings": other["openings"]}


OTHER = "sha256:" + "1" * 64
NOT_ENTERED: dict[str, Callable[[Town], Json]] = {
    "has no proof with it that it was entered in the log": lambda here: here.at.permit(ASKED),
    "the proof that the permit was entered cannot be read": with_entry(lambda *_: {"format": "safeconduct disclosure v1"}),
    "is not believed: no log of the policy has signed it": with_entry(_elsewhere),
    "is not believed: the path does not lead": with_entry(_turned),
    "is not believed: what is shown as the request is not what was committed to": with_entry(_salted),
    "the permit was entered as a decision, which is none of look": with_entry(
        lambda here, permit: here.entered(
            look(said(permit), kind=Kind.DECISION, outcome=Heard.RELEASED,
                 body={**entering.ASKER, "decision": DIGEST, "look": 0, "reviewers": []}))),
    "the entry is of something else than the permit": with_entry(
        lambda here, _: here.entered(look(said(here.at.permit(ASKED))))),
    "the entry's request is not opened": with_entry(
        lambda here, permit: here.entered(look(said(permit)), "asker")),
    "under another digest of the pack": with_entry(
        lambda here, permit: here.entered(look(said(permit)), under=replace(IN_FORCE, pack=OTHER))),
    "under another digest of the orders": with_entry(
        lambda here, permit: here.entered(look(said(permit)), under=replace(IN_FORCE, orders=OTHER))),
}  # fmt: skip


@pytest.mark.parametrize("why", NOT_ENTERED)
def test_what_was_not_entered_opens_nothing_and_is_not_used(here: Town, broker: Broker, why: str) -> None:
    permit = NOT_ENTERED[why](here)
    before = counted(here)
    reply = looking.look(permit, ASKED, broker, NOW)
    assert reply.answer is Answer.REFUSED
    assert why in reply.why
    assert counted(here) == before
    entry = here.entered(look(said(permit)))
    assert looking.look({**permit, "entry": entry}, ASKED, broker, NOW).answer is Answer.LOOKED


@pytest.mark.parametrize(
    ("later", "why"),
    [(-6, "the permit was entered in the future: the broker's clock or the witnesses' is wrong"), (-5, ""), (899, ""),
     (900, "the permit was entered too long ago: its checkpoint was witnessed fifteen minutes ago or more")],
)  # fmt: skip
def test_a_checkpoint_is_good_for_as_long_as_a_permit_and_a_few_seconds_ahead(
    here: Town, broker: Broker, later: int, why: str
) -> None:
    now = NOW + dt.timedelta(seconds=later)
    permit = here.at.permit(ASKED, now)
    before = counted(here)
    reply = looking.look({**permit, "entry": here.entered(look(said(permit)))}, ASKED, broker, now)
    assert (reply.answer, reply.why) == (Answer.REFUSED if why else Answer.LOOKED, why)
    assert (counted(here) == before) is bool(why)


def test_an_entry_does_not_stand_for_the_desk_s_signature(here: Town, broker: Broker) -> None:
    permit = here.permit(ASKED)
    other = permits.written(permits.read(permit).permit, desk.signs(here.at.folder / "desk.key", b""))  # type: ignore[union-attr]
    reply = looking.look({**other, "entry": permit["entry"]}, ASKED, broker, NOW)
    assert reply.why == "the permit is not signed by the desk"


def test_a_witness_that_is_lacking_is_noticed(here: Town, broker: Broker) -> None:
    permit = here.permit(ASKED)
    proof = permit["entry"]["proof"].splitlines(keepends=True)
    kept = "".join(line for line in proof if "witness-2" not in line)
    reply = looking.look({**permit, "entry": {**permit["entry"], "proof": kept}}, ASKED, broker, NOW)
    assert "is not believed: the quorum `both` has not cosigned it" in reply.why


def test_a_policy_without_witnesses_says_nothing_of_when(here: Town, broker: Broker) -> None:
    assert broker.settings.log is not None
    alone = replace(broker.settings.log, witnesses=(), groups=(), quorum="none")
    without = replace(broker, settings=replace(broker.settings, log=alone))
    reply = looking.look(here.permit(ASKED), ASKED, without, NOW)
    assert reply.why == "no witness says when the permit was entered: the policy asks for none"


# Once


def test_an_entry_is_known_whatever_proof_of_it_is_shown_and_from_that_of_another_log() -> None:
    tags = [
        Entered(origin, index).known_by for origin, index in (("a", 1), ("a", 11), ("a1", 1), ("a\n1", 1), ("a", 1))
    ]
    assert (len(set(tags)), tags[0]) == (4, tags[4])


def test_one_entry_serves_one_permit(tmp_path: Path) -> None:
    store.make(tmp_path / "store")
    with store.Store(tmp_path / "store") as kept:
        assert kept.use(b"a", [], 1, 1, b"entry") == store.Used(1, 0)
        assert kept.use(b"b", [], 1, 1, b"entry") is Spent.ENTRY
        assert kept.use(b"a", [], 1, 1, b"other") is Spent.PERMIT
        assert kept.use(b"b", [], 1, 1, b"other") == store.Used(2, 0)


def test_an_entry_used_is_used_in_every_proof_and_after_a_new_beginning(here: Town) -> None:
    permit = here.permit(ASKED)
    with here.at.broker() as broker:
        assert looking.look(permit, ASKED, broker, NOW).answer is Answer.LOOKED
    with here.at.broker() as broker:
        entry = broker.settings.log and uses.entered(
            permit["entry"], uses.of_permit(_permit(permit)), broker.settings.log, NOW
        )
        assert isinstance(entry, Entered)
        assert broker.store.use(b"another permit", [], 1, 1, entry.known_by) is Spent.ENTRY


def _permit(said: Json) -> permits.Permit:
    signed = permits.read(said)
    assert isinstance(signed, Signed)
    return signed.permit


# The old way


def test_where_the_broker_was_told_of_no_log_the_desk_speaks_for_the_entry(here: Town, at: Trial) -> None:
    with at.broker() as broker:
        assert at.look(broker).answer is Answer.LOOKED
        carried = {**at.permit(ASKED), "entry": here.permit(ASKED)["entry"]}
        assert looking.look(carried, ASKED, broker, NOW).answer is Answer.LOOKED


@pytest.mark.parametrize("entry", [None, [], "x"])
def test_an_entry_that_is_none_is_no_proof(here: Town, broker: Broker, entry: object) -> None:
    reply = looking.look({**here.at.permit(ASKED), "entry": entry}, ASKED, broker, NOW)
    assert "that the permit was entered" in reply.why or "no proof with it" in reply.why


def test_a_policy_that_others_may_change_or_that_is_none_is_not_used(tmp_path: Path) -> None:
    made = town(tmp_path)
    policy = tmp_path / "policy.txt"
    policy.chmod(0o664)
    with pytest.raises(Misplaced, match="may be changed by others"):
        settings(made.at.config)
    policy.chmod(0o644)
    policy.write_text("quorum\n")
    with pytest.raises(Misplaced, match="is no policy of a log: line 1"):
        settings(made.at.config)
    policy.unlink()
    with pytest.raises(Misplaced, match="cannot be read"):
        settings(made.at.config)


def test_a_broker_says_whose_log_is_no_evidence(here: Town) -> None:
    told = settings(here.at.config)
    assert told.log is not None
    assert not told.log.evidence


# Looks, counted twice


@pytest.mark.parametrize("step", [1, 16])
def test_the_broker_s_counter_is_the_log_s(tmp_path: Path, step: int) -> None:
    made = town(tmp_path, step=step)
    with made.at.broker() as broker:
        replies: list[Reply] = [made.look(broker, **subject) for subject in (ONE, NOBODY, SEVERAL, ONE)]
        unproved = looking.look(made.at.permit(ASKED), ASKED, broker, NOW)
    assert unproved.answer is Answer.REFUSED
    found = made.opened()
    compared = Compared(uses.looks(found), replies[-1].look)
    assert (compared, compared.unmade, compared.unentered) == (Compared(4, 4), 0, 0)
    assert len(found) == 4 * step
    if step > 1:
        assert sum(entry.kind is Kind.LOOK for entry, _ in found) > 4, "no decoy was drawn that looks like a look"


def test_a_permit_that_lapsed_and_a_look_without_an_entry_show_when_they_are_compared(tmp_path: Path) -> None:
    made = town(tmp_path)
    with made.at.broker() as broker:
        lapsed = looking.look(made.permit(ASKED), ASKED, broker, NOW + 15 * MINUTE)
        looked = made.look(broker)
    assert (lapsed.why, looked.look) == ("the permit has expired: it held for fifteen minutes", 1)
    compared = Compared(uses.looks(made.opened()), looked.look)
    assert (compared.unmade, compared.unentered) == (1, 0)
    assert (Compared(1, 3).unmade, Compared(1, 3).unentered) == (0, 2)


# The town's desk


ON = dt.datetime(2025, 8, 1, 12, tzinfo=dt.UTC)


def permitted(**changed: object) -> Json:
    """A request that the law of that day permits."""
    [worked] = [case.request for case in cases(preflight.opened().pack) if case.name == "W-01"]
    assert isinstance(worked, dict)
    return {**worked, **changed}


def issued(made: Town, **changed: object) -> Json | Refused:
    by = Desk(made.at.folder / "desk.key", "town", made.at.folder / "logbook.toml")
    return issue.issue(permitted(**changed), by, ON)


def test_the_town_s_desk_enters_a_look_that_the_law_permits_and_no_other(tmp_path: Path) -> None:
    made = town(tmp_path)
    permit = issued(made)
    assert not isinstance(permit, Refused), permit
    with made.at.broker() as broker:
        assert looking.look(permit, permitted(), broker, ON).answer is Answer.LOOKED
    found = issued(made, officers=[])
    assert isinstance(found, Refused)
    assert "the law does not permit it" in found.why
    assert len(made.public()) == 1


def test_the_town_s_desk_enters_the_clause_in_the_pack_s_own_spelling_and_who_asks_for_the_offices_alone(
    tmp_path: Path,
) -> None:
    made = town(tmp_path)
    assert not isinstance(issued(made, authority="Section 6103(i)(2) of Title 26, U.S.C."), Refused)
    [entry] = made.public()
    assert read(entry).authority == "26 USC 6103(i)(2)"
    found = bodies.opened(made.log.state, read(entry).body, tmp_path / "inspector.key")
    assert found == (Kind.LOOK, {
        "agency": "DHS", "agreements": ["treasury-dhs-2025-04-07"], "officers": ["T. Okafor"], "signatory": "A. Secretary",
    })  # fmt: skip


def test_what_no_body_holds_is_not_entered(tmp_path: Path) -> None:
    made = town(tmp_path)
    [officer] = permitted()["officers"]
    found = issued(made, officers=[{**officer, "name": "Okafor " * 40}])
    assert isinstance(found, Refused)
    assert found.why == "the look is not entered: no such body can be: the `officers` of a body is not of its form"


def test_without_witnesses_there_is_no_permit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object) -> None:
        raise OSError("nobody answers")

    made = town(tmp_path)
    monkeypatch.setattr(Neighbours, "__call__", nobody)
    found = issued(made)
    assert isinstance(found, Refused)
    assert "the look is not entered: no checkpoint holds it yet" in found.why
