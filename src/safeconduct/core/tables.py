"""The TOML files of a pack: tables of facts, items, agencies, statutes, orders, cases.

This module reads such a file, finds the line on which something stands, and holds a table to the keys it should have;
a fault names file, line and cure. What the keys mean is for those who declare them.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
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

    `subject` is what the table is of; `heading` is how it is headed in the text, "" where it is the whole file. `line`
    is the line on which it begins, 0 where that is not known; `above` is the table that a section of it stands in.
    """

    file: str
    text: str
    subject: str
    heading: str
    keys: Mapping[str, Any]
    line: int = 0
    above: Declared | None = None

    def fault(self, what: str, mend: str, key: str = "", said: str = "") -> PackFault:
        """What is wrong with the table, on the line of `said` behind `key`, or of `key`, or of the heading.

        Where the heading alone is known, on its line.
        """
        return PackFault(self.file, self._line(key, said), f"{self.subject} {what}", mend)

    def only(self, known: Collection[str]) -> None:
        """Hold the table to the keys that are `known`.

        Raises:
            PackFault: it has another.
        """
        for key in sorted(self.keys.keys() - known):
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

    def texts(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """The texts listed at `key`, none of them blank; at least one, unless there is a `default`.

        Raises:
            PackFault: it is no such list.
        """
        value = self.keys.get(key, default)
        if not value and default is None:
            raise self.fault(f"has no `{key}`", f'add {key} = ["…"]', key)
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each.strip() for each in value):
            raise self.fault(f"gives a `{key}` that is no list of texts", f'write {key} = ["…", "…"]', key)
        return tuple(value)

    def truth(self, key: str) -> bool:
        """Whether `key` is true; it is not where it is left out.

        Raises:
            PackFault: it is neither true nor false.
        """
        value = self.keys.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(
                f"gives a `{key}` that is neither true nor false", f"write {key} = true, or leave it out", key
            )
        return value

    def count(self, key: str, default: int) -> int:
        """The whole number at `key`, one or more.

        Raises:
            PackFault: it is none.
        """
        value = self.keys.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fault(f"gives a `{key}` that counts nothing", f"write a whole number, as in {key} = 4", key)
        return value

    def day(self, key: str, default: int | None = None) -> int:
        """The day (proleptic ordinal) at `key`.

        Raises:
            PackFault: there is none, and no `default`; or what stands there is no day.
        """
        value = self.keys.get(key)
        if default is not None and key not in self.keys:
            return default
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self.fault(f"has no day in `{key}`", f"add {key} = YYYY-MM-DD, without quotation marks", key)
        return value.toordinal()

    def section(self, key: str) -> Declared:
        """The table at `key`, headed `[key]` or written in braces; an empty one where there is none.

        Raises:
            PackFault: it is no table.
        """
        given = self.keys.get(key, {})
        if not isinstance(given, dict):
            raise self.fault(f"has a `{key}` that is no table", f"head it [{key}]", key)
        return Declared(self.file, self.text, f"`{key}`", f"[{key}]", given, above=self)

    def tables(self, key: str, name: str) -> tuple[Declared, ...]:
        """The tables listed at `key`, each headed `[[key]]` or written in braces, and called by the text at `name`.

        Raises:
            PackFault: it is no list of tables.
        """
        given = self.keys.get(key, [])
        if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
            mend = f"head each with [[{key}]], or list them in {key} = [ … ]"
            raise self.fault(f"has a `{key}` that is no list of tables", mend, key)
        heading = f"[[{key}]]"
        lines = self.text.split("\n") if heading in self.text else []
        headed = [n for n, line in enumerate(lines, 1) if line.lstrip().startswith(heading)]
        at = headed if len(headed) == len(given) else [0] * len(given)
        return tuple(self._row(key, name, each, line) for each, line in zip(given, at, strict=True))

    def _row(self, key: str, name: str, keys: Mapping[str, Any], line: int) -> Declared:
        said = keys.get(name)
        if isinstance(said, str) and said.strip():
            return Declared(self.file, self.text, f"`{said}`", f'"{said}"', keys, line)
        texts = [f'"{each}"' for each in keys.values() if isinstance(each, str)]
        return Declared(
            self.file, self.text, f"a table of `{key}`", f"[[{key}]]", keys, line or line_of(self.text, *texts)
        )

    def _line(self, key: str, said: str = "") -> int:
        start = self.above._line(self.heading.strip("[]")) if self.above else self.line  # noqa: SLF001  its own kind
        if self.heading and not start:
            return line_of(self.text, self.heading)
        lines = self.text.split("\n")
        reach = range(max(start, 1), self._end(lines, start))
        name = rf"[\"']?{re.escape(key)}[\"']?\s*"
        stands = (rf"^\s*\[{{1,2}}(?:[\w-]+\.)*{name}\]", rf"(?:^|[{{,])\s*{name}=")  # headed, or given a value
        at = next((n for form in stands for n in reach if key and re.search(form, lines[n - 1])), reach[0])
        return next((n for n in range(at, reach.stop) if said in lines[n - 1]), at)

    def _end(self, lines: Sequence[str], start: int) -> int:
        """The line behind the table: a table in braces is one line long, a headed one ends at the next heading."""
        if not self.heading:
            return len(lines) + 1
        first = lines[start - 1].strip()
        if not first.startswith("["):
            return start + 1
        own = (f"[{first.strip('[]')}.", f"[[{first.strip('[]')}.")
        behind = range(start + 1, len(lines) + 1)
        return next(
            (n for n in behind if lines[n - 1].startswith("[") and not lines[n - 1].startswith(own)), behind.stop
        )


def line_of(text: str, *words: str) -> int:
    """The first line of `text` that holds all of `words`, for messages about a table; 1 where none does."""
    lines = enumerate(text.split("\n"), 1)
    return next((n for n, line in lines if all(word in line for word in words)), 1)
