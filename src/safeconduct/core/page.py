"""A page of a rule pack: Markdown in which a clause is quoted and its rule stands in a fenced block beneath.

    ---
    source: 26 USC 6103
    scope: i2
    ---
    ### (i)(2)(B)(i) · name and address

    > the name and address of the taxpayer …

    ```rule i2.B.i.address
    needs:     address.grade in {deliverable, deliverable_unit}
    otherwise: incomplete
    ```

This module reads the page's shape with exact line numbers: front matter, headings, quotes, blocks. What the keys mean,
whether the quote is true and whether the expressions hold is for `rules` to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from safeconduct.core.days import day
from safeconduct.core.faults import PackFault, instead

_HEADING = re.compile(r"(#{1,6}) +(\S.*?)(?: +· +(.*))?\Z")
_GLUED = re.compile(r"#{1,6}[^#\s]")
_FENCE = re.compile(r"```(\w+)(?: +(\S+))? *\Z")
_KEY = re.compile(r"([a-z][a-z._-]*): *(.*)\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """The value of one `key: value` line, and the line it begins on; `turns` are the offsets of its further lines."""

    text: str
    line: int
    turns: tuple[int, ...] = ()

    def line_at(self, offset: int) -> int:
        """The line on which the character at `offset` of the text stands."""
        return self.line + sum(turn <= offset for turn in self.turns)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what it is (`rule`, `reading`), its name, its entries."""

    kind: str
    name: str
    line: int
    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Prose:
    """Lines for the reader, in Markdown."""

    lines: list[str]


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading, its depth (1 for #), and what stands beneath it, in order: quotes, blocks and prose."""

    ref: str
    title: str
    depth: int
    line: int
    parts: list[Entry | Block | Prose] = field(default_factory=list)

    @property
    def quotes(self) -> list[Entry]:
        """What is quoted beneath the heading."""
        return [part for part in self.parts if isinstance(part, Entry)]

    @property
    def blocks(self) -> list[Block]:
        """The blocks beneath the heading."""
        return [part for part in self.parts if isinstance(part, Block)]

    @property
    def prose(self) -> list[str]:
        """The lines beneath the heading that are neither."""
        return [line for part in self.parts if isinstance(part, Prose) for line in part.lines]


@dataclass(frozen=True, slots=True)
class Page:
    """One file of a pack: its front matter and its clauses, in order."""

    file: str
    front: Mapping[str, Entry]
    clauses: tuple[Clause, ...]

    def only(self, known: Collection[str]) -> None:
        """Hold the front matter to the keys that are `known`.

        Raises:
            PackFault: it has another.
        """
        for key, entry in self.front.items():
            if key not in known:
                raise PackFault(
                    self.file, entry.line, f"`{key}` does not belong in the front matter", instead(key, known)
                )

    def need(self, key: str) -> Entry:
        """What the front matter says at `key`.

        Raises:
            PackFault: it says nothing there.
        """
        entry = self.front.get(key)
        if entry is None or not entry.text:
            raise PackFault(
                self.file, 1, f"the front matter has no `{key}`", f"add a line `{key}: …` between the two `---`"
            )
        return entry

    def runs(self, entries: Mapping[str, Entry]) -> None:
        """Hold `from` and `until` of the entries to their order.

        Raises:
            PackFault: the end comes before the beginning.
        """
        since, until = self.date("from", entries), self.date("until", entries)
        if since is not None and until is not None and until <= since:
            raise PackFault(self.file, entries["until"].line, "`until` is not later than `from`", "give a later day")

    def date(self, key: str, among: Mapping[str, Entry] | None = None) -> int | None:
        """The day (proleptic ordinal) at `key` of the front matter, or of the entries `among`; None where there is none.

        Raises:
            PackFault: what stands there is no date.
        """
        entry = (self.front if among is None else among).get(key)
        if entry is None:
            return None
        ordinal = day(entry.text)
        if ordinal is None:
            raise PackFault(self.file, entry.line, f"`{key}: {entry.text}` is no date", "write it as YYYY-MM-DD")
        return ordinal


def read(file: str, text: str) -> Page:
    """The page in `text`.

    Raises:
        PackFault: the front matter, a heading or a block is malformed.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    front, at = _front_matter(file, lines)
    clauses = [Clause("", "", 0, 1)]
    while at < len(lines):
        at = _next(file, lines, at, clauses)
    return Page(file, front, tuple(clauses))


def _front_matter(file: str, lines: list[str]) -> tuple[dict[str, Entry], int]:
    if not lines or lines[0].strip() != "---":
        raise PackFault(file, 1, "the page has no front matter", "begin it with `---`, `source: …`, `layer: …`, `---`")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    if end is None:
        raise PackFault(file, 1, "the front matter is not closed", "end it with a line `---`")
    return _entries(file, lines, 1, end), end + 1


def _next(file: str, lines: list[str], at: int, clauses: list[Clause]) -> int:
    """Read what begins at line `at` into the newest clause; return where to go on."""
    line = lines[at]
    if "<!--" in line:
        what = "a comment hides from the reader what the program reads"
        raise PackFault(file, at + 1, what, "take the comment out, or say it in the open")
    if _GLUED.match(line):
        raise PackFault(
            file, at + 1, f"`{line.strip()}` is no heading: the text is glued to its #", "leave a space behind the #"
        )
    if heading := _HEADING.match(line.rstrip()):
        if at + 1 < len(lines) and lines[at + 1].startswith(">"):
            raise PackFault(
                file,
                at + 1,
                "the heading is glued to the quotation of its source",
                "leave an empty line between the two",
            )
        clauses.append(Clause(heading[2], heading[3] or "", len(heading[1]), at + 1))
        return at + 1
    if line.startswith(">"):
        return _quote(lines, at, clauses[-1])
    if line.startswith("```"):
        return _block(file, lines, at, clauses[-1])
    return _prose(line, at, clauses[-1])


def _prose(line: str, at: int, clause: Clause) -> int:
    last = clause.parts[-1] if clause.parts else None
    if isinstance(last, Prose):
        last.lines.append(line)
    else:
        clause.parts.append(Prose([line]))
    return at + 1


def _quote(lines: list[str], at: int, clause: Clause) -> int:
    end = next((n for n in range(at, len(lines)) if not lines[n].startswith(">")), len(lines))
    words = " ".join(line.lstrip(">").strip() for line in lines[at:end])
    clause.parts.append(Entry(" ".join(words.split()), at + 1))
    return end


def _block(file: str, lines: list[str], at: int, clause: Clause) -> int:
    opening = _FENCE.match(lines[at].rstrip())
    if opening is None:
        raise PackFault(file, at + 1, "the block does not say what it is", "open it with ```rule and the rule's id")
    end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == "```"), None)
    if end is None:
        raise PackFault(file, at + 1, "the block is not closed", "end it with a line ```")
    entries = _entries(file, lines, at + 1, end)
    clause.parts.append(Block(opening[1], opening[2] or "", at + 1, entries))
    return end + 1


def _entries(file: str, lines: list[str], start: int, end: int) -> dict[str, Entry]:
    """The `key: value` lines from `start` to `end`; an indented line goes on with the value above it."""
    entries: dict[str, Entry] = {}
    key = ""
    for number in range(start, end):
        line = lines[number]
        if not line.strip():
            continue
        if line[0].isspace() and key:
            entries[key] = _continued(entries[key], line.strip())
            continue
        found = _KEY.match(line.rstrip())
        if found is None:
            raise PackFault(
                file, number + 1, f"`{line.strip()}` is no `key: value` line", "write the key, a colon, the value"
            )
        key = found[1]
        if key in entries:
            raise PackFault(file, number + 1, f"`{key}` is given twice", "keep one of the two")
        entries[key] = Entry(found[2], number + 1)
    return entries


def _continued(entry: Entry, more: str) -> Entry:
    text = f"{entry.text} {more}" if entry.text else more
    return Entry(text, entry.line, (*entry.turns, len(text) - len(more)))
