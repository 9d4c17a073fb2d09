"""The page of a pack: every rule with its counts, all data escaped, every link at home, and nothing asked of anywhere."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from itertools import pairwise

import pytest

from pages import Page
from safeconduct import preflight, report, shelf
from safeconduct.core.coverage import WANTED, Coverage
from safeconduct.core.intake import intake
from safeconduct.core.orders import orders
from safeconduct.core.rulepack import load
from safeconduct.preflight import Opened
from safeconduct.report.prose import prose
from safeconduct.report.shown import anchors

ON = dt.date(2025, 12, 18).toordinal()
ORDER = """court = "D. Test"
docket = "1"
issued = 2025-12-01
from = 2025-12-01
kind = "stop_sender"
verbs = ["disclose"]
scope = "authority.clause == i2"
last_checked = 2025-12-01
says = "stops it"
"""
SCRIPT = "<script>alert(1)</script>"
KNOWN = set("html head meta title style body a header main footer nav section article div p span b strong em h1 h2 h3 h4 ul ol li dl dt dd "
    "code blockquote table caption thead tbody tr th td hr br".split())  # fmt: skip


def made(of: Opened, on: int = ON) -> str:
    worked = preflight.worked(of)
    return report.pack_page(of, worked, preflight.covered(of, worked), on)


@cache
def shipped() -> Opened:
    return preflight.opened()


@cache
def covered() -> tuple[Coverage, ...]:
    return preflight.covered(shipped(), preflight.worked(shipped()))


@cache
def text() -> str:
    return made(shipped())


@cache
def page() -> Page:
    return Page(text())


def opened(files: dict[str, str]) -> Opened:
    """The pack in `files`, with its orders."""
    pack = load(files)
    standing = orders({name: text for name, text in files.items() if name.startswith("orders/")}, pack)
    return Opened(pack, standing, intake(pack), "sha256:orders", "sha256:engine")


def blocks(whole: str) -> dict[str, str]:
    """What stands on the page of each rule, by the rule's name."""
    found = re.split(r'<div class="rule">', whole)[1:]
    return {re.search(r"Rule </span>([^<]*)</h4>", block)[1]: block for block in found}  # type: ignore[index]


# Safe, and complete in itself


def test_the_page_names_no_address_and_holds_no_script_and_no_picture() -> None:
    assert {element for element, _, _ in page().elements} <= KNOWN
    marks = [(key, value or "") for _, attrs, _ in page().elements for key, value in attrs.items()]
    assert not [value for _, value in marks if "://" in value or "javascript:" in value]
    assert not [key for key, _ in marks if key.startswith("on") or key in {"src", "srcset", "action", "style"}]
    assert not re.search(r"url\(|@import|@font-face", text())


def test_the_page_forbids_itself_all_but_its_own_style() -> None:
    assert "Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'" in text()


def test_every_link_leads_to_one_place_on_the_page() -> None:
    ids = [attrs["id"] for _, attrs, _ in page().elements if "id" in attrs]
    links = [attrs["href"] or "" for element, attrs, _ in page().elements if element == "a"]
    assert len(ids) == len(set(ids))
    assert len(links) > 100
    assert all(link.startswith("#") for link in links)
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_quotations_prose_and_all_else_of_the_pack_is_shown_as_text(files: dict[str, str]) -> None:
    hostile = f"{SCRIPT} [x](javascript:alert(1)) ![y](https://evil.example/y.png)"
    files["text/hostile.md"] = f"these words {SCRIPT} are quoted\n"
    files["a.md"] += f"\n### {SCRIPT} · {SCRIPT}\n\n> these words {SCRIPT} are quoted\n\n{hostile}\n"
    for name, key in (("facts.toml", "meaning"), ("items.toml", "meaning"), ("cases.toml", "says")):
        files[name] = files[name].replace(f'{key} = "', f'{key} = "{SCRIPT} ')
    for name in [name for name in files if name.startswith("readings/") and name.endswith(".md")]:
        files[name] = files[name].replace("title: ", f"title: {SCRIPT} ") + f"\n{hostile}\n"
    shown = Page(made(opened(files)))
    assert {element for element, _, _ in shown.elements} <= KNOWN
    assert shown.words.count(SCRIPT) > len(shipped().pack.facts) + len(shipped().pack.items)
    assert f"these words {SCRIPT} are quoted" in shown.words
    assert not [attrs for tag, attrs, _ in shown.elements if tag == "a" and not (attrs["href"] or "").startswith("#")]


def test_prose_is_markdown_without_html_links_or_pictures() -> None:
    said = prose(
        ["*one* `two` <b>three</b>", "", "- four [five](https://six.example)", "", "[seven]: https://eight.example"]
    )
    assert "<em>one</em> <code>two</code> &lt;b&gt;three&lt;/b&gt;" in said
    assert "<li>four five</li>" in said
    assert "href" not in said
    assert "[seven]" in said
    assert prose(["", " "]) == ""


# For everyone


