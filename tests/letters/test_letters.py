"""A letter is a tagged PDF that reads in its order, in both languages, and is the same for the same input."""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lettered import DAY, ENGLISH, OF, REASONS, SPANISH, concerning, of_each_kind, read, structure, text
from safeconduct.core import answer
from safeconduct.letters import letter as letters
from safeconduct.letters import page, typeset
from safeconduct.letters.legible import legible
from safeconduct.letters.letter import Addressee, Custodian, Kind, Language, Letter, Spoken, Told

ALL = [one for language in Language for one in of_each_kind(language)]
each = pytest.mark.parametrize("letter", ALL, ids=lambda one: f"{one.kind}-{one.of.language}")


# As a document


@each
def test_it_is_tagged_has_a_title_and_a_language_and_fits_one_page(letter: Letter) -> None:
    made = read(typeset.pdf(letter))  # Typst refuses what is not PDF/UA-1
    root: Mapping[str, object] = made.trailer["/Root"]  # type: ignore[assignment]  # PDF objects
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]  # as above
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]  # as above
    assert str(root["/Lang"]).startswith(letter.of.language)
    assert made.metadata is not None
    assert made.metadata.title == page.spoken_in(letter.of.language)[letter.kind]["title"]
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()  # type: ignore[attr-defined]  # as above
    assert len(made.pages) == 1


@each
def test_its_structure_has_one_title_then_headings_and_lists(letter: Letter) -> None:
    kinds = [kind for kind, _ in structure(typeset.pdf(letter))]
    assert kinds.count("/H1") == 1
    assert ("/H2" in kinds) is (letter.kind not in {Kind.RELEASED, Kind.NOT_RELEASED})
    items = {Kind.INCOMPLETE: 2, Kind.REFUSED: 2, Kind.RECALL: 4}.get(letter.kind, 0)
    about = 4 if letter.kind is Kind.RECALL else 3
    assert kinds.count("/LI") == about + items
    assert kinds.count("/LBody") == kinds.count("/LI")
    assert "/Figure" not in kinds


@each
def test_it_is_read_from_the_custodian_s_name_to_the_signature(letter: Letter) -> None:
    laid_out = page.page(letter)
    expected = [laid_out.name, *laid_out.address, *laid_out.to]
    expected += [part for line in laid_out.about for part in line]
    expected.append(laid_out.title)
    for block in laid_out.blocks:
        expected += [block.heading, block.text.text if block.text else "", *block.listed]
        for reason in block.reasons:
            expected += [reason.cites.text, reason.rule, reason.means.text, reason.cure.text if reason.cure else ""]
    said, at = text(typeset.pdf(letter)), 0
    for one in [*expected, laid_out.signed]:
        found = said.find(" ".join(one.split()), at)
        assert found >= at, one
        at = found + len(one.split())


@each
def test_the_same_letter_has_the_same_bytes(letter: Letter) -> None:
    assert typeset.pdf(letter) == typeset.pdf(letter)
    assert b"D:20261204000000Z" in typeset.pdf(letter)


def test_its_pages_are_numbered_where_there_are_more_than_one() -> None:
    many = letters.refused(concerning(SPANISH), REASONS * 12)
    made = typeset.pdf(many)
    assert len(read(made).pages) > 1
    assert "Página 2 de" in text(made)
    assert "Página" not in text(typeset.pdf(letters.refused(concerning(SPANISH), REASONS)))


# What it says


def test_of_a_decided_request_it_says_what_the_asker_reads_elsewhere() -> None:
    said = answer._LETTERS  # noqa: SLF001  # the sentences of the one place that says them
    words = page.spoken_in(ENGLISH)
    assert words[Kind.RELEASED]["opening"][0] == said[answer.State.RELEASED]
    assert words[Kind.NOT_RELEASED]["opening"][0] == said[answer.State.NOT_RELEASED]


@pytest.mark.parametrize("language", Language)
def test_released_and_not_released_are_equally_long(language: Language) -> None:
    of = concerning(language)
    released, not_released = (typeset.pdf(one) for one in (letters.released(of), letters.not_released(of)))
    assert len(text(released)) == len(text(not_released))
    assert len(read(released).pages) == len(read(not_released).pages)
    assert [one for one, _ in structure(released)] == [one for one, _ in structure(not_released)]


def test_both_languages_have_the_same_words_to_fill() -> None:
    english, spanish = (page.spoken_in(language) for language in Language)

    def shape(said: object) -> object:
        if isinstance(said, dict):
            return {name: shape(one) for name, one in said.items()}
        if isinstance(said, list):
            return [shape(one) for one in said]
        return sorted(word for word in ("{due}", "{by}", "{entry}", "{log}", "{what}", "{custodian}", "{n}", "{of}")
                      if word in str(said))  # fmt: skip

    assert shape(english) == shape(spanish)


def test_a_day_is_written_as_one_writes_it_in_the_language() -> None:
    said = [page.written_day(DAY, page.spoken_in(language)).replace("\N{NO-BREAK SPACE}", " ") for language in Language]
    assert said == ["December 4, 2026", "4 de diciembre de 2026"]


