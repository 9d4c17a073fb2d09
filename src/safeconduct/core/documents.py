"""JSON, strictly: what two readers could understand differently is no document.

A field named twice, half of a character, a number that JSON has not: RFC 8259 leaves to each reader what becomes of these,
so a request that holds one is not read at all. What a document means is for `intake`.
"""

from __future__ import annotations

import json


class NoDocument(ValueError):
    """The text is no JSON: what is wrong with it, and what would mend it. Its asker must act."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what, self.mend = what, mend


def read(text: str) -> object:
    """The value that `text` holds.

    Raises:
        NoDocument: it holds none, or one that could be read in two ways.
    """
    try:
        value: object = _DECODER.decode(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise NoDocument(
            "holds half of a character (a lone surrogate)", "write the character, or leave it out"
        ) from None
    except json.JSONDecodeError as fault:
        what = f"line {fault.lineno}, column {fault.colno} is no JSON: {fault.msg.lower()}"
        raise NoDocument(what, "mend it there") from None
    except RecursionError:
        raise NoDocument("is nested too deeply", "write one plain request") from None
    except NoDocument:
        raise
    except ValueError:
        raise NoDocument("holds a number too long to read", "write a shorter one") from None
    return value


def printable(text: str) -> str:
    """The text as it may stand on a terminal: what would move the cursor or turn the line is shown as ?."""
    return "".join(char if char.isprintable() else "?" for char in text)[:200]


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise NoDocument(f"has the field `{printable(twice)}` twice in one object", "keep one of the two")
    return fields


def _no_number(word: str) -> object:
    raise NoDocument(f"holds {word}, which is no number of JSON", "write a number, or leave the field out")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
