"""Reasons in the reader's language, where the pack has words for it: in `words/<language>.toml` beside its rules.

    [sentences]  "The request is not in writing." = "La solicitud no consta por escrito."
    [meanings]   "whether the asking agency is …" = "si la agencia solicitante es …"
    [unknown]    stated = "No se indica: {}."      what the asker has not stated, by the fields of the request
                 known = "No se sabe: {}."         what nobody knows yet
                 reading = "… deja sin resolver {}."  what the reading in force leaves open
    [cites]      "policy:in writing" = "policy:por escrito"

A sentence is looked for as it stands in English, so that one that was reworded has no words until it is translated anew. What has none,
and what a person wrote, is told in English and marked as English. The English sentences of what is unknown are `render.wanting`'s.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from safeconduct.core.case.events import Reason
from safeconduct.core.faults import PackFault
from safeconduct.letters.letter import Language, Spoken, Told

_TABLES = ("sentences", "meanings", "unknown", "cites")
_UNKNOWN = {
    "stated": re.compile(r"Not stated: (?P<what>`[^`]*`(?:, `[^`]*`)*)\.(?: |$)"),
    "known": re.compile(r"Not known: (?P<what>.+?)\.(?: (?=Not |The reading in force leaves open )|$)"),
    "reading": re.compile(r"The reading in force leaves open (?P<what>.+?)\.(?: (?=Not |The reading in force )|$)"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a pack says in another language, by what it says in English."""

    language: Language
    sentences: Mapping[str, str]
    meanings: Mapping[str, str]
    unknown: Mapping[str, str]
    cites: Mapping[str, str]


def told(reasons: Iterable[Reason], language: Language, files: Mapping[str, str]) -> tuple[Told, ...]:
    """The reasons as they are told in that language, by the words in the pack's files.

    Raises:
        PackFault: the pack's words are malformed.
    """
    file = f"words/{language}.toml"
    words = _words(language, file, files[file]) if file in files else None
    return tuple(_told(one, words) for one in reasons)


def _told(one: Reason, words: Words | None) -> Told:
    if words is None:
        return Told(one.rule, Spoken(one.cites), Spoken(one.means), Spoken(one.cure))
    cites = words.cites.get(one.cites)
    return Told(
        one.rule,
        Spoken(cites, words.language) if cites else Spoken(one.cites),
        _spoken(one.means, words),
        _spoken(one.cure, words),
    )


def _spoken(text: str, words: Words) -> Spoken:
    found = words.sentences.get(text) or _of_unknown(text, words)
    return Spoken(found, words.language) if found else Spoken(text)


def _of_unknown(text: str, words: Words) -> str:
    """What is said of facts that are not known; "" where one of the sentences is none of those, or has no words."""
    said: list[str] = []
    while text:
        kind, found = next(((kind, at) for kind, one in _UNKNOWN.items() if (at := one.match(text))), ("", None))
        if found is None:
            return ""
        what = found["what"] if kind == "stated" else words.meanings.get(found["what"])
        if what is None:
            return ""
        said.append(words.unknown[kind].format(what))
        text = text[found.end() :]
    return " ".join(said)


@functools.lru_cache(maxsize=8)
def _words(language: Language, file: str, text: str) -> Words:
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise PackFault(file, 1, f"it is no TOML: {str(fault)[:80].lower()}", "mend it there") from None
    tables = [said.get(name) for name in _TABLES]
    if said.keys() != {"language", *_TABLES} or said["language"] != language or not all(map(_is_of_texts, tables)):
        known = ", ".join(f"[{name}]" for name in _TABLES)
        raise PackFault(file, 1, "it is no page of words", f'write language = "{language}", and texts in {known}')
    if said["unknown"].keys() != _UNKNOWN.keys() or not all("{}" in one for one in said["unknown"].values()):
        what = f"write {', '.join(_UNKNOWN)}, each with {{}} where the facts come in"
        raise PackFault(file, 1, "its [unknown] does not say what is not known", what)
    return Words(language, *(said[name] for name in ("sentences", "meanings", "unknown", "cites")))


def _is_of_texts(table: object) -> bool:
    return isinstance(table, dict) and all(isinstance(one, str) for one in table.values())
