"""The pages of a report: they tell the summary's figures in words and pictures, escape all data, and ask for nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import summaries
from pages import Page, contrast
from safeconduct import report
from safeconduct.report import drawings
from safeconduct.report.charts import Drawing, Ink
from safeconduct.report.drawings import Bar, Bullet, Part
from safeconduct.report.html import share, table, tag
from safeconduct.report.summary import Summary

STYLE = (Path(report.__file__).with_name("report.css")).read_text(encoding="utf-8")


@cache
def made(name: str) -> str:
    if name == "demo":
        return report.demo_page(summaries.stopped(), summaries.decided(), summaries.THEN, summaries.TODAY)
    if name == "several":
        return report.page([summaries.stopped(), summaries.decided(), summaries.empty()])
    summary: Callable[[], Summary] = getattr(summaries, name)
    return report.page(summary())


@cache
def page(name: str) -> Page:
    return Page(made(name))


NAMES = ["stopped", "decided", "empty", "unreadable", "hostile", "several", "demo"]
every = pytest.mark.parametrize("name", NAMES)


# Safe, and complete in itself


@every
def test_a_page_names_no_address_but_what_data_says_as_text(name: str) -> None:
    marks = [value for _, attrs, _ in page(name).elements for key, value in attrs.items() if key != "aria-label"]
    assert not [value for value in marks if "://" in (value or "")]
    assert not re.search(r"url\(|@import|@font-face", made(name))
    if name not in {"hostile", "demo"}:
        assert "://" not in made(name)


@every
def test_a_page_holds_no_script_and_no_picture_from_elsewhere(name: str) -> None:
    known = set("html head meta title style body header main footer nav section article div p span b h1 h2 h3 h4 ul ol li a dl dt dd code "
        "figure figcaption svg g path text line details summary table caption thead tbody tr th td".split())  # fmt: skip
    assert {element for element, _, _ in page(name).elements} <= known
    assert not [key for _, attrs, _ in page(name).elements for key in attrs if key.startswith("on") or key == "src"]


@every
def test_a_page_forbids_itself_all_but_its_own_style(name: str) -> None:
    assert "Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'" in made(name)


@every
def test_every_link_leads_to_one_place_on_the_page(name: str) -> None:
    ids = [attrs["id"] for _, attrs, _ in page(name).elements if "id" in attrs]
    links = [attrs["href"] or "" for element, attrs, _ in page(name).elements if element == "a"]
    assert len(ids) == len(set(ids))
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)


@every
def test_a_page_is_small_and_can_be_written_to_a_file(name: str) -> None:
    assert len(made(name).encode("utf-8")) < 400_000


def test_a_text_from_data_is_shown_as_text_and_what_cannot_be_seen_as_a_sign() -> None:
    assert "<script>alert(1)</script>" in page("hostile").words
    assert not set("\u202e\x07\ud800") & set(made("hostile"))
    assert "\N{REPLACEMENT CHARACTER}" in made("hostile")


def test_a_text_is_escaped_wherever_it_is_put() -> None:
    assert tag("p", "<b>", title='"<b>') == '<p title="&quot;&lt;b&gt;">&lt;b&gt;</p>'
    assert "<i>" not in table("<i>", ["<i>"], [["<i>"]])


# For everyone


@every
def test_headings_begin_at_one_and_skip_no_level(name: str) -> None:
    levels = [int(element[1]) for element, _, _ in page(name).elements if re.fullmatch(r"h\d", element)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every
def test_a_page_has_its_language_and_its_landmarks(name: str) -> None:
    elements = [element for element, _, _ in page(name).elements]
    assert '<html lang="en">' in made(name)
    assert all(elements.count(landmark) == 1 for landmark in ("header", "main", "footer", "nav"))
    assert all(attrs.get("aria-labelledby") for element, attrs, _ in page(name).elements if element == "section")


@every
def test_every_picture_says_its_message_and_has_its_table(name: str) -> None:
    elements = page(name).elements
    pictures = [(attrs, at) for element, attrs, at in elements if element == "svg" and "aria-hidden" not in attrs]
    tables = {at for element, _, at in elements if element == "table"}
    assert all(attrs.get("role") == "img" and len(attrs.get("aria-label") or "") > 20 for attrs, _ in pictures)
    assert {at for _, at in pictures} <= tables - {0}


def test_letters_in_pictures_are_text_in_the_reader_s_own_face() -> None:
    assert 'font-family="sans-serif"' in made("stopped")
    assert set(re.findall(r'font-family="([^"]*)"', made("stopped"))) == {"sans-serif"}


@every
def test_every_colour_of_a_picture_is_the_style_sheet_s_own(name: str) -> None:
    used = set(re.findall(r' (fill|stroke)="(#[0-9a-f]+)"', made(name)))
    assert used <= set(re.findall(r"svg \[(fill|stroke)=\"(#[0-9a-f]+)\"\]", STYLE))


@pytest.mark.parametrize("dark", [False, True])
def test_words_and_bars_stand_out_from_the_paper(dark: bool) -> None:  # noqa: FBT001  # a page is light or dark
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", STYLE.split(":root {")[2 if dark else 1].split("}")[0]))
    for ink in set(colours) - {"paper", "sheet", "line", "track"}:
        assert min(contrast(colours[ink], colours["paper"]), contrast(colours[ink], colours["sheet"])) >= 4.5, ink
    assert len(colours) == 13


# What it tells


def test_a_file_that_was_stopped_says_so_above_all() -> None:
    assert "Stopped as a whole: 2 tripwires" in page("stopped").words
    assert "Nothing was looked up for any row." in page("stopped").words
    assert page("stopped").words.count("TRIPPED") == 2 * 2
    assert page("stopped").words.count("not tripped") == 2 + 1
    assert "Nothing was searched: the batch set off a tripwire." in page("stopped").words


def test_one_tripwire_is_not_called_several() -> None:
    summary = summaries.stopped()
    summary["tripwires"] = summary["tripwires"][1:2]
    words = Page(report.page(summary)).words
    assert "Stopped as a whole: 1 tripwire" in words
    assert "1 of 1 tripwire was set off." in words


def test_a_file_that_was_not_stopped_is_decided_row_by_row() -> None:
    words = page("decided").words
    assert "Decided row by row" in words
    assert "The law permits a look for 47 of 60 rows." in words
    assert "None of 2 tripwires was set off." in words
    assert "TRIPPED" not in words
    assert "1 person against 25" in words


def test_an_empty_file_is_neither_stopped_nor_decided() -> None:
    assert "Nothing to rule on" in page("empty").words
    assert "The file holds no rows." in page("empty").words


def test_a_file_of_unreadable_rows_says_what_is_wrong_with_them() -> None:
    assert "All 10 rows were rejected before the law was asked." in page("unreadable").words
    assert "10 rows could not be read; most often, made_on is no date of the calendar." in page("unreadable").words


def test_every_figure_of_the_summary_is_on_the_page() -> None:
    words = re.sub(r"\s", " ", page("stopped").words)
    for told in ("20,000 read = 19,990 ruled on + 10 rejected", "19,000 incomplete + 900 hold + 90 refuse + 0 stayed", "6,001", "18,002",
                 "14,111", "902", "20,000 persons against 25 (800 times)", "93.45 % against 20 % (4.7 times)", "0.05 % against 5 %",
                 "First at row 14", "19,990 rows not searched", "20 rows or more", "together 2.4 s"):  # fmt: skip
        assert told in words, told
    assert "41" in page("decided").words
    assert "10,000,000 persons" in page("decided").words


def test_the_law_is_told_with_its_digests() -> None:
    summary, words = summaries.stopped(), page("stopped").words
    for told in (
        summary["pack_digest"],
        summary["orders_digest"],
        summary["engine_digest"],
        "2025-08-01",
        "2026-11-25",
    ):
        assert told in words
    assert "memorandum-2025-04-07" in words
    assert "D.D.C. 2025-11-21" in words


def test_a_rule_comes_with_its_meaning_and_its_cure_the_most_frequent_first() -> None:
    words = page("stopped").words
    assert "Mend i2.B.i.address." in words
    assert "None to supply: a person must judge it." in words
    assert words.index("The request does not meet i2.A.engaged.") < words.index(
        "The request does not meet i2.B.i.address."
    )


@pytest.mark.parametrize("spoilt", ["rows", "outcomes", "match"])
def test_figures_that_do_not_balance_are_called_so(spoilt: str) -> None:
    summary = summaries.stopped()
    {"rows": summary["rows"], "outcomes": summary["outcomes"], "match": summary["match"]}[spoilt].update(  # type: ignore[attr-defined]
        {"rows": {"rejected": 11}, "outcomes": {"hold": 901}, "match": {"one": 1}}[spoilt]
    )
    assert "These figures do not balance." in report.page(summary)
    assert "do not balance" not in made("stopped")


def test_the_demo_calls_what_the_script_did_counterfactual() -> None:
    words = page("demo").words
    assert words.count("COUNTERFACTUAL") == 2
    assert "742of 20,000 rows would have been released, 741 of them unlawfully." in words
    assert "0of 20,000 rows looked up, and none released. Stopped as a whole: 2 tripwires." in words
    assert "41of 60 rows found as exactly one person." in words
    assert "Failed to Provide 90001" in words


def test_the_demo_without_a_register_tells_what_the_law_permits() -> None:
    honest = summaries.decided()
    honest |= {"match": {"one": 0, "none": 0, "several": 0, "not_searched": 60}, "register": None}
    words = Page(report.demo_page(summaries.stopped(), honest, summaries.THEN, summaries.TODAY)).words
    assert "47of 60 rows are permitted a look by the law." in words


def test_a_great_heap_is_drawn_with_sheets_for_several_rows() -> None:
    then = {**summaries.THEN, "released": 47_289}
    text = report.demo_page(summaries.stopped(), summaries.decided(), then, summaries.TODAY)
    assert "Each sheet stands for 48 rows." in text
    assert len(text.encode("utf-8")) < 400_000


def test_the_demo_draws_one_sheet_a_row() -> None:
    assert made("demo").count(f'fill="{Ink.STOP}"/>') >= 742
    assert "Each sheet stands for" not in made("demo")


def test_the_demo_tells_what_the_orders_of_today_make_of_it() -> None:
    assert "Under the law of 2026-11-25, of 19,990 rows: 88 refuse, 19,902 stayed." in page("demo").words
    assert "2 orders of courts stand in the way: D.D.C. 2025-11-21; D. Mass. 2026-02-05." in page("demo").words


@pytest.mark.parametrize(("part", "whole", "told"), [(1, 3, "33.3 %"), (0, 3, "0 %"), (3, 3, "100 %"), (1, 10**6, "< 0.1 %"),
                                                     (10**6 - 1, 10**6, "99.9 %"), (1, 0, "—")])  # fmt: skip
def test_a_share_is_all_or_nothing_only_where_it_is(part: int, whole: int, told: str) -> None:
    assert share(part, whole).replace("\N{NO-BREAK SPACE}", " ") == told


# How it is made


@pytest.mark.parametrize(
    "draw",
    [
        drawings.bars([Bar("a", "b", "c", 3, Ink.HOLD, 2)], 9),
        drawings.stack([[Part("a", 3, Ink.HOLD), Part("b", 0, Ink.STOP)]]),
        drawings.bullets([Bullet("a", "b", 3, tripped=True)]),
        drawings.sheets(3, Ink.STOP),
        drawings.sheets(3, Ink.STOP, outlined=True),
    ],
)
def test_every_drawing_is_a_chart_that_altair_holds_valid(draw: Drawing) -> None:
    assert draw(680).to_dict(validate=True)["width"] == 680


def test_the_same_summary_gives_the_same_page() -> None:
    assert report.page(summaries.stopped()) == made("stopped")


def test_altair_is_imported_only_where_a_page_is_built() -> None:
    code = "import sys, safeconduct.report; sys.exit('altair' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
