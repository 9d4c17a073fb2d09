"""A file of settings, as desk, log, broker, sealer and letters each have one: TOML, read strictly.

Every key is known and of its kind, and those are there that must be. What they mean, and what they name beside the file, is for whoever
is told.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from safeconduct.shelf import Misplaced, text_of

LONGEST = 20_000
ACCOUNTS = (0, 2**31 - 1)
"""The numbers that an account of a machine may have."""


@dataclass(frozen=True, slots=True)
class Form:
    """The keys of a file: texts, lists of texts and others of a form of their own, all there; and what may be left out.

    `page` shows the file. A range is the least and the most of a number.
    """

    page: str
    texts: tuple[str, ...]
    lists: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    texts_left_out: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    switches: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """What must be there."""
        return (*self.texts, *self.lists, *self.others)

    @property
    def known(self) -> tuple[str, ...]:
        """What may be there."""
        return (*self.required, *self.texts_left_out, *self.ranges, *self.switches)


def toml(path: Path, longest: int = LONGEST) -> dict[str, object]:
    """What a file of TOML says, of at most `longest` bytes.

    Raises:
        Misplaced: it cannot be read, or is none.
    """
    try:
        return tomllib.loads(text_of(path, longest))
    except tomllib.TOMLDecodeError as fault:
        raise Misplaced(path, f"is no TOML: {str(fault)[:80].lower()}", "mend it there") from None


def read(path: Path, form: Form) -> Mapping[str, object]:
    """What a file of settings says, each value of its kind.

    Raises:
        Misplaced: it cannot be read, or is not of that form.
    """
    said = toml(path)
    for name, value in said.items():
        _held_to(path, name, value, form)
    if lacking := next((name for name in form.required if name not in said), ""):
        raise Misplaced(path, f"has no `{lacking}`", f"write it; {form.page} shows the file")
    return said


def listed(said: object) -> list[str]:
    """A list of texts, as it was read; none where it is something else."""
    return [str(one) for one in said] if isinstance(said, list) else []


def is_text(said: object) -> bool:
    """Whether it is a text that says something."""
    return isinstance(said, str) and bool(said.strip())


def _held_to(path: Path, name: str, said: object, form: Form) -> None:
    if name not in form.known:
        shown = ascii(name[:40])[1:-1]
        raise Misplaced(path, f"has a `{shown}` that nothing reads", f"write one of {', '.join(form.known)}")
    if name in (*form.texts, *form.texts_left_out) and not is_text(said):
        raise Misplaced(path, f"has a `{name}` that is no text", "write it between quotation marks")
    if name in form.lists and not (isinstance(said, list) and said and all(map(is_text, said))):
        raise Misplaced(path, f"has `{name}` that are no list of texts", f'write {name} = ["…"]')
    if name in form.switches and not isinstance(said, bool):
        raise Misplaced(path, f"has a `{name}` that is neither true nor false", "write one of the two")
    if name in form.ranges and not _is_within(said, *form.ranges[name]):
        least, most = form.ranges[name]
        raise Misplaced(path, f"has a `{name}` that is no number from {least} to {most}", "write one")


def _is_within(said: object, least: int, most: int) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and least <= said <= most
