"""What the page of a pack shows, and where: the anchors by which the page's own links find their places.

An anchor is made of the name of what it marks and stays as it is while that does, so that a letter can point to it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from safeconduct.core.coverage import Coverage, place
from safeconduct.core.page import Clause, Page
from safeconduct.core.rulepack import Pack
from safeconduct.core.rules import Rule
from safeconduct.preflight import Opened, Worked
from safeconduct.report.html import Html, tag

Key = TypeVar("Key", bound=Hashable)
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A pack with its orders, its worked cases and what they cover, as it stands on the day `on`; and its anchors."""

    opened: Opened
    worked: tuple[Worked, ...]
    covered: Mapping[Place, Coverage]
    on: int
    pages: Mapping[str, str]
    clauses: Mapping[Place, str]
    rules: Mapping[Place, str]
    facts: Mapping[str, str]
    readings: Mapping[str, str]
    cases: Mapping[str, str]

    @property
    def pack(self) -> Pack:
        """The pack."""
        return self.opened.pack

    def rules_of(self, page: Page, clause: Clause) -> list[Rule]:
        """The rules beneath a clause, in order."""
        return [self.covered[page.file, block.line].rule for block in clause.blocks]


def shown(opened: Opened, worked: Iterable[Worked], covered: Iterable[Coverage], on: int) -> Shown:
    """All that the page shows, with an anchor for each page, clause, rule, fact, reading and case."""
    pack, worked, of = opened.pack, tuple(worked), {place(each.rule): each for each in covered}
    clauses = (((page.file, clause.line), _called(page, clause, of)) for page in pack.pages for clause in page.clauses)
    return Shown(
        opened=opened,
        worked=worked,
        covered=of,
        on=on,
        pages=anchors("page", ((page.file, page.file.removesuffix(".md")) for page in pack.pages)),
        clauses=anchors("clause", clauses),
        rules=anchors("rule", ((place(rule), rule.id) for rule in pack.rules)),
        facts=anchors("fact", ((name, name) for name in pack.facts)),
        readings=anchors("reading", ((name, name) for name in pack.readings)),
        cases=anchors("case", ((each.case.name, each.case.name) for each in worked)),
    )


def _called(page: Page, clause: Clause, of: Mapping[Place, Coverage]) -> str:
    rules = [of[page.file, block.line].rule for block in clause.blocks]
    return f"{rules[0].cites if rules else clause.ref} {clause.title}"


def anchors(kind: str, named: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """An anchor for each key, made of its name; a second of the same name is numbered."""
    given: dict[Key, str] = {}
    taken: set[str] = set()
    for key, name in named:
        plain = re.sub(r"[^\w.]+", "-", f"{kind} {name}").strip("-")
        forms = (plain, *(f"{plain}-{n}" for n in range(2, len(taken) + 3)))
        given[key] = next(form for form in forms if form not in taken)
        taken.add(given[key])
    return given


def link(words: str, anchor: str) -> Html:
    """A link to a place on the page."""
    return tag("a", words, href=f"#{anchor}")
