"""Statements to the journal's store, as they are: where a request waits for each of them, none is put together twice.

The columns `of`, `key` and `case` are words of SQL and stand in quotation marks. What is asked of either kind of store is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from safeconduct.journal import store

_AT_ONCE = 400
"""Rows in one statement."""
Value = str | int | bool


def rows(query: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
    """What a query finds."""
    with store.asked(), connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def change(statement: str, values: Sequence[Value] = ()) -> int:
    """Run a statement; how many rows it was about."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def insert(into: str, given: Sequence[Sequence[Value]]) -> None:
    """Insert rows, in their order; `into` is the table and its columns."""
    for begin in range(0, len(given), _AT_ONCE):
        some = given[begin : begin + _AT_ONCE]
        change(f"INSERT INTO {into} VALUES {marks(some)}", list(flat(some)))


def marks(given: Iterable[Sequence[Value]]) -> str:
    """The marks for rows of values: (%s, %s), (%s, %s)."""
    return ", ".join(f"({', '.join(['%s'] * len(one))})" for one in given)


def flat(given: Iterable[Sequence[Value]]) -> Iterator[Value]:
    """The values of rows, one after the other."""
    return (value for one in given for value in one)
