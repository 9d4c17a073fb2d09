"""What stands at a path of a request: a JSON value, or nothing, and why nothing.

`LEFT_OUT` is a field that is not there; `ABSENT` is null, known not to exist; a blank text is a text left out. A finding
that looks at a field answers with `Found`, or with `Wrong` where what stands there cannot be read at all. What the
values mean is for the findings.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from safeconduct.core.expression import Value


class Missing(Enum):
    """Why nothing stands at a path."""

    LEFT_OUT = "left out"
    ABSENT = "absent"


_LONGEST_WORD = 80
_SURE = 0.85  # `assistant_us_attorney` must not be led to `assistant_attorney_general`
LEFT_OUT, ABSENT = Missing.LEFT_OUT, Missing.ABSENT


@dataclass(frozen=True, slots=True)
class Found:
    """A fact's value, `None` for unknown, and a sentence on what was seen ("" where the value says it all)."""

    value: Value
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands at a path cannot be read: the field, what is wrong with it, what would mend it.

    The value itself is never repeated: it may be personal.
    """

    field: str
    what: str
    mend: str


@lru_cache(maxsize=1024)
def _words(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


@dataclass(frozen=True, slots=True)
class At:
    """Looks up paths of one request on one day of the law."""

    document: Mapping[str, object]
    on: int

    def look(self, path: str) -> object:
        """What stands at `path`: a JSON value, `LEFT_OUT` or `ABSENT`. A blank text is a text left out."""
        raw = self.raw(path)
        return LEFT_OUT if isinstance(raw, str) and (not raw or raw.isspace()) else raw

    def raw(self, path: str) -> object:
        """What stands at `path`, be it a blank text."""
        here: object = self.document
        for word in _words(path):
            if not isinstance(here, dict):
                return here if isinstance(here, Missing) else LEFT_OUT
            here = here.get(word, LEFT_OUT)
            if here is None:
                here = ABSENT
        return here

    def listed(self, path: str) -> list[object] | Missing | Wrong:
        """The list at `path`."""
        raw = self.look(path)
        return raw if isinstance(raw, Missing | list) else Wrong(path, "is no list", "write it between square brackets")

    def objects(self, path: str) -> list[Mapping[str, object]] | Missing | Wrong:
        """The list of objects at `path`."""
        listed = self.listed(path)
        if not isinstance(listed, list):
            return listed
        objects: list[Mapping[str, object]] = [one for one in listed if isinstance(one, dict)]
        if len(objects) < len(listed):
            odd = next(number for number, one in enumerate(listed) if not isinstance(one, dict))
            return Wrong(f"{path}[{odd}]", "is no object", "write its fields between braces")
        return objects

    def texts(self, path: str, *, also: type = str) -> list[str] | Missing | Wrong:
        """The text or the list of texts at `path`, blank ones left out; `also` is a type that is taken as its text."""
        raw = self.look(path)
        if isinstance(raw, Missing):
            return raw
        said = raw if isinstance(raw, list) else [raw]
        for number, one in enumerate(said):
            if isinstance(one, bool) or not isinstance(one, (str, also)):
                field = f"{path}[{number}]" if isinstance(raw, list) else path
                return Wrong(field, "is no text", "write it between quotation marks")
        return [text for one in said if (text := str(one).strip())]


@dataclass(frozen=True, slots=True)
class Flat(At):
    """The same for a request whose `document` gives each field by its whole path, and holds no field of a field."""

    def raw(self, path: str) -> object:
        """What stands at `path`, be it a blank text."""
        said = self.document.get(path, LEFT_OUT)
        return ABSENT if said is None else said


def nearest(raw: object, words: Iterable[str]) -> str:
    """What would mend a word that is none of `words`: the one that may be meant, or all of them."""
    words = list(words)
    said = raw.lower().replace(" ", "_") if isinstance(raw, str) and len(raw) <= _LONGEST_WORD else ""
    near = difflib.get_close_matches(said, words, n=1, cutoff=_SURE)
    return f"write `{near[0]}`, if that is meant" if near else f"write one of {', '.join(words)}"
