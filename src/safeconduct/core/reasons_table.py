"""The table of reasons as it is written: lists of words, and for each use its name and its phrases.

    [[use]]
    name = "removal"
    contradicts = ["grand_jury"]
    phrases = ["deport <person>", "for .. removal"]
    opening = ["removal"]

In a phrase `a|b` are alternatives, `<person>` stands for those under [words], `..` is a gap. How a reason is weighed by
these is for `reasons`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from safeconduct.core.tables import Declared, table

ARTICLES = frozenset(("the", "a", "an", "this", "that", "these", "those", "said", "such"))
"""Words that phrases leave out, and that are passed over where a phrase is sought."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in order, the last first: each a set of alternatives, or None for a gap of up to three words.

    One that `opens` counts only at the beginning of a clause, and only where nothing behind it tells of the past.
    """

    backwards: tuple[frozenset[str] | None, ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class Speech:
    """How a clause speaks: see the table."""

    told: frozenset[str]
    asked: frozenset[str]
    doers: frozenset[str]
    handing: frozenset[str]
    describing: frozenset[str]
    stops: frozenset[str]
    denials: frozenset[str]
    denied: frozenset[str]
    taken_back: frozenset[str]
    conditions: frozenset[str]
    doubted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Use:
    """A use that is none of the purposes it `contradicts`, and the phrases that ask for it."""

    name: str
    contradicts: frozenset[str]
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The table."""

    empty: frozenset[str]
    boilerplate: frozenset[str]
    circumstances: frozenset[str]
    speech: Speech
    uses: tuple[Use, ...]


_WORD = re.compile(r"[a-z0-9]+")
_LISTS = ("empty", "boilerplate", "circumstances")


def listing(file: str, text: str) -> Listing:
    """The table in `text`.

    Raises:
        PackFault: a section or key is missing or unknown, or a phrase cannot be read.
    """
    whole = Declared(file, text, "the table of reasons", "", table(file, text))
    whole.only((*_LISTS, "speech", "words", "use"))
    for name in _LISTS:
        whole.section(name).only(("words",))
    empty, boilerplate, circumstances = (_words(whole.section(name), "words") for name in _LISTS)
    return Listing(empty, boilerplate, circumstances, _speech(whole.section("speech")), _uses(whole))


def _words(section: Declared, key: str) -> frozenset[str]:
    return frozenset(section.string(key).split())


def _speech(section: Declared) -> Speech:
    names = tuple(field.name for field in fields(Speech))
    section.only(names)
    return Speech(*(_words(section, name) for name in names))


def _uses(whole: Declared) -> tuple[Use, ...]:
    words = whole.section("words")
    named = {name: tuple(words.string(name).split("|")) for name in words.keys}
    uses: dict[str, Use] = {}
    for each in whole.tables("use", "name"):
        use = _use(each, named)
        if uses.setdefault(use.name, use) is not use:
            raise each.fault("is the name of two uses", "name them apart", "name")
    if not uses:
        raise whole.fault("lists no use", "add a [[use]] with its phrases", "use")
    return tuple(uses.values())


def _use(each: Declared, named: Mapping[str, tuple[str, ...]]) -> Use:
    name = each.string("name")
    each.only(("name", "contradicts", "phrases", "opening"))
    phrases = tuple(
        Phrase(_backwards(each, key, phrase, named), opens=key == "opening")
        for key in ("phrases", "opening")
        for phrase in each.texts(key)
    )
    return Use(name, frozenset(each.texts("contradicts")), phrases)


def _backwards(
    each: Declared, key: str, phrase: str, named: Mapping[str, tuple[str, ...]]
) -> tuple[frozenset[str] | None, ...]:
    elements = []
    for word in phrase.split():
        if word[0] == "<" and word[1:-1] not in named:
            what = f"has `{word}` in a phrase, which is no name under [words]"
            raise each.fault(what, "add it there, or write the words", key, phrase)
        alternatives = named[word[1:-1]] if word[0] == "<" else tuple(word.split("|"))
        elements.append(None if word == ".." else frozenset(alternatives))
        for said in alternatives if word != ".." else ():
            if not _WORD.fullmatch(said) or said in ARTICLES:
                what = f"has `{said}` in a phrase, which is no plain word"
                raise each.fault(what, "write words in small letters, without articles", key, phrase)
    if elements[0] is None or elements[-1] is None:
        what = f"has the phrase `{phrase}`, which begins or ends with a gap"
        raise each.fault(what, "let it begin and end with a word", key, phrase)
    return tuple(reversed(elements))
