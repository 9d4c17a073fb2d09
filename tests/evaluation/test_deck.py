"""The deck: nobody wrong, every gate missed when it is gone, and the same again for the same seed."""

from __future__ import annotations

from random import Random

import pytest
from typer.testing import CliRunner

import gateless
from safeconduct.cli import app
from safeconduct.core.same_name import read
from safeconduct.evaluation import render
from safeconduct.evaluation.deck import Deck, Stratum, run
from safeconduct.evaluation.people import BEFORE, HERE, Chance, on_file, person
from safeconduct.evaluation.prevalence import stated
from safeconduct.evaluation.strata import STRATA
from safeconduct.evaluation.trials import Batch, Decide, Tally, tally

TRIALS = 3_000


@pytest.fixture(scope="module")
def deck() -> Deck:
    """A small deck."""
    return run(TRIALS, seed=11)


def test_every_stratum_stated_is_drawn_and_every_one_drawn_is_stated() -> None:
    assert list(STRATA) == list(stated())


def test_the_shares_of_requests_are_no_more_than_all() -> None:
    assert sum(one.absent + one.on_file for one in stated().values()) < 1
    assert sum(one.on_file for one in stated().values()) == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize("stratum", STRATA)
def test_nobody_who_differs_from_the_request_is_found(deck: Deck, stratum: str) -> None:
    found = next(one for one in deck.strata if one.stated.name == stratum)
    assert found.tally.trials == TRIALS
    assert found.tally.wrong == [0, 0]


def test_the_right_person_is_found_where_the_gates_allow(deck: Deck) -> None:
    assert deck.whole.of_ceiling >= 0.9
    assert deck.served_worse == []
    assert deck.good


def test_nobody_is_found_whom_the_file_has_at_no_such_address(deck: Deck) -> None:
    stale = next(one for one in deck.strata if one.stated.name == "stale_addresses")
    assert (stale.recall, stale.ceiling) == (0, 0)


def caught(by: Decide, stratum: str, trials: int) -> Deck:
    """What becomes of the deck's verdict when one stratum is decided by another matcher."""
    counted = tally(Batch(stratum, 11, 0, trials), by)
    return Deck(trials, 11, (Stratum(stated()[stratum], counted),))


@pytest.mark.parametrize("stratum", ["namesakes", "juniors", "same_building", "movers"])
def test_name_and_address_alone_are_caught(stratum: str) -> None:
    assert caught(gateless.name_and_address_alone, stratum, 4_000).wrong > 0


@pytest.mark.parametrize("stratum", ["shared_numbers", "recycled_numbers"])
def test_a_matcher_that_ignores_contradictions_is_caught(stratum: str) -> None:
    assert caught(gateless.contradictions_are_ignored, stratum, 4_000).wrong > 0


def test_a_matcher_for_which_1_january_is_a_full_birth_date_is_caught() -> None:
    """Whoever shares it agrees in all that the request says: it shows in the whole stream."""
    assert caught(gateless.new_year_is_a_day, "new_year", 20_000).too_often


def test_a_matcher_without_uniqueness_is_caught() -> None:
    """Where two agree in all that the request says, the first of them is taken."""
    assert caught(gateless.whoever_comes_first, "shared_numbers", 2_000).wrong > 0


def test_the_same_seed_draws_the_same_deck() -> None:
    batch = Batch("twins", 5, 3, 500)
    assert tally(batch) == tally(batch)
    assert tally(batch) != tally(Batch("twins", 6, 3, 500))


def test_on_any_number_of_cores_the_deck_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(150, seed=4)
    monkeypatch.setattr("safeconduct.bulk.cores.CORES", 1)
    assert run(150, seed=4) == whole


def test_some_strata_come_to_what_they_come_to_in_the_whole_and_say_nothing_of_it() -> None:
    whole, part = run(150, seed=4), run(150, seed=4, of=["recycled_numbers", "twins"])
    named = [one for one in whole.strata if one.stated.name in {"recycled_numbers", "twins"}]
    assert list(part.strata) == named
    assert render.as_document(part).keys() == {"trials", "seed", "strata", "good"}
    assert "in a million" in render.page(whole)
    assert "in a million" not in render.page(part)


def test_a_stratum_that_the_deck_has_not_is_named_beside_those_that_it_has() -> None:
    done = CliRunner().invoke(app, ["match", "evaluate", "--stratum", "twin"])
    assert done.exit_code == 2
    assert "'twin'" in done.stderr
    assert "twins" in done.stderr


def test_a_record_has_the_name_as_a_register_would_write_it() -> None:
    chance = Chance(Random("names").random)  # noqa: S311  # drawn again by its seed
    for _ in range(2_000):
        one = person(chance, HERE, BEFORE)
        given = " ".join(word.text for word in (one.given, one.middle) if word)
        assert on_file(one).name == read("", given, " ".join(word.text for word in one.families))


def test_an_origin_far_below_the_whole_is_flagged() -> None:
    counted = Tally(trials=2_000)
    for at, right in ((0, 900), (1, 500)):
        counted.on_file[at], counted.allowed[at], counted.right[at] = 1_000, 1_000, right
    found = Deck(2_000, 1, (Stratum(stated()["relatives"], counted),))
    assert "hispanic" in found.served_worse
    assert "english" not in found.served_worse
    assert "more than 0.05 below the whole" in render.page(found)
    assert not found.good


def test_one_wrong_person_is_not_good_enough() -> None:
    counted = Tally(trials=2_000, wrong=[1, 0])
    counted.on_file[0] = counted.allowed[0] = counted.right[0] = 2_000
    found = Deck(2_000, 1, (Stratum(stated()["relatives"], counted),))
    assert not found.good
    assert render.page(found).startswith("# NOT GOOD ENOUGH")


def test_the_document_has_the_agreed_keys(deck: Deck) -> None:
    document = render.as_document(deck)
    strata = document["strata"]
    assert isinstance(strata, list)
    keys = {"stratum", "trials", "wrong", "upper_bound", "indistinguishable", "recall", "ceiling"}
    assert all(keys <= set(one) for one in strata)
    assert {"stream", "origins"} <= set(document)
