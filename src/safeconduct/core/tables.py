"""The TOML files of a pack: tables of facts, items, agencies, statutes, orders, cases.

This module reads such a file, finds the line on which something stands, and holds a table to the keys it should have;
a fault names file, line and cure. What the keys mean is for those who declare them.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from safeconduct.core.faults import PackFault, instead


def table(file: str, text: str) -> dict[str, Any]:
    """The table in `text`, which is TOML.

    Raises:
        PackFault: the text is no TOML.
    """
    try:
        return tomllib.loads(text)
    except (RecursionError, ValueError) as fault:
        at = re.search(r"at line (\d+)", str(fault))
        what = re.sub(r" \(at .*\)", "", str(fault)).lower()
        raise PackFault(
            file, int(at[1]) if at else 1, f"the table cannot be read: {what}", "mend the TOML on this line"
        ) from None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a table of a TOML file declares, and how to say what is wrong with it.

    `subject` is what the table is of; `heading` is how it is headed in the text, "" where it is the whole file.
    """

    file: str
    text: str
    subject: str
    heading: str
    keys: Mapping[str, Any]

    def fault(self, what: str, mend: str, key: str = "") -> PackFault:
        """What is wrong with the table: on the line of its heading, or in a file without headings on that of `key`."""
        line = line_of(self.text, self.heading) if self.heading else _line_of_key(self.text, key)
        return PackFault(self.file, line, f"{self.subject} {what}", mend)

    def only(self, known: Collection[str]) -> None:
        """Hold the table to the keys that are `known`.

        Raises:
            PackFault: it has another.
        """
        for key in sorted(self.keys.keys() - set(known)):
            raise self.fault(f"has the key `{key}`, which does not belong there", instead(key, known), key)

    def string(self, key: str, default: str | None = None) -> str:
        """The text at `key`.

        Raises:
            PackFault: there is none, and no `default`.
        """
        value = self.keys.get(key, default)
        if value is None:
            raise self.fault(f"has no `{key}`", f'add {key} = "…"', key)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fault(f"gives a `{key}` that is no text", f'write {key} = "…"', key)
        return value

    def one_of(self, key: str, words: Collection[str]) -> str:
        """The text at `key`, one of `words`.

        Raises:
            PackFault: it is none of them.
        """
        value = self.string(key)
        if value not in words:
            raise self.fault(f"gives the {key} `{value}`, which there is not", f"write one of {', '.join(words)}", key)
        return value

    def day(self, key: str) -> int:
        """The day (proleptic ordinal) at `key`.

        Raises:
            PackFault: there is none.
        """
        value = self.keys.get(key)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.fault(f"has no day in `{key}`", f"add {key} = YYYY-MM-DD, without quotation marks", key)
        return value.toordinal()


def line_of(text: str, *words: str) -> int:
    """The first line of `text` that holds all of `words`, for messages about a table; 1 where none does."""
    lines = enumerate(text.split("\n"), 1)
    return next((n for n, line in lines if all(word in line for word in words)), 1)


def _line_of_key(text: str, key: str) -> int:
    found = re.search(rf"^\s*{re.escape(key)}\s*=", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1
