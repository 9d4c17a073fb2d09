"""Readings: how contested words of the law are read, by whom, since when and why.

A reading is a dated page that gives values to the facts of kind `reading`. It must quote the text relied on, acknowledge
the earlier reading, give its reasons and weigh reliance; one that leaves these out does not load. The gate proves that
reasons were given, not that they are good. `in-force.toml` says which reading rules from which day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from safeconduct.core.facts import EstablishedBy, Fact
from safeconduct.core.faults import PackFault
from safeconduct.core.page import Block, Entry, Page
from safeconduct.core.tables import Declared, table

_SECTIONS = ("Text relied on", "The earlier reading", "Reasons", "Reliance")
_KEYS = ("reading", "title", "author", "office", "dated", "replaces", "source", "verified")
_VALUES = {"yes": True, "no": False, "undecided": None}


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: its author, its date, and the values it gives; None where it leaves the question open."""

    name: str
    file: str
    title: str
    author: str
    office: str
    dated: str
    replaces: str
    verified: bool
    values: Mapping[str, bool | None]


NO_READING = Reading("none", "", "no reading was in force", "", "", "", "", verified=True, values={})
"""Before the first reading contested words are unknown, and what turns on them is held."""


@dataclass(frozen=True, slots=True)
class ReadingInForce:
    """From which day (proleptic ordinal) a reading rules."""

    since: int
    name: str


def reading(page: Page, facts: Mapping[str, Fact], quoted: Callable[[str, Iterable[Entry]], None]) -> Reading:
    """The reading on `page`; `quoted` holds its quotations to the statute's text.

    Raises:
        PackFault: a key, a section, a reason or a value is missing, or a quotation is not in the text.
    """
    page.only((*_KEYS, "dated-note"))
    for key in _KEYS:
        page.need(key)
    _dated(page)
    _reasoned(page)
    for clause in page.clauses:
        quoted(page.file, clause.quotes)
    said = {key: page.need(key).text for key in _KEYS}
    return Reading(
        name=said["reading"],
        file=page.file,
        title=said["title"],
        author=said["author"],
        office=said["office"],
        dated=said["dated"],
        replaces=said["replaces"],
        verified=said["verified"] == "true",
        values=_values(page, facts),
    )


def _dated(page: Page) -> None:
    page.date("dated")
    verified, name = page.need("verified"), page.need("reading").text
    if verified.text not in {"true", "false"}:
        what = f"`verified: {verified.text}` is neither true nor false"
        raise PackFault(page.file, verified.line, what, "write `verified: true` or `verified: false`")
    if page.need("replaces").text == name:
        raise PackFault(
            page.file, page.need("replaces").line, "the reading replaces itself", "name the earlier reading"
        )


def _reasoned(page: Page) -> None:
    said = {clause.ref: clause for clause in page.clauses}
    for section in _SECTIONS:
        clause = said.get(section)
        if clause is None:
            raise PackFault(
                page.file,
                1,
                f"the reading has no section “{section}”",
                f"add a heading `## {section}` and what it asks for",
            )
        if not any(line.strip() for line in clause.prose) and not (clause.quotes and section == _SECTIONS[0]):
            raise PackFault(
                page.file,
                clause.line,
                f"the section “{section}” is empty",
                "write it: a reading without its reasons does not load",
            )
    if not said[_SECTIONS[0]].quotes:
        raise PackFault(
            page.file,
            said[_SECTIONS[0]].line,
            "the reading quotes no text",
            "quote the words relied on, each line behind a >",
        )


def _values(page: Page, facts: Mapping[str, Fact]) -> dict[str, bool | None]:
    blocks = [block for clause in page.clauses for block in clause.blocks]
    if len(blocks) != 1 or blocks[0].kind != "reading":
        raise PackFault(
            page.file,
            blocks[0].line if blocks else 1,
            "the reading has not one block ```reading",
            "say in one such block what it holds",
        )
    asked = {name for name, fact in facts.items() if fact.established_by is EstablishedBy.READING}
    missing = sorted(asked - blocks[0].entries.keys())
    if missing:
        raise PackFault(
            page.file,
            blocks[0].line,
            f"the reading does not answer `{missing[0]}`",
            f"add `{missing[0]}: yes`, `no` or `undecided`",
        )
    return {name: _answer(page.file, blocks[0], name, asked) for name in blocks[0].entries}


def _answer(file: str, block: Block, name: str, asked: set[str]) -> bool | None:
    entry = block.entries[name]
    if name not in asked:
        raise PackFault(
            file, entry.line, f"`{name}` is no fact that a reading establishes", f"answer {', '.join(sorted(asked))}"
        )
    if entry.text not in _VALUES:
        raise PackFault(file, entry.line, f"`{name}: {entry.text}` is no answer", "write yes, no or undecided")
    return _VALUES[entry.text]


def in_force(file: str, text: str, readings: Mapping[str, Reading]) -> tuple[ReadingInForce, ...]:
    """Which reading rules from when, in order of the days. Two may begin on one day: the stricter then rules.

    Raises:
        PackFault: an entry has no day, names no reading of the pack, stands twice, or there is none at all.
    """
    entries = table(file, text).get("in_force")
    if not isinstance(entries, list) or not entries:
        raise PackFault(file, 1, "no reading is in force", "add [[in_force]] with `from` and `reading`")
    read = [_entry(file, text, entry, readings) for entry in entries]
    if len(set(read)) < len(read):
        raise PackFault(file, 1, "a reading is put in force twice from one day", "keep one of the two entries")
    return tuple(sorted(read, key=lambda entry: entry.since))


def _entry(file: str, text: str, entry: object, readings: Mapping[str, Reading]) -> ReadingInForce:
    keys = entry if isinstance(entry, dict) else {}
    name = str(keys.get("reading"))
    declared = Declared(file, text, f"the reading `{name}` in force", f'"{name}"', keys)
    declared.only(("from", "reading"))
    if name not in readings:
        raise declared.fault("is none of the pack's", f"name one of {', '.join(sorted(readings))}")
    return ReadingInForce(declared.day("from"), name)