def test_what_a_person_wrote_is_english_in_a_spanish_letter_and_tagged_so() -> None:
    told = (
        Told("x", Spoken("26 USC 6103(a)"), Spoken("No consta.", SPANISH), Spoken("")),
        Told("review.first", Spoken("first review"), Spoken("It is not."), Spoken("")),
    )
    languages = [language for _, language in structure(typeset.pdf(letters.refused(concerning(SPANISH), told)))]
    assert any(one.startswith("en") for one in languages)
    only_spanish = letters.refused(concerning(SPANISH), (Told("x", Spoken("§ 1", SPANISH), told[0].means, Spoken("")),))
    assert not any(one.startswith("en") for _, one in structure(typeset.pdf(only_spanish)))


def test_after_the_look_no_reason_can_be_given() -> None:
    """Not by a rule that a caller keeps: the functions take none."""
    assert list(inspect.signature(letters.released).parameters) == ["of"]
    assert list(inspect.signature(letters.not_released).parameters) == ["of"]


def test_the_words_stand_in_files_and_not_in_the_code() -> None:
    code = ast.parse(inspect.getsource(page))
    docs = {node.body[0].value for node in ast.walk(code) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    texts = [one.value for one in ast.walk(code) if isinstance(one, ast.Constant) and isinstance(one.value, str)
             and one not in docs]  # fmt: skip
    assert [one for one in texts if one.count(" ") > 1] == []


# Texts of others


HOSTILE = [
    '#panic() *bold* $x$ `code` <label> @ref // comment /* and */ [content] \\ #import "x"',
    "bell\x07 escape\x1b[31m null\x00 tab\t line\nfeed\r\n paragraph\u2029separator",
    "right-to-left \u202eoverride\u202c and \u2066isolates\u2069 \u200f marks",
    "שלום עולם and العربية beside Latin",
    "emoji \U0001f600\U0001f468\u200d\U0001f469 and 中文, नमस्ते, \ue000, \ud800",
    "Z" + "\u0335\u0336\u0337\u0338" * 40,
    "W" * 60_000,
    "word " * 8_000,
    "a-" * 2_000,
    "\ufb03\u00ad\u00a0\ufeff",
    "",
]  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", Language)
def test_a_hostile_text_breaks_neither_the_letter_nor_its_tags(hostile: str, language: Language) -> None:
    of = concerning(language, custodian=Custodian(f"A {hostile}", (f"1 {hostile}",)), to=Addressee(hostile, hostile),
                    request_id=hostile, case=hostile)  # fmt: skip
    told = (Told(hostile, Spoken(hostile), Spoken(hostile), Spoken(hostile)),)
    pdf = typeset.pdf(letters.incomplete(of, told, DAY))
    kinds = [kind for kind, _ in structure(pdf)]
    assert kinds.count("/H1") == 1
    assert kinds.count("/LI") == 4
    assert page.spoken_in(language)[Kind.INCOMPLETE]["title"] in text(pdf)


@pytest.mark.parametrize(
    ("wide", "most"), [("W" * 300, 40), ("@" * 300, 40), ("i2.B." * 90, 120), ("\u0416" * 300, 40)]
)
def test_a_word_longer_than_the_page_is_broken_and_none_of_it_lost(wide: str, most: int) -> None:
    told = (Told("x", Spoken("26 USC 6103(a)"), Spoken(wide), Spoken("")),)
    pdf = typeset.pdf(letters.refused(concerning(ENGLISH), told))
    assert wide in text(pdf).replace(" ", "")
    lines = [line.strip() for one in read(pdf).pages for line in one.extract_text().splitlines()]
    assert max(len(line) for line in lines if line[:5] in wide) <= most


def test_markup_is_shown_as_it_was_written() -> None:
    told = (Told("x", Spoken("26 USC 6103(a)"), Spoken("#panic() *not bold* $x$ @ref"), Spoken("")),)
    assert "#panic() *not bold* $x$ @ref" in text(typeset.pdf(letters.refused(concerning(ENGLISH), told)))


SET = [chr(code) for code in range(0x20, 0x3000) if legible(chr(code)) == chr(code)]
MARKS = [one for one in SET if unicodedata.combining(one)]


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters() | st.sampled_from(SET) | st.sampled_from(MARKS), max_size=200))
def test_any_text_can_be_set(said: str) -> None:
    told = (Told("x", Spoken(said), Spoken(said), Spoken(said)),)
    assert typeset.pdf(letters.refused(concerning(ENGLISH), told))


def test_every_letter_that_is_let_through_is_in_the_fonts() -> None:
    assert len(SET) > 1_500
    told = (Told("x", Spoken(""), Spoken(" ".join(f"x{one}" for one in SET)), Spoken("")),)
    assert typeset.pdf(letters.refused(concerning(ENGLISH), told))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("two  blanks\n and a line", "two blanks and a line"),
        ("a\u202eb\u200dc\u00add", "abcd"),
        ("\U0001f600 中", "[U+1F600] [U+4E2D]"),
        ("e\u0301", "é"),
        ("a\x00b", "a b"),
        ("\ud800", "[U+D800]"),
        ("x" * 30, "x" * 28 + "\u200bxx"),
        ("a " * 20_000, "a " * 10_000 + "[…]"),
    ],
)
def test_a_text_is_made_legible(written: str, shown: str) -> None:
    assert legible(written) == shown


def test_pictures_of_it_can_be_made() -> None:
    [picture] = typeset.pictures(letters.released(OF))
    assert picture.startswith(b"\x89PNG")


def test_the_day_of_the_letter_is_that_of_the_file() -> None:
    other = letters.released(concerning(ENGLISH, day=DAY + dt.timedelta(days=1)))
    assert b"D:20261205000000Z" in typeset.pdf(other)
