"""What makes rows of a file alike: keys by which one officer, one reason, one offence, one person is counted.

In 2025 one officer was named, one reason written and one offence cited for 1.28 million people. Each key is the text of a
row without what a copyist would vary: case, blanks, the order of a name's words; of a reason's template also names,
dates and numbers. Whether rows are too much alike is for `tripwires`. Keys are personal: they are counted and thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from safeconduct.core import names
from safeconduct.core.fields import At

BLANK = "#"
_MONTHS = frozenset(
    "january february march april june july august september october november december jan feb mar apr jun jul aug sep"
    " sept oct nov dec enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
)
_EDGES = ".,;:!?()[]{}\"'“”‘’"
_ENDS = (".", "!", "?")
_SHORT = 2_000  # longer texts are not remembered: what an asker sends must not fill the memory


def reason(at: At) -> str | None:
    """The reason given."""
    said = at.look("reason")
    return " ".join(said.casefold().split()) if isinstance(said, str) else None


def template(at: At) -> str | None:
    """The reason given, with names, dates and numbers blanked."""
    said = at.look("reason")
    if not isinstance(said, str):
        return None
    words = _remembered(said) if len(said) <= _SHORT else _blanked(said)
    own = frozenset(name_words(at))
    if own.isdisjoint(words):
        return " ".join(words)
    return " ".join(_without_runs(BLANK if word in own else word for word in words))


def _blanked(reason: str) -> tuple[str, ...]:
    """The words of a reason in small letters; those with a digit and those that bear a capital within a sentence blanked.

    Where all is in capitals, capitals tell nothing.
    """
    shouted = reason.isupper()
    opens = True
    words = []
    for token in reason.split():
        word = token.strip(_EDGES)
        small = word.casefold()
        named = word[:1].isupper() and not opens and not shouted
        words.append(BLANK if named or small in _MONTHS or _has_digit(word) else small)
        opens = token.endswith(_ENDS)
    return tuple(_without_runs(words))


_remembered = lru_cache(maxsize=1024)(_blanked)
_has_digit = re.compile(r"\d").search


def _without_runs(words: Iterable[str]) -> Iterable[str]:
    """The words, of several blanks in a row one."""
    last = ""
    for word in words:
        if word and not word == last == BLANK:
            yield word
        last = word or last


def officers(at: At) -> list[str]:
    """The officers named, by their names alone: one who is named for two agencies is one officer."""
    listed = at.look("officers")
    named = [one.get("name") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return sorted({" ".join(sorted(words)) for name in named if isinstance(name, str) and (words := names.words(name))})


def offence(at: At, path: str) -> str | None:
    """The statute or statutes that stand at `path`."""
    said = at.look(path)
    cited = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return ";".join(sorted({re.sub(r"\s+", "", one.casefold()) for one in cited if isinstance(one, str)})) or None


def name_words(at: At) -> list[str]:
    """The words of the name of the person asked about, in no order."""
    said = (at.look(f"subject.{field}") for field in ("name", "given_name", "family_name"))
    return sorted({word for text in said if isinstance(text, str) for word in names.words(text)})


def number(at: At) -> str | None:
    """The person asked about, by number."""
    said = at.look("subject.tin")
    return re.sub(r"\W", "", said) or None if isinstance(said, str) else None


def person(at: At) -> str | None:
    """The person asked about, by name and birth date, or where no birth date is given by name and address."""
    words, born, lives = name_words(at), at.look("subject.birth_date"), at.look("subject.address")
    beside = born if isinstance(born, str) else " ".join(lives.casefold().split()) if isinstance(lives, str) else None
    return f"{' '.join(words)}|{beside}" if words and beside else None