def test_headings_begin_at_one_and_skip_no_level() -> None:
    levels = [int(element[1]) for element, _, _ in page().elements if re.fullmatch(r"h\d", element)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_has_its_language_its_landmarks_and_a_way_past_its_head() -> None:
    elements = [element for element, _, _ in page().elements]
    assert '<html lang="en">' in text()
    assert all(elements.count(landmark) == 1 for landmark in ("header", "main", "footer", "nav"))
    assert all(attrs.get("aria-labelledby") for element, attrs, _ in page().elements if element == "section")
    first = next(attrs for element, attrs, _ in page().elements if element == "a")
    assert (first["class"], first["href"]) == ("skip", "#contents")


def test_an_anchor_stays_as_long_as_the_name_of_what_it_marks() -> None:
    assert 'id="rule-i2.B.i.address"' in text()
    assert 'id="clause-26-USC-6103-i-2-B-i-name-and-address"' in text()
    given = anchors("case", [(1, "A 1"), (2, "A-1"), (3, "B"), (4, "A/1")])
    assert given == {1: "case-A-1", 2: "case-A-1-2", 3: "case-B", 4: "case-A-1-3"}


def test_the_same_pack_gives_the_same_page() -> None:
    assert made(shipped()) == text()


# What it tells


def test_every_rule_is_on_the_page_with_its_counts() -> None:
    shown = blocks(text())
    assert shown.keys() == {of.rule.id for of in covered()}
    for of in covered():
        for verdict, said in WANTED.items():
            count = str(len(of.cases[verdict])) if of.cases[verdict] or verdict in of.possible else "–"
            assert f"<b>{count}</b> {said}<" in shown[of.rule.id], (of.rule.id, said)


def test_every_clause_is_quoted_and_every_prose_is_told_in_its_order() -> None:
    words = " ".join(page().words.split())
    for each in shipped().pack.pages:
        for clause in each.clauses:
            assert all(quote.text in words for quote in clause.quotes)
    whole = text()
    assert whole.index("An agency that the table lacks is neither admitted") < whole.index('id="rule-i2.A.known"')
    assert whole.index('id="rule-i2.A.federal"') < whole.index("An agency that the table lacks is neither admitted")


def test_a_rule_is_told_by_what_its_facts_mean_with_their_names_beside() -> None:
    shown = blocks(text())["i2.B.i.address"]
    assert "what the address given amounts to, by USPS Publication 28 is deliverable or deliverable unit" in shown
    assert '<a href="#fact-address.grade"><code>address.grade</code></a>' in shown
    assert "requests under 26 USC 6103(i)(2)" in shown
    assert '<b class="outcome incomplete">incomplete</b>' in shown


def test_a_rule_that_turns_on_a_reading_tells_what_each_reading_says() -> None:
    shown = blocks(text())["i2.A.component"]
    for name in shipped().pack.readings:
        assert f'<b>undecided</b> under <a href="#reading-{name}">{name}</a>' in shown
    assert "Turns on a reading" not in blocks(text())["i2.B.i.address"]


def test_no_clause_is_called_by_the_example_of_another_title() -> None:
    shown = blocks(text())["a.authority"]
    assert "is not a provision of another title or no provision but the statute at large" in shown


def test_the_first_few_cases_are_named_and_the_rest_counted() -> None:
    of = next(of for of in covered() if of.rule.id == "i2.B.i.address")
    cases = next(names for verdict, names in of.cases.items() if WANTED.get(verdict) == "true")
    shown = blocks(text())["i2.B.i.address"]
    assert all(f">{name}</a>" in shown for name in cases[:3])
    assert f"and {len(cases) - 3} more" in shown


def test_what_is_not_confirmed_is_marked_so() -> None:
    rules = [of.rule for of in covered() if not of.rule.verified]
    assert rules
    assert all("UNCONFIRMED" in blocks(text())[rule.id] for rule in rules)
    assert "UNCONFIRMED" not in blocks(text())["i2.B.i.address"]


def test_the_rules_that_lack_a_case_are_listed_and_no_others() -> None:
    whole = text()
    listed = whole[whole.index('id="lacking"') : whole.index('id="cases"')]
    links = re.findall(r'<a href="#rule-[^"]*">([^<]*)</a>', listed)
    assert links == [of.rule.id for of in covered() if of.lacking]


@pytest.mark.parametrize(
    ("until", "on", "told"),
    [
        ("", ON, "In force on 2025-12-18"),
        ("until = 2025-12-18", ON, "Past"),
        ("until = 2025-12-19", ON, "In force on 2025-12-18"),
        ("", ON - 30, "Not yet in force"),
    ],
)
def test_orders_in_force_and_past_stand_apart(until: str, on: int, told: str, files: dict[str, str]) -> None:
    for name in [name for name in files if name.startswith("orders/")]:
        del files[name]
    files["orders/test.toml"] = ORDER + until
    words = Page(made(opened(files), on)).words
    groups = ("In force on 2025-12-18", "Past", "Not yet in force")
    heads = [words.count(group) for group in groups]
    assert [group for group, count in zip(groups, heads, strict=True) if count] == [told]


def test_a_case_that_comes_out_otherwise_is_marked(files: dict[str, str]) -> None:
    files["cases.toml"] = files["cases.toml"].replace('outcome = "permit"', 'outcome = "hold"')
    assert "the outcome is permit, not hold" in Page(made(opened(files))).words
    assert "the outcome is" not in page().words


def test_a_pack_without_cases_says_so(files: dict[str, str]) -> None:
    del files["cases.toml"]
    files.pop("witnesses.toml", None)
    words = Page(made(opened(files))).words
    assert "The pack has none." in words
    assert "no case makes it so" in words


def test_a_pack_ships_and_its_page_is_of_a_size_to_be_sent() -> None:
    assert shelf.DEFAULT in text()
    assert len(text().encode()) < 2_000_000
