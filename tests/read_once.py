"""Packs that differ in one file, read one after another: what each has in common with the last is not read again.

A pack is made of its files' texts alone. A page, a table and the rules of a page among the same facts are therefore what they
were when all that they are read from is equal to what it was; the file that differs is read as ever, and the pack is checked
as ever as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import pytest

from safeconduct.core import expression, page, rulepack
from safeconduct.core.expression import Node
from safeconduct.core.facts import facts, items
from safeconduct.core.page import Page
from safeconduct.core.rules import Rule, RuleReader

T = TypeVar("T")


@contextmanager
def read_once() -> Iterator[None]:
    """While it lasts, `rulepack.load` reads of a file that it has just read only what is new."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "read", _unless_new(page.read, str))
        patch.setattr(rulepack, "items", _unless_new(items, str))
        patch.setattr(rulepack, "facts", _unless_new(facts, str))
        patch.setattr(RuleReader, "rules", _rules())
        yield


def _rules() -> Callable[..., tuple[Rule, ...]]:
    right = RuleReader.rules

    def read(of: Page, reader: RuleReader, governs: Node) -> tuple[Rule, ...]:
        return tuple(right(reader, of, governs))

    kept = _unless_new(read, lambda of: str(of.file))
    return lambda reader, of, governs=expression.TRUE: kept(of, reader, governs)


def _unless_new(read: Callable[..., T], file: Callable[[Any], str]) -> Callable[..., T]:
    """`read`, which for each file, as `file` tells it from the first that it is given, keeps what it last read, and from what."""
    last: dict[str, tuple[tuple[object, ...], T]] = {}

    @wraps(read)
    def again(first: object, *of: object) -> T:
        if (name := file(first)) not in last or last[name][0] != (first, *of):
            last[name] = (first, *of), read(first, *of)
        return last[name][1]

    return again
