"""A JSON document in its one canonical form, and the digest of it: RFC 8785 (JCS), whole numbers alone.

Members stand in the order of their names' UTF-16 code units, without blanks, in UTF-8, each sign escaped only where JSON
demands it. Of numbers only whole ones are taken, and of them those that every reader holds exactly (at most 2**53 - 1):
no field of a request needs another, and how a fraction is written is where canonical forms come apart.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_GREATEST = 2**53 - 1
_DEEPEST = 32
_BASIC = "\uffff"
"""The last character that is one code unit of UTF-16."""


@dataclass(frozen=True, slots=True)
class NoForm:
    """Why a document has no canonical form; it repeats nothing of it."""

    why: str


def canonical(document: object) -> bytes | NoForm:
    """The canonical form of a parsed JSON document."""
    why = _odd(document, 0)
    if why:
        return NoForm(why)
    try:
        return written(document)
    except UnicodeEncodeError:
        return NoForm("it holds half of a character")


def written(document: object) -> bytes:
    """The same of a document of our own making, which has one."""
    text = _dumped(document, sort_keys=True)
    if not text.isascii() and max(text) > _BASIC:  # there alone the two orders of names differ
        text = _dumped(_sorted(document))
    return text.encode()


def _dumped(document: object, *, sort_keys: bool = False) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=sort_keys)


def digest(document: object) -> str | NoForm:
    """The digest of a document's canonical form, as `sha256:` and 64 figures."""
    form = canonical(document)
    return form if isinstance(form, NoForm) else f"sha256:{sha256(form).hexdigest()}"


def is_digest(said: object) -> bool:
    """Whether that is written as a digest is."""
    return isinstance(said, str) and _DIGEST.fullmatch(said) is not None


def _odd(value: object, depth: int) -> str:
    """What keeps `value` from having a canonical form; "" where nothing does."""
    if depth > _DEEPEST:
        return "it is nested too deeply"
    if value is None or isinstance(value, bool | str):
        return ""
    if isinstance(value, int):
        return "" if abs(value) <= _GREATEST else "it holds a number that not every reader holds exactly"
    if isinstance(value, list):
        return next((why for one in value if (why := _odd(one, depth + 1))), "")
    if isinstance(value, dict):
        return next((why for one in value.values() if (why := _odd(one, depth + 1))), "")
    return "it holds a number that is not whole"


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value, key=_units)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _units(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")
