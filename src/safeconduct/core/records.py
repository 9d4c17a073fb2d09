"""A frozen dataclass as a JSON document, and back, strictly: the journal's events and people's acts are kept so.

A field is a text, a truth, a whole number, a time (`2026-11-30T15:00:00Z`), bytes (base64), a member of a `StrEnum`, a value of a
fact, another dataclass, a tuple of any of these, a mapping from texts to them, or one of them or null. Every field is there, and
no other. What a record means is for its module.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, TypeVar

from safeconduct.core.log.lines import Malformed

_WRITTEN = "%Y-%m-%dT%H:%M:%SZ"
Record = TypeVar("Record")
Reading = Callable[[object, str], Any]


def document(record: object) -> dict[str, object]:
    """The record as a JSON document."""
    if not dataclasses.is_dataclass(record):
        raise TypeError("that is no record")
    kind: Any = type(record)
    return {name: _written(getattr(record, name)) for name in _names(kind)}


@cache
def _names(kind: Any) -> tuple[str, ...]:  # noqa: ANN401  # a dataclass
    """The fields of a record."""
    return tuple(field.name for field in dataclasses.fields(kind))


def _written(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, dict):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if dataclasses.is_dataclass(value):
        return document(value)
    if isinstance(value, tuple | list):
        return [_written(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _written(one) for name, one in value.items()}
    return value


def instant(at: dt.datetime) -> str:
    """A time as it is written: UTC, whole seconds."""
    return at.astimezone(dt.UTC).strftime(_WRITTEN)


def read(kind: type[Record], said: object) -> Record:
    """The record of that kind in a parsed JSON document.

    Raises:
        Malformed: it is none.
    """
    whole: Any = kind
    found: Record = _reading(whole)(said, whole.__name__)
    return found


@cache
def _reading(kind: Any) -> Reading:  # noqa: ANN401  # a type, or what `typing` makes of some
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    whole, parts = typing.get_origin(kind), typing.get_args(kind)
    if whole in (typing.Union, types.UnionType):
        return _either(parts)
    if whole is tuple:
        one = _reading(parts[0])
        return lambda said, where: tuple(one(each, where) for each in _of(list, said, where))
    if isinstance(whole, type) and issubclass(whole, Mapping):
        value = _reading(parts[1])
        return lambda said, where: {name: value(each, where) for name, each in _of(dict, said, where).items()}
    return _plain(kind)


def _record(kind: Any) -> Reading:  # noqa: ANN401  # a dataclass
    hints = typing.get_type_hints(kind)
    fields = {field.name: _reading(hints[field.name]) for field in dataclasses.fields(kind)}

    def record(said: object, where: str) -> object:
        given = _of(dict, said, where)
        if given.keys() != fields.keys():
            raise Malformed(f"`{where}` has not the fields {', '.join(fields) or '(none)'} and no others")
        return kind(**{name: reading(given[name], f"{where}.{name}") for name, reading in fields.items()})

    return record


def _either(kinds: tuple[Any, ...]) -> Reading:
    readings = [_reading(kind) for kind in kinds if kind is not types.NoneType]

    def either(said: object, where: str) -> object:
        if said is None and types.NoneType in kinds:
            return None
        for reading in readings[:-1]:
            try:
                return reading(said, where)
            except Malformed:
                continue
        return readings[-1](said, where)

    return either


def _plain(kind: Any) -> Reading:  # noqa: ANN401  # a class
    if kind is dt.datetime:
        return _time
    if kind is bytes:
        return _bytes
    if kind is object:
        return lambda said, _: said
    if issubclass(kind, StrEnum):
        return lambda said, where: _member(kind, said, where)
    return lambda said, where: _of(kind, said, where)


def _of(kind: Any, said: object, where: str) -> Any:  # noqa: ANN401  # a value of that class
    if not isinstance(said, kind) or (kind is int and isinstance(said, bool)):
        raise Malformed(f"`{where}` is no {kind.__name__}")
    return said


def _time(said: object, where: str) -> dt.datetime:
    at = _at(_of(str, said, where))
    if at is None:
        raise Malformed(f"`{where}` is no time")
    return at


@lru_cache(maxsize=1_000)
def _at(text: str) -> dt.datetime | None:
    """The time in a text, if it is written as `instant` writes it."""
    try:
        at = dt.datetime.fromisoformat(text)
        return at if instant(at) == text else None
    except (ValueError, OverflowError):
        return None


def _bytes(said: object, where: str) -> bytes:
    text = _of(str, said, where)
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:  # no base64 (binascii.Error), or not of its signs
        found = None
    if found is None or base64.b64encode(found).decode() != text:
        raise Malformed(f"`{where}` is no base64")
    return found


def _member(kind: type[StrEnum], said: object, where: str) -> StrEnum:
    found = next((one for one in kind if one == said), None)
    if found is None:
        raise Malformed(f"`{where}` is none of {', '.join(kind)}")
    return found
