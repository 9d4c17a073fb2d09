"""A letter laid out as text: from whom, to whom, about what, and block after block what it says. The web may show the same.

The fixed words stand in `words/`, a file a language; what others wrote comes in through `legible`. How it looks is `letter.typ`'s.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from safeconduct.letters.legible import legible, legible_name
from safeconduct.letters.letter import Concerning, Kind, Language, Letter, Recalled, Spoken, Told

Words = Mapping[str, Any]
_POLICY = "policy:"
_FIRST_REVIEW = "first review"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as it stands in a letter: what it cites, by which rule, what it means, and what would cure it, if anything."""

    cites: Spoken
    rule: str
    means: Spoken
    cure: Spoken | None


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the letter: a paragraph, a heading, a list, or reasons, numbered."""

    heading: str = ""
    text: Spoken | None = None
    listed: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """All that a letter says. `about` are names and values; `words` those that the layout sets itself."""

    language: Language
    title: str
    name: str
    address: tuple[str, ...]
    to: tuple[str, ...]
    about: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    signed: str
    words: Mapping[str, str]


def page(letter: Letter) -> Page:
    """The letter, in its language."""
    of = letter.of
    words = spoken_in(of.language)
    name = legible_name(of.custodian.name)
    return Page(
        language=of.language,
        title=words[letter.kind]["title"],
        name=name,
        address=tuple(map(legible_name, of.custodian.address)),
        to=tuple(legible_name(one) for one in (of.to.signatory, of.to.agency) if one.strip()),
        about=tuple(_about(of, letter.recalled, words)),
        blocks=tuple(_blocks(letter, words)),
        signed=words["signed"].format(custodian=name),
        words={one: words[one] for one in ("page", "cure", "rule", "reply")},
    )


@functools.cache
def spoken_in(language: Language) -> Words:
    """The fixed words of a language."""
    file = resources.files("safeconduct.letters") / "words" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def written_day(day: dt.date, words: Words) -> str:
    """A day as one writes it in the language, on one line."""
    said = str(words["day"].format(day=day.day, month=words["months"][day.month - 1], year=day.year))
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def _about(of: Concerning, recalled: Recalled | None, words: Words) -> Iterator[tuple[str, str]]:
    yield words["date"], written_day(of.day, words)
    yield words["request"], legible_name(of.request_id)
    yield words["case"], legible_name(of.case)
    if recalled:
        said = words[Kind.RECALL]
        yield said["entry"], said["entry_is"].format(entry=recalled.entry, log=legible_name(recalled.log))


def _blocks(letter: Letter, words: Words) -> Iterator[Block]:
    said, language = words[letter.kind], letter.of.language
    due = written_day(letter.due, words) if letter.due else ""
    yield from (Block(text=Spoken(one, language)) for one in said["opening"])
    if letter.kind is Kind.REFUSED and due:
        yield Block(text=Spoken(said["lapsed"].format(due=due), language))
    if letter.reasons:
        yield Block(heading=said["reasons"])
        yield Block(reasons=tuple(_reason(one, words, language) for one in letter.reasons))
    if letter.recalled:
        yield from _of_recall(letter.recalled, words, language)
    if "then" in said:
        yield Block(heading=said["next"])
        yield from (Block(text=Spoken(one.format(due=due), language)) for one in said["then"])


def _of_recall(recalled: Recalled, words: Words, language: Language) -> Iterator[Block]:
    said = words[Kind.RECALL]
    if recalled.why:
        yield Block(heading=said["why"])
        yield Block(text=Spoken(legible(recalled.why.text), recalled.why.language))
    yield Block(heading=said["duties"])
    duties = sorted(recalled.duties.items(), key=lambda one: list(said["duty"]).index(one[0]))
    yield Block(listed=tuple(said["duty"][duty].format(by=written_day(by, words)) for duty, by in duties))
    yield from (Block(text=Spoken(one, language)) for one in said["after"])


def _reason(one: Told, words: Words, language: Language) -> Reason:
    cure = Spoken(legible(one.cure.text), one.cure.language)
    return Reason(
        _cites(one.cites, words, language),
        legible_name(one.rule),
        Spoken(legible(one.means.text), one.means.language),
        cure if cure.text else None,
    )


def _cites(cites: Spoken, words: Words, language: Language) -> Spoken:
    """What is cited: a clause as it is written; the custodian's own policy, and a reviewer's word, by their names."""
    if cites.text == _FIRST_REVIEW:
        return Spoken(words["reviewed"], language)
    if cites.text.startswith(_POLICY):
        return Spoken(words["policy"].format(what=legible_name(cites.text.removeprefix(_POLICY))), language)
    return Spoken(legible_name(cites.text), cites.language)
