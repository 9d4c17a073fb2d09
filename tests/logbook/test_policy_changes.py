"""A change of whom to believe is followed by whoever believed the old policy, and by nothing less."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from logged import Log, log
from safeconduct import preflight
from safeconduct.core.log import notes, policy, policy_changes
from safeconduct.core.log.controls import Control, Person, digest_of
from safeconduct.core.log.disclosures import Disclosure, written
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Policy
from safeconduct.core.log.refusals import Refused
from safeconduct.keys import log as keys
from safeconduct.keys.log import Role
from safeconduct.logbook import entering, keeping
from safeconduct.logbook.keeping import Kept

OPENED = preflight.opened()
TWO = (Person("A. Lund", "counsel"), Person("B. Moss", "privacy office"))
TODAY, IN_THIRTY_DAYS = "2026-11-30", "2026-12-30"


@pytest.fixture
def town(tmp_path: Path) -> Log:
    return log(tmp_path)


def text(of: Log, *drop: str, add: str = "") -> str:
    """The town's policy, some lines of it dropped and some added."""
    lines = (of.folder / "policy.txt").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(drop or ("\0",))) + add


def entered(
    of: Log,
    new: str,
    *,
    by: tuple[Person, ...] = TWO,
    on: str = TODAY,
    subject: str = "witness policy",
    after: str = "",
) -> list[Disclosure]:
    with of.writer() as writer:
        at = Kept(of.told, writer, OPENED, lambda: of.now)
        return keeping.entered_and_shown(
            at, Control(subject, digest_of(after or text(of)), "set", new, digest_of(new), by, on)
        )


def one_witness(of: Log) -> str:
    """The policy with the quorum of one witness alone: more is believed by it."""
    return text(of, "quorum", add="quorum witness-1\n".replace("witness-1", "both")).replace("both all", "both any")


def without_a_key(of: Log) -> str:
    """The policy without the log's first key: less is believed by it."""
    first, *_ = [line for line in text(of).splitlines() if line.startswith("log ")]
    return text(of, first)


def test_to_believe_a_key_no_longer_is_followed_at_once(town: Log) -> None:
    new = without_a_key(town)
    assert policy_changes.followed(text(town), entered(town, new), TODAY) == new


def test_a_change_that_widens_is_followed_after_thirty_days_and_not_before(town: Log) -> None:
    new = one_witness(town)
    change = entered(town, new, on=IN_THIRTY_DAYS)
    assert policy_changes.followed(text(town), change, IN_THIRTY_DAYS) == new
    assert policy_changes.followed(text(town), change, "2026-12-29") == Refused(
        f"it has effect on {IN_THIRTY_DAYS}, and not before"
    )
    hasty = entered(town, new, on="2026-12-29")
    assert policy_changes.followed(text(town), hasty, "2027-06-01") == Refused(
        "it widens, and was to have effect before 30 days in the log"
    )


def test_a_change_of_one_person_is_not_followed(town: Log) -> None:
    change = entered(town, without_a_key(town), by=TWO[:1])
    assert policy_changes.followed(text(town), change, TODAY) == Refused("it takes two persons of two offices")


