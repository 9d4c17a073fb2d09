"""The lot: everybody can draw it again, and whoever is left out changes nothing for the others."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.core.gate import lot

NAMES = st.lists(st.text(min_size=1, max_size=8), max_size=6)


def drawn_again(among: list[str], note: bytes, case: str, place: str) -> list[str]:
    """The order by the words of the module's page alone."""
    seed = sha256(b"safeconduct seed v1\n" + note).digest()

    def ticket(person: str) -> str:
        said = b"safeconduct lot v1\n" + seed
        for text in (case, place, person):
            encoded = text.encode()
            said += bytes(divmod(len(encoded), 256)) + encoded
        return sha256(said).hexdigest()

    return sorted(set(among), key=ticket)


@given(NAMES, st.binary(max_size=40), st.text(max_size=8), st.text(max_size=8))
def test_the_order_can_be_drawn_again_by_anybody(among: list[str], note: bytes, case: str, place: str) -> None:
    assert list(lot.order(among, lot.seed(note), case, place)) == drawn_again(among, note, case, place)
    assert lot.order(among[::-1] * 2, lot.seed(note), case, place) == lot.order(among, lot.seed(note), case, place)


@given(NAMES, st.binary(max_size=40))
def test_whoever_is_left_out_changes_nothing_for_the_others(among: list[str], note: bytes) -> None:
    whole = lot.order(among, lot.seed(note), "c", "first")
    assert lot.order(whole[1:], lot.seed(note), "c", "first") == whole[1:]


def test_case_place_and_checkpoint_each_draw_anew() -> None:
    among = [f"person {nth}" for nth in range(40)]
    orders = {
        lot.order(among, lot.seed(note), case, place)
        for note in (b"a", b"b")
        for case in "cd"
        for place in ("first", "second")
    }
    assert len(orders) == 8
    assert lot.order(among, b"", "ab", "c") != lot.order(among, b"", "a", "bc")


def test_of_nobody_nobody_is_drawn() -> None:
    assert lot.order([], b"", "c", "first") == ()
    with pytest.raises(ValueError, match="nobody"):
        lot.one_of([], b"", "c", "fact")


def test_everybody_is_drawn_about_equally_often() -> None:
    drawn = [lot.one_of(["a", "b", "c"], lot.seed(b"note"), f"case {nth}", "first") for nth in range(3000)]
    assert all(900 < drawn.count(person) < 1100 for person in "abc")
