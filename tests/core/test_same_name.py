"""Whether two names may be one person's, how strongly, and on what grounds; and that keys never part such names."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import safeconduct.town
from safeconduct.core.name_keys import keys, meet
from safeconduct.core.same_name import Alike, Name, Strength, compare, read

LISTS = tomllib.loads((Path(safeconduct.town.__file__).parent / "names.toml").read_text(encoding="utf-8"))


def alike(one: tuple[str, str] | str, other: tuple[str, str] | str) -> Alike | None:
    return compare(_read(one), _read(other))


def _read(name: tuple[str, str] | str) -> Name:
    return read(name) if isinstance(name, str) else read("", *name)


def strength(one: tuple[str, str] | str, other: tuple[str, str] | str) -> Strength | None:
    found = alike(one, other)
    assert found == alike(other, one), "it matters which side a name is on"
    return found.strength if found else None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José García López", ("Jose", "Garcia Lopez")),
        (("Juan", "García-López"), ("JUAN", "GARCIA LOPEZ")),
        (("Jose", "de la Cruz"), "Jose Delacruz"),
        (("Jose", "de la Cruz"), ("Jose", "Cruz")),
        (("Mary", "O'Brien"), ("Mary", "O Brien")),
        (("Mary", "Van Dyke"), ("Mary", "Vandyke")),
        ("SMITH, JOHN", ("John", "Smith")),
        (("Ngọc", "Nguyễn"), ("Ngoc", "Nguyen")),
        ("Олександр Шевченко", ("Oleksandr", "Shevchenko")),
        (("John", "Smith"), ("John Albert", "Smith")),
        (("John A", "Smith"), ("John Albert", "Smith")),
        (("Dr. John", "Smith Jr."), ("John", "Smith")),
        (("Alhassan", "Diallo"), ("Al-Hassan", "Diallo")),
    ],
)
def test_accents_case_hyphens_particles_and_middle_names_left_out_make_no_difference(
    one: tuple[str, str] | str, other: tuple[str, str] | str
) -> None:
    assert strength(one, other) is Strength.EXACT


@pytest.mark.parametrize(
    ("one", "other", "ground"),
    [
        (("Mohammed", "Ali"), ("Muhammad", "Ali"), "another spelling"),
        (("Oleksandr", "Koval"), ("Alexander", "Koval"), "another spelling"),
        (("Zihao", "Wang"), ("Tzu-hao", "Wong"), "another spelling"),
        (("Philip", "Reilly"), ("Phillip", "Riley"), "another spelling"),
        (("Juan", "Garcia"), ("Juan", "Garcia Lopez"), "leaves out the second surname"),
        (("Juan", "Lopez Garcia"), ("Juan", "Garcia Lopez"), "another order"),
        ("Garcia Juan", ("Juan", "Garcia"), "other way round"),
        (("Garcia Lopez", "Juan"), ("Juan", "Garcia Lopez"), "other way round"),
    ],
)
def test_another_spelling_order_or_one_surname_is_close_and_says_why(
    one: tuple[str, str] | str, other: tuple[str, str] | str, ground: str
) -> None:
    assert strength(one, other) is Strength.CLOSE
    found = alike(one, other)
    assert found
    assert any(ground in why for why in found.grounds)


@pytest.mark.parametrize(
    ("one", "other", "ground"),
    [
        (("Bill", "Smith"), ("William", "Smith"), "short form"),
        (("J", "Smith"), ("John", "Smith"), "initial"),
        (("Maira", "Lopez"), ("Maria", "Lopez"), "one letter"),
        (("Mahmoud", "Mohammad"), ("Mohamed", "Mahmood"), "other way round"),  # two persons of one number
        (("Mari Lauren", "Hudson"), ("Mary", "Hudson"), "ends in i"),  # a slip for Marie, whose twin is Mary
        (("Maria", "Lopez"), ("Maria", "Garcia Lopez"), "second surname alone"),
        ("Edwin Julio Garza Garcia", ("Edwin Julio", "Garcia"), "a third given name, or a surname"),
        ("Edwin Julio Garza Garcia", ("Edwin", "Garcia"), "a third given name, or a surname"),
    ],
)
def test_a_short_form_an_initial_a_letter_or_the_second_surname_alone_is_weak(
    one: tuple[str, str] | str, other: tuple[str, str], ground: str
) -> None:
    assert strength(one, other) is Strength.WEAK
    found = alike(one, other)
    assert found
    assert any(ground in why for why in found.grounds)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Maria Elena", "Lopez"), ("Maria Isabel", "Lopez")),
        (("Juan", "Garcia Lopez"), ("Juan", "Garcia Perez")),
        (("Hasan", "Ali"), ("Hussein", "Ali")),
        (("Juana", "Lopez"), ("Juan", "Perez")),
        (("Bill", "Lopez"), ("William", "Garcia Lopez")),
        (("Albert", "Smith"), ("John Albert", "Smith")),
        (("J", "Smyth"), ("John", "Smith")),
        (("Mary", "Smith"), ("John", "Smith")),
        ("Maria", ("Maria", "Lopez")),
    ],
)
def test_two_middle_names_two_second_surnames_or_two_weak_grounds_are_two_persons(
    one: tuple[str, str] | str, other: tuple[str, str]
) -> None:
    assert strength(one, other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Terrance E", "Harris"), ("Terrance Howard", "Harris")),  # an initial that elsewhere joins two surnames
        ("Irina Y Gritsenko", ("Irina Iryna", "Gritsenko")),
        (("Chieh Hong", "Wong"), ("Chieh Bin", "Wong")),  # a name that elsewhere is a particle
        (("Zhiqiang", "Cheng"), ("Bin Zhiqiang", "Cheng")),
        (("Jason Christian", "Harris"), ("Jason Christina", "Harris")),
        ("Betty Diane Cranmere", ("Betty Diana", "Cranmere")),  # a middle name is no first surname
        ("Jennifer Patricia Hamton", ("Jennifer Ann", "Hamton")),
        (("Hassan Zeyad", "Hasan"), ("Hassan Khaled", "Hasan")),  # nor is it one where the name is the same both ways
        (("Ching Y", "Tung"), ("Jing Hsin-yi", "Tung")),  # an initial is that of the name in its place
        (("Nga N", "Bui"), ("Ngân", "Bui")),  # and is not the end of a name
        (("Hong", "Pham"), ("Hung", "Pham")),
        (("Zhao", "Liu"), ("Chao", "Liu")),  # one as surnames
        (("Errick", "Whitstone"), ("Erik", "Whitstone")),
        (("Donald", "Harrison"), ("Ronald", "Harrison")),
        (("Julio", "Perez"), ("Julia", "Perez")),
        (("Christian", "Perez"), ("Christina", "Perez")),
        (("Jack", "Smith"), ("Johnny", "Smith")),  # two short forms of one name
        (("Alex", "Lopez"), ("Sandra", "Lopez")),
        (("Patricia", "Hamton"), ("Jennifer Patricia", "Hamton")),
        ("Lei Bin Han", ("Lei Chao", "Han")),  # a name that elsewhere is a particle, where nobody said which it is
        (("Jun Tzu-hao", "Ma"), ("Jun Hao", "Ma")),  # a part of a name is no name left out
        (("Tao Qiang", "Yue"), ("Tao Chih-chiang", "Yue")),
        ("Tzu Hao Hao Chow", ("Tzu-hao Chao", "Chow")),  # one name of the other side's is not two of this
        (("Ibrahim I", "Ahmed"), ("Ahmed Bilal", "Ibrahim")),  # the other way round, an initial is no surname left out
    ],
)
def test_two_children_of_a_house_are_told_apart(one: tuple[str, str] | str, other: tuple[str, str]) -> None:
    """Each of these the deck has found: twins, or two on file under one number, who were taken for one another."""
    assert strength(one, other) is None


@pytest.mark.parametrize(
    ("written", "suffix"),
    [("John Smith Jr.", "JR"), ("John Smith III", "III"), ("John Smith, Sr", "SR"), ("John Smith", "")],
)
def test_a_suffix_is_kept_apart(written: str, suffix: str) -> None:
    assert read(written).suffix == suffix
    assert strength(written, ("John", "Smith")) is not None


@pytest.mark.parametrize("folk", LISTS)
@pytest.mark.parametrize("kind", ["male", "female", "family"])
def test_no_two_names_of_the_town_are_taken_for_one_on_more_than_a_weak_ground(folk: str, kind: str) -> None:
    listed = [group.split("/") for group in LISTS[folk][kind].split()]
    merged = [
        (one, other)
        for these, those in itertools.combinations(listed, 2)
        if set(these).isdisjoint(those)
        for one, other in itertools.product(these, those)
        if (found := alike((one, "Garcia"), (other, "Garcia"))) and found.strength is not Strength.WEAK
    ]
    assert merged == []


WORDS = [
    word
    for lists in LISTS.values()
    for kind in ("male", "family")
    for word in lists[kind].replace("/", " ").split()[:90]
]
letters = st.text("aeimnrst", min_size=1, max_size=7)
word = st.one_of(st.sampled_from(WORDS), letters, st.sampled_from(["de", "la", "Jr", "Al", "Garcia", "Lopez", "Maria"]))
part = st.lists(word, min_size=1, max_size=3).map(" ".join)
name = st.one_of(
    st.builds(lambda g, f: read("", g, f), part, part),
    st.lists(word, min_size=2, max_size=4).map(lambda w: read(" ".join(w))),
)


@given(name, name)
def test_names_that_may_be_one_persons_have_keys_that_meet(one: Name, other: Name) -> None:
    if compare(one, other):
        assert meet(keys(one), keys(other))


@given(part, part, st.data())
def test_names_with_a_letter_otherwise_have_keys_that_meet(given_words: str, family: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(family) - 1))
    changed = family[:at] + data.draw(st.sampled_from(["", "x", "ab"])) + family[at + 1 :]
    one, other = read("", given_words, family), read("", given_words, changed or family)
    if compare(one, other):
        assert meet(keys(one), keys(other))


@given(name)
def test_a_name_is_its_own(one: Name) -> None:
    found = compare(one, one)
    assert found is None or found.strength is Strength.EXACT