def test_a_change_that_the_old_quorum_did_not_cosign_is_not_followed(
    town: Log, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = log(tmp_path_factory.mktemp("other"))
    assert isinstance(policy_changes.followed(text(town), entered(other, without_a_key(other)), TODAY), Refused)
    bare = [
        replace(one, proof=replace(one.proof, note=replace(one.proof.note, signatures=one.proof.note.signatures[:3])))
        for one in entered(town, without_a_key(town))
    ]
    assert policy_changes.followed(text(town), bare, TODAY) == Refused("the quorum `both` has not cosigned it")


@pytest.mark.parametrize(
    ("new", "subject", "why"),
    [("quorum nobody\n", "witness policy", "no policy"), ("quorum none\n", "stop", "sets no witness policy")],
)
def test_what_is_no_change_to_a_policy_is_not_followed(town: Log, new: str, subject: str, why: str) -> None:
    found = policy_changes.followed(text(town), entered(town, new, subject=subject), TODAY)
    assert isinstance(found, Refused)
    assert why in found.why


def test_parts_of_a_change_must_all_be_there(town: Log) -> None:
    new = text(town, add="# " + "x" * 15_000 + "\n")
    change = entered(town, new)
    assert len(change) > 1
    assert policy_changes.followed(text(town), change, TODAY) == new
    for some in (change[:-1], change[1:], change[::-1]):
        assert isinstance(policy_changes.followed(text(town), some, TODAY), Refused)


def test_a_change_without_its_statement_opened_shows_nothing(town: Log) -> None:
    closed = [replace(one, openings={}) for one in entered(town, without_a_key(town))]
    assert policy_changes.followed(text(town), closed, TODAY) == Refused(
        "what is shown is no control whose statement is opened"
    )


def test_a_change_is_read_as_it_is_written(town: Log) -> None:
    change = entered(town, without_a_key(town))
    assert policy_changes.read(json.loads(json.dumps([written(one) for one in change]))) == change
    several: list[object] = [{}, [], [{}], "x"]
    for spoiled in several:
        with pytest.raises(Malformed):
            policy_changes.read(spoiled)


def test_an_old_change_does_not_lead_back_to_an_old_policy(town: Log) -> None:
    """A key was added, then stolen and taken out: whoever has the first change cannot make anybody believe it again."""
    added, first = text(town, add=""), without_a_key(town)
    change_out = entered(town, first)
    assert policy_changes.followed(added, change_out, TODAY) == first
    back = entered(town, added, on=IN_THIRTY_DAYS, after=first)
    assert policy_changes.followed(first, back, IN_THIRTY_DAYS) == added
    again = policy_changes.followed(added, back, IN_THIRTY_DAYS)
    assert again == Refused("it takes the place of another policy than that one")


def test_a_change_that_is_dated_back_waits_all_the_same(town: Log) -> None:
    new = one_witness(town)
    one = Control("witness policy", digest_of(text(town)), "set", new, digest_of(new), TWO, TODAY)
    with town.writer() as writer:
        at = Kept(town.told, writer, OPENED, lambda: town.now)
        later, town.now = town.now, town.now - dt.timedelta(days=31)
        numbers, made = at.enter(entering.control(one))
        town.now = later
        at.publish()
        change = [at.shown(number, each, ["statement"]) for number, each in zip(numbers, made, strict=True)]
    assert change[0].entry[:4000].count(b"2026-10-30") == 1
    found = policy_changes.followed(text(town), change, TODAY)
    assert found == Refused("it widens, and was to have effect before 30 days in the log")


# A key that takes over from another


def test_while_one_key_takes_over_from_another_both_sign_and_nobody_is_left_behind(town: Log) -> None:
    old, before = town.told.policy, text(town)
    keys.make(town.folder / "log-2.key", quantum_safe=False)
    later = keys.signer(town.folder / "log-2.key", "town.example/log", Role.LOG).key
    new = text(town).replace("witness witness-1", f"log {later}\nwitness witness-1", 1)
    town.holds(b"before")
    assert policy_changes.followed(before, entered(town, new, on=IN_THIRTY_DAYS), IN_THIRTY_DAYS) == new
    (town.folder / "policy.txt").write_text(new)
    config = town.folder / "logbook.toml"
    config.write_text(config.read_text().replace('"log.key"', '"log.key", "log-2.key"'))
    town.holds(b"overlap")
    note = notes.read((town.served / "checkpoint").read_bytes())
    followers = [policy.believed(note, one) for one in (old, policy.read(new), policy.read(without_a_key(town)))]
    assert all(isinstance(one, policy.Believed) for one in followers)
    assert not town.checkpoint.unsigned_by(town.told.policy)
    last = without_a_key(town)
    assert policy_changes.followed(new, entered(town, last), TODAY) == last


# What widens


def changed(of: Log, new: str) -> tuple[Policy, Policy]:
    return of.told.policy, policy.read(new)


def test_what_widens_and_what_does_not(town: Log) -> None:
    key = "log " + next(line for line in text(town).splitlines() if line.startswith("witness witness-2")).split()[2]
    names = {"witness-1": "witness-2", "witness-2": "witness-1"}
    swapped = re.sub(r"witness-[12](?=\s)", lambda found: names[found[0]], text(town))
    assert not policy_changes.widens(*changed(town, text(town)))
    assert not policy_changes.widens(*changed(town, swapped)), "names mean nothing outside of a policy"
    assert not policy_changes.widens(*changed(town, without_a_key(town)))
    assert policy_changes.widens(*changed(town, one_witness(town)))
    assert policy_changes.widens(*changed(town, text(town, "group", "quorum", add="quorum none\n")))
    assert policy_changes.widens(
        *changed(town, text(town, "witness witness-2", "group", "quorum", add=f"{key}\nquorum witness-1\n"))
    )
    assert policy_changes.widens(*changed(town, text(town, "group", "quorum", add="quorum witness-1\n")))
